/*
 * Random histories of the whole world, by real bundles, on all processors; some
 * of them again with other clocks; and with each planted fault, which they must
 * notice, by the invariant that it breaks.  ANSINH_TEST_HISTORIES and
 * ANSINH_TEST_CLOCKS ask for another number of them; "histories.t
 * bundles|clocks NUMBER [HOW MANY]" runs some again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/merge/clocks.h"
#include "tests/merge/history.h"
#include "tests/merge/model.h"
#include "tests/merge/run.h"

#define HISTORIES 2000
#define CLOCKS 100
#define CLOCKS_FIRST 100 /* 190 fell: who writes to what may be void saw that */
#define UNTIL_CAUGHT 400
#define UNTIL_MODELLED 10

/* The rules of removal are in two more hands: the checks', and the model's,
 * which must see it alone. */
static void
by_model(unsigned number)
{
	history_play(number);
	model_compare();
	world_close();
	world.sum.histories++;
}

static const struct planted {
	enum mutant fault;
	const char *says; /* how what falls begins */
	void (*one)(unsigned number);
	unsigned first; /* where to look: not much before what fell last */
} planted[] = {
	{ MUTANT_SENT, "I4", history_run, 0 },
	{ MUTANT_FEEDSEQ, "R6", history_run, 0 },
	{ MUTANT_NOFORK, "", history_run, 0 },
	{ MUTANT_NOHASH, "R6", history_run, 170 },
	{ MUTANT_ARRIVAL, "I1", history_run, 0 },
	{ MUTANT_ROWS, "R10", history_run, 20 },
	{ MUTANT_ROWS, "the model", by_model, 20 },
	{ MUTANT_GONE, "I6", history_run, 0 },
	{ MUTANT_OWNERS, "I7", history_run, 0 },
	{ MUTANT_CLOCK, "I10", clocks_run, 0 },
	{ MUTANT_THIRD, "I11", history_run, 0 },
};

static bool
try_mutants(void)
{
	bool good = true;

	for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
		const struct planted *p = &planted[i];

		good &= run_mutant(p->fault, p->says, p->one, p->first,
		    p->one == by_model ? UNTIL_MODELLED : UNTIL_CAUGHT);
	}
	return good;
}

static int
run_again(const char *how, const char *number, const char *n)
{
	struct tally t = { 0 };

	return run_all(strcmp(how, "clocks") == 0 ? clocks_run : history_run,
	           (unsigned)strtoul(number, NULL, 10),
	           (unsigned)strtoul(n, NULL, 10), &t)
	    ? EXIT_SUCCESS
	    : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	unsigned n = run_asked("ANSINH_TEST_HISTORIES", HISTORIES);
	unsigned clocks = run_asked("ANSINH_TEST_CLOCKS", CLOCKS);
	struct tally t = { 0 };
	bool good;

	if (argc >= 3)
		return run_again(argv[1], argv[2], argc > 3 ? argv[3] : "1");
	good = run_all(history_run, 0, n, &t);
	good &= run_all(clocks_run, CLOCKS_FIRST, clocks, &t);
	good &= try_mutants();
	printf("%lu histories by real bundles, %lu more under two sets of "
	       "clocks: %lu writes (%lu without effect), %lu events, %lu "
	       "bundles, %lu lost, %lu doubled, %lu out of order, %lu refused "
	       "as too early, %lu restores (%lu unnoticed), %lu clones, %lu "
	       "forked feeds, %lu conflicts, %lu ended unseen (%lu that seemed "
	       "so), %lu records made of several; %zu planted faults%s\n",
	    t.histories, t.clocks, t.writes, t.void_owner, t.events, t.bundles,
	    t.lost, t.doubled, t.out_of_order, t.early, t.restores,
	    t.unnoticed, t.clones, t.forks, t.conflicts, t.ended, t.seemed,
	    t.joined, ARRAY_LEN(planted),
	    good ? " caught" : ": NOT ALL IS WELL");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

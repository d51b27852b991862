/*
 * Random histories of the whole world, by hand (the store's own calls) and by
 * stick (real bundles), on all processors; and with each planted fault, which
 * they must notice.  ANSINH_TEST_HISTORIES and ANSINH_TEST_BUNDLES ask for
 * another number of them; "histories.t hand|stick NUMBER" runs one again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/merge/history.h"
#include "tests/merge/model.h"
#include "tests/merge/run.h"

#define BY_HAND 1840
#define BY_STICK 160
#define UNTIL_CAUGHT 400
#define UNTIL_MODELLED 60

/* By stick: a feed came in without its beginning, and nothing of it after. */
static const unsigned fell_once[] = { 842, 2273 };

static void
by_hand(unsigned number)
{
	history_run(number, false);
}

static void
by_stick(unsigned number)
{
	history_run(number, true);
}

/* The rules of removal are in two more hands: the checks', and the model's,
 * which must see it alone. */
static void
by_model(unsigned number)
{
	history_play(number, false);
	model_compare();
	world_close();
}

static bool
try_mutants(void)
{
	bool good = run_mutant(MUTANT_ROWS, by_model, UNTIL_MODELLED) > 0;

	for (enum mutant fault = MUTANT_NONE + 1; fault < MUTANTS; fault++)
		if (run_mutant(fault, by_hand, UNTIL_CAUGHT) == 0) {
			printf("nothing fell\n");
			good = false;
		}
	return good;
}

static int
run_again(const char *how, const char *number)
{
	struct tally t = { 0 };

	return run_all(strcmp(how, "stick") == 0 ? by_stick : by_hand,
	           (unsigned)strtoul(number, NULL, 10), 1, &t)
	    ? EXIT_SUCCESS
	    : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	unsigned hand = run_asked("ANSINH_TEST_HISTORIES", BY_HAND);
	unsigned stick = run_asked("ANSINH_TEST_BUNDLES", BY_STICK);
	unsigned again = ARRAY_LEN(fell_once);
	struct tally t = { 0 };
	bool good;

	if (argc == 3)
		return run_again(argv[1], argv[2]);
	good = run_all(by_hand, 0, hand, &t);
	good &= run_all(by_stick, hand, stick, &t);
	for (size_t i = 0; i < ARRAY_LEN(fell_once); i++)
		good &= run_all(by_stick, fell_once[i], 1, &t);
	good &= try_mutants();
	printf("%lu histories, %u of them by real bundles: %lu writes (%lu "
	       "without effect), %lu events, %lu bundles, %lu lost, %lu "
	       "doubled, %lu out of order, %lu restores (%lu unnoticed), %lu "
	       "clones, %lu forked feeds, %lu conflicts, %lu ended unseen "
	       "(%lu that seemed so), %lu records made of several; %d planted "
	       "faults%s\n",
	    t.histories, stick + again, t.writes, t.void_owner, t.events, t.bundles,
	    t.lost, t.doubled, t.out_of_order, t.restores, t.unnoticed,
	    t.clones, t.forks, t.conflicts, t.ended, t.seemed, t.joined,
	    MUTANTS - 1,
	    good ? " caught" : ": NOT ALL IS WELL");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

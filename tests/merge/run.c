#include "tests/merge/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/merge/model.h"

#define WORKERS_MAX 16

enum mutant store_mutant = MUTANT_NONE;

unsigned
run_asked(const char *variable, unsigned usual)
{
	const char *text = getenv(variable);

	return text == NULL ? usual : (unsigned)strtoul(text, NULL, 10);
}

const char *
mutant_name(enum mutant fault)
{
	static const char *const names[MUTANTS] = { "none", "sent", "feedseq",
		"nofork", "nohash", "nochain", "arrival", "rows" };

	return names[fault];
}

/* In a child: every step-th number. */
static void
work(void (*one)(unsigned number), unsigned first, unsigned end, unsigned step,
    struct tally *sum)
{
	world_start();
	model_start();
	for (unsigned i = first; i < end; i += step) {
		one(i);
		*sum = world.sum;
	}
	model_end();
	world_end();
}

static pid_t
start(void (*one)(unsigned number), unsigned first, unsigned end,
    unsigned step, struct tally *sum)
{
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) < 0)
		base_die("cannot fork");
	if (pid == 0) {
		work(one, first, end, step, sum);
		exit(0);
	}
	return pid;
}

static void
add_tally(struct tally *to, const struct tally *t)
{
	const uint64_t *from = (const uint64_t *)t;

	for (size_t i = 0; i < sizeof *t / sizeof *from; i++)
		((uint64_t *)to)[i] += from[i];
}

static struct tally *
shared_tallies(void)
{
	void *p = mmap(NULL, WORKERS_MAX * sizeof(struct tally),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		base_die("no memory to share");
	return p;
}

bool
run_all(void (*one)(unsigned number), unsigned first, unsigned n,
    struct tally *sum)
{
	unsigned workers = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct tally *each = shared_tallies();
	bool good = true;
	int status;

	if (workers > WORKERS_MAX)
		workers = WORKERS_MAX;
	for (unsigned i = 0; i < workers; i++)
		(void)start(one, first + i, first + n, workers, &each[i]);
	while (wait(&status) > 0)
		good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	for (unsigned i = 0; i < workers; i++)
		add_tally(sum, &each[i]);
	munmap(each, WORKERS_MAX * sizeof *each);
	return good;
}

unsigned
run_mutant(enum mutant fault, void (*one)(unsigned number), unsigned n)
{
	struct tally *each = shared_tallies();
	unsigned took;
	int status;

	store_mutant = fault;
	printf("with %s: ", mutant_name(fault));
	(void)start(one, 0, n, 1, each);
	store_mutant = MUTANT_NONE;
	if (wait(&status) < 0)
		base_die("no child");
	took = (unsigned)each->histories + 1;
	munmap(each, WORKERS_MAX * sizeof *each);
	return WIFEXITED(status) && WEXITSTATUS(status) == STATUS_FELL ? took : 0;
}

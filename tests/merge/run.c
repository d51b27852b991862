#include "tests/merge/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/merge/model.h"

#define WORKERS_MAX 16

enum mutant store_mutant = MUTANT_NONE;

/* What a worker shares with us. */
struct report {
	struct tally tally;
	char told[FELL_MAX]; /* what fell */
};

unsigned
run_asked(const char *variable, unsigned usual)
{
	const char *text = getenv(variable);

	return text == NULL ? usual : (unsigned)strtoul(text, NULL, 10);
}

static const char *
mutant_name(enum mutant fault)
{
	static const char *const names[MUTANTS] = { "none", "sent", "feedseq",
		"nofork", "nohash", "nochain", "arrival", "rows", "gone",
		"owners", "clock", "third" };

	return names[fault];
}

/* In a child: every step-th number. */
static void
work(void (*one)(unsigned number), unsigned first, unsigned end, unsigned step,
    struct report *report)
{
	world.told = report->told;
	world_start();
	model_start();
	for (unsigned i = first; i < end; i += step) {
		one(i);
		report->tally = world.sum;
	}
	model_end();
	world_end();
}

static pid_t
start(void (*one)(unsigned number), unsigned first, unsigned end,
    unsigned step, struct report *report)
{
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) < 0)
		base_die("cannot fork");
	if (pid == 0) {
		work(one, first, end, step, report);
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

static struct report *
shared_reports(void)
{
	void *p = mmap(NULL, WORKERS_MAX * sizeof(struct report),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		base_die("no memory to share");
	return p;
}

/* In a child of its own, until it is killed. */
static void
tell_progress(const struct report *each, unsigned workers, unsigned n,
    unsigned seconds)
{
	for (unsigned after = seconds;; after += seconds) {
		struct tally t = { 0 };

		sleep(seconds);
		for (unsigned i = 0; i < workers; i++)
			add_tally(&t, &each[i].tally);
		printf("%lu of %u histories after %u s\n", t.histories, n,
		    after);
		fflush(stdout);
	}
}

static pid_t
start_progress(const struct report *each, unsigned workers, unsigned n)
{
	unsigned seconds = run_asked("ANSINH_TEST_PROGRESS", 0);
	pid_t pid;

	fflush(stdout);
	if (seconds == 0)
		return 0;
	if ((pid = fork()) == 0)
		tell_progress(each, workers, n, seconds);
	return pid;
}

bool
run_all(void (*one)(unsigned number), unsigned first, unsigned n,
    struct tally *sum)
{
	unsigned workers = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct report *each = shared_reports();
	pid_t pid[WORKERS_MAX], progress;
	bool good = true;
	int status;

	if (workers > WORKERS_MAX)
		workers = WORKERS_MAX;
	for (unsigned i = 0; i < workers; i++)
		pid[i] = start(one, first + i, first + n, workers, &each[i]);
	progress = start_progress(each, workers, n);
	for (unsigned i = 0; i < workers; i++) {
		if (waitpid(pid[i], &status, 0) < 0)
			base_die("no child");
		good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
		add_tally(sum, &each[i].tally);
	}
	if (progress > 0) {
		(void)kill(progress, SIGTERM);
		(void)waitpid(progress, &status, 0);
	}
	munmap(each, WORKERS_MAX * sizeof *each);
	return good;
}

bool
run_mutant(enum mutant fault, const char *says,
    void (*one)(unsigned number), unsigned first, unsigned n)
{
	struct report *each = shared_reports();
	bool fell;
	int status;
	pid_t pid;

	store_mutant = fault;
	printf("with %s: ", mutant_name(fault));
	pid = start(one, first, first + n, 1, each);
	store_mutant = MUTANT_NONE;
	if (waitpid(pid, &status, 0) < 0)
		base_die("no child");
	fell = WIFEXITED(status) && WEXITSTATUS(status) == STATUS_FELL;
	if (!fell) {
		printf("nothing fell\n");
	} else if (strncmp(each->told, says, strlen(says)) != 0) {
		printf("it should have been %s\n", says);
		fell = false;
	}
	munmap(each, WORKERS_MAX * sizeof *each);
	return fell;
}

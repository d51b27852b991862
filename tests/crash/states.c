/*
 * states JOB [--states N] [--jobs N] [--full N] [--seed N] [--every]
 *        [--fault FAULT]
 *
 * Records the job, makes states of it that a power cut could have left until N
 * different ones were looked at, and records it anew, with another seed, every
 * now and then.  The work is shared by --jobs processes; one of --full states
 * is looked at in full (struct view), or each.  --every takes one record, and
 * of it each cut, in each way.  A planted fault must be seen, each in the way
 * that is its own (plants[]), and not by the full view alone.
 */
#include "tests/crash/states.h"
#include "tests/store/world.h"

#include "base/file.h"

#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATES_A_RECORD 500
#define JOBS_MAX 64
#define SHOWN 5
#define TELL_EVERY 50000

static const struct {
	const char *name, *said;
	enum { SOUND, LOSES, CORRUPTS } must;
} plants[] = {
	[FAULT_NONE] = { "none", "all syncs kept", SOUND },
	[FAULT_NOSYNC] = { "nosync", "the database never synced", CORRUPTS },
	[FAULT_NOMETASYNC] = { "nometasync",
	    "its meta pages not written through", LOSES },
	[FAULT_NODRAFT] = { "nodraft", "drafts never synced", LOSES },
	[FAULT_NOKEYS] = { "nokeys", "the key file renamed before its sync",
	    CORRUPTS },
	[FAULT_INPLACE] = { "inplace", "the database made in place", CORRUPTS },
	[FAULT_EARLY] = { "early", "said to be saved before the commit",
	    LOSES },
};

static struct {
	const struct job *job;
	enum fault fault;
	uint64_t states, seed, full, jobs;
	bool every;
} d = { .states = UINT64_MAX, .seed = 1, .full = 1, .jobs = 1 };

struct tally {
	uint64_t states, again, full, late, records, ops, lost, corrupt;
	unsigned at_once;
};
static struct tally *t; /* of this process; the parent reads it */
static uint64_t left;   /* of this process */

static int
mark_of(size_t thing, int version, bool is_done)
{
	return (int)thing << 16 | version << 1 | is_done;
}

void
begin(size_t thing, int version)
{
	record_mark(mark_of(thing, version, false));
}

void
done(size_t thing, int version)
{
	record_mark(mark_of(thing, version, true));
}

void
were_at_once(unsigned n)
{
	if (n > t->at_once)
		t->at_once = n;
}

/* What had been said before the cut, in how many words. */
static size_t
things_at(const struct writes *r, size_t cut, struct thing *things)
{
	size_t n = 0;

	memset(things, 0, THINGS_MAX * sizeof *things);
	for (size_t i = 0; i < cut; i++) {
		int v = r->op[i].value;
		struct thing *thing = &things[v >> 16];

		if (r->op[i].kind != OP_MARK)
			continue;
		n++;
		if ((v & 1) != 0)
			thing->done = v >> 1 & 0x7fff;
		else
			thing->begun = v >> 1 & 0x7fff;
	}
	return n;
}

static void
look_at(struct view *v, const char *where)
{
	enum verdict verdict;

	v->is_full = t->states++ % d.full == 0;
	t->full += v->is_full;
	verdict = d.job->look(v);
	t->lost += verdict == STATE_LOST;
	t->corrupt += verdict == STATE_CORRUPT;
	t->late += v->is_late;
	if (verdict != STATE_GOOD && d.fault == FAULT_NONE &&
	    t->lost + t->corrupt <= SHOWN)
		printf("%s: %s: %s: %s\n", d.job->name, where,
		    verdict == STATE_LOST ? "lost" : "corrupt", v->why);
}

/* Looks at it, unless that was done. */
static void
one_state(const struct writes *r, struct replay *p, size_t cut,
    enum replay_how how, uint64_t seed, uint64_t *seen, size_t *n_seen)
{
	static struct thing things[THINGS_MAX];
	static const char *const hows[] = { "prefix", "subset", "torn" };
	struct view v = { .dir = world_dir("state"), .things = things };
	uint64_t hash = replay_make(p, cut, how, seed) +
	                things_at(r, cut, things) * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < *n_seen; i++)
		if (seen[i] == hash) {
			t->again++;
			return;
		}
	seen[(*n_seen)++] = hash;
	if (file_exists(v.dir) && file_remove_tree(v.dir, &oops) != OK)
		abort();
	replay_write(p, v.dir);
	look_at(&v,
	    arena_printf(world, "cut %zu of %zu, %s, seed %llu of record %llu",
	        cut, r->n, hows[how], (unsigned long long)seed,
	        (unsigned long long)t->records));
	left--;
	if (!d.every && left % TELL_EVERY == 0 && left > 0) {
		printf("%s: %llu of one process are left, %llu lost, %llu "
		       "corrupt\n",
		    d.job->name, (unsigned long long)left,
		    (unsigned long long)t->lost,
		    (unsigned long long)t->corrupt);
		fflush(stdout);
	}
}

static void
states_of(const struct writes *r, uint64_t seed)
{
	size_t want = d.every ? (r->n + 1) * REPLAY_HOWS : STATES_A_RECORD;
	struct replay *p = replay_new(r, d.fault);
	uint64_t *seen = calloc(want, sizeof *seen);
	uint64_t x = seed * 0x9e3779b97f4a7c15u + 1;
	size_t n_seen = 0;

	if (seen == NULL)
		abort();
	for (size_t i = 0; left > 0 && i < want; i++) {
		size_t cut = i / REPLAY_HOWS;

		if (!d.every) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			cut = (size_t)(x >> 33) % (r->n + 1);
		}
		one_state(r, p, cut, (enum replay_how)(i % REPLAY_HOWS), i,
		    seen, &n_seen);
	}
	free(seen);
	replay_free(p);
}

static void
one_record(uint64_t seed)
{
	const char *dir = world_dir("home");
	struct writes *r;

	if (file_exists(dir) && file_remove_tree(dir, &oops) != OK)
		abort();
	ok(file_make_dirs(dir, 0700, &oops));
	record_begin(dir);
	d.job->work(dir, (unsigned)seed, d.fault == FAULT_EARLY);
	r = record_end();
	t->records++;
	t->ops += r->n;
	states_of(r, seed);
	record_free(r);
}

/* One process: its share of the states, of records of its own. */
static int
process(uint64_t no)
{
	left = d.states / d.jobs + (no < d.states % d.jobs);
	if (world_setup(NULL) != 0)
		return 2;
	for (uint64_t i = no; left > 0; i += d.jobs) {
		one_record(d.seed + i);
		if (d.every)
			break;
		/* what the job has left there */
		arena_reset(world);
	}
	return world_teardown(NULL) == 0 ? 0 : 2;
}

/* All of them; what they have counted. */
static bool
all(struct tally *sum)
{
	size_t size = JOBS_MAX * sizeof *t;
	struct tally *each = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool fine = each != MAP_FAILED;
	int status;

	for (uint64_t i = 0; fine && i < d.jobs; i++) {
		pid_t pid = fork();

		t = &each[i];
		if (pid == 0)
			exit(process(i));
		fine = pid > 0;
	}
	while (wait(&status) > 0)
		fine = fine && status == 0;
	for (uint64_t i = 0; fine && i < d.jobs; i++) {
		sum->states += each[i].states;
		sum->again += each[i].again;
		sum->full += each[i].full;
		sum->late += each[i].late;
		sum->records += each[i].records;
		sum->ops += each[i].ops;
		sum->lost += each[i].lost;
		sum->corrupt += each[i].corrupt;
		if (each[i].at_once > sum->at_once)
			sum->at_once = each[i].at_once;
	}
	return fine;
}

static bool
passed(const struct tally *sum)
{
	uint64_t seen = sum->lost + sum->corrupt;

	if (!d.every && sum->states < d.states)
		return false;
	switch (plants[d.fault].must) {
	case SOUND:
		return seen == 0 && (d.job != &job_daily || sum->at_once > 1);
	case LOSES:
		return sum->lost > 0 && sum->corrupt == 0 && sum->late == 0;
	case CORRUPTS:
		return sum->corrupt > 0 && seen > sum->late;
	}
	return false;
}

static bool
options(int argc, char **argv)
{
	const struct job *jobs[] = { &job_daily, &job_first };
	const struct {
		const char *name;
		uint64_t *n;
	} numbers[] = { { "--states", &d.states }, { "--seed", &d.seed },
		{ "--full", &d.full }, { "--jobs", &d.jobs } };

	for (size_t i = 0; i < ARRAY_LEN(jobs) && argc > 1; i++)
		if (strcmp(argv[1], jobs[i]->name) == 0)
			d.job = jobs[i];
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--every") == 0) {
			d.every = true;
			continue;
		}
		if (i + 1 == argc)
			return false;
		for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
			if (strcmp(argv[i], numbers[k].name) == 0)
				*numbers[k].n = strtoull(argv[i + 1], NULL, 10);
		for (size_t k = 0; k < ARRAY_LEN(plants); k++)
			if (strcmp(argv[i], "--fault") == 0 &&
			    strcmp(argv[i + 1], plants[k].name) == 0)
				d.fault = (enum fault)k;
		i++;
	}
	return d.job != NULL && (d.every || d.states != UINT64_MAX) &&
	       d.full > 0 && d.jobs > 0 && d.jobs <= (d.every ? 1 : JOBS_MAX);
}

int
main(int argc, char **argv)
{
	struct tally sum = { 0 };
	bool fine;

	if (!options(argc, argv)) {
		fprintf(stderr, "states: not so; see its source\n");
		return 2;
	}
	/* LMDB's 2 MiB of each opening: of the kernel, and never touched */
	mallopt(M_MMAP_THRESHOLD, 1 << 20);
	fine = all(&sum) && passed(&sum);
	printf("%s, %s%s: %llu different states (%llu again) of %llu records "
	       "(%llu operations, %u saves at once): %llu lost an "
	       "acknowledged entry, %llu corrupt; %llu looked at in full, "
	       "which alone found %llu\n",
	    d.job->name, plants[d.fault].said,
	    d.fault == FAULT_NONE ? "" : " (planted)",
	    (unsigned long long)sum.states, (unsigned long long)sum.again,
	    (unsigned long long)sum.records, (unsigned long long)sum.ops,
	    sum.at_once, (unsigned long long)sum.lost,
	    (unsigned long long)sum.corrupt, (unsigned long long)sum.full,
	    (unsigned long long)sum.late);
	return fine ? 0 : 1;
}

/*
 * states JOB [--states N] [--minutes M] [--seed N] [--every] [--fault FAULT]
 *
 * Records the job, makes N states of it that a power cut could have left (or
 * as many as fit into M minutes), and looks at each.  --every takes one record,
 * and of it each cut in turn, in each way.  A planted fault must show:
 * `nosync` must corrupt, `nometasync` and `nodraft` must lose and not corrupt.
 */
#include "tests/crash/states.h"
#include "tests/store/world.h"

#include "base/file.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define STATES_A_RECORD 2000
#define SHOWN 5

static struct {
	const struct job *job;
	enum replay_fault fault;
	uint64_t states, seed, lost, corrupt, records, ops;
	time_t until;
	bool every;
} d;

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

/* What had been said before the cut. */
static void
things_at(const struct writes *r, size_t cut, struct thing *things)
{
	memset(things, 0, THINGS_MAX * sizeof *things);
	for (size_t i = 0; i < cut; i++) {
		int v = r->op[i].value;
		struct thing *t = &things[v >> 16];

		if (r->op[i].kind != OP_MARK)
			continue;
		if ((v & 1) != 0)
			t->done = v >> 1 & 0x7fff;
		else
			t->begun = v >> 1 & 0x7fff;
	}
}

static bool
one_state(const struct writes *r, struct replay *p, size_t cut,
    enum replay_how how, uint64_t seed)
{
	static struct thing things[THINGS_MAX];
	static const char *const hows[] = { "prefix", "subset", "torn" };
	const char *dir = world_dir("state");
	char why[512] = "";
	enum verdict v;

	if (file_exists(dir) && file_remove_tree(dir, &oops) != OK)
		abort();
	replay_state(p, cut, how, seed, dir);
	things_at(r, cut, things);
	v = d.job->look(dir, things, why, sizeof why);
	d.states--;
	d.lost += v == STATE_LOST;
	d.corrupt += v == STATE_CORRUPT;
	if (v != STATE_GOOD && d.fault == REPLAY_SOUND &&
	    d.lost + d.corrupt <= SHOWN)
		printf("%s: cut %zu of %zu, %s, seed %llu of record %llu: "
		       "%s: %s\n",
		    d.job->name, cut, r->n, hows[how], (unsigned long long)seed,
		    (unsigned long long)d.records,
		    v == STATE_LOST ? "lost" : "corrupt", why);
	return d.states > 0 && (d.until == 0 || time(NULL) < d.until);
}

static void
states_of(const struct writes *r, size_t want)
{
	struct replay *p = replay_new(r, d.fault);
	uint64_t x = d.seed * 0x9e3779b97f4a7c15u + d.records + 1;
	bool more = true;

	for (size_t i = 0; more && i < want; i++) {
		size_t cut = i / REPLAY_HOWS;

		if (!d.every) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			cut = (size_t)(x >> 33);
		}
		more = one_state(r, p, cut % (r->n + 1),
		    (enum replay_how)(i % REPLAY_HOWS), i);
	}
	replay_free(p);
}

static void
one_record(void)
{
	const char *dir = world_dir("home");
	struct writes *r;

	if (file_exists(dir) && file_remove_tree(dir, &oops) != OK)
		abort();
	ok(file_make_dirs(dir, 0700, &oops));
	record_begin(dir);
	d.job->work(dir, (unsigned)(d.seed + d.records));
	r = record_end();
	d.records++;
	d.ops += r->n;
	states_of(r, d.every ? (r->n + 1) * REPLAY_HOWS : STATES_A_RECORD);
	record_free(r);
}

static bool
options(int argc, char **argv)
{
	static const char *const faults[] = { [REPLAY_NOSYNC] = "nosync",
		[REPLAY_NOMETASYNC] = "nometasync",
		[REPLAY_NODRAFT] = "nodraft" };
	const struct job *jobs[] = { &job_daily, &job_first };

	d.states = UINT64_MAX;
	d.seed = 1; /* `work` is the same for all, ids and seals are not */
	for (size_t i = 0; i < ARRAY_LEN(jobs) && argc > 1; i++)
		if (strcmp(argv[1], jobs[i]->name) == 0)
			d.job = jobs[i];
	for (int i = 2; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--every") == 0) {
			d.every = true;
			continue;
		}
		if (strcmp(argv[i], "--states") == 0)
			d.states = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--minutes") == 0)
			d.until = time(NULL) + strtol(value, NULL, 10) * 60;
		else if (strcmp(argv[i], "--seed") == 0)
			d.seed = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--fault") == 0)
			for (size_t k = 1; k < ARRAY_LEN(faults); k++)
				if (strcmp(value, faults[k]) == 0)
					d.fault = (enum replay_fault)k;
		i++;
	}
	return d.job != NULL &&
	       (d.every || d.states != UINT64_MAX || d.until != 0);
}

int
main(int argc, char **argv)
{
	static const char *const names[] = { "all syncs kept",
		"without syncs of the database (planted)",
		"without syncs of its meta pages (planted)",
		"without syncs of drafts (planted)" };
	uint64_t asked, made;
	bool passed = false;

	if (!options(argc, argv) || world_setup(NULL) != 0)
		return 2;
	asked = d.states;
	do
		one_record();
	while (
	    !d.every && d.states > 0 && (d.until == 0 || time(NULL) < d.until));
	made = asked - d.states;
	switch (d.fault) {
	case REPLAY_SOUND:
		passed = d.lost == 0 && d.corrupt == 0;
		break;
	case REPLAY_NOSYNC:
		passed = d.corrupt > 0;
		break;
	case REPLAY_NOMETASYNC:
	case REPLAY_NODRAFT:
		passed = d.lost > 0 && d.corrupt == 0;
		break;
	}
	if (world_teardown(NULL) != 0)
		return 2;
	printf("%s, %s: %llu states of %llu records (%llu operations): %llu "
	       "lost an acknowledged entry, %llu corrupt\n",
	    d.job->name, names[d.fault], (unsigned long long)made,
	    (unsigned long long)d.records, (unsigned long long)d.ops,
	    (unsigned long long)d.lost, (unsigned long long)d.corrupt);
	return passed ? 0 : 1;
}

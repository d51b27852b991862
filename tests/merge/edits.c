/*
 * A stored log that somebody edited: events changed, dropped, exchanged, cut
 * off (SAFETY (d) 34).  Whoever edits the rows alone is found by the store's
 * own check.  Whoever has the passphrase and the laptop can link all anew, so
 * that the check is content; but what was handed over has been signed, and
 * the next hand-over shows it: to the district as a fork, or to the laptop
 * as less than the district has.  What was never handed over can be cut off
 * unseen, which is the documented limit, and is counted.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/store_impl.h"
#include "tests/merge/carry.h"
#include "tests/merge/check.h"
#include "tests/merge/run.h"
#include "tests/merge/write.h"

#define EDITS 400
#define LOG_MAX 64

enum edit { LEFT_ALONE, CHANGED, DROPPED, EXCHANGED, CUT_OFF, EDIT_KINDS };

struct log {
	size_t n, signed_to; /* events; of them handed over */
	struct str event[LOG_MAX];
};

static struct machine *laptop, *district;

static enum err
note_event(void *ctx, struct str bytes, struct error *e)
{
	struct log *log = ctx;

	(void)e;
	if (log->n == LOG_MAX)
		fall("more than %d events", LOG_MAX);
	log->event[log->n++] = arena_str_dup(world.a, bytes);
	return OK;
}

/* A bundle from one to the other; what the receiver is told of it. */
static struct store_import_counts
hand_over(struct machine *from, struct machine *to)
{
	struct bundle_import *im = NULL;
	struct bundle_preview preview;
	struct parcel p;

	carry_pack(from, to->address, &p);
	ok(bundle_import_open(to->s, &to->self, p.path, NULL, NULL, &im,
	    &preview, &e));
	ok(bundle_import_apply(im, &e));
	bundle_import_close(im);
	return preview.counts;
}

static void
write_some(unsigned n)
{
	uint64_t until = world.sum.writes + n;

	while (world.sum.writes < until) {
		write_something(laptop);
		world.minute += 60;
	}
}

/* A feed of the laptop's, part of it with the district, which said so. */
static void
write_log(struct log *log)
{
	laptop = &world.m[0];
	district = &world.m[DISTRICT];
	write_record(laptop);
	write_some(2 + below(8));
	(void)hand_over(laptop, district);
	(void)hand_over(district, laptop);
	ok(store_events_beyond(
	    laptop->s, NULL, NULL, 0, note_event, log, &log->signed_to, &e));
	log->n = 0;
	write_some(below(4));
	ok(store_events_beyond(
	    laptop->s, NULL, NULL, 0, note_event, log, NULL, &e));
}

/* Another clerk wrote it. */
static struct str
change(struct str bytes)
{
	struct buf b = BUF_INIT;
	struct event ev;
	struct str out;

	ok(event_decode(world.a, bytes, &ev, &e));
	ev.officer = STR("Trần Văn Khác");
	event_encode(&b, &ev);
	out = arena_str_dup(world.a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* Edits the event at i, counted from 0. */
static void
edit_log(struct log *log, enum edit how, size_t i)
{
	struct str was = log->event[i];

	if (how == CHANGED) {
		log->event[i] = change(was);
	} else if (how == DROPPED) {
		for (log->n--; i < log->n; i++)
			log->event[i] = log->event[i + 1];
	} else if (how == EXCHANGED) {
		log->event[i] = log->event[i + 1];
		log->event[i + 1] = was;
	} else if (how == CUT_OFF) {
		log->n = i;
	}
}

/* Every event behind the one before it. */
static void
link_anew(struct log *log)
{
	struct event_id last;

	for (size_t i = 0; i < log->n; i++) {
		struct buf b = BUF_INIT;
		struct event ev;

		ok(event_decode(world.a, log->event[i], &ev, &e));
		ev.seq = i + 1;
		ev.has_prev = i > 0;
		if (i > 0)
			ev.prev = last;
		event_encode(&b, &ev);
		log->event[i] = arena_str_dup(world.a, buf_str(&b));
		event_id_of(&last, log->event[i]);
		buf_release(&b);
	}
}

struct put_job {
	struct store *s;
	const struct log *log;
};

static enum err
put_write(struct txn *t, void *ctx, struct error *e)
{
	struct put_job *job = ctx;
	enum err r = store_begin(job->s, t, e);

	if (r == OK)
		r = txn_clear(t, DB_EVENTS, e);
	for (size_t i = 0; r == OK && i < job->log->n; i++) {
		struct key_u64 k = key_u64(i);

		r = txn_put(
		    t, DB_EVENTS, KEY_STR(k), job->log->event[i], e);
	}
	return r;
}

static void
put_log(const struct log *log)
{
	struct put_job job = { laptop->s, log };

	ok(store_commit(laptop->s, 0, put_write, &job, &e));
}

static void
ignore(void *ctx, const char *what)
{
	(void)ctx;
	(void)what;
}

static bool
check_finds(void)
{
	uint64_t faults;

	ok(store_check(laptop->s, ignore, NULL, NULL, NULL, &faults, &e));
	return faults > 0;
}

static enum err
count_write(struct txn *t, void *ctx, struct error *e)
{
	struct put_job *job = ctx;
	enum err r = store_begin(job->s, t, e);

	job->s->num.places = job->log->n;
	return r != OK ? r : state_put_numbers(job->s, t, e);
}

/* As if it had always been so. */
static void
put_log_well(struct log *log)
{
	struct put_job job = { laptop->s, log };

	link_anew(log);
	put_log(log);
	ok(store_commit(laptop->s, 0, count_write, &job, &e));
	ok(store_rebuild(laptop->s, &e));
	if (check_finds())
		fall("a log that is linked anew does not check");
}

static bool
has_fork(const struct machine *m)
{
	struct store_feed *feeds;
	size_t n;

	ok(store_feeds(m->s, world.a, NULL, &feeds, &n, &e));
	for (size_t i = 0; i < n; i++)
		if (feeds[i].forked)
			return true;
	return false;
}

/* At one end or the other. */
static bool
hand_over_finds(void)
{
	bool told = hand_over(laptop, district).forks > 0;

	if (told != has_fork(district))
		fall("a fork is told and not kept, or kept and not told");
	return told || hand_over(district, laptop).restored_here;
}

/* One log, edited in its rows alone, and edited well. */
static void
run_edit(unsigned number)
{
	enum edit how = number % EDIT_KINDS;
	struct log log = { 0 }, rows, well;
	bool unsigned_end, found;
	size_t at;

	world_begin(number);
	journal_begin();
	write_log(&log);
	unsigned_end =
	    how == CUT_OFF && log.n > log.signed_to && below(2) == 0;
	at = unsigned_end ? log.signed_to
	                  : 1 + below((unsigned)log.signed_to - 2);
	rows = well = log;
	edit_log(&rows, how, at);
	edit_log(&well, how, at);
	put_log(&rows);
	if (check_finds() != (how != LEFT_ALONE))
		fall("the check is wrong about edit %d of event %zu", (int)how,
		    at + 1);
	put_log_well(&well);
	if (how != LEFT_ALONE && below(2) == 0)
		write_some(1);
	found = hand_over_finds();
	if (found != (how != LEFT_ALONE && !unsigned_end))
		fall("a hand-over is wrong about edit %d of event %zu of %zu",
		    (int)how, at + 1, log.signed_to);
	world.sum.histories++;
	world.sum.found += found;
	world.sum.unseen += unsigned_end;
	world_close();
}

int
main(void)
{
	struct tally t = { 0 };
	bool good =
	    run_all(run_edit, 0, run_asked("ANSINH_TEST_EDITS", EDITS), &t);

	good &= run_mutant(MUTANT_NOFORK, "", run_edit, 0, EDITS);
	printf("%lu stored logs, %lu edits found, %lu of what was never handed over "
	       "and not to be found, the others left alone; 1 planted fault%s\n",
	    t.histories, t.found, t.unseen,
	    good ? " caught" : ": NOT ALL IS WELL");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

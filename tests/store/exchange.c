/*
 * Hand-overs: any order, any number of times, gives the same; forks and
 * restored copies are seen and nothing is lost; a killed import leaves
 * nothing or all of it.
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

static struct store *
commune(unsigned seed)
{
	return world_create(world_dir(arena_printf(world, "c%u", seed)),
	    "11149", "commune", seed);
}

static struct store *
district(void)
{
	return world_create(world_dir("d"), "298", "district", 9);
}

static enum store_standing
standing(struct store *s, const struct record_id *id)
{
	return store_standing(s, id);
}

/* One record, whatever the number of its events. */
static void
assert_owed(struct store *s, uint64_t unsent, uint64_t sent)
{
	struct store_counts n;

	ok(store_counts(s, &n, &oops));
	assert_int_equal(n.records_unsent, unsent);
	assert_int_equal(n.records_sent, sent);
}

static void
test_there_and_back(void **state)
{
	struct store *c = commune(1), *d = district();
	struct record_id id = new_record(c, "A");
	struct store_counts n;

	(void)state;
	assert_int_equal(standing(c, &id), STORE_HERE);
	ok(store_counts(c, &n, &oops));
	assert_int_equal(n.unsent, 2); /* the feed's first event, too */
	put(c, EVENT_AMEND, &id, "name", "\"A\"", NULL);
	assert_owed(c, 1, 0);
	hand_over(c, d, 1);
	assert_owed(c, 0, 1);
	assert_owed(d, 0, 0);
	assert_int_equal(standing(c, &id), STORE_SENT);
	assert_string_equal(value(d, &id, "name"), "\"A\"");
	assert_int_equal(standing(d, &id), STORE_RECEIVED);
	hand_over(d, c, 1);
	assert_int_equal(standing(c, &id), STORE_RECEIVED);
	ok(store_counts(c, &n, &oops));
	assert_int_equal(n.unsent, 0);
	assert_int_equal(n.unacknowledged, 0);
	assert_owed(c, 0, 0);
	put(d, EVENT_AMEND, &id, "decision", "\"yes\"", "amount", "540000",
	    NULL);
	put(d, EVENT_MOVE, &id, "state", "\"approved\"", NULL);
	assert_int_equal(standing(d, &id), STORE_DECIDED);
	assert_owed(d, 1, 0);
	hand_over(d, c, 2);
	assert_owed(d, 0, 1);
	assert_string_equal(value(c, &id, "amount"), "540000");
	assert_int_equal(standing(c, &id), STORE_DECIDED);
	hand_over(c, d, 2);
	assert_int_equal(standing(c, &id), STORE_READ);
	assert_int_equal(standing(d, &id), STORE_READ);
	put(c, EVENT_AMEND, &id, "hamlet", "\"T2\"", NULL);
	assert_int_equal(standing(c, &id), STORE_HERE);
	hand_over(c, d, 3);
	assert_string_equal(digest(c), digest(d));
	assert_int_equal(faults(c) + faults(d), 0);
	store_close(c);
	store_close(d);
}

static void
test_again_changes_nothing(void **state)
{
	struct store *c = commune(1), *d = district();
	struct store_import_counts n;
	struct store_import *im;
	struct store_ack *acks;
	const char *before;
	size_t n_acks;

	(void)state;
	for (int i = 0; i < 30; i++)
		new_record(c, "A");
	hand_over(c, d, 1);
	before = digest(d);
	hand_over(c, d, 2); /* the district has not answered: all of it again */
	assert_string_equal(digest(d), before);
	assert_int_equal(store_count(d, NULL), 30);
	hand_over(d, c, 1);
	ok(store_peer_acks(c, world, "298/K009", &acks, &n_acks, &oops));
	assert_int_equal(n_acks, 1);
	ok(store_import_begin(d, "11149/K001", &im, &oops));
	ok(store_import_add(im, STR("{\"not\":\"an event\"}"), &oops));
	store_import_counts(im, &n);
	assert_int_equal(n.set_aside, 1);
	ok(store_import_apply(im, NULL, 0, NULL, &oops));
	store_import_drop(im);
	assert_string_equal(digest(d), before);
	store_close(c);
	store_close(d);
}

struct pile {
	struct str *bytes;
	size_t n, cap;
};

static enum err
collect(void *ctx, struct str bytes, struct error *e)
{
	struct pile *p = ctx;

	(void)e;
	p->bytes = arena_grow(world, p->bytes, p->n, &p->cap, sizeof *p->bytes);
	p->bytes[p->n++] = arena_str_dup(world, bytes);
	return OK;
}

static void
take(struct store *s, const struct pile *p, size_t from, size_t to)
{
	struct store_import *im;

	ok(store_import_begin(s, "11149/X", &im, &oops));
	for (size_t i = from; i < to; i++)
		ok(store_import_add(im, p->bytes[i], &oops));
	ok(store_import_apply(im, NULL, 0, NULL, &oops));
	store_import_drop(im);
}

static void
shuffle(struct pile *p, unsigned *seed)
{
	for (size_t i = p->n; i > 1; i--) {
		size_t k;
		struct str swap;

		*seed = *seed * 1103515245 + 12345;
		k = (*seed >> 8) % i;
		swap = p->bytes[i - 1];
		p->bytes[i - 1] = p->bytes[k];
		p->bytes[k] = swap;
	}
}

/* Three writers who see each other now and then; their events in many orders
 * and portions, twice over, always fold to the same. */
static void
test_any_order_gives_the_same(void **state)
{
	struct store *w[3] = { commune(1), commune(2), district() };
	struct record_id id[4];
	struct pile all = { NULL, 0, 0 };
	const char *want = NULL;
	unsigned seed = 7;
	uint64_t number = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		id[i] = new_record(w[0], "A");
	for (int i = 0; i < 60; i++) {
		unsigned who, which;
		struct record_id *at;

		seed = seed * 1103515245 + 12345;
		who = (seed >> 9) % 3;
		which = (seed >> 14) % 4;
		at = &id[which];
		if ((seed >> 20) % 3 == 0)
			hand_over(w[who], w[(who + 1) % 3], ++number);
		else if (who == 2 && (seed >> 22) % 2 == 0)
			put(w[2], EVENT_AMEND, at, "decision", "\"yes\"",
			    "amount", arena_printf(world, "%d", i), NULL);
		else
			put(w[who], EVENT_AMEND, at, "note",
			    arena_printf(world, "\"n%d\"", i), NULL);
	}
	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 3; i++)
			for (int k = 0; k < 3; k++)
				if (i != k)
					hand_over(w[i], w[k], ++number);
	assert_string_equal(digest(w[0]), digest(w[1]));
	assert_string_equal(digest(w[0]), digest(w[2]));
	want = digest(w[2]);
	ok(store_events_beyond(w[2], NULL, NULL, 0, collect, &all, NULL, &oops));
	for (int round = 0; round < 12; round++) {
		struct store *s = world_create(
		    world_dir(arena_printf(world, "r%d", round)), "298",
		    "district", 20u + (unsigned)round);
		size_t cut;

		shuffle(&all, &seed);
		cut = (size_t)round * all.n / 12;
		take(s, &all, 0, cut);
		take(s, &all, cut / 2, all.n);
		take(s, &all, 0, all.n);
		assert_string_equal(digest(s), want);
		assert_int_equal(faults(s), 0);
		ok(store_rebuild(s, &oops));
		assert_string_equal(digest(s), want);
		store_close(s);
	}
	for (int i = 0; i < 3; i++)
		store_close(w[i]);
}

static void
test_foreign_decision_has_no_effect(void **state)
{
	struct store *c = commune(1), *d = district();
	struct record_id id = new_record(c, "A");
	struct event_set set = { STR("amount"), STR("1") };
	struct event ev = { .act = EVENT_AMEND, .seq = 3, .has_prev = true,
		.has_record = true, .record = id, .has_form = true,
		.form = STR("person"), .officer = STR("x"),
		.at = STR("2026-01-15T08:00:00+07:00"), .clock = STR("ok"),
		.set = &set, .n_set = 1 };
	struct store_feed *feeds;
	struct buf b = BUF_INIT;
	struct pile one;
	struct record r;
	size_t n;

	(void)state;
	hand_over(c, d, 1);
	ok(store_feeds(c, world, NULL, &feeds, &n, &oops));
	ev.feed = feeds[0].id;
	ev.prev = feeds[0].head;
	memcpy(ev.form_hash, form_hash, 32);
	event_encode(&b, &ev);
	one = (struct pile){ &(struct str){ b.p, b.n }, 1, 1 };
	take(d, &one, 0, 1);
	r = get(d, &id);
	assert_int_equal(r.n_refused, 1);
	assert_string_equal(value(d, &id, "amount"), "");
	ok(store_feeds(d, world, NULL, &feeds, &n, &oops));
	assert_int_equal(feeds[0].linked, 3); /* kept and receipted */
	buf_release(&b);
	store_close(c);
	store_close(d);
}

/* A copied laptop: both go on in one feed; the district keeps both. */
static void
test_fork_is_kept_and_closed(void **state)
{
	struct store *c = commune(1), *d = district(), *twin;
	struct record_id id = new_record(c, "A");
	char *copy = arena_printf(world, "%s.copy", world_dir("c1"));
	struct store_options o = world_options();
	struct store_counts n;
	struct store_ack *acks;
	size_t n_acks;

	(void)state;
	ok(store_backup(c, copy, NULL, NULL, &oops));
	/* a cloned disk: the token goes along */
	ok(store_restore(world_dir("twin"), copy, &o, &oops));
	store_close(c);
	ok(file_make_dirs(world_dir("twin"), 0700, &oops));
	{
		struct str token;

		ok(file_read(world, world_dir("c1/token"), 64, &token, &oops));
		ok(file_write(world_dir("twin/token"), token, 0600, false,
		    &oops));
	}
	twin = world_open(world_dir("twin"));
	c = world_open(world_dir("c1"));
	assert_false(store_was_restored(twin));
	put(c, EVENT_AMEND, &id, "name", "\"B\"", NULL);
	put(twin, EVENT_AMEND, &id, "name", "\"C\"", NULL);
	put(twin, EVENT_AMEND, &id, "birth", "\"1999\"", NULL);
	hand_over(c, d, 1);
	hand_over(twin, d, 2);
	ok(store_counts(d, &n, &oops));
	assert_int_equal(n.forked_feeds, 1);
	assert_true(get(d, &id).conflict);
	assert_string_equal(value(d, &id, "birth"), "\"1999\"");
	ok(store_own_acks(d, world, NULL, &acks, &n_acks, &oops));
	assert_int_equal(n_acks, 0); /* none for a forked feed */
	hand_over(d, c, 1);
	ok(store_counts(c, &n, &oops));
	assert_int_equal(n.forked_feeds, 1);
	put(c, EVENT_RESOLVE, &id, "name", "\"B\"", NULL); /* in a new feed */
	hand_over(c, d, 3);
	hand_over(twin, d, 4); /* says how little the twin has */
	hand_over(d, twin, 1);
	assert_false(get(twin, &id).conflict);
	assert_string_equal(digest(c), digest(d));
	assert_string_equal(digest(twin), digest(d));
	assert_int_equal(faults(c) + faults(d) + faults(twin), 0);
	store_close(c);
	store_close(d);
	store_close(twin);
}

static void
test_restore_begins_new_feeds(void **state)
{
	struct store *c = commune(1), *d = district();
	struct record_id id = new_record(c, "A"), late;
	char *copy = arena_printf(world, "%s.copy", world_dir("c1"));
	struct store_options o = world_options();
	struct store_feed *feeds;
	size_t n, open = 0;

	(void)state;
	ok(store_backup(c, copy, NULL, NULL, &oops));
	late = new_record(c, "Late");
	hand_over(c, d, 1);
	store_close(c);
	ok(store_restore(world_dir("c1"), copy, &o, &oops));
	c = world_open(world_dir("c1"));
	assert_true(store_was_restored(c));
	assert_int_equal(store_count(c, NULL), 1);
	put(c, EVENT_AMEND, &id, "name", "\"B\"", NULL);
	ok(store_feeds(c, world, NULL, &feeds, &n, &oops));
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++)
		open += !feeds[i].closed;
	assert_int_equal(open, 1);
	hand_over(c, d, 2); /* says what it has no more */
	hand_over(d, c, 1);
	assert_string_equal(value(c, &late, "name"), "\"Late\"");
	assert_string_equal(digest(c), digest(d));
	store_close(c);
	c = world_open(world_dir("c1"));
	assert_false(store_was_restored(c)); /* said once */
	assert_int_equal(faults(c) + faults(d), 0);
	store_close(c);
	store_close(d);
}

/* An older copy that neither its token nor its lock file betrays, as when all
 * of the disk is set back, is betrayed by its peer. */
static void
test_peer_has_more_of_ours(void **state)
{
	struct store *c = commune(1), *d = district();
	struct store_options o = world_options();
	struct store_import_counts counts;
	struct store_import *im;
	struct store_ack *acks;
	struct record_id id = new_record(c, "A");
	struct str token;
	char *copy = arena_printf(world, "%s.copy", world_dir("c1"));
	size_t n;

	(void)state;
	ok(store_backup(c, copy, NULL, NULL, &oops));
	put(c, EVENT_AMEND, &id, "name", "\"B\"", NULL);
	hand_over(c, d, 1);
	store_close(c);
	ok(file_read(world, world_dir("c1/token"), 64, &token, &oops));
	ok(store_restore(world_dir("c1"), copy, &o, &oops));
	ok(file_write(world_dir("c1/token"), token, 0600, false, &oops));
	assert_int_equal(unlink(world_dir("c1/lock")), 0);
	c = world_open(world_dir("c1"));
	assert_false(store_was_restored(c));
	ok(store_own_acks(d, world, NULL, &acks, &n, &oops));
	ok(store_import_begin(c, "298/K009", &im, &oops));
	ok(store_import_apply(im, acks, n, NULL, &oops));
	store_import_counts(im, &counts);
	store_import_drop(im);
	assert_true(counts.restored_here);
	put(c, EVENT_AMEND, &id, "hamlet", "\"T1\"", NULL);
	hand_over(c, d, 2);
	hand_over(d, c, 1);
	assert_string_equal(value(c, &id, "name"), "\"B\"");
	assert_string_equal(digest(c), digest(d));
	store_close(c);
	store_close(d);
}

/* The events of a commune with that many records. */
static void
many(struct pile *all, int n)
{
	struct store *c = commune(1);
	struct event_set set = { STR("name"), STR("\"A\"") };
	struct store_write w = { .act = EVENT_CREATE, .scope = "11149",
		.form = "person", .form_hash = form_hash, .officer = "x",
		.set = &set, .n_set = 1 };
	struct store_bulk *b;

	ok(store_bulk_begin(c, &b, &oops));
	for (int i = 0; i < n; i++) {
		record_id_make(&w.record, NULL, 0);
		ok(store_bulk_add(b, &w, &oops));
	}
	ok(store_bulk_end(b, true, &oops));
	ok(store_events_beyond(c, NULL, NULL, 0, collect, all, NULL, &oops));
	store_close(c);
}

/* A large import is killed at many moments: nothing of it, or all. */
static void
test_killed_import(void **state)
{
	struct pile all = { NULL, 0, 0 };
	unsigned none = 0, whole = 0;
	struct store *d;

	(void)state;
	many(&all, 18000);
	d = district();
	store_close(d);
	for (int round = 0; round < 8; round++) {
		uint64_t n;
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			d = world_open(world_dir("d"));
			take(d, &all, 0, all.n);
			_exit(0);
		}
		usleep((useconds_t)(round * 350 + 100) * 1000);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		d = world_open(world_dir("d"));
		n = store_count(d, NULL);
		assert_true(n == 0 || n == 18000);
		none += n == 0;
		whole += n != 0;
		assert_int_equal(faults(d), 0);
		store_close(d);
		if (n != 0)
			break;
	}
	print_message("killed %u times before the switch, %u after\n", none,
	    whole);
	d = world_open(world_dir("d"));
	take(d, &all, 0, all.n);
	assert_int_equal(store_count(d, NULL), 18000);
	assert_int_equal(faults(d), 0);
	store_close(d);
}

static void
test_dropped_import_leaves_nothing(void **state)
{
	struct store *c = commune(1), *d = district();
	struct store_import_counts n;
	struct store_import *im;
	struct pile all = { NULL, 0, 0 };
	const char *before = digest(d);
	struct store_counts counts;

	(void)state;
	for (int i = 0; i < 20; i++)
		new_record(c, "A");
	ok(store_events_beyond(c, NULL, NULL, 0, collect, &all, NULL, &oops));
	ok(store_import_begin(d, "11149/K001", &im, &oops));
	for (size_t i = 0; i < all.n; i++)
		ok(store_import_add(im, all.bytes[i], &oops));
	store_import_counts(im, &n);
	assert_int_equal(n.fresh, 21);
	assert_int_equal(n.records_new, 20);
	assert_int_equal(n.waiting, 0);
	assert_int_equal(n.forks, 0);
	store_import_drop(im);
	assert_string_equal(digest(d), before);
	ok(store_counts(d, &counts, &oops));
	assert_int_equal(counts.events, 0);
	assert_int_equal(faults(d), 0);
	store_close(c);
	store_close(d);
}

/* Both heads of the file name as its last page one that it has not got. */
static void
say_one_page_more(void)
{
	uint64_t last;
	char path[512];
	struct stat sb;
	int fd;

	snprintf(path, sizeof path, "%s/db/data.mdb", world_dir("d"));
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &sb), 0);
	last = (uint64_t)sb.st_size / 4096;
	for (off_t head = 0; head < 8192; head += 4096)
		assert_int_equal(
		    pwrite(fd, &last, sizeof last, head + 136), 8);
	close(fd);
}

/*
 * What many transactions wrote is taken out again.  Pages that one of them takes
 * at the end of the file and gives back are never written: then the file is
 * shorter than it says, and sound.
 */
static void
test_dropped_import_of_many(void **state)
{
	struct store *d = district();
	struct pile all = { NULL, 0, 0 };
	struct store_import *im;
	const char *before = digest(d);

	(void)state;
	many(&all, 9000);
	for (int i = 0; i < 3; i++) {
		ok(store_import_begin(d, "11149/K001", &im, &oops));
		for (size_t k = 0; k < all.n - (size_t)i * 700; k++)
			ok(store_import_add(im, all.bytes[k], &oops));
		store_import_drop(im);
		assert_int_equal(faults(d), 0);
		assert_string_equal(digest(d), before);
		store_close(d);
		say_one_page_more();
		d = world_open(world_dir("d"));
		assert_int_equal(faults(d), 0);
	}
	take(d, &all, 0, all.n);
	assert_int_equal(store_count(d, NULL), 9000);
	assert_int_equal(faults(d), 0);
	store_close(d);
}

/* One whose acknowledgements do not count any more. */
static void
test_late_bundle_takes_nothing_back(void **state)
{
	struct store *c = commune(1), *d = district();
	struct store_ack *now;
	struct store_bundle_note late = { .name = "late", .peer = "298/K009",
		.incoming = true, .number = 1, .header_hash = { 5 } };
	struct store_import *im;
	struct store_counts counts;
	size_t n_now;

	(void)state;
	new_record(c, "A");
	hand_over(c, d, 1);
	new_record(c, "B");
	hand_over(c, d, 2);
	hand_over(d, c, 2);
	ok(store_import_begin(c, "298/K009", &im, &oops));
	ok(store_import_apply(im, NULL, 0, &late, &oops));
	store_import_drop(im);
	ok(store_peer_acks(c, world, "298/K009", &now, &n_now, &oops));
	assert_int_equal(n_now, 1);
	assert_int_equal(now[0].seq, 3);
	assert_true(store_bundle_known(c, late.header_hash));
	ok(store_counts(c, &counts, &oops));
	assert_int_equal(counts.unacknowledged, 0);
	store_close(c);
	store_close(d);
}

/* Since when the one feed has waited: "2026-01-15", or "". */
static const char *
waits_since(struct store *s)
{
	char iso[DATE_BUF] = "";
	struct store_feed *f;
	size_t n;

	ok(store_feeds(s, world, NULL, &f, &n, &oops));
	assert_int_equal(n, 1);
	if (f->waits_since.precision != DATE_NONE)
		date_format_iso(f->waits_since, iso);
	return arena_strdup(world, iso);
}

static void
assert_last_linked(struct store *s, const struct record_id *id, bool linked)
{
	struct store_event *h;
	size_t n;

	ok(store_history(s, world, id, &h, &n, &oops));
	assert_int_equal(n, 1);
	assert_int_equal(h[0].linked, linked);
}

/* What comes before its predecessor waits, from the first gap to the last. */
static void
test_a_missing_part_is_waited_for(void **state)
{
	struct store *c = commune(1), *d = district();
	struct pile all = { NULL, 0, 0 };
	struct record_id id = { { 0 } };

	(void)state;
	for (int i = 0; i < 6; i++)
		id = new_record(c, "A");
	ok(store_events_beyond(c, NULL, NULL, 0, collect, &all, NULL, &oops));
	assert_int_equal(all.n, 7);
	take(d, &all, 0, 2);
	assert_string_equal(waits_since(d), "");
	setenv("ANSINH_NOW", "2026-01-20T08:00:00", 1);
	take(d, &all, 6, 7); /* 3 to 6 are missing */
	assert_string_equal(waits_since(d), "2026-01-20");
	assert_last_linked(d, &id, false);
	setenv("ANSINH_NOW", "2026-01-25T08:00:00", 1);
	take(d, &all, 4, 5);
	take(d, &all, 2, 3);
	assert_string_equal(waits_since(d), "2026-01-20");
	store_close(d);
	d = world_open(world_dir("d"));
	assert_string_equal(waits_since(d), "2026-01-20");
	take(d, &all, 3, 4);
	assert_string_equal(waits_since(d), "2026-01-20");
	take(d, &all, 5, 6);
	assert_string_equal(waits_since(d), "");
	assert_last_linked(d, &id, true);
	assert_int_equal(faults(d), 0);
	setenv("ANSINH_NOW", "2099-12-31T08:00:00", 1); /* a clock that is wrong */
	new_record(c, "B");
	new_record(c, "C");
	all.n = 0;
	ok(store_events_beyond(c, NULL, NULL, 0, collect, &all, NULL, &oops));
	take(d, &all, 8, 9);
	assert_string_equal(waits_since(d), "2026-01-01"); /* the newest known */
	setenv("ANSINH_NOW", "2026-01-15T08:00:00", 1);
	store_close(c);
	store_close(d);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(test_there_and_back),
		T(test_again_changes_nothing),
		T(test_any_order_gives_the_same),
		T(test_foreign_decision_has_no_effect),
		T(test_fork_is_kept_and_closed),
		T(test_restore_begins_new_feeds),
		T(test_peer_has_more_of_ours),
		T(test_killed_import),
		T(test_dropped_import_leaves_nothing),
		T(test_dropped_import_of_many),
		T(test_late_bundle_takes_nothing_back),
		T(test_a_missing_part_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

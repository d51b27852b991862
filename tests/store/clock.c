/*
 * What the store knows of the day (SAFETY R13), and that no clock changes
 * what a record is (I10).
 */
#include "tests/store/world.h"

#include "base/clock.h"

#include <stdio.h>

static void
now(const char *day)
{
	setenv("ANSINH_NOW", day, 1);
}

static const char *
newest(struct store *s)
{
	static char text[DATE_BUF];

	date_format_iso(store_newest_day(s), text);
	return text;
}

/* The flag and the day of the record's newest event, "ok 2026-01-15". */
static const char *
last_clock(struct store *s, const struct record_id *id)
{
	const struct event *ev;
	struct store_event *h;
	size_t n;

	ok(store_history(s, world, id, &h, &n, &oops));
	ev = &h[n - 1].event;
	return arena_printf(world, "%.*s %.10s", (int)ev->clock.n,
	    ev->clock.p, ev->at.p);
}

static void
test_learns(void **state)
{
	const char *dir = world_dir("xa");
	struct store *s;
	struct record_id id;

	(void)state;
	now("2026-01-15");
	s = world_create(dir, "11149", "commune", 1);
	/* nothing but the program's own day is known */
	assert_string_equal(newest(s), "2026-01-01");
	assert_true(store_clock_fits(s));
	now("2026-02-15");
	assert_true(store_clock_fits(s));
	now("2026-02-16"); /* 46 days after it */
	assert_false(store_clock_fits(s));
	now("2025-12-31");
	assert_false(store_clock_fits(s));
	/* an event moves it on */
	now("2026-02-15");
	id = new_record(s, "Đào");
	assert_string_equal(last_clock(s, &id), "ok 2026-02-15");
	assert_string_equal(newest(s), "2026-02-15");
	now("2026-04-01");
	put(s, EVENT_AMEND, &id, "hamlet", "\"2\"", NULL);
	assert_string_equal(last_clock(s, &id), "ok 2026-04-01");
	/* under a clock that does not fit it is marked, and teaches nothing */
	now("2099-01-01");
	put(s, EVENT_AMEND, &id, "hamlet", "\"3\"", NULL);
	assert_string_equal(last_clock(s, &id), "doubtful 2099-01-01");
	now("1970-01-01");
	put(s, EVENT_AMEND, &id, "hamlet", "\"4\"", NULL);
	assert_string_equal(last_clock(s, &id), "doubtful 1970-01-01");
	assert_string_equal(newest(s), "2026-04-01");
	/* it is remembered */
	store_close(s);
	s = world_open(dir);
	assert_string_equal(newest(s), "2026-04-01");
	assert_false(store_clock_fits(s));
	/* a person's word takes the place of it, also back */
	ok(store_set_day(s, (struct date){ 2026, 3, 2, DATE_DAY }, &oops));
	assert_string_equal(newest(s), "2026-03-02");
	now("2026-03-02");
	assert_true(store_clock_fits(s));
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_string_equal(newest(s), "2026-03-02");
	store_close(s);
}

static void
take_bundle(struct store *s, uint64_t number, struct date day)
{
	struct store_bundle_note note = { .name = "bundle", .peer = "298/K009",
		.incoming = true, .number = number, .day = day,
		.header_hash = { (uint8_t)number } };
	struct store_import *im;

	ok(store_import_begin(s, note.peer, &im, &oops));
	ok(store_import_apply(im, NULL, 0, &note, &oops));
	store_import_drop(im);
}

static void
test_bundle(void **state)
{
	struct store *s;

	(void)state;
	now("2026-01-15");
	s = world_create(world_dir("xa"), "11149", "commune", 1);
	take_bundle(s, 1, (struct date){ 2026, 2, 20, DATE_DAY });
	assert_string_equal(newest(s), "2026-02-20");
	assert_false(store_clock_fits(s)); /* the district is ahead of us */
	take_bundle(s, 2, (struct date){ 2026, 1, 20, DATE_DAY });
	take_bundle(s, 3, (struct date){ .precision = DATE_NONE });
	assert_string_equal(newest(s), "2026-02-20");
	store_close(s);
}

/* The same hand-over, taken in by stores whose clocks say what they like, and
 * going backwards on the way: one digest. */
static void
test_digest(void **state)
{
	/* the last to write is the first by its clock */
	static const char *const clocks[] = { "2026-01-15", "2099-12-31",
		"2001-09-09", "2038-01-19", "2038-01-20", "1970-01-01" };
	struct store *xa, *huyen;
	struct record_id id;
	const char *want = NULL;

	(void)state;
	now("2026-01-15");
	xa = world_create(world_dir("xa"), "11149", "commune", 1);
	id = new_record(xa, "Đào");
	for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
		now(clocks[i]);
		put(xa, EVENT_AMEND, &id, "hamlet",
		    arena_printf(world, "\"%zu\"", i), NULL);
	}
	assert_string_equal(value(xa, &id, "hamlet"), "\"5\"");
	for (size_t i = 0; i < ARRAY_LEN(clocks); i++) {
		now(clocks[i]);
		huyen = world_create(
		    world_dir(arena_printf(world, "huyen%zu", i)), "298",
		    "district", 9);
		now(clocks[(i * 3 + 1) % ARRAY_LEN(clocks)]);
		hand_over(xa, huyen, i + 1);
		if (want == NULL)
			want = digest(huyen);
		assert_string_equal(digest(huyen), want);
		assert_string_equal(want, digest(xa));
		assert_int_equal(faults(huyen), 0);
		store_close(huyen);
	}
	store_close(xa);
}

/* Last, since the clock keeps what was typed. */
static void
test_typed(void **state)
{
	struct store *s;
	struct record_id id;

	(void)state;
	now("1970-01-01");
	s = world_create(world_dir("xa"), "11149", "commune", 1);
	ok(store_set_day(s, (struct date){ 2026, 1, 20, DATE_DAY }, &oops));
	clock_set_day((struct date){ 2026, 1, 20, DATE_DAY });
	assert_true(store_clock_fits(s));
	id = new_record(s, "Đào");
	assert_string_equal(last_clock(s, &id), "doubtful 2026-01-20");
	store_close(s);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_learns),
		T(test_bundle),
		T(test_digest),
		T(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

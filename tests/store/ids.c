/* Ids of records: those of a feed lie beside one another, and nothing rests
 * on it (doc/format-events.md, Ids of records). */
#include "tests/store/world.h"

static uint32_t
number_in(const struct record_id *id)
{
	return (uint32_t)id->b[4] << 24 | (uint32_t)id->b[5] << 16 |
	    (uint32_t)id->b[6] << 8 | id->b[7];
}

/* The feed and the number of the event that made the record. */
static struct event
first_event(struct store *s, const struct record_id *id)
{
	struct store_event *h;
	size_t n;

	ok(store_history(s, world, id, &h, &n, &oops));
	assert_true(n > 0);
	return h[0].event;
}

static void
test_ids_of_a_feed_ascend(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id, last, draft[3];
	struct event ev;

	(void)state;
	new_record(s, "before there is a feed");
	last = new_record(s, "A");
	ev = first_event(s, &last);
	assert_memory_equal(last.b, ev.feed.b, 4);
	assert_int_equal(number_in(&last), ev.seq);
	for (int i = 0; i < 300; i++) {
		if (i % 3 == 0)
			put(s, EVENT_AMEND, &last, "birth", "\"1951\"", NULL);
		id = new_record(s, "B");
		ev = first_event(s, &id);
		assert_memory_equal(id.b, ev.feed.b, 4);
		assert_int_equal(number_in(&id), ev.seq);
		assert_true(memcmp(&id, &last, sizeof id) > 0);
		last = id;
	}
	/* begun together, before it is known what is saved first */
	for (int i = 0; i < 3; i++)
		store_id_make(s, put_scope, &draft[i]);
	for (int i = 2; i >= 0; i--) {
		put(s, EVENT_CREATE, &draft[i], "name", "\"C\"", NULL);
		assert_true(memcmp(&draft[i], &last, sizeof last) > 0);
		assert_true(i == 2 ||
		    memcmp(&draft[i], &draft[i + 1], sizeof id) < 0);
	}
	assert_int_equal(store_count(s, NULL), 305);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* Copies of a store stand at the same event, and their ids differ still. */
static void
test_copies_make_no_id_twice(void **state)
{
	const char *copy = arena_printf(world, "%s.backup", world_dir("b"));
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct store_options o = world_options();
	struct record_id id[2], before = new_record(s, "A");
	struct record_id forgotten;

	(void)state;
	new_record(s, "B");
	ok(store_backup(s, copy, NULL, NULL, &oops));
	store_id_make(s, put_scope, &id[0]);
	store_id_make(s, put_scope, &forgotten);
	store_close(s);
	s = world_open(world_dir("a"));
	store_id_make(s, put_scope, &id[1]);
	assert_memory_equal(&id[0], &id[1], 8);
	assert_memory_not_equal(&id[0], &id[1], sizeof id[0]);
	store_close(s);
	ok(store_restore(world_dir("c"), copy, &o, &oops));
	s = world_open(world_dir("c")); /* which goes on in a new feed */
	put(s, EVENT_AMEND, &before, "birth", "\"1951\"", NULL);
	id[0] = new_record(s, "C");
	id[1] = new_record(s, "D");
	assert_memory_not_equal(&id[0], &forgotten, 4);
	assert_memory_equal(&id[0], &id[1], 4);
	assert_true(memcmp(&id[0], &id[1], sizeof id[0]) < 0);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* A stranger may write any 16 bytes: at the ends, and right beside ours. */
static void
test_any_id_will_do(void **state)
{
	struct store *c = world_create(world_dir("c"), "11149", "commune", 1);
	struct store *d = world_create(world_dir("d"), "298", "district", 9);
	struct record_id near[300], id[5];

	(void)state;
	for (size_t i = 0; i < 300; i++)
		near[i] = new_record(c, "A");
	memset(id[0].b, 0x00, sizeof id[0].b);
	id[0].b[15] = 1;
	memset(id[1].b, 0xff, sizeof id[1].b);
	id[2] = id[3] = near[200];
	id[2].b[15] ^= 1;
	memset(id[3].b + 8, 0, 8);
	record_id_make(&id[4], NULL, 0);
	for (size_t i = 0; i < 5; i++)
		put(c, EVENT_CREATE, &id[i], "name",
		    arena_printf(world, "\"%zu\"", i), NULL);
	hand_over(c, d, 1);
	for (size_t i = 0; i < 5; i++) {
		const char *name = arena_printf(world, "\"%zu\"", i);

		assert_string_equal(value(c, &id[i], "name"), name);
		assert_string_equal(value(d, &id[i], "name"), name);
	}
	for (size_t i = 0; i < 300; i++)
		assert_string_equal(value(d, &near[i], "name"), "\"A\"");
	assert_string_equal(digest(c), digest(d));
	assert_int_equal(faults(c) + faults(d), 0);
	ok(store_rebuild(d, &oops));
	assert_string_equal(digest(c), digest(d));
	assert_int_equal(faults(d), 0);
	store_close(c);
	store_close(d);
}

/* Places among 8,192 that 4,096 ids fall on: 3,223, if they fall by chance. */
static size_t
places_of(const struct record_id *id)
{
	bool taken[8192] = { false };
	size_t n = 0;

	for (size_t i = 0; i < 4096; i++) {
		size_t at = id_hash(id[i].b) & (ARRAY_LEN(taken) - 1);

		n += !taken[at];
		taken[at] = true;
	}
	return n;
}

/* Where they are looked up in memory neighbours are apart, whichever bytes it
 * is that tell them from each other. */
static void
test_neighbours_fall_apart(void **state)
{
	static struct record_id id[4096];

	(void)state;
	for (size_t high = 0; high < RECORD_ID_SIZE; high++) {
		size_t low = high == 7 ? 15 : high / 8 * 8 + (high + 1) % 8;

		memset(id, 0, sizeof id);
		for (size_t i = 0; i < ARRAY_LEN(id); i++) {
			id[i].b[low] = (uint8_t)i;
			id[i].b[high] = (uint8_t)(i >> 8);
		}
		assert_true(places_of(id) > 2900);
	}
}

/* Somebody chose ids that all begin alike, more of them than a run holds: they
 * are found, each by its own, and the others too. */
static void
test_crowd_of_ids(void **state)
{
	struct store *c = world_create(world_dir("c"), "11149", "commune", 1);
	struct store *d = world_create(world_dir("d"), "298", "district", 9);
	struct record_id ours = new_record(c, "A"), id[300], none;

	(void)state;
	ours = new_record(c, "A");
	for (size_t i = 0; i < 300; i++) {
		id[i] = ours;
		id[i].b[7] = (uint8_t)((ours.b[7] & 0xc0) | i % 64);
		id[i].b[8] = (uint8_t)(i * 7);
		id[i].b[9] = (uint8_t)(i >> 3);
		put(c, EVENT_CREATE, &id[i], "name",
		    arena_printf(world, "\"%zu\"", i), NULL);
	}
	hand_over(c, d, 1);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < 300; i++) {
			const char *name = arena_printf(world, "\"%zu\"", i);

			assert_string_equal(value(c, &id[i], "name"), name);
			assert_string_equal(value(d, &id[i], "name"), name);
		}
		none = id[299];
		none.b[15] ^= 1;
		assert_int_equal(store_record(d, world, &none,
		                     &(struct record){ 0 }, &oops),
		    ERR_NOTFOUND);
		assert_string_equal(value(d, &ours, "name"), "\"A\"");
		assert_int_equal(faults(c) + faults(d), 0);
		ok(store_rebuild(d, &oops));
	}
	store_close(c);
	store_close(d);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = { T(test_ids_of_a_feed_ascend),
		T(test_copies_make_no_id_twice), T(test_any_id_will_do),
		T(test_crowd_of_ids),
		cmocka_unit_test(test_neighbours_fall_apart) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

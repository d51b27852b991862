/*
 * Saves whose commits nobody waits for.  The disk is ours: its syncs wait for
 * a word, or fail.
 */
#include "tests/store/disk.h"
#include "tests/store/world.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define STORM 300

/* Names a record; a new one, if the id is all zeros. */
static enum err
start(struct store *s, struct record_id *id, const char *name)
{
	static const struct record_id none;
	bool fresh = memcmp(id, &none, sizeof none) == 0;
	struct event_set set = { STR("name"),
		str_of(arena_printf(world, "\"%s\"", name)) };
	struct store_write w = { .act = fresh ? EVENT_CREATE : EVENT_AMEND,
		.scope = "11149",
		.form = "person",
		.form_hash = form_hash,
		.officer = "x",
		.reason = "",
		.set = &set,
		.n_set = 1 };

	if (fresh)
		store_id_make(s, w.scope, id);
	w.record = *id;
	return store_append_start(s, &w, 1, &oops);
}

/* Waits for the word that one is back, and does not end it. */
static void
until_back(struct store *s)
{
	struct pollfd p = { .fd = store_append_fd(s), .events = POLLIN };

	assert_int_equal(poll(&p, 1, -1), 1);
	assert_true(store_append_is_back(s));
}

static const char *
name_of(struct store *s, const struct record_id *id)
{
	struct record r;

	ok(store_record(s, world, id, &r, &oops));
	for (size_t i = 0; i < r.n_values; i++)
		if (str_is(r.values[i].path, "name"))
			return arena_str(world, r.values[i].json);
	return "";
}

/* How many the directory finds by a word. */
static size_t
found(struct directory *d, const char *word)
{
	struct directory_query q = { .text = word };
	uint32_t *rows;
	size_t n;

	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	return n;
}

static struct store *
open_one(const char **dir, struct directory **d, struct record_id *first)
{
	struct store *s;

	*dir = world_dir("ahead");
	s = world_create(*dir, "11149", "commune", 1);
	*first = new_record(s, "Ba");
	ok(directory_open(s, d, &oops));
	return s;
}

/* What is seen while the disk does not answer, and what is not waited for. */
static void
test_is_seen_at_once(void **state)
{
	struct record_id first, id = { { 0 } };
	struct store_counts counts;
	struct store_event *h;
	struct directory *d;
	const char *dir;
	struct store *s = open_one(&dir, &d, &first);
	size_t n;

	(void)state;
	assert_int_equal(store_append_fd(s), -1);
	disk_is(true, false);
	ok(start(s, &id, "Nu"));
	disk_is_reached();
	assert_false(store_append_is_back(s));
	assert_string_equal(name_of(s, &id), "\"Nu\"");
	assert_int_equal(found(d, "nu"), 1);
	assert_int_equal(found(d, "ba"), 1);
	ok(store_counts(s, &counts, &oops));
	assert_int_equal(counts.records, 2);
	/* another record, and its history, are as they were */
	assert_string_equal(name_of(s, &first), "\"Ba\"");
	assert_string_equal(value(s, &first, "name"), "\"Ba\"");
	ok(store_history(s, world, &first, &h, &n, &oops));
	assert_int_equal(n, 1);
	assert_false(store_append_is_back(s));
	disk_is(false, false);
	ok(store_append_end(s, &oops));
	assert_int_equal(store_append_fd(s), -1);
	assert_string_equal(value(s, &id, "name"), "\"Nu\"");
	assert_int_equal(faults(s), 0);
	/* written again: the directory has the new name alone */
	disk_is(true, false);
	ok(start(s, &id, "Ti"));
	disk_is_reached();
	assert_string_equal(name_of(s, &id), "\"Ti\"");
	assert_int_equal(found(d, "nu"), 0);
	assert_int_equal(found(d, "ti"), 1);
	disk_is(false, false);
	/* nobody ends it: closing does */
	store_close(s);
	s = world_open(dir);
	assert_string_equal(value(s, &id, "name"), "\"Ti\"");
	assert_false(store_was_restored(s));
	store_close(s);
}

/* A commit that fails takes everything back, once it is ended; until then
 * whatever touches the store fails with its error. */
static void
test_takes_back(void **state)
{
	struct record_id first, id = { { 0 } };
	struct record r;
	struct directory *d;
	const char *dir, *before;
	struct store *s = open_one(&dir, &d, &first);
	uint64_t generation;

	(void)state;
	before = digest(s);
	for (int amend = 0; amend < 2; amend++) {
		struct record_id at = amend ? first : id;

		disk_is(true, true);
		ok(start(s, &at, "Nu"));
		disk_is_reached();
		assert_int_equal(found(d, "nu"), 1);
		disk_is(false, true);
		until_back(s);
		assert_int_equal(
		    store_record(s, world, &at, &r, &oops), ERR_IO);
		assert_int_equal(start(s, &first, "Vo"), ERR_IO);
		assert_int_equal(
		    store_meta_put(s, "x", STR("y"), &oops), ERR_IO);
		disk_is(false, false);
		assert_int_equal(store_meta_put(s, "x", STR("y"), &oops), ERR_IO);
		generation = directory_generation(d);
		assert_int_equal(store_append_end(s, &oops), ERR_IO);
		assert_true(directory_generation(d) > generation);
		assert_int_equal(store_append_fd(s), -1);
		assert_int_equal(directory_count(d), 1);
		assert_int_equal(found(d, "nu"), 0);
		assert_int_equal(found(d, "ba"), 1);
		assert_string_equal(digest(s), before);
		assert_int_equal(faults(s), 0);
		/* it is forgotten */
		ok(store_append_end(s, &oops));
	}
	ok(start(s, &id, "Nu"));
	ok(store_append_end(s, &oops));
	assert_int_equal(found(d, "nu"), 1);
	store_close(s);
	s = world_open(dir);
	assert_int_equal(store_count(s, NULL), 2);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* The same record, its history, another, and one more: each save on top of the
 * one before, none waited for, and the disk has them in their order. */
static void
test_queues(void **state)
{
	struct record_id first, id = { { 0 } }, other = { { 0 } };
	struct store_event *h;
	struct directory *d;
	const char *dir;
	struct store *s = open_one(&dir, &d, &first);
	struct record r;
	size_t n;

	(void)state;
	disk_is(true, false);
	ok(start(s, &id, "Nu"));
	disk_is_reached();
	ok(start(s, &id, "Ti"));
	ok(start(s, &other, "Ki"));
	ok(start(s, &id, "Vo"));
	/* nothing but the records was touched in between */
	assert_int_equal(start(s, &id, "\""), ERR_FORMAT);
	assert_string_equal(name_of(s, &id), "\"Vo\"");
	assert_string_equal(name_of(s, &other), "\"Ki\"");
	assert_int_equal(found(d, "ti"), 0);
	assert_int_equal(found(d, "vo"), 1);
	ok(store_history(s, world, &id, &h, &n, &oops));
	assert_int_equal(n, 3);
	assert_memory_equal(&h[2].event.over[0], &h[1].id, sizeof h[1].id);
	ok(store_record(s, world, &id, &r, &oops));
	assert_false(r.conflict);
	assert_false(store_append_is_back(s));
	disk_is(false, false);
	for (int i = 0; i < 4; i++) {
		assert_true(store_append_fd(s) >= 0);
		ok(store_append_end(s, &oops));
	}
	assert_int_equal(store_append_fd(s), -1);
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_string_equal(name_of(s, &id), "\"Vo\"");
	assert_int_equal(store_count(s, NULL), 3);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* The second of three fails: the first is saved, the third was made on top of
 * the second and goes with it. */
static void
test_fails_behind(void **state)
{
	struct record_id first, id[3] = { 0 };
	struct directory *d;
	const char *dir;
	struct store *s = open_one(&dir, &d, &first);

	(void)state;
	disk_is(true, false);
	ok(start(s, &id[0], "Nu"));
	disk_is_reached();
	ok(start(s, &id[1], "Ti"));
	ok(start(s, &id[2], "Ki"));
	disk_fails_after(1);
	ok(store_append_end(s, &oops));
	assert_int_equal(store_append_end(s, &oops), ERR_IO);
	assert_int_equal(store_append_fd(s), -1);
	disk_is(false, false);
	assert_int_equal(found(d, "nu"), 1);
	assert_int_equal(found(d, "ti"), 0);
	assert_int_equal(found(d, "ki"), 0);
	assert_int_equal(store_count(s, NULL), 2);
	assert_int_equal(faults(s), 0);
	ok(start(s, &id[2], "Ki"));
	ok(store_append_end(s, &oops));
	assert_int_equal(found(d, "ki"), 1);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* What is no save of a record waits for all of them, and so does the disk's
 * own word. */
static void
test_waits(void **state)
{
	struct record_id first, id = { { 0 } }, other = { { 0 } };
	struct directory *d;
	const char *dir;
	struct store *s = open_one(&dir, &d, &first);

	(void)state;
	ok(start(s, &id, "Nu"));
	ok(start(s, &other, "Ti"));
	put(s, EVENT_AMEND, &first, "name", "\"Ki\"", NULL);
	assert_true(store_append_is_back(s));
	ok(store_append_end(s, &oops));
	assert_true(store_append_is_back(s));
	ok(store_append_end(s, &oops));
	assert_string_equal(value(s, &first, "name"), "\"Ki\"");
	assert_int_equal(found(d, "ki"), 1);
	assert_int_equal(found(d, "nu"), 1);
	assert_int_equal(found(d, "ti"), 1);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* A store that holds nothing yet, and a map that is too small: the thread makes
 * it larger. */
static void
test_grows(void **state)
{
	struct record_id id[40] = { 0 };
	const char *dir = world_dir("grows");
	char *name = arena_alloc(world, 12001);
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct store_options o = world_options();
	struct directory *d;

	(void)state;
	store_close(s);
	o.map_size = 256u << 10;
	ok(store_open(dir, &o, &s, &oops));
	memset(name, 'x', 12000);
	ok(directory_open(s, &d, &oops));
	for (size_t i = 0; i < ARRAY_LEN(id); i++)
		ok(start(s, &id[i], name));
	for (size_t i = 0; i < ARRAY_LEN(id); i++)
		ok(store_append_end(s, &oops));
	assert_int_equal(store_count(s, NULL), ARRAY_LEN(id));
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* Saves on saves, with all that a screen reads in between; the same as if each
 * had been waited for. */
static void
test_storm(void **state)
{
	struct record_id first, id[STORM / 3] = { 0 };
	struct directory *d;
	const char *dir;
	struct store *s = open_one(&dir, &d, &first);
	char name[32];

	(void)state;
	for (int i = 0; i < STORM; i++) {
		struct record_id *at = &id[i * 7 % (STORM / 3)];

		snprintf(name, sizeof name, "Ti %d", i);
		ok(start(s, at, name));
		assert_string_equal(
		    name_of(s, at), arena_printf(world, "\"%s\"", name));
		assert_int_equal(found(d, "ba"), 1);
		assert_string_equal(value(s, &first, "name"), "\"Ba\"");
		if (i % 3 == 0)
			assert_string_equal(value(s, at, "name"),
			    arena_printf(world, "\"%s\"", name));
		if (i % 5 != 0)
			while (store_append_is_back(s))
				ok(store_append_end(s, &oops));
	}
	while (store_append_fd(s) >= 0)
		ok(store_append_end(s, &oops));
	assert_int_equal(store_count(s, NULL), STORM / 3 + 1);
	assert_int_equal(faults(s), 0);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_is_seen_at_once, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_takes_back, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_queues, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_fails_behind, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_grows, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_waits, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
		    test_storm, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

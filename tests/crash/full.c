/*
 * Full, in two ways.  The map is made so small that it is full at each of 50
 * points of a job; it grows, and all is there.  And a disk on which less is
 * free than a change may take: the change is refused before it begins, what is
 * there can be read, and goes on when there is room (SAFETY D4, D13).
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PAGE 4096
#define POINTS 50

static bool disk_full;

/* The store asks the system how much is free; here it asks us. */
int
statvfs(const char *path, struct statvfs *out)
{
	(void)path;
	memset(out, 0, sizeof *out);
	out->f_frsize = PAGE;
	out->f_bavail = disk_full ? (63u << 20) / PAGE : 1u << 30;
	return 0;
}

static struct store *
open_with_map(const char *dir, size_t map)
{
	struct store_options o = world_options();
	struct store *s;

	o.map_size = map;
	ok(store_open(dir, &o, &s, &oops));
	return s;
}

static void
load(struct store *s, size_t n)
{
	struct event_set set = { STR("name"), STR("\"Nguyễn Văn Thử\"") };
	struct store_write w = { .act = EVENT_CREATE,
		.scope = "11149",
		.form = "person",
		.form_hash = form_hash,
		.officer = "x",
		.set = &set,
		.n_set = 1 };
	struct store_bulk *b;

	ok(store_bulk_begin(s, &b, &oops));
	for (size_t i = 0; i < n; i++) {
		store_id_make(s, w.scope, &w.record);
		ok(store_bulk_add(b, &w, &oops));
	}
	ok(store_bulk_end(b, true, &oops));
}

static void
test_map_is_full(void **state)
{
	(void)state;
	for (size_t point = 0; point < POINTS; point++) {
		const char *dir = world_dir("map"),
		           *peer_dir = world_dir("peer");
		struct store *s = world_create(dir, "11149", "commune", 1);
		struct store *peer =
		    world_create(peer_dir, "11149", "commune", 2);
		size_t n = 0;
		struct stat st;

		store_close(s);
		assert_int_equal(
		    stat(arena_printf(world, "%s/db/data.mdb", dir), &st), 0);
		s = open_with_map(dir, (size_t)st.st_size + point * PAGE);
		for (; n < point % 7 + 1; n++)
			new_record(s, "A");
		for (size_t i = 0; i < 20; i++, n++)
			new_record(peer, "B");
		hand_over(peer, s, 1);
		load(s, 120);
		n += 120;
		ok(store_rebuild(s, &oops));
		assert_int_equal(store_count(s, NULL), n);
		assert_int_equal(faults(s), 0);
		store_close(s);
		s = world_open(dir);
		assert_false(store_was_restored(s));
		assert_int_equal(store_count(s, NULL), n);
		store_close(s);
		store_close(peer);
		ok(file_remove_tree(dir, &oops));
		ok(file_remove_tree(peer_dir, &oops));
	}
}

static void
test_disk_is_full(void **state)
{
	const char *dir = world_dir("disk");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct event_set set = { STR("name"), STR("\"B\"") };
	struct store_write w = { .act = EVENT_AMEND,
		.record = id,
		.scope = "11149",
		.form = "person",
		.form_hash = form_hash,
		.officer = "x",
		.set = &set,
		.n_set = 1 };
	const char *before = digest(s);

	(void)state;
	disk_full = true;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    store_append(s, &w, 1, NULL, &oops), ERR_NOSPACE);
		assert_non_null(strstr(oops.what, "nearly full"));
		assert_string_equal(digest(s), before);
		assert_int_equal(faults(s), 0);
		/* the second time it was full before it was opened */
		store_close(s);
		s = world_open(dir);
		assert_false(store_was_restored(s));
	}
	disk_full = false;
	ok(store_append(s, &w, 1, NULL, &oops));
	assert_string_equal(value(s, &id, "name"), "\"B\"");
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_false(store_was_restored(s));
	assert_string_equal(value(s, &id, "name"), "\"B\"");
	store_close(s);
	disk_full = false;
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(test_map_is_full),
		T(test_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

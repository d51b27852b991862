/*
 * Full, in two ways.  The map is made so small that it is full at each of 50
 * points of a job, in each way in which the store writes; it grows, and all is
 * there (this is the whole of SAFETY (d) 13, so that there is no long form).
 * Planted: a map that does not grow, and a put that is lost after it did.  And
 * a disk on which less is free than a change may take: the change is refused
 * before it begins, what is there can be read, and goes on when there is room
 * (SAFETY D4, D13).
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <lmdb.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define POINTS 50
#define SAVES 12
#define AT_ONCE 3

static enum { SOUND, NOT_GROWN, PUT_LOST, PLANTS } planted;
static struct {
	unsigned times, by_thread, puts; /* puts: before the first time */
	bool lose;                       /* the next put */
} grown;
static bool disk_full;

struct db;
enum err __wrap_db_grow_map(struct db *db, struct error *e);
enum err __real_db_grow_map(struct db *db, struct error *e);
int __wrap_mdb_put(
    MDB_txn *t, MDB_dbi table, MDB_val *k, MDB_val *v, unsigned flags);
int __real_mdb_put(
    MDB_txn *t, MDB_dbi table, MDB_val *k, MDB_val *v, unsigned flags);

enum err
__wrap_db_grow_map(struct db *db, struct error *e)
{
	grown.times++;
	grown.by_thread += gettid() != getpid();
	grown.lose = planted == PUT_LOST;
	return planted == NOT_GROWN ? OK : __real_db_grow_map(db, e);
}

int
__wrap_mdb_put(
    MDB_txn *t, MDB_dbi table, MDB_val *k, MDB_val *v, unsigned flags)
{
	grown.puts += grown.times == 0;
	if (!grown.lose)
		return __real_mdb_put(t, table, k, v, flags);
	grown.lose = false;
	return 0;
}

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

/* A record "A"; waited for, or not. */
static void
save(struct store *s, bool ahead)
{
	struct event_set set = { STR("name"), STR("\"A\"") };
	struct store_write w = write_of(EVENT_CREATE, &set);

	store_id_make(s, w.scope, &w.record);
	if (ahead)
		ok(store_append_start(s, &w, 1, &oops));
	else
		ok(store_append(s, &w, 1, NULL, &oops));
}

static void
saves(struct store *s, bool ahead)
{
	for (size_t i = 0; i < SAVES; i += AT_ONCE) {
		for (size_t k = 0; k < AT_ONCE; k++)
			save(s, ahead);
		for (size_t k = 0; ahead && k < AT_ONCE; k++)
			ok(store_append_end(s, &oops));
	}
}

static void
load(struct store *s, size_t n)
{
	struct event_set set = { STR("name"), STR("\"Nguyễn Văn Thử\"") };
	struct store_write w = write_of(EVENT_CREATE, &set);
	struct store_bulk *b;

	ok(store_bulk_begin(s, &b, &oops));
	for (size_t i = 0; i < n; i++) {
		store_id_make(s, w.scope, &w.record);
		ok(store_bulk_add(b, &w, &oops));
	}
	ok(store_bulk_end(b, true, &oops));
}

/* The four ways to write, from each of them on to the others. */
static size_t
work(struct store *s, struct store *peer, unsigned first)
{
	size_t n = 2 * SAVES + 20 + 120;

	for (size_t i = 0; i < 20; i++)
		new_record(peer, "B");
	for (unsigned i = 0; i < 4; i++)
		switch ((first + i) % 4) {
		case 0:
			saves(s, false);
			break;
		case 1:
			saves(s, true);
			break;
		case 2:
			hand_over(peer, s, 1);
			break;
		case 3:
			load(s, 120);
			break;
		}
	ok(store_rebuild(s, &oops));
	return n;
}

/* A job in a map that has room for so many pages more than there are. */
static void
in_a_map(size_t pages, unsigned first)
{
	const char *dir = world_dir("map"), *peer_dir = world_dir("peer");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct store *peer = world_create(peer_dir, "11149", "commune", 2);
	struct stat st;
	size_t n;

	store_close(s);
	assert_int_equal(
	    stat(arena_printf(world, "%s/db/data.mdb", dir), &st), 0);
	s = open_with_map(dir, (size_t)st.st_size + pages * PAGE);
	memset(&grown, 0, sizeof grown);
	n = work(s, peer, first);
	assert_true(grown.times > 0);
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

static void
test_map_is_full(void **state)
{
	unsigned at[POINTS], points = 0, times = 0, by_thread = 0;

	(void)state;
	for (unsigned i = 0; i < POINTS; i++) {
		bool known = false;

		in_a_map(i, i);
		times += grown.times;
		by_thread += grown.by_thread;
		for (unsigned k = 0; k < points; k++)
			known |= at[k] == grown.puts;
		if (!known)
			at[points++] = grown.puts;
	}
	print_message("the map grew in each of %d jobs, %u times, %u of them "
	              "by the thread; first after %u different numbers of "
	              "puts\n",
	    POINTS, times, by_thread, points);
	assert_true(by_thread > 0);
	assert_true(by_thread < times);
	assert_true(points > POINTS / 2);
}

/* Not by cmocka, which would go on: what is wrong ends the process. */
static bool
is_caught(int plant)
{
	int status = 0;
	pid_t pid;

	if (world_setup(NULL) != 0)
		return false;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		planted = plant;
		if (freopen("/dev/null", "w", stderr) != NULL)
			in_a_map(5, 0);
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && world_teardown(NULL) == 0 &&
	       WIFEXITED(status) && WEXITSTATUS(status) != 0;
}

static void
test_disk_is_full(void **state)
{
	const char *dir = world_dir("disk");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct event_set set = { STR("name"), STR("\"B\"") };
	struct store_write w = write_of(EVENT_AMEND, &set);
	const char *before = digest(s);

	(void)state;
	w.record = id;
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

	for (int plant = SOUND + 1; plant < PLANTS; plant++)
		if (!is_caught(plant)) {
			print_error("planted fault %d is not caught\n", plant);
			return 1;
		}
	return cmocka_run_group_tests(tests, NULL, NULL);
}

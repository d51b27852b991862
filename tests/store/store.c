/* The store: what is saved is there, in conflict it is all there, and what
 * is not ours to set is refused. */
#include "tests/store/world.h"

#include "base/file.h"
#include "store/store_impl.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_append_and_reopen(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id id = new_record(s, "Phạm Văn Bình");
	struct store_event *h;
	struct record r;
	size_t n;

	(void)state;
	put(s, EVENT_AMEND, &id, "birth", "\"1951\"", "hamlet", "\"T1\"", NULL);
	put(s, EVENT_MOVE, &id, "state", "\"filed\"", NULL);
	store_close(s);
	s = world_open(dir);
	assert_false(store_was_restored(s));
	assert_string_equal(value(s, &id, "birth"), "\"1951\"");
	assert_string_equal(value(s, &id, "name"), "\"Phạm Văn Bình\"");
	r = get(s, &id);
	assert_true(str_is(r.state, "filed"));
	assert_false(r.conflict);
	assert_int_equal(r.n_events, 3);
	ok(store_history(s, world, &id, &h, &n, &oops));
	assert_int_equal(n, 3);
	assert_int_equal(h[0].event.act, EVENT_CREATE);
	assert_int_equal(h[2].event.act, EVENT_MOVE);
	assert_true(h[0].linked && h[1].linked && h[2].linked);
	assert_string_equal(h[0].unit, "11149");
	assert_int_equal(faults(s), 0);
	store_close(s);
}

static void
test_second_program_is_kept_out(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1), *two;
	struct store_options o = world_options();
	struct store_device d = { .unit = "11149", .role = "commune" };

	(void)state;
	assert_int_equal(store_open(dir, &o, &two, &oops), ERR_BUSY);
	assert_int_equal(store_create(dir, &o, &d, &oops), ERR_BUSY);
	store_close(s);
	assert_int_equal(store_create(dir, &o, &d, &oops), ERR_EXISTS);
	assert_int_equal(
	    store_open(world_dir("none"), &o, &two, &oops), ERR_NOTFOUND);
}

static void
test_other_key_opens_nothing(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct store_options o = world_options();
	uint8_t key[32] = { 8 };

	(void)state;
	store_close(s);
	o.key = key;
	assert_int_equal(store_open(dir, &o, &s, &oops), ERR_CORRUPT);
}

static void
test_owner_is_refused_by_name(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id = new_record(s, "Đỗ Thị Hoa");
	struct event_set set = { STR("decision"), STR("\"yes\"") };
	struct store_write w = { .act = EVENT_AMEND, .record = id,
		.scope = "11149", .form = "person", .form_hash = form_hash,
		.officer = "x", .set = &set, .n_set = 1 };
	const char *before = digest(s);

	(void)state;
	assert_int_equal(store_append(s, &w, 1, NULL, &oops), ERR_REFUSED);
	assert_non_null(strstr(oops.what, "decision"));
	set = (struct event_set){ STR("nonsense"), STR("1") };
	assert_int_equal(store_append(s, &w, 1, NULL, &oops), ERR_REFUSED);
	set = (struct event_set){ STR("state"), STR("\"approved\"") };
	assert_int_equal(store_append(s, &w, 1, NULL, &oops), ERR_REFUSED);
	assert_string_equal(digest(s), before);
	store_close(s);
}

static void
test_conflict_is_kept_until_resolved(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id;
	struct event_id first, a, b;
	struct record r;

	(void)state;
	store_id_make(s, put_scope, &id);
	first = put(s, EVENT_CREATE, &id, "name", "\"A\"", NULL);
	a = put_over(s, &id, &first, 1, "name", "\"B\"");
	b = put_over(s, &id, &first, 1, "name", "\"C\"");
	(void)a;
	(void)b;
	r = get(s, &id);
	assert_true(r.conflict);
	assert_int_equal(r.registers[0].n_heads, 2);
	put(s, EVENT_RESOLVE, &id, "name", "\"C\"", NULL);
	r = get(s, &id);
	assert_false(r.conflict);
	assert_string_equal(value(s, &id, "name"), "\"C\"");
	/* equal values are no conflict */
	first = r.registers[0].heads[0].event;
	put_over(s, &id, &first, 1, "name", "\"D\"");
	put_over(s, &id, &first, 1, "name", "\"D\"");
	r = get(s, &id);
	assert_false(r.conflict);
	assert_int_equal(r.registers[0].n_heads, 2);
	store_close(s);
}

static void
test_void_and_restore(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct event_id name = get(s, &id).registers[1].heads[0].event;

	(void)state;
	put(s, EVENT_VOID, &id, "void", "\"typed twice\"", NULL);
	assert_true(get(s, &id).is_void);
	assert_false(get(s, &id).conflict);
	assert_int_equal(store_count(s, "person"), 0);
	put(s, EVENT_RESTORE, &id, "void", "null", NULL);
	assert_false(get(s, &id).is_void);
	put(s, EVENT_AMEND, &id, "name", "\"B\"", NULL);
	assert_false(get(s, &id).conflict);
	assert_int_equal(store_count(s, "person"), 1);
	(void)name;
	store_close(s);
}

static char *
row_path(size_t i)
{
	return arena_printf(world, "children/row%zu/name", i);
}

static size_t
count_acts(struct store *s, const struct record_id *id, enum event_act act)
{
	struct store_event *h;
	size_t n, found = 0;

	ok(store_history(s, world, id, &h, &n, &oops));
	for (size_t i = 0; i < n; i++) {
		assert_true(h[i].event.n_over <= EVENT_OVER_MAX);
		found += h[i].event.act == act;
	}
	return found;
}

/* Of so many heads that no event can name them, several see all. */
static void
test_void_of_many_heads(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct store *other =
	    world_create(world_dir("b"), "11149", "commune", 2);
	struct record_id id = new_record(s, "A"), few = new_record(s, "B");
	struct event_id over[EVENT_OVER_MAX];
	struct record r;

	(void)state;
	for (size_t i = 0; i < 2 * EVENT_OVER_MAX + 20; i++) {
		put(s, EVENT_AMEND, &id, row_path(i), "\"Con\"", NULL);
		if (i <= EVENT_OVER_MAX)
			put(s, EVENT_AMEND, &few, row_path(i), "\"C\"", NULL);
	}
	/* planted: one that names what fits, and leaves the rest unseen */
	r = get(s, &few);
	for (size_t i = 0; i < ARRAY_LEN(over); i++)
		over[i] = r.registers[i].heads[0].event;
	put_over(s, &few, over, ARRAY_LEN(over), "void", "\"x\"");
	assert_true(get(s, &few).conflict);
	hand_over(s, other, 1);
	put(s, EVENT_VOID, &id, "void", "\"typed twice\"", NULL);
	assert_true(get(s, &id).is_void);
	assert_false(get(s, &id).conflict);
	assert_int_equal(count_acts(s, &id, EVENT_VOID), 3);
	put(s, EVENT_VOID, &few, "void", "\"typed twice\"", NULL);
	assert_false(get(s, &few).conflict);
	/* what was written meanwhile is for a person, like always */
	put(other, EVENT_AMEND, &id, row_path(7), "\"Cháu\"", NULL);
	hand_over(s, other, 2);
	hand_over(other, s, 1);
	assert_true(get(s, &id).conflict);
	assert_string_equal(digest(s), digest(other));
	put(s, EVENT_VOID, &id, "void", "\"typed twice\"", NULL);
	assert_true(get(s, &id).is_void);
	assert_false(get(s, &id).conflict);
	put(s, EVENT_RESTORE, &id, "void", "null", NULL);
	assert_false(get(s, &id).is_void);
	assert_false(get(s, &id).conflict);
	assert_int_equal(faults(s), 0);
	store_close(s);
	store_close(other);
}

/* What is over nothing else is one head more of its register. */
static void
test_row_of_many_heads(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct event_set gone = { STR("children/row0"), STR("null") };
	struct event_id nothing = { { 0 } };
	struct store_write w = { .act = EVENT_AMEND, .record = id,
		.scope = "11149", .form = "person", .form_hash = form_hash,
		.officer = "x", .set = &gone, .n_set = 1 };

	(void)state;
	for (size_t i = 0; i <= EVENT_OVER_MAX; i++)
		put_over(s, &id, &nothing, 0, row_path(0),
		    arena_printf(world, "\"%zu\"", i));
	assert_int_equal(store_append(s, &w, 1, NULL, &oops), ERR_LIMIT);
	assert_non_null(strstr(oops.what, "64"));
	put(s, EVENT_AMEND, &id, row_path(1), "\"x\"", NULL);
	gone.path = STR("children/row1");
	ok(store_append(s, &w, 1, NULL, &oops));
	for (size_t i = 0; i < get(s, &id).n_registers; i++)
		assert_false(get(s, &id).registers[i].unseen);
	store_close(s);
}

static void
test_registers_of_several_and_rows(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct record r;

	(void)state;
	put(s, EVENT_AMEND, &id, "kind", "\"move\"", "level", "\"2\"",
	    "children/abcdefghijklm", "1", "children/abcdefghijklm/name",
	    "\"Con\"", NULL);
	r = get(s, &id);
	assert_string_equal(value(s, &id, "level"), "\"2\"");
	assert_string_equal(
	    value(s, &id, "children/abcdefghijklm/name"), "\"Con\"");
	for (size_t i = 0; i < r.n_registers; i++)
		assert_false(str_is(r.registers[i].name, "kind"));
	put(s, EVENT_AMEND, &id, "children/abcdefghijklm", "null", NULL);
	assert_string_equal(
	    value(s, &id, "children/abcdefghijklm/name"), "");
	store_close(s);
}

static void
test_missing_pack_waits(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct event_set set = { STR("name"), STR("\"B\"") };
	struct store_write w = { .act = EVENT_AMEND, .record = id,
		.scope = "11149", .form = "person", .form_hash = other_hash,
		.officer = "x", .set = &set, .n_set = 1 };
	struct directory *d;
	struct directory_row row;
	size_t at;

	(void)state;
	assert_int_equal(store_append(s, &w, 1, NULL, &oops), ERR_REFUSED);
	know_other = true;
	ok(store_append(s, &w, 1, NULL, &oops));
	assert_string_equal(value(s, &id, "name"), "\"B\"");
	know_other = false;
	assert_true(get(s, &id).waiting);
	assert_string_equal(value(s, &id, "name"), "\"A\"");
	ok(store_rebuild(s, &oops));
	ok(directory_open(s, &d, &oops));
	assert_true(directory_find(d, &id, &at));
	directory_get(d, at, &row);
	assert_true(row.waiting);
	know_other = true;
	ok(store_refold(s, &oops));
	directory_get(d, at, &row);
	assert_false(row.waiting);
	assert_true(str_is(row.name, "B"));
	store_close(s);
}

/* As the first program left it: numbers without a layout, other pages. */
static enum err
write_first_layout(struct txn *t, void *ctx, struct error *e)
{
	struct buf *numbers = ctx;
	struct key_u32 page = key_u32(0);

	ok(txn_get(t, DB_META, STR(".numbers"), numbers, e));
	numbers->n -= 1 + 3; /* the layout, and the newest known day */
	ok(txn_put(t, DB_META, STR(".numbers"), buf_str(numbers), e));
	ok(txn_clear(t, DB_CHAIN, e));
	ok(txn_clear(t, DB_RECORDS, e));
	return txn_put(t, DB_DIRECTORY, KEY_STR(page), STR("another"), e);
}

static void
test_another_layout_is_made_anew(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id id = new_record(s, "A");
	struct buf numbers = BUF_INIT;
	const char *before;

	(void)state;
	for (int i = 0; i < 50; i++)
		new_record(s, "B");
	before = digest(s);
	ok(db_write(s->db, 0, write_first_layout, &numbers, &oops));
	buf_release(&numbers);
	store_close(s);
	s = world_open(dir);
	assert_string_equal(digest(s), before);
	assert_string_equal(value(s, &id, "name"), "\"A\"");
	assert_int_equal(faults(s), 0);
	new_record(s, "C");
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_int_equal(store_count(s, NULL), 52);
	store_close(s);
}

static void
test_full_map_grows(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct store_options o = world_options();
	struct record_id id[400];

	(void)state;
	store_close(s);
	o.map_size = 1u << 18;
	ok(store_open(dir, &o, &s, &oops));
	for (size_t i = 0; i < 400; i++)
		id[i] = new_record(s, "Nguyễn Văn Rất Dài Tên");
	for (size_t i = 0; i < 400; i++)
		assert_int_equal(get(s, &id[i]).n_events, 1);
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_int_equal(store_count(s, NULL), 400);
	store_close(s);
}

static void
test_bulk_and_rebuild(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct event_set set[2];
	struct store_write w = { .act = EVENT_CREATE, .scope = "11149",
		.form = "person", .form_hash = form_hash, .officer = "demo",
		.set = set };
	struct store_bulk *b;
	const char *before;
	struct record_id id;

	(void)state;
	ok(store_bulk_begin(s, &b, &oops));
	for (int i = 0; i < 20000; i++) {
		store_id_make(s, w.scope, &w.record);
		id = w.record;
		set[0] = (struct event_set){ STR("name"),
			str_of(arena_printf(world, "\"Tên %d\"", i)) };
		w.n_set = 1;
		ok(store_bulk_add(b, &w, &oops));
		if (i % 1000 == 0) { /* a second event of the same record */
			w.act = EVENT_AMEND;
			set[0].json = STR("\"Khác\"");
			ok(store_bulk_add(b, &w, &oops));
			w.act = EVENT_CREATE;
		}
	}
	ok(store_bulk_end(b, true, &oops));
	assert_int_equal(store_count(s, "person"), 20000);
	assert_string_equal(value(s, &id, "name"), "\"Tên 19999\"");
	before = digest(s);
	ok(store_rebuild(s, &oops));
	assert_string_equal(digest(s), before);
	assert_int_equal(faults(s), 0);
	store_close(s);
	s = world_open(dir);
	assert_string_equal(digest(s), before);
	store_close(s);
}

/* A child saves and says so; it is killed in the middle of it. */
static void
test_killed_loses_nothing(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	uint64_t saved = 0;

	(void)state;
	store_close(s);
	for (int round = 0; round < 24; round++) {
		int fd[2], status;
		char byte;
		pid_t pid;

		assert_int_equal(pipe(fd), 0);
		pid = fork();
		if (pid == 0) {
			s = world_open(dir);
			for (;;) {
				new_record(s, "A");
				if (write(fd[1], "+", 1) != 1)
					_exit(1);
			}
		}
		close(fd[1]);
		for (int i = 0; i < 3 + round; i++)
			saved += read(fd[0], &byte, 1) == 1;
		usleep((unsigned)(round * 137 % 1000));
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		while (read(fd[0], &byte, 1) == 1)
			saved++;
		close(fd[0]);
		s = world_open(dir);
		assert_false(store_was_restored(s));
		assert_true(store_count(s, NULL) >= saved);
		assert_true(store_count(s, NULL) <= saved + 1);
		saved = store_count(s, NULL);
		if (round % 6 == 5)
			assert_int_equal(faults(s), 0);
		store_close(s);
	}
}

/* Every file the disk may take is small: the commit fails, what was typed is
 * not said to be saved, and the store is whole. */
static void
test_failed_write_is_told(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	int status;
	pid_t pid;

	(void)state;
	store_close(s);
	pid = fork();
	if (pid == 0) {
		struct rlimit limit = { 200 * 1024, 200 * 1024 };
		struct event_set set = { STR("name"), STR("\"A\"") };
		struct store_write w = { .act = EVENT_CREATE,
			.scope = "11149", .form = "person",
			.form_hash = form_hash, .officer = "x", .set = &set,
			.n_set = 1 };
		uint64_t n = 0;
		enum err r = OK;

		s = world_open(dir);
		setrlimit(RLIMIT_FSIZE, &limit);
		while (r == OK && n < 2000) {
			store_id_make(s, w.scope, &w.record);
			r = store_append(s, &w, 1, NULL, &oops);
			n += r == OK;
		}
		if (r != ERR_IO || store_count(s, NULL) != n)
			_exit(200);
		_exit(n > 100 ? 100 : (int)n);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), 5, 100);
	s = world_open(dir);
	if (WEXITSTATUS(status) < 100)
		assert_int_equal(store_count(s, NULL), WEXITSTATUS(status));
	assert_int_equal(faults(s), 0);
	store_close(s);
}

/* One bit of the file, over and over: each flip is told, or hit nothing. */
static void
test_flipped_bits_are_told(void **state)
{
	const char *dir = world_dir("a");
	char *path = arena_printf(world, "%s/copy", dir);
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct stat st;
	unsigned told = 0, same = 0;
	const char *before;
	int fd;

	(void)state;
	for (int i = 0; i < 60; i++)
		new_record(s, "Canary Nguyễn");
	before = digest(s);
	/* the compact copy has no free pages to hit */
	ok(store_backup(s, path, NULL, NULL, &oops));
	store_close(s);
	assert_int_equal(stat(path, &st), 0);
	for (int i = 0; i < 60; i++) {
		off_t at = 8192 + (off_t)i * 1013 * 7 % (st.st_size - 8192);
		uint8_t byte, flipped;
		int status;
		pid_t pid;

		fd = open(path, O_RDWR);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		flipped = byte ^ (uint8_t)(1 << (i % 8));
		pid = fork();
		if (pid == 0) { /* a copy, so that what it writes is gone */
			struct store_options o = world_options();
			const char *twin = world_dir("twin");
			uint64_t n = 0;
			struct str all;
			enum err r;

			(void)freopen("/dev/null", "w", stderr);
			if (file_read(world, path, 64u << 20, &all, &oops) != OK)
				_exit(99);
			((char *)(uintptr_t)all.p)[at] = (char)flipped;
			if (file_exists(twin) &&
			    file_remove_tree(twin, &oops) != OK)
				_exit(99);
			if (file_make_dirs(
			        arena_printf(world, "%s/db", twin), 0700,
			        &oops) != OK ||
			    file_write(
			        arena_printf(world, "%s/db/data.mdb", twin),
			        all, 0600, false, &oops) != OK)
				_exit(99);
			r = store_open(twin, &o, &s, &oops);
			if (r == OK)
				r = store_check(
				    s, NULL, NULL, NULL, NULL, &n, &oops);
			if (r != OK || n > 0)
				_exit(75);
			_exit(strcmp(digest(s), before) == 0 ? 0 : 98);
		}
		close(fd);
		waitpid(pid, &status, 0);
		/* a wild page may still stop the process: never silently */
		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			same++;
		else
			told++;
		assert_false(WIFEXITED(status) &&
		    (WEXITSTATUS(status) == 98 || WEXITSTATUS(status) == 99));
	}
	assert_true(told > 20);
	print_message("%u flips told, %u hit nothing that is used\n", told, same);
}

static void
test_file_cut_short(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct store_options o = world_options();

	(void)state;
	for (int i = 0; i < 50; i++)
		new_record(s, "A");
	store_close(s);
	assert_int_equal(
	    truncate(arena_printf(world, "%s/db/data.mdb", dir), 40960), 0);
	assert_int_equal(store_open(dir, &o, &s, &oops), ERR_CORRUPT);
}

/* The disk gives out while the store is open: the program ends with 75. */
static void
test_file_cut_while_open(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	int status;
	pid_t pid;

	(void)state;
	for (int i = 0; i < 50; i++)
		new_record(s, "A");
	store_close(s);
	pid = fork();
	if (pid == 0) {
		uint8_t sum[32];
		uint64_t n;

		(void)!freopen("/dev/null", "w", stderr);
		s = world_open(dir);
		if (truncate(arena_printf(world, "%s/db/data.mdb", dir),
		        4096) != 0)
			_exit(99);
		if (store_check(s, NULL, NULL, NULL, NULL, &n, &oops) !=
		    ERR_CORRUPT)
			_exit(98);
		(void)!store_digest(s, sum, &oops);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 75);
}

static void
test_nothing_readable_on_disk(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct str all;

	(void)state;
	new_record(s, "CANARYCANARY");
	store_close(s);
	ok(file_read(world, arena_printf(world, "%s/db/data.mdb", dir),
	    64u << 20, &all, &oops));
	assert_null(memmem(all.p, all.n, "CANARY", 6));
	assert_null(memmem(all.p, all.n, "canary", 6));
}

static enum err
wait_in_write(struct txn *t, void *ctx, struct error *e)
{
	(void)t;
	(void)ctx;
	(void)e;
	store_at_rest();
	return OK;
}

/* Waits for a person in the middle of a reading, of a writing, or between. */
static void
wait_inside(struct store *s, int where)
{
	struct txn *t;

	if (where == 1 && db_read_begin(s->db, &t, NULL) == OK)
		store_at_rest();
	if (where == 2)
		(void)!db_write(s->db, 0, wait_in_write, NULL, NULL);
	store_at_rest();
	_exit(0);
}

static void
test_waits_at_rest(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);

	(void)state;
	(void)new_record(s, "Đào");
	for (int where = 0; where < 3; where++) {
		int status, null = open("/dev/null", O_WRONLY);
		pid_t pid = fork();

		if (pid == 0) {
			dup2(null, STDERR_FILENO);
			wait_inside(s, where);
		}
		waitpid(pid, &status, 0);
		close(null);
		assert_int_equal(
		    WIFEXITED(status) && WEXITSTATUS(status) == 0, where == 0);
	}
	store_close(s);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(test_append_and_reopen),
		T(test_second_program_is_kept_out),
		T(test_other_key_opens_nothing),
		T(test_owner_is_refused_by_name),
		T(test_conflict_is_kept_until_resolved),
		T(test_void_and_restore),
		T(test_void_of_many_heads),
		T(test_row_of_many_heads),
		T(test_registers_of_several_and_rows),
		T(test_missing_pack_waits),
		T(test_another_layout_is_made_anew),
		T(test_full_map_grows),
		T(test_bulk_and_rebuild),
		T(test_killed_loses_nothing),
		T(test_failed_write_is_told),
		T(test_flipped_bits_are_told),
		T(test_file_cut_short),
		T(test_file_cut_while_open),
		T(test_nothing_readable_on_disk),
		T(test_waits_at_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Drafts: the last whole entry is what opens, whatever the end looks like. */
#include "tests/store/world.h"

#include "base/file.h"
#include "store/draft.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint8_t key[32] = { 3 };

static struct draft *
begin(const char *dir, const char *title)
{
	struct draft_head head = { .is_new = true, .form = "person" };
	struct draft *d;

	snprintf(head.title, sizeof head.title, "%s", title);
	ok(draft_create(dir, key, &head, &d, &oops));
	return d;
}

static void
add(struct draft *d, const char *snapshot, const char *typed)
{
	struct draft_entry one = { str_of(snapshot), STR("birth"),
		str_of(typed), (uint32_t)strlen(typed) };

	ok(draft_append(d, &one, &oops));
}

static void
test_reopens_with_half_typed_text(void **state)
{
	const char *dir = world_dir("drafts");
	struct draft *d = begin(dir, "Nguyễn Thị Đào");
	char *name = arena_strdup(world, draft_name(d));
	struct draft_entry last;
	struct draft_head head;

	(void)state;
	add(d, "one", "1");
	add(d, "two", "");
	ok(draft_append_typed(d, STR("19"), 2, &oops));
	ok(draft_append_typed(d, STR("193"), 3, &oops));
	ok(draft_sync(d, &oops));
	draft_close(d);
	ok(draft_open(dir, key, name, world, &head, &last, &d, &oops));
	assert_true(str_is(last.snapshot, "two"));
	assert_true(str_is(last.cursor, "birth"));
	assert_true(str_is(last.typed, "193"));
	assert_int_equal(last.caret, 3);
	assert_string_equal(head.title, "Nguyễn Thị Đào");
	add(d, "three", "");
	draft_close(d);
	ok(draft_open(dir, key, name, world, &head, &last, &d, &oops));
	assert_true(str_is(last.snapshot, "three"));
	assert_true(str_is(last.typed, ""));
	ok(draft_discard(d, &oops));
	assert_int_equal(draft_open(dir, key, name, world, &head, &last, &d,
	                     &oops),
	    ERR_NOTFOUND);
}

/* Cut anywhere, the draft opens with an entry that was whole, never an older
 * one than the cut leaves; and what is typed then is kept. */
static void
test_torn_anywhere(void **state)
{
	const char *dir = world_dir("drafts");
	struct draft *d = begin(dir, "A");
	char *name = arena_strdup(world, draft_name(d));
	char *path = arena_printf(world, "%s/%s", dir, name);
	struct draft_entry last;
	struct draft_head head;
	struct str whole;
	off_t first, second;
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	first = st.st_size;
	add(d, "one", "");
	assert_int_equal(stat(path, &st), 0);
	second = st.st_size;
	add(d, "two", "");
	draft_close(d);
	ok(file_read(world, path, 1 << 20, &whole, &oops));
	for (size_t n = 0; n < whole.n; n += 41) {
		const char *want = (off_t)n < second ? "" : "one";
		struct str cut = { whole.p, n };
		enum err r;

		ok(file_write(path, cut, 0600, false, &oops));
		r = draft_open(dir, key, name, world, &head, &last, &d, &oops);
		if ((off_t)n < first) {
			assert_int_equal(r, ERR_CORRUPT);
			continue;
		}
		assert_int_equal(r, OK);
		assert_true(str_is(last.snapshot, want));
		add(d, "after", "");
		draft_close(d);
		ok(draft_open(
		    dir, key, name, world, &head, &last, &d, &oops));
		assert_true(str_is(last.snapshot, "after"));
		draft_close(d);
	}
}

static void
test_list_and_wrong_key(void **state)
{
	const char *dir = world_dir("drafts");
	const uint8_t wrong[32] = { 4 };
	struct draft_listed *list;
	struct draft *d;
	size_t n;

	(void)state;
	ok(draft_list(dir, key, world, &list, &n, &oops));
	assert_int_equal(n, 0);
	draft_close(begin(dir, "A"));
	draft_close(begin(dir, "B"));
	d = begin(dir, "C");
	ok(draft_list(dir, key, world, &list, &n, &oops));
	assert_int_equal(n, 3);
	ok(draft_discard(d, &oops));
	ok(draft_list(dir, key, world, &list, &n, &oops));
	assert_int_equal(n, 2);
	ok(draft_list(dir, wrong, world, &list, &n, &oops));
	assert_int_equal(n, 0);
}

/* A long file is begun anew and stays small. */
static void
test_long_draft_is_begun_anew(void **state)
{
	const char *dir = world_dir("drafts");
	struct draft *d = begin(dir, "A");
	char *name = arena_strdup(world, draft_name(d));
	char *big = arena_alloc(world, 300001);
	struct draft_entry last;
	struct draft_head head;
	struct stat st;

	(void)state;
	memset(big, 'x', 300000);
	for (int i = 0; i < 100; i++)
		add(d, big, "y");
	add(d, "end", "z");
	draft_close(d);
	assert_int_equal(
	    stat(arena_printf(world, "%s/%s", dir, name), &st), 0);
	assert_true(st.st_size < 10 << 20);
	ok(draft_open(dir, key, name, world, &head, &last, &d, &oops));
	assert_true(str_is(last.snapshot, "end"));
	assert_string_equal(head.form, "person");
	draft_close(d);
}

/* The disk takes no more, in the middle of an entry and where the file is
 * begun anew: what was there stays, and what comes when there is room counts. */
static void
test_failed_write_hides_nothing(void **state)
{
	const char *dir = world_dir("drafts");
	struct draft *d = begin(dir, "A");
	char *name = arena_strdup(world, draft_name(d));
	char *big = arena_alloc(world, 1 << 20);
	struct draft_entry one = { STR("refused"), STR("birth"), STR(""), 0 };
	struct rlimit all, small;
	struct draft_entry last;
	struct draft_head head;
	struct stat st;

	(void)state;
	memset(big, 'x', (1 << 20) - 1);
	big[(1 << 20) - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	for (int i = 0; i < 20; i++) {
		add(d, i % 2 == 0 ? big : "before", "");
		assert_int_equal(
		    stat(arena_printf(world, "%s/%s", dir, name), &st), 0);
		small = all;
		/* of both the file and a new one only some bytes more */
		small.rlim_cur = i % 2 == 0 ? 100 : (rlim_t)st.st_size + 100;
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		assert_false(draft_wants_whole(d));
		assert_int_equal(draft_append(d, &one, &oops), ERR_IO);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
		assert_true(draft_wants_whole(d));
		ok(draft_append_typed(d, STR("19"), 2, &oops));
		draft_close(d);
		ok(draft_open(dir, key, name, world, &head, &last, &d, &oops));
		assert_true(str_is(last.typed, "19"));
		assert_true(str_is(last.snapshot, i % 2 == 0 ? big : "before"));
	}
	ok(draft_discard(d, &oops));
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(test_reopens_with_half_typed_text),
		T(test_torn_anywhere),
		T(test_list_and_wrong_key),
		T(test_long_draft_is_begun_anew),
		T(test_failed_write_hides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

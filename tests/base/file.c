/* Files: whole or not at all, and nothing but plain files. */
#include "base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>
#include <cmocka.h>

static char top[64];

static int
make_top(void **state)
{
	*state = arena_new();
	snprintf(top, sizeof top, "/tmp/ansinh-file-XXXXXX");
	return mkdtemp(top) == NULL ? -1 : 0;
}

static int
remove_top(void **state)
{
	struct error e;

	arena_free(*state);
	return file_remove_tree(top, &e) == OK && !file_exists(top) ? 0 : -1;
}

static const char *
in_top(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", top, name);
}

static void
check_holds(struct arena *a, const char *path, const char *text)
{
	struct error e;
	struct str s;

	assert_int_equal(file_read(a, path, 1000, &s, &e), OK);
	assert_string_equal(s.p, text);
	assert_int_equal(s.n, strlen(text));
}

static void
test_write_replaces(void **state)
{
	struct arena *a = *state;
	const char *path = in_top(a, "key");
	struct error e;
	struct stat st;

	assert_int_equal(file_write(path, STR("one"), 0600, true, &e), OK);
	assert_false(file_exists(in_top(a, "key.bak")));
	assert_int_equal(file_write(path, STR("two!"), 0600, true, &e), OK);
	assert_int_equal(file_write(path, STR("three"), 0600, true, &e), OK);
	check_holds(a, path, "three");
	check_holds(a, in_top(a, "key.bak"), "two!");
	assert_false(file_exists(in_top(a, "key.tmp")));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* what a killed program left aside is in nobody's way */
	assert_int_equal(
	    file_write(in_top(a, "key.tmp"), STR("x"), 0600, false, &e), OK);
	assert_int_equal(file_write(path, STR("four"), 0600, false, &e), OK);
	check_holds(a, path, "four");
	check_holds(a, in_top(a, "key.bak"), "two!");
}

/* A write that fails half way leaves the former file and nothing else. */
static void
test_failed_write_changes_nothing(void **state)
{
	struct arena *a = *state;
	const char *path = in_top(a, "whole");
	const struct rlimit small = { 1000, RLIM_INFINITY };
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	char big[5000];
	struct error e;

	memset(big, 'x', sizeof big);
	assert_int_equal(file_write(path, STR("former"), 0600, false, &e), OK);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(
	    file_write(path, (struct str){ big, sizeof big }, 0600, true, &e),
	    ERR_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_non_null(strstr(e.where, "whole"));
	check_holds(a, path, "former");
	assert_false(file_exists(in_top(a, "whole.tmp")));
	assert_int_equal(
	    file_write(in_top(a, "no/such"), STR("x"), 0600, false, &e),
	    ERR_NOTFOUND);
}

static void
test_read_refuses(void **state)
{
	struct arena *a = *state;
	const char *path = in_top(a, "plain");
	struct error e;
	struct str s;

	assert_int_equal(
	    file_write(path, STR("0123456789"), 0600, false, &e), OK);
	assert_int_equal(file_read(a, path, 10, &s, &e), OK);
	assert_int_equal(file_read(a, path, 9, &s, &e), ERR_LIMIT);
	assert_string_equal(e.where, path);
	assert_int_equal(
	    file_read(a, in_top(a, "none"), 9, &s, &e), ERR_NOTFOUND);
	assert_int_equal(symlink("plain", in_top(a, "link")), 0);
	assert_int_equal(
	    file_read(a, in_top(a, "link"), 10, &s, &e), ERR_REFUSED);
	assert_int_equal(file_read(a, top, 10, &s, &e), ERR_REFUSED);
	/* a pipe without a writer must not hold the program up */
	assert_int_equal(mkfifo(in_top(a, "pipe"), 0600), 0);
	assert_int_equal(
	    file_read(a, in_top(a, "pipe"), 10, &s, &e), ERR_REFUSED);
	assert_int_equal(file_read(a, "/dev/zero", 10, &s, &e), ERR_REFUSED);
	assert_int_equal(
	    file_write(in_top(a, "empty"), STR(""), 0600, false, &e), OK);
	check_holds(a, in_top(a, "empty"), "");
}

/* Writing through a link would write somewhere else. */
static void
test_write_replaces_a_link(void **state)
{
	struct arena *a = *state;
	struct error e;
	struct stat st;

	assert_int_equal(
	    file_write(in_top(a, "target"), STR("old"), 0600, false, &e), OK);
	assert_int_equal(symlink("target", in_top(a, "alias")), 0);
	assert_int_equal(symlink("target", in_top(a, "alias.tmp")), 0);
	assert_int_equal(
	    file_write(in_top(a, "alias"), STR("new"), 0600, false, &e), OK);
	check_holds(a, in_top(a, "target"), "old");
	check_holds(a, in_top(a, "alias"), "new");
	assert_int_equal(lstat(in_top(a, "alias"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void
test_folders(void **state)
{
	struct arena *a = *state;
	char **names;
	size_t n;
	struct error e;

	assert_int_equal(file_make_dirs(in_top(a, "a/b//c/"), 0700, &e), OK);
	assert_int_equal(file_make_dirs(in_top(a, "a/b/c"), 0700, &e), OK);
	assert_int_equal(
	    file_write(in_top(a, "a/b/z.yaml"), STR(""), 0600, false, &e), OK);
	assert_int_equal(
	    file_write(in_top(a, "a/b/B.yaml"), STR(""), 0600, false, &e), OK);
	assert_int_equal(
	    file_write(in_top(a, "a/b/x.txt"), STR(""), 0600, false, &e), OK);
	assert_int_equal(
	    file_list(a, in_top(a, "a/b"), ".yaml", &names, &n, &e), OK);
	assert_int_equal(n, 2);
	assert_string_equal(names[0], "B.yaml");
	assert_string_equal(names[1], "z.yaml");
	assert_int_equal(
	    file_list(a, in_top(a, "a/b"), "", &names, &n, &e), OK);
	assert_int_equal(n, 4);
	assert_int_equal(
	    file_make_dirs(in_top(a, "a/b/x.txt/y"), 0700, &e), ERR_EXISTS);
	assert_int_equal(
	    file_list(a, in_top(a, "q"), "", &names, &n, &e), ERR_NOTFOUND);
	/* a link inside a tree is removed, what it points to is not */
	assert_int_equal(symlink("../../plain", in_top(a, "a/b/out")), 0);
	assert_int_equal(file_remove_tree(in_top(a, "a"), &e), OK);
	assert_false(file_exists(in_top(a, "a")));
	assert_true(file_exists(in_top(a, "plain")));
	assert_int_equal(file_remove_tree(in_top(a, "a"), &e), OK);
}

static void
test_data_path(void **state)
{
	struct arena *a = *state;
	struct error e;

	assert_int_equal(file_make_dirs(in_top(a, "data/conf"), 0700, &e), OK);
	assert_int_equal(
	    file_write(in_top(a, "data/conf/mine"), STR("x"), 0600, false, &e),
	    OK);
	setenv("ANSINH_DATA", in_top(a, "data"), 1);
	assert_string_equal(
	    file_data_path(a, "conf/mine"), in_top(a, "data/conf/mine"));
	/* not there: the next place that has it */
	assert_true(file_exists(file_data_path(a, "README.md")));
	unsetenv("ANSINH_DATA");
	assert_false(file_exists(file_data_path(a, "conf/mine")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write_replaces),
		cmocka_unit_test(test_failed_write_changes_nothing),
		cmocka_unit_test(test_read_refuses),
		cmocka_unit_test(test_write_replaces_a_link),
		cmocka_unit_test(test_folders),
		cmocka_unit_test(test_data_path),
	};

	return cmocka_run_group_tests(tests, make_top, remove_top);
}

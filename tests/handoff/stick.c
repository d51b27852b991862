/* Writing to a folder as to a stick, and finding sticks. */
#include "handoff/stick.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"

static struct arena *a;
static char top_dir[4096];
static char dir[] = "stick-test.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	return mkdtemp(dir) == NULL || realpath(dir, top_dir) == NULL;
}

static int
teardown(void **state)
{
	struct error e;

	(void)state;
	arena_free(a);
	return file_remove_tree(dir, &e);
}

static void
put(const char *path, const char *text)
{
	struct error e;

	assert_int_equal(
	    file_write(path, str_of(text), 0644, false, &e), OK);
}

static void
test_write(void **state)
{
	const char *path = arena_printf(a, "%s/ANSINH/one.ansinh", dir);
	struct stick_writer *w;
	struct str bytes;
	struct error e;

	(void)state;
	assert_int_equal(stick_writer_open(dir, "one.ansinh", &w, &e), OK);
	assert_int_equal(stick_writer_add(w, "hello ", 6, &e), OK);
	assert_false(file_exists(path));
	assert_int_equal(stick_writer_add(w, "stick", 5, &e), OK);
	assert_int_equal(stick_writer_finish(w, &e), OK);
	stick_writer_close(w);
	assert_int_equal(file_read(a, path, 100, &bytes, &e), OK);
	assert_true(str_is(bytes, "hello stick"));

	/* a name is never used twice */
	assert_int_equal(
	    stick_writer_open(dir, "one.ansinh", &w, &e), ERR_EXISTS);
	/* what is not finished leaves nothing */
	assert_int_equal(stick_writer_open(dir, "two.ansinh", &w, &e), OK);
	assert_int_equal(stick_writer_add(w, "hello", 5, &e), OK);
	stick_writer_close(w);
	assert_false(
	    file_exists(arena_printf(a, "%s/ANSINH/two.ansinh", dir)));
	assert_false(
	    file_exists(arena_printf(a, "%s/ANSINH/two.ansinh.TMP", dir)));
	/* what was left of a file is not touched */
	put(arena_printf(a, "%s/ANSINH/two.ansinh.TMP", dir), "torn");
	assert_int_equal(
	    stick_writer_open(dir, "two.ansinh", &w, &e), ERR_EXISTS);
	assert_true(
	    file_exists(arena_printf(a, "%s/ANSINH/two.ansinh.TMP", dir)));
	assert_int_equal(stick_writer_open("/nonexistent", "x", &w, &e),
	    ERR_STICK);
}

static void
test_open_for_reading(void **state)
{
	const char *path = arena_printf(a, "%s/big", dir);
	const char *link = arena_printf(a, "%s/link", dir);
	char got[16];
	struct error e;
	int fd;

	(void)state;
	put(path, "0123456789");
	assert_int_equal(stick_open(path, 9, &fd, &e), ERR_LIMIT);
	assert_int_equal(stick_open(path, 10, &fd, &e), OK);
	close(fd);
	assert_int_equal(symlink(path, link), 0);
	assert_int_equal(stick_open(link, 10, &fd, &e), ERR_FORMAT);
	assert_int_equal(stick_open(dir, 10, &fd, &e), ERR_FORMAT);
	assert_int_equal(
	    stick_open("/nonexistent/x", 10, &fd, &e), ERR_NOTFOUND);
	assert_int_equal(mkfifo(arena_printf(a, "%s/fifo", dir), 0600), 0);
	assert_int_equal(stick_open(arena_printf(a, "%s/fifo", dir), 10, &fd,
	                     &e), ERR_FORMAT);
	assert_int_equal(stick_copy_in(path,
	    arena_printf(a, "%s/home/inbox", dir), 10, &fd, &e), OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(pread(fd, got, sizeof got, 0), 10);
	assert_memory_equal(got, "0123456789", 10);
	close(fd);
}

static void
test_list(void **state)
{
	char *top = arena_printf(a, "%s/list", dir), **paths;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(
	    stick_list(a, top, &paths, &n, &e), ERR_NOTFOUND);
	assert_int_equal(file_make_dirs(
	    arena_printf(a, "%s/ANSINH", top), 0755, &e), OK);
	put(arena_printf(a, "%s/ANSINH/11149-K7Q2-000010.ansinh", top), "");
	put(arena_printf(a, "%s/ANSINH/11149-K7Q2-000009.ansinh", top), "");
	put(arena_printf(a, "%s/ANSINH/11149-K7Q2-000011.ansinh.TMP", top),
	    "");
	put(arena_printf(a, "%s/ANSINH/.hidden.ansinh", top), "");
	put(arena_printf(a, "%s/11149-K7Q2-000008.ansinh", top), "");
	assert_int_equal(symlink("/etc/passwd",
	    arena_printf(a, "%s/link.ansinh", top)), 0);
	assert_int_equal(stick_list(a, top, &paths, &n, &e), OK);
	assert_int_equal(n, 3);
	assert_non_null(strstr(paths[0], "/11149-K7Q2-000008.ansinh"));
	assert_non_null(strstr(paths[1], "/ANSINH/11149-K7Q2-000009.ansinh"));
	assert_non_null(strstr(paths[2], "/ANSINH/11149-K7Q2-000010.ansinh"));
}

static void
test_find(void **state)
{
	const char *sys = arena_printf(a, "%s/sys", dir);
	const char *info = arena_printf(a, "%s/mountinfo", dir);
	struct stick *found;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(
	    file_make_dirs(arena_printf(a, "%s/8:0", sys), 0755, &e), OK);
	assert_int_equal(file_make_dirs(
	    arena_printf(a, "%s/disk/8:17", sys), 0755, &e), OK);
	put(arena_printf(a, "%s/8:0/removable", sys), "0\n");
	put(arena_printf(a, "%s/disk/removable", sys), "1\n");
	assert_int_equal(symlink(arena_printf(a, "%s/sys/disk/8:17", top_dir),
	    arena_printf(a, "%s/8:17", sys)), 0);
	put(info,
	    "22 1 8:0 / / rw,relatime - ext4 /dev/sda1 rw\n"
	    "30 22 8:0 / /home rw,relatime - ext4 /dev/sda2 rw\n"
	    "31 22 0:5 / /proc rw - proc proc rw\n"
	    "40 22 8:17 / /media/can\\040bo/USB\\040XA rw - vfat /dev/sdb1 "
	    "rw\n");
	assert_int_equal(stick_find_in(a, info, sys, &found, &n, &e), OK);
	assert_int_equal(n, 1);
	assert_string_equal(found[0].path, "/media/can bo/USB XA");
	assert_string_equal(found[0].label, "USB XA");
	assert_int_equal(stick_find(a, &found, &n, &e), OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_open_for_reading),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

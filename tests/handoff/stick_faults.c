/*
 * A stick that fails while a bundle is written to it (SAFETY W2-W4): every
 * call that the writing makes fails once.  Each time the person is told, the
 * records stand as not handed over, and the next try, under another name,
 * writes a bundle that is whole.  What a stick did not keep is found by
 * reading it back.
 *
 * The faults come in by the linker (--wrap).  Planted: a program for which all
 * sums are one must be seen to take a spoiled stick for a good one.
 */
#include "desk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "crypt/hash.h"

enum call { OPENAT, MKDIRAT, WRITE, FSYNC, RENAMEAT, SYNCFS, READ, CALLS };
static const char *const call_names[CALLS] = { "openat", "mkdirat", "write",
	"fsync", "renameat", "syncfs", "read" };

static enum call failing;  /* which call fails */
static int countdown;      /* ... when this reaches 0; -1: none */
static int with;           /* ... with this errno; 0: it does half of it */
static bool fired, no_sum;
static off_t spoil_at;     /* a byte that the stick does not keep; -1: none */

/* Whether this call is the one that fails. */
static bool
fails(enum call call)
{
	if (call != failing || countdown <= 0 || --countdown != 0)
		return false;
	fired = true;
	errno = with;
	return true;
}

int __real_openat(int dir, const char *name, int flags, ...);
int __real_mkdirat(int dir, const char *name, mode_t mode);
ssize_t __real_write(int fd, const void *p, size_t n);
int __real_fsync(int fd);
int __real_renameat(int from_dir, const char *from, int to_dir,
    const char *to);
int __real_syncfs(int fd);
ssize_t __real_read(int fd, void *p, size_t n);
void __real_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE]);
int __wrap_openat(int dir, const char *name, int flags, mode_t mode);
int __wrap_mkdirat(int dir, const char *name, mode_t mode);
ssize_t __wrap_write(int fd, const void *p, size_t n);
int __wrap_fsync(int fd);
int __wrap_renameat(int from_dir, const char *from, int to_dir,
    const char *to);
int __wrap_syncfs(int fd);
ssize_t __wrap_read(int fd, void *p, size_t n);
int __wrap_posix_fadvise(int fd, off_t at, off_t n, int advice);
void __wrap_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE]);

int
__wrap_openat(int dir, const char *name, int flags, mode_t mode)
{
	return fails(OPENAT) ? -1 : __real_openat(dir, name, flags, mode);
}

int
__wrap_mkdirat(int dir, const char *name, mode_t mode)
{
	return fails(MKDIRAT) ? -1 : __real_mkdirat(dir, name, mode);
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	if (!fails(WRITE))
		return __real_write(fd, p, n);
	return with != 0 ? -1 : __real_write(fd, p, n > 1 ? n / 2 : n);
}

int
__wrap_fsync(int fd)
{
	return fails(FSYNC) ? -1 : __real_fsync(fd);
}

int
__wrap_renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	return fails(RENAMEAT) ? -1
	    : __real_renameat(from_dir, from, to_dir, to);
}

int
__wrap_syncfs(int fd)
{
	return fails(SYNCFS) ? -1 : __real_syncfs(fd);
}

ssize_t
__wrap_read(int fd, void *p, size_t n)
{
	if (!fails(READ))
		return __real_read(fd, p, n);
	return with != 0 ? -1 : __real_read(fd, p, n > 1 ? n / 2 : n);
}

/* The moment between the writing and the reading back. */
int
__wrap_posix_fadvise(int fd, off_t at, off_t n, int advice)
{
	char byte;

	(void)at;
	(void)n;
	(void)advice;
	if (spoil_at < 0)
		return 0;
	fired = true;
	if (pread(fd, &byte, 1, spoil_at) != 1)
		return ftruncate(fd, spoil_at / 2);
	byte ^= 1;
	return pwrite(fd, &byte, 1, spoil_at) == 1 ? 0 : EIO;
}

void
__wrap_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	__real_hash_sha256_end(h, out);
	if (no_sum)
		memset(out, 1, HASH_SIZE);
}

static struct record_id id;

static int
setup(void **state)
{
	countdown = -1;
	spoil_at = -1;
	no_sum = false;
	/* in memory where that is to be had: real syncs are not needed */
	(void)!chdir("/dev/shm");
	if (world_setup(state) != 0)
		return -1;
	id = desk_new(&commune, "11149", "A");
	return 0;
}

static enum err
export(struct bundle_written *w, struct error *e)
{
	fired = false;
	memset(e, 0, sizeof *e);
	return bundle_export(
	    commune.s, &commune.self, "298", stick, NULL, NULL, w, e);
}

/* It failed, it says so, and nothing is thought to be handed over. */
static void
assert_told(enum err err, enum err want, const struct error *why)
{
	struct store_bundle_entry *log;
	size_t n;

	assert_int_equal(error_exit_status(err), 7);
	if (want != OK)
		assert_int_equal(err, want);
	assert_string_not_equal(why->what, "");
	assert_int_equal(store_standing(commune.s, &id), STORE_HERE);
	ok(store_bundles(commune.s, world, &log, &n, &e));
	assert_int_equal(n, 0);
}

/* The stick is mended: what is written now is whole. */
static void
assert_next_is_whole(const struct bundle_written *w)
{
	const char *path =
	    arena_printf(world, "%s/ANSINH/%s.ansinh", stick, w->name);
	struct bundle_outer o;

	ok(bundle_inspect(path, &district.trust, NULL, &o, &e));
	assert_true(o.signature_ok);
	assert_int_equal(store_standing(commune.s, &id), STORE_SENT);
}

/* One call fails; how many of this kind there were before it came through. */
static int
fail_each(enum call call, int error)
{
	struct bundle_written w;
	struct error why;
	enum err err;
	bool failed;

	for (int n = 0;; n++) {
		setup(NULL);
		failing = call;
		with = error;
		countdown = n + 1;
		err = export(&w, &why);
		countdown = -1;
		failed = fired;
		if (failed && error != 0) {
			if (err == OK)
				fail_msg("%s %d fails unseen",
				    call_names[call], n + 1);
			assert_told(err,
			    error == ENOSPC ? ERR_NOSPACE : OK, &why);
			assert_int_equal(export(&w, &why), OK);
		}
		assert_next_is_whole(&w);
		world_teardown(NULL);
		if (!failed)
			return n;
	}
}

static void
test_each_call(void **state)
{
	int total = 0;

	(void)state;
	for (enum call call = 0; call < CALLS; call++) {
		int n = fail_each(call, EIO);

		assert_true(n > 0);
		total += n;
		printf("%s: %d failed once each\n", call_names[call], n);
	}
	total += fail_each(WRITE, ENOSPC);
	/* half of it is no failure */
	total += fail_each(WRITE, 0);
	total += fail_each(READ, 0);
	printf("%d cases\n", total);
}

/* What failed on one stick has another name on the next, where nothing says
 * that the name was used; what is left of a file is not touched. */
static void
test_names_are_used_once(void **state)
{
	const char *left, *other;
	struct bundle_written w;
	struct error why;
	struct str bytes;

	(void)state;
	setup(NULL);
	failing = SYNCFS;
	with = EIO;
	countdown = 1;
	assert_int_equal(export(&w, &why), ERR_STICK);
	assert_true(fired);
	other = world_path("other");
	ok(file_make_dirs(
	    arena_printf(world, "%s/ANSINH", other), 0755, &e));
	left = arena_printf(
	    world, "%s/ANSINH/11149-K7Q2-000002.ansinh.TMP", other);
	ok(file_write(left, STR("torn"), 0644, false, &e));
	ok(bundle_export(commune.s, &commune.self, "298", other, NULL, NULL,
	    &w, &e));
	assert_string_equal(w.name, "11149-K7Q2-000003");
	ok(file_read(world, left, 100, &bytes, &e));
	assert_true(str_is(bytes, "torn"));
	world_teardown(NULL);
}

/* A byte that is another, at many places; or the end is missing. */
static int
spoil_many(enum err want)
{
	struct bundle_written w;
	struct error why;
	int n = 0;

	for (off_t at = 0; at < 12000; at += 997, n++) {
		setup(NULL);
		no_sum = want == OK;
		spoil_at = at;
		assert_int_equal(export(&w, &why), want);
		assert_true(fired);
		spoil_at = -1;
		if (want != OK) {
			if (strstr(why.what, "was not kept as it was") == NULL)
				fail_msg("%s", why.what);
			assert_told(want, want, &why);
			assert_int_equal(export(&w, &why), OK);
			assert_next_is_whole(&w);
		}
		world_teardown(NULL);
	}
	return n;
}

static void
test_reading_back(void **state)
{
	(void)state;
	printf("%d sticks that did not keep it\n", spoil_many(ERR_STICK));
}

static void
test_planted(void **state)
{
	(void)state;
	assert_true(spoil_many(OK) > 0); /* unseen without sums */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_call),
		cmocka_unit_test(test_names_are_used_once),
		cmocka_unit_test(test_reading_back),
		cmocka_unit_test(test_planted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

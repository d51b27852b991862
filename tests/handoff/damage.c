/*
 * A bundle that was changed by one byte, cut off or made longer is refused
 * before anything of it is opened, for the reason that fits the place, and the
 * store stays as it was.
 *
 * Every value of every byte is 5.1 million changes of a bundle of 20 KB: that
 * is the long form, DAMAGE=all (damage-long.sh).  The short one changes each
 * byte once.  A part of the changes, in the long form one in 50, goes through
 * the whole import.
 *
 * Two faults are planted by the linker (--wrap): signatures of headers that
 * nobody verifies, and sums that are the same for everything.  The same loop
 * must find both.
 */
#include "desk.h"
#include "unsigned.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/coding.h"
#include "crypt/hash.h"
#include "handoff/outer.h"
#include "handoff/ustar.h"

static bool no_sum; /* a planted fault; the other is in unsigned.h */

void __real_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE]);
void __real_hash_blake2b512_end(struct hash *h, uint8_t out[64]);
void __wrap_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE]);
void __wrap_hash_blake2b512_end(struct hash *h, uint8_t out[64]);

void
__wrap_hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	__real_hash_sha256_end(h, out);
	if (no_sum)
		memset(out, 1, HASH_SIZE);
}

void
__wrap_hash_blake2b512_end(struct hash *h, uint8_t out[64])
{
	__real_hash_blake2b512_end(h, out);
	if (no_sum)
		memset(out, 1, 64);
}

/* Where a byte is, and for which reasons a change there may be refused. */
enum place { TAR, README, PAYLOAD, SIGNATURE, PLACES };
static const struct {
	const char *name;
	enum err reason[5];
} places[PLACES] = {
	[TAR] = { "heads, padding, end", { ERR_FORMAT, ERR_LIMIT } },
	[README] = { "README.txt", { ERR_FORMAT } },
	[PAYLOAD] = { "payload", { ERR_HASH } },
	[SIGNATURE] = { "signature and header",
	    { ERR_SIGNATURE, ERR_FORMAT, ERR_TRUST, ERR_VERSION, ERR_LIMIT } },
};

struct tally { /* shared by the workers */
	_Atomic uint64_t tried[PLACES], taken, other_reason, imported;
};

static bool all; /* the long form */
static const char *path;
static struct str bundle;
static uint8_t *place; /* of each byte */
static struct tally *tally;

static void
mark(size_t at, size_t n, enum place p)
{
	memset(place + at, p, n);
}

/* Finds the places by the lengths alone, not by the reader under test. */
static void
find_places(void)
{
	size_t readme = strlen(outer_readme), at = USTAR_BLOCK;
	uint64_t payload;

	place = arena_alloc(world, bundle.n);
	mark(0, bundle.n, TAR);
	mark(at, readme, README);
	at += readme + ustar_padding(readme);
	payload = strtoull(bundle.p + at + 124, NULL, 8);
	at += USTAR_BLOCK;
	mark(at, payload, PAYLOAD);
	at += payload + ustar_padding(payload);
	mark(at + USTAR_BLOCK, strtoull(bundle.p + at + 124, NULL, 8),
	    SIGNATURE);
}

/* A genuine bundle, of so many records that nothing shortens. */
static void
export_noise(int records, size_t bytes)
{
	uint8_t *noise = arena_array(world, bytes, 1);
	char *text = arena_array(world, 2 * bytes + 1, 1);

	for (int i = 0; i < records; i++) {
		random_bytes(noise, bytes);
		hex_encode(text, noise, bytes);
		desk_new(&commune, "11149", text);
	}
	path = desk_export(&commune, "298");
	ok(file_read(world, path, BUNDLE_FILE_MAX, &bundle, &e));
}

/* One of about 20 KB. */
static void
make_bundle(void)
{
	export_noise(60, 200);
	assert_in_range(bundle.n, 19500, 24000);
	find_places();
}

static int
setup(void **state)
{
	if (world_setup(state) != 0)
		return -1;
	all = getenv("DAMAGE") != NULL;
	no_signature = no_sum = false;
	tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return tally == MAP_FAILED;
}

static int
teardown(void **state)
{
	munmap(tally, sizeof *tally);
	return world_teardown(state);
}

/* What import asks of the file before it opens the payload. */
static enum err
look(int fd)
{
	struct arena *a = arena_new();
	const struct card *sender;
	struct outer o;
	struct error why;
	enum err err;

	err = outer_read(a, fd, &o, &why);
	if (err == OK)
		err = outer_sender(&o, &district.trust, &sender, &why);
	arena_free(a);
	return err;
}

static int
memory_file(void)
{
	int fd = memfd_create("bundle", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bundle.p, bundle.n), bundle.n);
	return fd;
}

static void
judge(enum err err, enum place p)
{
	tally->tried[p]++;
	if (err == OK)
		tally->taken++;
	for (size_t i = 0; i < ARRAY_LEN(places[p].reason); i++)
		if (err == places[p].reason[i] && err != OK)
			return;
	tally->other_reason++;
}

static void
put(int fd, size_t at, uint8_t byte)
{
	if (pwrite(fd, &byte, 1, (off_t)at) != 1)
		BUG("cannot change the copy");
}

/* Every change of byte `at`, or in the short form one that depends on it. */
static void
change_byte(int fd, size_t at)
{
	uint8_t was = (uint8_t)bundle.p[at];
	uint8_t first = all ? 1 : (uint8_t)(1 + at * 31 % 255);
	uint8_t last = all ? 255 : first;

	for (unsigned x = first; x <= last; x++) {
		put(fd, at, (uint8_t)(was ^ x));
		judge(look(fd), place[at]);
	}
	put(fd, at, was);
}

static void
change_all(void)
{
	unsigned workers = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	pid_t pid;
	int status, fd;

	for (unsigned w = 0; w < workers; w++) {
		fflush(stdout);
		if ((pid = fork()) != 0)
			continue;
		fd = memory_file();
		for (size_t i = w; i < bundle.n; i += workers)
			change_byte(fd, i);
		_exit(0);
	}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
}

static void
test_every_byte(void **state)
{
	uint64_t total = 0;

	(void)state;
	make_bundle();
	change_all();
	for (size_t i = 0; i < PLACES; i++) {
		printf("%s: %llu changes refused\n", places[i].name,
		    (unsigned long long)tally->tried[i]);
		assert_true(tally->tried[i] > 0);
		total += tally->tried[i];
	}
	assert_int_equal(tally->taken, 0);
	assert_int_equal(tally->other_reason, 0);
	printf("%llu changes of a bundle of %zu bytes\n",
	    (unsigned long long)total, bundle.n);
	if (all)
		assert_int_equal(total, bundle.n * 255);
}

/* The same loop over programs that lack a check: each byte changed once. */
static void
test_planted_sum(void **state)
{
	(void)state;
	all = false;
	no_sum = true;
	make_bundle();
	change_all();
	assert_int_equal(tally->taken, tally->tried[PAYLOAD]);
}

static void
test_planted_signature(void **state)
{
	(void)state;
	all = false;
	make_bundle();
	no_signature = true;
	change_all();
	printf("%llu taken\n", (unsigned long long)tally->taken);
	assert_in_range(tally->taken, 1, tally->tried[SIGNATURE]);
}

/* Shorter by any number of bytes, or longer. */
static void
test_length(void **state)
{
	char more[4096] = { 0 };
	int fd;

	(void)state;
	make_bundle();
	fd = memory_file();
	assert_int_equal(look(fd), OK);
	for (size_t n = bundle.n; n-- > 0;) {
		assert_int_equal(ftruncate(fd, (off_t)n), 0);
		assert_int_equal(look(fd), ERR_FORMAT);
	}
	printf("%zu lengths refused\n", bundle.n);
	close(fd);
	fd = memory_file();
	for (size_t n = 1; n <= sizeof more; n *= 2) {
		assert_int_equal(ftruncate(fd, (off_t)bundle.n), 0);
		for (int i = 0; i < 2; i++) {
			more[0] = i == 0 ? '\0' : 'x';
			assert_int_equal(pwrite(fd, more, n,
			                     (off_t)bundle.n), (ssize_t)n);
			assert_int_equal(look(fd), ERR_FORMAT);
		}
	}
	assert_int_equal(ftruncate(fd, (off_t)bundle.n), 0);
	assert_int_equal(pwrite(fd, bundle.p, bundle.n, (off_t)bundle.n),
	    (ssize_t)bundle.n);
	assert_int_equal(look(fd), ERR_FORMAT);
	close(fd);
}

/* A larger one, looked at without its payload: the same is seen, whatever the
 * payload is, and no cut is missed. */
static void
test_passed_over(void **state)
{
	struct outer whole, passed;
	struct error why;
	uint64_t cuts[5];
	char flipped;
	int fd;

	(void)state;
	export_noise(16, 8000);
	assert_true(bundle.n > 100000);
	fd = memory_file();
	ok(outer_read(world, fd, &whole, &e));
	flipped = (char)~bundle.p[whole.payload_at + 80000];
	assert_int_equal(pwrite(fd, &flipped, 1,
	                     (off_t)whole.payload_at + 80000), 1);
	ok(outer_look(world, fd, &passed, &e));
	assert_memory_equal(
	    whole.header.hash, passed.header.hash, sizeof passed.header.hash);
	assert_int_equal(whole.payload_at, passed.payload_at);
	assert_int_equal(whole.payload_size, passed.payload_size);
	assert_int_equal(look(fd), ERR_HASH);
	cuts[0] = bundle.n - 1;
	cuts[1] = whole.payload_at + whole.payload_size;
	cuts[2] = cuts[1] - 1;
	cuts[3] = whole.payload_at + 80000;
	cuts[4] = whole.payload_at + 1;
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		assert_int_equal(ftruncate(fd, (off_t)cuts[i]), 0);
		assert_int_equal(
		    outer_look(world, fd, &passed, &why), ERR_FORMAT);
	}
	close(fd);
}

/* Through the import itself; false if it went further than it may. */
static bool
import_refuses(const char *copy)
{
	struct bundle_import *im = NULL;
	struct bundle_preview p;
	struct error why;
	enum err err = bundle_import_open(district.s, &district.self, copy,
	    NULL, NULL, &im, &p, &why);

	bundle_import_close(im);
	tally->imported++;
	return err != OK && error_exit_status(err) == 4;
}

static void
assert_unchanged(const struct store_counts *counts, const char *digest)
{
	struct store_counts now;

	ok(store_counts(district.s, &now, &e));
	assert_memory_equal(counts, &now, sizeof now);
	assert_string_equal(desk_digest(&district), digest);
}

/* One change in 50, or a few hundred; and then the genuine one goes in. */
static void
test_import(void **state)
{
	const char *copy = world_path("damaged"), *digest;
	struct store_counts counts;
	size_t step;
	FILE *f;

	(void)state;
	make_bundle();
	step = all ? 50 : bundle.n * 255 / 300;
	digest = desk_digest(&district);
	ok(store_counts(district.s, &counts, &e));
	assert_non_null(f = fopen(copy, "we"));
	assert_int_equal(fwrite(bundle.p, 1, bundle.n, f), bundle.n);
	setbuf(f, NULL);
	for (size_t i = step / 2; i < bundle.n * 255; i += step) {
		size_t at = i / 255;
		uint8_t x = (uint8_t)(1 + i % 255);

		put(fileno(f), at, (uint8_t)bundle.p[at] ^ x);
		if (!import_refuses(copy))
			fail_msg("byte %zu ^ %u: taken", at, x);
		put(fileno(f), at, (uint8_t)bundle.p[at]);
		if (tally->imported % 1000 == 0)
			assert_unchanged(&counts, digest);
	}
	for (size_t n = bundle.n; n > bundle.n / (all ? 50 : 9);
	     n -= bundle.n / (all ? 50 : 9)) {
		assert_int_equal(ftruncate(fileno(f), (off_t)n - 1), 0);
		if (!import_refuses(copy))
			fail_msg("%zu bytes: taken", n - 1);
	}
	fclose(f);
	assert_unchanged(&counts, digest);
	printf("%llu damaged bundles not imported\n",
	    (unsigned long long)tally->imported);
	desk_import(&district, path);
	assert_string_equal(desk_digest(&district), desk_digest(&commune));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_every_byte),
		TEST(test_planted_sum),
		TEST(test_planted_signature),
		TEST(test_length),
		TEST(test_passed_over),
		TEST(test_import),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

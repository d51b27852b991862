/* Sealed values: every flipped bit, moved value and cut is refused. */
#include "crypt/seal.h"
#include "crypt/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const uint8_t key[SEAL_KEY_SIZE] = { 1, 2, 3 };
static const struct seal_place place = {
	.table = "events",
	.key = { "\0\0\0\0\0\0\0\7", 8 },
	.epoch = 1,
	.schema = 2,
};

static bool
opens(const uint8_t *k, const struct seal_place *at, const uint8_t *p,
    size_t n, struct buf *out)
{
	struct error e = { 0 };
	enum err r = seal_open(out, k, at, (struct str){ (const char *)p, n },
	    &e);

	assert_true(r == OK || (r == ERR_CORRUPT && e.code == r));
	return r == OK;
}

static void
test_round_trip(void **state)
{
	const size_t sizes[] = { 0, 1, 254, 255, 256, 257, 511, 512, 100000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		size_t n = sizes[i], size = seal_size(n);
		char *plain = malloc(n + 1);
		uint8_t *sealed = malloc(size);
		struct buf out = BUF_INIT;

		assert_non_null(plain);
		assert_non_null(sealed);
		random_bytes(plain, n);
		if (n > 0)
			plain[n - 1] = i % 2 == 0 ? 0 : (char)0x80;
		assert_int_equal((size - 40) % SEAL_PAD, 0);
		seal(sealed, key, &place, (struct str){ plain, n });
		buf_adds(&out, "before ");
		assert_true(opens(key, &place, sealed, size, &out));
		assert_int_equal(out.n, n + 7);
		assert_memory_equal(out.p + 7, plain, n);
		buf_release(&out);
		free(sealed);
		free(plain);
	}
}

static void
test_length_is_hidden(void **state)
{
	(void)state;
	assert_int_equal(seal_size(0), seal_size(255));
	assert_true(seal_size(255) < seal_size(256));
}

static void
test_every_bit_and_cut_is_refused(void **state)
{
	uint8_t sealed[24 + SEAL_PAD + 16 + SEAL_PAD] = { 0 };
	size_t size = seal_size(5);
	struct buf out = BUF_INIT;

	(void)state;
	seal(sealed, key, &place, STR("value"));
	for (size_t bit = 0; bit < size * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(opens(key, &place, sealed, size, &out));
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n <= sizeof sealed; n++)
		assert_true(opens(key, &place, sealed, n, &out) == (n == size));
	assert_string_equal(buf_cstr(&out), "value");
	buf_release(&out);
}

static void
test_other_place_is_refused(void **state)
{
	uint8_t sealed[24 + SEAL_PAD + 16];
	uint8_t other_key[SEAL_KEY_SIZE] = { 1, 2, 4 };
	struct seal_place at = place;
	struct buf out = BUF_INIT;

	(void)state;
	seal(sealed, key, &place, STR("value"));
	assert_false(opens(other_key, &place, sealed, sizeof sealed, &out));
	at.table = "event";
	assert_false(opens(key, &at, sealed, sizeof sealed, &out));
	at = place;
	at.key = (struct str){ "\0\0\0\0\0\0\0\10", 8 };
	assert_false(opens(key, &at, sealed, sizeof sealed, &out));
	at.key = (struct str){ "\0\0\0\0\0\0\0\7\0", 9 };
	assert_false(opens(key, &at, sealed, sizeof sealed, &out));
	at = place;
	at.epoch++;
	assert_false(opens(key, &at, sealed, sizeof sealed, &out));
	at = place;
	at.schema++;
	assert_false(opens(key, &at, sealed, sizeof sealed, &out));
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

static void
test_nonce_is_fresh(void **state)
{
	uint8_t a[24 + SEAL_PAD + 16], b[24 + SEAL_PAD + 16];

	(void)state;
	seal(a, key, &place, STR("value"));
	seal(b, key, &place, STR("value"));
	assert_memory_not_equal(a, b, 24);
	assert_memory_not_equal(a + 24, b + 24, sizeof a - 24);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_length_is_hidden),
		cmocka_unit_test(test_every_bit_and_cut_is_refused),
		cmocka_unit_test(test_other_place_is_refused),
		cmocka_unit_test(test_nonce_is_fresh),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

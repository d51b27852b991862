/* Sums: the published values, and the same in pieces as in one go. */
#include "crypt/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static void
assert_hex(const uint8_t *p, size_t n, const char *hex)
{
	char digits[2 * 64 + 1];

	for (size_t i = 0; i < n; i++)
		snprintf(digits + 2 * i, 3, "%02x", p[i]);
	assert_string_equal(digits, hex);
}

static void
test_known_values(void **state)
{
	uint8_t sum[64];
	struct hash h;

	(void)state;
	hash_sha256(sum, STR("abc"));
	assert_hex(sum, 32,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	hash_sha256(sum, STR(""));
	assert_hex(sum, 32,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	hash_blake2b(sum, STR(""));
	assert_hex(sum, 32,
	    "0e5751c026e543b2e8ab2eb06099daa1"
	    "d1e5df47778f7787faab45cdf12fe3a8");
	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, "abc", 3);
	hash_blake2b512_end(&h, sum);
	assert_hex(sum, 64, /* RFC 7693, appendix A */
	    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

static void
test_pieces(void **state)
{
	char text[1000];
	uint8_t one[32], pieces[32];
	struct hash h;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7);
	hash_sha256(one, (struct str){ text, sizeof text });
	hash_sha256_start(&h);
	for (size_t at = 0, n = 1; at < sizeof text; at += n, n = n % 97 + 1) {
		if (n > sizeof text - at)
			n = sizeof text - at;
		hash_sha256_add(&h, text + at, n);
	}
	hash_sha256_end(&h, pieces);
	assert_memory_equal(one, pieces, 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_values),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

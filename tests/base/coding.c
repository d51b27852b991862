/* Bytes as text: the known vectors, and one text for one run of bytes. */
#include "base/coding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* RFC 4648 part 10, base32 in lower case and without padding. */
static const struct {
	const char *bytes, *hex, *base32, *base64;
} vectors[] = {
	{ "", "", "", "" },
	{ "f", "66", "my", "Zg==" },
	{ "fo", "666f", "mzxq", "Zm8=" },
	{ "foo", "666f6f", "mzxw6", "Zm9v" },
	{ "foob", "666f6f62", "mzxw6yq", "Zm9vYg==" },
	{ "fooba", "666f6f6261", "mzxw6ytb", "Zm9vYmE=" },
	{ "foobar", "666f6f626172", "mzxw6ytboi", "Zm9vYmFy" },
};

static void
test_vectors(void **state)
{
	char text[64], bytes[64];
	size_t n, room;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
		n = strlen(vectors[i].bytes);
		hex_encode(text, vectors[i].bytes, n);
		assert_string_equal(text, vectors[i].hex);
		assert_true(hex_decode(bytes, n, str_of(text)));
		assert_memory_equal(bytes, vectors[i].bytes, n);
		base32_encode(text, vectors[i].bytes, n);
		assert_string_equal(text, vectors[i].base32);
		assert_int_equal(strlen(text), BASE32_LEN(n));
		assert_true(base32_decode(bytes, n, str_of(text)));
		assert_memory_equal(bytes, vectors[i].bytes, n);
		base64_encode(text, vectors[i].bytes, n, true);
		assert_string_equal(text, vectors[i].base64);
		assert_int_equal(strlen(text), BASE64_LEN(n));
		room = n;
		assert_true(base64_decode(bytes, &room, str_of(text), true));
		assert_int_equal(room, n);
		assert_memory_equal(bytes, vectors[i].bytes, n);
	}
}

static void
test_all_bytes_both_ways(void **state)
{
	unsigned char in[256], out[256];
	char text[600];
	size_t room;

	(void)state;
	for (size_t i = 0; i < sizeof in; i++)
		in[i] = (unsigned char)(i * 167);
	for (size_t n = 0; n <= sizeof in; n++) {
		base32_encode(text, in, n);
		assert_true(base32_decode(out, n, str_of(text)));
		assert_memory_equal(out, in, n);
		base64_encode(text, in, n, false);
		room = sizeof out;
		assert_true(base64_decode(out, &room, str_of(text), false));
		assert_int_equal(room, n);
		assert_memory_equal(out, in, n);
	}
}

/* Each byte in each place of the words and of what is left after them. */
static void
test_hex_digits(void **state)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char out[11];
	char text[] = "0f1e2d3c4b5a69788796a5";

	(void)state;
	for (size_t at = 0; at < 22; at++) {
		char kept = text[at];

		for (int c = 0; c < 256; c++) {
			const char *digit = memchr(digits, c, 16);

			text[at] = (char)c;
			assert_int_equal(hex_decode(out, 11,
					     (struct str){ text, 22 }),
			    digit != NULL);
			if (digit != NULL)
				assert_int_equal(
				    out[at / 2] >> (at % 2 == 0 ? 4 : 0) & 15,
				    digit - digits);
		}
		text[at] = kept;
	}
	assert_true(hex_decode(out, 11, str_of(text)));
	assert_memory_equal(out, "\x0f\x1e\x2d\x3c\x4b\x5a\x69\x78\x87\x96"
				 "\xa5", 11);
}

static void
test_only_canonical(void **state)
{
	char out[16];
	static const char *const bad_padded[] = { "Zh==", "Zm9=", "Z===", "Zg=",
		"Zg", "Zg==\n",
		"Zg==Zg==", "====", "Zm9v====", "Zm 9v===", "Zm9-" };
	size_t n;

	(void)state;
	/* unused bits set, upper case, a digit too many, foreign signs */
	assert_true(base32_decode(out, 1, STR("my")));
	assert_false(base32_decode(out, 1, STR("mz")));
	assert_false(base32_decode(out, 1, STR("MY")));
	assert_false(base32_decode(out, 1, STR("mya")));
	assert_false(base32_decode(out, 1, STR("m1")));
	assert_false(base32_decode(out, 1, ((struct str){ "m\0", 2 })));
	assert_false(hex_decode(out, 1, STR("6F")));
	assert_false(hex_decode(out, 1, STR("6")));
	assert_false(hex_decode(out, 1, STR("666")));
	for (size_t i = 0; i < ARRAY_LEN(bad_padded); i++) {
		n = sizeof out;
		assert_false(
		    base64_decode(out, &n, str_of(bad_padded[i]), true));
	}
	n = sizeof out;
	assert_false(base64_decode(out, &n, STR("Zg=="), false));
	n = sizeof out;
	assert_false(base64_decode(out, &n, STR("Z"), false));
	n = 2;
	assert_false(base64_decode(out, &n, STR("Zm9v"), false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_all_bytes_both_ways),
		cmocka_unit_test(test_hex_digits),
		cmocka_unit_test(test_only_canonical),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* minisign: keys, signatures, and whatever was changed about them. */
#include "crypt/minisign.h"
#include "base/buf.h"
#include "crypt/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define COMMENT "ansinh 1 from=11149/K7Q2 to=298 n=42"

static struct arena *a;
static struct minisign_secret *key;
static uint8_t hash[64];

static int
setup(void **state)
{
	struct hash h;

	(void)state;
	a = arena_new();
	key = minisign_new();
	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, "body", 4);
	hash_blake2b512_end(&h, hash);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	secret_free(key);
	arena_free(a);
	return 0;
}

static void
test_sign_and_verify(void **state)
{
	char *text = minisign_sign(a, key, hash, "untrusted", COMMENT);
	struct minisign_file f;
	struct minisign_public other;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(minisign_parse(str_of(text), &f, &e), OK);
	assert_true(str_is(f.trusted, COMMENT));
	assert_int_equal(minisign_verify(&f, &key->public, hash, &e), OK);
	assert_int_equal(minisign_verify_comment(&f, &key->public, &e), OK);

	other = key->public;
	other.id[0] ^= 1;
	assert_int_equal(minisign_verify(&f, &other, hash, &e), ERR_TRUST);
	other = key->public;
	other.key[0] ^= 1;
	assert_int_equal(minisign_verify(&f, &other, hash, &e), ERR_SIGNATURE);
	hash[63] ^= 1;
	assert_int_equal(
	    minisign_verify(&f, &key->public, hash, &e), ERR_SIGNATURE);
	assert_int_equal(minisign_verify_comment(&f, &key->public, &e), OK);
	hash[63] ^= 1;
}

static void
test_every_bit_counts(void **state)
{
	char *text = minisign_sign(a, key, hash, "", COMMENT);
	struct str s = str_of(text);
	struct minisign_file f;
	size_t free_bits = 0;

	(void)state;
	for (size_t bit = 0; bit < s.n * 8; bit++) {
		text[bit / 8] ^= (char)(1 << bit % 8);
		if (minisign_parse(s, &f, NULL) == OK &&
		    minisign_verify(&f, &key->public, hash, NULL) == OK)
			free_bits++;
		text[bit / 8] ^= (char)(1 << bit % 8);
	}
	/* the untrusted comment is empty: nothing can be changed */
	assert_int_equal(free_bits, 0);
	for (size_t n = 0; n < s.n; n++)
		assert_int_equal(minisign_parse((struct str){ s.p, n }, &f,
		                     NULL),
		    ERR_FORMAT);
}

static void
test_format_is_strict(void **state)
{
	char *text = minisign_sign(a, key, hash, "u", COMMENT);
	struct minisign_file f;
	struct buf b = BUF_INIT;

	(void)state;
	buf_printf(&b, "%s\n", text);
	assert_int_equal(minisign_parse(buf_str(&b), &f, NULL), ERR_FORMAT);
	buf_clear(&b);
	buf_printf(&b, " %s", text);
	assert_int_equal(minisign_parse(buf_str(&b), &f, NULL), ERR_FORMAT);
	buf_clear(&b);
	for (const char *p = text; *p != '\0'; p++)
		buf_printf(&b, "%s%c", *p == '\n' ? "\r" : "", *p);
	assert_int_equal(minisign_parse(buf_str(&b), &f, NULL), ERR_FORMAT);
	buf_clear(&b);
	while (b.n <= MINISIGN_FILE_MAX)
		buf_addc(&b, 'x');
	assert_int_equal(minisign_parse(buf_str(&b), &f, NULL), ERR_LIMIT);
	buf_release(&b);
}

static void
test_keys(void **state)
{
	const uint8_t seed[32] = { 7 };
	struct minisign_secret *one = minisign_from_seed(seed);
	struct minisign_secret *two = minisign_from_seed(seed);
	struct minisign_public k;
	char text[MINISIGN_PUBLIC_TEXT];

	(void)state;
	assert_memory_equal(one, two, sizeof *one);
	assert_memory_not_equal(&one->public, &key->public, sizeof k);
	minisign_public_text(&one->public, text);
	assert_int_equal(strlen(text), MINISIGN_PUBLIC_TEXT - 1);
	assert_true(str_starts(str_of(text), "RW"));
	assert_true(minisign_public_parse(str_of(text), &k));
	assert_memory_equal(&k, &one->public, sizeof k);
	assert_false(minisign_public_parse(STR("RW"), &k));
	text[0] = 'S';
	assert_false(minisign_public_parse(str_of(text), &k));
	secret_free(one);
	secret_free(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sign_and_verify),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_format_is_strict),
		cmocka_unit_test(test_keys),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}

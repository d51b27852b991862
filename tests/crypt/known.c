/*
 * A key file of long ago opens, and gives what it gave: what doc/format-keys.md
 * says may not change.  The values were found by another reader, made from
 * that text.
 */
#include "base/coding.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "crypt/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define KEYS ANSINH_SRCDIR "/tests/data/keys/two-slots.keys"
#define WORDS \
	"veu lum neba bela bach ruoi kheu " \
	"kiec vuat song phoa pieu niri trac"
#define DEK "27265d090842ae3baec3d38d7c3b724f" \
	"25a387c6c61ce79542c1cec0aef37cd1"
#define RESTRICTED_AGE \
	"age14e3qkcdl4p685rvlnynwxhg4vxzc4fevk0c2luh9qy8z4nrl9s9qja0uj5"
#define RESTRICTED "a28db2b37f1472f33c070c9fc82ba3a1" \
	"80a0ec88afb37aa68551156058354770"
#define AGE "age1vp8qrer6ls4205rxp7lrswsg682804rm34qy9r76necgkr4ut48q0jmtuk"

static struct arena *a;

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	return words_load(ANSINH_SRCDIR "/conf/words.txt", NULL);
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void
check(struct master *m, bool reads)
{
	uint8_t key[32];
	char hex[65], public[AGE_PUBLIC_TEXT];

	master_derive(m, "DEK_____", 1, key);
	hex_encode(hex, key, sizeof key);
	assert_string_equal(hex, DEK);
	age_public_text(master_recovery_public(m), public);
	assert_string_equal(public, AGE);
	age_public_text(master_restricted_public(m), public);
	assert_string_equal(public, RESTRICTED_AGE);
	if (reads) {
		hex_encode(hex, master_restricted(m), 32);
		assert_string_equal(hex, RESTRICTED);
		assert_string_equal(
		    words_encode_recovery(a, master_recovery_secret(m)),
		    WORDS);
	} else {
		assert_null(master_restricted(m));
		assert_null(master_recovery_secret(m));
	}
	master_free(m);
}

static void
test_known_file(void **state)
{
	struct master *m;
	struct error e = { 0 };

	(void)state;
	assert_int_equal(
	    keyfile_open(KEYS, STR("năm từ ngẫu nhiên"), &m, &e), OK);
	check(m, true);
	assert_int_equal(keyfile_open(KEYS, STR("khác"), &m, &e), OK);
	check(m, false);
	assert_int_equal(keyfile_recover(KEYS, STR(WORDS), &m, &e), OK);
	check(m, true);
	assert_int_equal(keyfile_open(KEYS, STR("Khác"), &m, &e), ERR_KEY);
}

/* The real list is one that can be read out and written down. */
static void
test_real_words(void **state)
{
	uint8_t secret[16], back[16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		random_bytes(secret, sizeof secret);
		assert_int_equal(
		    words_decode_recovery(
		        str_of(words_encode_recovery(a, secret)), back, NULL),
		    OK);
		assert_memory_equal(secret, back, sizeof back);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_file),
		cmocka_unit_test(test_real_words),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}

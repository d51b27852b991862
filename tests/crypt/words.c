/* Words: what is read out comes back, and a wrong word is named. */
#include "crypt/words.h"
#include "base/buf.h"
#include "base/file.h"
#include "crypt/secret.h"

#include "wordlist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *a;
static char dir[] = "/tmp/ansinh-words-XXXXXX";

static int
setup(void **state)
{
	(void)state;
	a = arena_new();
	return mkdtemp(dir) == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return file_remove_tree(dir, NULL) == OK ? 0 : -1;
}

/* Runs first: once a list is loaded, it stays. */
static void
test_bad_lists(void **state)
{
	char *path = arena_printf(a, "%s/words", dir);
	struct error e = { 0 };
	struct str good;
	char *text;

	(void)state;
	assert_int_equal(wordlist_write(path), 0);
	assert_int_equal(file_read(a, path, 20000, &good, NULL), OK);
	for (int fault = 0; fault < 6; fault++) {
		struct str s;

		text = arena_str(a, good);
		s = (struct str){ text, good.n };
		if (fault == 0)
			s.n -= 8; /* one word too few, the last "hpoxyz\n" */
		else if (fault == 1)
			text[0] = 'b'; /* out of order */
		else if (fault == 2)
			text[2] = 'b'; /* aab before aabxyz */
		else if (fault == 3)
			text[1] = 'A';
		else if (fault == 4)
			s.n--; /* no line end */
		else
			s = STR("");
		assert_int_equal(file_write(path, s, 0600, false, NULL), OK);
		if (fault == 2)
			continue; /* three letters are a word of their own */
		assert_int_equal(words_load(path, &e), ERR_FORMAT);
		assert_int_equal(e.code, ERR_FORMAT);
	}
	assert_int_equal(words_load("/nowhere/words", &e), ERR_NOTFOUND);
	assert_int_equal(file_write(path, good, 0600, false, NULL), OK);
	assert_int_equal(words_load(path, &e), OK);
}

static void
test_encode(void **state)
{
	const uint8_t ones[] = { 0xff, 0xff, 0xff };
	const uint8_t mixed[] = { 0x00, 0x20, 0x0f, 0xff };

	(void)state;
	assert_string_equal(words_encode(a, ones, 3, 2), "hppxyz hppxyz");
	/* 00000000001 00000000011 1111111111|0 */
	assert_string_equal(
	    words_encode(a, mixed, 4, 3), "aabxyz aadxyz hpo");
	assert_string_equal(words_encode(a, ones, 0, 1), "aaa");
	assert_string_not_equal(words_random(a, 5), words_random(a, 5));
}

static void
test_recovery_round_trip(void **state)
{
	uint8_t secret[16], back[16];

	(void)state;
	for (int i = 0; i < 200; i++) {
		char *words;

		random_bytes(secret, sizeof secret);
		words = words_encode_recovery(a, secret);
		assert_int_equal(
		    words_decode_recovery(str_of(words), back, NULL), OK);
		assert_memory_equal(secret, back, sizeof back);
	}
}

/* As people write them down. */
static void
test_recovery_is_read_kindly(void **state)
{
	uint8_t secret[16] = { 0 }, back[16];
	struct buf b = BUF_INIT;
	char *words, *p;
	int n = 1;

	(void)state;
	memset(secret, 0x10, sizeof secret);
	words = words_encode_recovery(a, secret);
	for (p = words; *p != '\0'; p++)
		if (*p == ' ')
			buf_printf(&b, ",\n %d. ", ++n);
		else
			buf_addc(&b, (char)(*p - 'a' + 'A'));
	assert_int_equal(words_decode_recovery(buf_str(&b), back, NULL), OK);
	assert_memory_equal(secret, back, sizeof back);
	/* marks of a Telex keyboard that was left on */
	buf_clear(&b);
	for (p = words; *p != '\0'; p++)
		if (*p == 'a')
			buf_adds(&b, "\xc3\xa2"); /* â */
		else
			buf_addc(&b, *p);
	assert_int_equal(words_decode_recovery(buf_str(&b), back, NULL), OK);
	/* four letters are enough */
	buf_clear(&b);
	for (p = words; *p != '\0'; p++)
		if (*p != 'y' && *p != 'z')
			buf_addc(&b, *p);
	assert_int_equal(words_decode_recovery(buf_str(&b), back, NULL), OK);
	assert_memory_equal(secret, back, sizeof back);
	buf_release(&b);
}

static void
test_wrong_words(void **state)
{
	uint8_t secret[16], back[16];
	struct error e = { 0 };
	char *words, *p, *word;
	int caught = 0;

	(void)state;
	random_bytes(secret, sizeof secret);
	words = words_encode_recovery(a, secret);
	assert_int_equal(words_decode_recovery(
	                     str_of(arena_printf(a, "%s aaa", words)), back,
	                     &e),
	    ERR_FORMAT);
	assert_int_equal(
	    words_decode_recovery(STR(""), back, &e), ERR_FORMAT);
	p = arena_strdup(a, words);
	*strchr(p, ' ') = '\0';
	assert_int_equal(words_decode_recovery(
	                     str_of(arena_printf(a, "zzzz %s", strchr(words,
	                                                           ' '))),
	                     back, &e),
	    ERR_FORMAT);
	assert_non_null(strstr(e.what, "zzzz"));
	/* any one word replaced by any other: 26 bits of check */
	for (int i = 0; i < WORDS_RECOVERY; i++)
		for (int k = 0; k < 100; k++) {
			struct buf b = BUF_INIT;
			int at = 0;

			p = arena_strdup(a, words);
			for (word = strtok_r(p, " ", &p); word != NULL;
			     word = strtok_r(NULL, " ", &p), at++)
				buf_printf(&b, "%s ", at == i
				        ? words_random(a, 1) : word);
			if (!str_is((struct str){ b.p, b.n - 1 }, words)) {
				assert_int_equal(
				    words_decode_recovery(
				        buf_str(&b), back, &e), ERR_FORMAT);
				caught++;
			}
			buf_release(&b);
		}
	assert_true(caught > 1300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_encode),
		cmocka_unit_test(test_recovery_round_trip),
		cmocka_unit_test(test_recovery_is_read_kindly),
		cmocka_unit_test(test_wrong_words),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}

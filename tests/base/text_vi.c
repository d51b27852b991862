/* Vietnamese: letters taken apart, the search key, the order of names. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
test_letters_split_and_join(void **state)
{
	struct text_letter l;
	size_t accented = 0, plain = 0;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if (!text_letter_split(cp, &l))
			continue;
		assert_int_equal(text_letter_join(l), cp);
		if (cp < 0x80)
			plain++;
		else
			accented++;
	}
	assert_int_equal(plain, 52);
	assert_int_equal(accented, 134);
	assert_true(text_letter_split(0x1ec6, &l)); /* Ệ */
	assert_true(l.base == 'e' && l.shape == SHAPE_HAT &&
	    l.tone == TONE_NANG && l.upper);
	l = (struct text_letter){ 'b', SHAPE_NONE, TONE_SAC, false };
	assert_int_equal(text_letter_join(l), 0);
	l = (struct text_letter){ 'i', SHAPE_HORN, TONE_NONE, false };
	assert_int_equal(text_letter_join(l), 0);
}

static void
check_fold(const char *in, const char *out)
{
	struct arena *a = arena_new();

	assert_string_equal(text_folded(a, str_of(in)).p, out);
	arena_free(a);
}

static void
test_fold(void **state)
{
	(void)state;
	check_fold("Đặng Thị Ngọc Ánh", "dang thi ngoc anh");
	check_fold("  ĐẶNG \u00a0 thị\tNgọc\nÁNH ", "dang thi ngoc anh");
	check_fold("Nguye\u0302\u0303n", "nguyen");
	check_fold("hòa", "hoa");
	check_fold("hoà", "hoa");
	check_fold("Y Kơ\u0306 Ê-đê H’Mông", "y ko e-de h'mong");
	check_fold("ƀuôn Ƀ", "buon b");
	check_fold("Straße Ørsted Łódź ǹ", "strase orsted lodz n");
	check_fold("3–4 “x” 5 ₫", "3-4 \"x\" 5 d");
	check_fold("ЯБЛОКО", "яблоко");
	check_fold("a\xff""b", "a?b");
	check_fold("", "");
	check_fold(" ", "");
	check_fold("?", "?");
}

/* A Vietnamese letter folds to one small ASCII letter; twice is once. */
static void
test_fold_of_all(void **state)
{
	struct arena *a = arena_new();
	struct text_letter l;
	struct str once, twice;
	char utf8[4];

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		struct str s = { utf8, text_encode(cp, utf8) };

		once = text_folded(a, s);
		if (text_letter_split(cp, &l)) {
			assert_int_equal(once.n, 1);
			assert_int_equal(once.p[0], l.base);
		}
		twice = text_folded(a, once);
		assert_string_equal(once.p, twice.p);
		if (cp % 0x1000 == 0)
			arena_reset(a);
	}
	arena_free(a);
}

static int
order(const char *a, const char *b, bool given_first)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	int r;

	text_sort_key(&x, str_of(a), given_first);
	text_sort_key(&y, str_of(b), given_first);
	r = str_cmp(buf_str(&x), buf_str(&y));
	buf_release(&x);
	buf_release(&y);
	return r < 0 ? -1 : r > 0;
}

/* Each text of a list comes before all that follow it. */
static void
check_list(const char *const *list, size_t n, bool given_first)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int is = order(list[i], list[j], given_first);
			int should = i < j ? -1 : i > j;

			if (is != should)
				fail_msg("%s / %s: %d", list[i], list[j], is);
		}
}

static void
test_dictionary_order(void **state)
{
	static const char *const letters[] = { "", "-", "1", "9", "a", "ă", "â",
		"b", "c", "d", "đ", "e", "ê", "f", "g", "h", "i", "j", "k", "l",
		"m", "n", "o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v",
		"w", "x", "y", "z", "я" };
	static const char *const tones[] = { "ma", "mà", "mả", "mã", "má",
		"mạ", "mai", "mài", "man" };
	static const char *const words[] = { "an", "An", "AN", "an bình",
		"An Bình", "án", "ang", "anh", "ảnh", "ăn", "ân", "ẩn", "đa",
		"hòa", "hoàn", "Lê An", "Lê Anh", "Lệ An", "Y ko", "Y Kơ",
		"Y Kơ\u0306" };

	(void)state;
	check_list(letters, ARRAY_LEN(letters), false);
	check_list(tones, ARRAY_LEN(tones), false);
	check_list(words, ARRAY_LEN(words), false);
	assert_int_equal(order("hòa", "hoà", false), 0);
	assert_int_equal(order("Nguye\u0302\u0303n", "Nguyễn", false), 0);
	assert_int_equal(order(" a  b ", "a b", false), 0);
	assert_int_equal(order("NGUYỄN VĂN AN", "Nguyễn Văn Bá", false), -1);
}

static void
test_lists_of_persons(void **state)
{
	static const char *const names[] = { "", "Trần An", "Lê Bá An",
		"Nguyễn Bá An", "NGUYỄN BÁ AN", "Lê Bá Hải An", "Đỗ Thị An",
		"Lê Thị An", "Trần Thị Ánh", "An Văn Bình", "Lê Dung",
		"Lê Đào", "Lê Thị Lan", "Lê Thị Lành" };

	(void)state;
	check_list(names, ARRAY_LEN(names), true);
	assert_int_equal(order("Lan", "Lan", true), 0);
}

static void
test_unaccent(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	text_unaccent(&b, STR("Đặng Thị Ngọc ÁNH – 5 ₫ 漢"));
	assert_string_equal(buf_cstr(&b), "Dang Thi Ngoc ANH - 5 d ??");
	buf_clear(&b);
	text_unaccent(&b, STR("Nguye\u0302\u0303n\x1b\xff"));
	assert_string_equal(buf_cstr(&b), "Nguyen??");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters_split_and_join),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_fold_of_all),
		cmocka_unit_test(test_dictionary_order),
		cmocka_unit_test(test_lists_of_persons),
		cmocka_unit_test(test_unaccent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

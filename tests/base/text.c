/* The text rule over all of Unicode, NFC, and what is shown of a text. */
#include "base/text.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utf8proc.h>
#include <cmocka.h>

/* The rule as SAFETY puts it, written apart from the program's table. */
static bool
refused_by_rule(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return true;
	if (cp == 0x2028 || cp == 0x2029 || cp == 0xfeff)
		return true;
	if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069))
		return true;
	if (cp >= 0x200b && cp <= 0x200f)
		return true;
	if (cp >= 0xd800 && cp <= 0xdfff)
		return true;
	if ((cp >= 0xe000 && cp <= 0xf8ff) || cp >= 0xf0000)
		return true;
	return (cp >= 0xfdd0 && cp <= 0xfdef) || (cp & 0xffff) >= 0xfffe;
}

static bool
composes_alone(struct str s)
{
	utf8proc_uint8_t *out;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p,
	    (utf8proc_ssize_t)s.n, &out,
	    (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
	bool same;

	assert_true(n >= 0);
	same = (size_t)n == s.n && memcmp(out, s.p, s.n) == 0;
	free(out);
	return same;
}

static void
test_every_code_point(void **state)
{
	char utf8[4];
	uint32_t back;

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		struct str s = { utf8, text_encode(cp, utf8) };
		bool refused = refused_by_rule(cp), nfc;

		assert_int_equal(text_is_allowed(cp), !refused);
		if (cp >= 0xd800 && cp < 0xe000) {
			assert_int_equal(s.n, 0);
			continue;
		}
		assert_int_equal(text_decode(s, &back), s.n);
		assert_int_equal(back, cp);
		nfc = composes_alone(s);
		assert_int_equal(text_is_nfc(s), nfc);
		assert_int_equal(text_check(s, 0, NULL),
		    refused || !nfc ? ERR_TEXT : OK);
		assert_int_equal(text_check(s, TEXT_LINES, NULL),
		    (refused && cp != '\n') || !nfc ? ERR_TEXT : OK);
	}
	assert_int_equal(text_encode(0x110000, utf8), 0);
	assert_false(text_is_allowed(0x110000));
}

/*
 * What the fast path passes over must be allowed, be NFC, have no mark, and
 * stay so whatever stands before it.
 */
static void
test_plain_is_inert(void **state)
{
	static const char before[] = "aeoudAEOU<=>n";
	char utf8[8];

	(void)state;
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		size_t n = text_encode(cp, utf8);
		struct str s = { utf8, n };

		if (n == 0 || text_plain(s) == 0)
			continue;
		assert_int_equal(text_plain(s), n);
		assert_true(text_is_allowed(cp));
		assert_false(text_is_mark(cp));
		assert_true(cp != '"' && cp != '\\');
		assert_int_equal(utf8proc_get_property(
				     (utf8proc_int32_t)cp)->combining_class, 0);
		for (size_t i = 0; before[i] != '\0'; i++) {
			char pair[8] = { before[i] };

			memcpy(pair + 1, utf8, n);
			assert_true(
			    composes_alone((struct str){ pair, n + 1 }));
		}
	}
	assert_int_equal(text_plain(STR("Nguyễn Thị Đào, thôn 3–4; “x” 5 ₫")),
	    strlen("Nguyễn Thị Đào, thôn 3–4; “x” 5 ₫"));
}

/* What text_plain says it is, a code point after the other. */
static size_t
plain_by_rule(struct str s)
{
	size_t i = 0, n;
	uint32_t cp;

	for (; i < s.n; i += n) {
		n = text_decode((struct str){ s.p + i, s.n - i }, &cp);
		if (n == 0 || cp < 0x20 || cp == '"' || cp == '\\' ||
		    (cp >= 0x7f && cp < 0xa0))
			break;
		if (cp > 0x2ff && (cp < 0x1ea0 || cp > 0x1ef9) &&
		    (cp < 0x2010 || cp > 0x2026) && cp != 0x20ab)
			break;
	}
	return i;
}

/* Planted: passes over a quote as the last byte of a word. */
static size_t
plain_with_fault(struct str s)
{
	size_t n = plain_by_rule(s);

	return n % 8 == 7 && n + 1 < s.n && s.p[n] == '"' ? n + 1 : n;
}

static size_t
plain(struct str s)
{
	return text_plain(s);
}

#define EDGE 64
typedef size_t (*plain_fn)(struct str s);

/*
 * Texts of 1 to EDGE bytes, at the very end of memory that may be read, with
 * each byte in each place of them.  How often fn is wrong.
 */
static size_t
wrong_at_edges(plain_fn fn, char *end, const char *fill)
{
	size_t wrong = 0, m = strlen(fill);

	for (size_t n = 1; n <= EDGE; n++) {
		struct str s = { end - n, n };

		for (size_t i = 0; i < n; i++)
			end[i - n] = fill[i % m];
		for (size_t at = 0; at < n; at++) {
			char kept = end[at - n];

			for (int c = 0; c < 256; c++) {
				end[at - n] = (char)c;
				wrong += fn(s) != plain_by_rule(s);
			}
			end[at - n] = kept;
		}
	}
	return wrong;
}

/* Each code point in each place of two words; those above U+3000 in fewer. */
static size_t
wrong_of_code_points(plain_fn fn, char *end)
{
	char utf8[4], *text = end - 24;
	size_t wrong = 0, m;

	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		if ((m = text_encode(cp, utf8)) == 0)
			continue;
		for (size_t at = 0; at < 16; at += 1 + cp / 0x3000) {
			struct str s = { text, 24 };

			memset(text, 'a', 24);
			memcpy(text + at, utf8, m);
			wrong += fn(s) != plain_by_rule(s);
			s.n = at + m; /* it is the last one */
			wrong += fn(s) != plain_by_rule(s);
		}
	}
	return wrong;
}

/* Memory that ends where nothing may be read. */
static char *
fence(size_t *size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(p != MAP_FAILED);
	assert_int_equal(mprotect(p + page, page, PROT_NONE), 0);
	*size = 2 * page;
	return p + page;
}

static void
test_plain_at_edges(void **state)
{
	static const char *const fill[] = { "a", "~! #]", "ế", "đ", "đường ",
		"\xc3", "\xe1\xbb", "\x1f!\"#" };
	size_t size, faults = 0;
	char *end = fence(&size);
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) { /* planted: one byte too far */
		signal(SIGSEGV, SIG_DFL);
		_exit(end[0] == 'x');
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	for (size_t f = 0; f < ARRAY_LEN(fill); f++) {
		assert_int_equal(wrong_at_edges(plain, end, fill[f]), 0);
		faults += wrong_at_edges(plain_with_fault, end, fill[f]);
	}
	assert_true(faults > 0);
	assert_int_equal(wrong_of_code_points(plain, end), 0);
	assert_true(wrong_of_code_points(plain_with_fault, end) > 0);
	munmap(end - size / 2, size);
}

static void
test_not_utf8(void **state)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80",
		"\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80", "\xe0\x9f\xbf",
		"\xe1\xbb", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80", "\xfe", "\xff", "abcdefgh\xe1\xbb" };
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(text_is_utf8(str_of(bad[i])));
		assert_int_equal(text_check(str_of(bad[i]), 0, &e), ERR_TEXT);
	}
	assert_true(text_is_utf8(STR("Đỗ Thị \"Ngọc\"\n\xf4\x8f\xbf\xbf")));
}

static void
test_error_names_the_place(void **state)
{
	struct error e;

	(void)state;
	assert_int_equal(text_check(STR("Đỗ\xe2\x80\xae"), 0, &e), ERR_TEXT);
	assert_non_null(strstr(e.what, "U+202E"));
	assert_non_null(strstr(e.what, "3"));
}

static void
test_marks_in_a_row(void **state)
{
	(void)state;
	/* q takes no mark to itself, so all of them stay */
	assert_int_equal(text_check(STR("q\u0301\u0301\u0301\u0301q\u0301"),
			     0, NULL), OK);
	assert_int_equal(text_check(STR("q\u0301\u0301\u0301\u0301\u0301"),
			     0, NULL), ERR_TEXT);
	assert_int_equal(text_check(STR("\u0323\u0302\u0306\u031b\u0301"),
			     TEXT_LINES, NULL), ERR_TEXT);
}

static void
test_clean_composes(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "Nguye\u0302\u0303n", "Nguyễn" },
		{ "Nguye\u0303\u0302n", "Nguyẽ\u0302n" },
		{ "e\u0323\u0302", "ệ" },
		{ "e\u0302\u0323", "ệ" },
		{ "ê\u0323", "ệ" },
		{ "ơ\u0306", "ơ\u0306" }, /* of Ede, has no letter of its own */
		{ "o\u0306\u031b", "ơ\u0306" },
		{ "\u212b\u2126", "ÅΩ" },
		{ "\u1100\u1161\u11a8", "각" },
		{ " hai  ", " hai  " },
		{ "", "" },
	};
	struct arena *a = arena_new();
	struct str out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(text_clean(a, str_of(cases[i].in), 0, &out,
				     NULL), OK);
		assert_string_equal(out.p, cases[i].out);
		assert_true(text_is_nfc(out));
		assert_int_equal(text_is_nfc(str_of(cases[i].in)),
		    strcmp(cases[i].in, cases[i].out) == 0);
	}
	assert_int_equal(text_clean(a, STR("a\nb"), 0, &out, NULL), ERR_TEXT);
	assert_int_equal(text_clean(a, STR("a\nb"), TEXT_LINES, &out, NULL),
	    OK);
	assert_int_equal(text_clean(a, STR("a\xff"), 0, &out, NULL), ERR_TEXT);
	arena_free(a);
}

/* Marks to be put in order by the million must not take minutes. */
static void
test_many_marks_are_quick(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	struct str out;

	(void)state;
	buf_addc(&b, 'a');
	for (int i = 0; i < 200000; i++)
		buf_adds(&b, i % 2 == 0 ? "\u0301" : "\u0323");
	assert_false(text_is_nfc(buf_str(&b)));
	assert_int_equal(text_clean(a, buf_str(&b), 0, &out, NULL), ERR_TEXT);
	buf_release(&b);
	arena_free(a);
}

/* Composing and broken bytes; text_rule.py has the rule as a whole. */
static void
test_random_strings(void **state)
{
	static const char *const parts[] = { "a", "e", "o", "ê", "ơ", "ệ",
		"\u0301", "\u0323", "\u0302", "\u031b", "\u0306", " ", "\u1100",
		"\u1161", "\u11a8", "가", "\u09c7", "\u09be", "\u0338", "=",
		"\"", "\xc3", "\x80", "₫", "\u200b" };
	struct arena *a = arena_new();
	uint64_t seed = 20261124;
	struct str out, again;
	char text[64];

	(void)state;
	for (int round = 0; round < 30000; round++) {
		struct str s = { text, 0 };
		bool nfc;

		for (int i = 0; i < 9; i++) {
			const char *p;

			seed = seed * UINT64_C(6364136223846793005) + 1;
			p = parts[(seed >> 33) % ARRAY_LEN(parts)];
			memcpy(text + s.n, p, strlen(p));
			s.n += strlen(p);
		}
		if (!text_is_utf8(s)) {
			assert_int_equal(text_check(s, 0, NULL), ERR_TEXT);
			continue;
		}
		nfc = composes_alone(s);
		assert_int_equal(text_is_nfc(s), nfc);
		if (!nfc)
			assert_int_equal(text_check(s, 0, NULL), ERR_TEXT);
		if (text_clean(a, s, 0, &out, NULL) == OK) {
			assert_int_equal(text_check(out, 0, NULL), OK);
			again = text_nfc(a, out);
			assert_true(str_eq(out, again));
		}
		arena_reset(a);
	}
	arena_free(a);
}

static void
test_places(void **state)
{
	struct str s = STR("Đỗ An");

	(void)state;
	assert_int_equal(text_count(s), 5);
	assert_int_equal(text_offset(s, 0), 0);
	assert_int_equal(text_offset(s, 1), 2);
	assert_int_equal(text_offset(s, 2), 5);
	assert_int_equal(text_offset(s, 9), s.n);
	assert_true(
	    str_is(text_trim(STR(" \t\u00a0Đỗ  An\u3000\n")), "Đỗ  An"));
	assert_true(str_is(text_trim(STR("  ")), ""));
}

static void
test_squeeze_and_case(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(text_squeeze(a, STR("  Đỗ \u00a0\tThị\nAn ")).p,
	    "Đỗ Thị An");
	assert_string_equal(text_upper(a, STR("Đặng thị ngọc ơn ýỹ ß ñ я")).p,
	    "ĐẶNG THỊ NGỌC ƠN ÝỸ ẞ Ñ Я");
	assert_string_equal(text_lower(a, STR("ĐẶNG THỊ NGỌC ƠN ÝỸ Ñ Я")).p,
	    "đặng thị ngọc ơn ýỹ ñ я");
	arena_free(a);
}

static void
test_columns(void **state)
{
	(void)state;
	assert_int_equal(text_width(STR("Nguyễn")), 6);
	assert_int_equal(text_width(STR("Nguye\u0302\u0303n")), 6);
	assert_int_equal(text_width(STR("漢字")), 4);
	assert_int_equal(text_width(STR("│─┼")), 3);
	assert_int_equal(text_cp_width(0x301), 0);
	assert_int_equal(text_cp_width(0x1b), 1); /* shown as ? */
	assert_int_equal(text_cp_width(0x202e), 1);
	assert_int_equal(text_cluster(STR("ơ\u0306\u0301n")), 6);
	assert_int_equal(text_cluster(STR("")), 0);
	assert_true(str_is(text_fit(STR("Nguyễn"), 5), "Nguyễ"));
	assert_true(str_is(text_fit(STR("ơ\u0306n"), 1), "ơ\u0306"));
	assert_true(str_is(text_fit(STR("漢字"), 3), "漢"));
	assert_true(str_is(text_fit(STR("an"), 9), "an"));
}

static void
test_safe_shows_nothing_refused(void **state)
{
	struct buf b = BUF_INIT;
	char utf8[4];
	uint32_t cp;

	(void)state;
	text_safe(&b, STR("a\x1b[31m\u202eb\nc\xff\xc3"));
	assert_string_equal(buf_cstr(&b), "a?[31m?b?c??");
	buf_clear(&b);
	text_safe(&b, STR("z\u0301\u0301\u0301\u0301\u0301\u0301"));
	assert_string_equal(buf_cstr(&b), "z\u0301\u0301\u0301\u0301?\u0301");
	for (cp = 0; cp < 0x110000; cp++) {
		struct str s = { utf8, text_encode(cp, utf8) };

		buf_clear(&b);
		text_safe(&b, s);
		if (s.n > 0 && refused_by_rule(cp))
			assert_string_equal(buf_cstr(&b), "?");
		else
			assert_true(str_eq(buf_str(&b), s));
	}
	buf_release(&b);
}

static void
test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned max, is;
	} cases[] = {
		{ "date", "date", 3, 0 }, { "dat", "date", 3, 1 },
		{ "dtae", "date", 3, 1 }, { "text", "note", 9, 4 },
		{ "text", "integer", 2, 3 }, { "", "abc", 5, 3 },
		{ "", "", 0, 0 }, { "kitten", "sitting", 9, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str a = str_of(cases[i].a), b = str_of(cases[i].b);

		assert_int_equal(text_distance(a, b, cases[i].max),
		    cases[i].is);
		assert_int_equal(text_distance(b, a, cases[i].max),
		    cases[i].is);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_plain_is_inert),
		cmocka_unit_test(test_plain_at_edges),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_error_names_the_place),
		cmocka_unit_test(test_marks_in_a_row),
		cmocka_unit_test(test_clean_composes),
		cmocka_unit_test(test_many_marks_are_quick),
		cmocka_unit_test(test_random_strings),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_squeeze_and_case),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_safe_shows_nothing_refused),
		cmocka_unit_test(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Numbers as they are keyed, stored and shown. */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
test_integers(void **state)
{
	static const char *const bad[] = { "", "-", "+1", "01", "-0", "-01",
		" 1", "1 ", "1.0", "1e3", "9007199254740992",
		"-9007199254740992", "99999999999999999999999", "1_0", "x" };
	int64_t v;

	(void)state;
	assert_true(number_parse_int(STR("0"), &v) && v == 0);
	assert_true(number_parse_int(STR("-12"), &v) && v == -12);
	assert_true(
	    number_parse_int(STR("9007199254740991"), &v) && v == NUMBER_MAX);
	assert_true(
	    number_parse_int(STR("-9007199254740991"), &v) && v == -NUMBER_MAX);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(number_parse_int(str_of(bad[i]), &v));
	assert_int_equal(number_span_int(STR("-12,3"), &v), 3);
	assert_int_equal(v, -12);
	assert_int_equal(number_span_int(STR("0]"), &v), 1);
	assert_int_equal(number_span_int(STR("9007199254740991}"), &v), 16);
	assert_int_equal(number_span_int(STR("9007199254740992}"), &v), 0);
	assert_int_equal(number_span_int(STR("-0]"), &v), 0);
	assert_int_equal(number_span_int(STR("-]"), &v), 0);
	assert_int_equal(number_span_int(STR("01]"), &v), 0);
	assert_int_equal(number_span_int(STR(""), &v), 0);
}

static void
test_keyed(void **state)
{
	static const struct {
		const char *text;
		int64_t v;
	} good[] = { { "1234567", 1234567 }, { "1.234.567", 1234567 },
		{ "1 234 567", 1234567 }, { " 500.000 ", 500000 },
		{ "-1.000", -1000 }, { "007", 7 }, { "0", 0 },
		{ "12.345", 12345 } };
	static const char *const bad[] = { "", " ", "1,234,567", "1.2", "12.34",
		"1234.567", "1.234 567", "1.234.56", "1..234", ".123", "1.",
		"1.234.", "1-2", "--1", "1.5x" };
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(number_parse_keyed(str_of(good[i].text), &v));
		assert_int_equal(v, good[i].v);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (number_parse_keyed(str_of(bad[i]), &v))
			fail_msg("accepted %s", bad[i]);
}

static void
test_decimal(void **state)
{
	static const struct {
		const char *text, *stored;
	} good[] = { { "2.5", "2.5" }, { "2,5", "2.5" }, { "-2.50", "-2.5" },
		{ "0.05", "0.05" }, { "007", "7" }, { ".5", "0.5" },
		{ ",5", "0.5" }, { "-0", "0" }, { "-0.00", "0" },
		{ "0.0", "0" }, { " 10,5 ", "10.5" },
		{ "123456789012345", "123456789012345" },
		{ "12345678.9012345", "12345678.9012345" } };
	static const char *const bad[] = { "", ".", "-", "5.", "1.2.3",
		"1,234.5", "1e5", "+1", "1 2", "1234567890123456", "0x1" };
	char out[NUMBER_BUF];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(number_parse_decimal(str_of(good[i].text), out));
		assert_string_equal(out, good[i].stored);
		assert_true(number_parse_decimal(str_of(good[i].stored), out));
		assert_string_equal(out, good[i].stored);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (number_parse_decimal(str_of(bad[i]), out))
			fail_msg("accepted %s", bad[i]);
}

static void
test_grouped(void **state)
{
	static const struct {
		int64_t v;
		const char *text;
	} cases[] = { { 0, "0" }, { 999, "999" }, { 1000, "1.000" },
		{ -1234567, "-1.234.567" }, { 100000, "100.000" },
		{ NUMBER_MAX, "9.007.199.254.740.991" },
		{ -NUMBER_MAX, "-9.007.199.254.740.991" } };
	char out[NUMBER_BUF];
	int64_t v;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		number_format_grouped(cases[i].v, out);
		assert_string_equal(out, cases[i].text);
		assert_true(number_parse_keyed(str_of(out), &v));
		assert_true(v == cases[i].v);
	}
}

static void
check_double(double v, const char *text)
{
	char out[NUMBER_DOUBLE_BUF];
	size_t n = number_format_double(v, out);

	assert_string_equal(out, text);
	assert_int_equal(n, strlen(text));
}

static void
test_double_text(void **state)
{
	char out[NUMBER_DOUBLE_BUF];

	(void)state;
	check_double(0, "0");
	check_double(-0.0, "0");
	check_double(1, "1");
	check_double(-1.5, "-1.5");
	check_double(0.1, "0.1");
	check_double(0.1 + 0.2, "0.30000000000000004");
	check_double(1.0 / 3, "0.3333333333333333");
	check_double(100, "100");
	check_double(1e15, "1000000000000000");
	check_double(9007199254740993.0, "9007199254740992");
	check_double(1e21, "1000000000000000000000");
	check_double(1.5e22, "15000000000000000000000");
	check_double(123456.789, "123456.789");
	check_double(1e-7, "0.0000001");
	check_double(5.684341886080802e-14, "0.00000000000005684341886080802");
	check_double((double)NAN, "NaN");
	check_double((double)INFINITY, "Infinity");
	check_double(-(double)INFINITY, "-Infinity");
	/* the longest ones fit */
	assert_true(number_format_double(DBL_MAX, out) == 309);
	assert_true(number_format_double(-DBL_MIN, out) < NUMBER_DOUBLE_BUF);
	assert_true(number_format_double(5e-324, out) == 326);
	assert_true(out[325] == '5');
}

/* Any bits: the text reads back as the same number, and no shorter does. */
static void
test_double_round_trip(void **state)
{
	char out[NUMBER_DOUBLE_BUF], shorter[64];
	uint64_t seed = 88172645463325252u;
	double v, back;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		memcpy(&v, &seed, sizeof v);
		if (isnan(v) || isinf(v))
			continue;
		number_format_double(v, out);
		assert_null(strchr(out, 'e'));
		back = number_parse_double(str_of(out));
		assert_memory_equal(&v, &back, sizeof v);
		/* what strtod makes of the same text */
		back = strtod(out, NULL);
		assert_memory_equal(&v, &back, sizeof v);
		if (i % 16 != 0)
			continue;
		v = fabs(v);
		for (int n = 15; n < 17; n++) {
			snprintf(shorter, sizeof shorter, "%.*e", n - 1, v);
			back = strtod(shorter, NULL);
			if (memcmp(&v, &back, sizeof v) != 0)
				continue;
			number_format_double(back, out);
			size_t digits = 0;
			const char *p = out + strspn(out, "0.");
			size_t len = strlen(out);
			while (strchr(out, '.') == NULL && len > 0 &&
			       out[len - 1] == '0')
				len--;
			for (; p < out + len; p++)
				digits += *p != '.';
			assert_true(digits <= (size_t)n);
		}
	}
}

static void
test_double_parse(void **state)
{
	static const char *const nan_texts[] = { "", " ", "-", ".", "+1", "1e3",
		"0x10", "1.2.3", "1 2", "--1", "Infinity", "abc", "1-" };
	char tiny[1200];
	double v;

	(void)state;
	assert_true(number_parse_double(STR(" 12.50\n")) == 12.5);
	assert_true(number_parse_double(STR("-.5")) == -0.5);
	assert_true(number_parse_double(STR("5.")) == 5);
	assert_true(signbit(number_parse_double(STR("-0"))) != 0);
	for (size_t i = 0; i < ARRAY_LEN(nan_texts); i++) {
		v = number_parse_double(str_of(nan_texts[i]));
		if (!isnan(v))
			fail_msg("accepted %s", nan_texts[i]);
	}
	/* half way between two doubles, but for a 1 far behind */
	memset(tiny, '0', sizeof tiny);
	memcpy(tiny, "9007199254740993.", 17);
	assert_true(number_parse_double((struct str){ tiny, sizeof tiny }) ==
	            9007199254740992.0);
	tiny[sizeof tiny - 1] = '1';
	assert_true(number_parse_double((struct str){ tiny, sizeof tiny }) ==
	            9007199254740994.0);
	memset(tiny, '9', sizeof tiny);
	assert_true(
	    isinf(number_parse_double((struct str){ tiny, sizeof tiny })));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_keyed),
		cmocka_unit_test(test_decimal),
		cmocka_unit_test(test_grouped),
		cmocka_unit_test(test_double_text),
		cmocka_unit_test(test_double_round_trip),
		cmocka_unit_test(test_double_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Dates, whole and partial: as keyed, as stored, and the ages they give. */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct date
iso(const char *text)
{
	struct date d = { 0, 0, 0, DATE_NONE };

	if (text[0] != '\0' && !date_parse_iso(str_of(text), &d))
		fail_msg("no date: %s", text);
	return d;
}

static void
test_iso(void **state)
{
	static const char *const good[] = { "1938", "1938-03", "1938-03-05",
		"2024-02-29", "2000-02-29", "1000", "9999-12-31" };
	static const char *const bad[] = { "", "38", "1938-3", "1938-00",
		"1938-13", "1938-02-30", "2023-02-29", "1900-02-29",
		"1938-03-00", "1938-03-32", "0999", "1938/03", "1938-03-05 ",
		"+938", "19 8", "1938-", "1938-03-", "1938-3-05x" };
	char out[DATE_BUF];
	struct date d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		d = iso(good[i]);
		assert_true(date_is_valid(d));
		date_format_iso(d, out);
		assert_string_equal(out, good[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (date_parse_iso(str_of(bad[i]), &d))
			fail_msg("accepted %s", bad[i]);
}

static void
test_keyed(void **state)
{
	static const struct {
		const char *text, *stored;
	} good[] = { { "05031938", "1938-03-05" }, { "5/3/1938", "1938-03-05" },
		{ "05-03-1938", "1938-03-05" }, { "5.3.1938", "1938-03-05" },
		{ "031938", "1938-03" }, { "03/1938", "1938-03" },
		{ "3/1938", "1938-03" }, { "1938", "1938" },
		{ " 1938 ", "1938" }, { "1938-03-05", "1938-03-05" },
		{ "1938-03", "1938-03" }, { "29022024", "2024-02-29" },
		{ "29/2/2000", "2000-02-29" } };
	static const char *const bad[] = { "", "5.3.38", "050338", "38",
		"5/3-1938", "31/4/2020", "29022023", "29/2/1900", "00031938",
		"5/0/1938", "13/1938", "131938", "1938/03/05", "5/3/19380",
		"5/3/", "/3/1938", "005/3/1938", "193", "5 3 1938",
		"1/2/3/1938", "0938", "5/3/1938x", "-1938" };
	char out[DATE_BUF];
	struct date d;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		if (!date_parse_keyed(str_of(good[i].text), &d))
			fail_msg("refused %s", good[i].text);
		date_format_iso(d, out);
		assert_string_equal(out, good[i].stored);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (date_parse_keyed(str_of(bad[i]), &d))
			fail_msg("accepted %s", bad[i]);
	assert_false(
	    date_parse_keyed(((struct str){ "5\0003\0001938", 8 }), &d));
}

static void
test_shown(void **state)
{
	char out[DATE_BUF];

	(void)state;
	date_format_vi(iso("1938-03-05"), out);
	assert_string_equal(out, "05/03/1938");
	date_format_vi(iso("1938-03"), out);
	assert_string_equal(out, "03/1938");
	date_format_vi(iso("1938"), out);
	assert_string_equal(out, "1938");
	date_format_vi(iso(""), out);
	assert_string_equal(out, "");
}

/* Every day of the calendar follows the one before it. */
static void
test_days_run_through(void **state)
{
	int64_t n = date_to_days(iso("1000-01-01"));
	struct date d, next;

	(void)state;
	assert_int_equal(date_to_days(iso("1970-01-01")), 0);
	assert_int_equal(date_to_days(iso("2000-03-01")), 11017);
	assert_int_equal(date_from_days(n - 1).precision, DATE_NONE);
	for (int y = 1000; y <= 9999; y++)
		for (int m = 1; m <= 12; m++)
			for (int k = 1; k <= date_month_days(y, m); k++, n++) {
				d = (struct date){ (int16_t)y, (int8_t)m,
					(int8_t)k, DATE_DAY };
				next = date_from_days(n);
				if (date_to_days(d) != n ||
				    date_cmp(d, next) != 0)
					fail_msg("%d-%d-%d", y, m, k);
			}
	assert_int_equal(date_from_days(n).precision, DATE_NONE);
	assert_int_equal(
	    date_to_days(iso("1938")), date_to_days(iso("1938-01-01")));
}

static void
check_months(const char *from, int months, const char *to)
{
	char out[DATE_BUF];

	date_format_iso(date_add_months(iso(from), months), out);
	assert_string_equal(out, to);
}

static void
test_months(void **state)
{
	(void)state;
	check_months("2024-01-31", 1, "2024-02-29");
	check_months("2023-01-31", 1, "2023-02-28");
	check_months("2024-02-29", 12, "2025-02-28");
	check_months("2024-02-29", -12, "2023-02-28");
	check_months("2024-03-15", -3, "2023-12-15");
	check_months("2024-11", 3, "2025-02");
	check_months("1938", 960, "2018");
	check_months("9999-12-01", 1, "");
	assert_int_equal(
	    date_months_between(iso("2024-01-31"), iso("2024-02-29")), 1);
	assert_int_equal(
	    date_months_between(iso("2024-01-31"), iso("2024-02-28")), 0);
	assert_int_equal(
	    date_months_between(iso("2024-01-15"), iso("2025-01-14")), 11);
	assert_int_equal(
	    date_months_between(iso("2025-01-15"), iso("2024-01-15")), -12);
}

static void
test_age(void **state)
{
	static const struct {
		const char *birth, *on;
		int age;
	} cases[] = {
		{ "1943-06-15", "2023-06-14", 79 },
		{ "1943-06-15", "2023-06-15", 80 },
		/* born on 29/2: 28/2 of a common year, 29/2 of a leap year */
		{ "1944-02-29", "2024-02-28", 79 },
		{ "1944-02-29", "2024-02-29", 80 },
		{ "1944-02-29", "2025-02-27", 80 },
		{ "1944-02-29", "2025-02-28", 81 },
		{ "1945-02-28", "2025-02-27", 79 },
		{ "1945-02-28", "2025-02-28", 80 },
		/* month known: day 01; year only: 01/01 */
		{ "1943-06", "2023-05-31", 79 },
		{ "1943-06", "2023-06-01", 80 },
		{ "1943", "2022-12-31", 79 },
		{ "1943", "2023-01-01", 80 },
		{ "2023-01-01", "2023-01-01", 0 },
		{ "2023-01-02", "2023-01-01", -1 },
		{ "", "2023-01-01", -1 },
		{ "1943", "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(
		    date_age(iso(cases[i].birth), iso(cases[i].on)),
		    cases[i].age);
}

static void
test_order(void **state)
{
	static const char *const sorted[] = { "", "1938", "1938-01",
		"1938-01-01", "1938-01-02", "1938-02", "1939" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
		for (size_t j = 0; j < ARRAY_LEN(sorted); j++)
			assert_int_equal(
			    date_cmp(iso(sorted[i]), iso(sorted[j])),
			    (i > j) - (i < j));
}

static void
test_times(void **state)
{
	static const char *const good[] = { "08:30", "0830", "8:30", "8h30",
		"08h30" };
	static const char *const bad[] = { "", "830", "24:00", "08:60", "8:3",
		"8", "8:", ":30", "08-30", "008:30", "08:300" };
	char out[8];
	int minutes;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(time_parse(str_of(good[i]), &minutes));
		time_format(minutes, out);
		assert_string_equal(out, "08:30");
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (time_parse(str_of(bad[i]), &minutes))
			fail_msg("accepted %s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_iso),
		cmocka_unit_test(test_keyed),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_days_run_through),
		cmocka_unit_test(test_months),
		cmocka_unit_test(test_age),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

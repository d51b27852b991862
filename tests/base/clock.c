/* The clock that tests can freeze. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

static void
test_frozen(void **state)
{
	char text[CLOCK_BUF], day[DATE_BUF];

	(void)state;
	setenv("TZ", "Asia/Ho_Chi_Minh", 1);
	tzset();
	setenv("ANSINH_NOW", "2026-01-15T08:30:05", 1);
	clock_now_text(text);
	assert_string_equal(text, "2026-01-15T08:30:05+07:00");
	date_format_iso(clock_today(), day);
	assert_string_equal(day, "2026-01-15");
	setenv("ANSINH_NOW", "2024-02-29", 1);
	clock_now_text(text);
	assert_string_equal(text, "2024-02-29T00:00:00+07:00");
	setenv("TZ", "UTC0", 1);
	tzset();
	clock_now_text(text);
	assert_string_equal(text, "2024-02-29T00:00:00+00:00");
}

static void
test_running(void **state)
{
	char text[CLOCK_BUF];
	int64_t before = clock_monotonic_ms();
	const struct timespec pause = { 0, 5000000 };

	(void)state;
	unsetenv("ANSINH_NOW");
	assert_int_equal(clock_today().precision, DATE_DAY);
	clock_now_text(text);
	assert_true(text[10] == 'T' && text[22] == ':');
	nanosleep(&pause, NULL);
	assert_true(clock_monotonic_ms() >= before + 5);
	assert_true(date_is_valid(clock_release_day()));
}

/* Last, since a person's word holds until the program ends. */
static void
test_typed(void **state)
{
	const struct date day = { 2026, 3, 14, DATE_DAY };
	const struct timespec pause = { 0, 5000000 };
	char text[CLOCK_BUF], again[CLOCK_BUF], iso[DATE_BUF];

	(void)state;
	setenv("TZ", "Asia/Ho_Chi_Minh", 1);
	tzset();
	setenv("ANSINH_NOW", "1970-01-01T07:30:00", 1);
	assert_false(clock_day_was_typed());
	clock_set_day(day);
	assert_true(clock_day_was_typed());
	clock_now_text(text);
	assert_string_equal(text, "2026-03-14T07:30:00+07:00");
	date_format_iso(clock_machine_day(), iso);
	assert_string_equal(iso, "1970-01-01");
	/* whatever the clock is set to afterwards */
	setenv("ANSINH_NOW", "2099-12-31T23:00:00", 1);
	date_format_iso(clock_today(), iso);
	assert_string_equal(iso, "2026-03-14");
	/* a running clock gives the time of day, and CLOCK_BOOTTIME the rest */
	unsetenv("ANSINH_NOW");
	clock_set_day(day);
	clock_now_text(text);
	nanosleep(&pause, NULL);
	clock_now_text(again);
	assert_memory_equal(text, "2026-03-14T", 11);
	assert_true(strcmp(text, again) <= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_running),
		cmocka_unit_test(test_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ANSINH_NOW, if it is set: a frozen moment in local time. */
static bool
frozen(struct tm *tm)
{
	const char *text = getenv("ANSINH_NOW");
	struct str s = str_of(text);
	struct str day = { s.p, s.n < 10 ? s.n : 10 };
	struct date d;
	int second = 0, minutes = 0;

	if (text == NULL || text[0] == '\0')
		return false;
	if (!date_parse_iso(day, &d) || d.precision != DATE_DAY)
		base_die("ANSINH_NOW=%s", text);
	if (s.n != 10 &&
	    (s.n != 19 || s.p[10] != 'T' || s.p[16] != ':' ||
	        !time_parse((struct str){ s.p + 11, 5 }, &minutes) ||
	        sscanf(s.p + 17, "%2d", &second) != 1 || second > 59))
		base_die("ANSINH_NOW=%s", text);
	memset(tm, 0, sizeof *tm);
	tm->tm_year = d.year - 1900;
	tm->tm_mon = d.month - 1;
	tm->tm_mday = d.day;
	tm->tm_hour = minutes / 60;
	tm->tm_min = minutes % 60;
	tm->tm_sec = second;
	tm->tm_isdst = -1;
	return true;
}

/* The moment in which a person said what day it is. */
static struct {
	bool set;
	time_t then;     /* that day, at the time that the clock showed */
	int64_t boot_ms;
} typed;

static void
broken_down(time_t now, struct tm *tm)
{
	if (localtime_r(&now, tm) == NULL)
		base_die("%s", _("the clock shows no date"));
}

static void
machine_now(struct tm *tm)
{
	/* mktime finds the offset that held at the frozen moment */
	broken_down(frozen(tm) ? mktime(tm) : time(NULL), tm);
}

static void
local_now(struct tm *tm)
{
	int64_t passed = clock_monotonic_ms() - typed.boot_ms;

	if (!typed.set)
		machine_now(tm);
	else if (frozen(tm))
		broken_down(typed.then, tm);
	else
		broken_down(typed.then + (time_t)(passed / 1000), tm);
}

static struct date
day_of(const struct tm *tm)
{
	return (struct date){ (int16_t)(tm->tm_year + 1900),
		(int8_t)(tm->tm_mon + 1), (int8_t)tm->tm_mday, DATE_DAY };
}

struct date
clock_today(void)
{
	struct tm tm;

	local_now(&tm);
	return day_of(&tm);
}

struct date
clock_machine_day(void)
{
	struct tm tm;

	machine_now(&tm);
	return day_of(&tm);
}

void
clock_set_day(struct date day)
{
	struct tm tm;

	machine_now(&tm);
	tm.tm_year = day.year - 1900;
	tm.tm_mon = day.month - 1;
	tm.tm_mday = day.day;
	tm.tm_isdst = -1;
	typed.then = mktime(&tm);
	typed.boot_ms = clock_monotonic_ms();
	typed.set = true;
}

bool
clock_day_was_typed(void)
{
	return typed.set;
}

void
clock_now_text(char out[CLOCK_BUF])
{
	struct tm tm;
	size_t n;

	local_now(&tm);
	/* "%z" has no colon */
	n = strftime(out, CLOCK_BUF - 1, "%Y-%m-%dT%H:%M:%S%z", &tm);
	if (n < 3)
		BUG("no room for the time");
	memmove(out + n - 1, out + n - 2, 3);
	out[n - 2] = ':';
}

int64_t
clock_monotonic_ms(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_BOOTTIME, &ts) != 0)
		base_die("%s", _("the system has no clock"));
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct date
clock_release_day(void)
{
	const char *test = getenv("ANSINH_TEST_RELEASE_DAY");
	struct date day;

	if (!date_parse_iso(str_of(test != NULL ? test : RELEASE_DAY), &day) ||
	    day.precision != DATE_DAY)
		base_die("ANSINH_TEST_RELEASE_DAY=%s", test);
	return day;
}

int
clock_slowed_ms(void)
{
	const char *ms = getenv("ANSINH_TEST_SLOW");

	return ms == NULL ? 0 : (int)strtol(ms, NULL, 10);
}

#include "base/date.h"

#include <string.h>

#define YEAR_MIN 1000
#define YEAR_MAX 9999

bool
date_is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
date_month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && date_is_leap(year));
}

bool
date_is_valid(struct date d)
{
	bool month = d.month >= 1 && d.month <= 12;

	if (d.precision != DATE_NONE &&
	    (d.year < YEAR_MIN || d.year > YEAR_MAX))
		return false;
	switch ((enum date_precision)d.precision) {
	case DATE_NONE:
		return d.year == 0 && d.month == 0 && d.day == 0;
	case DATE_YEAR:
		return d.month == 0 && d.day == 0;
	case DATE_MONTH:
		return month && d.day == 0;
	case DATE_DAY:
		return month && d.day >= 1 &&
		       d.day <= date_month_days(d.year, d.month);
	}
	return false;
}

/* month and day are 0 where unknown; false, and *out alone, if no date. */
static bool
make(int year, int month, int day, struct date *out)
{
	struct date d = { (int16_t)year, (int8_t)month, (int8_t)day,
		(int8_t)(day > 0     ? DATE_DAY
		         : month > 0 ? DATE_MONTH
		                     : DATE_YEAR) };

	if (!date_is_valid(d))
		return false;
	*out = d;
	return true;
}

static bool
all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* The number in n digits at offset at; all of s were found to be digits. */
static int
digits_at(struct str s, size_t at, size_t n)
{
	int v = 0;

	for (size_t i = at; i < at + n; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

/* A part that is written must not be zero: 00 is no day and no month. */
static bool
part(struct str s, size_t at, size_t n, int *out)
{
	if (!all_digits((struct str){ s.p + at, n }))
		return false;
	*out = digits_at(s, at, n);
	return *out > 0;
}

bool
date_parse_iso(struct str s, struct date *out)
{
	int year, month = 0, day = 0;

	if (s.n != 4 && s.n != 7 && s.n != 10)
		return false;
	if (!part(s, 0, 4, &year))
		return false;
	if (s.n >= 7 && (s.p[4] != '-' || !part(s, 5, 2, &month)))
		return false;
	if (s.n == 10 && (s.p[7] != '-' || !part(s, 8, 2, &day)))
		return false;
	return make(year, month, day, out);
}

/* D/M/YYYY or M/YYYY with one kind of separator. */
static bool
parse_separated(struct str s, struct date *out)
{
	char sep = '\0';
	int parts[3];
	size_t n = 0, from = 0, len;

	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			continue;
		if (i < s.n) {
			if (strchr("/-.", s.p[i]) == NULL || s.p[i] == '\0' ||
			    (sep != '\0' && s.p[i] != sep))
				return false;
			sep = s.p[i];
		}
		len = i - from;
		if (n == 3 || (i < s.n ? len < 1 || len > 2 : len != 4) ||
		    !part(s, from, len, &parts[n]))
			return false;
		n++;
		from = i + 1;
	}
	if (n == 3)
		return make(parts[2], parts[1], parts[0], out);
	return n == 2 && make(parts[1], parts[0], 0, out);
}

bool
date_parse_keyed(struct str s, struct date *out)
{
	int day = 0, month = 0;

	while (s.n > 0 && s.p[0] == ' ') {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	if (!all_digits(s))
		return date_parse_iso(s, out) || parse_separated(s, out);
	if (s.n != 4 && s.n != 6 && s.n != 8)
		return false;
	if (s.n == 8 && !part(s, 0, 2, &day))
		return false;
	if (s.n >= 6 && !part(s, s.n - 6, 2, &month))
		return false;
	return make(digits_at(s, s.n - 4, 4), month, day, out);
}

/* n digits of v, and what follows them. */
static char *
put(char *out, int v, int n, char after)
{
	for (int i = n - 1; i >= 0; i--, v /= 10)
		out[i] = (char)('0' + v % 10);
	out[n] = after;
	return out + n + 1;
}

void
date_format_iso(struct date d, char out[DATE_BUF])
{
	out[0] = '\0';
	if (d.precision >= DATE_YEAR)
		out = put(out, d.year, 4, d.precision > DATE_YEAR ? '-' : '\0');
	if (d.precision >= DATE_MONTH)
		out =
		    put(out, d.month, 2, d.precision > DATE_MONTH ? '-' : '\0');
	if (d.precision == DATE_DAY)
		put(out, d.day, 2, '\0');
}

void
date_format_vi(struct date d, char out[DATE_BUF])
{
	out[0] = '\0';
	if (d.precision == DATE_DAY)
		out = put(out, d.day, 2, '/');
	if (d.precision >= DATE_MONTH)
		out = put(out, d.month, 2, '/');
	if (d.precision >= DATE_YEAR)
		put(out, d.year, 4, '\0');
}

/* The first day that the date can mean. */
static struct date
first_day(struct date d)
{
	if (d.month == 0)
		d.month = 1;
	if (d.day == 0)
		d.day = 1;
	d.precision = DATE_DAY;
	return d;
}

/*
 * Years are counted from 1 March, so that the day which comes and goes is
 * the last of its year; 400 years are always 146,097 days.
 */
int64_t
date_to_days(struct date d)
{
	int64_t era, year, day;

	d = first_day(d);
	year = d.year - (d.month <= 2);
	era = year / 400;
	year -= era * 400;
	day = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	day += year * 365 + year / 4 - year / 100;
	return era * 146097 + day - 719468;
}

struct date
date_from_days(int64_t days)
{
	struct date d = { 0, 0, 0, DATE_NONE };
	int64_t era, day, year, month;

	/* 1000-01-01 and 9999-12-31 */
	if (days < -354285 || days > 2932896)
		return d;
	days += 719468;
	era = days / 146097;
	day = days % 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= year * 365 + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	d.day = (int8_t)(day - (153 * month + 2) / 5 + 1);
	d.month = (int8_t)(month < 10 ? month + 3 : month - 9);
	d.year = (int16_t)(year + era * 400 + (d.month <= 2));
	d.precision = DATE_DAY;
	return d;
}

struct date
date_add_months(struct date d, int months)
{
	int64_t count;
	int last;

	if (d.precision == DATE_NONE)
		return d;
	count = (int64_t)d.year * 12 + (d.month > 0 ? d.month - 1 : 0) + months;
	if (count < YEAR_MIN * 12 || count > YEAR_MAX * 12 + 11)
		return (struct date){ 0, 0, 0, DATE_NONE };
	d.year = (int16_t)(count / 12);
	if (d.precision == DATE_YEAR)
		return d;
	d.month = (int8_t)(count % 12 + 1);
	last = date_month_days(d.year, d.month);
	if (d.day > last)
		d.day = (int8_t)last;
	return d;
}

int
date_months_between(struct date a, struct date b)
{
	int months, last;

	if (a.precision == DATE_NONE || b.precision == DATE_NONE)
		return 0;
	a = first_day(a);
	b = first_day(b);
	if (date_cmp(b, a) < 0)
		return -date_months_between(b, a);
	months = (b.year - a.year) * 12 + b.month - a.month;
	/* a month is complete on its last day where the day does not exist */
	last = date_month_days(b.year, b.month);
	if (b.day < (a.day < last ? a.day : last))
		months--;
	return months;
}

int
date_age(struct date birth, struct date on)
{
	if (birth.precision == DATE_NONE || on.precision == DATE_NONE)
		return -1;
	birth = first_day(birth);
	on = first_day(on);
	if (date_cmp(on, birth) < 0)
		return -1;
	return date_months_between(birth, on) / 12;
}

int
date_cmp(struct date a, struct date b)
{
	int64_t x, y;

	if (a.precision == DATE_NONE || b.precision == DATE_NONE)
		return (a.precision != DATE_NONE) - (b.precision != DATE_NONE);
	x = date_to_days(a);
	y = date_to_days(b);
	if (x != y)
		return x < y ? -1 : 1;
	return (a.precision > b.precision) - (a.precision < b.precision);
}

bool
time_parse(struct str s, int *minutes)
{
	size_t hour = 0;
	int h, m;

	while (hour < s.n && s.p[hour] >= '0' && s.p[hour] <= '9')
		hour++;
	if (hour == 4 && s.n == 4) {
		h = digits_at(s, 0, 2);
		m = digits_at(s, 2, 2);
	} else {
		if (hour < 1 || hour > 2 || s.n != hour + 3 ||
		    (s.p[hour] != ':' && s.p[hour] != 'h') ||
		    !all_digits((struct str){ s.p + hour + 1, 2 }))
			return false;
		h = digits_at(s, 0, hour);
		m = digits_at(s, hour + 1, 2);
	}
	if (h > 23 || m > 59)
		return false;
	*minutes = h * 60 + m;
	return true;
}

void
time_format(int minutes, char out[8])
{
	out = put(out, minutes / 60 % 24, 2, ':');
	put(out, minutes % 60, 2, '\0');
}

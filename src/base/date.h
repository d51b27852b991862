#ifndef BASE_DATE_H
#define BASE_DATE_H
/*
 * Calendar dates, which may be known only to the month or the year, and times
 * of day.  No time zone anywhere.  Years 1000 to 9999, proleptic Gregorian.
 */
#include "base/base.h"

enum date_precision { DATE_NONE, DATE_YEAR, DATE_MONTH, DATE_DAY };

struct date {
	int16_t year;
	int8_t month, day; /* 0 where unknown */
	int8_t precision;  /* enum date_precision; DATE_NONE is no date */
};
#define DATE_BUF 16

bool date_is_valid(struct date d);
bool date_is_leap(int year);
int date_month_days(int year, int month);
/* "1938", "1938-03", "1938-03-05": the stored form. */
bool date_parse_iso(struct str s, struct date *out);
void date_format_iso(struct date d, char out[DATE_BUF]);
/*
 * As keyed from paper: 05031938, 5/3/1938, 05-03-1938, 5.3.38 is refused
 * (two-digit years are a guess), 031938 and 03/1938, 1938, and the ISO forms.
 */
bool date_parse_keyed(struct str s, struct date *out);
void date_format_vi(struct date d, char out[DATE_BUF]); /* 05/03/1938 */

/* Days since 1970-01-01; missing parts count as 01. */
int64_t date_to_days(struct date d);
struct date date_from_days(int64_t days);
struct date date_add_months(struct date d, int months); /* day is clamped */
/* Completed months from a to b (negative if b is before a). */
int date_months_between(struct date a, struct date b);
/*
 * Completed calendar years on the day `on`.  Month known and day unknown
 * counts as day 01, year only as 01/01 (domain rule, by analogy with Decree
 * 158/2025); born on 29/2, a common year's birthday is 28/2.  -1 if either
 * is missing or birth is later.
 */
int date_age(struct date birth, struct date on);
/* By first possible day, then precision; for sorting and comparing. */
int date_cmp(struct date a, struct date b);

/* "08:30"; keyed also as 0830, 8:30, 8h30. */
bool time_parse(struct str s, int *minutes);
void time_format(int minutes, char out[8]);

#endif

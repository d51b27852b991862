#include "form/expr_impl.h"

#include <math.h>

/* n digits at the start of s, taken off it; -1 if they are not there. */
static int
digits(struct str *s, size_t n)
{
	int v = 0;

	if (s->n < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return -1;
		v = v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return v;
}

static bool
take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* ".123", as part of a second. */
static bool
fraction(struct str *s, double *seconds)
{
	double unit = 0.1;

	if (!take(s, '.'))
		return true;
	if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9')
		return false;
	for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; unit /= 10) {
		*seconds += (s->p[0] - '0') * unit;
		s->p++;
		s->n--;
	}
	return true;
}

/* "", "Z", "+07:00", "-0330" */
static bool
offset(struct str *s)
{
	int hours, minutes;

	if (take(s, 'Z') || s->n == 0)
		return s->n == 0;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	hours = digits(s, 2);
	(void)take(s, ':');
	minutes = digits(s, 2);
	return hours >= 0 && hours <= 14 && minutes >= 0 && minutes <= 59 &&
	    s->n == 0;
}

/* "08:30", "08:30:05.250+07:00" */
static bool
time_of_day(struct str s, double *seconds)
{
	int hours = digits(&s, 2), minutes, whole = 0;

	if (hours < 0 || hours > 23 || !take(&s, ':'))
		return false;
	minutes = digits(&s, 2);
	if (minutes < 0 || minutes > 59)
		return false;
	if (take(&s, ':'))
		whole = digits(&s, 2);
	if (whole < 0 || whole > 59)
		return false;
	*seconds = hours * 3600 + minutes * 60 + whole;
	return fraction(&s, seconds) && offset(&s);
}

bool
expr_moment_parse(struct str s, struct expr_moment *out)
{
	*out = (struct expr_moment){ .has_time = false };
	if (date_parse_iso(s, &out->date))
		return true;
	out->has_time = true;
	if (s.n > 11 && s.p[10] == 'T')
		return date_parse_iso((struct str){ s.p, 10 }, &out->date) &&
		    time_of_day((struct str){ s.p + 11, s.n - 11 },
			&out->seconds);
	return time_of_day(s, &out->seconds);
}

bool
expr_moment_of(struct value v, struct expr_moment *out)
{
	double days;

	*out = (struct expr_moment){ .has_time = false };
	switch (v.type) {
	case VALUE_DATE:
		out->date = value_day(v);
		return true;
	case VALUE_TEXT:
		return expr_moment_parse(value_str(v), out);
	case VALUE_NUMBER:
		days = floor(v.number);
		/* far outside of the calendar, and no overflow */
		if (!(fabs(days) < 1e7))
			return false;
		out->date = date_from_days((int64_t)days);
		out->has_time = v.number > days;
		out->seconds = (v.number - days) * 86400;
		return out->date.precision != DATE_NONE;
	case VALUE_BLANK:
	case VALUE_BOOL:
		return false;
	}
	return false;
}

#include "form/expr_fn.h"

#include "base/buf.h"

#include <math.h>
#include <stdio.h>

struct value
expr_fn_today(struct expr_run *r, const struct expr_node *call)
{
	(void)call;
	return value_date(r->env->today);
}

struct value
expr_fn_now(struct expr_run *r, const struct expr_node *call)
{
	(void)call;
	return value_text(str_of(r->env->now));
}

struct value
expr_fn_date(struct expr_run *r, const struct expr_node *call)
{
	return value_date(expr_arg_date(r, call, 0));
}

struct value
expr_fn_decimal_date_time(struct expr_run *r, const struct expr_node *call)
{
	struct expr_moment m;

	if (!expr_moment_of(expr_arg(r, call, 0), &m) ||
	    m.date.precision == DATE_NONE)
		return value_number((double)NAN);
	return value_number(
	    (double)date_to_days(m.date) + m.seconds / 86400);
}

struct value
expr_fn_decimal_time(struct expr_run *r, const struct expr_node *call)
{
	struct expr_moment m;

	if (!expr_moment_of(expr_arg(r, call, 0), &m) || !m.has_time)
		return value_number((double)NAN);
	return value_number(m.seconds / 86400);
}

struct value
expr_fn_age(struct expr_run *r, const struct expr_node *call)
{
	struct date on = r->env->today;
	int age;

	if (call->n_args > 1)
		on = expr_arg_date(r, call, 1);
	age = date_age(expr_arg_date(r, call, 0), on);
	return age < 0 ? value_blank() : value_number(age);
}

struct value
expr_fn_add_months(struct expr_run *r, const struct expr_node *call)
{
	struct date d = expr_arg_date(r, call, 0);
	double months = trunc(expr_arg_number(r, call, 1));

	if (d.precision == DATE_NONE || !(fabs(months) < 1e6))
		return value_blank();
	return value_date(date_add_months(d, (int)months));
}

struct value
expr_fn_months_between(struct expr_run *r, const struct expr_node *call)
{
	struct date from = expr_arg_date(r, call, 0);
	struct date to = expr_arg_date(r, call, 1);

	if (from.precision == DATE_NONE || to.precision == DATE_NONE)
		return value_blank();
	return value_number(date_months_between(from, to));
}

/* format-date */

static const char *
month_name(int month)
{
	static const char *const names[] = { N_("Jan"), N_("Feb"), N_("Mar"),
		N_("Apr"), N_("May"), N_("Jun"), N_("Jul"), N_("Aug"),
		N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec") };

	return _(names[month - 1]);
}

static const char *
weekday_name(struct date d)
{
	static const char *const names[] = { N_("Sun"), N_("Mon"), N_("Tue"),
		N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };
	/* 1970-01-01 was a Thursday; no date is before -354285 */
	int64_t day = (date_to_days(d) + 4 + INT64_C(700000)) % 7;

	return _(names[day]);
}

/* Writes one identifier; false if that part of the date is not known. */
static bool
put_part(struct buf *out, char c, const struct expr_moment *m)
{
	const struct date *d = &m->date;
	int s = (int)m->seconds;
	int known = d->precision;

	if (c == 'Y' && known >= DATE_YEAR)
		buf_printf(out, "%04d", d->year);
	else if (c == 'y' && known >= DATE_YEAR)
		buf_printf(out, "%02d", d->year % 100);
	else if (c == 'm' && known >= DATE_MONTH)
		buf_printf(out, "%02d", d->month);
	else if (c == 'n' && known >= DATE_MONTH)
		buf_printf(out, "%d", d->month);
	else if (c == 'b' && known >= DATE_MONTH)
		buf_adds(out, month_name(d->month));
	else if (c == 'd' && known >= DATE_DAY)
		buf_printf(out, "%02d", d->day);
	else if (c == 'e' && known >= DATE_DAY)
		buf_printf(out, "%d", d->day);
	else if (c == 'a' && known >= DATE_DAY)
		buf_adds(out, weekday_name(*d));
	else if (c == 'H')
		buf_printf(out, "%02d", s / 3600);
	else if (c == 'h')
		buf_printf(out, "%d", s / 3600);
	else if (c == 'M')
		buf_printf(out, "%02d", s / 60 % 60);
	else if (c == 'S')
		buf_printf(out, "%02d", s % 60);
	else if (c == '3')
		buf_printf(out, "%03d", (int)((m->seconds - s) * 1000 + 0.5));
	else if (c == '%')
		buf_addc(out, '%');
	else
		return false;
	return true;
}

/*
 * A part that is not known is left out with what separates it from the next:
 * '%d/%m/%Y' of a date known to the month is 03/1938.
 */
struct value
expr_fn_format_date(struct expr_run *r, const struct expr_node *call)
{
	struct value v = expr_arg(r, call, 0);
	struct str f = expr_arg_text(r, call, 1);
	struct buf out = BUF_INIT;
	struct expr_moment m;
	bool known = true;

	if (!expr_moment_of(v, &m))
		return value_blank();
	for (size_t i = 0; i < f.n; i++) {
		if (f.p[i] == '%' && i + 1 < f.n)
			known = put_part(&out, f.p[++i], &m);
		else if (known)
			buf_addc(&out, f.p[i]);
	}
	v = value_text(arena_str_dup(r->env->scratch, buf_str(&out)));
	buf_release(&out);
	return v;
}

/* is-valid-cccd */

enum sex { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE };

static enum sex
sex_of(struct str s)
{
	if (str_is(s, "male") || str_is(s, "m") || str_is(s, "nam"))
		return SEX_MALE;
	if (str_is(s, "female") || str_is(s, "f") || str_is(s, "nu"))
		return SEX_FEMALE;
	return SEX_UNKNOWN;
}

/*
 * Twelve digits: three of the province, one of sex and century (0 and 1 for
 * a man and a woman born in 1900-1999, 2 and 3 in 2000-2099, and so on), two
 * of the year, six of chance.  With a sex or a birth date these must agree;
 * what is blank or not known agrees with everything.
 */
struct value
expr_fn_is_valid_cccd(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	struct date birth = { 0, 0, 0, DATE_NONE };
	enum sex sex = SEX_UNKNOWN;
	int year;

	if (s.n != 12)
		return value_bool(false);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return value_bool(false);
	if (call->n_args > 1)
		sex = sex_of(expr_arg_text(r, call, 1));
	if (call->n_args > 2)
		birth = expr_arg_date(r, call, 2);
	if (sex != SEX_UNKNOWN && (s.p[3] % 2 == 0) != (sex == SEX_MALE))
		return value_bool(false);
	year = 1900 + (s.p[3] - '0') / 2 * 100 + (s.p[4] - '0') * 10 +
	    (s.p[5] - '0');
	return value_bool(birth.precision == DATE_NONE || birth.year == year);
}

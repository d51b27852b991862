#include "form/expr_fn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

struct value
expr_fn_number(struct expr_run *r, const struct expr_node *call)
{
	if (call->n_args == 0)
		return value_number(value_to_number(expr_self(r)));
	return value_number(expr_arg_number(r, call, 0));
}

struct value
expr_fn_int(struct expr_run *r, const struct expr_node *call)
{
	return value_number(trunc(expr_arg_number(r, call, 0)));
}

/*
 * v * 10^places to the nearest whole number, halves away from zero, as a
 * person rounds what is written: 2.345 is no whit less than a half, although
 * the double is.  15 digits are what a double holds of any decimal.
 */
static double
round_half(double v, int places)
{
	char text[64];
	double scale = pow(10, abs(places));
	double scaled = places < 0 ? v / scale : v * scale;

	if (!isfinite(scaled) || fabs(scaled) >= 1e15)
		return v;
	/* "%.14e" and back: no decimal point but the locale's own */
	snprintf(text, sizeof text, "%.14e", scaled);
	scaled = round(strtod(text, NULL));
	return places < 0 ? scaled * scale : scaled / scale;
}

struct value
expr_fn_round(struct expr_run *r, const struct expr_node *call)
{
	double v = expr_arg_number(r, call, 0);
	double places = call->n_args > 1 ? expr_arg_number(r, call, 1) : 0;

	if (isnan(places))
		return value_number((double)NAN);
	if (places > 300)
		return value_number(v);
	if (places < -300)
		return value_number(0);
	return value_number(round_half(v, (int)places));
}

struct value
expr_fn_floor(struct expr_run *r, const struct expr_node *call)
{
	return value_number(floor(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_ceiling(struct expr_run *r, const struct expr_node *call)
{
	return value_number(ceil(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_abs(struct expr_run *r, const struct expr_node *call)
{
	return value_number(fabs(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_pow(struct expr_run *r, const struct expr_node *call)
{
	return value_number(
	    pow(expr_arg_number(r, call, 0), expr_arg_number(r, call, 1)));
}

struct value
expr_fn_sqrt(struct expr_run *r, const struct expr_node *call)
{
	return value_number(sqrt(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_log(struct expr_run *r, const struct expr_node *call)
{
	return value_number(log(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_log10(struct expr_run *r, const struct expr_node *call)
{
	return value_number(log10(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_exp(struct expr_run *r, const struct expr_node *call)
{
	return value_number(exp(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_exp10(struct expr_run *r, const struct expr_node *call)
{
	return value_number(pow(10, expr_arg_number(r, call, 0)));
}

struct value
expr_fn_sin(struct expr_run *r, const struct expr_node *call)
{
	return value_number(sin(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_cos(struct expr_run *r, const struct expr_node *call)
{
	return value_number(cos(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_tan(struct expr_run *r, const struct expr_node *call)
{
	return value_number(tan(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_asin(struct expr_run *r, const struct expr_node *call)
{
	return value_number(asin(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_acos(struct expr_run *r, const struct expr_node *call)
{
	return value_number(acos(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_atan(struct expr_run *r, const struct expr_node *call)
{
	return value_number(atan(expr_arg_number(r, call, 0)));
}

struct value
expr_fn_atan2(struct expr_run *r, const struct expr_node *call)
{
	return value_number(
	    atan2(expr_arg_number(r, call, 0), expr_arg_number(r, call, 1)));
}

struct value
expr_fn_pi(struct expr_run *r, const struct expr_node *call)
{
	(void)r;
	(void)call;
	return value_number(acos(-1));
}

/* At least 0 and below 1, 53 bits. */
struct value
expr_fn_random(struct expr_run *r, const struct expr_node *call)
{
	uint64_t bits = 0;

	(void)r;
	(void)call;
	if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		return value_blank();
	return value_number((double)(bits >> 11) / 9007199254740992.0);
}

#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECIMAL_DIGITS_MAX 15
/* Digits after which a decimal cannot change the double it is nearest to. */
#define DOUBLE_DIGITS_MAX 780

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str
trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
take_minus(struct str *s)
{
	if (s->n == 0 || s->p[0] != '-')
		return false;
	s->p++;
	s->n--;
	return true;
}

static bool
add_digit(int64_t *v, char c)
{
	if (!is_digit(c))
		return false;
	*v = *v * 10 + (c - '0');
	return *v <= NUMBER_MAX;
}

size_t
number_span_int(struct str s, int64_t *out)
{
	size_t minus = s.n > 0 && s.p[0] == '-', i = minus;
	int64_t v = 0;

	for (; i < s.n && is_digit(s.p[i]) && v <= NUMBER_MAX; i++)
		v = v * 10 + (s.p[i] - '0');
	if (i == minus || v > NUMBER_MAX ||
	    (s.p[minus] == '0' && (minus > 0 || i > 1)))
		return 0;
	*out = minus > 0 ? -v : v;
	return i;
}

bool
number_parse_int(struct str s, int64_t *out)
{
	int64_t v;

	if (s.n == 0 || number_span_int(s, &v) != s.n)
		return false;
	*out = v;
	return true;
}

bool
number_parse_keyed(struct str s, int64_t *out)
{
	bool minus;
	int64_t v = 0;
	char group = '\0';
	size_t run = 0; /* digits since the last group sign */

	s = trim(s);
	minus = take_minus(&s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' || s.p[i] == ' ') {
			if (group == '\0' ? run == 0 || run > 3 : run != 3)
				return false;
			if (group != '\0' && group != s.p[i])
				return false;
			group = s.p[i];
			run = 0;
		} else if (!add_digit(&v, s.p[i])) {
			return false;
		} else {
			run++;
		}
	}
	if (run == 0 || (group != '\0' && run != 3))
		return false;
	*out = minus ? -v : v;
	return true;
}

bool
number_parse_decimal(struct str s, char out[NUMBER_BUF])
{
	struct str whole, part = { "", 0 };
	bool minus;

	s = trim(s);
	minus = take_minus(&s);
	whole = s;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '.' && s.p[i] != ',')
			continue;
		whole.n = i;
		part = (struct str){ s.p + i + 1, s.n - i - 1 };
		if (part.n == 0)
			return false;
		break;
	}
	if (whole.n + part.n == 0)
		return false;
	for (size_t i = 0; i < whole.n; i++)
		if (!is_digit(whole.p[i]))
			return false;
	for (size_t i = 0; i < part.n; i++)
		if (!is_digit(part.p[i]))
			return false;
	while (whole.n > 0 && whole.p[0] == '0') {
		whole.p++;
		whole.n--;
	}
	while (part.n > 0 && part.p[part.n - 1] == '0')
		part.n--;
	if (whole.n + part.n > DECIMAL_DIGITS_MAX)
		return false;
	snprintf(out, NUMBER_BUF, "%s%.*s%s%.*s",
	    minus && whole.n + part.n > 0 ? "-" : "",
	    whole.n > 0 ? (int)whole.n : 1, whole.n > 0 ? whole.p : "0",
	    part.n > 0 ? "." : "", (int)part.n, part.p);
	return true;
}

size_t
number_format_int(int64_t v, char out[NUMBER_BUF])
{
	char digits[20]; /* the last one first */
	size_t n = 0, at = 0;
	uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;

	do
		digits[n++] = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (v < 0)
		out[at++] = '-';
	while (n > 0)
		out[at++] = digits[--n];
	out[at] = '\0';
	return at;
}

void
number_format_grouped(int64_t v, char out[NUMBER_BUF])
{
	char plain[NUMBER_BUF];
	size_t n, at = 0, i = 0;

	n = number_format_int(v, plain);
	if (plain[0] == '-')
		out[at++] = plain[i++];
	while (i < n) {
		out[at++] = plain[i++];
		if (i < n && (n - i) % 3 == 0)
			out[at++] = '.';
	}
	out[at] = '\0';
}

/*
 * The value of digits * 10^exponent.  There is no decimal point in what
 * strtod reads, since the locale would choose it.
 */
static double
from_digits(const char *digits, long exponent)
{
	char text[DOUBLE_DIGITS_MAX + 32];

	snprintf(text, sizeof text, "%se%ld", digits, exponent);
	return strtod(text, NULL);
}

/*
 * Tries `n` digits for v > 0: *digits and *exponent such that v is
 * digits * 10^exponent.  Where the doubles below v stand closer than those
 * above (v a power of two), the nearest decimal can miss and the one above
 * it hit.
 */
static bool
try_digits(double v, int n, char digits[32], long *exponent)
{
	char text[64], *mark;
	uint64_t whole = 0;

	snprintf(text, sizeof text, "%.*e", n - 1, v);
	mark = strchr(text, 'e');
	if (mark == NULL)
		BUG("no exponent in %s", text);
	*exponent = strtol(mark + 1, NULL, 10) - (n - 1);
	for (char *p = text; p < mark; p++)
		if (is_digit(*p))
			whole = whole * 10 + (uint64_t)(*p - '0');
	for (uint64_t up = 0; up < 2; up++) {
		snprintf(digits, 32, "%llu", (unsigned long long)(whole + up));
		/* bit for bit is what round trip means */
		if (!(from_digits(digits, *exponent) < v) &&
		    !(from_digits(digits, *exponent) > v))
			return true;
	}
	return false;
}

/* The fewest digits that read back as v; v is finite and above 0. */
static void
shortest(double v, char digits[32], long *exponent)
{
	/*
	 * A normal double gives back any decimal of 15 digits, so shorter
	 * ones come out of 15 as trailing zeros.
	 */
	int n = v < 2.3e-308 ? 1 : 15;
	size_t len;

	while (n < 17 && !try_digits(v, n, digits, exponent))
		n++;
	if (n == 17)
		(void)try_digits(v, n, digits, exponent);
	for (len = strlen(digits); len > 1 && digits[len - 1] == '0'; len--)
		++*exponent;
	digits[len] = '\0';
}

size_t
number_format_double(double v, char out[NUMBER_DOUBLE_BUF])
{
	char digits[32];
	long exponent, n, point;
	size_t at = 0;

	if (isnan(v) || isinf(v)) {
		snprintf(out, NUMBER_DOUBLE_BUF, "%s",
		    isnan(v) ? "NaN"
		    : v > 0  ? "Infinity"
		             : "-Infinity");
		return strlen(out);
	}
	if (number_is_whole(v))
		return number_format_int((int64_t)v, out);
	if (v < 0)
		out[at++] = '-';
	shortest(fabs(v), digits, &exponent);
	n = (long)strlen(digits);
	point = n + exponent; /* digits before the decimal point */
	if (point <= 0) {
		out[at++] = '0';
		out[at++] = '.';
		for (; point < 0; point++)
			out[at++] = '0';
		point = -1;
	}
	for (long i = 0; i < n || i < point; i++) {
		if (i == point)
			out[at++] = '.';
		out[at++] = i < n ? digits[i] : '0';
	}
	out[at] = '\0';
	return at;
}

double
number_parse_double(struct str s)
{
	char digits[DOUBLE_DIGITS_MAX + 2];
	size_t n = 0, seen = 0;
	long exponent = 0;
	bool minus, point = false;
	double v;

	s = trim(s);
	minus = take_minus(&s);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (!is_digit(s.p[i]) || seen == INT32_MAX)
			return (double)NAN;
		seen++;
		exponent -= point;
		if (n == 0 && s.p[i] == '0')
			continue;
		if (n < DOUBLE_DIGITS_MAX) {
			digits[n++] = s.p[i];
			continue;
		}
		/* beyond: only whether anything but zeros follows */
		if (n == DOUBLE_DIGITS_MAX && s.p[i] != '0')
			digits[n++] = '1';
		exponent++;
	}
	if (seen == 0)
		return (double)NAN;
	if (n > DOUBLE_DIGITS_MAX)
		exponent--;
	digits[n] = '\0';
	v = n == 0 ? 0 : from_digits(digits, exponent);
	return minus ? -v : v;
}

#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H
/*
 * Integers, money (whole đồng) and decimals.  Stored decimals are strings
 * like "2.5"; integers stay within +-(2^53 - 1), so that every engine reads
 * them alike.
 */
#include "base/base.h"

#define NUMBER_MAX INT64_C(9007199254740991)
#define NUMBER_BUF 40

/* A whole number that can be stored as one; NaN is none. */
static inline bool
number_is_whole(double v)
{
	double whole;

	if (!(v >= (double)-NUMBER_MAX && v <= (double)NUMBER_MAX))
		return false;
	whole = (double)(int64_t)v;
	return v >= whole && v <= whole;
}

/* "-12", no sign +, no leading zero but "0". */
bool number_parse_int(struct str s, int64_t *out);
/* Bytes of such a number at the start of s; 0 if there is none. */
size_t number_span_int(struct str s, int64_t *out);
/* As keyed: also 1.234.567 with dots in groups of three, spaces as groups. */
bool number_parse_keyed(struct str s, int64_t *out);
/* Canonical decimal: "-2.5", "0.05"; at most 15 digits; comma or dot keyed. */
bool number_parse_decimal(struct str s, char out[NUMBER_BUF]);
size_t number_format_int(int64_t v, char out[NUMBER_BUF]);
void number_format_grouped(int64_t v, char out[NUMBER_BUF]); /* 1.234.567 */

/*
 * Text of a double as XPath's string() gives it: no exponent, no trailing
 * zeros, NaN, Infinity, -Infinity.  Returns its length; out holds 352 bytes.
 */
#define NUMBER_DOUBLE_BUF 352
size_t number_format_double(double v, char out[NUMBER_DOUBLE_BUF]);
/* XPath's number(): white space trimmed, no exponent, no +; NaN if not. */
double number_parse_double(struct str s);

#endif

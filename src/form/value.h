#ifndef FORM_VALUE_H
#define FORM_VALUE_H
/*
 * A value in an expression and in a form being filled.  Blank is a value of
 * its own: NaN in arithmetic, "" as text, false in comparisons (L21-L23 of
 * the ODK semantics; the differences are in doc/expressions.md).
 *
 * Storage types to value types: text, choice codes -> TEXT; several choices
 * -> TEXT, codes separated by one space, order kept; integer, money, decimal
 * -> NUMBER; date -> DATE; time -> TEXT "08:30"; yes/no -> TEXT "yes"/"no";
 * a link -> TEXT, the record id.
 */
#include "base/arena.h"
#include "base/date.h"

#include <math.h>

enum value_type {
	VALUE_BLANK,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_DATE,
};

/*
 * 16 bytes, given and taken in registers; only members of eight bytes share a
 * place, or the compiler would take them through memory.
 */
struct value {
	enum value_type type;
	uint32_t n; /* bytes of a text; a truth value; a date, packed */
	union {
		const char *text; /* lent; never empty (that is BLANK) */
		double number;
	};
};
_Static_assert(sizeof(struct value) == 16, "two registers");

/* Those that every operator of every expression calls are defined here. */
static inline struct value
value_blank(void)
{
	return (struct value){ .type = VALUE_BLANK };
}

static inline struct value
value_text(struct str s) /* empty gives BLANK */
{
	if (s.n == 0)
		return value_blank();
	return (struct value){
		.type = VALUE_TEXT, .n = (uint32_t)s.n, .text = s.p
	};
}

static inline struct str
value_str(struct value v) /* of a text */
{
	return (struct str){ v.text, v.n };
}

static inline struct value
value_number(double v)
{
	return (struct value){ .type = VALUE_NUMBER, .number = v };
}

static inline struct value
value_bool(bool v)
{
	return (struct value){ .type = VALUE_BOOL, .n = v };
}

static inline struct value
value_date(struct date d)
{
	if (d.precision == DATE_NONE)
		return value_blank();
	return (struct value){
		.type = VALUE_DATE,
		.n = (uint32_t)(uint16_t)d.year << 16 |
		    (uint32_t)d.precision << 12 | (uint32_t)d.month << 8 |
		    (uint32_t)d.day,
	};
}

static inline struct date
value_day(struct value v) /* of a date */
{
	return (struct date){
		.year = (int16_t)(v.n >> 16),
		.month = (int8_t)(v.n >> 8 & 0xf),
		.day = (int8_t)(v.n & 0xff),
		.precision = (int8_t)(v.n >> 12 & 0xf),
	};
}

static inline bool
value_truth(struct value v) /* of a truth value */
{
	return v.n != 0;
}

static inline bool
value_is_blank(struct value v) /* NaN, too: it is stored as blank */
{
	return v.type == VALUE_BLANK ||
	    (v.type == VALUE_NUMBER && isnan(v.number));
}

/* XPath's boolean(), number(), string().  Dates are ISO text and, as
 * numbers, whole days since 1970-01-01 (L34). */
bool value_to_bool(struct value v);
double value_as_number(struct value v); /* of what is no number yet */
static inline double
value_to_number(struct value v)
{
	return v.type == VALUE_NUMBER ? v.number : value_as_number(v);
}
struct str value_to_text(struct arena *a, struct value v);
bool value_equal(struct value a, struct value b); /* same type and content */

#endif

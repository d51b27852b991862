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

enum value_type {
	VALUE_BLANK,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_DATE,
};

struct value {
	enum value_type type;
	union {
		struct str text; /* lent; never empty (that is BLANK) */
		double number;
		bool boolean;
		struct date date;
	};
};

struct value value_blank(void);
struct value value_text(struct str s); /* empty gives BLANK */
struct value value_number(double v);
struct value value_bool(bool v);
struct value value_date(struct date d);

bool value_is_blank(struct value v); /* NaN, too: it is stored as blank */
/* XPath's boolean(), number(), string().  Dates are ISO text and, as
 * numbers, whole days since 1970-01-01 (L34). */
bool value_to_bool(struct value v);
double value_to_number(struct value v);
struct str value_to_text(struct arena *a, struct value v);
bool value_equal(struct value a, struct value b); /* same type and content */

#endif

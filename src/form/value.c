#include "form/value.h"

#include "base/number.h"

#include <math.h>

bool
value_to_bool(struct value v)
{
	switch (v.type) {
	case VALUE_BLANK:
		return false;
	case VALUE_TEXT:
	case VALUE_DATE:
		return true;
	case VALUE_NUMBER:
		/* neither zero nor NaN */
		return v.number < 0 || v.number > 0;
	case VALUE_BOOL:
		return v.boolean;
	}
	return false;
}

double
value_as_number(struct value v)
{
	switch (v.type) {
	case VALUE_BLANK:
		return (double)NAN;
	case VALUE_TEXT:
		return number_parse_double(v.text);
	case VALUE_NUMBER:
		return v.number;
	case VALUE_BOOL:
		return v.boolean ? 1 : 0;
	case VALUE_DATE:
		return (double)date_to_days(v.date);
	}
	return (double)NAN;
}

struct str
value_to_text(struct arena *a, struct value v)
{
	char number[NUMBER_DOUBLE_BUF], date[DATE_BUF];

	switch (v.type) {
	case VALUE_BLANK:
		return STR("");
	case VALUE_TEXT:
		return v.text;
	case VALUE_NUMBER:
		number_format_double(v.number, number);
		return str_of(arena_strdup(a, number));
	case VALUE_BOOL:
		return v.boolean ? STR("true") : STR("false");
	case VALUE_DATE:
		date_format_iso(v.date, date);
		return str_of(arena_strdup(a, date));
	}
	return STR("");
}

bool
value_equal(struct value a, struct value b)
{
	if (a.type != b.type)
		return false;
	switch (a.type) {
	case VALUE_BLANK:
		return true;
	case VALUE_TEXT:
		return str_eq(a.text, b.text);
	case VALUE_NUMBER:
		/* the same content: NaN is NaN */
		return (isnan(a.number) && isnan(b.number)) ||
		    (a.number <= b.number && a.number >= b.number);
	case VALUE_BOOL:
		return a.boolean == b.boolean;
	case VALUE_DATE:
		return a.date.precision == b.date.precision &&
		    date_cmp(a.date, b.date) == 0;
	}
	return false;
}

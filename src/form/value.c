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
		return value_truth(v);
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
		return number_parse_double(value_str(v));
	case VALUE_NUMBER:
		return v.number;
	case VALUE_BOOL:
		return value_truth(v) ? 1 : 0;
	case VALUE_DATE:
		return (double)date_to_days(value_day(v));
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
		return value_str(v);
	case VALUE_NUMBER:
		number_format_double(v.number, number);
		return str_of(arena_strdup(a, number));
	case VALUE_BOOL:
		return value_truth(v) ? STR("true") : STR("false");
	case VALUE_DATE:
		date_format_iso(value_day(v), date);
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
		return str_eq(value_str(a), value_str(b));
	case VALUE_NUMBER:
		/* the same content: NaN is NaN */
		return (isnan(a.number) && isnan(b.number)) ||
		    (a.number <= b.number && a.number >= b.number);
	case VALUE_BOOL:
		return value_truth(a) == value_truth(b);
	case VALUE_DATE:
		return value_day(a).precision == value_day(b).precision &&
		    date_cmp(value_day(a), value_day(b)) == 0;
	}
	return false;
}

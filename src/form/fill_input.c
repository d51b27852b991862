/* What was keyed, made into a value of its field's type. */
#include "form/fill_impl.h"

#include "base/coding.h"
#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RECORD_ID_BYTES 16
#define TEXT_BYTES_MAX 16384 /* of one string in an event */

static enum input_fault
parse_text(struct arena *a, const struct form_node *n, struct str text,
    struct value *out)
{
	unsigned flags = n->flags & FORM_MULTILINE ? TEXT_LINES : 0;
	struct error e;
	struct str clean;

	if (text_clean(a, text, flags, &clean, &e) != OK)
		return INPUT_CHARACTER;
	if (n->flags & FORM_UPPER)
		clean = text_upper(a, clean);
	if (clean.n > TEXT_BYTES_MAX ||
	    (n->max_length > 0 && text_count(clean) > (size_t)n->max_length))
		return INPUT_TOO_LONG;
	*out = value_text(clean);
	return INPUT_OK;
}

static bool
fits_digits(int64_t v, int max)
{
	int digits = 1;

	for (; v <= -10 || v >= 10; v /= 10)
		digits++;
	return max == 0 || digits <= max;
}

static enum input_fault
parse_integer(const struct form_node *n, struct str text, struct value *out)
{
	int64_t v;

	if (!number_parse_keyed(text, &v))
		return INPUT_NUMBER;
	if (!fits_digits(v, n->max_length))
		return INPUT_TOO_LONG;
	*out = value_number((double)v);
	return INPUT_OK;
}

static enum input_fault
parse_decimal(struct str text, struct value *out)
{
	char canonical[NUMBER_BUF];

	if (!number_parse_decimal(text, canonical))
		return INPUT_NUMBER;
	*out = value_number(number_parse_double(str_of(canonical)));
	return INPUT_OK;
}

static enum input_fault
parse_date(const struct form_node *n, struct str text, struct value *out)
{
	struct date d;

	if (!date_parse_keyed(text, &d))
		return INPUT_DATE;
	if (d.precision < n->min_precision)
		return INPUT_PRECISION;
	*out = value_date(d);
	return INPUT_OK;
}

static enum input_fault
parse_time(struct arena *a, struct str text, struct value *out)
{
	char canonical[8];
	int minutes;

	if (!time_parse(text, &minutes))
		return INPUT_TIME;
	time_format(minutes, canonical);
	*out = value_text(str_of(arena_strdup(a, canonical)));
	return INPUT_OK;
}

static enum input_fault
parse_yes_no(struct arena *a, struct str text, struct value *out)
{
	static const char *const yes[] = { "c", "co", "y", "yes", "1" };
	static const char *const no[] = { "k", "khong", "n", "no", "0" };
	struct str word = text_folded(a, text);

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (str_is(word, yes[i])) {
			*out = value_text(STR("yes"));
			return INPUT_OK;
		}
		if (str_is(word, no[i])) {
			*out = value_text(STR("no"));
			return INPUT_OK;
		}
	}
	return INPUT_YES_NO;
}

/* The code, or a part of a label that fits only one of those offered. */
static enum input_fault
parse_choice(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct str text, struct value *out)
{
	const struct form_node *n = &x->f->nodes[r->node];
	const struct form_choice **fit, *whole = NULL, *c;
	struct str folded = text_folded(a, text);
	size_t n_fit, n_whole = 0;

	c = form_choice_get(n->choices, text);
	if (c != NULL && fill_is_offered(x, a, r, text)) {
		*out = value_text(str_of(c->code));
		return INPUT_OK;
	}
	if (c != NULL)
		return INPUT_NOT_OFFERED;
	n_fit = fill_choices_matching(x, a, r, text, &fit);
	for (size_t i = 0; i < n_fit; i++) {
		struct str vi = text_folded(a, str_of(fit[i]->label.vi));
		struct str en = text_folded(a, str_of(fit[i]->label.en));

		if (str_eq(vi, folded) || str_eq(en, folded)) {
			whole = fit[i];
			n_whole++;
		}
	}
	if (n_fit == 1)
		whole = fit[0];
	else if (n_whole != 1)
		return n_fit == 0 ? INPUT_NO_CHOICE : INPUT_SEVERAL;
	*out = value_text(str_of(whole->code));
	return INPUT_OK;
}

/* Codes with spaces or commas; each once, in the order given. */
static enum input_fault
parse_choices(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct str text, struct value *out)
{
	const struct form_node *n = &x->f->nodes[r->node];
	char *codes = arena_alloc(a, text.n + 2);
	const char *p = text.p, *end = text.p + text.n;
	size_t len = 0;

	while (p < end) {
		struct str code = { p, 0 };
		bool again = false;

		while (p < end && *p != ' ' && *p != ',')
			p++;
		code.n = (size_t)(p - code.p);
		p += p < end;
		if (code.n == 0)
			continue;
		if (form_choice_get(n->choices, code) == NULL)
			return INPUT_NO_CHOICE;
		if (!fill_is_offered(x, a, r, code))
			return INPUT_NOT_OFFERED;
		for (size_t i = 0; i < len; i += strlen(codes + i) + 1)
			again = again || str_is(code, codes + i);
		if (again)
			continue;
		memcpy(codes + len, code.p, code.n);
		len += code.n;
		codes[len++] = '\0';
	}
	for (size_t i = 0; i + 1 < len; i++)
		if (codes[i] == '\0')
			codes[i] = ' ';
	*out = value_text((struct str){ codes, len == 0 ? 0 : len - 1 });
	return INPUT_OK;
}

static enum input_fault
parse_link(struct arena *a, struct str text, struct value *out)
{
	unsigned char bytes[RECORD_ID_BYTES];

	if (text.n != BASE32_LEN(sizeof bytes) ||
	    !base32_decode(bytes, sizeof bytes, text))
		return INPUT_LINK;
	*out = value_text(arena_str_dup(a, text));
	return INPUT_OK;
}

enum input_fault
fill_parse(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct str text, struct value *out)
{
	const struct form_node *n = &x->f->nodes[r->node];

	*out = value_blank();
	text = text_trim(text);
	if (text.n == 0)
		return INPUT_OK;
	if (!text_is_utf8(text))
		return INPUT_CHARACTER;
	switch (n->type) {
	case FORM_TEXT:
	case FORM_CALCULATE:
		return parse_text(a, n, text, out);
	case FORM_INTEGER:
	case FORM_MONEY:
		return parse_integer(n, text, out);
	case FORM_DECIMAL:
		return parse_decimal(text, out);
	case FORM_DATE:
		return parse_date(n, text, out);
	case FORM_TIME:
		return parse_time(a, text, out);
	case FORM_YES_NO:
		return parse_yes_no(a, text, out);
	case FORM_SELECT_ONE:
		return parse_choice(x, a, r, text, out);
	case FORM_SELECT_MULTIPLE:
		return parse_choices(x, a, r, text, out);
	case FORM_LINK:
		return parse_link(a, text, out);
	case FORM_ROOT:
	case FORM_PAGE:
	case FORM_GROUP:
	case FORM_REPEAT:
	case FORM_NOTE:
		break;
	}
	return INPUT_OK;
}

static struct value
coerce_number(double v, bool whole)
{
	if (whole && !number_is_whole(v))
		return value_blank();
	return isfinite(v) ? value_number(v) : value_blank();
}

static struct value
coerce_date(const struct form_node *n, struct value v)
{
	struct date d = { 0 };

	if (v.type == VALUE_DATE)
		d = value_day(v);
	else if (v.type == VALUE_NUMBER && fabs(v.number) < 4e6)
		d = date_from_days((int64_t)floor(v.number));
	else if (v.type == VALUE_TEXT && !date_parse_iso(value_str(v), &d) &&
	         !date_parse_keyed(value_str(v), &d))
		return value_blank();
	return date_is_valid(d) && d.precision >= n->min_precision
	           ? value_date(d)
	           : value_blank();
}

/* Computed texts go the way of keyed ones; a wrong one is blank. */
static struct value
coerce_text(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct value v)
{
	struct value out;

	if (v.type == VALUE_BOOL)
		return value_text(value_truth(v) ? STR("yes") : STR("no"));
	if (fill_parse(x, a, r, value_to_text(a, v), &out) != INPUT_OK)
		return value_blank();
	return out;
}

struct value
fill_coerce(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct value v)
{
	const struct form_node *n = &x->f->nodes[r->node];

	if (value_is_blank(v))
		return value_blank();
	switch (n->type) {
	case FORM_CALCULATE:
		if (v.type == VALUE_NUMBER)
			return coerce_number(v.number, false);
		return v.type == VALUE_DATE ? v : coerce_text(x, a, r, v);
	case FORM_INTEGER:
	case FORM_MONEY:
		if (v.type == VALUE_NUMBER)
			return coerce_number(v.number, true);
		return coerce_text(x, a, r, v);
	case FORM_DECIMAL:
		if (v.type == VALUE_NUMBER)
			return coerce_number(v.number, false);
		return coerce_text(x, a, r, v);
	case FORM_DATE:
		return coerce_date(n, v);
	case FORM_YES_NO:
	case FORM_TEXT:
	case FORM_TIME:
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
	case FORM_LINK:
		return coerce_text(x, a, r, v);
	case FORM_ROOT:
	case FORM_PAGE:
	case FORM_GROUP:
	case FORM_REPEAT:
	case FORM_NOTE:
		break;
	}
	return value_blank();
}

const char *
fill_input_message(
    struct arena *a, const struct form_node *n, enum input_fault fault)
{
	switch (fault) {
	case INPUT_CHARACTER:
		return _("a character here cannot be stored");
	case INPUT_TOO_LONG:
		return n->max_length == 0 ? _("too long")
		                          : arena_printf(a, _("longer than %d"),
		                                n->max_length);
	case INPUT_NUMBER:
		return n->type == FORM_DECIMAL ? _("this is no number")
		                               : _("this is no whole number");
	case INPUT_DATE:
		return _("this is no date");
	case INPUT_PRECISION:
		return n->min_precision == DATE_DAY
		           ? _("the day and the month are needed")
		           : _("the month is needed");
	case INPUT_TIME:
		return _("this is no time of day");
	case INPUT_YES_NO:
		return _("yes or no is needed");
	case INPUT_NO_CHOICE:
		return _("no choice fits");
	case INPUT_SEVERAL:
		return _("several choices fit");
	case INPUT_NOT_OFFERED:
		return _("this choice is not offered here");
	case INPUT_LINK:
		return _("this is no record");
	case INPUT_STORED:
		return _("what is stored does not fit this field");
	case INPUT_OK:
		break;
	}
	return "";
}

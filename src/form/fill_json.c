/* Answers as they are stored (doc/format-form.md). */
#include "form/fill_impl.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DIGITS 15 /* that a double holds for certain */

void
fill_decimal(double v, char out[DECIMAL_BUF])
{
	int whole = 1, places;
	size_t n;

	for (double d = fabs(v); d >= 10 && whole < DIGITS; d /= 10)
		whole++;
	places = DIGITS - whole;
	snprintf(out, DECIMAL_BUF, "%.*f", places, v);
	n = strlen(out);
	if (strchr(out, '.') == NULL)
		return;
	while (out[n - 1] == '0')
		out[--n] = '\0';
	if (out[n - 1] == '.')
		out[n - 1] = '\0';
	if (strcmp(out, "-0") == 0)
		snprintf(out, DECIMAL_BUF, "0");
}

static void
put_codes(struct str codes, struct cjson_writer *w)
{
	const char *p = codes.p, *end = p + codes.n;

	cjson_open_array(w);
	while (p < end) {
		struct str code = { p, 0 };

		while (p < end && *p != ' ')
			p++;
		code.n = (size_t)(p - code.p);
		p += p < end;
		if (code.n > 0)
			cjson_put_string(w, code);
	}
	cjson_close_array(w);
}

/* As a string, or a list of them. */
static bool
encode_text(const struct form_node *n, struct value v, struct buf *out)
{
	char text[DECIMAL_BUF];
	struct cjson_writer w;

	cjson_start(&w, out);
	switch (v.type) {
	case VALUE_BLANK:
		return false;
	case VALUE_NUMBER:
		/* what 15 digits cannot hold is no amount of anything */
		if (!(fabs(v.number) < 1e15))
			return false;
		fill_decimal(v.number, text);
		cjson_put_string(&w, str_of(text));
		break;
	case VALUE_BOOL:
		cjson_put_string(&w, value_truth(v) ? STR("yes") : STR("no"));
		break;
	case VALUE_DATE:
		date_format_iso(value_day(v), text);
		cjson_put_string(&w, str_of(text));
		break;
	case VALUE_TEXT:
		if (n->type == FORM_SELECT_MULTIPLE)
			put_codes(value_str(v), &w);
		else
			cjson_put_string(&w, value_str(v));
		break;
	}
	return true;
}

bool
fill_encode(const struct form_node *n, struct value v, struct buf *out)
{
	/* most answers are blank or whole numbers: no writer for them */
	if (v.type == VALUE_BLANK)
		return false;
	if (v.type == VALUE_NUMBER && n->type != FORM_DECIMAL &&
	    number_is_whole(v.number)) {
		char text[NUMBER_BUF];

		buf_add(out, text,
		    number_format_int((int64_t)v.number, text));
		return true;
	}
	return encode_text(n, v, out);
}

static bool
decode_text(const struct form_node *n, struct arena *a, struct str text,
    struct value *out)
{
	char canonical[NUMBER_BUF];
	struct date d;
	int64_t v;

	switch (n->type) {
	case FORM_TEXT:
	case FORM_TIME:
	case FORM_YES_NO:
	case FORM_SELECT_ONE:
	case FORM_LINK:
	case FORM_CALCULATE:
		*out = value_text(arena_str_dup(a, text));
		return true;
	case FORM_DATE:
		*out = date_parse_iso(text, &d) ? value_date(d) : value_blank();
		return out->type == VALUE_DATE;
	case FORM_DECIMAL:
		if (!number_parse_decimal(text, canonical))
			return false;
		*out = value_number(number_parse_double(str_of(canonical)));
		return true;
	case FORM_INTEGER:
	case FORM_MONEY:
		if (!number_parse_int(text, &v))
			return false;
		*out = value_number((double)v);
		return true;
	case FORM_SELECT_MULTIPLE:
	case FORM_ROOT:
	case FORM_PAGE:
	case FORM_GROUP:
	case FORM_REPEAT:
	case FORM_NOTE:
		break;
	}
	return false;
}

static bool
decode_array(const struct form_node *n, struct arena *a, struct cjson_reader *r,
    struct value *out)
{
	struct buf codes = BUF_INIT;
	struct str code;

	while (cjson_item(r)) {
		if (!cjson_text(r, a, &code))
			break;
		if (codes.n > 0)
			buf_addc(&codes, ' ');
		buf_add_str(&codes, code);
	}
	*out = value_text(arena_str_dup(a, buf_str(&codes)));
	buf_release(&codes);
	return cjson_end(r) && n->type == FORM_SELECT_MULTIPLE;
}

bool
fill_decode(const struct form_node *n, struct arena *a, struct str json,
    struct value *out, struct str *text)
{
	struct cjson_reader r;
	int64_t v;

	*out = value_blank();
	*text = json;
	cjson_begin(&r, json);
	if (cjson_peek(&r) == CJSON_NULL)
		return true;
	if (cjson_peek(&r) == CJSON_STRING && cjson_text(&r, a, text))
		return decode_text(n, a, *text, out);
	if (cjson_peek(&r) == CJSON_ARRAY && cjson_array(&r))
		return decode_array(n, a, &r, out);
	if (cjson_peek(&r) != CJSON_INT || !cjson_int(&r, &v))
		return false;
	if (n->type != FORM_INTEGER && n->type != FORM_MONEY &&
	    n->type != FORM_DECIMAL && n->type != FORM_CALCULATE)
		return false;
	*out = value_number((double)v);
	return true;
}

/* The choices that a field offers. */
#include "form/fill_impl.h"

#include "base/text.h"

#include <string.h>

struct candidate {
	const struct form_choice *choice;
	const char *language;
};

static struct value
candidate_column(void *ctx, int column)
{
	const struct candidate *c = ctx;

	return form_choice_value(c->choice, column, c->language);
}

static bool
lets_through(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, const struct form_choice *choice)
{
	const struct expr *filter = x->f->nodes[r->node].choice_filter;
	struct candidate c = { choice, x->env.language };
	struct expr_env env = {
		.tree = &x->tree,
		.scratch = scratch,
		.today = x->env.today,
		.now = x->env.now,
		.candidate = candidate_column,
		.candidate_ctx = &c,
	};

	return filter == NULL || value_to_bool(expr_eval(filter, &env, &r->at));
}

bool
fill_is_offered(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str code)
{
	const struct form_choices *list = x->f->nodes[r->node].choices;
	const struct form_choice *c =
	    list == NULL ? NULL : form_choice_get(list, code);

	return c != NULL && lets_through(x, scratch, r, c);
}

size_t
fill_choices(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, const struct form_choice ***out)
{
	const struct form_choices *list = x->f->nodes[r->node].choices;
	size_t n = 0;

	if (list == NULL)
		return 0;
	*out = arena_array(scratch, list->n, sizeof **out);
	for (size_t i = 0; i < list->n; i++)
		if (lets_through(x, scratch, r, &list->choice[i]))
			(*out)[n++] = &list->choice[i];
	return n;
}

/* The tone of the word that byte `at` is in. */
static enum text_tone
tone_at(struct str s, size_t at)
{
	enum text_tone tone = TONE_NONE;
	struct text_letter l;
	uint32_t cp;
	size_t n, from = at;

	while (from > 0 && s.p[from - 1] != ' ')
		from--;
	for (; from < s.n && s.p[from] != ' '; from += n) {
		n = text_decode((struct str){ s.p + from, s.n - from }, &cp);
		if (n == 0)
			return tone;
		if (text_letter_split(cp, &l) && l.tone != TONE_NONE)
			tone = l.tone;
	}
	return tone;
}

/* Letter by letter; accents that were left out agree, wherever the tone of a
 * word is put. */
static bool
agrees_at(struct str label, size_t at, struct str typed)
{
	size_t i = 0, ni, na;
	uint32_t x, y;

	for (; i < typed.n; i += ni, at += na) {
		struct text_letter t, l;

		ni = text_decode(
		    (struct str){ typed.p + i, typed.n - i }, &x);
		na = text_decode(
		    (struct str){ label.p + at, label.n - at }, &y);
		if (ni == 0 || na == 0)
			return false;
		if (!text_letter_split(x, &t) || !text_letter_split(y, &l)) {
			if (x != y)
				return false;
			continue;
		}
		if (t.base != l.base ||
		    (t.shape != SHAPE_NONE && t.shape != l.shape) ||
		    (t.tone != TONE_NONE && t.tone != tone_at(label, at)))
			return false;
	}
	return true;
}

/* Whether the label may be meant by a text with these accents: "nữ" is not
 * Nùng.  A text without any may be each. */
static bool
accents_agree(const struct form_choice *c, struct str typed)
{
	const char *labels[] = { c->label.vi, c->label.en };

	if (text_is_ascii(typed))
		return true;
	for (size_t k = 0; k < ARRAY_LEN(labels); k++) {
		struct str label = str_of(labels[k]);

		for (size_t at = 0; at < label.n; at++)
			if (agrees_at(label, at, typed))
				return true;
	}
	return false;
}

size_t
fill_choices_matching(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str text, const struct form_choice ***out)
{
	const struct form_choices *list = x->f->nodes[r->node].choices;
	const char *folded = arena_str(scratch, text_folded(scratch, text));
	const char *start = arena_str(scratch, text);
	struct str typed = text_squeeze(scratch, text);
	size_t n = 0;

	if (list == NULL)
		return 0;
	*out = arena_array(scratch, list->n, sizeof **out);
	for (size_t i = 0; i < list->n; i++) {
		const struct form_choice *c = &list->choice[i];

		if ((strncmp(c->code, start, text.n) == 0 ||
		        (strstr(c->folded, folded) != NULL &&
			    accents_agree(c, typed))) &&
		    lets_through(x, scratch, r, c))
			(*out)[n++] = c;
	}
	return n;
}

struct value
fill_still_offered(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct value v)
{
	char *left;
	const char *p, *end;
	size_t n = 0;

	if (v.type != VALUE_TEXT)
		return v;
	if (x->f->nodes[r->node].type != FORM_SELECT_MULTIPLE)
		return fill_is_offered(x, scratch, r, value_str(v)) ? v
		                                              : value_blank();
	left = arena_alloc(scratch, v.n + 1);
	p = v.text;
	end = p + v.n;
	while (p < end) {
		struct str code = { p, 0 };

		while (p < end && *p != ' ')
			p++;
		code.n = (size_t)(p - code.p);
		p += p < end;
		if (code.n == 0 || !fill_is_offered(x, scratch, r, code))
			continue;
		if (n > 0)
			left[n++] = ' ';
		memcpy(left + n, code.p, code.n);
		n += code.n;
	}
	return value_text((struct str){ left, n });
}

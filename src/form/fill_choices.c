/* The choices that a field offers. */
#include "form/fill_state.h"

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

size_t
fill_choices_matching(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str text, const struct form_choice ***out)
{
	const struct form_choices *list = x->f->nodes[r->node].choices;
	const char *folded = arena_str(scratch, text_folded(scratch, text));
	const char *start = arena_str(scratch, text);
	size_t n = 0;

	if (list == NULL)
		return 0;
	*out = arena_array(scratch, list->n, sizeof **out);
	for (size_t i = 0; i < list->n; i++) {
		const struct form_choice *c = &list->choice[i];

		if ((strncmp(c->code, start, text.n) == 0 ||
		        strstr(c->folded, folded) != NULL) &&
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

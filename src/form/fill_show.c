/* Answers as they are keyed, and as one reads them. */
#include "form/fill_impl.h"

#include "base/number.h"
#include "base/text.h"

#include <string.h>

static bool
is_english(const struct fill *x)
{
	return strcmp(x->env.language, "en") == 0;
}

static const char *
in_language(const struct fill *x, struct form_label l)
{
	return is_english(x) ? l.en : l.vi;
}

/* room holds SHOWN_BUF bytes */
static struct str
show_number(const struct form_node *n, double v, bool grouped, char *room)
{
	char *point;

	if ((n->flags & FORM_GROUPED) != 0 && grouped && number_is_whole(v)) {
		number_format_grouped((int64_t)v, room);
		return str_of(room);
	}
	fill_decimal(v, room);
	point = strchr(room, '.');
	if (point != NULL)
		*point = ',';
	return str_of(room);
}

static struct str
show_yes_no(const struct fill *x, struct str v)
{
	bool yes = str_is(v, "yes");

	if (is_english(x))
		return yes ? STR("yes") : STR("no");
	return yes ? STR("có") : STR("không");
}

/* The same text keyed again gives the same value. */
static struct str
show_keyed(
    const struct fill *x, const struct form_node *n, struct value v, char *room)
{
	switch (v.type) {
	case VALUE_BLANK:
		break;
	case VALUE_TEXT:
		return n->type == FORM_YES_NO ? show_yes_no(x, value_str(v))
		                              : value_str(v);
	case VALUE_NUMBER:
		return show_number(n, v.number, false, room);
	case VALUE_DATE:
		date_format_vi(value_day(v), room);
		return str_of(room);
	case VALUE_BOOL:
		return show_yes_no(x, value_truth(v) ? STR("yes") : STR("no"));
	}
	return STR("");
}

struct str
fill_text(const struct fill *x, const struct fill_ref *r)
{
	struct cell *c = fill_cell(x, r);

	if (c == NULL)
		return STR("");
	if (answer_typed(&c->answer).n > 0)
		return answer_typed(&c->answer);
	return show_keyed(x, &x->f->nodes[r->node], c->answer.value,
	    answer_shown(&c->answer));
}

static struct str
show_choice(const struct fill *x, const struct form_node *n, struct str code)
{
	const struct form_choice *c = form_choice_get(n->choices, code);

	return c == NULL ? code : str_of(in_language(x, c->label));
}

static struct str
show_choices(const struct fill *x, struct arena *a, const struct form_node *n,
    struct str codes)
{
	const char *p = codes.p, *end = p + codes.n;
	struct buf out = BUF_INIT;
	struct str shown;

	while (p < end) {
		struct str code = { p, 0 };

		while (p < end && *p != ' ')
			p++;
		code.n = (size_t)(p - code.p);
		p += p < end;
		if (out.n > 0)
			buf_adds(&out, "; ");
		buf_add_str(&out, show_choice(x, n, code));
	}
	shown = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
	return shown;
}

/* The name of the record; its id where it is not to be had. */
static struct str
show_link(const struct fill *x, struct arena *a, const struct form_node *n,
    struct str id)
{
	const struct form *f = form_set_get(x->set, n->link);
	struct value name;

	if (f == NULL || f->name_field == NULL || x->env.linked == NULL)
		return id;
	name = x->env.linked(x->env.ctx, a, n->link, id, str_of(f->name_field));
	return value_is_blank(name) ? id : value_to_text(a, name);
}

struct str
fill_display(const struct fill *x, struct arena *a, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];
	const struct cell *c = fill_cell(x, r);
	struct value v = c == NULL ? value_blank() : c->answer.value;

	if (c != NULL && c->sealed.n > 0)
		return STR("******");
	if (c != NULL && answer_typed(&c->answer).n > 0)
		return arena_str_dup(a, answer_typed(&c->answer));
	if (v.type == VALUE_TEXT && n->type == FORM_SELECT_ONE)
		return show_choice(x, n, value_str(v));
	if (v.type == VALUE_TEXT &&
	    (n->type == FORM_SELECT_MULTIPLE ||
		(n->type == FORM_CALCULATE && n->choices != NULL)))
		return show_choices(x, a, n, value_str(v));
	if (v.type == VALUE_TEXT && n->type == FORM_LINK)
		return show_link(x, a, n, value_str(v));
	if (v.type == VALUE_NUMBER)
		return show_number(
		    n, v.number, true, arena_alloc(a, SHOWN_BUF));
	return show_keyed(x, n, v, arena_alloc(a, SHOWN_BUF));
}

/* The rows of `from` that also hold the named node. */
static struct fill_ref
seen_from(const struct form *f, const struct fill_ref *from, int node)
{
	struct fill_ref r = { node, from->at };

	if (r.at.depth > f->nodes[node].depth)
		r.at.depth = f->nodes[node].depth;
	return r;
}

struct str
fill_label(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct form_label label)
{
	const char *p = in_language(x, label), *start, *end;
	struct buf out = BUF_INIT;
	struct str shown;

	if (strstr(p, "${") == NULL)
		return str_of(p);
	while ((start = strstr(p, "${")) != NULL &&
	       (end = strchr(start, '}')) != NULL) {
		struct str name = { start + 2, (size_t)(end - start) - 2 };
		int node = form_find(x->f, r->node, name);

		buf_add(&out, p, (size_t)(start - p));
		if (node >= 0) {
			struct fill_ref of = seen_from(x->f, r, node);

			if (fill_is_relevant(x, &of))
				buf_add_str(&out, fill_display(x, a, &of));
		}
		p = end + 1;
	}
	buf_adds(&out, p);
	shown = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
	return shown;
}

static bool
is_only_choice(const struct fill *x, struct arena *a, const struct fill_ref *r,
    struct str text)
{
	const struct form_choice **fit;

	return fill_is_offered(x, a, r, text) &&
	       fill_choices_matching(x, a, r, text, &fit) == 1;
}

bool
fill_is_full(const struct fill *x, const struct fill_ref *r, struct str text)
{
	const struct form_node *n = &x->f->nodes[r->node];
	struct value v;

	if ((n->flags & FORM_QUICK) == 0 || text.n == 0)
		return false;
	arena_reset(x->scratch);
	if (fill_parse(x, x->scratch, r, text, &v) != INPUT_OK)
		return false;
	if (n->type == FORM_YES_NO)
		return true;
	if (n->type == FORM_DATE) /* 1938 may go on to be 19380305 */
		return text.n == 8 && value_day(v).precision == DATE_DAY;
	if (n->type == FORM_TIME)
		return text.n == 4;
	if (n->type == FORM_SELECT_ONE)
		return is_only_choice(x, x->scratch, r, text);
	return n->max_length > 0 && text_count(text) >= (size_t)n->max_length;
}

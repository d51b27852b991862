#include "app/conflict.h"

#include "app/history.h"
#include "app/merging.h"
#include "base/text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct finder {
	struct app *app;
	struct arena *a;
	const struct form *form;
	struct record r;
	struct store_event *h;
	size_t n_h, n, cap;
	struct conflict *out;
};

static size_t
event_at(const struct finder *f, const struct event_id *id)
{
	for (size_t i = 0; i < f->n_h; i++)
		if (memcmp(&f->h[i].id, id, sizeof *id) == 0)
			return i;
	return SIZE_MAX;
}

/* Marks what an event was made on top of, itself included. */
static void
mark_seen(const struct finder *f, size_t at, bool *seen)
{
	size_t *stack = arena_array(f->a, f->n_h, sizeof *stack), n = 0;

	seen[at] = true;
	stack[n++] = at;
	while (n > 0) {
		const struct store_event *ev = &f->h[stack[--n]];

		for (size_t i = 0; i < f->n_h; i++) {
			bool reached = false;

			for (size_t k = 0; k < ev->event.n_over && !reached;
			     k++)
				reached = memcmp(&f->h[i].id,
					      &ev->event.over[k],
					      EVENT_ID_SIZE) == 0;
			if (reached && !seen[i]) {
				seen[i] = true;
				stack[n++] = i;
			}
		}
	}
}

static bool
sets(const struct event *ev, struct str path)
{
	for (size_t i = 0; i < ev->n_set; i++)
		if (str_eq(ev->set[i].path, path))
			return true;
	return false;
}

/* A register's values as one reads them, with their labels if several. */
static struct str
words_of(
    struct finder *f, const struct event_set *set, size_t n, bool labelled)
{
	struct buf b = BUF_INIT;
	struct str out;

	for (size_t i = 0; i < n; i++) {
		struct str label =
		    history_label(f->a, f->form, set[i].path);
		struct str text = history_value(
		    f->app, f->a, f->form, set[i].path, set[i].json);

		if (labelled && text.n == 0)
			continue;
		if (b.n > 0)
			buf_adds(&b, "; ");
		if (labelled)
			buf_printf(&b, "%.*s: ", (int)label.n, label.p);
		buf_add_str(&b, text);
	}
	out = arena_str_dup(f->a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* The first that one can read in a row, which may be removed. */
static struct str
row_words(struct finder *f, struct str row, struct str but)
{
	for (size_t i = 0; i < f->r.n_registers; i++) {
		const struct fold_register *g = &f->r.registers[i];
		const struct fold_head *h = &g->heads[g->shown];

		if (!fold_is_in_row(g->name, row))
			continue;
		for (size_t k = 0; k < h->n_set; k++) {
			struct str text = str_eq(h->set[k].path, but)
			    ? STR("")
			    : history_value(f->app, f->a, f->form,
				  h->set[k].path, h->set[k].json);

			if (text.n > 0)
				return text;
		}
	}
	return STR("");
}

/* "Children (Nguyễn Văn B)": which row, by what stands in it. */
static struct str
row_label(struct finder *f, const struct form_node *repeat, struct str row,
    struct str but)
{
	struct str text = row_words(f, row, but);

	if (text.n == 0)
		return str_of(form_text(repeat->label));
	return str_of(arena_printf(f->a, "%s (%.*s)", form_text(repeat->label),
	    (int)text.n, text.p));
}

/* "Children (Nguyễn Văn B): birth" */
static struct str
field_label(struct finder *f, struct str path, struct str label)
{
	const struct form_node *n = form_node_of(f->form, path);
	const char *slash;
	struct str row;

	if (n == NULL || n->repeat < 0 || path.n == 0 ||
	    (slash = memrchr(path.p, '/', path.n)) == NULL)
		return label;
	row = row_label(f, &f->form->nodes[n->repeat],
	    (struct str){ path.p, (size_t)(slash - path.p) }, path);
	return str_of(arena_printf(f->a, "%.*s: %.*s", (int)row.n, row.p,
	    (int)label.n, label.p));
}

static struct conflict *
add(struct finder *f, enum conflict_kind kind, struct str reg, size_t sides)
{
	struct conflict *c;

	f->out = arena_grow(f->a, f->out, f->n, &f->cap, sizeof *f->out);
	c = &f->out[f->n++];
	memset(c, 0, sizeof *c);
	c->kind = kind;
	c->reg = reg;
	c->line = c->base = STR("");
	c->n = sides;
	c->sides = arena_array(f->a, sides, sizeof *c->sides);
	return c;
}

static void
put_side(struct finder *f, struct conflict_side *side,
    const struct event_id *event, struct str value)
{
	size_t at = event_at(f, event);

	side->value = value;
	side->may = true;
	if (at == SIZE_MAX)
		return;
	side->event = &f->h[at];
	side->here = strcmp(side->event->unit, f->app->card.unit) == 0 &&
	    strcmp(side->event->device, f->app->card.device) == 0;
}

/* Ours, then theirs by laptop: what is shown first does not hang on ids. */
static int
side_cmp(const struct conflict_side *x, const struct conflict_side *y)
{
	int c;

	if (x->here != y->here)
		return x->here ? -1 : 1;
	if (x->event == NULL || y->event == NULL)
		return 0;
	c = strcmp(x->event->unit, y->event->unit);
	if (c == 0)
		c = strcmp(x->event->device, y->event->device);
	return c;
}

static void
sort_sides(struct conflict *c)
{
	for (size_t i = 1; i < c->n; i++)
		for (size_t k = i; k > 0 &&
		     side_cmp(&c->sides[k], &c->sides[k - 1]) < 0;
		     k--) {
			struct conflict_side swap = c->sides[k];

			c->sides[k] = c->sides[k - 1];
			c->sides[k - 1] = swap;
		}
}

/* The last event that all sides wrote over. */
static void
find_base(struct finder *f, const struct fold_register *g, bool labelled,
    struct conflict *c)
{
	size_t *count = arena_array(f->a, f->n_h, sizeof *count);
	struct str path = g->heads[0].set[0].path;
	bool *seen = arena_array(f->a, f->n_h, sizeof *seen);

	for (size_t i = 0; i < c->n; i++) {
		size_t at = event_at(f, &g->heads[i].event);

		memset(seen, 0, f->n_h * sizeof *seen);
		if (at == SIZE_MAX)
			return;
		mark_seen(f, at, seen);
		seen[at] = false;
		for (size_t k = 0; k < f->n_h; k++)
			count[k] += seen[k];
	}
	for (size_t k = f->n_h; k-- > 0;) {
		const struct event *ev = &f->h[k].event;
		struct event_set *set;
		size_t n = 0;

		if (count[k] < c->n || !sets(ev, path))
			continue;
		set = arena_array(f->a, ev->n_set, sizeof *set);
		for (size_t i = 0; i < ev->n_set; i++)
			for (size_t j = 0; j < g->heads[0].n_set; j++)
				if (str_eq(ev->set[i].path,
					g->heads[0].set[j].path))
					set[n++] = ev->set[i];
		c->has_base = true;
		c->base = words_of(f, set, n, labelled);
		c->base_event = &f->h[k];
		return;
	}
}

/* Only who may move a record to a state may choose it. */
static bool
may_choose(const struct finder *f, const struct fold_head *h)
{
	return h->owner == FOLD_BOTH ||
	    (h->owner == FOLD_DISTRICT) == (f->app->role == FORM_DISTRICT);
}

static void
add_register(struct finder *f, const struct fold_register *g)
{
	struct str path = g->heads[0].n_set > 0 ? g->heads[0].set[0].path
						: g->name;
	const struct form_node *n =
	    f->form == NULL ? NULL : form_node_of(f->form, path);
	struct conflict *c = add(f, CONFLICT_VALUE, g->name, g->n_heads);
	bool labelled = false;

	for (size_t i = 0; i < g->n_heads; i++)
		labelled |= g->heads[i].n_set > 1;
	c->label = history_label(f->a, f->form, path);
	if (f->form != NULL)
		c->label = field_label(f, path, c->label);
	if (n != NULL)
		c->line = str_of(n->line);
	for (size_t i = 0; i < g->n_heads; i++) {
		const struct fold_head *h = &g->heads[i];

		put_side(f, &c->sides[i], &h->event,
		    words_of(f, h->set, h->n_set, labelled));
		c->sides[i].may = may_choose(f, h);
		c->sides[i].head = i;
	}
	find_base(f, g, labelled, c);
	sort_sides(c);
}

static void
add_link(struct finder *f, const struct fold_register *g)
{
	struct conflict *c = add(f, CONFLICT_LINK, g->name, g->n_heads);

	c->label = str_of(_("One person, or two"));
	for (size_t i = 0; i < g->n_heads; i++) {
		put_side(f, &c->sides[i], &g->heads[i].event,
		    str_of(str_is(g->heads[i].json, "\"yes\"")
			    ? _("one person: merged")
			    : str_is(g->heads[i].json, "\"no\"")
			    ? _("two persons")
			    : _("not said any more")));
		c->sides[i].head = i;
	}
	sort_sides(c);
}

/* What an event wrote to what this register ends: all but `void`, or what is
 * in the row. */
static size_t
writes_beneath(struct finder *f, const struct event *ev, struct str reg,
    struct event_set **out)
{
	struct event_set *set = arena_array(f->a, ev->n_set, sizeof *set);
	bool all = str_is(reg, "void");
	size_t n = 0;

	for (size_t i = 0; i < ev->n_set; i++)
		if (all ? !str_is(ev->set[i].path, "void")
			: fold_is_in_row(ev->set[i].path, reg))
			set[n++] = ev->set[i];
	*out = set;
	return n;
}

/* Of those that neither saw the end nor were seen by it, the last. */
static size_t
unseen_edit(struct finder *f, size_t end, struct str reg)
{
	bool *before = arena_array(f->a, f->n_h, sizeof *before);
	struct event_set *ignored;
	size_t last = SIZE_MAX;

	mark_seen(f, end, before);
	for (size_t i = 0; i < f->n_h; i++) {
		bool *seen = arena_array(f->a, f->n_h, sizeof *seen);

		if (before[i] ||
		    writes_beneath(f, &f->h[i].event, reg, &ignored) == 0)
			continue;
		mark_seen(f, i, seen);
		if (!seen[end])
			last = i;
	}
	return last;
}

/* The head that ended the record or the row, and the edit that it missed. */
static const struct fold_head *
find_end(struct finder *f, const struct fold_register *g, size_t *edit)
{
	bool all = str_is(g->name, "void");

	for (size_t i = 0; i < g->n_heads; i++) {
		size_t at = event_at(f, &g->heads[i].event);

		if (at == SIZE_MAX || str_is(g->heads[i].json, "null") == all)
			continue;
		*edit = unseen_edit(f, at, g->name);
		if (*edit != SIZE_MAX)
			return &g->heads[i];
	}
	return NULL;
}

static struct str
words_of_edit(struct finder *f, const struct event *ev, struct str reg)
{
	struct event_set *set;
	size_t n = writes_beneath(f, ev, reg, &set);

	return ev->act == EVENT_MERGE ? str_of(history_act(EVENT_MERGE))
				      : words_of(f, set, n, true);
}

/* What the register of a row becomes if the row stays: the place that it was
 * given last. */
static struct str
kept_place(const struct finder *f, struct str row)
{
	struct str place = STR("0");

	for (size_t i = 0; i < f->n_h; i++) {
		const struct event *ev = &f->h[i].event;

		for (size_t k = 0; k < ev->n_set; k++)
			if (str_eq(ev->set[k].path, row) &&
			    !str_is(ev->set[k].json, "null"))
				place = ev->set[k].json;
	}
	return place;
}

static void
describe_row(struct finder *f, const struct fold_register *g,
    const struct fold_head *end, struct conflict *c)
{
	const struct form_node *n =
	    f->form == NULL ? NULL : form_node_of(f->form, g->name);

	c->label = history_label(f->a, f->form, g->name);
	if (n != NULL) {
		c->label = row_label(f, n, g->name, STR(""));
		c->line = str_of(n->line);
	}
	c->kept = kept_place(f, g->name);
	for (size_t i = 0; i < c->n; i++)
		c->sides[i].may = may_choose(f, end);
}

static void
add_end(struct finder *f, const struct fold_register *g)
{
	bool whole = str_is(g->name, "void");
	const struct fold_head *end;
	struct conflict *c;
	struct str words;
	size_t edit;

	if ((end = find_end(f, g, &edit)) == NULL)
		return;
	c = add(f, whole ? CONFLICT_VOID : CONFLICT_ROW, g->name, 2);
	words = words_of_edit(f, &f->h[edit].event, g->name);
	put_side(f, &c->sides[0], &end->event,
	    str_of(whole ? _("the record is void") : _("the row is removed")));
	put_side(f, &c->sides[1], &f->h[edit].id,
	    str_of(arena_printf(f->a,
		whole ? _("it stays, with what was entered: %.*s")
		      : _("the row stays, with what was entered: %.*s"),
		(int)words.n, words.p)));
	if (whole)
		c->label = str_of(_("Void, or in use"));
	else
		describe_row(f, g, end, c);
}

static int
place_of(const struct finder *f, const struct conflict *c)
{
	bool placed = c->kind == CONFLICT_VALUE || c->kind == CONFLICT_ROW;
	const struct form_node *n = f->form == NULL || !placed
	    ? NULL
	    : form_node_of(f->form, c->reg);

	if (!placed)
		return -1;
	return n == NULL ? INT_MAX : n->number;
}

/* Few; in the order of the paper. */
static void
sort(struct finder *f)
{
	for (size_t i = 1; i < f->n; i++)
		for (size_t k = i; k > 0 &&
		     place_of(f, &f->out[k]) < place_of(f, &f->out[k - 1]);
		     k--) {
			struct conflict swap = f->out[k];

			f->out[k] = f->out[k - 1];
			f->out[k - 1] = swap;
		}
}

enum err
conflicts_of(struct app *app, struct arena *a, const struct record_id *id,
    struct conflict **out, size_t *n, struct error *e)
{
	struct finder f = { .app = app, .a = a };
	enum err err;

	*n = 0;
	if ((err = store_record(app->store, a, id, &f.r, e)) != OK ||
	    (err = store_history(app->store, a, id, &f.h, &f.n_h, e)) != OK)
		return err;
	f.form = app_form_of(app, &f.r);
	for (size_t i = 0; f.r.conflict && i < f.r.n_registers; i++) {
		const struct fold_register *g = &f.r.registers[i];

		if (g->unseen)
			add_end(&f, g);
		else if (g->conflict && fold_is_link(g->name, NULL, NULL))
			add_link(&f, g);
		else if (g->conflict)
			add_register(&f, g);
	}
	sort(&f);
	*out = f.out;
	*n = f.n;
	return OK;
}

enum err
conflict_decide(struct app *app, const struct record_id *id, struct str reg,
    size_t side, const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct record_id low, high;
	struct conflict *c = NULL;
	struct record r;
	size_t n, i = 0;
	enum err err;

	if ((err = record_reason(a, reason, &reason, e)) != OK ||
	    (err = conflicts_of(app, a, id, &c, &n, e)) != OK)
		goto out;
	while (i < n && !str_eq(c[i].reg, reg))
		i++;
	if (i == n || side >= c[i].n) {
		err = error_set(e, ERR_NOTFOUND, N_("no such value to choose"));
		goto out;
	}
	if (c[i].kind == CONFLICT_VOID) {
		err = record_void(app, id, side == 0, reason, e);
	} else if (c[i].kind == CONFLICT_ROW) {
		err = record_resolve_row(app, id, reg,
		    side == 0 ? STR("null") : c[i].kept, reason, e);
	} else if (fold_is_link(reg, &low, &high)) {
		if ((err = store_record(app->store, a, id, &r, e)) != OK)
			goto out;
		for (size_t k = 0; k < r.n_registers; k++)
			if (str_eq(r.registers[k].name, reg))
				err = merging_say(app, &low, &high,
				    r.registers[k]
					.heads[c[i].sides[side].head]
					.json,
				    reason, e);
	} else {
		err = record_resolve(
		    app, id, reg, c[i].sides[side].head, reason, e);
	}
out:
	arena_free(a);
	return err;
}

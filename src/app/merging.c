#include "app/merging.h"

#include "app/history.h"
#include "app/saving.h"

#include <stdlib.h>
#include <string.h>

static const struct fold_register *
register_of(const struct record *r, struct str name)
{
	for (size_t i = 0; i < r->n_registers; i++)
		if (str_eq(r->registers[i].name, name))
			return &r->registers[i];
	return NULL;
}

/* The register that a path belongs to. */
static const struct fold_register *
register_with(const struct record *r, struct str path)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *g = &r->registers[i];

		for (size_t h = 0; h < g->n_heads; h++)
			for (size_t k = 0; k < g->heads[h].n_set; k++)
				if (str_eq(g->heads[h].set[k].path, path))
					return g;
	}
	return NULL;
}

static struct str
value_of(const struct record *r, struct str path)
{
	for (size_t i = 0; i < r->n_values; i++)
		if (str_eq(r->values[i].path, path))
			return r->values[i].json;
	return STR("");
}

/* One line for the rows of each repeat: they come together, none is lost. */
static size_t
count_rows(const struct record *r, const struct form_node *repeat)
{
	size_t n = 0, len = strlen(repeat->path);

	for (size_t i = 0; i < r->n_values; i++) {
		struct str path = r->values[i].path;

		n += path.n > len + 1 && path.p[len] == '/' &&
		    memcmp(path.p, repeat->path, len) == 0 &&
		    memchr(path.p + len + 1, '/', path.n - len - 1) == NULL;
	}
	return n;
}

static struct merge_line *
add_line(struct merging *m, size_t *cap)
{
	m->lines =
	    arena_grow(m->arena, m->lines, m->n, cap, sizeof *m->lines);
	return &m->lines[m->n++];
}

/* Whether y says all that x says: x is blank, the same, or a date that is known
 * less well. */
static bool
says_less(const struct form *f, struct str path, struct str x, struct str y)
{
	const struct form_node *n = form_node_of(f, path);

	if (x.n == 0 || str_is(x, "null") || str_eq(x, y))
		return true;
	return n != NULL && n->type == FORM_DATE && x.n < y.n &&
	    memcmp(x.p, y.p, x.n - 1) == 0; /* "1950" of "1950-03-05" */
}

static void
add_path(struct merging *m, size_t *cap, struct str path)
{
	struct str x = value_of(&m->left, path), y = value_of(&m->right, path);
	const struct fold_register *gl, *gr;
	struct merge_line *l;

	if (x.n == 0 && y.n == 0)
		return;
	gl = register_with(&m->left, path);
	gr = register_with(&m->right, path);
	l = add_line(m, cap);
	l->label = history_label(m->arena, m->form, path);
	l->left = x.n == 0
	    ? STR("")
	    : history_value(m->app, m->arena, m->form, path, x);
	l->right = y.n == 0
	    ? STR("")
	    : history_value(m->app, m->arena, m->form, path, y);
	/* a register that one of them never had is simply taken over */
	l->differs = gl != NULL && gr != NULL && !str_eq(x, y);
	if (l->differs)
		l->reg = gl->name;
	l->left_less = says_less(m->form, path, x, y);
	l->right_less = says_less(m->form, path, y, x);
	m->n_differs += l->differs;
}

static void
add_rows(struct merging *m, size_t *cap, const struct form_node *repeat)
{
	size_t x = count_rows(&m->left, repeat);
	size_t y = count_rows(&m->right, repeat);
	struct merge_line *l;

	if (x == 0 && y == 0)
		return;
	l = add_line(m, cap);
	l->label = str_of(form_text(repeat->label));
	l->left = str_of(arena_printf(m->arena, _("%zu rows"), x));
	l->right = str_of(arena_printf(m->arena, _("%zu rows"), y));
}

static void
add_lines(struct merging *m)
{
	size_t cap = 0;

	add_path(m, &cap, STR("state"));
	for (size_t i = 0; i < m->form->n_nodes; i++) {
		const struct form_node *n = &m->form->nodes[i];

		if (n->depth > 0)
			continue;
		if (n->type == FORM_REPEAT)
			add_rows(m, &cap, n);
		else
			add_path(m, &cap, str_of(n->path));
	}
}

/* Where all of a register stands on one side, that one is offered. */
static void
offer(struct merging *m, size_t at)
{
	bool left = true, right = true;

	for (size_t k = 0; k < m->n; k++) {
		const struct merge_line *l = &m->lines[k];

		if (!l->differs || !str_eq(l->reg, m->lines[at].reg))
			continue;
		left = left && l->right_less;
		right = right && l->left_less;
	}
	if (left != right)
		m->lines[at].take = left ? MERGE_LEFT : MERGE_RIGHT;
}

static enum err
check_pair(struct app *app, const struct record *x, const struct record *y,
    struct error *e)
{
	struct arena *a = arena_new();
	const char *why = NULL;

	if (memcmp(&x->id, &y->id, sizeof x->id) == 0)
		why = N_("these are one record already");
	else if (!str_eq(x->form, y->form))
		why = N_("records of different forms are not merged");
	else if (strcmp(record_scope(app, a, &x->id),
		     record_scope(app, a, &y->id)) != 0)
		why = N_("records of different communes are not merged");
	else if (x->is_void || y->is_void)
		why = N_("a void record is not merged; restore it first");
	arena_free(a);
	return why == NULL ? OK : error_set(e, ERR_REFUSED, "%s", _(why));
}

enum err
merging_begin(struct app *app, struct arena *a, const struct record_id *left,
    const struct record_id *right, struct merging *out, struct error *e)
{
	enum err err;

	memset(out, 0, sizeof *out);
	out->app = app;
	out->arena = a;
	if ((err = store_record(app->store, a, left, &out->left, e)) != OK ||
	    (err = store_record(app->store, a, right, &out->right, e)) != OK ||
	    (err = check_pair(app, &out->left, &out->right, e)) != OK)
		return err;
	out->form = app_form_of(app, &out->left);
	if (out->form == NULL)
		return error_set(e, ERR_VERSION, N_("unknown form: %.*s"),
		    (int)out->left.form.n, out->left.form.p);
	add_lines(out);
	for (size_t i = 0; i < out->n; i++)
		if (out->lines[i].differs)
			offer(out, i);
	return OK;
}

void
merging_take(struct merging *m, size_t i, enum merge_take take)
{
	if (!m->lines[i].differs)
		return;
	for (size_t k = 0; k < m->n; k++)
		if (m->lines[k].differs &&
		    str_eq(m->lines[k].reg, m->lines[i].reg))
			m->lines[k].take = take;
}

void
merging_take_all(struct merging *m, enum merge_take take)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->lines[i].differs)
			m->lines[i].take = take;
}

enum err
merging_again(struct merging *m, struct error *e)
{
	struct merging old = *m;
	enum err err = merging_begin(
	    old.app, old.arena, &old.left.id, &old.right.id, m, e);

	if (err != OK) {
		*m = old;
		m->n = 0;
		return err;
	}
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; m->lines[i].differs && k < old.n; k++)
			if (old.lines[k].differs &&
			    str_eq(old.lines[k].reg, m->lines[i].reg))
				m->lines[i].take = old.lines[k].take;
	return OK;
}

size_t
merging_later(const struct merging *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->lines[i].differs && m->lines[i].take == MERGE_LATER;
	return n;
}

/* The event that says something of a pair: of the record with the larger id,
 * on top of what was said. */
static enum err
write_link(struct app *app, struct arena *a, const struct record_id *x,
    const struct record_id *y, struct str json, const char *reason,
    struct store_write *out, struct error *e)
{
	bool first = memcmp(x, y, sizeof *x) < 0;
	const struct record_id *low = first ? x : y, *high = first ? y : x;
	struct event_id *over = arena_array(a, EVENT_OVER_MAX, sizeof *over);
	struct event_set *set = arena_new_of(a, struct event_set);
	const struct fold_register *g;
	char low_text[RECORD_ID_TEXT], high_text[RECORD_ID_TEXT];
	struct record r;
	const struct form *f;
	enum err err;

	if ((err = store_record(app->store, a, high, &r, e)) != OK)
		return err;
	f = app_form_of(app, &r);
	record_id_format(low, low_text);
	record_id_format(high, high_text);
	set->path = str_of(arena_printf(a, FOLD_SAME_AS "%s", low_text));
	set->json = json;
	*out = (struct store_write){ .act = EVENT_MERGE, .record = *high,
		.scope = record_scope(app, a, high),
		.form = arena_str(a, r.form),
		.form_hash = f != NULL ? f->hash : r.form_hash,
		.officer = app->officer, .reason = reason,
		.set = set, .n_set = 1, .over = over };
	g = register_of(&r,
	    str_of(arena_printf(
		a, FOLD_SAME_AS "%s/%s", low_text, high_text)));
	for (size_t i = 0;
	     g != NULL && i < g->n_heads && i < EVENT_OVER_MAX; i++)
		over[out->n_over++] = g->heads[i].event;
	return OK;
}

/* What was chosen goes to the smaller id, over what both had, so many
 * registers an event as it may be on top of. */
struct chosen {
	struct store_write *w; /* the first is the merge */
	size_t n;
};

static void
add_chosen(struct merging *m, const struct store_write *like,
    const struct merge_line *l, struct chosen *out)
{
	const struct fold_register *g[2] = { register_of(&m->left, l->reg),
		register_of(&m->right, l->reg) };
	const struct fold_register *from = g[l->take == MERGE_RIGHT];
	const struct fold_head *h = &from->heads[from->shown];
	size_t n_over = g[0]->n_heads + g[1]->n_heads;
	struct store_write *w = &out->w[out->n - 1];
	struct event_set *set;
	struct event_id *over;

	if (out->n == 1 || w->n_over + n_over > EVENT_OVER_MAX) {
		w = &out->w[out->n++];
		*w = *like;
		w->act = EVENT_RESOLVE;
		w->record = memcmp(&m->left.id, &m->right.id,
				sizeof w->record) < 0
		    ? m->left.id
		    : m->right.id;
		w->set = NULL;
		w->n_set = w->n_over = 0;
		w->over =
		    arena_array(m->arena, EVENT_OVER_MAX, sizeof *over);
	}
	set = arena_array(m->arena, w->n_set + h->n_set, sizeof *set);
	if (w->n_set > 0)
		memcpy(set, w->set, w->n_set * sizeof *set);
	memcpy(set + w->n_set, h->set, h->n_set * sizeof *set);
	w->set = set;
	w->n_set += h->n_set;
	over = (struct event_id *)(uintptr_t)w->over;
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < g[i]->n_heads &&
		     w->n_over < EVENT_OVER_MAX;
		     k++)
			over[w->n_over++] = g[i]->heads[k].event;
}

/* An event names each event once that it is on top of. */
static void
sort_over(struct store_write *w)
{
	struct event_id *over = (struct event_id *)(uintptr_t)w->over;
	size_t kept = 0;

	for (size_t i = 0; i < w->n_over; i++) {
		size_t k = 0;

		while (k < kept &&
		    memcmp(&over[k], &over[i], sizeof *over) != 0)
			k++;
		if (k == kept)
			over[kept++] = over[i];
	}
	w->n_over = kept;
}

/* The event has seen what the person saw: it comes after it in the history,
 * and a void that it knew of is none that it missed. */
static void
add_seen(const struct record *r, struct store_write *w)
{
	struct event_id *over = (struct event_id *)(uintptr_t)w->over;

	for (size_t i = 0; i < r->n_registers; i++)
		w->n_over = record_heads(r, r->registers[i].name, over,
		    w->n_over, EVENT_OVER_MAX);
}

enum err
merging_save(struct merging *m, const char *reason, struct error *e)
{
	struct arena *a = m->arena;
	struct chosen c = { arena_array(a, m->n + 1, sizeof *c.w), 1 };
	enum err err;

	if ((err = record_reason(a, reason, &reason, e)) != OK ||
	    (err = write_link(m->app, a, &m->left.id, &m->right.id,
		 STR("\"yes\""), reason, &c.w[0], e)) != OK)
		return err;
	add_seen(&m->left, &c.w[0]);
	add_seen(&m->right, &c.w[0]);
	for (size_t i = 0; i < m->n; i++) {
		const struct merge_line *l = &m->lines[i];
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= l->differs && m->lines[k].differs &&
			    str_eq(m->lines[k].reg, l->reg);
		if (l->differs && l->take != MERGE_LATER && !again)
			add_chosen(m, &c.w[0], l, &c);
	}
	for (size_t i = 1; i < c.n; i++)
		sort_over(&c.w[i]);
	return saving_append(m->app, c.w, c.n, e);
}

enum err
merging_say(struct app *app, const struct record_id *x,
    const struct record_id *y, struct str json, const char *reason,
    struct error *e)
{
	struct arena *a = arena_new();
	struct store_write w;
	enum err err;

	if ((err = record_reason(a, reason, &reason, e)) == OK &&
	    (err = write_link(app, a, x, y, json, reason, &w, e)) == OK)
		err = saving_append(app, &w, 1, e);
	arena_free(a);
	return err;
}

/* Do these two hang together by their own link, or by way of a third? */
static bool
linked_directly(const struct record *r, const struct record_id *x,
    const struct record_id *y)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		struct record_id low, high;

		if (fold_is_link(r->registers[i].name, &low, &high) &&
		    fold_said(&r->registers[i]) == FOLD_SAME &&
		    ((memcmp(&low, x, sizeof low) == 0 &&
			 memcmp(&high, y, sizeof high) == 0) ||
			(memcmp(&low, y, sizeof low) == 0 &&
			    memcmp(&high, x, sizeof high) == 0)))
			return true;
	}
	return false;
}

enum err
merging_part(struct app *app, const struct record_id *x,
    const struct record_id *y, const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct record rx, ry;
	enum err err;

	if ((err = store_record(app->store, a, x, &rx, e)) != OK ||
	    (err = store_record(app->store, a, y, &ry, e)) != OK)
		goto out;
	if (memcmp(x, y, sizeof *x) == 0)
		err = error_set(e, ERR_USAGE, N_("a record is itself"));
	else if (memcmp(&rx.id, &ry.id, sizeof rx.id) == 0 &&
	    !linked_directly(&rx, x, y))
		err = error_set(e, ERR_REFUSED,
		    N_("these two were not merged with one another, but "
		       "by way of a third; see the history"));
	else
		err = merging_say(app, x, y, STR("\"no\""), reason, e);
out:
	arena_free(a);
	return err;
}

bool
merging_pair(
    const struct store_event *ev, struct record_id *x, struct record_id *y)
{
	if (ev->event.act != EVENT_MERGE || ev->event.n_set == 0 ||
	    fold_link_names(&ev->event.record, &ev->event.set[0], x) != NULL)
		return false;
	*y = ev->event.record;
	return true;
}

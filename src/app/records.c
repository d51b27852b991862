/* Acts on a record that are not filling its form; each is one commit. */
#include "app/history.h"
#include "app/merging.h"
#include "app/saving.h"

#include "base/cjson.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
record_scope(
    const struct app *app, struct arena *a, const struct record_id *id)
{
	struct directory_row row;
	size_t at;

	if (!directory_find(app->directory, id, &at))
		return app_scope(app);
	directory_get(app->directory, at, &row);
	return arena_str(a, row.scope);
}

enum err
record_reason(
    struct arena *a, const char *reason, const char **clean, struct error *e)
{
	struct str s;
	enum err err;

	if (reason == NULL || text_trim(str_of(reason)).n == 0)
		return error_set(e, ERR_USAGE, N_("a reason is needed"));
	err = text_clean(a, text_trim(str_of(reason)), 0, &s, e);
	*clean = s.p;
	return err;
}

/* The write of one act, made on top of what the record shows now. */
static enum err
write_of(struct app *app, struct arena *a, const struct record *r,
    enum event_act act, const struct event_set *set, size_t n_set,
    const char *reason, struct store_write *out, struct error *e)
{
	struct event_id *over = arena_array(a, EVENT_OVER_MAX, sizeof *over);
	struct store_write w = { .act = act, .record = r->id,
		.scope = record_scope(app, a, &r->id),
		.form = arena_str(a, r->form), .form_hash = r->form_hash,
		.officer = app->officer, .reason = reason,
		.set = set, .n_set = n_set, .over = over };
	const struct form *f = form_set_get(app->forms, w.form);
	enum err err = OK;

	if (f != NULL)
		w.form_hash = f->hash; /* written under today's form */
	for (size_t i = 0; i < n_set && err == OK; i++)
		err = record_over(r, &set[i], over, &w.n_over, e);
	*out = w;
	return err;
}

static bool
may_come_from(const struct form_state *st, struct str from)
{
	if (st->n_from == 0)
		return true;
	for (size_t i = 0; i < st->n_from; i++)
		if (str_is(from, st->from[i]))
			return true;
	return false;
}

bool
record_may_move(const struct app *app, const struct form_state *st,
    const struct record *r)
{
	return (st->by == FORM_BOTH || st->by == app->role) &&
	    may_come_from(st, r->state) && !str_is(r->state, st->name);
}

static enum err
check_move(const struct app *app, const struct form *f,
    const struct form_state *st, const struct record *r, const char *name,
    struct error *e)
{
	if (st == NULL)
		return error_set(e, ERR_USAGE,
		    N_("%s has no state \"%s\""), f->id, name);
	if (st->by != FORM_BOTH && st->by != app->role)
		return error_set(e, ERR_REFUSED,
		    N_("only the other level may move a record to \"%s\""),
		    form_text(st->label));
	if (r->is_void)
		return error_set(e, ERR_REFUSED,
		    N_("this record is void; restore it first"));
	if (!may_come_from(st, r->state))
		return error_set(e, ERR_REFUSED,
		    N_("a record cannot come from \"%.*s\" to \"%s\""),
		    (int)r->state.n, r->state.p, st->name);
	return OK;
}

/* The labels of what a condition reads and is blank. */
struct missing {
	const struct fill *fill;
	struct buf labels;
};

static void
add_missing(void *ctx, int node)
{
	struct missing *m = ctx;
	const struct form_node *n;
	struct fill_ref r = { .node = node };

	if (node < 0)
		return;
	n = &fill_form(m->fill)->nodes[node];
	if (n->depth > 0 || !form_type_is_field(n->type) ||
	    fill_is_masked(m->fill, &r) ||
	    !value_is_blank(fill_value(m->fill, &r)))
		return;
	buf_adds(&m->labels, m->labels.n > 0 ? ", " : "");
	buf_adds(&m->labels, form_text(n->label));
}

/* What must hold of the facts before a record may be in a state. */
static enum err
check_when(struct app *app, const struct form *f,
    const struct form_state *st, const struct record *r, struct error *e)
{
	struct arena *scratch;
	struct fill *fill;
	struct missing missing = { 0 };
	enum err err = OK;

	if (st->when == NULL)
		return OK;
	scratch = arena_new();
	fill = record_fill(app, f, r);
	missing.fill = fill;
	if (!value_to_bool(fill_eval(fill, scratch, st->when))) {
		expr_each_dependency(st->when, add_missing, &missing);
		err = missing.labels.n > 0
		    ? error_set(e, ERR_REFUSED,
			  N_("before \"%s\" there is to fill in: %s"),
			  form_text(st->label), buf_cstr(&missing.labels))
		    : error_set(e, ERR_REFUSED,
			  N_("what the form asks before \"%s\" is not "
			     "fulfilled"),
			  form_text(st->label));
	}
	buf_release(&missing.labels);
	fill_free(fill);
	arena_free(scratch);
	return err;
}

/*
 * What is in conflict is nothing to decide on, in the record or in one that it
 * links to (SAFETY R4).
 */
static enum err
check_settled(struct app *app, struct arena *a, const struct form *f,
    const struct form_state *st, const struct record *r, struct error *e)
{
	if (st->by != FORM_DISTRICT || !st->locked)
		return OK;
	if (r->conflict)
		return error_set(e, ERR_REFUSED,
		    N_("a conflict must be decided first"));
	for (size_t i = 0; i < r->n_values; i++) {
		struct str name;
		struct record linked;
		struct record_id id;

		if (!history_link(f, &r->values[i], &id) ||
		    store_record(app->store, a, &id, &linked, NULL) != OK ||
		    !linked.conflict)
			continue;
		name = app_record_title(app, a, &id);
		return error_set(e, ERR_REFUSED,
		    N_("a conflict must be decided first: %.*s"), (int)name.n,
		    name.p);
	}
	return OK;
}

enum err
record_move(struct app *app, const struct record_id *id, const char *state,
    const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct event_set set = { STR("state"), { NULL, 0 } };
	const struct form_state *st;
	struct store_write w;
	struct record r;
	const struct form *f;
	enum err err;

	if ((err = store_record(app->store, a, id, &r, e)) != OK)
		goto out;
	if ((f = app_form_of(app, &r)) == NULL) {
		err = error_set(e, ERR_VERSION, N_("unknown form: %.*s"),
		    (int)r.form.n, r.form.p);
		goto out;
	}
	st = form_state_get(f, str_of(state));
	if ((err = check_move(app, f, st, &r, state, e)) != OK ||
	    (err = check_settled(app, a, f, st, &r, e)) != OK ||
	    (err = check_when(app, f, st, &r, e)) != OK)
		goto out;
	set.json = str_of(arena_printf(a, "\"%s\"", state));
	if ((err = write_of(app, a, &r, EVENT_MOVE, &set, 1,
		 reason == NULL ? "" : reason, &w, e)) != OK)
		goto out;
	err = saving_append(app, &w, 1, e);
out:
	arena_free(a);
	return err;
}

enum err
record_void(struct app *app, const struct record_id *id, bool yes,
    const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct event_set set = { STR("void"), yes ? STR("\"yes\"")
						  : STR("null") };
	struct store_write w;
	struct record r;
	enum err err;

	if ((err = record_reason(a, reason, &reason, e)) != OK ||
	    (err = store_record(app->store, a, id, &r, e)) != OK)
		goto out;
	/* of a void record that is in conflict it is a decision */
	if (r.is_void == yes && !(yes && r.conflict)) {
		err = error_set(e, ERR_REFUSED,
		    yes ? N_("this record is void already")
			: N_("this record is not void"));
		goto out;
	}
	if ((err = write_of(app, a, &r, yes ? EVENT_VOID : EVENT_RESTORE,
		 &set, 1, reason, &w, e)) != OK)
		goto out;
	w.over = NULL; /* what it must have seen, the store knows */
	err = saving_append(app, &w, 1, e);
out:
	arena_free(a);
	return err;
}

enum err
record_set(struct app *app, const struct record_id *id,
    const struct record_field *fields, size_t n, const char *reason,
    struct error *e)
{
	struct arena *a = arena_new();
	struct editing *ed = NULL;
	const struct fill_finding *found;
	struct fill_ref r;
	struct str text;
	enum err err;

	if (n == 1 && strcmp(fields[0].path, "state") == 0) {
		err = record_move(app, id, fields[0].text, reason, e);
		goto out;
	}
	if ((err = record_reason(a, reason, &reason, e)) != OK ||
	    (err = editing_open(app, id, &ed, e)) != OK)
		goto out;
	editing_unseal(ed);
	for (size_t i = 0; i < n; i++) {
		if (!fill_ref_of(ed->fill, str_of(fields[i].path), &r)) {
			err = error_set(e, ERR_USAGE,
			    N_("%s has no field \"%s\""), ed->form->id,
			    fields[i].path);
			goto out;
		}
		if (fill_is_read_only(ed->fill, &r)) {
			err = error_set(e, ERR_REFUSED,
			    N_("%s cannot be set here"), fields[i].path);
			goto out;
		}
		err = text_clean(
		    a, str_of(fields[i].text), TEXT_LINES, &text, e);
		if (err != OK)
			goto out;
		fill_set(ed->fill, &r, text);
		found = fill_finding_at(ed->fill, &r);
		if (found != NULL && found->severity == FILL_ERROR) {
			err = error_set(e, ERR_FINDINGS, "%s: %s",
			    fields[i].path, found->message);
			goto out;
		}
	}
	err = editing_save(ed, reason, e);
out:
	editing_close(ed, false);
	arena_free(a);
	return err;
}

static const struct fold_register *
register_of(const struct record *r, struct str name)
{
	for (size_t i = 0; i < r->n_registers; i++)
		if (str_eq(r->registers[i].name, name))
			return &r->registers[i];
	return NULL;
}

enum err
record_resolve(struct app *app, const struct record_id *id, struct str reg,
    size_t head, const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	const struct fold_register *g;
	const struct event_set *set;
	struct event_set one;
	struct store_write w;
	struct record r;
	size_t n;
	enum err err;

	if ((err = store_record(app->store, a, id, &r, e)) != OK)
		goto out;
	g = register_of(&r, reg);
	if (g == NULL || head >= g->n_heads) {
		err = error_set(e, ERR_NOTFOUND, N_("no such value to choose"));
		goto out;
	}
	set = g->heads[head].set;
	n = g->heads[head].n_set;
	if (n == 0) {
		one = (struct event_set){ g->name, g->heads[head].json };
		set = &one;
		n = 1;
	}
	if ((err = write_of(app, a, &r, EVENT_RESOLVE, set, n,
		 reason == NULL ? "" : reason, &w, e)) != OK)
		goto out;
	err = saving_append(app, &w, 1, e);
out:
	arena_free(a);
	return err;
}

enum err
record_resolve_row(struct app *app, const struct record_id *id, struct str row,
    struct str json, const char *reason, struct error *e)
{
	struct event_set set = { row, json };
	struct arena *a = arena_new();
	struct store_write w;
	struct record r;
	enum err err;

	if ((err = store_record(app->store, a, id, &r, e)) == OK &&
	    (err = write_of(app, a, &r, EVENT_RESOLVE, &set, 1, reason, &w,
		 e)) == OK)
		err = saving_append(app, &w, 1, e);
	arena_free(a);
	return err;
}

/* What the district has said and should say again. */
static bool
to_confirm(const struct fold_register *reg)
{
	const struct fold_head *h = &reg->heads[reg->shown];

	return reg->objection ||
	    (h->owner == FOLD_DISTRICT && h->role == FOLD_DISTRICT &&
		!str_is(h->json, "null"));
}

static enum err
collect_decided(struct arena *a, const struct record *r,
    struct event_set **set, size_t *n, struct error *e)
{
	size_t cap = 0;

	*set = NULL;
	*n = 0;
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *reg = &r->registers[i];
		const struct fold_head *h = &reg->heads[reg->shown];

		if (!to_confirm(reg))
			continue;
		if (reg->conflict)
			return error_set(e, ERR_REFUSED,
			    N_("a conflict must be decided first"));
		for (size_t k = 0; k < h->n_set; k++) {
			if (str_is(h->set[k].json, "null"))
				continue;
			*set = arena_grow(a, *set, *n, &cap, sizeof **set);
			(*set)[(*n)++] = h->set[k];
		}
	}
	if (*n == 0)
		return error_set(e, ERR_REFUSED,
		    N_("this record has no decision to confirm"));
	return OK;
}

enum err
record_confirm(struct app *app, const struct record_id *id,
    const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct event_set *set;
	struct store_write w;
	struct record r;
	size_t n;
	enum err err;

	if (app->role != FORM_DISTRICT) {
		err = error_set(e, ERR_REFUSED,
		    N_("only the district confirms a decision"));
		goto out;
	}
	if ((err = record_reason(a, reason, &reason, e)) != OK ||
	    (err = store_record(app->store, a, id, &r, e)) != OK ||
	    (err = collect_decided(a, &r, &set, &n, e)) != OK)
		goto out;
	if ((err = write_of(app, a, &r, EVENT_RESOLVE, set, n, reason, &w,
		 e)) != OK)
		goto out;
	err = saving_append(app, &w, 1, e);
out:
	arena_free(a);
	return err;
}

enum err
record_undo(struct app *app, const struct record_id *id,
    const struct event_id *event, struct error *e)
{
	struct arena *a = arena_new();
	struct record_id low, high;
	struct event_set *set;
	struct store_event *h;
	struct store_write w;
	struct record r;
	char hex[9];
	size_t n, at;
	enum err err;

	if ((err = store_record(app->store, a, id, &r, e)) != OK ||
	    (err = store_history(app->store, a, id, &h, &n, e)) != OK)
		goto out;
	for (at = 0; at < n; at++)
		if (memcmp(&h[at].id, event, sizeof *event) == 0)
			break;
	if (at == n) {
		err = error_set(e, ERR_NOTFOUND,
		    N_("this record has no such event"));
		goto out;
	}
	if (h[at].event.act == EVENT_CREATE || h[at].event.n_set == 0) {
		err = error_set(e, ERR_REFUSED,
		    N_("this cannot be undone; void the record instead"));
		goto out;
	}
	set = arena_array(a, h[at].event.n_set, sizeof *set);
	for (size_t i = 0; i < h[at].event.n_set; i++) {
		set[i].path = h[at].event.set[i].path;
		set[i].json = history_before(h, at, set[i].path);
	}
	snprintf(hex, sizeof hex, "%02x%02x%02x%02x", event->b[0],
	    event->b[1], event->b[2], event->b[3]);
	if (merging_pair(&h[at], &low, &high)) {
		err = merging_say(app, &low, &high, set[0].json,
		    arena_printf(a, _("undo of %s"), hex), e);
		goto out;
	}
	if ((err = write_of(app, a, &r, EVENT_AMEND, set, h[at].event.n_set,
		 arena_printf(a, _("undo of %s"), hex), &w, e)) != OK)
		goto out;
	err = saving_append(app, &w, 1, e);
out:
	arena_free(a);
	return err;
}

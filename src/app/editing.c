#include "app/editing.h"

#include "app/restricted.h"
#include "app/saving.h"
#include "app/sealing.h"
#include "base/clock.h"

#include <string.h>

static struct value
linked(void *ctx, struct arena *scratch, const char *form, struct str id,
    struct str field)
{
	(void)form; /* the id says which record it is */
	return app_linked_value(ctx, scratch, id, field);
}

static struct editing *
editing_alloc(struct app *app, const struct form *form)
{
	struct arena *a = arena_new();
	struct editing *ed = arena_new_of(a, struct editing);
	char *now = arena_alloc(a, CLOCK_BUF);
	struct fill_env env = { .ctx = app, .today = clock_today(),
		.now = now, .language = _("en"), .role = app->role,
		.linked = linked };

	clock_now_text(now);
	ed->app = app;
	ed->arena = a;
	ed->form = form;
	ed->fill = fill_new(form, app->forms, &env);
	return ed;
}

static void
load_values(const struct app *app, struct fill *fill, const struct record *r,
    bool open)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < r->n_values; i++) {
		struct str path = r->values[i].path, json = r->values[i].json;

		if (open && restricted_is(fill_form(fill), path))
			(void)restricted_open(app, a, json, &json);
		fill_load(fill, path, json);
	}
	arena_free(a);
}

struct fill *
record_fill(struct app *app, const struct form *form, const struct record *r)
{
	struct fill *fill = fill_new(form, app->forms,
	    &(struct fill_env){ .ctx = app, .today = clock_today(),
		.now = "", .language = _("en"), .role = app->role,
		.linked = linked });

	load_values(app, fill, r, true);
	fill_start(fill, false);
	return fill;
}

struct fill *
editing_previous(struct editing *ed)
{
	struct directory_query q = { .form = ed->form->id,
		.sort = DIRECTORY_BY_NEWEST, .limit = 2 };
	struct arena *a = arena_new();
	struct fill *fill = NULL;
	uint32_t *rows;
	size_t n;

	if (directory_search(ed->app->directory, a, &q, NULL, 0, &rows, &n,
		NULL) != OK)
		n = 0;
	for (size_t i = 0; i < n && fill == NULL; i++) {
		struct directory_row row;
		struct record r;

		directory_get(ed->app->directory, rows[i], &row);
		if (memcmp(&row.id, &ed->id, sizeof row.id) != 0 &&
		    store_record(
			ed->app->store, a, &row.id, &r, NULL) == OK)
			fill = record_fill(ed->app, ed->form, &r);
	}
	arena_free(a);
	return fill;
}

/* What the record before it hands on, as if it had been typed. */
static void
carry_over(struct editing *ed, const struct record *from)
{
	struct fill *old = record_fill(ed->app, ed->form, from);
	struct fill_ref r = { 0 };

	for (size_t i = 0; i < ed->form->n_nodes; i++) {
		const struct form_node *n = &ed->form->nodes[i];

		if ((n->flags & FORM_CARRY) == 0 || n->depth > 0 ||
		    (n->flags & FORM_RESTRICTED) != 0)
			continue;
		r.node = n->number;
		fill_set(ed->fill, &r, fill_text(old, &r));
	}
	fill_free(old);
}

enum err
editing_new(struct app *app, const struct form *form,
    const struct record_id *carry, struct editing **out, struct error *e)
{
	struct editing *ed = editing_alloc(app, form);
	struct record before;

	store_id_make(app->store, app_scope(app), &ed->id);
	ed->is_new = true;
	fill_start(ed->fill, true);
	if (carry != NULL &&
	    store_record(app->store, ed->arena, carry, &before, e) ==
		OK &&
	    str_is(before.form, form->id))
		carry_over(ed, &before);
	*out = ed;
	return OK;
}

enum err
editing_new_member(struct app *app, const struct form *form,
    const struct record *of, struct editing **out, struct error *e)
{
	const struct form_node *link = form_member_link(form, of->form);
	struct fill_ref r = { .node = link == NULL ? 0 : link->number };
	char id[RECORD_ID_TEXT];
	enum err err = editing_new(app, form, NULL, out, e);

	if (err != OK || link == NULL)
		return err;
	record_id_format(&of->id, id);
	fill_set((*out)->fill, &r, str_of(id));
	return OK;
}

static enum err
may_amend(const struct app *app, const struct form *f, const struct record *r,
    struct error *e)
{
	const struct form_state *st = form_state_get(f, r->state);

	if (r->is_void)
		return error_set(e, ERR_REFUSED,
		    N_("this record is void; restore it first"));
	if (st != NULL && st->locked && app->role == FORM_COMMUNE)
		return error_set(e, ERR_REFUSED,
		    N_("a record in the state \"%s\" cannot be amended"),
		    form_text(st->label));
	return OK;
}

enum err
editing_open(struct app *app, const struct record_id *id,
    struct editing **out, struct error *e)
{
	struct arena *scratch = arena_new();
	struct editing *ed = NULL;
	const struct form *f;
	struct record r;
	enum err err;

	if ((err = store_record(app->store, scratch, id, &r, e)) != OK)
		goto out;
	f = app_form_of(app, &r);
	if (f == NULL) {
		err = error_set(e, ERR_VERSION,
		    N_("the form of this record is not here: %.*s"),
		    (int)r.form.n, r.form.p);
		goto out;
	}
	if ((err = may_amend(app, f, &r, e)) != OK)
		goto out;
	ed = editing_alloc(app, f);
	ed->id = r.id; /* it may have been merged */
	ed->on_top = saving_has_record(app, &r.id);
	ed->failures = app->saving.failures;
	if ((err = store_record(app->store, ed->arena, id, &ed->before, e)) !=
	    OK)
		goto out;
	load_values(app, ed->fill, &ed->before, false);
	fill_start(ed->fill, false);
	*out = ed;
	ed = NULL; /* transferred */
out:
	editing_close(ed, true);
	arena_free(scratch);
	return err;
}

enum err
editing_resume(struct app *app, const char *draft_name, struct editing **out,
    struct draft_entry *last, struct error *e)
{
	struct draft_head head;
	struct draft *draft = NULL;
	struct editing *ed = NULL;
	struct arena *scratch = arena_new();
	struct record there;
	const struct form *f;
	bool lost;
	enum err err;

	err = draft_open(app->drafts_dir, app->data_key, draft_name, scratch,
	    &head, last, &draft, e);
	if (err != OK)
		goto out;
	f = form_set_get(app->forms, head.form);
	if (f == NULL) {
		err = error_set(
		    e, ERR_VERSION, N_("unknown form: %s"), head.form);
		goto out;
	}
	/* it was saved, and the power went before its draft did */
	err = store_record(app->store, scratch, &head.record, &there, NULL);
	if (head.is_new && err == OK)
		head.is_new = false;
	/* or it went before what this one was on top of was saved */
	lost = !head.is_new && err == ERR_NOTFOUND;
	if (lost)
		head.is_new = true;
	if (head.is_new)
		err = editing_new(app, f, NULL, &ed, e);
	else
		err = editing_open(app, &head.record, &ed, e);
	if (err != OK)
		goto out;
	if (head.is_new)
		ed->id = head.record;
	ed->draft = draft;
	draft = NULL; /* transferred */
	if (last->snapshot.n > 0 &&
	    !fill_restore(ed->fill,
		&(struct fill_cipher){ .ctx = ed, .open = sealing_open },
		last->snapshot)) {
		err = error_set(e, ERR_FORMAT,
		    N_("the draft was made with another version of the form"));
		goto out;
	}
	if (lost)
		fill_unload(ed->fill);
	last->cursor = arena_str_dup(ed->arena, last->cursor);
	ed->on_restricted = restricted_is(ed->form, last->cursor);
	last->typed = sealing_open_text(ed, last->typed);
	*out = ed;
	ed = NULL; /* transferred */
out:
	draft_close(draft);
	editing_close(ed, true);
	arena_free(scratch);
	return err;
}

/* What the record is called so far, as typed. */
static struct str
title_of(const struct editing *ed)
{
	const struct form_node *n = ed->form->name_field == NULL
	    ? NULL
	    : form_node_by_path(ed->form, str_of(ed->form->name_field));
	struct fill_ref r = { 0 };

	if (n == NULL)
		return STR("");
	r.node = n->number;
	return fill_text(ed->fill, &r);
}

struct str
editing_draft_title(struct app *app, struct arena *a, const char *name)
{
	struct draft_entry last;
	struct editing *ed;
	struct str title;

	if (editing_resume(app, name, &ed, &last, NULL) != OK)
		return STR("");
	title = title_of(ed);
	/* Nothing but the first field may have been typed, and not left. */
	title = arena_str_dup(a, title.n > 0 ? title : last.typed);
	editing_close(ed, true);
	return title;
}

enum err
editing_discard_draft(struct app *app, const char *name, struct error *e)
{
	struct arena *a = arena_new();
	struct draft_head head;
	struct draft_entry last;
	struct draft *draft = NULL;
	enum err err = draft_open(app->drafts_dir, app->data_key, name, a,
	    &head, &last, &draft, e);

	if (err == OK)
		err = draft_discard(draft, e);
	arena_free(a);
	return err;
}

static enum err
need_draft(struct editing *ed, struct error *e)
{
	struct draft_head head = { .is_new = ed->is_new, .record = ed->id };
	struct str title;

	if (ed->draft != NULL)
		return OK;
	title = title_of(ed);
	memccpy(head.form, ed->form->id, '\0', sizeof head.form - 1);
	if (title.n >= sizeof head.title)
		title.n = 0;
	memcpy(head.title, title.p, title.n);
	clock_now_text(head.at);
	return draft_create(
	    ed->app->drafts_dir, ed->app->data_key, &head, &ed->draft, e);
}

enum err
editing_note(struct editing *ed, const struct fill_ref *cursor,
    struct str typed, uint32_t caret, struct error *e)
{
	struct arena *a = arena_new();
	struct buf snapshot = BUF_INIT;
	struct draft_entry entry;
	enum err err;

	if ((err = need_draft(ed, e)) != OK)
		goto out;
	entry.cursor = fill_path(ed->fill, a, cursor);
	ed->on_restricted = restricted_is(ed->form, entry.cursor);
	if (!fill_snapshot(ed->fill,
		&(struct fill_cipher){ .ctx = ed, .seal = sealing_seal },
		&snapshot)) {
		err = ed->unsealed.code;
		if (e != NULL)
			*e = ed->unsealed;
		goto out;
	}
	if ((err = sealing_text(ed, a, typed, &entry.typed, e)) != OK)
		goto out;
	entry.snapshot = buf_str(&snapshot);
	entry.caret = caret;
	err = draft_append(ed->draft, &entry, e);
out:
	buf_release(&snapshot);
	arena_free(a);
	return err;
}

enum err
editing_note_key(struct editing *ed, const struct fill_ref *cursor,
    struct str typed, uint32_t caret, struct error *e)
{
	struct arena *a;
	enum err err;

	if (ed->draft == NULL || draft_wants_whole(ed->draft))
		return editing_note(ed, cursor, typed, caret, e);
	a = arena_new();
	if ((err = sealing_text(ed, a, typed, &typed, e)) == OK)
		err = draft_append_typed(ed->draft, typed, caret, e);
	arena_free(a);
	return err;
}

bool
editing_has_changes(const struct editing *ed)
{
	struct arena *a = arena_new();
	struct fill_change *c;
	bool any = fill_changes(ed->fill, a, &c) > 0;

	arena_free(a);
	return any;
}

void
editing_close(struct editing *ed, bool keep_draft)
{
	struct error ignored;

	if (ed == NULL)
		return;
	if (ed->draft != NULL && !keep_draft)
		(void)!draft_discard(ed->draft, &ignored);
	else
		draft_close(ed->draft);
	fill_free(ed->fill);
	arena_free(ed->arena);
}

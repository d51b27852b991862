/*
 * What is saved of a record on the desk: its changes as events on top of the
 * heads that were on the screen, in one commit, waited for or not; and which
 * heads those are, for the other acts too (editing.h).
 */
#include "app/saving.h"

#include "app/sealing.h"

#include <poll.h>
#include <string.h>

size_t
record_heads(const struct record *r, struct str path, struct event_id *ids,
    size_t n, size_t max)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *g = &r->registers[i];
		bool mine = str_eq(g->name, path);

		for (size_t h = 0; h < g->n_heads && !mine; h++)
			for (size_t k = 0; k < g->heads[h].n_set; k++)
				if (str_eq(g->heads[h].set[k].path, path))
					mine = true;
		for (size_t h = 0; mine && h < g->n_heads && n < max; h++) {
			size_t k = 0;

			while (k < n &&
			    memcmp(&ids[k], &g->heads[h].event,
				sizeof ids[k]) != 0)
				k++;
			if (k == n)
				ids[n++] = g->heads[h].event;
		}
	}
	return n;
}

static bool
is_removed(const struct fold_register *g)
{
	for (size_t i = 0; i < g->n_heads; i++)
		if (str_is(g->heads[i].json, "null"))
			return true;
	return false;
}

enum err
record_over(const struct record *r, const struct event_set *set,
    struct event_id *ids, size_t *n, struct error *e)
{
	bool removes = fold_is_row(set->path) && str_is(set->json, "null");
	struct event_id all[EVENT_OVER_MAX + 1];
	size_t n_all;

	memcpy(all, ids, *n * sizeof *ids);
	n_all = record_heads(r, set->path, all, *n, ARRAY_LEN(all));
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *g = &r->registers[i];

		if ((r->is_void && str_is(g->name, "void")) ||
		    (removes ? fold_is_in_row(g->name, set->path)
			     : fold_is_in_row(set->path, g->name) &&
				    is_removed(g)))
			n_all = record_heads(
			    r, g->name, all, n_all, ARRAY_LEN(all));
	}
	if (removes && n_all > EVENT_OVER_MAX)
		return error_set(e, ERR_REFUSED,
		    N_("more than %d changes are in this row; blank its fields "
		       "and save, then remove it"),
		    EVENT_OVER_MAX);
	*n = n_all < EVENT_OVER_MAX ? n_all : EVENT_OVER_MAX;
	memcpy(ids, all, *n * sizeof *ids);
	return OK;
}

/*
 * The changes as writes of at most EVENT_OVER_MAX heads and half an event's
 * bytes each; all go into one commit.
 */
static enum err
split_writes(struct editing *ed, const struct fill_change *c, size_t n,
    const struct store_write *like, struct store_write **out,
    size_t *n_out, struct error *e)
{
	struct arena *a = ed->arena;
	struct store_write *w = arena_array(a, n + 1, sizeof *w);
	struct event_set *set = arena_array(a, n + 1, sizeof *set);
	struct event_id *over = NULL;
	size_t n_writes = 0, from = 0, n_over = 0, bytes = 0;
	enum err err;

	for (size_t i = 0; i < n; i++) {
		struct event_id more[EVENT_OVER_MAX];
		size_t n_more = 0;

		set[i].path = c[i].path;
		set[i].json = c[i].json;
		err = record_over(&ed->before, &set[i], more, &n_more, e);
		if (err != OK)
			return err;
		if (over == NULL || n_over + n_more > EVENT_OVER_MAX ||
		    bytes > EVENT_BYTES_MAX / 2) {
			over = arena_array(
			    a, EVENT_OVER_MAX, sizeof *over);
			n_over = 0;
			bytes = 0;
			from = i;
			w[n_writes] = *like;
			w[n_writes].set = set + from;
			w[n_writes].over = over;
			if (n_writes > 0)
				w[n_writes].act = EVENT_AMEND;
			n_writes++;
		}
		err = record_over(&ed->before, &set[i], over, &n_over, e);
		if (err != OK)
			return err;
		bytes += c[i].path.n + c[i].json.n + 6;
		w[n_writes - 1].n_set = i + 1 - from;
		w[n_writes - 1].n_over = n_over;
	}
	*out = w;
	*n_out = n_writes;
	return OK;
}

/* What is to be written; nothing, if nothing was changed. */
static enum err
writes_of(struct editing *ed, const char *reason, struct store_write **out,
    size_t *n_out, struct error *e)
{
	struct app *app = ed->app;
	struct store_write like = {
		.act = ed->is_new ? EVENT_CREATE : EVENT_AMEND,
		.record = ed->id,
		.scope = record_scope(app, ed->arena, &ed->id),
		.form = ed->form->id,
		.form_hash = ed->form->hash,
		.officer = app->officer,
		.reason = reason == NULL ? "" : reason,
	};
	struct fill_change *c, first;
	struct store_write *w;
	size_t n;
	enum err err;

	*n_out = 0;
	if (fill_has_errors(ed->fill))
		return error_set(e, ERR_FINDINGS,
		    N_("there are errors to mend before saving"));
	n = fill_changes(ed->fill, ed->arena, &c);
	if (n == 0 && !ed->is_new)
		return OK;
	if ((err = sealing_changes(ed, c, n, e)) != OK)
		return err;
	if (n == 0)
		c = &first; /* not read */
	if ((err = split_writes(ed, c, n, &like, &w, &n, e)) != OK)
		return err;
	if (ed->is_new && ed->form->n_states > 0) {
		/* the first state goes in with the record */
		w[n] = like;
		w[n].act = n == 0 ? EVENT_CREATE : EVENT_MOVE;
		w[n].set = arena_new_of(ed->arena, struct event_set);
		w[n].n_set = 1;
		*(struct event_set *)(uintptr_t)w[n].set = (struct event_set){
			STR("state"),
			str_of(arena_printf(ed->arena, "\"%s\"",
			    ed->form->states[0].name)) };
		n++;
	}
	*out = w;
	*n_out = n;
	return OK;
}

/* The commit is done: the draft has served. */
static enum err
saved(struct editing *ed, struct error *e)
{
	enum err err = OK;

	ed->saved = true;
	ed->is_new = false;
	if (ed->draft != NULL)
		err = draft_discard(ed->draft, e);
	ed->draft = NULL;
	return err;
}

enum err
editing_save(struct editing *ed, const char *reason, struct error *e)
{
	struct store_write *w;
	size_t n;
	enum err err;

	if ((err = writes_of(ed, reason, &w, &n, e)) != OK || n == 0)
		return err;
	if ((err = store_append(ed->app->store, w, n, NULL, e)) != OK)
		return err;
	return saved(ed, e);
}

/* The save before it is ended first. */
static enum err
begin(struct app *app, struct editing *ed, const struct store_write *w,
    size_t n, struct error *e)
{
	enum err err;

	if ((err = saving_end(app, e)) != OK ||
	    (err = store_append_start(app->store, w, n, e)) != OK)
		return err;
	app->saving.on_way = true;
	app->saving.id = w->record;
	app->saving.ed = ed;
	return OK;
}

enum err
saving_start(struct editing *ed, const char *reason, struct error *e)
{
	struct store_write *w;
	size_t n;
	enum err err;

	if ((err = writes_of(ed, reason, &w, &n, e)) != OK)
		return err;
	if (n > 0)
		return begin(ed->app, ed, w, n, e);
	editing_close(ed, false);
	return OK;
}

enum err
saving_append(struct app *app, const struct store_write *w, size_t n,
    struct error *e)
{
	return app->saving.goes_on ? begin(app, NULL, w, n, e)
				   : store_append(app->store, w, n, NULL, e);
}

int
saving_fd(const struct app *app)
{
	return app == NULL || !app->saving.on_way ? -1
						  : store_append_fd(app->store);
}

bool
saving_is_back(const struct app *app)
{
	struct pollfd p = { .fd = saving_fd(app), .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

bool
saving_has_draft(const struct app *app, const char *name)
{
	const struct editing *ed = app->saving.ed;

	return ed != NULL && ed->draft != NULL &&
	    strcmp(draft_name(ed->draft), name) == 0;
}

enum err
saving_end(struct app *app, struct error *e)
{
	struct error *failed = &app->saving.failed;

	if (app->saving.on_way) {
		app->saving.on_way = false;
		if (store_append_end(app->store, failed) == OK) {
			failed->code = OK;
			/* a draft that stays is no reason to doubt */
			if (app->saving.ed != NULL)
				(void)!saved(app->saving.ed, NULL);
			editing_close(app->saving.ed, true);
			app->saving.ed = NULL;
		}
	}
	if (failed->code != OK && e != NULL)
		*e = *failed;
	return failed->code;
}

bool
saving_back(struct app *app, struct editing **ed, struct error *why)
{
	if (app->saving.failed.code == OK)
		return false;
	*why = app->saving.failed;
	*ed = app->saving.ed;
	app->saving.failed.code = OK;
	app->saving.ed = NULL;
	return true;
}

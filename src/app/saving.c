/*
 * What is saved of a record on the desk: its changes as events on top of the
 * heads that were on the screen, in one commit, waited for or not; and which
 * heads those are, for the other acts too (editing.h).
 */
#include "app/saving.h"

#include "app/sealing.h"

#include <stdlib.h>
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

/*
 * It was opened on top of a save that was still on its way, and one has failed
 * since: what differs from the record as it is now is what there is to save.
 */
static enum err
ground(struct editing *ed, struct error *e)
{
	struct app *app = ed->app;
	struct record r;
	enum err err;

	if (!ed->on_top || ed->failures == app->saving.failures)
		return OK;
	err = store_record(app->store, ed->arena, &ed->id, &r, e);
	if (err == ERR_NOTFOUND)
		memset(&r, 0, sizeof r);
	else if (err != OK)
		return err;
	ed->is_new = err == ERR_NOTFOUND;
	ed->before = r;
	ed->failures = app->saving.failures;
	fill_unload(ed->fill);
	for (size_t i = 0; i < r.n_values; i++)
		fill_load(ed->fill, r.values[i].path, r.values[i].json);
	return OK;
}

/* What is to be written; nothing, if nothing was changed. */
static enum err
writes_of(struct editing *ed, const char *reason, struct store_write **out,
    size_t *n_out, struct error *e)
{
	struct app *app = ed->app;
	struct store_write like = {
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
	if ((err = ground(ed, e)) != OK)
		return err;
	if (fill_has_errors(ed->fill))
		return error_set(e, ERR_FINDINGS,
		    N_("there are errors to mend before saving"));
	like.act = ed->is_new ? EVENT_CREATE : EVENT_AMEND;
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

/* A commit that is on its way. */
struct saving {
	struct saving *next;
	struct saving_ended what;
	struct editing *ed; /* the form that is saved, if it is one */
};

static enum err
begin(struct app *app, struct editing *ed, const struct store_write *w,
    size_t n, struct error *e)
{
	struct saving **end = &app->saving.first, *new;
	enum err err;

	if ((err = store_append_start(app->store, w, n, e)) != OK)
		return err;
	new = calloc(1, sizeof *new);
	if (new == NULL)
		base_die("%s", _("out of memory"));
	new->what.number = ++app->saving.newest;
	new->what.id = w->record;
	new->ed = ed;
	while (*end != NULL)
		end = &(*end)->next;
	*end = new;
	return OK;
}

enum err
saving_start(struct editing *ed, const char *reason, unsigned *number,
    struct error *e)
{
	struct store_write *w;
	size_t n;
	enum err err;

	*number = 0;
	if ((err = writes_of(ed, reason, &w, &n, e)) != OK)
		return err;
	if (n == 0)
		return saved(ed, e);
	if ((err = begin(ed->app, ed, w, n, e)) == OK)
		*number = ed->app->saving.newest;
	return err;
}

enum err
saving_append(struct app *app, const struct store_write *w, size_t n,
    struct error *e)
{
	return app->saving.goes_on ? begin(app, NULL, w, n, e)
				   : store_append(app->store, w, n, NULL, e);
}

unsigned
saving_newest(const struct app *app)
{
	return app->saving.newest;
}

int
saving_fd(const struct app *app)
{
	return app == NULL || app->saving.first == NULL
	    ? -1
	    : store_append_fd(app->store);
}

bool
saving_is_back(const struct app *app)
{
	return saving_fd(app) >= 0 && store_append_is_back(app->store);
}

bool
saving_has_draft(const struct app *app, const char *name)
{
	for (const struct saving *s = app->saving.first; s != NULL; s = s->next)
		if (s->ed != NULL && s->ed->draft != NULL &&
		    strcmp(draft_name(s->ed->draft), name) == 0)
			return true;
	return false;
}

bool
saving_has_record(const struct app *app, const struct record_id *id)
{
	struct record_id mine = store_stands_for(app->store, id), theirs;

	for (const struct saving *s = app->saving.first; s != NULL;
	     s = s->next) {
		theirs = store_stands_for(app->store, &s->what.id);
		if (memcmp(&mine, &theirs, sizeof mine) == 0)
			return true;
	}
	return false;
}

static void
forget_first(struct app *app)
{
	struct saving *s = app->saving.first;

	app->saving.first = s->next;
	free(s);
}

enum err
saving_end(struct app *app, struct saving_ended *out, struct error *e)
{
	struct saving *s = app->saving.first;
	enum err err;

	*out = (struct saving_ended){ .number = 0 };
	if (s == NULL)
		return OK;
	*out = s->what;
	if ((err = store_append_end(app->store, e)) == OK) {
		/* a draft that stays is no reason to doubt */
		if (s->ed != NULL)
			(void)!saved(s->ed, NULL);
		forget_first(app);
		return OK;
	}
	app->saving.failures++;
	while (app->saving.first != NULL)
		forget_first(app);
	return err;
}

enum err
saving_end_all(struct app *app, struct error *e)
{
	struct saving_ended ended;
	enum err err = OK;

	while (err == OK && app->saving.first != NULL)
		err = saving_end(app, &ended, e);
	return err;
}

#include "demo/demo_store.h"

#include "demo/demo.h"
#include "base/file.h"

#include <string.h>

struct load {
	struct app *app;
	struct store_bulk *bulk;
	struct arena *scratch;
	store_progress_fn progress;
	void *ctx;
	uint64_t records, persons, total;
};

static size_t
with_state(struct arena *a, const struct demo_record *r,
    struct event_set **out)
{
	struct event_set *set = arena_array(a, r->n + 1, sizeof *set);
	size_t n = 0;

	if (r->state != NULL && r->state[0] != '\0') {
		set[n].path = STR("state");
		set[n++].json =
		    str_of(arena_printf(a, "\"%s\"", r->state));
	}
	for (size_t i = 0; i < r->n; i++) {
		set[n].path = r->values[i].path;
		set[n++].json = r->values[i].json;
	}
	*out = set;
	return n;
}

static enum err
add(void *ctx, const struct demo_record *r, struct error *e)
{
	struct load *l = ctx;
	const struct form *f = form_set_get(l->app->forms, r->form);
	struct store_write w = { .act = EVENT_CREATE,
		.scope = app_scope(l->app), .form = r->form,
		.officer = l->app->officer, .reason = "" };
	struct event_set *set;

	if (f == NULL)
		return error_set(
		    e, ERR_NOTFOUND, N_("unknown form: %s"), r->form);
	arena_reset(l->scratch);
	w.form_hash = f->hash;
	memcpy(w.record.b, r->id, sizeof w.record.b);
	w.n_set = with_state(l->scratch, r, &set);
	w.set = set;
	l->records++;
	l->persons += strcmp(r->form, "person") == 0;
	if (l->progress != NULL && l->records % 1000 == 0 &&
	    !l->progress(l->ctx, l->persons, l->total))
		return error_set(
		    e, ERR_CANCELLED, N_("stopped; nothing was added"));
	return store_bulk_add(l->bulk, &w, e);
}

enum err
demo_store(struct app *app, uint64_t seed, uint64_t persons,
    store_progress_fn progress, void *ctx, uint64_t *records,
    struct error *e)
{
	struct arena *a = arena_new();
	struct load l = { .app = app, .scratch = arena_new(),
		.progress = progress, .ctx = ctx, .total = persons };
	struct demo_conf *conf;
	struct error ignored;
	enum err err;

	err = demo_conf_load(a, file_data_path(a, "conf/demo.yaml"), &conf, e);
	if (err == OK)
		err = store_bulk_begin(app->store, &l.bulk, e);
	if (err != OK)
		goto out;
	err = demo_make(conf, seed, persons, add, &l, e);
	if (err == OK)
		err = store_bulk_end(l.bulk, true, e);
	else
		(void)!store_bulk_end(l.bulk, false, &ignored);
	if (err == OK && progress != NULL)
		(void)progress(ctx, persons, persons);
	*records = l.records;
out:
	arena_free(l.scratch);
	arena_free(a);
	return err;
}

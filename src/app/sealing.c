#include "app/sealing.h"

#include "app/restricted.h"
#include "base/cjson.h"

/* The bytes that the record holds of a path; "" if none. */
static struct str
stored_json(const struct editing *ed, struct str path)
{
	for (size_t i = 0; i < ed->before.n_values; i++)
		if (str_eq(ed->before.values[i].path, path))
			return ed->before.values[i].json;
	return STR("");
}

/* A value that has not changed stays as it is stored: sealed anew it would be
 * another. */
static enum err
seal_value(struct editing *ed, struct arena *a, struct str path,
    struct str json, struct str *out, struct error *e)
{
	struct str stored = stored_json(ed, path), plain;

	if (stored.n > 0 && restricted_open(ed->app, a, stored, &plain) &&
	    str_eq(plain, json)) {
		*out = stored;
		return OK;
	}
	return restricted_seal(ed->app, a,
	    record_scope(ed->app, a, &ed->id), json, out, e);
}

bool
sealing_seal(void *ctx, struct arena *a, struct str path, struct str json,
    struct str *sealed)
{
	struct editing *ed = ctx;

	return seal_value(ed, a, path, json, sealed, &ed->unsealed) == OK;
}

bool
sealing_open(void *ctx, struct arena *a, struct str path, struct str sealed,
    struct str *json)
{
	struct editing *ed = ctx;

	return !str_eq(sealed, stored_json(ed, path)) &&
	    restricted_open(ed->app, a, sealed, json);
}

static bool
open_any(void *ctx, struct arena *a, struct str path, struct str sealed,
    struct str *json)
{
	struct editing *ed = ctx;

	(void)path;
	return restricted_open(ed->app, a, sealed, json);
}

void
editing_unseal(struct editing *ed)
{
	fill_unseal(ed->fill,
	    &(struct fill_cipher){ .ctx = ed, .open = open_any });
}

enum err
editing_reveal(struct editing *ed, const char *reason, struct error *e)
{
	struct arena *a = arena_new();
	struct record shown;
	enum err err;

	err = store_record(ed->app->store, a, &ed->id, &shown, e);
	if (err == OK)
		err = restricted_note(ed->app, &shown, reason, e);
	arena_free(a);
	return err;
}

enum err
sealing_text(struct editing *ed, struct arena *a, struct str typed,
    struct str *out, struct error *e)
{
	struct buf json = BUF_INIT;
	struct cjson_writer w;
	enum err err = OK;

	*out = typed;
	if (ed->on_restricted && typed.n > 0) {
		cjson_start(&w, &json);
		cjson_put_string(&w, typed);
		err = restricted_seal(ed->app, a,
		    record_scope(ed->app, a, &ed->id), buf_str(&json), out,
		    e);
	}
	buf_release(&json);
	return err;
}

struct str
sealing_open_text(struct editing *ed, struct str typed)
{
	struct cjson_reader r;
	struct str json, text;

	if (!ed->on_restricted || !fill_is_sealed(typed))
		return arena_str_dup(ed->arena, typed);
	if (!restricted_open(ed->app, ed->arena, typed, &json))
		return STR("");
	cjson_begin(&r, json);
	return cjson_text(&r, ed->arena, &text) ? text : STR("");
}

enum err
sealing_changes(
    struct editing *ed, struct fill_change *c, size_t n, struct error *e)
{
	enum err err = OK;

	for (size_t i = 0; err == OK && i < n; i++)
		if (restricted_is(ed->form, c[i].path) &&
		    !str_is(c[i].json, "null") && !fill_is_sealed(c[i].json))
			err = seal_value(ed, ed->arena, c[i].path, c[i].json,
			    &c[i].json, e);
	return err;
}

/* A record that is there already: the same in every key column of the form. */
#include "app/editing.h"

#include "base/cjson.h"
#include "base/text.h"

#include <string.h>

#define CANDIDATES_MAX 200

static struct str
key_text(struct editing *ed, struct arena *a, const struct form_column *c)
{
	const struct form_node *n =
	    form_node_by_path(ed->form, str_of(c->path));
	struct fill_ref r = { 0 };

	if (n == NULL || n->depth > 0)
		return STR("");
	r.node = n->number;
	return value_to_text(a, fill_value(ed->fill, &r));
}

static struct str
stored_text(struct arena *a, const struct record *r, const char *path)
{
	struct cjson_reader reader;
	struct str raw;

	for (size_t i = 0; i < r->n_values; i++) {
		if (!str_is(r->values[i].path, path))
			continue;
		cjson_begin(&reader, r->values[i].json);
		if (cjson_peek(&reader) == CJSON_STRING &&
		    cjson_string(&reader, &raw))
			return cjson_unescape(a, raw);
		return r->values[i].json;
	}
	return STR("");
}

static bool
same_key(struct editing *ed, struct arena *a, const struct record_id *id)
{
	struct record r;

	if (memcmp(id, &ed->id, sizeof *id) == 0 ||
	    store_record(ed->app->store, a, id, &r, NULL) != OK || r.is_void)
		return false;
	for (size_t i = 0; i < ed->form->n_key; i++)
		if (!str_eq(key_text(ed, a, &ed->form->key[i]),
			stored_text(a, &r, ed->form->key[i].path)))
			return false;
	return true;
}

/* Records that could have the key: by its first column. */
static size_t
candidates(struct editing *ed, struct arena *a, struct record_id **out)
{
	struct str first = key_text(ed, a, &ed->form->key[0]);
	struct directory_query q = { .form = ed->form->id,
		.text = arena_str(a, first), .limit = CANDIDATES_MAX };
	struct directory_row row;
	struct record_id link;
	uint32_t *rows;
	size_t n = 0;

	*out = NULL;
	if (first.n == 0)
		return 0;
	if (record_id_parse(first, &link))
		return store_linked(ed->app->store, a, &link, ed->form->id,
			   out, &n, NULL) == OK
		    ? n
		    : 0;
	if (directory_search(ed->app->directory, a, &q, NULL, 0, &rows, &n,
		NULL) != OK)
		return 0;
	*out = arena_array(a, n, sizeof **out);
	for (size_t i = 0; i < n; i++) {
		directory_get(ed->app->directory, rows[i], &row);
		(*out)[i] = row.id;
	}
	return n;
}

bool
editing_duplicate(struct editing *ed, struct record_id *other)
{
	struct arena *a = arena_new();
	struct record_id *ids = NULL;
	size_t n = ed->form->n_key == 0 ? 0 : candidates(ed, a, &ids);
	bool found = false;

	for (size_t i = 0; i < n && !found; i++) {
		found = same_key(ed, a, &ids[i]);
		if (found)
			*other = ids[i];
	}
	arena_free(a);
	return found;
}

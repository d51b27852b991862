/* What an event sets: the difference from what was loaded. */
#include "form/fill_state.h"

#include <stdlib.h>
#include <string.h>

static const struct str json_null = { "null", 4 };

/* JSON that was loaded at the path; n 0 if none, or null. */
static struct str
loaded_at(const struct fill *x, struct str path)
{
	const struct str *json =
	    map_count(x->loaded) == 0 ? NULL : map_get(x->loaded, path);

	if (json == NULL || str_eq(*json, json_null))
		return STR("");
	return *json;
}

static bool
has_changed(const struct fill *x, const struct entry *e)
{
	struct str now = e->hidden ? STR("") : e->json;

	return !str_eq(loaded_at(x, e->path), now);
}

struct changes {
	struct arena *a;
	size_t n, cap;
	struct fill_change *v;
};

static void
add(struct changes *c, struct str path, struct str json)
{
	c->v = arena_grow(c->a, c->v, c->n, &c->cap, sizeof *c->v);
	c->v[c->n++] =
	    (struct fill_change){ path, json.n == 0 ? json_null : json };
}

static int
change_cmp(const void *a, const void *b)
{
	const struct fill_change *x = a, *y = b;

	return str_cmp(x->path, y->path);
}

/* They come nearly in order. */
static void
sort(struct changes *c)
{
	for (size_t i = 1; i < c->n; i++) {
		if (change_cmp(&c->v[i - 1], &c->v[i]) <= 0)
			continue;
		qsort(c->v, c->n, sizeof *c->v, change_cmp);
		return;
	}
}

/* The row itself is gone, not one that held it. */
static bool
is_lost_alone(const struct fill *x, struct str row)
{
	struct fill_ref r;

	while (row.n > 0 && row.p[row.n - 1] != '/')
		row.n--;
	return row.n > 0 &&
	       fill_ref_of(x, (struct str){ row.p, row.n - 1 }, &r);
}

/* Rows that were loaded, and forces, that are there no more. */
static void
add_removed(
    const struct fill *x, const struct map *present, struct changes *out)
{
	struct str path;
	void *json;

	for (size_t i = 0; map_at(x->loaded, i, &path, &json); i++) {
		const char *mark = memchr(path.p, '?', path.n);
		struct str field = path;
		const struct form_node *n;
		struct fill_ref r;

		if (mark != NULL)
			field.n = (size_t)(mark - path.p);
		n = form_node_of(x->f, field);
		if (n == NULL || map_get(present, path) != NULL ||
		    loaded_at(x, path).n == 0 || !fill_is_ours(x, n) ||
		    fill_is_sealed(loaded_at(x, path)))
			continue;
		if (mark != NULL
		        ? strcmp(mark, "?force") == 0 &&
		              fill_ref_of(x, field, &r)
		        : n->type == FORM_REPEAT && is_lost_alone(x, path))
			add(out, arena_str_dup(out->a, path), json_null);
	}
}

/* In a row that is not there, or is going, fields are not spoken of. */
static bool
is_of_lost_row(const struct map *hidden_rows, struct str path)
{
	if (map_count(hidden_rows) == 0)
		return false;
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/' &&
		    map_get(hidden_rows, (struct str){ path.p, i - 1 }) != NULL)
			return true;
	return false;
}

/* Marks what differs, and the registers in which something does. */
static void
compare(const struct fill *x, struct entries *all, const struct map *lost,
    struct map *regs)
{
	for (size_t i = 0; i < all->n; i++) {
		struct entry *e = &all->v[i];

		if (!fill_is_ours(x, e->node) || !has_changed(x, e) ||
		    is_of_lost_row(lost, e->path))
			continue;
		e->changed = true;
		if (e->reg.n > 0)
			map_put(regs, e->reg, e);
	}
}

size_t
fill_changes(const struct fill *x, struct arena *a, struct fill_change **out)
{
	struct entries all = { .a = a };
	struct changes changes = { .a = a };
	struct map *regs = map_new(a), *present = map_new(a);
	struct map *lost = map_new(a);

	fill_collect(x, &all);
	for (size_t i = 0; i < all.n; i++) {
		struct entry *e = &all.v[i];

		if (e->row || e->force)
			map_put(present, e->path, e);
		if (e->row && e->hidden)
			map_put(lost, e->path, e);
	}
	compare(x, &all, lost, regs);
	for (size_t i = 0; i < all.n; i++) {
		const struct entry *e = &all.v[i];

		if (e->changed ||
		    (e->reg.n > 0 && map_get(regs, e->reg) != NULL))
			add(&changes, e->path, e->hidden ? STR("") : e->json);
	}
	add_removed(x, present, &changes);
	sort(&changes);
	*out = changes.v;
	return changes.n;
}

void
fill_values_json(const struct fill *x, struct buf *out)
{
	struct arena *a = arena_new();
	struct entries all = { .a = a };
	struct cjson_writer w;

	fill_collect_sorted(x, &all);
	cjson_start(&w, out);
	cjson_open_object(&w);
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].hidden || all.v[i].json.n == 0)
			continue;
		cjson_put_key(&w, all.v[i].path);
		cjson_put_raw(&w, all.v[i].json);
	}
	cjson_close_object(&w);
	arena_free(a);
}

/* What an event sets: the difference from what was loaded. */
#include "form/fill_impl.h"

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

struct candidate { /* changed, or of a register with others */
	struct fill_change change;
	struct str reg;
	bool changed;
};

struct changes {
	const struct fill *x;
	struct arena *a;
	struct map *regs; /* in which something has changed */
	size_t n_candidates, cap_candidates;
	struct candidate *candidate;
	size_t n, cap;
	struct fill_change *v;
};

/* In a row that is not there, or is going, fields are not spoken of. */
static void
consider(void *ctx, const struct entry *e)
{
	struct changes *c = ctx;
	struct str now = e->hidden ? STR("") : e->json;
	bool changed = !e->lost && fill_is_ours(c->x, e->node) &&
	    !str_eq(loaded_at(c->x, e->path), now);
	struct candidate *new;

	if (!changed && e->reg.n == 0)
		return;
	if (changed && e->reg.n > 0)
		map_put(c->regs, e->reg, c);
	c->candidate = arena_grow(c->a, c->candidate, c->n_candidates,
	    &c->cap_candidates, sizeof *c->candidate);
	new = &c->candidate[c->n_candidates++];
	new->change.path = e->path;
	new->change.json = now.n == 0 ? json_null : arena_str_dup(c->a, now);
	new->reg = e->reg;
	new->changed = changed;
}

static void
add(struct changes *c, struct fill_change change)
{
	c->v = arena_grow(c->a, c->v, c->n, &c->cap, sizeof *c->v);
	c->v[c->n++] = change;
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
is_lost_row(const struct fill *x, const struct form_node *n, struct str path)
{
	const struct rowset *set;
	struct str id;
	uint32_t row;

	return n->type == FORM_REPEAT &&
	    (set = fill_rowset_of(x, path, &id)) != NULL &&
	    !fill_rowset_find(set, id, &row);
}

static bool
is_lost_force(const struct fill *x, struct str field, const char *mark)
{
	struct fill_ref r;

	return strcmp(mark, "?force") == 0 && fill_ref_of(x, field, &r) &&
	    answer_force(&fill_cell(x, &r)->answer).n == 0;
}

/* Rows that were loaded, and forces, that are there no more. */
static void
add_removed(struct changes *c)
{
	const struct fill *x = c->x;
	struct str path;
	void *json;

	for (size_t i = 0; map_at(x->loaded, i, &path, &json); i++) {
		const char *mark = memchr(path.p, '?', path.n);
		struct str field = path;
		const struct form_node *n;

		if (mark != NULL)
			field.n = (size_t)(mark - path.p);
		n = form_node_of(x->f, field);
		if (n == NULL || loaded_at(x, path).n == 0 ||
		    !fill_is_ours(x, n) || fill_is_sealed(loaded_at(x, path)))
			continue;
		if (mark != NULL ? is_lost_force(x, field, mark)
		                 : is_lost_row(x, n, path))
			add(c, (struct fill_change){
				       arena_str_dup(c->a, path), json_null });
	}
}

size_t
fill_changes(const struct fill *x, struct arena *a, struct fill_change **out)
{
	struct changes c = { .x = x, .a = a, .regs = map_new(a) };

	c.cap_candidates = x->f->n_nodes;
	c.candidate = arena_array(a, c.cap_candidates, sizeof *c.candidate);
	fill_each_entry(x, a, consider, &c);
	c.cap = c.n_candidates;
	c.v = arena_array(a, c.cap, sizeof *c.v);
	for (size_t i = 0; i < c.n_candidates; i++)
		if (c.candidate[i].changed ||
		    map_get(c.regs, c.candidate[i].reg) != NULL)
			add(&c, c.candidate[i].change);
	add_removed(&c);
	sort(&c);
	*out = c.v;
	return c.n;
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

/* All there is in a record, as paths and JSON; and back. */
#include "form/fill_state.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

struct collect {
	const struct fill *x;
	struct entries *out;
	struct buf json;
};

static struct entry *
add(struct collect *c, const struct form_node *n, struct str path)
{
	struct entries *out = c->out;
	struct entry *e;

	out->v = arena_grow(out->a, out->v, out->n, &out->cap, sizeof *out->v);
	e = &out->v[out->n++];
	memset(e, 0, sizeof *e);
	e->node = n;
	e->path = path;
	return e;
}

static struct str
take_json(struct collect *c)
{
	struct str json = arena_str_dup(c->out->a, buf_str(&c->json));

	buf_clear(&c->json);
	return json;
}

static struct str
json_string(struct collect *c, struct str s)
{
	struct cjson_writer w;

	cjson_start(&w, &c->json);
	cjson_put_string(&w, s);
	return take_json(c);
}

/* In rows, paths have the ids of the rows in them. */
static struct str
join(struct arena *a, const char *prefix, const char *name)
{
	if (prefix[0] == '\0')
		return str_of(name);
	return str_of(arena_printf(a, "%s%s", prefix, name));
}

static void
add_force(struct collect *c, const struct form_node *n, const struct cell *cell,
    const char *path, bool hidden)
{
	struct entry *e =
	    add(c, n, str_of(arena_printf(c->out->a, "%s?force", path)));

	e->cell = cell;
	e->hidden = hidden || (!cell->relevant && !c->x->veiled[n->number]) ||
	            (!fill_is_forced(n, cell) && !c->x->unjudged[n->number]);
	e->force = true;
	e->json = json_string(c, buf_str(&cell->answer.force));
}

static void
add_field(struct collect *c, const struct form_node *n, const struct cell *cell,
    const char *prefix, bool hidden)
{
	struct arena *a = c->out->a;
	struct entry *e = add(c, n, join(a, prefix, n->name));
	const char *reg, *path = e->path.p;

	e->cell = cell;
	e->hidden = hidden || (!cell->relevant && !c->x->veiled[n->number]);
	if (n->reg != n->path) {
		reg = strrchr(n->reg, '/');
		e->reg = join(a, prefix, reg == NULL ? n->reg : reg + 1);
	}
	if (cell->sealed.n > 0)
		e->json = cell->sealed;
	else if (fill_encode(n, cell->answer.value, &c->json))
		e->json = take_json(c);
	if (cell->answer.force.n > 0)
		add_force(c, n, cell, path, hidden);
}

static void collect_row(struct collect *c, int scope, const struct row *row,
    const char *prefix, bool hidden);

static void
collect_set(struct collect *c, const struct form_node *n, const struct row *row,
    const char *prefix, bool hidden)
{
	const struct rowset *set = &row->sets[n->set_slot];
	bool veiled = c->x->veiled[n->number];

	for (uint32_t k = 0; k < set->n; k++) {
		const char *path = arena_printf(c->out->a, "%s%s/%s", prefix,
		    n->name, set->row[k]->id);
		struct entry *e = add(c, n, str_of(path));
		char order[NUMBER_BUF];
		struct str text = { order,
			number_format_int(set->row[k]->order, order) };
		bool out = hidden ||
		           (!veiled && (!row->cells[n->slot].relevant ||
		                           k >= set->shown));

		e->row = true;
		e->hidden = out;
		e->json = arena_str_dup(c->out->a, text);
		collect_row(c, n->number, set->row[k],
		    arena_printf(c->out->a, "%s/", path), out);
	}
}

/* By name, so that there is little left to sort. */
static void
collect_row(struct collect *c, int scope, const struct row *row,
    const char *prefix, bool hidden)
{
	const struct fill *x = c->x;
	const struct form_scope *s = &x->f->scopes[scope];

	for (int i = 0; i < s->n_cells; i++) {
		const struct form_node *n = &x->f->nodes[s->sorted[i]];

		if (form_type_is_field(n->type))
			add_field(c, n, &row->cells[n->slot], prefix, hidden);
		else if (n->type == FORM_REPEAT)
			collect_set(c, n, row, prefix, hidden);
	}
}

static int
entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return str_cmp(x->path, y->path);
}

void
fill_collect(const struct fill *x, struct entries *out)
{
	struct collect c = { x, out, BUF_INIT };

	out->cap = x->f->n_nodes;
	out->v = arena_array(out->a, out->cap, sizeof *out->v);
	collect_row(&c, 0, &x->root, "", false);
	buf_release(&c.json);
}

static void
sort(struct entries *out)
{
	for (size_t i = 1; i < out->n; i++) {
		if (entry_cmp(&out->v[i - 1], &out->v[i]) <= 0)
			continue;
		qsort(out->v, out->n, sizeof *out->v, entry_cmp);
		return;
	}
}

void
fill_collect_sorted(const struct fill *x, struct entries *out)
{
	fill_collect(x, out);
	sort(out);
}

/* A reason that was forced since takes the place of a stray one. */
static void
drop_twins(struct entries *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++) {
		if (n > 0 && str_eq(out->v[i].path, out->v[n - 1].path)) {
			if (out->v[i].node != NULL)
				out->v[n - 1] = out->v[i];
			continue;
		}
		out->v[n++] = out->v[i];
	}
	out->n = n;
}

void
fill_collect_draft(const struct fill *x, struct entries *out)
{
	struct collect c = { x, out, BUF_INIT };
	struct str path;
	void *json;

	fill_collect(x, out);
	for (size_t i = 0; map_at(x->stray, i, &path, &json); i++) {
		struct entry *e = add(&c, NULL, path);

		e->json = *(struct str *)json;
	}
	sort(out);
	drop_twins(out);
}

/* "children/<row>" is split into the place of the repeat, and the id. */
static bool
place_row(struct fill *x, struct str path, unsigned depth, int64_t order)
{
	const struct form_node *n = form_node_of(x->f, path);
	struct fill_ref at;
	struct row *row;
	struct rowset *set;
	size_t id = path.n;

	if (n == NULL || n->type != FORM_REPEAT || n->depth != depth)
		return false;
	while (id > 0 && path.p[id - 1] != '/')
		id--;
	if (id == 0 || path.n - id != ROW_ID_LEN ||
	    !fill_ref_of(x, (struct str){ path.p, id - 1 }, &at) ||
	    at.node != n->number)
		return false;
	set = fill_rowset(x, n->number, &at.at);
	if (set == NULL)
		return false;
	row = fill_row_new(x, n->number);
	memcpy(row->id, path.p + id, ROW_ID_LEN);
	row->order = order;
	fill_rowset_put(set, set->n, row);
	return true;
}

static int
row_cmp(const void *a, const void *b)
{
	const struct row *const *x = a, *const *y = b;

	if ((*x)->order != (*y)->order)
		return (*x)->order < (*y)->order ? -1 : 1;
	return strcmp((*x)->id, (*y)->id);
}

static void
sort_rows(struct fill *x, int node, struct row *row, const struct expr_at *at)
{
	struct rowset *set = &row->sets[x->f->nodes[node].set_slot];

	(void)at;
	if (set->n > 0)
		qsort(set->row, set->n, sizeof *set->row, row_cmp);
}

static void
distribute_rows(struct fill *x, const struct map *values, unsigned depth)
{
	struct str path;
	void *json;

	for (size_t i = 0; map_at(values, i, &path, &json); i++) {
		struct cjson_reader r;
		int64_t order;

		cjson_begin(&r, *(struct str *)json);
		if (cjson_peek(&r) == CJSON_INT && cjson_int(&r, &order))
			place_row(x, path, depth, order);
	}
	for (size_t i = 0; i < x->f->n_nodes; i++)
		if (x->f->nodes[i].type == FORM_REPEAT &&
		    x->f->nodes[i].depth == depth)
			fill_each_scope(x, (int)i, sort_rows);
}

bool
fill_is_sealed(struct str json)
{
	return str_starts(json, "\"" FILL_SEALED);
}

static void
distribute_force(struct fill *x, struct str path, struct str json)
{
	struct cjson_reader r;
	struct fill_ref ref;
	struct cell *c;
	struct str raw;

	cjson_begin(&r, json);
	if (fill_is_sealed(json) || !fill_ref_of(x, path, &ref) ||
	    !cjson_string(&r, &raw))
		return;
	c = fill_cell(x, &ref);
	if (c == NULL)
		return;
	buf_clear(&c->answer.force);
	buf_add_str(&c->answer.force, cjson_unescape(x->scratch, raw));
}

static void
distribute_field(struct fill *x, struct str path, struct str json)
{
	struct str text;
	struct fill_ref r;
	struct value v;
	struct cell *c;

	if (!fill_ref_of(x, path, &r) ||
	    !form_type_is_field(x->f->nodes[r.node].type))
		return;
	c = fill_cell(x, &r);
	if (c == NULL)
		return;
	if (fill_is_sealed(json) &&
	    (x->f->nodes[r.node].flags & FORM_RESTRICTED) != 0) {
		c->sealed = arena_str_dup(x->arena, json);
		fill_veil(x, r.node);
		return;
	}
	if (fill_decode(&x->f->nodes[r.node], x->scratch, json, &v, &text)) {
		answer_set(&c->answer, v);
		return;
	}
	buf_clear(&c->answer.typed);
	buf_add_str(&c->answer.typed, text);
	c->answer.fault = INPUT_STORED;
}

void
fill_distribute(struct fill *x, const struct map *values)
{
	struct str path, *json;
	void *value;

	if (map_count(values) == 0)
		return;
	arena_reset(x->scratch);
	for (unsigned depth = 0; depth < EXPR_DEPTH_MAX; depth++)
		distribute_rows(x, values, depth);
	for (size_t i = 0; map_at(values, i, &path, &value); i++) {
		const char *mark = memchr(path.p, '?', path.n);

		json = value;
		if (mark == NULL) {
			distribute_field(x, path, *json);
			continue;
		}
		path.n = (size_t)(mark - path.p);
		if (strcmp(mark, "?force") == 0)
			distribute_force(x, path, *json);
	}
}

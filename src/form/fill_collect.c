/* All there is in a record, as paths and JSON; and back. */
#include "form/fill_impl.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

struct collect {
	const struct fill *x;
	struct arena *a;
	fill_entry_fn fn;
	void *ctx;
	struct buf json;
};

/* In rows, paths have the ids of the rows in them. */
static struct str
join(struct arena *a, const char *prefix, const char *name)
{
	if (prefix[0] == '\0')
		return str_of(name);
	return str_of(arena_printf(a, "%s%s", prefix, name));
}

static void
give_force(struct collect *c, const struct entry *field)
{
	const struct cell *cell = field->cell;
	struct entry e = *field;
	struct cjson_writer w;

	buf_clear(&c->json);
	cjson_start(&w, &c->json);
	cjson_put_string(&w, answer_force(&cell->answer));
	e.path = str_of(arena_printf(c->a, "%s?force", field->path.p));
	e.json = buf_str(&c->json);
	e.reg = STR("");
	e.hidden = e.hidden || (!fill_is_forced(e.node, cell) &&
	                           !c->x->unjudged[e.node->number]);
	e.force = true;
	c->fn(c->ctx, &e);
}

static void
give_field(struct collect *c, const struct form_node *n,
    const struct cell *cell, const char *prefix, bool lost)
{
	struct entry e = { .path = join(c->a, prefix, n->name), .node = n,
		.cell = cell, .lost = lost };
	const char *reg;

	e.hidden = lost || (!cell->relevant && !c->x->veiled[n->number]);
	if (n->reg != n->path) {
		reg = strrchr(n->reg, '/');
		e.reg = join(c->a, prefix, reg == NULL ? n->reg : reg + 1);
	}
	buf_clear(&c->json);
	if (cell->sealed.n > 0)
		e.json = cell->sealed;
	else if (fill_encode(n, cell->answer.value, &c->json))
		e.json = buf_str(&c->json);
	c->fn(c->ctx, &e);
	if (answer_force(&cell->answer).n > 0)
		give_force(c, &e);
}

static void give_row(struct collect *c, int scope, const struct row *row,
    const char *prefix, bool lost);

static void
give_set(struct collect *c, const struct form_node *n, const struct row *row,
    const char *prefix, bool lost)
{
	const struct rowset *set = &row->sets[n->set_slot];
	bool gone = lost || (!row->cells[n->slot].relevant &&
	                        !c->x->veiled[n->number]);

	for (uint32_t k = 0; k < set->n; k++) {
		const char *path = arena_printf(
		    c->a, "%s%s/%s", prefix, n->name, set->row[k]->id);
		char order[NUMBER_BUF];
		struct entry e = { .path = str_of(path), .node = n,
			.row = true, .lost = lost };

		e.json.p = order;
		e.json.n = number_format_int(set->row[k]->order, order);
		e.hidden = gone ||
		    (k >= set->shown && !c->x->veiled[n->number]);
		c->fn(c->ctx, &e);
		give_row(c, n->number, set->row[k],
		    arena_printf(c->a, "%s/", path), e.hidden);
	}
}

/* By name, so that there is little left to sort. */
static void
give_row(struct collect *c, int scope, const struct row *row,
    const char *prefix, bool lost)
{
	const struct fill *x = c->x;
	const struct form_scope *s = &x->f->scopes[scope];

	for (int i = 0; i < s->n_cells; i++) {
		const struct form_node *n = &x->f->nodes[s->sorted[i]];

		if (form_type_is_field(n->type))
			give_field(c, n, &row->cells[n->slot], prefix, lost);
		else if (n->type == FORM_REPEAT)
			give_set(c, n, row, prefix, lost);
	}
}

void
fill_each_entry(
    const struct fill *x, struct arena *a, fill_entry_fn fn, void *ctx)
{
	struct collect c = { x, a, fn, ctx, BUF_INIT };

	give_row(&c, 0, &x->root, "", false);
	buf_release(&c.json);
}

static int
entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return str_cmp(x->path, y->path);
}

static struct entry *
add(struct entries *out, const struct entry *e)
{
	out->v = arena_grow(out->a, out->v, out->n, &out->cap, sizeof *out->v);
	out->v[out->n] = *e;
	return &out->v[out->n++];
}

static void
add_lasting(void *ctx, const struct entry *e)
{
	struct entries *out = ctx;

	add(out, e)->json = arena_str_dup(out->a, e->json);
}

void
fill_collect(const struct fill *x, struct entries *out)
{
	fill_each_entry(x, out->a, add_lasting, out);
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
	struct entry e = { 0 };
	void *json;

	fill_collect(x, out);
	for (size_t i = 0; map_at(x->stray, i, &e.path, &json); i++) {
		e.json = *(struct str *)json;
		add(out, &e);
	}
	sort(out);
	drop_twins(out);
}

static bool
place_row(struct fill *x, struct str path, unsigned depth, int64_t order)
{
	const struct form_node *n = form_node_of(x->f, path);
	struct rowset *set;
	struct row *row;
	struct str id;

	if (n == NULL || n->type != FORM_REPEAT || n->depth != depth ||
	    (set = fill_rowset_of(x, path, &id)) == NULL)
		return false;
	row = fill_row_new(x, n->number);
	memcpy(row->id, id.p, ROW_ID_LEN);
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
	struct str reason;

	cjson_begin(&r, json);
	if (fill_is_sealed(json) || !fill_ref_of(x, path, &ref) ||
	    !cjson_text(&r, x->scratch, &reason))
		return;
	c = fill_cell(x, &ref);
	if (c == NULL)
		return;
	answer_set_force(&c->answer, reason);
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
	answer_set_typed(&c->answer, text);
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

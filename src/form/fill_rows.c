/* Rows: how cells are found, and how rows come and go. */
#include "form/fill_impl.h"

#include "base/coding.h"
#include "base/number.h"
#include "crypt/secret.h"

#include <stdlib.h>
#include <string.h>

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size);

	if (p == NULL)
		base_die("%s", _("out of memory"));
	return p;
}

static void
cells_new(const struct fill *x, int scope, struct row *row)
{
	const struct form_scope *s = &x->f->scopes[scope];

	row->cells = zeroed((size_t)s->n_cells, sizeof *row->cells);
	row->sets = zeroed((size_t)s->n_sets, sizeof *row->sets);
}

static void
cells_free(const struct fill *x, int scope, struct row *row)
{
	const struct form_scope *s = &x->f->scopes[scope];

	for (int i = 0; i < s->n_cells; i++) {
		int node = s->nodes[i];
		struct rowset *set;

		answer_release(&row->cells[i].answer);
		if (x->f->nodes[node].type != FORM_REPEAT)
			continue;
		set = &row->sets[x->f->nodes[node].set_slot];
		for (uint32_t k = 0; k < set->n; k++)
			fill_row_free(x, node, set->row[k]);
		free(set->row);
	}
	free(row->cells);
	free(row->sets);
	row->cells = NULL;
	row->sets = NULL;
}

struct row *
fill_row_new(const struct fill *x, int scope)
{
	struct row *row = zeroed(1, sizeof *row);

	cells_new(x, scope, row);
	return row;
}

void
fill_row_free(const struct fill *x, int scope, struct row *row)
{
	if (row == NULL)
		return;
	cells_free(x, scope, row);
	free(row);
}

void
fill_row_fresh(const struct fill *x, int scope, struct row *row)
{
	for (int i = 0; i < x->f->scopes[scope].n_cells; i++)
		row->cells[i].fresh = true;
}

void
fill_row_id(char id[ROW_ID_LEN + 1])
{
	unsigned char bytes[8];

	_Static_assert(BASE32_LEN(sizeof bytes) == ROW_ID_LEN, "row id");
	random_bytes(bytes, sizeof bytes);
	base32_encode(id, bytes, sizeof bytes);
}

void
fill_rows_release(struct fill *x)
{
	cells_free(x, 0, &x->root);
}

void
fill_rows_empty(struct fill *x)
{
	if (x->root.cells != NULL)
		cells_free(x, 0, &x->root);
	cells_new(x, 0, &x->root);
}

struct row *
fill_row_at(const struct fill *x, int repeat, const struct expr_at *at)
{
	const struct form_node *n = &x->f->nodes[repeat];
	struct row *outer = fill_scope(x, repeat, at);
	struct rowset *set;

	if (outer == NULL || at->depth <= n->depth)
		return NULL;
	set = &outer->sets[x->f->nodes[repeat].set_slot];
	if (at->row[n->depth] >= set->n)
		return NULL;
	return set->row[at->row[n->depth]];
}

struct cell *
fill_cell(const struct fill *x, const struct fill_ref *r)
{
	struct row *row;

	if (r->node < 0 || (size_t)r->node >= x->f->n_nodes)
		return NULL;
	row = fill_scope(x, r->node, &r->at);
	return row == NULL ? NULL : &row->cells[x->f->nodes[r->node].slot];
}

struct rowset *
fill_rowset(const struct fill *x, int repeat, const struct expr_at *at)
{
	struct row *outer = fill_scope(x, repeat, at);

	return outer == NULL ? NULL : &outer->sets[x->f->nodes[repeat].set_slot];
}

void
fill_rowset_put(struct rowset *set, uint32_t index, struct row *row)
{
	if (set->n == set->cap) {
		set->cap = set->cap == 0 ? 4 : set->cap * 2;
		set->row = realloc(set->row, set->cap * sizeof *set->row);
		if (set->row == NULL)
			base_die("%s", _("out of memory"));
	}
	memmove(&set->row[index + 1], &set->row[index],
	    (set->n - index) * sizeof *set->row);
	set->row[index] = row;
	set->n++;
	set->shown++;
}

struct row *
fill_rowset_take(struct rowset *set, uint32_t index)
{
	struct row *row = set->row[index];

	memmove(&set->row[index], &set->row[index + 1],
	    (set->n - index - 1) * sizeof *set->row);
	set->n--;
	if (set->shown > set->n)
		set->shown = set->n;
	return row;
}

struct visit {
	struct fill *x;
	int node;
	fill_scope_fn fn;
	int repeats[EXPR_DEPTH_MAX]; /* outermost first */
	unsigned depth;
};

static void
visit_rows(const struct visit *v, struct row *row, struct expr_at *at)
{
	const struct rowset *set;

	if (at->depth == v->depth) {
		v->fn(v->x, v->node, row, at);
		return;
	}
	set = &row->sets[v->x->f->nodes[v->repeats[at->depth]].set_slot];
	for (uint32_t i = 0; i < set->n; i++) {
		at->row[at->depth++] = i;
		visit_rows(v, set->row[i], at);
		at->depth--;
	}
}

static void
each_row(struct fill *x, int node, fill_scope_fn fn)
{
	const struct form_node *n = &x->f->nodes[node];
	struct visit v = { .x = x, .node = node, .fn = fn, .depth = n->depth };
	struct expr_at at = { 0 };

	for (int r = n->repeat; r >= 0; r = x->f->nodes[r].repeat)
		v.repeats[x->f->nodes[r].depth] = r;
	visit_rows(&v, &x->root, &at);
}

void
fill_each_scope(struct fill *x, int node, fill_scope_fn fn)
{
	static const struct expr_at at_root;

	if (x->f->nodes[node].repeat < 0)
		fn(x, node, &x->root, &at_root);
	else
		each_row(x, node, fn);
}

uint32_t
fill_rows(const struct fill *x, const struct fill_ref *repeat)
{
	const struct rowset *set = fill_rowset(x, repeat->node, &repeat->at);

	return set == NULL ? 0 : set->shown;
}

/* A number between the neighbours; without room all rows get new ones. */
static void
give_order(struct rowset *set, uint32_t index)
{
	struct row *row = set->row[index];
	int64_t before, after;

	before = index == 0 ? 0 : set->row[index - 1]->order;
	after = index + 1 == set->n ? before + 2 * ROW_GAP
	                            : set->row[index + 1]->order;
	if (index == 0 && set->n > 1)
		before = after - 2 * ROW_GAP;
	row->order = before + (after - before) / 2;
	if (row->order > before && row->order < after &&
	    row->order >= -NUMBER_MAX && row->order <= NUMBER_MAX)
		return;
	for (uint32_t i = 0; i < set->n; i++)
		set->row[i]->order = ((int64_t)i + 1) * ROW_GAP;
}

/* One more row at the end, with its defaults to come. */
void
fill_row_append(const struct fill *x, int repeat, struct rowset *set)
{
	struct row *row = fill_row_new(x, repeat);

	fill_row_fresh(x, repeat, row);
	fill_row_id(row->id);
	fill_rowset_put(set, set->n, row);
	give_order(set, set->n - 1);
}

static void
note_row(struct fill *x, const struct fill_ref *repeat, uint32_t index,
    struct row *out)
{
	struct step *step = fill_step(x, repeat);

	step->is_row = true;
	step->index = index;
	step->row = out;
}

static bool
may_change_rows(const struct fill *x, const struct fill_ref *repeat)
{
	const struct form_node *n = &x->f->nodes[repeat->node];
	const struct cell *c = fill_cell(x, repeat);

	return n->type == FORM_REPEAT && c != NULL && c->relevant &&
	       fill_is_ours(x, n);
}

static void
insert(struct fill *x, const struct fill_ref *repeat, uint32_t index,
    struct row *row)
{
	struct rowset *set = fill_rowset(x, repeat->node, &repeat->at);

	fill_row_id(row->id);
	fill_rowset_put(set, index, row);
	give_order(set, index);
	fill_group(x);
	note_row(x, repeat, index, NULL);
	fill_mark_rows(x, repeat->node);
	fill_run(x);
}

void
fill_row_insert(struct fill *x, const struct fill_ref *repeat, uint32_t before)
{
	struct rowset *set;
	struct row *row;

	/* a counted repeat has the rows that its count says */
	if (!may_change_rows(x, repeat) ||
	    x->f->nodes[repeat->node].count != NULL)
		return;
	set = fill_rowset(x, repeat->node, &repeat->at);
	row = fill_row_new(x, repeat->node);
	fill_row_fresh(x, repeat->node, row);
	insert(x, repeat, before > set->n ? set->n : before, row);
}

/* Every answer, and the rows within under new ids. */
static struct row *
copy_row(const struct fill *x, int scope, const struct row *from)
{
	const struct form_scope *s = &x->f->scopes[scope];
	struct row *to = fill_row_new(x, scope);

	for (int i = 0; i < s->n_cells; i++) {
		int node = s->nodes[i];
		const struct rowset *set;
		struct rowset *copy;

		answer_copy(&to->cells[i].answer, &from->cells[i].answer);
		if (x->f->nodes[node].type != FORM_REPEAT)
			continue;
		set = &from->sets[x->f->nodes[node].set_slot];
		copy = &to->sets[x->f->nodes[node].set_slot];
		for (uint32_t k = 0; k < set->n; k++) {
			struct row *inner = copy_row(x, node, set->row[k]);

			fill_row_id(inner->id);
			inner->order = set->row[k]->order;
			fill_rowset_put(copy, k, inner);
		}
	}
	return to;
}

void
fill_row_copy(struct fill *x, const struct fill_ref *repeat, uint32_t row)
{
	struct rowset *set;

	if (!may_change_rows(x, repeat) ||
	    x->f->nodes[repeat->node].count != NULL)
		return;
	set = fill_rowset(x, repeat->node, &repeat->at);
	if (row < set->n)
		insert(x, repeat, row + 1,
		    copy_row(x, repeat->node, set->row[row]));
}

void
fill_row_delete(struct fill *x, const struct fill_ref *repeat, uint32_t row)
{
	struct rowset *set;

	if (!may_change_rows(x, repeat))
		return;
	set = fill_rowset(x, repeat->node, &repeat->at);
	if (row >= set->shown)
		return;
	fill_group(x);
	note_row(x, repeat, row, fill_rowset_take(set, row));
	fill_mark_rows(x, repeat->node);
	fill_run(x);
}

#include "form/expr_impl.h"

#include <math.h>

/* One walk along a path: levels from the root, filters, then the visit. */
struct walk {
	struct expr_run *r;
	const struct expr_path *path;
	bool (*fn)(void *ctx, const struct expr_at *at);
	void *ctx;
	struct expr_at at;
};

static bool walk_level(struct walk *w, unsigned level);

/* XPath: a number asks for that position, anything else for its truth. */
static bool
passes(struct expr_run *r, const struct expr_node *filter,
    const struct expr_at *at, uint32_t position, uint32_t last)
{
	struct expr_frame frame = {
		.at = *at, .position = position, .last = last
	};
	struct value v;

	r->frame[r->n_frames++] = &frame;
	v = expr_run_node(r, filter);
	r->n_frames--;
	if (v.type == VALUE_NUMBER)
		return v.number <= position && v.number >= position;
	return value_to_bool(v);
}

static uint32_t
count_rows(struct walk *w, const struct expr_level *l)
{
	const struct expr_tree *t = w->r->env->tree;

	return t->rows(t->ctx, l->repeat, &w->at);
}

static bool
walk_row(struct walk *w, unsigned level, uint32_t row)
{
	bool on;

	w->at.row[level] = row;
	w->at.depth = level + 1;
	on = walk_level(w, level + 1);
	w->at.depth = level;
	return on;
}

/* Each filter counts anew what the one before let through. */
static bool
walk_filtered(struct walk *w, unsigned level, const struct expr_level *l)
{
	uint32_t n = count_rows(w, l), kept;
	uint32_t *row = arena_array(w->r->env->scratch, n, sizeof *row);

	for (uint32_t i = 0; i < n; i++)
		row[i] = i;
	for (size_t f = 0; f < l->n_filters; f++) {
		kept = 0;
		for (uint32_t i = 0; i < n; i++) {
			w->at.row[level] = row[i];
			w->at.depth = level + 1;
			if (passes(w->r, l->filter[f], &w->at, i + 1, n))
				row[kept++] = row[i];
			w->at.depth = level;
			if (w->r->steps > EXPR_STEPS_MAX)
				return false;
		}
		n = kept;
	}
	for (uint32_t i = 0; i < n; i++)
		if (!walk_row(w, level, row[i]))
			return false;
	return true;
}

static bool
walk_index(struct walk *w, unsigned level, const struct expr_level *l)
{
	double i = value_to_number(expr_run_node(w->r, l->index));

	/* NaN and fractions are no position */
	if (!(i >= 1 && i <= count_rows(w, l)) || i > floor(i))
		return true;
	return walk_row(w, level, (uint32_t)i - 1);
}

static bool
walk_end(struct walk *w)
{
	const struct expr_path *p = w->path;

	for (size_t f = 0; f < p->n_filters; f++)
		if (!passes(w->r, p->filter[f], &w->at, 1, 1))
			return true;
	return w->fn(w->ctx, &w->at);
}

static bool
walk_level(struct walk *w, unsigned level)
{
	const struct expr_level *l = &w->path->level[level];
	uint32_t n;

	if (++w->r->steps > EXPR_STEPS_MAX)
		return false;
	if (level == w->path->depth)
		return walk_end(w);
	switch (l->how) {
	case ROW_FRAME:
		return walk_row(
		    w, level, w->r->frame[l->frame]->at.row[level]);
	case ROW_INDEX:
		return walk_index(w, level, l);
	case ROW_ALL:
		break;
	}
	if (l->n_filters > 0)
		return walk_filtered(w, level, l);
	n = count_rows(w, l);
	for (uint32_t i = 0; i < n; i++)
		if (!walk_row(w, level, i))
			return false;
	return true;
}

void
expr_each_place(struct expr_run *r, const struct expr_path *p,
    bool (*fn)(void *ctx, const struct expr_at *at), void *ctx)
{
	struct walk w = { .r = r, .path = p, .fn = fn, .ctx = ctx };

	if (p->kind != EXPR_NODE_ABSENT)
		(void)walk_level(&w, 0);
}

static struct value
value_there(
    struct expr_run *r, const struct expr_path *p, const struct expr_at *at)
{
	const struct expr_tree *t = r->env->tree;
	struct value v;

	if (p->kind != EXPR_NODE_FIELD && p->kind != EXPR_NODE_LINK)
		return value_blank();
	if (p->is_self && r->env->has_self)
		return r->env->self;
	v = t->value(t->ctx, p->node, at);
	if (p->linked.n == 0)
		return v;
	if (t->linked == NULL || value_is_blank(v))
		return value_blank();
	return t->linked(t->ctx, r->env->scratch, p->node, v, p->linked);
}

struct first {
	struct expr_run *r;
	const struct expr_path *path;
	struct value v;
};

static bool
take_first(void *ctx, const struct expr_at *at)
{
	struct first *f = ctx;

	f->v = value_there(f->r, f->path, at);
	return false;
}

static struct value
first_of(struct expr_run *r, const struct expr_path *p)
{
	struct first f = { .r = r, .path = p, .v = value_blank() };

	expr_each_place(r, p, take_first, &f);
	return f.v;
}

struct value
expr_run_path(struct expr_run *r, const struct expr_path *p)
{
	struct expr_at at = { .depth = p->depth };

	if (!p->is_direct || p->kind == EXPR_NODE_ABSENT)
		return first_of(r, p);
	for (unsigned i = 0; i < p->depth; i++)
		at.row[i] = r->frame[p->level[i].frame]->at.row[i];
	return value_there(r, p, &at);
}

struct visit {
	struct expr_run *r;
	const struct expr_path *path;
	void (*fn)(void *ctx, struct value v);
	void *ctx;
};

static bool
visit_place(void *ctx, const struct expr_at *at)
{
	struct visit *v = ctx;

	v->fn(v->ctx, value_there(v->r, v->path, at));
	return true;
}

void
expr_each_value(struct expr_run *r, const struct expr_node *n,
    void (*fn)(void *ctx, struct value v), void *ctx)
{
	struct visit v = { r, n->path, fn, ctx };
	struct expr_list l = { .a = r->env->scratch };

	if (n->op == OP_PATH) {
		expr_each_place(r, n->path, visit_place, &v);
	} else if (n->op == OP_CALL && n->function->set != NULL) {
		n->function->set(r, n, &l);
		for (size_t i = 0; i < l.n; i++)
			fn(ctx, l.v[i]);
	} else {
		fn(ctx, expr_run_node(r, n));
	}
}

void
expr_list_add(struct expr_list *l, struct value v)
{
	l->v = arena_grow(l->a, l->v, l->n, &l->cap, sizeof *l->v);
	l->v[l->n++] = v;
}

static void
add_value(void *ctx, struct value v)
{
	expr_list_add(ctx, v);
}

void
expr_gather(
    struct expr_run *r, const struct expr_node *n, struct expr_list *out)
{
	size_t before = out->n;

	expr_each_value(r, n, add_value, out);
	(void)expr_spend(r, (out->n - before) * sizeof *out->v);
}

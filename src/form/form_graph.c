/*
 * The dependency graph: for each node, what is to be looked at again when it
 * changes, and one order of all nodes in which each comes after what decides
 * it.  Checks only judge, so they are outside the order and make no cycle.
 */
#include "form/form_impl.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

struct edge {
	int from, to;
};

struct edges {
	size_t n, cap;
	struct edge *v;
	size_t *start; /* by node; n_nodes + 1 of them */
};

struct graph {
	struct load *l;
	struct edges values, checks;
	struct edges *into; /* where the next dependencies go */
	int node;
	/* depth-first walk */
	unsigned char *colour;
	int *path, *order;
	size_t n_path, n_order;
};

static void
add_edge(struct graph *g, struct edges *e, int from, int to)
{
	e->v = arena_grow(g->l->a, e->v, e->n, &e->cap, sizeof *e->v);
	e->v[e->n++] = (struct edge){ from, to };
}

static bool
is_inside(const struct form *f, int node, int repeat)
{
	for (; node >= 0; node = f->nodes[node].repeat)
		if (node == repeat)
			return true;
	return false;
}

/* A field of other rows is also changed by their coming and going. */
static void
add_dependency(void *ctx, int from)
{
	struct graph *g = ctx;
	const struct form *f = g->l->f;
	int repeat;

	if (from < 0 || (from == g->node && g->into == &g->checks))
		return;
	add_edge(g, g->into, from, g->node);
	for (repeat = f->nodes[from].repeat; repeat >= 0;
	     repeat = f->nodes[repeat].repeat)
		if (!is_inside(f, g->node, repeat))
			add_edge(g, g->into, repeat, g->node);
}

static int
edge_cmp(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

static void
sort_edges(struct graph *g, struct edges *e)
{
	size_t n_nodes = g->l->f->n_nodes, out = 0;

	if (e->n > 0)
		qsort(e->v, e->n, sizeof *e->v, edge_cmp);
	for (size_t i = 0; i < e->n; i++)
		if (i == 0 || edge_cmp(&e->v[i], &e->v[i - 1]) != 0)
			e->v[out++] = e->v[i];
	e->n = out;
	e->start = arena_array(g->l->a, n_nodes + 1, sizeof *e->start);
	for (size_t i = 0; i < e->n; i++)
		e->start[e->v[i].from + 1]++;
	for (size_t i = 0; i < n_nodes; i++)
		e->start[i + 1] += e->start[i];
}

static const char *
name_of(const struct form *f, int node)
{
	const struct form_node *n = &f->nodes[node];

	return n->path[0] != '\0' ? n->path : form_type_name(n->type);
}

static void
say_cycle(struct graph *g, int node)
{
	const struct form *f = g->l->f;
	const struct form_node *n = &f->nodes[node];
	struct yaml at = { .line = n->line_no, .col = n->col_no };
	struct buf text = BUF_INIT;
	size_t i = g->n_path;

	while (i > 0 && g->path[i - 1] != node)
		i--;
	for (; i <= g->n_path && i > 0; i++)
		buf_printf(&text, "%s -> ", name_of(f, g->path[i - 1]));
	buf_adds(&text, name_of(f, node));
	load_fault(g->l, &at, _("cycle: %s"), buf_cstr(&text));
	buf_release(&text);
}

/* Colours: 0 not seen, 1 on the path, 2 done. */
static void
walk(struct graph *g, int node)
{
	const struct edges *e = &g->values;

	g->colour[node] = 1;
	g->path[g->n_path++] = node;
	for (size_t i = e->start[node]; i < e->start[node + 1]; i++) {
		int to = e->v[i].to;

		if (g->colour[to] == 0)
			walk(g, to);
		else if (g->colour[to] == 1)
			say_cycle(g, to);
	}
	g->n_path--;
	g->colour[node] = 2;
	g->order[g->n_order++] = node;
}

static void
collect(struct graph *g)
{
	struct load *l = g->l;
	const struct form *f = l->f;

	for (size_t i = 0; i < l->n_late; i++) {
		const struct late *late = &l->late[i];

		if (late->kind == LATE_STATE || *late->slot == NULL)
			continue;
		g->into = late->kind == LATE_VALUE ? &g->values : &g->checks;
		g->node = late->node;
		expr_each_dependency(*late->slot, add_dependency, g);
	}
	for (size_t i = 1; i < f->n_nodes; i++)
		add_edge(g, &g->values, f->nodes[i].parent, (int)i);
}

/* The ranks of those that read a node. */
static int *
targets(struct graph *g, const struct edges *e, size_t node,
    const struct form_reach *reach, size_t *n)
{
	int *to;

	*n = e->start[node + 1] - e->start[node];
	to = arena_array(g->l->a, *n, sizeof *to);
	for (size_t i = 0; i < *n; i++)
		to[i] = reach[e->v[e->start[node] + i].to].rank;
	return to;
}

void
load_graph(struct load *l)
{
	struct form *f = l->f;
	struct graph g = { .l = l };
	struct form_reach *reach;
	int *by_rank;

	collect(&g);
	sort_edges(&g, &g.values);
	sort_edges(&g, &g.checks);
	g.colour = arena_array(l->a, f->n_nodes, sizeof *g.colour);
	g.path = arena_array(l->a, f->n_nodes, sizeof *g.path);
	g.order = arena_array(l->a, f->n_nodes, sizeof *g.order);
	for (size_t i = f->n_nodes; i > 0; i--)
		if (g.colour[i - 1] == 0)
			walk(&g, (int)i - 1);
	reach = arena_array(l->a, f->n_nodes, sizeof *reach);
	by_rank = arena_array(l->a, f->n_nodes, sizeof *by_rank);
	for (size_t i = 0; i < f->n_nodes; i++) {
		int node = g.order[f->n_nodes - 1 - i];

		by_rank[i] = node;
		reach[node].rank = (int)i;
	}
	for (size_t i = 0; i < f->n_nodes; i++) {
		const struct form_node *n = &f->nodes[i];

		reach[i].is_judged = n->required != NULL ||
		    n->read_only != NULL || n->n_checks > 0;
		reach[i].values =
		    targets(&g, &g.values, i, reach, &reach[i].n_values);
		reach[i].checks =
		    targets(&g, &g.checks, i, reach, &reach[i].n_checks);
	}
	f->reach = reach;
	f->by_rank = by_rank;
}

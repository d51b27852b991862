#include "store/fold_graph.h"

#include <stdlib.h>
#include <string.h>

static int
by_id(const void *a, const void *b)
{
	return memcmp(((const struct fold_node *)a)->in->id.b,
	    ((const struct fold_node *)b)->in->id.b, EVENT_ID_SIZE);
}

static size_t
find(const struct fold_graph *g, const struct event_id *id)
{
	size_t lo = 0, hi = g->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = memcmp(g->node[mid].in->id.b, id->b, EVENT_ID_SIZE);

		if (c == 0)
			return mid;
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return SIZE_MAX;
}

void
fold_graph_build(struct arena *a, const struct fold_event *events, size_t n,
    struct fold_graph *g)
{
	size_t kept = 0;

	memset(g, 0, sizeof *g);
	g->node = arena_array(a, n, sizeof *g->node);
	g->stack = arena_array(a, n + 1, sizeof *g->stack);
	for (size_t i = 0; i < n; i++)
		g->node[i].in = &events[i];
	if (n > 1)
		qsort(g->node, n, sizeof *g->node, by_id);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_id(&g->node[kept - 1], &g->node[i]) != 0)
			g->node[kept++] = g->node[i];
	g->n = kept;
	for (size_t i = 0; i < g->n; i++) {
		struct fold_node *node = &g->node[i];
		const struct event *ev = node->in->event;

		node->over = arena_array(a, ev->n_over, sizeof *node->over);
		for (size_t k = 0; k < ev->n_over; k++) {
			size_t at = find(g, &ev->over[k]);

			if (at == SIZE_MAX || at == i)
				continue;
			g->node[at].covered = true;
			node->over[node->n_over++] = at;
		}
	}
}

uint32_t
fold_graph_stamp(struct fold_graph *g)
{
	return ++g->stamp;
}

/* Stamps all that is reached from a node, itself included. */
static size_t
reach(struct fold_graph *g, size_t from, uint32_t stamp)
{
	size_t depth = 0, count = 0;

	g->node[from].stamp = stamp;
	g->stack[depth++] = from;
	while (depth > 0) {
		const struct fold_node *node = &g->node[g->stack[--depth]];

		count++;
		for (size_t k = 0; k < node->n_over; k++) {
			size_t to = node->over[k];

			if (g->node[to].stamp == stamp)
				continue;
			g->node[to].stamp = stamp;
			g->stack[depth++] = to;
		}
	}
	return count;
}

size_t
fold_graph_beneath(struct fold_graph *g, size_t i)
{
	return reach(g, i, fold_graph_stamp(g)) - 1;
}

bool
fold_graph_saw(struct fold_graph *g, const struct event_id *id,
    const struct event_id *other)
{
	size_t at = find(g, id), to = find(g, other);
	uint32_t seen = fold_graph_stamp(g);

	if (at == SIZE_MAX || to == SIZE_MAX)
		return false;
	reach(g, at, seen);
	return g->node[to].stamp == seen;
}

bool
fold_graph_unseen(
    struct fold_graph *g, const struct event_id *id, const bool *marked)
{
	size_t at = find(g, id);
	uint32_t seen = fold_graph_stamp(g);
	bool *beneath;
	bool unseen = false;

	if (at == SIZE_MAX)
		return false;
	reach(g, at, seen);
	beneath = calloc(g->n, sizeof *beneath);
	if (beneath == NULL)
		base_die("%s", _("out of memory"));
	for (size_t i = 0; i < g->n; i++)
		beneath[i] = g->node[i].stamp == seen;
	for (size_t i = 0; i < g->n && !unseen; i++) {
		uint32_t stamp = fold_graph_stamp(g);

		if (!marked[i] || beneath[i])
			continue;
		reach(g, i, stamp);
		unseen = g->node[at].stamp != stamp;
	}
	free(beneath);
	return unseen;
}

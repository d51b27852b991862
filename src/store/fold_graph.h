#ifndef STORE_FOLD_GRAPH_H
#define STORE_FOLD_GRAPH_H
/*
 * The events of one record, sorted by id, and what each was made on top of.
 * Sorting by id is what makes a fold blind to the order of arrival.
 */
#include "store/fold.h"

struct fold_node {
	const struct fold_event *in;
	size_t n_over;
	size_t *over;     /* those of its over that are here */
	bool covered;     /* some event is on top of it */
	uint32_t stamp;
};
struct fold_graph {
	size_t n;
	struct fold_node *node; /* by id, each once */
	size_t *stack;
	uint32_t stamp;
};

void fold_graph_build(struct arena *a, const struct fold_event *events,
    size_t n, struct fold_graph *out);
/* A number that no node is stamped with yet. */
uint32_t fold_graph_stamp(struct fold_graph *g);
/* Number of events beneath a node through over. */
size_t fold_graph_beneath(struct fold_graph *g, size_t i);
/* Has an event seen another, or is it that? */
bool fold_graph_saw(struct fold_graph *g, const struct event_id *id,
    const struct event_id *other);
/* True if one of the marked nodes neither saw this event nor was seen by it. */
bool fold_graph_unseen(
    struct fold_graph *g, const struct event_id *id, const bool *marked);

#endif

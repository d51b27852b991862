/* Gives each node its slot in the rows of its nearest repeat. */
#include "form/form_impl.h"

#include <stdlib.h>
#include <string.h>

struct named {
	const char *name;
	int node;
};

static int
named_cmp(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int by_name = strcmp(x->name, y->name);

	return by_name != 0 ? by_name : (x->node > y->node) - (x->node < y->node);
}

static int *
sorted(struct load *l, const struct form_scope *s)
{
	size_t n = (size_t)s->n_cells;
	struct named *all = arena_array(l->a, n, sizeof *all);
	int *out = arena_array(l->a, n, sizeof *out);

	for (size_t i = 0; i < n; i++)
		all[i] = (struct named){ l->f->nodes[s->nodes[i]].name,
			s->nodes[i] };
	if (n > 0)
		qsort(all, n, sizeof *all, named_cmp);
	for (size_t i = 0; i < n; i++)
		out[i] = all[i].node;
	return out;
}

void
load_scopes(struct load *l)
{
	struct form *f = l->f;
	struct form_scope *scopes =
	    arena_array(l->a, f->n_nodes, sizeof *scopes);
	int **nodes = arena_array(l->a, f->n_nodes, sizeof *nodes);

	for (size_t i = 0; i < f->n_nodes; i++) {
		struct form_node *n = &f->nodes[i];
		struct form_scope *s = &scopes[n->repeat < 0 ? 0 : n->repeat];

		n->slot = s->n_cells++;
		if (n->type == FORM_REPEAT)
			n->set_slot = s->n_sets++;
	}
	for (size_t i = 0; i < f->n_nodes; i++) {
		nodes[i] = arena_array(
		    l->a, (size_t)scopes[i].n_cells, sizeof *nodes[i]);
		scopes[i].nodes = nodes[i];
	}
	for (size_t i = 0; i < f->n_nodes; i++) {
		const struct form_node *n = &f->nodes[i];

		nodes[n->repeat < 0 ? 0 : n->repeat][n->slot] = (int)i;
	}
	for (size_t i = 0; i < f->n_nodes; i++)
		scopes[i].sorted = sorted(l, &scopes[i]);
	f->scopes = scopes;
}

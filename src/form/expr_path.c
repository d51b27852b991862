#include "form/expr_impl.h"

#include <string.h>

/* The repeats from the root to a node, the node itself too; how many. */
static unsigned
chain(const struct expr_compiler *c, int node, int repeat[EXPR_DEPTH_MAX])
{
	const struct expr_tree *t = c->tree;
	int found[EXPR_DEPTH_MAX];
	unsigned n = 0;

	for (; node > EXPR_ROOT; node = t->parent(t->ctx, node))
		if (t->kind(t->ctx, node) == EXPR_NODE_REPEAT &&
		    n < EXPR_DEPTH_MAX)
			found[n++] = node;
	for (unsigned i = 0; i < n; i++)
		repeat[i] = found[n - 1 - i];
	return n;
}

/* How many repeats, from the root, two nodes share. */
static unsigned
shared(const int *a, unsigned n_a, const int *b, unsigned n_b)
{
	unsigned n = 0;

	while (n < n_a && n < n_b && a[n] == b[n])
		n++;
	return n;
}

static void
place_absent(struct expr_place *p)
{
	p->path = (struct expr_path){ .node = -1, .kind = EXPR_NODE_ABSENT };
}

/* Goes to a node of which n rows are a frame's and the others open. */
static void
place_at(struct expr_compiler *c, struct expr_place *p, int node,
    enum expr_kind kind, unsigned n, unsigned frame)
{
	int repeat[EXPR_DEPTH_MAX] = { 0 };

	p->path = (struct expr_path){ .node = node, .kind = kind };
	if (kind == EXPR_NODE_ABSENT)
		return;
	p->path.depth = chain(c, node, repeat);
	for (unsigned i = 0; i < p->path.depth; i++)
		p->path.level[i] = (struct expr_level){
			.how = i < n ? ROW_FRAME : ROW_ALL,
			.repeat = repeat[i],
			.frame = frame,
		};
}

void
expr_place_root(struct expr_compiler *c, struct expr_place *p)
{
	place_at(c, p, EXPR_ROOT, EXPR_NODE_GROUP, 0, 0);
}

void
expr_place_frame(struct expr_compiler *c, struct expr_place *p, unsigned frame)
{
	const struct expr_frame_of *f = &c->frame[frame];

	place_at(c, p, f->node, f->kind, EXPR_DEPTH_MAX, frame);
}

/* Says that there is no such name, and what may be meant. */
static void
no_such_name(struct expr_compiler *c, struct str name, size_t at)
{
	expr_fault_at(c, at, _("there is no field \"%.*s\"%s"), (int)name.n,
	    name.p, expr_guess_name(c, name));
}

static bool
is_leaf(const struct expr_place *p)
{
	return p->path.kind == EXPR_NODE_FIELD ||
	    p->path.kind == EXPR_NODE_LINK;
}

void
expr_place_child(
    struct expr_compiler *c, struct expr_place *p, struct str name, size_t at)
{
	const struct expr_tree *t = c->tree;
	struct expr_path *path = &p->path;

	if (path->kind == EXPR_NODE_ABSENT)
		return;
	if (is_leaf(p)) {
		if (t->find(t->ctx, c->x->self, name) >= 0)
			expr_fault_at(c, at, _("write ${%.*s}: without ${ } "
			    "a name is looked for inside the field"),
			    (int)name.n, name.p);
		else
			no_such_name(c, name, at);
		place_absent(p);
		return;
	}
	path->node = t->child(t->ctx, path->node, name);
	if (path->node < 0) {
		no_such_name(c, name, at);
		place_absent(p);
		return;
	}
	path->kind = t->kind(t->ctx, path->node);
	if (path->kind == EXPR_NODE_ABSENT)
		place_absent(p);
	if (path->kind != EXPR_NODE_REPEAT)
		return;
	if (path->depth == EXPR_DEPTH_MAX) {
		expr_fault_at(c, at, _("nested more than %d deep"),
		    EXPR_DEPTH_MAX);
		place_absent(p);
		return;
	}
	path->level[path->depth++] = (struct expr_level){
		.how = ROW_ALL, .repeat = path->node
	};
}

void
expr_place_up(struct expr_compiler *c, struct expr_place *p, size_t at)
{
	struct expr_path *path = &p->path;

	if (path->kind == EXPR_NODE_ABSENT)
		return;
	if (path->node == EXPR_ROOT) {
		expr_fault_at(c, at, _("\"..\" leads out of the record"));
		place_absent(p);
		return;
	}
	if (path->kind == EXPR_NODE_REPEAT)
		path->depth--;
	path->n_filters = 0;
	path->node = c->tree->parent(c->tree->ctx, path->node);
	path->kind = path->node == EXPR_ROOT
	    ? EXPR_NODE_GROUP
	    : c->tree->kind(c->tree->ctx, path->node);
}

/*
 * ${name}: the repeats that the expression itself stands in keep their rows;
 * inside a filter those of the row that is looked at, if it shares more; the
 * others are all rows.  A repeat itself is always all its rows.
 */
static void
place_name(struct expr_compiler *c, struct expr_place *p, int node)
{
	int to[EXPR_DEPTH_MAX], from[EXPR_DEPTH_MAX];
	enum expr_kind kind = c->tree->kind(c->tree->ctx, node);
	unsigned frame = 0, n, n_to, more;

	if (kind == EXPR_NODE_ABSENT) {
		place_absent(p);
		return;
	}
	n_to = chain(c, node, to);
	if (kind == EXPR_NODE_REPEAT)
		n_to--;
	n = shared(to, n_to, from, chain(c, c->frame[0].node, from));
	if (c->n_frames > 1) {
		more = shared(to, n_to, from,
		    chain(c, c->frame[c->n_frames - 1].node, from));
		if (more > n) {
			n = more;
			frame = c->n_frames - 1;
		}
	}
	place_at(c, p, node, kind, n, frame);
}

void
expr_place_ref(
    struct expr_compiler *c, struct expr_place *p, struct str name)
{
	const struct expr_tree *t = c->tree;
	const char *dot = memchr(name.p, '.', name.n);
	struct str first = name, field = { name.p, 0 };
	int node;

	if (dot != NULL) {
		first.n = (size_t)(dot - name.p);
		field = (struct str){ dot + 1, name.n - first.n - 1 };
	}
	node = t->find(t->ctx, c->x->self, first);
	if (node < 0) {
		no_such_name(c, first, p->at);
		place_absent(p);
		return;
	}
	place_name(c, p, node);
	if (dot == NULL || p->path.kind == EXPR_NODE_ABSENT)
		return;
	if (p->path.kind == EXPR_NODE_FIELD) {
		expr_fault_at(c, p->at, _("\"%.*s\" is not a link"),
		    (int)first.n, first.p);
		place_absent(p);
	} else if (p->path.kind != EXPR_NODE_LINK) {
		expr_place_child(c, p, field, p->at);
	} else if (t->linked_has == NULL ||
	    !t->linked_has(t->ctx, node, field)) {
		expr_fault_at(c, p->at,
		    _("the record behind \"%.*s\" has no field \"%.*s\""),
		    (int)first.n, first.p, (int)field.n, field.p);
		place_absent(p);
	} else {
		p->path.linked = field;
	}
}

bool
expr_filter_open(
    struct expr_compiler *c, const struct expr_place *p, size_t at)
{
	const struct expr_path *path = &p->path;

	if (c->n_frames == EXPR_FRAMES_MAX) {
		expr_fault_at(c, at, _("nested more than %d deep"),
		    EXPR_FRAMES_MAX);
		return false;
	}
	if (path->kind == EXPR_NODE_GROUP || path->linked.n > 0 ||
	    (path->kind == EXPR_NODE_REPEAT &&
	        path->level[path->depth - 1].how == ROW_FRAME))
		expr_fault_at(c, at,
		    _("a filter stands behind a repeat or a field"));
	c->frame[c->n_frames++] = (struct expr_frame_of){
		.node = path->node, .kind = path->kind
	};
	return true;
}

static void
add_filter(struct expr_compiler *c, struct expr_node ***list, size_t *n,
    struct expr_node *filter)
{
	struct expr_node **longer =
	    arena_array(c->a, *n + 1, sizeof *longer);

	if (*n > 0)
		memcpy(longer, *list, *n * sizeof *longer);
	longer[(*n)++] = filter;
	*list = longer;
}

void
expr_filter_close(
    struct expr_compiler *c, struct expr_place *p, struct expr_node *filter)
{
	struct expr_path *path = &p->path;
	struct expr_level *l;

	expr_want_value(c, filter);
	if (path->kind == EXPR_NODE_FIELD || path->kind == EXPR_NODE_LINK) {
		add_filter(c, &path->filter, &path->n_filters, filter);
		return;
	}
	if (path->kind != EXPR_NODE_REPEAT)
		return;
	l = &path->level[path->depth - 1];
	if (l->how == ROW_ALL && l->n_filters == 0 &&
	    filter->op == OP_CONST && filter->constant.type == VALUE_NUMBER) {
		l->how = ROW_INDEX;
		l->index = filter;
		return;
	}
	if (l->how == ROW_INDEX) {
		add_filter(c, &l->filter, &l->n_filters, l->index);
		l->how = ROW_ALL;
	}
	add_filter(c, &l->filter, &l->n_filters, filter);
}

/* What follows from the levels: how to walk it, what it depends on. */
static void
finish(struct expr_compiler *c, struct expr_path *p)
{
	bool leaf = p->kind == EXPR_NODE_FIELD || p->kind == EXPR_NODE_LINK;
	bool own = true;

	p->is_direct = p->n_filters == 0;
	p->is_many = false;
	for (unsigned i = 0; i < p->depth; i++) {
		const struct expr_level *l = &p->level[i];

		own = own && l->how == ROW_FRAME && l->frame == 0;
		if (l->how == ROW_FRAME)
			continue;
		p->is_direct = false;
		p->is_many = p->is_many ||
		    (l->how == ROW_ALL && l->n_filters == 0);
		expr_depends(c, l->repeat);
	}
	p->is_self = leaf && own && p->node == c->x->self &&
	    p->n_filters == 0 && p->linked.n == 0;
	p->is_plain =
	    leaf && p->is_direct && p->depth == 0 && p->linked.n == 0;
	if (leaf || p->kind == EXPR_NODE_REPEAT)
		expr_depends(c, p->node);
}

struct expr_node *
expr_place_node(struct expr_compiler *c, const struct expr_place *p)
{
	struct expr_node *n = expr_node_new(c, OP_PATH, p->at);
	struct expr_path *path = arena_dup(c->a, &p->path, sizeof p->path);

	finish(c, path);
	n->path = path;
	return n;
}

struct expr_node *
expr_indexed_repeat(struct expr_compiler *c, struct expr_node *call)
{
	struct expr_path *path;
	const struct expr_node *repeat;
	unsigned level;

	if (call->n_args < 3 || call->n_args % 2 == 0 ||
	    call->arg[0]->op != OP_PATH) {
		expr_fault_at(c, call->at,
		    _("indexed-repeat takes a field, then pairs of a repeat "
		    "and a number"));
		return expr_node_const(c, call->at, value_blank());
	}
	path = arena_dup(c->a, call->arg[0]->path, sizeof *path);
	for (size_t i = 1; i + 1 < call->n_args; i += 2) {
		repeat = call->arg[i];
		for (level = 0; level < path->depth; level++)
			if (repeat->op == OP_PATH &&
			    path->level[level].repeat == repeat->path->node)
				break;
		expr_want_value(c, call->arg[i + 1]);
		if (path->kind == EXPR_NODE_ABSENT)
			continue;
		if (level == path->depth) {
			expr_fault_at(c, repeat->at,
			    _("that is no repeat around the field"));
			continue;
		}
		path->level[level] = (struct expr_level){
			.how = ROW_INDEX,
			.repeat = path->level[level].repeat,
			.index = call->arg[i + 1],
		};
	}
	finish(c, path);
	call->op = OP_PATH;
	call->path = path;
	call->n_args = 0;
	return call;
}

/* Moving about: the order of the paper, lines and names, paths. */
#include "form/fill_impl.h"

#include "base/text.h"

#include <string.h>

bool
fill_ref_equal(const struct fill_ref *a, const struct fill_ref *b)
{
	if (a->node != b->node || a->at.depth != b->at.depth)
		return false;
	for (unsigned i = 0; i < a->at.depth; i++)
		if (a->at.row[i] != b->at.row[i])
			return false;
	return true;
}

/* From the last thing in a row or a group to what follows it. */
static bool
climb(const struct fill *x, struct fill_ref *r)
{
	const struct form_node *nodes = x->f->nodes;

	while (r->node > 0) {
		int up = nodes[r->node].parent;
		unsigned depth = r->at.depth;

		if (nodes[r->node].next >= 0) {
			r->node = nodes[r->node].next;
			return true;
		}
		r->node = up;
		if (nodes[up].type != FORM_REPEAT)
			continue;
		r->at.depth--;
		if (r->at.row[depth - 1] + 1 < fill_rows(x, r)) {
			r->at.row[depth - 1]++;
			r->at.depth++;
			r->node = nodes[up].first;
			return true;
		}
	}
	return false;
}

bool
fill_advance(const struct fill *x, struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];

	if (n->first >= 0 && n->type != FORM_REPEAT) {
		r->node = n->first;
		return true;
	}
	if (n->first >= 0 && fill_rows(x, r) > 0) {
		r->at.row[r->at.depth++] = 0;
		r->node = n->first;
		return true;
	}
	return climb(x, r);
}

/* The last node within r, at any depth; r itself if it holds nothing. */
static void
descend_last(const struct fill *x, struct fill_ref *r)
{
	const struct form_node *nodes = x->f->nodes;

	while (nodes[r->node].first >= 0) {
		if (nodes[r->node].type == FORM_REPEAT) {
			uint32_t rows = fill_rows(x, r);

			if (rows == 0)
				return;
			r->at.row[r->at.depth++] = rows - 1;
		}
		r->node = nodes[r->node].first;
		while (nodes[r->node].next >= 0)
			r->node = nodes[r->node].next;
	}
}

static bool
retreat(const struct fill *x, struct fill_ref *r)
{
	const struct form_node *nodes = x->f->nodes;
	int up = nodes[r->node].parent, before;

	if (up < 0)
		return false;
	if (nodes[up].first != r->node) {
		for (before = nodes[up].first; nodes[before].next != r->node;)
			before = nodes[before].next;
		r->node = before;
		descend_last(x, r);
		return true;
	}
	r->node = up;
	if (nodes[up].type != FORM_REPEAT)
		return true;
	if (r->at.row[r->at.depth - 1] == 0) {
		r->at.depth--;
		return true;
	}
	r->at.row[r->at.depth - 1]--;
	r->node = nodes[up].first;
	while (nodes[r->node].next >= 0)
		r->node = nodes[r->node].next;
	descend_last(x, r);
	return true;
}

static bool
is_visible(const struct fill *x, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];

	if ((n->flags & FORM_HIDDEN) || !fill_is_relevant(x, r))
		return false;
	return form_type_is_field(n->type) || n->type == FORM_NOTE ||
	       n->type == FORM_REPEAT;
}

static bool
is_stop(const struct fill *x, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];

	if (!is_visible(x, r))
		return false;
	if (n->type == FORM_REPEAT)
		return fill_rows(x, r) == 0 && n->count == NULL &&
		       fill_is_ours(x, n);
	/* A sealed value is there to be asked for. */
	return !fill_is_read_only(x, r) ||
	    (fill_is_masked(x, r) && fill_is_ours(x, &x->f->nodes[r->node]));
}

bool
fill_next(const struct fill *x, struct fill_ref *r)
{
	struct fill_ref to = *r;

	while (fill_advance(x, &to)) {
		if (is_stop(x, &to)) {
			*r = to;
			return true;
		}
	}
	return false;
}

bool
fill_previous(const struct fill *x, struct fill_ref *r)
{
	struct fill_ref to = *r;

	while (retreat(x, &to)) {
		if (is_stop(x, &to)) {
			*r = to;
			return true;
		}
	}
	return false;
}

bool
fill_first(const struct fill *x, struct fill_ref *r)
{
	memset(r, 0, sizeof *r);
	return fill_next(x, r);
}

enum goto_by { BY_LINE, BY_NAME, BY_LABEL };

static bool
is_meant(const struct fill *x, const struct fill_ref *r, enum goto_by by,
    struct str where, const char *folded)
{
	const struct form_node *n = &x->f->nodes[r->node];
	struct arena *a = x->scratch;

	switch (by) {
	case BY_LINE:
		return str_is(where, n->line);
	case BY_NAME:
		return str_is(where, n->name) || str_is(where, n->path);
	case BY_LABEL:
		return strstr(arena_str(a, text_folded(a, str_of(n->label.vi))),
		           folded) != NULL ||
		       strstr(arena_str(a, text_folded(a, str_of(n->label.en))),
		           folded) != NULL;
	}
	return false;
}

bool
fill_goto(const struct fill *x, struct str where, struct fill_ref *r)
{
	static const enum goto_by ways[] = { BY_LINE, BY_NAME, BY_LABEL };
	const char *folded;

	where = text_trim(where);
	if (where.n == 0)
		return false;
	arena_reset(x->scratch);
	folded = arena_str(x->scratch, text_folded(x->scratch, where));
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		struct fill_ref to = { 0 };

		while (fill_advance(x, &to)) {
			if (is_visible(x, &to) &&
			    is_meant(x, &to, ways[i], where, folded)) {
				*r = to;
				return true;
			}
		}
	}
	return false;
}

struct str
fill_path(const struct fill *x, struct arena *a, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];
	struct fill_ref up = { n->repeat, r->at };
	const struct rowset *set;
	struct str outer;
	char *path;

	if (n->repeat < 0)
		return str_of(n->name);
	up.at.depth = n->depth - 1;
	outer = fill_path(x, a, &up);
	set = fill_rowset(x, up.node, &up.at);
	if (set == NULL || r->at.row[n->depth - 1] >= set->n)
		return str_of(n->path);
	path = arena_printf(a, "%s/%s/%s", arena_str(a, outer),
	    set->row[r->at.row[n->depth - 1]]->id, n->name);
	return str_of(path);
}

bool
fill_rowset_find(const struct rowset *set, struct str id, uint32_t *index)
{
	for (*index = 0; *index < set->n; (*index)++)
		if (str_is(id, set->row[*index]->id))
			return true;
	return false;
}

bool
fill_ref_of(const struct fill *x, struct str path, struct fill_ref *r)
{
	const struct form_node *n = form_node_of(x->f, path);
	struct fill_ref to = { 0 };
	int repeats[EXPR_DEPTH_MAX];
	size_t i = 0;

	if (n == NULL)
		return false;
	to.node = n->number;
	for (int k = n->repeat; k >= 0; k = x->f->nodes[k].repeat)
		repeats[x->f->nodes[k].depth] = k;
	while (to.at.depth < n->depth) {
		const struct rowset *set;
		struct str id;
		uint32_t row;

		set = fill_rowset(x, repeats[to.at.depth], &to.at);
		while (i < path.n && path.p[i] != '/')
			i++;
		id.p = path.p + ++i;
		for (id.n = 0; i < path.n && path.p[i] != '/'; i++)
			id.n++;
		i++;
		if (set == NULL || !fill_rowset_find(set, id, &row))
			return false;
		to.at.row[to.at.depth++] = row;
	}
	*r = to;
	return true;
}

struct rowset *
fill_rowset_of(const struct fill *x, struct str path, struct str *id)
{
	struct fill_ref at;
	size_t from = path.n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	*id = (struct str){ path.p + from, path.n - from };
	if (from == 0 || id->n != ROW_ID_LEN ||
	    !fill_ref_of(x, (struct str){ path.p, from - 1 }, &at) ||
	    x->f->nodes[at.node].type != FORM_REPEAT)
		return NULL;
	return fill_rowset(x, at.node, &at.at);
}

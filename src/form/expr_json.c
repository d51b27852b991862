#include "form/expr_json.h"

#include "base/map.h"

#define NODES_MAX 4096
#define NODE_ABSENT INT32_MAX

/*
 * The names of all rows together make the tree; a value is found by walking
 * down from the record once more, along the members' names.
 */
struct node {
	const char *name;
	int parent, first, next; /* -1 for none */
	enum expr_kind kind;
};

struct record {
	struct arena *a;
	const struct json *json;
	size_t n, cap;
	struct node *node;
	struct map *joined; /* array to its text, made when first asked for */
};

static int
child_of(const struct record *r, int parent, struct str name)
{
	int i = r->node[parent].first;

	while (i >= 0 && !str_is(name, r->node[i].name))
		i = r->node[i].next;
	return i;
}

static bool
is_rows(const struct json *j)
{
	bool rows = j->type == JSON_ARRAY && j->n > 0;

	for (size_t i = 0; rows && i < j->n; i++)
		rows = j->items[i].type == JSON_OBJECT;
	return rows;
}

static int
add_node(struct record *r, int parent, const char *name, enum expr_kind kind)
{
	struct node *n;
	int number = (int)r->n;

	r->node = arena_grow(r->a, r->node, r->n, &r->cap, sizeof *r->node);
	n = &r->node[r->n++];
	*n = (struct node){ name, parent, -1, -1, kind };
	if (parent >= 0) {
		n->next = r->node[parent].first;
		r->node[parent].first = number;
	}
	return number;
}

static enum err
add_members(struct record *r, int parent, const struct json *object,
    unsigned repeats, struct error *e)
{
	enum err err = OK;

	for (size_t i = 0; i < object->n && err == OK; i++) {
		const struct json *j = &object->items[i];
		enum expr_kind kind = is_rows(j) ? EXPR_NODE_REPEAT
		    : j->type == JSON_OBJECT     ? EXPR_NODE_GROUP
						 : EXPR_NODE_FIELD;
		int n = child_of(r, parent, str_of(object->keys[i]));

		if (r->n == NODES_MAX || (kind == EXPR_NODE_REPEAT &&
		    repeats == EXPR_DEPTH_MAX))
			return error_set(e, ERR_LIMIT,
			    N_("the record has too many names, or repeats "
			    "in too many repeats"));
		if (n < 0)
			n = add_node(r, parent, object->keys[i], kind);
		/* an empty row says nothing about what the others hold */
		else if (r->node[n].kind == EXPR_NODE_FIELD)
			r->node[n].kind = kind;
		else if (kind != EXPR_NODE_FIELD && kind != r->node[n].kind)
			return error_set(e, ERR_FORMAT,
			    N_("\"%s\" is rows in one place and one value in "
			    "another"), object->keys[i]);
		if (kind == EXPR_NODE_GROUP)
			err = add_members(r, n, j, repeats, e);
		for (size_t row = 0; kind == EXPR_NODE_REPEAT && row < j->n &&
		     err == OK; row++)
			err = add_members(
			    r, n, &j->items[row], repeats + 1, e);
	}
	return err;
}

static int
tree_child(void *ctx, int parent, struct str name)
{
	int n = child_of(ctx, parent, name);

	return n < 0 ? NODE_ABSENT : n;
}

/* Beside `from` or above it, else the first anywhere. */
static int
tree_find(void *ctx, int from, struct str name)
{
	const struct record *r = ctx;
	int found;

	for (; from >= 0 && from != NODE_ABSENT; from = r->node[from].parent)
		if ((found = child_of(r, from, name)) >= 0)
			return found;
	for (size_t i = 1; i < r->n; i++)
		if (str_is(name, r->node[i].name))
			return (int)i;
	return NODE_ABSENT;
}

static int
tree_parent(void *ctx, int node)
{
	const struct record *r = ctx;

	return node == NODE_ABSENT ? EXPR_ROOT : r->node[node].parent;
}

static enum expr_kind
tree_kind(void *ctx, int node)
{
	const struct record *r = ctx;

	return node == NODE_ABSENT ? EXPR_NODE_ABSENT : r->node[node].kind;
}

/* The JSON of a node, NULL if it is not there. */
static const struct json *
walk(const struct record *r, int node, const struct expr_at *at,
    unsigned *repeats)
{
	const struct json *j;

	if (node == EXPR_ROOT)
		return r->json;
	j = walk(r, r->node[node].parent, at, repeats);
	if (j != NULL && is_rows(j)) {
		if (*repeats >= at->depth || at->row[*repeats] >= j->n)
			return NULL;
		j = &j->items[at->row[(*repeats)++]];
	}
	if (j == NULL || j->type != JSON_OBJECT)
		return NULL;
	return json_get(j, r->node[node].name);
}

/* Several choices are codes with a space between. */
static struct value
of_array(const struct record *r, const struct json *j)
{
	struct str key = { (const char *)&j, sizeof j };
	char *text = map_get(r->joined, key);
	struct buf b = BUF_INIT;

	if (text != NULL)
		return value_text(str_of(text));
	for (size_t i = 0; i < j->n; i++) {
		if (j->items[i].type != JSON_STRING)
			continue;
		if (b.n > 0)
			buf_addc(&b, ' ');
		buf_add_str(&b, j->items[i].string);
	}
	text = arena_str(r->a, buf_str(&b));
	buf_release(&b);
	map_put(r->joined, key, text);
	return value_text(str_of(text));
}

static struct value
tree_value(void *ctx, int node, const struct expr_at *at)
{
	const struct record *r = ctx;
	unsigned repeats = 0;
	const struct json *j = walk(r, node, at, &repeats);
	struct date d;

	if (j == NULL)
		return value_blank();
	switch (j->type) {
	case JSON_BOOL:
		return value_bool(j->boolean);
	case JSON_INT:
		return value_number((double)j->integer);
	case JSON_REAL:
		return value_number(j->real);
	case JSON_STRING:
		if (j->string.n == 10 && date_parse_iso(j->string, &d))
			return value_date(d);
		return value_text(j->string);
	case JSON_ARRAY:
		return of_array(r, j);
	case JSON_NULL:
	case JSON_OBJECT:
		break;
	}
	return value_blank();
}

static uint32_t
tree_rows(void *ctx, int node, const struct expr_at *at)
{
	unsigned repeats = 0;
	const struct json *j = walk(ctx, node, at, &repeats);

	return j != NULL && is_rows(j) ? (uint32_t)j->n : 0;
}

enum err
expr_json_tree(struct arena *a, const struct json *record,
    struct expr_tree *out, struct error *e)
{
	struct record *r = arena_new_of(a, struct record);

	r->a = a;
	r->json = record;
	r->joined = map_new(a);
	add_node(r, -1, "", EXPR_NODE_GROUP);
	*out = (struct expr_tree){
		.ctx = r,
		.child = tree_child,
		.find = tree_find,
		.parent = tree_parent,
		.kind = tree_kind,
		.value = tree_value,
		.rows = tree_rows,
	};
	if (record == NULL)
		return OK;
	if (record->type != JSON_OBJECT)
		return error_set(
		    e, ERR_FORMAT, N_("a record is an object of fields"));
	return add_members(r, EXPR_ROOT, record, 0, e);
}

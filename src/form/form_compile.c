/* Compiles the expressions of a form, and checks the names in its labels. */
#include "form/form_impl.h"

#include <string.h>

struct compile {
	struct load *l;
	const struct late *late;
	const struct form_choices *list; /* of a choice filter */
	/* for each_name */
	void (*say)(void *to, struct str name);
	void *to;
};

static int
tree_child(void *ctx, int parent, struct str name)
{
	struct compile *c = ctx;

	return form_child(c->l->f, parent, name);
}

static int
tree_find(void *ctx, int from, struct str name)
{
	struct compile *c = ctx;

	return form_find(c->l->f, from, name);
}

static int
tree_parent(void *ctx, int node)
{
	struct compile *c = ctx;

	return form_parent(c->l->f, node);
}

static enum expr_kind
tree_kind(void *ctx, int node)
{
	struct compile *c = ctx;

	return form_kind(c->l->f, node);
}

static void
tree_each_name(void *ctx, void (*say)(void *to, struct str name), void *to)
{
	struct compile *c = ctx;
	const struct form *f = c->l->f;

	for (size_t i = 1; i < f->n_nodes; i++)
		if (f->nodes[i].name[0] != '\0' &&
		    f->nodes[i].type != FORM_PAGE)
			say(to, str_of(f->nodes[i].name));
	for (size_t i = 0; c->list != NULL && i < c->list->n_columns; i++)
		say(to, str_of(c->list->column[i]));
}

static bool
tree_linked_has(void *ctx, int link, struct str field)
{
	struct compile *c = ctx;
	const struct form *f = load_linked(c->l, c->l->f->nodes[link].link);
	const struct form_node *n;

	if (f == NULL)
		return true; /* the link itself is the fault */
	n = form_node_by_path(f, field);
	return n != NULL && form_type_is_field(n->type);
}

static int
tree_column(void *ctx, struct str name)
{
	struct compile *c = ctx;

	return form_choice_column(c->list, name);
}

static void
say_fault(void *ctx, const struct expr_fault *fault)
{
	struct compile *c = ctx;

	load_fault_in(c->l, c->late->y, fault->at, fault->warning, fault->what);
}

/* A list that an expression names goes into the pack.  It is a file's name
 * and wants its NUL. */
static void
use_list(void *ctx, struct str list, size_t at)
{
	struct compile *c = ctx;

	load_list_use(c->l, arena_str_dup(c->l->a, list), c->late->y, at);
}

/* What is computed from a sealed field would tell it to everybody. */
static void
check_secrecy(void *ctx, int from)
{
	struct compile *c = ctx;
	const struct form_node *nodes = c->l->f->nodes;
	const struct form_node *n = &nodes[c->late->node];

	if (from >= 0 && (nodes[from].flags & FORM_RESTRICTED) &&
	    (n->flags & FORM_RESTRICTED) == 0)
		load_fault(c->l, c->late->y,
		    _("\"%s\" is computed from \"%s\", which is restricted, "
		      "and must be restricted, too"),
		    n->name, nodes[from].name);
}

static void
compile_one(struct load *l, const struct late *late)
{
	struct form_node *n = &l->f->nodes[late->node];
	struct compile c = { .l = l, .late = late };
	struct expr_tree tree = {
		.ctx = &c,
		.child = tree_child,
		.find = tree_find,
		.parent = tree_parent,
		.kind = tree_kind,
		.each_name = tree_each_name,
		.linked_has = tree_linked_has,
	};

	if (late->slot == &n->choice_filter && n->choices != NULL) {
		c.list = n->choices;
		tree.column = tree_column;
	}
	*late->slot =
	    expr_compile(l->a, late->text, &tree, late->node, say_fault, &c);
	if (*late->slot != NULL)
		expr_each_list(*late->slot, use_list, &c);
	if (*late->slot != NULL &&
	    (late->slot == &n->calculate || late->slot == &n->default_value))
		expr_each_dependency(*late->slot, check_secrecy, &c);
}

/* ${name} in a label. */
static void
check_label(struct load *l, const struct form_node *n, const char *text)
{
	struct yaml at = { .line = n->line_no, .col = n->col_no };
	const char *p = text, *end;

	while ((p = strstr(p, "${")) != NULL) {
		struct str name = { p + 2, 0 };

		end = strchr(p, '}');
		if (end != NULL)
			name.n = (size_t)(end - name.p);
		if (end == NULL || form_find(l->f, n->number, name) < 0)
			load_fault(l, &at,
			    _("label: unknown field \"${%.*s}\""), (int)name.n,
			    name.p);
		p += 2;
	}
}

void
load_compile(struct load *l)
{
	const struct form *f = l->f;

	for (size_t i = 0; i < l->n_late; i++)
		compile_one(l, &l->late[i]);
	for (size_t i = 0; i < f->n_nodes; i++) {
		const struct form_node *n = &f->nodes[i];

		check_label(l, n, n->label.vi);
		if (n->label.en != n->label.vi)
			check_label(l, n, n->label.en);
	}
}

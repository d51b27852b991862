/* The record being filled, as expressions see it. */
#include "form/fill_impl.h"

static int
tree_child(void *ctx, int parent, struct str name)
{
	const struct fill *x = ctx;

	return form_child(x->f, parent, name);
}

static int
tree_find(void *ctx, int from, struct str name)
{
	const struct fill *x = ctx;

	return form_find(x->f, from, name);
}

static int
tree_parent(void *ctx, int node)
{
	const struct fill *x = ctx;

	return form_parent(x->f, node);
}

static enum expr_kind
tree_kind(void *ctx, int node)
{
	const struct fill *x = ctx;

	return form_kind(x->f, node);
}

/* What is hidden is blank. */
static struct value
tree_value(void *ctx, int node, const struct expr_at *at)
{
	const struct fill *x = ctx;
	struct row *row = fill_scope(x, node, at);
	const struct cell *c;

	if (row == NULL)
		return value_blank();
	c = &row->cells[x->f->nodes[node].slot];
	return c->relevant ? c->answer.value : value_blank();
}

static uint32_t
tree_rows(void *ctx, int node, const struct expr_at *at)
{
	const struct fill *x = ctx;
	struct row *row = fill_scope(x, node, at);

	if (row == NULL || !row->cells[x->f->nodes[node].slot].relevant)
		return 0;
	return row->sets[x->f->nodes[node].set_slot].shown;
}

static struct value
tree_linked(void *ctx, struct arena *scratch, int link, struct value id,
    struct str field)
{
	const struct fill *x = ctx;

	if (x->env.linked == NULL || id.type != VALUE_TEXT)
		return value_blank();
	return x->env.linked(
	    x->env.ctx, scratch, x->f->nodes[link].link, value_str(id), field);
}

static struct value
choice_value(const struct fill *x, const struct form_choices *list,
    struct value code, struct str column)
{
	const struct form_choice *c;
	int number;

	if (list == NULL || code.type != VALUE_TEXT)
		return value_blank();
	c = form_choice_get(list, value_str(code));
	number = form_choice_column(list, column);
	if (c == NULL || number < 0)
		return value_blank();
	return form_choice_value(c, number, x->env.language);
}

static struct value
tree_choice_label(void *ctx, int node, struct value code)
{
	const struct fill *x = ctx;

	return choice_value(x, x->f->nodes[node].choices, code, STR("label"));
}

/* A code may be a number in an expression: lookup('rates', 2, 'amount'). */
static struct value
tree_lookup(void *ctx, struct str list, struct value key, struct str column)
{
	const struct fill *x = ctx;

	if (key.type == VALUE_NUMBER)
		key = value_text(value_to_text(x->scratch, key));
	return choice_value(x, form_list_get(x->f, list), key, column);
}

static struct value
tree_pulldata(void *ctx, struct arena *scratch, struct str form,
    struct str field, struct value id)
{
	const struct fill *x = ctx;

	if (x->env.linked == NULL || id.type != VALUE_TEXT)
		return value_blank();
	return x->env.linked(
	    x->env.ctx, scratch, arena_str(scratch, form), value_str(id), field);
}

void
fill_tree_init(struct fill *x)
{
	x->tree = (struct expr_tree){
		.ctx = x,
		.child = tree_child,
		.find = tree_find,
		.parent = tree_parent,
		.kind = tree_kind,
		.value = tree_value,
		.rows = tree_rows,
		.linked = tree_linked,
		.choice_label = tree_choice_label,
		.lookup = tree_lookup,
		.pulldata = tree_pulldata,
	};
}

struct value
fill_ask(const struct fill *x, struct arena *scratch, const struct expr *e,
    const struct expr_at *at)
{
	struct expr_env env = {
		.tree = &x->tree,
		.scratch = scratch,
		.today = x->env.today,
		.now = x->env.now,
	};

	return expr_eval(e, &env, at);
}

struct value
fill_eval(const struct fill *x, struct arena *scratch, const struct expr *e)
{
	struct expr_at at = { 0 };

	return fill_ask(x, scratch, e, &at);
}

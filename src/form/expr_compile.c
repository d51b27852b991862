#include "form/expr_impl.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What takes more than this, and so much memory, waits until it is needed. */
#define FOLD_STEPS 1000

static void say(struct expr_compiler *c, size_t at, bool warning,
    const char *fmt, va_list args) __attribute__((format(printf, 4, 0)));

static void
say(struct expr_compiler *c, size_t at, bool warning, const char *fmt,
    va_list args)
{
	struct expr_fault f = { .at = at, .warning = warning };

	vsnprintf(f.what, sizeof f.what, fmt, args);
	c->failed = c->failed || !warning;
	if (c->fault != NULL)
		c->fault(c->fault_ctx, &f);
}

void
expr_fault_at(struct expr_compiler *c, size_t at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(c, at, false, fmt, args);
	va_end(args);
}

void
expr_warn_at(struct expr_compiler *c, size_t at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(c, at, true, fmt, args);
	va_end(args);
}

/* Spelling guesses */

struct guess {
	struct str meant, best;
	unsigned distance;
};

static void
consider(void *ctx, struct str name)
{
	struct guess *g = ctx;
	unsigned d;

	if (g->distance == 0)
		return;
	d = text_distance(g->meant, name, g->distance - 1);
	if (d < g->distance) {
		g->distance = d;
		g->best = name;
	}
}

/* A third of a word may be wrong, and never more than three letters. */
static struct guess
guess_start(struct str name)
{
	size_t most = name.n < 9 ? name.n / 3 : 3;

	return (struct guess){ name, { NULL, 0 }, (unsigned)most + 1 };
}

static const char *
guess_end(struct expr_compiler *c, const struct guess *g)
{
	if (g->best.n == 0)
		return "";
	return arena_printf(c->a, _(", did you mean \"%.*s\"?"),
	    (int)g->best.n, g->best.p);
}

const char *
expr_guess_function(struct expr_compiler *c, struct str name)
{
	struct guess g = guess_start(name);

	for (size_t i = 0; expr_function_at(i) != NULL; i++)
		consider(&g, str_of(expr_function_at(i)->name));
	return guess_end(c, &g);
}

const char *
expr_guess_name(struct expr_compiler *c, struct str name)
{
	struct guess g = guess_start(name);

	if (c->tree->each_name != NULL)
		c->tree->each_name(c->tree->ctx, consider, &g);
	return guess_end(c, &g);
}

void
expr_depends(struct expr_compiler *c, int node)
{
	struct expr *x = c->x;

	for (size_t i = 0; i < x->n_dependencies; i++)
		if (x->dependency[i] == node)
			return;
	x->dependency = arena_grow(c->a, x->dependency, x->n_dependencies,
	    &c->cap_dependencies, sizeof *x->dependency);
	x->dependency[x->n_dependencies++] = node;
}

/* Nodes */

struct expr_node *
expr_node_new(struct expr_compiler *c, enum expr_op op, size_t at)
{
	struct expr_node *n = arena_new_of(c->a, struct expr_node);

	if (++c->n_nodes == EXPR_NODES_MAX + 1)
		expr_fault_at(c, at, _("longer than %d parts"),
		    EXPR_NODES_MAX);
	n->op = op;
	n->at = at;
	n->height = 1;
	return n;
}

void
expr_push_arg(struct expr_compiler *c, struct expr_node *n, size_t *cap,
    struct expr_node *arg)
{
	n->arg = arena_grow(c->a, n->arg, n->n_args, cap, sizeof *n->arg);
	n->arg[n->n_args++] = arg;
	if (arg->height < n->height)
		return;
	n->height = arg->height + 1;
	if (n->height == EXPR_HEIGHT_MAX + 1)
		expr_fault_at(c, n->at, _("nested more than %d deep"),
		    EXPR_HEIGHT_MAX);
}

struct expr_node *
expr_node_const(struct expr_compiler *c, size_t at, struct value v)
{
	struct expr_node *n = expr_node_new(c, OP_CONST, at);

	n->constant = v;
	return n;
}

/* Evaluates what has only constants in it, once and for all. */
static struct expr_node *
fold(struct expr_compiler *c, struct expr_node *n)
{
	struct expr_env env = { .tree = c->tree, .scratch = c->a };
	struct expr_frame frame = { .last = 0 };
	struct expr_run r = { .x = c->x, .env = &env, .n_frames = 1,
		.frame = { &frame }, .steps = EXPR_STEPS_MAX - FOLD_STEPS };
	struct value v;

	/* what has a fault, such as being too deep, is not evaluated */
	if (c->failed)
		return n;
	for (size_t i = 0; i < n->n_args; i++)
		if (n->arg[i]->op != OP_CONST)
			return n;
	v = expr_run_node(&r, n);
	if (r.steps > EXPR_STEPS_MAX)
		return n;
	n->op = OP_CONST;
	n->constant = v;
	n->height = 1;
	n->n_args = 0;
	return n;
}

void
expr_want_value(struct expr_compiler *c, struct expr_node *n)
{
	const struct expr_path *p = n->path;

	if (n->op == OP_CALL && n->function->set != NULL)
		expr_fault_at(c, n->at, _("%s gives several values, and one "
		    "is needed here"), n->function->name);
	if (n->op != OP_PATH)
		return;
	if (p->kind == EXPR_NODE_ABSENT) {
		n->op = OP_CONST;
		n->constant = value_blank();
	} else if (p->kind == EXPR_NODE_REPEAT) {
		expr_fault_at(c, n->at, _("a repeat has no value: use "
		    "count(), sum() of a field, or choose a row"));
	} else if (p->kind == EXPR_NODE_GROUP) {
		expr_fault_at(c, n->at, _("a group has no value"));
	} else if (p->is_many) {
		expr_fault_at(c, n->at, _("this is a value of each row, and "
		    "one is needed here: choose a row, or use sum(), max(), "
		    "join() ..."));
	}
}

static bool
is_order(enum expr_op op)
{
	return op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
}

/* A text that is neither number nor date has no order. */
static bool
has_no_order(const struct expr_node *n)
{
	struct expr_moment m;

	return n->op == OP_CONST && n->constant.type == VALUE_TEXT &&
	    value_is_blank(value_number(value_to_number(n->constant))) &&
	    !expr_moment_parse(value_str(n->constant), &m);
}

struct expr_node *
expr_node_binary(struct expr_compiler *c, enum expr_op op, size_t at,
    struct expr_node *left, struct expr_node *right)
{
	struct expr_node *n = expr_node_new(c, op, at);
	size_t cap = 0;

	expr_want_value(c, left);
	expr_want_value(c, right);
	if (is_order(op) && (has_no_order(left) || has_no_order(right)))
		expr_warn_at(c, at, _("only numbers and dates have an order: "
		    "this is always false"));
	expr_push_arg(c, n, &cap, left);
	expr_push_arg(c, n, &cap, right);
	return fold(c, n);
}

struct expr_node *
expr_node_negate(struct expr_compiler *c, size_t at, struct expr_node *of)
{
	struct expr_node *n = expr_node_new(c, OP_NEG, at);
	size_t cap = 0;

	expr_want_value(c, of);
	expr_push_arg(c, n, &cap, of);
	return fold(c, n);
}

/* Calls */

static void
check_count(struct expr_compiler *c, const struct expr_node *n)
{
	const struct expr_function *f = n->function;

	if (n->n_args < f->min && f->min == f->max)
		expr_fault_at(c, n->at, _("%s takes %d arguments"), f->name,
		    f->min);
	else if (n->n_args < f->min)
		expr_fault_at(c, n->at, _("%s takes at least %d arguments"),
		    f->name, f->min);
	else if (f->max != EXPR_ARGS_ANY && n->n_args > f->max)
		expr_fault_at(c, n->at, _("%s takes at most %d arguments"),
		    f->name, f->max);
}

/* not(${x} > 5) is true where x is blank, which is seldom meant. */
static void
check_not(struct expr_compiler *c, const struct expr_node *n)
{
	const struct expr_node *of = n->arg[0];

	if (!is_order(of->op))
		return;
	for (size_t i = 0; i < of->n_args; i++)
		if (of->arg[i]->op == OP_PATH) {
			expr_warn_at(c, n->at, _("this is true when the field "
			    "is blank: turn the comparison round"));
			return;
		}
}

/* The field that '${name}', ${name} or '/data/name' names. */
static void
bind_field(struct expr_compiler *c, struct expr_node *n)
{
	struct expr_node **last = &n->arg[n->n_args - 1];
	struct expr_compiler inner = *c;
	size_t from = (*last)->at + 1; /* behind the quote */

	if ((*last)->op == OP_CONST && (*last)->constant.type == VALUE_TEXT &&
	    (*last)->constant.text == c->text.p + from) {
		inner.text.n = from + (*last)->constant.n;
		inner.at = from;
		*last = expr_parse(&inner);
		c->failed = inner.failed;
		c->n_nodes = inner.n_nodes;
		c->cap_dependencies = inner.cap_dependencies;
		c->cap_lists = inner.cap_lists;
	}
	if (*last == NULL) /* said */
		*last = expr_node_const(c, n->at, value_blank());
	else if ((*last)->op != OP_PATH)
		expr_fault_at(c, n->at,
		    _("%s takes a field as its last argument: '${name}'"),
		    n->function->name);
}

static void
check_regex(struct expr_compiler *c, struct expr_node *n)
{
	const struct expr_node *p = n->arg[1];
	const char *why;

	if (p->op != OP_CONST || p->constant.type != VALUE_TEXT)
		return;
	n->regex = expr_regex_compile(c->a, value_str(p->constant), &why);
	if (n->regex == NULL)
		expr_fault_at(c, p->at, _("wrong pattern: %s"), why);
}

/* Which lists a form needs must be known when it is loaded. */
static void
note_list(struct expr_compiler *c, const struct expr_node *n)
{
	struct expr *x = c->x;
	const struct expr_node *list = n->arg[0];

	if (list->op != OP_CONST || list->constant.type != VALUE_TEXT) {
		expr_fault_at(c, n->at,
		    _("the name of a list is a text in quotes"));
		return;
	}
	x->list = arena_grow(
	    c->a, x->list, x->n_lists, &c->cap_lists, sizeof *x->list);
	x->list[x->n_lists++] = list;
}

/* Whether its i-th argument may be more than a value. */
static bool
takes_several(
    const struct expr_function *f, const struct expr_node *arg, size_t i)
{
	bool rows = arg->op == OP_PATH &&
	    (arg->path->kind == EXPR_NODE_REPEAT ||
		arg->path->kind == EXPR_NODE_GROUP);

	if (rows)
		return (f->flags & FN_ROWS) != 0;
	return (f->flags & (i == 0 ? FN_SET_FIRST : FN_SETS_REST)) != 0;
}

struct expr_node *
expr_node_call(struct expr_compiler *c, struct expr_node *n, struct str name)
{
	const struct expr_function *f;

	if (str_is(name, "indexed-repeat"))
		return expr_indexed_repeat(c, n);
	f = expr_function_get(name);
	if (f == NULL) {
		expr_fault_at(c, n->at, _("there is no function \"%.*s\"%s"),
		    (int)name.n, name.p, expr_guess_function(c, name));
		return expr_node_const(c, n->at, value_blank());
	}
	n->function = f;
	check_count(c, n);
	if (n->n_args < f->min)
		return expr_node_const(c, n->at, value_blank());
	if ((f->flags & FN_FIELD) != 0)
		bind_field(c, n);
	for (size_t i = 0; i < n->n_args; i++) {
		if ((f->flags & FN_FIELD) != 0 && i == n->n_args - 1)
			break;
		if (!takes_several(f, n->arg[i], i))
			expr_want_value(c, n->arg[i]);
	}
	if (str_is(name, "not"))
		check_not(c, n);
	if (str_is(name, "regex"))
		check_regex(c, n);
	if (str_is(name, "lookup"))
		note_list(c, n);
	if ((f->flags & FN_TODAY) != 0 && (n->n_args < f->max || f->max == 0))
		expr_depends(c, -1);
	if ((f->flags & FN_SELF) != 0 && n->n_args == 0) {
		if (c->x->self != EXPR_ROOT)
			expr_depends(c, c->x->self);
		return n;
	}
	return (f->flags & (FN_PURE | FN_SELF)) != 0 ? fold(c, n) : n;
}

struct expr *
expr_compile(struct arena *a, struct str text, const struct expr_tree *tree,
    int self, void (*fault)(void *ctx, const struct expr_fault *f), void *ctx)
{
	struct expr *x = arena_new_of(a, struct expr);
	struct expr_compiler c = {
		.a = a, .x = x, .tree = tree, .fault = fault, .fault_ctx = ctx
	};

	if (text.n > EXPR_TEXT_MAX) {
		expr_fault_at(&c, 0, _("longer than %d bytes"),
		    EXPR_TEXT_MAX);
		return NULL;
	}
	if (!text_is_utf8(text)) {
		expr_fault_at(&c, 0, _("this is not UTF-8 text"));
		return NULL;
	}
	x->text = arena_str_dup(a, text);
	x->self = self;
	x->self_kind = self == EXPR_ROOT ? EXPR_NODE_GROUP
					 : tree->kind(tree->ctx, self);
	c.text = x->text;
	c.frame[0] = (struct expr_frame_of){ self, x->self_kind };
	c.n_frames = 1;
	x->root = expr_parse(&c);
	if (x->root == NULL)
		return NULL;
	expr_want_value(&c, x->root);
	return c.failed ? NULL : x;
}

void
expr_each_dependency(
    const struct expr *x, void (*fn)(void *ctx, int node), void *ctx)
{
	for (size_t i = 0; i < x->n_dependencies; i++)
		fn(ctx, x->dependency[i]);
}

void
expr_each_list(const struct expr *x,
    void (*fn)(void *ctx, struct str list, size_t at), void *ctx)
{
	for (size_t i = 0; i < x->n_lists; i++)
		fn(ctx, value_str(x->list[i]->constant), x->list[i]->at);
}

struct str
expr_text(const struct expr *x)
{
	return x->text;
}

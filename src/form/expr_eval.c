#include "form/expr_impl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NO_ORDER 2

static int
order_of(double a, double b)
{
	if (isnan(a) || isnan(b))
		return NO_ORDER;
	return (a > b) - (a < b);
}

/* Both days, or both times of day: days first, then the time. */
static int
compare_moments(struct value a, struct value b)
{
	struct expr_moment x, y;
	int r;

	if (!expr_moment_of(a, &x) || !expr_moment_of(b, &y) ||
	    (x.date.precision == DATE_NONE) != (y.date.precision == DATE_NONE))
		return NO_ORDER;
	r = date_cmp(x.date, y.date);
	return r != 0 ? r : order_of(x.seconds, y.seconds);
}

static bool
is_text(struct value v)
{
	return v.type == VALUE_TEXT || v.type == VALUE_BLANK;
}

int
expr_compare(struct value a, struct value b)
{
	double x, y;

	if (a.type == VALUE_NUMBER && b.type == VALUE_NUMBER)
		return order_of(a.number, b.number);
	if (a.type == VALUE_BLANK || b.type == VALUE_BLANK)
		return NO_ORDER;
	if ((a.type == VALUE_DATE && (is_text(b) || b.type == VALUE_DATE)) ||
	    (b.type == VALUE_DATE && is_text(a)))
		return compare_moments(a, b);
	x = value_to_number(a);
	y = value_to_number(b);
	if (is_text(a) && is_text(b) && (isnan(x) || isnan(y)))
		return compare_moments(a, b);
	return order_of(x, y);
}

bool
expr_same(struct value a, struct value b)
{
	if (a.type == VALUE_BOOL || b.type == VALUE_BOOL)
		return value_to_bool(a) == value_to_bool(b);
	if (a.type == VALUE_NUMBER || b.type == VALUE_NUMBER)
		return order_of(value_to_number(a), value_to_number(b)) == 0;
	if (a.type == VALUE_BLANK || b.type == VALUE_BLANK)
		return a.type == b.type;
	if (a.type == VALUE_DATE || b.type == VALUE_DATE)
		return compare_moments(a, b) == 0;
	return str_eq(value_str(a), value_str(b));
}

bool
expr_spend(struct expr_run *r, size_t bytes)
{
	r->steps += bytes / 16;
	return r->steps <= EXPR_STEPS_MAX;
}

/* The value of a field that stands in no repeat. */
static inline struct value
plain_value(struct expr_run *r, const struct expr_path *p)
{
	static const struct expr_at at_root;
	const struct expr_tree *t = r->env->tree;

	if (p->is_self && r->env->has_self)
		return r->env->self;
	return t->value(t->ctx, p->node, &at_root);
}

double
expr_run_number(struct expr_run *r, const struct expr_node *n)
{
	double a;

	if (++r->steps > EXPR_STEPS_MAX)
		return (double)NAN;
	switch ((int)n->op) {
	case OP_CONST:
		return value_to_number(n->constant);
	case OP_PATH:
		if (n->path->is_plain)
			return value_to_number(plain_value(r, n->path));
		return value_to_number(expr_run_path(r, n->path));
	case OP_ADD:
		a = expr_run_number(r, n->arg[0]);
		return a + expr_run_number(r, n->arg[1]);
	case OP_SUB:
		a = expr_run_number(r, n->arg[0]);
		return a - expr_run_number(r, n->arg[1]);
	case OP_MUL:
		a = expr_run_number(r, n->arg[0]);
		return a * expr_run_number(r, n->arg[1]);
	case OP_DIV:
		a = expr_run_number(r, n->arg[0]);
		return a / expr_run_number(r, n->arg[1]);
	case OP_MOD:
		a = expr_run_number(r, n->arg[0]);
		return fmod(a, expr_run_number(r, n->arg[1]));
	case OP_NEG:
		return -expr_run_number(r, n->arg[0]);
	default:
		return value_to_number(expr_run_node(r, n));
	}
}

static bool
comparison(struct expr_run *r, const struct expr_node *n)
{
	struct value a = expr_run_node(r, n->arg[0]);
	struct value b = expr_run_node(r, n->arg[1]);
	int order;

	if (n->op == OP_EQ || n->op == OP_NE)
		return expr_same(a, b) == (n->op == OP_EQ);
	order = expr_compare(a, b);
	switch ((int)n->op) {
	case OP_LT:
		return order == -1;
	case OP_LE:
		return order == -1 || order == 0;
	case OP_GT:
		return order == 1;
	default:
		return order == 1 || order == 0;
	}
}

bool
expr_run_bool(struct expr_run *r, const struct expr_node *n)
{
	if (n->op < OP_OR || n->op > OP_GE)
		return value_to_bool(expr_run_node(r, n));
	if (++r->steps > EXPR_STEPS_MAX)
		return false;
	if (n->op == OP_OR)
		return expr_run_bool(r, n->arg[0]) ||
		    expr_run_bool(r, n->arg[1]);
	if (n->op == OP_AND)
		return expr_run_bool(r, n->arg[0]) &&
		    expr_run_bool(r, n->arg[1]);
	return comparison(r, n);
}

struct value
expr_run_node(struct expr_run *r, const struct expr_node *n)
{
	if (n->op >= OP_OR && n->op <= OP_GE)
		return value_bool(expr_run_bool(r, n));
	if (n->op >= OP_ADD && n->op <= OP_NEG)
		return value_number(expr_run_number(r, n));
	if (++r->steps > EXPR_STEPS_MAX)
		return value_blank();
	switch ((int)n->op) {
	case OP_CONST:
		return n->constant;
	case OP_PATH:
		if (n->path->is_plain)
			return plain_value(r, n->path);
		return expr_run_path(r, n->path);
	case OP_COLUMN:
		if (r->env->candidate == NULL)
			return value_blank();
		return r->env->candidate(r->env->candidate_ctx, n->column);
	default:
		return n->function->run(r, n);
	}
}

/* Arguments */

struct value
expr_arg(struct expr_run *r, const struct expr_node *call, size_t i)
{
	return expr_run_node(r, call->arg[i]);
}

struct str
expr_arg_text(struct expr_run *r, const struct expr_node *call, size_t i)
{
	return value_to_text(r->env->scratch, expr_arg(r, call, i));
}

double
expr_arg_number(struct expr_run *r, const struct expr_node *call, size_t i)
{
	return expr_run_number(r, call->arg[i]);
}

bool
expr_arg_bool(struct expr_run *r, const struct expr_node *call, size_t i)
{
	return expr_run_bool(r, call->arg[i]);
}

struct date
expr_arg_date(struct expr_run *r, const struct expr_node *call, size_t i)
{
	struct expr_moment m;

	if (!expr_moment_of(expr_arg(r, call, i), &m))
		return (struct date){ 0, 0, 0, DATE_NONE };
	return m.date;
}

struct value
expr_eval(const struct expr *x, const struct expr_env *env,
    const struct expr_at *at)
{
	struct expr_frame frame = { .position = 1, .last = 1 };
	struct expr_run r = { .x = x, .env = env, .n_frames = 1 };
	struct value v;

	if (x->root->op == OP_CONST)
		return x->root->constant;
	if (at != NULL)
		frame.at = *at;
	if (frame.at.depth > 0)
		frame.position = frame.at.row[frame.at.depth - 1] + 1;
	r.frame[0] = &frame;
	v = expr_run_node(&r, x->root);
	/* what was given up in the middle must not pass for a result */
	return r.steps > EXPR_STEPS_MAX ? value_blank() : v;
}

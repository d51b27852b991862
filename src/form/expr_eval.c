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
	return str_eq(a.text, b.text);
}

static struct value
arithmetic(struct expr_run *r, const struct expr_node *n)
{
	double a = expr_arg_number(r, n, 0);
	double b = expr_arg_number(r, n, 1);

	switch ((int)n->op) {
	case OP_ADD:
		return value_number(a + b);
	case OP_SUB:
		return value_number(a - b);
	case OP_MUL:
		return value_number(a * b);
	case OP_DIV:
		return value_number(a / b);
	default:
		return value_number(fmod(a, b));
	}
}

static struct value
comparison(struct expr_run *r, const struct expr_node *n)
{
	struct value a = expr_run_node(r, n->arg[0]);
	struct value b = expr_run_node(r, n->arg[1]);
	int order = expr_compare(a, b);

	switch ((int)n->op) {
	case OP_LT:
		return value_bool(order == -1);
	case OP_LE:
		return value_bool(order == -1 || order == 0);
	case OP_GT:
		return value_bool(order == 1);
	default:
		return value_bool(order == 1 || order == 0);
	}
}

bool
expr_spend(struct expr_run *r, size_t bytes)
{
	r->steps += bytes / 16;
	return r->steps <= EXPR_STEPS_MAX;
}

struct value
expr_run_node(struct expr_run *r, const struct expr_node *n)
{
	if (++r->steps > EXPR_STEPS_MAX)
		return value_blank();
	switch (n->op) {
	case OP_CONST:
		return n->constant;
	case OP_OR:
		return value_bool(
		    expr_arg_bool(r, n, 0) || expr_arg_bool(r, n, 1));
	case OP_AND:
		return value_bool(
		    expr_arg_bool(r, n, 0) && expr_arg_bool(r, n, 1));
	case OP_EQ:
		return value_bool(
		    expr_same(expr_arg(r, n, 0), expr_arg(r, n, 1)));
	case OP_NE:
		return value_bool(
		    !expr_same(expr_arg(r, n, 0), expr_arg(r, n, 1)));
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return comparison(r, n);
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
		return arithmetic(r, n);
	case OP_NEG:
		return value_number(-expr_arg_number(r, n, 0));
	case OP_PATH:
		return expr_run_path(r, n->path);
	case OP_COLUMN:
		if (r->env->candidate == NULL)
			return value_blank();
		return r->env->candidate(r->env->candidate_ctx, n->column);
	case OP_CALL:
		return n->function->run(r, n);
	}
	return value_blank();
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
	return value_to_number(expr_arg(r, call, i));
}

bool
expr_arg_bool(struct expr_run *r, const struct expr_node *call, size_t i)
{
	return value_to_bool(expr_arg(r, call, i));
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
	struct expr_run r = { .x = x, .env = env, .n_frames = 1 };
	struct value v;

	if (at != NULL)
		r.frame[0].at = *at;
	r.frame[0].position = r.frame[0].last = 1;
	if (r.frame[0].at.depth > 0)
		r.frame[0].position =
		    r.frame[0].at.row[r.frame[0].at.depth - 1] + 1;
	v = expr_run_node(&r, x->root);
	/* what was given up in the middle must not pass for a result */
	return r.steps > EXPR_STEPS_MAX ? value_blank() : v;
}

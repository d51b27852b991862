#include "form/expr_fn.h"

#include <math.h>

struct value
expr_self(struct expr_run *r)
{
	const struct expr *x = r->x;

	if (r->env->has_self)
		return r->env->self;
	if (x->self_kind != EXPR_NODE_FIELD && x->self_kind != EXPR_NODE_LINK)
		return value_blank();
	return r->env->tree->value(
	    r->env->tree->ctx, x->self, &r->frame[0]->at);
}

static bool
count_one(void *ctx, const struct expr_at *at)
{
	double *n = ctx;

	(void)at;
	++*n;
	return true;
}

static void
count_value(void *ctx, struct value v)
{
	double *n = ctx;

	(void)v;
	++*n;
}

struct value
expr_fn_count(struct expr_run *r, const struct expr_node *call)
{
	double n = 0;

	if (call->arg[0]->op == OP_PATH)
		expr_each_place(r, call->arg[0]->path, count_one, &n);
	else
		expr_each_value(r, call->arg[0], count_value, &n);
	return value_number(n);
}

static void
count_filled(void *ctx, struct value v)
{
	double *n = ctx;

	*n += !value_is_blank(v);
}

struct value
expr_fn_count_non_empty(struct expr_run *r, const struct expr_node *call)
{
	double n = 0;

	expr_each_value(r, call->arg[0], count_filled, &n);
	return value_number(n);
}

/* Sums and extremes leave blanks out.  NaN stays: a sum with something in it
 * that is no number is no number. */
static void
add(void *ctx, struct value v)
{
	double *sum = ctx;

	if (v.type != VALUE_BLANK)
		*sum += value_to_number(v);
}

struct value
expr_fn_sum(struct expr_run *r, const struct expr_node *call)
{
	double sum = 0;

	for (size_t i = 0; i < call->n_args; i++)
		expr_each_value(r, call->arg[i], add, &sum);
	return value_number(sum);
}

struct extreme {
	int sign; /* 1 for the greatest, -1 for the least */
	bool dates, numbers, none;
	struct value best;
};

static void
take_extreme(void *ctx, struct value v)
{
	struct extreme *x = ctx;

	if (v.type == VALUE_BLANK)
		return;
	x->dates = x->dates || v.type == VALUE_DATE;
	x->numbers = x->numbers || v.type != VALUE_DATE;
	if (v.type != VALUE_DATE)
		v = value_number(value_to_number(v));
	/* no number among them: neither is the result */
	x->none = x->none || value_is_blank(v);
	if (x->best.type == VALUE_BLANK ||
	    expr_compare(v, x->best) == x->sign)
		x->best = v;
}

/* Of dates a date, else a number. */
static struct value
extreme(struct expr_run *r, const struct expr_node *call, int sign)
{
	struct extreme x = { .sign = sign };

	for (size_t i = 0; i < call->n_args; i++)
		expr_each_value(r, call->arg[i], take_extreme, &x);
	if (x.none || (!x.dates && !x.numbers))
		return value_number((double)NAN);
	return x.numbers ? value_number(value_to_number(x.best)) : x.best;
}

struct value
expr_fn_max(struct expr_run *r, const struct expr_node *call)
{
	return extreme(r, call, 1);
}

struct value
expr_fn_min(struct expr_run *r, const struct expr_node *call)
{
	return extreme(r, call, -1);
}

static bool
row_of_first(void *ctx, const struct expr_at *at)
{
	double *position = ctx;

	*position = at->depth == 0 ? 1 : at->row[at->depth - 1] + 1.0;
	return false;
}

/* position(..) is the number of the row, from 1; position() in a filter that
 * of the row that is looked at. */
struct value
expr_fn_position(struct expr_run *r, const struct expr_node *call)
{
	double position = (double)NAN;

	if (call->n_args == 0)
		return value_number(r->frame[r->n_frames - 1]->position);
	if (call->arg[0]->op == OP_PATH)
		expr_each_place(
		    r, call->arg[0]->path, row_of_first, &position);
	return value_number(position);
}

struct value
expr_fn_last(struct expr_run *r, const struct expr_node *call)
{
	(void)call;
	return value_number(r->frame[r->n_frames - 1]->last);
}

struct value
expr_fn_lookup(struct expr_run *r, const struct expr_node *call)
{
	const struct expr_tree *t = r->env->tree;
	struct str list = expr_arg_text(r, call, 0);
	struct value key = expr_arg(r, call, 1);

	if (t->lookup == NULL || value_is_blank(key))
		return value_blank();
	return t->lookup(t->ctx, list, key, expr_arg_text(r, call, 2));
}

struct value
expr_fn_pulldata(struct expr_run *r, const struct expr_node *call)
{
	const struct expr_tree *t = r->env->tree;
	struct str form = expr_arg_text(r, call, 0);
	struct str field = expr_arg_text(r, call, 1);
	struct value id = expr_arg(r, call, 2);

	if (t->pulldata == NULL || value_is_blank(id))
		return value_blank();
	return t->pulldata(t->ctx, r->env->scratch, form, field, id);
}

/* Park and Miller's generator, which ODK's specification prescribes with the
 * inside-out shuffle, so that the same seed gives the same order. */
static double
park_miller(int64_t *seed)
{
	*seed = *seed * 16807 % 2147483647;
	return (double)(*seed - 1) / 2147483646;
}

void
expr_fn_randomize(
    struct expr_run *r, const struct expr_node *call, struct expr_list *out)
{
	struct expr_list l = { .a = r->env->scratch };
	struct value v = value_number((double)NAN);
	int64_t seed;
	size_t from = out->n, j;
	double d;

	expr_gather(r, call->arg[0], &l);
	if (call->n_args > 1)
		v = expr_arg(r, call, 1);
	if (value_is_blank(v))
		v = value_number(floor(value_to_number(
		    expr_fn_random(r, call)) * 2147483647));
	d = fmod(trunc(value_to_number(v)), 2147483647);
	seed = isnan(d) ? 0 : (int64_t)d;
	if (seed <= 0)
		seed += 2147483646;
	for (size_t i = 0; i < l.n; i++) {
		expr_list_add(out, l.v[i]);
		j = from + (size_t)(park_miller(&seed) * (double)(i + 1));
		out->v[from + i] = out->v[j];
		out->v[j] = l.v[i];
	}
}

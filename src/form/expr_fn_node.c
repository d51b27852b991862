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
	    r->env->tree->ctx, x->self, &r->frame[0].at);
}

static bool
count_one(void *ctx, const struct expr_at *at)
{
	double *n = ctx;

	(void)at;
	++*n;
	return true;
}

struct value
expr_fn_count(struct expr_run *r, const struct expr_node *call)
{
	struct expr_list l = { 0, 0, NULL };
	double n = 0;

	if (call->arg[0]->op == OP_PATH) {
		expr_each_place(r, call->arg[0]->path, count_one, &n);
		return value_number(n);
	}
	expr_gather(r, call->arg[0], &l);
	return value_number((double)l.n);
}

/* All values of the arguments that are not blank.  NaN stays: a sum with
 * something in it that is no number is no number. */
static struct expr_list
filled(struct expr_run *r, const struct expr_node *call)
{
	struct expr_list l = { 0, 0, NULL };
	size_t n = 0;

	for (size_t i = 0; i < call->n_args; i++)
		expr_gather(r, call->arg[i], &l);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].type != VALUE_BLANK)
			l.v[n++] = l.v[i];
	l.n = n;
	return l;
}

struct value
expr_fn_count_non_empty(struct expr_run *r, const struct expr_node *call)
{
	struct expr_list l = filled(r, call);
	double n = 0;

	for (size_t i = 0; i < l.n; i++)
		n += !value_is_blank(l.v[i]);
	return value_number(n);
}

struct value
expr_fn_sum(struct expr_run *r, const struct expr_node *call)
{
	struct expr_list l = filled(r, call);
	double sum = 0;

	for (size_t i = 0; i < l.n; i++)
		sum += value_to_number(l.v[i]);
	return value_number(sum);
}

/* The greatest, or with sign -1 the least; of dates a date. */
static struct value
extreme(struct expr_run *r, const struct expr_node *call, int sign)
{
	struct expr_list l = filled(r, call);
	struct value best = value_number((double)NAN);
	bool dates = l.n > 0;

	for (size_t i = 0; i < l.n; i++)
		dates = dates && l.v[i].type == VALUE_DATE;
	for (size_t i = 0; i < l.n; i++) {
		struct value v = l.v[i];

		if (!dates)
			v = value_number(value_to_number(v));
		if (value_is_blank(v))
			return v;
		if (i == 0 || expr_compare(v, best) == sign)
			best = v;
	}
	return best;
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
		return value_number(r->frame[r->n_frames - 1].position);
	if (call->arg[0]->op == OP_PATH)
		expr_each_place(
		    r, call->arg[0]->path, row_of_first, &position);
	return value_number(position);
}

struct value
expr_fn_last(struct expr_run *r, const struct expr_node *call)
{
	(void)call;
	return value_number(r->frame[r->n_frames - 1].last);
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
	struct expr_list l = { 0, 0, NULL };
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
		expr_list_add(r, out, l.v[i]);
		j = from + (size_t)(park_miller(&seed) * (double)(i + 1));
		out->v[from + i] = out->v[j];
		out->v[j] = l.v[i];
	}
}

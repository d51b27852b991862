#include "form/expr_fn.h"

#include "base/text.h"

#include <string.h>

struct value
expr_fn_true(struct expr_run *r, const struct expr_node *call)
{
	(void)r;
	(void)call;
	return value_bool(true);
}

struct value
expr_fn_false(struct expr_run *r, const struct expr_node *call)
{
	(void)r;
	(void)call;
	return value_bool(false);
}

struct value
expr_fn_not(struct expr_run *r, const struct expr_node *call)
{
	return value_bool(!expr_arg_bool(r, call, 0));
}

struct value
expr_fn_boolean(struct expr_run *r, const struct expr_node *call)
{
	return value_bool(expr_arg_bool(r, call, 0));
}

struct value
expr_fn_boolean_from_string(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);

	return value_bool(str_is(s, "1") || str_is(s, "true"));
}

struct value
expr_fn_if(struct expr_run *r, const struct expr_node *call)
{
	return expr_arg(r, call, expr_arg_bool(r, call, 0) ? 1 : 2);
}

struct value
expr_fn_coalesce(struct expr_run *r, const struct expr_node *call)
{
	struct value v = value_blank();

	for (size_t i = 0; i < call->n_args && value_is_blank(v); i++)
		v = expr_arg(r, call, i);
	return v;
}

/* What the field holds, or, as long as it is blank, the argument. */
struct value
expr_fn_once(struct expr_run *r, const struct expr_node *call)
{
	struct value v = expr_self(r);

	return value_is_blank(v) ? expr_arg(r, call, 0) : v;
}

/* True if n lies within the first two arguments; -1 is no bound. */
static bool
within(struct expr_run *r, const struct expr_node *call, double n)
{
	double least = expr_arg_number(r, call, 0);
	double most = expr_arg_number(r, call, 1);

	return (least < 0 || n >= least) && (most < 0 || n <= most);
}

struct value
expr_fn_checklist(struct expr_run *r, const struct expr_node *call)
{
	double n = 0;

	for (size_t i = 2; i < call->n_args; i++)
		n += expr_arg_bool(r, call, i);
	return value_bool(within(r, call, n));
}

struct value
expr_fn_weighted_checklist(struct expr_run *r, const struct expr_node *call)
{
	double n = 0;

	for (size_t i = 2; i + 1 < call->n_args; i += 2)
		if (expr_arg_bool(r, call, i))
			n += expr_arg_number(r, call, i + 1);
	return value_bool(within(r, call, n));
}

/* Choices: codes with a space between */

/* The next code of a list, taken off it; empty at the end. */
static struct str
next_code(struct str *list)
{
	struct str code;

	while (list->n > 0 && list->p[0] == ' ') {
		list->p++;
		list->n--;
	}
	code = (struct str){ list->p, 0 };
	while (code.n < list->n && list->p[code.n] != ' ')
		code.n++;
	list->p += code.n;
	list->n -= code.n;
	return code;
}

struct value
expr_fn_selected(struct expr_run *r, const struct expr_node *call)
{
	struct str list = expr_arg_text(r, call, 0), code;
	struct str wanted = expr_arg_text(r, call, 1);

	wanted = text_trim(wanted);
	/* ODK's engines say that a blank answer has '' selected */
	while (wanted.n > 0 && (code = next_code(&list)).n > 0)
		if (str_eq(code, wanted))
			return value_bool(true);
	return value_bool(false);
}

struct value
expr_fn_selected_at(struct expr_run *r, const struct expr_node *call)
{
	struct str list = expr_arg_text(r, call, 0), code;
	double at = expr_arg_number(r, call, 1);

	if (!(at >= 0))
		return value_blank();
	for (double i = 0; (code = next_code(&list)).n > 0; i++)
		if (i + 1 > at)
			return value_text(code);
	return value_blank();
}

struct value
expr_fn_count_selected(struct expr_run *r, const struct expr_node *call)
{
	struct str list = expr_arg_text(r, call, 0);
	double n = 0;

	while (next_code(&list).n > 0)
		n++;
	return value_number(n);
}

struct value
expr_fn_choice_name(struct expr_run *r, const struct expr_node *call)
{
	const struct expr_tree *t = r->env->tree;
	struct value code = expr_arg(r, call, 0);

	if (t->choice_label == NULL || value_is_blank(code))
		return value_blank();
	return t->choice_label(t->ctx, call->arg[1]->path->node, code);
}

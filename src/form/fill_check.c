/* What is wrong: judging each answer, and the list of findings. */
#include "form/fill_impl.h"

#include "base/text.h"

bool
fill_is_ours(const struct fill *x, const struct form_node *n)
{
	return n->owner == FORM_BOTH || n->owner == x->env.role ||
	       x->env.role == FORM_BOTH;
}

void
fill_judge(struct fill *x, int node, struct row *row, const struct expr_at *at)
{
	const struct form_node *n = &x->f->nodes[node];
	struct cell *c = &row->cells[n->slot];
	struct expr_env env;

	c->failed = 0;
	c->required = c->read_only = false;
	if (!c->relevant)
		return;
	env = (struct expr_env){
		.tree = &x->tree,
		.scratch = x->scratch,
		.today = x->env.today,
		.now = x->env.now,
		.self = c->answer.value,
		.has_self = true,
	};
	if (n->read_only != NULL)
		c->read_only =
		    value_to_bool(expr_eval(n->read_only, &env, at));
	if (x->unjudged[node])
		return;
	if (n->required != NULL)
		c->required = value_to_bool(expr_eval(n->required, &env, at));
	if (answer_is_blank(&c->answer))
		return;
	for (size_t i = 0; i < n->n_checks; i++)
		if (n->checks[i].test != NULL &&
		    !value_to_bool(expr_eval(n->checks[i].test, &env, at)))
			c->failed |= 1U << i;
}

bool
fill_is_relevant(const struct fill *x, const struct fill_ref *r)
{
	const struct cell *c = fill_cell(x, r);

	return c != NULL && c->relevant;
}

bool
fill_is_required(const struct fill *x, const struct fill_ref *r)
{
	const struct cell *c = fill_cell(x, r);

	return c != NULL && c->required &&
	       fill_is_ours(x, &x->f->nodes[r->node]);
}

bool
fill_is_read_only(const struct fill *x, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];
	const struct cell *c = fill_cell(x, r);

	return c == NULL || c->read_only || c->sealed.n > 0 || n->type == FORM_CALCULATE ||
	       !form_type_is_field(n->type) || !fill_is_ours(x, n);
}

static void
add(const struct fill *x, const struct fill_ref *r, enum fill_severity severity,
    const char *message, const char *reason)
{
	struct lent *lent = x->lent;
	size_t cap = lent->cap_findings;

	lent->findings = arena_grow(lent->findings_arena, lent->findings,
	    lent->n_findings, &cap, sizeof *lent->findings);
	lent->cap_findings = cap;
	lent->findings[lent->n_findings++] =
	    (struct fill_finding){ *r, severity, message, reason };
}

static const char *
message_of(const struct fill *x, const struct fill_ref *r,
    struct form_label label, const char *otherwise)
{
	if (label.vi[0] == '\0')
		return otherwise;
	return fill_label(x, x->lent->findings_arena, r, label).p;
}

static void
add_failed(const struct fill *x, const struct fill_ref *r,
    const struct form_node *n, const struct cell *c, bool soft)
{
	struct arena *a = x->lent->findings_arena;
	const char *reason = NULL;

	if (soft && answer_force(&c->answer).n > 0)
		reason = arena_str(a, answer_force(&c->answer));
	for (size_t i = 0; i < n->n_checks; i++) {
		if ((c->failed & 1U << i) == 0 || n->checks[i].soft != soft)
			continue;
		add(x, r,
		    !soft            ? FILL_ERROR
		    : reason != NULL ? FILL_FORCED
		                     : FILL_WARNING,
		    message_of(x, r, n->checks[i].message,
		        soft ? _("unusual") : _("this cannot be")),
		    reason);
	}
}

static void
find_faults(const struct fill *x, const struct fill_ref *r)
{
	const struct form_node *n = &x->f->nodes[r->node];
	const struct cell *c = fill_cell(x, r);

	if (c == NULL || !c->relevant || !form_type_is_field(n->type) ||
	    !fill_is_ours(x, n))
		return;
	if (answer_typed(&c->answer).n > 0)
		add(x, r, FILL_ERROR,
		    fill_input_message(
		        x->lent->findings_arena, n, c->answer.fault),
		    NULL);
	else if (c->required && answer_is_blank(&c->answer) &&
	         c->sealed.n == 0)
		add(x, r, FILL_ERROR,
		    message_of(
		        x, r, n->required_message, _("an answer is needed")),
		    NULL);
	add_failed(x, r, n, c, false);
	add_failed(x, r, n, c, true);
}

size_t
fill_findings(const struct fill *x, const struct fill_finding **out)
{
	struct lent *lent = x->lent;
	struct fill_ref r = { 0 };

	if (!lent->findings_valid) {
		arena_reset(lent->findings_arena);
		lent->findings = NULL;
		lent->n_findings = lent->cap_findings = 0;
		while (fill_advance(x, &r))
			find_faults(x, &r);
		lent->findings_valid = true;
	}
	*out = lent->findings;
	return lent->n_findings;
}

/* The findings of a field stand together, errors first, then warnings. */
const struct fill_finding *
fill_finding_at(const struct fill *x, const struct fill_ref *r)
{
	const struct fill_finding *all;
	size_t n = fill_findings(x, &all);

	for (size_t i = 0; i < n; i++)
		if (fill_ref_equal(&all[i].ref, r))
			return &all[i];
	return NULL;
}

bool
fill_has_errors(const struct fill *x)
{
	const struct fill_finding *all;
	size_t n = fill_findings(x, &all);

	for (size_t i = 0; i < n; i++)
		if (all[i].severity == FILL_ERROR)
			return true;
	return false;
}

static unsigned
soft_checks(const struct form_node *n)
{
	unsigned soft = 0;

	for (size_t i = 0; i < n->n_checks; i++)
		if (n->checks[i].soft)
			soft |= 1U << i;
	return soft;
}

bool
fill_is_forced(const struct form_node *n, const struct cell *c)
{
	return answer_force(&c->answer).n > 0 &&
	    (c->failed & soft_checks(n)) != 0;
}

bool
fill_force(struct fill *x, const struct fill_ref *r, struct str reason)
{
	const struct form_node *n = &x->f->nodes[r->node];
	struct cell *c = fill_cell(x, r);
	struct error e;

	arena_reset(x->scratch);
	if (c == NULL || !c->relevant || !fill_is_ours(x, n) ||
	    (c->failed & soft_checks(n)) == 0 ||
	    text_clean(x->scratch, text_trim(reason), 0, &reason, &e) != OK ||
	    reason.n == 0)
		return false;
	fill_group(x);
	fill_keep(x, r, c);
	answer_set_force(&c->answer, reason);
	x->lent->findings_valid = false;
	return true;
}

/*
 * Most records of a register have one event.  It is the head of all that it
 * sets, there is nothing that it could conflict with, and what it ends it has
 * seen: the same fold, at a sixth of the cost.
 */
#include "store/fold_place.h"
#include "store/fold_shown.h"

#include <string.h>

struct alone {
	struct arena *a;
	const struct fold_event *in;
	const struct fold_rules *rules;
	struct record *out;
	struct fold_head *heads; /* one for each register */
	bool grouped;            /* a register has several fields */
	bool sorted; /* what is set comes in the order of its paths */
	bool all;    /* and is shown */
	size_t cap_refused;
	size_t near;             /* of fold_place */
};

/* Its register.  Each path is set once, so a field's own register can only
 * be there already if it is one of several fields. */
static struct fold_register *
register_of(struct alone *x, struct str name, bool single)
{
	struct record *out = x->out;
	struct fold_register *reg;

	for (size_t i = x->grouped || !single ? out->n_registers : 0; i-- > 0;) {
		reg = &out->registers[i];
		if ((!single || reg->heads->json.p == NULL) &&
		    str_eq(reg->name, name))
			return reg;
	}
	x->grouped = x->grouped || !single;
	reg = &out->registers[out->n_registers];
	reg->name = name;
	reg->heads = &x->heads[out->n_registers++];
	reg->n_heads = 1;
	return reg;
}

/* The settings of one register mostly follow each other. */
static void
add_set(struct alone *x, struct fold_head *h, const struct event_set *set)
{
	struct event_set *all;

	if (h->n_set == 0) {
		h->set = set;
	} else if (h->set + h->n_set != set) {
		all = arena_array(x->a, h->n_set + 1, sizeof *all);
		memcpy(all, h->set, h->n_set * sizeof *all);
		all[h->n_set] = *set;
		h->set = all;
	}
	h->n_set++;
}

static void
refuse(struct alone *x, struct fold_register *reg, struct str path,
    const char *why)
{
	struct record *out = x->out;

	out->refused = arena_grow(x->a, out->refused, out->n_refused,
	    &x->cap_refused, sizeof *out->refused);
	out->refused[out->n_refused++] =
	    (struct fold_refusal){ x->in->id, path, why };
	reg->n_heads = 0;
}

static void
place(struct alone *x, const struct event_set *set)
{
	const struct event *ev = x->in->event;
	struct fold_register *reg;
	struct fold_head *h;
	enum fold_owner owner;
	struct str name;
	bool single;
	const char *why = fold_place(x->a, x->rules, ev->act, &ev->record,
	    set, &x->near, &name, &single, &owner);

	if (why == NULL)
		why = fold_not_owner(owner, x->in->role);
	reg = register_of(x, name, single);
	h = reg->heads;
	h->event = x->in->id;
	h->role = x->in->role;
	h->owner = owner;
	h->n_basis = ev->n_basis;
	h->basis = ev->basis;
	if (h->n_set == 0 && single)
		h->json = set->json;
	x->sorted = x->sorted &&
	    (set == ev->set || str_cmp(set[-1].path, set->path) < 0);
	x->all = x->all && why == NULL && !str_is(set->json, "null");
	add_set(x, h, set);
	if (why != NULL)
		refuse(x, reg, set->path, why);
}

static void
drop_refused(struct record *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < out->n_registers; i++) {
		const struct fold_head *h = out->registers[i].heads;

		if (out->registers[i].n_heads == 0)
			continue;
		out->registers[kept++] = out->registers[i];
		out->decided = out->decided ||
		    (h->owner == FOLD_DISTRICT && h->role == FOLD_DISTRICT &&
		        !str_is(h->json, "null"));
	}
	out->n_registers = kept;
}

static void
show_all(struct alone *x)
{
	const struct event *ev = x->in->event;
	struct record *out = x->out;

	out->n_values = ev->n_set;
	out->values = arena_array(x->a, ev->n_set, sizeof *out->values);
	for (size_t i = 0; i < ev->n_set; i++)
		out->values[i] = (struct fold_value){ ev->set[i].path,
			ev->set[i].json, false };
}

bool
fold_alone(struct arena *a, const struct fold_event *in, fold_rules_fn rules,
    void *ctx, struct record *out)
{
	const struct event *ev = in->event;
	struct alone x = { .a = a, .in = in, .out = out, .sorted = true,
		.all = true };

	if (ev->act == EVENT_MERGE || !ev->has_record || !ev->has_form)
		return false;
	out->n_events = 1;
	out->id = ev->record;
	out->n_members = 1;
	out->members = arena_dup(a, &ev->record, sizeof ev->record);
	out->form = ev->form;
	memcpy(out->form_hash, ev->form_hash, sizeof out->form_hash);
	x.rules = rules(ctx, ev->form, ev->form_hash);
	out->waiting =
	    x.rules == NULL || in->waits || ev->act == EVENT_UNKNOWN;
	if (!out->waiting && fold_takes_part(ev->act)) {
		out->registers =
		    arena_array(a, ev->n_set, sizeof *out->registers);
		x.heads = arena_array(a, ev->n_set, sizeof *x.heads);
		for (size_t i = 0; i < ev->n_set; i++)
			place(&x, &ev->set[i]);
		drop_refused(out);
		if (x.grouped || !x.sorted)
			fold_sort_registers(out);
		if (x.all && x.sorted)
			show_all(&x);
	}
	fold_show(a, out);
	return true;
}

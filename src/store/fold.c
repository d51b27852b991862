#include "store/fold_graph.h"
#include "store/fold_link.h"
#include "store/fold_place.h"
#include "store/fold_shown.h"
#include "store/mutant.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

/* One write of a register by one event. */
struct write {
	size_t event;
	bool refused;
	enum fold_owner owner;
	size_t n_set, cap;
	struct event_set *set;
};

/* A register while the events are gone through. */
struct reg {
	struct str name;
	bool single; /* a field of its own, not several together */
	size_t n, cap;
	struct write *writes; /* by event id */
};

struct fold {
	struct arena *a;
	struct fold_graph graph;
	const struct fold_rules **rules; /* of each event; NULL: waits */
	struct map *regs;
	struct record *out;
	size_t cap_refused;
};

static struct write *
write_of(struct fold *x, struct str name, bool single, size_t event)
{
	struct reg *reg = map_get(x->regs, name);
	struct write *w;

	if (reg == NULL) {
		reg = arena_new_of(x->a, struct reg);
		reg->name = name;
		reg->single = single;
		map_put(x->regs, name, reg);
	}
	if (reg->n > 0 && reg->writes[reg->n - 1].event == event)
		return &reg->writes[reg->n - 1];
	reg->writes = arena_grow(
	    x->a, reg->writes, reg->n, &reg->cap, sizeof *reg->writes);
	w = &reg->writes[reg->n++];
	w->event = event;
	return w;
}

static void
refuse(struct fold *x, size_t event, struct str path, const char *reason)
{
	struct record *out = x->out;
	struct fold_refusal *r;

	out->refused = arena_grow(x->a, out->refused, out->n_refused,
	    &x->cap_refused, sizeof *out->refused);
	r = &out->refused[out->n_refused++];
	r->event = x->graph.node[event].in->id;
	r->path = path;
	r->reason = reason;
}

/* The writes of one event, register by register. */
static void
spread(struct fold *x, size_t i)
{
	const struct fold_event *in = x->graph.node[i].in;
	const struct event *ev = in->event;
	size_t near = 0;

	for (size_t k = 0; k < ev->n_set; k++) {
		const struct event_set *set = &ev->set[k];
		enum fold_owner owner;
		struct str name;
		struct write *w;
		bool single;
		const char *why = fold_place(x->a, x->rules[i], ev->act,
		    &ev->record, set, &near, &name, &single, &owner);

		if (why == NULL && !MUTANT(OWNERS))
			why = fold_not_owner(owner, in->role);
		if (why != NULL)
			refuse(x, i, set->path, why);
		w = write_of(x, name, single, i);
		w->owner = owner;
		w->refused = w->refused || why != NULL;
		w->set = arena_grow(
		    x->a, w->set, w->n_set, &w->cap, sizeof *w->set);
		w->set[w->n_set++] = *set;
	}
}

static void
spread_all(struct fold *x, fold_rules_fn rules, void *ctx)
{
	x->rules = arena_array(x->a, x->graph.n, sizeof(*x->rules));
	for (size_t i = 0; i < x->graph.n; i++) {
		const struct fold_event *in = x->graph.node[i].in;

		if (in->event->has_form)
			x->rules[i] =
			    rules(ctx, in->event->form, in->event->form_hash);
		if (x->rules[i] == NULL || in->waits ||
		    in->event->act == EVENT_UNKNOWN) {
			x->rules[i] = NULL;
			x->out->waiting = true;
		} else if (fold_takes_part(in->event->act)) {
			spread(x, i);
		}
	}
}

static bool
same_set(const struct fold_head *a, const struct fold_head *b)
{
	if (a->n_set != b->n_set)
		return false;
	for (size_t i = 0; i < a->n_set; i++)
		if (!str_eq(a->set[i].path, b->set[i].path) ||
		    !str_eq(a->set[i].json, b->set[i].json))
			return false;
	return true;
}

/* Is a commune's write on top of one of the district's to what both may
 * write?  Then it objects (SAFETY R8). */
static bool
objects(const struct fold *x, const struct reg *reg, const struct write *w)
{
	const struct fold_node *node = &x->graph.node[w->event];

	if (node->in->role != FOLD_COMMUNE || str_is(reg->name, "void") ||
	    str_is(reg->name, "state") || fold_is_link(reg->name, NULL, NULL))
		return false;
	for (size_t i = 0; i < reg->n; i++) {
		size_t other = reg->writes[i].event;

		if (reg->writes[i].refused ||
		    x->graph.node[other].in->role != FOLD_DISTRICT)
			continue;
		for (size_t k = 0; k < node->n_over; k++)
			if (node->over[k] == other)
				return true;
	}
	return false;
}

/* Planted faults: the valid write whose event the store holds at the last
 * place, and the one with the newest clock. */
static bool
is_later(const struct fold_event *a, const struct fold_event *b)
{
	return MUTANT(CLOCK) ? str_cmp(a->event->at, b->event->at) > 0 : a > b;
}

static size_t
last_write(const struct fold *x, const struct reg *reg)
{
	size_t last = SIZE_MAX;

	for (size_t i = 0; i < reg->n; i++)
		if (!reg->writes[i].refused &&
		    (last == SIZE_MAX ||
		        is_later(x->graph.node[reg->writes[i].event].in,
		            x->graph.node[reg->writes[last].event].in)))
			last = i;
	return last;
}

/* Heads: valid writes that no valid write of this register is on top of. */
static void
find_heads(struct fold *x, const struct reg *reg, struct fold_register *out,
    size_t *nodes)
{
	uint32_t stamp = fold_graph_stamp(&x->graph);

	for (size_t i = 0; i < reg->n; i++) {
		struct fold_node *node = &x->graph.node[reg->writes[i].event];

		if (reg->writes[i].refused)
			continue;
		for (size_t k = 0; k < node->n_over; k++)
			x->graph.node[node->over[k]].stamp = stamp;
	}
	for (size_t i = 0; i < reg->n; i++) {
		const struct write *w = &reg->writes[i];
		const struct fold_node *node = &x->graph.node[w->event];
		struct fold_head *h;

		if (MUTANT(ARRIVAL) || MUTANT(CLOCK)
		        ? i != last_write(x, reg)
		        : w->refused || node->stamp == stamp)
			continue;
		nodes[out->n_heads] = w->event;
		h = &out->heads[out->n_heads++];
		h->event = node->in->id;
		h->role = node->in->role;
		h->owner = w->owner;
		h->n_set = w->n_set;
		h->set = w->set;
		h->n_basis = node->in->event->n_basis;
		h->basis = node->in->event->basis;
		if (reg->single)
			h->json = w->set[0].json;
		if (w->owner == FOLD_DISTRICT && h->role == FOLD_DISTRICT &&
		    !str_is(h->json, "null"))
			x->out->decided = true;
		if (out->n_heads > 1 && !same_set(&out->heads[0], h))
			out->conflict = true;
		out->objection |= objects(x, reg, w);
	}
	if (MUTANT(THIRD) && out->n_heads > 2)
		out->conflict = false;
}

/* Of different heads: district first, then the most beneath it, then id; of
 * a link, one that says "yes". */
static void
choose_shown(struct fold *x, struct fold_register *out, const size_t *nodes)
{
	size_t best = 0, best_depth = 0;

	if (!out->conflict)
		return;
	if (fold_is_link(out->name, NULL, NULL)) {
		while (out->shown + 1 < out->n_heads &&
		    !str_is(out->heads[out->shown].json, "\"yes\""))
			out->shown++;
		return;
	}
	for (size_t i = 0; i < out->n_heads; i++) {
		bool higher = out->heads[i].role == FOLD_DISTRICT;
		bool best_higher = out->heads[best].role == FOLD_DISTRICT;
		size_t depth = fold_graph_beneath(&x->graph, nodes[i]);

		if (i == 0 || higher > best_higher ||
		    (higher == best_higher && depth >= best_depth)) {
			best = i;
			best_depth = depth;
		}
	}
	out->shown = best;
}

static void
make_registers(struct fold *x)
{
	struct record *out = x->out;
	size_t n = map_count(x->regs);
	size_t *nodes;

	out->registers = arena_array(x->a, n, sizeof *out->registers);
	nodes = arena_array(x->a, x->graph.n, sizeof *nodes);
	for (size_t i = 0; i < n; i++) {
		struct fold_register *r = &out->registers[out->n_registers];
		struct str name;
		void *value;
		const struct reg *reg;

		if (!map_at(x->regs, i, &name, &value))
			BUG("map shorter than its count");
		reg = value;
		r->name = reg->name;
		r->heads = arena_array(x->a, reg->n, sizeof *r->heads);
		find_heads(x, reg, r, nodes);
		if (r->n_heads == 0)
			continue; /* every write of it was refused */
		choose_shown(x, r, nodes);
		out->conflict |= r->conflict;
		out->objection |= r->objection;
		out->n_registers++;
	}
	fold_sort_registers(out);
}

/* Which events wrote to what a register ends: `void` the whole record, the
 * removal of a row what is in the row. */
static const bool *
edits_beneath(struct fold *x, struct str name)
{
	bool all = str_is(name, "void");
	bool *edits = arena_array(x->a, x->graph.n, sizeof *edits);
	struct str other;
	void *value;

	for (size_t i = 0; map_at(x->regs, i, &other, &value); i++) {
		const struct reg *reg = value;

		if (all ? str_is(other, "void") : !fold_is_in_row(other, name))
			continue;
		for (size_t k = 0; k < reg->n; k++)
			edits[reg->writes[k].event] |= !reg->writes[k].refused;
	}
	return edits;
}

/* Does the head end something: the record, or a row? */
static bool
ends(struct str name, const struct fold_head *h)
{
	bool blank = str_is(h->json, "null");

	return str_is(name, "void") ? !blank
	                            : blank && fold_is_row(name) &&
	        !MUTANT(ROWS);
}

/* What is ended while somebody writes to it is for a person to decide
 * (SAFETY R10): neither is lost. */
static void
find_unseen(struct fold *x)
{
	for (size_t i = 0; i < x->out->n_registers; i++) {
		struct fold_register *r = &x->out->registers[i];
		const bool *edits = NULL;

		for (size_t k = 0; k < r->n_heads && !r->unseen; k++) {
			if (!ends(r->name, &r->heads[k]))
				continue;
			if (edits == NULL)
				edits = edits_beneath(x, r->name);
			r->unseen = fold_graph_unseen(
			    &x->graph, &r->heads[k].event, edits);
		}
		x->out->conflict |= r->unseen;
	}
}

/* The form by which to show it: the newest by what lies beneath, among the
 * events that no other is on top of. */
static void
choose_form(struct fold *x)
{
	const struct event *best = NULL;
	bool best_known = false;
	size_t best_depth = 0;

	for (size_t i = 0; i < x->graph.n; i++) {
		const struct event *ev = x->graph.node[i].in->event;
		bool known = x->rules[i] != NULL;
		size_t depth;

		if (!ev->has_form || x->graph.node[i].covered)
			continue;
		depth = fold_graph_beneath(&x->graph, i);
		if (best == NULL || known > best_known ||
		    (known == best_known && depth >= best_depth)) {
			best = ev;
			best_known = known;
			best_depth = depth;
		}
	}
	if (best != NULL) {
		x->out->form = best->form;
		memcpy(x->out->form_hash, best->form_hash,
		    sizeof x->out->form_hash);
	}
}

/* Which records these are events of. */
static void
find_members(struct fold *x)
{
	struct record *out = x->out;
	size_t cap = 0;

	for (size_t i = 0; i < x->graph.n; i++) {
		const struct event *ev = x->graph.node[i].in->event;
		size_t at = out->n_members;
		int c = 1;

		while (ev->has_record && at > 0 &&
		    (c = memcmp(ev->record.b, out->members[at - 1].b,
		         sizeof ev->record.b)) < 0)
			at--;
		if (!ev->has_record || (at > 0 && c == 0))
			continue;
		out->members = arena_grow(x->a, out->members, out->n_members,
		    &cap, sizeof *out->members);
		memmove(out->members + at + 1, out->members + at,
		    (out->n_members++ - at) * sizeof *out->members);
		out->members[at] = ev->record;
	}
	if (out->n_members > 0)
		out->id = out->members[0];
}

void
fold_record(struct arena *a, const struct fold_event *events, size_t n,
    fold_rules_fn rules, void *ctx, struct record *out)
{
	struct fold x = { .a = a, .out = out };

	memset(out, 0, sizeof *out);
	out->form = STR("");
	if (n == 1 && fold_alone(a, events, rules, ctx, out))
		return;
	fold_graph_build(a, events, n, &x.graph);
	out->n_events = x.graph.n;
	find_members(&x);
	x.regs = map_new(a);
	spread_all(&x, rules, ctx);
	make_registers(&x);
	find_unseen(&x);
	fold_show(a, out);
	choose_form(&x);
}

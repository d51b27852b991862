/*
 * Looking again at what a change can touch.  Nodes are looked at in the
 * form's order (form_reach), each once; a node that did change marks what
 * reads it.  Then those whose checks read something new are judged.
 */
#include "form/fill_impl.h"

#include <string.h>

#define WORD_BITS 64

static void
set_bit(uint64_t *bits, int i)
{
	bits[i / WORD_BITS] |= UINT64_C(1) << (i % WORD_BITS);
}

/* The lowest bit that is set, from word *w on; -1 if none. */
static int
next_bit(uint64_t *bits, size_t n_words, size_t *w)
{
	int bit;

	for (; *w < n_words; (*w)++) {
		if (bits[*w] == 0)
			continue;
		bit = __builtin_ctzll(bits[*w]);
		bits[*w] &= bits[*w] - 1;
		return (int)(*w * WORD_BITS) + bit;
	}
	return -1;
}

static size_t
words(const struct fill *x)
{
	return (x->f->n_nodes + WORD_BITS - 1) / WORD_BITS;
}

static void
mark_readers(struct fill *x, int node)
{
	const struct form_reach *reach = &x->f->reach[node];

	for (size_t i = 0; i < reach->n_values; i++)
		set_bit(x->dirty, reach->values[i]);
	for (size_t i = 0; i < reach->n_checks; i++)
		set_bit(x->judge, reach->checks[i]);
	if (reach->is_judged)
		set_bit(x->judge, reach->rank);
}

void
fill_mark(struct fill *x, int node)
{
	x->lent->findings_valid = false;
	set_bit(x->dirty, x->f->reach[node].rank);
	mark_readers(x, node);
}

void
fill_mark_keyed(struct fill *x, int node)
{
	x->lent->findings_valid = false;
	if (x->f->nodes[node].calculate != NULL)
		set_bit(x->dirty, x->f->reach[node].rank);
	mark_readers(x, node);
}

/* Of what a sealed value decides, even by way of others, nothing is known. */
void
fill_veil(struct fill *x, int node)
{
	const struct form *f = x->f;

	for (size_t rank = (size_t)f->reach[node].rank; rank < f->n_nodes;
	     rank++) {
		int from = f->by_rank[rank];
		const struct form_reach *reach = &f->reach[from];

		if (from != node && !x->veiled[from])
			continue;
		for (size_t i = 0; i < reach->n_values; i++)
			x->veiled[f->by_rank[reach->values[i]]] = true;
		for (size_t i = 0; i < reach->n_checks; i++)
			x->unjudged[f->by_rank[reach->checks[i]]] = true;
	}
}

void
fill_unveil(struct fill *x)
{
	memset(x->veiled, 0, x->f->n_nodes * sizeof *x->veiled);
	memset(x->unjudged, 0, x->f->n_nodes * sizeof *x->unjudged);
}

void
fill_mark_all(struct fill *x)
{
	x->lent->findings_valid = false;
	for (size_t i = 0; i < x->f->n_nodes; i++) {
		set_bit(x->dirty, (int)i);
		if (x->f->reach[x->f->by_rank[i]].is_judged)
			set_bit(x->judge, (int)i);
	}
}

/* Positions and numbers of rows count for all that is within, too. */
void
fill_mark_rows(struct fill *x, int repeat)
{
	const struct form *f = x->f;

	fill_mark(x, repeat);
	for (int i = repeat + 1; i < (int)f->n_nodes; i++)
		for (int r = f->nodes[i].repeat; r >= 0; r = f->nodes[r].repeat)
			if (r == repeat)
				fill_mark(x, i);
}

/* Whether what holds the node is there: its group, or its row. */
static bool
is_held(const struct fill *x, const struct form_node *n, const struct row *row,
    const struct expr_at *at)
{
	const struct form_node *up;
	const struct row *outer;

	if (n->parent < 0)
		return true;
	up = &x->f->nodes[n->parent];
	if (up->type != FORM_REPEAT)
		return row->cells[up->slot].relevant;
	outer = fill_scope(x, up->number, at);
	return outer != NULL && outer->cells[up->slot].relevant &&
	       at->row[up->depth] < outer->sets[up->set_slot].shown;
}

static void
change(struct fill *x, struct answer *a, struct value v)
{
	if (value_equal(a->value, v) ||
	    (v.type == VALUE_NUMBER && value_is_blank(v) && answer_is_blank(a)))
		return;
	answer_set(a, v);
	x->changed = true;
}

/* Rows that the count asks for are made; those beyond it are hidden. */
static void
look_at_count(struct fill *x, const struct form_node *n, struct row *row,
    const struct expr_at *at)
{
	struct rowset *set = &row->sets[n->set_slot];
	uint32_t before = set->shown, had = set->n;
	struct value v = fill_ask(x, x->scratch, n->count, at);
	double count = value_to_number(v);

	if (value_is_blank(v) || !(count >= 0) || x->veiled[n->number])
		return;
	if (count > FILL_ROWS_MAX)
		count = FILL_ROWS_MAX;
	while (set->n < (uint32_t)count)
		fill_row_append(x, n->number, set);
	set->shown = (uint32_t)count;
	if (set->shown != before || set->n != had)
		x->changed = true;
}

static void
look_at_calculation(struct fill *x, const struct form_node *n, struct cell *c,
    const struct fill_ref *r)
{
	struct value v;

	if (c->answer.keyed || answer_typed(&c->answer).n > 0 || c->sealed.n > 0 ||
	    x->veiled[n->number])
		return;
	v = fill_coerce(
	    x, x->scratch, r, fill_ask(x, x->scratch, n->calculate, &r->at));
	if (x->guessing && n->type != FORM_CALCULATE && !c->fresh &&
	    !answer_is_blank(&c->answer) && !value_equal(c->answer.value, v)) {
		c->answer.keyed = true; /* somebody had keyed another value */
		return;
	}
	change(x, &c->answer, v);
}

static void
look_at_filter(struct fill *x, const struct fill_ref *r, struct cell *c)
{
	struct value left;

	if (x->starting || answer_is_blank(&c->answer) ||
	    x->veiled[r->node])
		return;
	left = fill_still_offered(x, x->scratch, r, c->answer.value);
	if (value_equal(left, c->answer.value))
		return;
	fill_keep(x, r, c);
	change(x, &c->answer, left);
	answer_set_force(&c->answer, STR(""));
}

static void
give_default(struct fill *x, const struct form_node *n, struct cell *c,
    const struct fill_ref *r)
{
	c->fresh = false;
	if (n->default_value != NULL && answer_is_blank(&c->answer) &&
	    answer_typed(&c->answer).n == 0)
		change(x, &c->answer,
		    fill_coerce(x, x->scratch, r,
		        fill_ask(x, x->scratch, n->default_value, &r->at)));
}

static void
look(struct fill *x, int node, struct row *row, const struct expr_at *at)
{
	const struct form_node *n = &x->f->nodes[node];
	struct cell *c = &row->cells[x->f->nodes[node].slot];
	struct fill_ref r = { node, *at };
	bool relevant =
	    is_held(x, n, row, at) &&
	    (n->relevant == NULL ||
	        value_to_bool(fill_ask(x, x->scratch, n->relevant, at)));

	if (relevant != c->relevant) {
		c->relevant = relevant;
		x->changed = true;
	}
	if (relevant && n->type == FORM_REPEAT && n->count != NULL)
		look_at_count(x, n, row, at);
	if (relevant && n->calculate != NULL)
		look_at_calculation(x, n, c, &r);
	if (c->fresh)
		give_default(x, n, c, &r);
	if (relevant && n->choice_filter != NULL)
		look_at_filter(x, &r, c);
}

void
fill_run(struct fill *x)
{
	size_t n = words(x), w = 0;
	int rank, node;

	while ((rank = next_bit(x->dirty, n, &w)) >= 0) {
		node = x->f->by_rank[rank];
		x->changed = false;
		arena_reset(x->scratch);
		fill_each_scope(x, node, look);
		/* at the start everything is marked anyway */
		if (x->changed && !x->starting)
			mark_readers(x, node);
	}
	w = 0;
	while ((rank = next_bit(x->judge, n, &w)) >= 0) {
		arena_reset(x->scratch);
		fill_each_scope(x, x->f->by_rank[rank], fill_judge);
	}
	x->lent->findings_valid = false;
}

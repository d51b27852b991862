/*
 * Undo and redo.  A step holds the other side of one change: the answer that
 * is not in its cell, or the row that is not in its place.  Undoing a step
 * and doing it again are the same exchange.  What was calculated follows by
 * itself; choices that a change took away are steps of the same group.
 */
#include "form/fill_impl.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 4096

static void
step_free(const struct fill *x, struct step *s)
{
	answer_release(&s->answer);
	if (s->is_row)
		fill_row_free(x, s->ref.node, s->row);
}

static void
drop(struct fill *x, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		step_free(x, &x->steps[i]);
	if (x->n_steps > to)
		memmove(&x->steps[from], &x->steps[to],
		    (x->n_steps - to) * sizeof *x->steps);
	x->n_steps -= to - from;
}

void
fill_steps_clear(struct fill *x)
{
	drop(x, 0, x->n_steps);
	free(x->steps);
	x->steps = NULL;
	x->n_done = x->cap_steps = 0;
}

void
fill_group(struct fill *x)
{
	x->group++;
}

/* The older half goes, whole groups of it. */
static void
forget_old(struct fill *x)
{
	size_t n = STEPS_MAX / 2;

	while (n < x->n_steps && x->steps[n].group == x->steps[n - 1].group)
		n++;
	drop(x, 0, n);
	x->n_done = x->n_steps;
}

struct step *
fill_step(struct fill *x, const struct fill_ref *r)
{
	struct step *s;

	drop(x, x->n_done, x->n_steps); /* no redo after a new change */
	if (x->n_steps >= STEPS_MAX)
		forget_old(x);
	if (x->n_steps == x->cap_steps) {
		x->cap_steps = x->cap_steps == 0 ? 64 : x->cap_steps * 2;
		x->steps = realloc(x->steps, x->cap_steps * sizeof *x->steps);
		if (x->steps == NULL)
			base_die("%s", _("out of memory"));
	}
	s = &x->steps[x->n_steps++];
	x->n_done = x->n_steps;
	memset(s, 0, sizeof *s);
	s->group = x->group;
	s->ref = *r;
	return s;
}

void
fill_keep(struct fill *x, const struct fill_ref *r, const struct cell *c)
{
	if (!x->replaying)
		answer_copy(&fill_step(x, r)->answer, &c->answer);
}

static void
exchange(struct fill *x, struct step *s)
{
	struct rowset *set;
	struct cell *c;
	struct answer other;

	if (!s->is_row) {
		c = fill_cell(x, &s->ref);
		if (c == NULL)
			BUG("undo of a cell that is gone");
		other = c->answer;
		c->answer = s->answer;
		s->answer = other;
		fill_mark(x, s->ref.node);
		return;
	}
	set = fill_rowset(x, s->ref.node, &s->ref.at);
	if (set == NULL)
		BUG("undo of a row that is gone");
	if (s->row != NULL) {
		fill_rowset_put(set, s->index, s->row);
		s->row = NULL; /* transferred */
	} else {
		s->row = fill_rowset_take(set, s->index);
	}
	fill_mark_rows(x, s->ref.node);
}

static void
replay(struct fill *x)
{
	x->replaying = true;
	fill_run(x);
	x->replaying = false;
}

bool
fill_undo(struct fill *x, struct fill_ref *where)
{
	unsigned group;

	if (x->n_done == 0)
		return false;
	group = x->steps[x->n_done - 1].group;
	while (x->n_done > 0 && x->steps[x->n_done - 1].group == group)
		exchange(x, &x->steps[--x->n_done]);
	*where = x->steps[x->n_done].ref;
	replay(x);
	return true;
}

bool
fill_redo(struct fill *x, struct fill_ref *where)
{
	unsigned group;

	if (x->n_done == x->n_steps)
		return false;
	group = x->steps[x->n_done].group;
	*where = x->steps[x->n_done].ref;
	while (x->n_done < x->n_steps && x->steps[x->n_done].group == group)
		exchange(x, &x->steps[x->n_done++]);
	replay(x);
	return true;
}

#include "tests/merge/state.h"

#include <stdlib.h>

#include "tests/merge/rules.h"
#include "tests/merge/sight.h"

bool
state_record(
    const struct machine *m, const struct record_of *rec, struct record *out)
{
	struct error why = { .code = OK };
	enum err r = store_record(m->s, world.a, &rec->id, out, &why);

	if (r != OK && r != ERR_NOTFOUND)
		fall("machine %u: %s", m->no, why.what);
	return r == OK;
}

struct str
state_text(const struct machine *m, const char *scope)
{
	struct buf text = BUF_INIT;
	struct record r;
	struct str out;

	for (unsigned i = 0; i < world.n_records; i++)
		if (strcmp(world.record[i].scope, scope) == 0 &&
		    state_record(m, &world.record[i], &r))
			fold_digest_text(&r, &text);
	out.p = arena_str(world.a, buf_str(&text));
	out.n = text.n;
	buf_release(&text);
	return out;
}

static void
same_state(const char *which, const struct machine *a, const struct machine *b,
    const char *scope)
{
	struct str x = state_text(a, scope), y = state_text(b, scope);
	const char *p = x.p, *q = y.p;

	if (str_eq(x, y))
		return;
	while (strcspn(p, "\n") == strcspn(q, "\n") &&
	    strncmp(p, q, strcspn(p, "\n")) == 0) {
		p += strcspn(p, "\n") + 1;
		q += strcspn(q, "\n") + 1;
	}
	fall("%s: machines %u and %u hold different state: \"%.*s\", \"%.*s\"",
	    which, a->no, b->no, (int)strcspn(p, "\n"), p,
	    (int)strcspn(q, "\n"), q);
}

/* I1, and the store's own digest where the scopes are equal. */
static void
check_equal(void)
{
	for (unsigned i = 0; i < world.n; i++)
		for (unsigned k = 0; k < i; k++) {
			struct machine *a = &world.m[i], *b = &world.m[k];
			uint8_t x[32], y[32];

			if (a->scope == b->scope) {
				ok(store_digest(a->s, x, &e));
				ok(store_digest(b->s, y, &e));
				if (memcmp(x, y, sizeof x) != 0)
					fall("I1: machines %u and %u have "
					     "different digests", i, k);
			} else if (a->scope == NULL) {
				same_state("I1", a, b, b->scope);
			} else if (b->scope == NULL) {
				same_state("I1", a, b, a->scope);
			}
		}
}

/* I2: everything twice, in any order, in pieces of any size. */
static void
check_any_order(const struct machine *m)
{
	struct machine *o = machine_observer();
	size_t n = 0, *order = arena_array(world.a, EVENTS_MAX * 2,
	                  sizeof *order);
	struct store_import *im = NULL;

	for (size_t i = 0; i < journal.n; i++)
		if (m->held[i])
			order[n++] = i;
	for (size_t i = 0; i < n; i++)
		order[n + i] = order[i];
	for (size_t i = n * 2; i-- > 1;) {
		size_t k = below((unsigned)i + 1), was = order[i];

		order[i] = order[k];
		order[k] = was;
	}
	for (size_t i = 0; i < n * 2; i++) {
		if (im == NULL)
			ok(store_import_begin(o->s, "1/AAAA", &im, &e));
		ok(store_import_add(im, journal.e[order[i]].bytes, &e));
		if (i + 1 < n * 2 && !chance(20))
			continue;
		ok(store_import_apply(im, NULL, 0, NULL, &e));
		store_import_drop(im);
		im = NULL;
	}
	same_state("I2", m, o, "11149");
	same_state("I2", m, o, "11150");
	store_close(o->s);
	ok(file_remove_tree(o->dir, &e));
	world.n--;
}

/* Is the event of this record, or of one that is one with it? */
static bool
is_of(const struct event *ev, const struct record *r)
{
	for (size_t i = 0; ev->has_record && i < r->n_members; i++)
		if (memcmp(&ev->record, &r->members[i],
		        sizeof ev->record) == 0)
			return true;
	return false;
}

/* The event's pack is here: before that it takes no part. */
static bool
is_understood(const struct machine *m, const struct event *ev)
{
	return m->knows || memcmp(ev->form_hash, FORM_HASH(1), 32) != 0;
}

bool
state_writes(const struct machine *m, const struct entry *en,
    const struct record *r, struct str reg)
{
	const struct event *ev = &en->event;
	bool any = false;

	if (!is_of(ev, r) || ev->act >= EVENT_NOTE || !is_understood(m, ev))
		return false;
	for (size_t i = 0; i < ev->n_set; i++) {
		if (!str_eq(rules_register(world.a, ev, ev->set[i].path), reg))
			continue;
		if (!rules_may(en->role, ev->set[i].path, ev->set[i].json))
			return false;
		any = true;
	}
	return any;
}

static bool
is_over(const struct event *ev, const struct event_id *id)
{
	for (size_t i = 0; i < ev->n_over; i++)
		if (memcmp(&ev->over[i], id, sizeof *id) == 0)
			return true;
	return false;
}

static bool
is_head(const struct record *r, struct str reg, const struct event_id *id)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *f = &r->registers[i];

		for (size_t k = 0; k < f->n_heads; k++)
			if (str_eq(f->name, reg) &&
			    memcmp(&f->heads[k].event, id, sizeof *id) == 0)
				return true;
	}
	return false;
}

/* I3: a valid write is a head, or a valid write of the register names it; not
 * both. */
static void
check_write(const struct machine *m, const struct record *r,
    const struct entry *en, struct str reg)
{
	bool named = false;

	if (!state_writes(m, en, r, reg))
		return;
	for (size_t i = 0; i < journal.n && !named; i++)
		named = m->held[i] && &journal.e[i] != en &&
		    is_over(&journal.e[i].event, &en->id) &&
		    state_writes(m, &journal.e[i], r, reg);
	if (is_head(r, reg, &en->id) == named)
		fall("I3: a write of %.*s is %s", (int)reg.n, reg.p,
		    named ? "a head, and written over"
		          : "neither a head nor written over");
}

/* I7, and nothing is a head that nobody wrote. */
static void
check_heads(const struct machine *m, const struct record *r,
    const struct fold_register *reg)
{
	for (size_t i = 0; i < reg->n_heads; i++) {
		size_t at = journal_index(&reg->heads[i].event);

		if (at == SIZE_MAX || !m->held[at] ||
		    !state_writes(m, &journal.e[at], r, reg->name))
			fall("%s: %.*s has a head that is no valid write",
			    rules_district_alone(reg->name) ? "I7" : "I3",
			    (int)reg->name.n, reg->name.p);
	}
	world.sum.conflicts += reg->conflict;
}

/* R10: what was ended unseen is said to be, and nothing else is. */
static void
check_sight(const struct machine *m, const struct record *r,
    const struct fold_register *reg)
{
	struct unseen *pair;
	bool unseen = sight_unseen(m, r, reg, &pair) > 0;

	if (unseen != reg->unseen)
		fall("R10: %.*s %s", (int)reg->name.n, reg->name.p,
		    unseen ? "was ended while somebody wrote to it, and "
		             "nothing says so"
		           : "is said to be ended while somebody wrote to it");
	world.sum.ended += unseen;
}

void
state_check_record(
    const struct machine *m, const struct record_of *rec)
{
	struct record r;

	if (!state_record(m, rec, &r))
		return;
	for (size_t i = 0; i < journal.n; i++) {
		const struct entry *en = &journal.e[i];
		struct str last = { NULL, 0 };

		for (size_t k = 0; m->held[i] && k < en->event.n_set; k++) {
			struct str reg = rules_register(
			    world.a, &en->event, en->event.set[k].path);

			if (!str_eq(reg, last))
				check_write(m, &r, en, reg);
			last = reg;
		}
	}
	for (size_t i = 0; i < r.n_registers; i++) {
		check_heads(m, &r, &r.registers[i]);
		check_sight(m, &r, &r.registers[i]);
	}
	world.sum.joined += r.n_members > 1 &&
	    memcmp(&r.id, &rec->id, sizeof r.id) == 0;
}

/* I8 */
static void
check_rebuilt(struct machine *m)
{
	uint8_t was[32], is[32];

	ok(store_digest(m->s, was, &e));
	ok(store_rebuild(m->s, &e));
	ok(store_digest(m->s, is, &e));
	if (memcmp(was, is, sizeof was) != 0)
		fall("I8: machine %u built anew is not what it was", m->no);
}

void
state_check(void)
{
	struct machine *district = &world.m[DISTRICT];

	check_equal();
	for (unsigned i = 0; i < world.n_records; i++)
		state_check_record(district, &world.record[i]);
	check_any_order(district);
	check_rebuilt(&world.m[below(world.n)]);
}

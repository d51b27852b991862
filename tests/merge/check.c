#include "tests/merge/check.h"

#include <stdio.h>

#include "base/coding.h"
#include "tests/merge/sight.h"
#include "tests/merge/state.h"

/* A register of a record with different heads, or whose head and an edit have
 * not seen one another. */
struct conflict {
	const struct record_of *record;
	struct str reg;
	size_t n, n_unseen; /* heads; edits unseen, if it is one by sight alone */
	struct event_id *head;
	struct unseen *unseen;
};

static const char *
short_id(const struct event_id *id)
{
	char *hex = arena_alloc(world.a, 17);

	hex_encode(hex, id->b, 8);
	return hex;
}

static const struct fold_register *
register_of(const struct record *r, struct str name)
{
	for (size_t i = 0; i < r->n_registers; i++)
		if (str_eq(r->registers[i].name, name))
			return &r->registers[i];
	return NULL;
}

static void
add_conflicts(const struct machine *m, struct before *out,
    const struct record_of *rec, const struct record *r)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *reg = &r->registers[i];
		struct conflict *c;

		if (!reg->conflict && !reg->unseen)
			continue;
		out->conflict = arena_grow(world.a, out->conflict,
		    out->n_conflicts, &out->cap, sizeof *out->conflict);
		c = &out->conflict[out->n_conflicts++];
		c->record = rec;
		c->n_unseen = reg->conflict
		    ? 0
		    : sight_unseen(m, r, reg, &c->unseen);
		c->reg = arena_str_dup(world.a, reg->name);
		c->n = reg->n_heads;
		c->head = arena_array(world.a, c->n, sizeof *c->head);
		for (size_t k = 0; k < c->n; k++)
			c->head[k] = reg->heads[k].event;
	}
}

void
check_before(const struct machine *m, struct before *out)
{
	struct record r;

	memcpy(out->held, m->held, sizeof out->held);
	out->n_conflicts = out->cap = 0;
	out->conflict = NULL;
	for (unsigned i = 0; i < world.n_records; i++)
		if (state_record(m, &world.record[i], &r))
			add_conflicts(m, out, &world.record[i], &r);
}

static bool
names(const struct event *ev, const struct conflict *c)
{
	for (size_t i = 0; i < ev->n_over; i++)
		for (size_t k = 0; k < c->n; k++)
			if (memcmp(&ev->over[i], &c->head[k],
			        sizeof c->head[k]) == 0)
				return true;
	return false;
}

/* What came shows that one had seen the other after all, of each pair that
 * seemed not to: so there never was a conflict. */
static bool
was_none(const struct machine *m, const struct conflict *c)
{
	for (size_t i = 0; i < c->n_unseen; i++)
		if (!sight_joins(m, &c->unseen[i]))
			return false;
	return c->n_unseen > 0;
}

/* I11 */
static void
check_conflict(const struct machine *m, const struct conflict *c)
{
	const struct fold_register *reg;
	struct record r;

	if (!state_record(m, c->record, &r))
		fall("I6: a record is gone from machine %u", m->no);
	reg = register_of(&r, c->reg);
	if (reg != NULL && (reg->conflict || reg->unseen))
		return;
	for (size_t i = 0; i < journal.n; i++)
		if (m->held[i] && names(&journal.e[i].event, c) &&
		    journal.e[i].event.officer.n > 0)
			return;
	if (was_none(m, c)) {
		world.sum.seemed++;
		return;
	}
	fall("I11: the conflict of %.*s is gone from machine %u, and nobody "
	     "ended it", (int)c->reg.n, c->reg.p, m->no);
}

/* I5: what it says it has, it has, down to the first. */
static void
check_ack(const struct machine *m, const struct store_ack *ack)
{
	size_t at = journal_index(&ack->head);
	uint64_t seq = ack->seq;

	for (; at != SIZE_MAX && m->held[at]; at = journal.e[at].prev, seq--) {
		const struct event *ev = &journal.e[at].event;

		if (ev->seq != seq ||
		    memcmp(&ev->feed, &ack->feed, sizeof ack->feed) != 0)
			break;
		if (seq == 1)
			return;
	}
	fall("I5: machine %u acknowledges %llu of a feed, and does not hold "
	     "and link all of it", m->no, (unsigned long long)ack->seq);
}

void
check_acks(const struct machine *m)
{
	struct store_ack *acks;
	size_t n;

	ok(store_own_acks(m->s, world.a, NULL, &acks, &n, &e));
	for (size_t i = 0; i < n; i++)
		check_ack(m, &acks[i]);
}

void
check_after(struct machine *m, const struct before *was)
{
	journal_look(m, m->held);
	for (size_t i = 0; i < journal.n; i++)
		if (was->held[i] && !m->held[i])
			fall("I6: event %s is gone from machine %u",
			    short_id(&journal.e[i].id), m->no);
	check_acks(m);
	for (size_t i = 0; i < was->n_conflicts; i++)
		check_conflict(m, &was->conflict[i]);
}

static bool
is_of_scope(const struct machine *m, const struct entry *en)
{
	return m->scope == NULL || strcmp(m->scope, en->scope) == 0;
}

/* The first event that some machine has and another of its scope lacks. */
static bool
find_missing(size_t *event, unsigned *machine)
{
	for (size_t i = 0; i < journal.n; i++) {
		unsigned holders = 0, want = 0, without = 0;

		for (unsigned k = 0; k < world.n; k++) {
			if (!is_of_scope(&world.m[k], &journal.e[i]))
				continue;
			want++;
			holders += world.m[k].held[i];
			if (!world.m[k].held[i])
				without = k;
		}
		if (holders > 0 && holders < want) {
			*event = i;
			*machine = without;
			return true;
		}
	}
	return false;
}

bool
check_is_settled(void)
{
	unsigned machine;
	size_t event;

	return !find_missing(&event, &machine);
}

bool
check_lacks(const struct machine *m, const struct machine *other)
{
	for (size_t i = 0; i < journal.n; i++)
		if (other->held[i] && !m->held[i] &&
		    is_of_scope(m, &journal.e[i]))
			return true;
	return false;
}

/* Do the events at hand show two at one place, or a wrong predecessor? */
static bool
is_forked(const struct machine *m, const struct feed_id *feed)
{
	for (size_t i = 0; i < journal.n; i++) {
		const struct event *a = &journal.e[i].event;

		if (!m->held[i] || memcmp(&a->feed, feed, sizeof *feed) != 0)
			continue;
		for (size_t k = 0; k < journal.n; k++) {
			const struct event *b = &journal.e[k].event;

			if (!m->held[k] || k == i ||
			    memcmp(&b->feed, feed, sizeof *feed) != 0)
				continue;
			if (b->seq == a->seq ||
			    (b->seq == a->seq + 1 && journal.e[k].prev != i))
				return true;
		}
	}
	return false;
}

void
check_feeds(const struct machine *m)
{
	struct store_feed *feeds;
	size_t n;

	ok(store_feeds(m->s, world.a, NULL, &feeds, &n, &e));
	for (size_t i = 0; i < n; i++) {
		bool forked = is_forked(m, &feeds[i].id);

		if (forked != feeds[i].forked)
			fall("I9: machine %u has a feed %s", m->no,
			    forked ? "that is forked, and does not know"
			           : "marked as forked, which is whole");
		world.sum.forks += forked && m->no == DISTRICT;
	}
}

static void
on_fault(void *ctx, const char *what)
{
	(void)ctx;
	printf("fault: %s\n", what);
}

void
check_tables(const struct machine *m)
{
	uint64_t faults;

	machine_clock(m);
	ok(store_check(m->s, on_fault, NULL, NULL, NULL, &faults, &e));
	if (faults > 0)
		fall("I8, I9: machine %u has %llu faults", m->no,
		    (unsigned long long)faults);
}

void
check_settled(void)
{
	unsigned machine;
	size_t event;

	if (find_missing(&event, &machine))
		fall("I4: event %s never came to machine %u",
		    short_id(&journal.e[event].id), machine);
	for (unsigned i = 0; i < world.n; i++) {
		check_feeds(&world.m[i]);
		check_tables(&world.m[i]);
	}
	state_check();
	world.sum.events += journal.n;
}

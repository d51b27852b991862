#include "tests/merge/write.h"

#include <stdio.h>

#include "tests/merge/journal.h"

/* The heads that a screen showed when it was opened. */
static struct screen {
	const struct record_of *record;
	size_t n;
	struct event_id head[EVENT_OVER_MAX];
} screen[MACHINES_MAX];

static void
append(struct machine *m, struct store_write *w)
{
	machine_clock(m);
	w->scope = w->scope != NULL ? w->scope : "11149";
	w->form = "person";
	w->form_hash = FORM_HASH(m->knows && chance(30));
	w->officer = "Nguyễn Thị Thử";
	ok(store_append(m->s, w, 1, NULL, &e));
	world.sum.writes++;
	journal_look(m, m->held);
}

static const char *
some_value(void)
{
	return arena_printf(world.a, "\"v%u\"", below(1000));
}

void
write_record(struct machine *m)
{
	struct record_of *rec = &world.record[world.n_records++];
	struct event_set set[] = { { STR("birth"), STR("\"1950\"") },
		{ STR("name"), str_of(some_value()) } };
	struct store_write w = { .act = EVENT_CREATE, .set = set, .n_set = 2 };

	if (world.n_records == 1)
		memset(screen, 0, sizeof screen);
	rec->scope = w.scope = m->who->card.unit;
	if (chance(50))
		store_id_make(m->s, rec->scope, &rec->id);
	else /* nothing rests on how ids are made */
		record_id_make(&rec->id, NULL, 0);
	w.record = rec->id;
	append(m, &w);
}

void
write_first_records(void)
{
	for (unsigned i = 0; i < COMMUNES * 2; i++)
		write_record(&world.m[i]);
}

/* One that this machine has heard of, with all that it holds; or NULL. */
static const struct record_of *
some_record(const struct machine *m, struct record *out)
{
	unsigned from = below(world.n_records);
	struct error why;

	for (unsigned i = 0; i < world.n_records; i++) {
		const struct record_of *rec =
		    &world.record[(from + i) % world.n_records];

		if (store_record(m->s, world.a, &rec->id, out, &why) == OK)
			return rec;
	}
	return NULL;
}

/* Each event once, however many of its values are heads. */
static void
add_id(struct event_id *ids, size_t *n, const struct event_id *id)
{
	for (size_t i = 0; i < *n; i++)
		if (memcmp(&ids[i], id, sizeof *id) == 0)
			return;
	if (*n < EVENT_OVER_MAX)
		ids[(*n)++] = *id;
}

static const char *
scope_of(const struct record_id *id)
{
	for (unsigned i = 0; i < world.n_records; i++)
		if (memcmp(&world.record[i].id, id, sizeof *id) == 0)
			return world.record[i].scope;
	return "";
}

static void
look_at(struct screen *s, const struct record_of *rec,
    const struct record *r)
{
	s->record = rec;
	s->n = 0;
	for (size_t i = 0; i < r->n_registers; i++)
		for (size_t k = 0; k < r->registers[i].n_heads; k++)
			add_id(s->head, &s->n,
			    &r->registers[i].heads[k].event);
}

/* A field of the commune's, a row of a list among them. */
static size_t
set_fact(struct event_set *set)
{
	static const char *const plain[] = { "name", "birth", "children/a/name",
		"children/b/name", "note" };
	const char *value = chance(15) ? "null" : some_value();

	if (chance(25)) {
		set[0] = (struct event_set){ STR("kind"), str_of(value) };
		set[1] = (struct event_set){ STR("level"), str_of(value) };
		return 2;
	}
	if (chance(10)) {
		set[0] = (struct event_set){ STR("children/a"),
			str_of(chance(50) ? "null" : "1") };
		return 1;
	}
	set[0] = (struct event_set){ str_of(plain[below(ARRAY_LEN(plain))]),
		str_of(value) };
	return 1;
}

/* A decision stands on the facts as they were seen. */
static size_t
set_decision(struct event_set *set, struct store_write *w,
    const struct record *r)
{
	struct event_id *basis =
	    arena_array(world.a, EVENT_OVER_MAX, sizeof *basis);

	for (size_t i = 0; i < r->n_registers; i++)
		add_id(basis, &w->n_basis, &r->registers[i].heads[0].event);
	w->basis = basis;
	set[0] = (struct event_set){ STR("amount"), STR("500000") };
	set[1] = (struct event_set){ STR("decision"), str_of(some_value()) };
	return 2;
}

/* Of several answers any that says so: which of them is shown until somebody
 * decides may hang on their ids. */
static bool
is_void(const struct record *r)
{
	for (size_t i = 0; i < r->n_registers; i++)
		for (size_t k = 0; k < r->registers[i].n_heads; k++)
			if (str_is(r->registers[i].name, "void") &&
			    !str_is(r->registers[i].heads[k].json, "null"))
				return true;
	return false;
}

static void
fill(struct machine *m, const struct record *r, struct store_write *w,
    struct event_set *set)
{
	bool district = m->scope == NULL;
	unsigned x = below(100);

	w->act = EVENT_AMEND;
	if (x < 8) {
		w->act = is_void(r) ? EVENT_RESTORE : EVENT_VOID;
		set[0] = (struct event_set){ STR("void"),
			is_void(r) ? STR("null") : STR("1") };
		w->n_set = 1;
	} else if (x < 18) {
		w->act = EVENT_MOVE;
		set[0] = (struct event_set){ STR("state"),
			district ? STR("\"approved\"") : STR("\"filed\"") };
		w->n_set = 1;
	} else if (x < 23) {
		w->act = EVENT_PRINT;
	} else if (district && chance(75)) {
		w->n_set = set_decision(set, w, r);
	} else if (district) {
		set[0] = (struct event_set){ STR("note"),
			str_of(some_value()) };
		w->n_set = 1;
	} else if (x > 96) { /* who may not: kept, without effect */
		m->bent = true;
		world.sum.void_owner++;
		w->n_set = set_decision(set, w, r);
	} else {
		w->n_set = set_fact(set);
	}
}

/* That two records of a commune are of one person, or are not. */
static void
write_same(struct machine *m, const struct record *a)
{
	static const char *const said[] = { "\"yes\"", "\"yes\"", "\"no\"",
		"null" };
	const struct record_of *other;
	char id[RECORD_ID_TEXT];
	struct event_set set;
	struct store_write w = { .act = EVENT_MERGE, .set = &set, .n_set = 1 };
	struct record b;
	int order;

	other = some_record(m, &b);
	order = memcmp(&a->id, &b.id, sizeof b.id);
	if (strcmp(other->scope, scope_of(&a->id)) != 0 || order == 0)
		return;
	w.record = order > 0 ? a->id : b.id;
	w.scope = other->scope;
	record_id_format(order > 0 ? &b.id : &a->id, id);
	set.path = str_of(arena_printf(world.a, "same_as/%s", id));
	set.json = str_of(said[below(ARRAY_LEN(said))]);
	append(m, &w);
}

void
write_something(struct machine *m)
{
	struct screen *s = &screen[m->no];
	struct event_set set[2];
	struct store_write w = { .set = set };
	const struct record_of *rec;
	struct record r;

	if (m->scope != NULL && world.n_records < RECORDS_MAX && chance(6)) {
		write_record(m);
		return;
	}
	if ((rec = some_record(m, &r)) == NULL)
		return;
	if (chance(8)) {
		write_same(m, &r);
		return;
	}
	if (chance(20))
		look_at(s, rec, &r);
	w.record = r.id; /* of the whole, if it is one with another */
	w.scope = rec->scope;
	fill(m, &r, &w, set);
	if (s->record == rec && w.n_set > 0 && chance(50)) {
		w.over = s->head;
		w.n_over = s->n;
	}
	append(m, &w);
	m->bent = false;
}

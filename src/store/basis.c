/*
 * What a decision was made on (SAFETY R9, doc/format-events.md): the heads of
 * the facts of its record, and of the records that it links to.
 */
#include "store/rows.h"

#include <string.h>

/* Events, each once. */
struct facts {
	struct arena *a;
	struct event_id *id;
	size_t n, cap;
};

static bool
id_eq(const struct event_id *a, const struct event_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

static bool
has(const struct event_id *ids, size_t n, const struct event_id *id)
{
	while (n > 0) /* mostly the last */
		if (id_eq(&ids[--n], id))
			return true;
	return false;
}

/*
 * A fact is what the district alone does not own.  A record's own state is
 * none: a decision is often a move, which takes the place of the state that it
 * was made in.  The state of a linked record is (a person who has died).  What
 * is said of which records are one is no fact, but what it brings together is.
 */
static bool
is_fact(const struct fold_register *reg, const struct fold_head *h, bool linked)
{
	return h->owner != FOLD_DISTRICT &&
	    !fold_is_link(reg->name, NULL, NULL) &&
	    (linked || !str_is(reg->name, "state"));
}

static bool
is_decision(const struct fold_head *h)
{
	return h->owner == FOLD_DISTRICT && h->role == FOLD_DISTRICT &&
	    !str_is(h->json, "null");
}

static void
add_fact(struct facts *f, const struct event_id *id)
{
	if (has(f->id, f->n, id))
		return;
	f->id = arena_grow(f->a, f->id, f->n, &f->cap, sizeof *f->id);
	f->id[f->n++] = *id;
}

static void
add_facts(struct facts *f, const struct record *r, bool linked)
{
	for (size_t i = 0; i < r->n_registers; i++)
		for (size_t k = 0; k < r->registers[i].n_heads; k++) {
			const struct fold_head *h = &r->registers[i].heads[k];

			if (f->n > 0 && id_eq(&f->id[f->n - 1], &h->event))
				continue; /* mostly one event set several */
			if (is_fact(&r->registers[i], h, linked))
				add_fact(f, &h->event);
		}
}

/* The records that it links to, each once; without those not here. */
static enum err
linked_records(struct store *s, struct txn *t, struct arena *a,
    const struct record *r, struct record **out, size_t *n, struct error *e)
{
	const struct fold_rules *rules =
	    s->options.rules(s->options.rules_ctx, r->form, r->form_hash);
	struct str ids =
	    rules == NULL ? STR("") : row_links(a, r, rules);
	struct record_at at;
	enum err err = OK;

	*n = 0;
	*out = arena_array(a, ids.n / RECORD_ID_SIZE, sizeof **out);
	for (size_t i = 0; err == OK && i < ids.n; i += RECORD_ID_SIZE) {
		struct record_id id;
		size_t k = 0;

		memcpy(id.b, ids.p + i, sizeof id.b);
		id = *join_root(s, &id);
		while (k < *n && memcmp((*out)[k].id.b, id.b, sizeof id.b) != 0)
			k++;
		if (k < *n || memcmp(id.b, r->id.b, sizeof id.b) == 0)
			continue;
		err = record_find(s, t, &id, &at, e);
		if (err == OK)
			err = record_fold(s, t, a, &at, NULL, &(*out)[*n], e);
		if (err == OK)
			++*n;
		if (err == ERR_NOTFOUND)
			err = OK;
	}
	return err;
}

/* The event is folded in, under an id that none has, so that what it changes
 * itself is not among the facts that it stands on. */
static enum err
fold_with(struct store *s, struct txn *t, struct arena *a,
    const struct event *ev, struct record *out, struct error *e)
{
	struct fold_event *events = NULL, *all;
	struct record_at at;
	size_t n = 0;
	enum err r = record_find(s, t, &ev->record, &at, e);

	if (r == OK)
		r = record_all_events(s, t, a, &at, &events, &n, e);
	if (r != OK && r != ERR_NOTFOUND)
		return r;
	all = arena_array(a, n + 1, sizeof *all);
	if (n > 0)
		memcpy(all, events, n * sizeof *all);
	all[n].event = ev;
	all[n].role = FOLD_DISTRICT;
	fold_record(a, all, n + 1, s->options.rules, s->options.rules_ctx, out);
	return OK;
}

enum err
basis_find(struct store *s, struct txn *t, struct arena *a,
    const struct fold_rules *rules, struct event *ev, struct error *e)
{
	static const struct event_id itself;
	struct facts f = { .a = a };
	struct record r, *linked;
	size_t n, kept = 0;
	enum err err;

	if (!fold_decides(a, rules, ev))
		return OK;
	if ((err = fold_with(s, t, a, ev, &r, e)) != OK ||
	    (err = linked_records(s, t, a, &r, &linked, &n, e)) != OK)
		return err;
	add_facts(&f, &r, false);
	for (size_t i = 0; i < n; i++)
		add_facts(&f, &linked[i], true);
	for (size_t i = 0; i < f.n; i++)
		if (!id_eq(&f.id[i], &itself))
			f.id[kept++] = f.id[i];
	ev->basis = f.id;
	ev->n_basis = kept;
	return OK;
}

static uint64_t
number_of(const struct event_id *id)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | id->b[i];
	return v;
}

static uint64_t
sum_of(const struct event_id *ids, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += number_of(&ids[i]);
	return sum;
}

static void
pack_sum(struct buf *out, uint64_t v)
{
	char b[8];

	for (size_t i = 0; i < 8; i++)
		b[i] = (char)(v >> (56 - 8 * i));
	buf_add(out, b, sizeof b);
}

static uint64_t
unpack_sum(const char *p)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* Each decision says what the facts should come to; the event of a decision
 * may have set facts, too, which its basis cannot name. */
static void
pack_decisions(const struct record *r, const struct facts *f, struct buf *out)
{
	size_t from = pack_open(out);

	for (size_t i = 0; i < r->n_registers; i++)
		for (size_t k = 0; k < r->registers[i].n_heads; k++) {
			const struct fold_head *h = &r->registers[i].heads[k];
			uint64_t want;
			size_t at = from;

			if (!is_decision(h) || h->n_basis == 0)
				continue;
			want = sum_of(h->basis, h->n_basis);
			if (has(f->id, f->n, &h->event))
				want += number_of(&h->event);
			while (at < out->n && unpack_sum(out->p + at) != want)
				at += 8;
			if (at == out->n)
				pack_sum(out, want);
		}
	pack_close(out, from);
}

/* Of the state, where it is a fact and no other fact's event set it. */
static uint64_t
sum_of_state(struct arena *a, const struct record *r, const struct facts *own)
{
	struct facts more = { .a = a };

	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *reg = &r->registers[i];

		for (size_t k = 0;
		     str_is(reg->name, "state") && k < reg->n_heads; k++)
			if (is_fact(reg, &reg->heads[k], true) &&
			    !has(own->id, own->n, &reg->heads[k].event))
				add_fact(&more, &reg->heads[k].event);
	}
	return sum_of(more.id, more.n);
}

void
basis_pack(struct arena *a, const struct record *r, struct buf *out)
{
	struct facts own = { .a = a };

	add_facts(&own, r, false);
	pack_sum(out, sum_of(own.id, own.n));
	pack_sum(out, sum_of_state(a, r, &own));
	pack_decisions(r, &own, out);
}

bool
basis_unpack(struct unpack *u, struct row_basis *out)
{
	char sum[8];

	unpack_bytes(u, sum, sizeof sum);
	out->facts = unpack_sum(sum);
	unpack_bytes(u, sum, sizeof sum);
	out->state = unpack_sum(sum);
	out->decided = unpack_str(u);
	return !u->bad && out->decided.n % 8 == 0;
}

/* The row of link number i; false if it is not here. */
static bool
linked_row(const struct directory *d, const struct row *row, size_t i,
    size_t *at)
{
	struct record_id linked;

	memcpy(linked.b, row->links.p + i * RECORD_ID_SIZE, sizeof linked.b);
	return directory_find(d, &linked, at);
}

/* Facts of a row that another links to. */
static uint64_t
facts_of_linked(const struct directory *d, size_t at)
{
	struct row row;

	if (!row_decode(rows_bytes(d, at), &row))
		return 0;
	return row.basis.facts + row.basis.state;
}

bool
basis_changed(const struct directory *d, const struct row *row)
{
	size_t self = SIZE_MAX, at, other;
	uint64_t facts = row->basis.facts;

	if (row->basis.decided.n == 0)
		return false;
	(void)directory_find(d, &row->pub.id, &self);
	/* two links may be to parts of one record */
	for (size_t i = 0; i < row->links.n / RECORD_ID_SIZE; i++) {
		size_t k = 0;

		if (!linked_row(d, row, i, &at))
			continue;
		while (k < i && !(linked_row(d, row, k, &other) && other == at))
			k++;
		if (k == i && at != self)
			facts += facts_of_linked(d, at);
	}
	for (size_t i = 0; i < row->basis.decided.n; i += 8)
		if (unpack_sum(row->basis.decided.p + i) != facts)
			return true;
	return false;
}

/* What changed, for a person to read. */
struct changes {
	struct arena *a;
	const struct record *decided;
	struct store_change *list;
	size_t n, cap;
};

/* Some decision was made without this head. */
static bool
is_fresh(const struct record *r, const struct event_id *id)
{
	for (size_t i = 0; i < r->n_registers; i++)
		for (size_t k = 0; k < r->registers[i].n_heads; k++) {
			const struct fold_head *h = &r->registers[i].heads[k];

			if (is_decision(h) && h->n_basis > 0 &&
			    !id_eq(&h->event, id) &&
			    !has(h->basis, h->n_basis, id))
				return true;
		}
	return false;
}

static void
add_changes(struct changes *c, const struct record *r, bool linked)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *reg = &r->registers[i];
		const struct fold_head *shown = &reg->heads[reg->shown];
		bool fresh = false;

		for (size_t k = 0; k < reg->n_heads && !fresh; k++)
			fresh = is_fact(reg, &reg->heads[k], linked) &&
			    is_fresh(c->decided, &reg->heads[k].event);
		for (size_t k = 0; fresh && k < shown->n_set; k++) {
			c->list = arena_grow(
			    c->a, c->list, c->n, &c->cap, sizeof *c->list);
			c->list[c->n++] = (struct store_change){ r->id, r->form,
				shown->set[k].path, shown->set[k].json };
		}
	}
}

enum err
store_changes(struct store *s, struct arena *a, const struct record_id *id,
    struct store_change **out, size_t *n, struct error *e)
{
	struct record r, *linked = NULL;
	struct changes c = { .a = a, .decided = &r };
	size_t n_linked = 0;
	struct record_at at;
	struct txn *t;
	enum err err;

	if ((err = db_look_begin(s->db, &t, e)) != OK)
		return err;
	if ((err = record_find(s, t, id, &at, e)) == OK &&
	    (err = record_fold(s, t, a, &at, NULL, &r, e)) == OK)
		err = linked_records(s, t, a, &r, &linked, &n_linked, e);
	db_read_end(t);
	if (err == OK) {
		add_changes(&c, &r, false);
		for (size_t i = 0; i < n_linked; i++)
			add_changes(&c, &linked[i], true);
	}
	*out = c.list;
	*n = c.n;
	return err;
}

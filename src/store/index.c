#include "store/index.h"

#include <stdlib.h>
#include <string.h>

static int
by_record(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c;

	if (x->has_record != y->has_record)
		return x->has_record ? -1 : 1;
	c = memcmp(x->record.b, y->record.b, sizeof x->record.b);
	if (c != 0)
		return c;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
by_place(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static enum err
read_item(struct stage *st, uint64_t place, struct item *it,
    struct event *ev, struct error *e)
{
	struct feed *f;
	struct str bytes;
	enum err r;

	r = event_at(st->t, st->a, place, ev, &it->id, &bytes, e);
	if (r != OK)
		return r;
	f = feed_get(st->s, &ev->feed);
	if (f == NULL)
		f = feed_add(st->s, &ev->feed);
	it->place = place;
	it->seq = ev->seq;
	it->size = bytes.n;
	it->feed = f->no;
	it->has_prev = ev->has_prev;
	it->prev = ev->prev;
	it->has_record = ev->has_record;
	it->record = ev->record;
	join_note(st->s, ev);
	return OK;
}

/* All that is in the stage stays in memory, for the folds. */
static enum err
read_items(struct stage *st, uint64_t from, uint64_t to, struct error *e)
{
	size_t n = (size_t)(to - from);
	struct event *ev = arena_array(st->a, n, sizeof *ev);
	struct event_id *id = arena_array(st->a, n, sizeof *id);
	enum err r;

	st->item = arena_array(st->a, n, sizeof *st->item);
	for (; st->n < n; st->n++) {
		struct item *it = &st->item[st->n];

		r = read_item(st, from + st->n, it, &ev[st->n], e);
		if (r != OK)
			return r;
		id[st->n] = it->id;
	}
	st->s->fresh = (struct fresh){ from, n, ev, id };
	return OK;
}

static enum err
find_records(struct stage *st, struct error *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < st->n; i++)
		if (!st->item[i].dropped && st->item[i].has_record)
			st->item[kept++] = st->item[i];
	st->n = kept;
	if (kept > 1)
		qsort(st->item, kept, sizeof *st->item, by_record);
	st->touch = arena_array(st->a, kept, sizeof *st->touch);
	for (size_t i = 0; i < kept; i++) {
		struct touch *to;
		enum err r;

		if (i > 0 && memcmp(st->item[i].record.b,
		                 st->item[i - 1].record.b,
		                 sizeof st->item[i].record.b) == 0) {
			st->touch[st->n_touch - 1].n++;
			continue;
		}
		to = &st->touch[st->n_touch++];
		to->first = i;
		to->n = 1;
		to->place = st->item[i].place;
		r = record_no(st->t, &st->item[i].record, &to->no, e);
		if (r != OK && r != ERR_NOTFOUND)
			return r;
		to->is_new = r == ERR_NOTFOUND;
	}
	return OK;
}

/* New records get their numbers in the order of their first events, and are
 * put into the table of ids in the order of the ids. */
static enum err
number_records(struct stage *st, struct error *e)
{
	struct touch *sorted =
	    arena_array(st->a, st->n_touch, sizeof *sorted);
	enum err r = OK;

	memcpy(sorted, st->touch, st->n_touch * sizeof *sorted);
	if (st->n_touch > 1)
		qsort(sorted, st->n_touch, sizeof *sorted, by_place);
	for (size_t i = 0; i < st->n_touch; i++)
		if (sorted[i].is_new)
			sorted[i].no = st->s->num.records++;
	for (size_t i = 0; i < st->n_touch; i++) {
		struct touch *to = &st->touch[i];
		struct record_id *id = &st->item[to->first].record;
		struct buf b = BUF_INIT;
		struct touch *from;

		if (!to->is_new)
			continue;
		from = bsearch(
		    to, sorted, st->n_touch, sizeof *sorted, by_place);
		if (from == NULL)
			BUG("a touched record went missing");
		to->no = from->no;
		pack_u64(&b, to->no);
		r = txn_put(st->t, DB_RECORD_IDS,
		    (struct str){ (const char *)id->b, sizeof id->b },
		    buf_str(&b), e);
		buf_release(&b);
		if (r != OK)
			return r;
	}
	return r;
}

static int
by_touch_no(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
}

static enum err
extend_records(struct stage *st, struct error *e)
{
	struct arena *a = arena_new();
	enum err r = OK;

	if (st->n_touch > 1)
		qsort(st->touch, st->n_touch, sizeof *st->touch, by_touch_no);
	for (size_t i = 0; r == OK && i < st->n_touch; i++) {
		const struct touch *to = &st->touch[i];
		struct record_places rec = { .n = 0 };
		uint64_t *old;

		arena_reset(a);
		rec.id = st->item[to->first].record;
		if (!to->is_new)
			r = record_places_get(st->t, a, to->no, &rec, e);
		if (r != OK)
			break;
		old = rec.place;
		rec.place = arena_array(a, rec.n + to->n, sizeof *rec.place);
		if (rec.n > 0)
			memcpy(rec.place, old, rec.n * sizeof *old);
		for (size_t k = 0; k < to->n; k++)
			rec.place[rec.n++] = st->item[to->first + k].place;
		r = record_places_put(st->t, to->no, &rec, e);
	}
	arena_free(a);
	return r;
}

static enum err
refold(struct stage *st, struct error *e)
{
	size_t n = 0;
	struct record_at *rec =
	    arena_array(st->a, st->n_touch + st->n_again, sizeof *rec);

	for (size_t i = 0; i < st->n_touch; i++)
		rec[n++] = (struct record_at){ st->touch[i].no,
			st->item[st->touch[i].first].record };
	for (size_t i = 0; i < st->n_again; i++)
		rec[n++] = st->again[i];
	return index_rows(st->s, st->t, rec, n, e);
}

/* Empty already, but when they are to be made anew. */
static enum err
index_clear(struct txn *t, struct error *e)
{
	static const enum db_table derived[] = { DB_CHAIN, DB_FEEDS,
		DB_RECORDS, DB_RECORD_IDS, DB_DIRECTORY, DB_JOINS };
	enum err r = OK;

	for (size_t i = 0; r == OK && i < ARRAY_LEN(derived); i++)
		r = txn_clear(t, derived[i], e);
	return r;
}

enum err
store_index(struct store *s, struct txn *t, uint64_t from, uint64_t to,
    struct error *e)
{
	struct stage st = { .s = s, .t = t };
	enum err r;

	if (from != s->num.derived)
		BUG("the tables are at %llu, not at %llu",
		    (unsigned long long)s->num.derived,
		    (unsigned long long)from);
	if (from == 0) { /* nothing follows from no events */
		s->joins = map_new(s->feeds_arena);
		if ((r = index_clear(t, e)) != OK)
			return r;
	}
	st.a = arena_new();
	chain_begin(&st.chain, t);
	if ((r = read_items(&st, from, to, e)) == OK &&
	    (r = index_chain(&st, e)) == OK &&
	    (r = find_records(&st, e)) == OK &&
	    (r = number_records(&st, e)) == OK &&
	    (r = extend_records(&st, e)) == OK &&
	    (r = refold(&st, e)) == OK) {
		s->num.derived = to;
		r = state_put_numbers(s, t, e);
	}
	memset(&s->fresh, 0, sizeof s->fresh);
	chain_end(&st.chain);
	arena_free(st.a);
	return r;
}

static enum err
catch_up_stage(struct txn *t, void *ctx, struct error *e)
{
	struct store *s = ctx;
	uint64_t to;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK)
		return r;
	to = s->num.derived + STORE_STAGE_EVENTS;
	if (to > s->num.places)
		to = s->num.places;
	return store_index(s, t, s->num.derived, to, e);
}

enum err
store_catch_up(struct store *s, store_progress_fn progress, void *ctx,
    struct error *e)
{
	enum err r = OK;

	while (r == OK && s->num.derived < s->num.places) {
		r = store_commit(s, STORE_STAGE_BYTES, catch_up_stage, s, e);
		/* what is begun is finished, now or at the next start */
		if (r == OK && progress != NULL)
			(void)progress(ctx, s->num.derived, s->num.places);
	}
	return r;
}

#include "store/index.h"

#include <stdlib.h>
#include <string.h>

void
index_sort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	const char *p = base;

	for (size_t i = 1; i < n; i++)
		if (cmp(p + (i - 1) * size, p + i * size) > 0) {
			qsort(base, n, size, cmp);
			return;
		}
}

/* An import has them in an order of its own, which does as well. */
static int
by_record(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = memcmp(x->record.b, y->record.b, sizeof x->record.b);

	if (x->taken != y->taken)
		return x->taken < y->taken ? -1 : 1;
	if (x->taken == NULL && c != 0)
		return c;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
by_place(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static void
read_item(struct stage *st, const struct fresh_event *fresh, uint64_t place,
    struct item *it)
{
	const struct event *ev = &fresh->event;
	struct feed *f = feed_get(st->s, &ev->feed);

	if (f == NULL)
		f = feed_add(st->s, &ev->feed);
	it->place = place;
	it->seq = ev->seq;
	it->size = fresh->size;
	it->id = fresh->id;
	it->feed = f->no;
	it->has_prev = ev->has_prev;
	it->prev = ev->prev;
	it->has_record = ev->has_record;
	it->record = ev->record;
	join_note(st->s, ev);
}

/* An import knows the number of a feed before the feed is there. */
static struct feed *
taken_feed_of(struct store *s, const struct taken_event *te)
{
	if (te->feed == s->num.feeds)
		(void)feed_add(
		    s, &s->taken->feed[te->feed - s->taken->feeds_from]);
	if (te->feed >= s->num.feeds)
		BUG("feed %u before feed %u", te->feed, s->num.feeds);
	return s->feed[te->feed];
}

/* What an import remembers of the event; what it does not is read. */
static enum err
take_item(struct stage *st, const struct taken_event *te, uint64_t place,
    struct item *it, struct error *e)
{
	struct store *s = st->s;
	struct event ev;
	enum err r;

	it->place = place;
	it->seq = te->seq;
	it->size = te->size;
	it->id = te->id;
	it->feed = taken_feed_of(s, te)->no;
	it->has_prev = te->seq > 1;
	it->has_record = te->record != TAKEN_NONE;
	if (it->has_record) {
		it->taken = &s->taken->record[te->record];
		it->record = it->taken->id;
	}
	if (te->follows)
		it->prev = te[-1].id;
	if (te->merges || (it->has_prev && !te->follows)) {
		r = event_at(st->t, st->a, place, &ev, NULL, NULL, e);
		if (r != OK)
			return r;
		it->prev = ev.prev;
		join_note(s, &ev);
	}
	return OK;
}

/* All that is in the stage stays in memory, for the folds; what was written
 * in this transaction is there already. */
static enum err
read_items(struct stage *st, uint64_t from, uint64_t to, struct error *e)
{
	const struct fresh *fresh = &st->s->fresh;
	size_t n = (size_t)(to - from);
	enum err r = OK;

	st->item = arena_array(st->a, n, sizeof *st->item);
	if (taken_at(st->s->taken, from) != NULL) {
		for (; r == OK && st->n < n; st->n++)
			r = take_item(st,
			    taken_at(st->s->taken, from + st->n),
			    from + st->n, &st->item[st->n], e);
		return r;
	}
	if (fresh->n > 0 && fresh->from != from)
		BUG("events were written that are not indexed now");
	if (fresh->n == 0)
		event_expect(st->s, n);
	for (; st->n < n; st->n++) {
		if (st->n == fresh->n &&
		    (r = event_refresh(st->s, st->t, from + st->n, e)) != OK)
			return r;
		read_item(st, &fresh->list[st->n], from + st->n,
		    &st->item[st->n]);
	}
	return OK;
}

/* The record that an item is the first of in this stage. */
static enum err
find_record(
    struct stage *st, const struct item *it, struct touch *to, struct error *e)
{
	const struct taken_record *taken = it->taken;
	enum err r;

	if (taken != NULL) {
		to->no = taken->no;
		to->is_new = taken->is_new && to->no >= st->s->num.records;
		to->has_row = to->is_new && taken->has_row;
		return OK;
	}
	r = record_no(st->s, st->t, &it->record, &to->no, e);
	to->is_new = r == ERR_NOTFOUND;
	return r == ERR_NOTFOUND ? OK : r;
}

static enum err
find_records(struct stage *st, struct error *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < st->n; i++)
		if (!st->item[i].dropped && st->item[i].has_record)
			st->item[kept++] = st->item[i];
	st->n = kept;
	index_sort(st->item, kept, sizeof *st->item, by_record);
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
		if ((r = find_record(st, &st->item[i], to, e)) != OK)
			return r;
	}
	return OK;
}

/* What an import staged goes by the number that the record will have. */
static void
number_record(struct store *s, struct touch *to)
{
	uint32_t no = s->num.records++;

	if (s->taken != NULL && to->no != no)
		BUG("record %u was taken for %u", no, to->no);
	to->no = no;
}

/* New records get their numbers in the order of their first events, and are
 * put into the table of ids in the order of the ids. */
static enum err
number_records(struct stage *st, struct error *e)
{
	struct touch *sorted =
	    arena_array(st->a, st->n_touch, sizeof *sorted);
	struct record_ids ids;
	enum err r = OK;

	memcpy(sorted, st->touch, st->n_touch * sizeof *sorted);
	index_sort(sorted, st->n_touch, sizeof *sorted, by_place);
	for (size_t i = 0; i < st->n_touch; i++)
		if (sorted[i].is_new)
			number_record(st->s, &sorted[i]);
	record_ids_begin(&ids, st->t);
	for (size_t i = 0; r == OK && i < st->n_touch; i++) {
		struct touch *to = &st->touch[i];
		struct record_id *id = &st->item[to->first].record;
		struct touch *from;

		if (!to->is_new)
			continue;
		from = bsearch(
		    to, sorted, st->n_touch, sizeof *sorted, by_place);
		if (from == NULL)
			BUG("a touched record went missing");
		to->no = from->no;
		if (st->s->taken == NULL || !st->s->taken->ids_are_put)
			r = record_ids_put(&ids, id, to->no, e);
	}
	if (r == OK)
		r = record_ids_flush(&ids, e);
	record_ids_end(&ids);
	return r;
}

static int
by_touch_no(const void *a, const void *b)
{
	const struct touch *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
}

/* What the stage adds to one record of a page that has n of them. */
static enum err
extend_record(struct stage *st, struct arena *a, const struct touch *to,
    struct record_places *page, size_t *n, struct error *e)
{
	struct record_places *rec = &page[to->no % STORE_PAGE_ROWS];
	uint64_t *old;

	if ((to->no % STORE_PAGE_ROWS == *n) != to->is_new ||
	    to->no % STORE_PAGE_ROWS > *n)
		return error_set(
		    e, ERR_CORRUPT, N_("record %u is missing"), to->no);
	if (to->is_new) {
		*rec = (struct record_places){ .n = 0 };
		rec->id = st->item[to->first].record;
		++*n;
	}
	old = rec->place;
	rec->place = arena_array(a, rec->n + to->n, sizeof *rec->place);
	if (rec->n > 0)
		memcpy(rec->place, old, rec->n * sizeof *old);
	for (size_t k = 0; k < to->n; k++)
		rec->place[rec->n++] = st->item[to->first + k].place;
	return OK;
}

/* One page of records after another. */
static enum err
extend_records(struct stage *st, struct error *e)
{
	struct record_places page[STORE_PAGE_ROWS];
	struct arena *a = arena_new();
	enum err r = OK;
	size_t n;

	index_sort(st->touch, st->n_touch, sizeof *st->touch, by_touch_no);
	for (size_t i = 0; r == OK && i < st->n_touch;) {
		uint32_t at = st->touch[i].no / STORE_PAGE_ROWS;

		arena_reset(a);
		r = record_page_get(st->t, a, at, page, &n, e);
		for (; r == OK && i < st->n_touch &&
		     st->touch[i].no / STORE_PAGE_ROWS == at;
		     i++)
			r = extend_record(st, a, &st->touch[i], page, &n, e);
		if (r == OK)
			r = record_page_put(st->t, at, page, n, e);
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

	for (size_t i = 0; i < st->n_touch; i++) {
		const struct touch *to = &st->touch[i];
		const struct record_id *id = &st->item[to->first].record;

		/* one that others hang together with is folded with them */
		if (to->has_row && to->n == 1 && join_get(st->s, id) == NULL)
			index_touched(st->s, to->no / STORE_PAGE_ROWS);
		else
			rec[n++] = (struct record_at){ to->no, *id };
	}
	for (size_t i = 0; i < st->n_again; i++)
		rec[n++] = st->again[i];
	return index_rows(st->s, st->t, rec, n, e);
}

/* Empty already, but for what an import staged, or when they are to be made
 * anew. */
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
		if (s->taken == NULL && (r = index_clear(t, e)) != OK)
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
	event_forget(s);
	chain_end(&st.chain);
	arena_free(st.a);
	return r;
}

/* Of a record whose row an import made, four events take the memory that one
 * of another does: their pages are neighbours, where those of records that
 * were there lie anywhere. */
static uint64_t
stage_end(const struct store *s)
{
	uint64_t to = s->num.derived;
	size_t room = STORE_STAGE_EVENTS * 4;

	while (to < s->num.places && room >= 4) {
		const struct taken_event *te = taken_at(s->taken, to++);

		room -= te != NULL && te->record != TAKEN_NONE &&
		        s->taken->record[te->record].has_row
		    ? 1
		    : 4;
	}
	return to;
}

static enum err
catch_up_stage(struct txn *t, void *ctx, struct error *e)
{
	struct store *s = ctx;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK)
		return r;
	return store_index(s, t, s->num.derived, stage_end(s), e);
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

#include "store/internal.h"
#include "store/mutant.h"

#include <stdlib.h>
#include <string.h>

/* One event of a stage, as far as the tables need it. */
struct item {
	uint64_t place, seq;
	size_t size;
	uint32_t feed;
	bool has_record, has_prev, dropped;
	struct event_id id, prev;
	struct record_id record;
};
/* One record that the stage touches. */
struct touch {
	uint32_t no;
	size_t first, n; /* of its items, sorted by record and place */
	uint64_t place;  /* the first */
	bool is_new;
};
struct stage {
	struct store *s;
	struct txn *t;
	struct arena *a;
	struct chain chain;
	size_t n, n_touch;
	struct item *item;
	struct touch *touch;
	struct record_at *again; /* records to fold anew for another reason */
	size_t n_again, cap_again;
};

static int
by_feed(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->feed != y->feed)
		return x->feed < y->feed ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return memcmp(x->id.b, y->id.b, sizeof x->id.b);
}

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

static int
by_no(const void *a, const void *b)
{
	const struct record_at *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
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

/* The first event of a feed gives it its role; what came before waited. */
static enum err
take_opening(struct stage *st, struct feed *f, const struct item *it,
    struct error *e)
{
	struct store_feed said;
	struct event ev;
	size_t first, n;
	enum err r;

	if (it->seq != 1)
		return OK;
	if ((r = event_at(st->t, st->a, it->place, &ev, NULL, NULL, e)) != OK)
		return r;
	if (feed_opening(&ev, &said, NULL) != OK)
		return OK;
	feed_known(st->s, f, &said);
	for (uint64_t seq = 2; seq <= f->pub.top; seq++) {
		if ((r = chain_at(&st->chain, f->no, seq, &first, &n, e)) != OK)
			return r;
		while (n-- > 0) {
			uint64_t place = st->chain.entry[first++].place;
			uint32_t no;

			r = event_at(
			    st->t, st->a, place, &ev, NULL, NULL, e);
			if (r != OK)
				return r;
			if (!ev.has_record)
				continue;
			r = record_no(st->t, &ev.record, &no, e);
			if (r == ERR_NOTFOUND)
				continue; /* new in this stage */
			if (r != OK)
				return r;
			st->again = arena_grow(st->a, st->again, st->n_again,
			    &st->cap_again, sizeof *st->again);
			st->again[st->n_again++] =
			    (struct record_at){ no, ev.record };
		}
	}
	return OK;
}

static void
mark_forked(struct feed *f)
{
	f->pub.forked = !MUTANT(NOFORK);
}

/* Is there an event at seq - 1, and is one of them the one before it? */
static enum err
look_back(struct stage *st, const struct item *it, bool *any, bool *joined,
    struct error *e)
{
	size_t first, n;
	enum err r;

	*any = it->seq == 1;
	*joined = it->seq == 1;
	r = chain_at(&st->chain, it->feed, it->seq - 1, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++) {
		*any = true;
		if (memcmp(st->chain.entry[first + i].id.b, it->prev.b,
		        sizeof it->prev.b) == 0 ||
		    MUTANT(NOCHAIN))
			*joined = true;
	}
	return r;
}

/* Those after it came first: which of them are linked to it? */
static enum err
look_ahead(struct stage *st, struct feed *f, const struct item *it,
    struct error *e)
{
	struct event ev;
	size_t first, n;
	enum err r;

	if (it->seq >= f->pub.top)
		return OK;
	r = chain_at(&st->chain, it->feed, it->seq + 1, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++) {
		struct chain_entry *next = &st->chain.entry[first + i];

		if (next->joined)
			continue;
		r = event_at(st->t, st->a, next->place, &ev, NULL, NULL, e);
		if (r != OK)
			break;
		if (memcmp(ev.prev.b, it->id.b, sizeof it->id.b) == 0 ||
		    MUTANT(NOCHAIN)) {
			next->joined = true;
			st->chain.dirty = true;
		} else {
			mark_forked(f);
		}
	}
	return r;
}

/* An event that we have already lies at two places: the later goes. */
static enum err
drop_double(struct stage *st, struct item *it, struct error *e)
{
	struct key_u64 k = key_u64(it->place);

	it->dropped = true;
	return txn_del(st->t, DB_EVENTS, KEY_STR(k), e);
}

static enum err
chain_item(struct stage *st, struct feed *f, struct item *it, struct error *e)
{
	struct chain_entry entry = {
		.seq = it->seq, .place = it->place, .size = it->size, .id = it->id
	};
	bool any, fork;
	size_t first, n;
	enum err r;

	r = chain_at(&st->chain, it->feed, it->seq, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++)
		if (memcmp(st->chain.entry[first + i].id.b, it->id.b,
		        sizeof it->id.b) == 0 ||
		    MUTANT(FEEDSEQ))
			return drop_double(st, it, e);
	fork = n > 0;
	if (r != OK || (r = look_back(st, it, &any, &entry.joined, e)) != OK)
		return r;
	if (fork || (any && !entry.joined))
		mark_forked(f);
	if ((r = take_opening(st, f, it, e)) != OK ||
	    (r = look_ahead(st, f, it, e)) != OK ||
	    (r = chain_add(&st->chain, it->feed, &entry, e)) != OK)
		return r;
	if (it->seq > f->pub.top)
		f->pub.top = it->seq;
	if (fork && f->pub.linked >= it->seq)
		f->pub.linked = it->seq - 1;
	return OK;
}

/* The longest prefix of single, joined entries. */
static enum err
link_feed(struct stage *st, struct feed *f, struct error *e)
{
	size_t first, n;
	enum err r;

	if (f->pub.linked > 0) { /* a fork may have moved it back */
		r = chain_at(
		    &st->chain, f->no, f->pub.linked, &first, &n, e);
		if (r != OK)
			return r;
		if (n > 0)
			f->pub.head = st->chain.entry[first].id;
	} else {
		memset(&f->pub.head, 0, sizeof f->pub.head);
	}
	while (f->pub.linked < f->pub.top) {
		r = chain_at(
		    &st->chain, f->no, f->pub.linked + 1, &first, &n, e);
		if (r != OK)
			return r;
		if (n != 1 || !st->chain.entry[first].joined)
			break;
		f->pub.linked++;
		f->pub.head = st->chain.entry[first].id;
	}
	f->next_seq = f->pub.top + 1;
	f->last = f->pub.head;
	f->pub.closed |= f->pub.forked;
	return feed_put(st->t, f, e);
}

static enum err
chain_items(struct stage *st, struct error *e)
{
	enum err r;

	qsort(st->item, st->n, sizeof *st->item, by_feed);
	for (size_t i = 0; i < st->n; i++) {
		struct feed *f = st->s->feed[st->item[i].feed];

		if ((r = chain_item(st, f, &st->item[i], e)) != OK)
			return r;
		if (i + 1 == st->n || st->item[i + 1].feed != f->no)
			if ((r = link_feed(st, f, e)) != OK)
				return r;
	}
	return chain_flush(&st->chain, e);
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
	    (r = chain_items(&st, e)) == OK &&
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

/* Sorted, each once. */
static size_t
sort_records(struct record_at *rec, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(rec, n, sizeof *rec, by_no);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || rec[kept - 1].no != rec[i].no)
			rec[kept++] = rec[i];
	return kept;
}

enum err
index_row(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, struct buf *row, struct error *e)
{
	struct fold_event *events;
	struct record rec;
	enum err r;

	buf_clear(row);
	if (!join_is_root(s, &at->id)) {
		row_encode_member(&at->id, join_root(s, &at->id), row);
		return OK;
	}
	if ((r = record_fold(s, t, a, at, &events, &rec, e)) == OK)
		row_encode(s, a, &rec, events, row);
	return r;
}

/* One page of rows after another. */
static enum err
put_rows(struct store *s, struct txn *t, const struct record_at *rec,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct buf page = BUF_INIT, row = BUF_INIT;
	struct str rows[STORE_PAGE_ROWS];
	enum err r = OK;

	for (size_t i = 0; r == OK && i < n;) {
		uint32_t at = rec[i].no / STORE_PAGE_ROWS;

		arena_reset(a);
		buf_clear(&page);
		r = row_page_get(t, at, &page, rows, e);
		for (; r == OK && i < n && rec[i].no / STORE_PAGE_ROWS == at;
		     i++) {
			r = index_row(s, t, a, &rec[i], &row, e);
			rows[rec[i].no % STORE_PAGE_ROWS] =
			    arena_str_dup(a, buf_str(&row));
		}
		if (r == OK)
			r = row_page_put(t, at, rows, e);
		s->touched = arena_grow(s->feeds_arena, s->touched,
		    s->n_touched, &s->cap_touched, sizeof *s->touched);
		s->touched[s->n_touched++] = at;
	}
	buf_release(&page);
	buf_release(&row);
	arena_free(a);
	return r;
}

enum err
index_rows(struct store *s, struct txn *t, const struct record_at *rec,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct record_at *all = arena_dup(a, rec, n * sizeof *rec);
	enum err r = joins_update(s, t, a, &all, &n, e);

	if (r == OK)
		r = put_rows(s, t, all, sort_records(all, n), e);
	arena_free(a);
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

#include "store/store_impl.h"

#include "base/coding.h"
#include "crypt/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 512 /* events or records looked at in one reading */

struct check {
	struct store *s;
	struct arena *a;
	void (*fault)(void *ctx, const char *what);
	void *ctx;
	store_progress_fn progress;
	void *progress_ctx;
	uint64_t faults, done, total;
	uint64_t events;   /* that are there */
	uint64_t chained;  /* entries of the chain */
	uint64_t listed;   /* places that records name */
	uint64_t recorded; /* events that belong to a record */
};

static void
fault(struct check *c, const char *what)
{
	c->faults++;
	if (c->fault != NULL)
		c->fault(c->ctx, what);
}

static enum err
step(struct check *c, struct error *e)
{
	c->done++;
	if (c->done % BATCH == 0 && c->progress != NULL &&
	    !c->progress(c->progress_ctx, c->done, c->total))
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	return OK;
}

/* A fault of the data is told and passed over; anything else ends the check. */
static enum err
told(struct check *c, enum err r, const struct error *e)
{
	if (r != ERR_CORRUPT && r != ERR_FORMAT && r != ERR_LIMIT)
		return r;
	fault(c, e->what);
	return OK;
}

/* The event opens, is canonical, and stands in the chain under its id. */
static enum err
check_event(struct check *c, struct txn *t, struct chain *chain,
    uint64_t place, struct error *e)
{
	struct key_u64 k = key_u64(place);
	const struct feed *f;
	struct event ev;
	struct event_id id;
	size_t first, n;
	bool has;
	enum err r;

	if ((r = txn_has(t, DB_EVENTS, KEY_STR(k), &has, e)) != OK || !has)
		return r; /* dropped as a double, or counted as missing */
	c->events++;
	if ((r = event_at(t, c->a, place, &ev, &id, NULL, e)) != OK)
		return told(c, r, e);
	c->recorded += ev.has_record;
	if (ev.act == EVENT_MERGE && !join_noted(c->s, &ev))
		fault(c, _("a merge is not among the joins"));
	f = feed_get(c->s, &ev.feed);
	if (f == NULL) {
		fault(c, _("an event belongs to no feed"));
		return OK;
	}
	if ((r = chain_at(chain, f->no, ev.seq, &first, &n, e)) != OK)
		return told(c, r, e);
	for (size_t i = 0; i < n; i++) {
		const struct chain_entry *entry = &chain->entry[first + i];

		if (entry->place == place)
			n = memcmp(entry->id.b, id.b, sizeof id.b) == 0
			    ? SIZE_MAX
			    : 0;
		if (n == SIZE_MAX)
			return OK;
	}
	fault(c, arena_printf(c->a, _("event %llu is not in its chain"),
	             (unsigned long long)place));
	return OK;
}

/* Runs one check over 0 .. n-1, each batch in a short reading. */
typedef enum err (*check_fn)(struct check *c, struct txn *t,
    struct chain *chain, uint64_t i, struct error *e);

static enum err
each(struct check *c, uint64_t n, check_fn fn, struct error *e)
{
	enum err r = OK;

	for (uint64_t i = 0; r == OK && i < n;) {
		struct chain chain;
		struct txn *t;

		if ((r = db_read_begin(c->s->db, &t, e)) != OK)
			return r;
		chain_begin(&chain, t);
		do {
			arena_reset(c->a);
			if ((r = fn(c, t, &chain, i, e)) == OK)
				r = step(c, e);
		} while (++i % BATCH != 0 && i < n && r == OK);
		chain_end(&chain);
		db_read_end(t);
	}
	return r;
}

/* The links of a feed, computed again from its events. */
static enum err
check_feed(struct check *c, struct txn *t, struct chain *chain, uint64_t no,
    struct error *e)
{
	const struct feed *f = c->s->feed[no];
	struct event_id last = { { 0 } };
	uint64_t linked = 0;
	bool forked = false, whole = true;
	enum err r;

	for (uint64_t seq = 1; seq <= f->pub.top; seq++) {
		size_t first, n;

		r = chain_at(chain, f->no, seq, &first, &n, e);
		if (r != OK)
			return told(c, r, e);
		c->chained += n;
		forked |= n > 1;
		whole &= n == 1;
		for (size_t i = 0; i < n; i++) {
			struct event ev;

			r = event_at(t, c->a, chain->entry[first + i].place,
			    &ev, NULL, NULL, e);
			if (r != OK)
				return told(c, r, e);
			if (whole && ev.has_prev &&
			    memcmp(ev.prev.b, last.b, sizeof last.b) != 0) {
				whole = false;
				forked = true;
			}
		}
		if (whole) {
			last = chain->entry[first].id;
			linked = seq;
		}
		arena_reset(c->a);
	}
	if (linked != f->pub.linked || (forked && !f->pub.forked) ||
	    memcmp(last.b, f->pub.head.b, sizeof last.b) != 0)
		fault(c, arena_printf(c->a, _("feed %llu is linked to %llu, "
		                              "not to %llu"),
		             (unsigned long long)no, (unsigned long long)linked,
		             (unsigned long long)f->pub.linked));
	return OK;
}

/* The record is found by its id, and its row is what its events fold to. */
static enum err
check_record(struct check *c, struct txn *t, struct chain *chain, uint64_t i,
    struct error *e)
{
	struct str rows[STORE_PAGE_ROWS];
	struct buf page = BUF_INIT, row = BUF_INIT;
	uint32_t no = (uint32_t)i, found = UINT32_MAX;
	struct record_places places;
	struct record_at at;
	enum err r;

	(void)chain;
	if ((r = record_places_get(t, c->a, no, &places, e)) != OK)
		return told(c, r, e);
	at = (struct record_at){ no, places.id };
	c->listed += places.n;
	r = record_no(c->s, t, &places.id, &found, e);
	if (r == ERR_NOTFOUND || (r == OK && found != no))
		fault(c, arena_printf(
		             c->a, _("record %u is not found by its id"), no));
	else if (r != OK)
		return told(c, r, e);
	r = row_page_get(t, no / STORE_PAGE_ROWS, &page, rows, e);
	if (r == OK &&
	    (r = index_row(c->s, t, c->a, &at, &places, &row, e)) == OK) {
		if (!str_eq(rows[no % STORE_PAGE_ROWS], buf_str(&row)))
			fault(c, arena_printf(c->a,
			             _("the row of record %u is not its fold"),
			             no));
	}
	buf_release(&page);
	buf_release(&row);
	return r == OK ? OK : told(c, r, e);
}

/* What is said of a record and those near it is what their events say. */
static enum err
check_join(struct check *c, struct txn *t, struct chain *chain, uint64_t i,
    struct error *e)
{
	bool sound = true;
	enum err r = join_sound(c->s, t, c->a, (size_t)i, &sound, e);

	(void)chain;
	if (!sound)
		fault(c, _("a join is not what its events say"));
	return told(c, r, e);
}

/* The seals of a table that is not gone through above. */
static enum err
check_seals(struct check *c, enum db_table table, struct error *e)
{
	char key[512], next[512];
	size_t key_n = 0, next_n;
	struct buf b = BUF_INIT;
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(c->s->db, &t, e)) != OK)
		return r;
	while (r == OK &&
	    (r = txn_next(t, table, (struct str){ key, key_n }, next, &next_n,
	         e)) == OK) {
		buf_clear(&b);
		r = txn_get(t, table, (struct str){ next, next_n }, &b, e);
		if (r != OK)
			r = told(c, r, e);
		memcpy(key, next, next_n);
		key[next_n] = '\0';
		key_n = next_n + 1;
	}
	db_read_end(t);
	buf_release(&b);
	return r == ERR_NOTFOUND ? OK : r;
}

static enum err
check_counts(struct check *c, struct error *e)
{
	struct store *s = c->s;
	uint64_t events, ids, records;
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	events = txn_count(t, DB_EVENTS);
	records = txn_count(t, DB_RECORDS);
	r = record_ids_count(t, &ids, e);
	db_read_end(t);
	if (r != OK && (r = told(c, r, e)) != OK)
		return r;
	if (events != c->events)
		fault(c, _("there are events beyond the last"));
	if (c->chained != c->events)
		fault(c, _("the chains do not hold as many events as there are"));
	if (c->listed != c->recorded)
		fault(c, _("the records do not hold as many events as there are"));
	if (ids != s->num.records ||
	    records != (s->num.records + STORE_PAGE_ROWS - 1) / STORE_PAGE_ROWS)
		fault(c, _("the records are not as many as they should be"));
	if (s->num.derived != s->num.places)
		fault(c, _("the tables are behind the events"));
	return OK;
}

enum err
store_check(struct store *s, void (*fault_fn)(void *ctx, const char *what),
    void *ctx, store_progress_fn progress, void *progress_ctx,
    uint64_t *faults, struct error *e)
{
	static const enum db_table rest[] = { DB_META, DB_PEERS, DB_BUNDLES,
		DB_PACKS, DB_REFUSALS, DB_JOINS };
	struct check c = { .s = s, .fault = fault_fn, .ctx = ctx,
		.progress = progress, .progress_ctx = progress_ctx,
		.total = s->num.places + s->num.feeds + s->num.records +
		    map_count(s->joins) };
	enum err r;

	*faults = 0;
	if ((r = db_verify(s->db, e)) != OK) {
		if (r == ERR_CORRUPT && fault_fn != NULL)
			fault_fn(ctx, e->what);
		return r;
	}
	c.a = arena_new();
	if ((r = each(&c, s->num.places, check_event, e)) == OK &&
	    (r = each(&c, s->num.feeds, check_feed, e)) == OK &&
	    (r = each(&c, s->num.records, check_record, e)) == OK &&
	    (r = each(&c, map_count(s->joins), check_join, e)) == OK)
		r = check_counts(&c, e);
	for (size_t i = 0; r == OK && i < ARRAY_LEN(rest); i++)
		r = check_seals(&c, rest[i], e);
	arena_free(c.a);
	*faults = c.faults;
	return r;
}

/* The digest: over the sums of all folds, in the order of record ids. */
struct sums {
	struct record_id id;
	uint8_t sum[HASH_SIZE];
};

static int
by_record_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_id));
}

static enum err
sum_record(struct store *s, struct txn *t, struct arena *a, uint32_t no,
    struct sums *out, struct error *e)
{
	struct buf text = BUF_INIT;
	struct record_places places;
	struct record_at at;
	struct record rec;
	enum err r;

	if ((r = record_places_get(t, a, no, &places, e)) != OK)
		return r;
	at = (struct record_at){ no, places.id };
	out->id = places.id;
	if (!join_is_root(s, &at.id)) {
		/* a record's digest says of which it is made */
		hash_blake2b(out->sum, STR("part of another"));
		return OK;
	}
	if ((r = record_fold(s, t, a, &at, NULL, &rec, e)) != OK)
		return r;
	fold_digest_text(&rec, &text);
	hash_blake2b(out->sum, buf_str(&text));
	buf_release(&text);
	return OK;
}

enum err
store_digest(struct store *s, uint8_t out[32], struct error *e)
{
	struct arena *a = arena_new(), *whole = arena_new();
	struct sums *sums = arena_array(whole, s->num.records, sizeof *sums);
	struct txn *t;
	enum err r = OK;

	for (uint32_t i = 0; r == OK && i < s->num.records;) {
		if ((r = db_read_begin(s->db, &t, e)) != OK)
			break;
		do {
			arena_reset(a);
			r = sum_record(s, t, a, i, &sums[i], e);
		} while (++i % BATCH != 0 && i < s->num.records && r == OK);
		db_read_end(t);
	}
	if (r == OK) {
		if (s->num.records > 1)
			qsort(sums, s->num.records, sizeof *sums, by_record_id);
		hash_blake2b(out, (struct str){ (const char *)sums,
		                      s->num.records * sizeof *sums });
	}
	arena_free(a);
	arena_free(whole);
	return r;
}

static enum err
rebuild_write(struct txn *t, void *ctx, struct error *e)
{
	struct store *s = ctx;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK)
		return r;
	s->num.derived = 0; /* store_index begins with empty tables */
	s->num.records = s->num.feeds = 0;
	return state_put_numbers(s, t, e);
}

enum err
store_rebuild(struct store *s, struct error *e)
{
	enum err r;

	directory_free(s->directory);
	s->directory = NULL;
	if ((r = store_commit(s, STORE_STAGE_BYTES, rebuild_write, s, e)) != OK ||
	    (r = store_reload(s, e)) != OK ||
	    (r = store_catch_up(s, NULL, NULL, e)) != OK)
		return r;
	return store_reload(s, e);
}

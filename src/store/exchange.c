#include "store/store_impl.h"
#include "store/mutant.h"

#include <stdlib.h>
#include <string.h>

static int
by_id(const void *a, const void *b)
{
	return memcmp(((const struct store_feed *)a)->id.b,
	    ((const struct store_feed *)b)->id.b, FEED_ID_SIZE);
}

static bool
is_of(const struct feed *f, const char *scope)
{
	return scope == NULL || (f->known && strcmp(f->pub.scope, scope) == 0);
}

enum err
store_feeds(struct store *s, struct arena *a, const char *scope,
    struct store_feed **out, size_t *n, struct error *e)
{
	(void)e;
	*n = 0;
	*out = arena_array(a, s->num.feeds, sizeof **out);
	for (uint32_t i = 0; i < s->num.feeds; i++)
		if (is_of(s->feed[i], scope))
			(*out)[(*n)++] = s->feed[i]->pub;
	if (*n > 1)
		qsort(*out, *n, sizeof **out, by_id);
	return OK;
}

enum err
store_own_acks(struct store *s, struct arena *a, const char *scope,
    struct store_ack **out, size_t *n, struct error *e)
{
	struct store_feed *feeds;
	size_t count;
	enum err r;

	if ((r = store_feeds(s, a, scope, &feeds, &count, e)) != OK)
		return r;
	*n = 0;
	*out = arena_array(a, count, sizeof **out);
	for (size_t i = 0; i < count; i++) {
		if (feeds[i].forked || feeds[i].linked == 0)
			continue;
		(*out)[*n].feed = feeds[i].id;
		(*out)[*n].seq = feeds[i].linked;
		(*out)[(*n)++].head = feeds[i].head;
	}
	return OK;
}

enum err
store_sent_acks(struct store *s, struct arena *a, const char *scope,
    struct store_ack **out, size_t *n, struct error *e)
{
	struct chain chain;
	struct txn *t;
	enum err r;

	*n = 0;
	*out = arena_array(a, s->num.feeds, sizeof **out);
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	for (uint32_t i = 0; r == OK && i < s->num.feeds; i++) {
		const struct feed *f = s->feed[i];
		size_t first, count;

		if (!is_of(f, scope) || f->sent == 0 || f->pub.forked)
			continue;
		r = chain_at(&chain, f->no, f->sent, &first, &count, e);
		if (r == OK && count == 1)
			(*out)[(*n)++] = (struct store_ack){ f->pub.id, f->sent,
				chain.entry[first].id };
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

/* The first place of a feed that acks do not cover. */
static enum err
first_beyond(struct store *s, const struct feed *f,
    const struct store_ack *acks, size_t n, uint64_t *seq, struct error *e)
{
	struct chain chain;
	struct txn *t;
	bool ours;
	enum err r = OK;

	*seq = 1;
	if (f->pub.forked)
		return OK;
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	for (size_t i = 0; r == OK && i < n; i++) {
		if (memcmp(acks[i].feed.b, f->pub.id.b, FEED_ID_SIZE) != 0)
			continue;
		r = ack_is_ours(&chain, f, &acks[i], &ours, e);
		ours |= MUTANT(NOHASH);
		if (r == OK && ours && acks[i].seq >= *seq)
			*seq = acks[i].seq + 1;
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

#define BATCH 128

/* One way through the events that the other side lacks. */
struct beyond {
	struct store *s;
	bool with_bytes;
	store_entry_fn fn;
	void *ctx;
	struct buf bytes;
	size_t n;
	struct chain_entry entry[2 * BATCH];
};

/* Whoever passes a forked feed on has to see how its branches go. */
static bool
has_bytes(const struct beyond *b, const struct feed *f)
{
	return b->with_bytes || f->pub.forked;
}

static enum err
read_bytes(struct beyond *b, struct txn *t, const struct chain_entry *entry,
    struct error *e)
{
	struct key_u64 k = key_u64(entry->place);
	size_t before = b->bytes.n;
	enum err r = txn_get(t, DB_EVENTS, KEY_STR(k), &b->bytes, e);

	if (r == ERR_NOTFOUND)
		return error_set(e, ERR_CORRUPT, N_("event %llu is missing"),
		    (unsigned long long)entry->place);
	if (r == OK && b->bytes.n - before != entry->size)
		return error_set(e, ERR_CORRUPT,
		    N_("event %llu is not in its chain"),
		    (unsigned long long)entry->place);
	return r;
}

/* Some places in a row, copied out of one short reading. */
static enum err
read_batch(struct beyond *b, const struct feed *f, uint64_t *seq,
    struct error *e)
{
	struct chain chain;
	struct txn *t;
	enum err r;

	buf_clear(&b->bytes);
	b->n = 0;
	if ((r = db_read_begin(b->s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	while (r == OK && *seq <= f->pub.top && b->n < BATCH) {
		size_t first, n;

		r = chain_at(&chain, f->no, *seq, &first, &n, e);
		if (r == OK && n > BATCH)
			r = error_set(e, ERR_LIMIT,
			    N_("a feed has more than %d branches"), BATCH);
		for (size_t i = 0; r == OK && i < n; i++) {
			b->entry[b->n] = chain.entry[first + i];
			if (has_bytes(b, f))
				r = read_bytes(b, t, &b->entry[b->n], e);
			b->n++;
		}
		++*seq;
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

static enum err
give_batch(struct beyond *b, const struct feed *f,
    const struct store_feed *feed, struct error *e)
{
	struct store_entry at = { .feed = feed };
	const char *bytes = b->bytes.p;
	enum err r = OK;

	for (size_t i = 0; r == OK && i < b->n; i++) {
		at.seq = b->entry[i].seq;
		at.size = b->entry[i].size;
		at.id = &b->entry[i].id;
		if (has_bytes(b, f)) {
			at.bytes = (struct str){ bytes, at.size };
			bytes += at.size;
		}
		r = b->fn(b->ctx, &at, e);
	}
	return r;
}

static enum err
feed_beyond(struct beyond *b, const struct feed *f, uint64_t seq,
    const struct store_feed *feed, struct error *e)
{
	enum err r = OK;

	while (r == OK && seq <= f->pub.top) {
		if ((r = read_batch(b, f, &seq, e)) == OK)
			r = give_batch(b, f, feed, e);
	}
	return r;
}

enum err
store_entries_beyond(struct store *s, const char *scope,
    const struct store_ack *acks, size_t n, bool with_bytes,
    store_entry_fn fn, void *ctx, struct error *e)
{
	struct beyond b = {
		.s = s, .with_bytes = with_bytes, .fn = fn, .ctx = ctx
	};
	struct arena *a = arena_new();
	struct store_feed *feeds;
	size_t n_feeds;
	enum err r;

	r = store_feeds(s, a, scope, &feeds, &n_feeds, e);
	for (size_t i = 0; r == OK && i < n_feeds; i++) {
		const struct feed *f = feed_get(s, &feeds[i].id);
		uint64_t seq;

		r = first_beyond(s, f, acks, n, &seq, e);
		if (r == OK)
			r = feed_beyond(&b, f, seq, &feeds[i], e);
	}
	if (b.bytes.p != NULL)
		explicit_bzero(b.bytes.p, b.bytes.cap);
	buf_release(&b.bytes);
	arena_free(a);
	return r;
}

struct plain { /* for who wants the bytes alone */
	store_event_fn fn;
	void *ctx;
	uint64_t count;
};

static enum err
give_plain(void *ctx, const struct store_entry *entry, struct error *e)
{
	struct plain *p = ctx;

	p->count++;
	return p->fn(p->ctx, entry->bytes, e);
}

enum err
store_events_beyond(struct store *s, const char *scope,
    const struct store_ack *acks, size_t n, store_event_fn fn, void *ctx,
    uint64_t *count, struct error *e)
{
	struct plain p = { fn, ctx, 0 };
	enum err r;

	r = store_entries_beyond(s, scope, acks, n, true, give_plain, &p, e);
	if (count != NULL)
		*count = p.count;
	return r;
}

#include "store/internal.h"

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
		if (r == OK && ours && acks[i].seq >= *seq)
			*seq = acks[i].seq + 1;
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

#define BATCH 64
#define TRIM 8192

struct batch {
	struct buf bytes;
	size_t n, end[BATCH * 4];
};

/* The events of some places in a row, copied out of one short reading. */
static enum err
read_batch(struct store *s, const struct feed *f, uint64_t *seq,
    struct batch *out, struct error *e)
{
	struct chain chain;
	struct txn *t;
	enum err r;

	buf_clear(&out->bytes);
	out->n = 0;
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	while (r == OK && *seq <= f->pub.top && out->n < BATCH) {
		size_t first, n;

		r = chain_at(&chain, f->no, *seq, &first, &n, e);
		if (r == OK && n > BATCH)
			r = error_set(e, ERR_LIMIT,
			    N_("a feed has more than %d branches"), BATCH);
		for (size_t i = 0; r == OK && i < n; i++) {
			struct key_u64 k = key_u64(chain.entry[first + i].place);

			r = txn_get(t, DB_EVENTS, KEY_STR(k), &out->bytes, e);
			if (r == ERR_NOTFOUND)
				r = error_set(e, ERR_CORRUPT,
				    N_("event %llu is missing"),
				    (unsigned long long)
				        chain.entry[first + i].place);
			out->end[out->n++] = out->bytes.n;
		}
		++*seq;
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

static enum err
feed_beyond(struct store *s, const struct feed *f, uint64_t seq,
    store_event_fn fn, void *ctx, uint64_t *count, struct error *e)
{
	struct batch batch = { BUF_INIT, 0, { 0 } };
	enum err r = OK;

	while (r == OK && seq <= f->pub.top) {
		size_t from = 0;

		r = read_batch(s, f, &seq, &batch, e);
		for (size_t i = 0; r == OK && i < batch.n; i++) {
			struct str one = { batch.bytes.p + from,
				batch.end[i] - from };

			r = fn(ctx, one, e);
			from = batch.end[i];
			if (++*count % TRIM == 0)
				db_trim(s->db);
		}
	}
	if (batch.bytes.p != NULL)
		explicit_bzero(batch.bytes.p, batch.bytes.n);
	buf_release(&batch.bytes);
	return r;
}

enum err
store_events_beyond(struct store *s, const char *scope,
    const struct store_ack *acks, size_t n, store_event_fn fn, void *ctx,
    uint64_t *count, struct error *e)
{
	struct arena *a = arena_new();
	struct store_feed *feeds;
	size_t n_feeds;
	uint64_t sent = 0;
	enum err r;

	r = store_feeds(s, a, scope, &feeds, &n_feeds, e);
	for (size_t i = 0; r == OK && i < n_feeds; i++) {
		const struct feed *f = feed_get(s, &feeds[i].id);
		uint64_t seq;

		r = first_beyond(s, f, acks, n, &seq, e);
		if (r == OK)
			r = feed_beyond(s, f, seq, fn, ctx, &sent, e);
	}
	if (count != NULL)
		*count = sent;
	arena_free(a);
	return r;
}

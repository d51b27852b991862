/*
 * The log of bundles: number (u32) -> entry.  One of ours holds at its end
 * how far it went in each feed; entries of older stores end before that.
 */
#include "store/store_impl.h"

#include "base/clock.h"

#include <string.h>

struct carried {
	bool known;
	size_t n;
	struct store_ack *acks;
};

enum err
bundle_log_put(struct store *s, struct txn *t,
    const struct store_bundle_note *note, struct error *e)
{
	struct key_u32 k = key_u32(s->num.log);
	struct buf b = BUF_INIT;
	char now[CLOCK_BUF];
	enum err r;

	clock_now_text(now);
	pack_bytes(&b, note->header_hash);
	pack_text(&b, note->name);
	pack_text(&b, note->peer);
	pack_text(&b, now);
	pack_u64(&b, note->incoming);
	pack_u64(&b, note->number);
	pack_u64(&b, note->events);
	if (!note->incoming)
		peer_pack_acks(&b, note->carried, note->n_carried);
	if (!note->incoming && note->number > s->num.bundles)
		s->num.bundles = note->number;
	s->num.log++;
	r = txn_put(t, DB_BUNDLES, KEY_STR(k), buf_str(&b), e);
	if (r == OK)
		r = state_put_numbers(s, t, e);
	buf_release(&b);
	return r;
}

struct log_job {
	struct store *s;
	const struct store_bundle_note *note;
	const struct store_ack *up_to;
	size_t n;
};

/* Every bundle of ours carries our receipts for the other level's feeds. */
static enum err
receipts_sent(
    struct store *s, struct txn *t, const char *peer, struct error *e)
{
	struct arena *a = arena_new();
	struct store_ack *acks =
	    arena_array(a, s->num.feeds, sizeof *acks);
	size_t n = 0;
	enum err r;

	for (uint32_t i = 0; i < s->num.feeds; i++) {
		const struct feed *f = s->feed[i];

		if (!f->known || f->pub.forked || f->pub.linked == 0 ||
		    strcmp(f->pub.role, s->device.role) == 0)
			continue;
		acks[n++] = (struct store_ack){ f->pub.id, f->pub.linked,
			f->pub.head };
	}
	r = peer_sent(t, peer, acks, n, e);
	arena_free(a);
	return r;
}

static enum err
log_write(struct txn *t, void *ctx, struct error *e)
{
	struct log_job *job = ctx;
	const char *peer = job->note->peer;
	enum err r;

	if ((r = store_begin(job->s, t, e)) != OK ||
	    (r = bundle_log_put(job->s, t, job->note, e)) != OK ||
	    (r = peer_sent(t, peer, job->up_to, job->n, e)) != OK)
		return r;
	if (!job->note->incoming &&
	    (r = receipts_sent(job->s, t, peer, e)) != OK)
		return r;
	return peers_weigh(job->s, t, e);
}

enum err
store_bundle_log(struct store *s, const struct store_bundle_note *note,
    const struct store_ack *sent_up_to, size_t n, struct error *e)
{
	struct log_job job = { s, note, sent_up_to, n };

	return store_commit(s, 0, log_write, &job, e);
}

/* carried may be NULL; its feeds lie in the arena. */
static enum err
log_read(struct txn *t, uint32_t i, struct store_bundle_entry *out,
    struct arena *a, struct carried *carried, struct error *e)
{
	struct key_u32 k = key_u32(i);
	struct buf b = BUF_INIT;
	struct unpack u = { .bad = false };
	enum err r;

	if ((r = txn_get(t, DB_BUNDLES, KEY_STR(k), &b, e)) == OK) {
		unpack_begin(&u, buf_str(&b));
		unpack_bytes(&u, out->header_hash, sizeof out->header_hash);
		unpack_text(&u, out->name, sizeof out->name);
		unpack_text(&u, out->peer, sizeof out->peer);
		unpack_text(&u, out->at, sizeof out->at);
		out->incoming = unpack_u64(&u) != 0;
		out->number = unpack_u64(&u);
		out->events = unpack_u64(&u);
		if (carried != NULL && u.p != u.end) {
			carried->known = true;
			carried->acks = peer_unpack_acks(a, &u, &carried->n);
		}
		if (u.bad)
			r = ERR_CORRUPT;
	}
	if (r == ERR_NOTFOUND || (r == ERR_CORRUPT && u.bad))
		r = error_set(e, ERR_CORRUPT,
		    N_("entry %u of the log of bundles is wrong"), i);
	buf_release(&b);
	return r;
}

enum err
store_bundles(struct store *s, struct arena *a,
    struct store_bundle_entry **out, size_t *n, struct error *e)
{
	struct txn *t;
	enum err r;

	if ((r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	*n = s->num.log;
	*out = arena_array(a, *n, sizeof **out);
	for (uint32_t i = 0; r == OK && i < s->num.log; i++)
		r = log_read(t, i, &(*out)[i], NULL, NULL, e);
	db_read_end(t);
	return r;
}

bool
store_bundle_known(struct store *s, const uint8_t header_hash[32])
{
	struct store_bundle_entry entry;
	struct txn *t;
	bool known = false;

	if (db_read_begin(s->db, &t, NULL) != OK)
		return false;
	for (uint32_t i = s->num.log; !known && i-- > 0;)
		known = log_read(t, i, &entry, NULL, NULL, NULL) == OK &&
		    entry.incoming &&
		    memcmp(entry.header_hash, header_hash, 32) == 0;
	db_read_end(t);
	return known;
}

uint64_t
store_bundle_next(struct store *s)
{
	return s->num.bundles + 1;
}

struct take_job {
	struct store *s;
	uint64_t number;
};

static enum err
take_write(struct txn *t, void *ctx, struct error *e)
{
	struct take_job *job = ctx;
	enum err r = store_begin(job->s, t, e);

	if (r != OK || job->number <= job->s->num.bundles)
		return r;
	job->s->num.bundles = job->number;
	return state_put_numbers(job->s, t, e);
}

enum err
store_bundle_take(struct store *s, uint64_t number, struct error *e)
{
	struct take_job job = { s, number };

	return store_commit(s, 0, take_write, &job, e);
}

/* Of each feed, how far all of these peers have it. */
static enum err
weigh_peers(struct store *s, struct txn *t, struct arena *a,
    const char *const *peers, size_t n, uint64_t *acked, struct error *e)
{
	struct chain chain;
	enum err r = OK;

	chain_begin(&chain, t);
	for (size_t i = 0; r == OK && i < n; i++) {
		uint64_t *one = arena_array(a, s->num.feeds, sizeof *one);
		struct peer p;

		r = peer_get(t, a, str_of(peers[i]), &p, e);
		for (size_t k = 0; r == OK && k < p.n_acks; k++) {
			struct feed *f = feed_get(s, &p.acks[k].feed);
			bool ours = false;

			if (f != NULL && !f->pub.forked)
				r = ack_is_ours(&chain, f, &p.acks[k], &ours, e);
			if (ours)
				one[f->no] = p.acks[k].seq;
		}
		for (uint32_t k = 0; k < s->num.feeds; k++)
			if (i == 0 || one[k] < acked[k])
				acked[k] = one[k];
	}
	chain_end(&chain);
	return r;
}

static bool
is_acked(const struct store *s, const struct carried *c, const uint64_t *acked)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct feed *f = feed_get(s, &c->acks[i].feed);

		if (f == NULL || c->acks[i].seq > acked[f->no])
			return false;
	}
	return c->known;
}

/* "298" and "298/K7Q2" are of the unit "298". */
static bool
is_for(const struct store_bundle_entry *entry, const char *unit)
{
	size_t n = strlen(unit);

	return strncmp(entry->peer, unit, n) == 0 &&
	    (entry->peer[n] == '\0' || entry->peer[n] == '/');
}

enum err
store_bundles_acked(struct store *s, struct arena *a, const char *unit,
    const char *const *peers, size_t n_peers,
    struct store_bundle_entry **out, size_t *n, struct error *e)
{
	uint64_t *acked = arena_array(a, s->num.feeds, sizeof *acked);
	struct txn *t;
	enum err r;

	*n = 0;
	*out = arena_array(a, s->num.log, sizeof **out);
	if (n_peers == 0)
		return OK;
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	r = weigh_peers(s, t, a, peers, n_peers, acked, e);
	for (uint32_t i = 0; r == OK && i < s->num.log; i++) {
		struct store_bundle_entry *entry = &(*out)[*n];
		struct carried c = { .known = false };

		r = log_read(t, i, entry, a, &c, e);
		if (r == OK && !entry->incoming && is_for(entry, unit) &&
		    is_acked(s, &c, acked))
			++*n;
	}
	db_read_end(t);
	return r;
}

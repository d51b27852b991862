#include "store/internal.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is known of one peer device. */
struct peer {
	uint64_t number; /* of its newest bundle that we took */
	size_t n_acks, n_sent;
	struct store_ack *acks; /* what it said it has */
	struct store_ack *sent; /* how far bundles to it went */
};

static void
pack_acks(struct buf *out, const struct store_ack *acks, size_t n)
{
	pack_u64(out, n);
	for (size_t i = 0; i < n; i++) {
		pack_bytes(out, acks[i].feed.b);
		pack_u64(out, acks[i].seq);
		pack_bytes(out, acks[i].head.b);
	}
}

static struct store_ack *
unpack_acks(struct arena *a, struct unpack *u, size_t *n)
{
	struct store_ack *acks;

	*n = unpack_u32(u);
	if (u->bad || *n > (size_t)(u->end - u->p)) {
		u->bad = true;
		*n = 0;
	}
	acks = arena_array(a, *n, sizeof *acks);
	for (size_t i = 0; i < *n; i++) {
		unpack_bytes(u, acks[i].feed.b, sizeof acks[i].feed.b);
		acks[i].seq = unpack_u64(u);
		unpack_bytes(u, acks[i].head.b, sizeof acks[i].head.b);
	}
	return acks;
}

static enum err
peer_get(struct txn *t, struct arena *a, struct str name, struct peer *out,
    struct error *e)
{
	struct buf b = BUF_INIT;
	struct unpack u;
	enum err r;

	memset(out, 0, sizeof *out);
	r = txn_get(t, DB_PEERS, name, &b, e);
	if (r == OK) {
		unpack_begin(&u, buf_str(&b));
		out->number = unpack_u64(&u);
		out->acks = unpack_acks(a, &u, &out->n_acks);
		out->sent = unpack_acks(a, &u, &out->n_sent);
		if (u.bad)
			r = error_set(e, ERR_CORRUPT, N_("a peer is wrong"));
	}
	buf_release(&b);
	return r == ERR_NOTFOUND ? OK : r;
}

static enum err
peer_put(struct txn *t, struct str name, const struct peer *p, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	pack_u64(&b, p->number);
	pack_acks(&b, p->acks, p->n_acks);
	pack_acks(&b, p->sent, p->n_sent);
	r = txn_put(t, DB_PEERS, name, buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
ack_is_ours(struct chain *c, const struct feed *f, const struct store_ack *ack,
    bool *yes, struct error *e)
{
	size_t first, n;
	enum err r = chain_at(c, f->no, ack->seq, &first, &n, e);

	*yes = false;
	for (size_t i = 0; r == OK && i < n; i++)
		if (memcmp(c->entry[first + i].id.b, ack->head.b,
		        sizeof ack->head.b) == 0)
			*yes = true;
	return r;
}

/* The other side is every unit but ours. */
static bool
is_other_side(const struct store *s, struct str peer)
{
	size_t n = strlen(s->device.unit);

	return !(peer.n >= n && memcmp(peer.p, s->device.unit, n) == 0 &&
	    (peer.n == n || peer.p[n] == '/'));
}

static enum err
weigh_one(struct store *s, struct chain *c, const struct peer *p,
    struct error *e)
{
	enum err r = OK;
	bool ours;

	for (size_t i = 0; r == OK && i < p->n_acks; i++) {
		struct feed *f = feed_get(s, &p->acks[i].feed);

		if (f == NULL || f->pub.forked || p->acks[i].seq <= f->acked)
			continue;
		r = ack_is_ours(c, f, &p->acks[i], &ours, e);
		if (r == OK && ours)
			f->acked = p->acks[i].seq;
	}
	for (size_t i = 0; r == OK && i < p->n_sent; i++) {
		struct feed *f = feed_get(s, &p->sent[i].feed);

		if (f == NULL || p->sent[i].seq <= f->sent)
			continue;
		r = ack_is_ours(c, f, &p->sent[i], &ours, e);
		if (r == OK && ours)
			f->sent = p->sent[i].seq;
	}
	return r;
}

enum err
peers_weigh(struct store *s, struct txn *t, struct error *e)
{
	struct arena *a = arena_new();
	char key[512], next[512];
	size_t key_n = 0, next_n;
	struct chain chain;
	struct peer p;
	enum err r = OK;

	for (uint32_t i = 0; i < s->num.feeds; i++)
		s->feed[i]->sent = s->feed[i]->acked = 0;
	chain_begin(&chain, t);
	while (r == OK) {
		struct str name;

		r = txn_next(t, DB_PEERS, (struct str){ key, key_n }, next,
		    &next_n, e);
		if (r != OK) {
			r = r == ERR_NOTFOUND ? OK : r;
			break;
		}
		name = (struct str){ next, next_n };
		arena_reset(a);
		r = peer_get(t, a, name, &p, e);
		if (r == OK && is_other_side(s, name))
			r = weigh_one(s, &chain, &p, e);
		memcpy(key, next, next_n);
		key[next_n] = '\0'; /* the next key is greater than this */
		key_n = next_n + 1;
	}
	chain_end(&chain);
	arena_free(a);
	return r;
}

enum err
peer_heard(struct store *s, struct txn *t, const char *peer,
    const struct store_bundle_note *note, const struct store_ack *acks,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct store_ack *copy = arena_array(a, n, sizeof *copy);
	uint64_t number = note == NULL ? 0 : note->number;
	bool renewed = note != NULL && note->renewed;
	struct peer p;
	enum err r;

	r = peer_get(t, a, str_of(peer), &p, e);
	/* an older bundle that comes late takes nothing back (SAFETY H7) */
	if (r == OK && acks != NULL && (number >= p.number || renewed)) {
		if (n > 0)
			memcpy(copy, acks, n * sizeof *copy);
		p.number = number;
		p.acks = copy;
		p.n_acks = n;
		r = peer_put(t, str_of(peer), &p, e);
	}
	if (r == OK)
		r = peers_weigh(s, t, e);
	arena_free(a);
	return r;
}

static enum err
peer_sent(struct txn *t, const char *peer, const struct store_ack *up_to,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct store_ack *all;
	struct peer p;
	size_t k;
	enum err r;

	if ((r = peer_get(t, a, str_of(peer), &p, e)) != OK)
		goto out;
	all = arena_array(a, p.n_sent + n, sizeof *all);
	if (p.n_sent > 0)
		memcpy(all, p.sent, p.n_sent * sizeof *all);
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < p.n_sent; k++)
			if (memcmp(all[k].feed.b, up_to[i].feed.b,
			        sizeof all[k].feed.b) == 0)
				break;
		if (k == p.n_sent)
			p.n_sent++;
		if (up_to[i].seq >= all[k].seq)
			all[k] = up_to[i];
	}
	p.sent = all;
	r = peer_put(t, str_of(peer), &p, e);
out:
	arena_free(a);
	return r;
}

enum err
store_acks_fresh(struct store *s, const struct store_ack *acks, size_t n,
    uint64_t *count, struct error *e)
{
	struct chain chain;
	struct txn *t;
	enum err r;
	bool ours;

	*count = 0;
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	for (size_t i = 0; r == OK && i < n; i++) {
		const struct feed *f = feed_get(s, &acks[i].feed);

		if (f == NULL || f->pub.forked || acks[i].seq <= f->acked ||
		    strcmp(f->pub.unit, s->device.unit) != 0)
			continue;
		r = ack_is_ours(&chain, f, &acks[i], &ours, e);
		if (r == OK && ours)
			*count += acks[i].seq - f->acked;
	}
	chain_end(&chain);
	db_read_end(t);
	return r;
}

enum err
store_peer_acks(struct store *s, struct arena *a, const char *peer,
    struct store_ack **out, size_t *n, struct error *e)
{
	struct txn *t;
	struct peer p;
	enum err r;

	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	r = peer_get(t, a, str_of(peer), &p, e);
	db_read_end(t);
	*out = p.acks;
	*n = p.n_acks;
	return r;
}

/* The log of bundles: number (u32) -> entry. */

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

static enum err
log_read(struct txn *t, uint32_t i, uint8_t hash[32],
    struct store_bundle_entry *out, struct error *e)
{
	struct key_u32 k = key_u32(i);
	struct buf b = BUF_INIT;
	struct unpack u = { .bad = false };
	enum err r;

	if ((r = txn_get(t, DB_BUNDLES, KEY_STR(k), &b, e)) == OK) {
		unpack_begin(&u, buf_str(&b));
		unpack_bytes(&u, hash, 32);
		unpack_text(&u, out->name, sizeof out->name);
		unpack_text(&u, out->peer, sizeof out->peer);
		unpack_text(&u, out->at, sizeof out->at);
		out->incoming = unpack_u64(&u) != 0;
		out->number = unpack_u64(&u);
		out->events = unpack_u64(&u);
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
	uint8_t hash[32];
	enum err r;

	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	*n = s->num.log;
	*out = arena_array(a, *n, sizeof **out);
	for (uint32_t i = 0; r == OK && i < s->num.log; i++)
		r = log_read(t, i, hash, &(*out)[i], e);
	db_read_end(t);
	return r;
}

bool
store_bundle_known(struct store *s, const uint8_t header_hash[32])
{
	struct store_bundle_entry entry;
	struct txn *t;
	uint8_t hash[32];
	bool known = false;

	if (db_read_begin(s->db, &t, NULL) != OK)
		return false;
	for (uint32_t i = s->num.log; !known && i-- > 0;)
		known = log_read(t, i, hash, &entry, NULL) == OK &&
		    entry.incoming && memcmp(hash, header_hash, 32) == 0;
	db_read_end(t);
	return known;
}

uint64_t
store_bundle_next(struct store *s)
{
	return s->num.bundles + 1;
}

#include "store/store_impl.h"
#include "store/mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
peer_pack_acks(struct buf *out, const struct store_ack *acks, size_t n)
{
	pack_u64(out, n);
	for (size_t i = 0; i < n; i++) {
		pack_bytes(out, acks[i].feed.b);
		pack_u64(out, acks[i].seq);
		pack_bytes(out, acks[i].head.b);
	}
}

struct store_ack *
peer_unpack_acks(struct arena *a, struct unpack *u, size_t *n)
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

enum err
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
		out->acks = peer_unpack_acks(a, &u, &out->n_acks);
		out->sent = peer_unpack_acks(a, &u, &out->n_sent);
		if (u.p != u.end) /* older stores end here */
			out->told = peer_unpack_acks(a, &u, &out->n_told);
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

	peer_pack_acks(&b, p->acks, p->n_acks);
	peer_pack_acks(&b, p->sent, p->n_sent);
	peer_pack_acks(&b, p->told, p->n_told);
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
weigh_acks(struct store *s, struct chain *c, const struct peer *p,
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
	return r;
}

static enum err
weigh_sent(struct store *s, struct chain *c, const struct store_ack *sent,
    size_t n, struct error *e)
{
	enum err r = OK;
	bool ours;

	for (size_t i = 0; r == OK && i < n; i++) {
		struct feed *f = feed_get(s, &sent[i].feed);

		if (f == NULL || sent[i].seq <= f->sent)
			continue;
		r = ack_is_ours(c, f, &sent[i], &ours, e);
		if (r == OK && ours)
			f->sent = sent[i].seq;
	}
	return r;
}

/* The other side says what it has.  Our unit's other laptops say how far they
 * have sent, and never what another has. */
static enum err
weigh_one(struct store *s, struct chain *c, const struct peer *p,
    bool other_side, struct error *e)
{
	enum err r;

	if (!other_side)
		return weigh_sent(s, c, p->told, p->n_told, e);
	r = weigh_acks(s, c, p, e);
	return r != OK ? r : weigh_sent(s, c, p->sent, p->n_sent, e);
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
		if (r == OK)
			r = weigh_one(
			    s, &chain, &p, is_other_side(s, name), e);
		memcpy(key, next, next_n);
		key[next_n] = '\0'; /* the next key is greater than this */
		key_n = next_n + 1;
	}
	chain_end(&chain);
	arena_free(a);
	return r;
}

/* Of each feed the farthest. */
static void
merge_acks(struct arena *a, struct store_ack **list, size_t *n,
    const struct store_ack *more, size_t n_more)
{
	struct store_ack *all = arena_array(a, *n + n_more, sizeof *all);
	size_t k;

	if (*n > 0)
		memcpy(all, *list, *n * sizeof *all);
	for (size_t i = 0; i < n_more; i++) {
		for (k = 0; k < *n; k++)
			if (memcmp(all[k].feed.b, more[i].feed.b,
			        sizeof all[k].feed.b) == 0)
				break;
		if (k == *n)
			++*n;
		if (more[i].seq >= all[k].seq)
			all[k] = more[i];
	}
	*list = all;
}

enum err
peer_heard(struct store *s, struct txn *t, const char *peer,
    const struct store_bundle_note *note, const struct store_ack *acks,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct store_ack *copy = arena_array(a, n, sizeof *copy);
	bool tells = note != NULL && note->n_sent > 0;
	struct peer p;
	enum err r;

	r = peer_get(t, a, str_of(peer), &p, e);
	if (r == OK && acks != NULL) {
		if (n > 0)
			memcpy(copy, acks, n * sizeof *copy);
		p.acks = copy;
		p.n_acks = n;
	}
	if (r == OK && tells)
		merge_acks(a, &p.told, &p.n_told, note->sent, note->n_sent);
	if (r == OK && (acks != NULL || tells))
		r = peer_put(t, str_of(peer), &p, e);
	if (r == OK)
		r = peers_weigh(s, t, e);
	arena_free(a);
	return r;
}

enum err
peer_sent(struct txn *t, const char *peer, const struct store_ack *up_to,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct peer p;
	enum err r;

	if ((r = peer_get(t, a, str_of(peer), &p, e)) == OK) {
		merge_acks(a, &p.sent, &p.n_sent, up_to, n);
		r = peer_put(t, str_of(peer), &p, e);
	}
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
	*out = MUTANT(SENT) ? p.sent : p.acks;
	*n = MUTANT(SENT) ? p.n_sent : p.n_acks;
	return r;
}

#include "store/store_impl.h"

#include <string.h>

/* The settings that the store keeps for itself; names begin with a dot, so
 * that store_meta_put cannot meet them. */
#define NUMBERS STR(".numbers")
#define DEVICE STR(".device")
#define OWN STR(".own")

enum err
state_put_numbers(struct store *s, struct txn *t, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	pack_u64(&b, s->num.places);
	pack_u64(&b, s->num.derived);
	pack_u64(&b, s->num.records);
	pack_u64(&b, s->num.feeds);
	pack_u64(&b, s->num.refusals);
	pack_u64(&b, s->num.log);
	pack_u64(&b, s->num.bundles);
	pack_u64(&b, STORE_LAYOUT);
	pack_u64(&b, (uint64_t)s->num.day);
	r = txn_put(t, DB_META, NUMBERS, buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
state_put_device(
    struct txn *t, const struct store_device *d, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	pack_text(&b, d->unit);
	pack_text(&b, d->role);
	pack_text(&b, d->name);
	pack_text(&b, d->device);
	pack_text(&b, d->minisign);
	pack_text(&b, d->age);
	pack_bytes(&b, d->sign_key);
	r = txn_put(t, DB_META, DEVICE, buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
state_put_own(struct store *s, struct txn *t, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	for (size_t i = 0; i < s->n_own; i++) {
		pack_text(&b, s->own[i].scope);
		pack_bytes(&b, s->own[i].id.b);
		pack_u64(&b, s->own[i].closed);
	}
	r = txn_put(t, DB_META, OWN, buf_str(&b), e);
	buf_release(&b);
	return r;
}

static void
unpack_numbers(struct unpack *u, struct numbers *num)
{
	num->places = unpack_u64(u);
	num->derived = unpack_u64(u);
	num->records = unpack_u32(u);
	num->feeds = unpack_u32(u);
	num->refusals = unpack_u32(u);
	num->log = unpack_u32(u);
	num->bundles = unpack_u64(u);
	/* the first layout had no number; catching up begins from nothing */
	if (!u->bad && (u->p == u->end || unpack_u64(u) != STORE_LAYOUT)) {
		num->derived = 0;
		num->records = num->feeds = 0;
	}
	num->day = u->bad || u->p == u->end ? 0 : (int64_t)unpack_u64(u);
}

static void
unpack_device(struct unpack *u, struct store_device *d)
{
	unpack_text(u, d->unit, sizeof d->unit);
	unpack_text(u, d->role, sizeof d->role);
	unpack_text(u, d->name, sizeof d->name);
	unpack_text(u, d->device, sizeof d->device);
	unpack_text(u, d->minisign, sizeof d->minisign);
	unpack_text(u, d->age, sizeof d->age);
	unpack_bytes(u, d->sign_key, sizeof d->sign_key);
}

/* After feeds_load, whose arena holds the list. */
static enum err
load_own(struct store *s, struct str bytes, struct error *e)
{
	struct unpack u;

	s->own = NULL;
	s->n_own = s->cap_own = 0;
	unpack_begin(&u, bytes);
	while (u.p != u.end && !u.bad) {
		struct own_feed *o;

		s->own = arena_grow(
		    s->feeds_arena, s->own, s->n_own, &s->cap_own, sizeof *o);
		o = &s->own[s->n_own++];
		unpack_text(&u, o->scope, sizeof o->scope);
		unpack_bytes(&u, o->id.b, sizeof o->id.b);
		o->closed = unpack_u64(&u) != 0;
	}
	return u.bad ? error_set(e, ERR_CORRUPT, N_("the store's state is wrong"))
	             : OK;
}

enum err
state_load(struct store *s, struct txn *t, struct error *e)
{
	struct buf b = BUF_INIT;
	struct unpack u;
	enum err r;

	if ((r = txn_get(t, DB_META, NUMBERS, &b, e)) != OK)
		goto out;
	unpack_begin(&u, buf_str(&b));
	unpack_numbers(&u, &s->num);
	buf_clear(&b);
	if (u.bad || (r = txn_get(t, DB_META, DEVICE, &b, e)) != OK)
		goto out;
	unpack_begin(&u, buf_str(&b));
	unpack_device(&u, &s->device);
	if (u.bad)
		goto out;
	s->touched = NULL; /* lies in the arena of the feeds */
	s->n_touched = s->cap_touched = 0;
	buf_clear(&b);
	r = txn_get(t, DB_META, OWN, &b, e);
	if (r != OK && r != ERR_NOTFOUND)
		goto out;
	if ((r = feeds_load(s, t, e)) == OK &&
	    (r = load_own(s, buf_str(&b), e)) == OK)
		r = joins_load(s, t, e);
	if (r == OK) {
		feeds_mark(s);
		r = peers_weigh(s, t, e);
	}
	buf_release(&b);
	return r;
out:
	if (r == OK || r == ERR_NOTFOUND)
		r = error_set(e, ERR_CORRUPT, N_("the store's state is wrong"));
	buf_release(&b);
	return r;
}

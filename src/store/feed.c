#include "store/store_impl.h"

#include "base/cjson.h"
#include "base/clock.h"
#include "base/coding.h"
#include "crypt/secret.h"

#include <stdio.h>
#include <string.h>

#define MINISIGN_BYTES 42 /* "Ed", key number, key */

struct feed *
feed_get(const struct store *s, const struct feed_id *id)
{
	return map_get(s->feed_by_id,
	    (struct str){ (const char *)id->b, sizeof id->b });
}

struct feed *
feed_add(struct store *s, const struct feed_id *id)
{
	struct feed *f = arena_new_of(s->feeds_arena, struct feed);

	f->pub.id = *id;
	f->no = s->num.feeds;
	f->next_seq = 1;
	s->feed = arena_grow(s->feeds_arena, s->feed, s->num.feeds,
	    &s->cap_feeds, sizeof(*s->feed));
	s->feed[s->num.feeds++] = f;
	map_put(s->feed_by_id, (struct str){ (const char *)id->b, sizeof id->b },
	    f);
	return f;
}

void
feed_known(struct store *s, struct feed *f, const struct store_feed *as)
{
	memcpy(f->pub.unit, as->unit, sizeof f->pub.unit);
	memcpy(f->pub.device, as->device, sizeof f->pub.device);
	memcpy(f->pub.role, as->role, sizeof f->pub.role);
	memcpy(f->pub.scope, as->scope, sizeof f->pub.scope);
	memcpy(f->pub.sign_key, as->sign_key, sizeof f->pub.sign_key);
	f->role = strcmp(as->role, "district") == 0 ? FOLD_DISTRICT
	                                            : FOLD_COMMUNE;
	f->pub.own =
	    memcmp(as->sign_key, s->device.sign_key, sizeof as->sign_key) == 0;
	f->known = true;
}

static bool
copy_text(struct str json, char *out, size_t size)
{
	if (json.n < 3 || json.p[0] != '"' || json.n - 2 >= size ||
	    cjson_has_escape(json))
		return false;
	memcpy(out, json.p + 1, json.n - 2);
	out[json.n - 2] = '\0';
	return true;
}

enum err
feed_opening(
    const struct event *ev, struct store_feed *out, struct error *e)
{
	uint8_t key[MINISIGN_BYTES], nonce[16];
	size_t key_n = 0;
	char hex[33] = "", text[64] = "";
	struct feed_id made;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < ev->n_set; i++) {
		struct str path = ev->set[i].path, json = ev->set[i].json;

		if (str_is(path, "unit"))
			(void)copy_text(json, out->unit, sizeof out->unit);
		else if (str_is(path, "device"))
			(void)copy_text(json, out->device, sizeof out->device);
		else if (str_is(path, "role"))
			(void)copy_text(json, out->role, sizeof out->role);
		else if (str_is(path, "scope"))
			(void)copy_text(json, out->scope, sizeof out->scope);
		else if (str_is(path, "nonce"))
			(void)copy_text(json, hex, sizeof hex);
		else if (str_is(path, "key"))
			(void)copy_text(json, text, sizeof text);
	}
	key_n = sizeof key;
	if (out->unit[0] == '\0' || out->scope[0] == '\0' ||
	    out->device[0] == '\0' ||
	    (strcmp(out->role, "commune") != 0 &&
	        strcmp(out->role, "district") != 0) ||
	    !hex_decode(nonce, sizeof nonce, str_of(hex)) ||
	    !base64_decode(key, &key_n, str_of(text), true) ||
	    key_n != sizeof key)
		return error_set(e, ERR_FORMAT,
		    N_("the first event of a feed does not say whose it is"));
	memcpy(out->sign_key, key + 10, sizeof out->sign_key);
	feed_id_make(&made, out->sign_key, nonce);
	if (memcmp(made.b, ev->feed.b, sizeof made.b) != 0)
		return error_set(e, ERR_FORMAT,
		    N_("the id of a feed is not that of its key"));
	out->id = ev->feed;
	return OK;
}

static void
feed_pack(const struct feed *f, struct buf *out)
{
	const struct store_feed *p = &f->pub;

	pack_bytes(out, p->id.b);
	pack_text(out, p->unit);
	pack_text(out, p->device);
	pack_text(out, p->role);
	pack_text(out, p->scope);
	pack_bytes(out, p->sign_key);
	pack_u64(out, p->top);
	pack_u64(out, p->linked);
	pack_bytes(out, p->head.b);
	pack_u64(out, p->forked);
	pack_u64(out, f->known);
	if (p->waits_since.precision != DATE_NONE)
		pack_u64(out, (uint64_t)date_to_days(p->waits_since));
}

static bool
feed_unpack(struct store *s, struct str bytes)
{
	struct store_feed p;
	struct unpack u;
	struct feed *f;
	bool known;

	memset(&p, 0, sizeof p);
	unpack_begin(&u, bytes);
	unpack_bytes(&u, p.id.b, sizeof p.id.b);
	unpack_text(&u, p.unit, sizeof p.unit);
	unpack_text(&u, p.device, sizeof p.device);
	unpack_text(&u, p.role, sizeof p.role);
	unpack_text(&u, p.scope, sizeof p.scope);
	unpack_bytes(&u, p.sign_key, sizeof p.sign_key);
	p.top = unpack_u64(&u);
	p.linked = unpack_u64(&u);
	unpack_bytes(&u, p.head.b, sizeof p.head.b);
	p.forked = unpack_u64(&u) != 0;
	known = unpack_u64(&u) != 0;
	if (u.p != u.end)
		p.waits_since = date_from_days((int64_t)unpack_u64(&u));
	if (u.bad)
		return false;
	f = feed_add(s, &p.id);
	f->pub = p;
	if (known)
		feed_known(s, f, &p);
	f->next_seq = p.top + 1;
	f->last = p.head;
	return true;
}

enum err
feed_put(struct txn *t, const struct feed *f, struct error *e)
{
	struct key_u32 k = key_u32(f->no);
	struct buf b = BUF_INIT;
	enum err r;

	feed_pack(f, &b);
	r = txn_put(t, DB_FEEDS, KEY_STR(k), buf_str(&b), e);
	buf_release(&b);
	return r;
}

/* A feed is closed when it is forked, or ours and no scope is written to it. */
void
feeds_mark(struct store *s)
{
	for (uint32_t i = 0; i < s->num.feeds; i++) {
		struct store_feed *p = &s->feed[i]->pub;

		p->closed = p->forked || p->own;
		for (size_t k = 0; k < s->n_own && !p->forked; k++)
			if (!s->own[k].closed &&
			    memcmp(s->own[k].id.b, p->id.b, sizeof p->id.b) ==
			        0)
				p->closed = false;
	}
}

enum err
feeds_load(struct store *s, struct txn *t, struct error *e)
{
	uint32_t n = s->num.feeds;
	struct buf b = BUF_INIT;
	enum err r = OK;

	arena_reset(s->feeds_arena);
	s->feed = NULL;
	s->cap_feeds = 0;
	s->feed_by_id = map_new(s->feeds_arena);
	s->num.feeds = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct key_u32 k = key_u32(i);

		buf_clear(&b);
		r = txn_get(t, DB_FEEDS, KEY_STR(k), &b, e);
		if (r == ERR_NOTFOUND || (r == OK && !feed_unpack(s, buf_str(&b))))
			r = error_set(
			    e, ERR_CORRUPT, N_("feed %u is missing or wrong"), i);
		if (r != OK)
			break;
	}
	buf_release(&b);
	return r;
}

static struct own_feed *
own_of(struct store *s, const char *scope)
{
	for (size_t i = 0; i < s->n_own; i++)
		if (strcmp(s->own[i].scope, scope) == 0)
			return &s->own[i];
	return NULL;
}

struct feed *
feed_own(struct store *s, const char *scope)
{
	const struct own_feed *own = own_of(s, scope);
	struct feed *f;

	if (own == NULL || own->closed)
		return NULL;
	f = feed_get(s, &own->id);
	return f == NULL || f->pub.forked ? NULL : f;
}

void
store_id_make(struct store *s, const char *scope, struct record_id *out)
{
	struct feed *f = feed_own(s, scope);

	if (f == NULL) {
		record_id_make(out, NULL, 0);
		return;
	}
	f->id_number = f->id_number < f->next_seq ? f->next_seq
	                                          : f->id_number + 1;
	record_id_make(out, &f->pub.id, f->id_number);
}

static void
put_text_pair(struct cjson_writer *w, struct arena *a, struct event *ev,
    const char *key, const char *value)
{
	struct buf b = BUF_INIT;

	cjson_start(w, &b);
	cjson_put_string(w, str_of(value));
	ev->set[ev->n_set].path = str_of(key);
	ev->set[ev->n_set++].json = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
}

/* "<feed> <seq> <id>" of the feed that this one goes on from. */
static const char *
continues(struct store *s, struct arena *a, const char *scope)
{
	const struct own_feed *own = own_of(s, scope);
	const struct feed *f = own == NULL ? NULL : feed_get(s, &own->id);
	char id[RECORD_ID_TEXT], head[EVENT_ID_SIZE * 2 + 1];

	if (f == NULL || f->pub.linked == 0)
		return NULL;
	feed_id_format(&f->pub.id, id);
	hex_encode(head, f->pub.head.b, sizeof f->pub.head.b);
	return arena_printf(a, "%s %llu %s", id,
	    (unsigned long long)f->pub.linked, head);
}

static void
opening_event(struct store *s, struct arena *a, const char *scope,
    const char *officer, const char *clock, struct event *ev)
{
	const char *from = continues(s, a, scope);
	const struct store_device *d = &s->device;
	struct cjson_writer w;
	uint8_t nonce[16];
	char hex[33], now[CLOCK_BUF];

	memset(ev, 0, sizeof *ev);
	random_bytes(nonce, sizeof nonce);
	hex_encode(hex, nonce, sizeof nonce);
	feed_id_make(&ev->feed, d->sign_key, nonce);
	clock_now_text(now);
	ev->act = EVENT_OPEN;
	ev->seq = 1;
	ev->officer = str_of(officer);
	ev->clock = str_of(clock);
	ev->at = str_of(arena_strdup(a, now));
	ev->set = arena_array(a, 8, sizeof *ev->set);
	put_text_pair(&w, a, ev, "age", d->age);
	if (from != NULL)
		put_text_pair(&w, a, ev, "continues", from);
	put_text_pair(&w, a, ev, "device", d->device);
	put_text_pair(&w, a, ev, "key", d->minisign);
	put_text_pair(&w, a, ev, "nonce", hex);
	put_text_pair(&w, a, ev, "role", d->role);
	put_text_pair(&w, a, ev, "scope", scope);
	put_text_pair(&w, a, ev, "unit", d->unit);
}

enum err
feed_begin(struct store *s, struct txn *t, const char *scope,
    const char *officer, const char *clock, struct feed **out, struct error *e)
{
	struct arena *a = arena_new();
	struct own_feed *own;
	struct store_feed said;
	struct event_id id;
	struct event ev;
	struct feed *f;
	enum err r;

	if (strlen(scope) >= sizeof own->scope)
		BUG("scope %s is too long", scope);
	opening_event(s, a, scope, officer, clock, &ev);
	if ((r = feed_opening(&ev, &said, e)) != OK ||
	    (r = event_put(s, t, &ev, &id, e)) != OK)
		goto out;
	f = feed_add(s, &ev.feed);
	feed_known(s, f, &said);
	f->next_seq = 2;
	f->last = id;
	own = own_of(s, scope);
	if (own == NULL) {
		s->own = arena_grow(
		    s->feeds_arena, s->own, s->n_own, &s->cap_own, sizeof *own);
		own = &s->own[s->n_own++];
		snprintf(own->scope, sizeof own->scope, "%s", scope);
	}
	own->id = ev.feed;
	own->closed = false;
	feeds_mark(s);
	r = state_put_own(s, t, e);
	*out = f;
out:
	arena_free(a);
	return r;
}

/*
 * The numbers of bundles go on at a full thousand: those that were made after
 * the copy was taken, and forgotten by it, are not given out twice.
 */
enum err
feeds_close_own(struct store *s, struct txn *t, struct error *e)
{
	enum err r;

	for (size_t i = 0; i < s->n_own; i++)
		s->own[i].closed = true;
	feeds_mark(s);
	if (s->num.bundles > 0)
		s->num.bundles = (s->num.bundles / 1000 + 1) * 1000;
	if ((r = state_put_own(s, t, e)) != OK)
		return r;
	return state_put_numbers(s, t, e);
}

static enum err
close_write(struct txn *t, void *ctx, struct error *e)
{
	struct store *s = ctx;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK)
		return r;
	return feeds_close_own(s, t, e);
}

enum err
store_new_feeds(struct store *s, struct error *e)
{
	return store_commit(s, 0, close_write, s, e);
}

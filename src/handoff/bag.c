#include "handoff/bag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cjson.h"
#include "base/coding.h"
#include "base/number.h"
#include "crypt/hash.h"

static void
put_hex(struct cjson_writer *w, const char *key, const uint8_t b[32])
{
	char text[HASH_HEX];

	hex_encode(text, b, HASH_SIZE);
	cjson_put_pair(w, key, str_of(text));
}

static void
put_number(struct cjson_writer *w, const char *key, uint64_t n)
{
	cjson_put_key(w, str_of(key));
	cjson_put_int(w, (int64_t)n);
}

static void
put_acks(struct cjson_writer *w, const char *key,
    const struct store_ack *acks, size_t n)
{
	char feed[RECORD_ID_TEXT];

	cjson_put_key(w, str_of(key));
	cjson_open_array(w);
	for (size_t i = 0; i < n; i++) {
		cjson_open_object(w);
		feed_id_format(&acks[i].feed, feed);
		cjson_put_pair(w, "feed", str_of(feed));
		put_hex(w, "head", acks[i].head.b);
		put_number(w, "seq", acks[i].seq);
		cjson_close_object(w);
	}
	cjson_close_array(w);
}

static void
put_feeds(struct cjson_writer *w, const struct bag_head *h)
{
	char feed[RECORD_ID_TEXT];

	cjson_put_key(w, STR("feeds"));
	cjson_open_array(w);
	for (size_t i = 0; i < h->n_feeds; i++) {
		const struct bag_feed *f = &h->feeds[i];

		cjson_open_object(w);
		put_number(w, "count", f->count);
		cjson_put_pair(w, "device", str_of(f->device));
		feed_id_format(&f->id, feed);
		cjson_put_pair(w, "feed", str_of(feed));
		put_number(w, "first", f->first);
		put_hex(w, "head", f->head.b);
		put_hex(w, "key", f->key);
		put_number(w, "last", f->last);
		cjson_put_pair(w, "role", str_of(f->role));
		cjson_put_pair(w, "scope", str_of(f->scope));
		cjson_put_pair(w, "unit", str_of(f->unit));
		cjson_close_object(w);
	}
	cjson_close_array(w);
}

static void
put_hashes(struct cjson_writer *w, const char *key, const struct bag_hash *v,
    size_t n)
{
	char text[HASH_HEX];

	cjson_put_key(w, str_of(key));
	cjson_open_array(w);
	for (size_t i = 0; i < n; i++) {
		hex_encode(text, v[i].b, HASH_SIZE);
		cjson_put_string(w, str_of(text));
	}
	cjson_close_array(w);
}

struct str
bag_head_format(struct arena *a, const struct bag_head *h)
{
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	char day[DATE_BUF];
	struct str json;

	cjson_start(&w, &b);
	cjson_open_object(&w);
	put_acks(&w, "acks", h->acks, h->n_acks);
	put_hashes(&w, "before", h->before, h->n_before);
	cjson_put_key(&w, STR("checkpoints"));
	cjson_open_array(&w);
	for (size_t i = 0; i < h->n_checkpoints; i++)
		cjson_put_string(&w, h->checkpoints[i]);
	cjson_close_array(&w);
	if (h->date.precision != DATE_NONE) {
		date_format_iso(h->date, day);
		cjson_put_pair(&w, "date", str_of(day));
	}
	put_number(&w, "events", h->events);
	put_feeds(&w, h);
	cjson_put_pair(&w, "from",
	    str_of(arena_printf(a, "%s/%s", h->from_unit, h->from_device)));
	put_hashes(&w, "have", h->have, h->n_have);
	put_number(&w, "n", h->number);
	cjson_put_pair(&w, "prev", str_of(h->prev));
	if (h->n_sent > 0)
		put_acks(&w, "sent", h->sent, h->n_sent);
	cjson_put_pair(&w, "to", str_of(h->to_unit));
	put_number(&w, "trust", h->trust);
	put_number(&w, "v", BUNDLE_VERSION);
	cjson_close_object(&w);
	json = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return json;
}

static bool
key_is(struct cjson_reader *r, const char *key)
{
	struct str k;

	return cjson_key(r, &k) && str_is(k, key);
}

static bool
get_number(struct cjson_reader *r, const char *key, uint64_t *out)
{
	int64_t n;

	if (!key_is(r, key) || !cjson_int(r, &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

/* A string without escapes. */
static bool
get_word(struct cjson_reader *r, const char *key, struct str *out)
{
	return key_is(r, key) && cjson_string(r, out)
	    && !cjson_has_escape(*out);
}

static bool
get_hex(struct cjson_reader *r, const char *key, uint8_t out[32])
{
	struct str v;

	return get_word(r, key, &v) && hex_decode(out, HASH_SIZE, v);
}

static bool
get_text(struct cjson_reader *r, const char *key, char *out, size_t room)
{
	struct str v;

	if (!get_word(r, key, &v) || v.n >= room)
		return false;
	memcpy(out, v.p, v.n);
	out[v.n] = '\0';
	return true;
}

static bool
get_feed(struct cjson_reader *r, struct feed_id *out)
{
	struct str v;

	return get_word(r, "feed", &v) && feed_id_parse(v, out);
}

static bool
parse_ack(struct cjson_reader *r, struct store_ack *out)
{
	struct str key;

	return cjson_object(r) && get_feed(r, &out->feed)
	    && get_hex(r, "head", out->head.b)
	    && get_number(r, "seq", &out->seq) && !cjson_key(r, &key);
}

static bool
parse_feed(struct cjson_reader *r, struct bag_feed *f)
{
	struct str key;

	return cjson_object(r) && get_number(r, "count", &f->count)
	    && get_text(r, "device", f->device, sizeof f->device)
	    && get_feed(r, &f->id) && get_number(r, "first", &f->first)
	    && get_hex(r, "head", f->head.b) && get_hex(r, "key", f->key) && get_number(r, "last", &f->last)
	    && get_text(r, "role", f->role, sizeof f->role)
	    && get_text(r, "scope", f->scope, sizeof f->scope)
	    && get_text(r, "unit", f->unit, sizeof f->unit)
	    && !cjson_key(r, &key) && f->count > 0 && f->first > 0
	    && f->first <= f->last && card_is_device(str_of(f->device))
	    && card_is_unit(str_of(f->unit))
	    && card_is_unit(str_of(f->scope));
}

/* After the key. */
static bool
parse_acks(struct arena *a, struct cjson_reader *r, struct store_ack **list,
    size_t *n)
{
	size_t cap = 0;

	if (!cjson_array(r))
		return false;
	while (cjson_item(r)) {
		*list = arena_grow(a, *list, *n, &cap, sizeof **list);
		if (*n >= BAG_FEEDS_MAX || !parse_ack(r, &(*list)[(*n)++]))
			return false;
	}
	return true;
}

static bool
parse_checkpoints(struct arena *a, struct cjson_reader *r, struct bag_head *h)
{
	size_t cap = 0;
	struct str text;

	if (!key_is(r, "checkpoints") || !cjson_array(r))
		return false;
	while (cjson_item(r)) {
		h->checkpoints = arena_grow(a, h->checkpoints,
		    h->n_checkpoints, &cap, sizeof *h->checkpoints);
		if (h->n_checkpoints >= BAG_FEEDS_MAX
		    || !cjson_text(r, a, &text))
			return false;
		h->checkpoints[h->n_checkpoints++] = text;
	}
	return true;
}

/* Each feed once: its events stand together. */
static bool
parse_feeds(struct arena *a, struct cjson_reader *r, struct bag_head *h)
{
	size_t cap = 0;

	if (!key_is(r, "feeds") || !cjson_array(r))
		return false;
	while (cjson_item(r)) {
		h->feeds = arena_grow(
		    a, h->feeds, h->n_feeds, &cap, sizeof *h->feeds);
		if (h->n_feeds >= BAG_FEEDS_MAX
		    || !parse_feed(r, &h->feeds[h->n_feeds]))
			return false;
		if (h->n_feeds > 0
		    && memcmp(&h->feeds[h->n_feeds - 1].id,
		           &h->feeds[h->n_feeds].id, FEED_ID_SIZE)
		        >= 0)
			return false;
		h->n_feeds++;
	}
	return true;
}

static bool
parse_hashes(struct arena *a, struct cjson_reader *r, const char *key,
    size_t max, struct bag_hash **out, size_t *n)
{
	size_t cap = 0;
	struct str v;

	if (!key_is(r, key) || !cjson_array(r))
		return false;
	while (cjson_item(r)) {
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		if (*n >= max || !cjson_string(r, &v)
		    || !hex_decode((*out)[(*n)++].b, HASH_SIZE, v))
			return false;
	}
	return true;
}

/* The one before is the first of those before. */
static bool
parse_prev(struct cjson_reader *r, struct bag_head *h)
{
	char first[HASH_HEX] = "-";

	if (h->n_before > 0)
		hex_encode(first, h->before[0].b, HASH_SIZE);
	return get_text(r, "prev", h->prev, sizeof h->prev)
	    && strcmp(h->prev, first) == 0;
}

/* A date, which may be missing, and the number of events. */
static bool
parse_events(struct cjson_reader *r, struct bag_head *h)
{
	struct str key, v;
	int64_t n;

	if (!cjson_key(r, &key))
		return false;
	if (str_is(key, "date")) {
		if (!cjson_string(r, &v) || !date_parse_iso(v, &h->date) ||
		    h->date.precision != DATE_DAY || !cjson_key(r, &key))
			return false;
	}
	if (!str_is(key, "events") || !cjson_int(r, &n) || n < 0)
		return false;
	h->events = (uint64_t)n;
	return true;
}

/* What was sent to others, which may be missing, and to whom this goes. */
static bool
parse_to(struct arena *a, struct cjson_reader *r, struct bag_head *h)
{
	struct str key, v;

	if (!cjson_key(r, &key))
		return false;
	if (str_is(key, "sent")
	    && (!parse_acks(a, r, &h->sent, &h->n_sent) || h->n_sent == 0
	        || !cjson_key(r, &key)))
		return false;
	if (!str_is(key, "to") || !cjson_string(r, &v) || cjson_has_escape(v)
	    || v.n >= sizeof h->to_unit)
		return false;
	memcpy(h->to_unit, v.p, v.n);
	return true;
}

static bool
parse_rest(struct arena *a, struct cjson_reader *r, struct bag_head *h)
{
	struct str key;
	uint64_t v;

	return get_number(r, "n", &h->number) && parse_prev(r, h)
	    && parse_to(a, r, h)
	    && get_number(r, "trust", &h->trust) && get_number(r, "v", &v)
	    && v == BUNDLE_VERSION && !cjson_key(r, &key) && cjson_end(r);
}

enum err
bag_head_parse(struct arena *a, struct str json, struct bag_head *out,
    struct error *e)
{
	struct str from, unit, device;
	struct cjson_reader r;

	memset(out, 0, sizeof *out);
	cjson_begin(&r, json);
	if (!cjson_object(&r) || !key_is(&r, "acks")
	    || !parse_acks(a, &r, &out->acks, &out->n_acks)
	    || !parse_hashes(a, &r, "before", BAG_BEFORE_MAX, &out->before,
	        &out->n_before)
	    || !parse_checkpoints(a, &r, out)
	    || !parse_events(&r, out)
	    || !parse_feeds(a, &r, out) || !get_word(&r, "from", &from)
	    || !bundle_split_address(from, &unit, &device)
	    || !parse_hashes(a, &r, "have", BAG_FEEDS_MAX, &out->have,
	        &out->n_have)
	    || !parse_rest(a, &r, out))
		return error_set(e, ERR_FORMAT,
		    N_("the bundle's inner head cannot be read"));
	memcpy(out->from_unit, unit.p, unit.n);
	memcpy(out->from_device, device.p, device.n);
	return OK;
}

void
bag_comment(struct buf *out, const char *from_unit, const char *from_device,
    const char *to_unit, uint64_t number)
{
	buf_printf(out, "ansinh-bag 1 from=%s/%s to=%s n=%" PRIu64, from_unit,
	    from_device, to_unit, number);
}

static void
checkpoint_line(struct buf *out, const struct feed_id *feed, uint64_t seq,
    const struct event_id *id)
{
	char feed_text[RECORD_ID_TEXT], id_text[HASH_HEX];

	feed_id_format(feed, feed_text);
	hex_encode(id_text, id->b, sizeof id->b);
	buf_printf(out, "ansinh-checkpoint-1 %s %" PRIu64 " %s", feed_text, seq,
	    id_text);
}

static void
line_sum(struct str line, uint8_t sum[64])
{
	struct hash h;

	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, line.p, line.n);
	hash_blake2b512_add(&h, "\n", 1);
	hash_blake2b512_end(&h, sum);
}

char *
checkpoint_make(struct arena *a, const struct minisign_secret *key,
    const struct feed_id *feed, uint64_t seq, const struct event_id *id)
{
	struct buf line = BUF_INIT;
	uint8_t sum[64];
	char *text;

	checkpoint_line(&line, feed, seq, id);
	line_sum(buf_str(&line), sum);
	text = minisign_sign(a, key, sum, OUTER_COMMENT, buf_cstr(&line));
	buf_release(&line);
	return text;
}

bool
checkpoint_parse(struct str text, struct checkpoint *out)
{
	static const char word[] = "ansinh-checkpoint-1 ";
	const size_t feed_n = RECORD_ID_TEXT - 1;
	struct error ignored;
	struct str s;
	int64_t seq;
	size_t n;

	if (minisign_parse(text, &out->file, &ignored) != OK)
		return false;
	s = out->file.trusted;
	/* word, feed, space, number, space, id */
	if (!str_starts(s, word)
	    || s.n < sizeof word - 1 + feed_n + 3 + HASH_HEX - 1)
		return false;
	s.p += sizeof word - 1;
	s.n -= sizeof word - 1;
	if (!feed_id_parse((struct str){ s.p, feed_n }, &out->feed)
	    || s.p[feed_n] != ' ')
		return false;
	n = s.n - feed_n - 1 - HASH_HEX;
	if (!number_parse_int((struct str){ s.p + feed_n + 1, n }, &seq)
	    || seq < 1 || s.p[feed_n + 1 + n] != ' ')
		return false;
	out->seq = (uint64_t)seq;
	return hex_decode(out->id.b, sizeof out->id.b,
	    (struct str){ s.p + feed_n + 2 + n, HASH_HEX - 1 });
}

bool
checkpoint_holds(
    const struct checkpoint *c, const struct minisign_public *owner)
{
	struct error ignored;
	uint8_t sum[64];

	line_sum(c->file.trusted, sum);
	return minisign_verify(&c->file, owner, sum, &ignored) == OK;
}

void
checkpoint_setting(const struct feed_id *feed, char out[48])
{
	char text[RECORD_ID_TEXT];

	feed_id_format(feed, text);
	snprintf(out, 48, "checkpoint:%s", text);
}

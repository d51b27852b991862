#include "handoff/peer.h"

#include <stdio.h>
#include <string.h>

#include "base/cjson.h"
#include "base/clock.h"
#include "base/coding.h"
#include "base/text.h"
#include "crypt/hash.h"

void
peer_setting(const char *peer, char out[48])
{
	snprintf(out, 48, "peer:%s", peer);
}

/* ERR_NOTFOUND becomes an empty value. */
static enum err
get_setting(struct store *s, struct arena *a, const char *name,
    struct str *out, struct error *e)
{
	enum err err = store_meta_get(s, a, name, out, e);

	if (err == ERR_NOTFOUND) {
		*out = (struct str){ "", 0 };
		return OK;
	}
	return err;
}

/* The next member, which must be key, is an array of strings. */
static bool
take_strings(struct arena *a, struct cjson_reader *r, const char *key,
    struct str **out, size_t *n)
{
	size_t cap = 0;
	struct str k, text;

	*out = NULL;
	*n = 0;
	if ((key != NULL && (!cjson_key(r, &k) || !str_is(k, key)))
	    || !cjson_array(r))
		return false;
	while (cjson_item(r)) {
		if (!cjson_text(r, a, &text))
			return false;
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[(*n)++] = text;
	}
	return true;
}

static bool
take_hashes(struct arena *a, struct cjson_reader *r, const char *key,
    struct bag_hash **out, size_t *n)
{
	struct str *text;

	if (!take_strings(a, r, key, &text, n))
		return false;
	*out = arena_array(a, *n, sizeof **out);
	for (size_t i = 0; i < *n; i++)
		if (!hex_decode((*out)[i].b, HASH_SIZE, text[i]))
			return false;
	return true;
}

static bool
parse_peer(struct arena *a, struct str json, struct peer *out)
{
	struct cjson_reader r;
	struct str key, v;

	cjson_begin(&r, json);
	out->heard = true;
	return cjson_object(&r)
	    && take_hashes(a, &r, "before", &out->before, &out->n_before)
	    && take_hashes(a, &r, "have", &out->have, &out->n_have)
	    && cjson_key(&r, &key) && cjson_string(&r, &v)
	    && hex_decode(out->newest.b, HASH_SIZE, v)
	    && !cjson_key(&r, &key) && cjson_end(&r);
}

enum err
peer_load(struct store *s, struct arena *a, const char *peer,
    struct peer *out, struct error *e)
{
	struct str json;
	char name[48];
	enum err err;

	memset(out, 0, sizeof *out);
	peer_setting(peer, name);
	if ((err = get_setting(s, a, name, &json, e)) != OK)
		return err;
	if (json.n > 0 && !parse_peer(a, json, out))
		return error_set(e, ERR_CORRUPT,
		    N_("the setting %s cannot be read"), name);
	return OK;
}

bool
peer_advance(struct peer *p, const struct bag_head *h,
    const uint8_t header_hash[32])
{
	if (p->heard && memcmp(p->newest.b, header_hash, HASH_SIZE) == 0)
		return false;
	for (size_t i = 0; i < p->n_before; i++)
		if (memcmp(p->before[i].b, header_hash, HASH_SIZE) == 0)
			return false;
	p->heard = true;
	memcpy(p->newest.b, header_hash, HASH_SIZE);
	p->n_before = h->n_before;
	p->before = h->before;
	p->n_have = h->n_have;
	p->have = h->have;
	return true;
}

static void
put_strings(struct cjson_writer *w, const struct str *v, size_t n)
{
	cjson_open_array(w);
	for (size_t i = 0; i < n; i++)
		cjson_put_string(w, v[i]);
	cjson_close_array(w);
}

static void
put_hashes(struct cjson_writer *w, const struct bag_hash *v, size_t n)
{
	char text[HASH_HEX];

	cjson_open_array(w);
	for (size_t i = 0; i < n; i++) {
		hex_encode(text, v[i].b, HASH_SIZE);
		cjson_put_string(w, str_of(text));
	}
	cjson_close_array(w);
}

struct str
peer_format(struct arena *a, const struct peer *p)
{
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	char text[HASH_HEX];
	struct str json;

	cjson_start(&w, &b);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("before"));
	put_hashes(&w, p->before, p->n_before);
	cjson_put_key(&w, STR("have"));
	put_hashes(&w, p->have, p->n_have);
	hex_encode(text, p->newest.b, HASH_SIZE);
	cjson_put_pair(&w, "newest", str_of(text));
	cjson_close_object(&w);
	json = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return json;
}

static char *
sent_setting(struct arena *a, const char *unit)
{
	return arena_printf(a, "sent:%s", unit);
}

enum err
sent_load(struct store *s, struct arena *a, const char *unit,
    struct bag_hash **out, size_t *n, struct error *e)
{
	char *name = sent_setting(a, unit);
	struct cjson_reader r;
	struct str json;
	enum err err;

	*out = NULL;
	*n = 0;
	err = get_setting(s, a, name, &json, e);
	if (err != OK || json.n == 0)
		return err;
	cjson_begin(&r, json);
	if (!take_hashes(a, &r, NULL, out, n) || !cjson_end(&r)
	    || *n > BAG_BEFORE_MAX)
		return error_set(e, ERR_CORRUPT,
		    N_("the setting %s cannot be read"), name);
	return OK;
}

enum err
sent_add(struct store *s, const char *unit, const uint8_t header_hash[32],
    struct error *e)
{
	struct arena *a = arena_new();
	struct bag_hash now[BAG_BEFORE_MAX], *before;
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	enum err err;
	size_t n;

	if ((err = sent_load(s, a, unit, &before, &n, e)) != OK)
		goto out;
	if (n == BAG_BEFORE_MAX)
		n--;
	memcpy(now[0].b, header_hash, HASH_SIZE);
	if (n > 0)
		memcpy(now + 1, before, n * sizeof *now);
	cjson_start(&w, &b);
	put_hashes(&w, now, n + 1);
	err = store_meta_put(s, sent_setting(a, unit), buf_str(&b), e);
out:
	buf_release(&b);
	arena_free(a);
	return err;
}

enum err
checkpoints_load(struct store *s, struct arena *a,
    const struct feed_id *feed, struct checkpoints *out, struct error *e)
{
	struct cjson_reader r;
	struct str json;
	char name[48];
	bool ok = true;
	enum err err;

	memset(out, 0, sizeof *out);
	checkpoint_setting(feed, name);
	if ((err = get_setting(s, a, name, &json, e)) != OK || json.n == 0)
		return err;
	cjson_begin(&r, json);
	ok = take_strings(a, &r, NULL, &out->text, &out->n) && cjson_end(&r);
	out->cap = out->cap_text = out->n;
	out->c = arena_array(a, out->n, sizeof *out->c);
	for (size_t i = 0; ok && i < out->n; i++)
		ok = checkpoint_parse(out->text[i], &out->c[i]);
	if (!ok)
		return error_set(e, ERR_CORRUPT,
		    N_("the setting %s cannot be read"), name);
	return OK;
}

static void
thin_out(struct checkpoints *list)
{
	uint64_t before = 0;
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (i + CHECKPOINTS_NEWEST < list->n
		    && list->c[i].seq < before + CHECKPOINT_EVERY)
			continue;
		before = list->c[i].seq;
		list->c[kept] = list->c[i];
		list->text[kept++] = list->text[i];
	}
	list->n = kept;
}

bool
checkpoints_add(struct arena *a, struct checkpoints *list,
    const struct checkpoint *c, struct str text)
{
	size_t at = list->n;

	for (size_t i = 0; i < list->n; i++)
		if (list->c[i].seq == c->seq
		    && memcmp(&list->c[i].id, &c->id, sizeof c->id) == 0)
			return false;
	while (at > 0 && list->c[at - 1].seq > c->seq)
		at--;
	list->c = arena_grow(
	    a, list->c, list->n, &list->cap, sizeof *list->c);
	list->text = arena_grow(
	    a, list->text, list->n, &list->cap_text, sizeof *list->text);
	memmove(list->c + at + 1, list->c + at,
	    (list->n - at) * sizeof *list->c);
	memmove(list->text + at + 1, list->text + at,
	    (list->n - at) * sizeof *list->text);
	list->c[at] = *c;
	list->text[at] = text;
	list->n++;
	thin_out(list);
	return true;
}

struct str
checkpoints_format(struct arena *a, const struct checkpoints *list)
{
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	struct str json;

	cjson_start(&w, &b);
	put_strings(&w, list->text, list->n);
	json = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return json;
}

enum err
bundle_refusals(struct store *s, struct arena *a, struct bundle_refusal **out,
    size_t *n, struct error *e)
{
	struct cjson_reader r;
	struct bundle_refusal one;
	struct str json, key;
	size_t cap = 0;
	enum err err;

	*out = NULL;
	*n = 0;
	err = get_setting(s, a, "refused_bundles", &json, e);
	if (err != OK || json.n == 0)
		return err;
	cjson_begin(&r, json);
	if (!cjson_array(&r))
		return cjson_error(&r, e);
	while (cjson_item(&r)) {
		if (!cjson_object(&r) || !cjson_key(&r, &key)
		    || !cjson_text(&r, a, &one.at) || !cjson_key(&r, &key)
		    || !cjson_text(&r, a, &one.name) || !cjson_key(&r, &key)
		    || !cjson_text(&r, a, &one.what) || cjson_key(&r, &key))
			return cjson_error(&r, e);
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[(*n)++] = one;
	}
	return cjson_end(&r) ? OK : cjson_error(&r, e);
}

/* A stranger's words, fit to be kept. */
static struct str
clean(struct arena *a, const char *text)
{
	struct buf b = BUF_INIT;
	struct error ignored;
	struct str out;

	text_safe(&b, str_of(text));
	if (text_clean(a, buf_str(&b), 0, &out, &ignored) != OK)
		out = STR("?");
	buf_release(&b);
	return out;
}

enum err
peer_note_refusal(struct store *s, const char *name, const struct error *why,
    struct error *e)
{
	struct arena *a = arena_new();
	struct bundle_refusal *known;
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	char at[CLOCK_BUF];
	enum err err;
	size_t n, i;

	if ((err = bundle_refusals(s, a, &known, &n, e)) != OK)
		goto out;
	cjson_start(&w, &b);
	cjson_open_array(&w);
	i = n < BUNDLE_REFUSALS_MAX ? 0 : n - BUNDLE_REFUSALS_MAX + 1;
	for (; i < n; i++) {
		cjson_open_object(&w);
		cjson_put_pair(&w, "at", known[i].at);
		cjson_put_pair(&w, "name", known[i].name);
		cjson_put_pair(&w, "what", known[i].what);
		cjson_close_object(&w);
	}
	clock_now_text(at);
	cjson_open_object(&w);
	cjson_put_pair(&w, "at", str_of(at));
	cjson_put_pair(&w, "name", clean(a, name));
	cjson_put_pair(&w, "what", clean(a, why->what));
	cjson_close_object(&w);
	cjson_close_array(&w);
	err = store_meta_put(s, "refused_bundles", buf_str(&b), e);
out:
	buf_release(&b);
	arena_free(a);
	return err;
}

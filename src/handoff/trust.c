#include "handoff/trust.h"

#include <string.h>

#include "base/cjson.h"
#include "base/text.h"

static int
compare(const struct card *a, const struct card *b)
{
	int r = strcmp(a->unit, b->unit);

	return r != 0 ? r : strcmp(a->device, b->device);
}

static bool
same_keys(const struct card *a, const struct card *b)
{
	return memcmp(&a->sign, &b->sign, sizeof a->sign) == 0
	    && memcmp(&a->age, &b->age, sizeof a->age) == 0;
}

const struct trusted *
trust_by_device(const struct trust *t, const char *unit, const char *device)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->device[i].card.unit, unit) == 0
		    && strcmp(t->device[i].card.device, device) == 0)
			return &t->device[i];
	return NULL;
}

const struct trusted *
trust_by_key(const struct trust *t, const uint8_t minisign_id[8])
{
	for (size_t i = 0; i < t->n; i++)
		if (memcmp(t->device[i].card.sign.id, minisign_id, 8) == 0)
			return &t->device[i];
	return NULL;
}

const struct trusted *
trust_by_sign_key(const struct trust *t, const uint8_t sign_key[32])
{
	for (size_t i = 0; i < t->n; i++)
		if (memcmp(t->device[i].card.sign.key, sign_key, 32) == 0)
			return &t->device[i];
	return NULL;
}

/* Puts at its place in the order of unit and device. */
static void
put(struct arena *a, struct trust *t, const struct trusted *d)
{
	struct trusted *grown = arena_array(a, t->n + 1, sizeof *grown);
	size_t at = 0;

	while (at < t->n && compare(&t->device[at].card, &d->card) < 0)
		at++;
	if (at < t->n && compare(&t->device[at].card, &d->card) == 0) {
		t->device[at] = *d;
		return;
	}
	if (t->n > 0) {
		memcpy(grown, t->device, at * sizeof *grown);
		memcpy(grown + at + 1, t->device + at,
		    (t->n - at) * sizeof *grown);
	}
	grown[at] = *d;
	t->device = grown;
	t->n++;
}

static enum err
check_new(const struct trust *t, const struct card *c, struct error *e)
{
	const struct trusted *known = trust_by_device(t, c->unit, c->device);
	const struct trusted *by_key = trust_by_sign_key(t, c->sign.key);

	if (known != NULL && !same_keys(&known->card, c))
		return error_set(e, ERR_REFUSED,
		    N_("device %s/%s is known here under other keys"), c->unit,
		    c->device);
	if (known == NULL
	    && (by_key != NULL || trust_by_key(t, c->sign.id) != NULL))
		return error_set(e, ERR_REFUSED,
		    N_("the keys of device %s/%s belong to another device"),
		    c->unit, c->device);
	if (known == NULL && t->n >= TRUST_DEVICES_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the trust list is full"));
	return OK;
}

enum err
trust_add(struct arena *a, struct trust *t, const struct card *c,
    struct error *e)
{
	const struct trusted *known;
	struct trusted d = { .card = *c };
	enum err err = check_new(t, c, e);

	if (err != OK)
		return err;
	known = trust_by_device(t, c->unit, c->device);
	if (known != NULL) {
		d.revoked = known->revoked;
		d.revoked_from = known->revoked_from;
	}
	put(a, t, &d);
	return OK;
}

/* Two laptops of the district may each have made a list of one version, so a
 * list that does not know of a revocation must not take it back. */
static struct trusted
keep_revocation(const struct trusted *known, struct trusted d)
{
	if (known == NULL || !known->revoked)
		return d;
	if (!d.revoked || d.revoked_from > known->revoked_from)
		d.revoked_from = known->revoked_from;
	d.revoked = true;
	return d;
}

enum err
trust_merge(struct arena *a, struct trust *t, const struct trust *from,
    struct error *e)
{
	struct trust merged = *t;
	struct trusted d;
	enum err err;

	merged.device = arena_dup(a, t->device, t->n * sizeof *t->device);
	for (size_t i = 0; i < from->n; i++) {
		err = check_new(&merged, &from->device[i].card, e);
		if (err != OK)
			return err;
		d = keep_revocation(trust_by_device(t,
		    from->device[i].card.unit, from->device[i].card.device),
		    from->device[i]);
		put(a, &merged, &d);
	}
	merged.version = from->version;
	*t = merged;
	return OK;
}

struct str
trust_format(struct arena *a, const struct trust *t)
{
	char sign[MINISIGN_PUBLIC_TEXT], age[AGE_PUBLIC_TEXT];
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	struct str text;

	cjson_start(&w, &b);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("devices"));
	cjson_open_array(&w);
	for (size_t i = 0; i < t->n; i++) {
		const struct card *c = &t->device[i].card;

		cjson_open_object(&w);
		age_public_text(&c->age, age);
		cjson_put_pair(&w, "age", str_of(age));
		cjson_put_pair(&w, "device", str_of(c->device));
		minisign_public_text(&c->sign, sign);
		cjson_put_pair(&w, "key", str_of(sign));
		cjson_put_pair(&w, "name", str_of(c->name));
		if (c->has_recovery) {
			age_public_text(&c->recovery, age);
			cjson_put_pair(&w, "recovery", str_of(age));
		}
		if (c->has_restricted) {
			age_public_text(&c->restricted, age);
			cjson_put_pair(&w, "restricted", str_of(age));
		}
		if (t->device[i].revoked) {
			cjson_put_key(&w, STR("revoked_from"));
			cjson_put_int(
			    &w, (int64_t)t->device[i].revoked_from);
		}
		cjson_put_pair(&w, "role", str_of(c->role));
		cjson_put_pair(&w, "unit", str_of(c->unit));
		cjson_close_object(&w);
	}
	cjson_close_array(&w);
	cjson_put_key(&w, STR("v"));
	cjson_put_int(&w, 1);
	cjson_put_key(&w, STR("version"));
	cjson_put_int(&w, (int64_t)t->version);
	cjson_close_object(&w);
	text = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static bool
copy_text(char *out, size_t room, struct str s)
{
	if (s.n >= room)
		return false;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}

/* One member of a device; false if it is not right. */
static bool
parse_member(struct arena *a, struct trusted *d, struct cjson_reader *r,
    struct str key, unsigned *seen)
{
	struct card *c = &d->card;
	struct error ignored;
	struct str v;
	int64_t n;

	if (str_is(key, "revoked_from")) {
		d->revoked = true;
		if (!cjson_int(r, &n) || n < 0)
			return false;
		d->revoked_from = (uint64_t)n;
		return true;
	}
	if (!cjson_text(r, a, &v))
		return false;
	if (str_is(key, "recovery")) {
		c->has_recovery = true;
		return age_public_parse(v, &c->recovery);
	}
	if (str_is(key, "restricted")) {
		c->has_restricted = true;
		return age_public_parse(v, &c->restricted);
	}
	(*seen)++;
	if (str_is(key, "age"))
		return age_public_parse(v, &c->age);
	if (str_is(key, "device"))
		return card_is_device(v)
		    && copy_text(c->device, sizeof c->device, v);
	if (str_is(key, "key"))
		return minisign_public_parse(v, &c->sign);
	if (str_is(key, "name"))
		return v.n > 0 && text_check(v, 0, &ignored) == OK
		    && copy_text(c->name, sizeof c->name, v);
	if (str_is(key, "role"))
		return (str_is(v, "commune") || str_is(v, "district"))
		    && copy_text(c->role, sizeof c->role, v);
	if (str_is(key, "unit"))
		return card_is_unit(v)
		    && copy_text(c->unit, sizeof c->unit, v);
	return false;
}

static bool
parse_devices(struct arena *a, struct cjson_reader *r, struct trust *out)
{
	size_t cap = 0;

	if (!cjson_array(r))
		return false;
	while (cjson_item(r)) {
		struct trusted d = { 0 };
		unsigned seen = 0;
		struct str key;

		if (out->n >= TRUST_DEVICES_MAX || !cjson_object(r))
			return false;
		while (cjson_key(r, &key))
			if (!parse_member(a, &d, r, key, &seen))
				return false;
		if (seen != 6
		    || (out->n > 0
		        && compare(&out->device[out->n - 1].card, &d.card)
		            >= 0))
			return false;
		out->device = arena_grow(
		    a, out->device, out->n, &cap, sizeof *out->device);
		out->device[out->n++] = d;
	}
	return true;
}

enum err
trust_parse(struct arena *a, struct str json, struct trust *out,
    struct error *e)
{
	struct cjson_reader r;
	struct str key;
	int64_t v = 0, version = -1;
	bool ok;

	memset(out, 0, sizeof *out);
	cjson_begin(&r, json);
	ok = cjson_object(&r) && cjson_key(&r, &key) && str_is(key, "devices")
	    && parse_devices(a, &r, out) && cjson_key(&r, &key)
	    && str_is(key, "v") && cjson_int(&r, &v);
	if (ok && v > 1)
		return error_set(e, ERR_VERSION,
		    N_("the trust list was made by a newer program"));
	ok = ok && v == 1 && cjson_key(&r, &key) && str_is(key, "version")
	    && cjson_int(&r, &version) && version >= 0
	    && !cjson_key(&r, &key) && cjson_end(&r);
	if (!ok)
		return error_set(
		    e, ERR_FORMAT, N_("the trust list cannot be read"));
	out->version = (uint64_t)version;
	return OK;
}

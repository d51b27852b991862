#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/coding.h"
#include "crypt/hash.h"
#include "handoff/bag.h"

#define LINE_MAX_BYTES (EVENT_BYTES_MAX + 1)

enum part { /* in the order they must have */
	PART_NONE,
	PART_BAGIT,
	PART_INFO,
	PART_HEAD,
	PART_EVENTS,
	PART_FORM,
	PART_TRUST,
	PART_MANIFEST,
	PART_SIGNATURE,
};
static const struct part_rule {
	enum part part;
	const char *name;
	uint64_t max;
} parts[] = {
	{ PART_BAGIT, "bagit.txt", sizeof BAG_DECLARATION - 1 },
	{ PART_INFO, "bag-info.txt", BAG_INFO_MAX },
	{ PART_HEAD, "data/head.json", BAG_HEAD_MAX },
	{ PART_EVENTS, "data/events.ndjson", BUNDLE_RAW_MAX },
	{ PART_TRUST, "data/packs/trust.json", BAG_PACK_MAX },
	{ PART_MANIFEST, "manifest-sha256.txt", BAG_MANIFEST_MAX },
	{ PART_SIGNATURE, "manifest-sha256.txt.minisig", MINISIGN_FILE_MAX },
};

struct verify {
	struct arena *a;
	const struct bundle_header *header;
	const struct card *sender;
	const struct bag_use *use;
	struct bag *bag;
	enum part part;
	char name[BAG_NAME], last_form[BAG_NAME];
	struct buf small, manifest, line;
	struct hash sum;
	struct str given_manifest;
	uint64_t events, raw_done, packs_size;
	size_t packs_cap;
	bool signature_seen;
};

static bool
progress(const struct bag_use *use, uint64_t done, uint64_t total)
{
	return use->progress == NULL
	    || use->progress(use->progress_ctx, done, total);
}

/*
 * Cuts what comes in into lines and gives them on.  A line that lies whole
 * in the chunk is lent from there.
 */
static enum err
take_lines(struct buf *line, uint64_t *count, uint64_t max,
    const struct bag_use *use, struct str in, struct error *e)
{
	const char *end;
	struct str one;
	enum err err;

	while (in.n > 0) {
		end = memchr(in.p, '\n', in.n);
		one = (struct str){ in.p,
			end == NULL ? in.n : (size_t)(end - in.p) };
		if (line->n + one.n > LINE_MAX_BYTES)
			return error_set(
			    e, ERR_LIMIT, N_("an event is too large"));
		if (line->n > 0 || end == NULL) {
			buf_add_str(line, one);
			one = buf_str(line);
		}
		if (end == NULL)
			return OK;
		if (++*count > max)
			return error_set(e, ERR_FORMAT,
			    N_("there are more events than the header says"));
		if ((err = use->line(use->ctx, one, e)) != OK)
			return err;
		buf_clear(line);
		in.n -= (size_t)(end + 1 - in.p);
		in.p = end + 1;
	}
	return OK;
}

/* "data/packs/form-<64 hex>.json", names rising. */
static bool
is_form(struct verify *v, const char *name, struct bag_hash *hash)
{
	struct str s = str_of(name);

	if (!str_starts(s, "data/packs/form-") || s.n != 16 + 64 + 5
	    || strcmp(name + 80, ".json") != 0
	    || !hex_decode(hash->b, HASH_SIZE, (struct str){ name + 16, 64 })
	    || strcmp(v->last_form, name) >= 0)
		return false;
	snprintf(v->last_form, sizeof v->last_form, "%s", name);
	return true;
}

static enum err
add_form(struct verify *v, const struct bag_hash *hash, struct error *e)
{
	struct bag *bag = v->bag;

	if (bag->n_packs >= BAG_PACKS_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the bundle has too many packs"));
	bag->pack = arena_grow(v->a, bag->pack, bag->n_packs, &v->packs_cap,
	    sizeof *bag->pack);
	bag->pack[bag->n_packs++].hash = *hash;
	return OK;
}

static enum err
on_file(void *ctx, const char *name, uint64_t size, struct error *e)
{
	struct verify *v = ctx;
	enum part before = v->part;
	uint64_t max = BAG_PACK_MAX;
	struct bag_hash hash;
	enum err err;

	v->part = PART_NONE;
	if (is_form(v, name, &hash)) {
		v->part = PART_FORM;
		if ((err = add_form(v, &hash, e)) != OK)
			return err;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcmp(parts[i].name, name) == 0) {
			v->part = parts[i].part;
			max = parts[i].max;
		}
	/* Packs may be missing; nothing else may, and nothing comes twice. */
	if (v->part == PART_NONE || v->part < before
	    || (v->part == before && v->part != PART_FORM)
	    || (v->part > before + 1
	        && !(before >= PART_EVENTS && v->part <= PART_MANIFEST)))
		return error_set(e, ERR_FORMAT,
		    N_("%s does not belong at this place of a bundle"), name);
	if (size > max)
		return error_set(e, ERR_LIMIT, N_("%s is too large"), name);
	if (v->part == PART_FORM || v->part == PART_TRUST)
		v->packs_size += size;
	if (v->packs_size > BAG_PACKS_TOTAL_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the bundle has too many packs"));
	snprintf(v->name, sizeof v->name, "%s", name);
	hash_sha256_start(&v->sum);
	return OK;
}

static enum err
on_data(void *ctx, struct str data, struct error *e)
{
	struct verify *v = ctx;

	hash_sha256_add(&v->sum, data.p, data.n);
	v->raw_done += data.n;
	if (v->part != PART_EVENTS) {
		buf_add_str(&v->small, data);
		return OK;
	}
	if (!progress(v->use, v->raw_done, 2 * v->header->raw))
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	return take_lines(
	    &v->line, &v->events, v->header->events, v->use, data, e);
}

/* Inside and outside must name the same sender, receiver and number (H4). */
static enum err
take_head(struct verify *v, struct error *e)
{
	const struct bundle_header *o = v->header;
	struct bag_head *h = &v->bag->head;
	enum err err;

	err = bag_head_parse(
	    v->a, arena_str_dup(v->a, buf_str(&v->small)), h, e);
	if (err != OK)
		return err;
	if (strcmp(h->from_unit, o->from_unit) != 0
	    || strcmp(h->from_device, o->from_device) != 0
	    || strcmp(h->to_unit, o->to_unit) != 0
	    || strcmp(h->prev, o->prev) != 0 || h->number != o->number
	    || h->events != o->events || h->trust != o->trust)
		return error_set(e, ERR_FORMAT,
		    N_("the bundle's inside was made for another bundle"));
	return v->use->head(v->use->ctx, h, e);
}

static enum err
take_form(struct verify *v, struct error *e)
{
	struct bag_pack *p = &v->bag->pack[v->bag->n_packs - 1];
	uint8_t hash[HASH_SIZE];

	hash_blake2b(hash, buf_str(&v->small));
	if (memcmp(hash, p->hash.b, sizeof hash) != 0)
		return error_set(e, ERR_HASH,
		    N_("%s is not what its name says"), v->name);
	p->bytes = arena_str_dup(v->a, buf_str(&v->small));
	return OK;
}

static enum err
take_signature(struct verify *v, struct error *e)
{
	const struct bundle_header *o = v->header;
	struct minisign_file file;
	struct buf comment = BUF_INIT;
	struct hash h;
	uint8_t sum[64];
	enum err err;

	if (!str_eq(buf_str(&v->manifest), v->given_manifest))
		return error_set(e, ERR_HASH,
		    N_("the sums inside the bundle do not match its files"));
	err = outer_signature(buf_str(&v->small), &file, e);
	if (err != OK)
		return err;
	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, v->given_manifest.p, v->given_manifest.n);
	hash_blake2b512_end(&h, sum);
	bag_comment(
	    &comment, o->from_unit, o->from_device, o->to_unit, o->number);
	if (minisign_verify(&file, &v->sender->sign, sum, e) != OK)
		err = error_set(e, ERR_SIGNATURE,
		    N_("the signature inside the bundle does not hold"));
	else if (!str_eq(buf_str(&comment), file.trusted))
		err = error_set(e, ERR_SIGNATURE,
		    N_("the bundle's inside was signed for another bundle"));
	buf_release(&comment);
	v->signature_seen = err == OK;
	return err;
}

static enum err
check_events_end(struct verify *v, struct error *e)
{
	if (v->line.n > 0)
		return error_set(
		    e, ERR_FORMAT, N_("the last event has no line end"));
	if (v->events != v->header->events)
		return error_set(e, ERR_FORMAT,
		    N_("there are fewer events than the header says"));
	return OK;
}

static enum err
take_part(struct verify *v, struct error *e)
{
	enum err err;

	switch (v->part) {
	case PART_BAGIT:
		if (str_is(buf_str(&v->small), BAG_DECLARATION))
			return OK;
		return error_set(e, ERR_FORMAT,
		    N_("%s is not the text that belongs there"), v->name);
	case PART_HEAD:
		return take_head(v, e);
	case PART_EVENTS:
		return check_events_end(v, e);
	case PART_FORM:
		return take_form(v, e);
	case PART_TRUST:
		err = trust_parse(v->a,
		    arena_str_dup(v->a, buf_str(&v->small)), &v->bag->trust,
		    e);
		v->bag->has_trust = err == OK;
		return err;
	case PART_MANIFEST:
		v->given_manifest = arena_str_dup(v->a, buf_str(&v->small));
		return OK;
	case PART_SIGNATURE:
		return take_signature(v, e);
	case PART_INFO: /* for people; the outer signature covers it */
	case PART_NONE:
		return OK;
	}
	return OK;
}

static enum err
on_end(void *ctx, struct error *e)
{
	struct verify *v = ctx;
	uint8_t sum[HASH_SIZE];
	char text[HASH_HEX];
	enum err err;

	if (str_starts(str_of(v->name), "data/")) {
		hash_sha256_end(&v->sum, sum);
		hex_encode(text, sum, sizeof sum);
		buf_printf(&v->manifest, "%s  %s\n", text, v->name);
	}
	err = take_part(v, e);
	buf_clear(&v->small);
	return err;
}

enum err
bag_verify(struct arena *a, const struct bag_source *src,
    const struct bundle_header *header, const struct card *sender,
    const struct bag_use *use, struct bag *out, struct error *e)
{
	static const struct bag_visitor visitor = { on_file, on_data, on_end };
	struct verify v = {
		.a = a,
		.header = header,
		.sender = sender,
		.use = use,
		.bag = out,
		.small = BUF_INIT,
		.manifest = BUF_INIT,
		.line = BUF_INIT,
	};
	enum err err;

	memset(out, 0, sizeof *out);
	err = bag_read(src, &visitor, &v, e);
	if (err == OK && !v.signature_seen)
		err = error_set(e, ERR_FORMAT,
		    N_("the bundle lacks %s"), "manifest-sha256.txt.minisig");
	buf_release(&v.small);
	buf_release(&v.manifest);
	buf_release(&v.line);
	return err;
}

struct second {
	const struct bag_use *use;
	uint64_t raw, raw_done, events, max;
	bool in_events;
	struct buf line;
};

static enum err
second_file(void *ctx, const char *name, uint64_t size, struct error *e)
{
	struct second *s = ctx;

	(void)size;
	(void)e;
	s->in_events = strcmp(name, "data/events.ndjson") == 0;
	return OK;
}

static enum err
second_data(void *ctx, struct str data, struct error *e)
{
	struct second *s = ctx;

	if (!s->in_events)
		return OK;
	s->raw_done += data.n;
	if (!progress(s->use, s->raw + s->raw_done, 2 * s->raw))
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	return take_lines(&s->line, &s->events, s->max, s->use, data, e);
}

static enum err
second_end(void *ctx, struct error *e)
{
	(void)ctx;
	(void)e;
	return OK;
}

enum err
bag_events(const struct bag_source *src, uint64_t events,
    const struct bag_use *use, struct error *e)
{
	static const struct bag_visitor visitor = { second_file, second_data,
		second_end };
	struct second s = {
		.use = use, .raw = src->raw, .max = events, .line = BUF_INIT
	};
	enum err err = bag_read(src, &visitor, &s, e);

	buf_release(&s.line);
	return err;
}

#include "desk.h"

#include <stdio.h>
#include <unistd.h>

#include "base/coding.h"

struct arena *world;
const char *stick;
uint8_t form_hash[32];
struct desk commune, district;

static char root[64];
static const uint8_t store_key[32] = { 7, 7, 7 };
#define PACK "{\"form\":\"form: person\\n\",\"v\":1}"

static const struct fold_field fields[] = {
	{ "decision", "decision", FOLD_DISTRICT },
	{ "name", "name", FOLD_COMMUNE },
	{ "note", "note", FOLD_BOTH },
};

static const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t hash[32])
{
	static struct fold_rules rules = { .form = "person",
		.n_fields = ARRAY_LEN(fields), .fields = fields,
		.name = "name" };

	(void)ctx;
	(void)hash;
	return str_is(form, "person") ? &rules : NULL;
}

int
world_setup(void **state)
{
	(void)state;
	person_start();
	world = arena_new();
	snprintf(root, sizeof root, "handoff-test.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	stick = world_path("stick");
	ok(file_make_dirs(stick, 0755, &e));
	desk_open(&commune, "11149", "commune", "Xã Hà Kỳ", "K7Q2");
	desk_open(&district, "298", "district", "Huyện Tứ Kỳ", "D2DD");
	desk_trusts(&commune, &district);
	desk_trusts(&district, &commune);
	return 0;
}

int
world_teardown(void **state)
{
	(void)state;
	desk_close(&commune);
	desk_close(&district);
	ok(file_remove_tree(root, &e));
	arena_free(world);
	return 0;
}

const char *
world_path(const char *name)
{
	return arena_printf(world, "%s/%s", root, name);
}

void
ok_at(enum err r, const struct error *e, const char *file, int line)
{
	if (r == OK)
		return;
	print_error("%s: %s %s\n", error_name(r), e->where, e->what);
	_fail(file, line);
}

static struct store_options
options(void)
{
	return (struct store_options){ .key = store_key, .epoch = 1,
		.rules = rules_of, .map_size = 16u << 20 };
}

void
desk_open(struct desk *d, const char *unit, const char *role,
    const char *name, const char *device)
{
	struct store_options o = options();
	struct store_device dev = { .name = "Test" };

	memset(d, 0, sizeof *d);
	person_init(&d->who, unit, role, name, device);
	snprintf(d->dir, sizeof d->dir, "%s/%s-%s", root, unit, device);
	snprintf(d->home, sizeof d->home, "%s/%s-%s/outbox", root, unit,
	    device);
	memcpy(dev.unit, unit, strlen(unit));
	memcpy(dev.role, role, strlen(role));
	memcpy(dev.device, device, strlen(device));
	minisign_public_text(&d->who.card.sign, dev.minisign);
	age_public_text(&d->who.card.age, dev.age);
	memcpy(dev.sign_key, d->who.card.sign.key, sizeof dev.sign_key);
	ok(file_make_dirs(d->dir, 0700, &e));
	ok(store_create(d->dir, &o, &dev, &e));
	ok(store_open(d->dir, &o, &d->s, &e));
	ok(store_pack_put(d->s, "form", STR(PACK), form_hash, &e));
	d->self = (struct bundle_self){ .card = &d->who.card,
		.sign = d->who.sign,
		.identities = d->who.identities,
		.n_identities = 2,
		.trust = &d->trust,
		.home = d->home };
}

void
desk_close(struct desk *d)
{
	store_close(d->s);
	person_release(&d->who);
}

void
desk_restore(struct desk *d, const char *backup)
{
	struct store_options o = options();

	store_close(d->s);
	ok(file_remove_tree(d->dir, &e));
	ok(file_make_dirs(d->dir, 0700, &e));
	ok(store_restore(d->dir, backup, &o, &e));
	ok(store_open(d->dir, &o, &d->s, &e));
}

void
desk_reopen(struct desk *d)
{
	struct store_options o = options();

	ok(store_open(d->dir, &o, &d->s, &e));
}

/* A store's files, as a copied disk has them. */
enum err
desk_copy(const char *from, const char *to, struct error *e)
{
	static const char *const folders[] = { "", "/db" };
	struct str bytes;
	char **names;
	size_t n;
	enum err err = OK;

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		const char *f = arena_printf(world, "%s%s", from, folders[i]);
		const char *t = arena_printf(world, "%s%s", to, folders[i]);

		if ((err = file_make_dirs(t, 0700, e)) != OK
		    || (err = file_list(world, f, "", &names, &n, e)) != OK)
			return err;
		for (size_t k = 0; k < n; k++) {
			const char *file =
			    arena_printf(world, "%s/%s", f, names[k]);

			if (file_read(world, file, 64u << 20, &bytes, NULL)
			    != OK)
				continue; /* a folder */
			err = file_write(
			    arena_printf(world, "%s/%s", t, names[k]), bytes,
			    0600, false, e);
			if (err != OK)
				return err;
		}
	}
	return err;
}

void
desk_clone(struct desk *out, struct desk *d)
{
	*out = *d;
	snprintf(out->dir, sizeof out->dir, "%s", world_path("clone"));
	snprintf(out->home, sizeof out->home, "%s", world_path("clone-out"));
	out->self.home = out->home;
	store_close(d->s);
	ok(desk_copy(d->dir, out->dir, &e));
	desk_reopen(d);
	desk_reopen(out);
}

void
desk_trusts(struct desk *d, const struct desk *other)
{
	ok(trust_add(world, &d->trust, &other->who.card, &e));
}

static void
append(struct desk *d, const char *scope, enum event_act act,
    const struct record_id *id, const char *path, const char *json)
{
	struct event_set set = { str_of(path), str_of(json) };
	struct store_write w = { .act = act,
		.record = *id,
		.scope = scope,
		.form = "person",
		.form_hash = form_hash,
		.officer = "Nguyễn Thị Thử",
		.clock = "ok",
		.set = &set,
		.n_set = 1 };

	ok(store_append(d->s, &w, 1, NULL, &e));
}

struct record_id
desk_new(struct desk *d, const char *scope, const char *name)
{
	struct record_id id;

	store_id_make(d->s, scope, &id);
	append(d, scope, EVENT_CREATE, &id, "name",
	    arena_printf(world, "\"%s\"", name));
	return id;
}

void
desk_amend(struct desk *d, const char *scope, const struct record_id *id,
    const char *path, const char *json)
{
	append(d, scope, EVENT_AMEND, id, path, json);
}

const char *
desk_value(struct desk *d, const struct record_id *id, const char *path)
{
	struct record r;
	struct error why;

	if (store_record(d->s, world, id, &r, &why) != OK)
		return "";
	for (size_t i = 0; i < r.n_values; i++)
		if (str_is(r.values[i].path, path))
			return arena_str(world, r.values[i].json);
	return "";
}

const char *
desk_digest(struct desk *d)
{
	uint8_t sum[32];
	char *text = arena_alloc(world, 65);

	ok(store_digest(d->s, sum, &e));
	hex_encode(text, sum, sizeof sum);
	return text;
}

const char *
desk_export(struct desk *d, const char *to)
{
	struct bundle_written w;

	ok(bundle_export(d->s, &d->self, to, stick, NULL, NULL, &w, &e));
	assert_int_equal(w.files, 1);
	return arena_printf(world, "%s/ANSINH/%s.ansinh", stick, w.name);
}

struct bundle_preview
desk_import(struct desk *d, const char *path)
{
	struct bundle_preview p;
	struct bundle_import *im = NULL;
	struct str json;
	struct error why;

	ok(bundle_import_open(d->s, &d->self, path, NULL, NULL, &im, &p, &e));
	ok(bundle_import_apply(im, &e));
	bundle_import_close(im);
	/* as the caller does: what is trusted may have changed */
	if (store_meta_get(d->s, world, "trust", &json, &why) == OK)
		ok(trust_parse(world, json, &d->trust, &e));
	return p;
}

void
desk_refuses(struct desk *d, const char *path, enum err err, const char *says)
{
	const char *before = desk_digest(d);
	struct bundle_import *im = NULL;
	struct bundle_refusal *refused;
	struct bundle_preview p;
	struct store_counts was, now;
	struct error why = { .code = OK };
	enum err got;
	size_t n;

	ok(store_counts(d->s, &was, &e));
	got = bundle_import_open(
	    d->s, &d->self, path, NULL, NULL, &im, &p, &why);
	if (got != err || strstr(why.what, says) == NULL)
		fail_msg("\"%s\", not: %s (%s)", says, why.what,
		    error_name(got));
	assert_null(im);
	ok(store_counts(d->s, &now, &e));
	assert_memory_equal(&was, &now, sizeof was);
	assert_string_equal(desk_digest(d), before);
	ok(bundle_refusals(d->s, world, &refused, &n, &e));
	assert_true(n > 0);
	assert_non_null(strstr(arena_str(world, refused[n - 1].what), says));
}

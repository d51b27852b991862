/*
 * A desk for shell tests, without the program around it:
 *	new DIR UNIT ROLE DEVICE NAME	makes it; DIR/card and DIR/age.key
 *	trust DIR CARD
 *	pack DIR			prints the hash of its form pack
 *	add DIR NAME			a record of a form "person"
 *	export DIR TO OUT		prints the file's path
 *	many DIR TO OUT			for each name on standard input, a JSON
 *					string a line: a record and a bundle
 *	exports DIR TO OUT		more records and another bundle, for ever
 *	whole DIR FILE...		of each: its name, and whether all of it is
 *					as its sender signed it, or ERR_NAME
 *	import DIR FILE...		prints what came in by each
 *	names DIR			the records' names
 * Keys follow from unit and device.  Failures print ERR_NAME: text.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/coding.h"
#include "crypt/secret.h"
#include "people.h"
#include "store/directory.h"

static struct arena *a;
static struct person me;
static struct store *store;
static struct trust trust;
static const uint8_t store_key[32] = { 7 };

static const struct fold_field fields[] = { { "name", "name", FOLD_BOTH } };

static const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t hash[32])
{
	static struct fold_rules rules = { .form = "person",
		.n_fields = 1, .fields = fields, .name = "name" };

	(void)ctx;
	(void)hash;
	return str_is(form, "person") ? &rules : NULL;
}

static void
must(enum err r, const struct error *e)
{
	if (r == OK)
		return;
	fprintf(stderr, "%s: %s\n", error_name(r), e->what);
	exit(error_exit_status(r));
}

static struct store_options
options(void)
{
	return (struct store_options){ .key = store_key, .epoch = 1,
		.rules = rules_of, .map_size = 16u << 20 };
}

static void
put_file(const char *dir, const char *name, const char *text)
{
	struct error e;

	must(file_write(arena_printf(a, "%s/%s", dir, name), str_of(text),
	         0600, false, &e), &e);
}

static void
desk_new(const char *dir, char **arg)
{
	struct store_options o = options();
	struct store_device d = { .name = "Test" };
	char age[AGE_IDENTITY_TEXT];
	struct error e;

	person_init(&me, arg[0], arg[1], arg[3], arg[2]);
	memcpy(d.unit, me.card.unit, sizeof d.unit);
	memcpy(d.role, me.card.role, sizeof d.role);
	memcpy(d.device, me.card.device, sizeof d.device);
	minisign_public_text(&me.card.sign, d.minisign);
	age_public_text(&me.card.age, d.age);
	memcpy(d.sign_key, me.card.sign.key, sizeof d.sign_key);
	must(file_make_dirs(dir, 0700, &e), &e);
	must(store_create(dir, &o, &d, &e), &e);
	put_file(dir, "card", card_format(a, &me.card));
	age_identity_text(me.age, age);
	put_file(dir, "age.key", arena_printf(a, "%s\n", age));
}

static void
desk_open(const char *dir)
{
	struct store_options o = options();
	const struct store_device *d;
	struct str json;
	struct card c;
	struct error e;

	must(store_open(dir, &o, &store, &e), &e);
	d = store_device(store);
	must(file_read(a, arena_printf(a, "%s/card", dir), TRUST_CARD_MAX,
	         &json, &e), &e);
	must(card_parse(json, &c, &e), &e);
	person_init(&me, d->unit, d->role, c.name, d->device);
	if (store_meta_get(store, a, "trust", &json, &e) == OK)
		must(trust_parse(a, json, &trust, &e), &e);
}

static void
desk_trust(const char *path)
{
	struct str text;
	struct card c;
	struct error e;

	must(file_read(a, path, TRUST_CARD_MAX, &text, &e), &e);
	must(card_parse(text, &c, &e), &e);
	must(trust_add(a, &trust, &c, &e), &e);
	must(store_meta_put(store, "trust", trust_format(a, &trust), &e), &e);
}

static void
desk_pack(uint8_t hash[32])
{
	struct error e;

	must(store_pack_put(store, "form",
	         STR("{\"form\":\"form: person\\n\",\"v\":1}"), hash, &e), &e);
}

static void
desk_add(struct str name)
{
	uint8_t hash[32];
	struct event_set set = { STR("name"), name };
	struct store_write w = { .act = EVENT_CREATE, .scope = "11149",
		.form = "person", .form_hash = hash, .officer = "Test",
		.clock = "ok", .set = &set, .n_set = 1 };
	struct error e;

	desk_pack(hash);
	store_id_make(store, w.scope, &w.record);
	must(store_append(store, &w, 1, NULL, &e), &e);
}

static struct bundle_self
self(const char *dir)
{
	return (struct bundle_self){ .card = &me.card, .sign = me.sign,
		.identities = me.identities, .n_identities = 2,
		.trust = &trust, .home = arena_printf(a, "%s/outbox", dir) };
}

static void
desk_export(const char *dir, const char *to, const char *out)
{
	struct bundle_self who = self(dir);
	struct bundle_written w;
	struct error e;

	must(bundle_export(store, &who, to, out, NULL, NULL, &w, &e), &e);
	printf("%s/ANSINH/%s.ansinh\n", out, w.name);
}

/* Until it is killed or the stick is full.  Nothing is acknowledged, so each
 * bundle is larger than the one before; what zstd cannot shrink makes it so. */
static void
desk_exports(const char *dir, const char *to, const char *out)
{
	uint8_t noise[4000];
	char name[2 * sizeof noise + 3];

	for (;;) {
		random_bytes(noise, sizeof noise);
		name[0] = '"';
		hex_encode(name + 1, noise, sizeof noise);
		strcat(name, "\"");
		desk_add(str_of(name));
		desk_export(dir, to, out);
		fflush(stdout);
	}
}

static void
desk_many(const char *dir, const char *to, const char *out)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 1) {
		desk_add((struct str){ line, (size_t)n - 1 });
		desk_export(dir, to, out);
	}
	free(line);
}

static void
desk_whole(char **paths)
{
	struct bundle_outer o;
	struct error e;
	enum err err;

	for (; *paths != NULL; paths++) {
		err = bundle_inspect(*paths, &trust, NULL, &o, &e);
		printf("%s %s\n", *paths, err != OK ? error_name(err)
		    : o.signature_ok ? "whole" : "unsigned");
	}
}

static void
desk_import(const char *dir, const char *path)
{
	struct bundle_self who = self(dir);
	struct bundle_import *im;
	struct bundle_preview p;
	struct error e;

	must(bundle_import_open(store, &who, path, NULL, NULL, &im, &p, &e),
	    &e);
	must(bundle_import_apply(im, &e), &e);
	bundle_import_close(im);
	if (p.outer.already_taken)
		puts("taken in already");
	else
		printf("fresh %llu, set aside %llu\n",
		    (unsigned long long)p.counts.fresh,
		    (unsigned long long)p.counts.set_aside);
}

static void
desk_names(void)
{
	struct directory_row row;
	struct directory *d;
	struct error e;

	must(directory_open(store, &d, &e), &e);
	for (size_t i = 0; i < directory_count(d); i++) {
		directory_get(d, i, &row);
		printf("%.*s\n", (int)row.name.n, row.name.p);
	}
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "", *dir = argv[2];
	uint8_t hash[32];
	char hex[65];

	a = arena_new();
	person_start();
	if (strcmp(verb, "new") == 0 && argc == 7) {
		desk_new(dir, argv + 3);
	} else {
		desk_open(dir);
		desk_pack(hash);
		hex_encode(hex, hash, sizeof hash);
		if (strcmp(verb, "trust") == 0 && argc == 4)
			desk_trust(argv[3]);
		else if (strcmp(verb, "pack") == 0)
			puts(hex);
		else if (strcmp(verb, "add") == 0 && argc == 4)
			desk_add(str_of(arena_printf(a, "\"%s\"", argv[3])));
		else if (strcmp(verb, "export") == 0 && argc == 5)
			desk_export(dir, argv[3], argv[4]);
		else if (strcmp(verb, "exports") == 0 && argc == 5)
			desk_exports(dir, argv[3], argv[4]);
		else if (strcmp(verb, "many") == 0 && argc == 5)
			desk_many(dir, argv[3], argv[4]);
		else if (strcmp(verb, "whole") == 0)
			desk_whole(argv + 3);
		else if (strcmp(verb, "import") == 0)
			for (int i = 3; i < argc; i++)
				desk_import(dir, argv[i]);
		else if (strcmp(verb, "names") == 0)
			desk_names();
		else
			return 2;
		store_close(store);
	}
	person_release(&me);
	arena_free(a);
	return 0;
}

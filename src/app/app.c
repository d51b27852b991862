#include "app/app.h"

#include "app/rules.h"
#include "app/saving.h"
#include "base/cjson.h"
#include "base/coding.h"
#include "base/file.h"
#include "base/text.h"
#include "crypt/keyfile.h"
#include "crypt/seal.h"
#include "crypt/secret.h"
#include "crypt/words.h"
#include "store/draft.h"

#include <stdlib.h>
#include <string.h>

/* Device secrets lie in the store under the DEV key inside the data key. */
static const struct seal_place device_place = { "device", { "seeds", 5 }, 1,
	1, 0 };

char *
app_home(struct arena *a)
{
	const char *home = getenv("ANSINH_HOME");
	const char *base = getenv("XDG_DATA_HOME");

	if (home != NULL && home[0] != '\0')
		return arena_strdup(a, home);
	if (base != NULL && base[0] == '/')
		return arena_printf(a, "%s/ansinh", base);
	base = getenv("HOME");
	return arena_printf(
	    a, "%s/.local/share/ansinh", base == NULL ? "" : base);
}

bool
app_is_there(const char *home)
{
	struct arena *a = arena_new();
	bool there = file_exists(arena_printf(a, "%s/keys.json", home));

	arena_free(a);
	return there;
}

enum err
app_forms(struct arena *a, struct form_set **out, struct error *e)
{
	const char *forms = file_data_path(a, "forms");
	const char *choices = file_data_path(a, "forms/choices");

	if (forms == NULL || choices == NULL)
		return error_set(
		    e, ERR_IO, N_("the forms are not installed"));
	*out = form_set_new(a, choices);
	return form_set_load_dir(*out, forms, e);
}

enum err
app_words(struct arena *a, struct error *e)
{
	const char *path = file_data_path(a, "conf/words.txt");

	if (path == NULL)
		return error_set(
		    e, ERR_IO, N_("conf/words.txt is not installed"));
	return words_load(path, e);
}

static void
data_key_of(const struct master *m, uint8_t key[32])
{
	master_derive(m, "DEK_____", 1, key);
}

static void
copy_text(char *out, size_t size, const char *in)
{
	size_t n = strlen(in);

	if (n >= size)
		n = size - 1;
	memcpy(out, in, n);
	out[n] = '\0';
}

/* A device's name: 4 base32 letters of its signing key. */
static void
device_name(char out[8], const uint8_t key[32])
{
	char text[BASE32_LEN(5) + 1];

	base32_encode(text, key, 5);
	for (int i = 0; i < 4; i++)
		out[i] = (char)(text[i] >= 'a' && text[i] <= 'z'
			? text[i] - 'a' + 'A'
			: text[i]);
	out[4] = '\0';
}

enum err
app_init_check(const struct app_init *in, struct error *e)
{
	if (strcmp(in->role, "commune") != 0 &&
	    strcmp(in->role, "district") != 0)
		return error_set(
		    e, ERR_USAGE, N_("the role is commune or district"));
	if (strlen(in->unit) < 3 || strlen(in->unit) > 8 ||
	    strspn(in->unit, "0123456789") != strlen(in->unit))
		return error_set(e, ERR_USAGE,
		    N_("the unit is a code of digits, such as 11149"));
	if (text_trim(str_of(in->officer)).n == 0 ||
	    strlen(in->officer) >= sizeof ((struct app *)NULL)->officer)
		return error_set(
		    e, ERR_USAGE, N_("the officer's name is missing"));
	return text_check(str_of(in->officer), 0, e);
}

static void
device_of(struct store_device *d, const struct app_init *in,
    const struct minisign_secret *sign, const struct age_identity *age)
{
	memset(d, 0, sizeof *d);
	copy_text(d->unit, sizeof d->unit, in->unit);
	copy_text(d->role, sizeof d->role, in->role);
	copy_text(d->name, sizeof d->name, in->unit_name);
	device_name(d->device, sign->public.key);
	minisign_public_text(&sign->public, d->minisign);
	age_public_text(&age->public, d->age);
	memcpy(d->sign_key, sign->public.key, sizeof d->sign_key);
}

/* Puts what a first start needs into a new store. */
static enum err
first_settings(struct store *s, const struct master *m,
    const uint8_t *seeds, struct error *e)
{
	uint8_t key[32], sealed[SEAL_PAD * 2];
	char hex[sizeof sealed * 2 + 1];
	size_t n = seal_size(APP_DEVICE_SEEDS);

	if (n > sizeof sealed)
		BUG("seeds do not fit");
	master_derive(m, "DEV_____", 1, key);
	seal(sealed, key, &device_place,
	    (struct str){ (const char *)seeds, APP_DEVICE_SEEDS });
	secret_wipe(key, sizeof key);
	hex_encode(hex, sealed, n);
	return store_meta_put(s, "device_seeds", str_of(hex), e);
}

enum err
app_init(const char *home, const struct app_init *in, struct arena *a,
    char **words, struct error *e)
{
	uint8_t *seeds = secret_alloc(APP_DEVICE_SEEDS);
	uint8_t *key = secret_alloc(32);
	struct minisign_secret *sign = NULL;
	struct age_identity *age = NULL;
	struct master *m = NULL;
	struct store *s = NULL;
	struct store_device d;
	struct store_options o = { .key = key, .epoch = 1 };
	const char *keys = arena_printf(a, "%s/keys.json", home), *fresh = NULL;
	enum err err;

	if ((err = app_init_check(in, e)) != OK || (err = app_words(a, e)) != OK)
		goto out;
	if (app_is_there(home)) {
		err = error_set(e, ERR_EXISTS,
		    N_("there is a commune's data here already: %s"), home);
		goto out;
	}
	if ((err = file_make_dirs(home, 0700, e)) != OK)
		goto out;
	random_bytes(seeds, APP_DEVICE_SEEDS);
	sign = minisign_from_seed(seeds);
	age = age_identity_from_seed(seeds + 32);
	device_of(&d, in, sign, age);
	/* The key file comes last: without it there is nothing here but what
	 * a killed program left. */
	fresh = arena_printf(a, "%s/keys.new", home);
	if (file_exists(fresh) && (err = file_remove_tree(fresh, e)) != OK)
		goto out;
	err = keyfile_create(fresh,
	    app_passphrase(a, in->passphrase), in->officer, in->kdf_mib, a,
	    words, &m, e);
	if (err != OK)
		goto out;
	data_key_of(m, key);
	(void)!file_remove_tree(arena_printf(a, "%s/db", home), NULL);
	if ((err = store_create(home, &o, &d, e)) != OK ||
	    (err = store_open(home, &o, &s, e)) != OK ||
	    (err = first_settings(s, m, seeds, e)) != OK)
		goto out;
	err = file_move(fresh, keys, e);
out:
	if (err != OK && fresh != NULL)
		(void)!file_remove_tree(fresh, NULL);
	store_close(s);
	master_free(m);
	secret_free(sign);
	secret_free(age);
	secret_free(key);
	secret_free(seeds);
	return err;
}

static enum err
load_device(struct app *app, const struct master *m, struct error *e)
{
	struct buf seeds = BUF_INIT;
	uint8_t key[32], sealed[SEAL_PAD * 2];
	struct str hex;
	enum err err;

	err = store_meta_get(app->store, app->arena, "device_seeds", &hex, e);
	if (err != OK)
		return err;
	if (hex.n > 2 * sizeof sealed || !hex_decode(sealed, hex.n / 2, hex))
		return error_set(
		    e, ERR_CORRUPT, N_("the device's keys are damaged"));
	master_derive(m, "DEV_____", 1, key);
	err = seal_open(&seeds, key, &device_place,
	    (struct str){ (const char *)sealed, hex.n / 2 }, e);
	secret_wipe(key, sizeof key);
	if (err == OK && seeds.n != APP_DEVICE_SEEDS)
		err = error_set(
		    e, ERR_CORRUPT, N_("the device's keys are damaged"));
	if (err == OK) {
		app->sign = minisign_from_seed((const uint8_t *)seeds.p);
		app->age =
		    age_identity_from_seed((const uint8_t *)seeds.p + 32);
	}
	if (seeds.p != NULL)
		secret_wipe(seeds.p, seeds.n);
	buf_release(&seeds);
	return err;
}

static void
load_identity(struct app *app)
{
	const struct store_device *d = store_device(app->store);

	app->role = strcmp(d->role, "district") == 0 ? FORM_DISTRICT
						     : FORM_COMMUNE;
	copy_text(app->card.unit, sizeof app->card.unit, d->unit);
	copy_text(app->card.role, sizeof app->card.role, d->role);
	copy_text(app->card.name, sizeof app->card.name, d->name);
	copy_text(app->card.device, sizeof app->card.device, d->device);
	app->card.sign = app->sign->public;
	app->card.age = app->age->public;
}

/* Forms of this program that the store does not have yet. */
static enum err
put_packs(struct app *app, struct error *e)
{
	uint8_t hash[32];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < form_set_count(app->forms); i++)
		err = store_pack_put(app->store, "form",
		    form_set_at(app->forms, i)->pack, hash, e);
	return err;
}

static enum err
open_store(struct app *app, const struct master *m, struct error *e)
{
	struct store_options o = { .epoch = 1, .rules = rules_of };
	enum err err;

	app->data_key = secret_alloc(32);
	data_key_of(m, app->data_key);
	o.key = app->data_key;
	o.rules_ctx = app->rules;
	if ((err = store_open(app->home, &o, &app->store, e)) != OK)
		return err;
	if ((err = load_device(app, m, e)) != OK)
		return err;
	load_identity(app);
	if ((err = put_packs(app, e)) != OK)
		return err;
	return app_learn(app, e);
}

enum err
app_open_bare(const char *home, struct str passphrase, struct app **out,
    struct error *e)
{
	struct arena *a = arena_new();
	struct app *app = arena_new_of(a, struct app);
	struct master *m = NULL;
	enum err err;

	app->arena = a;
	app->trust_arena = arena_new();
	app->home = arena_strdup(a, home);
	app->drafts_dir = arena_printf(a, "%s/drafts", home);
	if (!app_is_there(home)) {
		err = error_set(e, ERR_NOTFOUND,
		    N_("nothing is set up here yet: %s; the first step: "
		       "ansinh init --role commune --unit CODE "
		       "--officer 'NAME'"), home);
		goto out;
	}
	/* now, so that the first key of the first form does not wait for it */
	(void)!file_make_dirs(app->drafts_dir, 0700, NULL);
	if ((err = app_words(a, e)) != OK ||
	    (err = app_forms(a, &app->forms, e)) != OK)
		goto out;
	app->rules = rules_new(a, app->forms);
	if ((err = app_unlock(home, passphrase, &m, e)) != OK ||
	    (err = open_store(app, m, e)) != OK)
		goto out;
	app->slot = master_slot(m);
	copy_text(app->officer, sizeof app->officer, master_label(m));
	app->card.recovery = *master_recovery_public(m);
	app->card.has_recovery = true;
	app->card.restricted = *master_restricted_public(m);
	app->card.has_restricted = true;
	if (master_restricted(m) != NULL) {
		app->recovery =
		    age_identity_from_recovery(master_recovery_secret(m));
		app->restricted =
		    age_identity_from_seed(master_restricted(m));
	}
	(void)card_format(a, &app->card); /* its check words */
	*out = app;
	app = NULL; /* transferred */
out:
	master_free(m);
	app_close(app);
	return err;
}

enum err
app_open(const char *home, struct str passphrase, struct app **out,
    struct error *e)
{
	struct app *app;
	enum err err;

	if ((err = app_open_bare(home, passphrase, &app, e)) != OK)
		return err;
	err = directory_open(app->store, &app->directory, e);
	if (err != OK) {
		app_close(app);
		return err;
	}
	*out = app;
	return OK;
}

void
app_close(struct app *app)
{
	if (app == NULL)
		return;
	(void)!saving_end_all(app, NULL);
	draft_settle();
	store_close(app->store);
	secret_free(app->sign);
	secret_free(app->age);
	secret_free(app->recovery);
	secret_free(app->restricted);
	secret_free(app->data_key);
	arena_free(app->trust_arena);
	arena_free(app->arena);
}

const char *
app_scope(const struct app *app)
{
	return app->card.unit;
}

const struct form *
app_form_of(const struct app *app, const struct record *r)
{
	struct arena *a = arena_new();
	const struct form *f =
	    form_set_get(app->forms, arena_str(a, r->form));

	arena_free(a);
	return f != NULL ? f : form_set_by_hash(app->forms, r->form_hash);
}

struct str
app_record_title(
    struct app *app, struct arena *a, const struct record_id *id)
{
	struct directory_row row, other;
	struct record_id link;
	size_t at, to;

	if (!directory_find(app->directory, id, &at))
		return STR("");
	directory_get(app->directory, at, &row);
	if (row.name.n > 0)
		return arena_str_dup(a, row.name);
	/* A case is called by its person: the first column that is a link. */
	for (size_t i = 0; i < row.n_columns; i++) {
		if (!record_id_parse(row.column[i], &link) ||
		    !directory_find(app->directory, &link, &to))
			continue;
		directory_get(app->directory, to, &other);
		if (other.name.n > 0)
			return arena_str_dup(a, other.name);
	}
	return STR("");
}

/* A stored JSON value as the form engine's value, by the field's type. */
static struct value
value_of(struct arena *a, const struct form_node *n, struct str json)
{
	struct cjson_reader r;
	struct str text;
	struct date d;
	int64_t i;

	cjson_begin(&r, json);
	if (cjson_peek(&r) == CJSON_INT)
		return cjson_int(&r, &i) ? value_number((double)i)
					 : value_blank();
	if (cjson_peek(&r) != CJSON_STRING || !cjson_text(&r, a, &text))
		return value_blank();
	if (n->type == FORM_DATE)
		return date_parse_iso(text, &d) ? value_date(d)
						: value_blank();
	return value_text(text);
}

struct value
app_linked_value(
    struct app *app, struct arena *a, struct str id, struct str field)
{
	struct record_id rid;
	struct record r;
	const struct form *f;
	const struct form_node *n;

	if (!record_id_parse(id, &rid) ||
	    store_record(app->store, a, &rid, &r, NULL) != OK)
		return value_blank();
	f = app_form_of(app, &r);
	n = f == NULL ? NULL : form_node_by_path(f, field);
	if (n != NULL && (n->flags & FORM_RESTRICTED) != 0)
		return value_blank();
	for (size_t i = 0; n != NULL && i < r.n_values; i++)
		if (str_eq(r.values[i].path, field))
			return value_of(a, n, r.values[i].json);
	return value_blank();
}

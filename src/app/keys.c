#include "app/keys.h"

#include "base/file.h"
#include "base/text.h"
#include "crypt/words.h"

#include <string.h>

#define MIN 14 /* characters (SAFETY E4) */
#define OFFERED 5
#define DENIED_MAX 65536
#define MIB_FLOOR 64 /* of a slot made with the recovery words alone */

/* Letters and digits alone, without marks or case. */
static struct str
bare(struct arena *a, struct str s)
{
	struct str f = text_folded(a, s);
	char *out = arena_alloc(a, f.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < f.n; i++)
		if ((f.p[i] >= 'a' && f.p[i] <= 'z') ||
		    (f.p[i] >= '0' && f.p[i] <= '9') || (f.p[i] & 0x80) != 0)
			out[n++] = f.p[i];
	return (struct str){ out, n };
}

/* Marks how far the words of the list, and single digits, reach from `at`. */
static void
reach(bool *reached, struct str text, size_t at, struct str list)
{
	if (text.p[at] >= '0' && text.p[at] <= '9')
		reached[at + 1] = true;
	while (list.n > 0) {
		const char *end = memchr(list.p, '\n', list.n);
		size_t n = end == NULL ? list.n : (size_t)(end - list.p);

		if (n > 0 && list.p[0] != '#' && n <= text.n - at &&
		    memcmp(text.p + at, list.p, n) == 0)
			reached[at + n] = true;
		n += end != NULL;
		list.p += n;
		list.n -= n;
	}
}

/* Whether it is nothing but denied words and digits, however put together. */
static bool
is_denied(struct arena *a, struct str text, struct str list)
{
	bool *reached = arena_array(a, text.n + 1, sizeof *reached);

	reached[0] = true;
	for (size_t i = 0; i < text.n; i++)
		if (reached[i])
			reach(reached, text, i, list);
	return reached[text.n];
}

static bool
is_poor(struct str text)
{
	char seen[6];
	size_t n = 0;

	for (size_t i = 0; i < text.n && n < sizeof seen; i++)
		if (n == 0 || memchr(seen, text.p[i], n) == NULL)
			seen[n++] = text.p[i];
	return n < sizeof seen;
}

enum err
keys_check(struct arena *a, struct str passphrase, struct error *e)
{
	const char *path = file_data_path(a, "conf/denied.txt");
	struct str list, text;
	enum err err;

	if (!text_is_utf8(passphrase))
		return error_set(
		    e, ERR_USAGE, N_("the passphrase is not UTF-8"));
	if (text_count(passphrase) < MIN)
		return error_set(e, ERR_USAGE,
		    N_("a passphrase needs at least %d characters; "
		       "five words are good"),
		    MIN);
	if ((err = file_read(a, path, DENIED_MAX, &list, e)) != OK)
		return err;
	text = bare(a, passphrase);
	if (is_poor(text) || is_denied(a, text, list))
		return error_set(e, ERR_USAGE,
		    N_("this passphrase is among the first that anybody "
		       "tries; five words are good"));
	return OK;
}

char *
keys_offer(struct arena *a)
{
	struct error ignored;

	return app_words(a, &ignored) == OK ? words_random(a, OFFERED)
					    : arena_strdup(a, "");
}

static char *
key_path(struct arena *a, const char *home)
{
	return arena_printf(a, "%s/keys.json", home);
}

enum err
keys_list(const struct app *app, struct arena *a, struct keys_slot **out,
    size_t *n, struct error *e)
{
	struct keyfile_slot *slots;
	enum err err =
	    keyfile_slots(a, key_path(a, app->home), &slots, n, e);

	if (err != OK)
		return err;
	*out = arena_array(a, *n, sizeof **out);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct keys_slot){ slots[i],
			slots[i].id == app->slot };
	return OK;
}

/* Into the chain of this device: keys that come and go are never silent.  The
 * key file is written by then, so who is told of a failure must not take it that
 * nothing was done. */
static enum err
note(struct app *app, const char *what, struct error *e)
{
	struct store_write w = { .act = EVENT_NOTE, .scope = app_scope(app),
		.officer = app->officer, .reason = what };
	struct error why;
	enum err err = store_append(app->store, &w, 1, NULL, &why);

	return err == OK ? OK
			 : error_set(e, err,
			       N_("it is done, but the history does not say so: %s"),
			       why.what);
}

/* The key file opened once more, by the officer who has opened the app. */
static enum err
unlock(struct app *app, struct str passphrase, struct master **m,
    struct error *e)
{
	enum err err = app_unlock(app->home, passphrase, m, e);

	if (err == OK && master_slot(*m) != app->slot)
		err = error_set(e, ERR_KEY,
		    N_("this is the passphrase of another officer"));
	return err;
}

static enum err
may_give(const struct app *app, struct error *e)
{
	if (app->restricted != NULL)
		return OK;
	return error_set(e, ERR_KEY,
	    N_("only who reads restricted fields can add or remove "
	       "passphrases"));
}

/* Two slots with one passphrase could not be told apart. */
static enum err
is_unused(const char *home, struct str fresh, struct error *e)
{
	struct arena *a = arena_new();
	struct master *m = NULL;
	enum err err = keyfile_open(
	    key_path(a, home), app_passphrase(a, fresh), &m, NULL);

	master_free(m);
	arena_free(a);
	if (err == ERR_KEY)
		return OK;
	return error_set(e, ERR_USAGE,
	    N_("this passphrase cannot be taken; choose another"));
}

enum err
keys_change(struct app *app, struct str passphrase, struct str fresh,
    struct error *e)
{
	struct arena *a = arena_new();
	struct master *m = NULL, *again = NULL;
	enum err err;

	if ((err = keys_check(a, fresh, e)) == OK &&
	    (err = unlock(app, passphrase, &m, e)) == OK &&
	    (err = is_unused(app->home, fresh, e)) == OK &&
	    (err = keyfile_change_slot(key_path(a, app->home), m,
	         app_passphrase(a, fresh), e)) == OK &&
	    (err = app_unlock(app->home, fresh, &again, e)) == OK) {
		app->slot = master_slot(again);
		err = note(app, "passphrase changed", e);
	}
	master_free(m);
	master_free(again);
	arena_free(a);
	return err;
}

/* As much work for a new passphrase as for those there are. */
static unsigned
mib_of(struct arena *a, const char *home)
{
	struct keyfile_slot *slots;
	unsigned mib = 0;
	size_t n;

	if (keyfile_slots(a, key_path(a, home), &slots, &n, NULL) != OK)
		return MIB_FLOOR;
	for (size_t i = 0; i < n; i++)
		if (slots[i].mib > mib)
			mib = slots[i].mib;
	return mib;
}

enum err
keys_add(struct app *app, struct str passphrase, struct str fresh,
    const char *officer, bool reads, struct error *e)
{
	struct arena *a = arena_new();
	struct master *m = NULL;
	enum err err;

	if (text_trim(str_of(officer)).n == 0)
		err = error_set(
		    e, ERR_USAGE, N_("the officer's name is missing"));
	else if ((err = may_give(app, e)) == OK &&
	    (err = keys_check(a, fresh, e)) == OK &&
	    (err = unlock(app, passphrase, &m, e)) == OK &&
	    (err = is_unused(app->home, fresh, e)) == OK &&
	    (err = keyfile_add_slot(key_path(a, app->home), m,
	         app_passphrase(a, fresh), officer, mib_of(a, app->home),
	         reads, e)) == OK)
		err = note(app,
		    arena_printf(a, "passphrase given to %s%s", officer,
		        reads ? ", reads restricted fields" : ""), e);
	master_free(m);
	arena_free(a);
	return err;
}

/* Somebody who can give the right must stay, or only the envelope could. */
static enum err
may_go(const struct app *app, struct arena *a, unsigned id,
    const char **officer, struct error *e)
{
	struct keyfile_slot *slots;
	bool reader = false, found = false;
	size_t n;
	enum err err =
	    keyfile_slots(a, key_path(a, app->home), &slots, &n, e);

	if (err != OK)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (slots[i].id == id) {
			*officer = slots[i].label;
			found = true;
		} else {
			reader = reader || slots[i].reads;
		}
	}
	if (!found)
		return error_set(
		    e, ERR_NOTFOUND, N_("the key file has no slot %u"), id);
	if (!reader)
		return error_set(e, ERR_REFUSED,
		    N_("the last passphrase that reads restricted fields "
		       "cannot be taken away"));
	return OK;
}

enum err
keys_remove(struct app *app, struct str passphrase, unsigned id,
    struct error *e)
{
	struct arena *a = arena_new();
	const char *officer = "";
	struct master *m = NULL;
	enum err err;

	if ((err = may_give(app, e)) == OK &&
	    (err = may_go(app, a, id, &officer, e)) == OK &&
	    (err = unlock(app, passphrase, &m, e)) == OK &&
	    (err = keyfile_remove_slot(
	         key_path(a, app->home), m, id, e)) == OK)
		err = note(app,
		    arena_printf(a, "passphrase taken from %s", officer), e);
	master_free(m);
	arena_free(a);
	return err;
}

enum err
keys_renew(struct app *app, struct str passphrase, struct arena *a,
    char **words, struct error *e)
{
	struct master *m = NULL;
	enum err err;

	if ((err = unlock(app, passphrase, &m, e)) == OK &&
	    (err = keyfile_renew_recovery(
	         key_path(a, app->home), m, a, words, e)) == OK) {
		app->card.recovery = *master_recovery_public(m);
		err = note(app, "recovery words renewed", e);
	}
	master_free(m);
	return err;
}

enum err
keys_recover(const char *home, struct str words, struct str fresh,
    const char *officer, struct error *e)
{
	struct arena *a = arena_new();
	struct app *app = NULL;
	struct master *m = NULL;
	enum err err;

	if (text_trim(str_of(officer)).n == 0)
		err = error_set(
		    e, ERR_USAGE, N_("the officer's name is missing"));
	else if ((err = app_words(a, e)) == OK &&
	    (err = keys_check(a, fresh, e)) == OK &&
	    (err = keyfile_recover(key_path(a, home), words, &m, e)) == OK &&
	    (err = is_unused(home, fresh, e)) == OK &&
	    (err = keyfile_add_slot(key_path(a, home), m,
	         app_passphrase(a, fresh), officer, mib_of(a, home), true,
	         e)) == OK &&
	    (err = app_open(home, fresh, &app, e)) == OK)
		err = note(app,
		    arena_printf(a,
		        "passphrase given to %s by the recovery words",
		        officer), e);
	app_close(app);
	master_free(m);
	arena_free(a);
	return err;
}

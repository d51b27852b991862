/* The first start: the program is set up and opened, then a record; all of
 * it by the program's own calls, key file included. */
#include "tests/crash/states.h"
#include "tests/store/world.h"

#include "app/app.h"
#include "app/rules.h"
#include "base/file.h"

#include <stdio.h>

enum { HOME, RECORD };

static struct str keys; /* the key file as it was made */
static uint8_t data_key[32];
static const struct app_init who = { "commune", "11149", "Nguyễn Văn Thử",
	"Xã Hà Kỳ", { "lang rung suoi", 14 }, 8 };
static struct record_id made;

static const char *
keys_path(struct arena *a, const char *dir)
{
	return arena_printf(a, "%s/home/keys.json", dir);
}

static void
work(const char *dir, unsigned seed, bool early)
{
	const char *home = arena_printf(world, "%s/home", dir);
	struct event_set set = { STR("full_name"), STR("\"Nguyễn Văn A\"") };
	struct store_write write = { .act = EVENT_CREATE,
		.form = "person",
		.officer = who.officer,
		.set = &set,
		.n_set = 1 };
	const struct form *form;
	struct app *app;
	char *words;

	(void)seed;
	(void)early;
	begin(HOME, 1);
	ok(app_init(home, &who, world, &words, &oops));
	done(HOME, 1);
	ok(file_read(world, keys_path(world, dir), 65536, &keys, &oops));
	ok(app_open(home, who.passphrase, &app, &oops));
	memcpy(data_key, app->data_key, sizeof data_key);
	form = form_set_get(app->forms, "person");
	store_id_make(app->store, app_scope(app), &made);
	write.record = made;
	write.form_hash = form->hash;
	begin(RECORD, 1);
	ok(store_append(app->store, &write, 1, NULL, &oops));
	done(RECORD, 1);
	app_close(app);
}

/* The forms are read once for all states. */
static struct rules *
rules(void)
{
	static struct rules *them;
	struct form_set *forms;

	if (them == NULL) {
		struct arena *a = arena_new();

		ok(app_forms(a, &forms, &oops));
		them = rules_new(a, forms);
	}
	return them;
}

/* With the very same key file the key need not be derived again. */
static enum verdict
look_inside(const char *home, struct arena *a, struct view *v)
{
	struct store_options o = { .key = data_key,
		.epoch = 1,
		.rules = rules_of,
		.rules_ctx = rules() };
	struct error e = { .code = OK };
	struct store *s = NULL;
	enum verdict verdict = STATE_CORRUPT;
	struct store_event *events;
	uint64_t faults = 0;
	size_t n = 0;

	if (store_open(home, &o, &s, &e) != OK ||
	    store_check(s, NULL, NULL, NULL, NULL, &faults, &e) != OK)
		snprintf(v->why, sizeof v->why, "%s", e.what);
	else if (store_was_restored(s) || faults > 0)
		snprintf(v->why, sizeof v->why, "%llu faults",
		    (unsigned long long)faults);
	else if (store_history(s, a, &made, &events, &n, NULL) != OK &&
	         v->things[RECORD].done > 0)
		verdict = STATE_LOST;
	else
		verdict = STATE_GOOD;
	store_close(s);
	return verdict;
}

/* Nothing was acknowledged: it must be possible to set up again. */
static enum verdict
look_at_nothing(const char *home, struct arena *a, struct view *v)
{
	struct error e = { .code = OK };
	struct app *app;
	char *words;

	if (app_init(home, &who, a, &words, &e) == OK &&
	    app_open(home, who.passphrase, &app, &e) == OK) {
		app_close(app);
		return STATE_GOOD;
	}
	snprintf(v->why, sizeof v->why, "not to be set up again: %s", e.what);
	return STATE_CORRUPT;
}

/* The database is whole or not there (SAFETY D2), also where the key file, and
 * with it all that could be acknowledged, is not there yet. */
static enum verdict
look_before(const char *home, struct arena *a, struct view *v)
{
	static unsigned nothings;
	enum verdict verdict = STATE_GOOD;

	if (v->things[HOME].done > 0)
		return STATE_LOST;
	if (file_exists(arena_printf(a, "%s/db", home)))
		verdict = look_inside(home, a, v);
	if (verdict == STATE_GOOD && nothings++ % 32 == 0)
		verdict = look_at_nothing(home, a, v);
	return verdict;
}

static enum verdict
look(struct view *v)
{
	struct arena *a = arena_new();
	const char *home = arena_printf(a, "%s/home", v->dir);
	enum verdict verdict = STATE_CORRUPT;
	struct str now;

	if (file_read(a, keys_path(a, v->dir), 65536, &now, NULL) != OK)
		verdict = look_before(home, a, v);
	else if (!str_eq(now, keys))
		snprintf(v->why, sizeof v->why, "the key file is not whole");
	else
		verdict = look_inside(home, a, v);
	arena_free(a);
	return verdict;
}

const struct job job_first = { "first", work, look };

/*
 * No act on records waits for the disk, and one that fails is as if it had not
 * been done.  The disk is ours: its syncs wait for a word, or fail, and it knows
 * who asks for them.
 */
#include "app/saving.h"
#include "app/conflict.h"
#include "app/merging.h"
#include "app/restricted.h"
#include "base/file.h"
#include "crypt/secret.h"
#include "tests/store/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

static const char form_yaml[] =
    "form: care\n"
    "version: 2026-01-01\n"
    "title: Care\n"
    "list: [who]\n"
    "names: {name: who}\n"
    "pages:\n"
    "- page: p\n"
    "  fields:\n"
    "  - {name: who, type: text, required: yes}\n"
    "  - {name: place, type: text}\n"
    "  - {name: phone, type: text}\n"
    "  - {name: status, type: text, sensitive: restricted}\n"
    "states:\n"
    "  open: {label: Open}\n"
    "  shut: {label: Shut, from: [open]}\n";

static struct arena *a;
static char dir[] = "/tmp/ansinh-saving-XXXXXX";
static const char *home;
static struct error oops;

static void
check(enum err r)
{
	if (r != OK)
		fail_msg("%s: %s", error_name(r), oops.what);
}

static int
setup(void **state)
{
	struct app_init in = { .role = "commune", .unit = "11149",
		.officer = "Nguyễn Văn Thử", .unit_name = "Xã Hà Kỳ",
		.passphrase = STR("lang rung suoi bien nui"), .kdf_mib = 8 };
	char *words;

	(void)state;
	a = arena_new();
	disk_keys_are_ours();
	check(secret_init(&oops));
	setenv("ANSINH_TEST_KDF", "1", 1);
	setenv("LANGUAGE", "en", 1);
	assert_non_null(mkdtemp(dir));
	home = arena_printf(a, "%s/home", dir);
	setenv("ANSINH_DATA", arena_printf(a, "%s/data", dir), 1);
	check(file_make_dirs(
	    arena_printf(a, "%s/data/forms/choices", dir), 0700, &oops));
	check(file_write(arena_printf(a, "%s/data/forms/care.yaml", dir),
	    str_of(form_yaml), 0600, false, &oops));
	check(app_init(home, &in, a, &words, &oops));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	check(file_remove_tree(dir, &oops));
	arena_free(a);
	return 0;
}

static struct app *
enter(void)
{
	struct app *app = NULL;

	check(app_open(home, STR("lang rung suoi bien nui"), &app, &oops));
	app->saving.goes_on = true;
	return app;
}

static void
key(struct editing *ed, const char *path, const char *text)
{
	struct fill_ref r;

	assert_true(fill_ref_of(ed->fill, str_of(path), &r));
	assert_true(fill_set(ed->fill, &r, str_of(text)));
}

static struct editing *
begin(struct app *app, const char *who)
{
	struct editing *ed;

	check(editing_new(
	    app, form_set_get(app->forms, "care"), NULL, &ed, &oops));
	key(ed, "who", who);
	key(ed, "status", "zebra");
	key(ed, "place", "hill");
	return ed;
}

static struct record_id
enter_record(struct app *app, const char *who)
{
	struct editing *ed = begin(app, who);
	struct record_id id = ed->id;

	check(editing_save(ed, "", &oops));
	editing_close(ed, false);
	return id;
}

static struct record *
record(struct app *app, const struct record_id *id)
{
	struct record *r = arena_new_of(a, struct record);

	check(store_record(app->store, a, id, r, &oops));
	return r;
}

static const char *
stored(struct app *app, const struct record_id *id, const char *path)
{
	const struct record *r = record(app, id);

	for (size_t i = 0; i < r->n_values; i++)
		if (str_is(r->values[i].path, path))
			return arena_str(a, r->values[i].json);
	return "";
}

static const char *
digest(struct app *app)
{
	uint8_t *d = arena_alloc(a, 33);

	check(store_digest(app->store, d, &oops));
	for (size_t i = 0; i < 32; i++)
		d[i] |= 1; /* as a string */
	return (const char *)d;
}

/* The acts ---------------------------------------------------------------- */

static struct record_id one, two;

static enum err
act_void(struct app *app)
{
	return record_void(app, &two, true, "twice", &oops);
}

static enum err
act_move(struct app *app)
{
	return record_move(app, &one, "shut", "", &oops);
}

static enum err
act_decide(struct app *app)
{
	return conflict_decide(app, &one, STR("place"), 0, "so", &oops);
}

static enum err
act_merge(struct app *app)
{
	struct merging m;

	check(merging_begin(app, a, &one, &two, &m, &oops));
	return merging_save(&m, "one person", &oops);
}

static enum err
act_part(struct app *app)
{
	return merging_part(app, &one, &two, "two persons", &oops);
}

static enum err
act_undo(struct app *app)
{
	struct store_event *h;
	size_t n;

	check(store_history(app->store, a, &two, &h, &n, &oops));
	return record_undo(app, &two, &h[n - 1].id, &oops);
}

static enum err
act_reveal(struct app *app)
{
	return restricted_note(app, record(app, &one), "asked", &oops);
}

typedef enum err (*act_fn)(struct app *app);
static const struct {
	const char *name;
	act_fn act;
} acts[] = { { "move", act_move }, { "decide", act_decide },
	{ "undo", act_undo }, { "merge", act_merge }, { "part", act_part },
	{ "reveal", act_reveal }, { "void", act_void } };

/* Two write over the same head: what is in conflict. */
static void
write_twice(struct app *app, const struct record_id *id)
{
	const struct form *f = form_set_get(app->forms, "care");
	const struct record *r = record(app, id);
	static const char *const json[] = { "\"lake\"", "\"wood\"" };

	for (size_t i = 0; i < ARRAY_LEN(json); i++) {
		struct event_set set = { STR("place"), str_of(json[i]) };
		struct event_id over[4];
		struct store_write w = { .act = EVENT_AMEND, .record = *id,
			.scope = "11149", .form = f->id, .form_hash = f->hash,
			.officer = "x", .reason = "x", .set = &set, .n_set = 1,
			.over = over };

		w.n_over = record_heads(r, set.path, over, 0, 4);
		check(store_append(app->store, &w, 1, NULL, &oops));
	}
}

static struct app *
with_two(void)
{
	struct app *app = enter();
	struct record_field phone = { "phone", "12" };

	one = enter_record(app, "Nu");
	two = enter_record(app, "Nu");
	check(record_set(app, &two, &phone, 1, "told", &oops));
	write_twice(app, &one);
	assert_true(record(app, &one)->conflict);
	return app;
}

/* All that a key may ask for while the disk does not answer. */
static void
look_about(struct app *app)
{
	const struct record_id *const ids[] = { &one, &two };
	struct store_event *h;
	struct editing *ed;
	struct conflict *c;
	struct store_counts counts;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		(void)record(app, ids[i]);
		check(store_history(app->store, a, ids[i], &h, &n, &oops));
		check(conflicts_of(app, a, ids[i], &c, &n, &oops));
		if (editing_open(app, ids[i], &ed, &oops) == OK)
			editing_close(ed, true);
		(void)store_standing(app->store, ids[i]);
	}
	check(store_counts(app->store, &counts, &oops));
}

static void
test_acts_do_not_wait(void **state)
{
	struct app *app = with_two();
	struct saving_ended ended;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		const char *before = digest(app);
		struct editing *next = begin(app, "Vo");
		unsigned number;

		print_message("%s\n", acts[i].name);
		/* it fails, and is as if it had not been done */
		disk_is(true, true);
		check(acts[i].act(app));
		disk_is_reached();
		look_about(app);
		assert_false(saving_is_back(app));
		assert_int_equal(disk_syncs_of_keys(), 0);
		disk_is(false, true);
		assert_int_equal(saving_end(app, &ended, &oops), ERR_IO);
		assert_int_equal(ended.number, saving_newest(app));
		disk_is(false, false);
		assert_string_equal(digest(app), before);
		/* again, and a form behind it */
		disk_is(true, false);
		check(acts[i].act(app));
		disk_is_reached();
		check(saving_start(next, "", &number, &oops));
		assert_int_equal(number, saving_newest(app));
		look_about(app);
		assert_string_equal(stored(app, &next->id, "who"), "\"Vo\"");
		assert_false(saving_is_back(app));
		assert_int_equal(disk_syncs_of_keys(), 0);
		disk_is(false, false);
		check(saving_end(app, &ended, &oops));
		assert_int_equal(ended.number, number - 1);
		assert_false(next->saved);
		check(saving_end(app, &ended, &oops));
		assert_true(next->saved);
		assert_int_equal(saving_fd(app), -1);
		assert_string_not_equal(digest(app), before);
		editing_close(next, false);
	}
	app_close(app);
	/* planted: acts that are waited for ask for the disk themselves */
	app = with_two();
	app->saving.goes_on = false;
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		disk_is(false, false);
		check(acts[i].act(app));
		assert_true(disk_syncs_of_keys() > 0);
	}
	app_close(app);
}

/* Forms on top of a save that fails ----------------------------------------- */

struct forms {
	struct app *app;
	struct editing *first, *second; /* of one record */
};

/* The first is on its way, the second was opened on top of it. */
static void
open_both(struct forms *f)
{
	unsigned number;

	f->app = enter();
	f->first = begin(f->app, "Ti");
	disk_is(true, true);
	check(saving_start(f->first, "", &number, &oops));
	disk_is_reached();
	check(editing_open(f->app, &f->first->id, &f->second, &oops));
	assert_false(f->second->is_new);
	key(f->second, "phone", "34");
	key(f->second, "place", "lake");
}

static void
fails(struct app *app)
{
	struct saving_ended ended;

	disk_is(false, true);
	assert_int_equal(saving_end(app, &ended, &oops), ERR_IO);
	disk_is(false, false);
	assert_int_equal(saving_fd(app), -1);
}

static void
save(struct editing *ed)
{
	unsigned number;

	check(saving_start(ed, "so", &number, &oops));
	check(saving_end_all(ed->app, &oops));
	assert_true(ed->saved);
}

static void
closed(struct forms *f, size_t n_events)
{
	struct record_id id = f->second->id;
	struct store_event *h;
	uint64_t faults;
	size_t n;

	assert_false(record(f->app, &id)->conflict);
	assert_string_equal(stored(f->app, &id, "who"), "\"Ti\"");
	assert_string_equal(stored(f->app, &id, "phone"), "\"34\"");
	assert_string_equal(stored(f->app, &id, "place"), "\"lake\"");
	assert_string_equal(stored(f->app, &id, "state"), "\"open\"");
	check(store_history(f->app->store, a, &id, &h, &n, &oops));
	assert_int_equal(n, n_events);
	check(store_check(
	    f->app->store, NULL, NULL, NULL, NULL, &faults, &oops));
	assert_int_equal(faults, 0);
	editing_close(f->first, false);
	editing_close(f->second, false);
	app_close(f->app);
}

static void
test_what_was_on_top_is_saved_whole(void **state)
{
	struct forms f;

	(void)state;
	open_both(&f);
	fails(f.app);
	save(f.second);
	closed(&f, 2); /* it, and its first state */
}

static void
test_what_was_on_top_is_saved_after_it(void **state)
{
	struct forms f;
	unsigned number;

	(void)state;
	open_both(&f);
	/* both are on their way, and neither comes through */
	check(saving_start(f.second, "so", &number, &oops));
	fails(f.app);
	assert_false(f.first->saved);
	assert_false(f.second->saved);
	save(f.first);
	save(f.second);
	closed(&f, 3);
}

/* The power goes instead: the draft of what was on top has all of it. */
static void
test_draft_of_what_was_on_top(void **state)
{
	struct forms f;
	struct fill_ref at = { 0 };
	struct draft_entry last;
	const char *name;

	(void)state;
	open_both(&f);
	check(editing_note(f.second, &at, STR(""), 0, &oops));
	name = arena_strdup(a, draft_name(f.second->draft));
	fails(f.app);
	editing_close(f.second, true);
	editing_close(f.first, true);
	app_close(f.app);
	f.app = enter();
	f.first = NULL;
	check(editing_resume(f.app, name, &f.second, &last, &oops));
	assert_true(f.second->is_new);
	save(f.second);
	closed(&f, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts_do_not_wait),
		cmocka_unit_test(test_what_was_on_top_is_saved_whole),
		cmocka_unit_test(test_what_was_on_top_is_saved_after_it),
		cmocka_unit_test(test_draft_of_what_was_on_top),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

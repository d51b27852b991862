/*
 * Restricted fields, from the key to the bundle: the holder of the right reads
 * them, another officer of the same laptop does not, and no file does.
 */
#include "app/restricted.h"
#include "app/editing.h"
#include "app/history.h"
#include "base/cjson.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "handoff/outer.h"
#include "handoff/stream_zstd.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#define OFFICER STR("lang rung suoi bien nui")
#define CLERK STR("mot cau khac han the")
#define SECRET "zebra-quagga-okapi"
#define NEWER "tapir-gnu-caracal"

static const char form_text_yaml[] =
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
    "  - {name: status, type: text, sensitive: restricted, "
    "required: yes, register: r}\n"
    "  - {name: since, type: integer, register: r}\n"
    "  - {name: told, type: text, relevant: \"${status} != ''\"}\n";

static struct arena *a;
static char dir[] = "/tmp/ansinh-restricted-XXXXXX";
static const char *commune, *district;

static void
check(enum err r, const struct error *e)
{
	if (r != OK)
		fail_msg("%s: %s", error_name(r), e->what);
}

static struct app *
enter(const char *home, struct str passphrase)
{
	struct app *app = NULL;
	struct error e;

	check(app_open(home, passphrase, &app, &e), &e);
	return app;
}

static char *
set_up(const char *name, const char *role, const char *unit)
{
	char *home = arena_printf(a, "%s/%s", dir, name), *words;
	char *keys = arena_printf(a, "%s/keys.json", home);
	struct app_init in = { .role = role, .unit = unit,
		.officer = "Nguyễn Văn Thử", .unit_name = name,
		.passphrase = OFFICER, .kdf_mib = 8 };
	struct master *m;
	struct error e;

	check(app_init(home, &in, a, &words, &e), &e);
	check(keyfile_open(keys, OFFICER, &m, &e), &e);
	check(keyfile_add_slot(keys, m, CLERK, "B", 8, false, &e), &e);
	master_free(m);
	return home;
}

static void
accept(const char *home, const char *other)
{
	struct app *app = enter(other, OFFICER);
	struct card c = app->card;
	struct error e;

	app_close(app);
	app = enter(home, OFFICER);
	check(app_trust(app, &c, &e), &e);
	app_close(app);
}

/* Data with one more form than the program has. */
static int
setup(void **state)
{
	struct error e;

	(void)state;
	a = arena_new();
	setenv("ANSINH_TEST_KDF", "1", 1);
	setenv("LANGUAGE", "en", 1);
	assert_non_null(mkdtemp(dir));
	setenv("ANSINH_DATA", arena_printf(a, "%s/data", dir), 1);
	check(file_make_dirs(
	          arena_printf(a, "%s/data/forms/choices", dir), 0700, &e),
	    &e);
	check(file_write(arena_printf(a, "%s/data/forms/care.yaml", dir),
	          str_of(form_text_yaml), 0600, false, &e), &e);
	commune = set_up("commune", "commune", "11149");
	district = set_up("district", "district", "298");
	accept(commune, district);
	accept(district, commune);
	return 0;
}

static int
teardown(void **state)
{
	struct error e;

	(void)state;
	check(file_remove_tree(dir, &e), &e);
	arena_free(a);
	return 0;
}

static void
key(struct editing *ed, const char *path, const char *text)
{
	struct fill_ref r;

	assert_true(fill_ref_of(ed->fill, str_of(path), &r));
	assert_true(fill_set(ed->fill, &r, str_of(text)));
}

static struct record_id
enter_record(struct app *app, const char *status)
{
	struct editing *ed;
	struct record_id id;
	struct error e;

	check(editing_new(
	          app, form_set_get(app->forms, "care"), NULL, &ed, &e), &e);
	key(ed, "who", "Trần Thị Mẫu");
	key(ed, "status", status);
	key(ed, "since", "2019");
	key(ed, "told", "mother");
	check(editing_save(ed, "", &e), &e);
	id = ed->id;
	editing_close(ed, false);
	return id;
}

static const char *
stored(struct app *app, const struct record_id *id, const char *path)
{
	struct record r;
	struct error e;

	check(store_record(app->store, a, id, &r, &e), &e);
	for (size_t i = 0; i < r.n_values; i++)
		if (str_is(r.values[i].path, path))
			return arena_str(a, r.values[i].json);
	return "";
}

/* As `show` prints it, asked for a reason or not. */
static const char *
shown(struct app *app, const struct record_id *id, const char *reason)
{
	struct buf out = BUF_INIT;
	struct record r;
	struct error e;
	const char *text;

	check(store_record(app->store, a, id, &r, &e), &e);
	if (reason != NULL) {
		check(restricted_note(app, &r, reason, &e), &e);
		assert_int_equal(restricted_open_all(app, a, &r), 1);
	}
	history_record_text(app, &r, reason != NULL, &out);
	text = arena_str(a, buf_str(&out));
	buf_release(&out);
	return text;
}

static void
test_the_holder_reads(void **state)
{
	struct app *app = enter(commune, OFFICER);
	struct record_id id = enter_record(app, SECRET);
	struct store_event *h;
	struct buf out = BUF_INIT;
	struct record r;
	struct error e;
	size_t n;

	(void)state;
	assert_true(fill_is_sealed(str_of(stored(app, &id, "status"))));
	assert_null(strstr(shown(app, &id, NULL), SECRET));
	assert_non_null(strstr(shown(app, &id, NULL), RESTRICTED_MASK));
	check(store_record(app->store, a, &id, &r, &e), &e);
	assert_int_equal(restricted_note(app, &r, " ", &e), ERR_USAGE);
	assert_non_null(strstr(shown(app, &id, "asked by her"), SECRET));
	check(store_history(app->store, a, &id, &h, &n, &e), &e);
	assert_int_equal(h[n - 1].event.act, EVENT_REVEAL);
	assert_true(str_is(h[n - 1].event.reason, "asked by her"));
	history_text(app, h, n, &out);
	assert_null(strstr(buf_cstr(&out), SECRET));
	buf_release(&out);
	app_close(app);
}

static void
test_another_officer_enters_and_does_not_read(void **state)
{
	struct app *app = enter(commune, CLERK);
	struct record_id id = enter_record(app, SECRET);
	const char *before = stored(app, &id, "status");
	struct editing *ed;
	struct fill_ref r;
	struct record rec;
	struct error e;

	(void)state;
	assert_null(app->restricted);
	assert_null(app->recovery);
	assert_true(fill_is_sealed(str_of(before)));
	assert_null(strstr(shown(app, &id, NULL), SECRET));
	check(store_record(app->store, a, &id, &rec, &e), &e);
	assert_int_equal(restricted_note(app, &rec, "x", &e), ERR_KEY);

	check(editing_open(app, &id, &ed, &e), &e);
	assert_true(fill_ref_of(ed->fill, STR("status"), &r));
	assert_true(fill_is_read_only(ed->fill, &r));
	assert_true(
	    str_is(fill_display(ed->fill, a, &r), RESTRICTED_MASK));
	/* the register is written, and takes the sealed value along */
	key(ed, "since", "2020");
	key(ed, "place", "clinic");
	check(editing_save(ed, "found", &e), &e);
	editing_close(ed, false);
	assert_string_equal(stored(app, &id, "since"), "2020");
	assert_string_equal(stored(app, &id, "status"), before);
	/* what only a known status shows is not lost */
	assert_string_equal(stored(app, &id, "told"), "\"mother\"");
	app_close(app);

	app = enter(commune, OFFICER);
	assert_non_null(strstr(shown(app, &id, "audit"), SECRET));
	app_close(app);
}

static void
test_what_is_unchanged_is_not_written(void **state)
{
	struct app *app = enter(commune, OFFICER);
	struct record_id id = enter_record(app, SECRET);
	const char *before = stored(app, &id, "status");
	struct record_field place = { "place", "home" };
	struct record_field since = { "since", "2021" };
	struct record_field status = { "status", NEWER };
	struct store_event *h;
	struct error e;
	size_t n;

	(void)state;
	check(record_set(app, &id, &place, 1, "moved", &e), &e);
	check(store_history(app->store, a, &id, &h, &n, &e), &e);
	assert_int_equal(h[n - 1].event.n_set, 1);
	check(record_set(app, &id, &since, 1, "letter", &e), &e);
	assert_string_equal(stored(app, &id, "status"), before);
	check(record_set(app, &id, &status, 1, "new result", &e), &e);
	assert_string_not_equal(stored(app, &id, "status"), before);
	assert_non_null(strstr(shown(app, &id, "check"), NEWER));
	app_close(app);
}

/* Everything in the newest draft, as a passphrase of the laptop opens it. */
static const char *
draft_text(struct app *app, char name[64])
{
	struct draft_listed *listed;
	struct draft_head head;
	struct draft_entry last;
	struct draft *d;
	struct error e;
	size_t n;

	check(draft_list(app->drafts_dir, app->data_key, a, &listed, &n, &e),
	    &e);
	assert_int_equal(n, 1);
	memcpy(name, listed[0].name, 64);
	check(draft_open(app->drafts_dir, app->data_key, name, a, &head,
	          &last, &d, &e), &e);
	draft_close(d);
	return arena_printf(a, "%s\n%s\n%s\n", arena_str(a, last.snapshot),
	    arena_str(a, last.cursor), arena_str(a, last.typed));
}

static void
assert_no_draft_tells(struct app *app, const char *word)
{
	char name[64];
	const char *text = draft_text(app, name);

	assert_null(strstr(text, word));
	assert_non_null(strstr(text, FILL_SEALED));
}

static void
test_a_draft_tells_nothing(void **state)
{
	struct app *app = enter(commune, OFFICER);
	struct draft_entry last;
	struct buf plain = BUF_INIT;
	struct editing *ed;
	struct fill_ref r;
	struct record_id id;
	struct error e;
	char name[64];

	(void)state;
	check(editing_new(
	          app, form_set_get(app->forms, "care"), NULL, &ed, &e), &e);
	key(ed, "who", "Trần Thị Mẫu");
	key(ed, "status", SECRET);
	assert_true(fill_ref_of(ed->fill, STR("status"), &r));
	check(editing_note(ed, &r, STR(SECRET), 3, &e), &e);
	assert_no_draft_tells(app, SECRET);
	check(editing_note_key(ed, &r, STR(NEWER), 3, &e), &e);
	assert_no_draft_tells(app, SECRET);
	assert_no_draft_tells(app, NEWER);
	/* the same without a cipher would be seen */
	assert_true(fill_snapshot(ed->fill, NULL, &plain));
	assert_non_null(strstr(buf_cstr(&plain), SECRET));
	buf_release(&plain);
	editing_close(ed, true);
	app_close(app);

	/* another officer has it masked, and can write another over it */
	app = enter(commune, CLERK);
	assert_non_null(draft_text(app, name));
	check(editing_resume(app, name, &ed, &last, &e), &e);
	assert_true(fill_ref_of(ed->fill, STR("status"), &r));
	assert_true(fill_is_masked(ed->fill, &r));
	assert_int_equal(last.typed.n, 0);
	fill_give_up(ed->fill, &r);
	assert_false(fill_is_masked(ed->fill, &r));
	assert_false(fill_is_read_only(ed->fill, &r));
	assert_int_equal(fill_text(ed->fill, &r).n, 0);
	editing_close(ed, true);
	app_close(app);

	/* a reader goes on where it stopped */
	app = enter(commune, OFFICER);
	check(editing_resume(app, name, &ed, &last, &e), &e);
	assert_true(str_is(fill_text(ed->fill, &r), SECRET));
	assert_true(str_is(last.typed, NEWER));
	key(ed, "since", "2001");
	check(editing_save(ed, "", &e), &e);
	id = ed->id;
	editing_close(ed, false);
	assert_non_null(strstr(shown(app, &id, "look"), SECRET));
	app_close(app);
}

static void
test_the_form_shows_for_a_reason(void **state)
{
	struct app *app = enter(commune, OFFICER);
	struct record_id id = enter_record(app, SECRET);
	const char *before = stored(app, &id, "status");
	struct draft_entry last;
	struct store_event *h;
	struct editing *ed;
	struct fill_ref r;
	struct error e;
	char name[64];
	size_t n;

	(void)state;
	check(editing_open(app, &id, &ed, &e), &e);
	assert_true(fill_ref_of(ed->fill, STR("status"), &r));
	assert_true(fill_is_masked(ed->fill, &r));
	assert_int_equal(editing_reveal(ed, " ", &e), ERR_USAGE);
	assert_true(fill_is_masked(ed->fill, &r));
	key(ed, "place", "home");
	check(editing_reveal(ed, "she is here", &e), &e);
	assert_true(fill_is_masked(ed->fill, &r));
	editing_unseal(ed);
	assert_false(fill_is_masked(ed->fill, &r));
	assert_true(str_is(fill_text(ed->fill, &r), SECRET));
	check(store_history(app->store, a, &id, &h, &n, &e), &e);
	assert_int_equal(h[n - 1].event.act, EVENT_REVEAL);
	assert_true(str_is(h[n - 1].event.reason, "she is here"));

	/* in the draft it is what the register holds, and masked again */
	check(editing_note(ed, &r, STR(""), 0, &e), &e);
	assert_no_draft_tells(app, SECRET);
	assert_non_null(draft_text(app, name));
	editing_close(ed, true);
	check(editing_resume(app, name, &ed, &last, &e), &e);
	assert_true(fill_is_masked(ed->fill, &r));
	check(editing_reveal(ed, "again", &e), &e);
	editing_unseal(ed);
	check(editing_save(ed, "moved", &e), &e);
	editing_close(ed, false);
	assert_string_equal(stored(app, &id, "status"), before);
	check(store_history(app->store, a, &id, &h, &n, &e), &e);
	assert_int_equal(h[n - 1].event.act, EVENT_AMEND);
	assert_int_equal(h[n - 1].event.n_set, 1);
	app_close(app);

	app = enter(commune, CLERK);
	check(editing_open(app, &id, &ed, &e), &e);
	assert_int_equal(editing_reveal(ed, "x", &e), ERR_KEY);
	fill_give_up(ed->fill, &r);
	assert_true(fill_set(ed->fill, &r, STR(NEWER)));
	check(editing_save(ed, "new result", &e), &e);
	editing_close(ed, false);
	app_close(app);
	app = enter(commune, OFFICER);
	assert_non_null(strstr(shown(app, &id, "check"), NEWER));
	app_close(app);
}

static void
check_file(const char *path)
{
	struct str bytes;
	struct error e;

	check(file_read(a, path, 256u << 20, &bytes, &e), &e);
	assert_null(memmem(bytes.p, bytes.n, SECRET, strlen(SECRET)));
	assert_null(memmem(bytes.p, bytes.n, NEWER, strlen(NEWER)));
}

static size_t
check_files(const char *folder)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;
	struct stat st;
	size_t n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		const char *path =
		    arena_printf(a, "%s/%s", folder, entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		assert_int_equal(stat(path, &st), 0);
		if (S_ISDIR(st.st_mode))
			n += check_files(path);
		else if (n++, S_ISREG(st.st_mode))
			check_file(path);
	}
	closedir(d);
	return n;
}

struct part { /* of a file */
	FILE *file;
	uint64_t left;
};

static enum err
from_part(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	struct part *part = ctx;

	(void)e;
	*got = fread(p, 1, n < part->left ? n : part->left, part->file);
	part->left -= *got;
	return OK;
}

static enum err
from_age(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	return age_reader_next(ctx, p, n, got, e);
}

/* All there is in a bundle, as the holder of the recovery key unpacks it. */
static struct str
payload_of(const char *path, const struct age_identity *recovery)
{
	struct age_reader *age;
	struct zstd_reader *zstd;
	struct buf out = BUF_INIT;
	struct outer outer;
	struct str bytes;
	struct error e;
	char chunk[4096];
	size_t got;
	struct part part = { .file = fopen(path, "rb") };

	assert_non_null(part.file);
	check(outer_read(a, fileno(part.file), &outer, &e), &e);
	assert_int_equal(
	    fseek(part.file, (long)outer.payload_at, SEEK_SET), 0);
	part.left = outer.payload_size;
	check(age_reader_open(&age, &recovery, 1, from_part, &part, &e), &e);
	check(zstd_reader_open(&zstd, from_age, age, 64u << 20, &e), &e);
	do {
		check(zstd_reader_next(zstd, chunk, sizeof chunk, &got, &e),
		    &e);
		buf_add(&out, chunk, got);
	} while (got > 0);
	zstd_reader_close(zstd);
	age_reader_close(age);
	fclose(part.file);
	bytes = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
	return bytes;
}

static void
test_no_file_and_no_bundle_tells(void **state)
{
	const struct age_identity *ids[2];
	struct app *app = enter(commune, OFFICER);
	struct record_id id = enter_record(app, SECRET);
	struct bundle_self self = app_self(app, ids);
	struct bundle_import *im;
	struct bundle_preview preview;
	struct bundle_written w;
	const char *path;
	struct str bytes;
	struct error e;

	(void)state;
	check(bundle_export(
	          app->store, &self, "298", dir, NULL, NULL, &w, &e), &e);
	path = arena_printf(a, "%s/ANSINH/%s.ansinh", dir, w.name);
	bytes = payload_of(path, app->recovery);
	assert_non_null(memmem(bytes.p, bytes.n, "age:YWdl", 8));
	assert_non_null(memmem(bytes.p, bytes.n, "mother", 6));
	assert_null(memmem(bytes.p, bytes.n, SECRET, strlen(SECRET)));
	app_close(app);
	assert_true(check_files(commune) > 2);

	/* the district's reader reads it, too, and its other officer not */
	app = enter(district, OFFICER);
	self = app_self(app, ids);
	check(bundle_import_open(
	          app->store, &self, path, NULL, NULL, &im, &preview, &e), &e);
	check(bundle_import_apply(im, &e), &e);
	bundle_import_close(im);
	assert_non_null(strstr(shown(app, &id, "visit"), SECRET));
	app_close(app);
	app = enter(district, CLERK);
	assert_null(strstr(shown(app, &id, NULL), SECRET));
	app_close(app);
	assert_true(check_files(district) > 2);
}

static void
test_damage_does_not_open(void **state)
{
	struct app *app = enter(commune, OFFICER);
	struct str sealed, plain = STR("x"), again;
	struct error e;
	char *p;

	(void)state;
	check(restricted_seal(app, a, "11149", STR("\"yes\""), &sealed, &e),
	    &e);
	check(restricted_seal(app, a, "11149", STR("\"no\""), &again, &e), &e);
	assert_int_equal(sealed.n, again.n); /* the length tells nothing */
	assert_true(restricted_open(app, a, sealed, &plain));
	assert_true(str_is(plain, "\"yes\""));
	p = arena_str(a, sealed);
	for (size_t i = 6; i < sealed.n - 1; i += 3) {
		char kept = p[i];

		p[i] = kept == 'A' ? 'B' : 'A';
		assert_false(restricted_open(
		    app, a, (struct str){ p, sealed.n }, &plain));
		p[i] = kept;
	}
	/* what is in it is one value, or it is nothing */
	check(restricted_seal(app, a, "11149", STR("\"a\" \"b\""), &sealed,
	          &e), &e);
	assert_false(restricted_open(app, a, sealed, &plain));
	app_close(app);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_holder_reads),
		cmocka_unit_test(test_another_officer_enters_and_does_not_read),
		cmocka_unit_test(test_what_is_unchanged_is_not_written),
		cmocka_unit_test(test_a_draft_tells_nothing),
		cmocka_unit_test(test_the_form_shows_for_a_reason),
		cmocka_unit_test(test_no_file_and_no_bundle_tells),
		cmocka_unit_test(test_damage_does_not_open),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}

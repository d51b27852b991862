/* The desk's own backups: when one is made, and which stay. */
#include "app/care.h"
#include "base/file.h"
#include "crypt/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define PASSPHRASE STR("lang rung suoi bien nui")

static struct arena *a;
static char dir[] = "/tmp/ansinh-care-XXXXXX";
static struct app *app;

static void
check(enum err r, const struct error *e)
{
	if (r != OK)
		fail_msg("%s: %s", error_name(r), e->what);
}

static int
setup(void **state)
{
	struct app_init in = { .role = "commune", .unit = "11149",
		.officer = "Nguyễn Văn Thử", .unit_name = "Xã Hà Kỳ",
		.passphrase = PASSPHRASE, .kdf_mib = 8 };
	struct error e;
	char *words;

	(void)state;
	a = arena_new();
	setenv("ANSINH_TEST_KDF", "1", 1);
	setenv("LANGUAGE", "en", 1);
	setenv("ANSINH_NOW", "2026-01-01", 1);
	assert_non_null(mkdtemp(dir));
	check(app_init(dir, &in, a, &words, &e), &e);
	check(app_open(dir, PASSPHRASE, &app, &e), &e);
	return 0;
}

static int
teardown(void **state)
{
	struct error e;

	(void)state;
	app_close(app);
	check(file_remove_tree(dir, &e), &e);
	arena_free(a);
	return 0;
}

static void
write_note(void)
{
	struct store_write w = { .act = EVENT_NOTE, .scope = app_scope(app),
		.officer = app->officer, .reason = "x", .clock = "ok" };
	struct error e;

	check(store_append(app->store, &w, 1, NULL, &e), &e);
}

static void
on_day(int64_t days, const char *hour)
{
	char day[DATE_BUF];

	date_format_iso(date_from_days(days), day);
	setenv("ANSINH_NOW", arena_printf(a, "%sT%s:00:00", day, hour), 1);
}

/* "MMDD-HH MMDD-HH ...", oldest first. */
static const char *
kept(void)
{
	char **names, *text = arena_strdup(a, "");
	struct error e;
	size_t n;

	check(file_list(a, arena_printf(a, "%s/backup", dir), "", &names, &n,
	          &e), &e);
	for (size_t i = 0; i < n; i++) {
		struct str m = care_moment(a, names[i]);

		assert_int_equal(m.n, 16);
		text = arena_printf(a, "%s%s%.2s%.2s-%.2s", text,
		    i == 0 ? "" : " ", m.p + 5, m.p + 8, m.p + 11);
	}
	return text;
}

static void
test_once_a_day_if_written(void **state)
{
	struct error e;

	(void)state;
	on_day(date_to_days((struct date){ 2026, 1, 1, DATE_DAY }), "08");
	assert_string_equal(care_kept(app, a), "");
	write_note();
	check(care_keep(app, NULL, NULL, &e), &e);
	assert_string_equal(kept(), "0101-08");
	on_day(date_to_days((struct date){ 2026, 1, 1, DATE_DAY }), "17");
	write_note();
	check(care_keep(app, NULL, NULL, &e), &e);
	assert_string_equal(kept(), "0101-08");
	on_day(date_to_days((struct date){ 2026, 1, 2, DATE_DAY }), "08");
	check(care_keep(app, NULL, NULL, &e), &e);
	assert_string_equal(kept(), "0101-08 0102-08");
	on_day(date_to_days((struct date){ 2026, 1, 3, DATE_DAY }), "08");
	check(care_keep(app, NULL, NULL, &e), &e); /* nothing was written */
	assert_string_equal(kept(), "0101-08 0102-08");
}

static bool
stop(void *ctx, uint64_t done, uint64_t total)
{
	int *left = ctx;

	(void)done;
	(void)total;
	return (*left)-- > 0;
}

static void
test_stopped_anywhere_leaves_nothing(void **state)
{
	enum err err = ERR_CANCELLED;
	struct error e;
	int stops = 0;

	(void)state;
	on_day(date_to_days((struct date){ 2026, 1, 4, DATE_DAY }), "08");
	write_note();
	for (; err != OK; stops++) {
		int left = stops;

		err = care_keep(app, stop, &left, &e);
		if (err == OK)
			break;
		assert_int_equal(err, ERR_CANCELLED);
		assert_string_equal(kept(), "0101-08 0102-08");
		assert_false(file_exists(
		    arena_printf(a, "%s/backup.tmp", dir)));
	}
	assert_true(stops > 3);
	assert_string_equal(kept(), "0101-08 0102-08 0104-08");
}

static void
test_days_and_weeks_stay(void **state)
{
	int64_t day = date_to_days((struct date){ 2026, 1, 5, DATE_DAY });
	struct error e;

	(void)state;
	for (int i = 0; i < 60; i++) {
		on_day(day + i, "08");
		write_note();
		check(care_keep(app, NULL, NULL, &e), &e);
	}
	/* The 5th of March 2026 is a Thursday: the week before the last seven
	 * days ends on a Thursday, too, and those before on Sundays. */
	assert_string_equal(kept(),
	    "0201-08 0208-08 0215-08 0222-08 "
	    "0227-08 0228-08 0301-08 0302-08 0303-08 0304-08 0305-08");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once_a_day_if_written),
		cmocka_unit_test(test_stopped_anywhere_leaves_nothing),
		cmocka_unit_test(test_days_and_weeks_stay),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}

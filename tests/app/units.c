/* Units by code and day: the shipped file, and what a wrong file gets. */
#include "app/units.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int
make_arena(void **state)
{
	*state = arena_new();
	return 0;
}

static int
free_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static struct date
day(const char *text)
{
	struct date d;

	if (!date_parse_iso(str_of(text), &d))
		fail_msg("no date: %s", text);
	return d;
}

static struct units *
shipped(struct arena *a)
{
	struct units *u;
	struct error e;

	if (units_load(a, file_data_path(a, "conf/units"), &u, &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	return u;
}

static void
check_title(const struct unit *unit, const char *title)
{
	assert_non_null(unit);
	assert_string_equal(unit->title, title);
}

static void
test_names_have_their_day(void **state)
{
	struct units *u = shipped(*state);
	const struct unit *unit;

	check_title(units_get(u, STR("11149"), day("2023-05-01")), "Xã Hà Kỳ");
	check_title(units_get(u, STR("11149"), day("2025-06-30")), "Xã Hà Kỳ");
	assert_null(units_get(u, STR("11149"), day("2025-07-01")));
	check_title(units_get(u, STR("11086"), day("2023")), "Xã Hưng Đạo");
	check_title(
	    units_get(u, STR("11086"), day("2025-07-01")), "Xã Đại Sơn");
	check_title(
	    units_get(u, STR("11074"), day("2025-06-30")), "Thị trấn Tứ Kỳ");
	check_title(units_get(u, STR("11074"), day("2025-07-01")), "Xã Tứ Kỳ");
	check_title(units_get(u, STR("298"), day("2023-01-01")), "Huyện Tứ Kỳ");
	assert_null(units_get(u, STR("298"), day("2025-07-01")));
	assert_null(units_get(u, STR("99999"), day("2023-01-01")));
	assert_null(units_get(u, STR("11149"), (struct date){ 0, 0, 0, 0 }));
	unit = units_get(u, STR("11149"), day("2023-05-01"));
	assert_int_equal(unit->level, UNIT_COMMUNE);
	assert_string_equal(unit->parent, "298");
	assert_false(unit->remembered);
	assert_true(units_get(u, STR("11098"), day("2025-01-01"))->remembered);
}

static void
test_heirs(void **state)
{
	struct units *u = shipped(*state);
	const struct unit *unit = units_get(u, STR("11104"), day("2018"));

	check_title(unit, "Xã Đông Kỳ");
	check_title(units_heir(u, unit, day("2018")), "Xã Đông Kỳ");
	check_title(units_heir(u, unit, day("2023")), "Xã Chí Minh");
	unit = units_heir(u, unit, day("2026-01-01"));
	check_title(unit, "Xã Chí Minh");
	assert_string_equal(unit->code, "11131");
	assert_string_equal(unit->parent, "31");
	/* not known, and not asked backwards */
	assert_null(units_heir(
	    u, units_get(u, STR("11077"), day("2018")), day("2023")));
	assert_null(units_heir(
	    u, units_get(u, STR("11146"), day("2026")), day("2023")));
}

/* The numbers of communes that law-makers left: 27, 23, 20 and 6. */
static void
test_counts_by_period(void **state)
{
	static const struct {
		const char *on;
		int n;
	} periods[] = { { "2019-11-30", 27 }, { "2019-12-01", 23 },
		{ "2024-11-30", 23 }, { "2024-12-01", 20 },
		{ "2025-06-30", 20 }, { "2025-07-01", 6 } };
	struct units *u = shipped(*state);
	const struct unit *unit;

	for (size_t i = 0; i < ARRAY_LEN(periods); i++) {
		int n = 0;

		for (size_t k = 0; k < units_count(u); k++) {
			unit = units_at(u, k);
			n += unit->level == UNIT_COMMUNE &&
			     units_get(u, str_of(unit->code),
			         day(periods[i].on)) == unit;
		}
		assert_int_equal(n, periods[i].n);
	}
	assert_null(units_at(u, units_count(u)));
}

/* Every commune of 2018 but the one that left ends in one of the six. */
static void
test_every_commune_has_an_heir(void **state)
{
	struct units *u = shipped(*state);
	const struct unit *unit;

	for (size_t k = 0; k < units_count(u); k++) {
		unit = units_at(u, k);
		if (unit->level != UNIT_COMMUNE ||
		    strcmp(unit->code, "11077") == 0)
			continue;
		if (units_heir(u, unit, day("2026-11-24")) == NULL)
			fail_msg("%s has no heir", unit->title);
	}
}

/* The list that forms choose from says the same as the units. */
static void
test_choices_agree(void **state)
{
	struct arena *a = *state;
	struct units *u = shipped(a);
	const struct yaml *list, *row, *from, *to;
	const struct unit *unit;
	struct yaml *root;
	struct error e;
	size_t communes = 0;

	assert_int_equal(
	    yaml_load(
	        a, file_data_path(a, "forms/choices/communes.yaml"), &root, &e),
	    OK);
	list = yaml_get(root, "choices");
	for (size_t i = 0; i < list->n; i++) {
		row = list->items[i];
		from = yaml_get(row, "valid_from");
		to = yaml_get(row, "valid_to");
		unit = units_get(u, yaml_get(row, "unit")->text,
		    to != NULL ? day(to->text.p) : day(from->text.p));
		check_title(unit, yaml_get(row, "label")->text.p);
		assert_int_equal(
		    unit->from.precision != DATE_NONE, from != NULL);
		if (from != NULL)
			assert_int_equal(
			    date_cmp(unit->from, day(from->text.p)), 0);
		assert_true(
		    str_starts(yaml_get(row, "code")->text, unit->code));
	}
	for (size_t k = 0; k < units_count(u); k++)
		communes += units_at(u, k)->level == UNIT_COMMUNE;
	assert_int_equal(list->n, communes);
}

static void
test_wrong_files(void **state)
{
#define ROW "{code: '1', level: commune, kind: Xã, name: A"
	static const struct {
		const char *text, *where, *what;
	} cases[] = {
		{ "units: {a: 1}\n", ":1:1", "units" },
		{ "unit: []\n", ":1:1", "units" },
		{ "units: [x]\n", ":1:9", "key" },
		{ "units: [{code: '1'}]\n", ":1:9", "level" },
		{ "units: [" ROW ", parents: '2'}]\n", ":1:56", "parent" },
		{ "units: [{code: x1, level: commune}]\n", ":1:16", "x1" },
		{ "units: [{code: '1', level: town}]\n", ":1:28", "commune" },
		{ "units: [" ROW ", valid_from: 2025-07}]\n", ":1:68", "day" },
		{ "units: [" ROW ", valid_from: 2025-07-02, "
		  "valid_to: 2025-07-01}]\n",
		    ":1:9", "before" },
		{ "units: [" ROW ", successor: '1'}]\n", ":1:9", "successor" },
		{ "units:\n- " ROW "}\n- " ROW ", valid_from: 2025-07-01}\n",
		    ":3:3", "two units" },
		{ "units: [" ROW ", valid_to: 2025-07-01, successor: '7'}]\n",
		    ":1:9", "day after" },
		{ "units: [" ROW ", valid_to: 2025-07-01, parent: '7'}]\n",
		    ":1:9", "these days" },
		{ "units: [" ROW ", certainty: sure}]\n", ":1:67", "memory" },
	};
#undef ROW
	struct arena *a = *state;
	char dir[] = "/tmp/ansinh-units-XXXXXX";
	const char *path;
	struct units *u;
	struct error e;

	setenv("LANGUAGE", "en", 1);
	assert_non_null(mkdtemp(dir));
	path = arena_printf(a, "%s/u.yaml", dir);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
		    file_write(path, str_of(cases[i].text), 0600, false, &e),
		    OK);
		assert_int_equal(units_load(a, dir, &u, &e), ERR_FORMAT);
		assert_string_equal(
		    e.where, arena_printf(a, "%s%s", path, cases[i].where));
		if (strstr(e.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, e.what);
	}
	assert_int_equal(file_remove_tree(dir, &e), OK);
	assert_int_equal(units_load(a, dir, &u, &e), ERR_NOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_names_have_their_day, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_heirs, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_counts_by_period, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_every_commune_has_an_heir, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_choices_agree, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_wrong_files, make_arena, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The shipped lists of forms/choices: each says what it is, and holds it. */
#include "base/date.h"
#include "base/file.h"
#include "base/map.h"
#include "base/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct arena *arena;

static int
make_arena(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
free_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct yaml *
load_list(const char *file)
{
	const char *path = file_data_path(
	    arena, arena_printf(arena, "forms/choices/%s", file));
	struct yaml *root;
	struct error e;

	if (yaml_load(arena, path, &root, &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	return root;
}

static struct str
text_of(const struct yaml *map, const char *key)
{
	const struct yaml *y = yaml_get(map, key);

	return y == NULL || y->type != YAML_SCALAR ? STR("") : y->text;
}

static void
check_label(const char *file, const struct yaml *row)
{
	const struct yaml *label = yaml_get(row, "label");

	if (label == NULL ||
	    (label->type == YAML_SCALAR ? label->text.n == 0
	                                : text_of(label, "vi").n == 0 ||
	                                      text_of(label, "en").n == 0))
		fail_msg("%s:%d: label", file, row->line);
}

static void
check_days(const char *file, const struct yaml *row)
{
	static const char *const keys[] = { "valid_from", "valid_to" };
	struct date d;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (yaml_get(row, keys[i]) != NULL &&
		    (!date_parse_iso(text_of(row, keys[i]), &d) ||
		        d.precision != DATE_DAY))
			fail_msg("%s:%d: %s", file, row->line, keys[i]);
}

/* Where a list names its columns, every choice has them and no other. */
static void
check_columns(
    const char *file, const struct yaml *columns, const struct yaml *row)
{
	size_t fixed = 2; /* code, label */

	if (columns == NULL)
		return;
	for (size_t i = 0; i < columns->n; i++)
		if (yaml_get(row, columns->items[i]->text.p) == NULL)
			fail_msg("%s:%d: no %s", file, row->line,
			    columns->items[i]->text.p);
	fixed += yaml_get(row, "valid_from") != NULL;
	fixed += yaml_get(row, "valid_to") != NULL;
	if (row->n != fixed + columns->n)
		fail_msg("%s:%d: a column too many", file, row->line);
}

static void
check_list(const char *file)
{
	const struct yaml *root = load_list(file), *choices, *row;
	struct map *seen = map_new(arena);
	struct str code, certainty = text_of(root, "certainty");
	struct date taken;

	assert_string_equal(
	    arena_printf(arena, "%s.yaml", text_of(root, "list").p), file);
	if (text_of(root, "source").n == 0 ||
	    !date_parse_iso(text_of(root, "date"), &taken))
		fail_msg("%s: no source or date", file);
	if (certainty.n > 0 && !str_is(certainty, "found") &&
	    !str_is(certainty, "memory") && !str_is(certainty, "assumed"))
		fail_msg("%s: certainty %s", file, certainty.p);
	choices = yaml_get(root, "choices");
	assert_true(choices != NULL && choices->n > 0);
	for (size_t i = 0; i < choices->n; i++) {
		row = choices->items[i];
		code = text_of(row, "code");
		if (code.n == 0 || strspn(code.p, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		                                  "abcdefghijklmnopqrstuvwxyz"
		                                  "0123456789_.-") != code.n)
			fail_msg("%s:%d: code", file, row->line);
		if (map_put(seen, code, seen) != NULL)
			fail_msg("%s:%d: code twice", file, row->line);
		check_label(file, row);
		check_days(file, row);
		check_columns(file, yaml_get(root, "columns"), row);
	}
}

static void
test_every_list(void **state)
{
	char **names;
	size_t n;
	struct error e;

	(void)state;
	assert_int_equal(
	    file_list(arena, file_data_path(arena, "forms/choices"), ".yaml",
	        &names, &n, &e),
	    OK);
	assert_true(n >= 22);
	for (size_t i = 0; i < n; i++)
		check_list(names[i]);
}

static void
test_ethnic_groups(void **state)
{
	const struct yaml *y =
	    yaml_get(load_list("ethnic_groups.yaml"), "choices");
	char code[24];

	(void)state;
	assert_int_equal(y->n, 54);
	for (size_t i = 0; i < y->n; i++) {
		snprintf(code, sizeof code, "%02zu", i + 1);
		assert_string_equal(text_of(y->items[i], "code").p, code);
	}
	assert_string_equal(
	    text_of(yaml_get(y->items[0], "label"), "vi").p, "Kinh");
}

/* The 63 codes with which personal numbers begin, three digits each. */
static void
test_provinces(void **state)
{
	const struct yaml *y = yaml_get(load_list("provinces.yaml"), "choices");
	struct str code, last = STR("");

	(void)state;
	assert_int_equal(y->n, 63);
	for (size_t i = 0; i < y->n; i++) {
		code = text_of(y->items[i], "code");
		assert_true(code.n == 3 && code.p[0] == '0');
		assert_true(str_cmp(last, code) < 0);
		last = code;
	}
}

/* HIV categories are marked, so that no list shows them. */
static void
test_restricted_clauses(void **state)
{
	const struct yaml *y =
	    yaml_get(load_list("assistance_clauses.yaml"), "choices");
	struct str code;

	(void)state;
	for (size_t i = 0; i < y->n; i++) {
		code = text_of(y->items[i], "code");
		assert_string_equal(text_of(y->items[i], "restricted").p,
		    str_is(code, "K3") || str_is(code, "K8") ? "yes" : "no");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_list),
		cmocka_unit_test(test_ethnic_groups),
		cmocka_unit_test(test_provinces),
		cmocka_unit_test(test_restricted_clauses),
	};

	return cmocka_run_group_tests(tests, make_arena, free_arena);
}

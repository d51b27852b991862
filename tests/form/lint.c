/* The linter: every kind of fault, with its place and a guess. */
#include "form_test.h"

#include "base/file.h"

static struct buf said;

static void
say(void *ctx, const struct form_fault *f)
{
	(void)ctx;
	buf_printf(&said, "%d:%d: %s: %s\n", f->line, f->col,
	    f->warning ? "warning" : "error", f->what);
}

/* Compares with tests/data/forms/NAME.faults. */
static void
check(const char *file, const char *expected, size_t errors, size_t warnings)
{
	struct arena *a = arena_new();
	struct form_set *s = form_set_new(a, FORMS "/choices");
	struct str wanted = STR("");
	size_t n, n_warnings;
	struct error e;

	buf_clear(&said);
	n = form_lint(
	    a, s, arena_printf(a, FORMS "/%s", file), say, NULL, &n_warnings);
	if (expected != NULL &&
	    file_read(a, arena_printf(a, FORMS "/%s", expected), 100000,
	        &wanted, &e) != OK)
		fail_msg("%s", e.what);
	assert_string_equal(buf_cstr(&said), wanted.p);
	assert_int_equal(n, errors);
	assert_int_equal(n_warnings, warnings);
	arena_free(a);
}

static void
test_every_fault_of_a_form_is_told(void **state)
{
	(void)state;
	check("faults.yaml", "faults.said", 61, 2);
}

static void
test_every_fault_of_a_list_is_told(void **state)
{
	(void)state;
	check("choices/broken.yaml", "broken.said", 10, 0);
}

static void
test_a_good_form_has_no_fault(void **state)
{
	(void)state;
	check("good/person.yaml", NULL, 0, 0);
	check("good/visit.yaml", NULL, 0, 0);
	check("choices/level.yaml", NULL, 0, 0);
}

static void
test_a_file_that_is_no_yaml_is_one_fault(void **state)
{
	(void)state;
	check("alias.yaml", "alias.said", 1, 0);
	check("missing.yaml", "missing.said", 1, 0);
}

/* The forms and lists that are shipped. */
static void
test_what_is_shipped_has_no_fault(void **state)
{
	struct arena *a = arena_new();
	const char *const dirs[] = { "forms", "forms/choices" };
	const char *lists = file_data_path(a, "forms/choices");
	struct error e;

	(void)state;
	buf_clear(&said);
	for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
		const char *dir = file_data_path(a, dirs[d]);
		char **names;
		size_t n;

		assert_int_equal(
		    file_list(a, dir, ".yaml", &names, &n, &e), OK);
		for (size_t i = 0; i < n; i++) {
			size_t before = said.n;

			if (form_lint(a, form_set_new(a, lists),
			        arena_printf(a, "%s/%s", dir, names[i]), say,
			        NULL, NULL) > 0)
				fail_msg("%s: %s", names[i],
				    buf_cstr(&said) + before);
		}
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_fault_of_a_form_is_told),
		cmocka_unit_test(test_every_fault_of_a_list_is_told),
		cmocka_unit_test(test_a_good_form_has_no_fault),
		cmocka_unit_test(test_a_file_that_is_no_yaml_is_one_fault),
		cmocka_unit_test(test_what_is_shipped_has_no_fault),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	buf_release(&said);
	return failed;
}

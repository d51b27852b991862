/* The YAML reader: trees with places, and hostile files stopped at once. */
#include "heap.h"
#include "yaml_planted.h"

#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <yaml.h>

#define MIB (1024 * 1024)
#define HEAP_MAX (32u * MIB)
/* What the largest file that is allowed may take: 25,000 entries, each within
 * a document and 16 levels. */
#define WORK_MAX (25000u * (16 + 1))

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

static void
check_place(const struct yaml *y, enum yaml_type type, int line, int col)
{
	assert_non_null(y);
	assert_int_equal(y->type, type);
	assert_int_equal(y->line, line);
	assert_int_equal(y->col, col);
	assert_string_equal(y->file, "f.yaml");
}

static void
test_tree_and_places(void **state)
{
	static const char text[] = "# a comment\n"
	                           "form: household\n"
	                           "title: {vi: \"Hộ\", en: House}\n"
	                           "pages:\n"
	                           "  - page: one\n"
	                           "    note: |\n"
	                           "      two\n"
	                           "      lines\n"
	                           "  - 12\n"
	                           "empty:\n"
	                           "nothing: []\n";
	struct arena *a = *state;
	struct yaml *root;
	const struct yaml *y;
	struct error e;
	int64_t v;

	assert_int_equal(yaml_parse(a, "f.yaml", str_of(text), &root, &e), OK);
	check_place(root, YAML_MAP, 2, 1);
	assert_int_equal(root->n, 5);
	assert_string_equal(root->keys[1]->text.p, "title");
	y = yaml_get(yaml_get(root, "title"), "en");
	/* columns count characters, not bytes */
	check_place(y, YAML_SCALAR, 3, 23);
	assert_string_equal(y->text.p, "House");
	assert_true(yaml_get(yaml_get(root, "title"), "vi")->quoted);
	y = yaml_get(root, "pages");
	check_place(y, YAML_SEQ, 5, 3);
	check_place(y->items[0], YAML_MAP, 5, 5);
	check_place(y->items[1], YAML_SCALAR, 9, 5);
	assert_true(yaml_int(y->items[1], &v) && v == 12);
	y = yaml_get(y->items[0], "note");
	assert_string_equal(y->text.p, "two\nlines\n");
	assert_true(y->quoted);
	assert_true(yaml_is_null(yaml_get(root, "empty")));
	assert_int_equal(yaml_get(root, "nothing")->n, 0);
	assert_null(yaml_get(root, "absent"));
	assert_null(yaml_get(y, "absent"));
	assert_null(yaml_get(NULL, "absent"));
}

static void
test_plain_words(void **state)
{
	struct arena *a = *state;
	struct yaml *y;
	struct error e;
	bool b = false;
	int64_t v;

	assert_int_equal(
	    yaml_parse(a, "f.yaml",
	        STR("[yes, no, 'yes', ~, null, '', 01, '1', 1]"), &y, &e),
	    OK);
	assert_true(yaml_bool(y->items[0], &b) && b);
	assert_true(yaml_bool(y->items[1], &b) && !b);
	assert_false(yaml_bool(y->items[2], &b));
	assert_true(yaml_is_null(y->items[3]));
	assert_true(yaml_is_null(y->items[4]));
	assert_false(yaml_is_null(y->items[5]));
	assert_false(yaml_int(y->items[6], &v));
	assert_false(yaml_int(y->items[7], &v));
	assert_true(yaml_int(y->items[8], &v) && v == 1);
	assert_false(yaml_bool(NULL, &b) || yaml_int(NULL, &v));
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *text;
		enum err code;
		const char *where, *what;
	} cases[] = {
		{ "a: &x 1\n", ERR_REFUSED, "f.yaml:1:4", "anchor" },
		{ "a: &x [1]\n", ERR_REFUSED, "f.yaml:1:4", "anchor" },
		{ "a: &x {b: 1}\n", ERR_REFUSED, "f.yaml:1:4", "anchor" },
		{ "a: *x\n", ERR_REFUSED, "f.yaml:1:4", "alias" },
		{ "*x : 1\n", ERR_REFUSED, "f.yaml:1:1", "alias" },
		{ "a: !!str 1\n", ERR_REFUSED, "f.yaml:1:4", "tag" },
		{ "a: !x [1]\n", ERR_REFUSED, "f.yaml:1:4", "tag" },
		{ "b: 1\n<<: {a: 1}\n", ERR_REFUSED, "f.yaml:2:1", "merge" },
		{ "%YAML 1.1\n---\na: 1\n", ERR_REFUSED, "f.yaml:1:1", "%" },
		{ "a: 1\n%x\n", ERR_REFUSED, "f.yaml:2:1", "%" },
		{ "a: 1\n---\nb: 2\n", ERR_REFUSED, "f.yaml:2:1", "second" },
		{ "a: 1\nb: 2\na: 3\n", ERR_FORMAT, "f.yaml:3:1", "twice" },
		{ "[a]: 1\n", ERR_FORMAT, "f.yaml:1:1", "key" },
		{ "", ERR_FORMAT, "f.yaml:1:1", "nothing" },
		{ "# only this\n", ERR_FORMAT, "f.yaml:2:1", "nothing" },
		{ "a: \"\\e[31m\"\n", ERR_TEXT, "f.yaml:1:4", NULL },
		{ "a: \"x\\u202Ey\"\n", ERR_TEXT, "f.yaml:1:4", NULL },
		{ "a: \"\\u200B\"\n", ERR_TEXT, "f.yaml:1:4", NULL },
		{ "a: \xff\n", ERR_TEXT, "f.yaml:1:1", NULL },
		{ "a: [1\n", ERR_FORMAT, "f.yaml:2:1", NULL },
		{ "a: 1\n b: 2\n", ERR_FORMAT, "f.yaml:2:3", NULL },
		{ "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", OK, NULL, NULL },
		{ "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", ERR_LIMIT,
		    "f.yaml:1:17", "16" },
	};
	struct arena *a = *state;
	struct yaml *y;
	struct error e;
	enum err r;

	setenv("LANGUAGE", "en", 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		r = yaml_parse(a, "f.yaml", str_of(cases[i].text), &y, &e);
		if (r != cases[i].code)
			fail_msg("%s: %s", cases[i].text, error_name(r));
		if (r == OK)
			continue;
		assert_string_equal(e.where, cases[i].where);
		if (cases[i].what != NULL &&
		    strstr(e.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, e.what);
	}
}

static void
test_sizes(void **state)
{
	struct arena *a = *state;
	char *big = malloc(MIB + 2);
	struct yaml *y;
	struct error e;

	memset(big, 'x', MIB + 2);
	assert_int_equal(
	    yaml_parse(a, "f.yaml", (struct str){ big, 64 * 1024 }, &y, &e),
	    OK);
	assert_int_equal(
	    yaml_parse(a, "f.yaml", (struct str){ big, 64 * 1024 + 1 }, &y, &e),
	    ERR_LIMIT);
	assert_non_null(strstr(e.what, "64 KiB"));
	assert_int_equal(
	    yaml_parse(a, "f.yaml", (struct str){ big, MIB + 1 }, &y, &e),
	    ERR_LIMIT);
	assert_non_null(strstr(e.what, "1 MiB"));
	assert_string_equal(e.where, "f.yaml:1:1");
	big[1] = '\n';
	big[2] = '#';
	assert_int_equal(
	    yaml_parse(a, "f.yaml", (struct str){ big, MIB }, &y, &e), OK);
	/* "x," is one event */
	for (size_t i = 0; i < MIB; i += 2)
		memcpy(big + i, i == 0 ? "[x" : ",x", 2);
	assert_int_equal(
	    yaml_parse(a, "f.yaml", (struct str){ big, MIB }, &y, &e),
	    ERR_LIMIT);
	assert_non_null(strstr(e.what, "25,000"));
	/* six more are around them: stream, document and list, begun and ended */
	for (size_t n = 25000 - 6; n <= 25000 - 5; n++) {
		memcpy(big + 2 * n, ",]", 2);
		assert_int_equal(yaml_parse(a, "f.yaml",
				     (struct str){ big, 2 * n + 2 }, &y, &e),
		    n == 25000 - 6 ? OK : ERR_LIMIT);
		assert_int_equal(y->n, n);
		memcpy(big + 2 * n, ",x", 2);
	}
	free(big);
}

/*
 * Work, counted instead of timed: for each entry libyaml looks again at every
 * level that is open (SAFETY (d) 25; yaml-long.py has the 50 ms themselves).
 */
static size_t work;

int __real_yaml_parser_parse(yaml_parser_t *p, yaml_event_t *event);
int __wrap_yaml_parser_parse(yaml_parser_t *p, yaml_event_t *event);

int
__wrap_yaml_parser_parse(yaml_parser_t *p, yaml_event_t *event)
{
	int r = __real_yaml_parser_parse(p, event);

	work += 1 + (size_t)(p->simple_keys.top - p->simple_keys.start);
	return r;
}

/* One MiB of the same few bytes, over and over. */
static const char *const shapes[] = { "[", "{", "- ", "? ", "&a ", "*a ",
	"!!a ", "%TAG ! tag:x,2000:\n", "[{", "{a: ", "- - ? ", ": ", "? [",
	"\"", "'", "|", "> ", "]", "}", ",", "---\n", "...\n", "a: ",
	"a:\n ", "\\", "\n", " ", "#", "# \n", "<<: *a\n", "\xef\xbb\xbf",
	"\t", "\xc3\xa9", "\"\\x41\" ", "[a, ", "{a, ", "- a\n", "? a\n",
	"a : b : ", "\x1b[", "\xff", "``", "@", "- {}\n" };

struct cost {
	size_t work, heap; /* of the worst shape */
	size_t taken;      /* shapes that were not refused */
};

/* All shapes to one reader. */
static struct cost
measure(yaml_parse_fn parse)
{
	struct cost most = { 0, 0, 0 };
	char *big = malloc(MIB);

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct arena *a = arena_new();
		size_t n = strlen(shapes[i]), heap;
		struct yaml *y;
		struct error e = { 0 };

		for (size_t at = 0; at + n <= MIB; at += n)
			memcpy(big + at, shapes[i], n);
		work = 0;
		heap_start();
		if (parse(a, "f.yaml", (struct str){ big, MIB / n * n }, &y,
			&e) == OK)
			most.taken++;
		else
			assert_true(e.where[0] != '\0');
		heap = heap_most();
		most.work = work > most.work ? work : most.work;
		most.heap = heap > most.heap ? heap : most.heap;
		arena_free(a);
	}
	free(big);
	return most;
}

static void
test_hostile(void **state)
{
	struct cost c = measure(yaml_parse);

	(void)state;
	print_message("%zu shapes: at most %zu looks, %zu KiB\n",
	    ARRAY_LEN(shapes), c.work, c.heap / 1024);
	assert_int_equal(c.taken, 0);
	assert_in_range(c.work, 1, WORK_MAX);
	assert_in_range(c.heap, 1, HEAP_MAX);
}

/* Planted: without a limit the same shapes must be seen to take too much. */
static void
test_hostile_without_a_limit(void **state)
{
	struct cost deep = measure(yaml_parse_deep);
	struct cost many = measure(yaml_parse_many);

	(void)state;
	print_message("nested: %zu looks; any number: %zu looks, %zu KiB\n",
	    deep.work, many.work, many.heap / 1024);
	assert_true(deep.work > WORK_MAX);
	assert_true(many.work > WORK_MAX);
	assert_true(many.heap > HEAP_MAX);
	assert_true(many.taken > 0);
}

/* As many keys of one map as a file can have are told apart at once. */
static void
test_many_keys(void **state)
{
	struct arena *a = *state;
	struct buf b = BUF_INIT;
	struct yaml *y;
	struct error e;

	for (int i = 0; i < 12000; i++)
		buf_printf(&b, "k%d: 1\n", i);
	assert_int_equal(yaml_parse(a, "f.yaml", buf_str(&b), &y, &e), OK);
	assert_int_equal(y->n, 12000);
	buf_adds(&b, "k0: 2\n");
	assert_int_equal(
	    yaml_parse(a, "f.yaml", buf_str(&b), &y, &e), ERR_FORMAT);
	assert_string_equal(e.where, "f.yaml:12001:1");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_tree_and_places, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_plain_words, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_refusals, make_arena, free_arena),
		cmocka_unit_test_setup_teardown(
		    test_sizes, make_arena, free_arena),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_hostile_without_a_limit),
		cmocka_unit_test_setup_teardown(
		    test_many_keys, make_arena, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

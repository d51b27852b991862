/* General JSON: the tree, what is refused, and what commands print. */
#include "base/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void
test_tree(void **state)
{
	struct arena *a = arena_new();
	const struct json *v;
	struct json *j;

	(void)state;
	assert_int_equal(json_parse(a, STR(" {\"z\": [1, -2.5, true, null],\n"
		"\"a\": \"Đ\\u1ed7\\n\", \"o\": {}} "), &j, NULL), OK);
	assert_int_equal(j->type, JSON_OBJECT);
	assert_int_equal(j->n, 3);
	assert_string_equal(j->keys[0], "z"); /* in the order of the file */
	v = json_get(j, "z");
	assert_int_equal(v->type, JSON_ARRAY);
	assert_int_equal(v->n, 4);
	assert_int_equal(v->items[0].type, JSON_INT);
	assert_int_equal(v->items[0].integer, 1);
	assert_int_equal(v->items[1].type, JSON_REAL);
	assert_true(v->items[1].real > -2.6 && v->items[1].real < -2.4);
	assert_true(v->items[2].type == JSON_BOOL && v->items[2].boolean);
	assert_int_equal(v->items[3].type, JSON_NULL);
	assert_true(str_is(json_get(j, "a")->string, "Đỗ\n"));
	assert_int_equal(json_get(j, "o")->n, 0);
	assert_null(json_get(j, "b"));
	assert_null(json_get(NULL, "b"));
	assert_null(json_get(v, "b"));
	assert_int_equal(json_parse(a, STR("3"), &j, NULL), OK);
	assert_int_equal(j->integer, 3);
	arena_free(a);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = { "", "{", "[1,]", "{\"a\":1,\"a\":2}",
		"\"\xff\"", "\"\\ud800\"", "\"\\u0000\"", "1e400", "NaN", "01",
		"999999999999999999999999", "1 2", "{'a':1}", "\"\n\"",
		"// a\n1" };
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	struct json *j;
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(json_parse(a, str_of(bad[i]), &j, &e),
		    ERR_FORMAT);
	assert_int_equal(json_parse(a, STR("{\n\"a\" 1}"), &j, &e), ERR_FORMAT);
	assert_non_null(strstr(e.what, "2")); /* the line */
	for (int deep = 64; deep <= 65; deep++) {
		buf_clear(&b);
		for (int i = 0; i < deep; i++)
			buf_addc(&b, '[');
		for (int i = 0; i < deep; i++)
			buf_addc(&b, ']');
		assert_int_equal(json_parse(a, buf_str(&b), &j, &e),
		    deep == 64 ? OK : ERR_LIMIT);
	}
	buf_release(&b);
	arena_free(a);
}

static void
test_written_is_read(void **state)
{
	const struct {
		struct str in;
		const char *out;
	} cases[] = {
		{ STR("Đỗ \"x\"\\\n"), "\"Đỗ \\\"x\\\"\\\\\\n\"" },
		{ STR("\x1b\x7f\u202e\t"),
		    "\"\\u001b\\u007f\\u202e\\u0009\"" },
		{ STR("\U0010fffe\U0001f600"), "\"\\udbff\\udffe\U0001f600\"" },
		{ STR("a\xff"), "\"a\\ufffd\"" },
		{ STR(""), "\"\"" },
	};
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	struct json *j;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_clear(&b);
		json_put_string(&b, cases[i].in);
		assert_string_equal(buf_cstr(&b), cases[i].out);
		assert_int_equal(json_parse(a, buf_str(&b), &j, NULL), OK);
		if (i != 3)
			assert_true(str_eq(j->string, cases[i].in));
	}
	buf_clear(&b);
	json_put_double(&b, 0.1);
	buf_addc(&b, ' ');
	json_put_double(&b, -3);
	buf_addc(&b, ' ');
	json_put_double(&b, 1e20);
	buf_addc(&b, ' ');
	json_put_double(&b, (double)NAN);
	buf_addc(&b, ' ');
	json_put_double(&b, (double)-INFINITY);
	assert_string_equal(buf_cstr(&b),
	    "0.1 -3 100000000000000000000.0 \"NaN\" \"-Infinity\"");
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_written_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

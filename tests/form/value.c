/* Values and JSON records as expressions see them. */
#include "form/expr_json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static struct date
date(const char *iso)
{
	struct date d;

	assert_true(date_parse_iso(str_of(iso), &d));
	return d;
}

static void
check_text(struct value v, const char *expected)
{
	struct arena *a = arena_new();

	assert_string_equal(arena_str(a, value_to_text(a, v)), expected);
	arena_free(a);
}

static void
test_blank(void **state)
{
	(void)state;
	assert_true(value_is_blank(value_blank()));
	assert_true(value_is_blank(value_text(STR(""))));
	assert_true(value_is_blank(value_number((double)NAN)));
	assert_true(value_is_blank(value_date((struct date){ 0, 0, 0, 0 })));
	assert_false(value_is_blank(value_number(0)));
	assert_false(value_is_blank(value_bool(false)));
	assert_true(isnan(value_to_number(value_blank())));
	assert_false(value_to_bool(value_blank()));
	check_text(value_blank(), "");
}

static void
test_conversions(void **state)
{
	(void)state;
	check_text(value_number(12345678901.0), "12345678901");
	check_text(value_number(-0.5), "-0.5");
	check_text(value_number((double)NAN), "NaN");
	check_text(value_bool(true), "true");
	check_text(value_date(date("1938-03")), "1938-03");
	assert_true(value_to_number(value_text(STR(" 2.5 "))) > 2.4);
	assert_true(isnan(value_to_number(value_text(STR("1e3")))));
	assert_int_equal(value_to_number(value_bool(true)), 1);
	assert_int_equal(
	    value_to_number(value_date(date("2023-04-01"))), 19448);
	assert_true(value_to_bool(value_text(STR("false")))); /* L31 */
	assert_false(value_to_bool(value_number(0)));
	assert_false(value_to_bool(value_number((double)NAN)));
	assert_true(value_to_bool(value_date(date("1938"))));
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(value_equal(value_blank(), value_text(STR(""))));
	assert_true(value_equal(
	    value_number((double)NAN), value_number((double)NAN)));
	assert_false(value_equal(value_number(1), value_text(STR("1"))));
	assert_true(value_equal(value_text(STR("a")), value_text(STR("a"))));
	assert_false(value_equal(value_text(STR("a")), value_text(STR("A"))));
	assert_false(value_equal(
	    value_date(date("1938")), value_date(date("1938-01-01"))));
	assert_true(
	    value_equal(value_date(date("1938")), value_date(date("1938"))));
	assert_false(value_equal(value_bool(true), value_bool(false)));
}

static enum err
tree_of(struct arena *a, const char *text, struct expr_tree *tree)
{
	struct json *json;
	struct error e;

	assert_int_equal(json_parse(a, str_of(text), &json, &e), OK);
	return expr_json_tree(a, json, tree, &e);
}

static void
test_record(void **state)
{
	struct arena *a = arena_new();
	struct expr_tree t;
	struct expr_at at = { .depth = 1, .row = { 1 } };
	int r, b;

	(void)state;
	assert_int_equal(tree_of(a,
	    "{\"r\":[{\"a\":null},{\"b\":[\"x\",3,\"y\"]}],\"e\":[],\"t\":true,"
	    "\"d\":\"1938-03-05\",\"y\":\"1938\"}", &t), OK);
	/* a name of any row is a name */
	r = t.child(t.ctx, EXPR_ROOT, STR("r"));
	b = t.child(t.ctx, r, STR("b"));
	assert_int_equal(t.kind(t.ctx, r), EXPR_NODE_REPEAT);
	assert_int_equal(t.rows(t.ctx, r, &at), 2);
	assert_int_equal(t.parent(t.ctx, b), r);
	check_text(t.value(t.ctx, b, &at), "x y");
	check_text(t.value(t.ctx, b, &at), "x y");
	at.row[0] = 0;
	check_text(t.value(t.ctx, b, &at), "");
	at.row[0] = 9;
	check_text(t.value(t.ctx, b, &at), "");
	at.depth = 0;
	check_text(t.value(t.ctx, b, &at), "");
	check_text(
	    t.value(t.ctx, t.find(t.ctx, EXPR_ROOT, STR("e")), &at), "");
	assert_int_equal(t.value(t.ctx, t.find(t.ctx, b, STR("d")), &at).type,
	    VALUE_DATE);
	/* four digits are a year, and a number */
	assert_int_equal(t.value(t.ctx, t.find(t.ctx, b, STR("y")), &at).type,
	    VALUE_TEXT);
	assert_int_equal(t.value(t.ctx, t.find(t.ctx, b, STR("t")), &at).type,
	    VALUE_BOOL);
	assert_int_equal(t.kind(t.ctx, t.find(t.ctx, b, STR("zz"))),
	    EXPR_NODE_ABSENT);
	arena_free(a);
}

static void
test_refused_records(void **state)
{
	struct arena *a = arena_new();
	struct expr_tree t;

	(void)state;
	assert_int_equal(tree_of(a, "[1]", &t), ERR_FORMAT);
	assert_int_equal(tree_of(a,
	    "{\"r\":[{\"a\":{\"b\":1}},{\"a\":[{\"b\":1}]}]}", &t),
	    ERR_FORMAT);
	assert_int_equal(tree_of(a,
	    "{\"a\":[{\"a\":[{\"a\":[{\"a\":[{\"a\":[{\"a\":1}]}]}]}]}]}",
	    &t), ERR_LIMIT);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_conversions),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_refused_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

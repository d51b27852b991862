/*
 * The expressions of others: ODK's own test cases, and what three of its
 * engines say.  What we answer otherwise stands in disagree.tsv with its
 * reason, and nothing else may.
 */
#include "base/file.h"
#include "base/json.h"
#include "base/number.h"
#include "form/expr_json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define DATA ANSINH_SRCDIR "/tests/data/expr/"

/* The record behind the three-way table. */
static const char record[] = "{\"empty\":\"\",\"multi\":\"c a b\","
    "\"d\":\"1940-02-29\",\"r\":[{\"a\":1,\"b\":\"x\"},"
    "{\"a\":\"\",\"b\":\"y\"},{\"a\":3,\"b\":\"z\"}]}";

static struct str
load(struct arena *a, const char *path)
{
	struct str s;
	struct error e;

	if (file_read(a, path, 1 << 20, &s, &e) != OK)
		fail_msg("%s: %s", path, e.what);
	return s;
}

/* The next line, taken off the text; false at the end. */
static bool
next_line(struct str *text, struct str *line)
{
	const char *end;

	if (text->n == 0)
		return false;
	end = memchr(text->p, '\n', text->n);
	line->p = text->p;
	line->n = end == NULL ? text->n : (size_t)(end - text->p);
	text->p += line->n + (end != NULL);
	text->n -= line->n + (end != NULL);
	return true;
}

static struct str
next_column(struct str *line)
{
	const char *end = memchr(line->p, '\t', line->n);
	struct str s = { line->p, line->n };

	if (end != NULL)
		s.n = (size_t)(end - line->p);
	line->p += s.n + (end != NULL);
	line->n -= s.n + (end != NULL);
	return s;
}

/* True if the expression stands in disagree.tsv for this table. */
static bool
is_listed(struct arena *a, const char *table, struct str expr)
{
	struct str text = load(a, DATA "disagree.tsv"), line, name, written;
	struct json *j;
	struct error e;

	while (next_line(&text, &line)) {
		name = next_column(&line);
		if (!str_is(name, table))
			continue;
		written = next_column(&line);
		if (json_parse(a, written, &j, &e) != OK)
			fail_msg("disagree.tsv: %s", e.what);
		if (!str_eq(j->string, expr))
			continue;
		assert_true(line.n > 10); /* a reason */
		return true;
	}
	return false;
}

struct answer {
	struct value value;
	bool fault; /* not compiled */
};

static struct answer
ask(struct arena *a, const struct json *json, struct str expr)
{
	struct answer answer = { .fault = true };
	struct expr_tree tree;
	struct error e;
	struct expr_env env = { .tree = &tree, .scratch = a,
		.now = "2026-01-15T08:00:00+07:00" };
	struct expr *x;

	date_parse_iso(STR("2026-01-15"), &env.today);
	assert_int_equal(expr_json_tree(a, json, &tree, &e), OK);
	x = expr_compile(a, expr, &tree, EXPR_ROOT, NULL, NULL);
	if (x == NULL)
		return answer;
	answer.fault = false;
	answer.value = expr_eval(x, &env, NULL);
	return answer;
}

static bool
same_number(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) && isnan(b);
	if (isinf(a) || isinf(b))
		return isinf(a) && isinf(b) && (a > 0) == (b > 0);
	return fabs(a - b) <= fabs(b) * 1e-15;
}

static bool
fits(struct arena *a, struct str as, struct value v, const struct json *out)
{
	double number;

	if (str_is(as, "string"))
		v = value_text(value_to_text(a, v));
	else if (str_is(as, "number"))
		v = value_number(value_to_number(v));
	else if (str_is(as, "boolean"))
		v = value_bool(value_to_bool(v));
	switch (out->type) {
	case JSON_BOOL:
		return v.type == VALUE_BOOL && value_truth(v) == out->boolean;
	case JSON_INT:
		return v.type == VALUE_NUMBER &&
		    same_number(v.number, (double)out->integer);
	case JSON_REAL:
		return v.type == VALUE_NUMBER &&
		    same_number(v.number, out->real);
	case JSON_STRING:
		if (v.type != VALUE_NUMBER)
			return str_eq(value_to_text(a, v), out->string);
		number = str_is(out->string, "Infinity") ? (double)INFINITY
		    : str_is(out->string, "-Infinity")
		    ? -(double)INFINITY
		    : (double)NAN;
		return same_number(v.number, number);
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	return false;
}

static void
test_literal(void **state)
{
	struct arena *a = arena_new();
	struct str text = load(a, DATA "expr-literal.jsonl"), line;
	unsigned wrong = 0, asked = 0;

	(void)state;
	for (; next_line(&text, &line); asked++) {
		struct json *j;
		struct error e;
		struct str expr;
		struct answer answer;
		bool agrees, listed;

		assert_int_equal(json_parse(a, line, &j, &e), OK);
		expr = json_get(j, "expr")->string;
		answer = ask(a, NULL, expr);
		agrees = !answer.fault &&
		    fits(a, json_get(j, "as")->string, answer.value,
			json_get(j, "out"));
		listed = is_listed(a, "expr-literal.jsonl", expr);
		if (agrees != listed)
			continue;
		wrong++;
		printf("# %.*s: %.*s%s\n", (int)line.n, line.p,
		    (int)value_to_text(a, answer.value).n,
		    value_to_text(a, answer.value).p,
		    listed   ? ", is listed, and agrees"
			: answer.fault ? ", does not compile"
				   : "");
	}
	assert_int_equal(asked, 485);
	assert_int_equal(wrong, 0);
	arena_free(a);
}

/*
 * What a cell of the table says about our answer.  "blank" there is NaN or
 * nothing, a fault is ERR, JavaRosa shows booleans as True.
 */
static bool
fits_cell(struct arena *a, struct answer answer, struct str cell)
{
	struct str ours;

	if (answer.fault)
		return str_starts(cell, "ERR");
	ours = value_to_text(a, answer.value);
	if (str_is(cell, "«blank»") || str_is(cell, "NaN"))
		return value_is_blank(answer.value) || str_eq(ours, cell);
	if (answer.value.type == VALUE_BOOL)
		return str_is(cell, value_truth(answer.value) ? "True" : "False") ||
		    str_is(cell, value_truth(answer.value) ? "true" : "false");
	if (answer.value.type == VALUE_NUMBER)
		return same_number(
		    answer.value.number, number_parse_double(cell));
	return str_eq(ours, cell);
}

/* Where the engines disagree, the rule of ours. */
static const struct {
	const char *expr, *ours;
} rules[] = {
	{ "round(-2.5)", "-3" },
	{ "sum(/data/r/a)", "4" },
	{ "max(/data/r/a)", "3" },
	{ "min(/data/r/a)", "1" },
	{ "indexed-repeat(/data/r/a, /data/r, 1)", "1" },
	{ "indexed-repeat(/data/r/a, /data/r, 3)", "3" },
	{ "indexed-repeat(/data/r/a, /data/r, 9)", "«blank»" },
	{ "/data/r[2]/b", "y" },
	{ "/data/r[position()=3]/b", "z" },
	{ "/data/r/b", "ERR" },
	{ "regex('x0123456789', '[0-9]{10}')", "false" },
	{ "date('2023-04-01')", "2023-04-01" },
	{ "date('2023-02-30')", "«blank»" },
	{ "date('2023-04-01') + 1", "19449" },
	{ "date(date('2023-04-01') + 1)", "2023-04-02" },
	{ "'2023-04-01' > '2023-03-31'", "true" },
	{ "/data/d < '2023-04-01'", "true" },
	{ "position(/data/r[2])", "2" },
	{ "string(12345678901)", "12345678901" },
	{ "once('x')", "x" },
};

static struct str
rule_of(struct str expr)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (str_is(expr, rules[i].expr))
			return str_of(rules[i].ours);
	return STR("");
}

static void
test_three_engines(void **state)
{
	struct arena *a = arena_new();
	struct str text = load(a, DATA "odk-engines-3way.tsv"), line;
	struct json *json;
	struct error e;
	unsigned wrong = 0, asked = 0, by_rule = 0;

	(void)state;
	assert_int_equal(json_parse(a, str_of(record), &json, &e), OK);
	assert_true(next_line(&text, &line)); /* heading */
	for (; next_line(&text, &line); asked++) {
		struct str expr = next_column(&line);
		struct str cell[3], agree;
		struct answer answer = ask(a, json, expr);
		bool fine = false, listed;

		for (size_t i = 0; i < 3; i++)
			cell[i] = next_column(&line);
		agree = next_column(&line);
		if (rule_of(expr).n > 0) {
			by_rule++;
			assert_true(str_is(agree, "NO"));
			fine = fits_cell(a, answer, rule_of(expr));
		} else {
			/* "yes" is said of engines that differ in how they
			 * show a blank; one of them shows NaN as it is */
			for (size_t i = 0; i < 3; i++)
				fine = fine || fits_cell(a, answer, cell[i]);
			assert_true(str_is(agree, "yes"));
		}
		listed = is_listed(a, "odk-engines-3way.tsv", expr);
		if (fine != listed)
			continue;
		wrong++;
		printf("# %.*s: %.*s%s\n", (int)expr.n, expr.p,
		    (int)value_to_text(a, answer.value).n,
		    value_to_text(a, answer.value).p,
		    answer.fault ? " (does not compile)" : "");
	}
	assert_int_equal(asked, 94);
	assert_int_equal(by_rule, ARRAY_LEN(rules));
	assert_int_equal(wrong, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_literal),
		cmocka_unit_test(test_three_engines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The expression engine: names and rows, our own functions, faults, limits.
 * The cases of others are in expr_vectors.c.
 */
#include "form/expr_json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char household[] =
    "{\"name\":\"Nguyễn Thị Đào\",\"birth\":\"1943-02\",\"area\":120.5,"
    "\"income\":[\"wage\",\"pension\"],\"address\":{\"hamlet\":\"Xóm 4\"},"
    "\"limit\":2,\"when\":\"2023-04-01\","
    "\"people\":["
    "{\"name\":\"An\",\"age\":40,\"alive\":\"yes\",\"birth\":\"1983-01-05\","
    "\"jobs\":[{\"kind\":\"farm\",\"pay\":100},{\"kind\":\"shop\","
    "\"pay\":50}]},"
    "{\"name\":\"Bình\",\"age\":12,\"alive\":\"yes\","
    "\"birth\":\"2011-07-30\"},"
    "{\"name\":\"Chi\",\"alive\":\"no\",\"birth\":\"1938-12-31\","
    "\"jobs\":[{\"kind\":\"shop\",\"pay\":7}]},"
    "{\"name\":\"Dũng\",\"age\":2,\"alive\":\"yes\"}]}";

static struct expr_fault faults[8];
static size_t n_faults;

static void
note_fault(void *ctx, const struct expr_fault *f)
{
	(void)ctx;
	if (n_faults < ARRAY_LEN(faults))
		faults[n_faults++] = *f;
}

struct world {
	struct arena *a;
	struct expr_tree tree;
	struct expr_env env;
};

static void
world_open(struct world *w)
{
	struct json *json;
	struct error e;

	w->a = arena_new();
	assert_int_equal(json_parse(w->a, str_of(household), &json, &e), OK);
	assert_int_equal(expr_json_tree(w->a, json, &w->tree, &e), OK);
	w->env = (struct expr_env){ .tree = &w->tree, .scratch = w->a,
		.now = "2023-04-01T09:30:15+07:00" };
	date_parse_iso(STR("2023-04-01"), &w->env.today);
}

static int
node_of(struct world *w, const char *a, const char *b)
{
	int n = w->tree.child(w->tree.ctx, EXPR_ROOT, str_of(a));

	return b == NULL ? n : w->tree.child(w->tree.ctx, n, str_of(b));
}

/* What an expression gives as text, at a place. */
static const char *
eval_at(struct world *w, const char *text, int self, const struct expr_at *at)
{
	struct expr *x;

	n_faults = 0;
	x = expr_compile(
	    w->a, str_of(text), &w->tree, self, note_fault, NULL);
	if (x == NULL) {
		assert_true(n_faults > 0);
		return "FAULT";
	}
	return arena_str(
	    w->a, value_to_text(w->a, expr_eval(x, &w->env, at)));
}

static void
check(struct world *w, const char *text, const char *expected)
{
	const char *got = eval_at(w, text, EXPR_ROOT, NULL);

	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s, not %s%s%s", text, got, expected,
		    n_faults > 0 ? ": " : "",
		    n_faults > 0 ? faults[0].what : "");
}

static void
check_fault(struct world *w, const char *text, size_t at, const char *part)
{
	assert_string_equal(eval_at(w, text, EXPR_ROOT, NULL), "FAULT");
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].at == at && strstr(faults[i].what, part) != NULL)
			return;
	fail_msg("%s: at %zu: %s", text, faults[0].at, faults[0].what);
}

static void
test_names(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "${name}", "Nguyễn Thị Đào");
	check(&w, "${ area } * 2", "241");
	check(&w, "/data/area + /anything/area", "241");
	check(&w, "${address.hamlet}", "Xóm 4");
	check(&w, "/data/address/hamlet", "Xóm 4");
	check(&w, "selected(${income}, 'pension')", "true");
	check(&w, "${nothing} = ''", "true");
	check(&w, "count(${nothing})", "0");
	check(&w, "count(/data/people/nothing)", "0");
	check(&w, "child::area", "120.5");
	check(&w, "string-length(${name})", "14");
	check(&w, "area[. > 5]", "120.5");
	check(&w, "area[. > 500]", "");
	arena_free(w.a);
}

static void
test_rows(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "count(${people})", "4");
	check(&w, "count(${people}[alive = 'yes'])", "3");
	check(&w, "count(${people}[${alive} = 'yes'])", "3");
	check(&w, "count(${people}[alive = 'yes'][age > 10])", "2");
	check(&w, "sum(${age})", "54");
	check(&w, "sum(${people}/age)", "54");
	check(&w, "sum(${people.age})", "54");
	check(&w, "sum(${people}[alive = 'no']/age)", "0");
	check(&w, "max(${people}/birth)", "2011-07-30");
	check(&w, "min(${people}/birth)", "1938-12-31");
	check(&w, "join('; ', ${people}/name)", "An; Bình; Chi; Dũng");
	check(&w, "count-non-empty(${age})", "3");
	check(&w, "${people}[2]/name", "Bình");
	check(&w, "${people}[${limit}]/name", "Bình");
	check(&w, "${people}[limit]/name", "");
	check(&w, "${people}[last()]/name", "Dũng");
	check(&w, "${people}[alive = 'yes'][last()]/name", "Dũng");
	check(&w, "${people}[alive = 'yes'][3]/name", "Dũng");
	check(&w, "${people}[position() = 3]/name", "Chi");
	check(&w, "${people}[2][alive = 'no']/name", "");
	check(&w, "${people}[9]/name", "");
	check(&w, "${people}[0]/name", "");
	check(&w, "${people}[1.5]/name", "");
	check(&w, "${people}[0 div 0]/name", "");
	check(&w, "position(${people}[alive = 'no'])", "3");
	check(&w, "indexed-repeat(${name}, ${people}, 2)", "FAULT");
	check(&w, "indexed-repeat(/data/people/name, ${people}, 2)", "Bình");
	check(&w, "indexed-repeat(/data/people/jobs/pay, ${people}, 1, "
	    "${jobs}, 2)", "50");
	check(&w, "sum(${pay})", "157");
	check(&w, "sum(${people}/jobs[kind = 'shop']/pay)", "57");
	check(&w, "count(${people}[count(jobs) > 1])", "1");
	check(&w, "count(${people}[count(jobs[kind = 'shop']) > 0])", "2");
	check(&w, "${people}[sum(jobs/pay) = 7]/name", "Chi");
	check(&w, "sum(${people}/age[. > 10])", "52");
	check(&w, "count(${jobs}[../name = 'An'])", "2");
	check(&w, "count(${people}[1]/jobs)", "2");
	check(&w, "/data/people[2]/../limit", "2");
	check(&w, "count(/data/people/parent::node())", "1");
	check(&w, "count(${people}/self::node())", "4");
	check(&w, "max(${people}/name)", "NaN");
	check(&w, "max(${when}, date(${birth}))", "2023-04-01");
	check(&w, "max(${when}, 3)", "19448");
	arena_free(w.a);
}

/* In a row: ${field} is this row's, ${repeat} is all rows. */
static void
test_inside_a_row(void **state)
{
	struct world w;
	struct expr_at second = { .depth = 1, .row = { 1 } };
	struct expr_at job = { .depth = 2, .row = { 0, 1 } };
	int age, pay;

	(void)state;
	world_open(&w);
	age = node_of(&w, "people", "age");
	assert_string_equal(eval_at(&w, "${name}", age, &second), "Bình");
	assert_string_equal(eval_at(&w, "../name", age, &second), "Bình");
	assert_string_equal(eval_at(&w, ".", age, &second), "12");
	assert_string_equal(eval_at(&w, ". > 5", age, &second), "true");
	assert_string_equal(eval_at(&w, "position(..)", age, &second), "2");
	assert_string_equal(eval_at(&w, "../../limit", age, &second), "2");
	assert_string_equal(eval_at(&w, "${limit}", age, &second), "2");
	assert_string_equal(eval_at(&w, "count(${people})", age, &second), "4");
	assert_string_equal(
	    eval_at(&w, "sum(${people}/age)", age, &second), "54");
	assert_string_equal(eval_at(&w, "sum(${age})", age, &second), "12");
	/* those older than this one: current() and ${} are this row */
	assert_string_equal(
	    eval_at(&w, "count(${people}[age > current()])", age, &second),
	    "1");
	assert_string_equal(
	    eval_at(&w, "count(${people}[age > ${age}])", age, &second), "1");
	assert_string_equal(
	    eval_at(&w, "${people}[age > current()/../age]/name", age,
		&second), "An");
	assert_string_equal(
	    eval_at(&w, "${people}[position(current()/..) - 1]/name", age,
		&second), "An");
	assert_string_equal(eval_at(&w, "once(99)", age, &second), "12");
	pay = w.tree.child(
	    w.tree.ctx, node_of(&w, "people", "jobs"), STR("pay"));
	assert_string_equal(eval_at(&w, "${kind}", pay, &job), "shop");
	assert_string_equal(eval_at(&w, "${alive}", pay, &job), "yes");
	assert_string_equal(eval_at(&w, "../../name", pay, &job), "An");
	assert_string_equal(eval_at(&w, "sum(${jobs}/pay)", pay, &job), "150");
	assert_string_equal(eval_at(&w, "position(..)", pay, &job), "2");
	assert_string_equal(eval_at(&w, "position(../..)", pay, &job), "1");
	arena_free(w.a);
}

static void
test_dates(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "today()", "2023-04-01");
	check(&w, "date(now())", "2023-04-01");
	check(&w, "${when} + 1", "19449");
	check(&w, "date(${when} + 30)", "2023-05-01");
	check(&w, "date('2023-02-30')", "");
	check(&w, "age('1943-04-01', '2023-04-01')", "80");
	check(&w, "age('1943-04-02', '2023-04-01')", "79");
	/* L35: the birthday itself, where days div 365.25 says 77 */
	check(&w, "age('1945-02-28', '2023-02-28')", "78");
	check(&w, "age('1944-02-29', '2023-02-28')", "79");
	check(&w, "age(${birth}, today())", "80");
	check(&w, "age(${birth})", "80");
	check(&w, "age('1943', '2023-01-01')", "80");
	check(&w, "age(${nothing}, today())", "");
	check(&w, "age(today(), ${nothing})", "");
	check(&w, "age('2024-01-01', today())", "");
	check(&w, "add-months('2023-01-31', 1)", "2023-02-28");
	check(&w, "add-months('2023-11', 3)", "2024-02");
	check(&w, "add-months(${nothing}, 3)", "");
	check(&w, "months-between('2023-01-31', '2023-04-30')", "3");
	check(&w, "months-between('2023-04-30', '2023-01-31')", "-3");
	check(&w, "months-between(${nothing}, today())", "");
	check(&w, "${when} = '2023-04-01'", "true");
	check(&w, "'2023-04-01' <= ${when}", "true");
	check(&w, "${birth} < ${when}", "true");
	check(&w, "'1938' < '1938-03-05'", "true");
	check(&w, "'08:30' < '10:00'", "true");
	check(&w, "'08:30' < '2023-01-01'", "false");
	check(&w, "now() > '2023-04-01T09:30:14+07:00'", "true");
	check(&w, "'9' < '10'", "true");
	check(&w, "decimal-time('06:00')", "0.25");
	check(&w, "decimal-date-time('1970-01-02T12:00:00.000+07:00')", "1.5");
	check(&w, "format-date('2023-04-01', '%d/%m/%Y, %e-%n-%y')",
	    "01/04/2023, 1-4-23");
	check(&w, "format-date('1938-03', '%d/%m/%Y')", "03/1938");
	check(&w, "format-date('1938', '%d/%m/%Y')", "1938");
	check(&w, "format-date('1938-03-05', '%a %b')", "Sat Mar");
	check(&w, "format-date-time(now(), '%H:%M:%S.%3 %h')",
	    "09:30:15.000 9");
	check(&w, "date(1e3)", "FAULT");
	check(&w, "date(99999999999)", "");
	arena_free(w.a);
}

static void
test_own_functions(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "is-valid-cccd('030143000123')", "true");
	check(&w, "is-valid-cccd('03014300012')", "false");
	check(&w, "is-valid-cccd('03014300012x')", "false");
	check(&w, "is-valid-cccd(${nothing})", "false");
	check(&w, "is-valid-cccd('030143000123', 'female')", "true");
	check(&w, "is-valid-cccd('030143000123', 'male')", "false");
	check(&w, "is-valid-cccd('030143000123', '', '1943-02')", "true");
	check(&w, "is-valid-cccd('030143000123', 'female', '1944')", "false");
	check(&w, "is-valid-cccd('030343000123', 'female', '2043')", "true");
	check(&w, "unaccent(${name})", "Nguyen Thi Dao");
	check(&w, "unaccent('')", "");
	check(&w, "coalesce(${nothing}, ${limit}, 9)", "2");
	check(&w, "regex('0987654321', '0[35789]\\d{8}')", "true");
	check(&w, "regex('09876543210', '0[35789]\\d{8}')", "false");
	check(&w, "regex('Đào', '\\w+')", "false");
	check(&w, "regex('Đào', '[^0-9]{3}')", "true");
	check(&w, "regex('ab', '(a|b|cd)*')", "true");
	check(&w, "regex('abcd', '^(a|b|cd)*$')", "true");
	check(&w, "regex('', 'a?')", "true");
	check(&w, "regex('aXb', 'a.b')", "true");
	check(&w, "regex('a]b', 'a[]x]b')", "true");
	check(&w, "regex('aaa', 'a{2}')", "false");
	check(&w, "regex('aaaa', 'a{2,3}')", "false");
	check(&w, "regex('aaaa', '(aa){2,}')", "true");
	check(&w, "regex('aaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '(a*)*(a*)*c')",
	    "false");
	check(&w, "string-length(uuid())", "36");
	check(&w, "string-length(uuid(8))", "8");
	check(&w, "random() < 1 and random() >= 0", "true");
	check(&w, "join(' ', randomize(${people}/name, 42)) = "
	    "join(' ', randomize(${people}/name, 42))", "true");
	check(&w, "count(randomize(${people}/name))", "4");
	check(&w, "translate('Đào', 'àĐ', 'a')", "ao");
	check(&w, "base64-decode('xJDDoG8=')", "Đào");
	check(&w, "lookup('communes', '11149', 'name')", "");
	arena_free(w.a);
}

static void
check_pattern(struct world *w, const char *pattern, const char *text,
    bool matches)
{
	check(w, arena_printf(w->a, "regex('%s', '%s')", text, pattern),
	    matches ? "true" : "false");
	/* and the same where it is no constant */
	check(w, arena_printf(w->a, "regex('%s', concat('%s', ${nothing}))",
	    text, pattern), matches ? "true" : "false");
}

static void
test_patterns(void **state)
{
	static const char *const wrong[] = { "a{,2}", "a{2", "a{300}",
		"a{3,2}", "[z-a]", "[a", "[", "(a", "a)", "\\q", "\\",
		"a**", "|*", "(?<=a)b", "((a{255}){255}){255}" };
	struct world w;
	char deep[100];

	(void)state;
	world_open(&w);
	check_pattern(&w, "\\D\\W\\S", "a-Đ", true);
	check_pattern(&w, "\\D", "7", false);
	check_pattern(&w, "\\W", "_", false);
	check_pattern(&w, "\\S", " ", false);
	check_pattern(&w, "\\s", "	", true);
	check_pattern(&w, "[\\d\\-x]+", "1-x", true);
	check_pattern(&w, "[^\\s]+", "a b", false);
	check_pattern(&w, "[\\W]+", "-+", true);
	check_pattern(&w, "[a-]+", "a-", true);
	check_pattern(&w, "(?:ab)+", "abab", true);
	check_pattern(&w, "(?:ab)+?", "aba", false);
	check_pattern(&w, "a|b|", "", true);
	check_pattern(&w, "a|bc|d{2}", "dd", true);
	check_pattern(&w, "a|bc|d{2}", "abc", false);
	check_pattern(&w, "\\.\\t?", ".", true);
	check_pattern(&w, "\\.", "x", false);
	check_pattern(&w, "(a|b){2,3}c{0}d{1,}", "abadd", true);
	check_pattern(&w, "(a|b){2,3}", "abab", false);
	check_pattern(&w, "a^b", "ab", false);
	check_pattern(&w, "[à-ỹ]+", "ềở", true);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		const char *text = arena_printf(
		    w.a, "regex('a', '%s')", wrong[i]);

		check_fault(&w, text, 11, "wrong pattern");
		/* found too late to be a fault: it matches nothing */
		check(&w, arena_printf(w.a,
		    "regex('a', concat('%s', ${nothing}))", wrong[i]),
		    "false");
	}
	memset(deep, '(', 40);
	memset(deep + 40, ')', 40);
	deep[80] = '\0';
	check_fault(&w, arena_printf(w.a, "regex('', '%s')", deep), 10, "deep");
	arena_free(w.a);
}

static void
test_numbers(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "round(1 div 0)", "Infinity");
	check(&w, "round(5, 'x')", "NaN");
	check(&w, "round(1.5, 400)", "1.5");
	check(&w, "round(1.5, -400)", "0");
	check(&w, "round(-2.345, 2)", "-2.35");
	check(&w, "round(1.005, 2)", "1.01");
	check(&w, "round(123456789012345, -3)", "123456789012000");
	check(&w, "round(-0.4)", "0");
	check(&w, "number()", "NaN");
	check(&w, "checklist(1, -1, ${limit} > 1, ${limit} > 2)", "true");
	check(&w, "checklist(-1, 0, ${limit} > 1, ${limit} > 2)", "false");
	check(&w, "weighted-checklist(5, 6, ${limit} = 2, 5, 1 = 2, 9)",
	    "true");
	check(&w, "weighted-checklist(5, 6, ${limit} = 2, 7)", "false");
	check(&w, "substr('abc', 'x')", "");
	check(&w, "substr('Đào', -2)", "ào");
	check(&w, "substr('Đào', 2, 1)", "");
	check(&w, "selected-at('a b', 1)", "b");
	check(&w, "selected-at('a b', 0.5)", "a");
	check(&w, "selected-at('a b', -1)", "");
	check(&w, "count-selected('  a  b ')", "2");
	arena_free(w.a);
}

/* Sums as hashlib gives them, also where the padding needs another block. */
static void
test_digest(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "digest('Đào', 'MD5', 'hex')",
	    "9cd6eac869881d45ff1b2a1af0821904");
	check(&w, "digest('Đào', 'SHA-1', 'hex')",
	    "7067afb9d6bf051f230b6c5257d696137ec90fab");
	check(&w, "digest('Đào', 'SHA-256', 'hex')",
	    "00cce5b6930621c8a6aa5ba74fdba50cb96bd59b194580489238b672"
	    "be659039");
	check(&w, "digest('Đào', 'SHA-384', 'hex')",
	    "5fe74dd9c42c9764ed68cadfbb65ec46883dd3a3c33839917bb741f0"
	    "cdc0cbd86249d83717d23a3b4ca03fd623c1f324");
	check(&w, "digest('Đào', 'SHA-512', 'hex')",
	    "1492f9377ae025bbf034494b84b00aa873869c9cf163e5807474f9d5"
	    "dad85b3989a4eae6f23b75a0c5c12a1f1d081b48628af1d89f2e9cfb"
	    "5565a44d3e879afc");
	check(&w, "digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg==");
	check(&w, "digest('abc', 'CRC')", "");
	check(&w, "digest('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxx', 'SHA-256', 'hex')",
	    "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fa"
	    "c77e4072");
	check(&w, "digest('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxx', 'SHA-256', 'hex')",
	    "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a37"
	    "7c16888e");
	check(&w, "digest('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'"
	    ", 'SHA-384', 'hex')",
	    "dfec6588f894c2b089119e1884a23941e5aa69ed38702839cf7352ac"
	    "6d155d315693bb5d26b7468d8b69ecf4631ef419");
	check(&w, "digest('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "', 'SHA-384', 'hex')",
	    "d8489693bc428374931aedf508740398d9d4a92887116fecb2fcdd91"
	    "c68b9db329fc4a474e05e78c3eb34e649a6b5c77");
	check(&w, "digest('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	    "xxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'MD5', 'hex')",
	    "30a83621ce5422fbdfdd539777458c78");
	arena_free(w.a);
}

/* Blank is blank, L21. */
static void
test_blank(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w, "${nothing} > 5 or ${nothing} <= 5", "false");
	check(&w, "${nothing} < ''", "false");
	check(&w, "not(5 < ${nothing})", "true");
	assert_int_equal(n_faults, 0); /* a blank that is no path */
	check(&w, "not(5 < ${limit})", "true");
	assert_int_equal(n_faults, 1);
	assert_true(faults[0].warning);
	check(&w, "sum(${people}/age) + ${nothing}", "NaN");
	check(&w, "selected('', '')", "false");
	check(&w, "boolean(${nothing})", "false");
	check(&w, "concat(${nothing}, 'x')", "x");
	arena_free(w.a);
}

static void
test_faults(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check_fault(&w, "", 0, "missing at the end");
	check_fault(&w, "1 +", 3, "missing at the end");
	check_fault(&w, "1 2", 2, "\"2\" does not fit");
	check_fault(&w, "(1", 2, "\")\" is missing");
	check_fault(&w, "'abc", 0, "quote");
	check_fault(&w, "1 + #", 4, "character");
	check_fault(&w, "${a", 0, "without }");
	check_fault(&w, "${a b}", 0, "one name");
	check_fault(&w, "//x", 0, "name the field");
	check_fault(&w, "${area} | ${limit}", 8, "cannot be joined");
	check_fault(&w, "ancestor::x", 0, "axes");
	check_fault(&w, "1 + selcted(${income}, 'a')", 4,
	    "did you mean \"selected\"?");
	check_fault(&w, "frobnicate(1)", 0, "no function \"frobnicate\"");
	check_fault(&w, "round()", 0, "at least 1");
	check_fault(&w, "pi(1)", 0, "at most 0");
	check_fault(&w, "contains('a')", 0, "takes 2");
	check_fault(&w, "${people}", 0, "a repeat has no value");
	check_fault(&w, "1 + /data/people/age", 4, "a value of each row");
	check_fault(&w, "${address}", 0, "a group has no value");
	check_fault(&w, "round(randomize(${people}/age))", 6, "several");
	check_fault(&w, "join(randomize(${people}/age), 1)", 5, "several");
	check_fault(&w, "join(${people}/age, 1)", 5, "of each row");
	check_fault(&w, "randomize(${people}/age, ${people}/age)", 25,
	    "of each row");
	check_fault(&w, "count(randomize(1, randomize(1)))", 19, "several");
	check_fault(&w, "${limit}[2]/x", 12, "write ${x}");
	check_fault(&w, "..", 0, "out of the record");
	check_fault(&w, "regex('a', '(')", 11, "wrong pattern");
	check_fault(&w, "regex('a', 'a**')", 11, "wrong pattern");
	check_fault(&w, "regex('a', '(?=a)')", 11, "ahead");
	check_fault(&w, "jr:choice-name('a', 'b c')", 23, "does not fit");
	check_fault(&w, "jr:choice-name('a', 1)", 0, "as its last argument");
	/* more than one at a time */
	check_fault(&w, "foo(1) + bar(2)", 0, "foo");
	assert_int_equal(n_faults, 2);
	/* a warning is not a fault */
	check(&w, "'aligator' >= 'possum'", "false");
	assert_int_equal(n_faults, 1);
	assert_true(faults[0].warning);
	assert_int_equal(faults[0].at, 11);
	arena_free(w.a);
}

static void
test_limits(void **state)
{
	struct world w;
	char text[40000];
	size_t n = 0;

	(void)state;
	world_open(&w);
	memset(text, ' ', sizeof text);
	text[16385] = '\0';
	check_fault(&w, text, 0, "longer than");
	for (n = 0; n < 63; n++)
		text[n] = '(';
	text[n++] = '1';
	for (size_t i = 0; i < 63; i++)
		text[n++] = ')';
	text[n] = '\0';
	check(&w, text, "1");
	memset(text, '(', 100);
	text[100] = '\0';
	check_fault(&w, text, 65, "nested");
	memset(text, '-', 100);
	check_fault(&w, text, 65, "nested");
	/* a long chain of + is deep */
	for (n = 0; n < 16000; n += 8)
		memcpy(text + n, "${area}+", 8);
	text[n - 1] = '\0';
	check_fault(&w, text, 2047, "nested");
	assert_string_equal(eval_at(&w, "${\xff}", EXPR_ROOT, NULL), "FAULT");
	arena_free(w.a);
}

/* Filters in filters end, and quickly. */
static void
test_steps(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	check(&w,
	    "count(${people}[count(/d/people[count(/d/people[count(/d/people["
	    "count(/d/people[count(/d/people[count(/d/people[sum(/d/people/"
	    "jobs/pay) > 5]) > 0]) > 0]) > 0]) > 0]) > 0]) > 0])",
	    "4");
	arena_free(w.a);
}

/* What would take too long is blank, not a part of the result. */
static void
test_too_many_steps(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	struct world w = { .a = a };
	struct json *json;

	(void)state;
	buf_adds(&b, "{\"r\":[{\"a\":1}");
	for (int i = 1; i < 300; i++)
		buf_adds(&b, ",{\"a\":1}");
	buf_adds(&b, "]}");
	assert_int_equal(json_parse(a, buf_str(&b), &json, NULL), OK);
	assert_int_equal(expr_json_tree(a, json, &w.tree, NULL), OK);
	w.env = (struct expr_env){ .tree = &w.tree, .scratch = a };
	check(&w, "count(/d/r[sum(/d/r/a) = 300])", "300");
	check(&w, "1 + count(/d/r[count(/d/r[sum(/d/r/a) = 300]) = 300])", "");
	buf_release(&b);
	arena_free(a);
}

struct dependencies {
	size_t n;
	int node[16];
};

static void
note_dependency(void *ctx, int node)
{
	struct dependencies *d = ctx;

	d->node[d->n++] = node;
}

static struct dependencies
dependencies(struct world *w, const char *text, int self)
{
	struct dependencies d = { 0, { 0 } };
	struct expr *x = expr_compile(
	    w->a, str_of(text), &w->tree, self, note_fault, NULL);

	assert_non_null(x);
	assert_true(str_is(expr_text(x), text));
	expr_each_dependency(x, note_dependency, &d);
	return d;
}

static void
test_dependencies(void **state)
{
	struct world w;
	struct dependencies d;
	int people, age;

	(void)state;
	world_open(&w);
	people = node_of(&w, "people", NULL);
	age = node_of(&w, "people", "age");
	d = dependencies(&w, "sum(${people}/age) + sum(${people}/age)", 0);
	assert_int_equal(d.n, 2);
	assert_int_equal(d.node[0], people);
	assert_int_equal(d.node[1], age);
	d = dependencies(&w, "${age} + 1", age);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.node[0], age);
	d = dependencies(&w, "age('1940', today())", 0);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.node[0], -1);
	d = dependencies(&w, "age('1940')", 0);
	assert_int_equal(d.n, 1);
	d = dependencies(&w, "age('1940', '2000-01-01')", 0);
	assert_int_equal(d.n, 0);
	d = dependencies(&w, "once(1)", age);
	assert_int_equal(d.n, 0);
	d = dependencies(&w, "string()", age);
	assert_int_equal(d.n, 1);
	arena_free(w.a);
}

static void
note_list(void *ctx, struct str list, size_t at)
{
	char *out = ctx;

	snprintf(out + strlen(out), 32, "%.*s@%zu ", (int)list.n, list.p, at);
}

static void
test_lists(void **state)
{
	struct world w;
	struct expr *x;
	char lists[64] = "";

	(void)state;
	world_open(&w);
	x = expr_compile(w.a,
	    STR("lookup('a', 1, 'c') + instance('b')/root/item[name = 2]/c"),
	    &w.tree, EXPR_ROOT, note_fault, NULL);
	assert_non_null(x);
	expr_each_list(x, note_list, lists);
	assert_string_equal(lists, "a@7 b@31 ");
	check_fault(&w, "lookup(${name}, 1, 'c')", 0, "in quotes");
	check_fault(&w, "instance('b')/root/item/c", 0, "known only as");
	arena_free(w.a);
}

/* What only a form has: links, labels, columns of choices. */

static enum expr_kind
link_kind(void *ctx, int node)
{
	(void)ctx;
	return node == 1 ? EXPR_NODE_LINK : EXPR_NODE_FIELD;
}

static int
link_find(void *ctx, int from, struct str name)
{
	(void)ctx;
	(void)from;
	return str_is(name, "person") ? 1 : str_is(name, "sex") ? 2 : -1;
}

static int
link_parent(void *ctx, int node)
{
	(void)ctx;
	(void)node;
	return EXPR_ROOT;
}

static int
link_child(void *ctx, int parent, struct str name)
{
	return parent == EXPR_ROOT ? link_find(ctx, 0, name) : -1;
}

static void
link_each_name(
    void *ctx, void (*say)(void *to, struct str name), void *to)
{
	(void)ctx;
	say(to, STR("person"));
	say(to, STR("sex"));
}

static bool
link_has(void *ctx, int link, struct str field)
{
	(void)ctx;
	return link == 1 && str_is(field, "birth");
}

static int
link_column(void *ctx, struct str name)
{
	(void)ctx;
	return str_is(name, "district") ? 7 : -1;
}

static struct value
link_value(void *ctx, int node, const struct expr_at *at)
{
	(void)ctx;
	(void)at;
	return value_text(node == 1 ? STR("abc") : STR("f"));
}

static struct value
link_linked(void *ctx, struct arena *scratch, int link, struct value id,
    struct str field)
{
	struct date d;

	(void)ctx;
	(void)scratch;
	assert_int_equal(link, 1);
	assert_true(str_is(value_str(id), "abc"));
	assert_true(str_is(field, "birth"));
	date_parse_iso(STR("1943"), &d);
	return value_date(d);
}

static struct value
link_label(void *ctx, int node, struct value code)
{
	(void)ctx;
	assert_int_equal(node, 2);
	return value_text(str_is(value_str(code), "f") ? STR("Nữ") : STR("Nam"));
}

static struct value
link_lookup(
    void *ctx, struct str list, struct value key, struct str column)
{
	(void)ctx;
	assert_true(str_is(list, "communes"));
	assert_true(str_is(value_str(key), "f"));
	return value_text(column);
}

static struct value
link_candidate(void *ctx, int column)
{
	(void)ctx;
	return value_number(column);
}

static void
test_form_only(void **state)
{
	struct world w = {
		.tree = { .child = link_child, .find = link_find,
		    .parent = link_parent, .kind = link_kind,
		    .each_name = link_each_name, .linked_has = link_has,
		    .column = link_column, .value = link_value,
		    .linked = link_linked, .choice_label = link_label,
		    .lookup = link_lookup },
	};

	(void)state;
	w.a = arena_new();
	w.env = (struct expr_env){ .tree = &w.tree, .scratch = w.a,
		.candidate = link_candidate };
	check(&w, "${person}", "abc");
	check(&w, "age(${person.birth}, '2023-04-01')", "80");
	check_fault(&w, "${person.brith}", 0, "has no field \"brith\"");
	check_fault(&w, "${sex.birth}", 0, "not a link");
	check_fault(&w, "1 + ${persn}", 4, "did you mean \"person\"?");
	check(&w, "jr:choice-name(${sex}, '${sex}')", "Nữ");
	check(&w, "jr:choice-name('m', '/data/sex')", "Nam");
	check_fault(&w, "jr:choice-name('m', '${sexx}')", 21, "sexx");
	assert_string_equal(
	    eval_at(&w, "district = 7 and ${sex} = 'f'", 2, NULL), "true");
	check(&w, "lookup('communes', ${sex}, 'district')", "district");
	check(&w, "instance('communes')/root/item[name = ${sex}]/label",
	    "label");
	/* the value being checked */
	assert_string_equal(eval_at(&w, ". = 'f'", 2, NULL), "true");
	w.env.has_self = true;
	w.env.self = value_text(STR("x"));
	assert_string_equal(eval_at(&w, ". = 'x'", 2, NULL), "true");
	assert_string_equal(eval_at(&w, "${sex} = 'x'", 2, NULL), "true");
	assert_string_equal(eval_at(&w, "sex", 2, NULL), "FAULT");
	arena_free(w.a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_inside_a_row),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_own_functions),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_too_many_steps),
		cmocka_unit_test(test_dependencies),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_form_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

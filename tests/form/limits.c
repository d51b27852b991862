/*
 * Every limit of the form engine and of the readers below it that a file, a
 * form or an answer from outside can reach: what is just within is taken, what
 * is one over is refused, with the sentence and at the place that is due.
 * That is the planted fault, too: a limit that is not kept, or is one off, has
 * no such edge.
 *
 * Some have their edge elsewhere: YAML's in tests/base/yaml.c, JSON's depths in
 * tests/base/json.c and cjson.c, numbers' in number.c, marks' in text.c, the
 * width of a short title in the form faults.yaml, EXPR_STEPS_MAX (work, of which
 * the unit is nobody's but ours) from both sides in expr.c.
 */
#include "form_test.h"

#include "base/text.h"
#include "form/expr_impl.h"
#include "form/expr_json.h"
#include "form/fill_impl.h"
#include "form/form_impl.h"

#include <stdlib.h>
#include <unistd.h>

typedef void (*make_fn)(struct buf *out, size_t n);

static void
put_times(struct buf *out, const char *part, size_t n)
{
	while (n-- > 0)
		buf_adds(out, part);
}

/* Expressions, of a record that has a field `a` and rows `r`. */

struct said {
	size_t n, at;
	char what[256];
};

static void
note_fault(void *ctx, const struct expr_fault *f)
{
	struct said *s = ctx;

	if (s->n++ > 0)
		return;
	s->at = f->at;
	snprintf(s->what, sizeof s->what, "%s", f->what);
}

static void
make_long(struct buf *out, size_t n)
{
	buf_adds(out, "1");
	put_times(out, " ", n - 1);
}

static void
make_brackets(struct buf *out, size_t n)
{
	put_times(out, "(", n);
	buf_adds(out, "1");
	put_times(out, ")", n);
}

static void
make_minus(struct buf *out, size_t n)
{
	put_times(out, "-", n);
	buf_adds(out, "1");
}

static void
make_chain(struct buf *out, size_t n)
{
	put_times(out, "${a}+", n - 1);
	buf_adds(out, "1");
}

static void
make_parts(struct buf *out, size_t n)
{
	buf_adds(out, "concat(1");
	put_times(out, ",1", n - 2); /* concat itself is one */
	buf_adds(out, ")");
}

static void
make_filters(struct buf *out, size_t n)
{
	for (size_t i = 1; i < n; i++) /* the record itself is one */
		buf_adds(out, "count(/d/r[");
	buf_adds(out, "1");
	put_times(out, "])", n - 1);
}

static void
make_states(struct buf *out, size_t n)
{
	buf_adds(out, "regex('', '");
	put_times(out, "a", n - 2); /* the way in and the match are two */
	buf_adds(out, "')");
}

static void
make_repeats(struct buf *out, size_t n)
{
	buf_printf(out, "regex('', 'a{%zu}')", n);
}

static void
make_groups(struct buf *out, size_t n)
{
	buf_adds(out, "regex('', '");
	put_times(out, "(", n);
	put_times(out, ")", n);
	buf_adds(out, "')");
}

static void
check_expression(const struct expr_tree *tree, struct arena *a, make_fn make,
    size_t n, size_t at, const char *what)
{
	for (size_t over = 0; over < 2; over++) {
		struct said s = { 0, 0, "" };
		struct buf b = BUF_INIT;
		struct expr *x;

		make(&b, n + over);
		x = expr_compile(
		    a, buf_str(&b), tree, EXPR_ROOT, note_fault, &s);
		if (over == 0 && (x == NULL || s.n > 0))
			fail_msg("%zu: at %zu: %s", n, s.at, s.what);
		if (over == 1 && (x != NULL || s.at != at ||
		    strstr(s.what, what) == NULL))
			fail_msg("one more than %zu: at %zu: %s", n, s.at,
			    x == NULL ? s.what : "taken");
		buf_release(&b);
	}
}

static void
test_expressions(void **state)
{
	struct arena *a = arena_new();
	struct expr_tree tree;
	struct json *json;
	struct error e;

	(void)state;
	assert_int_equal(json_parse(a, STR("{\"a\":1,\"r\":[{\"b\":1}]}"),
			     &json, &e), OK);
	assert_int_equal(expr_json_tree(a, json, &tree, &e), OK);
	check_expression(&tree, a, make_long, EXPR_TEXT_MAX, 0,
	    "longer than 16384 bytes");
	check_expression(&tree, a, make_brackets, EXPR_NEST_MAX,
	    EXPR_NEST_MAX + 1, "nested more than 64 deep");
	check_expression(&tree, a, make_minus, EXPR_NEST_MAX,
	    EXPR_NEST_MAX + 1, "nested more than 64 deep");
	check_expression(&tree, a, make_chain, EXPR_HEIGHT_MAX,
	    EXPR_HEIGHT_MAX * strlen("${a}+") - 1,
	    "nested more than 256 deep");
	check_expression(&tree, a, make_parts, EXPR_NODES_MAX,
	    strlen("concat(") + (EXPR_NODES_MAX - 1) * strlen("1,"),
	    "longer than 4096 parts");
	check_expression(&tree, a, make_filters, EXPR_FRAMES_MAX,
	    EXPR_FRAMES_MAX * strlen("count(/d/r[") - 1,
	    "nested more than 8 deep");
	check_expression(&tree, a, make_states, 2000, strlen("regex('', "),
	    "it is too long");
	check_expression(&tree, a, make_repeats, 255, strlen("regex('', "),
	    "it is too long");
	check_expression(&tree, a, make_groups, 32, strlen("regex('', "),
	    "it is nested too deep");
	arena_free(a);
}

/* A tree that has no end, as neither a form nor a record can be. */
static int
endless_child(void *ctx, int parent, struct str name)
{
	(void)ctx;
	(void)name;
	return parent + 1;
}

static int
endless_parent(void *ctx, int node)
{
	(void)ctx;
	return node - 1;
}

static enum expr_kind
endless_kind(void *ctx, int node)
{
	(void)ctx;
	return node == EXPR_ROOT ? EXPR_NODE_GROUP : EXPR_NODE_REPEAT;
}

static void
make_path(struct buf *out, size_t n)
{
	buf_adds(out, "count(/d");
	put_times(out, "/r", n);
	buf_adds(out, ")");
}

static void
test_rows_in_rows(void **state)
{
	struct expr_tree tree = { .child = endless_child,
		.parent = endless_parent, .kind = endless_kind };
	struct arena *a = arena_new();

	(void)state;
	check_expression(&tree, a, make_path, EXPR_DEPTH_MAX,
	    strlen("count(/d/r/r/r/r/"), "nested more than 4 deep");
	arena_free(a);
}

static void
make_names(struct buf *out, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++) /* the record itself is one */
		buf_printf(out, "%s\"n%zu\":1", i == 0 ? "{" : ",", i);
	buf_adds(out, "}");
}

static void
make_row_names(struct buf *out, size_t n)
{
	put_times(out, "{\"r\":[", n);
	buf_adds(out, "{\"a\":1}");
	put_times(out, "]}", n);
}

static void
check_record(make_fn make, size_t n)
{
	struct arena *a = arena_new();

	for (size_t over = 0; over < 2; over++) {
		struct buf b = BUF_INIT;
		struct expr_tree tree;
		struct json *json;
		struct error e = { 0 };

		make(&b, n + over);
		assert_int_equal(json_parse(a, buf_str(&b), &json, &e), OK);
		assert_int_equal(expr_json_tree(a, json, &tree, &e),
		    over == 0 ? OK : ERR_LIMIT);
		if (over == 1)
			assert_non_null(strstr(e.what, "too many"));
		buf_release(&b);
	}
	arena_free(a);
}

static void
test_records(void **state)
{
	(void)state;
	check_record(make_names, 4096);
	check_record(make_row_names, EXPR_DEPTH_MAX);
}

/* Forms */

#define HEAD "form: f\nversion: 2026-01-01\ntitle: F\n"

static void
make_fields(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n- page: p\n  fields:\n");
	for (size_t i = 1; i < n; i++) /* the page is one */
		buf_printf(out, "  - {name: n%zu, type: text}\n", i);
}

static void
make_pages(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n");
	for (size_t i = 0; i < n / 2; i++)
		buf_printf(out, "- {page: p%zu, fields: [{name: n%zu, "
		    "type: text}]}\n", i, i);
	if (n % 2 == 1) /* without a field it has a fault, if it is seen */
		buf_adds(out, "- page: last\n");
}

static void
make_checks(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n- page: p\n  fields:\n"
	    "  - {name: a, type: integer, constraint: '. > 0', "
	    "constraint_message: m, soft: '. < 9', soft_message: m, checks: [");
	put_times(out, "{test: '. > 1', message: m}, ", n);
	buf_adds(out, "]}\n");
}

static void
make_nested(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n- page: p\n  fields: [");
	for (size_t i = 1; i <= n; i++)
		buf_printf(out, "{name: r%zu, type: repeat, fields: [", i);
	buf_adds(out, "{name: a, type: text}");
	put_times(out, "]}", n);
	buf_adds(out, "]\n");
}

static void
make_name(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n- page: p\n  fields:\n  - {name: ");
	put_times(out, "a", n);
	buf_adds(out, ", type: text}\n");
}

struct lint {
	size_t n;
	int line, col;
	char what[ERROR_WHAT_MAX];
};

static void
note_lint(void *ctx, const struct form_fault *f)
{
	struct lint *l = ctx;

	if (l->n++ > 0)
		return;
	l->line = f->line;
	l->col = f->col;
	snprintf(l->what, sizeof l->what, "%s", f->what);
}

static void
lint(make_fn make, size_t n, struct lint *out)
{
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	struct buf b = BUF_INIT;
	size_t warnings;

	memset(out, 0, sizeof *out);
	make(&b, n);
	buf_cstr(&b);
	form_lint_text(a, set, "f.yaml", buf_str(&b), note_lint, out,
	    &warnings);
	buf_release(&b);
	arena_free(a);
}

static void
check_form(make_fn make, size_t n, int line, int col, const char *what)
{
	struct lint l;

	lint(make, n, &l);
	if (l.n > 0)
		fail_msg("%zu: %d:%d: %s", n, l.line, l.col, l.what);
	lint(make, n + 1, &l);
	if (l.n != 1 || l.line != line || l.col != col ||
	    strstr(l.what, what) == NULL)
		fail_msg("one more than %zu: %zu faults, %d:%d: %s", n, l.n,
		    l.line, l.col, l.what);
}

static void
test_forms(void **state)
{
	(void)state;
	check_form(make_fields, FORM_NODES_MAX, 6 + FORM_NODES_MAX, 5,
	    "more than 2000 fields, groups and pages");
	check_form(make_pages, FORM_NODES_MAX, 5 + FORM_NODES_MAX / 2, 3,
	    "more than 2000 fields, groups and pages");
	/* one is kept for constraint, one for soft */
	check_form(make_checks, FORM_CHECKS_MAX - 2, 7, 114,
	    "a list of at most 14");
	check_form(make_nested, EXPR_DEPTH_MAX, 6, 148,
	    "repeats nested deeper than 4");
	check_form(make_name, 40, 7, 12, "at most 40");
}

static void
make_long_name(struct buf *out, size_t n)
{
	buf_adds(out, HEAD "pages:\n- page: p\n  fields:\n  - {name: ");
	put_times(out, "ế", n);
	buf_adds(out, ", type: text}\n");
}

/* What is wrong is told behind what is quoted, however long that is. */
static void
test_long_quotes(void **state)
{
	struct lint l;

	(void)state;
	for (size_t n = 200; n < 260; n++) {
		lint(make_long_name, n, &l);
		assert_non_null(strstr(l.what, "beginning with a letter"));
		assert_true(text_is_utf8(str_of(l.what)));
		assert_true(strstr(l.what, " … ") != NULL || n < 240);
	}
	lint(make_long_name, 20000, &l);
	assert_non_null(strstr(l.what, "beginning with a letter"));
	assert_true(strlen(l.what) < 600);
}

/* A file: its size is looked at before anything of it. */
static void
test_files(void **state)
{
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	const char *path = arena_printf(
	    a, "%s/ansinh-limits.%d.yaml", getenv("TMPDIR") == NULL
	    ? "/tmp" : getenv("TMPDIR"), (int)getpid());
	struct buf b = BUF_INIT;
	size_t warnings;

	(void)state;
	make_fields(&b, 2);
	put_times(&b, "#\n", (FORM_FILE_MAX - b.n) / 2);
	put_times(&b, "#", FORM_FILE_MAX - b.n);
	for (size_t over = 0; over < 2; over++) {
		struct lint l = { 0 };
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
		assert_int_equal(fclose(f), 0);
		form_lint(a, set, path, note_lint, &l, &warnings);
		assert_int_equal(l.n, over);
		if (over == 1)
			assert_non_null(strstr(l.what, "too large"));
		buf_addc(&b, '#');
	}
	remove(path);
	buf_release(&b);
	arena_free(a);
}

/* Answers */

static void
test_answers(void **state)
{
	static char text[16 * 1024 + 2];
	struct world w;
	struct fill_ref rows;

	(void)state;
	world_open(&w, "pages:\n- page: p\n  fields:\n"
	    "  - {name: t, type: text}\n"
	    "  - {name: n, type: integer}\n"
	    "  - {name: r, type: repeat, count: '${n}', "
	    "fields: [{name: a, type: text}]}\n");
	memset(text, 'x', sizeof text - 1);
	assert_false(put(w.x, "t", text));
	text[sizeof text - 2] = '\0';
	assert_true(put(w.x, "t", text));
	/* a count that is larger asks for as many */
	rows = ref_of(w.x, "r");
	assert_true(put(w.x, "n", "1000"));
	assert_int_equal(fill_rows(w.x, &rows), FILL_ROWS_MAX);
	assert_true(put(w.x, "n", "999"));
	assert_int_equal(fill_rows(w.x, &rows), FILL_ROWS_MAX - 1);
	assert_true(put(w.x, "n", "1001"));
	assert_int_equal(fill_rows(w.x, &rows), FILL_ROWS_MAX);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_rows_in_rows),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_long_quotes),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_answers),
	};

	setenv("LANGUAGE", "en", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

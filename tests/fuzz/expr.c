/*
 * Text to an expression and its value, over a small record.  What compiles
 * gives the same value twice, ends soon, and depends on names that exist.
 */
#include "fuzz.h"

#include "form/expr_json.h"

#include <stdlib.h>
#include <string.h>

static const char record[] =
    "{\"name\":\"Nguyễn Thị Đào\",\"birth\":\"1943-02\",\"n\":2,"
    "\"codes\":[\"a\",\"b\"],\"g\":{\"h\":\"x\"},\"r\":["
    "{\"a\":1,\"d\":\"1983-01-05\",\"q\":[{\"k\":\"u\"},{\"k\":\"v\"}]},"
    "{\"a\":null,\"d\":\"1938\"},{\"a\":3.5}]}";

static void
check_dependency(void *ctx, int node)
{
	const struct expr_tree *t = ctx;

	MUST_HOLD(node == -1 ||
	    t->kind(t->ctx, node) != EXPR_NODE_ABSENT);
}

static void
check_fault(void *ctx, const struct expr_fault *f)
{
	bool *failed = ctx;

	MUST_HOLD(memchr(f->what, '\0', sizeof f->what) != NULL);
	MUST_HOLD(f->what[0] != '\0');
	*failed = *failed || !f->warning;
}

static void
check(struct arena *a, struct str text, const struct expr_tree *tree,
    int self, const struct expr_at *at)
{
	struct expr_env env = { .tree = tree, .scratch = a,
		.now = "2026-01-15T08:00:00+07:00" };
	struct value v, again;
	struct expr *x;
	bool failed = false;

	date_parse_iso(STR("2026-01-15"), &env.today);
	x = expr_compile(a, text, tree, self, check_fault, &failed);
	MUST_HOLD((x == NULL) == failed);
	if (x == NULL)
		return;
	union {
		const struct expr_tree *in;
		void *out;
	} ctx = { tree };
	expr_each_dependency(x, check_dependency, ctx.out);
	v = expr_eval(x, &env, at);
	again = expr_eval(x, &env, at);
	/* chance alone may differ, and shows it by its name */
	if (memmem(text.p, text.n, "random", 6) == NULL &&
	    memmem(text.p, text.n, "uuid", 4) == NULL)
		MUST_HOLD(value_equal(v, again));
	(void)value_to_text(a, v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n };
	struct arena *a = arena_new();
	struct expr_at second = { .depth = 1, .row = { 1 } };
	struct expr_tree tree;
	struct json *json;
	int row;

	MUST_HOLD(json_parse(a, str_of(record), &json, NULL) == OK);
	MUST_HOLD(expr_json_tree(a, json, &tree, NULL) == OK);
	row = tree.child(tree.ctx, EXPR_ROOT, STR("r"));
	check(a, text, &tree, EXPR_ROOT, NULL);
	check(a, text, &tree, tree.child(tree.ctx, row, STR("a")), &second);
	arena_free(a);
	return 0;
}

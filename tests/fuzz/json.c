/* Every string of a tree, printed and read again, is the same string. */
#include "fuzz.h"

#include "base/json.h"
#include "base/text.h"

static void
check(struct arena *a, const struct json *j)
{
	struct buf b = BUF_INIT;
	struct json *again;

	for (size_t i = 0; i < j->n; i++) {
		if (j->type == JSON_OBJECT)
			MUST_HOLD(json_get(j, j->keys[i]) == &j->items[i]);
		check(a, &j->items[i]);
	}
	if (j->type == JSON_STRING)
		json_put_string(&b, j->string);
	else if (j->type == JSON_REAL)
		json_put_double(&b, j->real);
	else
		return;
	MUST_HOLD(json_parse(a, buf_str(&b), &again, NULL) == OK);
	if (j->type == JSON_STRING)
		MUST_HOLD(str_eq(again->string, j->string));
	else if (again->type == JSON_INT)
		MUST_HOLD((double)again->integer == j->real);
	else
		MUST_HOLD(again->real == j->real);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	struct json *j;

	if (json_parse(a, s, &j, NULL) == OK)
		check(a, j);
	/* whatever the bytes, what is printed is JSON */
	json_put_string(&b, s);
	MUST_HOLD(text_is_utf8(buf_str(&b)));
	if (text_is_utf8(s) && text_check(s, 0, NULL) == OK)
		MUST_HOLD(json_parse(a, buf_str(&b), &j, NULL) == OK);
	buf_release(&b);
	arena_free(a);
	return 0;
}

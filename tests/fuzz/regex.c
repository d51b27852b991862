/*
 * A pattern, a line end, a text.  Patterns that are taken end soon, and
 * (pattern) and pattern{1} match what pattern matches.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "form/expr_impl.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = n == 0 ? NULL : memchr(p, '\n', n);
	struct str pattern = { (const char *)p, n };
	struct str text = { "", 0 };
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	const struct expr_regex *x, *y;
	const char *why = NULL;

	if (end != NULL) {
		pattern.n = (size_t)(end - p);
		text.p = pattern.p + pattern.n + 1;
		text.n = n - pattern.n - 1;
	}
	x = expr_regex_compile(a, pattern, &why);
	MUST_HOLD(x != NULL || (why != NULL && why[0] != '\0'));
	if (x != NULL) {
		buf_addc(&b, '(');
		buf_add_str(&b, pattern);
		buf_adds(&b, "){1}");
		y = expr_regex_compile(a, buf_str(&b), &why);
		/* the group may be one too many or too deep */
		if (y != NULL)
			MUST_HOLD(expr_regex_matches(x, a, text) ==
			    expr_regex_matches(y, a, text));
	}
	buf_release(&b);
	arena_free(a);
	return 0;
}

#include "form/expr_fn.h"

#include <stdlib.h>
#include <string.h>

static const struct expr_function functions[] = {
#define X(name, id, min, max, flags) \
	{ name, min, max, flags, expr_fn_##id, NULL },
	EXPR_FUNCTIONS(X)
#undef X
	{ "format-date-time", 2, 2, FN_PURE, expr_fn_format_date, NULL },
	{ "randomize", 1, 2, FN_SET_FIRST, NULL, expr_fn_randomize },
};

const struct expr_function *
expr_function_at(size_t i)
{
	return i < ARRAY_LEN(functions) ? &functions[i] : NULL;
}

/* Only compiling asks, so looking at each is fast enough. */
const struct expr_function *
expr_function_get(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++)
		if (str_is(name, functions[i].name))
			return &functions[i];
	return NULL;
}

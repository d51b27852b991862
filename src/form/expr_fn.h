#ifndef FORM_EXPR_FN_H
#define FORM_EXPR_FN_H
/*
 * The functions, one row each: name as written, name in C, least and most
 * arguments, flags.  Sorted by name.  What differs from ODK is in
 * doc/expressions.md.
 */
#include "form/expr_impl.h"

#define EXPR_FUNCTIONS(X) \
	X("abs", abs, 1, 1, FN_PURE) \
	X("acos", acos, 1, 1, FN_PURE) \
	X("add-months", add_months, 2, 2, FN_PURE) \
	X("age", age, 1, 2, FN_TODAY) \
	X("asin", asin, 1, 1, FN_PURE) \
	X("atan", atan, 1, 1, FN_PURE) \
	X("atan2", atan2, 2, 2, FN_PURE) \
	X("base64-decode", base64_decode, 1, 1, FN_PURE) \
	X("boolean", boolean, 1, 1, FN_PURE) \
	X("boolean-from-string", boolean_from_string, 1, 1, FN_PURE) \
	X("ceiling", ceiling, 1, 1, FN_PURE) \
	X("checklist", checklist, 2, EXPR_ARGS_ANY, FN_PURE) \
	X("coalesce", coalesce, 1, EXPR_ARGS_ANY, FN_PURE) \
	X("concat", concat, 0, EXPR_ARGS_ANY, FN_PURE | FN_SETS) \
	X("contains", contains, 2, 2, FN_PURE) \
	X("cos", cos, 1, 1, FN_PURE) \
	X("count", count, 1, 1, FN_SETS | FN_ROWS) \
	X("count-non-empty", count_non_empty, 1, 1, FN_SETS) \
	X("count-selected", count_selected, 1, 1, FN_PURE) \
	X("date", date, 1, 1, FN_PURE) \
	X("decimal-date-time", decimal_date_time, 1, 1, FN_PURE) \
	X("decimal-time", decimal_time, 1, 1, FN_PURE) \
	X("digest", digest, 2, 3, FN_PURE) \
	X("ends-with", ends_with, 2, 2, FN_PURE) \
	X("exp", exp, 1, 1, FN_PURE) \
	X("exp10", exp10, 1, 1, FN_PURE) \
	X("false", false, 0, 0, FN_PURE) \
	X("floor", floor, 1, 1, FN_PURE) \
	X("format-date", format_date, 2, 2, FN_PURE) \
	X("if", if, 3, 3, FN_PURE) \
	X("int", int, 1, 1, FN_PURE) \
	X("is-valid-cccd", is_valid_cccd, 1, 3, FN_PURE) \
	X("join", join, 1, EXPR_ARGS_ANY, FN_PURE | FN_SETS_REST) \
	X("jr:choice-name", choice_name, 2, 2, FN_FIELD) \
	X("last", last, 0, 0, 0) \
	X("log", log, 1, 1, FN_PURE) \
	X("log10", log10, 1, 1, FN_PURE) \
	X("lookup", lookup, 3, 3, 0) \
	X("max", max, 1, EXPR_ARGS_ANY, FN_PURE | FN_SETS) \
	X("min", min, 1, EXPR_ARGS_ANY, FN_PURE | FN_SETS) \
	X("months-between", months_between, 2, 2, FN_PURE) \
	X("normalize-space", normalize_space, 0, 1, FN_SELF) \
	X("not", not, 1, 1, FN_PURE) \
	X("now", now, 0, 0, FN_TODAY) \
	X("number", number, 0, 1, FN_SELF) \
	X("once", once, 1, 1, 0) \
	X("pi", pi, 0, 0, FN_PURE) \
	X("position", position, 0, 1, FN_SETS | FN_ROWS) \
	X("pow", pow, 2, 2, FN_PURE) \
	X("pulldata", pulldata, 3, 3, 0) \
	X("random", random, 0, 0, 0) \
	X("regex", regex, 2, 2, FN_PURE) \
	X("round", round, 1, 2, FN_PURE) \
	X("selected", selected, 2, 2, FN_PURE) \
	X("selected-at", selected_at, 2, 2, FN_PURE) \
	X("sin", sin, 1, 1, FN_PURE) \
	X("sqrt", sqrt, 1, 1, FN_PURE) \
	X("starts-with", starts_with, 2, 2, FN_PURE) \
	X("string", string, 0, 1, FN_SELF) \
	X("string-length", string_length, 0, 1, FN_SELF) \
	X("substr", substr, 2, 3, FN_PURE) \
	X("substring", substring, 2, 3, FN_PURE) \
	X("substring-after", substring_after, 2, 2, FN_PURE) \
	X("substring-before", substring_before, 2, 2, FN_PURE) \
	X("sum", sum, 1, EXPR_ARGS_ANY, FN_PURE | FN_SETS) \
	X("tan", tan, 1, 1, FN_PURE) \
	X("today", today, 0, 0, FN_TODAY) \
	X("translate", translate, 3, 3, FN_PURE) \
	X("true", true, 0, 0, FN_PURE) \
	X("unaccent", unaccent, 1, 1, FN_PURE) \
	X("uuid", uuid, 0, 1, 0) \
	X("weighted-checklist", weighted_checklist, 2, EXPR_ARGS_ANY, FN_PURE)

#define X(name, id, min, max, flags) \
	struct value expr_fn_##id( \
	    struct expr_run *r, const struct expr_node *call);
EXPR_FUNCTIONS(X)
#undef X

/* Gives its first argument's values in another order. */
void expr_fn_randomize(struct expr_run *r, const struct expr_node *call,
    struct expr_list *out);

/* The value of the field where the expression stands. */
struct value expr_self(struct expr_run *r);

#endif

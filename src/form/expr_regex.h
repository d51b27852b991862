#ifndef FORM_EXPR_REGEX_H
#define FORM_EXPR_REGEX_H
/* The program that a pattern becomes; the last state is the match. */
#include "form/expr_impl.h"

enum regex_op {
	REGEX_ANY,
	REGEX_CHAR,
	REGEX_CLASS,
	REGEX_START,
	REGEX_END,
	REGEX_SPLIT, /* both x and y */
	REGEX_JUMP,  /* x */
	REGEX_MATCH,
};

struct regex_range {
	uint32_t from, to;
};

struct regex_state {
	enum regex_op op;
	uint32_t c;
	size_t x, y;
	bool inverted;
	size_t n_ranges, cap_ranges;
	struct regex_range *range;
};

struct expr_regex {
	size_t n, cap;
	struct regex_state *state;
};

#endif

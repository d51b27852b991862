#ifndef STORE_SIGNS_H
#define STORE_SIGNS_H
/*
 * What each row can be found by, as 128 bits, so that a search looks only at
 * rows that may fit: how its words begin, and its form.  A first letter has a
 * bit of its own; of the others about a quarter is set in a row, so that a word
 * of six letters lets through one row of a hundred by mistake.
 *
 * A query asks for a few of the bits, of all rows.  So they lie by bits: of
 * 8,192 rows the first, then of these rows the second, and so on, and what a
 * query asks for is some runs of memory instead of all of it.
 */
#include "base/base.h"

#define SIGNS_BLOCK 8192 /* rows */

#define SIGN_BITS 128
struct sign {
	uint64_t bits[SIGN_BITS / 64];
};
struct signs_block;
struct signs {
	size_t n; /* rows */
	size_t n_blocks, cap;
	struct signs_block **block;
};

/* Of folded words with spaces between, and a form's number; 0 for any. */
struct sign sign_of(struct str words, uint32_t form);
/* Of a row that is there, or the next. */
void signs_put(struct signs *s, size_t row, const struct sign *sign);
/* Which rows have all bits of the sign: a bit a row, in whole words. */
void signs_fit(
    const struct signs *s, const struct sign *sign, uint64_t *fits);
void signs_release(struct signs *s);

#endif

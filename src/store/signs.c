#include "store/signs.h"

#include <stdlib.h>
#include <string.h>

/* Which bits are for what. */
#define FORMS 8
#define LETTERS 36 /* a to z, 0 to 9; no other begins a word but seldom */
#define BEGINNINGS (SIGN_BITS - FORMS - LETTERS)
#define BLOCK_WORDS (SIGNS_BLOCK / 64)

struct signs_block {
	uint64_t of[SIGN_BITS][BLOCK_WORDS]; /* of each bit, a bit a row */
};

static void
set(struct sign *sign, uint32_t bit)
{
	sign->bits[bit / 64] |= UINT64_C(1) << bit % 64;
}

static uint32_t
letter(unsigned char c)
{
	return c >= 'a' && c <= 'z' ? c - (uint32_t)'a' : 26u + c % 10u;
}

struct sign
sign_of(struct str words, uint32_t form)
{
	struct sign sign = { { 0 } };
	uint32_t h = 0;
	size_t len = 0; /* of the word so far */

	if (form != 0)
		set(&sign, form % FORMS);
	for (size_t i = 0; i < words.n; i++) {
		unsigned char c = (unsigned char)words.p[i];

		if (c == ' ') {
			h = 0;
			len = 0;
			continue;
		}
		h = (h + c + 1) * 0x9e3779b1u;
		len++;
		if (len == 1)
			set(&sign, FORMS + letter(c));
		else if (len <= 3 || len == 6)
			set(&sign, FORMS + LETTERS +
			        ((h >> 16) * BEGINNINGS >> 16));
	}
	return sign;
}

static void
add_block(struct signs *s)
{
	if (s->n_blocks == s->cap) {
		s->cap = s->cap == 0 ? 16 : s->cap * 2;
		s->block = realloc(s->block, s->cap * sizeof(void *));
	}
	if (s->block == NULL ||
	    (s->block[s->n_blocks++] = calloc(1, sizeof **s->block)) == NULL)
		base_die("%s", _("out of memory"));
}

void
signs_put(struct signs *s, size_t row, const struct sign *sign)
{
	size_t word = row % SIGNS_BLOCK / 64;
	uint64_t bit = UINT64_C(1) << row % 64;
	struct signs_block *b;

	while (row / SIGNS_BLOCK >= s->n_blocks)
		add_block(s);
	b = s->block[row / SIGNS_BLOCK];
	if (row < s->n)
		for (size_t i = 0; i < SIGN_BITS; i++)
			b->of[i][word] &= ~bit;
	else
		s->n = row + 1;
	for (size_t i = 0; i < SIGN_BITS; i += 64)
		for (uint64_t left = sign->bits[i / 64]; left != 0;
		     left &= left - 1)
			b->of[i + (size_t)__builtin_ctzll(left)][word] |= bit;
}

static void
fit_block(const struct signs_block *b, const struct sign *sign, size_t words,
    uint64_t *fits)
{
	for (size_t i = 0; i < SIGN_BITS; i += 64)
		for (uint64_t left = sign->bits[i / 64]; left != 0;
		     left &= left - 1) {
			const uint64_t *of =
			    b->of[i + (size_t)__builtin_ctzll(left)];

			for (size_t k = 0; k < words; k++)
				fits[k] &= of[k];
		}
}

void
signs_fit(const struct signs *s, const struct sign *sign, uint64_t *fits)
{
	size_t words = (s->n + 63) / 64;

	memset(fits, 0xff, words * sizeof *fits);
	if (s->n % 64 != 0)
		fits[words - 1] = (UINT64_C(1) << s->n % 64) - 1;
	for (size_t i = 0; i < words; i += BLOCK_WORDS)
		fit_block(s->block[i / BLOCK_WORDS], sign,
		    words - i < BLOCK_WORDS ? words - i : BLOCK_WORDS,
		    fits + i);
}

void
signs_release(struct signs *s)
{
	for (size_t i = 0; i < s->n_blocks; i++)
		free(s->block[i]);
	free(s->block);
}

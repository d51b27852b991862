#include "store/words.h"

#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

const char *
words_find_pair(const char *p, const char *end, char c0, char c1)
{
#if defined(__SSE2__)
	const __m128i a = _mm_set1_epi8(c0), b = _mm_set1_epi8(c1);

	for (; end - p > 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i y =
		    _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
		int hit = _mm_movemask_epi8(_mm_and_si128(
		    _mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(y, b)));

		if (hit != 0)
			return p + __builtin_ctz((unsigned)hit);
	}
#endif
	for (; end - p > 1; p++)
		if (p[0] == c0 && p[1] == c1)
			return p;
	return end;
}

bool
word_begins(struct str text, struct str word)
{
	const char *p = text.p, *end = text.p + text.n;

	for (; (p = words_find_pair(p, end, ' ', word.p[0])) != end; p++)
		if ((size_t)(end - p) > word.n &&
		    memcmp(p + 1, word.p, word.n) == 0)
			return true;
	return false;
}

int
word_held(struct str text, struct str word)
{
	const char *p = text.p, *end = text.p + text.n;
	int how = 0;

	if (word.n == 1)
		return word_begins(text, word) ? 2 : 0;
	for (; (p = words_find_pair(p, end, word.p[0], word.p[1])) != end;
	     p++) {
		if ((size_t)(end - p) < word.n ||
		    memcmp(p, word.p, word.n) != 0)
			continue;
		if (p == text.p || p[-1] == ' ')
			return 2;
		how = 1;
	}
	return how;
}

/* How often, roughly, letters stand in folded Vietnamese names. */
static unsigned
common(char c)
{
	static const uint8_t letters[26] = { 12, 2, 3, 3, 4, 0, 7, 9, 8, 0, 1,
		2, 2, 14, 6, 1, 1, 2, 1, 8, 7, 3, 0, 1, 3, 0 };

	return c >= 'a' && c <= 'z' ? letters[c - 'a'] : 5;
}

size_t
word_rare_pair(struct str word)
{
	size_t best = 0;

	for (size_t i = 1; i + 1 < word.n; i++)
		/* the later the better: numbers begin alike */
		if (common(word.p[i]) * common(word.p[i + 1]) <=
		    common(word.p[best]) * common(word.p[best + 1]))
			best = i;
	return best;
}

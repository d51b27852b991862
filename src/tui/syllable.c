#include "tui/syllable.h"

#include <string.h>

/*
 * The rimes: vowels, and what may close them.  k is for names like Đắk Lắk;
 * ê is closed as in giếng, where gi is the onset.
 */
static const struct {
	const char *vowels, *codas;
} rimes[] = {
	{ "a", "c ch k m n ng nh p t" }, { "ai", "" }, { "ao", "" },
	{ "au", "" }, { "ay", "" },
	{ "ă", "c k m n ng p t" },
	{ "â", "c k m n ng p t" }, { "âu", "" }, { "ây", "" },
	{ "e", "c k m n ng p t" }, { "eo", "" },
	{ "ê", "c ch k m n ng nh p t" }, { "êu", "" },
	{ "i", "c ch k m n ng nh p t" }, { "ia", "" }, { "iu", "" },
	{ "iê", "c k m n ng p t" }, { "iêu", "" },
	{ "o", "c k m n ng p t" }, { "oi", "" }, { "oo", "c ng" },
	{ "oa", "c ch k m n ng nh p t" }, { "oai", "" }, { "oao", "" },
	{ "oay", "" },
	{ "oă", "c k m n ng p t" },
	{ "oe", "c m n ng p t" }, { "oeo", "" },
	{ "ô", "c k m n ng p t" }, { "ôi", "" },
	{ "ơ", "c k m n ng p t" }, { "ơi", "" },
	{ "u", "c k m n ng p t" }, { "ua", "" }, { "ui", "" },
	{ "uâ", "c m n ng p t" }, { "uây", "" },
	{ "uê", "c ch n ng nh p t" }, { "uêu", "" },
	{ "uô", "c k m n ng p t" }, { "uôi", "" },
	{ "uơ", "" },
	{ "uy", "c ch n ng nh p t" }, { "uya", "" }, { "uyu", "" },
	{ "uyê", "c m n ng t" },
	{ "ư", "c k m n ng p t" }, { "ưa", "" }, { "ưi", "" }, { "ưu", "" },
	{ "ươ", "c k m n ng p t" }, { "ươi", "" }, { "ươu", "" },
	{ "y", "c ch m n ng nh p t" },
	{ "yê", "c m n ng p t" }, { "yêu", "" },
};
/* Between two spaces each; the first is none at all. */
static const char onsets[] = "  b c ch d g gh gi h k kh l m n ng ngh nh p ph "
			     "q qu r s t th tr v x ";

static bool
is_vowel(const struct syllable *s, size_t i)
{
	return i < s->n && memchr("aeiouy", s->l[i].base, 6) != NULL;
}

bool
syllable_has(const struct syllable *s, size_t i, char base, enum text_shape shape)
{
	return i < s->n && s->l[i].base == base && s->l[i].shape == shape;
}

bool
syllable_parse(struct syllable *s, const uint32_t *word, size_t n)
{
	size_t i;

	*s = (struct syllable){ .n = n };
	if (n > SYLLABLE_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (!text_letter_split(word[i], &s->l[i]))
			return false;
		if (s->l[i].tone != TONE_NONE)
			s->tone = s->l[i].tone;
		s->l[i].tone = TONE_NONE;
	}
	for (i = 0; i < n && !is_vowel(s, i);)
		i++;
	if (i == 1 && is_vowel(s, 2) &&
	    ((s->l[0].base == 'q' && syllable_has(s, 1, 'u', SHAPE_NONE)) ||
		(s->l[0].base == 'g' && syllable_has(s, 1, 'i', SHAPE_NONE))))
		i++;
	for (s->onset = i; is_vowel(s, i);)
		i++;
	for (s->coda = i; i < n && !is_vowel(s, i);)
		i++;
	return i == n;
}

/* The word " xyz" or " xyz " of letters [from, to) is in the list. */
static bool
is_listed(const struct syllable *s, size_t from, size_t to, const char *list,
    bool whole)
{
	char word[SYLLABLE_MAX + 3] = " ";
	size_t n = 1;

	for (size_t i = from; i < to; i++)
		word[n++] = s->l[i].base;
	if (whole)
		word[n] = ' ';
	return strstr(list, word) != NULL;
}

bool
syllable_onset_fits(const struct syllable *s)
{
	return is_listed(s, 0, s->onset, onsets, true);
}

/*
 * The vowels begin a row, or are all of one if a coda follows.  A letter
 * without a mark may still get one, so it fits any.
 */
static bool
vowels_fit(const struct syllable *s, const char *vowels)
{
	struct str row = str_of(vowels);
	struct text_letter letter;
	uint32_t cp;
	size_t n;

	for (size_t i = s->onset; i < s->coda; i++) {
		n = text_decode(row, &cp);
		if (n == 0 || !text_letter_split(cp, &letter))
			return false;
		if (letter.base != s->l[i].base ||
		    (s->l[i].shape != SHAPE_NONE &&
			s->l[i].shape != letter.shape))
			return false;
		row = (struct str){ row.p + n, row.n - n };
	}
	return s->coda == s->n || row.n == 0;
}

bool
syllable_rime_fits(const struct syllable *s)
{
	char codas[32] = " ";

	if (s->onset == s->coda)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(rimes); i++) {
		if (!vowels_fit(s, rimes[i].vowels))
			continue;
		memcpy(codas + 1, rimes[i].codas, strlen(rimes[i].codas) + 1);
		if (is_listed(s, s->coda, s->n, codas, false))
			return true;
	}
	return false;
}

size_t
syllable_tone_place(const struct syllable *s, bool new_style)
{
	size_t vowels = s->coda - s->onset;
	char a = s->l[s->onset].base;

	for (size_t i = s->coda; i > s->onset; i--)
		if (s->l[i - 1].shape != SHAPE_NONE)
			return i - 1;
	if (s->coda < s->n)
		return s->coda - 1;
	if (vowels == 2 && new_style) {
		char b = s->l[s->onset + 1].base;

		if ((a == 'o' && (b == 'a' || b == 'e')) ||
		    (a == 'u' && b == 'y'))
			return s->onset + 1;
	}
	return vowels < 3 ? s->onset : s->onset + 1;
}

#ifndef TUI_SYLLABLE_H
#define TUI_SYLLABLE_H
/*
 * What a syllable of Vietnamese is made of, and which there may be; for
 * compose.c.
 */
#include "base/text.h"

#define SYLLABLE_MAX 16 /* the longest is nghiêng */

/*
 * The letters, parted: [0, onset) consonants, [onset, coda) vowels, [coda, n)
 * consonants.  The u of qu and the i of gi belong to the onset where a vowel
 * follows.  The tone is kept apart from the letters.
 */
struct syllable {
	struct text_letter l[SYLLABLE_MAX];
	size_t n, onset, coda;
	enum text_tone tone;
};

/* False if the word is not of letters, or of more than one syllable. */
bool syllable_parse(struct syllable *s, const uint32_t *word, size_t n);
bool syllable_has(
    const struct syllable *s, size_t i, char base, enum text_shape shape);
bool syllable_onset_fits(const struct syllable *s);
/* Vowels and coda are a rime, or the beginning of one.  A letter without a
 * mark may still get one, so it stands for all of its shapes. */
bool syllable_rime_fits(const struct syllable *s);
/* The vowel that carries the tone; there is one. */
size_t syllable_tone_place(const struct syllable *s, bool new_style);

#endif

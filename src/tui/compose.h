#ifndef TUI_COMPOSE_H
#define TUI_COMPOSE_H
/*
 * Telex and VNI: a key, and the word before the cursor, give a new word.  A
 * pure function over code points, without curses; the line editor keeps the
 * text.
 *
 *	start = compose_word(line, cursor);
 *	n = compose_key(&state, line + start, cursor - start, room, key);
 *
 * Marks (aa w dd, 6 to 9) act where they make a rime of Vietnamese or stand
 * right after a lone vowel, so that Krong and Kpa of the highlands get theirs;
 * tones only on a syllable that Vietnamese could have, so that Ksor, email
 * and facebook stay.  Keys may come in any order (tieengs, tienges).  The same
 * key again takes its work back and is a letter, and the rest of the word is
 * left alone.
 *
 * Not for codes, numbers, dates and what was pasted or scanned: there the
 * caller does not ask.  It calls compose_reset when the cursor moves, and
 * when text is deleted.
 */
#include "base/base.h"

enum compose_method {
	COMPOSE_OFF,
	COMPOSE_TELEX,
	COMPOSE_VNI,
};

struct compose_state {
	enum compose_method method; /* a setting, as the next */
	bool new_style; /* tone on the second vowel of oa, oe, uy: hoà */
	/* of the word at hand */
	bool no_marks, no_tones;
	size_t lone_w; /* 1 + the place of an ư that a w alone made, or 0 */
};

void compose_reset(struct compose_state *st); /* keeps the settings */
/* Where the word before the cursor begins: its letters, nothing else. */
size_t compose_word(const uint32_t *text, size_t cursor);
/*
 * Takes one key into the word of n letters, which has room for cap.  Returns
 * its new length, n or n + 1; a key that composes nothing is appended, if
 * there is room.
 */
size_t compose_key(struct compose_state *st, uint32_t *word, size_t n,
    size_t cap, uint32_t key);

#endif

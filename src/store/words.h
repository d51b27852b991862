#ifndef STORE_WORDS_H
#define STORE_WORDS_H
/*
 * Words sought in folded text: ASCII, a space before every word, a newline at
 * the end (rows.h).
 */
#include "base/base.h"

/* Next place where c0 and c1 stand side by side; end if none. */
const char *words_find_pair(const char *p, const char *end, char c0, char c1);
/* How text holds a word: 2 at a word's beginning, 1 inside one, 0 not.  One
 * letter is looked for at beginnings only. */
int word_held(struct str text, struct str word);
bool word_begins(struct str text, struct str word);
/* Where in the word the two letters stand that are met least often. */
size_t word_rare_pair(struct str word);

#endif

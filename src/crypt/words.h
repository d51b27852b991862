#ifndef CRYPT_WORDS_H
#define CRYPT_WORDS_H
/*
 * Bytes as words that are read out: conf/words.txt holds 2,048 plain ASCII
 * syllables, each known by its first four letters (11 bits a word), one a
 * line, sorted by bytes.  The list is loaded once and kept for the program.
 */
#include "base/arena.h"
#include "base/error.h"

#define WORDS_COUNT 2048
#define WORDS_RECOVERY 14 /* 128 bits and 26 check bits */
#define WORDS_CHECK 8     /* 88 bits of a hash, to compare keys by voice */

/* ERR_FORMAT with the line if the list is not as said. */
enum err words_load(const char *path, struct error *e) MUSTUSE;
/* n words from the first 11 * n bits (zero bits past the end). */
char *words_encode(struct arena *a, const void *p, size_t size, unsigned n);
/* n words by chance: a passphrase to offer (SAFETY E4). */
char *words_random(struct arena *a, unsigned n);
/*
 * A recovery secret is written as 14 words: its 128 bits, and 26 bits of a
 * BLAKE2b keyed by it (doc/format-keys.md).  Reading is free in case,
 * spaces, marks, and letters after the fourth; ERR_FORMAT names the word
 * that is wrong.
 */
enum err words_decode_recovery(
    struct str words, uint8_t out[16], struct error *e) MUSTUSE;
char *words_encode_recovery(struct arena *a, const uint8_t secret[16]);

#endif

#ifndef CRYPT_WORDS_H
#define CRYPT_WORDS_H
/*
 * Bytes as words that are read out: conf/words.txt holds 2,048 plain ASCII
 * syllables, each known by its first four letters (11 bits a word).
 */
#include "base/arena.h"
#include "base/error.h"

#define WORDS_RECOVERY 14 /* 128 bits as 12 words, and 2 check words */
#define WORDS_CHECK 8     /* 88 bits of a hash, to compare keys by voice */

enum err words_load(const char *path, struct error *e) MUSTUSE;
/* n words from the first 11 * n bits (zero bits past the end). */
char *words_encode(struct arena *a, const void *p, size_t size, unsigned n);
/* 16 bytes from 14 words; ERR_FORMAT naming the word that is wrong. */
enum err words_decode_recovery(
    struct str words, uint8_t out[16], struct error *e) MUSTUSE;
char *words_encode_recovery(struct arena *a, const uint8_t secret[16]);

#endif

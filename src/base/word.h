#ifndef BASE_WORD_H
#define BASE_WORD_H
/* Eight bytes looked at in one step, in plain C on any machine. */
#include "base/base.h"

#include <string.h>

/* A word with this byte in each place. */
#define WORD_OF(byte) ((byte)*UINT64_C(0x0101010101010101))

/* The eight bytes at p, the first one lowest. */
static inline uint64_t
word_load(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

#endif

#ifndef CRYPT_BECH32_H
#define CRYPT_BECH32_H
/*
 * Bech32 (BIP 173) of 32 bytes, the text of age keys.  Used for secrets
 * too: nothing of the value is left behind on the stack.
 */
#include "base/base.h"

#define BECH32_DATA 52 /* 5-bit digits of 32 bytes */
#define BECH32_LEN(prefix_n) ((prefix_n) + 1 + BECH32_DATA + 6)

/* prefix in lower case; out has BECH32_LEN + 1 bytes, lower case. */
void bech32_encode(char *out, const char *prefix, const uint8_t value[32]);
/* All lower or all upper case; canonical only. */
bool bech32_decode(uint8_t value[32], const char *prefix, struct str s);

#endif

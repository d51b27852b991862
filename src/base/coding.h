#ifndef BASE_CODING_H
#define BASE_CODING_H
/* Bytes as text: hex, base32 of ids (RFC 4648 alphabet, lower case, no
 * padding, unused bits zero), base64 (RFC 4648). */
#include "base/arena.h"

void hex_encode(char *out, const void *p, size_t n); /* 2n + 1 bytes */
bool hex_decode(void *out, size_t n, struct str s);  /* exactly 2n digits */
#define BASE32_LEN(n) (((n) * 8 + 4) / 5)
void base32_encode(char *out, const void *p, size_t n); /* LEN(n) + 1 */
bool base32_decode(void *out, size_t n, struct str s);  /* canonical only */
#define BASE64_LEN(n) (((n) + 2) / 3 * 4)
/* Standard alphabet; without padding if pad is false. */
void base64_encode(char *out, const void *p, size_t n, bool pad);
/* Canonical only; *n is the room in, the length out. */
bool base64_decode(void *out, size_t *n, struct str s, bool pad);

#endif

#ifndef CRYPT_SEAL_H
#define CRYPT_SEAL_H
/*
 * Sealed values (SAFETY E3, D14): nonce (24) || XChaCha20-Poly1305 of the
 * value padded to 256 bytes; associated data is
 * "ansinh-v1" | table | 0 | key | epoch (u32 BE) | schema (u32 BE).
 * A value moved to another key or table, or changed by one bit, does not
 * open.
 */
#include "base/buf.h"
#include "base/error.h"

#define SEAL_KEY_SIZE 32
#define SEAL_PAD 256

struct seal_place {
	const char *table;
	struct str key;
	uint32_t epoch, schema;
	uint32_t pad; /* 0: SEAL_PAD; less for values that are all of a size */
};

size_t seal_size(size_t n); /* bytes of a sealed value of n bytes */
size_t seal_size_at(const struct seal_place *at, size_t n); /* by its pad */
/* Writes seal_size_at(at, plain.n) bytes to out. */
void seal(uint8_t *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str plain);
/* Appends the value to out.  ERR_CORRUPT if it does not open. */
enum err seal_open(struct buf *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str sealed, struct error *e) MUSTUSE;

#endif

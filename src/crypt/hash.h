#ifndef CRYPT_HASH_H
#define CRYPT_HASH_H
/* BLAKE2b-256 (event ids, packs) by libsodium, and SHA-256 (bags) by nettle,
 * which is four times as fast where the processor has instructions for it. */
#include "base/base.h"

#define HASH_SIZE 32
#define HASH_HEX 65

void hash_blake2b(uint8_t out[HASH_SIZE], struct str bytes);
void hash_sha256(uint8_t out[HASH_SIZE], struct str bytes);

/* Running sums; the state is as large as the larger one. */
struct hash {
	_Alignas(64) unsigned char state[384];
};
void hash_sha256_start(struct hash *h);
void hash_sha256_add(struct hash *h, const void *p, size_t n);
void hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE]);
void hash_blake2b512_start(struct hash *h); /* minisign's prehash */
void hash_blake2b512_add(struct hash *h, const void *p, size_t n);
void hash_blake2b512_end(struct hash *h, uint8_t out[64]);

#endif

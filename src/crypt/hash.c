#include "crypt/hash.h"

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hash),
    "struct hash is too small for BLAKE2b");
_Static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(struct hash),
    "struct hash is too small for SHA-256");

static const unsigned char *
bytes_of(struct str s)
{
	return (const unsigned char *)s.p;
}

void
hash_blake2b(uint8_t out[HASH_SIZE], struct str bytes)
{
	crypto_generichash(out, HASH_SIZE, bytes_of(bytes), bytes.n, NULL, 0);
}

void
hash_sha256(uint8_t out[HASH_SIZE], struct str bytes)
{
	crypto_hash_sha256(out, bytes_of(bytes), bytes.n);
}

void
hash_sha256_start(struct hash *h)
{
	crypto_hash_sha256_init((void *)h->state);
}

void
hash_sha256_add(struct hash *h, const void *p, size_t n)
{
	crypto_hash_sha256_update((void *)h->state, p, n);
}

void
hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	crypto_hash_sha256_final((void *)h->state, out);
}

void
hash_blake2b512_start(struct hash *h)
{
	crypto_generichash_init((void *)h->state, NULL, 0, 64);
}

void
hash_blake2b512_add(struct hash *h, const void *p, size_t n)
{
	crypto_generichash_update((void *)h->state, p, n);
}

void
hash_blake2b512_end(struct hash *h, uint8_t out[64])
{
	crypto_generichash_final((void *)h->state, out, 64);
}

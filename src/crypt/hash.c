#include "crypt/hash.h"

#include <nettle/sha2.h>
#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct hash),
    "struct hash is too small for BLAKE2b");
_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct hash),
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
	struct hash h;

	hash_sha256_start(&h);
	hash_sha256_add(&h, bytes.p, bytes.n);
	hash_sha256_end(&h, out);
}

void
hash_sha256_start(struct hash *h)
{
	sha256_init((void *)h->state);
}

void
hash_sha256_add(struct hash *h, const void *p, size_t n)
{
	if (n > 0)
		sha256_update((void *)h->state, n, p);
}

void
hash_sha256_end(struct hash *h, uint8_t out[HASH_SIZE])
{
	sha256_digest((void *)h->state, HASH_SIZE, out);
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

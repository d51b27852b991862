#include "store/id.h"

#include "base/coding.h"
#include "crypt/hash.h"
#include "crypt/secret.h"

#include <string.h>

void
event_id_of(struct event_id *out, struct str bytes)
{
	hash_blake2b(out->b, bytes);
}

bool
record_id_parse(struct str s, struct record_id *out)
{
	return s.p != NULL && base32_decode(out->b, sizeof out->b, s);
}

void
record_id_format(const struct record_id *id, char out[RECORD_ID_TEXT])
{
	base32_encode(out, id->b, sizeof id->b);
}

void
record_id_make(
    struct record_id *out, const struct feed_id *feed, uint64_t number)
{
	random_bytes(out->b, sizeof out->b);
	if (feed == NULL)
		return;
	memcpy(out->b, feed->b, 4);
	for (size_t i = 0; i < 4; i++)
		out->b[4 + i] = (uint8_t)(number >> (24 - 8 * i));
}

/* Each bit of the one reaches all bits of the product with the other. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 p = (unsigned __int128)a * b;

	return (uint64_t)p ^ (uint64_t)(p >> 64);
}

uint64_t
id_hash(const void *id)
{
	static uint64_t seed[2];
	uint64_t v[2];

	if (seed[1] == 0) {
		random_bytes(seed, sizeof seed);
		seed[1] |= 1;
	}
	memcpy(v, id, sizeof v);
	return mix(mix(v[0] ^ seed[0], v[1] ^ seed[1]), seed[1]);
}

bool
feed_id_parse(struct str s, struct feed_id *out)
{
	return s.p != NULL && base32_decode(out->b, sizeof out->b, s);
}

void
feed_id_format(const struct feed_id *id, char out[RECORD_ID_TEXT])
{
	base32_encode(out, id->b, sizeof id->b);
}

void
feed_id_make(
    struct feed_id *out, const uint8_t key[32], const uint8_t nonce[16])
{
	static const char tag[] = "ansinh-feed-1"; /* with its zero byte */
	char all[sizeof tag + 32 + 16];
	uint8_t sum[HASH_SIZE];

	memcpy(all, tag, sizeof tag);
	memcpy(all + sizeof tag, key, 32);
	memcpy(all + sizeof tag + 32, nonce, 16);
	hash_blake2b(sum, (struct str){ all, sizeof all });
	memcpy(out->b, sum, sizeof out->b);
}

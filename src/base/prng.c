/* The generator is xoshiro256**, its seed spread by splitmix64 (both by
 * Blackman and Vigna, in the public domain). */
#include "base/prng.h"

#include <string.h>

static uint64_t
rotate(uint64_t x, unsigned k)
{
	return (x << k) | (x >> (64 - k));
}

void
prng_seed(struct prng *r, uint64_t seed)
{
	for (size_t i = 0; i < ARRAY_LEN(r->s); i++) {
		uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);

		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		r->s[i] = z ^ (z >> 31);
	}
}

uint64_t
prng_next(struct prng *r)
{
	uint64_t *s = r->s, out = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate(s[3], 45);
	return out;
}

uint32_t
prng_below(struct prng *r, uint32_t n)
{
	/* Products whose low half is below this would favour some values. */
	uint32_t skip = (uint32_t)-n % n;
	uint64_t m;

	do {
		m = (prng_next(r) >> 32) * n;
	} while ((uint32_t)m < skip);
	return (uint32_t)(m >> 32);
}

int
prng_between(struct prng *r, int low, int high)
{
	return low + (int)prng_below(r, (uint32_t)(high - low) + 1);
}

double
prng_unit(struct prng *r)
{
	return (double)(prng_next(r) >> 11) * 0x1.0p-53;
}

bool
prng_chance(struct prng *r, double share)
{
	return prng_unit(r) < share;
}

void
prng_bytes(struct prng *r, void *out, size_t n)
{
	uint8_t *p = out;
	uint64_t v;

	for (size_t i = 0; i < n; i += 8) {
		v = prng_next(r);
		for (size_t k = i; k < n && k < i + 8; k++, v >>= 8)
			p[k] = (uint8_t)v;
	}
}

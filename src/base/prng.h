#ifndef BASE_PRNG_H
#define BASE_PRNG_H
/*
 * Random numbers that are the same for the same seed on every machine, for
 * synthetic data and tests.  Nothing secret ever comes from here: keys and
 * ids of real records are crypt/'s.
 */
#include "base/base.h"

struct prng { /* xoshiro256** */
	uint64_t s[4];
};

void prng_seed(struct prng *r, uint64_t seed);
uint64_t prng_next(struct prng *r);
uint32_t prng_below(struct prng *r, uint32_t n); /* 0 to n - 1; n is not 0 */
int prng_between(struct prng *r, int low, int high); /* both ends included */
double prng_unit(struct prng *r);                    /* 0 <= x < 1 */
bool prng_chance(struct prng *r, double share);
void prng_bytes(struct prng *r, void *out, size_t n);

#endif

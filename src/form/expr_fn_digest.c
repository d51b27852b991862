#include "form/expr_fn.h"

#include "base/coding.h"

#include <math.h>
#include <string.h>

/*
 * digest(): the sums that ODK's specification names, for forms that compare
 * or shorten texts by them.  Nothing here guards a secret; what does is in
 * crypt/.
 */

/* 64 bits of the cube roots of the first 80 primes; SHA-256 takes the upper
 * halves of the first 64. */
static const uint64_t roots[80] = {
	0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f,
	0xe9b5dba58189dbbc, 0x3956c25bf348b538, 0x59f111f1b605d019,
	0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242,
	0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
	0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3,
	0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65, 0x2de92c6f592b0275,
	0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
	0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f,
	0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
	0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc,
	0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
	0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6,
	0x92722c851482353b, 0xa2bfe8a14cf10364, 0xa81a664bbc423001,
	0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
	0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99,
	0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb,
	0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc,
	0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
	0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915,
	0xc67178f2e372532b, 0xca273eceea26619c, 0xd186b8c721c0c207,
	0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba,
	0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
	0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
	0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a,
	0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

/* Square roots of the first 8 primes, and of the next 8. */
static const uint64_t start_512[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};
static const uint64_t start_384[8] = {
	0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
	0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
	0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

#define BLOCK_MAX 128

struct sum {
	uint64_t state[8];
	size_t block; /* bytes in a block */
	void (*mix)(uint64_t *state, const unsigned char *block);
	bool little; /* bytes of a word, least first */
};

static uint32_t
left(uint32_t x, int n)
{
	return (x << n) | (x >> (32 - n));
}

static uint32_t
right(uint32_t x, int n)
{
	return (x >> n) | (x << (32 - n));
}

static uint64_t
right_64(uint64_t x, int n)
{
	return (x >> n) | (x << (64 - n));
}

static uint64_t
big(const unsigned char *p, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static uint32_t
little_32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
mix_md5(uint64_t *state, const unsigned char *block)
{
	static const int turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 },
		{ 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	uint32_t s[4], f, t;
	unsigned k;

	for (size_t i = 0; i < 4; i++)
		s[i] = (uint32_t)state[i];
	for (unsigned i = 0; i < 64; i++) {
		if (i < 16) {
			f = (s[1] & s[2]) | (~s[1] & s[3]);
			k = i;
		} else if (i < 32) {
			f = (s[3] & s[1]) | (~s[3] & s[2]);
			k = 5 * i + 1;
		} else if (i < 48) {
			f = s[1] ^ s[2] ^ s[3];
			k = 3 * i + 5;
		} else {
			f = s[2] ^ (s[1] | ~s[3]);
			k = 7 * i;
		}
		t = s[0] + f + (uint32_t)(fabs(sin(i + 1.0)) * 4294967296.0) +
		    little_32(block + k % 16 * 4);
		s[0] = s[3];
		s[3] = s[2];
		s[2] = s[1];
		s[1] += left(t, turns[i / 16][i % 4]);
	}
	for (size_t i = 0; i < 4; i++)
		state[i] = (uint32_t)state[i] + s[i];
}

static void
mix_sha1(uint64_t *state, const unsigned char *block)
{
	static const uint32_t add[4] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc,
		0xca62c1d6 };
	uint32_t w[80] = { 0 }, s[5], f, t;

	for (size_t i = 0; i < 80; i++)
		w[i] = i < 16
		    ? (uint32_t)big(block + 4 * i, 4)
		    : left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (size_t i = 0; i < 5; i++)
		s[i] = (uint32_t)state[i];
	for (size_t i = 0; i < 80; i++) {
		if (i < 20)
			f = (s[1] & s[2]) | (~s[1] & s[3]);
		else if (i < 40 || i >= 60)
			f = s[1] ^ s[2] ^ s[3];
		else
			f = (s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3]);
		t = left(s[0], 5) + f + s[4] + add[i / 20] + w[i];
		s[4] = s[3];
		s[3] = s[2];
		s[2] = left(s[1], 30);
		s[1] = s[0];
		s[0] = t;
	}
	for (size_t i = 0; i < 5; i++)
		state[i] = (uint32_t)state[i] + s[i];
}

static void
mix_sha256(uint64_t *state, const unsigned char *block)
{
	uint32_t w[64] = { 0 }, s[8], t, u;

	for (size_t i = 0; i < 64; i++)
		w[i] = i < 16 ? (uint32_t)big(block + 4 * i, 4)
			      : w[i - 16] + w[i - 7] +
			(right(w[i - 15], 7) ^ right(w[i - 15], 18) ^
			    w[i - 15] >> 3) +
			(right(w[i - 2], 17) ^ right(w[i - 2], 19) ^
			    w[i - 2] >> 10);
	for (size_t i = 0; i < 8; i++)
		s[i] = (uint32_t)state[i];
	for (size_t i = 0; i < 64; i++) {
		t = s[7] + w[i] + (uint32_t)(roots[i] >> 32) +
		    (right(s[4], 6) ^ right(s[4], 11) ^ right(s[4], 25)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6]));
		u = (right(s[0], 2) ^ right(s[0], 13) ^ right(s[0], 22)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t;
		s[0] = t + u;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] = (uint32_t)state[i] + s[i];
}

static void
mix_sha512(uint64_t *state, const unsigned char *block)
{
	uint64_t w[80] = { 0 }, s[8], t, u;

	for (size_t i = 0; i < 80; i++)
		w[i] = i < 16 ? big(block + 8 * i, 8)
			      : w[i - 16] + w[i - 7] +
			(right_64(w[i - 15], 1) ^ right_64(w[i - 15], 8) ^
			    w[i - 15] >> 7) +
			(right_64(w[i - 2], 19) ^ right_64(w[i - 2], 61) ^
			    w[i - 2] >> 6);
	memcpy(s, state, sizeof s);
	for (size_t i = 0; i < 80; i++) {
		t = s[7] + w[i] + roots[i] +
		    (right_64(s[4], 14) ^ right_64(s[4], 18) ^
			right_64(s[4], 41)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6]));
		u = (right_64(s[0], 28) ^ right_64(s[0], 34) ^
			right_64(s[0], 39)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t;
		s[0] = t + u;
	}
	for (size_t i = 0; i < 8; i++)
		state[i] += s[i];
}

/* All of them end with a one bit, zeros, and the length in bits. */
static void
run(struct sum *x, struct str s)
{
	unsigned char end[2 * BLOCK_MAX] = { 0 };
	size_t rest = s.n % x->block, n = x->block;
	uint64_t bits = (uint64_t)s.n * 8;

	for (size_t i = 0; i + x->block <= s.n; i += x->block)
		x->mix(x->state, (const unsigned char *)s.p + i);
	if (rest > 0)
		memcpy(end, s.p + s.n - rest, rest);
	end[rest] = 0x80;
	if (rest + 1 + x->block / 8 > x->block)
		n *= 2;
	for (size_t i = 0; i < 8; i++, bits >>= 8)
		end[x->little ? n - 8 + i : n - 1 - i] = bits & 0xff;
	for (size_t i = 0; i < n; i += x->block)
		x->mix(x->state, end + i);
}

struct algorithm {
	const char *name;
	size_t bytes, word;
	struct sum sum;
};

static void
start(struct sum *x, const struct algorithm *a)
{
	static const uint64_t other[5] = { 0x67452301, 0xefcdab89, 0x98badcfe,
		0x10325476, 0xc3d2e1f0 };

	*x = a->sum;
	for (size_t i = 0; i < 8; i++)
		x->state[i] = a->bytes == 64 ? start_512[i]
		    : a->bytes == 48	 ? start_384[i]
		    : a->bytes == 32	 ? start_512[i] >> 32
		    : i < 5		     ? other[i]
					     : 0;
}

struct value
expr_fn_digest(struct expr_run *r, const struct expr_node *call)
{
	static const struct algorithm all[] = {
		{ "MD5", 16, 4, { { 0 }, 64, mix_md5, true } },
		{ "SHA-1", 20, 4, { { 0 }, 64, mix_sha1, false } },
		{ "SHA-256", 32, 4, { { 0 }, 64, mix_sha256, false } },
		{ "SHA-384", 48, 8, { { 0 }, 128, mix_sha512, false } },
		{ "SHA-512", 64, 8, { { 0 }, 128, mix_sha512, false } },
	};
	struct str s = expr_arg_text(r, call, 0);
	struct str name = expr_arg_text(r, call, 1);
	unsigned char out[64];
	char text[2 * sizeof out + 1];
	const struct algorithm *a = NULL;
	struct sum x;
	size_t shift;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (str_is(name, all[i].name))
			a = &all[i];
	if (a == NULL)
		return value_blank();
	start(&x, a);
	run(&x, s);
	for (size_t i = 0; i < a->bytes; i++) {
		shift = i % a->word;
		if (!x.little)
			shift = a->word - 1 - shift;
		out[i] = (unsigned char)(x.state[i / a->word] >> 8 * shift);
	}
	if (call->n_args > 2 && str_is(expr_arg_text(r, call, 2), "hex"))
		hex_encode(text, out, a->bytes);
	else
		base64_encode(text, out, a->bytes, true);
	return value_text(str_of(arena_strdup(r->env->scratch, text)));
}

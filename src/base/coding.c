#include "base/coding.h"
#include "base/word.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* What each byte stands for, and one more: 0 is for what is no digit. */
static const uint8_t hex_digit[256] = { ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	['a'] = 11, 12, 13, 14, 15, 16 };
static const uint8_t base64_digit[256] = { ['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9,
	10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
	43, 44, 45, 46, 47, 48, 49, 50, 51, 52, ['0'] = 53, 54, 55, 56, 57, 58,
	59, 60, 61, 62, ['+'] = 63, ['/'] = 64 };

/* Bits in groups of `bits`, highest first; the last group is filled with 0. */
static size_t
encode(char *out, const unsigned char *p, size_t n, unsigned bits,
    const char *digits)
{
	unsigned held = 0, word = 0;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		word = (word << 8 | p[i]) & 0xffff;
		for (held += 8; held >= bits; held -= bits)
			out[len++] =
			    digits[word >> (held - bits) & ((1u << bits) - 1)];
	}
	if (held > 0)
		out[len++] = digits[word << (bits - held) & ((1u << bits) - 1)];
	out[len] = '\0';
	return len;
}

/* The reverse; whole bytes only, what is left over must be 0 and be short. */
static bool
decode(unsigned char *out, size_t room, size_t *n, struct str s, unsigned bits,
    const uint8_t digit[256])
{
	unsigned held = 0, word = 0, d;

	*n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if ((d = digit[(unsigned char)s.p[i]]) == 0)
			return false;
		word = (word << bits | (d - 1)) & 0xffff;
		held += bits;
		if (held < 8)
			continue;
		held -= 8;
		if (*n == room)
			return false;
		out[(*n)++] = (unsigned char)(word >> held);
	}
	return held < bits && (word & ((1u << held) - 1)) == 0;
}

void
hex_encode(char *out, const void *p, size_t n)
{
	const unsigned char *from = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex_digits[from[i] >> 4];
		out[2 * i + 1] = hex_digits[from[i] & 15];
	}
	out[2 * n] = '\0';
}

/*
 * Eight digits are four bytes.  Bit 6 is set in letters alone; what is no digit
 * has a value beyond 15, or one that would have been written in another way.
 */
static bool
hex_decode_four(unsigned char *out, const unsigned char *p)
{
	uint64_t w = word_load(p);
	uint64_t v = (w & WORD_OF(0x0f)) + (w >> 6 & WORD_OF(1)) * 9;
	uint64_t letter = (v + WORD_OF(0x80 - 10)) >> 7 & WORD_OF(1);

	if ((v & WORD_OF(0xf0)) != 0 ||
	    v + WORD_OF('0') + letter * ('a' - '9' - 1) != w)
		return false;
	v = v << 4 | v >> 8;
	for (size_t i = 0; i < 4; i++)
		out[i] = (unsigned char)(v >> (16 * i));
	return true;
}

/* Events are full of these. */
bool
hex_decode(void *out, size_t n, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char *to = out;

	if (s.n != 2 * n)
		return false;
	for (; n >= 4; n -= 4, to += 4, p += 8)
		if (!hex_decode_four(to, p))
			return false;
	for (; n > 0; n--, to++, p += 2) {
		unsigned hi = hex_digit[p[0]], lo = hex_digit[p[1]];

		if (hi == 0 || lo == 0)
			return false;
		*to = (unsigned char)((hi - 1) << 4 | (lo - 1));
	}
	return true;
}

void
base32_encode(char *out, const void *p, size_t n)
{
	const unsigned char *from = p;

	for (; n >= 5; n -= 5, from += 5) { /* are eight digits */
		uint64_t word = 0;

		for (size_t i = 0; i < 5; i++)
			word = word << 8 | from[i];
		for (int shift = 35; shift >= 0; shift -= 5)
			*out++ = base32_digits[word >> shift & 31];
	}
	encode(out, from, n, 5, base32_digits);
}

/*
 * Eight digits are five bytes.  Bit 6 is set in letters alone, and letters alone
 * are below 26; what is no digit has a value beyond 31, or is taken for one of
 * the other kind.
 */
static bool
base32_decode_five(unsigned char *out, const unsigned char *p)
{
	uint64_t w = word_load(p), letter = w >> 6 & WORD_OF(1);
	uint64_t v = w - WORD_OF('2' - 26) - letter * ('a' - ('2' - 26));
	uint64_t digit = (v + WORD_OF(0x80 - 26)) >> 7 & WORD_OF(1);

	if ((v & WORD_OF(0xe0)) != 0 || (letter ^ digit) != WORD_OF(1))
		return false;
	/* two, four, then all of them, the first highest */
	v = (v & UINT64_C(0x00ff00ff00ff00ff)) << 5 |
	    (v >> 8 & UINT64_C(0x00ff00ff00ff00ff));
	v = (v & UINT64_C(0x0000ffff0000ffff)) << 10 |
	    (v >> 16 & UINT64_C(0x0000ffff0000ffff));
	v = (v & UINT32_MAX) << 20 | v >> 32;
	for (size_t i = 0; i < 5; i++)
		out[i] = (unsigned char)(v >> (32 - 8 * i));
	return true;
}

bool
base32_decode(void *out, size_t n, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char *to = out, last[8], five[5];

	if (s.n != BASE32_LEN(n))
		return false;
	for (; n >= 5; n -= 5, to += 5, p += 8, s.n -= 8)
		if (!base32_decode_five(to, p))
			return false;
	/* what is left over is 0, as what is missing is */
	memset(last, base32_digits[0], sizeof last);
	memcpy(last, p, s.n);
	if (!base32_decode_five(five, last))
		return false;
	memcpy(to, five, n);
	for (; n < sizeof five; n++)
		if (five[n] != 0)
			return false;
	return true;
}

void
base64_encode(char *out, const void *p, size_t n, bool pad)
{
	size_t len = encode(out, p, n, 6, base64_digits);

	while (pad && len % 4 != 0)
		out[len++] = '=';
	out[len] = '\0';
}

bool
base64_decode(void *out, size_t *n, struct str s, bool pad)
{
	size_t room = *n;

	if (pad) {
		if (s.n % 4 != 0)
			return false;
		for (int i = 0; i < 2 && s.n > 0 && s.p[s.n - 1] == '='; i++)
			s.n--;
	}
	return decode(out, room, n, s, 6, base64_digit);
}

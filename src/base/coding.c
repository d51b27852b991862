#include "base/coding.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "abcdefghijklmnopqrstuvwxyz0123456789+/";

static int
digit(const char *digits, char c)
{
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

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
    const char *digits)
{
	unsigned held = 0, word = 0;
	int d;

	*n = 0;
	for (size_t i = 0; i < s.n; i++) {
		d = digit(digits, s.p[i]);
		if (d < 0)
			return false;
		word = (word << bits | (unsigned)d) & 0xffff;
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
	encode(out, p, n, 4, hex_digits);
}

bool
hex_decode(void *out, size_t n, struct str s)
{
	size_t len;

	return s.n == 2 * n && decode(out, n, &len, s, 4, hex_digits);
}

void
base32_encode(char *out, const void *p, size_t n)
{
	encode(out, p, n, 5, base32_digits);
}

bool
base32_decode(void *out, size_t n, struct str s)
{
	size_t len;

	return s.n == BASE32_LEN(n) &&
	       decode(out, n, &len, s, 5, base32_digits) && len == n;
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
	return decode(out, room, n, s, 6, base64_digits);
}

#include "base/coding.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base32_digits[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* Events are full of these: by ranges, not by search. */
typedef int (*digit_fn)(char c);

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
base32_digit(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
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
    digit_fn digit)
{
	unsigned held = 0, word = 0;
	int d;

	*n = 0;
	for (size_t i = 0; i < s.n; i++) {
		d = digit(s.p[i]);
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

	return s.n == 2 * n && decode(out, n, &len, s, 4, hex_digit);
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
	       decode(out, n, &len, s, 5, base32_digit) && len == n;
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

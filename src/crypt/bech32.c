#include "crypt/bech32.h"

#include "crypt/secret.h"

#include <string.h>

#define CHECK 6
#define DIGITS (BECH32_DATA + CHECK)

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t
step(uint32_t sum, uint8_t digit)
{
	static const uint32_t generator[] = { 0x3b6a57b2, 0x26508e6d,
		0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ digit;
	for (int i = 0; i < 5; i++)
		if ((top >> i & 1) != 0)
			sum ^= generator[i];
	return sum;
}

static uint32_t
checksum(const char *prefix, const uint8_t *digits, size_t n)
{
	uint32_t sum = 1;

	for (const char *p = prefix; *p != '\0'; p++)
		sum = step(sum, (uint8_t)((unsigned char)*p >> 5));
	sum = step(sum, 0);
	for (const char *p = prefix; *p != '\0'; p++)
		sum = step(sum, (uint8_t)(*p & 31));
	for (size_t i = 0; i < n; i++)
		sum = step(sum, digits[i]);
	return sum;
}

void
bech32_encode(char *out, const char *prefix, const uint8_t value[32])
{
	uint8_t digits[DIGITS] = { 0 };
	size_t n = strlen(prefix);
	uint32_t sum;

	for (size_t bit = 0; bit < 256; bit++)
		if ((value[bit / 8] >> (7 - bit % 8) & 1) != 0)
			digits[bit / 5] |= (uint8_t)(16 >> bit % 5);
	sum = checksum(prefix, digits, DIGITS) ^ 1;
	for (size_t i = 0; i < CHECK; i++)
		digits[BECH32_DATA + i] =
		    (uint8_t)(sum >> 5 * (CHECK - 1 - i) & 31);
	memcpy(out, prefix, n);
	out[n] = '1';
	for (size_t i = 0; i < DIGITS; i++)
		out[n + 1 + i] = alphabet[digits[i]];
	out[n + 1 + DIGITS] = '\0';
	secret_wipe(digits, sizeof digits);
}

/* The letter in lower case, or 0 if its case is not the one wanted. */
static char
fold(char c, bool upper)
{
	if (c >= 'A' && c <= 'Z')
		return upper ? (char)(c - 'A' + 'a') : '\0';
	if (c >= 'a' && c <= 'z')
		return upper ? '\0' : c;
	return c;
}

static bool
read_digits(uint8_t digits[DIGITS], const char *prefix, struct str s)
{
	size_t n = strlen(prefix);
	bool upper;

	if (s.n != BECH32_LEN(n))
		return false;
	upper = s.p[0] >= 'A' && s.p[0] <= 'Z';
	for (size_t i = 0; i < n; i++)
		if (fold(s.p[i], upper) != prefix[i])
			return false;
	if (s.p[n] != '1')
		return false;
	for (size_t i = 0; i < DIGITS; i++) {
		char c = fold(s.p[n + 1 + i], upper);
		const char *at = c == '\0' ? NULL : strchr(alphabet, c);

		if (at == NULL)
			return false;
		digits[i] = (uint8_t)(at - alphabet);
	}
	return true;
}

bool
bech32_decode(uint8_t value[32], const char *prefix, struct str s)
{
	uint8_t digits[DIGITS] = { 0 };
	bool good;

	/* 52 digits are 260 bits: the last four must be zero */
	good = read_digits(digits, prefix, s) &&
	    checksum(prefix, digits, DIGITS) == 1 &&
	    (digits[BECH32_DATA - 1] & 15) == 0;
	if (good) {
		memset(value, 0, 32);
		for (size_t bit = 0; bit < 256; bit++)
			if ((digits[bit / 5] & 16 >> bit % 5) != 0)
				value[bit / 8] |= (uint8_t)(128 >> bit % 8);
	}
	secret_wipe(digits, sizeof digits);
	return good;
}

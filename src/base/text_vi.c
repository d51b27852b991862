#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

/*
 * The letters of Vietnamese beyond ASCII, as vowel * 6 + tone or BAR_D, with
 * UPPER; NONE is none of them.  The vowels are a ă â e ê i o ô ơ u ư y.
 */
#define NONE 255
#define UPPER 128u
#define BAR_D 72

static const unsigned char latin[] = { /* U+00C0 to U+01B0 */
	129, 132, 140, 131, 255, 255, 255, 255, 147, 150, 152, 255, 159, 162,
	255, 255, 255, 255, 165, 168, 170, 167, 255, 255, 255, 183, 186, 255,
	255, 198, 255, 255, 1, 4, 12, 3, 255, 255, 255, 255, 19, 22, 24, 255,
	31, 34, 255, 255, 255, 255, 37, 40, 42, 39, 255, 255, 255, 55, 58, 255,
	255, 70, 255, 255, 255, 255, 134, 6, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 200, 72, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 161, 33, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 185, 57, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 176, 48, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 188, 60,
};
static const unsigned char extended[] = { /* U+1EA0 to U+1EF9 */
	133, 5, 130, 2, 144, 16, 141, 13, 142, 14, 143, 15, 145, 17, 138, 10,
	135, 7, 136, 8, 137, 9, 139, 11, 151, 23, 148, 20, 149, 21, 156, 28,
	153, 25, 154, 26, 155, 27, 157, 29, 160, 32, 163, 35, 169, 41, 166, 38,
	174, 46, 171, 43, 172, 44, 173, 45, 175, 47, 180, 52, 177, 49, 178, 50,
	179, 51, 181, 53, 187, 59, 184, 56, 192, 64, 189, 61, 190, 62, 191, 63,
	193, 65, 195, 67, 199, 71, 196, 68, 197, 69,
};
static const char vowel_base[] = "aaaeeiooouuy";
static const unsigned char vowel_shape[] = {
	SHAPE_NONE, SHAPE_BREVE, SHAPE_HAT, SHAPE_NONE, SHAPE_HAT, SHAPE_NONE,
	SHAPE_NONE, SHAPE_HAT, SHAPE_HORN, SHAPE_NONE, SHAPE_HORN, SHAPE_NONE,
};
/* A vowel a row, in the order of enum text_tone. */
static const uint16_t lower[BAR_D] = {
	0x0061, 0x00e0, 0x1ea3, 0x00e3, 0x00e1, 0x1ea1,
	0x0103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7,
	0x00e2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead,
	0x0065, 0x00e8, 0x1ebb, 0x1ebd, 0x00e9, 0x1eb9,
	0x00ea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7,
	0x0069, 0x00ec, 0x1ec9, 0x0129, 0x00ed, 0x1ecb,
	0x006f, 0x00f2, 0x1ecf, 0x00f5, 0x00f3, 0x1ecd,
	0x00f4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9,
	0x01a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3,
	0x0075, 0x00f9, 0x1ee7, 0x0169, 0x00fa, 0x1ee5,
	0x01b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1,
	0x0079, 0x1ef3, 0x1ef7, 0x1ef9, 0x00fd, 0x1ef5,
};

/* The letter beneath the marks, U+00C0 to U+017F; '/' is kept as it is. */
static const char latin_base[] =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/* Vietnamese letters beyond ASCII as the tables have them, else NONE. */
static unsigned
letter_code(uint32_t cp)
{
	if (cp >= 0xc0 && cp <= 0x1b0)
		return latin[cp - 0xc0];
	if (cp >= 0x1ea0 && cp <= 0x1ef9)
		return extended[cp - 0x1ea0];
	return NONE;
}

bool
text_letter_split(uint32_t cp, struct text_letter *out)
{
	unsigned code, vowel;

	*out = (struct text_letter){ 0 };
	if ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z') {
		out->base = (char)(cp | 0x20);
		out->upper = cp < 'a';
		return true;
	}
	if ((code = letter_code(cp)) == NONE)
		return false;
	vowel = (code & ~UPPER) / 6;
	out->upper = (code & UPPER) != 0;
	if ((code & ~UPPER) == BAR_D) {
		out->base = 'd';
		out->shape = SHAPE_BAR;
		return true;
	}
	out->base = vowel_base[vowel];
	out->shape = (enum text_shape)vowel_shape[vowel];
	out->tone = (enum text_tone)((code & ~UPPER) % 6);
	return true;
}

uint32_t
text_letter_join(struct text_letter l)
{
	uint32_t cp = 0;

	for (unsigned i = 0; i < ARRAY_LEN(vowel_shape); i++)
		if (vowel_base[i] == l.base &&
		    vowel_shape[i] == (unsigned char)l.shape)
			cp = lower[i * 6 + (unsigned)l.tone];
	if (cp == 0 && l.tone == TONE_NONE && l.base >= 'a' && l.base <= 'z') {
		if (l.shape == SHAPE_NONE)
			cp = (uint32_t)l.base;
		else if (l.shape == SHAPE_BAR && l.base == 'd')
			cp = 0x111;
	}
	if (cp == 0 || !l.upper)
		return cp;
	return cp < 0x100 ? cp - 0x20 : cp - 1;
}

/* The ASCII character that stands for cp, case kept; 0 if there is none. */
static char
ascii_base(uint32_t cp)
{
	unsigned code;

	if (cp < 0x80)
		return (char)cp;
	code = letter_code(cp);
	if (code != NONE) {
		char base = (code & ~UPPER) == BAR_D
		    ? 'd' : vowel_base[(code & ~UPPER) / 6];

		return (char)((code & UPPER) != 0 ? base - 0x20 : base);
	}
	if (cp >= 0xc0 && cp < 0x180)
		return latin_base[cp - 0xc0];
	switch (cp) {
	case 0xa0:
		return ' ';
	case 0x180: /* of Bahnar and Ede */
		return 'b';
	case 0x243:
		return 'B';
	case 0x2bc: case 0x2018: case 0x2019:
		return '\'';
	case 0x201c: case 0x201d:
		return '"';
	case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014:
		return '-';
	case 0x2026:
		return '.';
	case 0x20ab: /* the sign of the dong */
		return 'd';
	default:
		return 0;
	}
}

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 0x20) : c;
}

static void
fold_other(struct buf *out, uint32_t cp)
{
	utf8proc_int32_t parts[16];
	utf8proc_ssize_t n;
	int class = UTF8PROC_BOUNDCLASS_START;
	char utf8[4], c;

	n = utf8proc_decompose_char((utf8proc_int32_t)cp, parts,
	    ARRAY_LEN(parts), (utf8proc_option_t)(UTF8PROC_DECOMPOSE |
		UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK), &class);
	if (n > (utf8proc_ssize_t)ARRAY_LEN(parts))
		BUG("U+%04X has %td parts", cp, n);
	for (utf8proc_ssize_t i = 0; i < n; i++) {
		c = ascii_base((uint32_t)parts[i]);
		if (c != 0)
			buf_addc(out, ascii_lower(c));
		else
			buf_add(out, utf8,
			    text_encode((uint32_t)parts[i], utf8));
	}
}

void
text_fold(struct buf *out, struct str s)
{
	bool space = false, any = false;
	uint32_t cp;
	size_t n;
	char c;

	/* Room for all that is left, so that most letters are just stored. */
	buf_reserve(out, s.n);
	for (size_t i = 0; i < s.n; i += n) {
		n = text_decode((struct str){ s.p + i, s.n - i }, &cp);
		if (n == 0) {
			cp = '?';
			n = 1;
		}
		c = ascii_base(cp);
		if (c <= ' ') {
			if (c == ' ' || text_is_space(cp)) {
				space = true;
				continue;
			}
			if (text_is_mark(cp))
				continue;
		}
		if (space && any)
			out->p[out->n++] = ' ';
		space = false;
		any = true;
		if (c != 0) {
			out->p[out->n++] = ascii_lower(c);
		} else {
			fold_other(out, cp);
			buf_reserve(out, s.n - i);
		}
	}
	out->p[out->n] = '\0';
}

struct str
text_folded(struct arena *a, struct str s)
{
	struct buf b = BUF_INIT;
	struct str out;

	text_fold(&b, s);
	out = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

void
text_unaccent(struct buf *out, struct str s)
{
	uint32_t cp;
	size_t n;
	char c;

	for (size_t i = 0; i < s.n; i += n) {
		n = text_decode((struct str){ s.p + i, s.n - i }, &cp);
		if (n == 0) {
			cp = '?';
			n = 1;
		}
		c = ascii_base(cp);
		if (c != 0 && text_is_allowed((unsigned char)c)) {
			buf_addc(out, c);
			continue;
		}
		for (int w = text_cp_width(cp); w > 0; w--)
			buf_addc(out, '?');
	}
}

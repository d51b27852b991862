#include "base/text.h"
#include "base/word.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define MARKS_NFC 30 /* marks in a row that are put in order at all */

size_t
text_decode_long(struct str s, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c, min;
	size_t n;

	if (s.n == 0)
		return 0;
	c = p[0];
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	min = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
	if (s.n < n)
		return 0;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < min || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*cp = c;
	return n;
}

size_t
text_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		if (cp >= 0xd800 && cp < 0xe000)
			return 0;
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	if (cp > 0x10ffff)
		return 0;
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

static struct str
rest(struct str s, size_t i)
{
	return (struct str){ s.p + i, s.n - i };
}

bool
text_is_utf8(struct str s)
{
	uint32_t cp;
	size_t n;

	for (size_t i = text_plain(s); i < s.n; i += n)
		if ((n = text_decode(rest(s, i), &cp)) == 0)
			return false;
	return true;
}

bool
text_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

bool
text_is_allowed(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} refused[] = {
		{ 0x0000, 0x001f },     /* C0 */
		{ 0x007f, 0x009f },     /* DEL, C1 */
		{ 0x200b, 0x200f },     /* zero width, direction marks */
		{ 0x2028, 0x202e },     /* separators, embeddings, overrides */
		{ 0x2066, 0x2069 },     /* isolates */
		{ 0xd800, 0xf8ff },     /* surrogates, private use */
		{ 0xfdd0, 0xfdef },     /* noncharacters */
		{ 0xfeff, 0xfeff },     /* byte order mark */
		{ 0xf0000, UINT32_MAX } /* private use, and no code points */
	};

	if ((cp & 0xfffe) == 0xfffe)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		if (cp >= refused[i].first && cp <= refused[i].last)
			return false;
	return true;
}

bool
text_is_mark(uint32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x300 || (cp >= 0x1ea0 && cp <= 0x1ef9))
		return false;
	c = utf8proc_category((utf8proc_int32_t)cp);
	return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC ||
	    c == UTF8PROC_CATEGORY_ME;
}

/* Bytes of the plain letter beyond ASCII at p: 2, 3, or 0 if there is none. */
static inline size_t
plain_letter(const unsigned char *p, const unsigned char *end)
{
	if (end - p < 2 || (p[1] & 0xc0) != 0x80)
		return 0;
	if (p[0] >= 0xc2 && p[0] <= 0xcb) /* U+00A0 to U+02FF */
		return p[0] > 0xc2 || p[1] >= 0xa0 ? 2 : 0;
	if (end - p < 3 || (p[2] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xe1) /* U+1EA0 to U+1EF9 */
		return (p[1] == 0xba && p[2] >= 0xa0) ||
			(p[1] == 0xbb && p[2] <= 0xb9) ? 3 : 0;
	if (p[0] == 0xe2 && p[1] == 0x80) /* dashes, quotes, the ellipsis */
		return p[2] >= 0x90 && p[2] <= 0xa6 ? 3 : 0;
	return p[0] == 0xe2 && p[1] == 0x82 && p[2] == 0xab ? 3 : 0; /* dong */
}

/*
 * The highest bit of a byte is set if the byte is not plain ASCII: each of the
 * sums and differences does it for one reason.  What is carried or borrowed
 * can set it wrongly, but only in bytes after one that ends the text.
 */
static inline uint64_t
not_plain(uint64_t w)
{
	return ((w - WORD_OF(0x20)) | (w + WORD_OF(1)) |
		   ((w ^ WORD_OF('"')) - WORD_OF(1)) |
		   ((w ^ WORD_OF('\\')) - WORD_OF(1))) & WORD_OF(0x80);
}

/* Less than a word, byte by byte. */
static const unsigned char *
plain_tail(const unsigned char *p, const unsigned char *end)
{
	size_t n;

	for (; p < end; p += n) {
		n = *p >= 0x80 ? plain_letter(p, end)
		    : *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\';
		if (n == 0)
			break;
	}
	return p;
}

const char *
text_plain_end(const char *from, const char *to)
{
	const unsigned char *p = (const unsigned char *)from;
	const unsigned char *end = (const unsigned char *)to;
	uint64_t bad;
	size_t n;

	while (end - p >= 8) {
		bad = not_plain(word_load(p));
		if (bad == 0) {
			p += 8;
			continue;
		}
		p += (unsigned)__builtin_ctzll(bad) / 8;
		n = *p < 0x80 ? 0 : plain_letter(p, end);
		if (n == 0)
			return (const char *)p;
		p += n;
	}
	return (const char *)plain_tail(p, end);
}

/* The length of the longest run of marks is at most max; s is UTF-8. */
static bool
marks_within(struct str s, size_t max)
{
	size_t run = 0, n;
	uint32_t cp;

	for (size_t i = 0; i < s.n; i += n) {
		n = text_decode(rest(s, i), &cp);
		if (n == 0)
			return false;
		run = text_is_mark(cp) ? run + 1 : 0;
		if (run > max)
			return false;
	}
	return true;
}

/* NFC in memory of malloc; NULL where s is left as it is. */
static char *
nfc_alloc(struct str s, size_t *n)
{
	utf8proc_uint8_t *out;
	utf8proc_ssize_t r;

	if (s.n > PTRDIFF_MAX / 32 || !marks_within(s, MARKS_NFC))
		return NULL;
	r = utf8proc_map((const utf8proc_uint8_t *)s.p,
	    (utf8proc_ssize_t)s.n, &out,
	    (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
	if (r == UTF8PROC_ERROR_NOMEM)
		base_die("%s", _("out of memory"));
	if (r < 0)
		return NULL;
	*n = (size_t)r;
	return (char *)out;
}

struct str
text_nfc(struct arena *a, struct str s)
{
	struct str out;
	char *p = NULL;
	size_t n = 0;

	if (text_plain(s) < s.n)
		p = nfc_alloc(s, &n);
	if (p == NULL)
		return arena_str_dup(a, s);
	out = arena_str_dup(a, (struct str){ p, n });
	free(p);
	return out;
}

/* No code point below U+0300 is changed by NFC, nor changes another. */
static bool
is_stable(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		i += text_plain(rest(s, i));
		if (i == s.n)
			return true;
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
		i++;
	}
	return true;
}

bool
text_is_nfc(struct str s)
{
	char *p;
	size_t n;
	bool same;

	if (is_stable(s))
		return true;
	p = nfc_alloc(s, &n);
	same = p != NULL && str_eq((struct str){ p, n }, s);
	free(p);
	return same;
}

enum err
text_check(struct str s, unsigned flags, struct error *e)
{
	bool lines = (flags & TEXT_LINES) != 0;
	size_t i = 0, n, at = 0, run = 0;
	uint32_t cp;

	while ((i += text_plain(rest(s, i))) < s.n && (s.p[i] == '"' ||
		s.p[i] == '\\' || (s.p[i] == '\n' && lines)))
		i++;
	if (i == s.n)
		return OK;
	for (i = 0; i < s.n; i += n) {
		at++;
		n = text_decode(rest(s, i), &cp);
		if (n == 0)
			return error_set(e, ERR_TEXT,
			    N_("byte %zu is not UTF-8"), i + 1);
		if (!text_is_allowed(cp) && !(cp == '\n' && lines))
			return error_set(e, ERR_TEXT,
			    N_("character %zu (U+%04X) may not be in a text"),
			    at, cp);
		run = text_is_mark(cp) ? run + 1 : 0;
		if (run > TEXT_MARKS_MAX)
			return error_set(e, ERR_TEXT,
			    N_("more than %d marks in a row at character %zu"),
			    TEXT_MARKS_MAX, at);
	}
	if (!text_is_nfc(s))
		return error_set(e, ERR_TEXT,
		    N_("letters and marks are not composed (NFC)"));
	return OK;
}

enum err
text_clean(struct arena *a, struct str s, unsigned flags, struct str *out,
    struct error *e)
{
	struct str nfc = text_is_utf8(s) ? text_nfc(a, s) : s;
	enum err r = text_check(nfc, flags, e);

	if (r == OK)
		*out = nfc;
	return r;
}

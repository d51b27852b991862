#ifndef BASE_TEXT_H
#define BASE_TEXT_H
/*
 * UTF-8 text.  The text rule (SAFETY X): what is stored is valid UTF-8 in
 * NFC, without C0 (but U+000A where several lines are allowed), DEL, C1,
 * U+2028/9, U+202A-E, U+2066-9, U+200B-F, U+FEFF, noncharacters, private use
 * and unassigned-by-rule surrogates; at most 4 combining marks in a row.
 * Whatever is shown or printed is escaped once more by text_safe.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define TEXT_MARKS_MAX 4 /* combining marks in a row */

enum text_flags {
	TEXT_LINES = 1 << 0, /* U+000A is allowed */
};

size_t text_decode_long(struct str s, uint32_t *cp); /* of several bytes */
/* Decodes one code point at s.p; returns its bytes (1-4), or 0 if invalid. */
static inline size_t
text_decode(struct str s, uint32_t *cp)
{
	if (s.n == 0 || (unsigned char)s.p[0] >= 0x80)
		return text_decode_long(s, cp);
	*cp = (unsigned char)s.p[0];
	return 1;
}
size_t text_encode(uint32_t cp, char out[4]); /* bytes written, 0 if invalid */
bool text_is_utf8(struct str s);
bool text_is_ascii(struct str s);
bool text_is_allowed(uint32_t cp); /* may stand in a one-line stored text */

/*
 * Bytes at the start of s that are plain: they follow the rule, are NFC and
 * stand for themselves in JSON (ASCII but " and \\, and the letters of Latin
 * and Vietnamese).  This is nearly all text; text_plain_end is where it ends.
 */
const char *text_plain_end(const char *from, const char *to);
static inline size_t
text_plain(struct str s)
{
	return (size_t)(text_plain_end(s.p, s.p + s.n) - s.p);
}
/* OK, or ERR_TEXT naming the refused character and its place. */
enum err text_check(struct str s, unsigned flags, struct error *e) MUSTUSE;
/* NFC of s, then text_check.  Trims nothing. */
enum err text_clean(struct arena *a, struct str s, unsigned flags,
    struct str *out, struct error *e) MUSTUSE;
/*
 * s must be UTF-8.  More than 30 marks in a row (the limit of the stream-safe
 * format of Unicode) are left as they are, and are never NFC: putting them in
 * order would take quadratic time.
 */
struct str text_nfc(struct arena *a, struct str s);
bool text_is_nfc(struct str s); /* fast for ASCII and Vietnamese letters */

size_t text_count(struct str s); /* code points */
/* Byte offset of code point number i (0-based), s.n if past the end. */
size_t text_offset(struct str s, size_t i);
struct str text_trim(struct str s); /* spaces at both ends, lent */
/* Trims and makes one space of each run of white space. */
struct str text_squeeze(struct arena *a, struct str s);
struct str text_upper(struct arena *a, struct str s);
struct str text_lower(struct arena *a, struct str s);

bool text_is_far_space(uint32_t cp);
/* White space of any kind. */
static inline bool
text_is_space(uint32_t cp)
{
	if (cp < 0x1680)
		return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0;
	return text_is_far_space(cp);
}
bool text_is_mark(uint32_t cp);  /* combines with the letter before it */
/* Columns on a terminal: 0 for combining marks, 2 for wide, else 1. */
int text_cp_width(uint32_t cp);
size_t text_width(struct str s);
/* Longest prefix that fits into width columns and ends at a cluster. */
struct str text_fit(struct str s, size_t width);
/* Bytes of the cluster (letter and its marks) at the start of s. */
size_t text_cluster(struct str s);

/* For a terminal or a print: what the rule refuses becomes "?". */
void text_safe(struct buf *out, struct str s);

/*
 * A letter taken apart.  Vietnamese has 33 letters (29 and f j w z), of which
 * 12 vowels carry one of six tones.
 */
enum text_shape {
	SHAPE_NONE,
	SHAPE_BREVE, /* ă */
	SHAPE_HAT,   /* â ê ô */
	SHAPE_HORN,  /* ơ ư */
	SHAPE_BAR,   /* đ */
};
enum text_tone {
	TONE_NONE,
	TONE_HUYEN,
	TONE_HOI,
	TONE_NGA,
	TONE_SAC,
	TONE_NANG,
};
struct text_letter {
	char base; /* a-z */
	enum text_shape shape;
	enum text_tone tone;
	bool upper;
};
/* False if cp is no letter of Vietnamese. */
bool text_letter_split(uint32_t cp, struct text_letter *out);
uint32_t text_letter_join(struct text_letter letter); /* 0 if there is none */

/*
 * The search key: no tone, no marks, d for đ, lower case, one space between
 * words; a fold of a name is ASCII.
 */
void text_fold(struct buf *out, struct str s);
struct str text_folded(struct arena *a, struct str s);
/*
 * Sort key: memcmp order is Vietnamese dictionary order, syllable by
 * syllable: letters (a ă â b c d đ ...), then tones ngang huyền hỏi ngã sắc
 * nặng.  Case decides last, over the whole text, so that a name in capitals
 * stands beside the same name in small letters.  The place of the tone in its
 * syllable (hòa, hoà) does not matter.  With given_first, the last word
 * counts first, then middle, then family name, as lists of persons are read.
 */
void text_sort_key(struct buf *out, struct str s, bool given_first);
/*
 * The accent-free form for terminals without the letters: ASCII of the same
 * width; case is kept, what has no such form becomes "?".
 */
void text_unaccent(struct buf *out, struct str s);
/*
 * Edit distance of two ASCII words, at most max + 1; for spelling guesses.
 * Two letters swapped count as one.
 */
unsigned text_distance(struct str a, struct str b, unsigned max);

#endif

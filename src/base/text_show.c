#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

static struct str
rest(struct str s, size_t i)
{
	return (struct str){ s.p + i, s.n - i };
}

/* Decodes at s, where a byte that is not UTF-8 counts as U+FFFD. */
static size_t
decode_any(struct str s, uint32_t *cp)
{
	size_t n = text_decode(s, cp);

	if (n > 0)
		return n;
	*cp = 0xfffd;
	return 1;
}

bool
text_is_far_space(uint32_t cp)
{
	return cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) ||
	    cp == 0x2028 || cp == 0x2029 || cp == 0x202f || cp == 0x205f ||
	    cp == 0x3000;
}

size_t
text_count(struct str s)
{
	size_t count = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n; count++)
		i += decode_any(rest(s, i), &cp);
	return count;
}

size_t
text_offset(struct str s, size_t i)
{
	size_t at = 0;
	uint32_t cp;

	while (i-- > 0 && at < s.n)
		at += decode_any(rest(s, at), &cp);
	return at;
}

/* ASCII that is seen: neither a space nor a part of another character. */
static bool
is_graphic(char c)
{
	return c > ' ' && c < 0x7f;
}

static struct str
trim(struct str s)
{
	size_t n, end = 0;
	uint32_t cp;

	while (s.n > 0) {
		n = decode_any(s, &cp);
		if (!text_is_space(cp))
			break;
		s = rest(s, n);
	}
	for (size_t i = 0; i < s.n; i += n) {
		n = decode_any(rest(s, i), &cp);
		if (!text_is_space(cp))
			end = i + n;
	}
	s.n = end;
	return s;
}

struct str
text_trim(struct str s)
{
	if (s.n > 0 && is_graphic(s.p[0]) && is_graphic(s.p[s.n - 1]))
		return s;
	return trim(s);
}

struct str
text_squeeze(struct arena *a, struct str s)
{
	char *p;
	size_t n, used = 0;
	bool space = false;
	uint32_t cp;

	s = text_trim(s);
	p = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i += n) {
		n = decode_any(rest(s, i), &cp);
		if (text_is_space(cp)) {
			if (!space)
				p[used++] = ' ';
			space = true;
			continue;
		}
		space = false;
		memcpy(p + used, s.p + i, n);
		used += n;
	}
	return (struct str){ p, used };
}

static uint32_t
cp_case(uint32_t cp, bool upper)
{
	struct text_letter letter;
	utf8proc_int32_t c = (utf8proc_int32_t)cp;

	if (text_letter_split(cp, &letter)) {
		letter.upper = upper;
		return text_letter_join(letter);
	}
	if (cp < 0x80)
		return cp;
	return (uint32_t)(upper ? utf8proc_toupper(c) : utf8proc_tolower(c));
}

/* A letter and its other case may differ in length (U+2C65). */
static struct str
text_case(struct arena *a, struct str s, bool upper)
{
	struct str out;
	struct buf b = BUF_INIT;
	uint32_t cp;
	size_t n;
	char utf8[4];

	for (size_t i = 0; i < s.n; i += n) {
		n = text_decode(rest(s, i), &cp);
		if (n == 0)
			buf_add(&b, s.p + i, n = 1);
		else
			buf_add(&b, utf8, text_encode(cp_case(cp, upper),
			    utf8));
	}
	out = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct str
text_upper(struct arena *a, struct str s)
{
	return text_case(a, s, true);
}

struct str
text_lower(struct arena *a, struct str s)
{
	return text_case(a, s, false);
}

/* What the rule refuses is shown as a question mark, one column. */
int
text_cp_width(uint32_t cp)
{
	utf8proc_category_t c;

	if (cp < 0x300 || (cp >= 0x1ea0 && cp <= 0x1ef9) ||
	    !text_is_allowed(cp))
		return 1;
	c = utf8proc_category((utf8proc_int32_t)cp);
	if (c == UTF8PROC_CATEGORY_CN)
		return 1;
	return utf8proc_charwidth((utf8proc_int32_t)cp);
}

size_t
text_width(struct str s)
{
	size_t width = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n;) {
		i += decode_any(rest(s, i), &cp);
		width += (size_t)text_cp_width(cp);
	}
	return width;
}

size_t
text_cluster(struct str s)
{
	size_t n, at;
	uint32_t cp;

	if (s.n == 0)
		return 0;
	for (at = decode_any(s, &cp); at < s.n; at += n) {
		n = decode_any(rest(s, at), &cp);
		if (text_cp_width(cp) > 0)
			break;
	}
	return at;
}

struct str
text_fit(struct str s, size_t width)
{
	size_t at = 0, n, used = 0;

	while (at < s.n) {
		n = text_cluster(rest(s, at));
		used += text_width((struct str){ s.p + at, n });
		if (used > width)
			break;
		at += n;
	}
	return (struct str){ s.p, at };
}

void
text_safe(struct buf *out, struct str s)
{
	size_t n, run = 0;
	uint32_t cp;

	buf_reserve(out, s.n);
	for (size_t i = 0; i < s.n; i += n) {
		n = text_decode(rest(s, i), &cp);
		run = n > 0 && text_is_mark(cp) ? run + 1 : 0;
		if (n == 0 || !text_is_allowed(cp) || run > TEXT_MARKS_MAX) {
			n = n == 0 ? 1 : n;
			run = 0;
			buf_addc(out, '?');
		} else {
			buf_add(out, s.p + i, n);
		}
	}
}

#define DISTANCE_MAX 64

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned
text_distance(struct str a, struct str b, unsigned max)
{
	unsigned rows[3][DISTANCE_MAX + 1];
	unsigned *two = rows[0], *one = rows[1], *now = rows[2], *t, best;

	if (a.n > DISTANCE_MAX || b.n > DISTANCE_MAX)
		return str_eq(a, b) ? 0 : max + 1;
	for (unsigned j = 0; j <= b.n; j++)
		one[j] = two[j] = j;
	for (unsigned i = 1; i <= a.n; i++) {
		best = now[0] = i;
		for (unsigned j = 1; j <= b.n; j++) {
			bool same = a.p[i - 1] == b.p[j - 1];

			now[j] = min3(one[j] + 1, now[j - 1] + 1,
			    one[j - 1] + (same ? 0 : 1));
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && two[j - 2] < now[j])
				now[j] = two[j - 2] + 1;
			best = now[j] < best ? now[j] : best;
		}
		if (best > max)
			return max + 1;
		t = two;
		two = one;
		one = now;
		now = t;
	}
	return one[b.n] <= max ? one[b.n] : max + 1;
}

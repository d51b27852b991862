/* The text rule: nothing refused is ever stored or shown. */
#include "fuzz.h"

#include "base/text.h"

static void
check_stored(struct arena *a, struct str s, unsigned flags)
{
	struct str out, again;
	uint32_t cp;
	size_t n;

	if (text_clean(a, s, flags, &out, NULL) != OK)
		return;
	MUST_HOLD(text_check(out, flags, NULL) == OK);
	MUST_HOLD(text_is_nfc(out));
	again = text_nfc(a, out);
	MUST_HOLD(str_eq(again, out));
	for (size_t i = 0; i < out.n; i += n) {
		n = text_decode((struct str){ out.p + i, out.n - i }, &cp);
		MUST_HOLD(n > 0);
		MUST_HOLD(text_is_allowed(cp) ||
		    (cp == '\n' && (flags & TEXT_LINES) != 0));
	}
}

static void
check_shown(struct str s)
{
	struct buf b = BUF_INIT;
	uint32_t cp;
	size_t n, width;

	text_safe(&b, s);
	for (size_t i = 0; i < b.n; i += n) {
		n = text_decode((struct str){ b.p + i, b.n - i }, &cp);
		MUST_HOLD(n > 0);
		MUST_HOLD(text_is_allowed(cp));
	}
	width = text_width(s);
	for (size_t i = 0; i < 20; i++) {
		struct str fit = text_fit(s, i);

		MUST_HOLD(text_width(fit) <= i);
		MUST_HOLD(i < width || fit.n == s.n);
	}
	for (size_t i = 0; i < s.n; i += n) {
		n = text_cluster((struct str){ s.p + i, s.n - i });
		MUST_HOLD(n > 0 && n <= s.n - i);
	}
	buf_release(&b);
}

/* Read by words it ends where it ends read one code point after the other. */
static void
check_plain(struct str s)
{
	size_t plain = text_plain(s), i = 0, n;
	struct str one;
	uint32_t cp;

	do {
		one = (struct str){ s.p + i, s.n - i };
		n = one.n = text_decode(one, &cp);
		i += text_plain(one);
	} while (n > 0 && text_plain(one) == n);
	MUST_HOLD(i == plain);
	MUST_HOLD(text_check((struct str){ s.p, plain }, 0, NULL) == OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena *a = arena_new();

	check_plain(s);
	MUST_HOLD(text_is_utf8(s) || text_check(s, TEXT_LINES, NULL) != OK);
	check_stored(a, s, 0);
	check_stored(a, s, TEXT_LINES);
	check_shown(s);
	MUST_HOLD(text_offset(s, text_count(s)) == s.n);
	MUST_HOLD(text_trim(text_trim(s)).n == text_trim(s).n);
	MUST_HOLD(text_squeeze(a, s).n <= s.n);
	arena_free(a);
	return 0;
}

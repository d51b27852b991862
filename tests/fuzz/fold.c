/* Search and sort keys of any bytes: stable, and blind to what they should. */
#include "fuzz.h"

#include "base/text.h"

static void
check_sort(struct arena *a, struct str s, bool given_first)
{
	struct buf x = BUF_INIT, y = BUF_INIT;

	text_sort_key(&x, s, given_first);
	text_sort_key(&y, text_squeeze(a, s), given_first);
	MUST_HOLD(str_eq(buf_str(&x), buf_str(&y)));
	if (text_is_utf8(s)) {
		buf_clear(&y);
		text_sort_key(&y, text_nfc(a, s), given_first);
		MUST_HOLD(str_eq(buf_str(&x), buf_str(&y)));
	}
	buf_release(&x);
	buf_release(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n }, once, twice;
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;

	once = text_folded(a, s);
	twice = text_folded(a, once);
	MUST_HOLD(str_eq(once, twice));
	MUST_HOLD(str_eq(text_folded(a, text_squeeze(a, s)), once));
	text_unaccent(&b, s);
	MUST_HOLD(text_is_ascii(buf_str(&b)));
	MUST_HOLD(b.n == text_width(s));
	check_sort(a, s, false);
	check_sort(a, s, true);
	text_upper(a, s);
	text_lower(a, s);
	buf_release(&b);
	arena_free(a);
	return 0;
}

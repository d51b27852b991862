/* An event that is taken and understood, written again, is the same bytes. */
#include "fuzz.h"

#include "store/event.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena *a = arena_new();
	struct buf out = BUF_INIT;
	struct event ev;

	if (event_decode(a, s, &ev, NULL) == OK && ev.act != EVENT_UNKNOWN) {
		event_encode(&out, &ev);
		MUST_HOLD(str_eq(buf_str(&out), s));
	}
	buf_release(&out);
	arena_free(a);
	return 0;
}

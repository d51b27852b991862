/* An event that is taken and understood, written again, is the same bytes; and a
 * line that leaves out whom it follows is made whole and left out again. */
#include "fuzz.h"

#include "store/event.h"

static void
try_line(struct str line)
{
	static const struct event_id before = { { 1, 2, 3 } };
	struct buf room = BUF_INIT, again = BUF_INIT;
	struct str whole;

	if (event_line_whole(&room, line, &before, &whole, NULL) == OK &&
	    whole.p != line.p) {
		MUST_HOLD(
		    event_line_put(&again, whole, &before, NULL) == OK);
		MUST_HOLD(str_eq(buf_str(&again), line));
	}
	buf_release(&room);
	buf_release(&again);
}

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
	try_line(s);
	buf_release(&out);
	arena_free(a);
	return 0;
}

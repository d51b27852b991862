/* A header, an inner head or a checkpoint that is taken is one we would
 * write. */
#include "fuzz.h"

#include "handoff/bag.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n };
	struct arena *a = arena_new();
	struct buf again = BUF_INIT;
	struct bundle_header h;
	struct minisign_file file;
	struct checkpoint c;
	struct bag_head head;

	if (bundle_header_parse(text, &h, NULL) == OK) {
		bundle_header_format(&again, &h);
		MUST_HOLD(str_eq(buf_str(&again), text));
	}
	if (bag_head_parse(a, text, &head, NULL) == OK)
		MUST_HOLD(str_eq(bag_head_format(a, &head), text));
	if (outer_signature(text, &file, NULL) == OK)
		MUST_HOLD(file.trusted.n < n);
	if (checkpoint_parse(text, &c))
		MUST_HOLD(c.seq > 0);
	buf_release(&again);
	arena_free(a);
	return 0;
}

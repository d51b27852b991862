/* Whatever the tar reader takes, however it comes in pieces, is what we would
 * write for it. */
#include "fuzz.h"

#include <string.h>

#include "handoff/ustar.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t zeros[2 * USTAR_BLOCK];
	size_t step = n > 0 ? 1 + p[n - 1] * 7u : 1, pad = 0;
	enum ustar_event event = USTAR_MORE;
	struct buf again = BUF_INIT;
	struct ustar_reader r;
	struct str data;

	ustar_begin(&r);
	for (size_t at = 0; at < n; at += step) {
		struct str in = { (const char *)p + at,
			n - at < step ? n - at : step };

		do {
			if (ustar_next(&r, &in, &event, &data, NULL) != OK) {
				buf_release(&again);
				return 0;
			}
			if (event == USTAR_FILE) {
				uint8_t head[USTAR_BLOCK];

				buf_add(&again, zeros, pad);
				ustar_head(head, r.name, r.size);
				buf_add(&again, head, sizeof head);
				pad = ustar_padding(r.size);
			}
			buf_add_str(&again, data);
		} while (event != USTAR_MORE && event != USTAR_END);
	}
	if (event == USTAR_END) {
		buf_add(&again, zeros, pad);
		buf_add(&again, zeros, sizeof zeros);
		MUST_HOLD(again.n == n && memcmp(again.p, p, n) == 0);
	}
	buf_release(&again);
	return 0;
}

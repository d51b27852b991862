/* Any keys: the word stays letters, and grows by one at most. */
#include "fuzz.h"

#include "base/text.h"
#include "tui/compose.h"

#define LINE 64

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint32_t line[LINE] = { 0 }, cp;
	size_t at = 0, bytes, start, length;
	struct compose_state st = { 0 };
	char utf8[4];

	if (n == 0)
		return 0;
	st.method = (enum compose_method)(p[0] % 3);
	st.new_style = (p[0] & 0x10) != 0;
	for (size_t i = 1; i < n; i += bytes) {
		bytes = text_decode(
		    (struct str){ (const char *)p + i, n - i }, &cp);
		if (bytes == 0) {
			bytes = 1;
			at -= at > 0; /* a deleted letter */
			compose_reset(&st);
			continue;
		}
		start = compose_word(line, at);
		length = compose_key(
		    &st, line + start, at - start, LINE - start, cp);
		MUST_HOLD(start + length == at || start + length == at + 1);
		at = start + length;
		for (size_t j = start; j < at; j++)
			MUST_HOLD(line[j] == cp ||
			    (line[j] != 0 && text_encode(line[j], utf8) > 0));
	}
	return 0;
}

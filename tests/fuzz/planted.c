/* A fault that a fuzzer finds in a moment, so that a run of fuzzing that finds
 * nothing is known to have looked. */
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char word[] = "xã";

	MUST_HOLD(n < sizeof word || memcmp(p, word, sizeof word - 1) != 0 ||
	    p[sizeof word - 1] != '!');
	return 0;
}

/* A crash that is found in a moment, but not in the corpus itself: who finds
 * nothing in a run is known to have looked. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char word[] = "xã";

	if (n >= sizeof word && memcmp(p, word, sizeof word - 1) == 0 &&
	    p[sizeof word - 1] == '!')
		abort();
	return 0;
}

/*
 * A key file from a stranger: within the limits, and one text for one value.
 * The input is what stands under "keys"; the sum is made to fit, or it would
 * stop everything.
 */
#include "fuzz.h"

#include "base/coding.h"
#include "crypt/hash.h"
#include "crypt/keyfile_text.h"
#include "crypt/secret.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str keys = { (const char *)p, n }, text;
	struct arena *a;
	struct keyfile k;
	uint8_t sum[HASH_SIZE];
	char hex[HASH_HEX];

	MUST_HOLD(secret_init(NULL) == OK);
	a = arena_new();
	(void)!keyfile_parse(a, keys, &k, NULL);
	hash_blake2b(sum, keys);
	hex_encode(hex, sum, sizeof sum);
	text = str_of(arena_printf(a,
	    "{\"ansinh_keys\":1,\"keys\":%.*s,\"sum\":\"%s\"}",
	    n > 2 * KEYFILE_SIZE_MAX ? 0 : (int)n, keys.p, hex));
	if (keyfile_parse(a, text, &k, NULL) == OK) {
		for (size_t i = 0; i < k.n; i++) {
			struct keyfile_entry *s = &k.slots[i];

			MUST_HOLD(i == 0 || s->mib <= KEYFILE_MIB_CEILING);
			keyfile_head(a, s);
		}
		MUST_HOLD(str_eq(keyfile_format(a, &k), text));
	}
	arena_free(a);
	return 0;
}

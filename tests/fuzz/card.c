/* A card that is taken is written again as it was, but for lines that may be
 * missing. */
#include "fuzz.h"

#include "base/file.h"
#include "crypt/secret.h"
#include "crypt/words.h"
#include "handoff/trust.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n };
	struct arena *a = arena_new();
	struct trust t = { 0 }, again;
	struct card c;
	struct str json;

	MUST_HOLD(secret_init(NULL) == OK);
	MUST_HOLD(
	    words_load(file_data_path(a, "conf/words.txt"), NULL) == OK);
	if (card_parse(text, &c, NULL) == OK) {
		struct str card = str_of(card_format(a, &c));

		MUST_HOLD(card.n >= n && str_starts(card, "ansinh-card 1\n"));
		MUST_HOLD(str_eq((struct str){ card.p, n }, text));
		MUST_HOLD(trust_add(a, &t, &c, NULL) == OK);
		json = trust_format(a, &t);
		MUST_HOLD(trust_parse(a, json, &again, NULL) == OK);
		MUST_HOLD(str_eq(trust_format(a, &again), json));
	}
	if (trust_parse(a, text, &t, NULL) == OK)
		MUST_HOLD(str_eq(trust_format(a, &t), text));
	arena_free(a);
	return 0;
}

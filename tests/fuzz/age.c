/*
 * An age file from a stranger: the header's MAC covers what it says, and only
 * what was read to its end is given out.
 */
#include "fuzz.h"

#include "crypt/age_header.h"
#include "crypt/secret.h"

#include <string.h>

/* Of the test vectors, so that the corpus reaches the payload. */
#define IDENTITY \
	"AGE-SECRET-KEY-" \
	"1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"

static void
header(struct str text)
{
	struct age_header h;
	size_t n = age_header_size(text);

	MUST_HOLD(n <= text.n);
	text.n = n;
	if (age_header_parse(text, &h, NULL) != OK)
		return;
	MUST_HOLD(h.n <= AGE_RECIPIENTS_MAX);
	MUST_HOLD(h.n == 0 || !h.passphrase);
	MUST_HOLD(h.covered + sizeof " 0123456789abcdef0123456789abcdef"
	                              "0123456789a\n" - 1 == n);
	MUST_HOLD(memcmp(text.p + h.covered - 4, "\n--- ", 5) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct age_identity *id;
	struct str in = { (const char *)p, n }, out = { NULL, 0 };
	struct arena *a;
	struct error e = { 0 };

	if (id == NULL) {
		MUST_HOLD(secret_init(NULL) == OK);
		id = age_identity_parse(STR(IDENTITY));
		MUST_HOLD(id != NULL);
	}
	header(in);
	a = arena_new();
	if (age_decrypt(a, &id, 1, in, &out, &e) == OK)
		MUST_HOLD(out.n < n && age_header_size(in) > 0);
	else
		MUST_HOLD(out.p == NULL && e.code != OK);
	arena_free(a);
	return 0;
}

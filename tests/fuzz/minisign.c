/* A signature from a stranger: what is read, written again, is the same. */
#include "fuzz.h"

#include "base/coding.h"
#include "crypt/minisign.h"
#include "crypt/secret.h"

#include <string.h>

#define LINES "%.*s\n%s\ntrusted comment: %.*s\n%s\n"

static void
check(struct arena *a, struct str in, const struct minisign_file *f)
{
	uint8_t raw[74] = { 'E', 'D' };
	char first[BASE64_LEN(sizeof raw) + 1], second[BASE64_LEN(64) + 1];
	const char *end = memchr(in.p, '\n', in.n);

	MUST_HOLD(end != NULL);
	MUST_HOLD(f->trusted.p > end && f->trusted.p < in.p + in.n);
	memcpy(raw + 2, f->key_id, sizeof f->key_id);
	memcpy(raw + 10, f->signature, sizeof f->signature);
	base64_encode(first, raw, sizeof raw, true);
	base64_encode(second, f->global, sizeof f->global, true);
	MUST_HOLD(str_is(in, arena_printf(a, LINES, (int)(end - in.p), in.p,
	                         first, (int)f->trusted.n, f->trusted.p,
	                         second)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t hash[64];
	struct str in = { (const char *)p, n };
	struct minisign_file f;
	struct minisign_public k = { { 0 }, { 1 } };
	struct arena *a;

	MUST_HOLD(secret_init(NULL) == OK);
	if (minisign_parse(in, &f, NULL) != OK)
		return 0;
	a = arena_new();
	check(a, in, &f);
	memcpy(k.id, f.key_id, sizeof k.id);
	MUST_HOLD(minisign_verify(&f, &k, hash, NULL) == ERR_SIGNATURE);
	arena_free(a);
	return 0;
}

#include "crypt/minisign.h"

#include "base/coding.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define ALG 2
#define KEY_BYTES (ALG + 8 + 32)
#define SIG_BYTES (ALG + 8 + 64)

_Static_assert(MINISIGN_PUBLIC_TEXT == BASE64_LEN(KEY_BYTES) + 1,
    "a minisign key has another size");
_Static_assert(crypto_sign_SECRETKEYBYTES == 64, "Ed25519 keys differ");

/*
 * Keys.  The key number comes from the public key, so the same key has the
 * same number wherever it is made again.
 */
struct minisign_secret *
minisign_from_seed(const uint8_t seed[32])
{
	struct minisign_secret *k = secret_alloc(sizeof *k);
	uint8_t sum[HASH_SIZE];

	crypto_sign_seed_keypair(k->public.key, k->secret, seed);
	hash_blake2b(sum, (struct str){ (const char *)k->public.key, 32 });
	memcpy(k->public.id, sum, sizeof k->public.id);
	return k;
}

struct minisign_secret *
minisign_new(void)
{
	uint8_t *seed = secret_alloc(32);
	struct minisign_secret *k;

	random_bytes(seed, 32);
	k = minisign_from_seed(seed);
	secret_free(seed);
	return k;
}

void
minisign_public_text(
    const struct minisign_public *k, char out[MINISIGN_PUBLIC_TEXT])
{
	uint8_t raw[KEY_BYTES] = { 'E', 'd' };

	memcpy(raw + ALG, k->id, sizeof k->id);
	memcpy(raw + ALG + 8, k->key, sizeof k->key);
	base64_encode(out, raw, sizeof raw, true);
}

bool
minisign_public_parse(struct str s, struct minisign_public *out)
{
	uint8_t raw[KEY_BYTES];
	size_t n = sizeof raw;

	if (s.n != MINISIGN_PUBLIC_TEXT - 1 ||
	    !base64_decode(raw, &n, s, true) || n != sizeof raw ||
	    memcmp(raw, "Ed", ALG) != 0)
		return false;
	memcpy(out->id, raw + ALG, sizeof out->id);
	memcpy(out->key, raw + ALG + 8, sizeof out->key);
	return true;
}

/* A comment is one line; minisign's own has tabs in it. */
static bool
is_comment(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return s.n <= MINISIGN_COMMENT_MAX;
}

/* What the second signature covers: the first one, then the comment. */
static char *
global_text(struct arena *a, const uint8_t signature[64], struct str trusted)
{
	char *p = arena_alloc(a, 64 + trusted.n);

	memcpy(p, signature, 64);
	if (trusted.n > 0)
		memcpy(p + 64, trusted.p, trusted.n);
	return p;
}

char *
minisign_sign(struct arena *a, const struct minisign_secret *k,
    const uint8_t hash[64], const char *untrusted, const char *trusted)
{
	struct str comment = str_of(trusted);
	uint8_t raw[SIG_BYTES] = { 'E', 'D' }, global[64];
	uint8_t *signature = raw + ALG + 8;
	char first[BASE64_LEN(SIG_BYTES) + 1], second[BASE64_LEN(64) + 1];
	char *covered;

	if (!is_comment(str_of(untrusted)) || !is_comment(comment))
		BUG("a comment that is not one short line");
	memcpy(raw + ALG, k->public.id, sizeof k->public.id);
	crypto_sign_detached(signature, NULL, hash, 64, k->secret);
	covered = global_text(a, signature, comment);
	crypto_sign_detached(global, NULL, (const unsigned char *)covered,
	    64 + comment.n, k->secret);
	base64_encode(first, raw, sizeof raw, true);
	base64_encode(second, global, sizeof global, true);
	return arena_printf(a, UNTRUSTED "%s\n%s\n" TRUSTED "%s\n%s\n",
	    untrusted, first, trusted, second);
}

/* Takes the next line, which must begin with prefix; *rest is what follows
 * the prefix. */
static bool
next_line(struct str *text, const char *prefix, struct str *rest)
{
	const char *end = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);
	size_t n, skip = strlen(prefix);

	if (end == NULL || !str_starts(*text, prefix))
		return false;
	n = (size_t)(end - text->p);
	/* a prefix holds no line end, so it lies within the line */
	*rest = (struct str){ text->p + skip, n - skip };
	*text = (struct str){ end + 1, text->n - n - 1 };
	return true;
}

enum err
minisign_parse(struct str text, struct minisign_file *out, struct error *e)
{
	struct str untrusted, first, trusted, second;
	uint8_t raw[SIG_BYTES];
	size_t n = sizeof raw, global_n = sizeof out->global;

	if (text.n > MINISIGN_FILE_MAX)
		return error_set(e, ERR_LIMIT,
		    N_("the signature is larger than %d bytes"),
		    MINISIGN_FILE_MAX);
	if (!next_line(&text, UNTRUSTED, &untrusted) ||
	    !next_line(&text, "", &first) ||
	    !next_line(&text, TRUSTED, &trusted) ||
	    !next_line(&text, "", &second) || text.n != 0 ||
	    !is_comment(untrusted) || !is_comment(trusted))
		return error_set(
		    e, ERR_FORMAT, N_("this is not a minisign signature"));
	if (first.n != BASE64_LEN(SIG_BYTES) ||
	    !base64_decode(raw, &n, first, true) || n != sizeof raw ||
	    second.n != BASE64_LEN(64) ||
	    !base64_decode(out->global, &global_n, second, true) ||
	    global_n != sizeof out->global)
		return error_set(
		    e, ERR_FORMAT, N_("the signature is not well written"));
	if (memcmp(raw, "ED", ALG) != 0)
		return error_set(e, ERR_FORMAT,
		    N_("the signature is of another kind than \"ED\" "
		       "(Ed25519 over BLAKE2b)"));
	memcpy(out->key_id, raw + ALG, sizeof out->key_id);
	memcpy(out->signature, raw + ALG + 8, sizeof out->signature);
	out->trusted = trusted;
	return OK;
}

enum err
minisign_verify_comment(const struct minisign_file *f,
    const struct minisign_public *k, struct error *e)
{
	struct arena *a;
	const char *covered;
	bool good;

	if (memcmp(f->key_id, k->id, sizeof f->key_id) != 0)
		return error_set(
		    e, ERR_TRUST, N_("the signature is by another key"));
	a = arena_new();
	covered = global_text(a, f->signature, f->trusted);
	good = crypto_sign_verify_detached(f->global,
	           (const unsigned char *)covered, 64 + f->trusted.n,
	           k->key) == 0;
	arena_free(a);
	if (!good)
		return error_set(e, ERR_SIGNATURE,
		    N_("the signature over the comment does not hold"));
	return OK;
}

enum err
minisign_verify(const struct minisign_file *f,
    const struct minisign_public *k, const uint8_t hash[64], struct error *e)
{
	enum err r = minisign_verify_comment(f, k, e);

	if (r != OK)
		return r;
	if (crypto_sign_verify_detached(f->signature, hash, 64, k->key) != 0)
		return error_set(e, ERR_SIGNATURE,
		    N_("the signature does not hold for this file"));
	return OK;
}

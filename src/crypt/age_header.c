#include "crypt/age_header.h"

#include "base/coding.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>

#define VERSION_LINE "age-encryption.org/v1"
#define X25519_INFO "age-encryption.org/v1/X25519"
#define COLUMNS 64
#define KEY_TEXT 43 /* base64 of 32 bytes, without padding */

void
age_hkdf(uint8_t out[32], const uint8_t *key, size_t key_n,
    const uint8_t *salt, size_t salt_n, const char *info)
{
	static const uint8_t last = 1;
	crypto_auth_hmacsha256_state st;
	uint8_t extracted[32];

	crypto_auth_hmacsha256_init(&st, salt, salt_n);
	crypto_auth_hmacsha256_update(&st, key, key_n);
	crypto_auth_hmacsha256_final(&st, extracted);
	crypto_auth_hmacsha256_init(&st, extracted, sizeof extracted);
	crypto_auth_hmacsha256_update(
	    &st, (const unsigned char *)info, strlen(info));
	crypto_auth_hmacsha256_update(&st, &last, 1);
	crypto_auth_hmacsha256_final(&st, out);
	secret_wipe(&st, sizeof st);
	secret_wipe(extracted, sizeof extracted);
}

static void
header_mac(uint8_t out[32], const uint8_t file_key[AGE_FILE_KEY],
    const char *text, size_t covered)
{
	uint8_t key[32];

	/* without a salt */
	age_hkdf(key, file_key, AGE_FILE_KEY, file_key, 0, "header");
	crypto_auth_hmacsha256(
	    out, (const unsigned char *)text, covered, key);
	secret_wipe(key, sizeof key);
}

/* The key that a file key is wrapped with for one recipient. */
static bool
wrap_key(uint8_t out[32], const uint8_t scalar[32], const uint8_t point[32],
    const uint8_t share[32], const uint8_t public[32])
{
	uint8_t shared[32], salt[64];
	bool good = crypto_scalarmult(shared, scalar, point) == 0;

	memcpy(salt, share, 32);
	memcpy(salt + 32, public, 32);
	age_hkdf(out, shared, sizeof shared, salt, sizeof salt, X25519_INFO);
	secret_wipe(shared, sizeof shared);
	return good;
}

/* Writing. */

static enum err
write_stanza(struct buf *out, const struct age_public *to,
    const uint8_t file_key[AGE_FILE_KEY], struct error *e)
{
	static const uint8_t nonce[12];
	uint8_t scalar[32], share[32], key[32], body[32];
	char text[KEY_TEXT + 1];
	bool good;

	random_bytes(scalar, sizeof scalar);
	crypto_scalarmult_base(share, scalar);
	good = wrap_key(key, scalar, to->key, share, to->key);
	crypto_aead_chacha20poly1305_ietf_encrypt(body, NULL, file_key,
	    AGE_FILE_KEY, NULL, 0, NULL, nonce, key);
	secret_wipe(scalar, sizeof scalar);
	secret_wipe(key, sizeof key);
	if (!good)
		return error_set(e, ERR_FORMAT,
		    N_("nothing can be encrypted to a key of low order"));
	base64_encode(text, share, sizeof share, false);
	buf_printf(out, "-> X25519 %s\n", text);
	base64_encode(text, body, sizeof body, false);
	buf_printf(out, "%s\n", text);
	return OK;
}

enum err
age_header_write(struct buf *out, const struct age_public *recipients,
    size_t n, const uint8_t file_key[AGE_FILE_KEY], struct error *e)
{
	size_t start = out->n;
	uint8_t mac[32];
	char text[KEY_TEXT + 1];
	enum err r;

	if (n == 0 || n > AGE_RECIPIENTS_MAX)
		BUG("%zu recipients", n);
	buf_adds(out, VERSION_LINE "\n");
	for (size_t i = 0; i < n; i++)
		if ((r = write_stanza(out, &recipients[i], file_key, e)) != OK)
			return r;
	buf_adds(out, "---");
	header_mac(mac, file_key, out->p + start, out->n - start);
	base64_encode(text, mac, sizeof mac, false);
	buf_printf(out, " %s\n", text);
	return OK;
}

/* Reading. */

static bool
next_line(struct str *text, struct str *line)
{
	const char *end = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);

	if (end == NULL)
		return false;
	*line = (struct str){ text->p, (size_t)(end - text->p) };
	text->p += line->n + 1;
	text->n -= line->n + 1;
	return true;
}

size_t
age_header_size(struct str text)
{
	struct str rest = text, line;

	while (next_line(&rest, &line))
		if (str_starts(line, "---"))
			return text.n - rest.n;
	return 0;
}

/* The next argument: visible ASCII after one space. */
static bool
next_argument(struct str *line, struct str *word)
{
	size_t n = 1;

	if (line->n < 2 || line->p[0] != ' ')
		return false;
	while (n < line->n && line->p[n] > ' ' && line->p[n] < 0x7f)
		n++;
	*word = (struct str){ line->p + 1, n - 1 };
	line->p += n;
	line->n -= n;
	return word->n > 0;
}

static bool
decode_key(uint8_t out[32], struct str s)
{
	size_t n = 32;

	return s.n == KEY_TEXT && base64_decode(out, &n, s, false) && n == 32;
}

/* Lines of 64 columns and one shorter; *first is the first. */
static bool
read_body(struct str *text, struct str *first, bool *one_line)
{
	uint8_t raw[COLUMNS];
	struct str line;
	size_t n;

	*one_line = true;
	first->p = NULL;
	do {
		if (!next_line(text, &line) || line.n > COLUMNS)
			return false;
		n = sizeof raw;
		if (!base64_decode(raw, &n, line, false))
			return false;
		if (first->p == NULL)
			*first = line;
		else
			*one_line = false;
	} while (line.n == COLUMNS);
	return true;
}

static bool
read_stanza(struct str line, struct str *text, struct age_header *h)
{
	struct str type, word, first_word = { "", 0 }, body;
	size_t words = 0;
	bool one_line;

	if (!str_starts(line, "->"))
		return false;
	line.p += 2;
	line.n -= 2;
	if (!next_argument(&line, &type))
		return false;
	for (; line.n > 0; words++) {
		if (!next_argument(&line, &word))
			return false;
		if (words == 0)
			first_word = word;
	}
	if (!read_body(text, &body, &one_line))
		return false;
	if (str_is(type, "scrypt"))
		h->passphrase = true;
	if (!str_is(type, "X25519"))
		return true;
	if (words != 1 || !one_line ||
	    !decode_key(h->x25519[h->n].share, first_word) ||
	    !decode_key(h->x25519[h->n].body, body))
		return false;
	h->n++;
	return true;
}

/* "--- " and the MAC, after which nothing stands. */
static bool
read_end(struct str line, struct age_header *h)
{
	if (!str_starts(line, "--- "))
		return false;
	return decode_key(h->mac, (struct str){ line.p + 4, line.n - 4 });
}

enum err
age_header_parse(struct str text, struct age_header *out, struct error *e)
{
	struct str rest = text, line;
	size_t stanzas = 0;

	memset(out, 0, sizeof *out);
	if (str_starts(text, "-----BEGIN AGE ENCRYPTED FILE-----"))
		return error_set(e, ERR_FORMAT,
		    N_("this age file is armoured; only binary ones are "
		       "taken"));
	if (!next_line(&rest, &line) || !str_is(line, VERSION_LINE))
		return error_set(
		    e, ERR_FORMAT, N_("this is not an age v1 file"));
	for (;;) {
		if (!next_line(&rest, &line))
			goto bad;
		if (str_starts(line, "---"))
			break;
		if (++stanzas > AGE_RECIPIENTS_MAX)
			return error_set(e, ERR_LIMIT,
			    N_("the age file has more than %d recipients"),
			    AGE_RECIPIENTS_MAX);
		if (!read_stanza(line, &rest, out))
			goto bad;
	}
	if (stanzas == 0 || (out->passphrase && stanzas > 1) ||
	    !read_end(line, out) || rest.n != 0)
		goto bad;
	out->covered = (size_t)(line.p - text.p) + 3;
	return OK;

bad:
	return error_set(
	    e, ERR_FORMAT, N_("the header of the age file is not well formed"));
}

/* False for a share of low order; *found if the stanza opens for k. */
static bool
unwrap(const struct age_header *h, size_t i, const struct age_identity *k,
    uint8_t file_key[AGE_FILE_KEY], bool *found)
{
	static const uint8_t nonce[12];
	uint8_t key[32];
	bool good = wrap_key(key, k->secret, h->x25519[i].share,
	    h->x25519[i].share, k->public.key);

	*found = good &&
	    crypto_aead_chacha20poly1305_ietf_decrypt(file_key, NULL, NULL,
	        h->x25519[i].body, sizeof h->x25519[i].body, NULL, 0, nonce,
	        key) == 0;
	secret_wipe(key, sizeof key);
	return good;
}

enum err
age_header_unwrap(const struct age_header *h, struct str text,
    const struct age_identity *const *identities, size_t n,
    uint8_t file_key[AGE_FILE_KEY], struct error *e)
{
	uint8_t mac[32];
	bool found = false;

	for (size_t i = 0; i < h->n && !found; i++)
		for (size_t k = 0; k < n && !found; k++)
			if (!unwrap(h, i, identities[k], file_key, &found))
				return error_set(e, ERR_FORMAT,
				    N_("the age file holds a key of low "
				       "order"));
	if (!found && h->passphrase)
		return error_set(e, ERR_RECIPIENT,
		    N_("the age file is locked by a passphrase, not for a "
		       "key"));
	if (!found)
		return error_set(e, ERR_RECIPIENT,
		    N_("the age file is encrypted for others"));
	header_mac(mac, file_key, text.p, h->covered);
	if (!secret_equal(mac, h->mac, sizeof mac)) {
		secret_wipe(file_key, AGE_FILE_KEY);
		return error_set(e, ERR_HASH,
		    N_("the header of the age file was changed"));
	}
	return OK;
}

#include "crypt/keyfile_slot.h"

#include "base/text.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SLOT_PURPOSE "ansinh-slot-1"
#define SLOT_RESTRICTED_PURPOSE "ansinh-slot-restricted-1"
#define RECOVERY_PURPOSE "ansinh-recovery-1"
#define PROOF_PURPOSE "ansinh-public-1"
#define RECOVERY_KEY_CONTEXT "ansinh-recovery-slot-1"
#define RECOVERY_SUBKEY "RCV_____"
#define PROOF_SUBKEY "PUB_____"
#define PASSPHRASE_MAX 4096

_Static_assert(crypto_kdf_KEYBYTES == KEYFILE_MASTER_SIZE,
    "the master key has another size");
_Static_assert(crypto_kdf_KEYBYTES == KEYFILE_RESTRICTED_SIZE,
    "the restricted secret has another size");

/* Boxes: nonce and XChaCha20-Poly1305 of a few bytes, bound to a text. */

static struct str
bind(struct arena *a, const char *purpose, struct str to)
{
	size_t n = strlen(purpose) + 1;
	char *p = arena_alloc(a, n + to.n);

	memcpy(p, purpose, n);
	memcpy(p + n, to.p, to.n);
	return (struct str){ p, n + to.n };
}

static void
box_seal(uint8_t *box, const uint8_t key[32], struct str ad,
    const uint8_t *plain, size_t n)
{
	random_bytes(box, KEYFILE_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(box + KEYFILE_NONCE, NULL,
	    plain, n, (const unsigned char *)ad.p, ad.n, NULL, box, key);
}

static bool
box_open(uint8_t *plain, size_t n, const uint8_t key[32], struct str ad,
    const uint8_t *box)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	           box + KEYFILE_NONCE, n + KEYFILE_TAG,
	           (const unsigned char *)ad.p, ad.n, box, key) == 0;
}

/* The master key. */

struct master *
master_new(void)
{
	return secret_alloc(sizeof(struct master));
}

void
master_free(struct master *m)
{
	secret_free(m);
}

unsigned
master_slot(const struct master *m)
{
	return m->slot;
}

const char *
master_label(const struct master *m)
{
	return m->label;
}

void
master_derive(
    const struct master *m, const char *context, uint64_t n, uint8_t out[32])
{
	if (strlen(context) != crypto_kdf_CONTEXTBYTES)
		BUG("\"%s\" is not a context of 8 letters", context);
	crypto_kdf_derive_from_key(out, 32, n, context, m->key);
}

const struct age_public *
master_recovery_public(const struct master *m)
{
	return &m->recovery_public;
}

const struct age_public *
master_restricted_public(const struct master *m)
{
	return &m->restricted_public;
}

const uint8_t *
master_recovery_secret(const struct master *m)
{
	return m->reads ? m->recovery : NULL;
}

const uint8_t *
master_restricted(const struct master *m)
{
	return m->reads ? m->restricted : NULL;
}

/* Keys of slots. */

static enum err
passphrase_key(uint8_t out[32], const struct keyfile_entry *s,
    struct str passphrase, struct error *e)
{
	if (passphrase.n > PASSPHRASE_MAX)
		return error_set(
		    e, ERR_LIMIT, N_("the passphrase is too long"));
	if (crypto_pwhash(out, 32, passphrase.p, passphrase.n, s->salt, s->ops,
	        (size_t)s->mib << 20, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return error_set(e, ERR_LIMIT,
		    N_("there is no memory for %u MiB of key derivation"),
		    s->mib);
	return OK;
}

static void
recovery_key(uint8_t out[32], const struct keyfile_entry *s,
    const uint8_t secret[AGE_RECOVERY_SIZE])
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, secret, AGE_RECOVERY_SIZE, 32);
	crypto_generichash_update(&st,
	    (const unsigned char *)RECOVERY_KEY_CONTEXT,
	    sizeof RECOVERY_KEY_CONTEXT);
	crypto_generichash_update(&st, s->salt, sizeof s->salt);
	crypto_generichash_final(&st, out, 32);
	secret_wipe(&st, sizeof st);
}

static void
slot_seal(struct arena *a, struct keyfile_entry *s, const uint8_t key[32],
    const struct master *m)
{
	box_seal(s->box, key, bind(a, SLOT_PURPOSE, s->head), m->key,
	    sizeof m->key);
	if (s->reads)
		box_seal(s->restricted, key,
		    bind(a, SLOT_RESTRICTED_PURPOSE, s->head), m->restricted,
		    sizeof m->restricted);
}

static bool
slot_open(struct arena *a, const struct keyfile_entry *s,
    const uint8_t key[32], struct master *m)
{
	m->reads = s->reads;
	m->slot = s->id;
	snprintf(m->label, sizeof m->label, "%s",
	    s->label == NULL ? "" : s->label);
	return box_open(m->key, sizeof m->key, key,
	           bind(a, SLOT_PURPOSE, s->head), s->box) &&
	    (!s->reads ||
	        box_open(m->restricted, sizeof m->restricted, key,
	            bind(a, SLOT_RESTRICTED_PURPOSE, s->head),
	            s->restricted));
}

/* The two public keys, and what is bound to them. */

static struct str
put_public(struct arena *a, const struct age_public *k)
{
	char text[AGE_PUBLIC_TEXT];

	age_public_text(k, text);
	return str_of(arena_strdup(a, text));
}

/* recovery.age | 0 | restricted.age */
static struct str
proved(struct arena *a, const struct keyfile *k)
{
	return bind(a, PROOF_PURPOSE,
	    bind(a, arena_str(a, k->recovery_age), k->restricted_age));
}

static void
proof_put(struct arena *a, struct keyfile *k, const struct master *m)
{
	uint8_t *key = secret_alloc(32);

	k->recovery_age = put_public(a, &m->recovery_public);
	k->restricted_age = put_public(a, &m->restricted_public);
	master_derive(m, PROOF_SUBKEY, 0, key);
	box_seal(k->proof, key, proved(a, k), NULL, 0);
	secret_free(key);
}

static bool
proof_holds(struct arena *a, const struct keyfile *k, struct master *m)
{
	uint8_t *key = secret_alloc(32);
	bool good;

	master_derive(m, PROOF_SUBKEY, 0, key);
	good = age_public_parse(k->recovery_age, &m->recovery_public) &&
	    age_public_parse(k->restricted_age, &m->restricted_public) &&
	    box_open(NULL, 0, key, proved(a, k), k->proof);
	secret_free(key);
	return good;
}

static void
restricted_public(struct master *m, struct age_public *out)
{
	struct age_identity *id = age_identity_from_seed(m->restricted);

	*out = id->public;
	secret_free(id);
}

void
slot_make_restricted(struct master *m)
{
	random_bytes(m->restricted, sizeof m->restricted);
	restricted_public(m, &m->restricted_public);
	m->reads = true;
}

void
slot_put_recovery(struct arena *a, struct keyfile *k, struct master *m)
{
	struct keyfile_entry *s = &k->slots[0];
	uint8_t *key = secret_alloc(32);
	struct age_identity *id;

	random_bytes(m->recovery, sizeof m->recovery);
	id = age_identity_from_recovery(m->recovery);
	m->recovery_public = id->public;
	secret_free(id);
	proof_put(a, k, m);
	crypto_kdf_derive_from_key(key, 32, 0, RECOVERY_SUBKEY, m->restricted);
	box_seal(k->recovery_box, key,
	    bind(a, RECOVERY_PURPOSE, k->recovery_age), m->recovery,
	    sizeof m->recovery);

	s->id = 0;
	s->reads = true;
	random_bytes(s->salt, sizeof s->salt);
	keyfile_head(a, s);
	recovery_key(key, s, m->recovery);
	slot_seal(a, s, key, m);
	secret_free(key);
}

bool
slot_get_recovery(struct arena *a, const struct keyfile *k, struct master *m)
{
	uint8_t *key;
	struct age_public own;
	bool good;

	if (!proof_holds(a, k, m))
		return false;
	if (!m->reads)
		return true;
	key = secret_alloc(32);
	restricted_public(m, &own);
	crypto_kdf_derive_from_key(key, 32, 0, RECOVERY_SUBKEY, m->restricted);
	good = secret_equal(&own, &m->restricted_public, sizeof own) &&
	    box_open(m->recovery, sizeof m->recovery, key,
	        bind(a, RECOVERY_PURPOSE, k->recovery_age), k->recovery_box);
	secret_free(key);
	return good;
}

static bool
memory_allows(unsigned mib)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

	if (pages <= 0 || page <= 0 || mib <= keyfile_mib_floor())
		return true;
	return (uint64_t)mib << 20 <= (uint64_t)pages * (uint64_t)page / 4;
}

enum err
slot_put(struct arena *a, struct keyfile *k, const struct master *m,
    struct str passphrase, const char *label, unsigned mib, bool reads,
    struct error *e)
{
	struct keyfile_entry *s = &k->slots[k->n];
	uint8_t *key;
	struct str clean;
	enum err r;

	if (mib < keyfile_mib_floor() || mib > KEYFILE_MIB_CEILING ||
	    !memory_allows(mib))
		return error_set(e, ERR_LIMIT,
		    N_("%u MiB of key derivation; from %u to %d, and a "
		       "quarter of the memory, can be chosen"),
		    mib, keyfile_mib_floor(), KEYFILE_MIB_CEILING);
	if (k->n == ARRAY_LEN(k->slots))
		return error_set(e, ERR_LIMIT,
		    N_("the key file has %d passphrases already"),
		    KEYFILE_SLOTS_MAX);
	if (reads && !m->reads)
		return error_set(e, ERR_KEY,
		    N_("only who reads restricted fields can let others "
		       "read them"));
	if ((r = text_clean(a, str_of(label), 0, &clean, e)) != OK)
		return r;
	if (clean.n > KEYFILE_LABEL_MAX / 2)
		return error_set(e, ERR_LIMIT, N_("the label is too long"));
	s->id = k->slots[k->n - 1].id + 1;
	s->label = arena_str(a, clean);
	s->mib = mib;
	s->ops = KEYFILE_OPS;
	s->reads = reads;
	random_bytes(s->salt, sizeof s->salt);
	keyfile_head(a, s);
	key = secret_alloc(32);
	if ((r = passphrase_key(key, s, passphrase, e)) == OK) {
		slot_seal(a, s, key, m);
		k->n++;
	}
	secret_free(key);
	return r;
}

enum err
slot_try(struct arena *a, const struct keyfile_entry *s,
    struct str passphrase, struct master *m, bool *opened, struct error *e)
{
	uint8_t *key = secret_alloc(32);
	enum err r = passphrase_key(key, s, passphrase, e);

	*opened = r == OK && slot_open(a, s, key, m);
	secret_free(key);
	return r;
}

bool
slot_try_recovery(struct arena *a, const struct keyfile_entry *s,
    const uint8_t secret[AGE_RECOVERY_SIZE], struct master *m)
{
	uint8_t *key = secret_alloc(32);
	bool opened;

	recovery_key(key, s, secret);
	opened = slot_open(a, s, key, m);
	secret_free(key);
	return opened;
}

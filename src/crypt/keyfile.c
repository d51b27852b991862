#include "crypt/keyfile.h"

#include "base/file.h"
#include "base/text.h"
#include "crypt/keyfile_text.h"
#include "crypt/secret.h"
#include "crypt/words.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define SLOT_PURPOSE "ansinh-slot-1"
#define RECOVERY_PURPOSE "ansinh-recovery-1"
#define RECOVERY_KEY_CONTEXT "ansinh-recovery-slot-1"
#define RECOVERY_SUBKEY "RCV_____"
#define PASSPHRASE_MAX 4096

_Static_assert(crypto_kdf_KEYBYTES == KEYFILE_MASTER_SIZE,
    "the master key has another size");

struct master {
	uint8_t key[KEYFILE_MASTER_SIZE];
	uint8_t recovery[AGE_RECOVERY_SIZE];
	struct age_public recovery_public;
};

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

static struct master *
master_new(void)
{
	return secret_alloc(sizeof(struct master));
}

void
master_free(struct master *m)
{
	secret_free(m);
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

const uint8_t *
master_recovery_secret(const struct master *m)
{
	return m->recovery;
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
}

static bool
slot_open(struct arena *a, const struct keyfile_entry *s,
    const uint8_t key[32], struct master *m)
{
	return box_open(m->key, sizeof m->key, key,
	    bind(a, SLOT_PURPOSE, s->head), s->box);
}

/* A new recovery secret in slot 0, and sealed under the master key. */
static void
put_recovery(struct arena *a, struct keyfile *k, struct master *m)
{
	struct keyfile_entry *s = &k->slots[0];
	uint8_t *key = secret_alloc(32);
	struct age_identity *id;
	char text[AGE_PUBLIC_TEXT];

	random_bytes(m->recovery, sizeof m->recovery);
	id = age_identity_from_recovery(m->recovery);
	m->recovery_public = id->public;
	secret_free(id);
	age_public_text(&m->recovery_public, text);
	k->recovery_age = str_of(arena_strdup(a, text));
	master_derive(m, RECOVERY_SUBKEY, 0, key);
	box_seal(k->recovery_box, key,
	    bind(a, RECOVERY_PURPOSE, k->recovery_age), m->recovery,
	    sizeof m->recovery);

	s->id = 0;
	random_bytes(s->salt, sizeof s->salt);
	keyfile_head(a, s);
	recovery_key(key, s, m->recovery);
	slot_seal(a, s, key, m);
	secret_free(key);
}

/* False if m is not the master key of this file. */
static bool
get_recovery(struct arena *a, const struct keyfile *k, struct master *m)
{
	uint8_t *key = secret_alloc(32);
	bool good;

	master_derive(m, RECOVERY_SUBKEY, 0, key);
	good = age_public_parse(k->recovery_age, &m->recovery_public) &&
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

static enum err
put_slot(struct arena *a, struct keyfile *k, const struct master *m,
    struct str passphrase, const char *label, unsigned mib, struct error *e)
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
	if ((r = text_clean(a, str_of(label), 0, &clean, e)) != OK)
		return r;
	if (clean.n > KEYFILE_LABEL_MAX / 2)
		return error_set(e, ERR_LIMIT, N_("the label is too long"));
	s->id = k->slots[k->n - 1].id + 1;
	s->label = arena_str(a, clean);
	s->mib = mib;
	s->ops = KEYFILE_OPS;
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

/* Files. */

static char *
bak_of(struct arena *a, const char *path)
{
	return arena_printf(a, "%s.bak", path);
}

static enum err
read_file(struct arena *a, const char *path, struct keyfile *k,
    struct error *e)
{
	struct str text;
	enum err r = file_read(a, path, KEYFILE_SIZE_MAX, &text, e);

	if (r != OK)
		return r;
	r = keyfile_parse(a, text, k, e);
	if (r != OK && e != NULL)
		error_at(e, "%s", path);
	return r;
}

static enum err
load(struct arena *a, const char *path, struct keyfile *k, struct error *e)
{
	struct error first;
	enum err r = read_file(a, path, k, &first);

	if (r == OK)
		return OK;
	if ((r == ERR_NOTFOUND || r == ERR_CORRUPT) &&
	    read_file(a, bak_of(a, path), k, NULL) == OK) {
		k->from_bak = true;
		return OK;
	}
	if (e != NULL)
		*e = first;
	return r;
}

/* What is damaged must not become the .bak of what is whole. */
static enum err
save(struct arena *a, const char *path, const struct keyfile *k,
    struct error *e)
{
	return file_write(
	    path, keyfile_format(a, k), 0600, !k->from_bak, e);
}

/* After a key was taken away the old file may not stay beside the new. */
static enum err
save_both(struct arena *a, const char *path, const struct keyfile *k,
    struct error *e)
{
	enum err r = save(a, path, k, e);

	if (r != OK)
		return r;
	return file_write(
	    bak_of(a, path), keyfile_format(a, k), 0600, false, e);
}

/* Loads the file and checks that m is its master key. */
static enum err
load_for(struct arena *a, const char *path, const struct master *m,
    struct keyfile *k, struct error *e)
{
	struct master *copy;
	enum err r = load(a, path, k, e);

	if (r != OK)
		return r;
	copy = master_new();
	memcpy(copy->key, m->key, sizeof copy->key);
	if (!get_recovery(a, k, copy))
		r = error_set(
		    e, ERR_KEY, N_("the key file is of another store"));
	master_free(copy);
	return r;
}

enum err
keyfile_create(const char *path, struct str passphrase, const char *label,
    unsigned kdf_mib, struct arena *a, char **words, struct master **out,
    struct error *e)
{
	struct arena *scratch = arena_new();
	struct keyfile k = { .n = 1 };
	struct master *m = master_new();
	enum err r;

	if (file_exists(path) || file_exists(bak_of(scratch, path))) {
		r = error_set(
		    e, ERR_EXISTS, N_("there is a key file already: %s"), path);
		goto out;
	}
	random_bytes(m->key, sizeof m->key);
	put_recovery(scratch, &k, m);
	if ((r = put_slot(
	         scratch, &k, m, passphrase, label, kdf_mib, e)) != OK)
		goto out;
	if ((r = save(scratch, path, &k, e)) != OK)
		goto out;
	*words = words_encode_recovery(a, m->recovery);
	*out = m;
	m = NULL; /* handed over */
out:
	master_free(m);
	arena_free(scratch);
	return r;
}

/* Opens the one slot; *opened tells whether the key fitted. */
static enum err
try_slot(struct arena *a, const struct keyfile_entry *s,
    struct str passphrase, struct master *m, bool *opened, struct error *e)
{
	uint8_t *key = secret_alloc(32);
	enum err r = passphrase_key(key, s, passphrase, e);

	*opened = r == OK && slot_open(a, s, key, m);
	secret_free(key);
	return r;
}

static enum err
hand_out(struct arena *a, const struct keyfile *k, struct master *m,
    struct master **out, struct error *e)
{
	if (!get_recovery(a, k, m)) {
		master_free(m);
		return error_set(e, ERR_CORRUPT,
		    N_("the recovery key in the key file was changed"));
	}
	*out = m;
	return OK;
}

enum err
keyfile_open(const char *path, struct str passphrase, struct master **out,
    struct error *e)
{
	struct arena *a = arena_new();
	struct master *m = master_new();
	struct keyfile k;
	bool opened = false;
	enum err r;

	if ((r = load(a, path, &k, e)) != OK)
		goto out;
	for (size_t i = 1; i < k.n && !opened; i++)
		if ((r = try_slot(a, &k.slots[i], passphrase, m, &opened,
		         e)) != OK)
			goto out;
	if (!opened) {
		r = error_set(e, ERR_KEY, N_("the passphrase is wrong"));
		goto out;
	}
	r = hand_out(a, &k, m, out, e);
	m = NULL; /* handed over */
out:
	master_free(m);
	arena_free(a);
	return r;
}

enum err
keyfile_recover(const char *path, struct str words, struct master **out,
    struct error *e)
{
	struct arena *a = arena_new();
	struct master *m = master_new();
	uint8_t *secret = secret_alloc(AGE_RECOVERY_SIZE);
	uint8_t *key = secret_alloc(32);
	struct keyfile k;
	enum err r;

	if ((r = words_decode_recovery(words, secret, e)) != OK ||
	    (r = load(a, path, &k, e)) != OK)
		goto out;
	recovery_key(key, &k.slots[0], secret);
	if (!slot_open(a, &k.slots[0], key, m)) {
		r = error_set(e, ERR_KEY,
		    N_("the recovery code is not the one of this store"));
		goto out;
	}
	r = hand_out(a, &k, m, out, e);
	m = NULL; /* handed over */
out:
	secret_free(key);
	secret_free(secret);
	master_free(m);
	arena_free(a);
	return r;
}

enum err
keyfile_slots(struct arena *a, const char *path, struct keyfile_slot **out,
    size_t *n, struct error *e)
{
	struct keyfile k;
	enum err r = load(a, path, &k, e);

	if (r != OK)
		return r;
	*n = k.n - 1;
	*out = arena_array(a, *n, sizeof **out);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct keyfile_slot){ k.slots[i + 1].id,
			k.slots[i + 1].mib, k.slots[i + 1].label };
	return OK;
}

enum err
keyfile_add_slot(const char *path, const struct master *m,
    struct str passphrase, const char *label, unsigned kdf_mib,
    struct error *e)
{
	struct arena *a = arena_new();
	struct keyfile k;
	enum err r;

	if ((r = load_for(a, path, m, &k, e)) == OK &&
	    (r = put_slot(a, &k, m, passphrase, label, kdf_mib, e)) == OK)
		r = save(a, path, &k, e);
	arena_free(a);
	return r;
}

enum err
keyfile_remove_slot(const char *path, const struct master *m, unsigned id,
    struct error *e)
{
	struct arena *a = arena_new();
	struct keyfile k;
	size_t i;
	enum err r;

	if ((r = load_for(a, path, m, &k, e)) != OK)
		goto out;
	for (i = 1; i < k.n && k.slots[i].id != id; i++)
		;
	if (i == k.n) {
		r = error_set(
		    e, ERR_NOTFOUND, N_("the key file has no slot %u"), id);
		goto out;
	}
	if (k.n == 2) {
		r = error_set(e, ERR_REFUSED,
		    N_("the last passphrase cannot be taken away"));
		goto out;
	}
	k.n--;
	memmove(&k.slots[i], &k.slots[i + 1], (k.n - i) * sizeof k.slots[0]);
	r = save_both(a, path, &k, e);
out:
	arena_free(a);
	return r;
}

enum err
keyfile_renew_recovery(const char *path, struct master *m, struct arena *a,
    char **words, struct error *e)
{
	struct arena *scratch = arena_new();
	struct master *renewed = master_new();
	struct keyfile k;
	enum err r;

	if ((r = load_for(scratch, path, m, &k, e)) != OK)
		goto out;
	memcpy(renewed->key, m->key, sizeof renewed->key);
	put_recovery(scratch, &k, renewed);
	if ((r = save_both(scratch, path, &k, e)) != OK)
		goto out;
	memcpy(m, renewed, sizeof *m);
	*words = words_encode_recovery(a, m->recovery);
out:
	master_free(renewed);
	arena_free(scratch);
	return r;
}

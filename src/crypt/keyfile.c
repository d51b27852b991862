#include "crypt/keyfile.h"

#include "base/file.h"
#include "crypt/keyfile_slot.h"
#include "crypt/secret.h"
#include "crypt/words.h"

#include <string.h>

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
	if (!slot_get_recovery(a, k, copy))
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
	slot_make_restricted(m);
	slot_put_recovery(scratch, &k, m);
	if ((r = slot_put(scratch, &k, m, passphrase, label, kdf_mib, true,
	         e)) != OK)
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

static enum err
hand_out(struct arena *a, const struct keyfile *k, struct master *m,
    struct master **out, struct error *e)
{
	if (!slot_get_recovery(a, k, m)) {
		master_free(m);
		return error_set(e, ERR_CORRUPT,
		    N_("a public key in the key file was changed"));
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
		if ((r = slot_try(a, &k.slots[i], passphrase, m, &opened,
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
	struct keyfile k;
	enum err r;

	if ((r = words_decode_recovery(words, secret, e)) != OK ||
	    (r = load(a, path, &k, e)) != OK)
		goto out;
	if (!slot_try_recovery(a, &k.slots[0], secret, m)) {
		r = error_set(e, ERR_KEY,
		    N_("the recovery code is not the one of this store"));
		goto out;
	}
	r = hand_out(a, &k, m, out, e);
	m = NULL; /* handed over */
out:
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
			k.slots[i + 1].mib, k.slots[i + 1].label,
			k.slots[i + 1].reads };
	return OK;
}

enum err
keyfile_add_slot(const char *path, const struct master *m,
    struct str passphrase, const char *label, unsigned kdf_mib, bool reads,
    struct error *e)
{
	struct arena *a = arena_new();
	struct keyfile k;
	enum err r;

	if ((r = load_for(a, path, m, &k, e)) == OK &&
	    (r = slot_put(a, &k, m, passphrase, label, kdf_mib, reads, e)) ==
	        OK)
		r = save(a, path, &k, e);
	arena_free(a);
	return r;
}

/* Takes the slot out of k; ERR_NOTFOUND. */
static enum err
drop(struct keyfile *k, unsigned id, struct keyfile_entry *out,
    struct error *e)
{
	size_t i;

	for (i = 1; i < k->n && k->slots[i].id != id; i++)
		;
	if (i == k->n)
		return error_set(
		    e, ERR_NOTFOUND, N_("the key file has no slot %u"), id);
	*out = k->slots[i];
	k->n--;
	memmove(
	    &k->slots[i], &k->slots[i + 1], (k->n - i) * sizeof k->slots[0]);
	return OK;
}

enum err
keyfile_change_slot(const char *path, const struct master *m,
    struct str passphrase, struct error *e)
{
	struct arena *a = arena_new();
	struct keyfile_entry old;
	struct keyfile k;
	enum err r;

	if ((r = load_for(a, path, m, &k, e)) == OK &&
	    (r = drop(&k, m->slot, &old, e)) == OK &&
	    (r = slot_put(a, &k, m, passphrase, old.label, old.mib, old.reads,
	         e)) == OK)
		r = save_both(a, path, &k, e);
	arena_free(a);
	return r;
}

enum err
keyfile_remove_slot(const char *path, const struct master *m, unsigned id,
    struct error *e)
{
	struct arena *a = arena_new();
	struct keyfile_entry old;
	struct keyfile k;
	enum err r;

	if ((r = load_for(a, path, m, &k, e)) != OK ||
	    (r = drop(&k, id, &old, e)) != OK)
		goto out;
	if (k.n == 1) {
		r = error_set(e, ERR_REFUSED,
		    N_("the last passphrase cannot be taken away"));
		goto out;
	}
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
	if (!m->reads) {
		r = error_set(e, ERR_KEY,
		    N_("only who reads restricted fields can renew the "
		       "recovery code"));
		goto out;
	}
	memcpy(renewed, m, sizeof *renewed);
	slot_put_recovery(scratch, &k, renewed);
	if ((r = save_both(scratch, path, &k, e)) != OK)
		goto out;
	memcpy(m, renewed, sizeof *m);
	*words = words_encode_recovery(a, m->recovery);
out:
	master_free(renewed);
	arena_free(scratch);
	return r;
}

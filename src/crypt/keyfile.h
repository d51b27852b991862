#ifndef CRYPT_KEYFILE_H
#define CRYPT_KEYFILE_H
/*
 * The key file: slots that open the master key (SAFETY E1, E2).  Passphrase
 * -> Argon2id -> slot key -> master key -> derived keys.  A slot is sealed
 * with its own head (id, label, parameters, salt) as associated data; there
 * are at most 8 slots and one for recovery.  Parameters outside [floor,
 * ceiling] are refused before any memory is taken.  The text form is
 * canonical JSON, at most 16 KiB (doc/format-keys.md).
 *
 * The recovery secret opens the recovery slot, and is an age identity to
 * which every bundle is encrypted.  The restricted secret is the age identity
 * that reads restricted fields (SAFETY E9): only the slots of named readers
 * and the recovery slot hold it, each sealed with its own slot key.  Both
 * public keys stand in the file in the clear, proved by the master key.  The
 * recovery secret is sealed under the restricted one: it opens all that the
 * other opens, so who may not have the one may not have the other.
 *
 * A passphrase is taken byte by byte: the caller brings it to NFC.  Writing
 * keeps the file before as .bak, which is read where the file is missing or
 * damaged.  The words must have been loaded (crypt/words.h).
 */
#include "crypt/age.h"

#define KEYFILE_MASTER_SIZE 32
#define KEYFILE_RESTRICTED_SIZE 32
#define KEYFILE_SLOTS_MAX 8
#define KEYFILE_SIZE_MAX 16384
#define KEYFILE_LABEL_MAX 128
#define KEYFILE_MIB_FLOOR 64 /* 8 under ANSINH_TEST_KDF=1, for tests only */
#define KEYFILE_MIB_CEILING 512

struct master; /* an open master key, in secret memory */

/*
 * A new key file with one passphrase slot, which reads restricted fields, and
 * the recovery slot.  The recovery secret is given back once, as 14 words.  ERR_EXISTS; ERR_LIMIT
 * for kdf_mib below the floor, or above the ceiling or a quarter of the
 * machine's memory.
 */
enum err keyfile_create(const char *path, struct str passphrase,
    const char *label, unsigned kdf_mib, struct arena *a, char **words,
    struct master **out, struct error *e) MUSTUSE;
/* ERR_KEY if no slot opens; ERR_NOTFOUND, ERR_CORRUPT, ERR_VERSION,
 * ERR_LIMIT. */
enum err keyfile_open(const char *path, struct str passphrase,
    struct master **out, struct error *e) MUSTUSE;
/* The same by the 14 recovery words; ERR_FORMAT names a wrong word. */
enum err keyfile_recover(const char *path, struct str words,
    struct master **out, struct error *e) MUSTUSE;

struct keyfile_slot {
	unsigned id; /* from 1 */
	unsigned mib;
	const char *label;
	bool reads; /* restricted fields */
};
/* The passphrase slots; not yet proved by any key. */
enum err keyfile_slots(struct arena *a, const char *path,
    struct keyfile_slot **out, size_t *n, struct error *e) MUSTUSE;
/* These need the master key of this very file: ERR_KEY.  So does a slot that
 * is to read restricted fields if m cannot. */
enum err keyfile_add_slot(const char *path, const struct master *m,
    struct str passphrase, const char *label, unsigned kdf_mib, bool reads,
    struct error *e) MUSTUSE;
/* Another passphrase in the slot that opened m, which is in .bak too. */
enum err keyfile_change_slot(const char *path, const struct master *m,
    struct str passphrase, struct error *e) MUSTUSE;
/* The slot is gone from .bak too.  ERR_REFUSED for the last one. */
enum err keyfile_remove_slot(const char *path, const struct master *m,
    unsigned id, struct error *e) MUSTUSE;
/* A new recovery secret, after the old one was used or lost (SAFETY H11);
 * ERR_KEY if m cannot read restricted fields. */
enum err keyfile_renew_recovery(const char *path, struct master *m,
    struct arena *a, char **words, struct error *e) MUSTUSE;

void master_free(struct master *m); /* NULL is fine */
/* The slot that opened it, 0 for recovery, and whose it is, "" for recovery;
 * lent by m. */
unsigned master_slot(const struct master *m);
const char *master_label(const struct master *m);
/* A key for one use: context is 8 letters ("DEK_____", "LOG_____",
 * "DEV_____", "BAK_____"), n the epoch. */
void master_derive(
    const struct master *m, const char *context, uint64_t n, uint8_t out[32]);
/* All lent by m: whom every bundle is encrypted to, and whom restricted
 * fields are. */
const struct age_public *master_recovery_public(const struct master *m);
const struct age_public *master_restricted_public(const struct master *m);
/* NULL if the slot does not hold them: the secret that `key export` writes
 * (age_identity_from_recovery, words_encode_recovery), and the 32 bytes of
 * the restricted identity (age_identity_from_seed). */
const uint8_t *master_recovery_secret(const struct master *m);
const uint8_t *master_restricted(const struct master *m);

#endif

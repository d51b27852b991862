#ifndef CRYPT_KEYFILE_SLOT_H
#define CRYPT_KEYFILE_SLOT_H
/*
 * What seals and opens the slots of a key file, in memory.  Inside of
 * crypt/keyfile.c, which reads and writes the files.
 */
#include "crypt/keyfile_text.h"

struct master {
	uint8_t key[KEYFILE_MASTER_SIZE];
	unsigned slot; /* that opened it */
	char label[KEYFILE_LABEL_MAX + 1];
	bool reads; /* the next two are held */
	uint8_t restricted[KEYFILE_RESTRICTED_SIZE];
	uint8_t recovery[AGE_RECOVERY_SIZE];
	struct age_public recovery_public, restricted_public;
};

struct master *master_new(void);
/* A new restricted secret for m. */
void slot_make_restricted(struct master *m);
/* A new recovery secret for m in slot 0, and sealed under m's restricted
 * one, which it must have; proves both public keys. */
void slot_put_recovery(struct arena *a, struct keyfile *k, struct master *m);
/* Fills m's public keys, and its recovery secret if it reads; false if m is
 * not the key of this file. */
bool slot_get_recovery(
    struct arena *a, const struct keyfile *k, struct master *m);
/* A new slot at the end.  ERR_LIMIT, ERR_TEXT for the label, ERR_KEY if it is
 * to read what m cannot. */
enum err slot_put(struct arena *a, struct keyfile *k, const struct master *m,
    struct str passphrase, const char *label, unsigned mib, bool reads,
    struct error *e) MUSTUSE;
/* Tries a passphrase, or a recovery secret, on one slot; fills m's key and
 * what the slot holds beside it. */
enum err slot_try(struct arena *a, const struct keyfile_entry *s,
    struct str passphrase, struct master *m, bool *opened, struct error *e)
    MUSTUSE;
bool slot_try_recovery(struct arena *a, const struct keyfile_entry *s,
    const uint8_t secret[AGE_RECOVERY_SIZE], struct master *m);

#endif

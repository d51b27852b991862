#ifndef CRYPT_KEYFILE_H
#define CRYPT_KEYFILE_H
/*
 * The key file: slots that open the master key (SAFETY E1, E2).  Passphrase
 * -> Argon2id -> slot key -> master key -> derived keys.  A slot holds id,
 * label, KDF parameters, salt, nonce and the sealed master key, with the
 * slot's own head as associated data; at most 8 slots and one for recovery.
 * Parameters outside [floor, ceiling] are refused before any memory is
 * taken.  The text form is canonical JSON, at most 16 KiB (doc/format-keys).
 */
#include "base/arena.h"
#include "base/error.h"

#define KEYFILE_MASTER_SIZE 32
#define KEYFILE_MIB_FLOOR 64 /* 8 under ANSINH_TEST_KDF=1, for tests only */
#define KEYFILE_MIB_CEILING 512

struct master; /* an open master key, in secret memory */

/*
 * A new key file with one passphrase slot and the recovery slot.  The
 * recovery secret (16 bytes) is given back once, as 14 words.
 */
enum err keyfile_create(const char *path, struct str passphrase,
    const char *label, unsigned kdf_mib, struct arena *a, char **words,
    struct master **out, struct error *e) MUSTUSE;
/* ERR_KEY if no slot opens. */
enum err keyfile_open(const char *path, struct str passphrase,
    struct master **out, struct error *e) MUSTUSE;
/* The same by the 14 recovery words; case and spaces are free. */
enum err keyfile_recover(const char *path, struct str words,
    struct master **out, struct error *e) MUSTUSE;
enum err keyfile_add_slot(const char *path, struct master *m,
    struct str passphrase, const char *label, unsigned kdf_mib,
    struct error *e) MUSTUSE;
enum err keyfile_remove_slot(const char *path, unsigned id, struct error *e)
    MUSTUSE;
void master_free(struct master *m);
/* A key for one use: context is 8 letters ("DEK_____", "LOG_____",
 * "DEV_____", "BAK_____"), n the epoch. */
void master_derive(
    const struct master *m, const char *context, uint64_t n, uint8_t out[32]);

#endif

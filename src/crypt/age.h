#ifndef CRYPT_AGE_H
#define CRYPT_AGE_H
/*
 * age v1 files (C2SP age.md), binary, X25519 recipients: what `age` writes
 * we read and the other way round.  Streaming both ways in 64 KiB chunks.
 *
 * What the reader gives out is whole chunks that verified, but only the end
 * of the file shows that no chunk is missing: nobody may use what he got
 * before age_reader_next has said OK with *got 0.  So a first pass verifies
 * and discards, and a second one uses (SAFETY H5).
 */
#include "base/arena.h"
#include "base/error.h"

#define AGE_HEADER_MAX 8192
#define AGE_RECIPIENTS_MAX 16
#define AGE_CHUNK 65536
#define AGE_PUBLIC_TEXT 63   /* "age1..." and NUL */
#define AGE_IDENTITY_TEXT 75 /* "AGE-SECRET-KEY-1..." and NUL */
#define AGE_RECOVERY_SIZE 16

struct age_public {
	uint8_t key[32];
};
struct age_identity { /* in secret memory */
	struct age_public public;
	uint8_t secret[32];
};

struct age_identity *age_identity_new(void); /* secret_free it */
struct age_identity *age_identity_from_seed(const uint8_t seed[32]);
/* The identity that a recovery secret is (doc/format-keys.md). */
struct age_identity *age_identity_from_recovery(
    const uint8_t secret[AGE_RECOVERY_SIZE]);
/* False also for a key of low order, to which nothing can be encrypted. */
bool age_public_parse(struct str s, struct age_public *out);
void age_public_text(const struct age_public *k, char out[AGE_PUBLIC_TEXT]);
struct age_identity *age_identity_parse(struct str s); /* NULL if wrong */
void age_identity_text(
    const struct age_identity *k, char out[AGE_IDENTITY_TEXT]); /* wipe it */

typedef enum err (*age_write_fn)(
    void *ctx, const void *p, size_t n, struct error *e);
/* Reads up to n bytes; *got 0 at the end. */
typedef enum err (*age_read_fn)(
    void *ctx, void *p, size_t n, size_t *got, struct error *e);

/* The file can be opened by each of 1 to AGE_RECIPIENTS_MAX recipients. */
struct age_writer;
enum err age_writer_open(struct age_writer **out,
    const struct age_public *recipients, size_t n, age_write_fn write,
    void *ctx, struct error *e) MUSTUSE;
enum err age_writer_add(struct age_writer *w, const void *p, size_t n,
    struct error *e) MUSTUSE;
/* Ends the file.  Close frees in any case. */
enum err age_writer_finish(struct age_writer *w, struct error *e) MUSTUSE;
void age_writer_close(struct age_writer *w); /* NULL is fine */

struct age_reader;
/*
 * Reads the header and finds the file key.  ERR_RECIPIENT if no identity
 * fits ("no match"), ERR_HASH for a wrong header MAC, ERR_FORMAT for a bad
 * header, ERR_LIMIT for one larger than we take; later ERR_HASH for a
 * payload that does not verify.  What read and write answer is passed on.
 */
enum err age_reader_open(struct age_reader **out,
    const struct age_identity *const *identities, size_t n, age_read_fn read,
    void *ctx, struct error *e) MUSTUSE;
/* Next verified bytes, at most n; *got 0 exactly at the verified end. */
enum err age_reader_next(struct age_reader *r, void *p, size_t n, size_t *got,
    struct error *e) MUSTUSE;
void age_reader_close(struct age_reader *r); /* NULL is fine */

/* Small values in memory: restricted fields. */
enum err age_encrypt(struct arena *a, const struct age_public *recipients,
    size_t n, struct str plain, struct str *out, struct error *e) MUSTUSE;
enum err age_decrypt(struct arena *a,
    const struct age_identity *const *identities, size_t n, struct str sealed,
    struct str *out, struct error *e) MUSTUSE;

#endif

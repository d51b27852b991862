#ifndef CRYPT_MINISIGN_H
#define CRYPT_MINISIGN_H
/*
 * Signatures in minisign's prehashed form ("ED": Ed25519 over BLAKE2b-512),
 * with a signed trusted comment; `minisign -V` checks what we sign, and we
 * check what `minisign -S` signs.
 */
#include "base/arena.h"
#include "base/error.h"
#include "crypt/hash.h"

#define MINISIGN_PUBLIC_TEXT 57 /* "RW..." and NUL */
#define MINISIGN_COMMENT_MAX 8192
#define MINISIGN_FILE_MAX 16384

struct minisign_public {
	uint8_t id[8], key[32];
};
struct minisign_secret { /* in secret memory */
	struct minisign_public public;
	uint8_t secret[64];
};

struct minisign_secret *minisign_new(void); /* secret_free it */
struct minisign_secret *minisign_from_seed(const uint8_t seed[32]);
void minisign_public_text(
    const struct minisign_public *k, char out[MINISIGN_PUBLIC_TEXT]);
bool minisign_public_parse(struct str s, struct minisign_public *out);

/* The .minisig text for a body whose BLAKE2b-512 is hash. */
char *minisign_sign(struct arena *a, const struct minisign_secret *k,
    const uint8_t hash[64], const char *untrusted, const char *trusted);

struct minisign_file { /* lent from the text parsed */
	uint8_t key_id[8], signature[64], global[64];
	struct str trusted; /* not to be believed before minisign_verify */
};
enum err minisign_parse(
    struct str text, struct minisign_file *out, struct error *e) MUSTUSE;
/* Both signatures.  ERR_SIGNATURE; ERR_TRUST if the key id is another. */
enum err minisign_verify(const struct minisign_file *f,
    const struct minisign_public *k, const uint8_t hash[64],
    struct error *e) MUSTUSE;
/* Only the trusted comment's signature: the header before the body is read. */
enum err minisign_verify_comment(const struct minisign_file *f,
    const struct minisign_public *k, struct error *e) MUSTUSE;

#endif

#ifndef CRYPT_AGE_HEADER_H
#define CRYPT_AGE_HEADER_H
/*
 * The text before the payload of an age file: who can open it.  Inside of
 * crypt/age.c, apart because this is where a stranger's bytes are parsed.
 */
#include "base/buf.h"
#include "crypt/age.h"

#define AGE_FILE_KEY 16

struct age_header {
	struct {
		uint8_t share[32], body[32];
	} x25519[AGE_RECIPIENTS_MAX];
	size_t n;           /* X25519 stanzas */
	bool passphrase;    /* a scrypt stanza, which stands alone */
	uint8_t mac[32];
	size_t covered;     /* leading bytes that the MAC covers */
};

/* Bytes of the header that text begins with; 0 while its end is not there. */
size_t age_header_size(struct str text);
/* text is the header, no more.  ERR_FORMAT, ERR_LIMIT. */
enum err age_header_parse(
    struct str text, struct age_header *out, struct error *e) MUSTUSE;
/* The file key, after the MAC of text was found right.  ERR_RECIPIENT,
 * ERR_HASH, ERR_FORMAT for a share of low order. */
enum err age_header_unwrap(const struct age_header *h, struct str text,
    const struct age_identity *const *identities, size_t n,
    uint8_t file_key[AGE_FILE_KEY], struct error *e) MUSTUSE;
/* Appends a header for the recipients.  ERR_FORMAT for a bad recipient. */
enum err age_header_write(struct buf *out, const struct age_public *recipients,
    size_t n, const uint8_t file_key[AGE_FILE_KEY], struct error *e) MUSTUSE;

/* HKDF-SHA256 to one block (RFC 5869); info is a text. */
void age_hkdf(uint8_t out[32], const uint8_t *key, size_t key_n,
    const uint8_t *salt, size_t salt_n, const char *info);

#endif

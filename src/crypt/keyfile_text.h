#ifndef CRYPT_KEYFILE_TEXT_H
#define CRYPT_KEYFILE_TEXT_H
/*
 * The key file as text, and the limits of what it may ask for.  Inside of
 * crypt/keyfile*.c, apart because this is where a stranger's bytes are parsed.
 */
#include "base/arena.h"
#include "crypt/keyfile.h"

#define KEYFILE_NONCE 24
#define KEYFILE_TAG 16
#define KEYFILE_SALT 16
#define KEYFILE_OPS 3 /* passes of Argon2id, for new slots */
#define KEYFILE_OPS_MAX 6

struct keyfile_entry {
	unsigned id; /* 0: recovery, without the next three */
	const char *label;
	unsigned mib, ops;
	uint8_t salt[KEYFILE_SALT];
	struct str head; /* canonical JSON of the above */
	bool reads;      /* it has a restricted box */
	uint8_t box[KEYFILE_NONCE + KEYFILE_MASTER_SIZE + KEYFILE_TAG];
	uint8_t restricted[KEYFILE_NONCE + KEYFILE_RESTRICTED_SIZE +
	    KEYFILE_TAG];
};

struct keyfile {
	struct keyfile_entry slots[1 + KEYFILE_SLOTS_MAX]; /* [0]: recovery */
	size_t n;
	struct str recovery_age, restricted_age;
	uint8_t proof[KEYFILE_NONCE + KEYFILE_TAG]; /* of those two */
	uint8_t recovery_box[KEYFILE_NONCE + AGE_RECOVERY_SIZE + KEYFILE_TAG];
	bool from_bak;
};

unsigned keyfile_mib_floor(void);
/* Sets s->head from the rest. */
void keyfile_head(struct arena *a, struct keyfile_entry *s);
struct str keyfile_format(struct arena *a, const struct keyfile *k);
/* Lends from text and the arena.  ERR_CORRUPT, ERR_VERSION, ERR_LIMIT. */
enum err keyfile_parse(struct arena *a, struct str text, struct keyfile *out,
    struct error *e) MUSTUSE;

#endif

#ifndef HANDOFF_OUTER_H
#define HANDOFF_OUTER_H
/*
 * The outer file of a bundle (doc/format-bundle.md, part 1) and its header:
 * what export, import and inspect share.
 */
#include "base/buf.h"
#include "handoff/bundle.h"
#include "handoff/stick.h"

#define OUTER_PAYLOAD "payload.tar.zst.age"
#define OUTER_COMMENT "ansinh bundle" /* minisign's untrusted comment */

/* The text of README.txt: its bytes are fixed, as nothing signs them. */
extern const char outer_readme[];

void bundle_header_format(struct buf *out, const struct bundle_header *h);
void bundle_name_format(
    char out[BUNDLE_NAME], const char *unit, const char *device, uint64_t n);
/* "UNIT/DEVICE" */
bool bundle_split_address(
    struct str s, struct str *unit, struct str *device);

struct outer {
	uint64_t payload_at;   /* in the file */
	uint64_t payload_size;
	uint8_t sha256[32], blake2b512[64]; /* of the payload as it is */
	struct minisign_file signature;     /* lent from the arena */
	struct bundle_header header;        /* believed only after outer_sender */
};
/* Reads the whole file once: limits, tar syntax, header syntax. */
enum err outer_read(struct arena *a, int fd, struct outer *out,
    struct error *e) MUSTUSE;
/* The same without the payload, which no sum is made of: a stick is slow. */
enum err outer_look(struct arena *a, int fd, struct outer *out,
    struct error *e) MUSTUSE;
/* The minisig text of ours must have this untrusted comment and no more
 * lines than it needs, as nothing signs them either. */
enum err outer_signature(struct str text, struct minisign_file *out,
    struct error *e) MUSTUSE;
/* Sender known, not revoked, header signed by it, payload whole, payload
 * signed, in this order.  ERR_TRUST, ERR_SIGNATURE, ERR_FORMAT, ERR_HASH. */
enum err outer_sender(const struct outer *o, const struct trust *trust,
    const struct card **sender, struct error *e) MUSTUSE;
/* Puts the file together on the stick. */
enum err outer_write(const char *dir, const char *name, int payload,
    uint64_t size, const char *minisig, struct error *e) MUSTUSE;

#endif

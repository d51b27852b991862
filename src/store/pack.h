#ifndef STORE_PACK_H
#define STORE_PACK_H
/*
 * The bytes inside sealed values that are not events: numbers of 7 bits a
 * byte, lowest first, and texts after their length.  The seal has vouched for
 * them; a reader that runs past the end is bad and gives zeros.
 */
#include "base/buf.h"

struct unpack {
	const char *p, *end;
	bool bad;
};

void pack_u64(struct buf *out, uint64_t v);
void pack_str(struct buf *out, struct str s);
/* A text that is made in its place: from pack_open to pack_close. */
size_t pack_open(struct buf *out);
void pack_close(struct buf *out, size_t from);
#define pack_text(out, s) pack_str((out), str_of(s))
#define pack_bytes(out, array) buf_add((out), (array), sizeof(array))

void unpack_begin(struct unpack *u, struct str bytes);
uint64_t unpack_long(struct unpack *u); /* of several bytes */
static inline uint64_t
unpack_u64(struct unpack *u)
{
	if (u->p != u->end && (unsigned char)*u->p < 0x80)
		return (unsigned char)*u->p++;
	return unpack_long(u);
}
uint32_t unpack_u32(struct unpack *u);
/* Lent from the bytes. */
static inline struct str
unpack_str(struct unpack *u)
{
	uint64_t n = unpack_u64(u);
	struct str s = { u->p, (size_t)n };

	if (u->bad || n > (uint64_t)(u->end - u->p)) {
		u->bad = true;
		return (struct str){ "", 0 };
	}
	u->p += n;
	return s;
}
void unpack_bytes(struct unpack *u, void *out, size_t n);
void unpack_text(struct unpack *u, char *out, size_t size);

#endif

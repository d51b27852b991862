#ifndef HANDOFF_USTAR_H
#define HANDOFF_USTAR_H
/*
 * Strict ustar: regular files with ASCII names of an allow-list, in a fixed
 * order, mode 0644, ids 0, time 0, two zero blocks at the end and nothing
 * after.  Anything else is refused (SAFETY H2).  Streaming both ways.
 */
#include "base/buf.h"
#include "base/error.h"

#define USTAR_BLOCK 512
#define USTAR_NAME_MAX 100

/* Head of a file of `size` bytes. */
void ustar_head(uint8_t out[USTAR_BLOCK], const char *name, uint64_t size);
size_t ustar_padding(uint64_t size); /* zero bytes after size bytes */

enum ustar_event {
	USTAR_FILE,  /* name and size are known */
	USTAR_DATA,  /* some bytes of the file */
	USTAR_END,   /* the archive has ended properly */
	USTAR_MORE,  /* give more bytes */
};
struct ustar_reader {
	uint8_t block[USTAR_BLOCK];
	size_t have;
	uint64_t left, pad, size;
	int zero_blocks;
	char name[USTAR_NAME_MAX + 1];
};
void ustar_begin(struct ustar_reader *r);
/* Takes from *in and advances it; *data is lent from *in.  ERR_FORMAT. */
enum err ustar_next(struct ustar_reader *r, struct str *in,
    enum ustar_event *event, struct str *data, struct error *e) MUSTUSE;

#endif

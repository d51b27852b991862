#ifndef BASE_BUF_H
#define BASE_BUF_H
/* A growing run of bytes, always NUL-ended after its length. */
#include "base/base.h"

struct buf {
	char *p;
	size_t n, cap;
};
#define BUF_INIT { NULL, 0, 0 }

void buf_init(struct buf *b);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_add_str(struct buf *b, struct str s);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str buf_str(const struct buf *b); /* lent until the next change */
const char *buf_cstr(const struct buf *b);

#endif

#ifndef BASE_ARENA_H
#define BASE_ARENA_H
/*
 * Memory by lifetime.  A function that returns memory takes the arena that
 * shall own it as its first argument, or right after the object that it reads;
 * without an arena in the signature what
 * is returned is borrowed.  Three lifetimes are usual: program (forms,
 * settings), session (the record being filled), scratch (one key or one
 * command step).  Never fails: no memory ends the program.  Keys never go into
 * an arena (crypt/secret.h); a typed passphrase does, and who asked for it
 * wipes it.
 */
#include "base/base.h"
#include <stdarg.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type.  n may be 0. */
void *arena_alloc(struct arena *a, size_t n) MUSTUSE;
void *arena_array(struct arena *a, size_t n, size_t size) MUSTUSE;
/* Grows an arena array; the old memory stays until reset.  *cap in items. */
void *arena_grow(struct arena *a, void *p, size_t n, size_t *cap, size_t size)
    MUSTUSE;
#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))

void *arena_dup(struct arena *a, const void *p, size_t n) MUSTUSE;
char *arena_strdup(struct arena *a, const char *s) MUSTUSE;
char *arena_str(struct arena *a, struct str s) MUSTUSE; /* NUL-ended copy */
struct str arena_str_dup(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3)
    MUSTUSE;
size_t arena_used(const struct arena *a); /* bytes handed out */

#endif

#ifndef CRYPT_SECRET_H
#define CRYPT_SECRET_H
/*
 * Start of libsodium, random bytes, and memory for secrets: guard pages,
 * locked, not dumped, zeroed when freed (SAFETY E5).  Secrets live nowhere
 * else.
 */
#include "base/error.h"

/* Once, first.  No core dumps, not traceable; ERR_IO if libsodium fails. */
enum err secret_init(struct error *e) MUSTUSE;
void *secret_alloc(size_t n) MUSTUSE; /* zeroed; no memory ends the program */
void secret_free(void *p); /* NULL is fine */
/* False once some secret could not be locked and may reach the swap: the
 * user's limit of locked memory is too small.  Worth a warning. */
bool secret_all_locked(void);
void secret_wipe(void *p, size_t n);
bool secret_equal(const void *a, const void *b, size_t n); /* constant time */
void random_bytes(void *p, size_t n);
uint32_t random_below(uint32_t limit);

#endif

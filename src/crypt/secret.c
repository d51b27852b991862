#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* sodium_malloc puts the end of a block at a guard page, so a block is only
 * as aligned as its size. */
#define SECRET_ALIGN 16

static bool unlocked;

enum err
secret_init(struct error *e)
{
	const struct rlimit none = { 0, 0 };

	if (sodium_init() < 0)
		return error_set(e, ERR_IO, N_("libsodium does not start"));
	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return error_errno(e, ERR_IO, N_("core dumps stay on"));
#ifndef ANSINH_DEBUG
	/* The leak sanitizer traces the program at its end. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_errno(e, ERR_IO, N_("the memory stays open"));
#endif
	return OK;
}

void *
secret_alloc(size_t n)
{
	size_t size;
	void *p;

	if (n > SIZE_MAX / 4)
		base_die("%s", _("out of memory"));
	size = (n + SECRET_ALIGN - 1) / SECRET_ALIGN * SECRET_ALIGN;
	p = sodium_malloc(size);
	if (p == NULL)
		base_die("%s", _("out of memory"));
	/* sodium_malloc has tried to lock it and kept quiet about it. */
	if (size > 0 && sodium_mlock(p, size) != 0)
		unlocked = true;
	memset(p, 0, size);
	return p;
}

void
secret_free(void *p)
{
	sodium_free(p);
}

bool
secret_all_locked(void)
{
	return !unlocked;
}

void
secret_wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

bool
secret_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
random_bytes(void *p, size_t n)
{
	randombytes_buf(p, n);
}

uint32_t
random_below(uint32_t limit)
{
	return randombytes_uniform(limit);
}

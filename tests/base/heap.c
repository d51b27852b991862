#include "heap.h"

#if defined __SANITIZE_ADDRESS__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

static size_t before, most;

static void
note(size_t now)
{
	if (now > most)
		most = now;
}

#ifdef SANITIZED

int __sanitizer_install_malloc_and_free_hooks(
    void (*on_malloc)(const volatile void *p, size_t n),
    void (*on_free)(const volatile void *p));
size_t __sanitizer_get_current_allocated_bytes(void);

static void
on_malloc(const volatile void *p, size_t n)
{
	(void)p;
	(void)n;
	note(__sanitizer_get_current_allocated_bytes());
}

static void
on_free(const volatile void *p)
{
	(void)p;
}

void
heap_start(void)
{
	static int installed;

	if (!installed)
		__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
	installed = 1;
	before = most = __sanitizer_get_current_allocated_bytes();
}

#else

#include <errno.h>
#include <malloc.h>

/* glibc's own, behind those that stand here for the whole program */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static size_t held;

static void *
count(void *p)
{
	held += malloc_usable_size(p);
	note(held);
	return p;
}

static void
forget(void *p)
{
	size_t n = malloc_usable_size(p);

	held -= n < held ? n : held;
}

void *
malloc(size_t n)
{
	return count(__libc_malloc(n));
}

void *
calloc(size_t n, size_t size)
{
	return count(__libc_calloc(n, size));
}

void *
realloc(void *p, size_t n)
{
	note(held + n); /* both may be there for a moment */
	forget(p);
	return count(__libc_realloc(p, n));
}

void
free(void *p)
{
	int kept = errno;

	forget(p);
	__libc_free(p);
	errno = kept;
}

void
heap_start(void)
{
	before = most = held;
}

#endif

size_t
heap_most(void)
{
	return most - before;
}

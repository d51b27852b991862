/*
 * Memory that runs out once.  Loaded before the program (LD_PRELOAD), it
 * counts the calls of malloc and its like in every thread, and lets number
 * $FAIL_AT answer NULL if $FAIL_HOW is ONCE, and all from it on if it is
 * EVER; as a planted fault (ZERO) it gives memory that nobody may use.  How
 * many there were is written to $FAIL_LOG at the end.  The first gettext is
 * left alone: glibc 2.36 crashes there (gconv_open), while nothing is open.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What dlsym itself asks for before it has told us where malloc is. */
static char early[4096] __attribute__((aligned(16)));
static size_t early_used;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static int (*real_memalign)(void **, size_t, size_t);
static void (*real_free)(void *);

static char *(*real_dcgettext)(const char *, const char *, int);

static atomic_ulong count;
static bool spared;
static unsigned long at;
static char how;

static void
find(void)
{
	static bool finding;

	if (real_free != NULL || finding)
		return;
	finding = true;
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real_memalign = dlsym(RTLD_NEXT, "posix_memalign");
	*(void **)&real_free = dlsym(RTLD_NEXT, "free");
}

static bool
is_early(const void *p)
{
	return (const char *)p >= early &&
	       (const char *)p < early + sizeof early;
}

static void *
take_early(size_t n)
{
	char *p = early + early_used;

	early_used += (n + 15) / 16 * 16;
	if (early_used > sizeof early)
		abort();
	return p;
}

/* The libraries' own beginnings are not counted. */
__attribute__((constructor)) static void
begin(void)
{
	const char *number = getenv("FAIL_AT"), *way = getenv("FAIL_HOW");

	find();
	at = number == NULL ? 0 : strtoul(number, NULL, 10);
	how = way == NULL ? 'N' : way[0];
	atomic_store(&count, 0);
}

__attribute__((destructor)) static void
end(void)
{
	const char *log = getenv("FAIL_LOG");
	int fd = log == NULL
	    ? -1
	    : open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd >= 0) {
		dprintf(fd, "%lu malloc\n", atomic_load(&count));
		close(fd);
	}
}

static bool
fails(void)
{
	unsigned long n;

	if (spared)
		return false;
	n = atomic_fetch_add(&count, 1) + 1;
	if (at == 0 || (how == 'E' ? n < at : n != at))
		return false;
	errno = ENOMEM;
	return true;
}

char *
dcgettext(const char *domain, const char *text, int category)
{
	char *said;

	spared = real_dcgettext == NULL;
	if (spared)
		*(void **)&real_dcgettext = dlsym(RTLD_NEXT, "dcgettext");
	said = real_dcgettext(domain, text, category);
	spared = false;
	return said;
}

static void *
nothing(void)
{
	return how == 'Z' ? mmap(NULL, 1 << 20, PROT_NONE,
	                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
	                  : NULL;
}

void *
malloc(size_t n)
{
	find();
	if (real_malloc == NULL)
		return take_early(n);
	return fails() ? nothing() : real_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	find();
	if (real_calloc == NULL)
		return take_early(n * size);
	return fails() ? nothing() : real_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	find();
	if (is_early(p) || real_realloc == NULL)
		abort();
	return fails() ? nothing() : real_realloc(p, n);
}

int
posix_memalign(void **out, size_t align, size_t n)
{
	find();
	return fails() ? ENOMEM : real_memalign(out, align, n);
}

void
free(void *p)
{
	if (!is_early(p) && real_free != NULL)
		real_free(p);
}

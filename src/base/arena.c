#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK_FIRST 4096
#define BLOCK_MAX (1024 * 1024)

struct block {
	struct block *next; /* the block filled before this one */
	size_t used, size;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *last;
	size_t used;
};

static struct block *
block_new(size_t size)
{
	struct block *b = malloc(sizeof *b + size);

	if (b == NULL)
		base_die("%s", _("out of memory"));
	b->next = NULL;
	b->used = 0;
	b->size = size;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	return b;
}

static void
block_free(struct block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	free(b);
}

struct arena *
arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);

	if (a == NULL)
		base_die("%s", _("out of memory"));
	a->last = block_new(BLOCK_FIRST);
	return a;
}

/* Keeps the newest block, which is the largest one of normal growth. */
void
arena_reset(struct arena *a)
{
	struct block *b, *next;

	if (a->used == 0)
		return;
	for (b = a->last->next; b != NULL; b = next) {
		next = b->next;
		block_free(b);
	}
	a->last->next = NULL;
	a->last->used = 0;
	a->used = 0;
	ASAN_POISON_MEMORY_REGION(a->last->data, a->last->size);
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	block_free(a->last);
	free(a);
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = _Alignof(max_align_t);
	struct block *b = a->last;
	size_t size;
	void *p;

	if (n > SIZE_MAX / 4)
		base_die("%s", _("out of memory"));
	n = (n + align - 1) / align * align;
	if (b->size - b->used < n) {
		size = b->size < BLOCK_MAX ? b->size * 2 : b->size;
		if (size < n)
			size = n;
		b = block_new(size);
		b->next = a->last;
		a->last = b;
	}
	p = b->data + b->used;
	b->used += n;
	a->used += n;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	memset(p, 0, n);
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / 4 / size)
		base_die("%s", _("out of memory"));
	return arena_alloc(a, n * size);
}

void *
arena_grow(struct arena *a, void *p, size_t n, size_t *cap, size_t size)
{
	void *grown;

	if (n < *cap)
		return p;
	*cap = n < 8 ? 8 : n * 2;
	grown = arena_array(a, *cap, size);
	if (n > 0 && p != NULL)
		memcpy(grown, p, n * size);
	return grown;
}

void *
arena_dup(struct arena *a, const void *p, size_t n)
{
	void *copy = arena_alloc(a, n);

	if (n > 0)
		memcpy(copy, p, n);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_dup(a, s, strlen(s) + 1);
}

char *
arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (s.n > 0)
		memcpy(copy, s.p, s.n);
	return copy;
}

struct str
arena_str_dup(struct arena *a, struct str s)
{
	return (struct str){ arena_str(a, s), s.n };
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		BUG("bad format");
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

/*
 * LD_PRELOAD: at Ctrl-] the program falls, for a test that must notice it: by
 * abort(), or, if $FALL is "overflow", by one byte written past the end of its
 * block, which only a build with sanitizers notices.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define FALL_KEY 29

static void
fall(void)
{
	/* by pointers, that no compiler sees it coming */
	void *(*volatile take)(size_t) = malloc;
	void *(*volatile set)(void *, int, size_t) = memset;
	const char *how = getenv("FALL");

	if (how == NULL || strcmp(how, "overflow") != 0)
		abort();
	set(take(16), 0, 17);
}

int
wget_wch(void *window, wint_t *c)
{
	static int (*real)(void *, wint_t *);
	int r;

	if (real == NULL)
		*(void **)(&real) = dlsym(RTLD_NEXT, "wget_wch");
	r = real(window, c);
	if (r == 0 && *c == FALL_KEY)
		fall();
	return r;
}

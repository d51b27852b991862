#include "base/base.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*death_hook)(void);

void
base_on_death(void (*hook)(void))
{
	death_hook = hook;
}

PRINTF_LIKE(2, 0)
static void
last_words(const char *prefix, const char *fmt, va_list ap)
{
	void (*hook)(void) = death_hook;

	death_hook = NULL;
	if (hook != NULL)
		hook();
	fprintf(stderr, "ansinh: %s", prefix);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void
base_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;
	char prefix[128];

	snprintf(prefix, sizeof prefix, "bug at %s:%d: ", file, line);
	va_start(ap, fmt);
	last_words(prefix, fmt, ap);
	va_end(ap);
	abort();
}

void
base_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	last_words("", fmt, ap);
	va_end(ap);
	exit(70);
}

const char *
i18n_text(const char *msgid)
{
	/* gettext gives the catalogue's header for the empty string */
	return msgid[0] == '\0' ? msgid : gettext(msgid);
}

bool
str_starts(struct str a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

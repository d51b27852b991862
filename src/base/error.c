#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	enum err code;
	const char *name;
	int status;
} codes[] = {
#define X(code, status) { code, #code, status },
	ERROR_CODES(X)
#undef X
};

static void
fill(struct error *e, enum err code, const char *fmt, va_list ap)
{
	e->code = code;
	e->where[0] = '\0';
	/* the caller's format was checked by PRINTF_LIKE */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	vsnprintf(e->what, sizeof e->what, i18n_text(fmt), ap);
#pragma GCC diagnostic pop
}

enum err
error_set(struct error *e, enum err code, const char *fmt, ...)
{
	va_list ap;

	if (e != NULL) {
		va_start(ap, fmt);
		fill(e, code, fmt, ap);
		va_end(ap);
	}
	return code;
}

enum err
error_errno(struct error *e, enum err code, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	if (saved == ENOSPC || saved == EDQUOT)
		code = ERR_NOSPACE;
	if (e != NULL) {
		va_start(ap, fmt);
		fill(e, code, fmt, ap);
		va_end(ap);
		n = strlen(e->what);
		snprintf(
		    e->what + n, sizeof e->what - n, ": %s", strerror(saved));
	}
	return code;
}

enum err
error_at(struct error *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->where, sizeof e->where, fmt, ap);
	va_end(ap);
	return e->code;
}

const char *
error_name(enum err code)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (codes[i].code == code)
			return codes[i].name;
	return "OK";
}

int
error_exit_status(enum err code)
{
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		if (codes[i].code == code)
			return codes[i].status;
	return 0;
}

#ifndef BASE_BASE_H
#define BASE_BASE_H
/*
 * What every file may use: attributes, runs of bytes, the ways to end.
 * Calls that nobody may use are listed in tests/tools/check-layers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUSTUSE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Translated text.  N_ marks a text that is translated where it is shown. */
const char *i18n_text(const char *msgid) __attribute__((format_arg(1)));
#define _(s) i18n_text(s)
#define N_(s) (s)

/*
 * A bug in the program, or no memory.  Both run the hook (which gives the
 * terminal back), say the text on standard error and end the program: bug
 * by abort, die with exit status 70.  Open transactions are simply lost;
 * the store is made for that.
 */
void base_on_death(void (*hook)(void));
NORETURN void base_bug(const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
NORETURN void base_die(const char *fmt, ...) PRINTF_LIKE(1, 2);
#define BUG(...) base_bug(__FILE__, __LINE__, __VA_ARGS__)

/* A run of bytes that somebody else owns; not necessarily NUL-ended. */
struct str {
	const char *p;
	size_t n;
};
#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })

/* NULL gives the empty run. */
static inline struct str
str_of(const char *s)
{
	return (struct str){ s == NULL ? "" : s, s == NULL ? 0 : strlen(s) };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_is(struct str a, const char *s)
{
	return str_eq(a, str_of(s));
}

/* By bytes, shorter first. */
static inline int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n == 0 ? 0 : memcmp(a.p, b.p, n);

	return r != 0 ? r : a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str a, const char *prefix);

#endif

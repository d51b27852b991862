#ifndef BASE_ERROR_H
#define BASE_ERROR_H
/*
 * The one list of failures.  A function that can fail returns enum err (0 is
 * success) and takes a struct error, owned by the caller, as its last
 * parameter: it fills it on failure and leaves it alone on success.  It may be
 * NULL.  Nothing below tui/ and cmd/ prints, but base_die and the handler of bus
 * errors in store.c.
 *
 * What a person typed and a form does not accept is not an error but a
 * finding (form/fill.h).
 */
#include "base/base.h"

/* code, exit status of a command that ends with it */
#define ERROR_CODES(X) \
	X(ERR_FINDINGS, 1) /* checked, and there are faults */ \
	X(ERR_USAGE, 2) \
	X(ERR_KEY, 3) /* wrong passphrase, no key fits */ \
	X(ERR_REFUSED, 4) /* not allowed: owner, state, rule */ \
	X(ERR_FORMAT, 4) /* input is not what it should be */ \
	X(ERR_LIMIT, 4) /* larger or deeper than we take */ \
	X(ERR_VERSION, 4) /* made by a newer program */ \
	X(ERR_TEXT, 4) /* not UTF-8, or a refused character */ \
	X(ERR_SIGNATURE, 4) /* a signature does not hold */ \
	X(ERR_TRUST, 4) /* a sender nobody accepted, or revoked */ \
	X(ERR_RECIPIENT, 4) /* encrypted for others */ \
	X(ERR_HASH, 4) /* a sum does not match */ \
	X(ERR_EXISTS, 4) \
	X(ERR_CANCELLED, 4) /* stopped by the person; nothing changed */ \
	X(ERR_NOTFOUND, 5) \
	X(ERR_BUSY, 6) /* another program has the store */ \
	X(ERR_IO, 7) \
	X(ERR_NOSPACE, 7) \
	X(ERR_STICK, 7) /* the stick failed or is not there */ \
	X(ERR_MAPFULL, 7) /* store/ only: grow and try again */ \
	X(ERR_CORRUPT, 75) /* the store is damaged */

enum err {
	OK = 0,
	ERR_FIRST_ = -100,
#define X(code, status) code,
	ERROR_CODES(X)
#undef X
};

#define ERROR_WHERE_MAX 256
#define ERROR_WHAT_MAX 768

struct error {
	enum err code;
	char where[ERROR_WHERE_MAX]; /* "FILE:LINE:COL", a path, or "" */
	char what[ERROR_WHAT_MAX];   /* one sentence, lower case, no stop */
};

/*
 * Fills *e (which may be NULL) and returns code, so that a failure reads
 * `return error_set(e, ERR_FORMAT, N_("..."), ...)`.  The format is
 * translated here; xgettext knows this call.
 */
enum err error_set(struct error *e, enum err code, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* The same with errno's text appended; picks ERR_NOSPACE for ENOSPC/EDQUOT. */
enum err error_errno(struct error *e, enum err code, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* Says where an already filled error happened.  Returns its code. */
enum err error_at(struct error *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

const char *error_name(enum err code); /* "ERR_FORMAT" */
int error_exit_status(enum err code);

#endif

#ifndef APP_SAVING_H
#define APP_SAVING_H
/*
 * A save that nobody waits for: one at a time, from F2 to the end of its
 * commit.  Its record can be shown and searched at once; it is not said to be
 * saved, and its draft stays, until the commit is back.
 */
#include "app/editing.h"

/*
 * Saves like editing_save, and takes ed over: OK is that the commit is on its
 * way, or that there was nothing to save.  First the save before it is ended;
 * if that failed, nothing is begun and its error comes back.
 */
enum err saving_start(struct editing *ed, const char *reason, struct error *e)
    MUSTUSE;
/* The same for another act on one record; but it is waited for where nobody
 * goes on (app->saving.goes_on). */
enum err saving_append(struct app *app, const struct store_write *w, size_t n,
    struct error *e) MUSTUSE;
/* Can be read (poll) when the commit is back; -1: none is on its way. */
int saving_fd(const struct app *app);
bool saving_is_back(const struct app *app);
/* Whether a draft is that of the save. */
bool saving_has_draft(const struct app *app, const char *name);
/* Waits for the commit.  OK: saved, or nothing was to be.  Else nothing was
 * saved, and until saving_back is called the error is the same. */
enum err saving_end(struct app *app, struct error *e) MUSTUSE;
/* True if a save has failed: why, and the form with all that was typed, which
 * is the caller's; NULL for another act. */
bool saving_back(struct app *app, struct editing **ed, struct error *why);

#endif

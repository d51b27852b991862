#ifndef APP_SAVING_H
#define APP_SAVING_H
/*
 * Saves that nobody waits for: every act on records that is one commit goes
 * through here, and on the screens comes back when it is on its way.  The record
 * can be read, shown, searched and saved again at once; it is not said to be
 * saved, and a form's draft stays, until its commit is back.  They end in the
 * order in which they were begun; if one fails, so have all after it, which
 * were made on top of it.
 */
#include "app/editing.h"

/*
 * Saves like editing_save, which the caller keeps until this has ended; *number
 * is that of the save, 0 if there was nothing to be saved.  An error: nothing
 * was begun.
 */
enum err saving_start(struct editing *ed, const char *reason,
    unsigned *number, struct error *e) MUSTUSE;
/* The same for another act on records, in one commit; it is waited for where
 * nobody goes on (app->saving.goes_on). */
enum err saving_append(struct app *app, const struct store_write *w, size_t n,
    struct error *e) MUSTUSE;
/* Of the save that was begun last; 0: none was. */
unsigned saving_newest(const struct app *app);
/* Can be read (poll) when a commit is back; -1: none is on its way. */
int saving_fd(const struct app *app);
bool saving_is_back(const struct app *app);
/* Whether a draft is that of a save. */
bool saving_has_draft(const struct app *app, const char *name);
/* Whether a record is being saved. */
bool saving_has_record(const struct app *app, const struct record_id *id);

struct saving_ended {
	unsigned number;
	struct record_id id;
};
/* Waits for the first that is on its way.  OK: it is saved, or there was none
 * (number 0).  Else neither it nor any other that was on its way is. */
enum err saving_end(struct app *app, struct saving_ended *out,
    struct error *e) MUSTUSE;
/* The same for all of them. */
enum err saving_end_all(struct app *app, struct error *e) MUSTUSE;

#endif

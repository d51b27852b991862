#ifndef TUI_SAVES_H
#define TUI_SAVES_H
/*
 * Saves as the screens see them (app/saving.h): they go on at once, and say
 * that a save is done when it is.  They are ended between two keys; never while
 * a dialog is open, which may hold rows of the directory that a commit which
 * fails takes back.
 */
#include "tui/ui.h"

/*
 * What is said when the save that was begun last is done, "Saving..." until
 * then; NULL: that it is saved, and of what.  Where nothing is on its way it is
 * said at once.
 */
void saves_say(struct ui *ui, enum term_style style, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void saves_say_saved(struct ui *ui);
/* ui_pop for the screen that has just begun a save: it is kept aside until that
 * is done, and if it fails, put on top again as it was left. */
void saves_leave(struct ui *ui);
/* A reason for an act.  One that was given for a save which failed is offered
 * again. */
bool saves_reason(struct ui *ui, const char *question, struct str *text);

/* Ends the saves that are back; true if one was, or one has failed. */
bool saves_end(struct ui *ui);
/* Waits for all of them; false if one has failed. */
bool saves_wait(struct ui *ui);
/* The same without a word, when all screens are to be closed. */
enum err saves_settle(struct ui *ui, struct error *e) MUSTUSE;

#endif

#ifndef APP_TODAY_H
#define APP_TODAY_H
/*
 * What day it is (SAFETY R13).  Where the clock does not fit what the store
 * knows (store_clock_fits), a person says; events are then marked doubtful
 * unless the clock says the very same.
 */
#include "app/app.h"

bool today_is_known(const struct app *app);
/* As keyed from paper: 15012026, 15/1/2026, 2026-01-15.  ERR_USAGE, also for
 * a day before this program was made. */
enum err today_parse(struct str text, struct date *out, struct error *e)
    MUSTUSE;
/* A person's word. */
enum err today_set(struct app *app, struct date day, struct error *e) MUSTUSE;
/* Whether that word is neither the clock's nor near what is known, and should
 * be asked again. */
bool today_is_odd(const struct app *app, struct date day);
/* "the clock says 01/01/1970, and 15/01/2026 is known" */
char *today_doubt(const struct app *app, struct arena *a);

#endif

#ifndef APP_CARE_H
#define APP_CARE_H
/*
 * Backups.  A backup is a folder UNIT-DEVICE-YYYYMMDD-HHMMSS with keys.json
 * and the store's compact copy `store.mdb`; it opens with the passphrase of
 * the day it was made.
 */
#include "app/app.h"

enum err care_backup(struct app *app, const char *dir,
    store_progress_fn progress, void *ctx, struct arena *a, char **path,
    struct error *e) MUSTUSE;
/* Into a home where nothing is set up.  Begins new feeds (R7). */
enum err care_restore(const char *home, const char *backup,
    struct str passphrase, struct error *e) MUSTUSE;

#endif

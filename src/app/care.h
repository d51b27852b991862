#ifndef APP_CARE_H
#define APP_CARE_H
/*
 * Backups.  A backup is one file, UNIT-DEVICE-YYYYMMDD-HHMMSS.backup: a ustar
 * of keys.json and the store's compact copy store.mdb, both as sealed as they
 * lie on the disk.  It opens with the passphrase of the day it was made.
 */
#include "app/app.h"

/* Verified before it gets its name.  *path is the file. */
enum err care_backup(struct app *app, const char *dir,
    store_progress_fn progress, void *ctx, struct arena *a, char **path,
    struct error *e) MUSTUSE;
/* Into a home where nothing is set up; a wrong passphrase or a damaged file
 * leaves nothing there.  Begins new feeds (R7). */
enum err care_restore(const char *home, const char *backup,
    struct str passphrase, struct error *e) MUSTUSE;

#endif

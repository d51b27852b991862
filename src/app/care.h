#ifndef APP_CARE_H
#define APP_CARE_H
/*
 * Backups.  A backup is one file, UNIT-DEVICE-YYYYMMDD-HHMMSS.backup: a ustar
 * of keys.json and the store's compact copy store.mdb, both as sealed as they
 * lie on the disk.  It opens with the passphrase of the day it was made.
 */
#include "app/app.h"

#define CARE_SUFFIX ".backup"

/* Every value of the copy is opened, and the file read back from where it was
 * written.  *path is the file.  ERR_CANCELLED, and no file, if progress says
 * so. */
enum err care_backup(struct app *app, const char *dir,
    store_progress_fn progress, void *ctx, struct arena *a, char **path,
    struct error *e) MUSTUSE;
/*
 * The desk's own backups (SAFETY D10), in $ANSINH_HOME/backup: of the last 7
 * days that have one, and of the 4 weeks before.  Does nothing if there is one
 * of today, or nothing was written since the last.
 */
enum err care_keep(struct app *app, store_progress_fn progress, void *ctx,
    struct error *e) MUSTUSE;
/* The file name of the newest of them; "" if there is none. */
const char *care_kept(const struct app *app, struct arena *a);
/* "2026-01-15T08:00" of a backup's file name; "" if it is none. */
struct str care_moment(struct arena *a, const char *name);
/* Into a home where nothing is set up; a wrong passphrase or a damaged file
 * leaves nothing there.  Begins new feeds (R7). */
enum err care_restore(const char *home, const char *backup,
    struct str passphrase, struct error *e) MUSTUSE;

#endif

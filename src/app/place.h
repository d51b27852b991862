#ifndef APP_PLACE_H
#define APP_PLACE_H
/*
 * Where this desk hands over: the stick or folder that was chosen last, kept in
 * the store.  The mount point of a stick is a place only while one is there:
 * the empty folder that it leaves behind is none.
 */
#include "app/app.h"

/* False if nothing was chosen, or it is not there now. */
bool place_recall(struct app *app, char *dir, size_t size);
enum err place_keep(struct app *app, const char *dir, struct error *e) MUSTUSE;

#endif

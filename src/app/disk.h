#ifndef APP_DISK_H
#define APP_DISK_H
/* What this desk's folder lies on (SAFETY D1). */
#include "app/app.h"

/* True, once for each, of a file system of which nobody knows whether it keeps
 * what it was given; *text, which is constant and translated, says so. */
bool disk_is_strange(struct app *app, const char **text);

#endif

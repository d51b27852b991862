#ifndef APP_PREVIEW_H
#define APP_PREVIEW_H
/*
 * What a bundle is and what it would bring, in words, a line each: the same
 * for the screen that asks whether to take it in and for the commands.
 */
#include "app/app.h"

void preview_outer(const struct bundle_outer *o, struct buf *out);
/* Whether this desk made it itself, as far as the bundle says. */
bool preview_made_here(const struct app *app, const struct bundle_outer *o);
void preview_text(
    const struct app *app, const struct bundle_preview *p, struct buf *out);

/* "commune" of a card, translated. */
const char *preview_role(const char *role);

#endif

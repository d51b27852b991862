#ifndef APP_RESTRICTED_H
#define APP_RESTRICTED_H
/*
 * Restricted fields (SAFETY E9): in an event and everywhere behind it their
 * values are sealed to the restricted readers (doc/format-events.md).  The
 * key decides who reads, and not the screen.
 */
#include "app/app.h"

#define RESTRICTED_MASK "******"

/* Whether the path of a record, or its "?force", is a restricted field's. */
bool restricted_is(const struct form *f, struct str path);
/*
 * Seals a JSON value to the readers of this device, of its recovery key, of
 * the other level and of the unit `scope`.  ERR_LIMIT for more than an event
 * takes, or more readers than an age file.
 */
enum err restricted_seal(const struct app *app, struct arena *a,
    const char *scope, struct str json, struct str *out, struct error *e)
    MUSTUSE;
/* The value in a sealed one; false if it is not for this slot, or damaged. */
bool restricted_open(const struct app *app, struct arena *a,
    struct str sealed, struct str *json);
/* What of a value may be put on a list or a screen: the mask for one that is
 * restricted and not blank, in quotes as JSON. */
struct str restricted_masked(
    const struct form *f, struct str path, struct str json);
/*
 * An event of the record: that somebody looks at its restricted values, and why.
 * It must be on the disk before they are shown (SAFETY E7): on the screens, when
 * the save has ended (app/saving.h).  ERR_KEY if this slot reads none.
 */
enum err restricted_note(struct app *app, const struct record *r,
    const char *reason, struct error *e) MUSTUSE;
/* Opens those that this slot reads, in place; how many. */
size_t restricted_open_all(
    const struct app *app, struct arena *a, struct record *r);

#endif

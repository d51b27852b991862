#ifndef APP_SEALING_H
#define APP_SEALING_H
/*
 * What is restricted of a record on the desk, on its way into the draft and
 * the store and back: inside of editing.c and saving.c.  In a draft it is sealed like in
 * an event, so that the passphrase of an officer who may not read it does not
 * open it there either.
 */
#include "app/editing.h"

/* A struct fill_cipher's, with the editing as ctx.  Opening, what is in the
 * register waits for its reason; what was typed comes back. */
bool sealing_seal(void *ctx, struct arena *a, struct str path,
    struct str json, struct str *sealed);
bool sealing_open(void *ctx, struct arena *a, struct str path,
    struct str sealed, struct str *json);
/* The half-typed text of the field at the cursor, if it is restricted. */
enum err sealing_text(struct editing *ed, struct arena *a, struct str typed,
    struct str *out, struct error *e) MUSTUSE;
struct str sealing_open_text(struct editing *ed, struct str typed);
/* Seals what is restricted of an event's `set`, in place. */
enum err sealing_changes(struct editing *ed, struct fill_change *c, size_t n,
    struct error *e) MUSTUSE;

#endif

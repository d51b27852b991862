#ifndef APP_EDITING_H
#define APP_EDITING_H
/*
 * One record on the desk: from the store or the draft into a struct fill, and
 * back as an event.
 *
 * What is keyed goes to the draft first: each key, as the text that the field
 * holds by now (editing_note_key), before the next one is read.  When the field
 * is left, its text goes into the fill (fill_set) and the whole fill into the
 * draft (editing_note).  Saving takes what differs from what was loaded
 * (fill_changes), on top of the heads in `before`, seals what is restricted, and
 * gives it to the store as events (store_append).
 */
#include "app/app.h"
#include "store/draft.h"

struct editing {
	struct app *app;
	struct arena *arena;
	const struct form *form;
	struct fill *fill;
	struct record_id id;
	bool is_new;
	struct record before; /* as it was on the screen; empty if new */
	struct draft *draft;  /* NULL until the first change */
	bool saved;
	bool on_restricted; /* what is being typed is sealed in the draft */
	struct error unsealed; /* why a draft could not be sealed */
	bool on_top; /* of a save that was on its way when it was opened */
	unsigned failures; /* of saves, before that */
};

/* A new record; `carry` (may be NULL) is the record before it, whose carried
 * fields it starts with. */
enum err editing_new(struct app *app, const struct form *form,
    const struct record_id *carry, struct editing **out, struct error *e)
    MUSTUSE;
/* A new record, member of another (form_member_link). */
enum err editing_new_member(struct app *app, const struct form *form,
    const struct record *of, struct editing **out, struct error *e) MUSTUSE;
/* ERR_NOTFOUND; ERR_REFUSED if its state or owner locks it.  Restricted
 * values go in sealed (fill_is_masked). */
enum err editing_open(struct app *app, const struct record_id *id,
    struct editing **out, struct error *e) MUSTUSE;
/* Says in an event, with the reason, that a reader looks at the restricted values
 * of the record (restricted_note); then editing_unseal opens them.  ERR_KEY if
 * this slot reads none. */
enum err editing_reveal(struct editing *ed, const char *reason,
    struct error *e) MUSTUSE;
/* Opens them, seen or, for changes that a program checks, unseen; undo begins
 * anew. */
void editing_unseal(struct editing *ed);
/*
 * From a draft, at the field and half-typed text where it stopped.  A reader
 * gets back what was typed in restricted fields; anybody else has it sealed,
 * without the text that was half typed.
 */
enum err editing_resume(struct app *app, const char *draft_name,
    struct editing **out, struct draft_entry *last, struct error *e) MUSTUSE;
/* What the draft's record is called so far. */
struct str editing_draft_title(
    struct app *app, struct arena *a, const char *draft_name);
enum err editing_discard_draft(
    struct app *app, const char *draft_name, struct error *e) MUSTUSE;
/* The record of this form that was entered last, for ditto; NULL if none. */
struct fill *editing_previous(struct editing *ed);
/* After each field: the whole; after each key: the typed text alone, if that is
 * enough. */
enum err editing_note(struct editing *ed, const struct fill_ref *cursor,
    struct str typed, uint32_t caret, struct error *e) MUSTUSE;
enum err editing_note_key(struct editing *ed, const struct fill_ref *cursor,
    struct str typed, uint32_t caret, struct error *e) MUSTUSE;
bool editing_has_changes(const struct editing *ed);
/*
 * Saves: one commit.  ERR_FINDINGS while there are errors.  The reason is
 * needed for an amendment and may be empty for a new record.  The draft is
 * discarded after the commit.
 */
enum err editing_save(struct editing *ed, const char *reason,
    struct error *e) MUSTUSE;
void editing_close(struct editing *ed, bool keep_draft);

/* The commune whose record it is; a new one belongs to this desk's. */
const char *record_scope(
    const struct app *app, struct arena *a, const struct record_id *id);
/* The heads of what a path belongs to, appended to ids (room for max). */
size_t record_heads(const struct record *r, struct str path,
    struct event_id *ids, size_t n, size_t max);

/* Appends the heads that a setting is made on top of (room for EVENT_OVER_MAX).
 * What removes a row has seen all that is in it, what writes into a row has
 * seen its removal, and into a void record, that it is void
 * (doc/format-events.md); ERR_REFUSED if that is too much. */
enum err record_over(const struct record *r, const struct event_set *set,
    struct event_id *ids, size_t *n, struct error *e) MUSTUSE;

/* A reason as it is stored; ERR_USAGE without one. */
enum err record_reason(struct arena *a, const char *reason, const char **clean,
    struct error *e) MUSTUSE;

/* A record to read from and to ask; the caller frees it. */
struct fill *record_fill(
    struct app *app, const struct form *form, const struct record *r);

/* Other acts on a record, each one commit. */
/* Whether this state may follow; its `when` is asked by record_move. */
bool record_may_move(const struct app *app, const struct form_state *st,
    const struct record *r);
enum err record_move(struct app *app, const struct record_id *id,
    const char *state, const char *reason, struct error *e) MUSTUSE;
enum err record_void(struct app *app, const struct record_id *id, bool yes,
    const char *reason, struct error *e) MUSTUSE;
/* Sets fields as typed, through the same checks as the screen. */
struct record_field {
	const char *path, *text;
};
enum err record_set(struct app *app, const struct record_id *id,
    const struct record_field *fields, size_t n, const char *reason,
    struct error *e) MUSTUSE;
/* Chooses one head of a conflict; the choice is an event (I11). */
enum err record_resolve(struct app *app, const struct record_id *id,
    struct str reg, size_t head, const char *reason, struct error *e) MUSTUSE;
/* Decides whether a row that one removed and another wrote to stays: with
 * this as its place, or null. */
enum err record_resolve_row(struct app *app, const struct record_id *id,
    struct str row, struct str json, const char *reason,
    struct error *e) MUSTUSE;
/* The district stands by what it decided, on the facts as they are now: its
 * decisions, and what the commune wrote over it, are written anew. */
enum err record_confirm(struct app *app, const struct record_id *id,
    const char *reason, struct error *e) MUSTUSE;
/* Gives the fields that an event set their values from before it. */
enum err record_undo(struct app *app, const struct record_id *id,
    const struct event_id *event, struct error *e) MUSTUSE;

#endif

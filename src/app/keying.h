#ifndef APP_KEYING_H
#define APP_KEYING_H
/*
 * Keying a form: the cursor and what keys do to it, without a terminal, so
 * that the screen and a script of keys do the very same.
 */
#include "app/editing.h"

enum keying_act {
	KEYING_NEXT,
	KEYING_PREVIOUS,
	KEYING_NEXT_PAGE,     /* in a grid: the next row */
	KEYING_PREVIOUS_PAGE,
	KEYING_FIRST,
	KEYING_LAST,
	KEYING_DITTO,         /* value of the previous row, else record */
	KEYING_ROW_INSERT,
	KEYING_ROW_DELETE,
	KEYING_ROW_COPY,
	KEYING_UNDO,
	KEYING_REDO,
	KEYING_NEXT_FINDING,
};

struct keying {
	struct editing *ed;
	struct fill_ref at;   /* the field the keys go to */
	struct fill *previous; /* the record before; read at the first ditto */
};

/* Starts at the first field.  Takes ed over. */
void keying_init(struct keying *k, struct editing *ed);
/* Keeps the draft unless it was saved. */
void keying_release(struct keying *k);

/* The text of the field at the cursor, as typed; true if the cursor should
 * go on by itself. */
bool keying_type(struct keying *k, struct str text, struct error *e);
/* Keeps the warning at the cursor for a reason; false if there is none. */
bool keying_force(struct keying *k, struct str reason, struct error *e);
/* False if there was nothing to do (end of the form, nothing to undo). */
bool keying_do(struct keying *k, enum keying_act act, struct error *e);
/* To the first error, over warnings; how many there are. */
size_t keying_first_error(struct keying *k);
/* By paper line, field name or part of a label. */
bool keying_goto(struct keying *k, struct str where);
/* In a repeat without rows the cursor stands on the repeat itself. */
bool keying_on_repeat(const struct keying *k);
const struct form_node *keying_node(const struct keying *k);
/* The page (node number) that the cursor is on. */
int keying_page(const struct keying *k);

/* "F5", "Tab", "Ctrl-N": what a script calls an act; false if unknown. */
bool keying_act_of(const char *key, enum keying_act *act);

#endif

#ifndef TUI_SCREEN_FORM_IMPL_H
#define TUI_SCREEN_FORM_IMPL_H
/* The form screen's state, between its keys, its field, saving and drawing. */
#include "app/keying.h"
#include "tui/input.h"
#include "tui/ui.h"

struct form_screen {
	struct keying k;
	struct input input;
	bool went_on; /* the last key filled its field, and the cursor went on */
	bool editing; /* the input holds the field at the cursor */
	bool veiled;  /* it is restricted, and was there before the first key */
	unsigned reveal; /* number of the save after which they are */
	bool revealed; /* restricted fields are shown where the cursor is */
	int line_cols; /* of the numbers of the paper */
	size_t first;  /* first row shown */
	struct arena *arena; /* rows, made anew for each drawing */
};

void form_draw(struct ui *ui, void *state);

/* form_input.c: the field at the cursor */
/* It goes into the input. */
void form_input_load(struct ui *ui, struct form_screen *s);
/* What is in the input goes into the form.  True: go on to the next field. */
bool form_input_store(struct ui *ui, struct form_screen *s);
/* A key typed into it.  True: it is full and stored, go on to the next. */
bool form_input_type(
    struct ui *ui, struct form_screen *s, struct term_input in) MUSTUSE;
/* Its old value, also in the draft: what was thrown away would come back after
 * a power cut. */
void form_input_give_back(struct ui *ui, struct form_screen *s);
/* A name typed where a record is asked for is looked up. */
bool form_input_wants_record(struct ui *ui, const struct form_screen *s);
/* What was typed where one choice is asked for is none by itself, but near
 * some: the list shows which.  It is stored as typed. */
bool form_input_wants_choice(struct ui *ui, struct form_screen *s);
/* F4 does, and space in an untouched choice. */
bool form_input_opens_list(const struct form_screen *s, struct term_input in);
/* From its list; what is half typed begins the search, and is not stored. */
void form_input_pick(struct ui *ui, struct form_screen *s);
/*
 * Shows what is restricted.  What is in the register is opened for a reader who
 * gives a reason, which is an event: when it is on the disk (SAFETY E7), and keys
 * go on until then.  Another officer can only write another value over it.  What
 * was typed here is only masked.
 */
void form_input_reveal(struct ui *ui, struct form_screen *s);
void form_input_shown(struct ui *ui, void *state, unsigned number);

/* form_conflict.c */
/* What else was written where a record was in conflict when it was opened, and
 * what decides it; "" elsewhere.  Scratch memory. */
struct str form_conflict(struct ui *ui, const struct form_screen *s,
    const struct fill_ref *r);

/* form_save.c */
/* Leaving what tells persons apart: is this one in the register already? */
void form_say_duplicate(
    struct ui *ui, const struct form_screen *s, const struct fill_ref *r);
void form_save(struct ui *ui, struct form_screen *s);

#endif

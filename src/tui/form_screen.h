#ifndef TUI_FORM_SCREEN_H
#define TUI_FORM_SCREEN_H
/* The form screen's state, between its keys and its drawing. */
#include "app/keying.h"
#include "tui/input.h"
#include "tui/ui.h"

struct form_screen {
	struct keying k;
	struct input input;
	bool editing; /* the input holds the field at the cursor */
	bool veiled;  /* it is restricted, and was there before the first key */
	bool revealed; /* restricted fields are shown where the cursor is */
	size_t first; /* first row shown */
	struct arena *arena; /* rows, made anew for each drawing */
};

void form_draw(struct ui *ui, void *state);

#endif

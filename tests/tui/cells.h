#ifndef TESTS_TUI_CELLS_H
#define TESTS_TUI_CELLS_H
/*
 * What a terminal shows, cell by cell: two of them compared, and as text.
 */
#include "pty.h"

struct cells {
	int rows, cols;
	VTermPos cursor;
	VTermScreenCell *cell;
};

void cells_take(struct cells *c, const struct pty *p);
/* What differs, in static memory; "" if nothing. */
const char *cells_difference(const struct cells *a, const struct cells *b);
/* As pty_picture has it.  The caller frees it. */
char *cells_text(const struct cells *c);

#endif

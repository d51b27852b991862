#include "cells.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void
cells_take(struct cells *c, const struct pty *p)
{
	c->rows = p->rows;
	c->cols = p->cols;
	c->cell = realloc(
	    c->cell, (size_t)c->rows * (size_t)c->cols * sizeof *c->cell);
	if (c->cell == NULL)
		abort();
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &c->cursor);
	for (int row = 0; row < c->rows; row++)
		for (int col = 0; col < c->cols; col++)
			vterm_screen_get_cell(p->screen,
			    (VTermPos){ row, col },
			    &c->cell[row * c->cols + col]);
}

static bool
same_cell(const VTermScreenCell *a, const VTermScreenCell *b)
{
	uint32_t x = a->chars[0] == 0 ? ' ' : a->chars[0];
	uint32_t y = b->chars[0] == 0 ? ' ' : b->chars[0];

	if (x == (uint32_t)-1 && y == x)
		return true; /* the left half says it all */
	if (x != y || a->attrs.underline != b->attrs.underline ||
	    a->attrs.reverse != b->attrs.reverse ||
	    !vterm_color_is_equal(&a->bg, &b->bg))
		return false;
	if (x == ' ' && (a->chars[0] == 0 || a->chars[1] == 0) &&
	    (b->chars[0] == 0 || b->chars[1] == 0))
		return true;
	for (int i = 1; i < VTERM_MAX_CHARS_PER_CELL; i++) {
		if (a->chars[i] != b->chars[i])
			return false;
		if (a->chars[i] == 0)
			break;
	}
	return a->attrs.bold == b->attrs.bold &&
	    vterm_color_is_equal(&a->fg, &b->fg);
}

static void
describe(char *out, size_t size, int row, int col, const VTermScreenCell *a,
    const VTermScreenCell *b)
{
	snprintf(out, size,
	    "row %d column %d: U+%04X bold %u underlined %u reversed %u on "
	    "%02x.%u, anew U+%04X %u %u %u on %02x.%u",
	    row, col, (unsigned)a->chars[0], a->attrs.bold,
	    a->attrs.underline, a->attrs.reverse, a->bg.type,
	    a->bg.indexed.idx, (unsigned)b->chars[0], b->attrs.bold,
	    b->attrs.underline, b->attrs.reverse, b->bg.type,
	    b->bg.indexed.idx);
}

const char *
cells_difference(const struct cells *a, const struct cells *b)
{
	static char text[200];

	if (a->rows != b->rows || a->cols != b->cols)
		return "the size";
	for (int i = 0; i < a->rows * a->cols; i++)
		if (!same_cell(&a->cell[i], &b->cell[i])) {
			describe(text, sizeof text, i / a->cols, i % a->cols,
			    &a->cell[i], &b->cell[i]);
			return text;
		}
	if (a->cursor.row == b->cursor.row && a->cursor.col == b->cursor.col)
		return "";
	snprintf(text, sizeof text, "the cursor: %d,%d, anew %d,%d",
	    a->cursor.row, a->cursor.col, b->cursor.row, b->cursor.col);
	return text;
}

char *
cells_text(const struct cells *c)
{
	char *text = malloc((size_t)c->rows * (size_t)(c->cols * 24 + 1) + 1);
	char *out = text, *last;

	if (text == NULL)
		abort();
	for (int row = 0; row < c->rows; row++) {
		last = out;
		for (int col = 0; col < c->cols; col++) {
			const uint32_t *cp =
			    c->cell[row * c->cols + col].chars;

			if (cp[0] == (uint32_t)-1)
				continue; /* the right half of a wide one */
			if (cp[0] == 0)
				*out++ = ' ';
			for (int i = 0;
			     i < VTERM_MAX_CHARS_PER_CELL && cp[i] != 0; i++)
				pty_add_cp(&out, cp[i]);
			if (out[-1] != ' ')
				last = out;
		}
		out = last;
		*out++ = '\n';
	}
	*out = '\0';
	return text;
}

#ifndef TUI_INPUT_H
#define TUI_INPUT_H
/*
 * A line of text being typed: clusters (a letter with its marks) move and go
 * as one, the composer makes Vietnamese of keys, long text scrolls sideways.
 * Wrong text stays as it was typed; nothing is cut or dropped silently.
 */
#include "base/arena.h"
#include "tui/compose.h"
#include "tui/term.h"

#define INPUT_MAX 4000 /* code points */

struct input {
	uint32_t cp[INPUT_MAX];
	size_t n, caret; /* code points */
	size_t first;    /* leftmost column shown, in clusters */
	bool fresh;      /* the first typed key replaces everything */
	bool lines;      /* Ctrl-J puts a line break */
	char keys[64]; /* what was typed, before composing, while that is known */
	size_t n_keys;
	struct compose_state compose; /* its method is off in codes, numbers */
};

void input_set(struct input *in, struct str text);
/* The text as UTF-8 in NFC, in the arena. */
struct str input_text(const struct input *in, struct arena *a);
/* The keys typed into an empty line, as typed: `parent` where the composer made
 * `ảent` of it; "" if something was moved, pasted or taken back. */
struct str input_keys(const struct input *in);
/* True if the key was used; *full when there was no room. */
bool input_key(struct input *in, struct term_input key, bool *full);
/* Draws at row, col in width columns; sets the cursor. */
void input_draw(struct input *in, int row, int col, int width,
    enum term_style style, bool masked);

#endif

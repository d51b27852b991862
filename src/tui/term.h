#ifndef TUI_TERM_H
#define TUI_TERM_H
/*
 * The terminal: cells, keys, nothing else.  curses is behind it and nowhere
 * else; its two hundred lower-case macros stay there.  A screen draws itself
 * whole; curses sends what differs.  Meaning is never in colour alone: each
 * style is also told apart by bold, reverse or underline (NO_COLOR, mono).
 */
#include "base/error.h"

enum term_style {
	TERM_PLAIN,
	TERM_TITLE,   /* bars */
	TERM_LABEL,
	TERM_FIELD,   /* a field's value */
	TERM_FOCUS,   /* the field or row the keys go to */
	TERM_HEADING,
	TERM_ERROR,
	TERM_WARNING,
	TERM_FAINT,
	TERM_STYLES,
};

enum term_key {
	TKEY_NONE, /* time is up, or fd is ready */
	TKEY_TEXT, /* cp is a character */
	TKEY_ENTER, TKEY_TAB, TKEY_BACKTAB, TKEY_ESC, TKEY_BACKSPACE, TKEY_DELETE,
	TKEY_UP, TKEY_DOWN, TKEY_LEFT, TKEY_RIGHT, TKEY_HOME, TKEY_END,
	TKEY_PAGE_UP, TKEY_PAGE_DOWN, TKEY_INSERT,
	TKEY_F1, TKEY_F2, TKEY_F3, TKEY_F4, TKEY_F5, TKEY_F6, TKEY_F7, TKEY_F8,
	TKEY_F9, TKEY_F10,
	TKEY_CTRL,   /* cp is the letter, 'a' to 'z' */
	TKEY_ALT,    /* cp is the character */
	TKEY_RESIZED, /* draw anew: another size, or Alt-L */
	TKEY_GONE,   /* the terminal is closed, or a signal says end */
};

struct term_input {
	enum term_key key;
	uint32_t cp;
	bool pasted; /* pasted or scanned: not composed */
};

enum err term_open(bool colours, struct error *e) MUSTUSE;
void term_close(void);
int term_rows(void);
int term_cols(void);

void term_clear(void);
/* Text from a column on, cut at the right edge or after width columns (< 0:
 * to the edge), the rest of the width filled.  Returns the column after it. */
int term_put(int row, int col, int width, enum term_style style,
    struct str text);
void term_cursor(int row, int col);
void term_show(void);
/* What something else has written over the screen goes at the next showing;
 * Alt-L does it everywhere. */
void term_redraw(void);
/* Waits at most ms (< 0: for ever), and not longer than until something can be
 * read from fd (-1: none). */
struct term_input term_read(int ms, int fd);
void term_beep(void);

#endif

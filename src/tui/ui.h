#ifndef TUI_UI_H
#define TUI_UI_H
/*
 * The desk: a stack of screens, the loop, dialogs, and the lines that all
 * screens share.
 *
 *     row 0          title                              (bar)
 *     rows 1..n-3    the screen's own
 *     row n-2        message: what happened, what is wrong
 *     row n-1        the keys that work here            (bar)
 *
 * A screen is a struct screen filled in; there is no switch over screens.
 * The hardware cursor stands where the keys go (screen readers follow it).
 */
#include "app/app.h"
#include "tui/compose.h"
#include "tui/term.h"

struct ui;

/* A row of the menu (F9): what a screen can do, and the key that does it. */
struct ui_menu {
	const char *label; /* N_ */
	const char *name;  /* of the key, as on the keyboard */
	enum term_key key;
	uint32_t cp;
};

struct screen {
	size_t state_size;
	/* Draws rows 1..n-3 and sets the cursor. */
	void (*draw)(struct ui *ui, void *state);
	/*
	 * True if the key was used; what is left is the desk's.  A control key
	 * that is not used comes again as the function key that it stands for.
	 * NULL on a screen that only asks: its status line is that of its
	 * questions.
	 */
	bool (*key)(struct ui *ui, void *state, struct term_input in);
	/* May refuse to be left (false). */
	bool (*leave)(struct ui *ui, void *state);
	void (*close)(struct ui *ui, void *state);
	/* The screen above was closed, or a save has failed: look again. */
	void (*back)(struct ui *ui, void *state);
	/* It is on top, and a save is done (app/saving.h). */
	void (*saved)(struct ui *ui, void *state, unsigned number);
	const char *name; /* N_: the title, where it is always the same */
	const char *(*title)(struct ui *ui, void *state);
	const char *keys; /* N_: the status line, "F2 Save  F3 Search" */
	/* The same where it depends; instead of keys. */
	const char *(*keys_of)(struct ui *ui, void *state);
	const char *help; /* N_: a page for F1 */
	const struct ui_menu *menu; /* what all screens can do comes after */
	size_t n_menu;
};

#define UI_STACK_MAX 16

struct ui_screen {
	const struct screen *ops;
	void *state;
	struct arena *arena;
};

struct ui {
	struct app *app;
	const char *home;
	struct arena *scratch; /* reset before each key */
	struct ui_screen stack[UI_STACK_MAX];
	int depth;
	bool leaving;
	char message[512];
	enum term_style message_style;
	const char *keys; /* N_: of the question that is asked now, or NULL */
	struct compose_state compose; /* the settings of typing */
	unsigned n_keys; /* were pressed */
	struct ui_save *saves; /* tui/saves.h: of those that are on their way */
	char reason[256]; /* given for what was not done, and offered again */
};

/* Opens a screen on top; its state is zeroed memory of its own. */
void *ui_push(struct ui *ui, const struct screen *ops);
/* Of the screen on top, and freed with it. */
struct arena *ui_arena(struct ui *ui);
void ui_pop(struct ui *ui);
/* ui_pop, but for closing it; and back on top. */
struct ui_screen ui_take_off(struct ui *ui);
void ui_put_on(struct ui *ui, const struct ui_screen *screen);
void ui_screen_close(struct ui *ui, struct ui_screen *screen);
/* The screen on top is not as it was drawn. */
void ui_look_again(struct ui *ui);
/* Until all screens are closed; the error of a last save that failed. */
enum err ui_loop(struct ui *ui, struct error *e) MUSTUSE;
void ui_redraw(struct ui *ui);

/* At the foot of the screen, on as many lines as it needs, to six. */
void ui_foot(enum term_style style, struct str text);
void ui_say(struct ui *ui, enum term_style style, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void ui_error(struct ui *ui, const struct error *e);
int ui_body_rows(void); /* rows between title and message */
/* Those of them that so many leave; one at least, in a window too small. */
size_t ui_rows_left(int taken);

/* The next key: no transaction is open meanwhile. */
struct term_input ui_read(void);

/* Dialogs: they run until answered; TKEY_GONE answers no. */
/*
 * Enter says yes to what was just asked for and can be taken back, and no
 * where something would be lost, let in or done all the same.  The question
 * shows which: [Y/n] or [y/N].
 */
enum ui_enter { UI_ENTER_NO, UI_ENTER_YES };
bool ui_confirm(struct ui *ui, enum ui_enter enter, const char *question);
/* Something to read before going on, with any key. */
void ui_notice(struct ui *ui, const char *text);
/* ui_confirm below a text that says what is asked about. */
bool ui_confirm_page(struct ui *ui, const char *title, struct str text,
    enum ui_enter enter, const char *question);
/* A line of text; false on Esc.  *text lives in the scratch arena. */
bool ui_prompt(struct ui *ui, const char *question, const char *initial,
    bool composed, struct str *text);
bool ui_prompt_secret(struct ui *ui, const char *question, struct str *text);
void ui_page(struct ui *ui, const char *title, struct str text);
/* Picks one of n lines as one types; returns its index or -1. */
int ui_pick(struct ui *ui, const char *title, const char *const *lines,
    size_t n, int at);
/* With something typed already. */
int ui_pick_typed(struct ui *ui, const char *title, const char *const *lines,
    size_t n, struct str typed, int at);
/*
 * A list of many records shows the first of them at once, and finds the others
 * when it is moved through.  Two of the tallest screens.
 */
#define LIST_SOON 200
/* The same over what is looked up anew for each key. */
struct ui_source {
	void *ctx;
	/* How many fit; the first LIST_SOON do, until all are asked for. */
	size_t (*look)(void *ctx, struct str typed, bool all);
	struct str (*line)(void *ctx, struct arena *a, size_t i);
};
/* Returns the place among those that fit what was typed last, or -1. */
int ui_pick_from(struct ui *ui, const char *title,
    const struct ui_source *source, struct str typed, size_t at);
/* Progress of long work; a key stops it.  A store_progress_fn. */
bool ui_progress(void *ctx, uint64_t done, uint64_t total);

/* Text of exactly so many columns. */
struct str ui_pad(struct arena *a, struct str text, size_t width);
/* 05/03/1938 of 1938-03-05, with 08:30 of a moment; "" stays. */
struct str ui_day(struct arena *a, struct str iso);
/* Columns for the paper's line numbers of a form (may be NULL): `least`, or more
 * where they are long, such as IV.2.10. */
#define UI_LINE_COLS_MAX 9
int ui_line_cols(const struct form *f, int least);
/* One line of a table: draws a row that is or is not in focus. */
void ui_row(int row, bool focus, struct str text);
/* Up, Down, PgUp, PgDn in a list of n rows, `page` of them shown.  False if the
 * key is another. */
bool ui_move(enum term_key key, size_t *focus, size_t n, size_t page);
/* Scrolls: first row shown so that `at` is visible in `rows`. */
size_t ui_scroll(size_t first, size_t at, size_t rows);

#endif

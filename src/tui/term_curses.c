#include "tui/term.h"

#include "base/buf.h"
#include "base/text.h"

/* Codes of our own for sequences that terminfo lacks. */
enum {
	OWN_BACKTAB = 0x3000, /* far above KEY_MAX: kcbt2 is KEY_MAX + 1 */
	OWN_PASTE_BEGIN,
	OWN_PASTE_END,
};

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static bool is_open, coloured, pasting;
static int cursor_row, cursor_col;
static volatile sig_atomic_t told_to_end;
static sigset_t waiting_mask; /* signals are let in while waiting, only */

static void
on_end(int sig)
{
	(void)sig;
	told_to_end = 1;
}

static void
start_styles(bool colours)
{
	coloured = colours && has_colors() && getenv("NO_COLOR") == NULL;
	if (!coloured)
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_WHITE, COLOR_BLUE);  /* bars */
	init_pair(2, COLOR_CYAN, -1);           /* headings */
	init_pair(3, COLOR_RED, -1);
	init_pair(4, COLOR_YELLOW, -1);
}

static attr_t
attributes(enum term_style style, short *pair)
{
	*pair = 0;
	switch (style) {
	case TERM_TITLE:
		*pair = coloured ? 1 : 0;
		return coloured ? A_BOLD : A_REVERSE;
	case TERM_FOCUS:
		return A_REVERSE;
	case TERM_HEADING:
		*pair = coloured ? 2 : 0;
		return A_BOLD;
	case TERM_ERROR:
		*pair = coloured ? 3 : 0;
		return A_BOLD;
	case TERM_WARNING:
		*pair = coloured ? 4 : 0;
		return A_BOLD;
	case TERM_FIELD:
		return A_UNDERLINE;
	case TERM_FAINT:
		return A_DIM;
	case TERM_PLAIN:
	case TERM_LABEL:
	case TERM_STYLES:
	default:
		return A_NORMAL;
	}
}

/* The console and old terminals would show the request, or stumble. */
static bool
tells_pastes(void)
{
	static const char *const known[] = { "xterm", "tmux", "screen", "rxvt",
		"foot", "alacritty", "kitty", "konsole", "gnome", "vte" };
	const char *term = getenv("TERM");

	for (size_t i = 0; term != NULL && i < ARRAY_LEN(known); i++)
		if (strncmp(term, known[i], strlen(known[i])) == 0)
			return true;
	return false;
}

enum err
term_open(bool colours, struct error *e)
{
	struct sigaction end = { .sa_handler = on_end };
	sigset_t signals;
	SCREEN *screen;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return error_set(
		    e, ERR_USAGE, N_("the screens need a terminal"));
	set_escdelay(25);
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL)
		return error_set(e, ERR_USAGE,
		    N_("this terminal is not known: TERM=%s"),
		    getenv("TERM") == NULL ? "" : getenv("TERM"));
	set_term(screen);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	/* What is right of a letter is put, not shifted: terminals do not agree
	 * with curses, nor with each other, on how wide every letter is. */
	idcok(stdscr, FALSE);
	/* The Linux console calls it a suspend key (kspd). */
	define_key("\032", 0);
	define_key("\033[Z", OWN_BACKTAB);
	define_key("\033[200~", OWN_PASTE_BEGIN);
	define_key("\033[201~", OWN_PASTE_END);
	start_styles(colours);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	/* Elsewhere, or in another thread, they would come and not wake us. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGWINCH);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, &waiting_mask);
	/* Bracketed paste. */
	if (tells_pastes())
		fputs("\033[?2004h", stdout);
	is_open = true;
	base_on_death(term_close);
	return OK;
}

void
term_close(void)
{
	if (!is_open)
		return;
	is_open = false;
	if (tells_pastes())
		fputs("\033[?2004l", stdout);
	erase();
	refresh();
	endwin();
	fflush(stdout);
	base_on_death(NULL);
}

int
term_rows(void)
{
	return LINES;
}

int
term_cols(void)
{
	return COLS;
}

void
term_clear(void)
{
	erase();
}

/* The C library, whose columns curses goes by, knows fewer characters than we
 * do; a wide mark (U+302E) is lost on curses. */
static bool
can_place(uint32_t cp, int width)
{
	return cp < 0x80 || (wcwidth((wchar_t)cp) == width &&
			      !(width == 2 && text_is_mark(cp)));
}

/* For this terminal: what the rule refuses, and what curses cannot place,
 * becomes "?" of the same width. */
static void
presentable(struct buf *out, struct str text)
{
	struct buf safe = BUF_INIT;
	uint32_t cp;
	size_t n;
	int width;

	text_safe(&safe, text);
	for (size_t i = 0; i < safe.n; i += n) {
		n = text_decode((struct str){ safe.p + i, safe.n - i }, &cp);
		width = text_cp_width(cp);
		if (can_place(cp, width))
			buf_add(out, safe.p + i, n);
		else
			buf_adds(out, width == 2 ? "??" : width == 1 ? "?" : "");
	}
	buf_release(&safe);
}

/* A terminal may have left the last column before it takes a mark for it. */
static struct str
without_last_marks(struct str text)
{
	size_t end = 0, n;
	uint32_t cp;

	for (size_t i = 0; i < text.n; i += n) {
		n = text_decode((struct str){ text.p + i, text.n - i }, &cp);
		if (text_cp_width(cp) > 0)
			end = i + n;
	}
	text.n = end;
	return text;
}

int
term_put(int row, int col, int width, enum term_style style, struct str text)
{
	struct buf safe = BUF_INIT;
	struct str fit;
	short pair;
	attr_t attr = attributes(style, &pair);
	int used;

	if (width < 0 || col + width > COLS)
		width = COLS - col;
	if (row < 0 || row >= LINES || col < 0 || width <= 0)
		return col;
	presentable(&safe, text);
	fit = text_fit(buf_str(&safe), (size_t)width);
	used = (int)text_width(fit);
	if (col + used == COLS)
		fit = without_last_marks(fit);
	attr_set(attr, pair, NULL);
	mvaddnstr(row, col, fit.p, (int)fit.n);
	for (; used < width; used++)
		mvaddch(row, col + used, ' ');
	attr_set(A_NORMAL, 0, NULL);
	buf_release(&safe);
	return col + width;
}

void
term_cursor(int row, int col)
{
	if (col >= COLS)
		col = COLS - 1;
	if (row >= LINES)
		row = LINES - 1;
	cursor_row = row < 0 ? 0 : row;
	cursor_col = col < 0 ? 0 : col;
}

void
term_show(void)
{
	/* Last of all: drawing moves curses' own. */
	move(cursor_row, cursor_col);
	refresh();
}

void
term_beep(void)
{
	beep();
}

static enum term_key
special(wint_t c)
{
	if (c >= (wint_t)KEY_F(1) && c <= (wint_t)KEY_F(10))
		return (enum term_key)(TKEY_F1 + (c - (wint_t)KEY_F(1)));
	switch (c) {
	case KEY_ENTER:
		return TKEY_ENTER;
	case KEY_BACKSPACE:
		return TKEY_BACKSPACE;
	case KEY_DC:
		return TKEY_DELETE;
	case KEY_IC:
		return TKEY_INSERT;
	case KEY_UP:
		return TKEY_UP;
	case KEY_DOWN:
		return TKEY_DOWN;
	case KEY_LEFT:
		return TKEY_LEFT;
	case KEY_RIGHT:
		return TKEY_RIGHT;
	case KEY_HOME:
		return TKEY_HOME;
	case KEY_END:
		return TKEY_END;
	case KEY_PPAGE:
		return TKEY_PAGE_UP;
	case KEY_NPAGE:
		return TKEY_PAGE_DOWN;
	case KEY_BTAB:
	case OWN_BACKTAB:
		return TKEY_BACKTAB;
	case KEY_RESIZE:
		return TKEY_RESIZED;
	default:
		return TKEY_NONE;
	}
}

/*
 * After ESC: what follows at once belongs to it (Alt), else it was Esc, and the
 * next key is another; it may be the beginning of a third.
 */
static struct term_input
escape(void)
{
	struct term_input in = { .key = TKEY_ESC };
	wint_t c;
	int r;

	timeout(0); /* curses has waited for the rest already */
	r = get_wch(&c);
	if (r == OK && c >= ' ' && c != 127) {
		in.key = TKEY_ALT;
		in.cp = (uint32_t)c;
	} else if (r == KEY_CODE_YES && c == KEY_DOWN) {
		in.key = TKEY_F4; /* Alt-Down */
	} else if (r == KEY_CODE_YES) {
		ungetch((int)c);
	} else if (r == OK) {
		unget_wch((wchar_t)c);
	}
	return in;
}

static struct term_input
plain(wint_t c)
{
	struct term_input in = { .key = TKEY_TEXT, .cp = (uint32_t)c,
		.pasted = pasting };

	if (pasting)
		in.cp = c < ' ' || c == 127 ? ' ' : (uint32_t)c;
	else if (c == '\r' || c == '\n')
		in.key = TKEY_ENTER;
	else if (c == '\t')
		in.key = TKEY_TAB;
	else if (c == 127 || c == 8)
		in.key = TKEY_BACKSPACE;
	else if (c == 27)
		return escape();
	else if (c < ' ') {
		in.key = TKEY_CTRL;
		in.cp = (uint32_t)c + 'a' - 1;
	}
	return in;
}

/* Something to read within ms (< 0: whenever); false also after a signal, or
 * when fd is ready first. */
static bool
has_input(int ms, int fd)
{
	struct pollfd p[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = fd, .events = POLLIN } };
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	return ppoll(p, 2, ms < 0 ? NULL : &t, &waiting_mask) > 0 &&
	    p[0].revents != 0;
}

/* What curses still has from before, or a new size; else ERR. */
static int
get_old(wint_t *c)
{
	timeout(0);
	return get_wch(c);
}

static int
get(int ms, int fd, wint_t *c)
{
	int r;

	if (!has_input(0, -1)) {
		if ((r = get_old(c)) != ERR || told_to_end)
			return r;
		if (!has_input(ms, fd))
			return told_to_end ? ERR : get_old(c);
	}
	timeout(ms);
	r = get_wch(c);
	/* There was something to read, and it was the terminal's end. */
	if (r == ERR && ms < 0 && errno != EINTR)
		told_to_end = 1;
	return r;
}

static struct term_input
next(int ms, int fd)
{
	struct term_input in = { .key = TKEY_NONE };
	wint_t c = 0;
	int r;

	errno = 0;
	r = told_to_end ? ERR : get(ms, fd, &c);
	if (r == ERR) {
		if (told_to_end)
			in.key = TKEY_GONE;
		return in;
	}
	if (r == KEY_CODE_YES && c == OWN_PASTE_BEGIN) {
		pasting = true;
		return in;
	}
	if (r == KEY_CODE_YES && c == OWN_PASTE_END) {
		pasting = false;
		return in;
	}
	if (r == KEY_CODE_YES) {
		in.key = special(c);
		return in;
	}
	return plain(c);
}

void
term_redraw(void)
{
	clearok(curscr, TRUE);
}

struct term_input
term_read(int ms, int fd)
{
	struct term_input in = next(ms, fd);

	if (in.key == TKEY_ALT && (in.cp == 'l' || in.cp == 'L'))
		in.key = TKEY_RESIZED;
	/* What a terminal shows after a new size is its own affair. */
	if (in.key == TKEY_RESIZED)
		term_redraw();
	return in;
}

/*
 * Every code point of Unicode, drawn by the program's own terminal layer in a
 * pty: what the text rule refuses must not reach the terminal, in no form, and
 * what it allows must stand in its cell (SAFETY (d) 26).
 *
 * The child draws; this process is the terminal.  Three times: reading the raw
 * bytes, in which there may be nothing but allowed text and the sequences of
 * terminfo; the same while the child sends some characters past the terminal
 * layer, when faults must be found; and comparing the screen that an emulator
 * (libvterm) makes of the bytes, without the characters whose width the
 * emulator sees otherwise, since they shift what stands after them.
 */
#include "base/text.h"
#include "tui/term.h"

#include <locale.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>
#include <wchar.h>

#define ROWS 50
#define COLS 200
#define CELL 5 /* columns for each: an A, the character, a Z, room */
#define A_ROW (COLS / CELL)
#define A_PAGE (ROWS * A_ROW)
#define PAGES ((0x110000 + A_PAGE - 1) / A_PAGE)

#define END 0x05 /* ENQ: neither text nor in any terminal's sequences */

enum pass { BYTES, PLANTED, CELLS };

static unsigned long faults;
static bool quiet; /* faults are what is looked for */

static void
fault(const char *what, uint32_t cp)
{
	if (faults++ < 20 && !quiet)
		printf("U+%04X: %s\n", cp, what);
}

/* Columns that the emulator gives a character: its tables are its own. */
static int
emulated_width(uint32_t cp)
{
	static VTerm *vt;
	char text[8] = "\rA";
	VTermPos at;

	if (vt == NULL) {
		vt = vterm_new(1, 8);
		vterm_set_utf8(vt, 1);
		vterm_screen_reset(vterm_obtain_screen(vt), 1);
	}
	vterm_input_write(vt, text, 2 + text_encode(cp, text + 2));
	vterm_state_get_cursorpos(vterm_obtain_state(vt), &at);
	return at.col - 1;
}

/* What must be seen of it, and how wide. */
static uint32_t
expected(uint32_t cp, int *width)
{
	*width = cp >= 0xd800 && cp < 0xe000 ? 3 : 1;
	if (!text_is_allowed(cp))
		return '?';
	*width = text_cp_width(cp);
	/* what the C library does not know, curses cannot place */
	if (cp == 0x302e || cp == 0x302f)
		return '?';
	return cp < 0x80 || wcwidth((wchar_t)cp) == *width ? cp : '?';
}

/* Whether the emulator will show it as wide as curses believes. */
static bool
comparable(uint32_t cp)
{
	int width;
	uint32_t want = expected(cp, &width);

	return want == '?' || emulated_width(want) == width;
}

/* The text of one place: a letter on both sides shows where it went. */
static struct str
sample(char out[8], uint32_t cp)
{
	size_t n = 1;

	out[0] = 'A';
	if (cp >= 0xd800 && cp < 0xe000) { /* as CESU-8 would write it */
		out[n++] = (char)0xed;
		out[n++] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[n++] = (char)(0x80 | (cp & 0x3f));
	} else {
		n += text_encode(cp, out + n);
	}
	out[n++] = 'Z';
	return (struct str){ out, n };
}

/*
 * END ends a page, in the terminal's own stream: a pty may hold bytes back
 * while any other channel has already said that they were written.
 */
static void
draw(enum pass pass)
{
	char text[8];
	struct error e;

	if (term_open(true, &e) != OK)
		base_die("%s", e.what);
	for (unsigned page = 0; page < PAGES; page++) {
		term_clear();
		for (uint32_t i = 0; i < A_PAGE; i++) {
			uint32_t cp = page * A_PAGE + i;
			struct str s = sample(text, cp);

			if (cp < 0x110000 &&
			    (pass != CELLS || comparable(cp)))
				term_put((int)(i / A_ROW),
				    (int)(i % A_ROW) * CELL, CELL, TERM_PLAIN,
				    s);
			if (pass == PLANTED && cp % 509 == 0)
				fwrite(s.p, 1, s.n, stdout);
		}
		term_cursor(0, 0);
		term_show();
		putchar(END);
		fflush(stdout);
		if (term_read(-1, -1).key == TKEY_GONE)
			break;
	}
	term_close();
	exit(0);
}

/*
 * One sequence that begins with ESC, as the descriptions of terminals have
 * them; 0 if it is none.
 */
static size_t
escape_length(struct str s)
{
	size_t i = 2;

	if (s.n < 2)
		return 0;
	if (s.p[1] == '[') {
		while (i < s.n && strchr("0123456789;?", s.p[i]) != NULL &&
		    s.p[i] != '\0')
			i++;
		return i < s.n && s.p[i] >= '@' && s.p[i] <= '~' ? i + 1 : 0;
	}
	if (s.p[1] == '(' || s.p[1] == ')')
		return s.n > 2 && strchr("AB0", s.p[2]) != NULL ? 3 : 0;
	return strchr("78=>cHM", s.p[1]) != NULL ? 2 : 0;
}

static void
check_bytes(struct str s)
{
	size_t n;

	for (size_t i = 0; i < s.n; i += n) {
		struct str at = { s.p + i, s.n - i };
		uint32_t cp;

		if (at.p[0] == '\x1b') {
			n = escape_length(at);
			if (n == 0) {
				fault("a foreign escape", 0x1b);
				n = 1;
			}
			continue;
		}
		n = text_decode(at, &cp);
		if (n == 0) {
			fault("not UTF-8", (unsigned char)at.p[0]);
			n = 1;
		} else if (!text_is_allowed(cp) && cp != '\r' && cp != '\n' &&
		    cp != '\b' && cp != 0x0e && cp != 0x0f) {
			fault("sent to the terminal", cp);
		}
	}
}

static uint32_t
cell_at(VTermScreen *screen, int row, int col, int i)
{
	VTermScreenCell cell;

	if (!vterm_screen_get_cell(
		screen, (VTermPos){ .row = row, .col = col }, &cell))
		return 0;
	return cell.chars[i];
}

static void
check_cells(VTermScreen *screen, unsigned page)
{
	for (uint32_t i = 0; i < A_PAGE; i++) {
		uint32_t cp = page * A_PAGE + i, want;
		int row = (int)(i / A_ROW), col = (int)(i % A_ROW) * CELL;
		int width;

		if (cp >= 0x110000)
			return;
		want = expected(cp, &width);
		if (!comparable(cp))
			continue;
		if (cell_at(screen, row, col, 0) != 'A')
			fault("the letter before it is gone", cp);
		if (want != '?' && width == 0 &&
		    cell_at(screen, row, col, 1) != want)
			fault("the mark is not on its letter", cp);
		if (width > 0 && cell_at(screen, row, col + 1, 0) != want)
			fault("another character stands there", cp);
		if (cell_at(screen, row, col + 1 + width, 0) != 'Z')
			fault("the letter after it is elsewhere", cp);
	}
}

/* Reads a whole page; false if the child ends before it. */
static bool
read_page(int fd, VTerm *vt, struct buf *in)
{
	char bytes[65536];
	ssize_t n;

	buf_clear(in);
	while ((n = read(fd, bytes, sizeof bytes)) > 0) {
		bool end = bytes[n - 1] == END;

		n -= end;
		buf_add(in, bytes, (size_t)n);
		vterm_input_write(vt, bytes, (size_t)n);
		if (end)
			return true;
	}
	return false;
}

/* Faults found in one pass over all pages. */
static unsigned long
watch(enum pass pass)
{
	struct winsize size = { .ws_row = ROWS, .ws_col = COLS };
	struct buf in = BUF_INIT;
	VTerm *vt = vterm_new(ROWS, COLS);
	VTermScreen *screen = vterm_obtain_screen(vt);
	int fd;
	pid_t pid = forkpty(&fd, NULL, NULL, &size);

	if (pid < 0)
		base_die("no pty");
	if (pid == 0)
		draw(pass);
	faults = 0;
	quiet = pass == PLANTED;
	vterm_set_utf8(vt, 1);
	vterm_screen_reset(screen, 1);
	for (unsigned page = 0; page < PAGES; page++) {
		if (!read_page(fd, vt, &in)) {
			printf("page %u was not drawn\n", page);
			faults++;
			break;
		}
		check_bytes(buf_str(&in));
		if (pass == CELLS)
			check_cells(screen, page);
		if (write(fd, " ", 1) != 1)
			faults++;
	}
	close(fd);
	waitpid(pid, NULL, 0);
	vterm_free(vt);
	buf_release(&in);
	return faults;
}

int
main(void)
{
	unsigned long bytes, planted, cells, compared = 0;

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TERM", "xterm-256color", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (uint32_t cp = 0; cp < 0x110000; cp++)
		compared += comparable(cp);
	bytes = watch(BYTES);
	cells = watch(CELLS);
	planted = watch(PLANTED);
	printf("%d code points, %lu faults in the bytes; %lu compared on the "
	       "screen, %lu faults; planted: %lu faults\n",
	    0x110000, bytes, compared, cells, planted);
	return bytes > 0 || cells > 0 || planted == 0 || compared < 1110000;
}

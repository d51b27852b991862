#include "pty.h"

#include "../tools/at_rest.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

long
pty_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Keys are keys even while the program leaves, and the terminal is no longer
 * raw: Ctrl-C would end it as if it had failed, and what is echoed would be
 * taken for its own. */
static void
keys_are_keys(void)
{
	struct termios t;

	if (tcgetattr(STDIN_FILENO, &t) != 0)
		_exit(127);
	t.c_cc[VINTR] = t.c_cc[VQUIT] = t.c_cc[VSUSP] = _POSIX_VDISABLE;
	t.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &t) != 0)
		_exit(127);
}

void
pty_start(struct pty *p, char **argv)
{
	struct winsize ws = { .ws_row = (unsigned short)p->rows,
		.ws_col = (unsigned short)p->cols };
	const char *term = getenv("DRIVE_TERM");

	p->vt = vterm_new(p->rows, p->cols);
	vterm_set_utf8(p->vt, 1);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	p->ended = false;
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0) {
		perror("forkpty");
		exit(1);
	}
	if (p->pid == 0) {
		if (p->keys_only)
			keys_are_keys();
		setenv("TERM", term == NULL ? "xterm-256color" : term, 1);
		unsetenv("LINES");
		unsetenv("COLUMNS");
		execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
}

void
pty_kill(struct pty *p)
{
	if (p->ended)
		return;
	kill(p->pid, SIGKILL);
	waitpid(p->pid, &p->status, 0);
	p->ended = true;
}

void
pty_release(struct pty *p)
{
	pty_kill(p);
	close(p->fd);
	vterm_free(p->vt);
}

/* Bytes that the character still wants; 0 for whole ones, and for bad ones. */
static size_t
wanting(const char *s, size_t n)
{
	unsigned char c = n == 0 ? 0 : (unsigned char)s[0];
	size_t whole = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;

	return n > 0 && n < whole ? whole - n : 0;
}

/* In whole characters: the emulator stumbles over halves. */
void
pty_feed(struct pty *p, const char *bytes, size_t n)
{
	size_t keep = 0;

	while (n > 0 && wanting(p->tail, p->n_tail) > 0) {
		p->tail[p->n_tail++] = *bytes++;
		n--;
	}
	if (wanting(p->tail, p->n_tail) > 0)
		return;
	vterm_input_write(p->vt, p->tail, p->n_tail);
	p->n_tail = 0;
	for (size_t i = 1; i < 4 && i <= n && keep == 0; i++)
		if (((unsigned char)bytes[n - i] & 0xc0) != 0x80)
			keep = wanting(bytes + n - i, i) > 0 ? i : 4;
	if (keep == 4)
		keep = 0;
	vterm_input_write(p->vt, bytes, n - keep);
	memcpy(p->tail, bytes + n - keep, keep);
	p->n_tail = keep;
}

/* What the emulator answers goes back to the program. */
static void
flush_answers(struct pty *p)
{
	char out[512];
	size_t n;

	while ((n = vterm_output_read(p->vt, out, sizeof out)) > 0)
		if (write(p->fd, out, n) < 0)
			return;
}

bool
pty_pump(struct pty *p, int ms)
{
	struct pollfd poll_fd = { .fd = p->fd, .events = POLLIN };
	char in[8192];
	ssize_t n;

	if (p->ended || poll(&poll_fd, 1, ms) <= 0)
		return false;
	n = read(p->fd, in, sizeof in);
	if (n <= 0) {
		if (waitpid(p->pid, &p->status, 0) == p->pid)
			p->ended = true;
		return false;
	}
	if (p->seen != NULL)
		p->seen(p->ctx, in, (size_t)n);
	else
		pty_feed(p, in, (size_t)n);
	flush_answers(p);
	return true;
}

/* Asked of its own end, which is open only as long as that takes: as long as
 * somebody has it open, its closing is not seen here. */
bool
pty_unread(const struct pty *p)
{
	char name[64];
	int fd, n = 0;

	if (p->ended || ptsname_r(p->fd, name, sizeof name) != 0 ||
	    (fd = open(name, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) < 0)
		return false;
	if (ioctl(fd, FIONREAD, &n) != 0)
		n = 0;
	close(fd);
	return n > 0;
}

bool
pty_busy(const struct pty *p)
{
	return !p->ended && !at_rest(p->pid);
}

bool
pty_send(struct pty *p, const char *bytes, size_t n)
{
	return !p->ended && write(p->fd, bytes, n) == (ssize_t)n;
}

void
pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize ws = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)cols };

	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	/* Terminals forget the scrolling region then; this emulator does not. */
	pty_feed(p, "\0337\033[r\0338", 7);
	ioctl(p->fd, TIOCSWINSZ, &ws); /* which sends SIGWINCH */
}

const char *
pty_key(const char *name)
{
	static const struct {
		const char *name, *bytes;
	} keys[] = { { "F1", "\033OP" }, { "F2", "\033OQ" },
		{ "F3", "\033OR" }, { "F4", "\033OS" }, { "F5", "\033[15~" },
		{ "F6", "\033[17~" }, { "F7", "\033[18~" },
		{ "F8", "\033[19~" }, { "F9", "\033[20~" },
		{ "F10", "\033[21~" }, { "Enter", "\r" }, { "Tab", "\t" },
		{ "Shift-Tab", "\033[Z" }, { "Esc", "\033" },
		{ "Up", "\033OA" }, { "Down", "\033OB" },
		{ "Right", "\033OC" }, { "Left", "\033OD" },
		{ "Home", "\033OH" }, { "End", "\033OF" },
		{ "PgUp", "\033[5~" }, { "PgDn", "\033[6~" },
		{ "Ins", "\033[2~" }, { "Del", "\033[3~" },
		{ "Backspace", "\177" } };
	static char one[3];

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].bytes;
	if (strncmp(name, "Ctrl-", 5) == 0) {
		one[0] = (char)(name[5] & 31);
		one[1] = '\0';
		return one;
	}
	if (strncmp(name, "Alt-", 4) == 0) {
		one[0] = '\033';
		one[1] = name[4];
		return one;
	}
	return NULL;
}

void
pty_add_cp(char **out, unsigned cp)
{
	char *p = *out;

	if (cp < 0x80) {
		*p++ = (char)cp;
	} else if (cp < 0x800) {
		*p++ = (char)(0xc0 | cp >> 6);
		*p++ = (char)(0x80 | (cp & 63));
	} else if (cp < 0x10000) {
		*p++ = (char)(0xe0 | cp >> 12);
		*p++ = (char)(0x80 | (cp >> 6 & 63));
		*p++ = (char)(0x80 | (cp & 63));
	} else {
		*p++ = (char)(0xf0 | cp >> 18);
		*p++ = (char)(0x80 | (cp >> 12 & 63));
		*p++ = (char)(0x80 | (cp >> 6 & 63));
		*p++ = (char)(0x80 | (cp & 63));
	}
	*out = p;
}

/* One row to a column, without the spaces at its end if it is the whole. */
static char *
row_text(const struct pty *p, char *out, int row, int cols)
{
	char *start = out, *last = out;

	for (int c = 0; c < cols; c++) {
		VTermScreenCell cell;
		VTermPos at = { row, c };

		vterm_screen_get_cell(p->screen, at, &cell);
		if (cell.chars[0] == (uint32_t)-1)
			continue; /* the right half of a wide one */
		if (cell.chars[0] == 0)
			*out++ = ' ';
		for (int i = 0;
		     i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
			pty_add_cp(&out, cell.chars[i]);
		if (out[-1] != ' ')
			last = out;
	}
	if (cols == p->cols)
		out = last < start ? start : last;
	*out = '\0';
	return out;
}

char *
pty_picture(const struct pty *p)
{
	char *text = malloc(
	    (size_t)p->rows * (size_t)(p->cols * 24 + 1) + 1);
	char *out = text;

	if (text == NULL)
		abort();
	for (int r = 0; r < p->rows; r++) {
		out = row_text(p, out, r, p->cols);
		*out++ = '\n';
	}
	*out = '\0';
	return text;
}

char *
pty_before_cursor(const struct pty *p)
{
	char *text = malloc((size_t)p->cols * 24 + 1);
	VTermPos at;

	if (text == NULL)
		abort();
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &at);
	row_text(p, text, at.row, at.col);
	return text;
}

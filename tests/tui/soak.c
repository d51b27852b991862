/*
 * soak [--seed N] [--keys N] [--lives N] [--size RxC] [--scene NAME]
 *     PRISTINE HOME PROGRAM [ARG...]
 *
 * Random keys on every screen: letters, marks, pastes, function keys, control
 * keys, new sizes.  For each scene as many lives as asked for; a life begins
 * with a copy of PRISTINE at HOME, goes to the scene by keys, and gets its
 * random ones.  What must hold:
 *
 * - The program goes on, or ends by itself with 0.
 * - The screen is the one that is drawn when all is drawn anew (Alt-L): the
 *   emulator's cells just before the terminal is cleared for that, and just
 *   before it is cleared once more, are the same.
 * - No line of a form is lost: after SIGKILL the drafts show every line that
 *   was on the screen.
 * - What is sent are the sequences of this terminal's description.
 *
 * Each of these is also made to fail once, and must be noticed.  The first
 * failure prints seed, scene, keys and screen, and ends with 1.
 */
#include "base/text.h"
#include "bytes.h"
#include "pty.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSPHRASE "lang rung suoi bien nui\r"
#define SILENT_MS 20
#define PATIENCE_MS 60000
#define QUIET_MS 5000
#define LOG 80
#define CLEAR_MAX 64
#define TALL_ROWS 90
#define TALL_COLS 110

struct picture {
	int rows, cols;
	VTermPos cursor;
	VTermScreenCell *cells;
};

static struct {
	struct pty pty;
	char **argv;
	const char *pristine, *home, *scene;
	int rows, cols; /* to begin with */
	uint64_t seed, random;
	/* the clearing of the terminal */
	char held[CLEAR_MAX];
	size_t n_held;
	unsigned long clears;
	struct picture before; /* it was cleared last */
	bool planted;          /* with a mark that nobody has drawn */
	/* what was sent, newest last */
	char log[LOG][24];
	size_t n_log;
	unsigned long keys, redraws, unsure, drafts, lines;
} s;

static void
fail(const char *what, const char *detail)
{
	char *text = pty_picture(&s.pty);
	size_t from = s.n_log > LOG ? s.n_log - LOG : 0;

	printf("seed %llu, scene %s, %lu keys: %s%s%s\n--- last keys ---\n",
	    (unsigned long long)s.seed, s.scene, s.keys, what,
	    detail[0] == '\0' ? "" : ": ", detail);
	for (; from < s.n_log; from++)
		printf("%s ", s.log[from % LOG]);
	printf("\n--- the screen ---\n%s", text);
	free(text);
	if (s.pty.ended)
		printf("--- its end: %s %d ---\n",
		    WIFSIGNALED(s.pty.status) ? "signal" : "exit",
		    WIFSIGNALED(s.pty.status) ? WTERMSIG(s.pty.status)
					      : WEXITSTATUS(s.pty.status));
	pty_release(&s.pty);
	exit(1);
}

/* xorshift64*: the same keys for the same seed. */
static uint32_t
below(uint32_t limit)
{
	s.random ^= s.random >> 12;
	s.random ^= s.random << 25;
	s.random ^= s.random >> 27;
	return (uint32_t)((s.random * 0x2545f4914f6cdd1dull) >> 33) % limit;
}

/* Pictures --------------------------------------------------------------- */

static void
take(struct picture *p)
{
	p->rows = s.pty.rows;
	p->cols = s.pty.cols;
	p->cells = realloc(p->cells,
	    (size_t)p->rows * (size_t)p->cols * sizeof *p->cells);
	if (p->cells == NULL)
		abort();
	vterm_state_get_cursorpos(vterm_obtain_state(s.pty.vt), &p->cursor);
	for (int r = 0; r < p->rows; r++)
		for (int c = 0; c < p->cols; c++)
			vterm_screen_get_cell(s.pty.screen, (VTermPos){ r, c },
			    &p->cells[r * p->cols + c]);
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

/* What differs, or "". */
static const char *
difference(const struct picture *a, const struct picture *b)
{
	static char text[200];

	if (a->rows != b->rows || a->cols != b->cols)
		return "the size";
	for (int i = 0; i < a->rows * a->cols; i++)
		if (!same_cell(&a->cells[i], &b->cells[i])) {
			describe(text, sizeof text, i / a->cols, i % a->cols,
			    &a->cells[i], &b->cells[i]);
			return text;
		}
	if (a->cursor.row == b->cursor.row && a->cursor.col == b->cursor.col)
		return "";
	snprintf(text, sizeof text, "the cursor: %d,%d, anew %d,%d",
	    a->cursor.row, a->cursor.col, b->cursor.row, b->cursor.col);
	return text;
}

/* Bytes come ------------------------------------------------------------- */

/* They wait while they could be those that clear the terminal, so that the
 * screen can be looked at just before. */
static void
seen(void *ctx, const char *bytes, size_t n)
{
	const char *clear = bytes_clear();

	(void)ctx;
	bytes_check(bytes, n);
	for (size_t i = 0; i < n; i++) {
		if (s.n_held == 0 && bytes[i] != clear[0]) {
			/* whole, or marks would lose their letters */
			const char *next = memchr(bytes + i, clear[0], n - i);
			size_t run = next == NULL
			    ? n - i
			    : (size_t)(next - bytes) - i;

			pty_feed(&s.pty, bytes + i, run);
			i += run - 1;
			continue;
		}
		s.held[s.n_held++] = bytes[i];
		while (s.n_held > 0 && memcmp(s.held, clear, s.n_held) != 0) {
			pty_feed(&s.pty, s.held, 1);
			memmove(s.held, s.held + 1, --s.n_held);
		}
		if (clear[s.n_held] != '\0')
			continue;
		if (s.planted)
			pty_feed(&s.pty, "\0337\033[2;3H#\0338", 11);
		s.planted = false;
		take(&s.before);
		s.clears++;
		pty_feed(&s.pty, s.held, s.n_held);
		s.n_held = 0;
	}
}

static void
note_key(const char *bytes, size_t n)
{
	char *out = s.log[s.n_log++ % LOG];
	size_t at = 0;

	for (size_t i = 0; i < n && at < 18; i++)
		at += (size_t)snprintf(out + at, 24 - at,
		    bytes[i] < ' ' || bytes[i] == 127 ? "\\x%02x" : "%c",
		    (unsigned char)bytes[i]);
}

static bool
send(const char *bytes, size_t n)
{
	note_key(bytes, n);
	if (!pty_send(&s.pty, bytes, n))
		return false;
	while (pty_pump(&s.pty, 0))
		continue;
	return true;
}

/* As this terminal sends it, or else by the second way that every key has. */
static bool
press(const char *name)
{
	static const struct {
		const char *name, *cap, *other;
	} keys[] = { { "F1", "kf1", "Ctrl-g" }, { "F2", "kf2", "Ctrl-s" },
		{ "F3", "kf3", "Ctrl-f" }, { "F4", "kf4", "Tab" },
		{ "F5", "kf5", "Ctrl-d" }, { "F6", "kf6", "Ctrl-l" },
		{ "F7", "kf7", "Ctrl-r" }, { "F8", "kf8", "Ctrl-e" },
		{ "F9", "kf9", "Alt-m" }, { "F10", "kf10", "Ctrl-q" },
		{ "Up", "kcuu1", "Shift-Tab" }, { "Down", "kcud1", "Tab" },
		{ "Left", "kcub1", "Backspace" }, { "Right", "kcuf1", "Tab" },
		{ "Home", "khome", "Ctrl-u" }, { "End", "kend", "Ctrl-u" },
		{ "PgUp", "kpp", "Ctrl-p" }, { "PgDn", "knp", "Ctrl-n" },
		{ "Ins", "kich1", "Ctrl-o" }, { "Del", "kdch1", "Ctrl-k" },
		{ "Shift-Tab", "kcbt", NULL } };
	const char *bytes = NULL;

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i].name, name) == 0 &&
		    (bytes = bytes_key(keys[i].cap)) == NULL &&
		    keys[i].other != NULL)
			name = keys[i].other;
	if (bytes == NULL)
		bytes = pty_key(name);
	if (bytes == NULL)
		fail("no such key", name);
	return send(bytes, strlen(bytes));
}

/* Until the keys are read and the program is silent: what it has cleared until
 * then was not asked for by what follows. */
static void
settle(void)
{
	long until = pty_now_ms() + PATIENCE_MS;

	while ((pty_pump(&s.pty, SILENT_MS) || pty_unread(&s.pty)) &&
	    !s.pty.ended && pty_now_ms() < until)
		continue;
}

/* False if the program has ended. */
static bool
redraw(void)
{
	unsigned long before = s.clears;
	long until = pty_now_ms() + PATIENCE_MS;

	if (!pty_send(&s.pty, "\033l", 2))
		return false;
	while (s.clears == before && !s.pty.ended) {
		pty_pump(&s.pty, 200);
		if (pty_now_ms() > until)
			fail("it does not answer", "");
	}
	return !s.pty.ended;
}

/* All keys are dealt with, and the whole screen is in s.before. */
static bool
sync_screen(void)
{
	settle();
	return redraw() && redraw();
}

/* The screen before it was cleared last, as pty_picture has it. */
static char *
picture(void)
{
	const struct picture *b = &s.before;
	char *text = malloc((size_t)b->rows * (size_t)(b->cols * 24 + 1) + 1);
	char *out = text, *last;

	if (text == NULL)
		abort();
	for (int row = 0; row < b->rows; row++) {
		last = out;
		for (int col = 0; col < b->cols; col++) {
			const uint32_t *cp =
			    b->cells[row * b->cols + col].chars;

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

/* A new size is drawn, which clears the terminal once. */
static void
resize(int rows, int cols)
{
	unsigned long before = s.clears;
	long until = pty_now_ms() + PATIENCE_MS;

	if (s.pty.ended || (rows == s.pty.rows && cols == s.pty.cols))
		return;
	pty_resize(&s.pty, rows, cols);
	while (s.clears == before && !s.pty.ended) {
		pty_pump(&s.pty, 200);
		if (pty_now_ms() > until)
			fail("it does not draw a new size", "");
	}
}

/*
 * Whether the terminal was cleared once more than asked for: somebody has
 * chosen that in the menu, and what was compared was not what should be.
 */
static bool
cleared_more(void)
{
	unsigned long before = s.clears;
	long until = pty_now_ms() + QUIET_MS;

	while (!s.pty.ended && pty_now_ms() < until && s.clears == before)
		pty_pump(&s.pty, 100);
	while (pty_pump(&s.pty, 200))
		continue;
	s.unsure += s.clears > before;
	return s.clears > before || s.pty.ended;
}

/* The program draws of itself then: how far it is, and that it is done. */
static bool
is_at_work(const char *text)
{
	return strstr(text, "%   Esc dừng") != NULL ||
	    strstr(text, "Đang lưu...") != NULL;
}

static bool
check_redraw(bool planted)
{
	static struct picture first;
	const char *found;

	s.planted = planted;
	settle();
	if (!redraw())
		return false;
	{
		struct picture swap = first;

		first = s.before;
		s.before = swap;
	}
	if (!redraw())
		return false;
	found = difference(&first, &s.before);
	if (!planted && found[0] != '\0') {
		struct picture swap = s.before;
		char *text;

		s.before = first;
		text = picture();
		s.before = swap;
		if (is_at_work(text)) {
			free(text);
			return check_redraw(planted);
		}
		if (!cleared_more()) {
			printf("--- before it was drawn anew ---\n%s", text);
			free(text);
			text = picture();
			printf("--- anew ---\n%s", text);
			free(text);
			text = NULL;
			fail("drawn anew it is another screen", found);
		}
		free(text);
	}
	if (planted && found[0] == '\0')
		fail("a foreign mark on the screen was not noticed", "");
	s.redraws++;
	return true;
}

/* Lives ------------------------------------------------------------------ */

static void
shell(const char *command)
{
	if (system(command) != 0) {
		printf("failed: %s\n", command);
		exit(2);
	}
}

static void
wait_for(const char *text)
{
	long until = pty_now_ms() + PATIENCE_MS;

	for (;;) {
		char *p = pty_picture(&s.pty);
		bool is = strstr(p, text) != NULL;

		free(p);
		if (is)
			return;
		if (s.pty.ended || pty_now_ms() > until)
			fail("not seen", text);
		pty_pump(&s.pty, 100);
	}
}

static void
start(int rows, int cols)
{
	if (s.pty.vt != NULL)
		pty_release(&s.pty);
	memset(&s.pty, 0, sizeof s.pty);
	s.n_held = 0;
	s.pty.rows = rows;
	s.pty.cols = cols;
	s.pty.seen = seen;
	pty_start(&s.pty, s.argv);
	wait_for("Mật khẩu");
}

static void
login(int rows, int cols)
{
	start(rows, cols);
	send(PASSPHRASE, strlen(PASSPHRASE));
	wait_for("Trang đầu");
}

/* Where the keys begin: names of keys; =TEXT waits, +TEXT types. */
static const struct scene {
	const char *name, *steps[12];
} scenes[] = {
	{ "login", { NULL } },
	{ "home", { "=Trang đầu" } },
	{ "list", { "Down", "Enter", "=Tìm" } },
	{ "search", { "F3", "+an" } },
	{ "household", { "Ins", "=Trang 1" } },
	{ "person", { "Down", "Ins", "=Trang 1" } },
	{ "disability", { "Down", "Down", "Ins", "=Trang 1" } },
	{ "determination", { "Down", "Down", "Down", "Ins", "=Trang 1" } },
	{ "elderly",
	    { "Down", "Down", "Down", "Down", "Ins", "=Trang 1" } },
	{ "record", { "Down", "Enter", "=Tìm", "Enter" } },
	{ "amend", { "Down", "Enter", "=Tìm", "Enter", "F2", "=Trang 1" } },
	{ "history", { "Down", "Enter", "=Tìm", "Enter", "F8" } },
	{ "stick", { "F6" } },
	{ "care", { "F7" } },
	{ "passphrases", { "F7", "F5" } },
	{ "help", { "F1" } },
	{ "menu", { "F9" } },
};

static void
begin(const struct scene *scene)
{
	char command[4096];

	snprintf(command, sizeof command, "rm -rf '%s' && cp -r '%s' '%s'",
	    s.home, s.pristine, s.home);
	shell(command);
	if (scene->steps[0] == NULL) {
		start(24, 80);
	} else {
		login(24, 80);
		for (size_t i = 0; scene->steps[i] != NULL; i++) {
			const char *step = scene->steps[i];

			if (step[0] == '=')
				wait_for(step + 1);
			else if (step[0] == '+')
				send(step + 1, strlen(step + 1));
			else
				press(step);
		}
	}
	resize(s.rows, s.cols);
}

/* Random keys ------------------------------------------------------------ */

static const char *const texts[] = { "a", "e", "o", "u", "d", "w", "s", "f",
	"r", "x", "j", "z", "n", "h", "g", "t", "A", "D", "N", "0", "1", "2",
	"3", "5", "9", " ", " ", "-", "+", "*", ",", ".", "?", "c", "k", "y",
	"đ", "ệ", "ơ̆", "e\xcc\x82\xcc\x81", "\xcc\x81", "\xcc\xa3",
	"\xcc\x9b", "中", "ﬀ" };
static const char *const moves[] = { "Enter", "Enter", "Tab", "Shift-Tab",
	"Esc", "Up", "Down", "Down", "Left", "Right", "Home", "End", "PgUp",
	"PgDn", "Ins", "Del", "Backspace" };

static bool
random_size(void)
{
	static const int rows[] = { 10, 24, 24, 25, 40, 60, 5, 8 };
	static const int cols[] = { 40, 80, 80, 100, 132, 200, 20, 41 };

	note_key("resize", 6);
	resize(below(3) == 0 ? 10 + (int)below(51) : rows[below(8)],
	    below(3) == 0 ? 40 + (int)below(161) : cols[below(8)]);
	return !s.pty.ended;
}

static bool
random_paste(void)
{
	char text[400] = "\033[200~";
	size_t n = below(12);

	for (size_t i = 0; i < n; i++)
		strcat(text, texts[below(sizeof texts / sizeof *texts)]);
	strcat(text, "\033[201~");
	return send(text, strlen(text));
}

static bool
random_key(void)
{
	uint32_t kind = below(100);
	char name[16];
	const char *text;

	s.keys++;
	if (kind < 50) {
		text = texts[below(sizeof texts / sizeof *texts)];
		return send(text, strlen(text));
	}
	if (kind < 78)
		return press(moves[below(sizeof moves / sizeof *moves)]);
	if (kind < 88) {
		snprintf(name, sizeof name, "F%u", 1 + below(10));
		return press(name);
	}
	if (kind < 94) {
		snprintf(name, sizeof name, "Ctrl-%c", 'a' + (char)below(26));
		return press(name);
	}
	if (kind < 96) {
		snprintf(name, sizeof name, "Alt-%c", 'a' + (char)below(26));
		return name[4] == 'l' ? redraw() : press(name);
	}
	return kind < 98 ? random_paste() : random_size();
}

/* Nothing typed is lost -------------------------------------------------- */

static bool
on_form(void)
{
	char *p = picture();
	const char *line = strchr(p, '\n');
	bool is = line != NULL && strncmp(line, "\n Trang ", 8) == 0 &&
	    line[8] >= '1' && line[8] <= '9' && line[9] == '/';

	free(p);
	return is;
}

/* The body's lines, each after a newline, without the mark of the cursor. */
static char *
body(char *onto)
{
	char *p = picture(), *line = p, *end;
	size_t n = onto == NULL ? 0 : strlen(onto);

	onto = realloc(onto, n + strlen(p) + 2);
	if (onto == NULL)
		abort();
	for (int row = 0; (end = strchr(line, '\n')) != NULL;
	     row++, line = end + 1) {
		if (row < 2 || row >= s.before.rows - 4 || end == line)
			continue;
		*end = '\0';
		if (line[0] == '>')
			line[0] = ' ';
		n += (size_t)sprintf(onto + n, "\n%s", line);
	}
	onto[n] = '\n';
	onto[n + 1] = '\0';
	free(p);
	return onto;
}

static int
drafts_at_home(void)
{
	char *p = picture(), *at = p;
	int n = 0;

	for (; (at = strstr(at, "Bản nháp")) != NULL; at++)
		n++;
	free(p);
	return n;
}

/* Marks typed one by one are stored as one letter. */
static char *
composed(char *text)
{
	struct arena *a = arena_new();
	char *out =
	    strdup(arena_str(a, text_nfc(a, str_of(text == NULL ? "" : text))));

	free(text);
	arena_free(a);
	return out;
}

/* Every page of the form that is open. */
static char *
all_pages(char *onto)
{
	char *was = NULL, *is;
	bool moved = true;

	onto = body(onto);
	for (int i = 0; i < 60; i++)
		press("PgUp");
	for (int i = 0; i < 120 && moved; i++) {
		if (!sync_screen())
			fail("it ended while paging", "");
		onto = body(onto);
		is = picture();
		moved = was == NULL || strcmp(was, is) != 0;
		free(was);
		was = is;
		press("PgDn");
	}
	free(was);
	return onto;
}

static const char *
lost_line(const char *shown, const char *found)
{
	static char line[4000];
	const char *end;

	for (; shown[1] != '\0'; shown = end) {
		end = strchr(shown + 1, '\n');
		snprintf(line, sizeof line, "%.*s\n", (int)(end - shown),
		    shown);
		s.lines++;
		if (strstr(found, line) == NULL)
			return line;
	}
	return "";
}

/* Cuts every draft in the middle, as a fault that must be noticed. */
static void
cut_drafts(void)
{
	char path[4096];
	struct dirent *entry;
	struct stat st;
	DIR *d;

	snprintf(path, sizeof path, "%s/drafts", s.home);
	if ((d = opendir(path)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/drafts/%s", s.home,
		    entry->d_name);
		if (entry->d_name[0] != '.' && stat(path, &st) == 0 &&
		    truncate(path, st.st_size / 2) != 0)
			fail("cannot cut", path);
	}
	closedir(d);
}

/* The program dies where it is, and its drafts show what was there. */
static void
check_draft(bool planted)
{
	char *shown, *found = NULL;
	const char *lost;
	int n;

	for (int i = 0; i < 4 && !s.pty.ended && sync_screen() && !on_form();
	     i++)
		press("Esc");
	if (s.pty.ended || !on_form())
		return;
	/* What nobody has touched has no draft, and nothing to lose. */
	send("x", 1);
	if (sync_screen() && !on_form())
		press("Esc");
	resize(TALL_ROWS, TALL_COLS);
	if (!sync_screen() || !on_form())
		return;
	shown = body(NULL);
	pty_kill(&s.pty);
	if (planted)
		cut_drafts();
	login(TALL_ROWS, TALL_COLS);
	if (!sync_screen())
		fail("it ended at home", "");
	n = drafts_at_home();
	for (int i = 0; i < n; i++) {
		if (i > 0)
			press("Down");
		press("Enter");
		if (!sync_screen())
			fail("it ended while resuming", "");
		if (!on_form()) {
			/* its record has been made void meanwhile */
			free(shown);
			free(found);
			return;
		}
		found = all_pages(found);
		press("F10");
		wait_for("Trang đầu");
	}
	shown = composed(shown);
	found = composed(found);
	lost = n == 0 ? "" : lost_line(shown, found);
	if (!planted && lost[0] != '\0')
		printf("--- in the drafts ---%s", found);
	if (!planted && lost[0] != '\0')
		fail("a line of the form is lost", lost);
	if (planted && (n == 0 || lost[0] == '\0'))
		fail("a draft cut in two was not noticed", "");
	s.drafts += n > 0;
	free(shown);
	free(found);
}

static void
check_ended(void)
{
	if (s.pty.ended &&
	    (!WIFEXITED(s.pty.status) || WEXITSTATUS(s.pty.status) != 0))
		fail("it ended badly", "");
}

static void
live(const struct scene *scene, unsigned long keys)
{
	begin(scene);
	for (unsigned long i = 0; i < keys && !s.pty.ended;) {
		unsigned long burst = 1 + below(30);

		for (; burst > 0 && i < keys && random_key(); burst--)
			i++;
		if (!check_redraw(false))
			break;
		if (bytes_check("", 0) > 0)
			fail("no sequence of this terminal", bytes_fault());
	}
	while (pty_pump(&s.pty, 0))
		continue;
	check_ended();
	if (!s.pty.ended)
		check_draft(false);
	check_ended();
}

/* Each proof must see the fault that it is there for. */
static void
plant(void)
{
	static const struct scene form = { "planted",
		{ "Down", "Ins", "=Trang 1", "+Nguyeenx Thij Hoa", "Enter",
		    "+zz", "Enter" } };

	s.scene = "planted";
	begin(&form);
	check_redraw(true);
	check_redraw(false);
	check_draft(false);
	if (s.drafts != 1)
		fail("no draft was looked at", "");
	begin(&form);
	check_draft(true);
	pty_kill(&s.pty);
	if (bytes_check("\033[31q", 5) == 0)
		fail("a foreign sequence was not noticed", "");
}

int
main(int argc, char **argv)
{
	const char *only = NULL, *term = getenv("DRIVE_TERM");
	unsigned long keys = 60, lives = 1;
	int at = 1;

	s.seed = 1;
	s.rows = 24;
	s.cols = 80;
	for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
		if (strcmp(argv[at], "--seed") == 0)
			s.seed = strtoull(argv[at + 1], NULL, 10);
		else if (strcmp(argv[at], "--keys") == 0)
			keys = strtoul(argv[at + 1], NULL, 10);
		else if (strcmp(argv[at], "--lives") == 0)
			lives = strtoul(argv[at + 1], NULL, 10);
		else if (strcmp(argv[at], "--scene") == 0)
			only = argv[at + 1];
		else if (strcmp(argv[at], "--size") != 0 ||
		    sscanf(argv[at + 1], "%dx%d", &s.rows, &s.cols) != 2)
			return 2;
	}
	if (argc < at + 3)
		return 2;
	s.pristine = argv[at];
	s.home = argv[at + 1];
	s.argv = argv + at + 2;
	setenv("ANSINH_HOME", s.home, 1);
	if (term == NULL)
		term = "xterm-256color";
	if (!bytes_init(term,
		strncmp(term, "xterm", 5) == 0 || strncmp(term, "tmux", 4) == 0)) {
		printf("no description of %s\n", term);
		return 2;
	}
	for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
		s.scene = scenes[i].name;
		if (only != NULL && strcmp(only, s.scene) != 0)
			continue;
		for (unsigned long life = 0; life < lives; life++) {
			s.random = (s.seed * 1000003 + i * 8191 + life + 1) *
			    0x9e3779b97f4a7c15ull;
			live(&scenes[i], keys);
		}
	}
	s.random = s.seed;
	{
		unsigned long drafts = s.drafts;

		s.drafts = 0;
		plant();
		s.drafts = drafts;
	}
	printf("%s: %lu keys, %lu screens drawn anew (%lu unsure), %lu drafts "
	       "opened after a kill with %lu lines, 3 planted faults "
	       "noticed\n",
	    term, s.keys, s.redraws, s.unsure, s.drafts, s.lines);
	pty_release(&s.pty);
	return 0;
}

/*
 * drive [--size ROWSxCOLS] SCRIPT PROGRAM [ARG...]
 *
 * Runs the program in a pty under a terminal emulator and drives it by a
 * script, one step a line:
 *
 *     type TEXT       keys as they are
 *     paste TEXT      the same as one paste
 *     key NAME        F1..F10 Enter Tab Shift-Tab Esc Up Down Left Right Home
 *                     End PgUp PgDn Ins Del Backspace Ctrl-X Alt-X
 *     see TEXT        waits until the text is on the screen
 *     gone TEXT       waits until it is not
 *     screen FILE     the whole screen is that of the file (beside SCRIPT);
 *                     DRIVE_UPDATE=1 writes it
 *     mask TEXT       from now on this text is shown as ####
 *     resize ROWSxCOLS
 *     kill            SIGKILL, as a power cut
 *     end [STATUS]    waits for the program's end, which must be exit 0, or
 *                     the status
 *
 * $NAME at the end of an argument is that variable of the environment, and
 * screens are looked for in $DRIVE_SCREENS, else beside the script.
 *
 * A step that is not fulfilled in 20 seconds prints the screen and fails.
 * The emulator is libvterm, in this process.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#define PATIENCE_MS 20000
#define QUIET_MS 40
#define MASKS 8

static struct {
	VTerm *vt;
	VTermScreen *screen;
	int fd, rows, cols, line;
	pid_t pid;
	const char *script;
	char *mask[MASKS];
	int n_masks;
	bool ended;
	int status;
} d;

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What the emulator answers goes back to the program. */
static void
flush_answers(void)
{
	char out[512];
	size_t n;

	while ((n = vterm_output_read(d.vt, out, sizeof out)) > 0)
		if (write(d.fd, out, n) < 0)
			return;
}

/* Reads what there is for at most ms; true if there was something. */
static bool
pump(int ms)
{
	struct pollfd p = { .fd = d.fd, .events = POLLIN };
	char in[8192];
	ssize_t n;

	if (d.ended || poll(&p, 1, ms) <= 0)
		return false;
	n = read(d.fd, in, sizeof in);
	if (n <= 0) {
		if (waitpid(d.pid, &d.status, 0) == d.pid)
			d.ended = true;
		return false;
	}
	vterm_input_write(d.vt, in, (size_t)n);
	flush_answers();
	return true;
}

static void
add_cp(char **out, unsigned cp)
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

static void
masked(char *text)
{
	for (int i = 0; i < d.n_masks; i++)
		for (char *at = text; (at = strstr(at, d.mask[i])) != NULL;)
			memset(at, '#', strlen(d.mask[i]));
}

/* The screen as lines without trailing spaces.  The caller frees it. */
static char *
picture(void)
{
	size_t room = (size_t)d.rows * (size_t)(d.cols * 24 + 1) + 1;
	char *text = malloc(room), *out = text;

	if (text == NULL)
		abort();
	for (int r = 0; r < d.rows; r++) {
		char *start = out, *last = out;

		for (int c = 0; c < d.cols; c++) {
			VTermScreenCell cell;
			VTermPos at = { r, c };

			vterm_screen_get_cell(d.screen, at, &cell);
			if (cell.chars[0] == (uint32_t)-1)
				continue; /* the right half of a wide one */
			if (cell.chars[0] == 0)
				*out++ = ' ';
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL &&
			     cell.chars[i] != 0;
			     i++)
				add_cp(&out, cell.chars[i]);
			if (out[-1] != ' ')
				last = out;
		}
		out = last < start ? start : last;
		*out++ = '\n';
	}
	*out = '\0';
	masked(text);
	return text;
}

static void
fail(const char *what, const char *arg)
{
	char *text = picture();

	printf("%s:%d: %s: %s\n--- the screen ---\n%s", d.script, d.line, what,
	    arg, text);
	free(text);
	if (!d.ended)
		kill(d.pid, SIGKILL);
	exit(1);
}

static void
wait_for(const char *text, bool there)
{
	long until = now_ms() + PATIENCE_MS;

	for (;;) {
		char *s = picture();
		bool is = strstr(s, text) != NULL;

		free(s);
		if (is == there)
			return;
		if (d.ended || now_ms() > until)
			fail(there ? "not seen" : "still seen", text);
		pump(100);
	}
}

static void
settle(void)
{
	while (pump(QUIET_MS))
		continue;
}

static void
compare(const char *name)
{
	long until = now_ms() + PATIENCE_MS;
	char path[1024], *want;
	const char *slash = strrchr(d.script, '/');
	FILE *f;
	size_t n;

	if (getenv("DRIVE_SCREENS") != NULL)
		snprintf(path, sizeof path, "%s/%s", getenv("DRIVE_SCREENS"),
		    name);
	else
		snprintf(path, sizeof path, "%.*s%s",
		    slash == NULL ? 0 : (int)(slash - d.script + 1),
		    d.script, name);
	settle();
	if (getenv("DRIVE_UPDATE") != NULL) {
		char *s = picture();

		if ((f = fopen(path, "w")) == NULL)
			fail("cannot write", path);
		fputs(s, f);
		fclose(f);
		free(s);
		return;
	}
	if ((f = fopen(path, "r")) == NULL)
		fail("no such file", path);
	want = calloc(1, 1 << 20);
	n = fread(want, 1, (1 << 20) - 1, f);
	want[n] = '\0';
	fclose(f);
	for (;;) {
		char *s = picture();
		bool same = strcmp(s, want) == 0;

		free(s);
		if (same)
			break;
		if (d.ended || now_ms() > until) {
			printf("--- wanted ---\n%s", want);
			fail("the screen differs from", name);
		}
		pump(100);
	}
	free(want);
}

static void
send_keys(const char *bytes, size_t n)
{
	if (d.ended || write(d.fd, bytes, n) != (ssize_t)n)
		fail("the program has ended", "");
	settle();
}

static void
press(const char *name)
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
	char one[3] = { '\033', 0, 0 };

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i].name, name) == 0) {
			send_keys(keys[i].bytes, strlen(keys[i].bytes));
			/* A lone Esc is known by what does not follow. */
			if (strcmp(name, "Esc") == 0)
				pump(100);
			return;
		}
	if (strncmp(name, "Ctrl-", 5) == 0) {
		one[0] = (char)(name[5] & 31);
		send_keys(one, 1);
	} else if (strncmp(name, "Alt-", 4) == 0) {
		one[1] = name[4];
		send_keys(one, 2);
	} else {
		fail("no such key", name);
	}
}

static void
set_size(const char *text)
{
	struct winsize ws = { 0 };

	if (sscanf(text, "%dx%d", &d.rows, &d.cols) != 2)
		fail("not a size", text);
	ws.ws_row = (unsigned short)d.rows;
	ws.ws_col = (unsigned short)d.cols;
	vterm_set_size(d.vt, d.rows, d.cols);
	ioctl(d.fd, TIOCSWINSZ, &ws);
	kill(d.pid, SIGWINCH);
	settle();
}

static void
finish(int status)
{
	long until = now_ms() + PATIENCE_MS;

	while (!d.ended && now_ms() < until)
		pump(100);
	if (!d.ended)
		fail("still running", "");
	if (!WIFEXITED(d.status) || WEXITSTATUS(d.status) != status)
		fail("ended badly", "");
}

/* The variable that ends an argument, put in its place. */
static const char *
expanded(const char *arg)
{
	static char text[1024];
	const char *name = strrchr(arg, '$'), *value;

	if (name == NULL || (value = getenv(name + 1)) == NULL)
		return arg;
	snprintf(text, sizeof text, "%.*s%s", (int)(name - arg), arg, value);
	return text;
}

static void
step(char *line)
{
	char *space = strchr(line, ' ');
	const char *arg = "";

	if (space != NULL) {
		*space = '\0';
		arg = expanded(space + 1);
	}
	if (strcmp(line, "type") == 0)
		send_keys(arg, strlen(arg));
	else if (strcmp(line, "paste") == 0) {
		send_keys("\033[200~", 6);
		send_keys(arg, strlen(arg));
		send_keys("\033[201~", 6);
	} else if (strcmp(line, "key") == 0)
		press(arg);
	else if (strcmp(line, "see") == 0)
		wait_for(arg, true);
	else if (strcmp(line, "gone") == 0)
		wait_for(arg, false);
	else if (strcmp(line, "screen") == 0)
		compare(arg);
	else if (strcmp(line, "mask") == 0 && d.n_masks < MASKS)
		d.mask[d.n_masks++] = strdup(arg);
	else if (strcmp(line, "resize") == 0)
		set_size(arg);
	else if (strcmp(line, "kill") == 0) {
		kill(d.pid, SIGKILL);
		waitpid(d.pid, &d.status, 0);
		d.ended = true;
	} else if (strcmp(line, "end") == 0)
		finish(atoi(arg));
	else
		fail("no such step", line);
}

static void
start(char **argv)
{
	struct winsize ws = { .ws_row = (unsigned short)d.rows,
		.ws_col = (unsigned short)d.cols };

	d.vt = vterm_new(d.rows, d.cols);
	vterm_set_utf8(d.vt, 1);
	d.screen = vterm_obtain_screen(d.vt);
	vterm_screen_enable_altscreen(d.screen, 1);
	vterm_screen_reset(d.screen, 1);
	d.pid = forkpty(&d.fd, NULL, NULL, &ws);
	if (d.pid < 0) {
		perror("forkpty");
		exit(1);
	}
	if (d.pid == 0) {
		if (getenv("DRIVE_TERM") == NULL)
			setenv("TERM", "xterm-256color", 1);
		else
			setenv("TERM", getenv("DRIVE_TERM"), 1);
		execv(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *f;
	int at = 1;

	d.rows = 24;
	d.cols = 80;
	if (argc > 2 && strcmp(argv[1], "--size") == 0) {
		if (sscanf(argv[2], "%dx%d", &d.rows, &d.cols) != 2)
			return 2;
		at = 3;
	}
	if (argc < at + 2)
		return 2;
	d.script = argv[at];
	if ((f = fopen(d.script, "r")) == NULL) {
		perror(d.script);
		return 2;
	}
	start(argv + at + 1);
	while ((n = getline(&line, &room, f)) >= 0) {
		d.line++;
		while (n > 0 && line[n - 1] == '\n')
			line[--n] = '\0';
		if (n > 0 && line[0] != '#')
			step(line);
	}
	fclose(f);
	free(line);
	if (!d.ended) {
		kill(d.pid, SIGKILL);
		waitpid(d.pid, &d.status, 0);
	}
	vterm_free(d.vt);
	for (int i = 0; i < d.n_masks; i++)
		free(d.mask[i]);
	return 0;
}

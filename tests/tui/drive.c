/*
 * drive [--size ROWSxCOLS] [--kill MS FILE] [--quiet MS] [--patience MS]
 *     [--log FILE] SCRIPT PROGRAM [ARG...]
 *
 * Runs the program in a pty under a terminal emulator and drives it by a
 * script, one step a line:
 *
 *     type TEXT       keys as they are
 *     letters TEXT    the same, each after the one before was answered
 *     paste TEXT      the same as one paste
 *     key NAME        F1..F10 Enter Tab Shift-Tab Esc Up Down Left Right Home
 *                     End PgUp PgDn Ins Del Backspace Ctrl-X Alt-X; several
 *                     names are pressed at once
 *     see TEXT        waits until the text is on the screen
 *     gone TEXT       waits until it is not
 *     cursor TEXT     the cursor stands right after the text
 *     screen FILE     the whole screen is that of the file (beside SCRIPT);
 *                     DRIVE_UPDATE=1 writes it
 *     mask TEXT       from now on this text is shown as ####
 *     resize ROWSxCOLS
 *     make FILE       an empty file, which the program or what is loaded with
 *                     it looks for
 *     remove FILE
 *     kill            SIGKILL, as a power cut
 *     end [STATUS]    waits for the program's end, which must be exit 0, or
 *                     the status; "any" is any exit
 *     again KEY TEXT  if the text is seen while something else is waited for,
 *                     presses the key ("-": none) and goes on from here once
 *                     more; until the next, and no more than three times
 *
 * $NAME at the end of an argument is that variable of the environment, and
 * screens are looked for in $DRIVE_SCREENS, else beside the script.
 *
 * A step that is not fulfilled in 20 seconds, or --patience, prints the screen
 * and fails.
 * --kill: SIGKILL that many milliseconds after the start, wherever the script
 * is, or with LINE+MS after that line of the script is begun;
 * FILE then has the line of the script and the screen as it was.  --quiet:
 * how long the program must be silent after keys before the next step.  --log:
 * every screen that there was.
 * The emulator is libvterm, in this process.
 */
#include "pty.h"

#include "../tools/at_rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MASKS 8
#define BUSY_MS 3000
#define ESC_QUIET_MS 150

static struct {
	struct pty pty;
	int line;
	const char *script;
	char *mask[MASKS];
	int n_masks, quiet_ms, patience_ms;
	long kill_at; /* 0: never */
	int kill_line; /* 0: from the start */
	long kill_ms;
	const char *kill_file;
	char *whole; /* if so: the last screen that was not half drawn */
	FILE *log;
	char *logged; /* the last one */
	struct {
		char key[16], text[128]; /* text "": none is waited for */
		long at;                 /* in the script */
		int line, left;
		bool due;
	} again;
} d = { .pty = { .rows = 24, .cols = 80 }, .quiet_ms = 40, .patience_ms = 20000 };

static void
masked(char *text)
{
	for (int i = 0; i < d.n_masks; i++)
		for (char *at = text; (at = strstr(at, d.mask[i])) != NULL;)
			memset(at, '#', strlen(d.mask[i]));
}

static char *
picture(void)
{
	char *text = pty_picture(&d.pty);

	masked(text);
	return text;
}

/* The time has come: says how far it went, and that is all.  Half a screen is
 * nothing that anybody has read. */
static void
kill_now(void)
{
	bool draws = pty_pump(&d.pty, 1) || !first_at_rest(d.pty.pid);
	char *text = draws && d.whole != NULL ? strdup(d.whole) : picture();
	FILE *f = fopen(d.kill_file, "w");

	pty_kill(&d.pty);
	if (f == NULL) {
		perror(d.kill_file);
		exit(2);
	}
	fprintf(f, "%d\n%s", d.line, text);
	fclose(f);
	free(text);
	exit(0);
}

static void
log_screen(void)
{
	char *text = picture();

	if (d.logged == NULL || strcmp(text, d.logged) != 0) {
		fprintf(d.log, "--- line %d ---\n%s", d.line, text);
		fflush(d.log);
	}
	free(d.logged);
	d.logged = text;
}

static bool
pump(int ms)
{
	bool any;

	if (d.kill_at != 0 && !d.pty.ended) {
		long left = d.kill_at - pty_now_ms();

		if (left <= 0)
			kill_now();
		ms = left < ms ? (int)left : ms;
	}
	any = pty_pump(&d.pty, ms);
	if (any && d.log != NULL)
		log_screen();
	if (!any && d.kill_file != NULL && first_at_rest(d.pty.pid)) {
		free(d.whole);
		d.whole = picture();
	}
	return any;
}

static void
fail(const char *what, const char *arg)
{
	char *text = picture();

	printf("%s:%d: %s: %s\n--- the screen ---\n%s", d.script, d.line, what,
	    arg, text);
	free(text);
	pty_release(&d.pty);
	exit(1);
}

/* What was waited for does not come, since something else has. */
static bool
goes_again(const char *screen)
{
	d.again.due = d.again.text[0] != '\0' && d.again.left > 0 &&
	    strstr(screen, d.again.text) != NULL;
	return d.again.due;
}

static void
wait_for(const char *text, bool there)
{
	long until = pty_now_ms() + d.patience_ms;

	for (;;) {
		char *s = picture();
		bool is = strstr(s, text) != NULL,
		     other = is != there && goes_again(s);

		free(s);
		if (is == there || other)
			return;
		if (d.pty.ended || pty_now_ms() > until)
			fail(there ? "not seen" : "still seen", text);
		pump(100);
	}
}

static void
wait_for_cursor(const char *text)
{
	long until = pty_now_ms() + d.patience_ms;

	for (;;) {
		char *before = pty_before_cursor(&d.pty);
		size_t n = strlen(before), want = strlen(text);
		bool is = n >= want && strcmp(before + n - want, text) == 0;

		free(before);
		if (is)
			return;
		if (d.pty.ended || pty_now_ms() > until)
			fail("the cursor is not after", text);
		pump(100);
	}
}

/* Until the keys are read and the program is silent.  A program that is busy
 * may leave them for later. */
static void
settle(int quiet_ms)
{
	long until = pty_now_ms() + BUSY_MS;

	while (pump(quiet_ms) ||
	    ((pty_unread(&d.pty) || pty_busy(&d.pty)) &&
		pty_now_ms() < until))
		continue;
}

static void
compare(const char *name)
{
	long until = pty_now_ms() + d.patience_ms;
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
	settle(d.quiet_ms);
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
		if (d.pty.ended || pty_now_ms() > until) {
			printf("--- wanted ---\n%s", want);
			fail("the screen differs from", name);
		}
		pump(100);
	}
	free(want);
}

static void
send_keys(const char *bytes, size_t n, int quiet_ms)
{
	if (!pty_send(&d.pty, bytes, n))
		fail("the program has ended", "");
	settle(quiet_ms);
}

static void
send_letters(const char *text)
{
	for (size_t n; *text != '\0'; text += n) {
		for (n = 1; ((unsigned char)text[n] & 0xc0) == 0x80;)
			n++;
		send_keys(text, n, d.quiet_ms);
	}
}

/* Keys by their names, in one write. */
static void
press(const char *names)
{
	char bytes[256] = "", name[16];
	const char *key = NULL;

	for (int n; sscanf(names, " %15s%n", name, &n) == 1; names += n) {
		if ((key = pty_key(name)) == NULL ||
		    strlen(bytes) + strlen(key) >= sizeof bytes)
			fail("no such key", name);
		strcat(bytes, key);
	}
	/* A lone Esc is known by what does not follow. */
	send_keys(bytes, strlen(bytes),
	    strcmp(bytes, "\033") == 0 ? ESC_QUIET_MS : d.quiet_ms);
}

static void
set_size(const char *text)
{
	int rows, cols;

	if (sscanf(text, "%dx%d", &rows, &cols) != 2)
		fail("not a size", text);
	pty_resize(&d.pty, rows, cols);
	settle(d.quiet_ms);
}

static void
finish(const char *status)
{
	long until = pty_now_ms() + d.patience_ms;
	bool other = false;

	while (!d.pty.ended && pty_now_ms() < until && !other) {
		char *s = picture();

		other = goes_again(s);
		free(s);
		if (!other)
			pump(100);
	}
	if (other)
		return;
	if (!d.pty.ended)
		fail("still running", "");
	if (!WIFEXITED(d.pty.status) ||
	    (strcmp(status, "any") != 0 &&
		WEXITSTATUS(d.pty.status) != atoi(status)))
		fail("ended badly", "");
}

/* again KEY TEXT: the script goes on behind this line once more. */
static void
begin_again(const char *arg, FILE *script)
{
	d.again.text[0] = '\0';
	if (sscanf(arg, "%15s %127[^\n]", d.again.key, d.again.text) == 1)
		fail("no text to do it again for", arg);
	d.again.at = ftell(script);
	d.again.line = d.line;
	d.again.left = 3;
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
make(const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fclose(f) != 0)
		fail("cannot make", path);
}

static void
take_away(const char *path)
{
	if (unlink(path) != 0)
		fail("cannot remove", path);
}

static void
step(char *line, FILE *script)
{
	char *space = strchr(line, ' ');
	const char *arg = "";

	if (space != NULL) {
		*space = '\0';
		arg = expanded(space + 1);
	}
	if (strcmp(line, "type") == 0)
		send_keys(arg, strlen(arg), d.quiet_ms);
	else if (strcmp(line, "letters") == 0)
		send_letters(arg);
	else if (strcmp(line, "paste") == 0) {
		send_keys("\033[200~", 6, d.quiet_ms);
		send_keys(arg, strlen(arg), d.quiet_ms);
		send_keys("\033[201~", 6, d.quiet_ms);
	} else if (strcmp(line, "key") == 0)
		press(arg);
	else if (strcmp(line, "see") == 0)
		wait_for(arg, true);
	else if (strcmp(line, "gone") == 0)
		wait_for(arg, false);
	else if (strcmp(line, "cursor") == 0)
		wait_for_cursor(arg);
	else if (strcmp(line, "screen") == 0)
		compare(arg);
	else if (strcmp(line, "mask") == 0 && d.n_masks < MASKS)
		d.mask[d.n_masks++] = strdup(arg);
	else if (strcmp(line, "resize") == 0)
		set_size(arg);
	else if (strcmp(line, "make") == 0)
		make(arg);
	else if (strcmp(line, "remove") == 0)
		take_away(arg);
	else if (strcmp(line, "kill") == 0)
		pty_kill(&d.pty);
	else if (strcmp(line, "end") == 0)
		finish(arg);
	else if (strcmp(line, "again") == 0)
		begin_again(arg, script);
	else
		fail("no such step", line);
}

static void
go_again(FILE *script)
{
	d.again.due = false;
	d.again.left--;
	if (strcmp(d.again.key, "-") != 0)
		press(d.again.key);
	fseek(script, d.again.at, SEEK_SET);
	d.line = d.again.line;
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	FILE *f;
	int at = 1;

	for (; at + 1 < argc && strncmp(argv[at], "--", 2) == 0; at += 2) {
		if (strcmp(argv[at], "--size") == 0) {
			if (sscanf(argv[at + 1], "%dx%d", &d.pty.rows,
				&d.pty.cols) != 2)
				return 2;
		} else if (strcmp(argv[at], "--quiet") == 0) {
			d.quiet_ms = (int)strtol(argv[at + 1], NULL, 10);
		} else if (strcmp(argv[at], "--patience") == 0) {
			d.patience_ms = (int)strtol(argv[at + 1], NULL, 10);
		} else if (strcmp(argv[at], "--log") == 0) {
			if ((d.log = fopen(argv[at + 1], "w")) == NULL)
				return 2;
		} else if (strcmp(argv[at], "--kill") == 0 && at + 2 < argc) {
			if (strchr(argv[at + 1], '+') == NULL)
				d.kill_at = pty_now_ms() +
				    strtol(argv[at + 1], NULL, 10);
			else if (sscanf(argv[at + 1], "%d+%ld",
				     &d.kill_line, &d.kill_ms) != 2)
				return 2;
			d.kill_file = argv[++at + 1];
		}
	}
	if (argc < at + 2)
		return 2;
	d.script = argv[at];
	if ((f = fopen(d.script, "r")) == NULL) {
		perror(d.script);
		return 2;
	}
	pty_start(&d.pty, argv + at + 1);
	while ((n = getline(&line, &room, f)) >= 0) {
		d.line++;
		if (d.line == d.kill_line)
			d.kill_at = pty_now_ms() + d.kill_ms;
		while (n > 0 && line[n - 1] == '\n')
			line[--n] = '\0';
		if (n > 0 && line[0] != '#')
			step(line, f);
		if (d.again.due)
			go_again(f);
	}
	if (d.log != NULL)
		fclose(d.log);
	free(d.logged);
	fclose(f);
	free(line);
	pty_release(&d.pty);
	for (int i = 0; i < d.n_masks; i++)
		free(d.mask[i]);
	return 0;
}

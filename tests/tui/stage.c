#include "stage.h"

#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SILENT_MS 20

struct stage stage;

static void
shell(const char *command)
{
	if (system(command) != 0) {
		printf("failed: %s\n", command);
		exit(2);
	}
}

/* What a sanitizer has found in the program that runs, or ran last. */
static const char *
report(void)
{
	static char path[sizeof stage.place + 32];

	snprintf(
	    path, sizeof path, "%s/report.%d", stage.place, (int)stage.pty.pid);
	return path;
}

static void
print_report(void)
{
	FILE *f = fopen(report(), "r");
	int c;

	if (f == NULL)
		return;
	printf("--- the report ---\n");
	while ((c = getc(f)) != EOF)
		putchar(c);
	fclose(f);
}

void
stage_fail(const char *what, const char *detail)
{
	char *text = pty_picture(&stage.pty);
	size_t from = stage.n_log > STAGE_LOG ? stage.n_log - STAGE_LOG : 0;

	printf("scene %s, seed %llu, life %lu, %lu keys: %s%s%s\n"
	       "--- last keys ---\n",
	    stage.scene, (unsigned long long)stage.seed, stage.life, stage.keys,
	    what, detail[0] == '\0' ? "" : ": ", detail);
	for (; from < stage.n_log; from++)
		printf("%s ", stage.log[from % STAGE_LOG]);
	printf("\n--- the screen ---\n%s", text);
	free(text);
	if (stage.pty.ended)
		printf("--- its end: %s %d ---\n",
		    WIFSIGNALED(stage.pty.status) ? "signal" : "exit",
		    WIFSIGNALED(stage.pty.status)
		        ? WTERMSIG(stage.pty.status)
		        : WEXITSTATUS(stage.pty.status));
	print_report();
	pty_release(&stage.pty);
	exit(1);
}

/* They wait while they could be those that clear the terminal, so that the
 * screen can be looked at just before. */
static void
seen(void *ctx, const char *bytes, size_t n)
{
	const char *clear = bytes_clear();

	(void)ctx;
	bytes_check(bytes, n);
	for (size_t i = 0; i < n; i++) {
		if (stage.n_held == 0 && bytes[i] != clear[0]) {
			/* whole, or marks would lose their letters */
			const char *next = memchr(bytes + i, clear[0], n - i);
			size_t run =
			    next == NULL ? n - i : (size_t)(next - bytes) - i;

			pty_feed(&stage.pty, bytes + i, run);
			i += run - 1;
			continue;
		}
		stage.held[stage.n_held++] = bytes[i];
		while (stage.n_held > 0 &&
		       memcmp(stage.held, clear, stage.n_held) != 0) {
			pty_feed(&stage.pty, stage.held, 1);
			memmove(stage.held, stage.held + 1, --stage.n_held);
		}
		if (clear[stage.n_held] != '\0')
			continue;
		if (stage.planted)
			pty_feed(&stage.pty, "\0337\033[2;3H#\0338", 11);
		stage.planted = false;
		cells_take(&stage.before, &stage.pty);
		stage.clears++;
		pty_feed(&stage.pty, stage.held, stage.n_held);
		stage.n_held = 0;
	}
}

void
stage_note_key(const char *bytes, size_t n)
{
	char *out = stage.log[stage.n_log++ % STAGE_LOG];
	size_t at = 0;

	for (size_t i = 0; i < n && at < 18; i++)
		at += (size_t)snprintf(out + at, 24 - at,
		    bytes[i] < ' ' || bytes[i] == 127 ? "\\x%02x" : "%c",
		    (unsigned char)bytes[i]);
}

bool
stage_send(const char *bytes, size_t n)
{
	stage_note_key(bytes, n);
	if (!pty_send(&stage.pty, bytes, n))
		return false;
	while (pty_pump(&stage.pty, 0))
		continue;
	return true;
}

bool
stage_press(const char *name)
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
		stage_fail("no such key", name);
	return stage_send(bytes, strlen(bytes));
}

void
stage_settle(void)
{
	long until = pty_now_ms() + STAGE_PATIENCE_MS;

	while ((pty_pump(&stage.pty, SILENT_MS) || pty_unread(&stage.pty)) &&
	       !stage.pty.ended && pty_now_ms() < until)
		continue;
}

bool
stage_redraw(void)
{
	unsigned long before = stage.clears;
	long until = pty_now_ms() + STAGE_PATIENCE_MS;

	if (!pty_send(&stage.pty, "\033l", 2))
		return false;
	while (stage.clears == before && !stage.pty.ended) {
		pty_pump(&stage.pty, 200);
		if (pty_now_ms() > until)
			stage_fail("it does not answer", "");
	}
	return !stage.pty.ended;
}

bool
stage_sync(void)
{
	stage_settle();
	return stage_redraw() && stage_redraw();
}

void
stage_resize(int rows, int cols)
{
	unsigned long before;
	long until = pty_now_ms() + STAGE_PATIENCE_MS;

	if (stage.pty.ended ||
	    (rows == stage.pty.rows && cols == stage.pty.cols))
		return;
	/* What was drawn for another size is more than this emulator takes. */
	stage_settle();
	before = stage.clears;
	pty_resize(&stage.pty, rows, cols);
	while (stage.clears == before && !stage.pty.ended) {
		pty_pump(&stage.pty, 200);
		if (pty_now_ms() > until)
			stage_fail("it does not draw a new size", "");
	}
}

void
stage_wait_for(const char *text)
{
	long until = pty_now_ms() + STAGE_PATIENCE_MS;

	for (;;) {
		char *p = pty_picture(&stage.pty);
		bool is = strstr(p, text) != NULL;

		free(p);
		if (is)
			return;
		if (stage.pty.ended || pty_now_ms() > until)
			stage_fail("not seen", text);
		pty_pump(&stage.pty, 100);
	}
}

void
stage_enter(const struct scene *scene, int rows, int cols)
{
	if (stage.pty.vt != NULL)
		pty_release(&stage.pty);
	memset(&stage.pty, 0, sizeof stage.pty);
	stage.n_held = 0;
	stage.pty.rows = rows;
	stage.pty.cols = cols;
	stage.pty.seen = seen;
	stage.pty.keys_only = true;
	pty_start(&stage.pty, stage.argv);
	for (size_t i = 0; scene->steps[i] != NULL; i++) {
		const char *step = scene->steps[i];

		if (step[0] == '=')
			stage_wait_for(step + 1);
		else if (step[0] == '+')
			stage_send(step + 1, strlen(step + 1));
		else
			stage_press(step);
	}
}

void
stage_set_variable(const char *name, const char *value)
{
	if (value != NULL)
		setenv(name, value, 1);
	else
		unsetenv(name);
}

void
stage_copy(const char *world)
{
	static const char *data;
	char text[3 * sizeof stage.place];

	if (data == NULL && (data = getenv("ANSINH_DATA")) != NULL)
		data = strdup(data);
	if (stage.pty.vt != NULL)
		pty_kill(&stage.pty); /* it writes no more */
	snprintf(text, sizeof text,
	    "cd / && rm -rf '%s' && cp -r '%s/%s' '%s' && mkdir '%s/desk'",
	    stage.place, stage.worlds, world, stage.place, stage.place);
	shell(text);
	snprintf(text, sizeof text, "%s/data", stage.place);
	stage_set_variable(
	    "ANSINH_DATA", access(text, F_OK) == 0 ? text : data);
	snprintf(text, sizeof text, "%s/desk", stage.place);
	if (chdir(text) != 0)
		stage_fail("no such folder", text);
}

void
stage_begin(const struct scene *scene)
{
	static const char *now;

	if (now == NULL && (now = getenv("ANSINH_NOW")) != NULL)
		now = strdup(now);
	stage_set_variable("ANSINH_NOW", scene->now != NULL ? scene->now : now);
	stage_copy(scene->world);
	stage_enter(scene, 24, 80);
	stage_resize(stage.rows, stage.cols);
}

bool
stage_has_fallen(void)
{
	return stage.pty.ended && (!WIFEXITED(stage.pty.status) ||
	                              WEXITSTATUS(stage.pty.status) != 0 ||
	                              access(report(), F_OK) == 0);
}

/* The sanitizers write there, and not onto the screen. */
static void
add_log_path(const char *name)
{
	const char *is = getenv(name);
	char text[sizeof stage.place * 2];

	snprintf(text, sizeof text, "%s%slog_path=%s/report",
	    is == NULL ? "" : is, is == NULL ? "" : ":", stage.place);
	setenv(name, text, 1);
}

void
stage_prepare(const char *folder, const char *term)
{
	char text[sizeof stage.place + 16];

	snprintf(stage.place, sizeof stage.place, "%s/soak.%d", folder,
	    (int)getpid());
	snprintf(text, sizeof text, "%s/home", stage.place);
	setenv("ANSINH_HOME", text, 1);
	snprintf(text, sizeof text, "%s/usb", stage.place);
	setenv("ANSINH_TEST_STICK", text, 1);
	add_log_path("ASAN_OPTIONS");
	add_log_path("UBSAN_OPTIONS");
	setenv("DRIVE_TERM", term, 1);
	if (!bytes_init(term, strncmp(term, "xterm", 5) == 0 ||
	                          strncmp(term, "tmux", 4) == 0)) {
		printf("no description of the terminal %s: ncurses-base, or "
		       "ncurses-term, has it\n",
		    term);
		exit(2);
	}
}

void
stage_leave(void)
{
	char command[sizeof stage.place + 32];

	pty_release(&stage.pty);
	snprintf(command, sizeof command, "cd / && rm -rf '%s'", stage.place);
	shell(command);
}

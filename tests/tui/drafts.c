#include "drafts.h"

#include "base/text.h"
#include "stage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TALL_ROWS 90
#define TALL_COLS 110

static bool
on_form(void)
{
	char *p = cells_text(&stage.before);
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
	char *p = cells_text(&stage.before), *line = p, *end;
	size_t n = onto == NULL ? 0 : strlen(onto);

	onto = realloc(onto, n + strlen(p) + 2);
	if (onto == NULL)
		abort();
	for (int row = 0; (end = strchr(line, '\n')) != NULL;
	     row++, line = end + 1) {
		if (row < 2 || row >= stage.before.rows - 4 || end == line)
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
	char *p = cells_text(&stage.before), *at = p;
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
		stage_press("PgUp");
	for (int i = 0; i < 120 && moved; i++) {
		if (!stage_sync())
			stage_fail("it ended while paging", "");
		onto = body(onto);
		is = cells_text(&stage.before);
		moved = was == NULL || strcmp(was, is) != 0;
		free(was);
		was = is;
		stage_press("PgDn");
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
		stage.lines++;
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

	snprintf(path, sizeof path, "%s/home/drafts", stage.place);
	if ((d = opendir(path)) == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		snprintf(path, sizeof path, "%s/home/drafts/%s", stage.place,
		    entry->d_name);
		if (entry->d_name[0] != '.' && stat(path, &st) == 0 &&
		    truncate(path, st.st_size / 2) != 0)
			stage_fail("cannot cut", path);
	}
	closedir(d);
}

/* The program dies where it is, and its drafts show what was there. */
void
drafts_check(bool planted)
{
	char *shown, *found = NULL, *untouched;
	const char *lost;
	bool touched;
	int n;

	for (int i = 0; i < 4 && !stage.pty.ended && stage_sync() && !on_form();
	     i++)
		stage_press("Esc");
	if (stage.pty.ended || !on_form())
		return;
	/* What nobody has touched has no draft, and nothing to lose. */
	untouched = body(NULL);
	stage_send("x", 1);
	if (stage_sync() && !on_form())
		stage_press("Esc");
	shown = body(NULL);
	touched = on_form() && strcmp(shown, untouched) != 0;
	free(untouched);
	free(shown);
	stage_resize(TALL_ROWS, TALL_COLS);
	if (!stage_sync() || !on_form())
		return;
	shown = body(NULL);
	pty_kill(&stage.pty);
	if (planted)
		cut_drafts();
	stage_enter(&scene_home, TALL_ROWS, TALL_COLS);
	if (!stage_sync())
		stage_fail("it ended at home", "");
	n = drafts_at_home();
	if (n == 0 && touched && !planted)
		stage_fail("what was typed has no draft", "");
	for (int i = 0; i < n; i++) {
		if (i > 0)
			stage_press("Down");
		stage_press("Enter");
		if (!stage_sync())
			stage_fail("it ended while resuming", "");
		if (!on_form()) {
			/* its record has been made void meanwhile */
			free(shown);
			free(found);
			return;
		}
		found = all_pages(found);
		stage_press("F10");
		stage_wait_for("Trang đầu");
	}
	shown = composed(shown);
	found = composed(found);
	lost = n == 0 ? "" : lost_line(shown, found);
	if (!planted && lost[0] != '\0')
		printf("--- in the drafts ---%s", found);
	if (!planted && lost[0] != '\0')
		stage_fail("a line of the form is lost", lost);
	if (planted && (n == 0 || lost[0] == '\0'))
		stage_fail("a draft cut in two was not noticed", "");
	stage.drafts += n > 0;
	free(shown);
	free(found);
}

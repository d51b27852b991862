/*
 * acts STEPS PROGRAM [ARG...]: every act on records, through a pty on a disk that
 * is slow, and the time from each key to what it puts on the screen.  A step a
 * line, its parts between tabs:
 *
 *     act NAME         what follows is measured under this name
 *     key KEY TEXT     presses it (F2, or as typed) until the text is there; no
 *                      text: until the screen answers
 *     soon KEY TEXT    the same, and until then the disk must not have answered
 *     see TEXT         waits for it, unmeasured
 *
 * Prints a row an act: the slowest of its keys.
 */
#include "tests/tui/pty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ON_ITS_WAY "Saving..."
#define PATIENCE_MS 20000
#define REST_MS 3 /* of a picture that has begun to come */
#define PARTS 3

static struct pty pty = { .rows = 24, .cols = 80 };
static unsigned line_no;

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static bool
shows(const char *text)
{
	char *picture = pty_picture(&pty);
	bool there = strstr(picture, text) != NULL;

	free(picture);
	return there;
}

static void
end(const char *why, const char *text)
{
	fprintf(stderr, "acts: step %u: %s \"%s\"\n%s\n", line_no, why, text,
	    pty_picture(&pty));
	pty_release(&pty);
	exit(1);
}

/* No text: until anything comes. */
static void
until(const char *text)
{
	double from = now();
	bool came = false;

	while (text[0] == '\0' ? !came : !shows(text)) {
		if (now() - from > PATIENCE_MS || pty.ended)
			end("not seen:", text);
		came = pty_pump(&pty, 50);
	}
}

static double
press(const char *key, const char *text)
{
	const char *bytes = strlen(key) > 1 ? pty_key(key) : NULL;
	double from;

	if (bytes == NULL)
		bytes = key;
	if (text[0] != '\0' && shows(text))
		end("there before the key:", text);
	from = now();
	if (!pty_send(&pty, bytes, strlen(bytes)))
		end("no program for", key);
	until(text);
	from = now() - from;
	while (pty_pump(&pty, REST_MS))
		continue;
	return from;
}

static void
told(const char *act, double slowest, unsigned n)
{
	if (n > 0 && act[0] != '\0')
		printf("-\t%s, slowest of %u keys\tms\t%.1f\t-\t-\tours<=100\n",
		    act, n, slowest);
}

static void
run(FILE *steps)
{
	char line[300], act[100] = "";
	double slowest = 0;
	unsigned n = 0;

	while (fgets(line, sizeof line, steps) != NULL) {
		char *part[PARTS] = { "", "", "" }, *rest = line;
		double took = 0;

		line_no++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		for (size_t i = 0; i < PARTS && rest != NULL; i++)
			part[i] = strsep(&rest, "\t");
		if (strcmp(part[0], "act") == 0) {
			told(act, slowest, n);
			snprintf(act, sizeof act, "%s", part[1]);
			slowest = n = 0;
			continue;
		}
		if (strcmp(part[0], "see") == 0) {
			until(part[1]);
			continue;
		}
		took = press(part[1], part[2]);
		if (strcmp(part[0], "soon") == 0 && !shows(ON_ITS_WAY))
			end("the disk had answered before", part[2]);
		slowest = took > slowest ? took : slowest;
		n++;
	}
	told(act, slowest, n);
}

int
main(int argc, char **argv)
{
	FILE *steps;

	if (argc < 3 || (steps = fopen(argv[1], "r")) == NULL)
		return 2;
	pty_start(&pty, argv + 2);
	run(steps);
	fclose(steps);
	pty_release(&pty);
	return 0;
}

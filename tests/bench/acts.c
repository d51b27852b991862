/*
 * acts STEPS PROGRAM [ARG...]: every act on records, through a pty on a disk that
 * is slow, and the time from each key to what it puts on the screen.  A step a
 * line, its parts between tabs:
 *
 *     act NAME         what follows is measured under this name; no key of it
 *                      may wait for a sync
 *     waits NAME       the same of what waits for the disk by its nature
 *     key KEY TEXT     presses it (F2, or as typed) until the text is there; no
 *                      text: until the screen answers
 *     soon KEY TEXT    the same, and until then the disk must not have answered
 *     see TEXT         waits for it, unmeasured
 *     type TEXT        presses its letters, unmeasured; $NAME is what the
 *                      environment has under that name
 *     end KEY          presses it until the program has ended
 *
 * Prints a row an act: the slowest of its keys.
 */
#include "tests/bench/clock.h"
#include "tests/tui/pty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON_ITS_WAY "Saving..."
#define PATIENCE_MS 20000
#define REST_MS 3 /* of a picture that has begun to come */
#define PARTS 3
#define PAUSE_MS 150 /* after what was typed */

struct act {
	char name[100];
	bool waits;
	double slowest; /* ms */
	unsigned keys;
};

static struct pty pty = { .rows = 24, .cols = 80 };
static unsigned line_no;

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
	double from = wall_ms();
	bool came = false;

	while (text[0] == '\0' ? !came : !shows(text)) {
		if (wall_ms() - from > PATIENCE_MS || pty.ended)
			end("not seen:", text);
		came = pty_pump(&pty, 50);
	}
}

static void
send_key(const char *key)
{
	const char *bytes = strlen(key) > 1 ? pty_key(key) : NULL;

	if (bytes == NULL)
		bytes = key;
	if (!pty_send(&pty, bytes, strlen(bytes)))
		end("no program for", key);
}

static double
press(const char *key, const char *text)
{
	double from;

	if (text[0] != '\0' && shows(text))
		end("there before the key:", text);
	from = wall_ms();
	send_key(key);
	until(text);
	from = wall_ms() - from;
	while (pty_pump(&pty, REST_MS))
		continue;
	return from;
}

static void
type(const char *text)
{
	if (text[0] == '$' && (text = getenv(text + 1)) == NULL)
		end("not in the environment:", "what is typed");
	if (!pty_send(&pty, text, strlen(text)))
		end("no program for", text);
	while (pty_pump(&pty, PAUSE_MS))
		continue;
}

static double
press_last(const char *key)
{
	double from = wall_ms();

	send_key(key);
	while (!pty.ended) {
		if (wall_ms() - from > PATIENCE_MS)
			end("the program has not ended after", key);
		pty_pump(&pty, 50);
	}
	return wall_ms() - from;
}

static void
told(const struct act *act)
{
	if (act->keys > 0 && act->name[0] != '\0')
		printf("-\t%s%s, slowest of %u key%s\tms\t%.1f\t-\t-\t%s\n",
		    act->waits ? "waits for the disk: " : "", act->name,
		    act->keys, act->keys == 1 ? "" : "s", act->slowest,
		    act->waits ? "-" : "ours<=100");
}

static void
begin(struct act *act, const char *name, bool waits)
{
	told(act);
	memset(act, 0, sizeof *act);
	snprintf(act->name, sizeof act->name, "%s", name);
	act->waits = waits;
}

static void
run_step(char *const part[PARTS], struct act *act)
{
	const char *verb = part[0];
	double took = 0;

	if (strcmp(verb, "act") == 0 || strcmp(verb, "waits") == 0) {
		begin(act, part[1], verb[0] == 'w');
		return;
	}
	if (strcmp(verb, "see") == 0) {
		until(part[1]);
		return;
	}
	if (strcmp(verb, "type") == 0) {
		type(part[1]);
		return;
	}
	took = strcmp(verb, "end") == 0 ? press_last(part[1])
					: press(part[1], part[2]);
	if (strcmp(verb, "soon") == 0 && !shows(ON_ITS_WAY))
		end("the disk had answered before", part[2]);
	act->slowest = took > act->slowest ? took : act->slowest;
	act->keys++;
}

static void
run(FILE *steps)
{
	struct act act = { .keys = 0 };
	char line[300];

	while (fgets(line, sizeof line, steps) != NULL) {
		char *part[PARTS] = { "", "", "" }, *rest = line;

		line_no++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		for (size_t i = 0; i < PARTS && rest != NULL; i++)
			part[i] = strsep(&rest, "\t");
		run_step(part, &act);
	}
	told(&act);
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

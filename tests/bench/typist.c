/*
 * typist PROGRAM [ARG...]: types a household into the screens, through a pty,
 * and measures from each key to the first byte that comes back.  Run by
 * wait.sh, on a disk that is slow.
 */
#include "clock.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_MS 90 /* between keys, as of a quick typist */
#define KEYS_MAX 1000

/* Of "Saved: NAME" what differs from "Saving...": no more is sent. */
#define SAVED "ed: Ng"

static int fd;
static char seen[1 << 20];
static size_t seen_n;

/* Reads what comes within this time; true if anything came. */
static int
hear(int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n;

	if (poll(&p, 1, ms < 0 ? 0 : ms) <= 0)
		return 0;
	if (seen_n > sizeof seen / 2)
		seen_n = 0;
	n = read(fd, seen + seen_n, sizeof seen - seen_n - 1);
	if (n > 0)
		seen_n += (size_t)n;
	seen[seen_n] = '\0';
	return n > 0;
}

static void
quiet(int ms)
{
	double until = wall_ms() + ms;

	while (wall_ms() < until)
		if (hear((int)(until - wall_ms()) + 1))
			until = wall_ms() + ms;
}

/* Until this text comes; the time it took. */
static double
until(const char *text)
{
	double from = wall_ms();

	while (strstr(seen, text) == NULL) {
		if (wall_ms() - from > 20000) {
			fprintf(stderr, "typist: no \"%s\" came\n", text);
			exit(1);
		}
		hear(100);
	}
	return wall_ms() - from;
}

static void
send(const char *key)
{
	if (write(fd, key, strlen(key)) < 0)
		exit(1);
}

/* From a key to this text, while the save is on its way. */
static double
answer(const char *key, const char *text)
{
	if (strstr(seen, SAVED) != NULL) {
		fprintf(stderr, "typist: the disk answered too soon\n");
		exit(1);
	}
	seen_n = 0;
	seen[0] = '\0';
	send(key);
	return until(text);
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

static double
press(const char *key)
{
	double from = wall_ms(), took;

	send(key);
	while (!hear(1000) && wall_ms() - from < 5000)
		;
	took = wall_ms() - from;
	quiet(PAUSE_MS);
	return took;
}

static double keys[KEYS_MAX];
static size_t n_keys;

static void
type(const char *text)
{
	for (; *text != '\0'; text++) {
		char key[2] = { *text, '\0' };

		keys[n_keys++] = press(key);
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

#define F6 "\033[17~"
#define F2 "\033OQ"
#define F1 "\033OP"
#define INS "\033[2~"

int
main(int argc, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	double first, shown, saved, after, slowest, from;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = forkpty(&fd, NULL, NULL, &size);
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	until("F10");
	quiet(500);
	press(INS);
	first = press("N");
	type("guyeenx Vawn Tuw\r");
	press(F6);
	type("2\rThoon 1\r");
	press(F6);
	type("member_count\r3\r");
	press(F6);
	type("9\rnone\r");
	press(F6);
	type("13\rsolid\r");
	quiet(500);
	seen_n = 0;
	seen[0] = '\0';
	from = wall_ms();
	send(F2);
	until("F8 History");
	shown = wall_ms() - from;
	/* help, back, and the next record is begun, before the disk answers */
	after = slowest = answer(F1, "Ctrl-O: the next");
	slowest = larger(slowest, answer(F1, "F8 History"));
	slowest = larger(slowest, answer(INS, "(new)"));
	slowest = larger(slowest, answer("B", "B"));
	until(SAVED);
	saved = wall_ms() - from;
	qsort(keys, n_keys, sizeof *keys, by_value);
	printf("-\tkey to screen while typing, median\tms\t%.1f\t-\t-\t-\n",
	    keys[n_keys / 2]);
	printf("-\tkey to screen while typing, slowest of %zu\tms\t%.1f\t-\t-\t"
	       "ours<=100\n",
	    n_keys, keys[n_keys - 1]);
	printf("-\tfirst key of a form\tms\t%.1f\t-\t-\tours<=100\n", first);
	printf("-\tthe key after F2\tms\t%.1f\t-\t-\tours<=100\n", after);
	printf("-\tthe next three keys, a record begun, slowest\tms\t%.1f\t-\t-\t"
	       "ours<=100\n",
	    slowest);
	printf("-\tF2 to the record shown\tms\t%.1f\t-\t-\t-\n", shown);
	printf("-\tF2 to said to be saved\tms\t%.1f\t-\t-\t-\n", saved);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

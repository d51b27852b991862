/*
 * screen FIRST KEYS SILENCE-MS COMMAND...: from key to screen.
 *
 * Runs the command in a terminal of 80x24, sends FIRST, and then KEYS, one
 * after the other, each when the screen has been still for SILENCE ms ("\\r"
 * and "\\e" are Enter and Esc).  Of each key: milliseconds from its writing to
 * the last byte that came for it, and milliseconds of CPU that the command
 * took.  Prints them as lines of a name and a figure.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEYS_MAX 4000
#define START_MAX 120000   /* ms until there is anything on the screen */
#define IDLE_MS 0.5        /* of CPU, while waiting for silence */
#define FIRST_SILENCE 1500 /* ms: at the start and between the first keys */

static int fd;
static clockid_t its_cpu;

static double
ms_of(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Whether nothing comes for so long, and nothing is computed, either: opening
 * a large store is silent, too. */
static bool
is_still(struct pollfd *p, int silence)
{
	double used;

	do {
		used = ms_of(its_cpu);
		if (poll(p, 1, silence) > 0)
			return false;
	} while (ms_of(its_cpu) - used > IDLE_MS);
	return true;
}

/* Reads until it is still for so long; when the last byte came, and how
 * many there were.  At the end of the command it ends, too. */
static double
settle(int silence, size_t *bytes)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double last = ms_of(CLOCK_MONOTONIC);
	char text[65536];

	*bytes = 0;
	while (!is_still(&p, silence)) {
		ssize_t n = read(fd, text, sizeof text);

		if (n <= 0) {
			fprintf(stderr, "screen: the command ended\n");
			exit(1);
		}
		last = ms_of(CLOCK_MONOTONIC);
		*bytes += (size_t)n;
		if (getenv("SCREEN_SHOW") != NULL)
			fwrite(text, 1, (size_t)n, stderr);
	}
	return last;
}

/* The next key of a script, taken off it; an escape sequence is one key. */
static size_t
next_key(const char **script, char key[8])
{
	const char *p = *script;
	size_t n = 0;

	if (*p == '\0')
		return 0;
	if (*p == '\\' && p[1] == 'r') {
		key[n++] = '\r';
		p += 2;
	} else if (*p == '\\' && p[1] == 'e') {
		key[n++] = '\033';
		p += 2;
		if (*p == '[' || *p == 'O')
			do
				key[n++] = *p;
			while (n < 7 && (*p++ < 'A' || n < 3));
	} else {
		do
			key[n++] = *p++;
		while (n < 7 && ((unsigned char)*p & 0xc0) == 0x80);
	}
	*script = p;
	return n;
}

static void
send_key(const char *key, size_t n)
{
	if (write(fd, key, n) != (ssize_t)n) {
		perror("screen");
		exit(1);
	}
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
print(const char *name, double *v, size_t n)
{
	qsort(v, n, sizeof *v, by_value);
	printf("%s_p50\t%.2f\n%s_p99\t%.2f\n%s_max\t%.2f\n", name, v[n / 2],
	    name, v[n * 99 / 100], name, v[n - 1]);
}

int
main(int argc, char **argv)
{
	static double wall[KEYS_MAX], cpu[KEYS_MAX];
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const char *script;
	size_t n = 0, len, bytes, silent = 0;
	char key[8];
	struct pollfd p = { .events = POLLIN };
	int silence;
	pid_t child;

	if (argc < 5)
		return 2;
	silence = atoi(argv[3]);
	child = forkpty(&fd, NULL, NULL, &size);
	if (child == 0) {
		execvp(argv[4], argv + 4);
		perror(argv[4]);
		_exit(127);
	}
	if (child < 0 || clock_getcpuclockid(child, &its_cpu) != 0)
		return 1;
	p.fd = fd;
	(void)poll(&p, 1, START_MAX);
	settle(FIRST_SILENCE, &bytes);
	for (script = argv[1]; (len = next_key(&script, key)) > 0;) {
		send_key(key, len);
		settle(FIRST_SILENCE / 3, &bytes);
	}
	for (script = argv[2];
	     n < KEYS_MAX && (len = next_key(&script, key)) > 0; n++) {
		double from = ms_of(CLOCK_MONOTONIC), used = ms_of(its_cpu);

		send_key(key, len);
		wall[n] = settle(silence, &bytes) - from;
		cpu[n] = ms_of(its_cpu) - used;
		silent += bytes == 0;
	}
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	if (n == 0 || silent > n / 20) {
		fprintf(stderr, "screen: %zu of %zu keys changed nothing\n",
		    silent, n);
		return 1;
	}
	printf("keys\t%zu\n", n);
	print("wall", wall, n);
	print("cpu", cpu, n);
	return 0;
}

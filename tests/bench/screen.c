/*
 * screen FIRST KEYS SILENCE-MS COMMAND...: from key to screen.
 *
 * Runs the command in a terminal, sends FIRST, and then KEYS, one after the
 * other, each when the screen has been still for SILENCE ms.  Of each key:
 * milliseconds from its writing to the last byte that came for it, and
 * milliseconds of CPU that the command took.  Prints them as lines of a name
 * and a figure.
 */
#include "clock.h"
#include "program.h"

#include <signal.h>
#include <stdio.h>

#define KEYS_MAX 4000
#define FIRST_SILENCE 600 /* ms: at the start and between the first keys */

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
	struct program p;
	const char *script;
	size_t n = 0, len, bytes, silent = 0;
	char key[8];
	int silence;

	if (argc < 5)
		return 2;
	silence = atoi(argv[3]);
	program_start(&p, argv + 4);
	program_settle(&p, FIRST_SILENCE, &bytes);
	for (script = argv[1]; (len = program_next_key(&script, key)) > 0;) {
		program_send(&p, key, len);
		program_settle(&p, FIRST_SILENCE / 3, &bytes);
	}
	for (script = argv[2];
	     n < KEYS_MAX && (len = program_next_key(&script, key)) > 0;
	     n++) {
		double from = wall_ms(), used = clock_ms(p.cpu);

		program_send(&p, key, len);
		wall[n] = program_settle(&p, silence, &bytes) - from;
		cpu[n] = clock_ms(p.cpu) - used;
		silent += bytes == 0;
	}
	program_end(&p, SIGTERM);
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

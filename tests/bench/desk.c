/*
 * desk HOME PASSPHRASE-FILE SIZE: how long the desk takes, in this process.
 *
 * open: CPU from the passphrase to all that the first screen shows, without
 * the key derivation (which is slow on purpose), and the resident memory.
 * search: for names typed letter by letter, the time of each key's search.
 */
#include "app/search.h"
#include "base/clock.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double
cpu_ms(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static double
wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Resident now, anonymous and of files, in MiB. */
static void
resident(double *all, double *own)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[256];
	long kb;

	*all = *own = 0;
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "Rss: %ld kB", &kb) == 1)
			*all = (double)kb / 1024;
		if (sscanf(line, "Anonymous: %ld kB", &kb) == 1)
			*own = (double)kb / 1024;
	}
	if (f != NULL)
		fclose(f);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
search(struct app *app, const char *size)
{
	static const char *const names[] = { "nguyen thi dao", "tran van tu",
		"le thi hoa", "pham duc", "do thi lan", "vu van hung",
		"030140", "hoang minh", "bui thi", "1940" };
	static double took[1000];
	size_t n = 0;
	struct arena *a = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		for (size_t k = 1; k <= strlen(names[i]); k++) {
			char typed[64];
			struct directory_query q = { .form = "person",
				.text = typed, .sort = DIRECTORY_BY_NAME,
				.limit = 100 };
			uint32_t *rows;
			size_t found;
			struct error e;
			double from;

			snprintf(typed, sizeof typed, "%.*s", (int)k,
			    names[i]);
			arena_reset(a);
			from = wall_ms();
			if (search_rows(app, a, &q, &rows, &found, &e) != OK)
				exit(1);
			took[n++] = wall_ms() - from;
		}
	qsort(took, n, sizeof took[0], by_value);
	printf("%s\tsearch, median\tms\t%.2f\t-\t-\t-\n", size, took[n / 2]);
	printf("%s\tsearch, p99\tms\t%.2f\t-\t-\tours<=16\n", size,
	    took[n * 99 / 100]);
	printf("%s\tsearch, slowest\tms\t%.2f\t-\t-\t-\n", size,
	    took[n - 1]);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct error e = { .code = OK };
	struct master *m;
	struct app *app;
	struct str pass;
	double c0, c1, c2, all, own;

	if (argc != 4 || secret_init(&e) != OK ||
	    file_read(a, argv[2], 1000, &pass, &e) != OK)
		return 2;
	while (pass.n > 0 && pass.p[pass.n - 1] == '\n')
		pass.n--;
	c0 = cpu_ms();
	if (keyfile_open(arena_printf(a, "%s/keys.json", argv[1]), pass, &m,
		&e) != OK)
		goto fail;
	master_free(m);
	c1 = cpu_ms();
	if (app_open(argv[1], pass, &app, &e) != OK)
		goto fail;
	c2 = cpu_ms();
	resident(&all, &own);
	printf("%s\tstart, CPU\tms\t%.1f\t-\t-\t-\n", argv[3],
	    c2 - c1 - (c1 - c0));
	printf("%s\tstart, resident\tMiB\t%.1f\t-\t-\t-\n", argv[3], all);
	printf("%s\tstart, own memory\tMiB\t%.1f\t-\t-\t-\n", argv[3], own);
	search(app, argv[3]);
	app_close(app);
	arena_free(a);
	return 0;
fail:
	fprintf(stderr, "%s\n", e.what);
	return 1;
}

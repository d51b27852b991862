/*
 * The main of a fuzz target where there is no libFuzzer: feeds it the files
 * named, or those of its corpus, and small changes of each, the same in every
 * run.
 */
#include "fuzz.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX (4 * 1024 * 1024)
#define CHANGES 300

static uint64_t seed = 1;

static size_t
dice(size_t sides)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (size_t)(seed >> 33) % sides;
}

/* Runs changed copies, each in memory of its own and of its exact size. */
static void
shake(struct str s)
{
	uint8_t *p;
	size_t n;

	for (int i = 0; i < CHANGES; i++) {
		n = s.n - dice(4) * s.n / 8;
		p = malloc(n);
		if (p == NULL || n == 0) {
			free(p);
			continue;
		}
		memcpy(p, s.p, n);
		for (size_t edits = dice(4); edits > 0; edits--)
			p[dice(n)] = dice(2) == 0 ? (uint8_t)dice(256)
						 : (uint8_t)s.p[dice(n)];
		LLVMFuzzerTestOneInput(p, n);
		free(p);
	}
}

static bool
replay(const char *path)
{
	struct arena *a = arena_new();
	struct error e;
	struct str s;
	bool ok = file_read(a, path, INPUT_MAX, &s, &e) == OK;

	if (ok) {
		LLVMFuzzerTestOneInput((const uint8_t *)s.p, s.n);
		shake(s);
	} else {
		fprintf(stderr, "%s: %s\n", path, e.what);
	}
	arena_free(a);
	return ok;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	const char *name = strrchr(argv[0], '/');
	char *dir, **names, **paths = argv + 1;
	size_t n = (size_t)argc - 1, failed = 0;
	struct error e;

	name = name == NULL ? argv[0] : name + 1;
	if (n == 0) {
		dir = arena_printf(a, "%s/tests/fuzz/corpus/%.*s",
		    ANSINH_SRCDIR, (int)strcspn(name, "."), name);
		if (file_list(a, dir, "", &names, &n, &e) != OK || n == 0) {
			fprintf(stderr, "%s: no corpus\n", dir);
			return 1;
		}
		paths = arena_array(a, n, sizeof *paths);
		for (size_t i = 0; i < n; i++)
			paths[i] = arena_printf(a, "%s/%s", dir, names[i]);
	}
	for (size_t i = 0; i < n; i++)
		failed += !replay(paths[i]);
	if (failed > 0)
		printf("[  FAILED  ] %zu test(s).\n", failed);
	printf("[  PASSED  ] %zu test(s).\n", n - failed);
	arena_free(a);
	return failed > 0;
}

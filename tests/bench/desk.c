/*
 * desk HOME PASSPHRASE-FILE [persons]: how long the desk takes, in this
 * process, as lines of a name and a figure.
 *
 * start: CPU from the passphrase to all that the first screen shows, without
 * the key derivation (which is slow on purpose), and the resident memory.
 * search: for what is typed letter by letter, the CPU of each key's search, as
 * a list asks for it: among the persons, in everything, and among the
 * applications, which are found by their persons' names.
 *
 * With "persons" it prints them, for the peer.
 */
#include "app/search.h"
#include "base/clock.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "typed.h"

#define LIST_SOON 200 /* tui/ui.h */

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

struct looking {
	struct app *app;
	struct arena *a;
	const char *form;
};

static void
look(void *ctx, const char *text)
{
	struct looking *x = ctx;
	struct directory_query q = { .form = x->form, .text = text,
		.sort = DIRECTORY_BY_NAME, .limit = LIST_SOON };
	uint32_t *rows;
	size_t n;
	struct error e;

	arena_reset(x->a);
	if (search_rows(x->app, x->a, &q, &rows, &n, &e) != OK)
		exit(1);
}

static void
search(struct app *app, const char *form, const char *what)
{
	struct looking x = { app, arena_new(), form };

	typed_measure(look, &x);
	typed_print(what);
	arena_free(x.a);
}

/* What the peer is given: a line a person, in the order of the list. */
static int
print_persons(struct app *app)
{
	struct directory_query q = { .form = "person",
		.sort = DIRECTORY_BY_NAME };
	struct arena *a = arena_new();
	uint32_t *rows;
	size_t n;
	struct error e;

	if (search_rows(app, a, &q, &rows, &n, &e) != OK)
		return 1;
	for (size_t i = 0; i < n; i++) {
		struct directory_row r;

		directory_get(app->directory, rows[i], &r);
		printf("%.*s\t%.*s\t%.*s\t%.*s\n", (int)r.name.n, r.name.p,
		    (int)r.citizen_id.n, r.citizen_id.p, (int)r.birth.n,
		    r.birth.p, (int)r.hamlet.n, r.hamlet.p);
	}
	arena_free(a);
	return 0;
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

	if (argc < 3 || argc > 4 || secret_init(&e) != OK ||
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
	if (argc == 4) {
		int failed = print_persons(app);

		/* or the next opening verifies every page */
		app_close(app);
		return failed;
	}
	printf("start_cpu\t%.1f\nstart_rss\t%.1f\nstart_own\t%.1f\n",
	    c2 - c1 - (c1 - c0), all, own);
	search(app, "person", "search");
	search(app, NULL, "any");
	search(app, "elderly_application", "through");
	app_close(app);
	arena_free(a);
	return 0;
fail:
	fprintf(stderr, "%s\n", e.what);
	return 1;
}

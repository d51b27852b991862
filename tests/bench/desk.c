/*
 * desk open HOME PASSPHRASE-FILE: what opening the register costs, in ms
 * (cost_ms), the directory of all records in memory included, without the key
 * derivation, which is slow on purpose.
 *
 * desk search ...: for what is typed letter by letter, the cost of each key's
 * search, as a list asks for it: among the persons, in everything, and among
 * the applications, which are found by their persons' names.  Lines of a name
 * and a figure.
 *
 * desk persons ...: prints them, for the peer.
 */
#include "app/search.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "typed.h"

#define LIST_SOON 200 /* tui/ui.h */

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
	double from, derived, opened;
	int failed = 0;

	if (argc != 4 || secret_init(&e) != OK ||
	    file_read(a, argv[3], 1000, &pass, &e) != OK)
		return 2;
	while (pass.n > 0 && pass.p[pass.n - 1] == '\n')
		pass.n--;
	from = cost_ms();
	if (keyfile_open(arena_printf(a, "%s/keys.json", argv[2]), pass, &m,
		&e) != OK)
		goto fail;
	master_free(m);
	derived = cost_ms() - from;
	from = cost_ms();
	if (app_open(argv[2], pass, &app, &e) != OK)
		goto fail;
	opened = cost_ms() - from - derived;
	if (strcmp(argv[1], "open") == 0) {
		printf("%.2f\n", opened);
	} else if (strcmp(argv[1], "persons") == 0) {
		failed = print_persons(app);
	} else {
		search(app, "person", "search");
		if (!is_boxed()) {
			search(app, NULL, "any");
			search(app, "elderly_application", "through");
		}
	}
	app_close(app);
	arena_free(a);
	return failed;
fail:
	fprintf(stderr, "desk: %s\n", e.what);
	return 1;
}

/*
 * day HOME PASSPHRASE-FILE STICK: writes 200 new records and hands them over,
 * and says the CPU of the hand-over in ms, without the program's start.
 */
#include "app/app.h"
#include "base/file.h"
#include "crypt/secret.h"
#include "tests/bench/clock.h"
#include "tests/bench/people.h"

#include <stdio.h>
#include <stdlib.h>

#define RECORDS 200

static void
must(enum err r, const struct error *e)
{
	if (r == OK)
		return;
	fprintf(stderr, "day: %s\n", e->what);
	exit(1);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	const struct age_identity *identities[2];
	struct bundle_written out;
	struct bundle_self self;
	struct error e = { .code = OK };
	struct app *app;
	struct str pass;
	double from;

	if (argc != 4 || secret_init(&e) != OK)
		return 2;
	must(file_read(a, argv[2], 1000, &pass, &e), &e);
	while (pass.n > 0 && pass.p[pass.n - 1] == '\n')
		pass.n--;
	must(app_open(argv[1], pass, &app, &e), &e);
	for (unsigned i = 0; i < RECORDS; i++) {
		struct store_write w;

		person(app, a, i, &w);
		must(store_append(app->store, &w, 1, NULL, &e), &e);
	}
	self = app_self(app, identities);
	from = cost_ms();
	must(bundle_export(app->store, &self, "298", argv[3], NULL, NULL,
		 &out, &e),
	    &e);
	printf("%.2f\n", cost_ms() - from);
	app_close(app);
	arena_free(a);
	return 0;
}

#ifndef TESTS_FORM_FORM_TEST_H
#define TESTS_FORM_FORM_TEST_H
/* Small forms for tests: YAML text to a form, a form to a record. */
#include "base/cjson.h"
#include "form/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define FORMS ANSINH_SRCDIR "/tests/data/forms"

struct world {
	struct arena *a;
	struct form_set *set;
	const struct form *f;
	struct fill *x;
};

/* The form of which only `pages` is given; the rest is the same for all. */
const struct form *form_of(struct world *w, const char *pages);
/* A new record of that form, opened by a commune's officer on 2026-01-15. */
void world_open(struct world *w, const char *pages);
struct fill *world_fill(struct world *w, enum form_owner role);
void world_close(struct world *w);

/* By path; "children[0]/name" is the field in row 0. */
struct fill_ref ref_of(const struct fill *x, const char *path);
bool put(struct fill *x, const char *path, const char *text);
const char *text_at(struct world *w, const char *path);
const char *value_at(struct world *w, const char *path);
/* "path=json path=json", for one look at all that changed. */
const char *changes_of(struct world *w);

#endif

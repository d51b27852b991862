#ifndef TESTS_HANDOFF_DESK_H
#define TESTS_HANDOFF_DESK_H
/*
 * A desk is a device with its store, its keys and what it trusts.  Desks hand
 * over through folders, as with a stick.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "people.h"

struct desk {
	struct person who;
	char dir[128], home[128];
	struct store *s;
	struct trust trust;
	struct bundle_self self;
};

extern struct arena *world; /* one per test */
extern const char *stick;   /* a folder, one per test */
extern uint8_t form_hash[32];
/* 11149/K7Q2 and 298/D2DD of each test: they trust each other. */
extern struct desk commune, district;

int world_setup(void **state);
int world_teardown(void **state);
const char *world_path(const char *name);

void ok_at(enum err r, const struct error *e, const char *file, int line);
#define ok(call) \
	do { \
		struct error e = { .code = OK }; \
		ok_at((call), &e, __FILE__, __LINE__); \
	} while (0)

void desk_open(struct desk *d, const char *unit, const char *role,
    const char *name, const char *device);
void desk_close(struct desk *d);
/* The laptop is lost; another one goes on from a copy of its store. */
void desk_restore(struct desk *d, const char *backup);
void desk_reopen(struct desk *d);
enum err desk_copy(const char *from, const char *to, struct error *e);
/* The same laptop once more, from a copy of its disk, unnoticed; close its
 * store alone. */
void desk_clone(struct desk *out, struct desk *d);
void desk_trusts(struct desk *d, const struct desk *other);

struct record_id desk_new(struct desk *d, const char *scope, const char *name);
void desk_amend(struct desk *d, const char *scope, const struct record_id *id,
    const char *path, const char *json);
/* JSON of a field, "" if there is none. */
const char *desk_value(struct desk *d, const struct record_id *id,
    const char *path);
const char *desk_digest(struct desk *d); /* hex */

/* The file written. */
const char *desk_export(struct desk *d, const char *to);
/* Opens and applies; what the preview said. */
struct bundle_preview desk_import(struct desk *d, const char *path);
/* Must be refused, with that text, and change nothing. */
void desk_refuses(struct desk *d, const char *path, enum err err,
    const char *says);

#endif

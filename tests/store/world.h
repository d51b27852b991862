#ifndef TESTS_STORE_WORLD_H
#define TESTS_STORE_WORLD_H
/*
 * What the tests of the store share: a folder under $TMPDIR, two devices
 * with made-up keys, one form "person", and short ways to write and look.
 */
#include "store/directory.h"
#include "store/exchange.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

extern struct arena *world; /* reset before each test */
extern const uint8_t form_hash[32], other_hash[32];
extern bool know_other; /* the pack of other_hash is here */
/* What new events are of: "person" and "11149" at each test's beginning; the
 * form may be "household", too. */
extern const char *put_form, *put_scope;

int world_setup(void **state);    /* cmocka's, for each test */
int world_teardown(void **state);
const char *world_dir(const char *name); /* a fresh folder */
struct store_options world_options(void);
struct store *world_create(
    const char *dir, const char *unit, const char *role, unsigned seed);
struct store *world_open(const char *dir);

void ok_at(enum err r, const struct error *e, const char *file, int line);
extern struct error oops; /* what the last call said */
#define ok(call) ok_at((call), &oops, __FILE__, __LINE__)

/* What one value, or none yet, is written with, but for the record; set is
 * lent. */
struct store_write write_of(
    enum event_act act, const struct event_set *set);
/* One event: pairs of path and JSON, ended by NULL.  The heads are those
 * that are now. */
struct event_id put(struct store *s, enum event_act act,
    const struct record_id *id, ...);
struct event_id put_over(struct store *s, const struct record_id *id,
    const struct event_id *over, size_t n, const char *path,
    const char *json);
/* Whether two records are one: "\"yes\"", "\"no\"" or "null". */
struct event_id put_link(struct store *s, const struct record_id *x,
    const struct record_id *y, const char *json);
struct record_id new_record(struct store *s, const char *name);
const char *value(struct store *s, const struct record_id *id,
    const char *path); /* JSON, or "" */
struct record get(struct store *s, const struct record_id *id);
/* All that `from` has and `to` lacks, and the acknowledgements. */
void hand_over(struct store *from, struct store *to, uint64_t number);
const char *digest(struct store *s); /* hex */
uint64_t faults(struct store *s);

#endif

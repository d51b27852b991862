#ifndef DEMO_H
#define DEMO_H
/*
 * The synthetic commune: households, their people, applications and
 * determinations as records of the forms, made from a seed.  The same
 * configuration, seed and number of persons give the same records, byte by
 * byte.  All proportions are in conf/demo.yaml, with their sources.
 *
 * Records come household by household: the household, its persons, then what
 * was filed for them.  Links name records of the same household, so some of
 * them point forward.  What a form calculates is among the values, as if an
 * officer had keyed the form.
 */
#include "base/arena.h"
#include "base/error.h"

#define DEMO_ID_SIZE 16

struct demo_value { /* as in an event's set */
	struct str path, json;
};
struct demo_record {
	const char *form;
	const char *state; /* a state of the form that a commune may set */
	uint8_t id[DEMO_ID_SIZE];
	size_t n;
	const struct demo_value *values; /* sorted by path */
};

/* The record and its values die when the callback returns.  Anything but OK
 * stops the making, and is what demo_make returns. */
typedef enum err (*demo_record_fn)(
    void *ctx, const struct demo_record *r, struct error *e);

struct demo_conf;
enum err demo_conf_load(struct arena *a, const char *path,
    struct demo_conf **out, struct error *e) MUSTUSE;
enum err demo_make(const struct demo_conf *c, uint64_t seed,
    uint64_t persons, demo_record_fn fn, void *ctx, struct error *e) MUSTUSE;

#endif

#ifndef BASE_JSON_H
#define BASE_JSON_H
/*
 * General JSON from outside (jansson behind it, strict: duplicate keys, bad
 * UTF-8, NUL, overflow and depth over 64 are refused), as a read-only tree,
 * and a small writer for what commands print (floats allowed, keys in the
 * order given).
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	enum json_type type;
	bool boolean;
	int64_t integer;
	double real;
	struct str string;
	size_t n;            /* items or members */
	const char **keys;   /* objects only */
	struct json *items;
};

enum err json_parse(struct arena *a, struct str text, struct json **out,
    struct error *e) MUSTUSE;
/* NULL if absent, or object is NULL or something else. */
const struct json *json_get(const struct json *object, const char *key);

/* Appends a quoted JSON string; what the text rule refuses is escaped, and a
 * byte that is not UTF-8 becomes U+FFFD. */
void json_put_string(struct buf *out, struct str s);
/* Appends a number, or the strings "NaN", "Infinity", "-Infinity". */
void json_put_double(struct buf *out, double v);

#endif

#ifndef BASE_CJSON_H
#define BASE_CJSON_H
/*
 * Canonical JSON, the form in which events are stored, hashed, signed and
 * carried (doc/format-events.md): keys sorted by bytes and unique, no white
 * space, no floats, integers within 2^53 - 1 without sign +, leading zero or
 * -0; strings are NFC and follow the text rule with lines; the only escapes
 * are \" \\ and \n, each needed where it stands, and none in a key.
 * One text for one value.
 *
 * Reader: strict, zero-copy, nothing allocated.  A str it lends points into
 * the input; if it holds escapes, cjson_unescape makes the text.  Any fault
 * sets r->bad and every later call fails; check once at the end.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define CJSON_DEPTH_MAX 16

enum cjson_type {
	CJSON_BAD,
	CJSON_NULL,
	CJSON_FALSE,
	CJSON_TRUE,
	CJSON_INT,
	CJSON_STRING,
	CJSON_ARRAY,
	CJSON_OBJECT,
};

struct cjson_reader {
	const char *start, *p, *end; /* after a fault nothing follows p */
	const char *bad; /* first fault, a constant English text, or NULL */
	unsigned depth;
	bool first; /* of the innermost object or array nothing is read yet */
	/* where the last key of each open object begins; a quote ends it */
	const char *keys[CJSON_DEPTH_MAX];
};

void cjson_begin(struct cjson_reader *r, struct str text);
extern const uint8_t cjson_types[256]; /* by the first byte of a value */
static inline enum cjson_type
cjson_peek(const struct cjson_reader *r)
{
	return r->p == r->end ? CJSON_BAD
			      : cjson_types[(unsigned char)*r->p];
}
bool cjson_object(struct cjson_reader *r); /* enters; false if not one */
/* Next key of the open object; at its end leaves it and returns false. */
bool cjson_key(struct cjson_reader *r, struct str *raw);
/*
 * Reads the next key if it is this one, which follows the rules of keys; else
 * false, and nothing is read.  Much quicker where one knows what comes.
 */
bool cjson_take_key(struct cjson_reader *r, struct str key);
bool cjson_array(struct cjson_reader *r);
bool cjson_item(struct cjson_reader *r); /* at the end leaves, false */
bool cjson_string(struct cjson_reader *r, struct str *raw);
/* The same without its escapes; lent if it has none. */
bool cjson_text(struct cjson_reader *r, struct arena *a, struct str *text);
bool cjson_int(struct cjson_reader *r, int64_t *v);
bool cjson_bool(struct cjson_reader *r, bool *v);
bool cjson_null(struct cjson_reader *r);
/* Skips one value, checking it fully.  *raw (may be NULL) is its text. */
bool cjson_skip(struct cjson_reader *r, struct str *raw);
/* Next key of the open object and the text of its value, checked as those two
 * do; false at its end, or at a fault. */
bool cjson_pair(struct cjson_reader *r, struct str *key, struct str *raw);
/* True if one whole value was read and nothing follows. */
bool cjson_end(struct cjson_reader *r);
/* ERR_FORMAT with the fault and its byte offset. */
enum err cjson_error(const struct cjson_reader *r, struct error *e);
bool cjson_has_escape(struct str raw);
struct str cjson_unescape(struct arena *a, struct str raw); /* lent if none */
/* Whole text is one canonical value. */
bool cjson_is_canonical(struct str text);

/*
 * Writer: appends to a buf.  In an object, each value is preceded by
 * cjson_put_key; keys out of order are a BUG, so is a key that would need an
 * escape and an integer out of range.  Strings must have passed text_clean
 * (a debug build sees to it).
 */
struct cjson_writer {
	struct buf *out;
	struct {
		size_t key_at, key_n;
		bool any, object;
	} level[CJSON_DEPTH_MAX];
	unsigned depth;
	bool after_key;
};
void cjson_start(struct cjson_writer *w, struct buf *out);
void cjson_open_object(struct cjson_writer *w);
void cjson_close_object(struct cjson_writer *w);
void cjson_open_array(struct cjson_writer *w);
void cjson_close_array(struct cjson_writer *w);
void cjson_put_key(struct cjson_writer *w, struct str key);
void cjson_put_string(struct cjson_writer *w, struct str s);
void cjson_put_int(struct cjson_writer *w, int64_t v);
void cjson_put_bool(struct cjson_writer *w, bool v);
void cjson_put_null(struct cjson_writer *w);
void cjson_put_raw(struct cjson_writer *w, struct str canonical);
/* key and string at once, the usual case. */
void cjson_put_pair(struct cjson_writer *w, const char *key, struct str s);

#endif

#include "base/cjson.h"

#include "base/number.h"
#include "base/text.h"

#include <string.h>

const uint8_t cjson_types[256] = {
	['{'] = CJSON_OBJECT, ['['] = CJSON_ARRAY, ['"'] = CJSON_STRING,
	['n'] = CJSON_NULL, ['t'] = CJSON_TRUE, ['f'] = CJSON_FALSE,
	['-'] = CJSON_INT, ['0'] = CJSON_INT, CJSON_INT, CJSON_INT, CJSON_INT,
	CJSON_INT, CJSON_INT, CJSON_INT, CJSON_INT, CJSON_INT, CJSON_INT
};

/* There is no more input then, so that whatever is asked for next fails. */
static bool
fail(struct cjson_reader *r, const char *why)
{
	if (r->bad == NULL)
		r->bad = why;
	r->end = r->p;
	r->first = false;
	return false;
}

void
cjson_begin(struct cjson_reader *r, struct str text)
{
	r->start = r->p = text.n == 0 ? "" : text.p;
	r->end = r->p + text.n;
	r->bad = NULL;
	r->depth = 0;
	r->first = false;
}

static bool
take(struct cjson_reader *r, char c)
{
	if (r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
enter(struct cjson_reader *r, char c, const char *why)
{
	if (!take(r, c))
		return fail(r, why);
	if (r->depth == CJSON_DEPTH_MAX)
		return fail(r, N_("nested too deep"));
	r->keys[r->depth++] = NULL;
	r->first = true;
	return true;
}

bool
cjson_object(struct cjson_reader *r)
{
	return enter(r, '{', N_("an object was expected"));
}

bool
cjson_array(struct cjson_reader *r)
{
	return enter(r, '[', N_("an array was expected"));
}

/* At an element's place: true if there is one; leaves at the closing mark. */
static inline bool
element(struct cjson_reader *r, char closing)
{
	if (r->depth == 0) {
		if (r->bad == NULL)
			BUG("no open object or array");
		return false;
	}
	if (take(r, closing)) {
		r->depth--;
		r->first = false;
		return false;
	}
	if (r->first)
		r->first = false;
	else if (!take(r, ','))
		return fail(r, N_("a comma or the end was expected"));
	return true;
}

bool
cjson_item(struct cjson_reader *r)
{
	return element(r, ']');
}

/* Nearly every string is plain text: where it ends, NULL if this one is not. */
static inline const char *
plain_end(const struct cjson_reader *r)
{
	const char *p;

	if (r->p == r->end || *r->p != '"')
		return NULL;
	p = text_plain_end(r->p + 1, r->end);
	return p < r->end && *p == '"' ? p : NULL;
}

static const char *
fail_at(struct cjson_reader *r, const char *p, const char *why)
{
	r->p = p;
	fail(r, why);
	return NULL;
}

/*
 * Where any string ends, NULL if it is at fault.  An escaped line end parts
 * the text: a mark after it does not belong to the n.  The other escapes are
 * a letter of their own before and after, so they may stay for the check.
 */
static const char *
string_end(struct cjson_reader *r)
{
	const char *p = r->p, *run;
	bool sure = true; /* but for such escapes the run is plain */
	char next;

	if (p == r->end || *p != '"')
		return fail_at(r, p, N_("a string was expected"));
	for (run = ++p;;) {
		p = text_plain_end(p, r->end);
		if (p == r->end)
			return fail_at(r, p, N_("a string without an end"));
		if ((*p & 0x80) != 0) {
			sure = false;
			p++;
			continue;
		}
		next = r->end - p > 1 ? p[1] : '\0';
		if (*p == '\\' && (next == '"' || next == '\\')) {
			p += 2;
			continue;
		}
		if (*p == '\\' && next != 'n')
			return fail_at(r, p, N_("an escape of another kind"));
		if (*p != '\\' && *p != '"')
			return fail_at(r, p, N_("a refused character"));
		if (!sure && text_check((struct str){ run, (size_t)(p - run) },
				 0, NULL) != OK)
			return fail_at(r, run,
			    N_("text that is not clean UTF-8 in NFC"));
		if (*p == '"')
			return p;
		sure = true;
		run = p += 2;
	}
}

/* Lends what stands between the quotes and goes on after them. */
static inline void
lend(struct cjson_reader *r, const char *end, struct str *raw)
{
	*raw = (struct str){ r->p + 1, (size_t)(end - r->p) - 1 };
	r->p = end + 1;
}

bool
cjson_string(struct cjson_reader *r, struct str *raw)
{
	const char *end = plain_end(r);

	if (end == NULL && (end = string_end(r)) == NULL)
		return false;
	lend(r, end, raw);
	return true;
}

bool
cjson_text(struct cjson_reader *r, struct arena *a, struct str *text)
{
	const char *end = plain_end(r);

	if (end != NULL) {
		lend(r, end, text);
		return true;
	}
	if (!cjson_string(r, text))
		return false;
	*text = cjson_unescape(a, *text);
	return true;
}

/* Keys by bytes; a quote ends each, and none is within. */
static inline bool
is_before(const char *a, const char *b)
{
	while (*a == *b && *a != '"') {
		a++;
		b++;
	}
	return *b != '"' &&
	    (*a == '"' || (unsigned char)*a < (unsigned char)*b);
}

static inline bool
next_key(struct cjson_reader *r, struct str *raw)
{
	const char *end, **last;

	if (!element(r, '}'))
		return false;
	if ((end = plain_end(r)) == NULL) {
		if ((end = string_end(r)) == NULL)
			return false;
		/* They keep byte order only by luck; keys have none. */
		if (memchr(r->p, '\\', (size_t)(end - r->p)) != NULL)
			return fail(r, N_("a key with an escape"));
	}
	last = &r->keys[r->depth - 1];
	if (*last != NULL && !is_before(*last, r->p + 1))
		return fail(r, N_("keys out of order, or one twice"));
	lend(r, end, raw);
	*last = raw->p;
	return take(r, ':') || fail(r, N_("a colon was expected"));
}

bool
cjson_key(struct cjson_reader *r, struct str *raw)
{
	return next_key(r, raw);
}

bool
cjson_take_key(struct cjson_reader *r, struct str key)
{
	const char *p = r->p, **last;

	if (r->depth == 0)
		return false;
	if (!r->first && (p == r->end || *p++ != ','))
		return false;
	if ((size_t)(r->end - p) < key.n + 3 || p[0] != '"' ||
	    p[key.n + 1] != '"' || p[key.n + 2] != ':' ||
	    memcmp(p + 1, key.p, key.n) != 0)
		return false;
	last = &r->keys[r->depth - 1];
	if (*last != NULL && !is_before(*last, p + 1))
		return false;
	*last = p + 1;
	r->first = false;
	r->p = p + key.n + 3;
	return true;
}

bool
cjson_int(struct cjson_reader *r, int64_t *v)
{
	size_t n = number_span_int(
	    (struct str){ r->p, (size_t)(r->end - r->p) }, v);

	if (n == 0)
		return fail(r, N_("an integer was expected"));
	r->p += n;
	return true;
}

static bool
word(struct cjson_reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
		return false;
	r->p += n;
	return true;
}

bool
cjson_bool(struct cjson_reader *r, bool *v)
{
	if (word(r, "true"))
		*v = true;
	else if (word(r, "false"))
		*v = false;
	else
		return fail(r, N_("true or false was expected"));
	return true;
}

bool
cjson_null(struct cjson_reader *r)
{
	return word(r, "null") || fail(r, N_("null was expected"));
}

bool
cjson_skip(struct cjson_reader *r, struct str *raw)
{
	const char *from = r->p;
	unsigned depth = r->depth;
	struct str s;
	int64_t i;
	bool b;

	switch (cjson_peek(r)) {
	case CJSON_OBJECT:
		for (cjson_object(r); cjson_key(r, &s);)
			cjson_skip(r, NULL);
		break;
	case CJSON_ARRAY:
		for (cjson_array(r); cjson_item(r);)
			cjson_skip(r, NULL);
		break;
	case CJSON_STRING:
		cjson_string(r, &s);
		break;
	case CJSON_INT:
		cjson_int(r, &i);
		break;
	case CJSON_TRUE:
	case CJSON_FALSE:
		cjson_bool(r, &b);
		break;
	case CJSON_NULL:
		cjson_null(r);
		break;
	case CJSON_BAD:
	default:
		return fail(r, N_("a value was expected"));
	}
	if (r->bad != NULL)
		return false;
	if (r->depth != depth)
		BUG("depth");
	if (raw != NULL)
		*raw = (struct str){ from, (size_t)(r->p - from) };
	return true;
}

bool
cjson_pair(struct cjson_reader *r, struct str *key, struct str *raw)
{
	const char *end;

	if (!next_key(r, key))
		return false;
	if ((end = plain_end(r)) == NULL)
		return cjson_skip(r, raw);
	*raw = (struct str){ r->p, (size_t)(end + 1 - r->p) };
	r->p = end + 1;
	return true;
}

bool
cjson_end(struct cjson_reader *r)
{
	if (r->bad != NULL)
		return false;
	if (r->depth != 0 || r->p == r->start)
		return fail(r, N_("the value is not whole"));
	if (r->p != r->end)
		return fail(r, N_("something follows the value"));
	return true;
}

enum err
cjson_error(const struct cjson_reader *r, struct error *e)
{
	const char *bad = r->bad;

	if (bad == NULL)
		bad = N_("something else was expected");
	return error_set(e, ERR_FORMAT, N_("%s, at byte %zu"), _(bad),
	    (size_t)(r->p - r->start) + 1);
}

bool
cjson_has_escape(struct str raw)
{
	return raw.n > 0 && memchr(raw.p, '\\', raw.n) != NULL;
}

struct str
cjson_unescape(struct arena *a, struct str raw)
{
	char *out;
	size_t n = 0;

	if (!cjson_has_escape(raw))
		return raw;
	out = arena_alloc(a, raw.n + 1);
	for (size_t i = 0; i < raw.n; i++) {
		if (raw.p[i] == '\\') {
			i++;
			out[n++] = raw.p[i] == 'n' ? '\n' : raw.p[i];
		} else {
			out[n++] = raw.p[i];
		}
	}
	return (struct str){ out, n };
}

bool
cjson_is_canonical(struct str text)
{
	struct cjson_reader r;

	cjson_begin(&r, text);
	return cjson_skip(&r, NULL) && cjson_end(&r);
}

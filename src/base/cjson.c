#include "base/cjson.h"

#include "base/number.h"
#include "base/text.h"

#include <string.h>

static bool
fail(struct cjson_reader *r, const char *why)
{
	if (r->bad == NULL)
		r->bad = why;
	return false;
}

void
cjson_begin(struct cjson_reader *r, struct str text)
{
	r->start = r->p = text.n == 0 ? "" : text.p;
	r->end = r->p + text.n;
	r->bad = NULL;
	r->depth = 0;
	r->first = 0;
}

enum cjson_type
cjson_peek(struct cjson_reader *r)
{
	if (r->bad != NULL || r->p == r->end)
		return CJSON_BAD;
	switch (*r->p) {
	case '{':
		return CJSON_OBJECT;
	case '[':
		return CJSON_ARRAY;
	case '"':
		return CJSON_STRING;
	case 'n':
		return CJSON_NULL;
	case 't':
		return CJSON_TRUE;
	case 'f':
		return CJSON_FALSE;
	default:
		return *r->p == '-' || (*r->p >= '0' && *r->p <= '9')
		    ? CJSON_INT
		    : CJSON_BAD;
	}
}

static bool
take(struct cjson_reader *r, char c)
{
	if (r->bad != NULL || r->p == r->end || *r->p != c)
		return false;
	r->p++;
	return true;
}

static bool
enter(struct cjson_reader *r, char c, const char *why)
{
	if (r->bad != NULL)
		return false;
	if (!take(r, c))
		return fail(r, why);
	if (r->depth == CJSON_DEPTH_MAX)
		return fail(r, N_("nested too deep"));
	r->first |= 1u << r->depth;
	r->keys[r->depth] = (struct str){ NULL, 0 };
	r->depth++;
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
static bool
element(struct cjson_reader *r, char closing)
{
	uint32_t bit;

	if (r->bad != NULL)
		return false;
	if (r->depth == 0)
		BUG("no open object or array");
	bit = 1u << (r->depth - 1);
	if (take(r, closing)) {
		r->depth--;
		return false;
	}
	if ((r->first & bit) != 0)
		r->first &= ~bit;
	else if (!take(r, ','))
		return fail(r, N_("a comma or the end was expected"));
	return true;
}

bool
cjson_item(struct cjson_reader *r)
{
	return element(r, ']');
}

/*
 * A string with more than plain text in it.  An escaped line end parts the
 * text: a mark after it does not belong to the n.  The other escapes are a
 * letter of their own before and after, so they may stay for the check.
 */
static bool
rich_text(struct cjson_reader *r)
{
	struct str run = { r->p, 0 };
	const char *p = r->p;

	for (;;) {
		p += text_plain((struct str){ p, (size_t)(r->end - p) });
		while (p < r->end && (*p & 0x80) != 0)
			p++;
		if (p == r->end)
			return fail(r, N_("a string without an end"));
		if (text_plain((struct str){ p, 1 }) == 1)
			continue;
		if (*p != '"') {
			if (*p != '\\' || p + 1 == r->end)
				return fail(r, N_("a refused character"));
			if (p[1] == '"' || p[1] == '\\') {
				p += 2;
				continue;
			}
			if (p[1] != 'n')
				return fail(r, N_("an escape of another kind"));
		}
		run.n = (size_t)(p - run.p);
		if (text_check(run, 0, NULL) != OK)
			return fail(r,
			    N_("text that is not clean UTF-8 in NFC"));
		r->p = p;
		if (*p == '"')
			return true;
		p += 2;
		run.p = p;
	}
}

/* *plain: it stands for itself, without escapes. */
static bool
string(struct cjson_reader *r, struct str *raw, bool *plain)
{
	const char *from, *p;

	if (r->bad != NULL)
		return false;
	if (!take(r, '"'))
		return fail(r, N_("a string was expected"));
	from = r->p;
	p = from + text_plain((struct str){ from, (size_t)(r->end - from) });
	*plain = p < r->end && *p == '"';
	if (*plain)
		r->p = p;
	else if (!rich_text(r))
		return false;
	*raw = (struct str){ from, (size_t)(r->p - from) };
	r->p++;
	return true;
}

bool
cjson_string(struct cjson_reader *r, struct str *raw)
{
	bool plain;

	return string(r, raw, &plain);
}

bool
cjson_key(struct cjson_reader *r, struct str *raw)
{
	struct str *last;
	bool plain;

	if (!element(r, '}') || !string(r, raw, &plain))
		return false;
	last = &r->keys[r->depth - 1];
	/* Escapes keep byte order only by luck; keys have none. */
	if (!plain && cjson_has_escape(*raw))
		return fail(r, N_("a key with an escape"));
	if (last->p != NULL && str_cmp(*last, *raw) >= 0)
		return fail(r, N_("keys out of order, or one twice"));
	*last = *raw;
	if (!take(r, ':'))
		return fail(r, N_("a colon was expected"));
	return true;
}

bool
cjson_int(struct cjson_reader *r, int64_t *v)
{
	const char *from = r->p, *p = r->p;

	if (r->bad != NULL)
		return false;
	if (p < r->end && *p == '-')
		p++;
	while (p < r->end && *p >= '0' && *p <= '9' && p - from < 20)
		p++;
	if (!number_parse_int((struct str){ from, (size_t)(p - from) }, v))
		return fail(r, N_("an integer was expected"));
	r->p = p;
	return true;
}

static bool
word(struct cjson_reader *r, const char *w)
{
	size_t n = strlen(w);

	if (r->bad != NULL || (size_t)(r->end - r->p) < n ||
	    memcmp(r->p, w, n) != 0)
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
	if (r->bad == NULL && r->depth != depth)
		BUG("depth");
	if (raw != NULL)
		*raw = (struct str){ from, (size_t)(r->p - from) };
	return r->bad == NULL;
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

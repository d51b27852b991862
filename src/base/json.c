#include "base/json.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>

/* jansson calls its types as we call ours; here they get another name. */
#define json_type jansson_type
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_INTEGER JANSSON_INTEGER
#define JSON_REAL JANSSON_REAL
#define JSON_TRUE JANSSON_TRUE
#define JSON_FALSE JANSSON_FALSE
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_INTEGER
#undef JSON_REAL
#undef JSON_TRUE
#undef JSON_FALSE
#undef JSON_NULL

#define DEPTH_MAX 64

static bool copy(struct arena *a, json_t *from, struct json *to, unsigned room);

static bool
copy_array(struct arena *a, json_t *from, struct json *to, unsigned room)
{
	to->type = JSON_ARRAY;
	to->n = json_array_size(from);
	to->items = arena_array(a, to->n, sizeof *to->items);
	for (size_t i = 0; i < to->n; i++)
		if (!copy(a, json_array_get(from, i), &to->items[i], room))
			return false;
	return true;
}

static bool
copy_object(struct arena *a, json_t *from, struct json *to, unsigned room)
{
	const char *key;
	json_t *value;
	size_t i = 0;

	to->type = JSON_OBJECT;
	to->n = json_object_size(from);
	to->keys = arena_array(a, to->n, sizeof *to->keys);
	to->items = arena_array(a, to->n, sizeof *to->items);
	json_object_foreach(from, key, value) {
		to->keys[i] = arena_strdup(a, key);
		if (!copy(a, value, &to->items[i++], room))
			return false;
	}
	return true;
}

/* False if it is deeper than room allows. */
static bool
copy(struct arena *a, json_t *from, struct json *to, unsigned room)
{
	switch (json_typeof(from)) {
	case JANSSON_OBJECT:
		return room > 0 && copy_object(a, from, to, room - 1);
	case JANSSON_ARRAY:
		return room > 0 && copy_array(a, from, to, room - 1);
	case JANSSON_STRING:
		to->type = JSON_STRING;
		to->string = arena_str_dup(a,
		    (struct str){ json_string_value(from),
			json_string_length(from) });
		return true;
	case JANSSON_INTEGER:
		to->type = JSON_INT;
		to->integer = json_integer_value(from);
		return true;
	case JANSSON_REAL:
		to->type = JSON_REAL;
		to->real = json_real_value(from);
		return true;
	case JANSSON_TRUE:
	case JANSSON_FALSE:
		to->type = JSON_BOOL;
		to->boolean = json_typeof(from) == JANSSON_TRUE;
		return true;
	case JANSSON_NULL:
	default:
		to->type = JSON_NULL;
		return true;
	}
}

/* Where memory fails jansson goes on reading, and leaves out a letter. */
static void *
need(size_t n)
{
	void *p = malloc(n);

	if (p == NULL)
		base_die("%s", _("out of memory"));
	return p;
}

enum err
json_parse(struct arena *a, struct str text, struct json **out,
    struct error *e)
{
	json_error_t bad;
	json_t *root;
	bool fits;

	json_set_alloc_funcs(need, free);
	root = json_loadb(text.n == 0 ? "" : text.p, text.n,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &bad);
	if (root == NULL)
		return error_set(e, ERR_FORMAT,
		    N_("line %d, column %d: %s"), bad.line,
		    bad.column, bad.text);
	*out = arena_new_of(a, struct json);
	fits = copy(a, root, *out, DEPTH_MAX);
	json_decref(root);
	if (!fits)
		return error_set(e, ERR_LIMIT,
		    N_("JSON nested deeper than %d"), DEPTH_MAX);
	return OK;
}

const struct json *
json_get(const struct json *object, const char *key)
{
	if (object == NULL || object->type != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->n; i++)
		if (str_is(str_of(object->keys[i]), key))
			return &object->items[i];
	return NULL;
}

static void
put_escaped(struct buf *out, uint32_t cp)
{
	if (cp >= 0x10000) {
		buf_printf(out, "\\u%04x", 0xd7c0 + (cp >> 10));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	buf_printf(out, "\\u%04x", cp);
}

void
json_put_string(struct buf *out, struct str s)
{
	struct str at;
	uint32_t cp;
	size_t n;

	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i += n) {
		at = (struct str){ s.p + i, s.n - i };
		n = text_plain(at);
		buf_add(out, at.p, n);
		if (n > 0)
			continue;
		n = text_decode(at, &cp);
		if (n == 0) {
			n = 1;
			put_escaped(out, 0xfffd);
		} else if (cp == '"' || cp == '\\') {
			buf_addc(out, '\\');
			buf_addc(out, (char)cp);
		} else if (cp == '\n') {
			buf_adds(out, "\\n");
		} else if (!text_is_allowed(cp)) {
			put_escaped(out, cp);
		} else {
			buf_add(out, at.p, n);
		}
	}
	buf_addc(out, '"');
}

void
json_put_double(struct buf *out, double v)
{
	char text[NUMBER_DOUBLE_BUF];
	size_t n = number_format_double(v, text);

	if (!isfinite(v)) {
		json_put_string(out, (struct str){ text, n });
		return;
	}
	buf_add(out, text, n);
	/* Else readers would take it for an integer, and one too large. */
	if (fabs(v) > (double)NUMBER_MAX)
		buf_adds(out, ".0");
}

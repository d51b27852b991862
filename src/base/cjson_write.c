#include "base/cjson.h"

#include "base/number.h"
#include "base/text.h"

#include <string.h>

void
cjson_start(struct cjson_writer *w, struct buf *out)
{
	memset(w, 0, sizeof *w);
	w->out = out;
}

/* The comma before a value or a key, where one is due. */
static void
before(struct cjson_writer *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (w->level[w->depth - 1].object)
		BUG("a value without a key");
	if (w->level[w->depth - 1].any)
		buf_addc(w->out, ',');
	w->level[w->depth - 1].any = true;
}

static void
open(struct cjson_writer *w, char c)
{
	before(w);
	if (w->depth == CJSON_DEPTH_MAX)
		BUG("nested too deep");
	buf_addc(w->out, c);
	memset(&w->level[w->depth], 0, sizeof w->level[0]);
	w->level[w->depth++].object = c == '{';
}

static void
close(struct cjson_writer *w, char c)
{
	if (w->depth == 0 || w->after_key ||
	    w->level[w->depth - 1].object != (c == '}'))
		BUG("nothing to close");
	w->depth--;
	buf_addc(w->out, c);
}

void
cjson_open_object(struct cjson_writer *w)
{
	open(w, '{');
}

void
cjson_close_object(struct cjson_writer *w)
{
	close(w, '}');
}

void
cjson_open_array(struct cjson_writer *w)
{
	open(w, '[');
}

void
cjson_close_array(struct cjson_writer *w)
{
	close(w, ']');
}

static void
quoted(struct buf *out, struct str s)
{
	size_t n;

#ifdef ANSINH_DEBUG
	if (text_check(s, TEXT_LINES, NULL) != OK)
		BUG("a text that is not clean");
#endif
	buf_addc(out, '"');
	while ((n = text_plain(s)) < s.n) {
		char c = s.p[n];

		buf_add(out, s.p, n);
		if (c == '"' || c == '\\' || c == '\n')
			buf_addc(out, '\\');
		buf_addc(out, c == '\n' ? 'n' : c);
		s = (struct str){ s.p + n + 1, s.n - n - 1 };
	}
	buf_add(out, s.p, n);
	buf_addc(out, '"');
}

void
cjson_put_key(struct cjson_writer *w, struct str key)
{
	struct str last;

	if (w->depth == 0 || !w->level[w->depth - 1].object || w->after_key)
		BUG("a key where none can be");
	if (w->level[w->depth - 1].any) {
		last.p = w->out->p + w->level[w->depth - 1].key_at;
		last.n = w->level[w->depth - 1].key_n;
		if (str_cmp(last, key) >= 0)
			BUG("keys out of order: %.*s", (int)key.n, key.p);
		buf_addc(w->out, ',');
	}
	for (size_t i = text_plain(key); i < key.n; i++)
		if (key.p[i] == '"' || key.p[i] == '\\' || key.p[i] == '\n')
			BUG("a key with an escape");
	w->level[w->depth - 1].any = true;
	w->level[w->depth - 1].key_at = w->out->n + 1;
	w->level[w->depth - 1].key_n = key.n;
	buf_addc(w->out, '"');
	buf_add_str(w->out, key);
	buf_adds(w->out, "\":");
	w->after_key = true;
}

void
cjson_put_string(struct cjson_writer *w, struct str s)
{
	before(w);
	quoted(w->out, s);
}

void
cjson_put_int(struct cjson_writer *w, int64_t v)
{
	char text[NUMBER_BUF];

	if (v > NUMBER_MAX || v < -NUMBER_MAX)
		BUG("an integer out of range");
	before(w);
	number_format_int(v, text);
	buf_adds(w->out, text);
}

void
cjson_put_bool(struct cjson_writer *w, bool v)
{
	before(w);
	buf_adds(w->out, v ? "true" : "false");
}

void
cjson_put_null(struct cjson_writer *w)
{
	before(w);
	buf_adds(w->out, "null");
}

void
cjson_put_raw(struct cjson_writer *w, struct str canonical)
{
	before(w);
	buf_add_str(w->out, canonical);
}

void
cjson_put_pair(struct cjson_writer *w, const char *key, struct str s)
{
	cjson_put_key(w, str_of(key));
	cjson_put_string(w, s);
}

/* A record of the demo while it is written: values, rows, their order. */
#include "demo/demo_impl.h"

#include "base/number.h"

#include <stdlib.h>
#include <string.h>

void
demo_draft_begin(struct demo *d, struct demo_draft *r)
{
	r->a = d->scratch;
	r->n = 0;
}

static void
add(struct demo_draft *r, const char *path, struct str json)
{
	if (r->n == ARRAY_LEN(r->v))
		BUG("a demo record has too many values");
	r->v[r->n].path = str_of(path);
	r->v[r->n++].json = json;
}

static size_t
quote(char *out, const char *text)
{
	size_t n = strlen(text);

	out[0] = '"';
	memcpy(out + 1, text, n);
	out[n + 1] = '"';
	return n + 2;
}

/* Words of the configuration and ours need no escapes. */
void
demo_put(struct demo_draft *r, const char *path, const char *text)
{
	struct str json;
	char *p;

	if (text == NULL || text[0] == '\0')
		return;
	p = arena_alloc(r->a, strlen(text) + 2);
	json.n = quote(p, text);
	json.p = p;
	add(r, path, json);
}

void
demo_put_int(struct demo_draft *r, const char *path, int64_t v)
{
	char text[NUMBER_BUF];

	number_format_int(v, text);
	add(r, path, str_of(arena_strdup(r->a, text)));
}

void
demo_put_date(struct demo_draft *r, const char *path, struct date day)
{
	char text[DATE_BUF];

	if (day.precision == DATE_NONE)
		return;
	date_format_iso(day, text);
	demo_put(r, path, text);
}

void
demo_put_words(struct demo_draft *r, const char *path,
    const char *const *words, size_t n)
{
	struct str json = { NULL, 0 };
	size_t most = 2;
	char *p;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		most += strlen(words[i]) + 3;
	p = arena_alloc(r->a, most);
	p[json.n++] = '[';
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			p[json.n++] = ',';
		json.n += quote(p + json.n, words[i]);
	}
	p[json.n++] = ']';
	json.p = p;
	add(r, path, json);
}

void
demo_put_flag(struct demo_draft *r, const char *path, bool yes)
{
	demo_put(r, path, yes ? "yes" : "no");
}

const char *
demo_path(struct demo_draft *r, const char *row, const char *field)
{
	size_t n = strlen(row), k = strlen(field);
	char *path = arena_alloc(r->a, n + k + 1);

	memcpy(path, row, n);
	memcpy(path + n, field, k + 1);
	return path;
}

const char *
demo_put_row(struct demo *d, struct demo_draft *r, const char *repeat,
    int order)
{
	uint8_t bytes[8];
	char id[BASE32_LEN(sizeof bytes) + 1];
	char *row;

	prng_bytes(&d->r, bytes, sizeof bytes);
	base32_encode(id, bytes, sizeof bytes);
	row = arena_printf(r->a, "%s/%s", repeat, id);
	demo_put_int(r, row, order);
	return demo_path(r, row, "/");
}

static int
by_path(const void *a, const void *b)
{
	const struct demo_value *x = a, *y = b;

	return str_cmp(x->path, y->path);
}

enum err
demo_emit(struct demo *d, struct demo_draft *r, const char *form,
    const struct demo_id *id, const char *state)
{
	struct demo_record record = {
		.form = form, .state = state, .n = r->n, .values = r->v
	};

	memcpy(record.id, id->b, sizeof record.id);
	qsort(r->v, r->n, sizeof *r->v, by_path);
	return d->fn(d->ctx, &record, d->e);
}

/*
 * Drafts: canonical JSON of all answers, the texts that are not answers yet,
 * the calculations that somebody has keyed over, and what was loaded.
 */
#include "form/fill_impl.h"

#include <stdlib.h>
#include <string.h>

struct pair {
	struct str key;
	const struct str *json;
};

static int
pair_cmp(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

/* One snapshot being written. */
struct taking {
	const struct fill *x;
	const struct fill_cipher *cipher; /* or NULL */
	struct arena *a;
	struct cjson_writer w;
	bool failed;
};

static void
put_value(struct taking *t, struct str path, struct str json)
{
	struct str field = path;
	const char *mark = memchr(path.p, '?', path.n);
	const struct form_node *n;

	if (mark != NULL)
		field.n = (size_t)(mark - path.p);
	n = t->cipher == NULL ? NULL : form_node_of(t->x->f, field);
	if (n != NULL && (n->flags & FORM_RESTRICTED) != 0 &&
	    !str_is(json, "null") && !fill_is_sealed(json) &&
	    !t->cipher->seal(t->cipher->ctx, t->a, path, json, &json)) {
		t->failed = true;
		json = STR("null");
	}
	cjson_put_key(&t->w, path);
	cjson_put_raw(&t->w, json);
}

static void
put_base(struct taking *t)
{
	const struct fill *x = t->x;
	struct arena *a = t->a;
	struct cjson_writer *w = &t->w;
	size_t n = map_count(x->loaded);
	struct pair *pairs = arena_array(a, n, sizeof *pairs);

	for (size_t i = 0; i < n; i++) {
		void *json;

		if (!map_at(x->loaded, i, &pairs[i].key, &json))
			BUG("map lost an entry");
		pairs[i].json = json;
	}
	if (n > 0)
		qsort(pairs, n, sizeof *pairs, pair_cmp);
	cjson_open_object(w);
	for (size_t i = 0; i < n; i++)
		put_value(t, pairs[i].key, *pairs[i].json);
	cjson_close_object(w);
}

static struct str
as_json(struct arena *a, struct str text)
{
	struct buf b = BUF_INIT;
	struct cjson_writer w;
	struct str json;

	cjson_start(&w, &b);
	cjson_put_string(&w, text);
	json = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return json;
}

static void
put_typed(struct taking *t, const struct entries *all)
{
	cjson_open_object(&t->w);
	for (size_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->v[i];

		if (e->cell == NULL || e->force || answer_typed(&e->cell->answer).n == 0)
			continue;
		put_value(t, e->path,
		    as_json(t->a, answer_typed(&e->cell->answer)));
	}
	cjson_close_object(&t->w);
}

bool
fill_snapshot(
    const struct fill *x, const struct fill_cipher *c, struct buf *out)
{
	struct taking t = { .x = x, .cipher = c, .a = arena_new() };
	struct entries all = { .a = t.a };
	struct cjson_writer *w = &t.w;

	fill_collect_draft(x, &all);
	cjson_start(w, out);
	cjson_open_object(w);
	cjson_put_key(w, STR("base"));
	put_base(&t);
	cjson_put_pair(w, "form", str_of(x->f->id));
	cjson_put_key(w, STR("keyed"));
	cjson_open_array(w);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].cell != NULL && !all.v[i].force &&
		    all.v[i].cell->answer.keyed)
			cjson_put_string(w, all.v[i].path);
	cjson_close_array(w);
	cjson_put_key(w, STR("typed"));
	put_typed(&t, &all);
	cjson_put_key(w, STR("v"));
	cjson_put_int(w, 1);
	cjson_put_key(w, STR("values"));
	cjson_open_object(w);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].json.n > 0)
			put_value(&t, all.v[i].path, all.v[i].json);
	cjson_close_object(w);
	cjson_close_object(w);
	arena_free(t.a);
	return !t.failed;
}

struct draft {
	struct arena *a;
	struct map *base, *typed, *values; /* path to struct str */
	size_t n_keyed, cap_keyed;
	struct str *keyed;
	struct str form;
	int64_t version;
};

static struct map *
read_map(struct draft *d, struct cjson_reader *r)
{
	struct map *m = map_new(d->a);
	struct str key, raw, *copy;

	if (!cjson_object(r))
		return m;
	while (cjson_key(r, &key) && cjson_skip(r, &raw)) {
		copy = arena_new_of(d->a, struct str);
		*copy = arena_str_dup(d->a, raw);
		map_put(m, cjson_unescape(d->a, key), copy);
	}
	return m;
}

static void
read_keyed(struct draft *d, struct cjson_reader *r)
{
	struct str text;

	if (!cjson_array(r))
		return;
	while (cjson_item(r) && cjson_text(r, d->a, &text)) {
		d->keyed = arena_grow(d->a, d->keyed, d->n_keyed, &d->cap_keyed,
		    sizeof *d->keyed);
		d->keyed[d->n_keyed++] = text;
	}
}

static bool
read_draft(struct draft *d, struct str text)
{
	struct cjson_reader r;
	struct str key, raw;

	cjson_begin(&r, text);
	if (!cjson_object(&r))
		return false;
	while (cjson_key(&r, &key)) {
		if (str_is(key, "base"))
			d->base = read_map(d, &r);
		else if (str_is(key, "form") && cjson_string(&r, &raw))
			d->form = raw;
		else if (str_is(key, "keyed"))
			read_keyed(d, &r);
		else if (str_is(key, "typed"))
			d->typed = read_map(d, &r);
		else if (str_is(key, "v"))
			cjson_int(&r, &d->version);
		else if (str_is(key, "values"))
			d->values = read_map(d, &r);
		else
			cjson_skip(&r, NULL);
	}
	return cjson_end(&r) && d->version == 1 && d->base != NULL &&
	       d->typed != NULL && d->values != NULL;
}

/* What the cipher opens takes the place of what was sealed. */
static void
open_values(struct draft *d, struct map *values, const struct fill_cipher *c)
{
	struct str path, json;
	void *value;

	for (size_t i = 0; c != NULL && map_at(values, i, &path, &value); i++)
		if (fill_is_sealed(*(struct str *)value) &&
		    c->open(c->ctx, d->a, path, *(struct str *)value, &json))
			*(struct str *)value = json;
}

/* Half-typed texts, which may fit by now. */
static void
restore_typed(struct fill *x, const struct draft *d)
{
	struct str path;
	void *json;

	for (size_t i = 0; map_at(d->typed, i, &path, &json); i++) {
		struct cjson_reader r;
		struct fill_ref ref;
		struct str raw, text;
		struct cell *c;
		struct value v;

		cjson_begin(&r, *(struct str *)json);
		if (!cjson_string(&r, &raw) || !fill_ref_of(x, path, &ref) ||
		    fill_is_sealed(*(struct str *)json))
			continue;
		c = fill_cell(x, &ref);
		if (c == NULL ||
		    !form_type_is_field(x->f->nodes[ref.node].type))
			continue;
		text = cjson_unescape(d->a, raw);
		c->answer.fault = fill_parse(x, d->a, &ref, text, &v);
		if (c->answer.fault == INPUT_OK) {
			answer_set(&c->answer, v);
			continue;
		}
		answer_set(&c->answer, value_blank());
		answer_set_typed(&c->answer, text);
	}
}

static void
restore_keyed(struct fill *x, const struct draft *d)
{
	for (size_t i = 0; i < d->n_keyed; i++) {
		struct fill_ref r;
		struct cell *c;

		if (!fill_ref_of(x, d->keyed[i], &r))
			continue;
		c = fill_cell(x, &r);
		if (c != NULL)
			c->answer.keyed = true;
	}
}

/* What leads to no field of this form is kept for a form that has it. */
static void
keep_strays(struct fill *x, const struct draft *d)
{
	const struct map *const from[] = { d->values, d->typed };
	struct entries all = { .a = d->a };
	struct map *present = map_new(d->a);
	struct str path, *copy;
	void *json;

	fill_collect(x, &all);
	for (size_t i = 0; i < all.n; i++)
		map_put(present, all.v[i].path, &all.v[i]);
	x->stray = map_new(x->arena);
	for (size_t k = 0; k < ARRAY_LEN(from); k++) {
		for (size_t i = 0; map_at(from[k], i, &path, &json); i++) {
			if (map_get(present, path) != NULL)
				continue;
			copy = arena_new_of(x->arena, struct str);
			*copy = arena_str_dup(x->arena, *(struct str *)json);
			map_put(x->stray, path, copy);
		}
	}
}

bool
fill_restore(
    struct fill *x, const struct fill_cipher *c, struct str snapshot)
{
	struct draft d = { .a = arena_new() };
	bool fits = read_draft(&d, snapshot) && str_is(d.form, x->f->id);
	struct str path;
	void *json;

	if (fits) {
		open_values(&d, d.base, c);
		open_values(&d, d.typed, c);
		open_values(&d, d.values, c);
		x->loaded = map_new(x->arena);
		for (size_t i = 0; map_at(d.base, i, &path, &json); i++)
			fill_load(x, path, *(struct str *)json);
		fill_steps_clear(x);
		fill_rows_empty(x);
		fill_unveil(x);
		fill_distribute(x, d.values);
		keep_strays(x, &d);
		restore_keyed(x, &d);
		x->starting = true;
		fill_mark_all(x);
		fill_run(x);
		restore_typed(x, &d); /* choices are known only now */
		fill_mark_all(x);
		fill_run(x);
		x->starting = false;
		fill_steps_clear(x);
	}
	arena_free(d.a);
	return fits;
}

bool
fill_is_masked(const struct fill *x, const struct fill_ref *r)
{
	const struct cell *c = fill_cell(x, r);

	return c != NULL && c->sealed.n > 0;
}

void
fill_unseal(struct fill *x, const struct fill_cipher *c)
{
	struct buf all = BUF_INIT;

	(void)fill_snapshot(x, NULL, &all);
	if (!fill_restore(x, c, buf_str(&all)))
		BUG("a snapshot of its own does not fit");
	if (all.p != NULL)
		explicit_bzero(all.p, all.n);
	buf_release(&all);
}

static void
veil_again(struct fill *x, int node, struct row *row, const struct expr_at *at)
{
	(void)at;
	if (row->cells[x->f->nodes[node].slot].sealed.n > 0)
		fill_veil(x, node);
}

void
fill_give_up(struct fill *x, const struct fill_ref *r)
{
	struct cell *c = fill_cell(x, r);

	if (c == NULL || c->sealed.n == 0)
		return;
	c->sealed = STR("");
	fill_unveil(x);
	for (size_t i = 0; i < x->f->n_nodes; i++)
		if ((x->f->nodes[i].flags & FORM_RESTRICTED) != 0)
			fill_each_scope(x, (int)i, veil_again);
	fill_mark_all(x);
	fill_run(x);
}

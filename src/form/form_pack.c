/* Packs: what is hashed, stored and carried of a form. */
#include "form/form_impl.h"

#include "base/cjson.h"
#include "base/text.h"
#include "crypt/hash.h"

#include <stdlib.h>
#include <string.h>

struct packed {
	struct str name;
	const struct list_file *file;
};

static int
packed_cmp(const void *a, const void *b)
{
	const struct packed *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* A file's text as a canonical string; what the text rule refuses, no pack. */
static bool
put_file(
    struct load *l, struct cjson_writer *w, struct str text, const char *name)
{
	struct error e;
	struct str clean;

	if (text_clean(l->a, text, TEXT_LINES, &clean, &e) != OK) {
		load_fault(l, NULL, "%s: %s", name, e.what);
		return false;
	}
	cjson_put_string(w, clean);
	return true;
}

void
load_pack(struct load *l)
{
	const char *base = strrchr(l->file, '/');
	struct buf out = BUF_INIT;
	struct cjson_writer w;
	struct packed *lists;
	size_t n = map_count(l->used);
	bool whole = true;

	if (l->pack.n > 0) { /* a later program may pack more lists */
		l->f->pack = arena_str_dup(l->a, l->pack);
		hash_blake2b(l->f->hash, l->f->pack);
		return;
	}
	lists = arena_array(l->a, n, sizeof *lists);
	for (size_t i = 0; i < n; i++) {
		void *file;

		if (!map_at(l->used, i, &lists[i].name, &file))
			BUG("map lost an entry");
		lists[i].file = file;
	}
	if (n > 0)
		qsort(lists, n, sizeof *lists, packed_cmp);
	cjson_start(&w, &out);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("choices"));
	cjson_open_object(&w);
	for (size_t i = 0; whole && i < n; i++) {
		cjson_put_key(&w, lists[i].name);
		whole = put_file(l, &w, lists[i].file->text, lists[i].name.p);
	}
	if (whole) {
		cjson_close_object(&w);
		cjson_put_pair(
		    &w, "file", str_of(base == NULL ? l->file : base + 1));
		cjson_put_key(&w, STR("form"));
		whole = put_file(l, &w, l->source, l->file);
	}
	if (whole) {
		cjson_put_key(&w, STR("v"));
		cjson_put_int(&w, 1);
		cjson_close_object(&w);
		l->f->pack = arena_str_dup(l->a, buf_str(&out));
		hash_blake2b(l->f->hash, l->f->pack);
	}
	buf_release(&out);
}

static bool
read_lists(struct load *l, struct cjson_reader *r)
{
	struct str key, *text;

	if (!cjson_object(r))
		return false;
	while (cjson_key(r, &key)) {
		text = arena_new_of(l->a, struct str);
		if (!cjson_text(r, l->a, text))
			return false;
		*text = arena_str_dup(l->a, *text);
		map_put(l->pack_lists, key, text);
	}
	return true;
}

/* Takes the form's text, its file name and its lists out of a pack. */
bool
load_unpack(struct load *l, struct str pack, struct error *e)
{
	struct cjson_reader r;
	struct str key, text;
	int64_t version = 0;

	l->file = "";
	l->pack_lists = map_new(l->a);
	cjson_begin(&r, pack);
	if (!cjson_object(&r))
		goto bad;
	while (cjson_key(&r, &key)) {
		if (str_is(key, "choices")) {
			read_lists(l, &r);
		} else if (str_is(key, "file") && cjson_text(&r, l->a, &text)) {
			l->file = arena_str(l->a, text);
		} else if (str_is(key, "form") && cjson_text(&r, l->a, &text)) {
			l->source = arena_str_dup(l->a, text);
		} else if (str_is(key, "v")) {
			cjson_int(&r, &version);
		} else {
			cjson_skip(&r, NULL);
		}
	}
	if (!cjson_end(&r))
		goto bad;
	if (version > 1) {
		error_set(e, ERR_VERSION,
		    N_("this form was made by a newer program"));
		return false;
	}
	if (version == 1 && l->source.n > 0)
		return true;
	error_set(e, ERR_FORMAT, N_("this is no form pack"));
	return false;
bad:
	cjson_error(&r, e);
	return false;
}

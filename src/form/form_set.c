/* The forms of a program: folders, packs, and the linter. */
#include "form/form_impl.h"

#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct form_set *
form_set_new(struct arena *a, const char *choices_dir)
{
	struct form_set *s = arena_new_of(a, struct form_set);

	s->a = a;
	s->dir = choices_dir == NULL ? NULL : arena_strdup(a, choices_dir);
	s->lists = map_new(a);
	return s;
}

/* The first fault becomes the error. */
struct first {
	struct error *e;
	bool any;
};

static void
keep_first(void *ctx, const struct form_fault *fault)
{
	struct first *first = ctx;

	if (first->any || fault->warning)
		return;
	first->any = true;
	error_set(first->e, ERR_FORMAT, "%s", fault->what);
	if (first->e != NULL)
		error_at(
		    first->e, "%s:%d:%d", fault->file, fault->line, fault->col);
}

static void
add(struct form_set *s, struct form *f)
{
	if (form_set_by_hash(s, f->hash) != NULL)
		return;
	s->forms = arena_grow(s->a, s->forms, s->n, &s->cap, sizeof *s->forms);
	s->forms[s->n++] = f;
}

static enum err
begin(struct form_set *s, const char *path, struct first *first,
    struct load **out, struct error *e)
{
	struct str text;
	struct yaml *root;
	struct load *l;
	enum err r;

	r = file_read(s->a, path, FORM_FILE_MAX, &text, e);
	if (r != OK)
		return r;
	r = yaml_parse(s->a, path, text, &root, e);
	if (r != OK)
		return r;
	l = load_new(s, s->a, path, text, keep_first, first);
	l->root = root;
	load_read(l);
	*out = l;
	return OK;
}

enum err
form_set_load_dir(struct form_set *s, const char *dir, struct error *e)
{
	struct first first = { e, false };
	char **names;
	size_t n, i;
	enum err r;

	r = file_list(s->a, dir, ".yaml", &names, &n, e);
	if (r != OK)
		return r;
	s->pending = arena_array(s->a, n, sizeof(struct load *));
	for (i = 0; i < n && r == OK; i++) {
		r = begin(s, arena_printf(s->a, "%s/%s", dir, names[i]), &first,
		    &s->pending[i], e);
		if (r == OK)
			s->n_pending = i + 1;
	}
	for (i = 0; i < s->n_pending && r == OK; i++) {
		load_finish(s->pending[i]);
		if (s->pending[i]->errors > 0)
			r = ERR_FORMAT;
	}
	for (i = 0; i < s->n_pending && r == OK; i++)
		add(s, s->pending[i]->f);
	s->n_pending = 0;
	return r;
}

enum err
form_set_load_pack(struct form_set *s, struct str pack, const struct form **out,
    struct error *e)
{
	struct first first = { e, false };
	struct load *l =
	    load_new(s, s->a, "", (struct str){ "", 0 }, keep_first, &first);
	struct yaml *root;
	enum err r;

	if (!load_unpack(l, pack, e))
		return e == NULL ? ERR_FORMAT : e->code;
	r = yaml_parse(s->a, l->file, l->source, &root, e);
	if (r != OK)
		return r;
	l->root = root;
	l->pack = pack;
	load_read(l);
	if (l->errors == 0)
		load_finish(l);
	if (l->errors > 0)
		return ERR_FORMAT;
	add(s, l->f);
	*out = form_set_by_hash(s, l->f->hash);
	return OK;
}

/* Later date, then higher counter. */
static int
version_cmp(const char *a, const char *b)
{
	size_t an = strlen(a), bn = strlen(b);
	int r = strncmp(a, b, 10);

	if (r != 0)
		return r;
	if (an != bn)
		return an < bn ? -1 : 1;
	return strcmp(a, b);
}

const struct form *
form_set_get(const struct form_set *s, const char *id)
{
	const struct form *best = NULL;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->forms[i]->id, id) == 0 &&
		    (best == NULL ||
		        version_cmp(best->version, s->forms[i]->version) <= 0))
			best = s->forms[i];
	return best;
}

const struct form *
form_set_by_hash(const struct form_set *s, const uint8_t hash[32])
{
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(s->forms[i]->hash, hash, 32) == 0)
			return s->forms[i];
	return NULL;
}

size_t
form_set_count(const struct form_set *s)
{
	return s->n;
}

const struct form *
form_set_at(const struct form_set *s, size_t i)
{
	return s->forms[i];
}

const struct form_choices *
form_set_choices(struct form_set *s, struct str name, struct error *e)
{
	struct first first = { e, false };
	struct load *l = load_new(s, s->a, arena_str(s->a, name),
	    (struct str){ "", 0 }, keep_first, &first);
	struct yaml at = {
		.text = arena_str_dup(s->a, name), .line = 1, .col = 1
	};

	return load_list_use(l, at.text, &at, 0);
}

static void
lint_text(struct load *l)
{
	struct error e;
	struct yaml *root;

	if (yaml_parse(l->a, l->file, l->source, &root, &e) != OK) {
		struct form_fault fault = { l->file, 1, 1, false, e.what };
		size_t n = strlen(l->file);

		/* where is "FILE:LINE:COL" */
		if (strncmp(e.where, l->file, n) == 0 && e.where[n] == ':') {
			char *end;

			fault.line = (int)strtol(e.where + n + 1, &end, 10);
			if (*end == ':')
				fault.col = (int)strtol(end + 1, NULL, 10);
		}
		l->errors++;
		l->say(l->ctx, &fault);
		return;
	}
	l->root = root;
	if (load_is_list_file(root)) {
		load_list_file(l);
		return;
	}
	load_read(l);
	load_finish(l);
}

/* The steps of loading find faults in no order; a person reads by lines. */
struct faults {
	struct arena *a;
	size_t n, cap;
	struct form_fault *v;
};

static void
keep_all(void *ctx, const struct form_fault *fault)
{
	struct faults *all = ctx;
	struct form_fault *f;

	all->v = arena_grow(all->a, all->v, all->n, &all->cap, sizeof *all->v);
	f = &all->v[all->n++];
	*f = *fault;
	f->file = arena_strdup(all->a, fault->file);
	f->what = arena_strdup(all->a, fault->what);
}

static int
fault_cmp(const void *a, const void *b)
{
	const struct form_fault *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	if (r != 0)
		return r;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->col != y->col)
		return x->col < y->col ? -1 : 1;
	return strcmp(x->what, y->what);
}

static size_t
finish_lint(struct load *l, struct faults *all, form_fault_fn say, void *ctx,
    size_t *warnings)
{
	if (all->n > 0)
		qsort(all->v, all->n, sizeof *all->v, fault_cmp);
	for (size_t i = 0; i < all->n; i++)
		say(ctx, &all->v[i]);
	if (warnings != NULL)
		*warnings = l->warnings;
	return l->errors;
}

size_t
form_lint_text(struct arena *a, struct form_set *s, const char *name,
    struct str text, void (*say)(void *ctx, const struct form_fault *f),
    void *ctx, size_t *warnings)
{
	struct faults all = { .a = a };
	struct load *l = load_new(s, a, name, text, keep_all, &all);

	lint_text(l);
	return finish_lint(l, &all, say, ctx, warnings);
}

size_t
form_lint(struct arena *a, struct form_set *s, const char *path,
    void (*say)(void *ctx, const struct form_fault *f), void *ctx,
    size_t *warnings)
{
	struct faults all = { .a = a };
	struct load *l =
	    load_new(s, a, path, (struct str){ "", 0 }, keep_all, &all);
	struct error e;

	l->beside = true;
	if (file_read(a, path, FORM_FILE_MAX, &l->source, &e) != OK)
		load_fault(l, NULL, "%s", e.what);
	else
		lint_text(l);
	return finish_lint(l, &all, say, ctx, warnings);
}

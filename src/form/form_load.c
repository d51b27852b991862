/* One form file: its top level, and the two steps of loading. */
#include "form/form_impl.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>

struct load *
load_new(struct form_set *s, struct arena *a, const char *file,
    struct str source, form_fault_fn say, void *ctx)
{
	struct load *l = arena_new_of(a, struct load);

	l->a = a;
	l->set = s;
	l->file = file;
	l->source = source;
	l->say = say;
	l->ctx = ctx;
	l->own_lists = map_new(a);
	l->used = map_new(a);
	l->siblings = map_new(a);
	l->paths = map_new(a);
	return l;
}

static bool
is_version(struct str s)
{
	struct date d;
	size_t i = 10;

	if (s.n < i || !date_parse_iso((struct str){ s.p, i }, &d) ||
	    d.precision != DATE_DAY)
		return false;
	if (s.n == i)
		return true;
	if (s.p[i] != '.' || s.n == i + 1)
		return false;
	for (i++; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* What is cut off would be where titles differ. */
static void
load_short_title(struct load *l, const struct yaml *y)
{
	struct form_label *label = &l->f->short_title;

	*label = l->f->title;
	if (y == NULL)
		return;
	load_label(l, y, label);
	if (text_width(str_of(label->vi)) > FORM_SHORT_COLS ||
	    text_width(str_of(label->en)) > FORM_SHORT_COLS)
		load_fault(l, y,
		    _("the short title is wider than %d columns"),
		    FORM_SHORT_COLS);
}

static void
load_head(struct load *l)
{
	static const char *const subjects[] = { "person", "household", "none" };
	static const char *const kinds[] = { "normal", "restricted" };
	static const char *const needed[] = { "form", "version", "title" };
	const struct yaml *root = l->root;
	const struct yaml *version = yaml_get(root, "version");
	struct form *f = l->f;
	int i;

	f->id = f->version = f->source = "";
	f->subject = "none";
	for (size_t k = 0; k < ARRAY_LEN(needed); k++)
		if (yaml_get(root, needed[k]) == NULL)
			load_fault(
			    l, root, _("a form needs \"%s\""), needed[k]);
	load_id(l, yaml_get(root, "form"), &f->id);
	if (load_text(l, version, &f->version) && !is_version(version->text))
		load_fault(l, version,
		    _("version must be a date, such as 2023-06-01 or "
		      "2023-06-01.2"));
	load_label_key(l, root, "title", &f->title);
	load_short_title(l, yaml_get(root, "short"));
	if (yaml_get(root, "source") != NULL)
		load_text(l, yaml_get(root, "source"), &f->source);
	if (yaml_get(root, "subject") != NULL) {
		i = load_word(l, yaml_get(root, "subject"), _("subject"),
		    subjects, ARRAY_LEN(subjects));
		if (i >= 0)
			f->subject = subjects[i];
	}
	if (yaml_get(root, "sensitive") != NULL)
		f->restricted =
		    load_word(l, yaml_get(root, "sensitive"), _("sensitivity"),
		        kinds, ARRAY_LEN(kinds)) == 1;
}

void
load_read(struct load *l)
{
	static const char *const keys[] = { "form", "version", "title",
		"short", "source", "subject", "key", "list", "search", "names",
		"sensitive", "states", "choices", "pages" };

	l->f = arena_new_of(l->a, struct form);
	l->f->file = l->file;
	l->f->by_path = l->paths;
	if (!load_is_map(l, l->root, _("a form"))) {
		load_pages(l, NULL);
		return;
	}
	load_keys(l, l->root, keys, ARRAY_LEN(keys));
	load_head(l);
	load_own_lists(l, yaml_get(l->root, "choices"));
	load_pages(l, yaml_get(l->root, "pages"));
	load_states(l, yaml_get(l->root, "states"));
}

void
load_finish(struct load *l)
{
	if (l->root->type != YAML_MAP)
		return;
	load_columns(l);
	load_compile(l);
	load_graph(l);
	load_scopes(l);
	load_pack(l);
	l->f->n_lists = l->n_lists;
	l->f->lists = l->lists;
}

/* The nodes of a form beside the linted file; its own faults are not ours. */
static struct form *
read_sibling(struct load *l, const char *id)
{
	const char *slash = strrchr(l->file, '/');
	int dir = slash == NULL ? 0 : (int)(slash - l->file) + 1;
	const char *path = arena_printf(l->a, "%.*s%s.yaml", dir, l->file, id);
	struct load *sub;
	struct yaml *root;
	struct str text;
	struct error e;

	if (file_read(l->a, path, FORM_FILE_MAX, &text, &e) != OK ||
	    yaml_parse(l->a, path, text, &root, &e) != OK ||
	    root->type != YAML_MAP)
		return NULL;
	sub = load_new(l->set, l->a, path, text, NULL, NULL);
	sub->root = root;
	load_read(sub);
	return sub->f;
}

const struct form *
load_linked(struct load *l, const char *id)
{
	const struct form_set *s = l->set;
	struct form *f;

	if (strcmp(l->f->id, id) == 0)
		return l->f;
	for (size_t i = 0; i < s->n_pending; i++)
		if (strcmp(s->pending[i]->f->id, id) == 0)
			return s->pending[i]->f;
	if (form_set_get(s, id) != NULL)
		return form_set_get(s, id);
	if (!l->beside || strchr(id, '/') != NULL)
		return NULL;
	f = map_get(l->siblings, str_of(id));
	if (f == NULL) {
		f = read_sibling(l, id);
		if (f != NULL)
			map_put(l->siblings, str_of(id), f);
	}
	return f;
}

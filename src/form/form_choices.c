/* Lists of choices: a form's own, and the files of forms/choices/. */
#include "form/form_impl.h"

#include "base/file.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const char *const fixed[] = { "code", "label", "valid_from",
	"valid_to" };

static bool
is_fixed(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (str_is(key, fixed[i]))
			return true;
	return false;
}

static size_t
column_of(const struct form_choices *list, struct str key)
{
	size_t i;

	for (i = 0; i < list->n_columns; i++)
		if (str_is(key, list->column[i]))
			break;
	return i;
}

static void
say_unknown_column(
    struct load *l, const struct form_choices *list, const struct yaml *key)
{
	size_t n = ARRAY_LEN(fixed) + list->n_columns;
	const char **words = arena_array(l->a, n, sizeof *words);

	memcpy(words, fixed, sizeof fixed);
	if (list->n_columns > 0)
		memcpy(words + ARRAY_LEN(fixed), list->column,
		    list->n_columns * sizeof *words);
	load_fault(l, key, _("unknown key \"%s\"%s"), key->text.p,
	    load_guess(l, words, n, key->text));
}

/* Those that the list names; without, all further keys in their order. */
static void
collect_columns(struct load *l, struct form_choices *list,
    const struct yaml *named, const struct yaml *y)
{
	size_t cap = 0;

	if (named != NULL && named->type == YAML_SEQ) {
		list->column =
		    arena_array(l->a, named->n, sizeof *list->column);
		for (size_t i = 0; i < named->n; i++)
			if (load_id(l, named->items[i],
			        &list->column[list->n_columns]))
				list->n_columns++;
	} else if (named != NULL) {
		load_fault(l, named, _("columns must be a list of names"));
	}
	for (size_t i = 0; i < y->n; i++) {
		const struct yaml *row = y->items[i];

		for (size_t k = 0; row->type == YAML_MAP && k < row->n; k++) {
			struct str key = row->keys[k]->text;

			if (is_fixed(key) ||
			    column_of(list, key) < list->n_columns)
				continue;
			if (named != NULL) {
				say_unknown_column(l, list, row->keys[k]);
				continue;
			}
			list->column = arena_grow(l->a, list->column,
			    list->n_columns, &cap, sizeof *list->column);
			list->column[list->n_columns++] = key.p;
		}
	}
}

static void
load_day(struct load *l, const struct yaml *y, struct date *out)
{
	if (y != NULL &&
	    (y->type != YAML_SCALAR || !date_parse_iso(y->text, out)))
		load_fault(l, y, _("a date like 2025-07-01 is needed here"));
}

static void
load_code(struct load *l, const struct yaml *y, struct form_choice *c)
{
	if (!load_text(l, y, &c->code))
		return;
	for (const char *p = c->code; *p != '\0'; p++) {
		if (*p == ' ' || *p == ',' || *p == '\n') {
			load_fault(l, y,
			    _("a code holds no space and no comma: \"%s\""),
			    c->code);
			return;
		}
	}
}

static void
load_choice(struct load *l, const struct form_choices *list,
    const struct yaml *y, struct form_choice *c)
{
	c->code = "";
	c->folded = "";
	c->label.vi = c->label.en = "";
	c->columns = arena_array(l->a, list->n_columns, sizeof *c->columns);
	if (!load_is_map(l, y, _("a choice")))
		return;
	if (yaml_get(y, "code") == NULL)
		load_fault(l, y, _("a choice needs a code"));
	load_code(l, yaml_get(y, "code"), c);
	load_label_key(l, y, "label", &c->label);
	if (c->label.vi[0] == '\0')
		c->label.vi = c->label.en = c->code;
	load_day(l, yaml_get(y, "valid_from"), &c->valid_from);
	load_day(l, yaml_get(y, "valid_to"), &c->valid_to);
	for (size_t k = 0; k < y->n; k++) {
		size_t column = column_of(list, y->keys[k]->text);

		if (column == list->n_columns)
			continue;
		if (y->items[k]->type != YAML_SCALAR)
			load_fault(l, y->items[k], _("a text is needed here"));
		else if (!yaml_is_null(y->items[k]))
			c->columns[column] = y->items[k]->text;
	}
	c->folded = arena_printf(l->a, "%s\n%s",
	    text_folded(l->a, str_of(c->label.vi)).p,
	    text_folded(l->a, str_of(c->label.en)).p);
}

const struct form_choices *
load_choices(struct load *l, const char *name, const struct yaml *columns,
    const struct yaml *y)
{
	struct form_choices *list = arena_new_of(l->a, struct form_choices);
	struct map *seen = map_new(l->a);

	list->name = name;
	list->source = "";
	if (y == NULL || y->type != YAML_SEQ || y->n == 0) {
		load_fault(l, y,
		    _("list \"%s\" needs choices: "
		      "- {code: ..., label: ...}"),
		    name);
		return list;
	}
	collect_columns(l, list, columns, y);
	list->choice = arena_array(l->a, y->n, sizeof *list->choice);
	for (size_t i = 0; i < y->n; i++) {
		struct form_choice *c = &list->choice[list->n++];

		load_choice(l, list, y->items[i], c);
		if (c->code[0] != '\0' &&
		    map_put(seen, str_of(c->code), c) != NULL)
			load_fault(l, y->items[i],
			    _("code \"%s\" stands twice in this list"),
			    c->code);
	}
	return list;
}

void
load_own_lists(struct load *l, const struct yaml *y)
{
	const char *name;

	if (y == NULL || !load_is_map(l, y, "choices"))
		return;
	for (size_t i = 0; i < y->n; i++) {
		union {
			const struct form_choices *in;
			void *out;
		} list;

		if (!load_id(l, y->keys[i], &name))
			continue;
		list.in = load_choices(l, name, NULL, y->items[i]);
		map_put(l->own_lists, y->keys[i]->text, list.out);
	}
}

bool
load_is_list_file(const struct yaml *root)
{
	/* A form has a `list`, too: the columns of its list. */
	return root->type == YAML_MAP && yaml_get(root, "list") != NULL &&
	       yaml_get(root, "form") == NULL;
}

const struct form_choices *
load_list_file(struct load *l)
{
	static const char *const keys[] = { "list", "title", "source", "date",
		"certainty", "note", "columns", "choices" };
	static const char *const certainties[] = { "found", "memory",
		"assumed" };
	const char *name = "", *base = strrchr(l->file, '/');
	struct form_label title;
	struct date date;
	struct form_choices *list;

	base = base == NULL ? l->file : base + 1;
	load_keys(l, l->root, keys, ARRAY_LEN(keys));
	load_id(l, yaml_get(l->root, "list"), &name);
	if (name[0] != '\0' && (strlen(base) != strlen(name) + 5 ||
	                           strncmp(base, name, strlen(name)) != 0))
		load_fault(l, yaml_get(l->root, "list"),
		    _("list \"%s\" must stand in a file of that name"), name);
	load_label_key(l, l->root, "title", &title);
	load_day(l, yaml_get(l->root, "date"), &date);
	/* transferred: the list was made in our arena, and is not yet shared */
	list = arena_dup(l->a,
	    load_choices(l, name, yaml_get(l->root, "columns"),
	        yaml_get(l->root, "choices")),
	    sizeof *list);
	if (yaml_get(l->root, "source") == NULL)
		load_fault(l, l->root, _("a list needs a source"));
	load_text(l, yaml_get(l->root, "source"), &list->source);
	if (yaml_get(l->root, "certainty") != NULL)
		load_word(l, yaml_get(l->root, "certainty"), _("certainty"),
		    certainties, ARRAY_LEN(certainties));
	return list;
}

/* The list in the file of that name, or in the pack. */
static struct list_file *
read_list(struct load *l, const char *name, struct error *e)
{
	struct form_set *s = l->set;
	struct arena *a = l->pack_lists != NULL ? l->a : s->a;
	struct list_file *file;
	struct yaml *root;
	struct load *sub;
	struct str text, *packed = NULL;
	const char *path;

	if (l->pack_lists != NULL) {
		packed = map_get(l->pack_lists, str_of(name));
		if (packed == NULL)
			return NULL;
		text = *packed;
		path = arena_printf(a, "%s.yaml", name);
	} else {
		path = arena_printf(a, "%s/%s.yaml", s->dir, name);
		if (file_read(a, path, FORM_FILE_MAX, &text, e) != OK)
			return NULL;
	}
	sub = load_new(s, a, path, text, l->say, l->ctx);
	if (yaml_parse(a, path, text, &root, e) != OK) {
		load_fault(l, NULL, "%s: %s", e->where, e->what);
		return NULL;
	}
	sub->root = root;
	file = arena_new_of(a, struct list_file);
	file->text = text;
	if (!load_is_list_file(root))
		load_fault(sub, root, _("this is no list of choices"));
	else
		file->choices = load_list_file(sub);
	l->errors += sub->errors;
	l->warnings += sub->warnings;
	return file->choices == NULL ? NULL : file;
}

static struct list_file *
find_file(struct load *l, struct str name)
{
	struct map *known = l->pack_lists != NULL ? l->used : l->set->lists;
	struct list_file *file = map_get(known, name);
	struct error e;

	if (file == NULL && strchr(name.p, '/') == NULL) {
		file = read_list(l, name.p, &e);
		if (file != NULL)
			map_put(known, name, file);
	}
	return file;
}

static void
say_unknown(struct load *l, struct str name, const struct yaml *y, size_t at)
{
	const char **words = NULL;
	size_t n = 0, cap = 0, n_files = 0;
	char **files = NULL;
	struct str key;
	struct error e;
	void *value;

	for (; map_at(l->own_lists, n, &key, &value); n++) {
		words = arena_grow(l->a, words, n, &cap, sizeof *words);
		words[n] = arena_str(l->a, key);
	}
	if (l->set->dir != NULL &&
	    file_list(l->a, l->set->dir, ".yaml", &files, &n_files, &e) != OK)
		n_files = 0;
	for (size_t i = 0; i < n_files; i++) {
		words = arena_grow(l->a, words, n, &cap, sizeof *words);
		words[n++] = arena_printf(
		    l->a, "%.*s", (int)strlen(files[i]) - 5, files[i]);
	}
	load_fault_in(l, y, at, false,
	    arena_printf(l->a, _("unknown list \"%s\"%s"), name.p,
	        load_guess(l, words, n, name)));
}

const struct form_choices *
load_list_use(struct load *l, struct str name, const struct yaml *y, size_t at)
{
	const struct form_choices *list = map_get(l->own_lists, name);
	struct list_file *file;

	if (list == NULL) {
		file = find_file(l, name);
		if (file == NULL) {
			say_unknown(l, name, y, at);
			return NULL;
		}
		map_put(l->used, name, file);
		list = file->choices;
	}
	for (size_t i = 0; i < l->n_lists; i++)
		if (l->lists[i] == list)
			return list;
	l->lists = arena_grow(
	    l->a, l->lists, l->n_lists, &l->cap_lists, sizeof *l->lists);
	l->lists[l->n_lists++] = list;
	return list;
}

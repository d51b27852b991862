/* Columns: of lists, of searches, of keys, and those the program needs. */
#include "form/form_impl.h"

#include <string.h>

/* The paths of a form, for guesses; n is their number. */
static const char **
words_of(struct load *l, const struct form *f, size_t *n)
{
	const char **words = arena_array(l->a, f->n_nodes, sizeof *words);

	*n = 0;
	for (size_t i = 0; i < f->n_nodes; i++)
		if (form_type_is_field(f->nodes[i].type))
			words[(*n)++] = f->nodes[i].path;
	return words;
}

static const struct form_node *
field_or_fault(struct load *l, const struct form *f, const char *path,
    const struct yaml *y)
{
	const struct form_node *n = form_node_by_path(f, str_of(path));
	const char **words;
	size_t n_words;

	if (n != NULL && form_type_is_field(n->type))
		return n;
	words = words_of(l, f, &n_words);
	if (f == l->f)
		load_fault(l, y, _("unknown field \"%s\"%s"), path,
		    load_guess(l, words, n_words, str_of(path)));
	else
		load_fault(l, y, _("form \"%s\" has no field \"%s\"%s"), f->id,
		    path, load_guess(l, words, n_words, str_of(path)));
	return NULL;
}

/* A column "birth", "state" or "person.full_name"; NULL if it is none. */
static const struct form_node *
load_column(struct load *l, const struct yaml *y, struct form_column *c)
{
	const struct form_node *n;
	const struct form *linked;
	const char *dot;

	c->path = "";
	if (!load_text(l, y, &c->path))
		return NULL;
	c->label.vi = c->label.en = c->path;
	dot = strchr(c->path, '.');
	if (dot == NULL && strcmp(c->path, "state") == 0) {
		c->label.vi = "Trạng thái";
		c->label.en = "State";
		return NULL;
	}
	if (dot != NULL) {
		c->link =
		    arena_printf(l->a, "%.*s", (int)(dot - c->path), c->path);
		c->field = dot + 1;
	}
	n = field_or_fault(l, l->f, dot == NULL ? c->path : c->link, y);
	if (n == NULL || dot == NULL)
		goto out;
	if (n->type != FORM_LINK) {
		load_fault(l, y, _("\"%s\" is no link"), c->link);
		return NULL;
	}
	linked = load_linked(l, n->link);
	n = linked == NULL ? NULL : field_or_fault(l, linked, c->field, y);
out:
	if (n != NULL) {
		c->label = n->label.vi[0] == '\0' ? c->label : n->label;
		c->width = n->width;
		if (n->depth > 0)
			load_fault(l, y,
			    _("\"%s\" stands in rows; it cannot be a column"),
			    c->path);
		if (n->flags & FORM_RESTRICTED)
			load_fault(l, y,
			    _("\"%s\" is restricted; it cannot "
			      "stand in a column"),
			    c->path);
	}
	return n;
}

static void
load_column_list(
    struct load *l, const char *key, struct form_column **out, size_t *n)
{
	const struct yaml *y = yaml_get(l->root, key);

	if (y == NULL)
		return;
	if (y->type != YAML_SEQ) {
		load_fault(l, y, _("%s must be a list of fields"), key);
		return;
	}
	*out = arena_array(l->a, y->n, sizeof **out);
	for (*n = 0; *n < y->n; (*n)++)
		load_column(l, y->items[*n], &(*out)[*n]);
}

static void
load_names(struct load *l)
{
	static const char *const keys[] = { "name", "birth", "hamlet",
		"citizen_id" };
	const struct yaml *y = yaml_get(l->root, "names");
	struct form *f = l->f;
	const char **slots[] = { &f->name_field, &f->birth_field,
		&f->hamlet_field, &f->citizen_id_field };

	if (y == NULL || !load_is_map(l, y, "names"))
		return;
	load_keys(l, y, keys, ARRAY_LEN(keys));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct yaml *item = yaml_get(y, keys[i]);
		struct form_column column = { 0 };

		if (item == NULL)
			continue;
		load_column(l, item, &column);
		*slots[i] = column.path;
	}
}

/* A register is written by one event of one owner. */
static void
check_registers(struct load *l)
{
	struct form *f = l->f;
	struct map *first = map_new(l->a);

	for (size_t i = 0; i < f->n_nodes; i++) {
		struct form_node *n = &f->nodes[i];
		const struct form_node *other;
		struct yaml at = { .line = n->line_no, .col = n->col_no };

		if (!form_type_is_field(n->type))
			continue;
		other = map_get(first, str_of(n->reg));
		if (other == NULL)
			map_put(first, str_of(n->reg), n);
		else if (other->owner != n->owner)
			load_fault(l, &at,
			    _("\"%s\" and \"%s\" are one register, "
			      "but have two owners"),
			    other->name, n->name);
	}
}

void
load_columns(struct load *l)
{
	struct form *f = l->f;

	load_column_list(l, "list", &f->list, &f->n_list);
	load_column_list(l, "search", &f->search, &f->n_search);
	load_column_list(l, "key", &f->key, &f->n_key);
	load_names(l);
	check_registers(l);
	for (size_t i = 0; i < f->n_nodes; i++) {
		const struct form_node *n = &f->nodes[i];
		struct yaml at = { .line = n->line_no, .col = n->col_no };

		if (n->type == FORM_LINK && n->link[0] != '\0' &&
		    load_linked(l, n->link) == NULL && l->pack.n == 0)
			load_fault(l, &at, _("unknown form \"%s\""), n->link);
	}
}

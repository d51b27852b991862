/* The names of a form as expressions see them, and look-ups by name. */
#include "form/form.h"

#include <string.h>

static bool
is_transparent(const struct form_node *n)
{
	return n->type == FORM_PAGE || n->type == FORM_GROUP;
}

int
form_child(const struct form *f, int parent, struct str name)
{
	int found = -1;

	for (int i = f->nodes[parent].first; i >= 0 && found < 0;
	     i = f->nodes[i].next) {
		if (str_is(name, f->nodes[i].name) &&
		    f->nodes[i].type != FORM_PAGE)
			found = i;
		else if (is_transparent(&f->nodes[i]))
			found = form_child(f, i, name);
	}
	return found;
}

int
form_parent(const struct form *f, int node)
{
	int up = f->nodes[node].parent;

	while (up > 0 && is_transparent(&f->nodes[up]))
		up = f->nodes[up].parent;
	return up;
}

/* The nearest: first in the rows that `from` stands in, then anywhere. */
int
form_find(const struct form *f, int from, struct str name)
{
	int scope =
	    f->nodes[from].type == FORM_REPEAT ? from : f->nodes[from].repeat;
	int found;

	for (; scope >= 0; scope = f->nodes[scope].repeat) {
		found = form_child(f, scope, name);
		if (found >= 0)
			return found;
	}
	found = form_child(f, 0, name);
	for (size_t i = 0; found < 0 && i < f->n_nodes; i++)
		if (str_is(name, f->nodes[i].name) &&
		    !is_transparent(&f->nodes[i]))
			found = (int)i;
	return found;
}

enum expr_kind
form_kind(const struct form *f, int node)
{
	switch (f->nodes[node].type) {
	case FORM_ROOT:
	case FORM_PAGE:
	case FORM_GROUP:
		return EXPR_NODE_GROUP;
	case FORM_REPEAT:
		return EXPR_NODE_REPEAT;
	case FORM_LINK:
		return EXPR_NODE_LINK;
	case FORM_TEXT:
	case FORM_INTEGER:
	case FORM_MONEY:
	case FORM_DECIMAL:
	case FORM_DATE:
	case FORM_TIME:
	case FORM_YES_NO:
	case FORM_SELECT_ONE:
	case FORM_SELECT_MULTIPLE:
	case FORM_CALCULATE:
	case FORM_NOTE:
		break;
	}
	return EXPR_NODE_FIELD;
}

static const char *const columns[] = { "code", "label", "valid_from",
	"valid_to" };

int
form_choice_column(const struct form_choices *list, struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (str_is(name, columns[i]))
			return (int)i;
	for (size_t i = 0; i < list->n_columns; i++)
		if (str_is(name, list->column[i]))
			return (int)(i + ARRAY_LEN(columns));
	return -1;
}

struct value
form_choice_value(const struct form_choice *c, int column, const char *language)
{
	switch (column) {
	case 0:
		return value_text(str_of(c->code));
	case 1:
		return value_text(str_of(
		    strcmp(language, "en") == 0 ? c->label.en : c->label.vi));
	case 2:
		return value_date(c->valid_from);
	case 3:
		return value_date(c->valid_to);
	default:
		return value_text(
		    c->columns[(size_t)column - ARRAY_LEN(columns)]);
	}
}

const struct form_node *
form_node_by_path(const struct form *f, struct str path)
{
	return map_get(f->by_path, path);
}

/* Every second word of a record's path is the id of a row. */
const struct form_node *
form_node_of(const struct form *f, struct str path)
{
	char model[256];
	size_t n = 0, i = 0;
	bool row = false;

	for (; i < path.n && n < sizeof model; i++) {
		if (path.p[i] == '/')
			row = !row;
		if (!row)
			model[n++] = path.p[i];
	}
	if (i < path.n)
		return NULL;
	return form_node_by_path(f, (struct str){ model, n });
}

const struct form_node *
form_node_noted(const struct form *f, struct str path)
{
	const char *mark =
	    path.n == 0 ? NULL : memchr(path.p, '?', path.n);

	if (mark != NULL)
		path.n = (size_t)(mark - path.p);
	return form_node_of(f, path);
}

const struct form_choices *
form_list_get(const struct form *f, struct str name)
{
	for (size_t i = 0; i < f->n_lists; i++)
		if (str_is(name, f->lists[i]->name))
			return f->lists[i];
	return NULL;
}

const struct form_node *
form_member_link(const struct form *f, struct str of)
{
	for (size_t i = 0; i < f->n_nodes; i++)
		if ((f->nodes[i].flags & FORM_MEMBER) != 0 &&
		    str_is(of, f->nodes[i].link))
			return &f->nodes[i];
	return NULL;
}

const struct form_state *
form_state_get(const struct form *f, struct str name)
{
	for (size_t i = 0; i < f->n_states; i++)
		if (str_is(name, f->states[i].name))
			return &f->states[i];
	return NULL;
}

const struct form_choice *
form_choice_get(const struct form_choices *c, struct str code)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_is(code, c->choice[i].code))
			return &c->choice[i];
	return NULL;
}

const char *
form_text(struct form_label l)
{
	/* TRANSLATORS: the code of this language: "vi" in Vietnamese */
	return strcmp(_("en"), "vi") == 0 ? l.vi : l.en;
}

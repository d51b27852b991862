/* Pages, groups and the tree of nodes. */
#include "form/form_impl.h"

#include <string.h>

int
load_node_add(struct load *l, int parent, enum form_type type,
    const struct yaml *y, const char *name)
{
	struct form *f = l->f;
	int number = (int)f->n_nodes++;
	struct form_node *n = &f->nodes[number];
	const struct form_node *up = parent < 0 ? NULL : &f->nodes[parent];
	const struct form_node *repeat;

	n->type = type;
	n->number = number;
	n->parent = parent;
	n->first = n->next = n->repeat = -1;
	n->name = n->path = n->reg = name;
	n->line = n->link = "";
	n->label.vi = n->label.en = n->hint.vi = n->hint.en = "";
	n->required_message = n->hint;
	n->min_precision = DATE_DAY;
	n->line_no = y->line;
	n->col_no = y->col;
	l->last_child[number] = -1;
	if (up == NULL)
		return number;
	n->owner = up->owner;
	n->repeat = up->type == FORM_REPEAT ? parent : up->repeat;
	if (n->repeat >= 0) {
		repeat = &f->nodes[n->repeat];
		n->depth = repeat->depth + 1;
		n->path = arena_printf(l->a, "%s/%s", repeat->path, name);
		n->reg = n->path;
	}
	if (l->last_child[parent] < 0)
		f->nodes[parent].first = number;
	else
		f->nodes[l->last_child[parent]].next = number;
	l->last_child[parent] = number;
	return number;
}

void
load_late(struct load *l, enum late_kind kind, int node,
    const struct expr **slot, const struct yaml *y)
{
	struct late *late;
	const char *text;
	bool set;

	if (y == NULL)
		return;
	if (y->type == YAML_SCALAR && !y->quoted && yaml_bool(y, &set)) {
		if (!set)
			return;
	} else if (!load_text(l, y, &text)) {
		return;
	} else {
		set = false;
	}
	l->late =
	    arena_grow(l->a, l->late, l->n_late, &l->cap_late, sizeof *l->late);
	late = &l->late[l->n_late++];
	late->kind = kind;
	late->slot = slot;
	late->node = node;
	late->y = y;
	late->text = set ? STR("true()") : y->text;
}

static void
load_group(struct load *l, int parent, const struct yaml *y)
{
	static const char *const keys[] = { "group", "label", "hint", "line",
		"relevant", "owner", "fields" };
	const char *name = "";
	struct form_node *n;
	int number;

	load_keys(l, y, keys, ARRAY_LEN(keys));
	load_id(l, yaml_get(y, "group"), &name);
	number = load_node_add(l, parent, FORM_GROUP, y, name);
	n = &l->f->nodes[number];
	load_label_key(l, y, "label", &n->label);
	load_label_key(l, y, "hint", &n->hint);
	if (yaml_get(y, "line") != NULL)
		load_text(l, yaml_get(y, "line"), &n->line);
	load_owner(l, yaml_get(y, "owner"), &n->owner);
	load_late(l, LATE_VALUE, number, &n->relevant, yaml_get(y, "relevant"));
	if (yaml_get(y, "fields") == NULL)
		load_fault(l, y, _("a group needs fields"));
	load_fields(l, number, yaml_get(y, "fields"));
}

/* False, and said, if there is no room for what stands at y. */
static bool
has_room(struct load *l, const struct yaml *y)
{
	if (l->f->n_nodes <= FORM_NODES_MAX) /* the root is not counted */
		return true;
	load_fault(l, y, _("more than %d fields, groups and pages"),
	    FORM_NODES_MAX);
	return false;
}

void
load_fields(struct load *l, int parent, const struct yaml *y)
{
	if (y == NULL)
		return;
	if (y->type != YAML_SEQ) {
		load_fault(l, y, _("fields must be a list (- ...)"));
		return;
	}
	for (size_t i = 0; i < y->n; i++) {
		if (!load_is_map(l, y->items[i], _("a field")))
			continue;
		if (!has_room(l, y->items[i]))
			return;
		if (yaml_get(y->items[i], "group") != NULL)
			load_group(l, parent, y->items[i]);
		else
			load_field(l, parent, y->items[i]);
	}
}

static void
load_page(struct load *l, const struct yaml *y)
{
	static const char *const keys[] = { "page", "title", "relevant",
		"owner", "fields" };
	const char *name = "";
	struct form_node *n;
	int number;

	load_keys(l, y, keys, ARRAY_LEN(keys));
	if (yaml_get(y, "page") == NULL)
		load_fault(l, y, _("a page needs a name (page: ...)"));
	load_id(l, yaml_get(y, "page"), &name);
	for (int p = l->f->nodes[0].first; p >= 0; p = l->f->nodes[p].next)
		if (name[0] != '\0' && strcmp(l->f->nodes[p].name, name) == 0)
			load_fault(l, yaml_get(y, "page"),
			    _("page \"%s\" stands twice"), name);
	number = load_node_add(l, 0, FORM_PAGE, y, name);
	n = &l->f->nodes[number];
	load_label_key(l, y, "title", &n->label);
	load_owner(l, yaml_get(y, "owner"), &n->owner);
	load_late(l, LATE_VALUE, number, &n->relevant, yaml_get(y, "relevant"));
	if (yaml_get(y, "fields") == NULL)
		load_fault(l, y, _("a page needs fields"));
	load_fields(l, number, yaml_get(y, "fields"));
}

/* Each node is a mapping; so many can be nodes at most. */
static size_t
count_maps(const struct yaml *y)
{
	size_t n = y->type == YAML_MAP;

	for (size_t i = 0; i < y->n; i++)
		n += count_maps(y->items[i]);
	return n;
}

void
load_pages(struct load *l, const struct yaml *y)
{
	struct form *f = l->f;
	size_t most = y == NULL ? 1 : count_maps(y) + 1;

	if (most > FORM_NODES_MAX + 1)
		most = FORM_NODES_MAX + 1;
	f->nodes = arena_array(l->a, most, sizeof *f->nodes);
	l->last_child = arena_array(l->a, most, sizeof *l->last_child);
	load_node_add(l, -1, FORM_ROOT, l->root, "");
	if (y == NULL) {
		load_fault(l, l->root, _("a form needs pages"));
		return;
	}
	if (y->type != YAML_SEQ) {
		load_fault(l, y, _("pages must be a list (- page: ...)"));
		return;
	}
	for (size_t i = 0; i < y->n; i++) {
		if (!load_is_map(l, y->items[i], _("a page")))
			continue;
		if (!has_room(l, y->items[i]))
			return;
		load_page(l, y->items[i]);
	}
}

#include "app/rules.h"

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

struct rules {
	struct arena *a;
	const struct form_set *forms;
	struct map *by_hash;
	const struct fold_rules *last; /* asked for many times in a row */
};

struct rules *
rules_new(struct arena *a, const struct form_set *forms)
{
	struct rules *r = arena_new_of(a, struct rules);

	r->a = a;
	r->forms = forms;
	r->by_hash = map_new(a);
	return r;
}

static enum fold_owner
owner_of(enum form_owner o)
{
	switch (o) {
	case FORM_DISTRICT:
		return FOLD_DISTRICT;
	case FORM_BOTH:
		return FOLD_BOTH;
	case FORM_COMMUNE:
	default:
		return FOLD_COMMUNE;
	}
}

static bool
is_stored(const struct form_node *n)
{
	return n->type >= FORM_TEXT && n->type <= FORM_CALCULATE;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct fold_field *)a)->path,
	    ((const struct fold_field *)b)->path);
}

/* Fields, and the rows of repeats, which are registers of their own. */
static void
add_fields(struct arena *a, const struct form *f, struct fold_rules *out)
{
	struct fold_field *fields = arena_array(a, f->n_nodes, sizeof *fields);
	size_t n = 0;

	for (size_t i = 0; i < f->n_nodes; i++) {
		const struct form_node *node = &f->nodes[i];

		if (!is_stored(node) && node->type != FORM_REPEAT)
			continue;
		fields[n].path = node->path;
		fields[n].reg = is_stored(node) ? node->reg : node->path;
		fields[n++].owner = owner_of(node->owner);
	}
	qsort(fields, n, sizeof *fields, by_path);
	out->fields = fields;
	out->n_fields = n;
}

static void
add_states(struct arena *a, const struct form *f, struct fold_rules *out)
{
	struct fold_state *states =
	    arena_array(a, f->n_states, sizeof *states);

	for (size_t i = 0; i < f->n_states; i++) {
		states[i].name = f->states[i].name;
		states[i].by = owner_of(f->states[i].by);
	}
	out->states = states;
	out->n_states = f->n_states;
}

/* A column of a linked record is kept as the link; who shows it follows. */
static const struct fold_column *
columns_of(struct arena *a, const struct form_column *from, size_t n)
{
	struct fold_column *c = arena_array(a, n, sizeof *c);

	for (size_t i = 0; i < n; i++)
		c[i].path =
		    from[i].link != NULL ? from[i].link : from[i].path;
	return c;
}

static const char *
plain(const char *path)
{
	return path != NULL && strchr(path, '.') == NULL ? path : NULL;
}

static const char *const *
links_of(struct arena *a, const struct form *f)
{
	const char **links = arena_array(a, f->n_nodes + 1, sizeof *links);
	size_t n = 0;

	for (size_t i = 0; i < f->n_nodes; i++)
		if (f->nodes[i].type == FORM_LINK)
			links[n++] = f->nodes[i].path;
	return links;
}

static struct fold_rules *
make(struct arena *a, const struct form *f)
{
	struct fold_rules *r = arena_new_of(a, struct fold_rules);

	r->form = f->id;
	memcpy(r->form_hash, f->hash, sizeof r->form_hash);
	add_fields(a, f, r);
	add_states(a, f, r);
	r->columns = columns_of(a, f->list, f->n_list);
	r->n_columns = f->n_list;
	r->search = columns_of(a, f->search, f->n_search);
	r->n_search = f->n_search;
	r->name = plain(f->name_field);
	r->birth = plain(f->birth_field);
	r->hamlet = plain(f->hamlet_field);
	r->citizen_id = plain(f->citizen_id_field);
	r->links = links_of(a, f);
	return r;
}

const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t form_hash[32])
{
	struct rules *rules = ctx;
	struct str key = { (const char *)form_hash, 32 };
	const struct form *f;
	struct fold_rules *r;

	if (rules->last != NULL &&
	    memcmp(rules->last->form_hash, form_hash, key.n) == 0)
		return str_is(form, rules->last->form) ? rules->last : NULL;
	r = map_get(rules->by_hash, key);
	if (r == NULL) {
		f = form_set_by_hash(rules->forms, form_hash);
		if (f == NULL)
			return NULL;
		r = make(rules->a, f);
		map_put(rules->by_hash, key, r);
	}
	rules->last = r;
	return str_is(form, r->form) ? r : NULL;
}

#include "store/fold_place.h"

#include "store/fold_link.h"

#include <string.h>

struct str
fold_model_path(struct arena *a, struct str path)
{
	struct buf out = BUF_INIT;
	struct str model;
	size_t start = 0;
	bool row = false;

	if (path.n == 0 || memchr(path.p, '/', path.n) == NULL)
		return path;
	for (size_t i = 0; i <= path.n; i++) {
		if (i < path.n && path.p[i] != '/')
			continue;
		if (!row) {
			if (out.n > 0)
				buf_addc(&out, '/');
			buf_add(&out, path.p + start, i - start);
		}
		row = !row;
		start = i + 1;
	}
	model = arena_str_dup(a, buf_str(&out));
	buf_release(&out);
	return model;
}

bool
fold_is_row(struct str path)
{
	size_t slashes = 0;

	for (size_t i = 0; i < path.n; i++)
		slashes += path.p[i] == '/';
	return slashes % 2 == 1;
}

bool
fold_is_in_row(struct str path, struct str row)
{
	return path.n > row.n && path.p[row.n] == '/' &&
	       memcmp(path.p, row.p, row.n) == 0;
}

/* A path of the rules, which is a string, beside one of an event. */
static int
path_cmp(const char *path, struct str model)
{
	int c = 0;

	if (model.n > 0) /* the first byte mostly says it */
		c = (unsigned char)path[0] - (unsigned char)model.p[0];
	if (c == 0)
		c = strncmp(path, model.p, model.n);
	return c != 0 ? c : path[model.n] != '\0';
}

/* The settings of an event are sorted as the fields are: the next is mostly
 * found a few fields on, under its own path. */
static const struct fold_field *
field_near(const struct fold_rules *rules, struct str path, size_t *near)
{
	for (; near != NULL && *near < rules->n_fields; ++*near) {
		const struct fold_field *f = &rules->fields[*near];
		int c = path_cmp(f->path, path);

		if (c == 0 && memchr(path.p, '/', path.n) == NULL)
			return f;
		if (c >= 0)
			break;
	}
	return NULL;
}

static const struct fold_field *
field_of(struct arena *a, const struct fold_rules *rules, struct str path,
    size_t *near)
{
	const struct fold_field *f = field_near(rules, path, near);
	size_t lo = 0, hi = f == NULL ? rules->n_fields : 0;
	struct str model = path;
	int c;

	if (f == NULL)
		model = fold_model_path(a, event_field(path));
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		c = path_cmp(rules->fields[mid].path, model);
		if (c == 0)
			return &rules->fields[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return f;
}

/* The register of a row's field: the row's path, then the register's word. */
static struct str
register_name(struct arena *a, const struct fold_field *f, struct str path)
{
	const char *slash = memrchr(path.p, '/', path.n), *word;

	if (slash == NULL)
		return str_of(f->reg);
	word = strrchr(f->reg, '/');
	return str_of(arena_printf(a, "%.*s/%s", (int)(slash - path.p), path.p,
	    word == NULL ? f->reg : word + 1));
}

static bool
is_state(const struct fold_rules *rules, struct str json, enum fold_owner *by)
{
	if (json.n < 2 || json.p[0] != '"')
		return false;
	json = (struct str){ json.p + 1, json.n - 2 };
	for (size_t i = 0; i < rules->n_states; i++)
		if (str_is(json, rules->states[i].name)) {
			*by = rules->states[i].by;
			return true;
		}
	return false;
}

const char *
fold_place(struct arena *a, const struct fold_rules *rules, enum event_act act,
    const struct record_id *rec, const struct event_set *set, size_t *near,
    struct str *name, bool *single, enum fold_owner *owner)
{
	const struct fold_field *f;

	*name = set->path;
	*single = true;
	*owner = FOLD_BOTH;
	if (act == EVENT_MERGE)
		return fold_link_place(a, rec, set, name);
	if (str_is(set->path, "void"))
		return NULL;
	if (str_is(set->path, "state"))
		return is_state(rules, set->json, owner)
		    ? NULL
		    : N_("the form has no such state");
	if ((f = field_of(a, rules, set->path, near)) == NULL)
		return N_("the form has no such field");
	*single = f->reg == f->path || strcmp(f->reg, f->path) == 0;
	if (!*single)
		*name = register_name(a, f, set->path);
	*owner = f->owner;
	return NULL;
}

const char *
fold_not_owner(enum fold_owner owner, enum fold_owner role)
{
	if (owner == FOLD_BOTH || owner == role)
		return NULL;
	return owner == FOLD_DISTRICT ? N_("only the district may set this")
	                              : N_("only the commune may set this");
}

const char *
fold_refuses(struct arena *a, const struct fold_rules *rules,
    enum event_act act, const struct record_id *rec,
    const struct event_set *set, enum fold_owner role, size_t *near,
    struct str *reg)
{
	enum fold_owner owner;
	bool single;
	const char *why =
	    fold_place(a, rules, act, rec, set, near, reg, &single, &owner);

	return why != NULL ? why : fold_not_owner(owner, role);
}

bool
fold_decides(
    struct arena *a, const struct fold_rules *rules, const struct event *ev)
{
	enum fold_owner owner;
	struct str name;
	bool single;

	for (size_t i = 0; i < ev->n_set; i++)
		if (fold_place(a, rules, ev->act, &ev->record, &ev->set[i],
		        NULL, &name, &single, &owner) == NULL &&
		    owner == FOLD_DISTRICT)
			return true;
	return false;
}

bool
fold_takes_part(enum event_act act)
{
	return act >= EVENT_CREATE && act <= EVENT_MERGE;
}

#include "store/fold_shown.h"

#include "store/fold_link.h"

#include <stdlib.h>
#include <string.h>

static int
register_cmp(const void *a, const void *b)
{
	return str_cmp(((const struct fold_register *)a)->name,
	    ((const struct fold_register *)b)->name);
}

/* What comes from settings that are sorted mostly is. */
void
fold_sort_registers(struct record *r)
{
	struct fold_register *reg = r->registers;

	for (size_t i = 1; i < r->n_registers; i++)
		if (str_cmp(reg[i - 1].name, reg[i].name) > 0) {
			qsort(reg, r->n_registers, sizeof *reg, register_cmp);
			return;
		}
}

static const struct fold_register *
register_get(const struct record *r, struct str name)
{
	struct fold_register key = { .name = name };

	if (r->n_registers == 0)
		return NULL;
	return bsearch(
	    &key, r->registers, r->n_registers, sizeof key, register_cmp);
}

/* No other value begins so. */
static bool
is_null(struct str json)
{
	return json.n == 4 && json.p[0] == 'n';
}

/* A row that was removed takes its fields along. */
static bool
is_in_removed_row(const struct record *r, struct str path)
{
	const struct fold_register *row;
	unsigned slashes = 0;

	if (memchr(path.p, '/', path.n) == NULL)
		return false;
	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] != '/' || ++slashes % 2 != 0)
			continue;
		row = register_get(r, (struct str){ path.p, i });
		if (row != NULL && is_null(row->heads[row->shown].json))
			return true;
	}
	return false;
}

/* Registers of several fields put few of them out of order. */
static void
insert(struct record *out, const struct fold_value *v)
{
	size_t i = out->n_values++;

	while (i > 0 && str_cmp(out->values[i - 1].path, v->path) > 0) {
		out->values[i] = out->values[i - 1];
		i--;
	}
	out->values[i] = *v;
}

static void
make_values(struct arena *a, struct record *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n_registers; i++)
		n += out->registers[i].heads[out->registers[i].shown].n_set;
	out->values = arena_array(a, n, sizeof *out->values);
	for (size_t i = 0; i < out->n_registers; i++) {
		const struct fold_register *r = &out->registers[i];
		const struct fold_head *h = &r->heads[r->shown];

		if (fold_is_link(r->name, NULL, NULL))
			continue;
		for (size_t k = 0; k < h->n_set; k++) {
			struct fold_value v = { h->set[k].path,
				h->set[k].json, r->conflict };

			if (!is_null(v.json) &&
			    !is_in_removed_row(out, v.path))
				insert(out, &v);
		}
	}
}

static struct str
unquoted(struct str json)
{
	if (json.n < 2 || json.p[0] != '"')
		return (struct str){ "", 0 };
	return (struct str){ json.p + 1, json.n - 2 };
}

static void
make_state(struct record *out)
{
	const struct fold_register *r = register_get(out, STR("state"));

	out->state = STR("");
	if (r != NULL)
		out->state = unquoted(r->heads[r->shown].json);
	r = register_get(out, STR("void"));
	out->is_void =
	    r != NULL && !is_null(r->heads[r->shown].json);
}

void
fold_show(struct arena *a, struct record *r)
{
	if (r->values == NULL)
		make_values(a, r);
	make_state(r);
}

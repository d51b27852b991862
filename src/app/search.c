#include "app/search.h"

#include "base/text.h"

#include <string.h>

/* The column of a form's list that holds the link to search through. */
static bool
borrowed(const struct form *f, size_t *column, const char **link)
{
	for (size_t i = 0; i < f->n_search; i++) {
		if (f->search[i].link == NULL)
			continue;
		for (size_t k = 0; k < f->n_list; k++)
			if (f->list[k].link != NULL &&
			    strcmp(f->list[k].link, f->search[i].link) == 0) {
				*column = k;
				*link = f->search[i].link;
				return true;
			}
	}
	return false;
}

static uint8_t *
bitmap_of(struct arena *a, size_t size, const uint32_t *rows, size_t n)
{
	uint8_t *bits = arena_alloc(a, size / 8 + 1);

	for (size_t i = 0; i < n; i++)
		bits[rows[i] / 8] =
		    (uint8_t)(bits[rows[i] / 8] | 1u << rows[i] % 8);
	return bits;
}

static bool
has_bit(const uint8_t *bits, size_t row)
{
	return (bits[row / 8] >> row % 8 & 1) != 0;
}

/* Rows of q's form whose own text fits, or whose person's does. */
static enum err
search_borrowed(struct app *app, struct arena *a,
    const struct directory_query *q, size_t column, const char *linked_form,
    uint32_t **rows, size_t *n, struct error *e)
{
	struct directory_query all = *q, persons = { .text = q->text,
		.form = linked_form, .with_void = true };
	struct directory *d = app->directory;
	uint32_t *own, *people, *out;
	size_t n_own, n_people, n_all, kept = 0;
	uint8_t *own_bits, *people_bits;
	enum err err;

	all.text = NULL;
	if ((err = directory_search(d, a, &persons, NULL, 0, &people,
		 &n_people, e)) != OK ||
	    (err = directory_search(d, a, q, NULL, 0, &own, &n_own, e)) !=
		OK ||
	    (err = directory_search(d, a, &all, NULL, 0, &out, &n_all, e)) !=
		OK)
		return err;
	own_bits = bitmap_of(a, directory_count(d), own, n_own);
	people_bits = bitmap_of(a, directory_count(d), people, n_people);
	for (size_t i = 0; i < n_all; i++) {
		struct directory_row row;
		struct record_id id;
		size_t at;
		bool fits = has_bit(own_bits, out[i]);

		if (!fits) {
			directory_get(d, out[i], &row);
			fits = column < row.n_columns &&
			    record_id_parse(row.column[column], &id) &&
			    directory_find(d, &id, &at) &&
			    has_bit(people_bits, at);
		}
		if (fits)
			out[kept++] = out[i];
	}
	*rows = out;
	*n = kept;
	return OK;
}

enum err
search_rows(struct app *app, struct arena *a, const struct directory_query *q,
    uint32_t **rows, size_t *n, struct error *e)
{
	const struct form *f =
	    q->form == NULL ? NULL : form_set_get(app->forms, q->form);
	const struct form_node *node;
	const char *link;
	size_t column;

	if (f == NULL || q->text == NULL || q->text[0] == '\0' ||
	    !borrowed(f, &column, &link))
		return directory_search(
		    app->directory, a, q, NULL, 0, rows, n, e);
	node = form_node_by_path(f, str_of(link));
	return search_borrowed(app, a, q, column,
	    node == NULL ? NULL : node->link, rows, n, e);
}

static struct str
readable(struct arena *a, const struct form *f, const char *path, struct str s)
{
	const struct form_node *n = form_node_by_path(f, str_of(path));
	const struct form_choice *c;
	struct date d;
	char text[DATE_BUF];

	if (n == NULL)
		return s;
	if (n->type == FORM_DATE && date_parse_iso(s, &d)) {
		date_format_vi(d, text);
		return str_of(arena_strdup(a, text));
	}
	if (n->choices != NULL &&
	    (c = form_choice_get(n->choices, s)) != NULL)
		return str_of(form_text(c->label));
	return s;
}

struct str
search_column(struct app *app, struct arena *a, const struct form *f,
    const struct directory_row *row, size_t i)
{
	const struct form_column *c = &f->list[i];
	const struct form_state *st;
	const struct form_node *n;
	const struct form *lf;
	struct value v;

	if (strcmp(c->path, "state") == 0) {
		st = form_state_get(f, row->state);
		return st == NULL ? row->state : str_of(form_text(st->label));
	}
	if (i >= row->n_columns)
		return STR("");
	if (c->link == NULL)
		return readable(a, f, c->path, row->column[i]);
	n = form_node_by_path(f, str_of(c->link));
	lf = n == NULL || n->link == NULL ? NULL
					  : form_set_get(app->forms, n->link);
	v = app_linked_value(app, a, row->column[i], str_of(c->field));
	return lf == NULL ? value_to_text(a, v)
			  : readable(a, lf, c->field, value_to_text(a, v));
}

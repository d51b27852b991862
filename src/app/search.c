#include "app/search.h"

#include "base/text.h"

#include <string.h>

/* The column of a form's list that holds the link to search through. */
static bool
borrowed(const struct form *f, size_t *column)
{
	for (size_t i = 0; i < f->n_search; i++) {
		if (f->search[i].link == NULL)
			continue;
		for (size_t k = 0; k < f->n_list; k++)
			if (f->list[k].link != NULL &&
			    strcmp(f->list[k].link, f->search[i].link) == 0) {
				*column = k;
				return true;
			}
	}
	return false;
}

/* Rows of q's form whose own text fits, or whose person's does. */
static enum err
search_borrowed(struct app *app, struct arena *a,
    const struct directory_query *q, size_t column, uint32_t **rows, size_t *n,
    struct error *e)
{
	struct directory *d = app->directory;
	struct directory_query all = *q;
	struct str text = text_folded(a, str_of(q->text));
	uint32_t *out;
	size_t n_all, kept = 0;
	enum err err;

	all.text = NULL;
	all.limit = 0;
	if ((err = directory_search(d, a, &all, NULL, 0, &out, &n_all, e)) !=
	    OK)
		return err;
	for (size_t i = 0; i < n_all && (q->limit == 0 || kept < q->limit);
	     i++) {
		size_t at;

		if (directory_holds(d, out[i], text) ||
		    (directory_follow(d, out[i], column, &at) &&
			directory_holds(d, at, text)))
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
	size_t column;

	if (f == NULL || q->text == NULL || q->text[0] == '\0' ||
	    !borrowed(f, &column))
		return directory_search(
		    app->directory, a, q, NULL, 0, rows, n, e);
	return search_borrowed(app, a, q, column, rows, n, e);
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

/*
 * What the record screen shows: the record's values in the order of the paper,
 * what was refused, and the records that point at it.
 */
#include "tui/screen_record_impl.h"

#include "app/history.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_COLS 34
#define LINE_COLS 5 /* at least */
#define BESIDE_LABEL 5 /* columns before and after it */

static void
add_line(struct record_screen *s, size_t *cap, struct str text,
    const struct record_id *link, bool conflict)
{
	size_t c1 = *cap, c2 = *cap, c3 = *cap;

	s->lines = arena_grow(s->arena, s->lines, s->n, cap, sizeof *s->lines);
	s->links = arena_grow(s->arena, s->links, s->n, &c1, sizeof *s->links);
	s->is_link =
	    arena_grow(s->arena, s->is_link, s->n, &c2, sizeof *s->is_link);
	s->is_conflict = arena_grow(
	    s->arena, s->is_conflict, s->n, &c3, sizeof *s->is_conflict);
	s->lines[s->n] = text;
	s->is_link[s->n] = link != NULL;
	s->is_conflict[s->n] = conflict;
	if (link != NULL)
		s->links[s->n] = *link;
	s->n++;
}

/* A label too long for its column takes what its value leaves of the line. */
static struct str
label_beside(const struct record_screen *s, struct str label, struct str value)
{
	int room = term_cols() - BESIDE_LABEL - s->line_cols -
	    (int)text_width(value);
	int want = (int)text_width(label);

	if (want > room)
		want = room;
	return ui_pad(s->arena, label, want > LABEL_COLS ? (size_t)want : LABEL_COLS);
}

static void
add_value(struct ui *ui, struct record_screen *s, size_t *cap,
    const struct fold_value *v)
{
	const struct form_node *n =
	    s->form == NULL ? NULL : form_node_of(s->form, v->path);
	struct str text =
	    history_value(ui->app, s->arena, s->form, v->path, v->json);
	struct str label = label_beside(
	    s, history_label(s->arena, s->form, v->path), text);
	struct record_id id;

	if (text.n == 0)
		return; /* cleared */
	add_line(s, cap,
	    str_of(arena_printf(s->arena, "%s%*s %.*s  %.*s",
		v->conflict ? "!" : " ", s->line_cols,
		n == NULL ? "" : n->line,
		(int)label.n, label.p, (int)text.n, text.p)),
	    history_link(s->form, v, &id) ? &id : NULL, v->conflict);
}

/* A row of a grid on one line: its values beside one another. */
static size_t
add_grid_row(struct ui *ui, struct record_screen *s, size_t *cap,
    const struct fold_value **v, size_t n, const struct form_node *repeat)
{
	const char *end = v[0]->path.p + v[0]->path.n, *slash = end;
	struct buf b = BUF_INIT;
	struct record_id id, found;
	bool any = false, conflict = false;
	size_t used = 0, prefix;
	struct str label;

	while (slash > v[0]->path.p && slash[-1] != '/')
		slash--;
	prefix = (size_t)(slash - v[0]->path.p);
	for (; used < n && v[used]->path.n > prefix &&
	     memcmp(v[used]->path.p, v[0]->path.p, prefix) == 0;
	     used++) {
		struct str text = history_value(ui->app, s->arena, s->form,
		    v[used]->path, v[used]->json);

		if (history_link(s->form, v[used], &id) && !any) {
			found = id;
			any = true;
		}
		conflict = conflict || v[used]->conflict;
		if (b.n > 0 && text.n > 0)
			buf_adds(&b, ", ");
		buf_add_str(&b, text);
	}
	label = label_beside(
	    s, str_of(form_text(repeat->label)), buf_str(&b));
	add_line(s, cap,
	    str_of(arena_printf(s->arena, "%s%*s %.*s  %s",
		conflict ? "!" : " ", s->line_cols, repeat->line, (int)label.n, label.p,
		buf_cstr(&b))),
	    any ? &found : NULL, conflict);
	buf_release(&b);
	return used;
}

static void
add_values(struct ui *ui, struct record_screen *s, size_t *cap)
{
	const struct form_node *node;
	size_t n;
	const struct fold_value **v =
	    history_values(s->arena, s->form, &s->r, &n);

	for (size_t i = 0; i < n;) {
		node = s->form == NULL ? NULL
				       : form_node_of(s->form, v[i]->path);
		if (node != NULL && node->repeat >= 0)
			i += add_grid_row(ui, s, cap, v + i, n - i,
			    &s->form->nodes[node->repeat]);
		else
			add_value(ui, s, cap, v[i++]);
	}
}

static struct str
linked_line(struct arena *a, const struct form *f, struct str name,
    const struct directory_row *row)
{
	const struct form_state *st = form_state_get(f, row->state);
	struct str day = ui_pad(a, ui_day(a, row->birth), 11);

	name = ui_pad(a, name, 29);
	return str_of(arena_printf(a, "       %.*s %.*s %s", (int)name.n,
	    name.p, (int)day.n, day.p,
	    st == NULL ? "" : form_text(st->label)));
}

/* The form whose records are members of this one; NULL if there is none. */
static const struct form *
member_form(const struct form_set *forms, const struct record *r)
{
	for (size_t i = 0; i < form_set_count(forms); i++) {
		const struct form *f = form_set_at(forms, i);

		if (form_member_link(f, r->form) != NULL)
			return form_set_get(forms, f->id);
	}
	return NULL;
}

/* Records that point here, form by form; members even if there are none. */
static void
add_linked(struct ui *ui, struct record_screen *s, size_t *cap)
{
	struct record_id *ids;
	struct error e;
	size_t n;

	for (size_t i = 0; i < form_set_count(ui->app->forms); i++) {
		const struct form *f = form_set_at(ui->app->forms, i);

		if (store_linked(ui->app->store, s->arena, &s->id, f->id,
			&ids, &n, &e) != OK ||
		    (n == 0 && f != s->member))
			continue;
		add_line(s, cap, STR(""), NULL, false);
		add_line(s, cap,
		    str_of(arena_printf(s->arena, "  %s: %zu",
			form_text(f->title), n)),
		    NULL, false);
		for (size_t k = 0; k < n; k++) {
			struct directory_row row = { 0 };
			struct str name =
			    app_record_title(ui->app, s->arena, &ids[k]);
			size_t at;

			if (directory_find(ui->app->directory, &ids[k], &at))
				directory_get(
				    ui->app->directory, at, &row);
			add_line(s, cap,
			    linked_line(s->arena, f, name, &row), &ids[k],
			    false);
		}
	}
}

/* What calls for a second look at a decision comes before everything. */
static void
add_doubts(struct ui *ui, struct record_screen *s, size_t *cap)
{
	struct history_doubt *d;
	size_t n = history_doubts(ui->app, s->arena, &s->r, &d);

	s->doubtful = n > 0;
	for (size_t i = 0; i < n; i++) {
		bool other = memcmp(d[i].record.b, s->id.b,
				 sizeof s->id.b) != 0;

		add_line(s, cap,
		    str_of(arena_printf(s->arena, "~ %.*s", (int)d[i].text.n,
			d[i].text.p)),
		    other ? &d[i].record : NULL, false);
	}
}

void
record_screen_load(struct ui *ui, struct record_screen *s)
{
	struct error e;
	size_t cap = 0;

	arena_reset(s->arena);
	s->n = 0;
	s->lines = NULL;
	s->links = NULL;
	s->is_link = s->is_conflict = NULL;
	memset(&s->r, 0, sizeof s->r);
	if (store_record(ui->app->store, s->arena, &s->id, &s->r, &e) !=
	    OK) {
		ui_error(ui, &e);
		return;
	}
	s->form = app_form_of(ui->app, &s->r);
	s->line_cols = ui_line_cols(s->form, LINE_COLS);
	s->member = member_form(ui->app->forms, &s->r);
	add_doubts(ui, s, &cap);
	add_values(ui, s, &cap);
	for (size_t i = 0; i < s->r.n_refused; i++)
		add_line(s, &cap,
		    str_of(arena_printf(s->arena, "x %.*s: %s",
			(int)s->r.refused[i].path.n, s->r.refused[i].path.p,
			_(s->r.refused[i].reason))),
		    NULL, false);
	if (s->r.n_members > 1)
		add_line(s, &cap,
		    str_of(arena_printf(s->arena,
			_("= merged of %zu records (F8 parts them)"),
			s->r.n_members)),
		    NULL, false);
	add_linked(ui, s, &cap);
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

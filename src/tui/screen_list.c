/* The list of a form, or of everything: search as one types. */
#include "tui/screens.h"

#include "app/search.h"
#include "base/text.h"
#include "tui/input.h"

#include <stdio.h>
#include <string.h>

#define LIST_COLUMNS 8
#define STANDING_COLS 9

struct list_screen {
	const struct form *form; /* NULL: every form */
	bool changed;  /* only what the district should look at again */
	bool conflict; /* only what a person has to decide */
	struct input input;
	struct arena *arena; /* the rows */
	uint32_t *rows;
	size_t n, focus, first;
	bool more; /* than n: what is shown was found first */
	uint64_t generation;
	size_t shown[LIST_COLUMNS]; /* the widest so far in each column */
	size_t width[LIST_COLUMNS]; /* of the columns, heads and all */
};

static void
look(struct ui *ui, struct list_screen *s, bool all)
{
	struct directory_query q = { .sort = DIRECTORY_BY_NAME,
		.form = s->form == NULL ? NULL : s->form->id,
		.changed = s->changed, .conflict = s->conflict,
		.with_void = s->changed || s->conflict };
	struct str text = input_text(&s->input, ui->scratch);
	struct error e;

	arena_reset(s->arena);
	memset(s->width, 0, sizeof s->width);
	q.text = arena_str(s->arena, text);
	/* without a text the number of all is wanted, and soon found */
	q.limit = all || text.n == 0 ? 0 : LIST_SOON;
	s->n = 0;
	s->more = false;
	/* All of everything is no list; it waits for the first letter. */
	if (s->form == NULL && text.n == 0 && !s->changed && !s->conflict)
		return;
	if (search_rows(ui->app, s->arena, &q, &s->rows, &s->n, &e) != OK)
		ui_error(ui, &e);
	s->more = s->n > 0 && s->n == q.limit;
	s->generation = directory_generation(ui->app->directory);
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

/* A row of the directory holds no more. */
static size_t
columns_of(const struct form *f)
{
	return f->n_list < LIST_COLUMNS ? f->n_list : LIST_COLUMNS;
}

/* The column to cut: a long heading before what stands under the headings. */
static size_t
column_to_cut(const struct list_screen *s, size_t n)
{
	size_t spare = 0, at = 0, widest = 0;

	for (size_t k = 0; k < n; k++) {
		size_t least = s->shown[k] < 4 ? 4 : s->shown[k];

		if (s->width[k] > least && s->width[k] - least > spare) {
			spare = s->width[k] - least;
			at = k;
		}
		if (s->width[k] > s->width[widest])
			widest = k;
	}
	return spare > 0 ? at : widest;
}

/* As wide as what is shown; some give way where the line is short. */
static void
fit_columns(struct ui *ui, struct list_screen *s, size_t body)
{
	const struct form_column *c = s->form->list;
	size_t room = (size_t)term_cols() - STANDING_COLS - 3;
	size_t n = columns_of(s->form), total = 0;

	for (size_t k = 0; k < n; k++) {
		size_t *shown = &s->shown[k];

		for (size_t i = s->first; i < s->first + body && i < s->n;
		     i++) {
			struct directory_row row;
			size_t w;

			directory_get(ui->app->directory, s->rows[i], &row);
			w = text_width(search_column(
			    ui->app, ui->scratch, s->form, &row, k));
			if (*shown < w)
				*shown = w;
		}
		s->width[k] = text_width(str_of(form_text(c[k].label)));
		if (s->width[k] < *shown)
			s->width[k] = *shown;
		total += s->width[k] + 1;
	}
	while (total > room) {
		size_t k = column_to_cut(s, n);

		if (s->width[k] <= 3)
			break;
		s->width[k]--;
		total--;
	}
}

static const char *
standing_mark(enum store_standing st)
{
	switch (st) {
	case STORE_SENT:
		return _("sent");
	case STORE_RECEIVED:
		return _("received");
	case STORE_DECIDED:
		return _("decided");
	case STORE_READ:
		return _("read");
	case STORE_HERE:
	default:
		return _("here");
	}
}

/* Of a row, in a list of every form too. */
static const struct form *
form_of(struct ui *ui, const struct list_screen *s,
    const struct directory_row *row)
{
	return s->form != NULL ? s->form
			       : form_set_get(ui->app->forms,
				     arena_str(ui->scratch, row->form));
}

static void
draw_row(struct ui *ui, struct list_screen *s, int y, size_t i)
{
	struct arena *a = ui->scratch;
	struct directory_row row;
	const struct form *f;
	struct buf line = BUF_INIT;

	directory_get(ui->app->directory, s->rows[i], &row);
	f = form_of(ui, s, &row);
	buf_adds(&line, row.conflict ? "!"
		: row.basis_changed || row.objection ? "~"
		: row.is_void			     ? "x"
						     : " ");
	if (s->form == NULL) {
		buf_add_str(&line,
		    ui_pad(a, app_record_title(ui->app, a, &row.id), 24));
		buf_addc(&line, ' ');
		buf_add_str(&line, ui_pad(a, ui_day(a, row.birth), 11));
		buf_add_str(&line, ui_pad(a, row.hamlet, 9));
		buf_addc(&line, ' ');
		buf_adds(&line, f == NULL ? "?" : form_text(f->short_title));
	} else {
		for (size_t k = 0; k < columns_of(f); k++) {
			buf_add_str(&line,
			    ui_pad(a, search_column(ui->app, a, f, &row, k),
				s->width[k]));
			buf_addc(&line, ' ');
		}
	}
	ui_row(y, i == s->focus, buf_str(&line));
	term_put(y, term_cols() - STANDING_COLS - 1, STANDING_COLS + 1,
	    i == s->focus ? TERM_FOCUS : TERM_FAINT,
	    str_of(arena_printf(a, " %s", standing_mark(row.standing))));
	buf_release(&line);
}

static void
draw(struct ui *ui, void *state)
{
	struct list_screen *s = state;
	struct buf head = BUF_INIT;
	size_t body = ui_rows_left(2);
	int wide;

	if (s->n > 0 &&
	    s->generation != directory_generation(ui->app->directory))
		look(ui, s, !s->more);
	s->first = ui_scroll(s->first, s->focus, body);
	if (s->form != NULL) {
		fit_columns(ui, s, body);
		buf_adds(&head, "  ");
		for (size_t k = 0; k < columns_of(s->form); k++) {
			buf_add_str(&head,
			    ui_pad(ui->scratch,
				str_of(form_text(s->form->list[k].label)),
				s->width[k]));
			buf_addc(&head, ' ');
		}
	}
	term_put(2, 0, -1, TERM_HEADING, buf_str(&head));
	buf_release(&head);
	for (size_t i = 0; i < body && s->first + i < s->n; i++)
		draw_row(ui, s, (int)i + 3, s->first + i);
	if (s->n == 0 && s->input.n > 0)
		term_put(3, 2, -1, TERM_FAINT, str_of(_("Nothing found.")));
	wide = (int)text_width(str_of(_("Search:"))) + 2;
	term_put(1, 1, wide, TERM_LABEL, str_of(_("Search:")));
	input_draw(&s->input, 1, wide, term_cols() - wide - 1, TERM_FIELD,
	    false);
}

static const char *
title(struct ui *ui, void *state)
{
	static char text[200];
	struct list_screen *s = state;

	(void)ui;
	snprintf(text, sizeof text, "%s   %zu%s",
	    s->conflict	      ? _("Conflicts to decide")
		: s->changed  ? _("Decisions to look at again")
		: s->form == NULL ? _("Search")
				  : form_text(s->form->title),
	    s->n, s->more ? "+" : "");
	return text;
}

static void
new_record(struct ui *ui, const struct list_screen *s)
{
	struct directory_row row;

	if (s->n == 0) {
		screen_form_new(ui, s->form, NULL);
		return;
	}
	directory_get(ui->app->directory, s->rows[s->focus], &row);
	screen_form_new(ui, form_of(ui, s, &row), &row.id);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct list_screen *s = state;
	struct directory_row row;
	size_t body = ui_rows_left(2);
	bool full;

	if (s->more && s->focus + 2 * body >= s->n)
		look(ui, s, true);
	if (ui_move(in.key, &s->focus, s->n, body))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
		if (s->n == 0)
			return true;
		directory_get(ui->app->directory, s->rows[s->focus], &row);
		screen_record_open(ui, &row.id);
		return true;
	case TKEY_INSERT:
		new_record(ui, s);
		return true;
	case TKEY_ESC:
		if (s->input.n == 0)
			return false;
		input_set(&s->input, STR(""));
		look(ui, s, false);
		return true;
	default:
		break;
	}
	s->input.fresh = false;
	s->input.compose.method = ui->compose.method;
	s->input.compose.new_style = ui->compose.new_style;
	if (!input_key(&s->input, in, &full))
		return false;
	s->focus = s->first = 0;
	look(ui, s, false);
	return true;
}

static void
back(struct ui *ui, void *state)
{
	struct list_screen *s = state;

	look(ui, s, !s->more);
}

static const struct ui_menu list_menu[] = {
	{ N_("Open the record in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("New record, with what the one in focus hands on"), "Ins",
	    TKEY_INSERT, 0 },
};

static const struct screen list_screen = {
	.state_size = sizeof(struct list_screen),
	.draw = draw,
	.key = key,
	.back = back,
	.title = title,
	.keys = N_(" F9 Menu  Enter Open  Ins New  type to search  F1 Help  "
		   "Esc Back"),
	.help = N_("Type part of a name, a number or a date; accents may be "
		   "left out.\n"
		   "Up, Down, PgUp, PgDn: move.  Enter: open the record.\n"
		   "Ins or Ctrl-O: a new record.\n"
		   "! a conflict to decide; ~ a decision to look at again; "
		   "x void.\n"
		   "At the right: where the record stands (here, sent, "
		   "received, decided, read)."),
	.menu = list_menu,
	.n_menu = ARRAY_LEN(list_menu),
};

static void
open(struct ui *ui, const struct form *form, bool changed, bool conflict)
{
	struct list_screen *s = ui_push(ui, &list_screen);

	s->form = form;
	s->changed = changed;
	s->conflict = conflict;
	s->arena = ui_arena(ui);
	look(ui, s, false);
}

void
screen_list_open(struct ui *ui, const struct form *form)
{
	open(ui, form, false, false);
}

void
screen_search_open(struct ui *ui)
{
	open(ui, NULL, false, false);
}

void
screen_changed_open(struct ui *ui)
{
	open(ui, NULL, true, false);
}

void
screen_conflicts_open(struct ui *ui)
{
	open(ui, NULL, false, true);
}

/*
 * The form screen drawn: the paper's twin.  Every visible field of the page is
 * a row with its paper line number; a repeat is a grid.
 */
#include "tui/screen_form_impl.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define LINE_COLS 6 /* at least */
#define LABEL_MAX 48 /* on a wide screen the values stay near */
#define GRID_MAX 12

enum row_kind {
	ROW_HEADING,
	ROW_FIELD,
	ROW_NOTE,
	ROW_REPEAT, /* its label */
	ROW_GRID_HEAD,
	ROW_GRID,
};

struct row {
	enum row_kind kind;
	struct fill_ref ref; /* of the field; of the row's first in a grid */
};

static const struct form_node *
nodes_of(const struct form_screen *s)
{
	return s->k.ed->form->nodes;
}

static bool
is_grid_part(const struct form_node *nodes, int n)
{
	return nodes[n].repeat >= 0;
}

static struct row *
add_row(struct form_screen *s, struct row *rows, size_t *n, size_t *cap,
    enum row_kind kind, const struct fill_ref *r)
{
	rows = arena_grow(s->arena, rows, *n, cap, sizeof *rows);
	rows[*n].kind = kind;
	rows[(*n)++].ref = *r;
	return rows;
}

/* The rows of the page at the cursor, in the order of the paper. */
static size_t
build_rows(struct form_screen *s, struct row **out)
{
	const struct form_node *nodes = nodes_of(s);
	const struct fill *fill = s->k.ed->fill;
	struct row *rows = NULL;
	size_t n = 0, cap = 0;
	int page = keying_page(&s->k), group = -1, repeat = -1;
	struct keying walk = s->k;
	struct fill_ref r;

	if (!fill_first(fill, &r)) {
		*out = NULL;
		return 0;
	}
	do {
		int up;

		walk.at = r;
		if (keying_page(&walk) != page)
			continue;
		up = is_grid_part(nodes, r.node) ? nodes[r.node].repeat
						 : r.node;
		if (nodes[up].parent != group && nodes[up].parent >= 0) {
			group = nodes[up].parent;
			if (nodes[group].type == FORM_GROUP &&
			    form_text(nodes[group].label)[0] != '\0')
				rows = add_row(s, rows, &n, &cap, ROW_HEADING,
				    &(struct fill_ref){ .node = group,
					.at = r.at });
		}
		if (nodes[r.node].type == FORM_REPEAT ||
		    (is_grid_part(nodes, r.node) && up != repeat)) {
			struct fill_ref head = r;

			head.node = up;
			repeat = up;
			rows = add_row(
			    s, rows, &n, &cap, ROW_REPEAT, &head);
			if (nodes[r.node].type != FORM_REPEAT)
				rows = add_row(s, rows, &n, &cap,
				    ROW_GRID_HEAD, &head);
		}
		if (nodes[r.node].type == FORM_REPEAT)
			continue;
		if (!is_grid_part(nodes, r.node)) {
			repeat = -1;
			rows = add_row(s, rows, &n, &cap,
			    nodes[r.node].type == FORM_NOTE ? ROW_NOTE
							    : ROW_FIELD,
			    &r);
		} else if (rows[n - 1].kind != ROW_GRID ||
		    rows[n - 1].ref.at.row[r.at.depth - 1] !=
			r.at.row[r.at.depth - 1]) {
			rows = add_row(s, rows, &n, &cap, ROW_GRID, &r);
		}
	} while (fill_next(fill, &r));
	*out = rows;
	return n;
}

static enum term_style
mark_of(const struct form_screen *s, const struct fill_ref *r, char *mark)
{
	const struct fill_finding *f = fill_finding_at(s->k.ed->fill, r);

	*mark = ' ';
	if (f == NULL)
		return TERM_LABEL;
	*mark = f->severity == FILL_ERROR ? '!'
	    : f->severity == FILL_WARNING ? '?'
					  : '~';
	return f->severity == FILL_ERROR ? TERM_ERROR : TERM_WARNING;
}

/* Line breaks as the input shows them. */
static struct str
one_line(struct arena *a, struct str text)
{
	char *copy;

	if (text.n == 0 || memchr(text.p, '\n', text.n) == NULL)
		return text;
	copy = arena_strdup(a, arena_str(a, text));
	for (char *p = copy; (p = strchr(p, '\n')) != NULL;)
		*p = '|';
	return str_of(copy);
}

/* Whoever looks over the shoulder sees nothing until it is asked for, and
 * then one field at a time. */
static bool
is_masked(const struct form_screen *s, const struct fill_ref *r)
{
	unsigned flags = nodes_of(s)[r->node].flags;

	if ((flags & FORM_MASKED) != 0)
		return true;
	return (flags & FORM_RESTRICTED) != 0 &&
	    !(s->revealed && fill_ref_equal(r, &s->k.at));
}

static struct str
shown_value(struct ui *ui, const struct form_screen *s,
    const struct fill_ref *r)
{
	const struct form_node *n = &nodes_of(s)[r->node];
	struct record_id id;
	struct str text = fill_display(s->k.ed->fill, ui->scratch, r);

	if (n->type == FORM_LINK && record_id_parse(text, &id))
		return app_record_title(ui->app, ui->scratch, &id);
	if (text.n > 0 && is_masked(s, r))
		return STR("******");
	return one_line(ui->scratch, text);
}

static int
label_cols(const struct form_screen *s)
{
	int cols = term_cols() * 52 / 100 - s->line_cols - 2;

	return cols > LABEL_MAX ? LABEL_MAX : cols;
}

static void
draw_field(struct ui *ui, struct form_screen *s, int y, const struct row *row)
{
	const struct form_node *n = &nodes_of(s)[row->ref.node];
	bool focus = fill_ref_equal(&row->ref, &s->k.at);
	int label = label_cols(s);
	int col = s->line_cols + 2 + label + 1, width = term_cols() - col - 1;
	bool conflict = form_conflict(ui, s, &row->ref).n > 0;
	struct str value;
	enum term_style style;
	char mark, left[UI_LINE_COLS_MAX + 4];

	style = mark_of(s, &row->ref, &mark);
	if (conflict && mark == ' ') {
		mark = '!';
		style = TERM_ERROR;
	}
	snprintf(left, sizeof left, "%c%*.*s", focus ? '>' : ' ', s->line_cols,
	    s->line_cols, n->line);
	term_put(y, 0, s->line_cols + 1, TERM_FAINT, str_of(left));
	term_put(y, s->line_cols + 2, label, style, str_of(form_text(n->label)));
	term_put(y, col - 1, 1, style, (struct str){ &mark, 1 });
	if (n->width > 0 && n->width < width)
		width = n->width;
	if (focus && s->editing) {
		input_draw(&s->input, y, col, width, TERM_FOCUS,
		    (n->flags & FORM_MASKED) != 0 || s->veiled);
		return;
	}
	if (fill_is_read_only(s->k.ed->fill, &row->ref))
		style = TERM_PLAIN;
	else
		style = focus ? TERM_FOCUS : TERM_FIELD;
	value = shown_value(ui, s, &row->ref);
	term_put(y, col, width, style, value);
	if (conflict)
		term_put(y, col + (int)text_width(value) + 1, -1, TERM_ERROR,
		    str_of(_("CONFLICT")));
	if (focus)
		term_cursor(y, col);
}

struct grid {
	int node[GRID_MAX], col[GRID_MAX], width[GRID_MAX];
	size_t n;
};

static int
cell_width(const struct form_node *n)
{
	if (n->width > 0)
		return n->width;
	switch ((int)n->type) {
	case FORM_DATE:
		return 11;
	case FORM_YES_NO:
	case FORM_INTEGER:
		return 6;
	case FORM_MONEY:
		return 11;
	case FORM_LINK:
		return 22;
	default:
		return n->type == FORM_TEXT && n->max_length >= 80 ? 24 : 16;
	}
}

/* Columns of a grid: each its width, the widest cut until all fit. */
static void
layout_grid(const struct form_screen *s, int repeat, struct grid *g)
{
	const struct form_node *nodes = nodes_of(s);
	int total = 0, room = term_cols() - 5;

	memset(g, 0, sizeof *g);
	for (int i = repeat + 1; nodes[repeat].next != i &&
	     i < (int)s->k.ed->form->n_nodes && g->n < GRID_MAX;
	     i++) {
		if (nodes[i].repeat != repeat)
			break;
		if (nodes[i].type < FORM_TEXT || nodes[i].type == FORM_NOTE ||
		    (nodes[i].flags & FORM_HIDDEN) != 0)
			continue;
		g->node[g->n] = i;
		g->width[g->n] = cell_width(&nodes[i]);
		total += g->width[g->n++] + 1;
	}
	while (total > room && g->n > 0) {
		size_t widest = 0;

		for (size_t i = 1; i < g->n; i++)
			if (g->width[i] > g->width[widest])
				widest = i;
		if (g->width[widest] <= 4)
			break;
		g->width[widest]--;
		total--;
	}
	for (size_t i = 0, col = 5; i < g->n; i++) {
		g->col[i] = (int)col;
		col += (size_t)g->width[i] + 1;
	}
}

/* A repeat's label; without rows it is where the cursor stands. */
static void
draw_repeat(struct ui *ui, struct form_screen *s, int y,
    const struct row *row)
{
	const struct form_node *n = &nodes_of(s)[row->ref.node];
	bool focus = fill_ref_equal(&row->ref, &s->k.at);
	bool empty = fill_rows(s->k.ed->fill, &row->ref) == 0;
	char left[UI_LINE_COLS_MAX + 4];

	snprintf(left, sizeof left, "%c%*.*s", focus ? '>' : ' ', s->line_cols,
	    s->line_cols, n->line);
	term_put(y, 0, s->line_cols + 1, TERM_FAINT, str_of(left));
	term_put(y, s->line_cols + 2, -1, focus ? TERM_FOCUS : TERM_LABEL,
	    str_of(arena_printf(ui->scratch, "%s%s%s%s",
		form_text(n->label), empty ? "   (" : "",
		empty ? _("Ins: new row") : "", empty ? ")" : "")));
	if (focus)
		term_cursor(y, s->line_cols + 2);
}

static void
draw_grid_head(const struct form_screen *s, int y, const struct row *row)
{
	struct grid g;

	layout_grid(s, row->ref.node, &g);
	for (size_t i = 0; i < g.n; i++)
		term_put(y, g.col[i], g.width[i], TERM_HEADING,
		    str_of(form_text(nodes_of(s)[g.node[i]].label)));
}

static void
draw_grid_row(struct ui *ui, struct form_screen *s, int y,
    const struct row *row)
{
	struct fill_ref cell = row->ref;
	struct grid g;
	char number[16];

	layout_grid(s, nodes_of(s)[row->ref.node].repeat, &g);
	snprintf(number, sizeof number, "%3u.",
	    row->ref.at.row[row->ref.at.depth - 1] + 1);
	term_put(y, 0, 4, TERM_FAINT, str_of(number));
	for (size_t i = 0; i < g.n; i++) {
		bool focus;
		char mark;
		enum term_style style;

		cell.node = g.node[i];
		if (!fill_is_relevant(s->k.ed->fill, &cell))
			continue;
		focus = fill_ref_equal(&cell, &s->k.at);
		style = mark_of(s, &cell, &mark);
		if (mark == ' ' && form_conflict(ui, s, &cell).n > 0) {
			mark = '!';
			style = TERM_ERROR;
		}
		if (focus && s->editing) {
			input_draw(&s->input, y, g.col[i], g.width[i],
			    TERM_FOCUS, s->veiled);
			continue;
		}
		term_put(y, g.col[i], g.width[i],
		    focus                ? TERM_FOCUS
			: mark == ' ' ? TERM_FIELD
					 : style,
		    shown_value(ui, s, &cell));
		if (focus)
			term_cursor(y, g.col[i]);
	}
}

static bool
has_cursor(const struct form_screen *s, const struct row *row)
{
	if (row->kind == ROW_GRID_HEAD)
		return false;
	if (row->kind == ROW_GRID)
		return nodes_of(s)[s->k.at.node].repeat ==
		    nodes_of(s)[row->ref.node].repeat &&
		    s->k.at.at.depth == row->ref.at.depth &&
		    memcmp(s->k.at.at.row, row->ref.at.row,
			row->ref.at.depth * sizeof(uint32_t)) == 0;
	return fill_ref_equal(&row->ref, &s->k.at);
}

/* "Page 2 of 4: Members", and how much there is to mend. */
static void
draw_page_line(struct ui *ui, struct form_screen *s)
{
	const struct form_node *nodes = nodes_of(s);
	const struct fill_finding *f;
	size_t n = fill_findings(s->k.ed->fill, &f), errors = 0;
	int page = keying_page(&s->k), pages = 0, at = 0;
	const char *mend;
	int wide;

	for (int i = nodes[0].first; i >= 0; i = nodes[i].next) {
		pages += nodes[i].type == FORM_PAGE;
		if (i == page)
			at = pages;
	}
	for (size_t i = 0; i < n; i++)
		errors += f[i].severity == FILL_ERROR;
	term_put(1, 1, -1, TERM_HEADING,
	    str_of(arena_printf(ui->scratch, _("Page %d of %d: %s"), at,
		pages, form_text(nodes[page].label))));
	mend = arena_printf(ui->scratch, _("to mend: %zu"), errors);
	wide = (int)text_width(str_of(mend));
	term_put(1, term_cols() - wide - 1, wide,
	    errors > 0 ? TERM_ERROR : TERM_FAINT, str_of(mend));
}

/* What is wrong at the cursor, or else its hint, and its label if that is
 * too long for its place. */
static void
draw_hint(struct ui *ui, const struct form_screen *s)
{
	struct str conflict = form_conflict(ui, s, &s->k.at);
	const struct fill_finding *f =
	    fill_finding_at(s->k.ed->fill, &s->k.at);
	const struct form_node *n = keying_node(&s->k);
	const char *hint = form_text(n->hint);
	struct str value = shown_value(ui, s, &s->k.at);
	bool cut = n->repeat < 0 && n->type != FORM_REPEAT &&
	    (int)text_width(str_of(form_text(n->label))) > label_cols(s);

	if (f != NULL && !s->editing &&
	    fill_text(s->k.ed->fill, &s->k.at).n > 0)
		ui_foot(f->severity == FILL_ERROR ? TERM_ERROR : TERM_WARNING,
		    f->severity != FILL_FORCED ? str_of(f->message)
			: is_masked(s, &s->k.at) ? STR("******")
						 : str_of(f->reason));
	else if (conflict.n > 0)
		ui_foot(TERM_ERROR, conflict);
	else if (n->repeat >= 0) /* a cell may be too narrow for both */
		ui_foot(TERM_FAINT,
		    str_of(arena_printf(ui->scratch, "%s: %.*s",
			form_text(n->label), (int)value.n, value.p)));
	else
		ui_foot(TERM_FAINT,
		    str_of(arena_printf(ui->scratch, "%s%s%s",
			cut ? form_text(n->label) : "",
			cut && hint[0] != '\0' ? ": " : "", hint)));
}

void
form_draw(struct ui *ui, void *state)
{
	struct form_screen *s = state;
	const struct form_node *nodes = nodes_of(s);
	struct row *rows;
	size_t n, at = 0, body = ui_rows_left(2);

	arena_reset(s->arena);
	n = build_rows(s, &rows);
	for (size_t i = 0; i < n; i++)
		if (has_cursor(s, &rows[i]))
			at = i;
	s->first = ui_scroll(s->first, at, body);
	if (s->first > 0 && n < body)
		s->first = 0;
	s->line_cols = ui_line_cols(s->k.ed->form, LINE_COLS);
	draw_page_line(ui, s);
	for (size_t i = 0; i < body && s->first + i < n; i++) {
		const struct row *row = &rows[s->first + i];
		int y = (int)i + 2;

		switch (row->kind) {
		case ROW_HEADING:
			term_put(y, 1, -1, TERM_HEADING,
			    str_of(form_text(nodes[row->ref.node].label)));
			break;
		case ROW_NOTE:
			term_put(y, s->line_cols + 2, -1, TERM_FAINT,
			    str_of(form_text(nodes[row->ref.node].label)));
			if (fill_ref_equal(&row->ref, &s->k.at))
				term_cursor(y, s->line_cols + 2);
			break;
		case ROW_FIELD:
			draw_field(ui, s, y, row);
			break;
		case ROW_REPEAT:
			draw_repeat(ui, s, y, row);
			break;
		case ROW_GRID_HEAD:
			draw_grid_head(s, y, row);
			break;
		case ROW_GRID:
			draw_grid_row(ui, s, y, row);
			break;
		}
	}
	if (ui->message[0] == '\0')
		draw_hint(ui, s);
}


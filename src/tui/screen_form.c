/*
 * The form screen: the paper's twin.  Every visible field of the page is a
 * row with its paper line number; a repeat is a grid.  What is typed is in
 * the draft before the next key is read.
 */
#include "tui/screens.h"

#include "app/search.h"
#include "base/text.h"
#include "tui/input.h"

#include <stdio.h>
#include <string.h>

#define LINE_COLS 6
#define GRID_MAX 12

enum row_kind { ROW_HEADING, ROW_FIELD, ROW_NOTE, ROW_GRID_HEAD, ROW_GRID };

struct row {
	enum row_kind kind;
	struct fill_ref ref; /* of the field; of the row's first in a grid */
};

struct form_screen {
	struct keying k;
	struct input input;
	bool editing; /* the input holds the field at the cursor */
	size_t first; /* first row shown */
	bool resumed;
	struct arena *arena; /* rows, made anew for each drawing */
};

static const struct form_node *
nodes_of(const struct form_screen *s)
{
	return s->k.ed->form->nodes;
}

/* The field at the cursor goes into the input. */
static void
load_input(struct ui *ui, struct form_screen *s)
{
	const struct form_node *n = keying_node(&s->k);
	bool text = n->type == FORM_TEXT && (n->flags & FORM_NO_COMPOSE) == 0;

	s->input.compose = ui->compose;
	input_set(&s->input, fill_text(s->k.ed->fill, &s->k.at));
	if (!text && n->type != FORM_SELECT_ONE)
		s->input.compose.method = COMPOSE_OFF;
	s->input.lines = (n->flags & FORM_MULTILINE) != 0;
	s->editing = false;
}

/* What is in the input goes into the form.  True: go on to the next field. */
static bool
store_input(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };
	bool go_on;

	if (!s->editing)
		return false;
	go_on = keying_type(&s->k, input_text(&s->input, ui->scratch), &e);
	s->editing = false;
	if (e.code != OK)
		ui_error(ui, &e);
	return go_on;
}

static void
say_finding(struct ui *ui, struct form_screen *s, const struct fill_ref *r)
{
	const struct fill_finding *f = fill_finding_at(s->k.ed->fill, r);

	if (f == NULL)
		return;
	ui_say(ui, f->severity == FILL_ERROR ? TERM_ERROR : TERM_WARNING,
	    "%s%s", f->message,
	    f->severity == FILL_WARNING ? _("  (F7: it is right, with a reason)")
					: "");
}

/* Drawing ---------------------------------------------------------------- */

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
			    s, rows, &n, &cap, ROW_GRID_HEAD, &head);
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

static struct str
shown_value(struct ui *ui, const struct form_screen *s,
    const struct fill_ref *r)
{
	const struct form_node *n = &nodes_of(s)[r->node];
	struct record_id id;
	struct str text = fill_display(s->k.ed->fill, ui->scratch, r);

	if (n->type == FORM_LINK && record_id_parse(text, &id))
		return app_record_title(ui->app, ui->scratch, &id);
	if ((n->flags & (FORM_MASKED | FORM_RESTRICTED)) != 0 && text.n > 0)
		return STR("******");
	return text;
}

static void
draw_field(struct ui *ui, struct form_screen *s, int y, const struct row *row)
{
	const struct form_node *n = &nodes_of(s)[row->ref.node];
	bool focus = fill_ref_equal(&row->ref, &s->k.at);
	int label = term_cols() * 45 / 100 - LINE_COLS - 2;
	int col = LINE_COLS + 2 + label + 1, width = term_cols() - col - 1;
	enum term_style style;
	char mark, left[LINE_COLS + 4];

	style = mark_of(s, &row->ref, &mark);
	snprintf(left, sizeof left, "%c%*.*s", focus ? '>' : ' ', LINE_COLS,
	    LINE_COLS, n->line);
	term_put(y, 0, LINE_COLS + 1, TERM_FAINT, str_of(left));
	term_put(y, LINE_COLS + 2, label, style, str_of(form_text(n->label)));
	term_put(y, col - 1, 1, style, (struct str){ &mark, 1 });
	if (n->width > 0 && n->width < width)
		width = n->width;
	if (focus && s->editing) {
		input_draw(&s->input, y, col, width, TERM_FOCUS,
		    (n->flags & FORM_MASKED) != 0);
		return;
	}
	if (fill_is_read_only(s->k.ed->fill, &row->ref))
		style = TERM_PLAIN;
	else
		style = focus ? TERM_FOCUS : TERM_FIELD;
	term_put(y, col, width, style, shown_value(ui, s, &row->ref));
	if (focus)
		term_cursor(y, col);
}

struct grid {
	int node[GRID_MAX], col[GRID_MAX], width[GRID_MAX];
	size_t n;
};

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
		g->width[g->n] = nodes[i].width > 0 ? nodes[i].width
		    : nodes[i].type == FORM_DATE    ? 11
		    : nodes[i].type == FORM_YES_NO  ? 6
						    : 16;
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

static void
draw_grid_head(struct ui *ui, struct form_screen *s, int y,
    const struct row *row)
{
	const struct form_node *nodes = nodes_of(s);
	bool focus = fill_ref_equal(&row->ref, &s->k.at);
	struct grid g;
	char left[128];

	(void)ui;
	layout_grid(s, row->ref.node, &g);
	if (fill_rows(s->k.ed->fill, &row->ref) == 0) {
		snprintf(left, sizeof left, "%c%*.*s  %s  (%s)",
		    focus ? '>' : ' ', LINE_COLS, LINE_COLS,
		    nodes[row->ref.node].line,
		    form_text(nodes[row->ref.node].label),
		    _("Ins: new row"));
		term_put(y, 0, -1, focus ? TERM_FOCUS : TERM_LABEL,
		    str_of(left));
		if (focus)
			term_cursor(y, 0);
		return;
	}
	for (size_t i = 0; i < g.n; i++)
		term_put(y, g.col[i], g.width[i], TERM_HEADING,
		    str_of(form_text(nodes[g.node[i]].label)));
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
		if (focus && s->editing) {
			input_draw(&s->input, y, g.col[i], g.width[i],
			    TERM_FOCUS, false);
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
	if (row->kind == ROW_GRID)
		return nodes_of(s)[s->k.at.node].repeat ==
		    nodes_of(s)[row->ref.node].repeat &&
		    s->k.at.at.depth == row->ref.at.depth &&
		    memcmp(s->k.at.at.row, row->ref.at.row,
			row->ref.at.depth * sizeof(uint32_t)) == 0;
	return fill_ref_equal(&row->ref, &s->k.at);
}

static void
draw(struct ui *ui, void *state)
{
	struct form_screen *s = state;
	const struct form_node *nodes = nodes_of(s);
	struct row *rows;
	size_t n, at = 0, body = (size_t)ui_body_rows() - 1;
	const char *hint;

	arena_reset(s->arena);
	n = build_rows(s, &rows);
	for (size_t i = 0; i < n; i++)
		if (has_cursor(s, &rows[i]))
			at = i;
	s->first = ui_scroll(s->first, at, body);
	if (s->first > 0 && n < body)
		s->first = 0;
	term_put(1, 0, -1, TERM_HEADING,
	    str_of(form_text(nodes[keying_page(&s->k)].label)));
	for (size_t i = 0; i < body && s->first + i < n; i++) {
		const struct row *row = &rows[s->first + i];
		int y = (int)i + 2;

		switch (row->kind) {
		case ROW_HEADING:
			term_put(y, 1, -1, TERM_HEADING,
			    str_of(form_text(nodes[row->ref.node].label)));
			break;
		case ROW_NOTE:
			term_put(y, LINE_COLS + 2, -1, TERM_FAINT,
			    str_of(form_text(nodes[row->ref.node].label)));
			if (fill_ref_equal(&row->ref, &s->k.at))
				term_cursor(y, LINE_COLS + 2);
			break;
		case ROW_FIELD:
			draw_field(ui, s, y, row);
			break;
		case ROW_GRID_HEAD:
			draw_grid_head(ui, s, y, row);
			break;
		case ROW_GRID:
			draw_grid_row(ui, s, y, row);
			break;
		}
	}
	hint = form_text(keying_node(&s->k)->hint);
	if (ui->message[0] == '\0' && hint[0] != '\0')
		term_put(term_rows() - 2, 0, -1, TERM_FAINT, str_of(hint));
}

static const char *
title(struct ui *ui, void *state)
{
	static char text[200];
	struct form_screen *s = state;
	const struct fill_finding *f;
	size_t n = fill_findings(s->k.ed->fill, &f), errors = 0;

	(void)ui;
	for (size_t i = 0; i < n; i++)
		errors += f[i].severity == FILL_ERROR;
	snprintf(text, sizeof text, _("%s%s   %zu to mend"),
	    form_text(s->k.ed->form->title),
	    s->k.ed->is_new ? _(" (new)") : "", errors);
	return text;
}

/* Keys ------------------------------------------------------------------- */

static void
save(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };
	struct record_id other, id = s->k.ed->id;
	struct str reason = { "", 0 };
	bool was_new = s->k.ed->is_new;

	store_input(ui, s);
	if (fill_has_errors(s->k.ed->fill)) {
		keying_do(&s->k, KEYING_NEXT_FINDING, &e);
		load_input(ui, s);
		ui_say(ui, TERM_ERROR, "%s",
		    _("There are errors to mend before saving (F8 shows "
		      "them)."));
		return;
	}
	if (was_new && editing_duplicate(s->k.ed, &other) &&
	    !ui_confirm(ui,
		_("The same is already in the register.  Save all the "
		  "same?")))
		return;
	if (!was_new && editing_has_changes(s->k.ed) &&
	    !ui_prompt(ui, _("Reason for the change:"), "", true, &reason))
		return;
	ui_say(ui, TERM_PLAIN, "%s", _("Saving..."));
	ui_redraw(ui);
	if (editing_save(s->k.ed, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	ui_pop(ui);
	screen_record_open(ui, &id);
	ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
}

static void
pick(struct ui *ui, struct form_screen *s)
{
	const struct form_node *n = keying_node(&s->k);
	struct error e = { .code = OK };
	struct record_id id;
	struct str text;
	char typed[RECORD_ID_TEXT];

	store_input(ui, s);
	if (n->type == FORM_LINK) {
		if (!pick_record(ui, form_set_get(ui->app->forms, n->link),
			"", &id))
			return;
		record_id_format(&id, typed);
		text = str_of(typed);
	} else if (n->choices == NULL || !pick_choice(ui, &s->k, &text)) {
		return;
	}
	keying_type(&s->k, text, &e);
	keying_do(&s->k, KEYING_NEXT, &e);
	load_input(ui, s);
}

static void
go_to(struct ui *ui, struct form_screen *s)
{
	struct str where;

	store_input(ui, s);
	if (!ui_prompt(ui, _("Go to line or field:"), "", false, &where))
		return;
	if (!keying_goto(&s->k, where))
		ui_say(ui, TERM_WARNING, _("No such line: %.*s"),
		    (int)where.n, where.p);
	load_input(ui, s);
}

static void
force(struct ui *ui, struct form_screen *s)
{
	const struct fill_finding *f;
	struct str reason;

	store_input(ui, s);
	f = fill_finding_at(s->k.ed->fill, &s->k.at);
	if (f == NULL || f->severity != FILL_WARNING) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is no warning here to accept."));
		return;
	}
	if (!ui_prompt(ui, _("It is right, because:"), "", true, &reason) ||
	    text_trim(reason).n == 0)
		return;
	fill_force(s->k.ed->fill, &s->k.at, text_trim(reason));
}

static void
findings(struct ui *ui, struct form_screen *s)
{
	const struct form_node *nodes = nodes_of(s);
	const struct fill_finding *f;
	const char **lines;
	size_t n;
	int chosen;

	store_input(ui, s);
	n = fill_findings(s->k.ed->fill, &f);
	if (n == 0) {
		ui_say(ui, TERM_PLAIN, "%s", _("Nothing to mend."));
		return;
	}
	lines = arena_array(ui->scratch, n, sizeof *lines);
	for (size_t i = 0; i < n; i++)
		lines[i] = arena_printf(ui->scratch, "%c %-6s %s: %s%s%s",
		    f[i].severity == FILL_ERROR	    ? '!'
			: f[i].severity == FILL_WARNING ? '?'
						    : '~',
		    nodes[f[i].ref.node].line,
		    form_text(nodes[f[i].ref.node].label), f[i].message,
		    f[i].reason == NULL ? "" : " = ",
		    f[i].reason == NULL ? "" : f[i].reason);
	chosen = ui_pick(ui, _("To mend"), lines, n, 0);
	if (chosen >= 0)
		s->k.at = f[chosen].ref;
	load_input(ui, s);
}

/* Moves, rows, undo: after the input is stored. */
static bool
act(struct ui *ui, struct form_screen *s, enum keying_act what)
{
	struct error e = { .code = OK };
	struct fill_ref left = s->k.at;

	store_input(ui, s);
	if (!keying_do(&s->k, what, &e) && what > KEYING_PREVIOUS_PAGE)
		term_beep();
	load_input(ui, s);
	if (e.code != OK)
		ui_error(ui, &e);
	else
		say_finding(
		    ui, s, what <= KEYING_PREVIOUS_PAGE ? &left : &s->k.at);
	return true;
}

static void
typed(struct ui *ui, struct form_screen *s, struct term_input in)
{
	struct error e = { .code = OK };
	struct str text;
	bool full = false, first = !s->editing;
	enum err err;

	if (keying_on_repeat(&s->k) ||
	    fill_is_read_only(s->k.ed->fill, &s->k.at)) {
		term_beep();
		return;
	}
	s->editing = true;
	input_key(&s->input, in, &full);
	if (full)
		ui_say(ui, TERM_WARNING, "%s", _("The field is full."));
	text = input_text(&s->input, ui->scratch);
	/* The first key of a field also says which field it is. */
	err = first
	    ? editing_note(s->k.ed, &s->k.at, text,
		  (uint32_t)s->input.caret, &e)
	    : editing_note_key(
		  s->k.ed, text, (uint32_t)s->input.caret, &e);
	if (err != OK)
		ui_error(ui, &e);
	if ((keying_node(&s->k)->flags & FORM_QUICK) != 0 &&
	    fill_is_full(s->k.ed->fill, &s->k.at, text) &&
	    store_input(ui, s))
		act(ui, s, KEYING_NEXT);
}

/* + - * / on fields that cannot contain them (design, keys). */
static bool
numeric_command(struct ui *ui, struct form_screen *s, struct term_input in)
{
	enum form_type t = keying_node(&s->k)->type;

	if (in.key != TKEY_TEXT || in.pasted ||
	    (t != FORM_INTEGER && t != FORM_MONEY && t != FORM_DECIMAL &&
		t != FORM_DATE && t != FORM_TIME && t != FORM_YES_NO))
		return false;
	if (in.cp == '+')
		return act(ui, s, KEYING_NEXT);
	if (in.cp == '-' && t != FORM_DECIMAL && t != FORM_INTEGER &&
	    t != FORM_DATE)
		return act(ui, s, KEYING_PREVIOUS);
	if (in.cp == '*')
		return act(ui, s, KEYING_DITTO);
	return false;
}

static bool
control_key(struct ui *ui, struct form_screen *s, uint32_t letter)
{
	switch (letter) {
	case 's':
		save(ui, s);
		return true;
	case 'd':
		return act(ui, s, KEYING_DITTO);
	case 'l':
		go_to(ui, s);
		return true;
	case 'r':
		force(ui, s);
		return true;
	case 'e':
		findings(ui, s);
		return true;
	case 'n':
		return act(ui, s, KEYING_NEXT_PAGE);
	case 'p':
		return act(ui, s, KEYING_PREVIOUS_PAGE);
	case 'o':
		return act(ui, s, KEYING_ROW_INSERT);
	case 'k':
		return act(ui, s, KEYING_ROW_DELETE);
	case 'v':
		return act(ui, s, KEYING_ROW_COPY);
	case 'z':
		return act(ui, s, KEYING_UNDO);
	case 'y':
		return act(ui, s, KEYING_REDO);
	default:
		return false;
	}
}

/* Space in an untouched choice opens its list. */
static bool
opens_list(const struct form_screen *s, struct term_input in)
{
	return in.key == TKEY_F4 ||
	    (in.key == TKEY_TEXT && in.cp == ' ' && !s->editing &&
		(keying_node(&s->k)->choices != NULL ||
		    keying_node(&s->k)->type == FORM_LINK));
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct form_screen *s = state;

	if (opens_list(s, in)) {
		pick(ui, s);
		return true;
	}
	if (numeric_command(ui, s, in))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
	case TKEY_TAB:
	case TKEY_DOWN:
		return act(ui, s, KEYING_NEXT);
	case TKEY_BACKTAB:
	case TKEY_UP:
		return act(ui, s, KEYING_PREVIOUS);
	case TKEY_PAGE_DOWN:
		return act(ui, s, KEYING_NEXT_PAGE);
	case TKEY_PAGE_UP:
		return act(ui, s, KEYING_PREVIOUS_PAGE);
	case TKEY_F2:
		save(ui, s);
		return true;
	case TKEY_F5:
		return act(ui, s, KEYING_DITTO);
	case TKEY_F6:
		go_to(ui, s);
		return true;
	case TKEY_F7:
		force(ui, s);
		return true;
	case TKEY_F8:
		findings(ui, s);
		return true;
	case TKEY_INSERT:
		return act(ui, s, KEYING_ROW_INSERT);
	case TKEY_DELETE:
		if (!s->editing && nodes_of(s)[s->k.at.node].repeat >= 0)
			return act(ui, s, KEYING_ROW_DELETE);
		typed(ui, s, in);
		return true;
	case TKEY_CTRL:
		return control_key(ui, s, in.cp);
	case TKEY_ESC:
		if (!s->editing)
			return false;
		load_input(ui, s); /* the field's old value */
		return true;
	case TKEY_TEXT:
	case TKEY_BACKSPACE:
	case TKEY_LEFT:
	case TKEY_RIGHT:
	case TKEY_HOME:
	case TKEY_END:
		typed(ui, s, in);
		return true;
	default:
		return false;
	}
}

static bool
leave(struct ui *ui, void *state)
{
	struct form_screen *s = state;

	store_input(ui, s);
	if (s->k.ed->draft != NULL)
		ui_say(ui, TERM_PLAIN, "%s", _("The draft is kept."));
	return true;
}

static void
close(struct ui *ui, void *state)
{
	struct form_screen *s = state;
	struct error ignored;

	/* What is half typed is in the draft already, as typed. */
	if (!ui->leaving && s->editing)
		store_input(ui, s);
	if (s->k.ed->draft != NULL)
		(void)!draft_sync(s->k.ed->draft, &ignored);
	keying_release(&s->k);
	arena_free(s->arena);
}

static const struct screen form_screen = {
	.state_size = sizeof(struct form_screen),
	.draw = draw,
	.key = key,
	.leave = leave,
	.close = close,
	.title = title,
	.keys = N_(" F1 Help  F2 Save  F4 List  F5 Ditto  F6 Go to  F7 Force  "
		   "F8 To mend  F10 Leave"),
	.help = N_(
	    "Enter, Tab, Down: next field.  Shift-Tab, Up: previous.\n"
	    "PgDn, PgUp: next and previous page, in a grid row.\n"
	    "F2 or Ctrl-S: save.\n"
	    "F4, Alt-Down, Space: the list of this field; type to search.\n"
	    "F5 or Ctrl-D: the value of the row or record before.\n"
	    "F6 or Ctrl-L: go to a line of the paper, or a field.\n"
	    "F7 or Ctrl-R: a warning is right; asks for the reason.\n"
	    "F8 or Ctrl-E: all that is to mend.\n"
	    "Ins or Ctrl-O: new row.  Del or Ctrl-K: remove the row.  "
	    "Ctrl-V: copy the row.\n"
	    "Ctrl-Z: undo.  Ctrl-Y: redo.\n"
	    "Ctrl-T: Vietnamese typing, Telex, VNI or off.\n"
	    "Esc: the field's old value; once more: leave, the draft is "
	    "kept.\n"
	    "Dates are keyed as digits: 05031938, 03/1938, 1938.\n"
	    "A choice is its code, or part of its name without accents."),
};

void
screen_form_open(struct ui *ui, struct editing *ed,
    const struct draft_entry *resume)
{
	struct form_screen *s = ui_push(ui, &form_screen);

	s->arena = arena_new();
	keying_init(&s->k, ed);
	if (resume != NULL && resume->cursor.n > 0)
		(void)fill_ref_of(ed->fill, resume->cursor, &s->k.at);
	load_input(ui, s);
	if (resume != NULL && resume->typed.n > 0 &&
	    !str_eq(resume->typed, fill_text(ed->fill, &s->k.at))) {
		input_set(&s->input, resume->typed);
		s->input.fresh = false;
		if (resume->caret < s->input.n)
			s->input.caret = resume->caret;
		s->editing = true;
	}
}

/*
 * A record as it stands: its values, what is in conflict or was refused, and
 * the records that point at it; for a household that is its members.
 */
#include "tui/screens.h"

#include "app/history.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct record_screen {
	struct record_id id;
	struct arena *arena;
	struct record r;
	const struct form *form;
	struct str *lines;        /* text of each line */
	struct record_id *links;  /* where Enter goes; parallel */
	bool *is_link, *is_conflict;
	size_t n, focus, first;
};

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

/* The record id that a value holds, if it is a link. */
static bool
link_of(const struct form *f, const struct fold_value *v, struct record_id *id)
{
	const struct form_node *n =
	    f == NULL ? NULL : form_node_of(f, v->path);

	return n != NULL && n->type == FORM_LINK && v->json.n > 2 &&
	    record_id_parse(
		(struct str){ v->json.p + 1, v->json.n - 2 }, id);
}

static bool
is_row(const struct form *f, struct str path)
{
	const struct form_node *n = f == NULL ? NULL : form_node_of(f, path);

	return n != NULL && n->type == FORM_REPEAT;
}

static void
add_values(struct ui *ui, struct record_screen *s, size_t *cap)
{
	for (size_t i = 0; i < s->r.n_values; i++) {
		const struct fold_value *v = &s->r.values[i];
		struct str label, text;
		struct record_id id;

		if (is_row(s->form, v->path))
			continue;
		label = history_label(s->arena, s->form, v->path);
		text = history_value(
		    ui->app, s->arena, s->form, v->path, v->json);
		label = text_fit(label, 30);
		add_line(s, cap,
		    str_of(arena_printf(s->arena, "%s%.*s%*s %.*s",
			v->conflict ? "! " : "  ", (int)label.n, label.p,
			(int)(31 - text_width(label)), "", (int)text.n,
			text.p)),
		    link_of(s->form, v, &id) ? &id : NULL, v->conflict);
	}
}

/* Records that point here, form by form. */
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
		    n == 0)
			continue;
		add_line(s, cap, STR(""), NULL, false);
		add_line(s, cap,
		    str_of(arena_printf(s->arena, "%s (%zu)",
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
			    str_of(arena_printf(s->arena,
				"    %-28.*s %-11.*s %.*s", (int)name.n,
				name.p, (int)row.birth.n, row.birth.p,
				(int)row.state.n, row.state.p)),
			    &ids[k], false);
		}
	}
}

static void
load(struct ui *ui, struct record_screen *s)
{
	struct error e;
	size_t cap = 0;

	arena_reset(s->arena);
	s->n = 0;
	s->lines = NULL;
	s->links = NULL;
	s->is_link = s->is_conflict = NULL;
	memset(&s->r, 0, sizeof s->r);
	if (store_record(ui->app->store, s->arena, &s->id, &s->r, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	s->form = app_form_of(ui->app, &s->r);
	add_values(ui, s, &cap);
	for (size_t i = 0; i < s->r.n_refused; i++)
		add_line(s, &cap,
		    str_of(arena_printf(s->arena, "x %.*s: %s",
			(int)s->r.refused[i].path.n, s->r.refused[i].path.p,
			_(s->r.refused[i].reason))),
		    NULL, false);
	add_linked(ui, s, &cap);
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

static void
draw(struct ui *ui, void *state)
{
	struct record_screen *s = state;
	size_t body = (size_t)ui_body_rows();

	(void)ui;
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++)
		ui_row((int)i + 1, s->first + i == s->focus,
		    s->lines[s->first + i]);
	term_cursor((int)(s->focus - s->first) + 1, 0);
}

static const char *
title(struct ui *ui, void *state)
{
	static char text[240];
	struct record_screen *s = state;
	struct str name = app_record_title(ui->app, ui->scratch, &s->id);

	snprintf(text, sizeof text, "%s: %.*s%s%s",
	    s->form == NULL ? "?" : form_text(s->form->title), (int)name.n,
	    name.p, s->r.is_void ? _("  VOID") : "",
	    s->r.conflict ? _("  CONFLICT") : "");
	return text;
}

static void
amend(struct ui *ui, struct record_screen *s)
{
	struct editing *ed;
	struct error e;

	if (editing_open(ui->app, &s->id, &ed, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	screen_form_open(ui, ed, NULL);
}

/* To one of the states that may follow. */
static void
move(struct ui *ui, struct record_screen *s)
{
	const struct form_state **states;
	const char **lines;
	struct error e = { .code = OK };
	size_t n = 0;
	int chosen;

	if (s->form == NULL || s->form->n_states == 0)
		return;
	states = arena_array(ui->scratch, s->form->n_states, sizeof *states);
	lines = arena_array(ui->scratch, s->form->n_states, sizeof *lines);
	for (size_t i = 0; i < s->form->n_states; i++) {
		const struct form_state *st = &s->form->states[i];

		if (st->by != FORM_BOTH && st->by != ui->app->role)
			continue;
		states[n] = st;
		lines[n++] = form_text(st->label);
	}
	chosen = ui_pick(ui, _("Move to"), lines, n, 0);
	if (chosen < 0)
		return;
	if (record_move(ui->app, &s->id, states[chosen]->name, "", &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
	load(ui, s);
}

static void
void_or_restore(struct ui *ui, struct record_screen *s)
{
	struct str reason;
	struct error e = { .code = OK };

	if (!ui_prompt(ui,
		s->r.is_void ? _("Reason for restoring:")
			     : _("Reason for making it void:"),
		"", true, &reason))
		return;
	if (record_void(ui->app, &s->id, !s->r.is_void,
		arena_str(ui->scratch, reason), &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
	load(ui, s);
}

/* All heads of a register, to choose from. */
static void
decide(struct ui *ui, struct record_screen *s)
{
	const struct fold_register *g = NULL;
	struct error e = { .code = OK };
	const char **lines;
	struct str reason;
	int chosen;

	for (size_t i = 0; i < s->r.n_registers && g == NULL; i++)
		if (s->r.registers[i].conflict)
			g = &s->r.registers[i];
	if (g == NULL) {
		ui_say(ui, TERM_PLAIN, "%s", _("Nothing is in conflict."));
		return;
	}
	lines = arena_array(ui->scratch, g->n_heads, sizeof *lines);
	for (size_t h = 0; h < g->n_heads; h++) {
		struct str json =
		    g->heads[h].n_set > 0 ? g->heads[h].set[0].json
					  : g->heads[h].json;
		struct str path =
		    g->heads[h].n_set > 0 ? g->heads[h].set[0].path : g->name;
		struct str text = history_value(
		    ui->app, ui->scratch, s->form, path, json);

		lines[h] = arena_printf(ui->scratch, "%-9s %.*s",
		    g->heads[h].role == FOLD_DISTRICT ? _("district")
						      : _("commune"),
		    (int)text.n, text.p);
	}
	chosen = ui_pick(ui,
	    arena_printf(ui->scratch, "%.*s", (int)g->name.n, g->name.p),
	    lines, g->n_heads, 0);
	if (chosen < 0 ||
	    !ui_prompt(ui, _("Reason:"), "", true, &reason))
		return;
	if (record_resolve(ui->app, &s->id, g->name, (size_t)chosen,
		arena_str(ui->scratch, reason), &e) != OK)
		ui_error(ui, &e);
	load(ui, s);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct record_screen *s = state;
	size_t body = (size_t)ui_body_rows();

	switch ((int)in.key) {
	case TKEY_DOWN:
		s->focus += s->focus + 1 < s->n;
		return true;
	case TKEY_UP:
		s->focus -= s->focus > 0;
		return true;
	case TKEY_PAGE_DOWN:
		s->focus = s->focus + body < s->n ? s->focus + body
		    : s->n == 0                   ? 0
						  : s->n - 1;
		return true;
	case TKEY_PAGE_UP:
		s->focus = s->focus > body ? s->focus - body : 0;
		return true;
	case TKEY_ENTER:
		if (s->n > 0 && s->is_link[s->focus])
			screen_record_open(ui, &s->links[s->focus]);
		else
			amend(ui, s);
		return true;
	case TKEY_F2:
		amend(ui, s);
		return true;
	case TKEY_F4:
		move(ui, s);
		return true;
	case TKEY_F7:
		decide(ui, s);
		return true;
	case TKEY_F8:
		screen_history_open(ui, &s->id);
		return true;
	case TKEY_DELETE:
		void_or_restore(ui, s);
		return true;
	case TKEY_CTRL:
		if (in.cp == 'e')
			screen_history_open(ui, &s->id);
		else if (in.cp == 'r')
			decide(ui, s);
		else if (in.cp == 'k')
			void_or_restore(ui, s);
		else if (in.cp == 's')
			amend(ui, s);
		else
			return false;
		return true;
	default:
		return false;
	}
}

static void
back(struct ui *ui, void *state)
{
	load(ui, state);
}

static void
close(struct ui *ui, void *state)
{
	struct record_screen *s = state;

	(void)ui;
	arena_free(s->arena);
}

static const struct screen record_screen = {
	.state_size = sizeof(struct record_screen),
	.draw = draw,
	.key = key,
	.back = back,
	.close = close,
	.title = title,
	.keys = N_(" F1 Help  F2 Amend  F4 Move  F7 Conflict  F8 History  "
		   "Del Void  Esc Back"),
	.help = N_("F2, Ctrl-S or Enter: amend the record.\n"
		   "Enter on a linked record: open it.\n"
		   "F4: move it to another state.\n"
		   "F7 or Ctrl-R: decide a conflict; every value is shown.\n"
		   "F8 or Ctrl-E: history: who, when, old, new, why; undo.\n"
		   "Del or Ctrl-K: make void, or restore.  Nothing is ever "
		   "deleted."),
};

void
screen_record_open(struct ui *ui, const struct record_id *id)
{
	struct record_screen *s = ui_push(ui, &record_screen);

	s->id = *id;
	s->arena = arena_new();
	load(ui, s);
}

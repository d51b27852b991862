/*
 * A record as it stands: its values, what is in conflict or was refused, and
 * the records that point at it; for a household that is its members.
 */
#include "tui/screens.h"

#include "app/history.h"
#include "app/restricted.h"
#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_COLS 34
#define BESIDE_LABEL 10 /* columns before and after it */

struct record_screen {
	struct record_id id;
	struct arena *arena;
	struct record r;
	bool doubtful; /* a decision should be looked at again */
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

/* The state comes first, then the lines of the paper, then what is new. */
static int
place_of(const struct form *f, struct str path)
{
	const struct form_node *n;
	const char *mark = memchr(path.p, '?', path.n);

	if (mark != NULL)
		path.n = (size_t)(mark - path.p);
	n = f == NULL ? NULL : form_node_of(f, path);
	if (n == NULL)
		return str_is(path, "state") ? -1 : INT_MAX;
	/* Rows stay together: they go by their repeat, then by path. */
	return n->repeat >= 0 ? n->repeat : n->number;
}

static const struct form *sorted_by;

static int
by_place(const void *a, const void *b)
{
	const struct fold_value *const *x = a, *const *y = b;
	int p = place_of(sorted_by, (*x)->path);
	int q = place_of(sorted_by, (*y)->path);

	return p != q ? (p < q ? -1 : 1) : str_cmp((*x)->path, (*y)->path);
}

/* A label too long for its column takes what its value leaves of the line. */
static struct str
label_beside(struct arena *a, struct str label, struct str value)
{
	int room = term_cols() - BESIDE_LABEL - (int)text_width(value);
	int want = (int)text_width(label);

	if (want > room)
		want = room;
	return ui_pad(a, label, want > LABEL_COLS ? (size_t)want : LABEL_COLS);
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
	    s->arena, history_label(s->arena, s->form, v->path), text);
	struct record_id id;

	if (text.n == 0)
		return; /* cleared */
	add_line(s, cap,
	    str_of(arena_printf(s->arena, "%s%5s %.*s  %.*s",
		v->conflict ? "!" : " ", n == NULL ? "" : n->line,
		(int)label.n, label.p, (int)text.n, text.p)),
	    link_of(s->form, v, &id) ? &id : NULL, v->conflict);
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

		if (link_of(s->form, v[used], &id) && !any) {
			found = id;
			any = true;
		}
		conflict = conflict || v[used]->conflict;
		if (b.n > 0 && text.n > 0)
			buf_adds(&b, ", ");
		buf_add_str(&b, text);
	}
	label = label_beside(
	    s->arena, str_of(form_text(repeat->label)), buf_str(&b));
	add_line(s, cap,
	    str_of(arena_printf(s->arena, "%s%5s %.*s  %s",
		conflict ? "!" : " ", repeat->line, (int)label.n, label.p,
		buf_cstr(&b))),
	    any ? &found : NULL, conflict);
	buf_release(&b);
	return used;
}

static void
add_values(struct ui *ui, struct record_screen *s, size_t *cap)
{
	const struct fold_value **v =
	    arena_array(s->arena, s->r.n_values + 1, sizeof *v);
	const struct form_node *node;
	size_t n = 0;

	for (size_t i = 0; i < s->r.n_values; i++)
		if (!is_row(s->form, s->r.values[i].path))
			v[n++] = &s->r.values[i];
	sorted_by = s->form;
	qsort(v, n, sizeof *v, by_place);
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

	/* What matters most stands where a short line does not cut it. */
	snprintf(text, sizeof text, "%.*s%s%s%s  %s", (int)name.n, name.p,
	    s->r.is_void ? _("  VOID") : "",
	    s->r.conflict ? _("  CONFLICT") : "",
	    s->doubtful ? _("  LOOK AGAIN") : "",
	    s->form == NULL ? "?" : form_text(s->form->title));
	return text;
}

static void
new_after(struct ui *ui, struct record_screen *s)
{
	struct editing *ed;
	struct error e;

	if (s->form == NULL)
		return;
	if (editing_new(ui->app, s->form, &s->id, &ed, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	/* It takes this screen's place: keying on does not pile them up. */
	ui_pop(ui);
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

		if (!record_may_move(ui->app, st, &s->r))
			continue;
		states[n] = st;
		lines[n++] = form_text(st->label);
	}
	if (n == 0) {
		ui_say(ui, TERM_PLAIN, "%s",
		    _("No state may follow this one here."));
		return;
	}
	chosen = ui_pick(ui, _(" Move to"), lines, n, 0);
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

/* The decision holds on the facts as they are now. */
static void
stand_by(struct ui *ui, struct record_screen *s)
{
	struct error e = { .code = OK };
	struct str reason;

	if (ui->app->role != FORM_DISTRICT) {
		ui_say(ui, TERM_PLAIN, "%s",
		    _("The district looks at its decision again."));
		return;
	}
	if (!ui_prompt(ui, _("The decision stands, because:"), "", true,
		&reason))
		return;
	if (record_confirm(ui->app, &s->id, arena_str(ui->scratch, reason),
		&e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
	load(ui, s);
}

/* The restricted values, on a page that goes when it is left; an event. */
static void
reveal(struct ui *ui, struct record_screen *s)
{
	struct buf page = BUF_INIT;
	struct error e = { .code = OK };
	struct record shown;
	struct str reason;

	if (!ui_prompt(
		ui, _("Reason for looking at it:"), "", true, &reason))
		return;
	if (store_record(ui->app->store, ui->scratch, &s->id, &shown, &e) !=
		OK ||
	    restricted_reveal(ui->app, ui->scratch, &shown,
		arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	history_record_text(ui->app, &shown, true, &page);
	ui_page(ui, _("Restricted fields"), buf_str(&page));
	explicit_bzero(page.p, page.n);
	buf_release(&page);
}

static void
decide(struct ui *ui, struct record_screen *s)
{
	if (s->r.conflict)
		screen_conflict_open(ui, &s->id);
	else if (s->doubtful)
		stand_by(ui, s);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("Nothing is in conflict."));
}

/* Beside another of its form: are they one person? */
static void
compare(struct ui *ui, struct record_screen *s)
{
	struct record_id other;

	if (s->form != NULL && pick_record(ui, s->form, STR(""), &other))
		screen_merge_open(ui, &s->r.id, &other, false);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct record_screen *s = state;
	size_t body = (size_t)ui_body_rows();

	if (ui_move(in.key, &s->focus, s->n, body))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
		if (s->n > 0 && s->is_conflict[s->focus])
			decide(ui, s);
		else if (s->n > 0 && s->is_link[s->focus])
			screen_record_open(ui, &s->links[s->focus]);
		else
			screen_form_amend(ui, &s->id);
		return true;
	case TKEY_F2:
		screen_form_amend(ui, &s->id);
		return true;
	case TKEY_INSERT:
		new_after(ui, s);
		return true;
	case TKEY_F4:
		move(ui, s);
		return true;
	case TKEY_F7:
		decide(ui, s);
		return true;
	case TKEY_F5:
		compare(ui, s);
		return true;
	case TKEY_F8:
		screen_history_open(ui, &s->id);
		return true;
	case TKEY_DELETE:
		void_or_restore(ui, s);
		return true;
	case TKEY_ALT:
		if (in.cp != 'r' && in.cp != 'R')
			return false;
		reveal(ui, s);
		return true;
	case TKEY_CTRL:
		if (in.cp == 'e')
			screen_history_open(ui, &s->id);
		else if (in.cp == 'r')
			decide(ui, s);
		else if (in.cp == 'd')
			compare(ui, s);
		else if (in.cp == 'k')
			void_or_restore(ui, s);
		else if (in.cp == 's')
			screen_form_amend(ui, &s->id);
		else if (in.cp == 'o')
			new_after(ui, s);
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

static const struct ui_menu record_menu[] = {
	{ N_("Amend the record"), "F2", TKEY_F2, 0 },
	{ N_("Open the linked record in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("The next record of this form"), "Ins", TKEY_INSERT, 0 },
	{ N_("Move it to another state"), "F4", TKEY_F4, 0 },
	{ N_("Decide a conflict; stand by a decision"), "F7", TKEY_F7, 0 },
	{ N_("Entered twice?  Compare with another"), "F5", TKEY_F5, 0 },
	{ N_("History; undo"), "F8", TKEY_F8, 0 },
	{ N_("Show restricted fields"), "Alt-R", TKEY_ALT, 'r' },
	{ N_("Make void, or restore"), "Del", TKEY_DELETE, 0 },
};

static const struct screen record_screen = {
	.state_size = sizeof(struct record_screen),
	.draw = draw,
	.key = key,
	.back = back,
	.close = close,
	.title = title,
	.keys = N_(" F9 Menu  F2 Amend  F4 Move  F8 History  Ins New  "
		   "F1 Help  Esc Back"),
	.menu = record_menu,
	.n_menu = ARRAY_LEN(record_menu),
	.help = N_("F2, Ctrl-S or Enter: amend the record.\n"
		   "Enter on a linked record: open it.\n"
		   "F4: move it to another state.\n"
		   "Ins or Ctrl-O: the next record of this form.\n"
		   "F7, Ctrl-R, or Enter on a line with !: decide a conflict; "
		   "every value is shown.\n"
		   "F5 or Ctrl-D: compare with another record, and merge if "
		   "they are of one person.\n"
		   "A line with ~: a fact has changed since the decision.  The "
		   "district decides anew, or stands by it with F7.\n"
		   "F8 or Ctrl-E: history: who, when, old, new, why; undo.\n"
		   "Alt-R: restricted fields, for who reads them; asks for the "
		   "reason.\n"
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
	if (s->r.conflict)
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is a conflict (!): F7 to decide it."));
}

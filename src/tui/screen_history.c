/* What happened to a record, and undo. */
#include "tui/screens.h"

#include "app/history.h"
#include "base/text.h"

#include <stdio.h>

struct history_screen {
	struct record_id id;
	struct arena *arena;
	struct store_event *events;
	struct history_line *lines;
	size_t n_events, n, focus, first;
};

static void
load(struct ui *ui, struct history_screen *s)
{
	struct error e;

	arena_reset(s->arena);
	s->n = 0;
	if (store_history(ui->app->store, s->arena, &s->id, &s->events,
		&s->n_events, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	s->n = history_lines(
	    ui->app, s->arena, s->events, s->n_events, &s->lines);
	s->focus = s->n == 0 ? 0 : s->n - 1;
}

static void
draw(struct ui *ui, void *state)
{
	struct history_screen *s = state;
	size_t body = (size_t)ui_body_rows() - 1;

	term_put(1, 0, -1, TERM_HEADING,
	    str_of(_("  When             Who             What: old -> new  "
		     "[why]")));
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++) {
		const struct history_line *l = &s->lines[s->first + i];
		const struct event *ev = &l->event->event;
		struct str who = text_fit(ev->officer, 15);
		struct str at = ev->at;

		at.n = at.n > 16 ? 16 : at.n;
		ui_row((int)i + 2, s->first + i == s->focus,
		    str_of(arena_printf(ui->scratch,
			"%.*s %.*s%*s %.*s: %.*s -> %.*s  %s%.*s%s",
			(int)at.n, at.p, (int)who.n, who.p,
			(int)(15 - text_width(who)), "", (int)l->label.n,
			l->label.p, (int)l->old.n, l->old.p, (int)l->new.n,
			l->new.p, ev->reason.n > 0 ? "[" : "",
			(int)ev->reason.n, ev->reason.p,
			ev->reason.n > 0 ? "]" : "")));
	}
	term_cursor((int)(s->focus - s->first) + 2, 0);
}

static void
undo(struct ui *ui, struct history_screen *s)
{
	struct error e = { .code = OK };

	if (s->n == 0 ||
	    !ui_confirm(ui, _("Give these fields their old values back?")))
		return;
	if (record_undo(
		ui->app, &s->id, &s->lines[s->focus].event->id, &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, "%s",
		    _("Undone; the history keeps both."));
	load(ui, s);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct history_screen *s = state;
	size_t body = (size_t)ui_body_rows() - 1;

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
	case TKEY_CTRL:
		if (in.cp != 'z')
			return false;
		undo(ui, s);
		return true;
	default:
		return false;
	}
}

static const char *
title(struct ui *ui, void *state)
{
	static char text[200];
	struct history_screen *s = state;
	struct str name = app_record_title(ui->app, ui->scratch, &s->id);

	snprintf(text, sizeof text, _("History: %.*s"), (int)name.n, name.p);
	return text;
}

static void
close(struct ui *ui, void *state)
{
	struct history_screen *s = state;

	(void)ui;
	arena_free(s->arena);
}

static const struct screen history_screen = {
	.state_size = sizeof(struct history_screen),
	.draw = draw,
	.key = key,
	.close = close,
	.title = title,
	.keys = N_(" F1 Help  Ctrl-Z Undo this change  Esc Back"),
	.help = N_("Every change of the record: when, who, the old and the "
		   "new value, and why.\n"
		   "Ctrl-Z: undo the change in focus.  The undo is a change "
		   "of its own."),
};

void
screen_history_open(struct ui *ui, const struct record_id *id)
{
	struct history_screen *s = ui_push(ui, &history_screen);

	s->id = *id;
	s->arena = arena_new();
	load(ui, s);
}

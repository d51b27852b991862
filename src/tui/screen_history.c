/* What happened to a record, and undo. */
#include "tui/saves.h"
#include "tui/screens.h"

#include "app/history.h"
#include "app/merging.h"
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

static struct str
line_text(struct arena *a, const struct history_line *l, bool with_head)
{
	const struct event *ev = &l->event->event;
	const char *mark = with_head && !str_is(ev->clock, "ok") ? "?" : " ";
	struct str at = ui_pad(
	    a, with_head ? ui_day(a, ev->at) : STR(""), 16);
	struct str who =
	    ui_pad(a, with_head ? ev->officer : STR(""), 15);
	struct buf b = BUF_INIT;
	struct str out;

	buf_printf(&b, "%.*s%s%.*s %s%.*s", (int)at.n, at.p, mark, (int)who.n,
	    who.p, with_head && !l->event->linked ? history_waits() : "",
	    (int)l->label.n, l->label.p);
	if (ev->n_set > 0 && l->old.n > 0)
		buf_printf(&b, ": %.*s -> %.*s", (int)l->old.n, l->old.p,
		    (int)l->new.n, l->new.p);
	else if (ev->n_set > 0)
		buf_printf(&b, ": %.*s", (int)l->new.n, l->new.p);
	if (ev->reason.n > 0)
		buf_printf(
		    &b, "  [%.*s]", (int)ev->reason.n, ev->reason.p);
	out = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

static void
draw(struct ui *ui, void *state)
{
	struct history_screen *s = state;
	size_t body = ui_rows_left(1);

	term_put(1, 0, -1, TERM_HEADING,
	    str_of(_(" When             Who             What: old -> new  "
		     "[why]")));
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++) {
		const struct history_line *l = &s->lines[s->first + i];
		/* One event is one saving: who and when stand once. */
		bool told = i > 0 && l[-1].event == l->event;

		ui_row((int)i + 2, s->first + i == s->focus,
		    line_text(ui->scratch, l, !told));
	}
	term_cursor((int)(s->focus - s->first) + 2, 0);
}

/* Nothing of it cut: who and why, and each field on lines of its own. */
static void
show_whole(struct ui *ui, const struct history_screen *s)
{
	const struct store_event *of = s->lines[s->focus].event;
	const struct event *ev = &of->event;
	struct str at = ui_day(ui->scratch, ev->at);
	struct buf page = BUF_INIT;

	buf_printf(&page, "%.*s  %s\n%.*s, %s-%s\n", (int)at.n, at.p,
	    str_is(ev->clock, "ok") ? ""
				    : _("(the computer's clock was wrong)"),
	    (int)ev->officer.n, ev->officer.p, of->unit, of->device);
	buf_printf(&page, "%s%s", of->linked ? "" : history_waits(),
	    history_act(ev->act));
	if (ev->reason.n > 0)
		buf_printf(&page, ": %.*s", (int)ev->reason.n, ev->reason.p);
	buf_adds(&page, "\n");
	for (size_t i = 0; i < s->n; i++) {
		const struct history_line *l = &s->lines[i];

		if (l->event != of || (l->old.n == 0 && l->new.n == 0))
			continue;
		buf_printf(&page, "\n%.*s: ", (int)l->label.n, l->label.p);
		if (l->old.n > 0)
			buf_printf(&page, "%.*s -> ", (int)l->old.n, l->old.p);
		if (l->new.n > 0)
			buf_add_str(&page, l->new);
		else
			buf_adds(&page, _("(blank)"));
	}
	ui_page(ui, _(" The whole entry"), buf_str(&page));
	buf_release(&page);
}

/* Taking a merge back says that they are two, and why. */
static void
part(struct ui *ui, struct history_screen *s, const struct record_id *x,
    const struct record_id *y)
{
	struct error e = { .code = OK };
	struct str reason;

	if (!saves_reason(ui, _("Why are they two persons:"), &reason))
		return;
	if (merging_part(
		ui->app, x, y, arena_str(ui->scratch, reason), &e) != OK)
		ui_error(ui, &e);
	else
		saves_say(ui, TERM_PLAIN, "%s",
		    store_said(ui->app->store, x, y) == FOLD_SAME
			? _("They are still one, by way of others.")
			: _("Parted: each record is by itself again."));
	load(ui, s);
}

static void
undo(struct ui *ui, struct history_screen *s)
{
	struct error e = { .code = OK };
	struct record_id x, y;

	if (s->n > 0 && merging_pair(s->lines[s->focus].event, &x, &y) &&
	    store_said(ui->app->store, &x, &y) == FOLD_SAME) {
		part(ui, s, &x, &y);
		return;
	}
	if (s->n == 0 ||
	    !ui_confirm(ui, UI_ENTER_YES,
		_("Give these fields their old values back?")))
		return;
	if (record_undo(
		ui->app, &s->id, &s->lines[s->focus].event->id, &e) != OK)
		ui_error(ui, &e);
	else
		saves_say(ui, TERM_PLAIN, "%s",
		    _("Undone; the history keeps both."));
	load(ui, s);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct history_screen *s = state;
	size_t body = ui_rows_left(1);

	if (ui_move(in.key, &s->focus, s->n, body))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
		if (s->n > 0)
			show_whole(ui, s);
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

/* Where it was, and what is there now. */
static void
back(struct ui *ui, void *state)
{
	struct history_screen *s = state;
	size_t focus = s->focus;

	load(ui, s);
	if (focus < s->n)
		s->focus = focus;
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

static const struct ui_menu history_menu[] = {
	{ N_("The whole entry in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("Undo the change in focus"), "Ctrl-Z", TKEY_CTRL, 'z' },
};

static const struct screen history_screen = {
	.state_size = sizeof(struct history_screen),
	.draw = draw,
	.key = key,
	.back = back,
	.title = title,
	.keys = N_(" F9 Menu  Enter Whole entry  Ctrl-Z Undo this change  "
		   "F1 Help  Esc Back"),
	.menu = history_menu,
	.n_menu = ARRAY_LEN(history_menu),
	.help = N_("Every change of the record: when, who, the old and the "
		   "new value, and why.\n"
		   "Enter: the whole entry, nothing cut.\n"
		   "A ? after the time: the computer's clock was wrong then.\n"
		   "Ctrl-Z: undo the change in focus.  The undo is a change "
		   "of its own.  On a merge: parts the two records."),
};

void
screen_history_open(struct ui *ui, const struct record_id *id)
{
	struct history_screen *s = ui_push(ui, &history_screen);

	s->id = *id;
	s->arena = ui_arena(ui);
	load(ui, s);
}

/*
 * A conflict, one at a time: what it was before, what each side made of it,
 * who, when and why; a person chooses, and says why.
 */
#include "tui/saves.h"
#include "tui/screens.h"

#include "app/conflict.h"
#include "app/history.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct conflict_screen {
	struct record_id id;
	struct arena *arena;
	struct conflict *list;
	size_t n, at, focus; /* which conflict; which side */
	bool any; /* there was one when it was opened */
};

static void
load(struct ui *ui, struct conflict_screen *s)
{
	struct error e;

	arena_reset(s->arena);
	if (conflicts_of(ui->app, s->arena, &s->id, &s->list, &s->n, &e) != OK)
		ui_error(ui, &e);
	if (s->at >= s->n)
		s->at = 0;
	s->focus = 0;
}

/* "Nguyễn Văn Thử, 15/01/2026 08:00, this laptop" */
static struct str
who(struct ui *ui, const struct store_event *ev)
{
	const struct card *me = &ui->app->card;
	struct arena *a = ui->scratch;
	struct str day;

	day = ui_day(a, ev->event.at);
	if (strcmp(ev->unit, me->unit) == 0 &&
	    strcmp(ev->device, me->device) == 0)
		return str_of(arena_printf(a, "%.*s, %.*s, %s",
		    (int)ev->event.officer.n, ev->event.officer.p,
		    (int)day.n, day.p, _("this laptop")));
	return str_of(arena_printf(a, _("%.*s, %.*s, laptop %s-%s"),
	    (int)ev->event.officer.n, ev->event.officer.p, (int)day.n, day.p,
	    ev->unit, ev->device));
}

/* On as many lines as it takes, three at most. */
static int
put_text(struct ui *ui, int y, int x, enum term_style style, struct str text)
{
	size_t room = (size_t)(term_cols() - x - 1);
	int lines = 0;

	do {
		struct str line = text_fit(text, room);

		if (lines == 2)
			line = ui_pad(ui->scratch, text, room);
		term_put(y, x, -1, style, line);
		text.p += line.n < text.n ? line.n : text.n;
		text.n -= line.n < text.n ? line.n : text.n;
		y++;
	} while (++lines < 3 && text.n > 0);
	return y;
}

static int
put_event(struct ui *ui, int y, const struct store_event *ev)
{
	struct arena *a = ui->scratch;

	if (ev == NULL)
		return y;
	term_put(y++, 6, -1, TERM_FAINT, who(ui, ev));
	if (ev->event.reason.n > 0)
		y = put_text(ui, y, 6, TERM_FAINT,
		    str_of(arena_printf(a, _("Why: %.*s"),
			(int)ev->event.reason.n, ev->event.reason.p)));
	return y;
}

static int
put_side(struct ui *ui, int y, const struct conflict_screen *s, size_t i)
{
	const struct conflict_side *side = &s->list[s->at].sides[i];
	struct str value =
	    side->value.n == 0 ? str_of(_("(blank)")) : side->value;

	ui_row(y++, i == s->focus,
	    str_of(arena_printf(ui->scratch, "  %zu  %.*s%s", i + 1,
		(int)value.n, value.p,
		side->may ? "" : _("   (the district's to choose)"))));
	return put_event(ui, y, side->event) + 1;
}

static void
draw(struct ui *ui, void *state)
{
	struct conflict_screen *s = state;
	const struct conflict *c;
	int y = 1, cursor = 1, last = ui_body_rows();
	size_t first;

	if (s->n == 0) {
		term_put(2, 2, -1, TERM_PLAIN,
		    str_of(s->any ? _("All is decided.")
				  : _("Nothing is in conflict.")));
		term_cursor(2, 2);
		return;
	}
	c = &s->list[s->at];
	term_put(y++, 1, -1, TERM_HEADING,
	    str_of(arena_printf(ui->scratch, "%zu/%zu  %.*s%s%.*s",
		s->at + 1, s->n, (int)c->line.n, c->line.p,
		c->line.n > 0 ? "  " : "", (int)c->label.n, c->label.p)));
	y++;
	if (c->has_base) {
		term_put(y++, 1, -1, TERM_LABEL,
		    str_of(arena_printf(ui->scratch, _("Before: %.*s"),
			(int)c->base.n, c->base.p)));
		y = put_event(ui, y, c->base_event) + 1;
	}
	/* at most four lines a side; the one in focus is always shown */
	first = s->focus > 2 ? s->focus - 2 : 0;
	for (size_t i = first; i < c->n && y + 3 < last; i++) {
		if (i == s->focus)
			cursor = y;
		y = put_side(ui, y, s, i);
	}
	term_cursor(cursor, 2);
}

static void
choose(struct ui *ui, struct conflict_screen *s)
{
	struct error e = { .code = OK };
	struct str reason;

	if (!s->list[s->at].sides[s->focus].may) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("Only the district may choose this value."));
		return;
	}
	if (!saves_reason(ui, _("Why this one:"), &reason))
		return;
	if (conflict_decide(ui->app, &s->id, s->list[s->at].reg, s->focus,
		arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	load(ui, s);
	saves_say(ui, TERM_PLAIN, "%s",
	    s->n > 0 ? _("Decided.  The next one is here.")
		     : _("Decided.  Nothing is in conflict any more."));
	if (s->n == 0)
		saves_leave(ui);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct conflict_screen *s = state;

	if (s->n == 0)
		return false;
	switch ((int)in.key) {
	case TKEY_DOWN:
	case TKEY_TAB:
		s->focus += s->focus + 1 < s->list[s->at].n;
		return true;
	case TKEY_UP:
	case TKEY_BACKTAB:
		s->focus -= s->focus > 0;
		return true;
	case TKEY_PAGE_DOWN:
	case TKEY_PAGE_UP:
		s->at = (s->at + (in.key == TKEY_PAGE_DOWN ? 1 : s->n - 1)) %
		    s->n;
		s->focus = 0;
		return true;
	case TKEY_TEXT:
		if (in.cp < '1' || in.cp - '1' >= s->list[s->at].n)
			return false;
		s->focus = in.cp - '1';
		return true;
	case TKEY_ENTER:
		choose(ui, s);
		return true;
	case TKEY_F2:
		/* none is right: the form takes another, over all */
		screen_form_amend(ui, &s->id);
		return true;
	case TKEY_F8:
		screen_history_open(ui, &s->id);
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

static const char *
title(struct ui *ui, void *state)
{
	static char text[200];
	struct conflict_screen *s = state;
	struct str name = app_record_title(ui->app, ui->scratch, &s->id);

	snprintf(text, sizeof text, _("Conflict: %.*s"), (int)name.n, name.p);
	return text;
}

static const struct ui_menu conflict_menu[] = {
	{ N_("Choose the value in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("None is right: amend the record"), "F2", TKEY_F2, 0 },
	{ N_("The next conflict of the record"), "PgDn", TKEY_PAGE_DOWN, 0 },
	{ N_("The conflict before it"), "PgUp", TKEY_PAGE_UP, 0 },
	{ N_("History; undo"), "F8", TKEY_F8, 0 },
};

static const struct screen conflict_screen = {
	.state_size = sizeof(struct conflict_screen),
	.draw = draw,
	.key = key,
	.back = back,
	.title = title,
	.keys = N_(" F9 Menu  Enter Choose  F2 Another value  PgDn Next  "
		   "F1 Help  Esc Back"),
	.menu = conflict_menu,
	.n_menu = ARRAY_LEN(conflict_menu),
	.help = N_(
	    "Two people changed the same, and neither saw what the other did. "
	    " Both are kept until somebody decides.\n"
	    "Before: the value that both saw.  Below it what each made of it: "
	    "who, when, on which laptop, and why.\n"
	    "Up, Down or the number: one of them.  Enter: it is right; asks "
	    "why.\n"
	    "F2: none is right; amend the record.\n"
	    "PgDn, PgUp: the record's other conflicts.\n"
	    "The decision is a change of its own, and may be undone."),
};

void
screen_conflict_open(struct ui *ui, const struct record_id *id)
{
	struct conflict_screen *s = ui_push(ui, &conflict_screen);

	s->id = *id;
	s->arena = ui_arena(ui);
	load(ui, s);
	s->any = s->n > 0;
}

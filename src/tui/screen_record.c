/*
 * A record as it stands: its values, what is in conflict or was refused, and
 * the records that point at it; for a household that is its members.  Its keys,
 * and what can be done with it.
 */
#include "tui/screen_record_impl.h"

#include "app/history.h"
#include "app/restricted.h"
#include "app/saving.h"
#include "tui/saves.h"
#include "tui/screens.h"

#include <stdio.h>
#include <string.h>

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

static const char *
keys(struct ui *ui, void *state)
{
	const struct record_screen *s = state;

	(void)ui;
	return s->member == NULL
	    ? N_(" F9 Menu  F2 Amend  F4 Move  F8 History  Ins New  F1 Help  "
		 "Esc Back")
	    : N_(" F9 Menu  F2 Amend  F4 Move  F8 History  Ins New member  "
		 "F1 Help  Esc Back");
}

/* A member, to come back here; else the next record of the form. */
static void
new_from(struct ui *ui, struct record_screen *s)
{
	struct editing *ed;
	struct error e;
	enum err err;

	if (s->member != NULL) {
		err = editing_new_member(
		    ui->app, s->member, &s->r, &ed, &e);
		if (err != OK)
			ui_error(ui, &e);
		else
			screen_form_open(ui, ed, NULL);
		return;
	}
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
		saves_say_saved(ui);
	record_screen_load(ui, s);
}

static void
void_or_restore(struct ui *ui, struct record_screen *s)
{
	struct str reason;
	struct error e = { .code = OK };

	if (!saves_reason(ui,
		s->r.is_void ? _("Reason for restoring:")
			     : _("Reason for making it void:"),
		&reason))
		return;
	if (record_void(ui->app, &s->id, !s->r.is_void,
		arena_str(ui->scratch, reason), &e) != OK)
		ui_error(ui, &e);
	else
		saves_say_saved(ui);
	record_screen_load(ui, s);
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
	if (!saves_reason(ui, _("The decision stands, because:"), &reason))
		return;
	if (record_confirm(ui->app, &s->id, arena_str(ui->scratch, reason),
		&e) != OK)
		ui_error(ui, &e);
	else
		saves_say_saved(ui);
	record_screen_load(ui, s);
}

/* The restricted values, to who gives a reason.  That somebody looks is an event,
 * and on the disk before they are shown (SAFETY E7); keys do not wait for it. */
static void
reveal(struct ui *ui, struct record_screen *s)
{
	struct error e = { .code = OK };
	struct str reason;
	bool any = false;

	for (size_t i = 0; i < s->r.n_values; i++)
		any = any || fill_is_sealed(s->r.values[i].json);
	if (!any) {
		ui_say(ui, TERM_PLAIN, "%s",
		    _("This record has no restricted field."));
		return;
	}
	if (!saves_reason(ui, _("Reason for looking at it:"), &reason))
		return;
	if (restricted_note(ui->app, &s->r, arena_str(ui->scratch, reason),
		&e) != OK) {
		ui_error(ui, &e);
		return;
	}
	s->reveal = saving_newest(ui->app);
	saves_say_saved(ui);
}

/* On a page that goes when it is left. */
static void
saved(struct ui *ui, void *state, unsigned number)
{
	struct record_screen *s = state;
	struct buf page = BUF_INIT;
	struct record shown;
	struct error e;

	if (number != s->reveal)
		return;
	if (store_record(ui->app->store, ui->scratch, &s->id, &shown, &e) !=
	    OK) {
		ui_error(ui, &e);
		return;
	}
	restricted_open_all(ui->app, ui->scratch, &shown);
	history_record_text(ui->app, &shown, true, &page);
	ui_page(ui, _("Restricted fields"), buf_str(&page));
	explicit_bzero(page.p, page.n);
	buf_release(&page);
	ui->message[0] = '\0';
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
		new_from(ui, s);
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
	default:
		return false;
	}
}

static void
back(struct ui *ui, void *state)
{
	record_screen_load(ui, state);
}

static const struct ui_menu record_menu[] = {
	{ N_("Amend the record"), "F2", TKEY_F2, 0 },
	{ N_("Open the linked record in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("New: the next of this form; for a household, a member"), "Ins", TKEY_INSERT, 0 },
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
	.saved = saved,
	.title = title,
	.keys_of = keys,
	.menu = record_menu,
	.n_menu = ARRAY_LEN(record_menu),
	.help = N_("F2, Ctrl-S or Enter: amend the record.\n"
		   "Enter on a linked record: open it.\n"
		   "F4: move it to another state.\n"
		   "Ins or Ctrl-O: the next record of this form; on a "
		   "household, a new member of it.\n"
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
	s->arena = ui_arena(ui);
	record_screen_load(ui, s);
	if (s->r.conflict)
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is a conflict (!): F7 to decide it."));
}

static bool
is_one(const struct ui *ui, const struct record_id *x,
    const struct record_id *y)
{
	struct record_id a = store_stands_for(ui->app->store, x);
	struct record_id b = store_stands_for(ui->app->store, y);

	return memcmp(&a, &b, sizeof a) == 0;
}

void
screen_record_show(struct ui *ui, const struct record_id *id)
{
	struct record_screen *s;

	if (ui->depth == 0 ||
	    ui->stack[ui->depth - 1].ops != &record_screen) {
		screen_record_open(ui, id);
		return;
	}
	s = ui->stack[ui->depth - 1].state;
	if (is_one(ui, id, &s->id))
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->is_link[i] && is_one(ui, id, &s->links[i])) {
			s->focus = i;
			return;
		}
	screen_record_open(ui, id);
}

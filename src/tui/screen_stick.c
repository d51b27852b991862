/* The stick: write what the other side lacks, look at bundles, take them in. */
#include "tui/screens.h"

#include "app/care.h"
#include "app/place.h"
#include "app/preview.h"
#include "base/text.h"
#include "handoff/stick.h"

#include <stdio.h>
#include <string.h>

struct stick_screen {
	struct arena *arena;
	char dir[256];     /* the stick or folder in use; "" if none */
	char **paths;      /* bundles on it */
	const char **notes; /* what each is */
	size_t n, focus, first;
};

static const char *
note_of(struct ui *ui, struct arena *a, const char *path)
{
	struct bundle_outer o;
	struct error e;

	if (bundle_inspect(path, ui->app->trust, ui->app->store, &o, &e) !=
	    OK)
		return arena_strdup(a, e.what);
	if (preview_made_here(ui->app, &o))
		return arena_printf(a, _("from this computer, %llu changes"),
		    (unsigned long long)o.header.events);
	return arena_printf(a, _("from %s, %llu changes%s"),
	    o.sender_known ? o.sender_name : _("somebody unknown"),
	    (unsigned long long)o.header.events,
	    o.already_taken	? _(", taken in already")
		: !o.sender_known ? ""
		: o.signature_ok  ? ""
				  : _(", SIGNATURE DOES NOT HOLD"));
}

static void
look(struct ui *ui, struct stick_screen *s)
{
	struct error e;

	arena_reset(s->arena);
	s->n = 0;
	if (s->dir[0] == '\0')
		return;
	if (stick_list(s->arena, s->dir, &s->paths, &s->n, &e) != OK) {
		s->n = 0;
		ui_error(ui, &e);
		return;
	}
	s->notes = arena_array(s->arena, s->n + 1, sizeof *s->notes);
	for (size_t i = 0; i < s->n; i++)
		s->notes[i] = note_of(ui, s->arena, s->paths[i]);
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

static void
find_stick(struct ui *ui, struct stick_screen *s, bool ask)
{
	struct error e;

	if (!pick_folder(ui, ask, s->dir, sizeof s->dir))
		return;
	look(ui, s);
	if (ask && place_keep(ui->app, s->dir, &e) != OK)
		ui_error(ui, &e);
}

static bool
known_before(const struct trust *t, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(t->device[i].card.unit,
			t->device[at].card.unit) == 0)
			return true;
	return false;
}

/* For whom: the one unit that is trusted, or a choice. */
static const char *
receiver(struct ui *ui)
{
	const struct trust *t = ui->app->trust;
	const char **lines =
	    arena_array(ui->scratch, t->n + 1, sizeof *lines);
	const char **units =
	    arena_array(ui->scratch, t->n + 1, sizeof *units);
	size_t n = 0;
	int chosen = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->device[i].revoked || known_before(t, i))
			continue;
		units[n] = t->device[i].card.unit;
		lines[n++] = arena_printf(ui->scratch, "%s  %s",
		    t->device[i].card.unit, t->device[i].card.name);
	}
	if (n == 0) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("No other unit's card has been accepted yet: F9, "
		      "Accept another unit's card."));
		return NULL;
	}
	if (n > 1)
		chosen = ui_pick(ui, _("For whom?"), lines, n, 0);
	return chosen < 0 ? NULL : units[chosen];
}

static void
hand_over(struct ui *ui, struct stick_screen *s)
{
	const struct age_identity *identities[2];
	struct bundle_self self = app_self(ui->app, identities);
	struct bundle_written w;
	struct error e = { .code = OK };
	const char *to, *removed = "";

	if (s->dir[0] == '\0')
		find_stick(ui, s, true);
	if (s->dir[0] == '\0' || (to = receiver(ui)) == NULL)
		return;
	if (bundle_export(ui->app->store, &self, to, s->dir, ui_progress, ui,
		&w, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	look(ui, s);
	if (w.removed > 0)
		removed = arena_printf(ui->scratch,
		    _("  Removed: %u old bundles that the other side has."),
		    w.removed);
	ui_say(ui, TERM_PLAIN,
	    _("Written and read back: %s, %llu changes.  The stick may be "
	      "taken out.%s"),
	    w.name, (unsigned long long)w.events, removed);
}

/* Shows what the bundle is and brings. */
static bool
agreed(struct ui *ui, const struct bundle_preview *p)
{
	struct buf b = BUF_INIT;
	bool yes;

	preview_text(ui->app, p, &b);
	yes = ui_confirm_page(ui, _("What the bundle holds"), buf_str(&b),
	    UI_ENTER_YES, _("Take it in?"));
	buf_release(&b);
	return yes;
}

/* What was here before comes first (SAFETY D10).  Without it only if the
 * person says so. */
static bool
keep(struct ui *ui)
{
	struct error e = { .code = OK };
	enum err err = care_keep(ui->app, ui_progress, ui, &e);

	if (err == OK)
		return true;
	if (err == ERR_CANCELLED) {
		ui_error(ui, &e);
		return false;
	}
	return ui_confirm(ui, UI_ENTER_NO,
	    arena_printf(ui->scratch,
		_("The backup before it failed: %s.  Take it in all the "
		  "same?"),
		e.what));
}

static bool
made_here(struct ui *ui, const char *path)
{
	struct bundle_outer o;

	return bundle_inspect(path, NULL, NULL, &o, NULL) == OK &&
	    preview_made_here(ui->app, &o);
}

static void
take_in(struct ui *ui, struct stick_screen *s)
{
	const struct age_identity *identities[2];
	struct bundle_self self = app_self(ui->app, identities);
	struct bundle_import *im = NULL;
	struct store_counts before, after;
	struct bundle_preview p;
	struct error e = { .code = OK };

	if (s->n > 0 && made_here(ui, s->paths[s->focus])) {
		ui_say(ui, TERM_PLAIN, "%s",
		    _("This computer made it: there is nothing to take in."));
		return;
	}
	if (s->n == 0 || !keep(ui))
		return;
	if (store_counts(ui->app->store, &before, &e) != OK ||
	    bundle_import_open(ui->app->store, &self, s->paths[s->focus],
		ui_progress, ui, &im, &p, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	if (p.outer.already_taken) {
		ui_say(ui, TERM_PLAIN, "%s", _("Taken in already."));
	} else if (agreed(ui, &p)) {
		if (bundle_import_apply(im, &e) != OK ||
		    app_learn(ui->app, &e) != OK ||
		    store_counts(ui->app->store, &after, &e) != OK)
			ui_error(ui, &e);
		else if (after.basis_changed > before.basis_changed)
			ui_say(ui, TERM_WARNING,
			    _("Taken in.  The basis of %llu more decisions has "
			      "changed."),
			    (unsigned long long)(after.basis_changed -
				before.basis_changed));
		else
			ui_say(ui, TERM_PLAIN, "%s", _("Taken in."));
	}
	bundle_import_close(im);
	look(ui, s);
}

static void
with_cards(struct ui *ui, struct stick_screen *s,
    void (*act)(struct ui *ui, const char *dir))
{
	if (s->dir[0] == '\0')
		find_stick(ui, s, true);
	if (s->dir[0] != '\0')
		act(ui, s->dir);
}

static void
draw(struct ui *ui, void *state)
{
	struct stick_screen *s = state;
	size_t body = ui_rows_left(2);

	term_put(1, 1, -1, TERM_HEADING,
	    str_of(arena_printf(ui->scratch, _("Place: %s"),
		s->dir[0] == '\0' ? _("no stick is there (F6: choose)")
				  : s->dir)));
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++) {
		const char *path = s->paths[s->first + i];
		const char *slash = strrchr(path, '/');

		ui_row((int)i + 2, s->first + i == s->focus,
		    str_of(arena_printf(ui->scratch, "%-28s %s",
			slash == NULL ? path : slash + 1,
			s->notes[s->first + i])));
	}
	term_cursor((int)(s->focus - s->first) + 2, 0);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct stick_screen *s = state;

	switch ((int)in.key) {
	case TKEY_DOWN:
		s->focus += s->focus + 1 < s->n;
		return true;
	case TKEY_UP:
		s->focus -= s->focus > 0;
		return true;
	case TKEY_ENTER:
		take_in(ui, s);
		return true;
	case TKEY_F2:
		hand_over(ui, s);
		return true;
	case TKEY_F4:
		with_cards(ui, s, cards_accept);
		return true;
	case TKEY_F5:
		with_cards(ui, s, cards_write);
		return true;
	case TKEY_F6:
		find_stick(ui, s, true);
		return true;
	default:
		return false;
	}
}

static const struct ui_menu stick_menu[] = {
	{ N_("Hand over: write what the other side lacks"), "F2", TKEY_F2, 0 },
	{ N_("Take in the bundle in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("Accept another unit's card"), "F4", TKEY_F4, 0 },
	{ N_("Write this computer's card"), "F5", TKEY_F5, 0 },
	{ N_("Choose the stick or a folder"), "F6", TKEY_F6, 0 },
};

static const struct screen stick_screen = {
	.state_size = sizeof(struct stick_screen),
	.draw = draw,
	.key = key,
	.name = N_("Hand over and take in"),
	.keys = N_(" F9 Menu  F2 Hand over  Enter Take in  F6 Place  F1 Help  "
		   "Esc Back"),
	.menu = stick_menu,
	.n_menu = ARRAY_LEN(stick_menu),
	.help = N_("F2 or Ctrl-S: write everything the other side has not "
		   "acknowledged.\n"
		   "Enter: check the bundle in focus, show what it holds, and "
		   "take it in.\n"
		   "F5: write this computer's card; F4: accept another's.  "
		   "Both sides do it once, before the first bundle.\n"
		   "F6 or Ctrl-L: choose the stick or a folder.\n"
		   "A lost or broken stick costs nothing: the next bundle "
		   "carries everything again."),
};

void
screen_stick_open(struct ui *ui)
{
	struct stick_screen *s = ui_push(ui, &stick_screen);

	s->arena = ui_arena(ui);
	if (place_recall(ui->app, s->dir, sizeof s->dir))
		look(ui, s);
	else
		find_stick(ui, s, false);
}

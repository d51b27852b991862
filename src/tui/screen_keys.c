/* Who can log in: change one's passphrase, let officers in, and take it back. */
#include "tui/screens.h"

#include "app/keys.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct keys_screen {
	struct arena *arena;
	struct keys_slot *slots;
	size_t n, focus, first;
	const char *offer; /* five words, while a new passphrase is asked for */
};

static void
load(struct ui *ui, struct keys_screen *s)
{
	struct error e;

	arena_reset(s->arena);
	s->offer = NULL;
	if (keys_list(ui->app, s->arena, &s->slots, &s->n, &e) != OK) {
		s->n = 0;
		ui_error(ui, &e);
	}
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

/* It is tried at once: who mistyped it need not think of a new one first. */
static bool
ask_own(struct ui *ui, struct str *own)
{
	struct master *m = NULL;
	struct error e;
	enum err err;

	if (!ui_prompt_secret(ui, _("Your passphrase now:"), own))
		return false;
	ui_say(ui, TERM_PLAIN, "%s", _("Checking..."));
	ui_redraw(ui);
	err = app_unlock(ui->home, *own, &m, &e);
	master_free(m);
	ui->message[0] = '\0';
	if (err != OK)
		ui_error(ui, &e);
	return err == OK;
}

static void
change(struct ui *ui, struct keys_screen *s)
{
	struct str own = { NULL, 0 }, fresh = { NULL, 0 };
	struct error e = { .code = OK };

	if (!ask_own(ui, &own) || !passphrase_ask(ui, s->arena, &s->offer, &fresh))
		goto out;
	ui_say(ui, TERM_PLAIN, "%s", _("Saving..."));
	ui_redraw(ui);
	if (keys_change(ui->app, own, fresh, &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("The passphrase is changed."));
out:
	passphrase_wipe(&own);
	passphrase_wipe(&fresh);
	load(ui, s);
}

static void
add(struct ui *ui, struct keys_screen *s)
{
	struct str own = { NULL, 0 }, fresh = { NULL, 0 }, name;
	struct error e = { .code = OK };
	bool reads;

	if (!ui_prompt(ui, _("Name of the officer:"), "", true, &name) ||
	    text_trim(name).n == 0)
		return;
	reads = ui_confirm(ui, UI_ENTER_NO,
	    _("May this officer read restricted fields (HIV)?"));
	if (ui->leaving || !ask_own(ui, &own))
		goto out;
	ui_notice(ui,
	    _("Now the new officer types a passphrase of his own, unseen."));
	if (!passphrase_ask(ui, s->arena, &s->offer, &fresh))
		goto out;
	if (keys_add(ui->app, own, fresh,
		arena_str(ui->scratch, text_trim(name)), reads, &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, _("%.*s can log in."), (int)name.n,
		    name.p);
out:
	passphrase_wipe(&own);
	passphrase_wipe(&fresh);
	load(ui, s);
}

static void
take(struct ui *ui, struct keys_screen *s)
{
	struct str own = { NULL, 0 };
	struct error e = { .code = OK };

	if (s->n == 0 ||
	    !ui_confirm(ui, UI_ENTER_NO,
		arena_printf(ui->scratch,
		    _("Take the passphrase of %s away?"),
		    s->slots[s->focus].slot.label)))
		return;
	if (ask_own(ui, &own)) {
		if (keys_remove(ui->app, own, s->slots[s->focus].slot.id,
			&e) != OK)
			ui_error(ui, &e);
		else
			ui_say(ui, TERM_PLAIN, "%s", _("Removed."));
	}
	passphrase_wipe(&own);
	load(ui, s);
}

static void
draw(struct ui *ui, void *state)
{
	struct keys_screen *s = state;
	size_t body = ui_rows_left(4);

	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++) {
		const struct keys_slot *k = &s->slots[s->first + i];

		ui_row((int)i + 1, s->first + i == s->focus,
		    str_of(arena_printf(ui->scratch, "%s%s%s", k->slot.label,
			k->mine ? _("  (this one)") : "",
			k->slot.reads ? _("  (reads restricted fields)")
				      : "")));
	}
	passphrase_draw_offer(ui, (int)body + 2, s->offer);
	term_cursor((int)(s->focus - s->first) + 1, 0);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct keys_screen *s = state;

	if (ui_move(in.key, &s->focus, s->n, ui_rows_left(4)))
		return true;
	if (in.key == TKEY_F2)
		change(ui, s);
	else if (in.key == TKEY_INSERT)
		add(ui, s);
	else if (in.key == TKEY_DELETE)
		take(ui, s);
	else
		return false;
	return true;
}

static const struct ui_menu keys_menu[] = {
	{ N_("Change one's own passphrase"), "F2", TKEY_F2, 0 },
	{ N_("Let one more officer log in"), "Ins", TKEY_INSERT, 0 },
	{ N_("Take the passphrase in focus away"), "Del", TKEY_DELETE, 0 },
};

static const struct screen keys_screen = {
	.state_size = sizeof(struct keys_screen),
	.draw = draw,
	.key = key,
	.name = N_("Passphrases"),
	.keys = N_(" F9 Menu  F2 Change mine  Ins New officer  Del Take away  "
		   "Esc Back"),
	.menu = keys_menu,
	.n_menu = ARRAY_LEN(keys_menu),
	.help = N_("Each officer has a passphrase of his own; what is entered "
		   "under it carries his name.\n"
		   "F2 or Ctrl-S: change one's own passphrase.\n"
		   "Ins or Ctrl-O: let one more officer log in.  Only who reads "
		   "restricted fields can do that, and can give that right.\n"
		   "Del or Ctrl-K: take the passphrase in focus away, when an "
		   "officer leaves.\n"
		   "Who copied the files of this laptop before, and knows his "
		   "old passphrase, still opens that copy.\n"
		   "A passphrase is lost: another officer adds a new one; or "
		   "the envelope with the recovery words (ansinh passphrase add "
		   "--recovery-file)."),
};

void
screen_keys_open(struct ui *ui)
{
	struct keys_screen *s = ui_push(ui, &keys_screen);

	s->arena = ui_arena(ui);
	load(ui, s);
}

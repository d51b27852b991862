/* Care: verify all that is stored, write a copy of it. */
#include "tui/screens.h"

#include "app/care.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define FAULTS_TOLD 500

struct care_screen {
	struct arena *arena;
	struct store_counts counts;
	struct str kept; /* when the desk last made a backup of its own */
	size_t focus;
	char dir[256];        /* where the last backup went */
	struct str done[3];   /* what the last work has shown */
	enum term_style style;
	struct buf faults;
	uint64_t n_faults;
};

static void check(struct ui *ui, struct care_screen *s);
static void backup(struct ui *ui, struct care_screen *s);
static void keys(struct ui *ui, struct care_screen *s);

static const struct item {
	const char *label, *key;
	void (*run)(struct ui *ui, struct care_screen *s);
} items[] = {
	{ N_("Check all that is stored"), "F4", check },
	{ N_("Back up to a stick or a folder"), "F2", backup },
	{ N_("Passphrases: who can log in"), "F5", keys },
};

static void
load(struct ui *ui, struct care_screen *s)
{
	struct error e;

	if (store_counts(ui->app->store, &s->counts, &e) != OK)
		ui_error(ui, &e);
	s->kept = ui_day(s->arena,
	    care_moment(s->arena, care_kept(ui->app, s->arena)));
}

/* What the work has shown stays until the next. */
static void
told(struct care_screen *s, enum term_style style, const char *one,
    const char *two, const char *three)
{
	s->style = style;
	s->done[0] = str_of(one);
	s->done[1] = str_of(two);
	s->done[2] = str_of(three);
}

/* An end that is no success: stopped, or failed. */
static void
ended(struct care_screen *s, const struct error *e)
{
	if (e->code == ERR_CANCELLED)
		told(s, TERM_WARNING, _("Stopped; nothing was changed."), "",
		    "");
	else
		told(s, TERM_ERROR, arena_strdup(s->arena, e->what), "", "");
}

static void
fault(void *ctx, const char *what)
{
	struct care_screen *s = ctx;

	if (++s->n_faults <= FAULTS_TOLD)
		buf_printf(&s->faults, "- %s\n", what);
}

static void
show_faults(struct ui *ui, struct care_screen *s)
{
	struct buf page = BUF_INIT;

	buf_adds(&page,
	    _("What is on this disk is damaged.  Enter nothing more here, "
	      "keep the disk, and set up again from the newest backup "
	      "(ansinh restore).  What was handed over comes back from the "
	      "other side.\n\n"));
	buf_add_str(&page, buf_str(&s->faults));
	if (s->n_faults > FAULTS_TOLD)
		buf_printf(&page, _("... and %llu more\n"),
		    (unsigned long long)(s->n_faults - FAULTS_TOLD));
	ui_page(ui, _("What the check has found"), buf_str(&page));
	buf_release(&page);
}

static void
check(struct ui *ui, struct care_screen *s)
{
	uint64_t faults;
	struct error e;

	buf_clear(&s->faults);
	s->n_faults = 0;
	if (store_check(ui->app->store, fault, s, ui_progress, ui, &faults,
		&e) != OK) {
		ended(s, &e);
		return;
	}
	if (faults > 0) {
		told(s, TERM_ERROR,
		    arena_printf(s->arena, _("Damaged in %llu places."),
			(unsigned long long)faults),
		    _("F8 shows them, and what to do."), "");
		show_faults(ui, s);
		return;
	}
	told(s, TERM_PLAIN,
	    arena_printf(s->arena,
		_("Everything is whole: %llu changes of %llu records."),
		(unsigned long long)s->counts.events,
		(unsigned long long)s->counts.records),
	    "", "");
}

static void
backup(struct ui *ui, struct care_screen *s)
{
	struct error e = { .code = OK };
	char *path;

	if (!pick_folder(ui, true, s->dir, sizeof s->dir))
		return;
	ui_say(ui, TERM_PLAIN, "%s", _("Copying..."));
	ui_redraw(ui);
	if (care_backup(ui->app, s->dir, ui_progress, ui, s->arena, &path,
		&e) != OK)
		ended(s, &e);
	else
		told(s, TERM_PLAIN,
		    _("Written, read back and verified.  The stick may be "
		      "taken out."),
		    s->dir, path + strlen(s->dir) + 1);
}

static void
keys(struct ui *ui, struct care_screen *s)
{
	(void)s;
	screen_keys_open(ui);
}

static void
run(struct ui *ui, struct care_screen *s, size_t item)
{
	s->focus = item;
	told(s, TERM_PLAIN, "", "", "");
	items[item].run(ui, s);
	ui->message[0] = '\0';
	load(ui, s);
}

static void
draw(struct ui *ui, void *state)
{
	struct care_screen *s = state;
	int y = 1;

	term_put(y++, 1, -1,
	    s->counts.records_unsent + s->counts.records_sent > 0
		? TERM_WARNING
		: TERM_PLAIN,
	    str_of(arena_printf(ui->scratch,
		_("Records not yet handed over: %llu   no receipt yet: %llu"),
		(unsigned long long)s->counts.records_unsent,
		(unsigned long long)s->counts.records_sent)));
	term_put(y++, 1, -1, TERM_PLAIN,
	    str_of(arena_printf(ui->scratch,
		_("Last backup on this laptop: %.*s"),
		s->kept.n == 0 ? 1 : (int)s->kept.n,
		s->kept.n == 0 ? "-" : s->kept.p)));
	y++;
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		ui_row(y + (int)i, i == s->focus,
		    str_of(arena_printf(ui->scratch, "     %s  %s",
			items[i].key, _(items[i].label))));
	for (int i = 0; i < 3; i++)
		term_put(y + (int)ARRAY_LEN(items) + 1 + i, 1, -1, s->style,
		    s->done[i]);
	term_cursor(y + (int)s->focus, 0);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct care_screen *s = state;

	if (ui_move(in.key, &s->focus, ARRAY_LEN(items), 1))
		return true;
	if (in.key == TKEY_ENTER)
		run(ui, s, s->focus);
	else if (in.key == TKEY_F4)
		run(ui, s, 0);
	else if (in.key == TKEY_F2)
		run(ui, s, 1);
	else if (in.key == TKEY_F5)
		run(ui, s, 2);
	else if (in.key == TKEY_F8 && s->n_faults > 0)
		show_faults(ui, s);
	else
		return false;
	return true;
}

static void
close(struct ui *ui, void *state)
{
	struct care_screen *s = state;

	(void)ui;
	buf_release(&s->faults);
}

static const struct ui_menu care_menu[] = {
	{ N_("Check all that is stored"), "F4", TKEY_F4, 0 },
	{ N_("Back up to a stick or a folder"), "F2", TKEY_F2, 0 },
	{ N_("What the check has found"), "F8", TKEY_F8, 0 },
	{ N_("Passphrases: who can log in"), "F5", TKEY_F5, 0 },
};

static const struct screen care_screen = {
	.state_size = sizeof(struct care_screen),
	.draw = draw,
	.key = key,
	.close = close,
	.name = N_("Check and back up"),
	.keys = N_(" F9 Menu  F4 Check  F2 Back up  F5 Passphrases  F1 Help  "
		   "Esc Back"),
	.menu = care_menu,
	.n_menu = ARRAY_LEN(care_menu),
	.help = N_("F4: open every value, follow every chain, and say what is "
		   "damaged.\n"
		   "F2 or Ctrl-S: write a copy of everything to a stick or a "
		   "folder, and read it back.\n"
		   "F5: who can log in; change one's passphrase.\n"
		   "Esc stops a check or a backup; nothing is changed by that.\n"
		   "A copy is as sealed as this disk: it opens with the "
		   "passphrase of the day it was made.\n"
		   "When the program is left, it makes a copy on this laptop by "
		   "itself, once a day if something was written.  A copy on a "
		   "stick, kept elsewhere, also helps when the laptop is lost.\n"
		   "ansinh restore FILE sets a laptop up from a copy."),
};

void
screen_care_open(struct ui *ui)
{
	struct care_screen *s = ui_push(ui, &care_screen);

	s->arena = ui_arena(ui);
	load(ui, s);
}

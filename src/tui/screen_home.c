/* Home: what is waiting, and where one can go. */
#include "tui/screens.h"

#include "app/care.h"
#include "app/duplicate.h"
#include "app/gaps.h"
#include "app/saving.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PAIRS_ROWS_MAX 50000

enum item_kind {
	ITEM_DRAFT,
	ITEM_CHANGED,
	ITEM_CONFLICTS,
	ITEM_GAPS,
	ITEM_PAIRS,
	ITEM_FORM,
	ITEM_SEARCH,
	ITEM_STICK,
	ITEM_CARE,
};

struct item {
	enum item_kind kind;
	const struct form *form;
	const char *draft;
	struct str text;
};

struct home_screen {
	struct arena *arena;
	struct item *items;
	size_t n, focus, first;
	struct store_counts counts;
	struct gap *gaps;
	size_t n_gaps;
	char last_sent[160], last_taken[160];
	size_t pairs; /* that may be one person, as of the generation */
	uint64_t generation;
	bool counted;
	bool unkept; /* the backup at the end could not be made, and it was said */
};

static void
add_item(struct home_screen *s, size_t *cap, enum item_kind kind,
    const struct form *form, const char *draft, const char *text)
{
	s->items = arena_grow(s->arena, s->items, s->n, cap, sizeof *s->items);
	s->items[s->n].kind = kind;
	s->items[s->n].form = form;
	s->items[s->n].draft = draft;
	s->items[s->n++].text = str_of(text);
}

static void
last_bundles(struct ui *ui, struct home_screen *s)
{
	struct store_bundle_entry *b;
	struct error e;
	size_t n;

	s->last_sent[0] = s->last_taken[0] = '\0';
	if (store_bundles(ui->app->store, s->arena, &b, &n, &e) != OK)
		return;
	for (size_t i = 0; i < n; i++)
		snprintf(b[i].incoming ? s->last_taken : s->last_sent,
		    sizeof s->last_sent, _("%s  %.*s  (%llu changes)"),
		    b[i].name,
		    (int)ui_day(s->arena, str_of(b[i].at)).n,
		    ui_day(s->arena, str_of(b[i].at)).p,
		    (unsigned long long)b[i].events);
}

static void
add_draft(struct ui *ui, struct home_screen *s, size_t *cap,
    const struct draft_listed *d)
{
	const struct form *f = form_set_get(ui->app->forms, d->head.form);
	struct str at = ui_day(s->arena, str_of(d->head.at));
	struct str name = editing_draft_title(ui->app, s->arena, d->name);

	add_item(s, cap, ITEM_DRAFT, f, arena_strdup(s->arena, d->name),
	    arena_printf(s->arena, "%s  %.*s  %.*s%s%s", _("Draft"),
		(int)at.n, at.p, (int)name.n, name.p,
		name.n > 0 ? ", " : "",
		f == NULL ? "?" : form_text(f->title)));
}

static void
add_changed(struct home_screen *s, size_t *cap)
{
	const struct store_counts *c = &s->counts;

	if (c->basis_changed + c->objections == 0)
		return;
	add_item(s, cap, ITEM_CHANGED, NULL, NULL,
	    arena_printf(s->arena,
		_("      ~  Decisions to look at again: basis changed %llu, "
		  "commune objects %llu"),
		(unsigned long long)c->basis_changed,
		(unsigned long long)c->objections));
}

static void
add_conflicts(struct home_screen *s, size_t *cap)
{
	if (s->counts.conflicts > 0)
		add_item(s, cap, ITEM_CONFLICTS, NULL, NULL,
		    arena_printf(s->arena,
			_("      !  Conflicts to decide: %llu"),
			(unsigned long long)s->counts.conflicts));
}

static void
add_gaps(struct ui *ui, struct home_screen *s, size_t *cap)
{
	struct error e;

	if (gaps_find(ui->app, s->arena, &s->gaps, &s->n_gaps, &e) != OK)
		ui_error(ui, &e);
	if (s->n_gaps == 0)
		return;
	add_item(s, cap, ITEM_GAPS, NULL, NULL,
	    arena_printf(s->arena,
		_("      %c  Waiting for an earlier part: %s, %lld days"),
		gap_is_late(&s->gaps[0]) ? '!' : '.',
		s->n_gaps == 1
		    ? s->gaps[0].who
		    : arena_printf(s->arena, _("%zu laptops"), s->n_gaps),
		s->gaps[0].days));
}

static void
show_gaps(struct ui *ui, const struct home_screen *s)
{
	struct buf page = BUF_INIT;

	gaps_text(s->gaps, s->n_gaps, &page);
	ui_page(ui, _("Waiting for an earlier part"), buf_str(&page));
	buf_release(&page);
}

/* Looked for again when something was written; in a large register only when
 * it is asked for (F8). */
static void
add_pairs(struct ui *ui, struct home_screen *s, size_t *cap)
{
	const struct directory *d = ui->app->directory;
	struct duplicate *pair;

	if (directory_count(d) > PAIRS_ROWS_MAX)
		return;
	if (!s->counted || s->generation != directory_generation(d)) {
		struct arena *a = arena_new();

		duplicates_find(ui->app, a, &pair, &s->pairs);
		s->generation = directory_generation(d);
		s->counted = true;
		arena_free(a);
	}
	if (s->pairs > 0)
		add_item(s, cap, ITEM_PAIRS, NULL, NULL,
		    arena_printf(s->arena,
			_("     F8  Entered twice?  Pairs to look at: %zu"),
			s->pairs));
}

/* Forms that are registers of their own subject, then the others. */
static void
add_forms(struct ui *ui, struct home_screen *s, size_t *cap, bool registers)
{
	for (size_t i = 0; i < form_set_count(ui->app->forms); i++) {
		const struct form *f = form_set_at(ui->app->forms, i);

		if ((strcmp(f->subject, f->id) == 0) != registers)
			continue;
		add_item(s, cap, ITEM_FORM, f, NULL,
		    arena_printf(s->arena, "%7llu  %s",
			(unsigned long long)store_count(
			    ui->app->store, f->id),
			form_text(f->title)));
	}
}

static void
load(struct ui *ui, struct home_screen *s)
{
	struct item was = s->n > 0 ? s->items[s->focus] : (struct item){ 0 };
	struct draft_listed *drafts;
	struct error e = { .code = OK };
	size_t n, cap = 0;

	arena_reset(s->arena);
	s->items = NULL;
	s->n = 0;
	if (draft_list(ui->app->drafts_dir, ui->app->data_key, s->arena,
		&drafts, &n, &e) != OK)
		n = 0;
	for (size_t i = 0; i < n; i++)
		if (!saving_has_draft(ui->app, drafts[i].name))
			add_draft(ui, s, &cap, &drafts[i]);
	if (store_counts(ui->app->store, &s->counts, &e) != OK)
		ui_error(ui, &e);
	add_changed(s, &cap);
	add_conflicts(s, &cap);
	add_gaps(ui, s, &cap);
	add_pairs(ui, s, &cap);
	add_forms(ui, s, &cap, true);
	add_forms(ui, s, &cap, false);
	add_item(s, &cap, ITEM_SEARCH, NULL, NULL,
	    arena_printf(s->arena, "     F3  %s", _("Search everything")));
	add_item(s, &cap, ITEM_STICK, NULL, NULL,
	    arena_printf(
		s->arena, "     F6  %s", _("Hand over and take in (stick)")));
	add_item(s, &cap, ITEM_CARE, NULL, NULL,
	    arena_printf(s->arena, "     F7  %s", _("Check, back up, passphrases")));
	last_bundles(ui, s);
	/* Drafts come and go above; the focus stays on its line. */
	for (size_t i = 0; i < s->n; i++)
		if (was.text.n > 0 && s->items[i].kind == was.kind &&
		    was.kind != ITEM_DRAFT && s->items[i].form == was.form)
			s->focus = i;
	if (s->focus >= s->n)
		s->focus = s->n - 1;
}

static void
draw(struct ui *ui, void *state)
{
	struct home_screen *s = state;
	size_t body = ui_rows_left(6);
	int y = 1;

	term_put(y++, 1, -1, TERM_LABEL,
	    str_of(arena_printf(ui->scratch, "%s  %s (%s-%s)",
		ui->app->officer, ui->app->card.name, ui->app->card.unit,
		ui->app->card.device)));
	term_put(y++, 1, -1,
	    s->counts.records_unsent + s->counts.records_sent > 0
		? TERM_WARNING
		: TERM_PLAIN,
	    str_of(arena_printf(ui->scratch,
		_("Records not yet handed over: %llu   no receipt yet: %llu   "
		  "conflicts: %llu"),
		(unsigned long long)s->counts.records_unsent,
		(unsigned long long)s->counts.records_sent,
		(unsigned long long)s->counts.conflicts)));
	term_put(y++, 1, -1, TERM_PLAIN,
	    str_of(arena_printf(ui->scratch, _("Last hand-over: %s"),
		s->last_sent[0] == '\0' ? "-" : s->last_sent)));
	term_put(y++, 1, -1, TERM_PLAIN,
	    str_of(arena_printf(ui->scratch, _("Last taken in: %s"),
		s->last_taken[0] == '\0' ? "-" : s->last_taken)));
	if (clock_day_was_typed()) {
		char day[DATE_BUF], clock[DATE_BUF];

		date_format_vi(clock_today(), day);
		date_format_vi(clock_machine_day(), clock);
		term_put(y, 1, -1, TERM_WARNING,
		    str_of(arena_printf(ui->scratch,
			_("Today is %s, as typed; the clock says %s"), day,
			clock)));
	}
	y++;
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->n; i++)
		ui_row(y + (int)i, s->first + i == s->focus,
		    s->items[s->first + i].text);
	term_cursor(y + (int)(s->focus - s->first), 0);
}

static void
resume(struct ui *ui, const char *name)
{
	struct draft_entry last;
	struct editing *ed;
	struct error e;

	if (editing_resume(ui->app, name, &ed, &last, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	screen_form_open(ui, ed, &last);
}

static void
discard(struct ui *ui, struct home_screen *s, const char *name)
{
	struct error e;

	if (!ui_confirm(ui, UI_ENTER_NO, _("Throw this draft away?")))
		return;
	if (editing_discard_draft(ui->app, name, &e) != OK)
		ui_error(ui, &e);
	load(ui, s);
}

static void
open(struct ui *ui, const struct home_screen *s, const struct item *it)
{
	switch (it->kind) {
	case ITEM_DRAFT:
		resume(ui, it->draft);
		break;
	case ITEM_CHANGED:
		screen_changed_open(ui);
		break;
	case ITEM_CONFLICTS:
		screen_conflicts_open(ui);
		break;
	case ITEM_GAPS:
		show_gaps(ui, s);
		break;
	case ITEM_PAIRS:
		screen_pairs_open(ui);
		break;
	case ITEM_FORM:
		screen_list_open(ui, it->form);
		break;
	case ITEM_SEARCH:
		screen_search_open(ui);
		break;
	case ITEM_STICK:
		screen_stick_open(ui);
		break;
	case ITEM_CARE:
		screen_care_open(ui);
		break;
	}
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct home_screen *s = state;
	const struct item *it = &s->items[s->focus];

	if (ui_move(in.key == TKEY_TAB       ? TKEY_DOWN
	            : in.key == TKEY_BACKTAB ? TKEY_UP
	                                     : in.key,
	        &s->focus, s->n, ui_rows_left(6)))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
		open(ui, s, it);
		return true;
	case TKEY_INSERT:
		screen_form_new(
		    ui, it->kind == ITEM_FORM ? it->form : NULL, NULL);
		return true;
	case TKEY_F3:
		screen_search_open(ui);
		return true;
	case TKEY_F6:
		screen_stick_open(ui);
		return true;
	case TKEY_F7:
		screen_care_open(ui);
		return true;
	case TKEY_F8:
		screen_pairs_open(ui);
		return true;
	case TKEY_DELETE:
		if (it->kind == ITEM_DRAFT)
			discard(ui, s, it->draft);
		return true;
	default:
		return false;
	}
}

/* What was written today is kept once more.  Who stops it, or has been told
 * that it failed, leaves without. */
static bool
leave(struct ui *ui, void *state)
{
	struct home_screen *s = state;
	struct error e = { .code = OK };
	enum err err =
	    s->unkept ? OK : care_keep(ui->app, ui_progress, ui, &e);

	if (err == OK || err == ERR_CANCELLED)
		return true;
	s->unkept = true;
	ui_say(ui, TERM_ERROR,
	    _("No backup was made: %s.  F10 once more leaves without it."),
	    e.what);
	term_beep();
	return false;
}

static void
back(struct ui *ui, void *state)
{
	load(ui, state);
}

static const struct ui_menu home_menu[] = {
	{ N_("Open the list or the draft in focus"), "Enter", TKEY_ENTER, 0 },
	{ N_("New record of the form in focus"), "Ins", TKEY_INSERT, 0 },
	{ N_("Throw the draft in focus away"), "Del", TKEY_DELETE, 0 },
	{ N_("Search everything"), "F3", TKEY_F3, 0 },
	{ N_("Hand over and take in (stick)"), "F6", TKEY_F6, 0 },
	{ N_("Check, back up, passphrases"), "F7", TKEY_F7, 0 },
	{ N_("Persons entered twice?"), "F8", TKEY_F8, 0 },
};

static const struct screen home_screen = {
	.state_size = sizeof(struct home_screen),
	.draw = draw,
	.key = key,
	.leave = leave,
	.back = back,
	.name = N_("Home"),
	.keys = N_(" F9 Menu  Enter Open  Ins New  F3 Search  F6 Stick  "
		   "F1 Help  F10 Leave"),
	.help = N_("Up, Down: move.  Enter: open a draft or a list.\n"
		   "Ins or Ctrl-O on a form: a new record at once.\n"
		   "Del or Ctrl-K on a draft: throw it away.\n"
		   "F3 or Ctrl-F: search everything.\n"
		   "F6 or Ctrl-L: write a bundle to a stick, or take bundles "
		   "in.\n"
		   "F7 or Ctrl-R: check what is stored, back it up; passphrases.\n"
		   "F8 or Ctrl-E: persons that may be entered twice.\n"
		   "F9 or Alt-M: the menu of what a screen can do.\n"
		   "F10 or Ctrl-Q: leave the program.  Drafts stay."),
	.menu = home_menu,
	.n_menu = ARRAY_LEN(home_menu),
};

void
screen_home_open(struct ui *ui)
{
	struct home_screen *s = ui_push(ui, &home_screen);

	s->arena = ui_arena(ui);
	load(ui, s);
}

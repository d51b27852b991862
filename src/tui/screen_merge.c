/*
 * One person entered twice?  The list of pairs that look so, and two records
 * beside one another: what differs, which of the two is right; then they are
 * merged, or said to be of two persons.
 */
#include "tui/saves.h"
#include "tui/screens.h"

#include "app/duplicate.h"
#include "app/merging.h"
#include "base/text.h"

#include <stdio.h>

/* Beside one another ------------------------------------------------------ */

struct merge_screen {
	struct merging m;
	size_t focus, first;
	size_t papers[2]; /* records that point at each */
	bool show; /* the merged record afterwards; else it lies beneath */
};

#define LABEL_COLS 22

static size_t
value_cols(void)
{
	return ((size_t)term_cols() - LABEL_COLS - 3) / 2;
}

static struct str
side_text(struct arena *a, const struct merge_line *l, bool right)
{
	struct str text = right ? l->right : l->left;
	const char *mark = "    ";

	if (l->differs)
		mark = l->take == (right ? MERGE_RIGHT : MERGE_LEFT) ? "[x] "
								     : "[ ] ";
	text = str_of(arena_printf(a, "%s%.*s", mark, (int)text.n, text.p));
	return ui_pad(a, text, value_cols());
}

static void
merge_draw(struct ui *ui, void *state)
{
	struct merge_screen *s = state;
	struct arena *a = ui->scratch;
	size_t body = ui_rows_left(2);
	char id[2][RECORD_ID_TEXT];
	struct str head[2];

	record_id_format(&s->m.left.id, id[0]);
	record_id_format(&s->m.right.id, id[1]);
	for (int i = 0; i < 2; i++)
		head[i] = ui_pad(a,
		    str_of(arena_printf(a, _("%.4s, has %zu other records"), id[i],
			s->papers[i])),
		    value_cols());
	term_put(1, 0, -1, TERM_HEADING,
	    str_of(arena_printf(a, "  %*s     %.*s%.*s", LABEL_COLS - 2, "",
		(int)head[0].n, head[0].p, (int)head[1].n, head[1].p)));
	s->first = ui_scroll(s->first, s->focus, body);
	for (size_t i = 0; i < body && s->first + i < s->m.n; i++) {
		const struct merge_line *l = &s->m.lines[s->first + i];
		struct str label = ui_pad(a, l->label, LABEL_COLS);
		struct str x = side_text(a, l, false),
			   y = side_text(a, l, true);

		ui_row((int)i + 2, s->first + i == s->focus,
		    str_of(arena_printf(a, "%s%.*s %.*s %.*s",
			l->differs && l->take == MERGE_LATER ? "!" : " ",
			(int)label.n, label.p, (int)x.n, x.p, (int)y.n,
			y.p)));
	}
	ui_foot(merging_later(&s->m) > 0 ? TERM_WARNING : TERM_PLAIN,
	    str_of(arena_printf(a,
		_("Different: %zu, to choose later: %zu.  Left, Right: the "
		  "side that is right."),
		s->m.n_differs, merging_later(&s->m))));
	term_cursor((int)(s->focus - s->first) + 2, 0);
}

static void
merge_save(struct ui *ui, struct merge_screen *s)
{
	struct error e = { .code = OK };
	struct record_id id = s->m.left.id;
	struct str reason;
	size_t later = merging_later(&s->m);
	bool show = s->show;

	if (!saves_reason(ui, _("Why are they one person:"), &reason))
		return;
	if (merging_save(&s->m, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	id = store_stands_for(ui->app->store, &id);
	saves_leave(ui); /* with what was chosen */
	if (show)
		screen_record_open(ui, &id);
	if (later > 0)
		saves_say(ui, TERM_WARNING,
		    _("Merged.  %zu values are left to decide (F7)."), later);
	else
		saves_say(ui, TERM_PLAIN, "%s", _("Merged."));
}

static bool
say_two(struct ui *ui, const struct record_id *x, const struct record_id *y)
{
	struct error e = { .code = OK };
	struct str reason;

	if (!saves_reason(ui, _("Why are they two persons:"), &reason))
		return false;
	if (merging_part(
		ui->app, x, y, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return false;
	}
	saves_say(ui, TERM_PLAIN, "%s",
	    store_said(ui->app->store, x, y) == FOLD_SAME
		? _("They are still one, by way of others.")
		: _("Noted: two persons.  They are not proposed again."));
	return true;
}

/* To the next line that is to be chosen. */
static void
next_open(struct merge_screen *s)
{
	for (size_t k = 1; k <= s->m.n; k++) {
		size_t i = (s->focus + k) % s->m.n;

		if (s->m.lines[i].differs &&
		    s->m.lines[i].take == MERGE_LATER) {
			s->focus = i;
			return;
		}
	}
}

static bool
merge_key(struct ui *ui, void *state, struct term_input in)
{
	struct merge_screen *s = state;

	if (ui_move(in.key, &s->focus, s->m.n, ui_rows_left(2)))
		return true;
	if (s->m.n == 0)
		return false;
	switch ((int)in.key) {
	case TKEY_LEFT:
	case TKEY_RIGHT:
		merging_take(&s->m, s->focus,
		    in.key == TKEY_LEFT ? MERGE_LEFT : MERGE_RIGHT);
		return true;
	case TKEY_HOME:
		merging_take_all(&s->m, MERGE_LEFT);
		return true;
	case TKEY_END:
		merging_take_all(&s->m, MERGE_RIGHT);
		return true;
	case TKEY_TEXT:
		if (in.cp != ' ')
			return false;
		merging_take(&s->m, s->focus, MERGE_LATER);
		return true;
	case TKEY_TAB:
	case TKEY_ENTER:
		next_open(s);
		return true;
	case TKEY_F2:
		merge_save(ui, s);
		return true;
	case TKEY_DELETE:
		if (say_two(ui, &s->m.left.id, &s->m.right.id))
			saves_leave(ui);
		return true;
	default:
		return false;
	}
}

/* The records may be others now; what was chosen of them stays so. */
static void
merge_back(struct ui *ui, void *state)
{
	struct merge_screen *s = state;
	struct error e;

	if (merging_again(&s->m, &e) != OK)
		ui_error(ui, &e);
	if (s->focus >= s->m.n)
		s->focus = 0;
}

static const char *
merge_title(struct ui *ui, void *state)
{
	static char text[200];
	struct merge_screen *s = state;
	struct str x = app_record_title(ui->app, ui->scratch, &s->m.left.id);
	struct str y = app_record_title(ui->app, ui->scratch, &s->m.right.id);

	snprintf(text, sizeof text, _("One person?  %.*s / %.*s"), (int)x.n,
	    x.p, (int)y.n, y.p);
	return text;
}

static const struct ui_menu merge_menu[] = {
	{ N_("Merge the two records"), "F2", TKEY_F2, 0 },
	{ N_("They are two persons"), "Del", TKEY_DELETE, 0 },
	{ N_("The left side is right"), "Left", TKEY_LEFT, 0 },
	{ N_("The right side is right"), "Right", TKEY_RIGHT, 0 },
	{ N_("Choose this one later"), "Space", TKEY_TEXT, ' ' },
	{ N_("The left side is right in all"), "Home", TKEY_HOME, 0 },
	{ N_("The right side is right in all"), "End", TKEY_END, 0 },
};

static const struct screen merge_screen = {
	.state_size = sizeof(struct merge_screen),
	.draw = merge_draw,
	.key = merge_key,
	.back = merge_back,
	.title = merge_title,
	.keys = N_(" F9 Menu  F2 Merge  Del Two persons  Space Later  "
		   "F1 Help  Esc Back"),
	.menu = merge_menu,
	.n_menu = ARRAY_LEN(merge_menu),
	.help = N_(
	    "Two records that may be of one person, beside one another.\n"
	    "! stands where they differ and nothing is chosen; a side that "
	    "says all that the other does is chosen already.\n"
	    "Left, Right: the side that is right.  Space: later, both stay.\n"
	    "Home, End: one side is right in all.  Enter: the next to choose.\n"
	    "F2 or Ctrl-S: merge, with the reason.  Nothing is lost by it; the "
	    "history parts them again.\n"
	    "Del or Ctrl-K: they are two persons; they are not proposed "
	    "again.\n"
	    "Other records: those that point at each, such as applications."),
};

static size_t
count_papers(struct ui *ui, struct arena *a, const struct record_id *id)
{
	struct record_id *ids;
	struct error e;
	size_t n;

	return store_linked(ui->app->store, a, id, NULL, &ids, &n, &e) == OK
	    ? n
	    : 0;
}

void
screen_merge_open(struct ui *ui, const struct record_id *left,
    const struct record_id *right, bool show)
{
	struct merge_screen *s = ui_push(ui, &merge_screen);
	struct arena *a = ui_arena(ui);
	struct error e;

	if (merging_begin(ui->app, a, left, right, &s->m, &e) != OK) {
		ui_pop(ui);
		ui_error(ui, &e);
		return;
	}
	s->show = show;
	s->papers[0] = count_papers(ui, a, left);
	s->papers[1] = count_papers(ui, a, right);
	if (s->m.n > 0 && !s->m.lines[0].differs)
		next_open(s);
}

/* Pairs ------------------------------------------------------------------- */

struct pairs_screen {
	struct arena *arena;
	struct duplicate *pair;
	size_t n, focus, first;
};

static void
pairs_load(struct ui *ui, struct pairs_screen *s)
{
	arena_reset(s->arena);
	duplicates_find(ui->app, s->arena, &s->pair, &s->n);
	if (s->focus >= s->n)
		s->focus = s->n == 0 ? 0 : s->n - 1;
}

static struct str
person_cols(struct ui *ui, const struct record_id *id, size_t width)
{
	struct arena *a = ui->scratch;
	struct directory_row row;
	struct str name, day;
	size_t at;

	if (!directory_find(ui->app->directory, id, &at))
		return ui_pad(a, STR(""), width);
	directory_get(ui->app->directory, at, &row);
	day = ui_pad(a, ui_day(a, row.birth), 10);
	name = ui_pad(a, app_record_title(ui->app, a, id), width - 20);
	return ui_pad(a,
	    str_of(arena_printf(a, "%.*s %.*s %.*s", (int)name.n, name.p,
		(int)day.n, day.p, (int)row.hamlet.n, row.hamlet.p)),
	    width);
}

static void
pairs_draw(struct ui *ui, void *state)
{
	struct pairs_screen *s = state;
	size_t body = (size_t)ui_body_rows();
	size_t width = ((size_t)term_cols() - 3) / 2;

	s->first = ui_scroll(s->first, s->focus, body / 2);
	/* two lines a pair: 80 columns are few for two persons */
	for (size_t i = 0; i < body / 2 && s->first + i < s->n; i++) {
		const struct duplicate *d = &s->pair[s->first + i];
		struct str why =
		    ui_pad(ui->scratch, str_of(duplicate_why_words(d->why)),
			20);
		struct str x = person_cols(ui, &d->a, width + 14);
		struct str y = person_cols(ui, &d->b, width + 14);

		ui_row((int)(2 * i) + 1, s->first + i == s->focus,
		    str_of(arena_printf(ui->scratch, " %.*s %.*s",
			(int)why.n, why.p, (int)x.n, x.p)));
		ui_row((int)(2 * i) + 2, false,
		    str_of(arena_printf(ui->scratch, " %20s %.*s", "",
			(int)y.n, y.p)));
	}
	if (s->n == 0)
		term_put(2, 2, -1, TERM_FAINT,
		    str_of(_("No two records look like one person.")));
	term_cursor((int)(2 * (s->focus - s->first)) + 1, 0);
}

static bool
pairs_key(struct ui *ui, void *state, struct term_input in)
{
	struct pairs_screen *s = state;

	if (ui_move(
		in.key, &s->focus, s->n, (size_t)ui_body_rows() / 2))
		return true;
	if (s->n == 0)
		return false;
	if (in.key == TKEY_ENTER) {
		screen_merge_open(
		    ui, &s->pair[s->focus].a, &s->pair[s->focus].b, true);
		return true;
	}
	if (in.key == TKEY_DELETE) {
		if (say_two(ui, &s->pair[s->focus].a, &s->pair[s->focus].b))
			pairs_load(ui, s);
		return true;
	}
	return false;
}

static void
pairs_back(struct ui *ui, void *state)
{
	pairs_load(ui, state);
}

static const char *
pairs_title(struct ui *ui, void *state)
{
	static char text[100];
	struct pairs_screen *s = state;

	(void)ui;
	snprintf(text, sizeof text, _("Entered twice?   %zu"), s->n);
	return text;
}

static const struct ui_menu pairs_menu[] = {
	{ N_("Put the two beside one another"), "Enter", TKEY_ENTER, 0 },
	{ N_("They are two persons"), "Del", TKEY_DELETE, 0 },
};

static const struct screen pairs_screen = {
	.state_size = sizeof(struct pairs_screen),
	.draw = pairs_draw,
	.key = pairs_key,
	.back = pairs_back,
	.title = pairs_title,
	.keys = N_(" F9 Menu  Enter Compare  Del Two persons  F1 Help  "
		   "Esc Back"),
	.menu = pairs_menu,
	.n_menu = ARRAY_LEN(pairs_menu),
	.help = N_("Records that may be of one person: the same number, or "
		   "the same name (accents aside) and a birth that agrees: "
		   "1950 and 05/03/1950.  The likeliest come first.\n"
		   "Enter: put the two beside one another, and merge them.\n"
		   "Del or Ctrl-K: they are two persons; they are not proposed "
		   "again.\n"
		   "Nothing is merged by the program."),
};

void
screen_pairs_open(struct ui *ui)
{
	struct pairs_screen *s = ui_push(ui, &pairs_screen);

	s->arena = ui_arena(ui);
	pairs_load(ui, s);
}

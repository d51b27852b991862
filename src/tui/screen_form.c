/*
 * The keys of the form screen.  What is typed is in the draft before the next
 * key is read.
 */
#include "tui/screen_form_impl.h"

#include "base/text.h"
#include "tui/screens.h"

#include <stdio.h>
#include <string.h>

#define CONFLICTS_TOLD 100 /* in the list of what there is to mend */

static const struct form_node *
nodes_of(const struct form_screen *s)
{
	return s->k.ed->form->nodes;
}

static void
say_finding(struct ui *ui, struct form_screen *s, const struct fill_ref *r)
{
	const struct fill_finding *f = fill_finding_at(s->k.ed->fill, r);
	const char *line;

	if (f == NULL)
		return;
	line = nodes_of(s)[r->node].line;
	if (fill_ref_equal(r, &s->k.at))
		line = ""; /* the cursor is on it */
	ui_say(ui, f->severity == FILL_ERROR ? TERM_ERROR : TERM_WARNING,
	    "%s%s%s%s", line, line[0] == '\0' ? "" : ": ", f->message,
	    f->severity == FILL_WARNING ? _("  (F7: it is right, with a reason)")
					: "");
}

static const char *
title(struct ui *ui, void *state)
{
	static char text[200];
	struct form_screen *s = state;

	(void)ui;
	snprintf(text, sizeof text, "%s%s",
	    form_text(s->k.ed->form->title),
	    s->k.ed->is_new ? _(" (new)") : "");
	return text;
}

/* Keys ------------------------------------------------------------------- */

/* A question, after what was typed is stored; what there is to tell of that is
 * seen after the answer. */
static bool
ask(struct ui *ui, struct form_screen *s, const char *question, bool composed,
    struct str *text)
{
	char told[sizeof ui->message];
	enum term_style style;
	bool answered;

	(void)form_input_store(ui, s);
	memcpy(told, ui->message, sizeof told);
	style = ui->message_style;
	answered = ui_prompt(ui, question, "", composed, text);
	if (told[0] != '\0')
		ui_say(ui, style, "%s", told);
	return answered;
}

static void
go_to(struct ui *ui, struct form_screen *s)
{
	struct str where;

	if (!ask(ui, s, _("Go to line or field:"), false, &where))
		return;
	if (!keying_goto(&s->k, where))
		ui_say(ui, TERM_WARNING, _("No such line: %.*s"),
		    (int)where.n, where.p);
	form_input_load(ui, s);
}

static void
force(struct ui *ui, struct form_screen *s)
{
	const struct fill_finding *f;
	struct error e = { .code = OK };
	struct str reason;

	(void)form_input_store(ui, s);
	f = fill_finding_at(s->k.ed->fill, &s->k.at);
	if (f == NULL || f->severity != FILL_WARNING) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is no warning here to accept."));
		return;
	}
	if (!ask(ui, s, _("It is right, because:"), true, &reason) ||
	    text_trim(reason).n == 0)
		return;
	(void)keying_force(&s->k, text_trim(reason), &e);
	if (e.code != OK)
		ui_error(ui, &e);
}

/* A line of a field in conflict, after what there is to mend. */
static size_t
add_conflicts(struct ui *ui, struct form_screen *s, struct fill_ref *refs,
    const char **lines, size_t n, size_t max)
{
	struct fill *fill = s->k.ed->fill;
	struct fill_ref r = { 0 };
	struct str text;
	bool more = s->k.ed->before.conflict && fill_first(fill, &r);

	for (; more && n < max; more = fill_next(fill, &r)) {
		text = form_conflict(ui, s, &r);
		if (text.n == 0)
			continue;
		refs[n] = r;
		lines[n++] = arena_printf(ui->scratch, "! %-6s %s: %.*s",
		    nodes_of(s)[r.node].line,
		    form_text(nodes_of(s)[r.node].label), (int)text.n,
		    text.p);
	}
	return n;
}

static void
findings(struct ui *ui, struct form_screen *s)
{
	const struct form_node *nodes = nodes_of(s);
	const struct fill_finding *f;
	const char **lines;
	struct fill_ref *refs;
	size_t n, most;
	int chosen;

	(void)form_input_store(ui, s);
	n = fill_findings(s->k.ed->fill, &f);
	most = n + CONFLICTS_TOLD;
	lines = arena_array(ui->scratch, most, sizeof *lines);
	refs = arena_array(ui->scratch, most, sizeof *refs);
	for (size_t i = 0; i < n; i++) {
		refs[i] = f[i].ref;
		lines[i] = arena_printf(ui->scratch, "%c %-6s %s: %s%s%s",
		    f[i].severity == FILL_ERROR	    ? '!'
			: f[i].severity == FILL_WARNING ? '?'
						    : '~',
		    nodes[f[i].ref.node].line,
		    form_text(nodes[f[i].ref.node].label), f[i].message,
		    f[i].reason == NULL ? "" : " = ",
		    f[i].reason == NULL ? ""
			: (nodes[f[i].ref.node].flags & FORM_RESTRICTED) != 0
			? "******"
			: f[i].reason);
	}
	n = add_conflicts(ui, s, refs, lines, n, most);
	if (n == 0) {
		ui_say(ui, TERM_PLAIN, "%s", _("Nothing to mend."));
		return;
	}
	chosen = ui_pick(ui, _("To mend"), lines, n, 0);
	if (chosen >= 0)
		s->k.at = refs[chosen];
	form_input_load(ui, s);
}

/* Why PgDn or PgUp went nowhere. */
static void
say_no_page(struct ui *ui, const struct form_screen *s, bool forward)
{
	const struct form_node *nodes = nodes_of(s), *page = NULL;
	int at = keying_page(&s->k), number = 0;

	if (forward && nodes[at].next >= 0)
		page = &nodes[nodes[at].next];
	for (int i = nodes[0].first; i >= 0 && page != NULL; i = nodes[i].next) {
		number += nodes[i].type == FORM_PAGE;
		if (&nodes[i] == page)
			break;
	}
	if (page == NULL)
		ui_say(ui, TERM_PLAIN, "%s",
		    forward ? _("This is the last page.  F2 saves.")
			    : _("This is the first page."));
	else if (!fill_is_relevant(s->k.ed->fill,
		     &(struct fill_ref){ .node = page->number }))
		ui_say(ui, TERM_PLAIN,
		    _("Page %d, %s: not asked, after what was answered."),
		    number, form_text(page->label));
	else if (page->owner != FORM_BOTH && page->owner != ui->app->role)
		ui_say(ui, TERM_PLAIN,
		    page->owner == FORM_DISTRICT
			? _("Page %d, %s: the district fills it in.")
			: _("Page %d, %s: the commune fills it in."),
		    number, form_text(page->label));
	else
		ui_say(ui, TERM_PLAIN,
		    _("Page %d, %s: nothing to fill in now."),
		    number, form_text(page->label));
}

/* Moves, rows, undo: after the input is stored. */
static bool
act(struct ui *ui, struct form_screen *s, enum keying_act what)
{
	struct error e = { .code = OK };
	struct fill_ref left = s->k.at;
	bool done;

	(void)form_input_store(ui, s);
	done = keying_do(&s->k, what, &e);
	if (!done && what > KEYING_PREVIOUS_PAGE)
		term_beep();
	form_input_load(ui, s);
	if (e.code != OK)
		ui_error(ui, &e);
	else if (!done && (what == KEYING_NEXT_PAGE ||
			      what == KEYING_PREVIOUS_PAGE))
		say_no_page(ui, s, what == KEYING_NEXT_PAGE);
	else if (what > KEYING_PREVIOUS_PAGE)
		say_finding(ui, s, &s->k.at);
	else {
		form_say_duplicate(ui, s, &left);
		say_finding(ui, s, &left);
	}
	return true;
}

static bool
typed(struct ui *ui, struct form_screen *s, struct term_input in)
{
	struct fill_ref left = s->k.at;

	if (!form_input_type(ui, s, in))
		return true;
	(void)act(ui, s, KEYING_NEXT);
	s->went_on = !fill_ref_equal(&left, &s->k.at);
	return true;
}

/* + - * / on fields that cannot contain them (design, keys). */
static bool
numeric_command(struct ui *ui, struct form_screen *s, struct term_input in)
{
	enum form_type t = keying_node(&s->k)->type;

	if (in.key != TKEY_TEXT || in.pasted ||
	    (t != FORM_INTEGER && t != FORM_MONEY && t != FORM_DECIMAL &&
		t != FORM_DATE && t != FORM_TIME && t != FORM_YES_NO))
		return false;
	if (in.cp == '+')
		return act(ui, s, KEYING_NEXT);
	if (in.cp == '-' && t != FORM_DECIMAL && t != FORM_INTEGER &&
	    t != FORM_DATE)
		return act(ui, s, KEYING_PREVIOUS);
	if (in.cp == '*')
		return act(ui, s, KEYING_DITTO);
	return false;
}

static bool
control_key(struct ui *ui, struct form_screen *s, uint32_t letter)
{
	switch (letter) {
	case 'k':
		return act(ui, s, KEYING_ROW_DELETE);
	case 'v':
		return act(ui, s, KEYING_ROW_COPY);
	case 'z':
		return act(ui, s, KEYING_UNDO);
	case 'y':
		return act(ui, s, KEYING_REDO);
	default:
		return false;
	}
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct form_screen *s = state;
	bool went_on = s->went_on;

	s->went_on = false;
	/* A hand used to Enter after each field presses it here, too, and
	 * would pass the next field by unseen. */
	if (went_on && in.key == TKEY_ENTER) {
		ui_say(ui, TERM_FAINT, "%s",
		    _("The cursor had gone on by itself.  Enter: the next "
		      "field."));
		return true;
	}
	if (form_input_opens_list(s, in)) {
		form_input_pick(ui, s);
		return true;
	}
	if (numeric_command(ui, s, in))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
	case TKEY_TAB:
		if (form_input_wants_record(ui, s) ||
		    form_input_wants_choice(ui, s)) {
			form_input_pick(ui, s);
			return true;
		}
		return act(ui, s, KEYING_NEXT);
	case TKEY_DOWN:
		return act(ui, s, KEYING_NEXT);
	case TKEY_BACKTAB:
	case TKEY_UP:
		return act(ui, s, KEYING_PREVIOUS);
	case TKEY_PAGE_DOWN:
		return act(ui, s, KEYING_NEXT_PAGE);
	case TKEY_PAGE_UP:
		return act(ui, s, KEYING_PREVIOUS_PAGE);
	case TKEY_F2:
		form_save(ui, s);
		return true;
	case TKEY_F5:
		return act(ui, s, KEYING_DITTO);
	case TKEY_F6:
		go_to(ui, s);
		return true;
	case TKEY_F7:
		force(ui, s);
		return true;
	case TKEY_F8:
		findings(ui, s);
		return true;
	case TKEY_INSERT:
		return act(ui, s, KEYING_ROW_INSERT);
	case TKEY_DELETE:
		if (!s->editing && nodes_of(s)[s->k.at.node].repeat >= 0)
			return act(ui, s, KEYING_ROW_DELETE);
		return typed(ui, s, in);
	case TKEY_CTRL:
		return control_key(ui, s, in.cp);
	case TKEY_ALT:
		if (in.cp != 'r' && in.cp != 'R')
			return false;
		form_input_reveal(ui, s);
		return true;
	case TKEY_ESC:
		if (!s->editing)
			return false;
		form_input_give_back(ui, s);
		return true;
	case TKEY_TEXT:
	case TKEY_BACKSPACE:
	case TKEY_LEFT:
	case TKEY_RIGHT:
	case TKEY_HOME:
	case TKEY_END:
		return typed(ui, s, in);
	default:
		return false;
	}
}

static bool
leave(struct ui *ui, void *state)
{
	struct form_screen *s = state;

	(void)form_input_store(ui, s);
	if (s->k.ed->draft != NULL && ui->message[0] == '\0')
		ui_say(ui, TERM_PLAIN, "%s", _("The draft is kept."));
	return true;
}

static void
close(struct ui *ui, void *state)
{
	struct form_screen *s = state;

	/* What is half typed is in the draft already, as typed. */
	if (!ui->leaving && s->editing)
		(void)form_input_store(ui, s);
	keying_release(&s->k);
}

static const struct ui_menu form_menu[] = {
	{ N_("Save"), "F2", TKEY_F2, 0 },
	{ N_("List of this field"), "F4", TKEY_F4, 0 },
	{ N_("Ditto: as in the row or record before"), "F5", TKEY_F5, 0 },
	{ N_("Go to a line of the paper or a field"), "F6", TKEY_F6, 0 },
	{ N_("The warning is wrong: force, with a reason"), "F7", TKEY_F7, 0 },
	{ N_("All that is to mend"), "F8", TKEY_F8, 0 },
	{ N_("Next page or row"), "PgDn", TKEY_PAGE_DOWN, 0 },
	{ N_("Previous page or row"), "PgUp", TKEY_PAGE_UP, 0 },
	{ N_("New row"), "Ins", TKEY_INSERT, 0 },
	{ N_("Copy the row"), "Ctrl-V", TKEY_CTRL, 'v' },
	{ N_("Remove the row"), "Ctrl-K", TKEY_CTRL, 'k' },
	{ N_("Show or mask a restricted field"), "Alt-R", TKEY_ALT, 'r' },
	{ N_("Undo"), "Ctrl-Z", TKEY_CTRL, 'z' },
	{ N_("Redo"), "Ctrl-Y", TKEY_CTRL, 'y' },
};

static const struct screen form_screen = {
	.state_size = sizeof(struct form_screen),
	.draw = form_draw,
	.key = key,
	.leave = leave,
	.close = close,
	.saved = form_input_shown,
	.title = title,
	.keys = N_(" F9 Menu  F2 Save  F4 List  F5 Ditto  F6 Go to  "
		   "F8 To mend  F10 Leave"),
	.menu = form_menu,
	.n_menu = ARRAY_LEN(form_menu),
	.help = N_(
	    "Enter, Tab, Down: next field.  Shift-Tab, Up: previous.\n"
	    "PgDn, PgUp: next and previous page, in a grid row.\n"
	    "F2 or Ctrl-S: save.\n"
	    "F4, Alt-Down, Space: the list of this field; type to search.\n"
	    "F5 or Ctrl-D: the value of the row or record before.\n"
	    "F6 or Ctrl-L: go to a line of the paper, or a field.\n"
	    "F7 or Ctrl-R: a warning is right; asks for the reason.\n"
	    "F8 or Ctrl-E: all that is to mend.\n"
	    "Ins or Ctrl-O: new row.  Del or Ctrl-K: remove the row.  "
	    "Ctrl-V: copy the row.\n"
	    "Ctrl-Z: undo.  Ctrl-Y: redo.\n"
	    "Ctrl-T: Vietnamese typing, Telex, VNI or off.\n"
	    "Esc: the field's old value; once more: leave, the draft is "
	    "kept.\n"
	    "Dates are keyed as digits: 05031938, 03/1938, 1938.\n"
	    "A choice is its code, or part of its name without accents.\n"
	    "A record is found by part of its name, then Enter.\n"
	    "Ctrl-J: a new line in a text of several lines.\n"
	    "Alt-R, or F4 on it: show a restricted field (******).\n"
	    "Before a field: ! to mend, ? is it right?, ~ forced."),
};

void
screen_form_open(struct ui *ui, struct editing *ed,
    const struct draft_entry *resume)
{
	struct form_screen *s = ui_push(ui, &form_screen);

	s->arena = ui_arena(ui);
	keying_init(&s->k, ed);
	if (resume != NULL && resume->cursor.n > 0)
		(void)fill_ref_of(ed->fill, resume->cursor, &s->k.at);
	form_input_load(ui, s);
	if (resume != NULL && resume->typed.n > 0 &&
	    !str_eq(resume->typed, fill_text(ed->fill, &s->k.at))) {
		input_set(&s->input, resume->typed);
		s->input.fresh = false;
		if (resume->caret < s->input.n)
			s->input.caret = resume->caret;
		s->editing = true;
		s->veiled = ed->on_restricted;
	}
}

void
screen_form_new(
    struct ui *ui, const struct form *f, const struct record_id *from)
{
	struct editing *ed;
	struct error e;

	if (f == NULL)
		ui_say(ui, TERM_WARNING, "%s",
		    _("Of which form?  Ins on a record, or on a form of the "
		      "first screen, begins the next one."));
	else if (editing_new(ui->app, f, from, &ed, &e) != OK)
		ui_error(ui, &e);
	else
		screen_form_open(ui, ed, NULL);
}

void
screen_form_amend(struct ui *ui, const struct record_id *id)
{
	struct editing *ed;
	struct error e;

	if (editing_open(ui->app, id, &ed, &e) != OK)
		ui_error(ui, &e);
	else
		screen_form_open(ui, ed, NULL);
}

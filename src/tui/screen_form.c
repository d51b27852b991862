/*
 * The keys of the form screen.  What is typed is in the draft before the next
 * key is read.
 */
#include "tui/form_screen.h"

#include "app/duplicate.h"
#include "base/text.h"
#include "tui/screens.h"

#include <stdio.h>
#include <string.h>

static const struct form_node *
nodes_of(const struct form_screen *s)
{
	return s->k.ed->form->nodes;
}

/* The field at the cursor goes into the input. */
static void
load_input(struct ui *ui, struct form_screen *s)
{
	const struct form_node *n = keying_node(&s->k);
	bool text = n->type == FORM_TEXT && (n->flags & FORM_NO_COMPOSE) == 0;

	s->input.compose = ui->compose;
	input_set(&s->input, fill_text(s->k.ed->fill, &s->k.at));
	if (!text && n->type != FORM_SELECT_ONE && n->type != FORM_LINK)
		s->input.compose.method = COMPOSE_OFF;
	s->input.lines = (n->flags & FORM_MULTILINE) != 0;
	s->editing = s->veiled = false;
}

/* What was typed.  In a choice the composer may have made a Vietnamese word of
 * a code; where no choice has the word, the keys count as they were typed. */
static struct str
typed_text(struct ui *ui, struct form_screen *s)
{
	struct str text = input_text(&s->input, ui->scratch);
	struct str keys = input_keys(&s->input);
	const struct form_choice **c;

	if (keying_node(&s->k)->type != FORM_SELECT_ONE || keys.n == 0 ||
	    fill_choices_matching(
		s->k.ed->fill, ui->scratch, &s->k.at, text, &c) > 0)
		return text;
	return arena_str_dup(ui->scratch, keys);
}

/* What is in the input goes into the form.  True: go on to the next field. */
static bool
store_input(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };
	bool go_on;

	if (!s->editing)
		return false;
	go_on = keying_type(&s->k, typed_text(ui, s), &e);
	s->editing = false;
	if (e.code != OK)
		ui_error(ui, &e);
	return go_on;
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

/* A record of the register as one line: who, born when, living where. */
static const char *
row_words(struct ui *ui, const struct record_id *id)
{
	struct directory_row row;
	struct str name, day;
	size_t at;

	if (!directory_find(ui->app->directory, id, &at))
		return "";
	directory_get(ui->app->directory, at, &row);
	name = app_record_title(ui->app, ui->scratch, id);
	day = ui_day(ui->scratch, row.birth);
	return arena_printf(ui->scratch, "%.*s%s%.*s%s%.*s", (int)name.n,
	    name.p, day.n > 0 ? ", " : "", (int)day.n, day.p,
	    row.hamlet.n > 0 ? ", " : "", (int)row.hamlet.n, row.hamlet.p);
}

/* Leaving what tells persons apart: is this one in the register already? */
static void
say_duplicate(struct ui *ui, struct form_screen *s, const struct fill_ref *r)
{
	const struct form *f = s->k.ed->form;
	const char *path = nodes_of(s)[r->node].path;
	const char *telling[] = { f->name_field, f->birth_field,
		f->citizen_id_field };
	struct record_id other;

	for (size_t i = 0; s->k.ed->is_new && i < ARRAY_LEN(telling); i++)
		if (telling[i] != NULL && strcmp(telling[i], path) == 0 &&
		    duplicate_of(s->k.ed, &other)) {
			ui_say(ui, TERM_WARNING,
			    _("In the register already?  %s"),
			    row_words(ui, &other));
			return;
		}
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

static void
save(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };
	struct record_id other, id = s->k.ed->id;
	struct str reason = { "", 0 };
	bool was_new = s->k.ed->is_new;

	store_input(ui, s);
	if (fill_has_errors(s->k.ed->fill)) {
		keying_do(&s->k, KEYING_NEXT_FINDING, &e);
		load_input(ui, s);
		ui_say(ui, TERM_ERROR, "%s",
		    _("There are errors to mend before saving (F8 shows "
		      "them)."));
		return;
	}
	if (was_new && duplicate_of(s->k.ed, &other) &&
	    !ui_confirm(ui,
		arena_printf(ui->scratch,
		    _("In the register already: %s.  Save all the same?"),
		    row_words(ui, &other))))
		return;
	if (!was_new && editing_has_changes(s->k.ed) &&
	    !ui_prompt(ui, _("Reason for the change:"), "", true, &reason))
		return;
	ui_say(ui, TERM_PLAIN, "%s", _("Saving..."));
	ui_redraw(ui);
	if (editing_save(s->k.ed, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	ui_pop(ui);
	screen_record_open(ui, &id);
	ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
}

/*
 * Shows what is restricted.  What is in the register is opened for a reader who
 * gives a reason, which is an event; another officer can only write another
 * value over it.  What was typed here is only masked.
 */
static void
reveal(struct ui *ui, struct form_screen *s)
{
	struct fill *fill = s->k.ed->fill;
	struct error e = { .code = OK };
	struct str reason;

	store_input(ui, s);
	if (!fill_is_masked(fill, &s->k.at)) {
		s->revealed = !s->revealed;
		return;
	}
	if (ui->app->restricted == NULL) {
		if (!ui_confirm(ui,
			_("Your passphrase does not open this value.  Write "
			  "another over it?")))
			return;
		fill_give_up(fill, &s->k.at);
	} else if (!ui_prompt(ui, _("Reason for looking at it:"), "", true,
		       &reason)) {
		return;
	} else if (editing_reveal(
		       s->k.ed, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	} else {
		s->revealed = true;
		ui_say(ui, TERM_PLAIN, "%s",
		    _("Shown where the cursor is; the history says so."));
	}
	load_input(ui, s);
}

/* What is half typed begins the search, and is not stored. */
static void
pick(struct ui *ui, struct form_screen *s)
{
	const struct form_node *n = keying_node(&s->k);
	struct error e = { .code = OK };
	struct record_id id;
	struct str text = STR("");
	char typed[RECORD_ID_TEXT];
	int chosen;

	if (fill_is_masked(s->k.ed->fill, &s->k.at)) {
		reveal(ui, s);
		return;
	}
	if (fill_is_read_only(s->k.ed->fill, &s->k.at) ||
	    (n->type != FORM_LINK && n->type != FORM_YES_NO &&
		n->choices == NULL)) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("This field has no list."));
		return;
	}
	if (n->type == FORM_SELECT_MULTIPLE)
		store_input(ui, s); /* codes are kept, and ticked */
	else if (s->editing)
		text = input_text(&s->input, ui->scratch);
	if (n->type == FORM_LINK) {
		if (!pick_record(ui, form_set_get(ui->app->forms, n->link),
			text, &id))
			return;
		record_id_format(&id, typed);
		text = str_of(typed);
	} else if (n->type == FORM_YES_NO) {
		chosen = ui_pick(ui, form_text(n->label),
		    (const char *[]){ _("yes"), _("no") }, 2, 0);
		if (chosen < 0)
			return;
		text = chosen == 0 ? STR("yes") : STR("no");
	} else if (!pick_choice(ui, &s->k, text, &text)) {
		return;
	}
	s->editing = false;
	keying_type(&s->k, text, &e);
	keying_do(&s->k, KEYING_NEXT, &e);
	load_input(ui, s);
}

static void
go_to(struct ui *ui, struct form_screen *s)
{
	struct str where;

	store_input(ui, s);
	if (!ui_prompt(ui, _("Go to line or field:"), "", false, &where))
		return;
	if (!keying_goto(&s->k, where))
		ui_say(ui, TERM_WARNING, _("No such line: %.*s"),
		    (int)where.n, where.p);
	load_input(ui, s);
}

static void
force(struct ui *ui, struct form_screen *s)
{
	const struct fill_finding *f;
	struct error e = { .code = OK };
	struct str reason;

	store_input(ui, s);
	f = fill_finding_at(s->k.ed->fill, &s->k.at);
	if (f == NULL || f->severity != FILL_WARNING) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is no warning here to accept."));
		return;
	}
	if (!ui_prompt(ui, _("It is right, because:"), "", true, &reason) ||
	    text_trim(reason).n == 0)
		return;
	(void)keying_force(&s->k, text_trim(reason), &e);
	if (e.code != OK)
		ui_error(ui, &e);
}

static void
findings(struct ui *ui, struct form_screen *s)
{
	const struct form_node *nodes = nodes_of(s);
	const struct fill_finding *f;
	const char **lines;
	size_t n;
	int chosen;

	store_input(ui, s);
	n = fill_findings(s->k.ed->fill, &f);
	if (n == 0) {
		ui_say(ui, TERM_PLAIN, "%s", _("Nothing to mend."));
		return;
	}
	lines = arena_array(ui->scratch, n, sizeof *lines);
	for (size_t i = 0; i < n; i++)
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
	chosen = ui_pick(ui, _("To mend"), lines, n, 0);
	if (chosen >= 0)
		s->k.at = f[chosen].ref;
	load_input(ui, s);
}

/* A name typed where a record is asked for is looked up. */
static bool
wants_record(struct ui *ui, const struct form_screen *s)
{
	struct record_id id;
	struct str text;

	if (!s->editing || keying_node(&s->k)->type != FORM_LINK)
		return false;
	text = text_trim(input_text(&s->input, ui->scratch));
	return text.n > 0 && !record_id_parse(text, &id);
}

/* Moves, rows, undo: after the input is stored. */
static bool
act(struct ui *ui, struct form_screen *s, enum keying_act what)
{
	struct error e = { .code = OK };
	struct fill_ref left = s->k.at;

	store_input(ui, s);
	if (!keying_do(&s->k, what, &e) && what > KEYING_PREVIOUS_PAGE)
		term_beep();
	load_input(ui, s);
	if (e.code != OK)
		ui_error(ui, &e);
	else if (what > KEYING_PREVIOUS_PAGE)
		say_finding(ui, s, &s->k.at);
	else {
		say_duplicate(ui, s, &left);
		say_finding(ui, s, &left);
	}
	return true;
}

static void
typed(struct ui *ui, struct form_screen *s, struct term_input in)
{
	struct error e = { .code = OK };
	struct str text;
	bool full = false, first = !s->editing;
	enum err err;

	if (fill_is_masked(s->k.ed->fill, &s->k.at))
		ui_say(ui, TERM_WARNING, "%s",
		    _("This field is restricted; F4 opens it, with a "
		      "reason."));
	if (keying_on_repeat(&s->k) ||
	    fill_is_read_only(s->k.ed->fill, &s->k.at)) {
		term_beep();
		return;
	}
	/* What was there is not shown by going back into it. */
	if (first)
		s->veiled = (keying_node(&s->k)->flags & FORM_RESTRICTED) != 0 &&
		    !s->revealed && in.key != TKEY_TEXT;
	s->editing = true;
	input_key(&s->input, in, &full);
	if (full)
		ui_say(ui, TERM_WARNING, "%s", _("The field is full."));
	text = input_text(&s->input, ui->scratch);
	/* The first key of a field also says which field it is. */
	err = first
	    ? editing_note(s->k.ed, &s->k.at, text,
		  (uint32_t)s->input.caret, &e)
	    : editing_note_key(
		  s->k.ed, text, (uint32_t)s->input.caret, &e);
	if (err != OK)
		ui_error(ui, &e);
	if ((keying_node(&s->k)->flags & FORM_QUICK) != 0 &&
	    fill_is_full(s->k.ed->fill, &s->k.at, text) &&
	    store_input(ui, s))
		act(ui, s, KEYING_NEXT);
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
	case 's':
		save(ui, s);
		return true;
	case 'd':
		return act(ui, s, KEYING_DITTO);
	case 'l':
		go_to(ui, s);
		return true;
	case 'r':
		force(ui, s);
		return true;
	case 'e':
		findings(ui, s);
		return true;
	case 'n':
		return act(ui, s, KEYING_NEXT_PAGE);
	case 'p':
		return act(ui, s, KEYING_PREVIOUS_PAGE);
	case 'o':
		return act(ui, s, KEYING_ROW_INSERT);
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

/* Space in an untouched choice opens its list. */
static bool
opens_list(const struct form_screen *s, struct term_input in)
{
	return in.key == TKEY_F4 ||
	    (in.key == TKEY_TEXT && in.cp == ' ' && !s->editing &&
		(keying_node(&s->k)->choices != NULL ||
		    keying_node(&s->k)->type == FORM_LINK));
}

/* The field's old value, also in the draft: what was thrown away would come
 * back after a power cut. */
static void
give_back(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };

	load_input(ui, s);
	if (editing_note(s->k.ed, &s->k.at, fill_text(s->k.ed->fill, &s->k.at),
		0, &e) != OK)
		ui_error(ui, &e);
}

static bool
key(struct ui *ui, void *state, struct term_input in)
{
	struct form_screen *s = state;

	if (opens_list(s, in)) {
		pick(ui, s);
		return true;
	}
	if (numeric_command(ui, s, in))
		return true;
	switch ((int)in.key) {
	case TKEY_ENTER:
	case TKEY_TAB:
		if (wants_record(ui, s)) {
			pick(ui, s);
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
		save(ui, s);
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
		typed(ui, s, in);
		return true;
	case TKEY_CTRL:
		return control_key(ui, s, in.cp);
	case TKEY_ALT:
		if (in.cp != 'r' && in.cp != 'R')
			return false;
		reveal(ui, s);
		return true;
	case TKEY_ESC:
		if (!s->editing)
			return false;
		give_back(ui, s);
		return true;
	case TKEY_TEXT:
	case TKEY_BACKSPACE:
	case TKEY_LEFT:
	case TKEY_RIGHT:
	case TKEY_HOME:
	case TKEY_END:
		typed(ui, s, in);
		return true;
	default:
		return false;
	}
}

static bool
leave(struct ui *ui, void *state)
{
	struct form_screen *s = state;

	store_input(ui, s);
	if (s->k.ed->draft != NULL)
		ui_say(ui, TERM_PLAIN, "%s", _("The draft is kept."));
	return true;
}

static void
close(struct ui *ui, void *state)
{
	struct form_screen *s = state;

	/* What is half typed is in the draft already, as typed. */
	if (!ui->leaving && s->editing)
		store_input(ui, s);
	keying_release(&s->k);
	arena_free(s->arena);
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

	s->arena = arena_new();
	keying_init(&s->k, ed);
	if (resume != NULL && resume->cursor.n > 0)
		(void)fill_ref_of(ed->fill, resume->cursor, &s->k.at);
	load_input(ui, s);
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
screen_form_amend(struct ui *ui, const struct record_id *id)
{
	struct editing *ed;
	struct error e;

	if (editing_open(ui->app, id, &ed, &e) != OK)
		ui_error(ui, &e);
	else
		screen_form_open(ui, ed, NULL);
}

/*
 * The field at the cursor: what is typed into it, the list that it is picked
 * from, and what of it is shown if it is restricted.
 */
#include "tui/screen_form_impl.h"

#include "app/saving.h"
#include "base/text.h"
#include "tui/saves.h"
#include "tui/screens.h"

void
form_input_load(struct ui *ui, struct form_screen *s)
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
		s->k.ed->fill, ui->scratch, &s->k.at, text, &c) > 0 ||
	    fill_choices_matching(
		s->k.ed->fill, ui->scratch, &s->k.at, keys, &c) == 0)
		return text;
	return arena_str_dup(ui->scratch, keys);
}

bool
form_input_store(struct ui *ui, struct form_screen *s)
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

bool
form_input_wants_record(struct ui *ui, const struct form_screen *s)
{
	struct record_id id;
	struct str text;

	if (!s->editing || keying_node(&s->k)->type != FORM_LINK)
		return false;
	text = text_trim(input_text(&s->input, ui->scratch));
	return text.n > 0 && !record_id_parse(text, &id);
}

/* A text that is stored and is no choice, but is part of some, accents aside. */
static bool
is_near_choices(struct ui *ui, const struct form_screen *s)
{
	const struct form_choice **c;
	const struct fill *fill = s->k.ed->fill;
	struct str text;

	if (keying_node(&s->k)->type != FORM_SELECT_ONE ||
	    fill_value(fill, &s->k.at).type != VALUE_BLANK ||
	    fill_is_masked(fill, &s->k.at))
		return false;
	text = text_folded(ui->scratch, fill_text(fill, &s->k.at));
	return text.n > 0 &&
	    fill_choices_matching(
		fill, ui->scratch, &s->k.at, text, &c) > 0;
}

bool
form_input_wants_choice(struct ui *ui, struct form_screen *s)
{
	if (!s->editing || keying_node(&s->k)->type != FORM_SELECT_ONE)
		return false;
	(void)form_input_store(ui, s);
	return is_near_choices(ui, s);
}

bool
form_input_opens_list(const struct form_screen *s, struct term_input in)
{
	return in.key == TKEY_F4 ||
	    (in.key == TKEY_TEXT && in.cp == ' ' && !s->editing &&
		(keying_node(&s->k)->choices != NULL ||
		    keying_node(&s->k)->type == FORM_LINK));
}

bool
form_input_type(struct ui *ui, struct form_screen *s, struct term_input in)
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
		return false;
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
	    : editing_note_key(s->k.ed, &s->k.at, text,
		  (uint32_t)s->input.caret, &e);
	if (err != OK)
		ui_error(ui, &e);
	return (keying_node(&s->k)->flags & FORM_QUICK) != 0 &&
	    fill_is_full(s->k.ed->fill, &s->k.at, text) &&
	    form_input_store(ui, s);
}

void
form_input_give_back(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };

	form_input_load(ui, s);
	if (editing_note(s->k.ed, &s->k.at, fill_text(s->k.ed->fill, &s->k.at),
		0, &e) != OK)
		ui_error(ui, &e);
}

void
form_input_reveal(struct ui *ui, struct form_screen *s)
{
	struct fill *fill = s->k.ed->fill;
	struct error e = { .code = OK };
	struct str reason;

	(void)form_input_store(ui, s);
	if (!fill_is_masked(fill, &s->k.at)) {
		s->revealed = !s->revealed;
		return;
	}
	if (ui->app->restricted == NULL) {
		if (!ui_confirm(ui, UI_ENTER_NO,
			_("Your passphrase does not open this value.  Write "
			  "another over it?")))
			return;
		fill_give_up(fill, &s->k.at);
	} else if (!saves_reason(
		       ui, _("Reason for looking at it:"), &reason)) {
		return;
	} else if (editing_reveal(
		       s->k.ed, arena_str(ui->scratch, reason), &e) != OK) {
		ui_error(ui, &e);
		return;
	} else {
		s->reveal = saving_newest(ui->app);
		saves_say(ui, TERM_PLAIN, "%s",
		    _("Shown where the cursor is; the history says so."));
	}
	form_input_load(ui, s);
}

void
form_input_shown(struct ui *ui, void *state, unsigned number)
{
	struct form_screen *s = state;

	if (number != s->reveal)
		return;
	editing_unseal(s->k.ed);
	s->revealed = true;
	if (!s->editing)
		form_input_load(ui, s);
}

void
form_input_pick(struct ui *ui, struct form_screen *s)
{
	const struct form_node *n = keying_node(&s->k);
	struct error e = { .code = OK };
	struct record_id id;
	struct str text = STR("");
	char typed[RECORD_ID_TEXT];
	int chosen;

	if (fill_is_masked(s->k.ed->fill, &s->k.at)) {
		form_input_reveal(ui, s);
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
		(void)form_input_store(ui, s); /* codes are kept, and ticked */
	else if (s->editing)
		text = input_text(&s->input, ui->scratch);
	else if (is_near_choices(ui, s))
		text = arena_str_dup(
		    ui->scratch, fill_text(s->k.ed->fill, &s->k.at));
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
		if (!s->editing) /* what is there gives way to the next key */
			form_input_load(ui, s);
		return;
	}
	s->editing = false;
	keying_type(&s->k, text, &e);
	keying_do(&s->k, KEYING_NEXT, &e);
	form_input_load(ui, s);
}

/*
 * Saving what a form holds, and whether it is of somebody who is in the
 * register already.
 */
#include "tui/screen_form_impl.h"

#include "app/duplicate.h"
#include "app/saving.h"
#include "tui/saves.h"
#include "tui/screens.h"

#include <string.h>

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

void
form_say_duplicate(
    struct ui *ui, const struct form_screen *s, const struct fill_ref *r)
{
	const struct form *f = s->k.ed->form;
	const char *path = f->nodes[r->node].path;
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

/* Nothing is saved: what is wrong where the cursor goes, and how much. */
static void
go_to_error(struct ui *ui, struct form_screen *s)
{
	const struct fill_finding *f;
	size_t errors = keying_first_error(&s->k);

	form_input_load(ui, s);
	f = fill_finding_at(s->k.ed->fill, &s->k.at);
	ui_say(ui, TERM_ERROR, _("Not saved: %s  (to mend: %zu, F8 shows all)"),
	    f == NULL ? "" : f->message, errors);
}

void
form_save(struct ui *ui, struct form_screen *s)
{
	struct error e = { .code = OK };
	struct record_id other, id = s->k.ed->id;
	struct str reason = { "", 0 };
	unsigned number;
	bool was_new = s->k.ed->is_new;

	(void)form_input_store(ui, s);
	if (fill_has_errors(s->k.ed->fill)) {
		go_to_error(ui, s);
		return;
	}
	if (was_new && duplicate_of(s->k.ed, &other) &&
	    !ui_confirm(ui, UI_ENTER_NO,
		arena_printf(ui->scratch,
		    _("In the register already: %s.  Save all the same?"),
		    row_words(ui, &other))))
		return;
	if (!was_new && editing_has_changes(s->k.ed) &&
	    !saves_reason(ui, _("Reason for the change:"), &reason))
		return;
	if (saving_start(s->k.ed, arena_str(ui->scratch, reason), &number,
		&e) != OK) {
		ui_error(ui, &e);
		return;
	}
	if (number == 0)
		ui_pop(ui); /* there was nothing to save */
	else
		saves_leave(ui);
	screen_record_show(ui, &id);
	saves_say_saved(ui);
}

/* What day it is, where the clock does not fit what is known (SAFETY R13). */
#include "tui/screens.h"

#include "app/today.h"
#include "base/clock.h"

struct day_screen {
	struct error error; /* of the last try */
};

static void
draw(struct ui *ui, void *state)
{
	const struct day_screen *s = state;
	char clock[DATE_BUF], newest[DATE_BUF];
	int gap = ui_body_rows() >= 12, y = 1 + gap; /* where there is room */

	date_format_vi(clock_machine_day(), clock);
	date_format_vi(store_newest_day(ui->app->store), newest);
	term_put(y++, 2, -1, TERM_HEADING,
	    str_of(_("The computer's clock may be wrong.")));
	y += gap;
	term_put(y++, 2, -1, TERM_WARNING,
	    str_of(arena_printf(
		ui->scratch, _("The clock says:                %s"), clock)));
	term_put(y++, 2, -1, TERM_PLAIN,
	    str_of(arena_printf(
		ui->scratch, _("Newest day that is known here: %s"), newest)));
	y += gap;
	term_put(y++, 2, -1, TERM_PLAIN,
	    str_of(_("Type today's date from a calendar, such as 15012026, "
		     "then Enter.")));
	term_put(y++, 2, -1, TERM_PLAIN,
	    str_of(_("Esc or F10: leave the program")));
	if (s->error.code != OK)
		term_put(y + gap, 2, -1, TERM_ERROR, str_of(s->error.what));
}

static const struct screen day_screen = {
	.state_size = sizeof(struct day_screen),
	.draw = draw,
	.name = N_("What day is it?"),
	.keys = N_(" Enter Go on  Esc Leave"),
};

/* A day that is neither the clock's nor near what is known is asked twice. */
static bool
is_meant(struct ui *ui, struct date day)
{
	char text[DATE_BUF];

	if (!today_is_odd(ui->app, day))
		return true;
	date_format_vi(day, text);
	return ui_confirm(ui, UI_ENTER_NO,
	    arena_printf(ui->scratch,
		_("%s is far from what is known here.  Is it today?"), text));
}

enum err
screen_day_ask(struct ui *ui, struct error *e)
{
	struct day_screen *s = ui_push(ui, &day_screen);
	struct date day;
	struct str text;
	enum err err = ERR_CANCELLED;

	while (ui_prompt(ui, _("Today is:"), "", false, &text)) {
		if (today_parse(text, &day, &s->error) == OK) {
			s->error.code = OK;
			if (is_meant(ui, day)) {
				err = today_set(ui->app, day, e);
				break;
			}
		}
		if (ui->leaving)
			break;
	}
	ui->message[0] = '\0';
	ui_pop(ui);
	return err;
}

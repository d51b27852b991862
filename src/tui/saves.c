#include "tui/saves.h"

#include "app/saving.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ui_save {
	struct ui_save *next;
	unsigned number;       /* app/saving.h */
	unsigned at_key;       /* nobody had moved on */
	char reason[256];      /* it was given for this */
	struct ui_screen left; /* ops NULL: none was */
	enum term_style style;
	char words[160]; /* "": that it is saved */
};

/* Of the save that was begun last; NULL: that is done already, or was none. */
static struct ui_save *
newest(struct ui *ui)
{
	struct ui_save **end = &ui->saves;

	if (saving_fd(ui->app) < 0)
		return NULL;
	while (*end != NULL && (*end)->number != saving_newest(ui->app))
		end = &(*end)->next;
	if (*end == NULL) {
		*end = calloc(1, sizeof **end);
		if (*end == NULL)
			base_die("%s", _("out of memory"));
		(*end)->number = saving_newest(ui->app);
		memcpy((*end)->reason, ui->reason, sizeof ui->reason);
		ui->reason[0] = '\0';
	}
	(*end)->at_key = ui->n_keys;
	return *end;
}

void
saves_say(struct ui *ui, enum term_style style, const char *fmt, ...)
{
	struct ui_save *s = newest(ui);
	char words[sizeof s->words];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	if (s == NULL) {
		ui_say(ui, style, "%s", words);
		return;
	}
	s->style = style;
	snprintf(s->words, sizeof s->words, "%s", words);
	ui->message[0] = '\0'; /* which says "Saving..." */
}

void
saves_say_saved(struct ui *ui)
{
	if (newest(ui) == NULL)
		ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
	else
		ui->message[0] = '\0';
}

void
saves_leave(struct ui *ui)
{
	struct ui_save *s = newest(ui);

	if (s == NULL)
		ui_pop(ui);
	else
		s->left = ui_take_off(ui);
}

bool
saves_reason(struct ui *ui, const char *question, struct str *text)
{
	bool given = ui_prompt(ui, question, ui->reason, true, text);

	ui->reason[0] = '\0';
	if (given && text->n < sizeof ui->reason) {
		memcpy(ui->reason, text->p, text->n);
		ui->reason[text->n] = '\0';
	}
	return given;
}

/* Who has moved on reads what was saved; what is said there stays. */
static void
say_done(struct ui *ui, const struct ui_save *s, const struct record_id *id)
{
	struct str title = app_record_title(ui->app, ui->scratch, id);

	if (ui->message[0] != '\0' || saving_fd(ui->app) >= 0)
		return;
	if (s->words[0] != '\0')
		ui_say(ui, s->style, "%s", s->words);
	else if (s->at_key != ui->n_keys && title.n > 0)
		ui_say(ui, TERM_PLAIN, _("Saved: %.*s"), (int)title.n, title.p);
	else
		ui_say(ui, TERM_PLAIN, "%s", _("Saved."));
}

static void
done(struct ui *ui, const struct saving_ended *ended)
{
	struct ui_save *s = ui->saves;
	struct ui_screen *top;

	if (s != NULL && s->number == ended->number) {
		say_done(ui, s, &ended->id);
		ui->saves = s->next;
		ui_screen_close(ui, &s->left);
		free(s);
	}
	if (ui->depth == 0)
		return;
	top = &ui->stack[ui->depth - 1];
	if (top->ops->saved != NULL)
		top->ops->saved(ui, top->state, ended->number);
}

/* The screens that were left for a save are on top again, the one that was left
 * first above the others.  How many saves there were. */
static unsigned
put_back(struct ui *ui)
{
	struct ui_save *s = ui->saves;
	unsigned n;

	if (s == NULL)
		return 0;
	ui->saves = s->next;
	n = put_back(ui) + 1;
	if (s->left.ops != NULL)
		ui_put_on(ui, &s->left);
	free(s);
	return n;
}

/*
 * Nothing of what was on its way is saved.  Whatever is typed here was meant for
 * what is on the screen no more, so it asks for Enter, and says so.
 */
static void
take_back(struct ui *ui, const struct record_id *id, const struct error *why)
{
	struct str title = app_record_title(ui->app, ui->scratch, id);
	const char *told = title.n == 0
	    ? arena_printf(ui->scratch, _("NOT saved: %s  [Enter]"), why->what)
	    : arena_printf(ui->scratch, _("NOT saved: %.*s: %s  [Enter]"),
		  (int)title.n, title.p, why->what);
	struct term_input in;
	unsigned n;

	if (ui->saves != NULL)
		memcpy(ui->reason, ui->saves->reason, sizeof ui->reason);
	n = put_back(ui);
	ui_look_again(ui);
	term_beep();
	ui->keys = N_(" Enter Go on, and do it again from here   "
		      "(other keys do nothing now)");
	do {
		ui_say(ui, TERM_ERROR, "%s", told);
		ui_redraw(ui);
		in = ui_read();
		if (in.key == TKEY_TEXT)
			term_beep();
	} while (in.key != TKEY_ENTER && in.key != TKEY_GONE);
	ui->keys = NULL;
	if (in.key == TKEY_GONE)
		ui->leaving = true;
	if (n > 1)
		ui_say(ui, TERM_WARNING,
		    _("%u acts were not saved.  What was typed is all there: "
		      "do them again from here."),
		    n);
	else
		ui_say(ui, TERM_WARNING, "%s",
		    _("Not saved.  What was typed is all there: do it again "
		      "from here."));
}

static bool
end_first(struct ui *ui)
{
	struct saving_ended ended;
	struct error why;

	if (saving_end(ui->app, &ended, &why) != OK) {
		take_back(ui, &ended.id, &why);
		return false;
	}
	done(ui, &ended);
	return true;
}

bool
saves_end(struct ui *ui)
{
	bool any = false;

	while (saving_is_back(ui->app)) {
		any = true;
		if (!end_first(ui))
			break;
	}
	return any;
}

bool
saves_wait(struct ui *ui)
{
	if (saving_fd(ui->app) >= 0)
		ui_redraw(ui);
	while (saving_fd(ui->app) >= 0)
		if (!end_first(ui))
			return false;
	return true;
}

enum err
saves_settle(struct ui *ui, struct error *e)
{
	enum err err = ui->app == NULL ? OK : saving_end_all(ui->app, e);

	while (ui->saves != NULL) {
		struct ui_save *s = ui->saves;

		ui->saves = s->next;
		ui_screen_close(ui, &s->left);
		free(s);
	}
	return err;
}

/* Unit cards on the stick: ours is written, another's is read and accepted once
 * its words have been compared (SAFETY H8, H9). */
#include "tui/screens.h"

#include "app/preview.h"
#include "base/file.h"

#include <string.h>

void
cards_write(struct ui *ui, const char *dir)
{
	const struct card *me = &ui->app->card;
	struct error e = { .code = OK };
	char *text, *name, *page;

	name = arena_printf(ui->scratch, "%s-%s.card", me->unit, me->device);
	if (app_card(ui->app, ui->scratch, &text, &e) != OK ||
	    file_write(arena_printf(ui->scratch, "%s/%s", dir, name),
		str_of(text), 0644, false, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	page = arena_printf(ui->scratch,
	    _("Written: %s\n\nThe other side accepts it on its own screen.  "
	      "Read these words to them, face to face or on the telephone; "
	      "they must be the same there:\n\n    %s\n"),
	    name, me->words);
	ui_page(ui, _("This computer's card"), str_of(page));
}

/* The path of one card that is not ours; NULL if there is none, or on Esc. */
static const char *
choose(struct ui *ui, const char *dir)
{
	const struct card *me = &ui->app->card;
	struct error e = { .code = OK };
	const char **others;
	char **names, *ours;
	size_t n, count = 0;
	int chosen = 0;

	if (file_list(ui->scratch, dir, ".card", &names, &n, &e) != OK) {
		ui_error(ui, &e);
		return NULL;
	}
	ours = arena_printf(ui->scratch, "%s-%s.card", me->unit, me->device);
	others = arena_array(ui->scratch, n + 1, sizeof *others);
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], ours) != 0)
			others[count++] = names[i];
	if (count == 0) {
		ui_say(ui, TERM_WARNING, "%s",
		    _("There is no other unit's card (a file .card) here."));
		return NULL;
	}
	if (count > 1)
		chosen = ui_pick(ui, _("Whose card?"), others, count, 0);
	if (chosen < 0)
		return NULL;
	return arena_printf(ui->scratch, "%s/%s", dir, others[chosen]);
}

void
cards_accept(struct ui *ui, const char *dir)
{
	const char *path = choose(ui, dir);
	struct error e = { .code = OK };
	struct str text;
	struct card k;
	char *page;

	if (path == NULL)
		return;
	if (file_read(ui->scratch, path, TRUST_CARD_MAX, &text, &e) != OK ||
	    card_parse(text, &k, &e) != OK) {
		ui_error(ui, &e);
		return;
	}
	page = arena_printf(ui->scratch,
	    _("%s\nunit %s (%s), device %s\n\nAsk the other side to read out "
	      "the words of its card.  Here they are:\n\n    %s\n"),
	    k.name, k.unit, preview_role(k.role), k.device, k.words);
	if (!ui_confirm_page(ui, _("Another unit's card"), str_of(page),
		UI_ENTER_NO, _("Have the words been read out, and do they match?"))) {
		ui_say(ui, TERM_PLAIN, "%s",
		    _("not accepted; nothing changed"));
		return;
	}
	if (app_trust(ui->app, &k, &e) != OK)
		ui_error(ui, &e);
	else
		ui_say(ui, TERM_PLAIN, _("The card of %s is accepted."),
		    k.name);
}

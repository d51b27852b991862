/* A new passphrase, for whoever asks for one. */
#include "tui/screens.h"

#include "app/keys.h"
#include "crypt/secret.h"

void
passphrase_wipe(struct str *s)
{
	if (s->n > 0)
		secret_wipe((void *)(uintptr_t)s->p, s->n);
	s->n = 0;
}

bool
passphrase_ask(struct ui *ui, struct arena *a, const char **offer,
    struct str *fresh)
{
	struct str again = { NULL, 0 };
	struct error e;
	bool same;

	*offer = keys_offer(a);
	for (;;) {
		if (!ui_prompt_secret(ui, _("New passphrase:"), fresh))
			return false;
		if (keys_check(ui->scratch, *fresh, &e) != OK) {
			ui_notice(ui, e.what);
			continue;
		}
		if (!ui_prompt_secret(ui, _("Once more:"), &again))
			return false;
		same = str_eq(*fresh, again);
		passphrase_wipe(&again);
		if (same)
			return true;
		ui_notice(ui, _("the two passphrases differ"));
	}
}

void
passphrase_draw_offer(struct ui *ui, int row, const char *offer)
{
	if (offer != NULL)
		term_put(row, 1, -1, TERM_HEADING,
		    str_of(arena_printf(ui->scratch,
			_("Five words by chance, if you like: %s"), offer)));
}

/* card, trust, key export: who we are, and whom we believe. */
#include "cmd/cmd.h"

#include "app/preview.h"
#include "base/file.h"
#include "crypt/age.h"
#include "crypt/secret.h"

static enum err
card(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *out = NULL;
	const struct cmd_option options[] = { { "--out", &out, NULL } };
	char *text;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK && out == NULL)
		err = error_set(e, ERR_USAGE, N_("--out FILE is needed"));
	if (err == OK)
		err = app_card(c->app, c->arena, &text, e);
	if (err == OK)
		err = file_write(out, str_of(text), 0644, false, e);
	if (err != OK)
		return err;
	fprintf(c->out, _("Card written to %s.  Its check words:\n    %s\n"),
	    out, c->app->card.words);
	return OK;
}

static enum err
trust(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool yes = false;
	const struct cmd_option options[] = { { "--yes", NULL, &yes } };
	struct str text = { NULL, 0 };
	struct card k;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = file_read(c->arena, argv[0], TRUST_CARD_MAX, &text, e);
	if (err == OK && (err = card_parse(text, &k, e)) != OK)
		error_at(e, "%s", argv[0]);
	if (err != OK)
		return err;
	fprintf(c->out, _("%s, unit %s (%s), device %s\ncheck words: %s\n"),
	    k.name, k.unit, preview_role(k.role), k.device, k.words);
	if (!yes && !cmd_ask(_("Have the words been read out, and do they "
			       "match?")))
		return error_set(
		    e, ERR_CANCELLED, N_("not accepted; nothing changed"));
	if ((err = app_trust(c->app, &k, e)) != OK)
		return err;
	fprintf(c->out, _("Accepted.\n"));
	return OK;
}

static enum err
key_export(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *out = NULL;
	const struct cmd_option options[] = { { "--out", &out, NULL } };
	char *text, key[AGE_IDENTITY_TEXT];
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK && out == NULL)
		err = error_set(e, ERR_USAGE, N_("--out FILE is needed"));
	if (err == OK && c->app->recovery == NULL)
		err = error_set(e, ERR_KEY,
		    N_("only who reads restricted fields can write the "
		       "recovery key"));
	if (err != OK)
		return err;
	age_identity_text(c->app->recovery, key);
	text = arena_printf(c->arena,
	    "# ansinh: recovery key of unit %s\n%s\n", c->app->card.unit,
	    key);
	err = file_write(out, str_of(text), 0600, false, e);
	secret_wipe(text, str_of(text).n);
	secret_wipe(key, sizeof key);
	if (err == OK)
		fprintf(c->out,
		    _("The recovery key is in %s.  Whoever has it reads "
		      "every bundle of this unit.\n"),
		    out);
	return err;
}

const struct cmd cmd_card = {
	.name = "card",
	.args = "--out FILE",
	.help = N_("write this laptop's card, for the other side to accept"),
	.needs = CMD_STORE,
	.run = card,
};

const struct cmd cmd_trust = {
	.name = "trust",
	.args = "FILE [--yes]",
	.help = N_("accept the card of another laptop"),
	.needs = CMD_STORE,
	.run = trust,
};

const struct cmd cmd_key_export = {
	.name = "key export",
	.args = "--out FILE",
	.help = N_("write the unit's recovery key as an age identity"),
	.needs = CMD_STORE,
	.run = key_export,
};

/* check, backup, restore: the care of the store. */
#include "cmd/cmd.h"

#include "app/care.h"
#include "app/gaps.h"
#include "base/text.h"

#include <string.h>

static void
fault(void *ctx, const char *what)
{
	struct cmd_call *c = ctx;

	cmd_print(c, str_of(what));
	fputc('\n', c->out);
}

/* What is not a fault of the store, and has to be looked after (R5). */
static enum err
tell_gaps(struct cmd_call *c, struct error *e)
{
	struct buf text = BUF_INIT;
	struct gap *gaps;
	size_t n;
	enum err err = gaps_find(c->app, c->arena, &gaps, &n, e);

	if (err == OK) {
		gaps_text(gaps, n, &text);
		cmd_print(c, buf_str(&text));
	}
	buf_release(&text);
	return err;
}

static enum err
check(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	struct store_counts n;
	uint64_t faults = 0;
	enum err err = cmd_operands(argc, 0, 0, e);

	(void)argv;
	if (err == OK)
		err = store_check(c->app->store, fault, c, cmd_progress, NULL,
		    &faults, e);
	if (err == OK)
		err = store_counts(c->app->store, &n, e);
	if (err != OK)
		return err;
	fprintf(c->out,
	    _("%llu changes, %llu records, %llu conflicts, %llu waiting for "
	      "their form, %llu refused, %llu forked chains\n"),
	    (unsigned long long)n.events, (unsigned long long)n.records,
	    (unsigned long long)n.conflicts, (unsigned long long)n.waiting,
	    (unsigned long long)n.refused,
	    (unsigned long long)n.forked_feeds);
	if ((err = tell_gaps(c, e)) != OK)
		return err;
	if (faults > 0)
		return error_set(e, ERR_CORRUPT,
		    N_("the store is damaged in %llu places; restore the "
		       "newest backup"),
		    (unsigned long long)faults);
	fprintf(c->out, _("Everything verified.\n"));
	return OK;
}

static enum err
backup(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *dir = NULL;
	const struct cmd_option options[] = { { "--to", &dir, NULL } };
	char *path = NULL;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK && dir == NULL)
		err = error_set(e, ERR_USAGE, N_("--to DIR is needed"));
	if (err == OK)
		err = care_backup(
		    c->app, dir, cmd_progress, NULL, c->arena, &path, e);
	if (err != OK)
		return err;
	fprintf(c->out, _("Backup written and verified: %s\n"), path);
	return OK;
}

static enum err
restore(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	struct str pass = c->passphrase;
	enum err err = cmd_operands(argc, 1, 1, e);

	if (err == OK && !c->has_passphrase)
		err = cmd_ask_passphrase(
		    c->arena, _("Passphrase of the backup: "), &pass, e);
	if (err == OK)
		err = care_restore(c->home, argv[0], pass, e);
	if (err != OK)
		return err;
	fprintf(c->out,
	    _("Restored.  What was handed over after this backup comes back "
	      "with the next bundle from the other side.\n"));
	return OK;
}

const struct cmd cmd_check = {
	.name = "check",
	.args = "",
	.help = N_("verify everything that is stored"),
	.needs = CMD_STORE | CMD_BARE,
	.run = check,
};

const struct cmd cmd_backup = {
	.name = "backup",
	.args = "--to DIR",
	.help = N_("write a verified copy of everything"),
	.needs = CMD_STORE | CMD_BARE,
	.run = backup,
};

const struct cmd cmd_restore = {
	.name = "restore",
	.args = "FILE",
	.help = N_("set up this laptop from a backup"),
	.run = restore,
};

/* merge, split, duplicates: one person entered twice. */
#include "cmd/cmd.h"

#include "app/duplicate.h"
#include "app/merging.h"
#include "base/json.h"

#include <string.h>

/* Two ids and a reason. */
static enum err
pair_args(int argc, char **argv, const char *reason, struct record_id id[2],
    struct error *e)
{
	enum err err = cmd_operands(argc, 2, 2, e);

	for (int i = 0; err == OK && i < 2; i++)
		err = cmd_record_id(argv[i], &id[i], e);
	if (err == OK && reason == NULL)
		err = error_set(e, ERR_USAGE, N_("--reason TEXT is needed"));
	return err;
}

static enum err
take_from(struct merging *m, const char *arg, struct error *e)
{
	struct record_id id;
	enum err err = cmd_record_id(arg, &id, e);

	if (err != OK)
		return err;
	id = store_stands_for(m->app->store, &id);
	if (memcmp(&id, &m->left.id, sizeof id) == 0)
		merging_take_all(m, MERGE_LEFT);
	else if (memcmp(&id, &m->right.id, sizeof id) == 0)
		merging_take_all(m, MERGE_RIGHT);
	else
		err = error_set(e, ERR_USAGE,
		    N_("--take names one of the two records"));
	return err;
}

static enum err
merge(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *reason = NULL, *take = NULL;
	const struct cmd_option options[] = { { "--reason", &reason, NULL },
		{ "--take", &take, NULL } };
	char text[RECORD_ID_TEXT];
	struct record_id id[2];
	struct merging m;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = pair_args(argc, argv, reason, id, e);
	if (err == OK)
		err = merging_begin(
		    c->app, c->arena, &id[0], &id[1], &m, e);
	if (err == OK && take != NULL)
		err = take_from(&m, take, e);
	if (err == OK)
		err = merging_save(&m, reason, e);
	if (err != OK)
		return err;
	id[0] = store_stands_for(c->app->store, &id[0]);
	record_id_format(&id[0], text);
	fprintf(c->out, "%s\n", text);
	if (merging_later(&m) > 0)
		fprintf(c->out, _("%zu values are left to decide\n"),
		    merging_later(&m));
	return OK;
}

static enum err
split(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *reason = NULL;
	const struct cmd_option options[] = { { "--reason", &reason, NULL } };
	struct record_id id[2];
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = pair_args(argc, argv, reason, id, e);
	if (err == OK)
		err = merging_part(c->app, &id[0], &id[1], reason, e);
	if (err != OK)
		return err;
	if (store_said(c->app->store, &id[0], &id[1]) == FOLD_SAME)
		fprintf(c->out, "%s\n",
		    _("They are still one, by way of others."));
	return OK;
}

static void
print_pair(struct cmd_call *c, const struct duplicate *d, bool json)
{
	char a[RECORD_ID_TEXT], b[RECORD_ID_TEXT];
	struct buf line = BUF_INIT;
	struct str x = app_record_title(c->app, c->arena, &d->a);
	struct str y = app_record_title(c->app, c->arena, &d->b);

	record_id_format(&d->a, a);
	record_id_format(&d->b, b);
	if (json) {
		buf_printf(&line, "{\"a\":\"%s\",\"b\":\"%s\",\"why\":\"%s\"}\n",
		    a, b, duplicate_why_name(d->why));
		fwrite(buf_cstr(&line), 1, line.n, c->out);
	} else {
		buf_printf(&line, "%s  %s  %s  %.*s / %.*s\n", a, b,
		    duplicate_why_words(d->why), (int)x.n, x.p, (int)y.n,
		    y.p);
		cmd_print(c, buf_str(&line));
	}
	buf_release(&line);
}

static enum err
duplicates(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool json = false;
	const struct cmd_option options[] = { { "--json", NULL, &json } };
	struct duplicate *d;
	size_t n;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err != OK)
		return err;
	duplicates_find(c->app, c->arena, &d, &n);
	for (size_t i = 0; i < n; i++)
		print_pair(c, &d[i], json);
	return OK;
}

const struct cmd cmd_merge = {
	.name = "merge",
	.args = "ID ID [--take ID] --reason TEXT",
	.help = N_("say that two records are of one person"),
	.needs = CMD_STORE,
	.run = merge,
};

const struct cmd cmd_split = {
	.name = "split",
	.args = "ID ID --reason TEXT",
	.help = N_("say that two records are of two persons"),
	.needs = CMD_STORE,
	.run = split,
};

const struct cmd cmd_duplicates = {
	.name = "duplicates",
	.args = "[--json]",
	.help = N_("list the pairs of records that may be of one person"),
	.needs = CMD_STORE,
	.run = duplicates,
};

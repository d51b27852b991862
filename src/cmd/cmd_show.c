/* show, history, set, confirm: one record. */
#include "cmd/cmd.h"

#include "app/editing.h"
#include "app/history.h"
#include "app/restricted.h"
#include "base/json.h"
#include "cmd/json_record.h"

#include <string.h>

static enum err
show(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool json = false, reveal = false;
	const char *reason = NULL;
	const struct cmd_option options[] = { { "--json", NULL, &json },
		{ "--reveal", NULL, &reveal },
		{ "--reason", &reason, NULL } };
	struct buf out = BUF_INIT;
	struct record_id id;
	struct record r;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = cmd_record_id(argv[0], &id, e);
	if (err == OK && reveal != (reason != NULL))
		err = error_set(e, ERR_USAGE,
		    N_("--reveal needs --reason TEXT, and the other way"));
	if (err == OK)
		err = store_record(c->app->store, c->arena, &id, &r, e);
	if (err == OK && reveal)
		err = restricted_note(c->app, &r, reason, e);
	if (err != OK)
		return err;
	if (reveal)
		(void)restricted_open_all(c->app, c->arena, &r);
	if (json)
		json_record(&out, c->app, &r, reveal);
	else
		history_record_text(c->app, &r, reveal, &out);
	if (json)
		fwrite(buf_cstr(&out), 1, out.n, c->out);
	else
		cmd_print(c, buf_str(&out));
	buf_release(&out);
	return OK;
}

/* {"event","feed","seq","officer","at","act","set","over","reason"} */
static void
event_json(struct cmd_call *c, struct buf *out, const struct store_event *h)
{
	char feed[RECORD_ID_TEXT];
	const struct event *ev = &h->event;
	const struct form *f = ev->has_form
	    ? form_set_get(c->forms, arena_str(c->arena, ev->form))
	    : NULL;

	feed_id_format(&ev->feed, feed);
	buf_adds(out, "{\"event\":");
	json_event_id(out, &h->id);
	buf_printf(out, ",\"feed\":\"%s\",\"seq\":%llu,\"officer\":", feed,
	    (unsigned long long)ev->seq);
	json_put_string(out, ev->officer);
	buf_adds(out, ",\"at\":");
	json_put_string(out, ev->at);
	if (!str_is(ev->clock, "ok"))
		buf_adds(out, ",\"clock\":\"doubtful\"");
	buf_printf(out, ",\"act\":\"%s\",\"set\":{", event_act_name(ev->act));
	for (size_t i = 0; i < ev->n_set; i++) {
		if (i > 0)
			buf_addc(out, ',');
		json_put_string(out, ev->set[i].path);
		buf_addc(out, ':');
		buf_add_str(out,
		    restricted_masked(
			f, ev->set[i].path, ev->set[i].json));
	}
	buf_adds(out, "},\"over\":[");
	for (size_t i = 0; i < ev->n_over; i++) {
		if (i > 0)
			buf_addc(out, ',');
		json_event_id(out, &ev->over[i]);
	}
	buf_addc(out, ']');
	for (size_t i = 0; i < ev->n_basis; i++) {
		buf_adds(out, i == 0 ? ",\"basis\":[" : ",");
		json_event_id(out, &ev->basis[i]);
	}
	buf_adds(out, ev->n_basis > 0 ? "],\"reason\":" : ",\"reason\":");
	json_put_string(out, ev->reason);
	buf_adds(out, "}\n");
}

static enum err
history(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool json = false;
	const struct cmd_option options[] = { { "--json", NULL, &json } };
	struct buf out = BUF_INIT;
	struct store_event *h = NULL;
	struct record_id id;
	size_t n = 0;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = cmd_record_id(argv[0], &id, e);
	if (err == OK)
		err = store_history(c->app->store, c->arena, &id, &h, &n, e);
	if (err != OK)
		return err;
	if (json) {
		for (size_t i = 0; i < n; i++)
			event_json(c, &out, &h[i]);
		fwrite(buf_cstr(&out), 1, out.n, c->out);
	} else {
		history_text(c->app, h, n, &out);
		cmd_print(c, buf_str(&out));
	}
	buf_release(&out);
	return OK;
}

static enum err
set(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *reason = NULL;
	const struct cmd_option options[] = { { "--reason", &reason, NULL } };
	struct record_field *fields;
	struct record_id id;
	size_t n = 0;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 2, 1000, e);
	if (err == OK)
		err = cmd_record_id(argv[0], &id, e);
	if (err == OK && reason == NULL)
		err = error_set(e, ERR_USAGE, N_("--reason TEXT is needed"));
	if (err != OK)
		return err;
	fields = arena_array(c->arena, (size_t)argc, sizeof *fields);
	for (int i = 1; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (eq == NULL)
			return error_set(e, ERR_USAGE,
			    N_("FIELD=VALUE was expected: %s"), argv[i]);
		*eq = '\0';
		fields[n].path = argv[i];
		fields[n++].text = eq + 1;
	}
	return record_set(c->app, &id, fields, n, reason, e);
}

static enum err
confirm(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *reason = NULL;
	const struct cmd_option options[] = { { "--reason", &reason, NULL } };
	struct record_id id;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = cmd_record_id(argv[0], &id, e);
	if (err == OK && reason == NULL)
		err = error_set(e, ERR_USAGE, N_("--reason TEXT is needed"));
	return err != OK ? err : record_confirm(c->app, &id, reason, e);
}

const struct cmd cmd_show = {
	.name = "show",
	.args = "ID [--json] [--reveal --reason TEXT]",
	.help = N_("show a record"),
	.needs = CMD_STORE,
	.run = show,
};

const struct cmd cmd_history = {
	.name = "history",
	.args = "ID [--json]",
	.help = N_("show what happened to a record: who, when, what, why"),
	.needs = CMD_STORE,
	.run = history,
};

const struct cmd cmd_set = {
	.name = "set",
	.args = "ID FIELD=VALUE... --reason TEXT",
	.help = N_("set fields of a record, or its state"),
	.needs = CMD_STORE,
	.run = set,
};

const struct cmd cmd_confirm = {
	.name = "confirm",
	.args = "ID --reason TEXT",
	.help = N_("stand by a decision after its facts have changed"),
	.needs = CMD_STORE,
	.run = confirm,
};

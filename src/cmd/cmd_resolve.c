/* resolve: what of a record is in conflict, and a decision. */
#include "cmd/cmd.h"

#include "app/conflict.h"
#include "base/json.h"
#include "cmd/json_record.h"

#include <stdlib.h>
#include <string.h>

static void
side_json(struct buf *out, size_t no, const struct conflict_side *s)
{
	buf_printf(out, "{\"no\":%zu,\"value\":", no);
	json_put_string(out, s->value);
	if (s->event != NULL) {
		buf_adds(out, ",\"event\":");
		json_event_id(out, &s->event->id);
		buf_adds(out, ",\"officer\":");
		json_put_string(out, s->event->event.officer);
		buf_adds(out, ",\"at\":");
		json_put_string(out, s->event->event.at);
		buf_adds(out, ",\"reason\":");
		json_put_string(out, s->event->event.reason);
	}
	buf_addc(out, '}');
}

static void
print_json(struct buf *out, const struct conflict *c)
{
	buf_adds(out, "{\"field\":");
	json_put_string(out, c->reg);
	if (c->has_base) {
		buf_adds(out, ",\"before\":");
		json_put_string(out, c->base);
	}
	buf_adds(out, ",\"values\":[");
	for (size_t i = 0; i < c->n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		side_json(out, i + 1, &c->sides[i]);
	}
	buf_adds(out, "]}\n");
}

static void
print_text(struct buf *out, const struct conflict *c)
{
	buf_printf(out, "%.*s  %.*s\n", (int)c->reg.n, c->reg.p,
	    (int)c->label.n, c->label.p);
	if (c->has_base) {
		buf_adds(out, "     ");
		buf_printf(out, _("Before: %.*s"), (int)c->base.n, c->base.p);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct conflict_side *s = &c->sides[i];

		buf_printf(out, "  %zu  %.*s", i + 1, (int)s->value.n,
		    s->value.p);
		if (s->event != NULL)
			buf_printf(out, "  (%.*s, %.*s, %s-%s)  [%.*s]",
			    (int)s->event->event.officer.n,
			    s->event->event.officer.p,
			    (int)s->event->event.at.n, s->event->event.at.p,
			    s->event->unit, s->event->device,
			    (int)s->event->event.reason.n,
			    s->event->event.reason.p);
		buf_addc(out, '\n');
	}
}

static enum err
print(struct cmd_call *c, const struct record_id *id, bool json,
    struct error *e)
{
	struct buf out = BUF_INIT;
	struct conflict *list;
	size_t n;
	enum err err =
	    conflicts_of(c->app, c->arena, id, &list, &n, e);

	for (size_t i = 0; err == OK && i < n; i++)
		if (json)
			print_json(&out, &list[i]);
		else
			print_text(&out, &list[i]);
	if (json)
		fwrite(buf_cstr(&out), 1, out.n, c->out);
	else
		cmd_print(c, buf_str(&out));
	buf_release(&out);
	return err;
}

static enum err
resolve(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *reason = NULL;
	bool json = false;
	const struct cmd_option options[] = { { "--reason", &reason, NULL },
		{ "--json", NULL, &json } };
	struct record_id id;
	unsigned long no;
	char *end;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 3, e);
	if (err == OK)
		err = cmd_record_id(argv[0], &id, e);
	if (err != OK)
		return err;
	if (argc == 1)
		return print(c, &id, json, e);
	if (argc == 2)
		return error_set(e, ERR_USAGE, N_("an argument is missing"));
	no = strtoul(argv[2], &end, 10);
	if (*end != '\0' || no == 0)
		return error_set(e, ERR_USAGE,
		    N_("the number of a value was expected: %s"), argv[2]);
	if (reason == NULL)
		return error_set(e, ERR_USAGE, N_("--reason TEXT is needed"));
	return conflict_decide(
	    c->app, &id, str_of(argv[1]), (size_t)no - 1, reason, e);
}

const struct cmd cmd_resolve = {
	.name = "resolve",
	.args = "ID [--json] | ID FIELD N --reason TEXT",
	.help = N_("show what is in conflict in a record, or decide it"),
	.needs = CMD_STORE,
	.run = resolve,
};

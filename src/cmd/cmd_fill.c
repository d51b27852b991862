/* form fill: the form screen's keys from a script. */
#include "cmd/cmd.h"

#include "app/keying.h"
#include "base/coding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

#define SCRIPT_MAX (1024 * 1024)

struct script {
	struct keying k;
	const char *file;
	int line;
	bool saved;
};

/* "a quoted \"text\"", or the rest of the line as it is. */
static enum err
text_arg(struct arena *a, struct str s, struct str *out, struct error *e)
{
	struct json *j;
	enum err err;

	if (s.n < 2 || s.p[0] != '"')
		return text_clean(a, s, 0, out, e);
	if ((err = json_parse(a, s, &j, e)) != OK)
		return err;
	if (j->type != JSON_STRING)
		return error_set(e, ERR_FORMAT, N_("a text was expected"));
	return text_clean(a, j->string, TEXT_LINES, out, e);
}

static enum err
press(struct script *s, const char *key, struct error *e)
{
	enum keying_act act;
	enum err err;

	if (strcasecmp(key, "F2") == 0 || strcasecmp(key, "Ctrl-S") == 0) {
		err = editing_save(s->k.ed, "", e);
		s->saved = err == OK;
		return err == ERR_FINDINGS ? OK : err;
	}
	if (!keying_act_of(key, &act))
		return error_set(e, ERR_USAGE, N_("unknown key: %s"), key);
	keying_do(&s->k, act, e);
	return OK;
}

static enum err
run_line(struct arena *a, struct script *s, struct str line, struct error *e)
{
	const char *space =
	    line.n == 0 ? NULL : memchr(line.p, ' ', line.n);
	struct str word = line, rest = { "", 0 }, text;
	enum err err;

	if (space != NULL) {
		word.n = (size_t)(space - line.p);
		rest = text_trim((struct str){
		    space, (size_t)(line.p + line.n - space) });
	}
	if (str_is(word, "key"))
		return press(s, arena_str(a, rest), e);
	if ((err = text_arg(a, rest, &text, e)) != OK)
		return err;
	if (str_is(word, "goto")) {
		if (!keying_goto(&s->k, text))
			return error_set(e, ERR_NOTFOUND,
			    N_("no such field: %.*s"), (int)text.n, text.p);
		return OK;
	}
	if (str_is(word, "force")) {
		if (!keying_force(&s->k, text, e))
			return error_set(e, ERR_REFUSED,
			    N_("there is nothing to force here"));
		return OK;
	}
	if (str_is(word, "text")) {
		if (keying_type(&s->k, text, e))
			keying_do(&s->k, KEYING_NEXT, e);
		return OK;
	}
	return error_set(e, ERR_USAGE,
	    N_("text, key, goto or force was expected: %.*s"), (int)word.n,
	    word.p);
}

static enum err
run_script(struct arena *a, struct script *s, struct str text,
    struct error *e)
{
	enum err err = OK;

	while (err == OK && text.n > 0) {
		const char *nl = memchr(text.p, '\n', text.n);
		struct str line = { text.p,
			nl == NULL ? text.n : (size_t)(nl - text.p) };

		s->line++;
		line = text_trim(line);
		if (line.n > 0 && line.p[0] != '#')
			err = run_line(a, s, line, e);
		if (err != OK)
			error_at(e, "%s:%d", s->file, s->line);
		text.n -= nl == NULL ? text.n : (size_t)(nl - text.p) + 1;
		text.p = nl == NULL ? text.p : nl + 1;
	}
	return err;
}

static const char *
severity_name(enum fill_severity s)
{
	switch (s) {
	case FILL_ERROR:
		return "error";
	case FILL_WARNING:
		return "warning";
	case FILL_FORCED:
		return "forced";
	case FILL_INFO:
	default:
		return "info";
	}
}

static void
answer_json(struct cmd_call *c, struct script *s)
{
	const struct form_node *nodes = s->k.ed->form->nodes;
	const struct fill_finding *f;
	size_t n = fill_findings(s->k.ed->fill, &f);
	struct buf out = BUF_INIT;
	char id[RECORD_ID_TEXT];

	buf_adds(&out, "{\"values\":");
	fill_values_json(s->k.ed->fill, &out);
	buf_adds(&out, ",\"findings\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(&out, i == 0 ? "{\"field\":" : ",{\"field\":");
		json_put_string(&out,
		    fill_path(s->k.ed->fill, c->arena, &f[i].ref));
		buf_adds(&out, ",\"line\":");
		json_put_string(&out, str_of(nodes[f[i].ref.node].line));
		buf_printf(&out, ",\"severity\":\"%s\",\"message\":",
		    severity_name(f[i].severity));
		json_put_string(&out, str_of(f[i].message));
		buf_addc(&out, '}');
	}
	buf_adds(&out, "],\"cursor\":");
	json_put_string(
	    &out, fill_path(s->k.ed->fill, c->arena, &s->k.at));
	record_id_format(&s->k.ed->id, id);
	if (s->saved)
		buf_printf(&out, ",\"saved\":\"%s\"}\n", id);
	else
		buf_adds(&out, ",\"saved\":false}\n");
	fwrite(buf_cstr(&out), 1, out.n, c->out);
	buf_release(&out);
}

static void
answer_text(struct cmd_call *c, struct script *s)
{
	const struct fill_finding *f;
	size_t n = fill_findings(s->k.ed->fill, &f);
	char id[RECORD_ID_TEXT];

	for (size_t i = 0; i < n; i++) {
		struct str path =
		    fill_path(s->k.ed->fill, c->arena, &f[i].ref);

		fprintf(c->out, "%.*s: %s: %s\n", (int)path.n, path.p,
		    severity_name(f[i].severity), f[i].message);
	}
	record_id_format(&s->k.ed->id, id);
	if (s->saved)
		fprintf(c->out, "%s\n", id);
}

static enum err
run(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool save = false, json = false;
	const char *keys = NULL;
	const struct cmd_option options[] = {
		{ "--keys", &keys, NULL },
		{ "--save", NULL, &save },
		{ "--json", NULL, &json },
	};
	struct script s = { .line = 0 };
	const struct form *f;
	struct editing *ed;
	struct str text = { NULL, 0 };
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK && keys == NULL)
		err = error_set(e, ERR_USAGE, N_("--keys SCRIPT is needed"));
	if (err == OK)
		err = file_read(c->arena, keys, SCRIPT_MAX, &text, e);
	if (err != OK)
		return err;
	f = form_set_get(c->forms, argv[0]);
	if (f == NULL)
		return error_set(
		    e, ERR_USAGE, N_("unknown form: %s"), argv[0]);
	if ((err = editing_new(c->app, f, NULL, &ed, e)) != OK)
		return err;
	keying_init(&s.k, ed);
	s.file = keys;
	err = run_script(c->arena, &s, text, e);
	if (err == OK && save && !s.saved)
		err = press(&s, "F2", e);
	if (err == OK) {
		if (json)
			answer_json(c, &s);
		else
			answer_text(c, &s);
		if (save && !s.saved) {
			err = ERR_FINDINGS;
			e->code = ERR_FINDINGS;
			e->what[0] = '\0';
		}
	}
	/* A script leaves no draft behind. */
	ed->saved = true;
	keying_release(&s.k);
	return err;
}

const struct cmd cmd_form_fill = {
	.name = "form fill",
	.args = "FORM --keys SCRIPT [--save] [--json]",
	.help = N_("fill a form by a script of keys"),
	.needs = CMD_STORE,
	.run = run,
};

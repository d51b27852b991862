#include "cmd/cmd.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "form/expr_json.h"

#include <errno.h>
#include <string.h>

#define RECORD_MAX ((size_t)16 << 20)
#define LINE_MAX_BYTES ((size_t)1 << 20)

enum as { AS_STRING, AS_NUMBER, AS_BOOLEAN, AS_ANY };

static const char *const as_names[] = { "string", "number", "boolean", "any" };

struct evaluation {
	const struct json *record; /* NULL without one */
	struct date today;
	char now[CLOCK_BUF];
	struct error *e; /* the first fault of the expression */
	bool failed;
	bool warns; /* on standard error */
};

static bool
as_parse(struct str s, enum as *out)
{
	for (size_t i = 0; i < ARRAY_LEN(as_names); i++)
		if (str_is(s, as_names[i])) {
			*out = (enum as)i;
			return true;
		}
	return false;
}

static void
say_fault(void *ctx, const struct expr_fault *f)
{
	struct evaluation *x = ctx;

	if (f->warning && x->warns)
		fprintf(stderr, _("warning: character %zu: %s\n"), f->at + 1,
		    f->what);
	if (f->warning || x->failed)
		return;
	x->failed = true;
	error_set(x->e, ERR_FORMAT, "%s", f->what);
	error_at(x->e, _("character %zu"), f->at + 1);
}

/* The value lives in a. */
static enum err
evaluate(struct arena *a, struct evaluation *x, struct str text, enum as as,
    struct value *out, struct error *e)
{
	struct expr_tree tree;
	struct expr_env env = { .tree = &tree, .scratch = a,
		.today = x->today, .now = x->now };
	struct expr *expr;
	enum err err;

	x->e = e;
	x->failed = false;
	if ((err = expr_json_tree(a, x->record, &tree, e)) != OK)
		return err;
	expr = expr_compile(a, text, &tree, EXPR_ROOT, say_fault, x);
	if (expr == NULL)
		return ERR_FORMAT;
	*out = expr_eval(expr, &env, NULL);
	if (as == AS_STRING)
		*out = value_text(value_to_text(a, *out));
	else if (as == AS_NUMBER)
		*out = value_number(value_to_number(*out));
	else if (as == AS_BOOLEAN)
		*out = value_bool(value_to_bool(*out));
	return OK;
}

/* The next line, without its end; false at the end of the file.  Of a line
 * that is too long nothing is kept, and *fits is false. */
static bool
read_line(FILE *f, struct buf *line, bool *fits)
{
	int c;
	bool any = false;

	buf_clear(line);
	*fits = true;
	while ((c = getc(f)) != EOF && c != '\n') {
		any = true;
		if (line->n >= LINE_MAX_BYTES)
			*fits = false;
		else
			buf_addc(line, (char)c);
	}
	return any || c == '\n';
}

static void
put_value(struct arena *a, struct buf *out, struct value v)
{
	if (v.type == VALUE_BOOL)
		buf_adds(out, value_truth(v) ? "true" : "false");
	else if (v.type == VALUE_NUMBER)
		json_put_double(out, v.number);
	else
		json_put_string(out, value_to_text(a, v));
}

/* One line of the batch to one line of answer. */
static void
answer(struct arena *a, struct evaluation *x, struct str line, bool fits,
    struct buf *out)
{
	const struct json *expr = NULL, *as = NULL;
	struct json *json = NULL;
	struct error e = { .code = OK };
	struct value v = value_blank();
	enum as how = AS_ANY;
	enum err err = OK;

	if (!fits)
		err = error_set(&e, ERR_LIMIT, N_("the line is too long"));
	else
		err = json_parse(a, line, &json, &e);
	expr = json_get(json, "expr");
	as = json_get(json, "as");
	if (err == OK && (expr == NULL || expr->type != JSON_STRING))
		err = error_set(&e, ERR_FORMAT, N_("\"expr\" is missing"));
	if (err == OK && as != NULL &&
	    (as->type != JSON_STRING || !as_parse(as->string, &how)))
		err = error_set(&e, ERR_FORMAT,
		    N_("\"as\" is string, number, boolean or any"));
	if (err == OK)
		err = evaluate(a, x, expr->string, how, &v, &e);
	buf_adds(out, "{\"expr\":");
	json_put_string(out, expr != NULL ? expr->string : STR(""));
	buf_adds(out, ",\"as\":");
	json_put_string(out,
	    as != NULL && as->type == JSON_STRING ? as->string
						  : str_of(as_names[how]));
	buf_adds(out, err == OK ? ",\"out\":" : ",\"error\":");
	if (err == OK)
		put_value(a, out, v);
	else
		json_put_string(out, str_of(e.what));
	buf_adds(out, "}\n");
}

static enum err
run_batch(struct cmd_call *c, struct evaluation *x, const char *path,
    struct error *e)
{
	struct buf line = BUF_INIT, out = BUF_INIT;
	struct arena *a = arena_new();
	bool is_stdin = strcmp(path, "-") == 0, fits;
	FILE *f = is_stdin ? stdin : fopen(path, "re");
	enum err err = OK;

	if (f == NULL) {
		err = error_errno(e, errno == ENOENT ? ERR_NOTFOUND : ERR_IO,
		    N_("cannot open %s"), path);
		goto out;
	}
	while (read_line(f, &line, &fits)) {
		if (fits && line.n == 0)
			continue;
		buf_clear(&out);
		answer(a, x, buf_str(&line), fits, &out);
		fwrite(out.p, 1, out.n, c->out);
		arena_reset(a);
	}
	if (ferror(f))
		err = error_errno(e, ERR_IO, N_("cannot read %s"), path);
out:
	if (f != NULL && !is_stdin)
		fclose(f);
	arena_free(a);
	buf_release(&line);
	buf_release(&out);
	return err;
}

static enum err
run_one(struct cmd_call *c, struct evaluation *x, const char *text,
    const char *as, struct error *e)
{
	struct value v;
	enum as how = AS_ANY;
	enum err err;

	if (as != NULL && !as_parse(str_of(as), &how))
		return error_set(e, ERR_USAGE,
		    N_("--as takes string, number, boolean or any"));
	x->warns = true;
	err = evaluate(c->arena, x, str_of(text), how, &v, e);
	if (err != OK)
		return err;
	cmd_print(c, value_to_text(c->arena, v));
	fputc('\n', c->out);
	return OK;
}

static enum err
run(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *record = NULL, *as = NULL, *batch = NULL;
	const struct cmd_option options[] = {
		{ "--record", &record, NULL },
		{ "--as", &as, NULL },
		{ "--batch", &batch, NULL },
	};
	struct evaluation x = { .today = clock_today() };
	struct json *json = NULL;
	struct str text = { NULL, 0 };
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, batch == NULL, batch == NULL, e);
	if (err == OK && record != NULL)
		err = file_read(c->arena, record, RECORD_MAX, &text, e);
	if (err == OK && record != NULL) {
		err = json_parse(c->arena, text, &json, e);
		if (err != OK)
			return error_at(e, "%s", record);
	}
	if (err != OK)
		return err;
	x.record = json;
	clock_now_text(x.now);
	return batch != NULL ? run_batch(c, &x, batch, e)
			     : run_one(c, &x, argv[0], as, e);
}

const struct cmd cmd_eval = {
	.name = "eval",
	.args = "EXPR [--record FILE] [--as string|number|boolean|any]"
		" | --batch FILE.jsonl [--record FILE]",
	.help = N_("evaluate an expression of the forms' language"),
	.run = run,
};

/* form lint, form show: for those who write forms. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/text.h"

#include <string.h>

/* A form's lists stand beside it, in choices/; else those shipped. */
static const char *
choices_for(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	int n = slash == NULL ? 0 : (int)(slash - path) + 1;
	const char *beside = arena_printf(a, "%.*schoices", n, path);

	return file_exists(beside) ? beside
	                           : file_data_path(a, "forms/choices");
}

static void
say_fault(void *ctx, const struct form_fault *f)
{
	struct cmd_call *c = ctx;
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s:%d:%d: %s: %s\n", f->file, f->line, f->col,
	    f->warning ? "warning" : "error", f->what);
	cmd_print(c, buf_str(&line));
	buf_release(&line);
}

static enum err
run_lint(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	size_t errors = 0;
	enum err err = cmd_operands(argc, 1, 10000, e);

	if (err != OK)
		return err;
	for (int i = 0; i < argc; i++) {
		struct form_set *set =
		    form_set_new(c->arena, choices_for(c->arena, argv[i]));

		errors += form_lint(c->arena, set, argv[i], say_fault, c, NULL);
	}
	if (errors == 0)
		return OK;
	error_set(e, ERR_FINDINGS, "%s", "");
	return ERR_FINDINGS;
}

const struct cmd cmd_form_lint = {
	.name = "form lint",
	.args = "FILE...",
	.help = N_("report every fault of forms and lists of choices"),
	.run = run_lint,
};

static void
pad(struct buf *out, size_t from, size_t width)
{
	size_t shown = text_width((struct str){ out->p + from, out->n - from });

	for (; shown < width; shown++)
		buf_addc(out, ' ');
	buf_addc(out, ' ');
}

static const char *
owner_name(enum form_owner owner)
{
	switch (owner) {
	case FORM_COMMUNE:
		break;
	case FORM_DISTRICT:
		return ", district";
	case FORM_BOTH:
		return ", both";
	}
	return "";
}

/* What the type alone does not say. */
static void
show_type(struct buf *out, const struct form_node *n)
{
	buf_adds(out, form_type_name(n->type));
	if (n->choices != NULL)
		buf_printf(out, " %s", n->choices->name);
	if (n->link[0] != '\0')
		buf_printf(out, " %s", n->link);
	if (n->required != NULL)
		buf_adds(out, str_is(expr_text(n->required), "true()")
		                  ? ", required"
		                  : ", required if");
	if (n->relevant != NULL)
		buf_adds(out, ", conditional");
	if (n->flags & FORM_RESTRICTED)
		buf_adds(out, ", restricted");
	buf_adds(out, owner_name(n->owner));
}

static void
show_node(struct buf *out, const struct form *f, int number, int indent)
{
	const struct form_node *n = &f->nodes[number];
	size_t from = out->n;

	if (n->type == FORM_PAGE) {
		buf_printf(out, "\n[%s] %s\n", n->name, form_text(n->label));
	} else {
		buf_adds(out, n->line);
		pad(out, from, 6);
		from = out->n;
		buf_printf(out, "%*s%s", indent * 2, "", n->name);
		pad(out, from, 24);
		from = out->n;
		show_type(out, n);
		pad(out, from, 28);
		buf_printf(out, "%s\n", form_text(n->label));
		indent++;
	}
	for (int i = n->first; i >= 0; i = f->nodes[i].next)
		show_node(out, f, i, indent);
}

static void
show_columns(
    struct buf *out, const char *what, const struct form_column *c, size_t n)
{
	if (n == 0)
		return;
	buf_printf(out, "%s:", what);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %s", c[i].path);
	buf_addc(out, '\n');
}

static enum err
run_show(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	enum err err = cmd_operands(argc, 1, 1, e);
	struct buf out = BUF_INIT;
	const struct form *f;

	if (err != OK)
		return err;
	f = form_set_get(c->forms, argv[0]);
	if (f == NULL)
		return error_set(e, ERR_USAGE, N_("unknown form: %s"), argv[0]);
	buf_printf(&out, "%s %s: %s\n%s\n", f->id, f->version,
	    form_text(f->title), f->source);
	show_columns(&out, "key", f->key, f->n_key);
	show_columns(&out, "list", f->list, f->n_list);
	show_columns(&out, "search", f->search, f->n_search);
	buf_adds(&out, "states:");
	for (size_t i = 0; i < f->n_states; i++)
		buf_printf(&out, " %s (%s)", f->states[i].name,
		    form_text(f->states[i].label));
	buf_addc(&out, '\n');
	for (int i = f->nodes[0].first; i >= 0; i = f->nodes[i].next)
		show_node(&out, f, i, 0);
	cmd_print(c, buf_str(&out));
	buf_release(&out);
	return OK;
}

const struct cmd cmd_form_show = {
	.name = "form show",
	.args = "FORM",
	.help = N_("print the outline of a form"),
	.needs = CMD_FORMS,
	.run = run_show,
};

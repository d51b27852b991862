/* export, inspect, import: the hand-over by stick. */
#include "cmd/cmd.h"

#include "app/preview.h"
#include "base/file.h"
#include "handoff/stick.h"

#include <string.h>
#include <sys/stat.h>

static enum err
export(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	const char *to = NULL, *dir = NULL;
	const struct cmd_option options[] = {
		{ "--for", &to, NULL },
		{ "--to", &dir, NULL },
	};
	const struct age_identity *identities[2];
	struct bundle_self self = app_self(c->app, identities);
	struct bundle_written w;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 0, 0, e);
	if (err == OK && (to == NULL || dir == NULL))
		err = error_set(e, ERR_USAGE,
		    N_("--for UNIT and --to DIR are needed"));
	if (err != OK)
		return err;
	err = bundle_export(
	    c->app->store, &self, to, dir, cmd_progress, NULL, &w, e);
	if (err != OK)
		return err;
	fprintf(c->out,
	    _("Written and read back: %s (%llu changes, %llu bytes, "
	      "%u files).\n"),
	    w.name, (unsigned long long)w.events, (unsigned long long)w.size,
	    w.files);
	if (w.removed > 0)
		fprintf(c->out,
		    _("Removed: %u old bundles that the other side has.\n"),
		    w.removed);
	return OK;
}

static enum err
inspect(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	struct bundle_outer o;
	struct buf b = BUF_INIT;
	enum err err = cmd_operands(argc, 1, 1, e);

	if (err == OK)
		err = bundle_inspect(argv[0], NULL, NULL, &o, e);
	if (err != OK)
		return err;
	preview_outer(&o, &b);
	fputs(buf_cstr(&b), c->out);
	buf_release(&b);
	return OK;
}

static enum err
import_one(struct cmd_call *c, const char *path, bool yes, struct error *e)
{
	const struct age_identity *identities[2];
	struct bundle_self self = app_self(c->app, identities);
	struct bundle_import *im = NULL;
	struct store_counts before = { 0 }, after = { 0 };
	struct bundle_preview p;
	struct buf b = BUF_INIT;
	const char *where;
	bool changes;
	enum err err;

	fprintf(c->out, "%s: ", cmd_safe(c->arena, path));
	err = bundle_import_open(
	    c->app->store, &self, path, cmd_progress, NULL, &im, &p, e);
	if (err != OK) {
		fprintf(c->out, "\n");
		where = arena_strdup(c->arena, e->where); /* inside it */
		return error_at(e, "%s%s%s", path,
		    where[0] == '\0' ? "" : ": ", where);
	}
	preview_text(c->app, &p, &b);
	fputs(buf_cstr(&b), c->out);
	buf_release(&b);
	/* the counts need the directory, which takes memory and time */
	changes = p.counts.records_changed > 0;
	if (changes)
		err = store_counts(c->app->store, &before, e);
	if (err == OK && !p.outer.already_taken) {
		if (!yes && !cmd_ask(_("Take it in?")))
			err = error_set(e, ERR_CANCELLED,
			    N_("not taken in; nothing changed"));
		else
			err = bundle_import_apply(im, e);
		if (err == OK)
			err = app_learn(c->app, e);
		if (err == OK && changes)
			err = store_counts(c->app->store, &after, e);
		if (err == OK)
			fprintf(c->out, _("Taken in.\n"));
		if (err == OK && after.basis_changed > before.basis_changed)
			fprintf(c->out,
			    _("The basis of %llu more decisions has changed "
			      "(list FORM --changed)\n"),
			    (unsigned long long)(after.basis_changed -
				before.basis_changed));
	}
	bundle_import_close(im);
	return err;
}

enum concern {
	CONCERN_US,
	CONCERN_MADE_HERE,
	CONCERN_OTHERS,
};

/* Whose a bundle on a stick is, as far as it says itself.  One that cannot be
 * read is ours to refuse. */
static enum concern
concern(struct cmd_call *c, const char *path)
{
	struct bundle_outer o;
	struct error ignored;

	if (bundle_inspect(path, NULL, NULL, &o, &ignored) != OK)
		return CONCERN_US;
	if (preview_made_here(c->app, &o))
		return CONCERN_MADE_HERE;
	return strcmp(o.header.to_unit, c->app->card.unit) == 0 ?
	    CONCERN_US : CONCERN_OTHERS;
}

/* The first error is told at the end, by main; others at once. */
static void
keep_first(struct error *e, enum err *first, const struct error *other)
{
	if (*first != OK) {
		cmd_complain(other);
		return;
	}
	*first = other->code;
	*e = *other;
}

/* A stick carries what goes both ways, and to several units: what is not for
 * here is passed over, unless there is nothing else. */
static void
import_folder(struct cmd_call *c, const char *dir, bool yes, enum err *first,
    struct error *e)
{
	struct error other;
	size_t n, ours = 0, others = 0;
	char **paths;

	if (stick_list(c->arena, dir, &paths, &n, &other) != OK) {
		keep_first(e, first, &other);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		enum concern whose = concern(c, paths[i]);

		if (whose == CONCERN_MADE_HERE) {
			fprintf(c->out, _("%s: made here\n"),
			    cmd_safe(c->arena, paths[i]));
		} else if (whose == CONCERN_OTHERS) {
			fprintf(c->out, _("%s: for another unit\n"),
			    cmd_safe(c->arena, paths[i]));
			others++;
		} else {
			ours++;
			if (import_one(c, paths[i], yes, &other) != OK)
				keep_first(e, first, &other);
		}
	}
	if (ours > 0 || (n > 0 && others == 0))
		return;
	error_set(&other, ERR_RECIPIENT, N_("no bundle for this unit in %s"),
	    dir);
	keep_first(e, first, &other);
}

static enum err
import(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool yes = false;
	const struct cmd_option options[] = { { "--yes", NULL, &yes } };
	enum err err, first = OK;
	struct error other;
	struct stat st;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 256, e);
	if (err != OK)
		return err;
	/* One bad bundle does not keep the others out. */
	for (int i = 0; i < argc; i++) {
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			import_folder(c, argv[i], yes, &first, e);
		else if (import_one(c, argv[i], yes, &other) != OK)
			keep_first(e, &first, &other);
	}
	return first;
}

const struct cmd cmd_export = {
	.name = "export",
	.args = "--for UNIT[/DEVICE] --to DIR",
	.help = N_("write what the other side lacks to a stick or folder"),
	.needs = CMD_STORE | CMD_BARE,
	.run = export,
};

const struct cmd cmd_inspect = {
	.name = "inspect",
	.args = "FILE",
	.help = N_("say what a bundle is, without opening it"),
	.run = inspect,
};

const struct cmd cmd_import = {
	.name = "import",
	.args = "PATH... [--yes]",
	.help = N_("look at bundles and take them in"),
	.needs = CMD_STORE | CMD_BARE,
	.run = import,
};

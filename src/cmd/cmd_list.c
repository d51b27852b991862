/* list, find: rows of the directory. */
#include "cmd/cmd.h"

#include "app/history.h"
#include "app/search.h"
#include "base/text.h"
#include "cmd/json_record.h"

#include <string.h>

static enum err
print_rows(struct cmd_call *c, const uint32_t *rows, size_t n, bool json,
    struct error *e)
{
	struct arena *a = arena_new();
	struct buf line = BUF_INIT;
	enum err err = OK;

	for (size_t i = 0; err == OK && i < n; i++) {
		struct directory_row row;
		struct record r;
		const struct form *f;
		struct str day;
		char id[RECORD_ID_TEXT];

		arena_reset(a);
		buf_clear(&line);
		directory_get(c->app->directory, rows[i], &row);
		if (json) {
			err = store_record(c->app->store, a, &row.id, &r, e);
			if (err == ERR_NOTFOUND) /* the directory has it */
				err = error_set(e, ERR_CORRUPT,
				    N_("the store's state is wrong"));
			if (err == OK)
				json_record(&line, c->app, &r, false);
			fwrite(buf_cstr(&line), 1, line.n, c->out);
			continue;
		}
		record_id_format(&row.id, id);
		day = history_day(a, row.birth);
		f = form_set_get(c->app->forms, arena_str(a, row.form));
		buf_printf(&line, "%s  ", id);
		buf_add_str(&line, app_record_title(c->app, a, &row.id));
		buf_printf(&line, "  %.*s  %.*s  (%s)\n", (int)day.n, day.p,
		    (int)row.hamlet.n, row.hamlet.p,
		    f == NULL ? "?" : form_text(f->title));
		cmd_print(c, buf_str(&line));
	}
	buf_release(&line);
	arena_free(a);
	return err;
}

static enum err
check_form(struct app *app, const char *id, struct error *e)
{
	if (id != NULL && form_set_get(app->forms, id) == NULL)
		return error_set(e, ERR_USAGE, N_("unknown form: %s"), id);
	return OK;
}

static enum err
list(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool count = false, json = false;
	struct directory_query q = { .sort = DIRECTORY_BY_NAME };
	const struct cmd_option options[] = {
		{ "--count", NULL, &count },
		{ "--changed", NULL, &q.changed },
		{ "--json", NULL, &json },
	};
	uint32_t *rows;
	size_t n;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = check_form(c->app, q.form = argv[0], e);
	if (err != OK)
		return err;
	if (count && !q.changed) {
		fprintf(c->out, "%llu\n",
		    (unsigned long long)store_count(c->app->store, q.form));
		return OK;
	}
	q.with_void = q.changed;
	err = search_rows(c->app, c->arena, &q, &rows, &n, e);
	if (err == OK && count) {
		fprintf(c->out, "%zu\n", n);
		return OK;
	}
	return err != OK ? err : print_rows(c, rows, n, json, e);
}

static enum err
find(struct cmd_call *c, int argc, char **argv, struct error *e)
{
	bool json = false;
	const char *form = NULL;
	const struct cmd_option options[] = {
		{ "--json", NULL, &json },
		{ "--form", &form, NULL },
	};
	struct directory_query q = { .sort = DIRECTORY_BY_NAME };
	uint32_t *rows;
	size_t n;
	enum err err;

	err = cmd_options(options, ARRAY_LEN(options), &argc, argv, e);
	if (err == OK)
		err = cmd_operands(argc, 1, 1, e);
	if (err == OK)
		err = check_form(c->app, q.form = form, e);
	if (err != OK)
		return err;
	q.text = argv[0];
	err = search_rows(c->app, c->arena, &q, &rows, &n, e);
	if (err == OK && n == 0)
		err = error_set(e, ERR_NOTFOUND, N_("nothing was found"));
	return err != OK ? err : print_rows(c, rows, n, json, e);
}

const struct cmd cmd_list = {
	.name = "list",
	.args = "FORM [--changed] [--count] [--json]",
	.help = N_("list the records of a form"),
	.needs = CMD_STORE,
	.run = list,
};

const struct cmd cmd_find = {
	.name = "find",
	.args = "TEXT [--form FORM] [--json]",
	.help = N_("find records by name, number or date, accents free"),
	.needs = CMD_STORE,
	.run = find,
};

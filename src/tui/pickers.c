/* Picking a choice or a record from a list. */
#include "tui/screens.h"

#include "app/search.h"
#include "base/text.h"
#include "handoff/stick.h"

#include <stdio.h>
#include <string.h>

struct records {
	struct ui *ui;
	const struct form *form;
	struct arena *arena; /* of what the last look found */
	uint32_t *rows;
};

static size_t
records_look(void *ctx, struct str typed, bool all)
{
	struct records *p = ctx;
	struct directory_query q = { .form =
		p->form == NULL ? NULL : p->form->id,
		.sort = DIRECTORY_BY_NAME, .limit = all ? 0 : LIST_SOON };
	struct error e;
	size_t n;

	arena_reset(p->arena);
	q.text = arena_str(p->arena, typed);
	if (search_rows(p->ui->app, p->arena, &q, &p->rows, &n, &e) != OK) {
		ui_error(p->ui, &e);
		return 0;
	}
	return n;
}

static struct str
records_line(void *ctx, struct arena *a, size_t i)
{
	const struct records *p = ctx;
	struct directory_row row;
	struct str name, day, number;

	directory_get(p->ui->app->directory, p->rows[i], &row);
	name = ui_pad(a, app_record_title(p->ui->app, a, &row.id), 30);
	day = ui_pad(a, ui_day(a, row.birth), 11);
	number = ui_pad(a, row.citizen_id, 13);
	return str_of(arena_printf(a, "%.*s %.*s %.*s %.*s", (int)name.n,
	    name.p, (int)day.n, day.p, (int)number.n, number.p,
	    (int)row.hamlet.n, row.hamlet.p));
}

bool
pick_record(struct ui *ui, const struct form *form, struct str typed,
    struct record_id *id)
{
	struct records p = { ui, form, arena_new(), NULL };
	int chosen = ui_pick_from(ui,
	    form == NULL ? _("Choose a record") : form_text(form->title),
	    &(struct ui_source){ &p, records_look, records_line }, typed, 0);

	if (chosen >= 0) {
		struct directory_row row;

		directory_get(ui->app->directory, p.rows[chosen], &row);
		*id = row.id;
	}
	arena_free(p.arena);
	return chosen >= 0;
}

static bool
has_code(struct str codes, const char *code)
{
	size_t n = strlen(code);

	for (size_t at = 0; at + n <= codes.n; at++)
		if ((at == 0 || codes.p[at - 1] == ' ') &&
		    memcmp(codes.p + at, code, n) == 0 &&
		    (at + n == codes.n || codes.p[at + n] == ' '))
			return true;
	return false;
}

/* Adds the code, or takes it out. */
static struct str
toggled(struct arena *a, struct str codes, const char *code)
{
	struct buf b = BUF_INIT;
	struct str out, word;
	size_t n = strlen(code), from = 0;
	bool had = has_code(codes, code);

	for (size_t i = 0; had && i <= codes.n; i++) {
		if (i < codes.n && codes.p[i] != ' ')
			continue;
		word = (struct str){ codes.p + from, i - from };
		from = i + 1;
		if (word.n == 0 || str_eq(word, (struct str){ code, n }))
			continue;
		if (b.n > 0)
			buf_addc(&b, ' ');
		buf_add_str(&b, word);
	}
	if (!had) {
		buf_add_str(&b, codes);
		if (b.n > 0)
			buf_addc(&b, ' ');
		buf_adds(&b, code);
	}
	out = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* Papers have numbers; a code of letters is the form's own word. */
static bool
is_on_paper(const char *code)
{
	return strpbrk(code, "0123456789") != NULL;
}

/* The label is what one reads; behind it a code that papers have, too. */
static const char *
choice_line(
    struct arena *a, const struct form_choice *c, bool several, bool on)
{
	struct str label = str_of(form_text(c->label));
	int room = term_cols() - 20 - (several ? 4 : 0);
	struct str wide = ui_pad(a, label, room < 10 ? 10 : (size_t)room);

	return arena_printf(a, "%s%.*s  %s",
	    !several ? ""
		: on ? "[x] "
		     : "[ ] ",
	    (int)wide.n, wide.p, is_on_paper(c->code) ? c->code : "");
}

bool
pick_choice(struct ui *ui, const struct keying *k, struct str typed,
    struct str *text)
{
	struct arena *a = arena_new();
	const struct form_node *n = keying_node(k);
	bool several = n->type == FORM_SELECT_MULTIPLE;
	const struct form_choice **c;
	struct str codes = fill_text(k->ed->fill, &k->at);
	size_t count = fill_choices(k->ed->fill, a, &k->at, &c);
	const char **lines = arena_array(a, count + 1, sizeof *lines);
	int at = 0;
	bool any = false;

	codes = arena_str_dup(a, codes);
	do {
		for (size_t i = 0; i < count; i++) {
			bool on = has_code(codes, c[i]->code);

			if (on && !several)
				at = (int)i;
			lines[i] = choice_line(a, c[i], several, on);
		}
		at = ui_pick_typed(ui,
		    several ? arena_printf(a, " %s  (%s)",
				  form_text(n->label),
				  _("Enter marks, Esc ends"))
			    : arena_printf(a, " %s", form_text(n->label)),
		    lines, count, typed, at);
		typed = STR("");
		if (at < 0)
			break;
		any = true;
		codes = several ? toggled(a, codes, c[at]->code)
				: str_of(c[at]->code);
	} while (several);
	if (any)
		*text = arena_str_dup(ui->scratch, codes);
	arena_free(a);
	return any;
}

bool
pick_folder(struct ui *ui, bool ask, char *dir, size_t size)
{
	const char **lines;
	struct stick *sticks;
	struct error ignored;
	struct str text;
	size_t n;
	int chosen = 0;

	if (stick_find(ui->scratch, &sticks, &n, &ignored) != OK)
		n = 0;
	lines = arena_array(ui->scratch, n + 1, sizeof *lines);
	for (size_t i = 0; i < n; i++)
		lines[i] = arena_printf(ui->scratch, "%s  %s",
		    sticks[i].label, sticks[i].path);
	lines[n] = _("A folder...");
	if (ask || n > 1)
		chosen = ui_pick(ui, _("Where?"), lines, n + 1, 0);
	else if (n == 0)
		return false;
	if (chosen < 0)
		return false;
	if ((size_t)chosen < n) {
		snprintf(dir, size, "%s", sticks[chosen].path);
		return true;
	}
	if (!ui_prompt(ui, _("Folder:"), dir, false, &text) || text.n == 0 ||
	    text.n >= size)
		return false;
	snprintf(dir, size, "%.*s", (int)text.n, text.p);
	return true;
}

/* Questions: they run until answered, on top of what is on the screen. */
#include "tui/ui.h"

#include "base/clock.h"
#include "base/text.h"
#include "tui/input.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_MIN 16

/* The message row with a question; the frame below stays. */
static void
draw_question(struct ui *ui, const char *question)
{
	ui_say(ui, TERM_WARNING, "%s", question);
	ui_redraw(ui);
}

/* What the keys do while a question stands, and its mark: the letter that is
 * large is what Enter says. */
static const struct {
	const char *mark, *keys, *page_keys;
} confirm_words[] = {
	/* Translators: the keys for yes and no; Y, N, C and K all work. */
	[UI_ENTER_NO] = { N_("  [y/N]"), N_(" Y Yes  N No (also Enter, Esc)"),
	    N_(" PgUp PgDn  Y Yes  N No (also Enter, Esc)") },
	[UI_ENTER_YES] = { N_("  [Y/n]"),
	    N_(" Y Yes (also Enter)  N No (also Esc)"),
	    N_(" PgUp PgDn  Y Yes (also Enter)  N No (also Esc)") },
};

/* 1 for yes, 0 for no, -1 for no answer. */
static int
answer(struct ui *ui, enum ui_enter enter, struct term_input in)
{
	if (in.key == TKEY_ENTER)
		return enter == UI_ENTER_YES;
	if (in.key == TKEY_TEXT && in.cp < 128 &&
	    strchr("cCyY", (int)in.cp) != NULL)
		return 1;
	if (in.key == TKEY_GONE)
		ui->leaving = true;
	if (in.key == TKEY_GONE || in.key == TKEY_ESC || in.key == TKEY_F10 ||
	    in.key == TKEY_CTRL || (in.key == TKEY_TEXT && in.cp < 128 &&
	        strchr("kKnN", (int)in.cp) != NULL))
		return 0;
	return -1;
}

bool
ui_confirm(struct ui *ui, enum ui_enter enter, const char *question)
{
	char line[512];
	struct term_input in;
	int said;

	snprintf(line, sizeof line, "%s%s", question,
	    _(confirm_words[enter].mark));
	for (;;) {
		ui->keys = confirm_words[enter].keys;
		draw_question(ui, line);
		term_cursor(term_rows() - 2,
		    (int)text_width(str_of(line)) + 1);
		term_show();
		in = ui_read();
		if (in.key == TKEY_RESIZED || in.key == TKEY_NONE)
			continue;
		ui->message[0] = '\0';
		ui->keys = NULL;
		if ((said = answer(ui, enter, in)) >= 0)
			return said == 1;
		term_beep();
	}
}

void
ui_notice(struct ui *ui, const char *text)
{
	char line[512];
	struct term_input in;

	snprintf(line, sizeof line, "%s%s", text, _("  [Enter]"));
	ui->keys = N_(" Enter, or any other key: go on");
	do {
		draw_question(ui, line);
		in = ui_read();
	} while (in.key == TKEY_RESIZED || in.key == TKEY_NONE);
	ui->keys = NULL;
	if (in.key == TKEY_GONE)
		ui->leaving = true;
	ui->message[0] = '\0';
}

static bool
prompt(struct ui *ui, const char *question, const char *initial,
    enum compose_method method, bool masked, struct str *text)
{
	static struct input line; /* large; one prompt runs at a time */
	int wide = (int)text_width(str_of(question)) + 2;
	struct term_input in;
	bool full, used;

	memset(&line, 0, sizeof line);
	input_set(&line, str_of(initial));
	line.compose = ui->compose;
	line.compose.method = method;
	for (;;) {
		/* A long question gives way to its answer. */
		if (wide > term_cols() - ANSWER_MIN)
			wide = term_cols() - ANSWER_MIN;
		if (ui->stack[ui->depth - 1].ops->key != NULL)
			ui->keys = N_(" Enter Go on  Esc Back");
		draw_question(ui, question);
		ui->keys = NULL;
		input_draw(&line, term_rows() - 2, wide, term_cols() - wide,
		    TERM_FIELD, masked);
		term_show();
		in = ui_read();
		full = false;
		used = input_key(&line, in, &full);
		if (full)
			term_beep();
		if (used || in.key == TKEY_RESIZED || in.key == TKEY_NONE)
			continue;
		if (in.key == TKEY_GONE)
			ui->leaving = true;
		ui->message[0] = '\0';
		if (in.key == TKEY_ENTER || in.key == TKEY_TAB) {
			*text = input_text(&line, ui->scratch);
			memset(&line, 0, sizeof line);
			return true;
		}
		if (in.key == TKEY_ESC || in.key == TKEY_F10 ||
		    in.key == TKEY_GONE || in.key == TKEY_CTRL)
			return false;
		term_beep();
	}
}

bool
ui_prompt(struct ui *ui, const char *question, const char *initial,
    bool composed, struct str *text)
{
	return prompt(ui, question, initial,
	    composed ? ui->compose.method : COMPOSE_OFF, false,
	    text);
}

bool
ui_prompt_secret(struct ui *ui, const char *question, struct str *text)
{
	return prompt(ui, question, "", COMPOSE_OFF, true, text);
}

/* Breaks at spaces where it can; one line a call. */
static struct str
next_line(struct str *text, size_t width)
{
	struct str line = *text, fit;
	const char *nl = text->n == 0 ? NULL : memchr(text->p, '\n', text->n);
	size_t skip = 0;

	if (nl != NULL) {
		line.n = (size_t)(nl - text->p);
		skip = 1;
	}
	fit = text_fit(line, width);
	if (fit.n < line.n) {
		size_t at = fit.n;

		while (at > 0 && fit.p[at - 1] != ' ')
			at--;
		if (at > 0)
			fit.n = at;
		skip = 0;
	}
	text->p += fit.n + skip;
	text->n -= fit.n + skip;
	return fit;
}

/* A long text on the whole screen. */
struct page {
	const char *title;
	struct str text;
	size_t first; /* line at the top */
	size_t foot;  /* rows below it that are the caller's */
};

static void
page_draw(struct page *p, struct term_input in)
{
	struct str lines[1000], rest = p->text;
	size_t n, rows = (size_t)term_rows() - 1 - p->foot;

	for (n = 0; rest.n > 0 && n < ARRAY_LEN(lines); n++)
		lines[n] = next_line(&rest, (size_t)term_cols() - 2);
	if (in.key == TKEY_PAGE_DOWN && p->first + rows < n)
		p->first += rows;
	else if (in.key == TKEY_DOWN && p->first + rows < n)
		p->first++;
	else if (in.key == TKEY_PAGE_UP)
		p->first = p->first > rows ? p->first - rows : 0;
	else if (in.key == TKEY_UP && p->first > 0)
		p->first--;
	term_clear();
	term_put(0, 0, -1, TERM_TITLE, str_of(p->title));
	for (size_t i = 0; i < rows && p->first + i < n; i++)
		term_put((int)i + 1, 1, -1, TERM_PLAIN, lines[p->first + i]);
	term_cursor(1, 0);
}

void
ui_page(struct ui *ui, const char *title, struct str text)
{
	struct page p = { title, text, 0, 1 };
	struct term_input in = { .key = TKEY_NONE };

	do {
		page_draw(&p, in);
		term_put(term_rows() - 1, 0, -1, TERM_TITLE,
		    str_of(_(" PgUp PgDn  Esc Back")));
		term_show();
		in = ui_read();
	} while (in.key != TKEY_ESC && in.key != TKEY_ENTER &&
	    in.key != TKEY_F10 && in.key != TKEY_GONE &&
	    in.key != TKEY_F1 && in.key != TKEY_CTRL);
	if (in.key == TKEY_GONE)
		ui->leaving = true;
}

bool
ui_confirm_page(struct ui *ui, const char *title, struct str text,
    enum ui_enter enter, const char *question)
{
	struct page p = { title, text, 0, 3 };
	struct term_input in = { .key = TKEY_NONE };
	struct str line = str_of(arena_printf(
	    ui->scratch, "%s%s", question, _(confirm_words[enter].mark)));
	int said;

	do {
		page_draw(&p, in);
		term_put(term_rows() - 2, 1, -1, TERM_WARNING, line);
		term_put(term_rows() - 1, 0, -1, TERM_TITLE,
		    str_of(_(confirm_words[enter].page_keys)));
		term_cursor(term_rows() - 2, (int)text_width(line) + 2);
		term_show();
		in = ui_read();
	} while ((said = answer(ui, enter, in)) < 0);
	return said == 1;
}

int
ui_pick_from(struct ui *ui, const char *title, const struct ui_source *source,
    struct str initial, size_t at)
{
	static struct input typed; /* large; one picker runs at a time */
	struct arena *a = arena_new();
	size_t focus = at, first = 0, count, rows;
	struct term_input in;
	int chosen = -1;
	bool full, all = at > 0;

	memset(&typed, 0, sizeof typed);
	input_set(&typed, initial);
	typed.fresh = false;
	typed.compose = ui->compose;
	count = source->look(source->ctx, input_text(&typed, a), at > 0);
	for (;;) {
		arena_reset(a);
		rows = (size_t)(term_rows() - 3);
		if (focus >= count)
			focus = count == 0 ? 0 : count - 1;
		first = ui_scroll(first, focus, rows);
		term_clear();
		term_put(0, 0, -1, TERM_TITLE, str_of(title));
		for (size_t i = 0; i < rows && first + i < count; i++)
			ui_row((int)i + 1, first + i == focus,
			    source->line(source->ctx, a, first + i));
		if (count == 0)
			term_put(1, 1, -1, TERM_FAINT,
			    str_of(_("Nothing found.")));
		term_put(term_rows() - 1, 0, -1, TERM_TITLE,
		    str_of(_(" Enter Choose  Esc Back  type to search")));
		term_put(term_rows() - 2, 0, 2, TERM_PLAIN, STR("/"));
		input_draw(&typed, term_rows() - 2, 2, term_cols() - 2,
		    TERM_FIELD, false);
		term_show();
		in = ui_read();
		if (!all && (in.key == TKEY_DOWN || in.key == TKEY_TAB ||
		                in.key == TKEY_PAGE_DOWN) &&
		    focus + 2 * rows >= count) {
			all = true;
			count = source->look(
			    source->ctx, input_text(&typed, a), true);
		}
		if (in.key == TKEY_DOWN || in.key == TKEY_TAB)
			focus += focus + 1 < count;
		else if (in.key == TKEY_UP || in.key == TKEY_BACKTAB)
			focus -= focus > 0;
		else if (in.key == TKEY_PAGE_DOWN)
			focus += rows;
		else if (in.key == TKEY_PAGE_UP)
			focus = focus > rows ? focus - rows : 0;
		else if (in.key == TKEY_ENTER && count > 0) {
			chosen = (int)focus;
			break;
		} else if (in.key == TKEY_ESC || in.key == TKEY_F10 ||
		    in.key == TKEY_GONE || (in.key == TKEY_CTRL &&
			(in.cp == 'c' || in.cp == 'q'))) {
			break;
		} else if (input_key(&typed, in, &full)) {
			focus = first = 0;
			all = false;
			count = source->look(
			    source->ctx, input_text(&typed, a), false);
		}
	}
	if (in.key == TKEY_GONE)
		ui->leaving = true;
	arena_free(a);
	return chosen;
}

/* Lines that hold what was typed, accents aside. */
struct lines {
	const char *const *line;
	size_t n, *hit;
};

static size_t
lines_look(void *ctx, struct str typed, bool all)
{
	struct lines *l = ctx;
	struct arena *a = arena_new();
	struct str want = text_folded(a, typed);
	size_t count = 0;

	(void)all;
	for (size_t i = 0; i < l->n; i++) {
		struct str have = text_folded(a, str_of(l->line[i]));

		if (want.n == 0 ||
		    memmem(have.p, have.n, want.p, want.n) != NULL)
			l->hit[count++] = i;
	}
	arena_free(a);
	return count;
}

static struct str
lines_line(void *ctx, struct arena *a, size_t i)
{
	const struct lines *l = ctx;

	(void)a;
	return str_of(l->line[l->hit[i]]);
}

int
ui_pick_typed(struct ui *ui, const char *title, const char *const *lines,
    size_t n, struct str typed, int at)
{
	struct arena *a = arena_new();
	struct lines l = { lines, n, arena_array(a, n + 1, sizeof *l.hit) };
	int chosen = ui_pick_from(ui, title,
	    &(struct ui_source){ &l, lines_look, lines_line }, typed,
	    at > 0 ? (size_t)at : 0);

	if (chosen >= 0)
		chosen = (int)l.hit[chosen];
	arena_free(a);
	return chosen;
}

int
ui_pick(struct ui *ui, const char *title, const char *const *lines, size_t n,
    int at)
{
	return ui_pick_typed(ui, title, lines, n, STR(""), at);
}

bool
ui_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct ui *ui = ctx;
	static int64_t shown_at;
	int64_t now = clock_monotonic_ms();
	struct term_input in;

	if (done < total && now - shown_at < 100 && clock_slowed_ms() == 0)
		return true;
	shown_at = now;
	ui_say(ui, TERM_PLAIN, _("%3d%%   Esc stops; nothing is lost by that"),
	    (int)(total == 0 ? 100 : done * 100 / total));
	ui->keys = N_(" Esc Stop");
	ui_redraw(ui);
	ui->keys = NULL;
	in = term_read(clock_slowed_ms(), -1);
	return in.key != TKEY_ESC && in.key != TKEY_GONE;
}

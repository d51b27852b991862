#include "tui/ui.h"

#include "app/saving.h"
#include "app/history.h"
#include "base/text.h"
#include "tui/saves.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOOT_LINES 6

void *
ui_push(struct ui *ui, const struct screen *ops)
{
	void *state;

	if (ui->depth == UI_STACK_MAX)
		BUG("too many screens");
	state = calloc(1, ops->state_size == 0 ? 1 : ops->state_size);
	if (state == NULL)
		base_die("%s", _("out of memory"));
	ui->stack[ui->depth].ops = ops;
	ui->stack[ui->depth].arena = arena_new();
	ui->stack[ui->depth++].state = state;
	return state;
}

struct arena *
ui_arena(struct ui *ui)
{
	return ui->stack[ui->depth - 1].arena;
}

void
ui_look_again(struct ui *ui)
{
	const struct screen *ops;

	if (ui->depth == 0)
		return;
	ops = ui->stack[ui->depth - 1].ops;
	if (ops->back != NULL)
		ops->back(ui, ui->stack[ui->depth - 1].state);
}

void
ui_screen_close(struct ui *ui, struct ui_screen *screen)
{
	if (screen->ops == NULL)
		return;
	if (screen->ops->close != NULL)
		screen->ops->close(ui, screen->state);
	free(screen->state);
	arena_free(screen->arena);
	screen->ops = NULL;
}

struct ui_screen
ui_take_off(struct ui *ui)
{
	struct ui_screen top = ui->stack[--ui->depth];

	ui_look_again(ui);
	return top;
}

void
ui_put_on(struct ui *ui, const struct ui_screen *screen)
{
	if (ui->depth == UI_STACK_MAX)
		ui_pop(ui);
	ui->stack[ui->depth++] = *screen;
}

void
ui_pop(struct ui *ui)
{
	struct ui_screen top;

	if (ui->depth == 0)
		return;
	top = ui->stack[--ui->depth];
	ui_screen_close(ui, &top);
	ui_look_again(ui);
}

int
ui_body_rows(void)
{
	return term_rows() - 3;
}

size_t
ui_rows_left(int taken)
{
	int rows = ui_body_rows() - taken;

	return rows > 0 ? (size_t)rows : 1;
}

void
ui_say(struct ui *ui, enum term_style style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ui->message, sizeof ui->message, fmt, ap);
	va_end(ap);
	ui->message_style = style;
}

void
ui_error(struct ui *ui, const struct error *e)
{
	ui_say(ui, TERM_ERROR, "%s%s%s", e->where,
	    e->where[0] == '\0' ? "" : ": ", e->what);
	term_beep();
}

/* What the keys do now: the bottom line. */
static const char *
keys_now(struct ui *ui, const struct screen *ops, void *state)
{
	const char *keys =
	    ui->keys != NULL      ? ui->keys
	    : ops->keys_of != NULL ? ops->keys_of(ui, state)
				   : ops->keys;

	return keys == NULL ? "" : _(keys);
}

static void
draw_frame(struct ui *ui, const struct screen *ops, void *state)
{
	const char *mode = ui->compose.method == COMPOSE_TELEX ? " Telex"
	    : ui->compose.method == COMPOSE_VNI		? " VNI"
							: " Abc";
	int rows = term_rows(), cols = term_cols();
	char left[256];

	snprintf(left, sizeof left, " ansinh  %s",
	    ops->title != NULL ? ops->title(ui, state)
		: ops->name != NULL ? _(ops->name) : "");
	term_put(0, 0, -1, TERM_TITLE, str_of(left));
	term_put(0, cols - 8, 8, TERM_TITLE, str_of(mode));
	term_put(rows - 1, 0, -1, TERM_TITLE,
	    str_of(keys_now(ui, ops, state)));
}

void
ui_foot(enum term_style style, struct str text)
{
	struct str line[FOOT_LINES];
	int rows = term_rows(), n = 0;

	do {
		struct str fit = text_fit(text, (size_t)term_cols());
		size_t at = fit.n;

		while (fit.n < text.n && at > 0 && text.p[at - 1] != ' ')
			at--;
		fit.n = at > 0 ? at : fit.n;
		line[n++] = fit;
		text.p += fit.n;
		text.n -= fit.n;
	} while (text.n > 0 && n < FOOT_LINES && n < rows - 3);
	for (int i = 0; i < n; i++)
		term_put(rows - 1 - n + i, 0, -1, style, line[i]);
}

void
ui_redraw(struct ui *ui)
{
	term_clear();
	if (term_rows() < 8 || term_cols() < 30) {
		term_put(0, 0, -1, TERM_PLAIN,
		    str_of(_("The window is too small.")));
		term_cursor(0, 0);
	} else if (ui->depth > 0) {
		draw_frame(ui, ui->stack[ui->depth - 1].ops,
		    ui->stack[ui->depth - 1].state);
		ui->stack[ui->depth - 1].ops->draw(
		    ui, ui->stack[ui->depth - 1].state);
		if (ui->message[0] != '\0')
			ui_foot(ui->message_style, str_of(ui->message));
		else if (saving_fd(ui->app) >= 0)
			ui_foot(TERM_PLAIN, str_of(_("Saving...")));
	}
	term_show();
}

struct term_input
ui_read(void)
{
	store_at_rest();
	return term_read(-1, -1);
}

static void
next_typing(struct ui *ui)
{
	ui->compose.method = ui->compose.method == COMPOSE_TELEX ? COMPOSE_VNI
	    : ui->compose.method == COMPOSE_VNI	   ? COMPOSE_OFF
						   : COMPOSE_TELEX;
	ui_say(ui, TERM_PLAIN, "%s",
	    ui->compose.method == COMPOSE_TELEX     ? _("Vietnamese typing: Telex")
		: ui->compose.method == COMPOSE_VNI ? _("Vietnamese typing: VNI")
					     : _("Vietnamese typing: off"));
}

static const struct ui_menu common_menu[] = {
	{ N_("Help"), "F1", TKEY_F1, 0 },
	{ N_("Vietnamese typing: Telex, VNI, off"), "Ctrl-T", TKEY_CTRL, 't' },
	{ N_("Draw the screen anew"), "Alt-L", TKEY_ALT, 'l' },
	{ N_("Leave"), "F10", TKEY_F10, 0 },
};

/* Everything that the screen can do; what is chosen is its key. */
static struct term_input
menu(struct ui *ui, const struct screen *ops)
{
	size_t n = 0;
	const struct ui_menu *rows[64];
	const char *lines[ARRAY_LEN(rows)];
	struct term_input in = { .key = TKEY_NONE };
	int chosen;

	for (size_t i = 0; i < ops->n_menu && n < ARRAY_LEN(rows) - 3; i++)
		rows[n++] = &ops->menu[i];
	for (size_t i = 0; i < ARRAY_LEN(common_menu); i++)
		rows[n++] = &common_menu[i];
	for (size_t i = 0; i < n; i++)
		lines[i] = arena_printf(
		    ui->scratch, " %-7s  %s", rows[i]->name,
		    _(rows[i]->label));
	chosen = ui_pick(ui, _(" Menu"), lines, n, 0);
	if (chosen >= 0) {
		in.key = rows[chosen]->key;
		in.cp = rows[chosen]->cp;
	}
	return in;
}

/*
 * Terminals and keyboards without function keys have these instead: the same
 * everywhere, and named beside them in the help.
 */
static struct term_input
function_key(struct term_input in)
{
	static const struct {
		char letter;
		enum term_key key;
	} keys[] = { { 'g', TKEY_F1 }, { 's', TKEY_F2 }, { 'f', TKEY_F3 },
		{ 'd', TKEY_F5 }, { 'l', TKEY_F6 }, { 'r', TKEY_F7 },
		{ 'e', TKEY_F8 }, { 'q', TKEY_F10 }, { 'c', TKEY_F10 },
		{ 'o', TKEY_INSERT }, { 'k', TKEY_DELETE },
		{ 'n', TKEY_PAGE_DOWN }, { 'p', TKEY_PAGE_UP } };

	if (in.key == TKEY_ALT && (in.cp == 'm' || in.cp == 'M'))
		in.key = TKEY_F9;
	for (size_t i = 0; in.key == TKEY_CTRL && i < ARRAY_LEN(keys); i++)
		if (in.cp == (uint32_t)keys[i].letter)
			in.key = keys[i].key;
	return in;
}

/* Keys that mean the same on every screen. */
static void
common_key(struct ui *ui, const struct screen *ops, void *state,
    struct term_input in)
{
	if (in.key == TKEY_F1) {
		ui_page(ui, _("Help"),
		    str_of(ops->help == NULL ? "" : _(ops->help)));
	} else if (in.key == TKEY_CTRL && in.cp == 't') {
		next_typing(ui);
	} else if (in.key == TKEY_ALT && in.cp == 'l') {
		term_redraw();
	} else if (in.key == TKEY_F10 || in.key == TKEY_ESC) {
		if (ui->depth == 1 &&
		    (!ui_confirm(ui, UI_ENTER_NO, _("Leave the program?")) ||
			!saves_wait(ui)))
			return;
		if (ops->leave == NULL || ops->leave(ui, state))
			ui_pop(ui);
	}
}

/* No key waits for its sync.  What is on its way is waited for: if that is saved,
 * its draft is needed no more. */
static void
tell_of_draft(struct ui *ui)
{
	struct error e;

	if (saving_fd(ui->app) < 0 && draft_has_failed(&e))
		ui_error(ui, &e);
}

/* What ends the wait for a key. */
static int
wakes(const struct ui *ui)
{
	int fd = saving_fd(ui->app);

	return fd >= 0 ? fd : draft_failed_fd();
}

enum err
ui_loop(struct ui *ui, struct error *e)
{
	enum err err;

	while (ui->depth > 0 && !ui->leaving) {
		const struct screen *ops;
		struct term_input in, meant;
		void *state;

		if (saves_end(ui))
			continue;
		tell_of_draft(ui);
		ops = ui->stack[ui->depth - 1].ops;
		state = ui->stack[ui->depth - 1].state;
		ui_redraw(ui);
		store_at_rest();
		in = term_read(-1, wakes(ui));
		arena_reset(ui->scratch);
		if (in.key == TKEY_GONE) {
			ui->leaving = true;
			break;
		}
		if (in.key == TKEY_NONE || in.key == TKEY_RESIZED)
			continue;
		ui->message[0] = '\0';
		ui->message_style = TERM_PLAIN;
		ui->n_keys++;
		if (function_key(in).key == TKEY_F9) {
			in = menu(ui, ops);
			if (in.key == TKEY_NONE)
				continue;
		}
		if (ops->key(ui, state, in))
			continue;
		meant = function_key(in);
		if (meant.key == in.key || !ops->key(ui, state, meant))
			common_key(ui, ops, state, meant);
	}
	err = saves_settle(ui, e);
	while (ui->depth > 0)
		ui_pop(ui);
	return err;
}

struct str
ui_pad(struct arena *a, struct str text, size_t width)
{
	struct buf b = BUF_INIT;
	struct str fit = text_fit(text, width), out;

	buf_add_str(&b, fit);
	for (size_t w = text_width(fit); w < width; w++)
		buf_addc(&b, ' ');
	out = arena_str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct str
ui_day(struct arena *a, struct str iso)
{
	return history_day(a, iso);
}

int
ui_line_cols(const struct form *f, int least)
{
	for (size_t i = 0; f != NULL && i < f->n_nodes; i++) {
		int wide = (int)text_width(str_of(f->nodes[i].line));

		least = wide > least ? wide : least;
	}
	return least < UI_LINE_COLS_MAX ? least : UI_LINE_COLS_MAX;
}

void
ui_row(int row, bool focus, struct str text)
{
	term_put(row, 0, 1, TERM_PLAIN, focus ? STR(">") : STR(" "));
	term_put(row, 1, -1, focus ? TERM_FOCUS : TERM_PLAIN, text);
}

bool
ui_move(enum term_key key, size_t *focus, size_t n, size_t page)
{
	switch ((int)key) {
	case TKEY_DOWN:
		*focus += *focus + 1 < n;
		return true;
	case TKEY_UP:
		*focus -= *focus > 0;
		return true;
	case TKEY_PAGE_DOWN:
		*focus = *focus + page < n ? *focus + page : n == 0 ? 0 : n - 1;
		return true;
	case TKEY_PAGE_UP:
		*focus = *focus > page ? *focus - page : 0;
		return true;
	default:
		return false;
	}
}

size_t
ui_scroll(size_t first, size_t at, size_t rows)
{
	if (rows == 0)
		return at;
	if (at < first)
		return at;
	if (at >= first + rows)
		return at - rows + 1;
	return first;
}

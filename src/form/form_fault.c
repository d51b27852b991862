/* Faults of a form file: their place, and a guess at the meant word. */
#include "form/form_impl.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define GUESS_MAX 3 /* edits between a word and what was meant */

static void
tell(struct load *l, int line, int col, bool warning, const char *what)
{
	struct form_fault fault = { l->file, line, col, warning, what };

	if (warning)
		l->warnings++;
	else
		l->errors++;
	if (l->say != NULL)
		l->say(l->ctx, &fault);
}

static bool
inside_letter(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* What is quoted from a file may be long, and what is wrong with it stands
 * behind: the middle is left out. */
static const char *
without_middle(struct arena *a, const char *what, size_t n)
{
	size_t end = ERROR_WHAT_MAX / 3, go_on = n - ERROR_WHAT_MAX / 3;

	if (n < ERROR_WHAT_MAX)
		return what;
	while (inside_letter(what[end]))
		end--;
	while (inside_letter(what[go_on]))
		go_on++;
	return arena_printf(a, "%.*s … %s", (int)end, what, what + go_on);
}

static void
tell_at(struct load *l, const struct yaml *y, bool warning, const char *fmt,
    va_list ap)
{
	va_list again;
	char *what;
	int n;

	va_copy(again, ap);
	/* the callers' formats were checked by PRINTF_LIKE */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = vsnprintf(NULL, 0, fmt, again);
	what = arena_array(l->a, (size_t)n + 1, 1);
	vsnprintf(what, (size_t)n + 1, fmt, ap);
#pragma GCC diagnostic pop
	va_end(again);
	tell(l, y == NULL ? 1 : y->line, y == NULL ? 1 : y->col, warning,
	    without_middle(l->a, what, (size_t)n));
}

void
load_fault(struct load *l, const struct yaml *y, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_at(l, y, false, fmt, ap);
	va_end(ap);
}

void
load_warn(struct load *l, const struct yaml *y, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell_at(l, y, true, fmt, ap);
	va_end(ap);
}

/* A walk through the source of a scalar, beside the text it stands for. */
struct walk {
	const char *p, *end;
	int line, col;
};

static void
step(struct walk *w)
{
	if (w->p >= w->end)
		return;
	if (*w->p == '\n') {
		w->line++;
		w->col = 1;
	} else if (((unsigned char)w->p[1] & 0xc0) != 0x80) {
		w->col++;
	}
	w->p++;
}

static bool
at_char(const struct walk *w, char c)
{
	return w->p < w->end && *w->p == c;
}

static void
skip_blanks(struct walk *w, bool lines)
{
	while (at_char(w, ' ') || (lines && at_char(w, '\n')))
		step(w);
}

static void
walk_to(struct walk *w, const struct yaml *y)
{
	while (w->p < w->end && w->line < y->line)
		step(w);
	while (w->p < w->end && w->col < y->col && *w->p != '\n')
		step(w);
}

/* One character of a scalar in quotes or plain; c is what it stands for. */
static void
step_flow(struct walk *w, char quote, char c)
{
	if (at_char(w, '\n') && c == ' ') {
		skip_blanks(w, true); /* a folded line */
		return;
	}
	if (quote == '"' && at_char(w, '\\'))
		step(w);
	else if (quote == '\'' && at_char(w, '\''))
		step(w);
	step(w);
}

/*
 * Where byte `at` of a scalar's text stands in the file: quotes, escapes and
 * indentation are stepped over.  Escapes for characters by number put the
 * place a few columns off, which is near enough for a person.
 */
void
load_fault_in(struct load *l, const struct yaml *y, size_t at, bool warning,
    const char *what)
{
	struct walk w = { l->source.p, l->source.p + l->source.n, 1, 1 };
	char first;

	walk_to(&w, y);
	first = w.p < w.end ? *w.p : ' ';
	if (first == '|' || first == '>') {
		while (w.p < w.end && *w.p != '\n')
			step(&w);
		skip_blanks(&w, true);
	} else if (first == '"' || first == '\'') {
		step(&w);
	}
	for (size_t i = 0; i < at && i < y->text.n; i++) {
		if (first == '|' || first == '>') {
			bool end = at_char(&w, '\n');

			step(&w);
			if (end)
				skip_blanks(&w, false);
		} else {
			step_flow(&w, first, y->text.p[i]);
		}
	}
	tell(l, w.line, w.col, warning, what);
}

const char *
load_guess(struct load *l, const char *const *words, size_t n, struct str got)
{
	unsigned best = GUESS_MAX, limit = (unsigned)got.n / 2, d;
	const char *word = NULL;

	for (size_t i = 0; i < n; i++) {
		d = text_distance(str_of(words[i]), got, best);
		if (d < best && d <= limit) {
			best = d;
			word = words[i];
		}
	}
	if (word == NULL)
		return "";
	return arena_printf(l->a, _(", did you mean \"%s\"?"), word);
}

void
load_keys(
    struct load *l, const struct yaml *map, const char *const *words, size_t n)
{
	size_t i, w;

	for (i = 0; i < map->n; i++) {
		struct str key = map->keys[i]->text;

		for (w = 0; w < n && !str_is(key, words[w]); w++)
			continue;
		if (w == n)
			load_fault(l, map->keys[i], _("unknown key \"%s\"%s"),
			    key.p, load_guess(l, words, n, key));
	}
}

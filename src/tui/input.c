#include "tui/input.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

#define WORD_MAX 64 /* longer is no word to compose */
#define KEYS_LOST SIZE_MAX

void
input_set(struct input *in, struct str text)
{
	size_t used;

	in->n = 0;
	while (text.n > 0 && in->n < INPUT_MAX) {
		used = text_decode(text, &in->cp[in->n]);
		if (used == 0)
			break;
		in->n++;
		text.p += used;
		text.n -= used;
	}
	in->caret = in->n;
	in->first = 0;
	in->fresh = true;
	in->n_keys = KEYS_LOST;
	compose_reset(&in->compose);
}

static void
add_cp(struct buf *b, uint32_t cp)
{
	char bytes[4];

	buf_add(b, bytes, text_encode(cp, bytes));
}

struct str
input_text(const struct input *in, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str s;

	for (size_t i = 0; i < in->n; i++)
		add_cp(&b, in->cp[i]);
	s = text_nfc(a, buf_str(&b));
	s = arena_str_dup(a, s);
	buf_release(&b);
	return s;
}

/* The cluster's first code point, going left from i; going right, its end. */
static size_t
left_of(const struct input *in, size_t i)
{
	if (i > 0)
		i--;
	while (i > 0 && text_cp_width(in->cp[i]) == 0 && in->cp[i] != '\n')
		i--;
	return i;
}

static size_t
right_of(const struct input *in, size_t i)
{
	if (i < in->n)
		i++;
	while (i < in->n && text_cp_width(in->cp[i]) == 0 &&
	    in->cp[i] != '\n')
		i++;
	return i;
}

static void
replace(struct input *in, size_t from, size_t to, const uint32_t *cp, size_t n)
{
	memmove(in->cp + from + n, in->cp + to, (in->n - to) * sizeof *in->cp);
	if (n > 0)
		memcpy(in->cp + from, cp, n * sizeof *cp);
	in->n = in->n - (to - from) + n;
	in->caret = from + n;
}

/* What is typed goes through the composer, with the word before it. */
static bool
insert(struct input *in, uint32_t cp, bool pasted, bool *full)
{
	uint32_t word[WORD_MAX];
	size_t from, n;

	if (in->fresh) {
		in->n = in->caret = 0;
		in->fresh = false;
		in->n_keys = 0;
		compose_reset(&in->compose);
	}
	if (!text_is_allowed(cp) && !(cp == '\n' && in->lines))
		return true;
	if (in->n + 2 > INPUT_MAX) {
		*full = true;
		return true;
	}
	if (pasted || in->compose.method == COMPOSE_OFF) {
		replace(in, in->caret, in->caret, &cp, 1);
		compose_reset(&in->compose);
		return true;
	}
	from = compose_word(in->cp, in->caret);
	n = in->caret - from;
	if (n + 2 > WORD_MAX) {
		replace(in, in->caret, in->caret, &cp, 1);
		return true;
	}
	memcpy(word, in->cp + from, n * sizeof *word);
	n = compose_key(&in->compose, word, n, WORD_MAX, cp);
	replace(in, from, in->caret, word, n);
	return true;
}

static void
remember(struct input *in, uint32_t cp, bool pasted)
{
	if (pasted || cp >= 128 || in->n_keys >= sizeof in->keys)
		in->n_keys = KEYS_LOST;
	else
		in->keys[in->n_keys++] = (char)cp;
}

struct str
input_keys(const struct input *in)
{
	return in->n_keys == KEYS_LOST ? STR("")
				       : (struct str){ in->keys, in->n_keys };
}

static bool
moved(struct input *in, size_t to)
{
	in->n_keys = KEYS_LOST;
	in->caret = to;
	in->fresh = false;
	compose_reset(&in->compose);
	return true;
}

static bool
removed(struct input *in, size_t from, size_t to)
{
	replace(in, from, to, NULL, 0);
	return moved(in, from);
}

bool
input_key(struct input *in, struct term_input key, bool *full)
{
	switch ((int)key.key) {
	case TKEY_TEXT:
		insert(in, key.cp, key.pasted, full);
		remember(in, key.cp, key.pasted);
		return true;
	case TKEY_BACKSPACE:
		if (in->caret == 0)
			return true;
		return removed(in, left_of(in, in->caret), in->caret);
	case TKEY_DELETE:
		if (in->caret == in->n)
			return true;
		return removed(in, in->caret, right_of(in, in->caret));
	case TKEY_LEFT:
		return moved(in, left_of(in, in->caret));
	case TKEY_RIGHT:
		return moved(in, right_of(in, in->caret));
	case TKEY_HOME:
		return moved(in, 0);
	case TKEY_END:
		return moved(in, in->n);
	case TKEY_CTRL:
		if (key.cp == 'u')
			return removed(in, 0, in->n);
		if (key.cp == 'j' && in->lines)
			return insert(in, '\n', true, full);
		return false;
	default:
		return false;
	}
}

void
input_draw(struct input *in, int row, int col, int width,
    enum term_style style, bool masked)
{
	struct buf b = BUF_INIT;
	size_t at = 0, cells = 0, cursor = 0, start = 0;
	size_t room = width > 1 ? (size_t)width - 1 : 1;

	/* Cells before the caret.  What is to the left of the field is left out
	 * by whole clusters; the first one in it makes room for a mark. */
	for (size_t i = 0; i < in->caret; i = right_of(in, i))
		cursor += in->cp[i] == '\n' || masked
		    ? 1
		    : (size_t)text_cp_width(in->cp[i]);
	while (cursor - start > room)
		start++;
	for (; at < in->n; at = right_of(in, at)) {
		size_t end = right_of(in, at);
		size_t wide = masked || in->cp[at] == '\n'
		    ? 1
		    : (size_t)text_cp_width(in->cp[at]);

		if (cells >= start && start > 0 && b.n == 0) {
			for (size_t i = start; i < cells + wide; i++)
				add_cp(&b, ' ');
		} else if (cells >= start) {
			if (masked || in->cp[at] == '\n')
				add_cp(&b, masked ? '*' : '|');
			else
				for (size_t i = at; i < end; i++)
					add_cp(&b, in->cp[i]);
		}
		cells += wide;
	}
	term_put(row, col, width, style, buf_str(&b));
	if (start > 0)
		term_put(row, col, 1, TERM_FAINT, STR("<"));
	term_cursor(row, col + (int)(cursor - start));
	buf_release(&b);
}

#include "app/keying.h"

#include "base/clock.h"

#include <string.h>

static const struct {
	const char *key;
	enum keying_act act;
} keys[] = {
	{ "Enter", KEYING_NEXT },
	{ "Tab", KEYING_NEXT },
	{ "Down", KEYING_NEXT },
	{ "Shift-Tab", KEYING_PREVIOUS },
	{ "Up", KEYING_PREVIOUS },
	{ "PgDn", KEYING_NEXT_PAGE },
	{ "Ctrl-N", KEYING_NEXT_PAGE },
	{ "PgUp", KEYING_PREVIOUS_PAGE },
	{ "Ctrl-P", KEYING_PREVIOUS_PAGE },
	{ "F5", KEYING_DITTO },
	{ "Ctrl-D", KEYING_DITTO },
	{ "Ins", KEYING_ROW_INSERT },
	{ "Ctrl-O", KEYING_ROW_INSERT },
	{ "Del", KEYING_ROW_DELETE },
	{ "Ctrl-K", KEYING_ROW_DELETE },
	{ "Ctrl-V", KEYING_ROW_COPY },
	{ "Ctrl-Z", KEYING_UNDO },
	{ "Ctrl-Y", KEYING_REDO },
	{ "F8", KEYING_NEXT_FINDING },
	{ "Ctrl-E", KEYING_NEXT_FINDING },
};

bool
keying_act_of(const char *key, enum keying_act *act)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strcasecmp(keys[i].key, key) == 0) {
			*act = keys[i].act;
			return true;
		}
	return false;
}

const struct form_node *
keying_node(const struct keying *k)
{
	return &k->ed->form->nodes[k->at.node];
}

bool
keying_on_repeat(const struct keying *k)
{
	return keying_node(k)->type == FORM_REPEAT;
}

int
keying_page(const struct keying *k)
{
	const struct form_node *nodes = k->ed->form->nodes;
	int n = k->at.node;

	while (n > 0 && nodes[n].type != FORM_PAGE)
		n = nodes[n].parent;
	return n < 0 ? 0 : n;
}

void
keying_init(struct keying *k, struct editing *ed)
{
	memset(k, 0, sizeof *k);
	k->ed = ed;
	if (!fill_first(ed->fill, &k->at))
		k->at.node = 0;
}

void
keying_release(struct keying *k)
{
	fill_free(k->previous);
	k->previous = NULL;
	if (k->ed != NULL)
		editing_close(k->ed, !k->ed->saved);
	k->ed = NULL;
}

static void
noted(struct keying *k, struct error *e)
{
	/* A draft that cannot be written is said, and typing goes on. */
	(void)!editing_note(
	    k->ed, &k->at, fill_text(k->ed->fill, &k->at), 0, e);
}

bool
keying_force(struct keying *k, struct str reason, struct error *e)
{
	if (!fill_force(k->ed->fill, &k->at, reason))
		return false;
	noted(k, e);
	return true;
}

bool
keying_type(struct keying *k, struct str text, struct error *e)
{
	if (keying_on_repeat(k) || keying_node(k)->type == FORM_NOTE)
		return false;
	if (str_eq(fill_text(k->ed->fill, &k->at), text))
		return false;
	fill_set(k->ed->fill, &k->at, text);
	noted(k, e);
	return (keying_node(k)->flags & FORM_QUICK) != 0 &&
	    fill_is_full(k->ed->fill, &k->at, text) &&
	    fill_finding_at(k->ed->fill, &k->at) == NULL;
}

bool
keying_goto(struct keying *k, struct str where)
{
	return fill_goto(k->ed->fill, where, &k->at);
}

static bool
same_row(const struct fill_ref *a, const struct fill_ref *b,
    const struct form_node *nodes)
{
	return nodes[a->node].repeat == nodes[b->node].repeat &&
	    a->at.depth == b->at.depth &&
	    memcmp(a->at.row, b->at.row,
		a->at.depth * sizeof a->at.row[0]) == 0;
}

/* To the first field of the next or previous row, or else page. */
static bool
leap(struct keying *k, bool forward)
{
	const struct form_node *nodes = k->ed->form->nodes;
	struct fill_ref r = k->at, start = k->at;
	bool in_row = nodes[r.node].repeat >= 0;
	int page = keying_page(k), target;
	bool (*step)(const struct fill *, struct fill_ref *) =
	    forward ? fill_next : fill_previous;

	while (step(k->ed->fill, &r)) {
		k->at = r;
		if (in_row ? !same_row(&r, &start, nodes)
			   : keying_page(k) != page)
			goto found;
	}
	k->at = start;
	return false;
found:
	if (forward || in_row)
		return true;
	/* Backwards: on to the first field of that page. */
	target = keying_page(k);
	while (fill_previous(k->ed->fill, &r)) {
		struct fill_ref here = k->at;

		k->at = r;
		if (keying_page(k) != target) {
			k->at = here;
			break;
		}
	}
	return true;
}

/* The repeat that the cursor is in, with its parents' rows. */
static bool
repeat_of(const struct keying *k, struct fill_ref *repeat, uint32_t *row)
{
	const struct form_node *n = keying_node(k);

	*repeat = k->at;
	if (n->type == FORM_REPEAT) {
		*row = 0;
		return true;
	}
	if (n->repeat < 0)
		return false;
	repeat->node = n->repeat;
	*row = repeat->at.row[--repeat->at.depth];
	return true;
}

static void
to_row(struct keying *k, const struct fill_ref *repeat, uint32_t row)
{
	const struct form_node *nodes = k->ed->form->nodes;
	struct fill_ref r = *repeat;

	if (fill_rows(k->ed->fill, repeat) == 0) {
		k->at = *repeat;
		return;
	}
	r.at.row[r.at.depth++] = row;
	r.node = nodes[repeat->node].first;
	k->at = r;
	/* The first field of the row that can be seen. */
	while (k->at.node >= 0 &&
	    (nodes[k->at.node].type < FORM_TEXT ||
		!fill_is_relevant(k->ed->fill, &k->at)))
		if (!fill_next(k->ed->fill, &k->at))
			break;
}

static bool
row_act(struct keying *k, enum keying_act act)
{
	struct fill_ref repeat;
	uint32_t row, rows;

	if (!repeat_of(k, &repeat, &row))
		return false;
	rows = fill_rows(k->ed->fill, &repeat);
	switch ((int)act) {
	case KEYING_ROW_INSERT:
		row = rows == 0 ? 0 : row + 1;
		fill_row_insert(k->ed->fill, &repeat, row);
		break;
	case KEYING_ROW_COPY:
		if (rows == 0)
			return false;
		fill_row_copy(k->ed->fill, &repeat, row++);
		break;
	default:
		if (rows == 0)
			return false;
		fill_row_delete(k->ed->fill, &repeat, row);
		row = row + 1 < rows ? row : row > 0 ? row - 1 : 0;
	}
	to_row(k, &repeat, row);
	return true;
}

static bool
ditto(struct keying *k)
{
	struct fill_ref above = k->at;
	const struct form_node *n = keying_node(k);

	if (n->repeat >= 0 && above.at.row[above.at.depth - 1] > 0) {
		above.at.row[above.at.depth - 1]--;
		fill_set(k->ed->fill, &k->at,
		    fill_text(k->ed->fill, &above));
		return true;
	}
	/* Another's restricted value is read by name, with a reason. */
	if (n->repeat >= 0 || fill_is_read_only(k->ed->fill, &k->at) ||
	    (n->flags & FORM_RESTRICTED) != 0)
		return false;
	if (k->previous == NULL)
		k->previous = editing_previous(k->ed);
	if (k->previous == NULL)
		return false;
	fill_set(k->ed->fill, &k->at, fill_text(k->previous, &k->at));
	return true;
}

static bool
next_finding(struct keying *k)
{
	const struct fill_finding *f;
	size_t n = fill_findings(k->ed->fill, &f), at = 0;

	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (fill_ref_equal(&f[i].ref, &k->at))
			at = (i + 1) % n;
	k->at = f[at].ref;
	return true;
}

size_t
keying_first_error(struct keying *k)
{
	const struct fill_finding *f;
	size_t n = fill_findings(k->ed->fill, &f), errors = 0;

	for (size_t i = 0; i < n; i++)
		if (f[i].severity == FILL_ERROR && errors++ == 0)
			k->at = f[i].ref;
	return errors;
}

bool
keying_do(struct keying *k, enum keying_act act, struct error *e)
{
	struct fill_ref r = k->at;
	bool done = false;

	switch (act) {
	case KEYING_NEXT:
		done = fill_next(k->ed->fill, &k->at);
		break;
	case KEYING_PREVIOUS:
		done = fill_previous(k->ed->fill, &k->at);
		break;
	case KEYING_NEXT_PAGE:
		done = leap(k, true);
		break;
	case KEYING_PREVIOUS_PAGE:
		done = leap(k, false);
		break;
	case KEYING_FIRST:
		done = fill_first(k->ed->fill, &k->at);
		break;
	case KEYING_LAST:
		while (fill_next(k->ed->fill, &r))
			k->at = r;
		done = true;
		break;
	case KEYING_NEXT_FINDING:
		done = next_finding(k);
		break;
	case KEYING_DITTO:
		done = ditto(k);
		break;
	case KEYING_ROW_INSERT:
	case KEYING_ROW_DELETE:
	case KEYING_ROW_COPY:
		done = row_act(k, act);
		break;
	case KEYING_UNDO:
		if ((done = fill_undo(k->ed->fill, &r)))
			k->at = r;
		break;
	case KEYING_REDO:
		if ((done = fill_redo(k->ed->fill, &r)))
			k->at = r;
		break;
	}
	if (done && act >= KEYING_DITTO && act <= KEYING_REDO)
		noted(k, e);
	return done;
}

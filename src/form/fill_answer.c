/* One answer: a value that owns its text. */
#include "form/fill_impl.h"

#include <stdlib.h>

static struct texts *
texts_of(struct answer *a)
{
	if (a->texts == NULL &&
	    (a->texts = calloc(1, sizeof *a->texts)) == NULL)
		base_die("%s", _("out of memory"));
	return a->texts;
}

void
answer_release(struct answer *a)
{
	if (a->texts == NULL)
		return;
	buf_release(&a->texts->held);
	buf_release(&a->texts->typed);
	buf_release(&a->texts->force);
	free(a->texts);
	a->texts = NULL;
}

void
answer_set(struct answer *a, struct value v)
{
	if (v.type == VALUE_NUMBER && value_is_blank(v))
		v = value_blank();
	if (v.type == VALUE_TEXT) {
		struct buf *held = &texts_of(a)->held;

		buf_clear(held);
		buf_add_str(held, value_str(v));
		v.text = held->p;
	}
	a->value = v;
}

/* Nothing is put where nothing was. */
static void
set_text(struct buf *b, struct str text)
{
	buf_clear(b);
	if (text.n > 0)
		buf_add_str(b, text);
}

void
answer_set_typed(struct answer *a, struct str text)
{
	if (text.n > 0 || a->texts != NULL)
		set_text(&texts_of(a)->typed, text);
}

void
answer_set_force(struct answer *a, struct str reason)
{
	if (reason.n > 0 || a->texts != NULL)
		set_text(&texts_of(a)->force, reason);
}

char *
answer_shown(struct answer *a)
{
	return texts_of(a)->shown;
}

void
answer_copy(struct answer *to, const struct answer *from)
{
	*to = *from;
	to->texts = NULL;
	answer_set(to, from->value);
	answer_set_typed(to, answer_typed(from));
	answer_set_force(to, answer_force(from));
}

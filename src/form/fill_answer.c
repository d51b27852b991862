/* One answer: a value that owns its text. */
#include "form/fill_state.h"

/* Most answers hold no text of any kind. */
void
answer_release(struct answer *a)
{
	if (a->held.p != NULL)
		buf_release(&a->held);
	if (a->typed.p != NULL)
		buf_release(&a->typed);
	if (a->force.p != NULL)
		buf_release(&a->force);
}

void
answer_set(struct answer *a, struct value v)
{
	if (v.type == VALUE_NUMBER && value_is_blank(v))
		v = value_blank();
	if (v.type == VALUE_TEXT) {
		buf_clear(&a->held);
		buf_add_str(&a->held, v.text);
		v.text = buf_str(&a->held);
	}
	a->value = v;
}

void
answer_copy(struct answer *to, const struct answer *from)
{
	*to = *from;
	buf_init(&to->held);
	buf_init(&to->typed);
	buf_init(&to->force);
	answer_set(to, from->value);
	if (from->typed.n > 0)
		buf_add_str(&to->typed, buf_str(&from->typed));
	if (from->force.n > 0)
		buf_add_str(&to->force, buf_str(&from->force));
}

bool
answer_is_blank(const struct answer *a)
{
	return a->value.type == VALUE_BLANK;
}

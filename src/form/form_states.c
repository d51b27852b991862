/* The states that a record goes through. */
#include "form/form_impl.h"

#include <string.h>

static void
load_from(struct load *l, const struct yaml *y, const char *const *names,
    size_t n, struct form_state *state)
{
	int i;

	if (y == NULL)
		return;
	if (y->type != YAML_SEQ) {
		load_fault(l, y, _("from must be a list, such as [draft]"));
		return;
	}
	state->from = arena_array(l->a, y->n, sizeof *state->from);
	for (size_t k = 0; k < y->n; k++) {
		i = load_word(l, y->items[k], _("state"), names, n);
		if (i >= 0)
			state->from[state->n_from++] = names[i];
	}
}

void
load_states(struct load *l, const struct yaml *y)
{
	static const char *const keys[] = { "label", "from", "by", "locked",
		"when" };
	struct form *f = l->f;
	const char **names;

	if (y != NULL && (!load_is_map(l, y, "states") || y->n == 0))
		y = NULL;
	f->n_states = y == NULL ? 1 : y->n;
	f->states = arena_array(l->a, f->n_states, sizeof *f->states);
	if (y == NULL) {
		f->states[0].name = "kept";
		f->states[0].label.vi = "Đang quản lý"; /* not "being saved" */
		f->states[0].label.en = "Kept";
		f->states[0].by = FORM_BOTH;
		return;
	}
	names = arena_array(l->a, y->n, sizeof *names);
	for (size_t i = 0; i < y->n; i++) {
		names[i] = y->keys[i]->text.p;
		load_id(l, y->keys[i], &f->states[i].name);
		f->states[i].name = names[i];
	}
	for (size_t i = 0; i < y->n; i++) {
		struct form_state *state = &f->states[i];
		const struct yaml *item = y->items[i];

		state->label.vi = state->label.en = state->name;
		if (!load_is_map(l, item, _("a state")))
			continue;
		load_keys(l, item, keys, ARRAY_LEN(keys));
		if (yaml_get(item, "label") != NULL)
			load_label_key(l, item, "label", &state->label);
		load_owner(l, yaml_get(item, "by"), &state->by);
		state->locked = load_flag(l, yaml_get(item, "locked"));
		load_from(l, yaml_get(item, "from"), names, y->n, state);
		load_late(
		    l, LATE_STATE, 0, &state->when, yaml_get(item, "when"));
	}
}

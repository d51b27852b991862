#include "tests/merge/sight.h"

#include "tests/merge/rules.h"
#include "tests/merge/state.h"

/* Marks what an event was made on top of, and what those were. */
static void
mark(const struct machine *m, size_t from, bool *seen)
{
	size_t *stack = arena_array(world.a, journal.n + 1, sizeof *stack);
	size_t n = 0;

	seen[from] = true;
	stack[n++] = from;
	while (n > 0) {
		const struct event *ev = &journal.e[stack[--n]].event;

		for (size_t i = 0; i < ev->n_over; i++) {
			size_t at = journal_index(&ev->over[i]);

			if (at == SIZE_MAX || !m->held[at] || seen[at])
				continue;
			seen[at] = true;
			stack[n++] = at;
		}
	}
}

static bool *
seen_by(const struct machine *m, size_t event)
{
	bool *seen = arena_array(world.a, journal.n, sizeof *seen);

	mark(m, event, seen);
	return seen;
}

bool
sight_joins(const struct machine *m, const struct unseen *pair)
{
	return seen_by(m, pair->end)[pair->edit] ||
	    seen_by(m, pair->edit)[pair->end];
}

static bool
is_beneath(struct str reg, struct str ended)
{
	return str_is(ended, "void")
	    ? !str_is(reg, "void")
	    : reg.n > ended.n && str_starts(reg, arena_str(world.a, ended)) &&
	    reg.p[ended.n] == '/';
}

/* Does the event write, by right, to what the register ends? */
static bool
is_edit(const struct machine *m, const struct record *r,
    const struct entry *en, struct str ended)
{
	for (size_t i = 0; i < en->event.n_set; i++) {
		struct str reg = rules_register(
		    world.a, &en->event, en->event.set[i].path);

		if (is_beneath(reg, ended) && state_writes(m, en, r, reg))
			return true;
	}
	return false;
}

static bool
ends(const struct fold_register *reg, const struct fold_head *h)
{
	bool null = str_is(h->json, "null");

	return str_is(reg->name, "void")
	    ? !null
	    : null && str_starts(reg->name, "children/") &&
	    memchr(reg->name.p + 9, '/', reg->name.n - 9) == NULL;
}

size_t
sight_unseen(const struct machine *m, const struct record *r,
    const struct fold_register *reg, struct unseen **out)
{
	size_t n = 0, cap = 0;

	*out = NULL;
	for (size_t i = 0; i < reg->n_heads; i++) {
		size_t end = journal_index(&reg->heads[i].event);
		bool *before;

		if (!ends(reg, &reg->heads[i]))
			continue;
		before = seen_by(m, end);
		for (size_t k = 0; k < journal.n; k++) {
			struct unseen pair = { end, k };

			if (!m->held[k] || before[k] ||
			    !is_edit(m, r, &journal.e[k], reg->name) ||
			    sight_joins(m, &pair))
				continue;
			*out = arena_grow(world.a, *out, n, &cap, sizeof **out);
			(*out)[n++] = pair;
		}
	}
	return n;
}

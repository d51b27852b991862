#include "form/expr_regex.h"

#include "base/text.h"

#include <string.h>

/* Which states the text so far can have led to. */
struct states {
	size_t n;
	size_t *state;
	bool *has; /* by state */
};

struct match {
	const struct expr_regex *x;
	struct states now, next;
	size_t *todo; /* a stack: at most two are put on it per state */
	bool at_start, at_end;
};

static bool
in_class(const struct regex_state *s, uint32_t c)
{
	for (size_t i = 0; i < s->n_ranges; i++)
		if (c >= s->range[i].from && c <= s->range[i].to)
			return !s->inverted;
	return s->inverted;
}

/* Adds a state and all that can be reached without a character. */
static void
reach(struct match *m, struct states *set, size_t start)
{
	size_t n = 0, i;

	m->todo[n++] = start;
	while (n > 0) {
		const struct regex_state *s;

		i = m->todo[--n];
		if (set->has[i])
			continue;
		set->has[i] = true;
		set->state[set->n++] = i;
		s = &m->x->state[i];
		if (s->op == REGEX_SPLIT)
			m->todo[n++] = s->y;
		if (s->op == REGEX_SPLIT || s->op == REGEX_JUMP)
			m->todo[n++] = s->x;
		if ((s->op == REGEX_START && m->at_start) ||
		    (s->op == REGEX_END && m->at_end))
			m->todo[n++] = i + 1;
	}
}

static bool
takes(const struct regex_state *s, uint32_t c)
{
	switch (s->op) {
	case REGEX_ANY:
		return c != '\n';
	case REGEX_CHAR:
		return s->c == c;
	case REGEX_CLASS:
		return in_class(s, c);
	case REGEX_START:
	case REGEX_END:
	case REGEX_SPLIT:
	case REGEX_JUMP:
	case REGEX_MATCH:
		break;
	}
	return false;
}

static void
step(struct match *m, uint32_t c)
{
	struct states was;

	m->next.n = 0;
	memset(m->next.has, 0, m->x->n * sizeof *m->next.has);
	for (size_t i = 0; i < m->now.n; i++)
		if (takes(&m->x->state[m->now.state[i]], c))
			reach(m, &m->next, m->now.state[i] + 1);
	was = m->now;
	m->now = m->next;
	m->next = was;
}

static struct states
states_new(struct arena *a, size_t n)
{
	return (struct states){ .state = arena_array(a, n, sizeof(size_t)),
		.has = arena_array(a, n, sizeof(bool)) };
}

bool
expr_regex_matches(
    const struct expr_regex *x, struct arena *scratch, struct str s)
{
	struct match m = { .x = x, .at_start = true, .at_end = s.n == 0 };
	uint32_t c;
	size_t n;

	m.now = states_new(scratch, x->n);
	m.next = states_new(scratch, x->n);
	m.todo = arena_array(scratch, 2 * x->n + 1, sizeof *m.todo);
	reach(&m, &m.now, 0);
	m.at_start = false;
	while (s.n > 0 && m.now.n > 0) {
		if ((n = text_decode(s, &c)) == 0)
			return false;
		s.p += n;
		s.n -= n;
		m.at_end = s.n == 0;
		step(&m, c);
	}
	/* the last state is the match */
	return s.n == 0 && m.now.has[x->n - 1];
}

size_t
expr_regex_size(const struct expr_regex *x)
{
	return x->n;
}

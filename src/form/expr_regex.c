#include "form/expr_regex.h"

#include "base/text.h"

/*
 * Patterns become a program for Thompson's simulation: every state that can
 * be reached is kept, none is tried twice, so no pattern of a form is slow.
 * What a backtracking engine alone can do (back references, look-around) is
 * refused.  A match is of the whole text, as ODK's documents say; ^ and $
 * are therefore true only at its ends.
 */

#define STATES_MAX 2000
#define REPEAT_MAX 255
#define REGEX_NEST_MAX 32

struct parse {
	struct arena *a;
	struct expr_regex *x;
	struct str s;
	unsigned nest;
	const char *why;
};

static bool parse_choice(struct parse *p);

static bool
refuse(struct parse *p, const char *why)
{
	if (p->why == NULL)
		p->why = why;
	return false;
}

static bool
at(const struct parse *p, char c)
{
	return p->s.n > 0 && p->s.p[0] == c;
}

static bool
take(struct parse *p, char c)
{
	if (!at(p, c))
		return false;
	p->s.p++;
	p->s.n--;
	return true;
}

/* The next character; false at the end. */
static bool
take_any(struct parse *p, uint32_t *c)
{
	size_t n = text_decode(p->s, c);

	if (n == 0)
		return refuse(p, _("it ends too early"));
	p->s.p += n;
	p->s.n -= n;
	return true;
}

static struct regex_state *
emit(struct parse *p, enum regex_op op)
{
	struct expr_regex *x = p->x;

	if (x->n == STATES_MAX) {
		refuse(p, _("it is too long"));
		return NULL;
	}
	x->state = arena_grow(p->a, x->state, x->n, &x->cap, sizeof *x->state);
	x->state[x->n] = (struct regex_state){ .op = op };
	return &x->state[x->n++];
}

static void
add_range(struct parse *p, struct regex_state *s, uint32_t from, uint32_t to)
{
	s->range = arena_grow(
	    p->a, s->range, s->n_ranges, &s->cap_ranges, sizeof *s->range);
	s->range[s->n_ranges++] = (struct regex_range){ from, to };
}

/* \d \w \s and their opposites; false if c is none of them. */
static bool
add_named(struct parse *p, struct regex_state *s, uint32_t c)
{
	static const struct {
		char name;
		struct regex_range range[4];
	} named[] = {
		{ 'd', { { '0', '9' } } },
		{ 'w', { { '0', '9' }, { 'A', 'Z' }, { '_', '_' },
			   { 'a', 'z' } } },
		{ 's', { { '\t', '\r' }, { ' ', ' ' } } },
	};
	uint32_t from;

	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		const struct regex_range *r = named[i].range;

		if (c == (uint32_t)named[i].name) {
			for (size_t j = 0; j < 4 && r[j].to > 0; j++)
				add_range(p, s, r[j].from, r[j].to);
			return true;
		}
		if (c != (uint32_t)(named[i].name - 'a' + 'A'))
			continue;
		from = 0;
		for (size_t j = 0; j < 4 && r[j].to > 0; j++) {
			add_range(p, s, from, r[j].from - 1);
			from = r[j].to + 1;
		}
		add_range(p, s, from, 0x10ffff);
		return true;
	}
	return false;
}

/* The character that an escape stands for. */
static bool
escaped(struct parse *p, uint32_t *c)
{
	if (*c == 't')
		*c = '\t';
	else if (*c == 'n')
		*c = '\n';
	else if (*c == 'r')
		*c = '\r';
	else if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
	    (*c >= '0' && *c <= '9'))
		return refuse(p, _("an escape that is not known"));
	return true;
}

static bool
parse_class(struct parse *p)
{
	struct regex_state *s = emit(p, REGEX_CLASS);
	uint32_t from, to;
	bool first = true;

	if (s == NULL)
		return false;
	s->inverted = take(p, '^');
	for (; first || !at(p, ']'); first = false) {
		if (!take_any(p, &from))
			return false;
		if (from == '\\') {
			if (!take_any(p, &from))
				return false;
			if (add_named(p, s, from))
				continue;
			if (!escaped(p, &from))
				return false;
		}
		to = from;
		if (p->s.n > 1 && at(p, '-') && p->s.p[1] != ']') {
			(void)take(p, '-');
			if (!take_any(p, &to))
				return false;
			if (to == '\\' &&
			    (!take_any(p, &to) || !escaped(p, &to)))
				return false;
		}
		if (to < from)
			return refuse(p, _("a range that runs backwards"));
		add_range(p, s, from, to);
	}
	return take(p, ']');
}

static bool
parse_group(struct parse *p)
{
	if (take(p, '?') && !take(p, ':'))
		return refuse(p, _("looking ahead or behind is not known"));
	if (++p->nest > REGEX_NEST_MAX)
		return refuse(p, _("it is nested too deep"));
	if (!parse_choice(p))
		return false;
	p->nest--;
	return take(p, ')') || refuse(p, _("a \")\" is missing"));
}

static bool
parse_escape(struct parse *p)
{
	struct regex_state *s;
	uint32_t c;

	if (!take_any(p, &c) || (s = emit(p, REGEX_CLASS)) == NULL)
		return false;
	if (add_named(p, s, c))
		return true;
	s->op = REGEX_CHAR;
	s->c = c;
	return escaped(p, &s->c);
}

static bool
parse_atom(struct parse *p)
{
	struct regex_state *s;
	uint32_t c;

	if (take(p, '['))
		return parse_class(p);
	if (take(p, '('))
		return parse_group(p);
	if (take(p, '\\'))
		return parse_escape(p);
	if (at(p, '*') || at(p, '+') || at(p, '?') || at(p, '{'))
		return refuse(p, _("nothing stands before a repetition"));
	if (!take_any(p, &c))
		return false;
	s = emit(p,
	    c == '.'         ? REGEX_ANY
		: c == '^' ? REGEX_START
		: c == '$' ? REGEX_END
			   : REGEX_CHAR);
	if (s != NULL)
		s->c = c;
	return s != NULL;
}

static bool
take_number(struct parse *p, unsigned *out)
{
	unsigned v = 0;

	if (p->s.n == 0 || p->s.p[0] < '0' || p->s.p[0] > '9')
		return refuse(p, _("{ } takes numbers"));
	while (p->s.n > 0 && p->s.p[0] >= '0' && p->s.p[0] <= '9') {
		v = v * 10 + (unsigned)(p->s.p[0] - '0');
		if (v > REPEAT_MAX)
			return refuse(p, _("it is too long"));
		p->s.p++;
		p->s.n--;
	}
	*out = v;
	return true;
}

/* * + ? {m} {m,} {m,n}; most is 0 for no limit.  False if there is none or
 * it is wrong. */
static bool
take_repeat(struct parse *p, unsigned *least, unsigned *most, bool *open)
{
	*open = false;
	*least = 0;
	*most = 1;
	if (take(p, '*')) {
		*open = true;
	} else if (take(p, '+')) {
		*least = 1;
		*open = true;
	} else if (take(p, '{')) {
		if (!take_number(p, least))
			return false;
		*most = *least;
		if (take(p, ',')) {
			*open = at(p, '}');
			if (!*open && !take_number(p, most))
				return false;
		}
		if (!take(p, '}') || (!*open && *most < *least))
			return refuse(p, _("{ } takes numbers"));
	} else if (!take(p, '?')) {
		return false;
	}
	/* taking few or many first makes no difference to a whole match */
	(void)take(p, '?');
	return true;
}

/* Makes of the states from `from` on as many as asked for. */
static bool
repeat(struct parse *p, size_t from, unsigned least, unsigned most, bool open)
{
	struct expr_regex *x = p->x;
	size_t to = x->n, split, once = to - from;
	struct regex_state *s, *atom;

	atom = arena_dup(p->a, x->state + from, once * sizeof *atom);
	x->n = from;
	for (unsigned i = 0; i < (open ? least + 1 : most); i++) {
		split = x->n;
		if (i >= least && emit(p, REGEX_SPLIT) == NULL)
			return false;
		to = x->n;
		for (size_t j = 0; j < once; j++) {
			if ((s = emit(p, REGEX_ANY)) == NULL)
				return false;
			*s = atom[j];
			s->x += to - from;
			s->y += to - from;
		}
		if (i < least)
			continue;
		if (open) {
			if ((s = emit(p, REGEX_JUMP)) == NULL)
				return false;
			s->x = split;
		}
		x->state[split].x = split + 1;
		x->state[split].y = x->n;
	}
	return true;
}

static bool
parse_sequence(struct parse *p)
{
	unsigned least, most;
	size_t from;
	bool open;

	while (p->s.n > 0 && !at(p, '|') && !at(p, ')')) {
		from = p->x->n;
		if (!parse_atom(p))
			return refuse(p, _("it ends too early"));
		if (take_repeat(p, &least, &most, &open) &&
		    !repeat(p, from, least, most, open))
			return false;
		if (p->why != NULL)
			return false;
	}
	return true;
}

/* a|b|c: each choice but the last has a split before and a jump behind. */
static bool
parse_choice(struct parse *p)
{
	struct expr_regex *x = p->x;
	size_t split = x->n, jump;

	/* room for the split, which a single choice uses to go straight on */
	if (emit(p, REGEX_JUMP) == NULL)
		return false;
	x->state[split].x = split + 1;
	if (!parse_sequence(p))
		return false;
	if (!take(p, '|'))
		return true;
	jump = x->n;
	if (emit(p, REGEX_JUMP) == NULL)
		return false;
	x->state[split].op = REGEX_SPLIT;
	x->state[split].y = x->n;
	if (!parse_choice(p))
		return false;
	x->state[jump].x = x->n;
	return true;
}

const struct expr_regex *
expr_regex_compile(struct arena *a, struct str pattern, const char **why)
{
	struct parse p = { .a = a, .s = pattern };

	p.x = arena_new_of(a, struct expr_regex);
	if (!parse_choice(&p) || p.s.n > 0 || emit(&p, REGEX_MATCH) == NULL) {
		*why = p.why != NULL ? p.why : _("a \"(\" is missing");
		return NULL;
	}
	return p.x;
}

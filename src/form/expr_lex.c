#include "form/expr_impl.h"

#include "base/number.h"

#include <string.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
is_name(char c)
{
	return is_name_start(c) || is_digit(c) || c == '-' || c == '.';
}

static struct str
part(struct str text, size_t from, size_t to)
{
	return (struct str){ text.p + from, to - from };
}

static struct expr_token
bad(size_t at, const char *what)
{
	return (struct expr_token){
		.type = TOKEN_BAD, .at = at, .s = str_of(what)
	};
}

static struct expr_token
lex_number(struct str text, size_t *at)
{
	struct expr_token t = { .type = TOKEN_NUMBER, .at = *at };
	size_t i = *at;

	while (i < text.n && is_digit(text.p[i]))
		i++;
	if (i < text.n && text.p[i] == '.')
		i++;
	while (i < text.n && is_digit(text.p[i]))
		i++;
	t.s = part(text, *at, i);
	t.number = number_parse_double(t.s);
	*at = i;
	return t;
}

static struct expr_token
lex_text(struct str text, size_t *at)
{
	struct expr_token t = { .type = TOKEN_TEXT, .at = *at };
	const char *end;
	size_t from = *at + 1;

	end = memchr(text.p + from, text.p[*at], text.n - from);
	if (end == NULL) {
		*at = text.n;
		return bad(t.at, _("the quote is not closed"));
	}
	t.s = part(text, from, (size_t)(end - text.p));
	*at = from + t.s.n + 1;
	return t;
}

/* ${name}, with spaces inside allowed. */
static struct expr_token
lex_ref(struct str text, size_t *at)
{
	struct expr_token t = { .type = TOKEN_REF, .at = *at };
	size_t from = *at + 2, to;
	const char *end = memchr(text.p + from, '}', text.n - from);

	if (end == NULL) {
		*at = text.n;
		return bad(t.at, _("${ without }"));
	}
	to = (size_t)(end - text.p);
	*at = to + 1;
	while (from < to && text.p[from] == ' ')
		from++;
	while (to > from && text.p[to - 1] == ' ')
		to--;
	t.s = part(text, from, to);
	for (size_t i = 0; i < t.s.n; i++)
		if (!is_name(t.s.p[i]))
			return bad(t.at, _("${ } takes one name"));
	if (t.s.n == 0)
		return bad(t.at, _("${ } takes one name"));
	return t;
}

static struct expr_token
lex_name(struct str text, size_t *at)
{
	struct expr_token t = { .type = TOKEN_NAME, .at = *at };
	size_t i = *at;

	while (i < text.n && is_name(text.p[i]))
		i++;
	/* jr:choice-name, but not child::name */
	if (i + 1 < text.n && text.p[i] == ':' && is_name_start(text.p[i + 1]))
		for (i++; i < text.n && is_name(text.p[i]);)
			i++;
	t.s = part(text, *at, i);
	*at = i;
	return t;
}

static struct expr_token
lex_sign(struct str text, size_t *at)
{
	static const char *const two[] = { "!=", "<=", ">=", "..", "::", "//" };
	struct expr_token t = { .type = TOKEN_SIGN, .at = *at };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(two) && n == 0; i++)
		if (text.n - *at >= 2 && memcmp(text.p + *at, two[i], 2) == 0)
			n = 2;
	if (n == 0 && memchr("()[],/.|+-*=<>@", text.p[*at], 15) != NULL)
		n = 1;
	if (n == 0) {
		++*at;
		return bad(t.at, _("this character means nothing here"));
	}
	t.s = part(text, *at, *at + n);
	*at += n;
	return t;
}

struct expr_token
expr_lex(struct str text, size_t *at)
{
	char c, next;

	while (*at < text.n && memchr(" \t\r\n", text.p[*at], 4) != NULL)
		++*at;
	if (*at >= text.n)
		return (struct expr_token){ .type = TOKEN_END, .at = text.n };
	c = text.p[*at];
	next = *at + 1 < text.n ? text.p[*at + 1] : '\0';
	if (is_digit(c) || (c == '.' && is_digit(next)))
		return lex_number(text, at);
	if (c == '\'' || c == '"')
		return lex_text(text, at);
	if (c == '$' && next == '{')
		return lex_ref(text, at);
	if (is_name_start(c))
		return lex_name(text, at);
	return lex_sign(text, at);
}

bool
expr_token_is(const struct expr_token *t, const char *sign)
{
	return (t->type == TOKEN_SIGN || t->type == TOKEN_NAME) &&
	    str_is(t->s, sign);
}

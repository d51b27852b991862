#include "form/expr_fn.h"

#include "base/buf.h"
#include "base/coding.h"
#include "base/text.h"

#include <math.h>
#include <string.h>
#include <sys/random.h>

/* What a pattern that is not constant takes, about, at most. */
#define PATTERN_COST ((size_t)1 << 17)

/* The argument, or where there is none the field itself. */
static struct str
text_or_self(struct expr_run *r, const struct expr_node *call)
{
	if (call->n_args == 0)
		return value_to_text(r->env->scratch, expr_self(r));
	return expr_arg_text(r, call, 0);
}

struct value
expr_fn_string(struct expr_run *r, const struct expr_node *call)
{
	return value_text(text_or_self(r, call));
}

/* All texts of arguments from `from` on, with something between. */
static struct value
joined(struct expr_run *r, const struct expr_node *call, size_t from,
    struct str between)
{
	struct arena *a = r->env->scratch;
	struct expr_list l = { .a = a };
	struct str *part;
	size_t n = 0;
	char *out, *p;

	for (size_t i = from; i < call->n_args; i++)
		expr_gather(r, call->arg[i], &l);
	part = arena_array(a, l.n, sizeof *part);
	for (size_t i = 0; i < l.n; i++) {
		part[i] = value_to_text(a, l.v[i]);
		n += part[i].n + (i > 0 ? between.n : 0);
	}
	if (!expr_spend(r, n))
		return value_blank();
	out = p = arena_alloc(a, n);
	for (size_t i = 0; i < l.n; i++) {
		if (i > 0 && between.n > 0)
			p = (char *)memcpy(p, between.p, between.n) +
			    between.n;
		if (part[i].n > 0)
			p = (char *)memcpy(p, part[i].p, part[i].n) +
			    part[i].n;
	}
	return value_text((struct str){ out, n });
}

struct value
expr_fn_concat(struct expr_run *r, const struct expr_node *call)
{
	return joined(r, call, 0, STR(""));
}

struct value
expr_fn_join(struct expr_run *r, const struct expr_node *call)
{
	return joined(r, call, 1, expr_arg_text(r, call, 0));
}

/* Characters from..to, counted from 0. */
static struct value
characters(struct str s, size_t from, size_t to)
{
	size_t a = text_offset(s, from), b = text_offset(s, to);

	if (from >= to || a >= b)
		return value_blank();
	return value_text((struct str){ s.p + a, b - a });
}

/* A place in a text of n characters; below zero from its end. */
static bool
place(double v, size_t n, size_t *out)
{
	v = trunc(v);
	if (isnan(v))
		return false;
	if (v < 0)
		v += (double)n;
	*out = v < 0 ? 0 : v > (double)n ? n : (size_t)v;
	return true;
}

struct value
expr_fn_substr(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	size_t n = text_count(s), from, to = n;

	if (!place(expr_arg_number(r, call, 1), n, &from) ||
	    (call->n_args > 2 &&
		!place(expr_arg_number(r, call, 2), n, &to)))
		return value_blank();
	return characters(s, from, to);
}

/* XPath's own: counted from 1, with a length, and rounding. */
struct value
expr_fn_substring(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	size_t n = text_count(s);
	double from = floor(expr_arg_number(r, call, 1) + 0.5);
	double to = (double)INFINITY;

	if (call->n_args > 2)
		to = from + floor(expr_arg_number(r, call, 2) + 0.5);
	if (isnan(from) || isnan(to))
		return value_blank();
	from = from < 1 ? 1 : from;
	to = to > (double)n + 1 ? (double)n + 1 : to;
	if (!(from < to))
		return value_blank();
	return characters(s, (size_t)from - 1, (size_t)to - 1);
}

/* Where b stands in a, a.n if it does not. */
static size_t
find(struct str a, struct str b)
{
	const char *p;

	if (b.n == 0)
		return 0;
	p = a.n == 0 ? NULL : memmem(a.p, a.n, b.p, b.n);
	return p == NULL ? a.n : (size_t)(p - a.p);
}

struct value
expr_fn_substring_before(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	size_t at = find(s, expr_arg_text(r, call, 1));

	return at == s.n ? value_blank() : value_text((struct str){ s.p, at });
}

struct value
expr_fn_substring_after(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	struct str b = expr_arg_text(r, call, 1);
	size_t at = find(s, b);

	if (at == s.n)
		return value_blank();
	at += b.n;
	return value_text((struct str){ s.p + at, s.n - at });
}

struct value
expr_fn_contains(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	struct str b = expr_arg_text(r, call, 1);

	return value_bool(b.n == 0 || find(s, b) < s.n);
}

struct value
expr_fn_starts_with(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	struct str b = expr_arg_text(r, call, 1);

	s.n = s.n < b.n ? s.n : b.n;
	return value_bool(str_eq(s, b));
}

struct value
expr_fn_ends_with(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	struct str b = expr_arg_text(r, call, 1);

	if (s.n < b.n)
		return value_bool(false);
	s.p += s.n - b.n;
	s.n = b.n;
	return value_bool(str_eq(s, b));
}

struct value
expr_fn_string_length(struct expr_run *r, const struct expr_node *call)
{
	return value_number((double)text_count(text_or_self(r, call)));
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct value
expr_fn_normalize_space(struct expr_run *r, const struct expr_node *call)
{
	struct str s = text_or_self(r, call);
	size_t n = 0;
	char *out;

	if (!expr_spend(r, s.n))
		return value_blank();
	out = arena_alloc(r->env->scratch, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (!is_space(s.p[i]))
			out[n++] = s.p[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	return value_text((struct str){ out, n });
}

struct value
expr_fn_translate(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0), one, to;
	struct str from = expr_arg_text(r, call, 1);
	struct str into = expr_arg_text(r, call, 2);
	size_t n = 0, n_into = text_count(into), i, at;
	uint32_t c;
	char *out;

	if (!expr_spend(r, s.n * 4))
		return value_blank();
	out = arena_alloc(r->env->scratch, s.n * 4);
	for (i = 0; i < s.n; i += one.n) {
		one = (struct str){ s.p + i, s.n - i };
		one.n = text_decode(one, &c);
		if (one.n == 0)
			return value_blank();
		to = one;
		at = find(from, one);
		if (at < from.n) {
			at = text_count((struct str){ from.p, at });
			to = (struct str){ "", 0 };
			if (at < n_into) {
				to = into;
				to.p += text_offset(into, at);
				to.n -= text_offset(into, at);
				to.n = text_decode(to, &c);
			}
		}
		if (to.n > 0)
			memcpy(out + n, to.p, to.n);
		n += to.n;
	}
	return value_text((struct str){ out, n });
}

struct value
expr_fn_regex(struct expr_run *r, const struct expr_node *call)
{
	struct arena *a = r->env->scratch;
	const struct expr_regex *x = call->regex;
	struct str s = expr_arg_text(r, call, 0);
	const char *why;

	if (x == NULL && expr_spend(r, PATTERN_COST))
		x = expr_regex_compile(a, expr_arg_text(r, call, 1), &why);
	if (x == NULL)
		return value_bool(false);
	if (!expr_spend(r, (s.n + 32) * expr_regex_size(x)))
		return value_blank();
	return value_bool(expr_regex_matches(x, a, s));
}

struct value
expr_fn_unaccent(struct expr_run *r, const struct expr_node *call)
{
	struct buf b = BUF_INIT;
	struct value v;

	text_unaccent(&b, expr_arg_text(r, call, 0));
	v = value_text(arena_str_dup(r->env->scratch, buf_str(&b)));
	buf_release(&b);
	return v;
}

/* RFC 4122 version 4; with a length, so many letters and digits. */
struct value
expr_fn_uuid(struct expr_run *r, const struct expr_node *call)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	double n = call->n_args > 0 ? expr_arg_number(r, call, 0) : 0;
	unsigned char b[64];
	char hex[33], *out;

	if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
		return value_blank();
	if (n >= 1) {
		n = n > (double)sizeof b ? (double)sizeof b : n;
		out = arena_alloc(r->env->scratch, sizeof b);
		for (size_t i = 0; i < (size_t)n; i++)
			out[i] = letters[b[i] % 32];
		return value_text((struct str){ out, (size_t)n });
	}
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	hex_encode(hex, b, 16);
	return value_text(str_of(arena_printf(r->env->scratch,
	    "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	    hex + 20)));
}

struct value
expr_fn_base64_decode(struct expr_run *r, const struct expr_node *call)
{
	struct str s = expr_arg_text(r, call, 0);
	size_t n = s.n;
	char *out = arena_alloc(r->env->scratch, n);
	struct str decoded = { out, 0 };

	if (!base64_decode(out, &n, s, true))
		return value_blank();
	decoded.n = n;
	return text_is_utf8(decoded) ? value_text(decoded) : value_blank();
}

#include "form/expr_impl.h"

/*
 * XPath 1.0's grammar without what a form has no use for: //, *, @, |, and
 * axes but child, parent and self.  Each of those is named in its fault.
 */

static const struct {
	const char *sign;
	int binds;
	enum expr_op op;
} operators[] = {
	{ "or", 1, OP_OR },
	{ "and", 2, OP_AND },
	{ "=", 3, OP_EQ },
	{ "!=", 3, OP_NE },
	{ "<", 4, OP_LT },
	{ "<=", 4, OP_LE },
	{ ">", 4, OP_GT },
	{ ">=", 4, OP_GE },
	{ "+", 5, OP_ADD },
	{ "-", 5, OP_SUB },
	{ "*", 6, OP_MUL },
	{ "div", 6, OP_DIV },
	{ "mod", 6, OP_MOD },
};

static struct expr_node *parse_binary(struct expr_compiler *c, int binds);

static void
next(struct expr_compiler *c)
{
	c->token = expr_lex(c->text, &c->at);
}

static bool
is(const struct expr_compiler *c, const char *sign)
{
	return expr_token_is(&c->token, sign);
}

static bool
take(struct expr_compiler *c, const char *sign)
{
	if (!is(c, sign))
		return false;
	next(c);
	return true;
}

/* Says what is wrong with the token at hand. */
static struct expr_node *
unexpected(struct expr_compiler *c)
{
	const struct expr_token *t = &c->token;

	if (t->type == TOKEN_BAD)
		expr_fault_at(c, t->at, "%.*s", (int)t->s.n, t->s.p);
	else if (t->type == TOKEN_END)
		expr_fault_at(c, t->at, _("something is missing at the end"));
	else if (is(c, "//") || is(c, "*") || is(c, "@"))
		expr_fault_at(c, t->at,
		    _("\"%.*s\" is not known here: name the field"),
		    (int)t->s.n, t->s.p);
	else if (is(c, "|"))
		expr_fault_at(c, t->at, _("sets cannot be joined with \"|\""));
	else
		expr_fault_at(c, t->at, _("\"%.*s\" does not fit here"),
		    t->s.n > 40 ? 40 : (int)t->s.n, t->s.p);
	return NULL;
}

static bool
expect(struct expr_compiler *c, const char *sign)
{
	if (take(c, sign))
		return true;
	if (c->token.type == TOKEN_END)
		expr_fault_at(c, c->token.at, _("\"%s\" is missing"), sign);
	else
		unexpected(c);
	return false;
}

static bool
enter(struct expr_compiler *c)
{
	if (c->nest >= EXPR_NEST_MAX) {
		expr_fault_at(c, c->token.at,
		    _("nested more than %d deep"), EXPR_NEST_MAX);
		return false;
	}
	c->nest++;
	return true;
}

static struct expr_node *
parse_nested(struct expr_compiler *c)
{
	struct expr_node *n;

	if (!enter(c))
		return NULL;
	n = parse_binary(c, 1);
	c->nest--;
	return n;
}

/* True if the text goes on with "(" behind the name at hand. */
static bool
is_call(const struct expr_compiler *c)
{
	size_t at = c->at;
	struct expr_token t = expr_lex(c->text, &at);

	return expr_token_is(&t, "(");
}

static struct expr_node *
parse_call(struct expr_compiler *c)
{
	struct expr_node *n = expr_node_new(c, OP_CALL, c->token.at);
	struct expr_node *arg;
	struct str name = c->token.s;
	size_t cap = 0;

	next(c);
	next(c);
	if (!is(c, ")"))
		do {
			if ((arg = parse_nested(c)) == NULL)
				return NULL;
			expr_push_arg(c, n, &cap, arg);
		} while (take(c, ","));
	if (!expect(c, ")"))
		return NULL;
	return expr_node_call(c, n, name);
}

/* node() is all that a node test can be. */
static bool
parse_node_test(struct expr_compiler *c)
{
	if (!is(c, "node") || !is_call(c)) {
		unexpected(c);
		return false;
	}
	next(c);
	next(c);
	return expect(c, ")");
}

static bool
parse_axis(struct expr_compiler *c, struct expr_place *p)
{
	struct expr_token axis = c->token;

	next(c);
	next(c);
	if (str_is(axis.s, "child") && c->token.type == TOKEN_NAME) {
		expr_place_child(c, p, c->token.s, c->token.at);
		next(c);
		return true;
	}
	if (str_is(axis.s, "self"))
		return parse_node_test(c);
	if (str_is(axis.s, "parent")) {
		expr_place_up(c, p, axis.at);
		return parse_node_test(c);
	}
	expr_fault_at(c, axis.at,
	    _("of the axes only child, parent and self are known"));
	return false;
}

/* What stands between slashes. */
static bool
parse_step(struct expr_compiler *c, struct expr_place *p)
{
	size_t at = c->at;
	struct expr_token after;

	if (take(c, "."))
		return true;
	if (is(c, "..")) {
		expr_place_up(c, p, c->token.at);
		next(c);
		return true;
	}
	if (c->token.type != TOKEN_NAME) {
		unexpected(c);
		return false;
	}
	after = expr_lex(c->text, &at);
	if (expr_token_is(&after, "::"))
		return parse_axis(c, p);
	if (!expr_token_is(&after, "(")) {
		expr_place_child(c, p, c->token.s, c->token.at);
		next(c);
		return true;
	}
	at = c->token.at;
	if (!parse_node_test(c))
		return false;
	/* The tree has names and no list of children. */
	if (p->path.kind != EXPR_NODE_FIELD && p->path.kind != EXPR_NODE_LINK) {
		expr_warn_at(
		    c, at, _("node() is nothing here: name the field"));
		p->path.kind = EXPR_NODE_ABSENT;
	}
	return true;
}

static bool
parse_filter(struct expr_compiler *c, struct expr_place *p)
{
	struct expr_node *n;
	size_t at = c->token.at;

	next(c);
	if (!enter(c) || !expr_filter_open(c, p, at))
		return false;
	n = parse_binary(c, 1);
	c->nest--;
	c->n_frames--;
	if (n == NULL || !expect(c, "]"))
		return false;
	expr_filter_close(c, p, n);
	return true;
}

static struct expr_node *
parse_rest_of_path(struct expr_compiler *c, struct expr_place *p)
{
	for (;;) {
		if (is(c, "[")) {
			if (!parse_filter(c, p))
				return NULL;
		} else if (take(c, "/")) {
			if (!parse_step(c, p))
				return NULL;
		} else if (is(c, "//")) {
			return unexpected(c);
		} else {
			return expr_place_node(c, p);
		}
	}
}

static struct expr_node *
parse_absolute(struct expr_compiler *c)
{
	struct expr_place p;

	expr_place_root(c, &p);
	p.at = c->token.at;
	next(c);
	/* the name of the root is free */
	if (c->token.type == TOKEN_NAME)
		next(c);
	return parse_rest_of_path(c, &p);
}

static struct expr_node *
parse_relative(struct expr_compiler *c)
{
	struct expr_place p;
	struct expr_node *n;
	int column;

	expr_place_frame(c, &p, c->n_frames - 1);
	p.at = c->token.at;
	if (is(c, "current") && is_call(c)) {
		next(c);
		next(c);
		if (!expect(c, ")"))
			return NULL;
		expr_place_frame(c, &p, 0);
		return parse_rest_of_path(c, &p);
	}
	if (c->token.type == TOKEN_NAME && c->n_frames == 1 &&
	    c->tree->column != NULL) {
		column = c->tree->column(c->tree->ctx, c->token.s);
		if (column >= 0) {
			n = expr_node_new(c, OP_COLUMN, p.at);
			n->column = column;
			next(c);
			return n;
		}
	}
	if (!parse_step(c, &p))
		return NULL;
	return parse_rest_of_path(c, &p);
}

/*
 * instance('list')/root/item[name = KEY]/COLUMN, which is all that XLSForm
 * makes of it, is lookup('list', KEY, 'COLUMN').
 */
static struct expr_node *
parse_instance(struct expr_compiler *c)
{
	struct expr_node *n = expr_node_new(c, OP_CALL, c->token.at), *key;
	size_t cap = 0;
	struct expr_token list, column;

	next(c);
	next(c);
	list = c->token;
	next(c);
	if (list.type != TOKEN_TEXT || !take(c, ")") || !take(c, "/") ||
	    !take(c, "root") || !take(c, "/") || !take(c, "item") ||
	    !take(c, "[") || !(take(c, "name") || take(c, "code")) ||
	    !take(c, "="))
		goto other;
	if ((key = parse_nested(c)) == NULL || !expect(c, "]"))
		return NULL;
	if (!take(c, "/") || c->token.type != TOKEN_NAME)
		goto other;
	column = c->token;
	next(c);
	expr_push_arg(c, n, &cap,
	    expr_node_const(c, list.at, value_text(list.s)));
	expr_push_arg(c, n, &cap, key);
	expr_push_arg(c, n, &cap,
	    expr_node_const(c, column.at, value_text(column.s)));
	return expr_node_call(c, n, STR("lookup"));
other:
	expr_fault_at(c, n->at, _("instance() is known only as "
	    "instance('list')/root/item[name = ...]/column"));
	return NULL;
}

static struct expr_node *
parse_parenthesis(struct expr_compiler *c)
{
	struct expr_node *n;

	next(c);
	if ((n = parse_nested(c)) == NULL || !expect(c, ")"))
		return NULL;
	if (is(c, "[") || is(c, "/"))
		return unexpected(c);
	return n;
}

static struct expr_node *
parse_primary(struct expr_compiler *c)
{
	struct expr_token t = c->token;
	struct expr_place p;

	switch (t.type) {
	case TOKEN_NUMBER:
		next(c);
		return expr_node_const(c, t.at, value_number(t.number));
	case TOKEN_TEXT:
		next(c);
		return expr_node_const(c, t.at, value_text(t.s));
	case TOKEN_REF:
		p.at = t.at;
		expr_place_ref(c, &p, t.s);
		next(c);
		return parse_rest_of_path(c, &p);
	case TOKEN_NAME:
		if (is(c, "instance") && is_call(c))
			return parse_instance(c);
		if (is_call(c) && !is(c, "node") && !is(c, "current"))
			return parse_call(c);
		return parse_relative(c);
	case TOKEN_SIGN:
		if (is(c, "("))
			return parse_parenthesis(c);
		if (is(c, "/"))
			return parse_absolute(c);
		if (is(c, ".") || is(c, ".."))
			return parse_relative(c);
		break;
	case TOKEN_END:
	case TOKEN_BAD:
		break;
	}
	return unexpected(c);
}

static struct expr_node *
parse_unary(struct expr_compiler *c)
{
	struct expr_node *n;
	size_t at = c->token.at;

	if (!take(c, "-"))
		return parse_primary(c);
	if (!enter(c))
		return NULL;
	n = parse_unary(c);
	c->nest--;
	return n == NULL ? NULL : expr_node_negate(c, at, n);
}

/* Operators that bind at least as tight as `binds`. */
static struct expr_node *
parse_binary(struct expr_compiler *c, int binds)
{
	struct expr_node *left = parse_unary(c), *right;
	size_t i, at;

	while (left != NULL) {
		for (i = 0; i < ARRAY_LEN(operators); i++)
			if (is(c, operators[i].sign))
				break;
		if (i == ARRAY_LEN(operators) || operators[i].binds < binds)
			return left;
		at = c->token.at;
		next(c);
		right = parse_binary(c, operators[i].binds + 1);
		if (right == NULL)
			return NULL;
		left = expr_node_binary(c, operators[i].op, at, left, right);
	}
	return NULL;
}

struct expr_node *
expr_parse(struct expr_compiler *c)
{
	struct expr_node *n;

	next(c);
	n = parse_binary(c, 1);
	if (n != NULL && c->token.type != TOKEN_END)
		return unexpected(c);
	return n;
}

#ifndef FORM_EXPR_H
#define FORM_EXPR_H
/*
 * The expression language of forms, checks, rules, reports and worklists: the
 * ODK XForms/XLSForm language with our rules where its engines disagree
 * (doc/expressions.md).  An expression is compiled once against a tree of
 * names and evaluated many times, without allocation beyond the scratch
 * arena.
 *
 *     ${age} >= 80 and not(selected(${income}, 'pension'))
 *     count(${children}[alive = 'yes']) = 0
 *     ${person.birth}                 a field of the linked record
 *     /data/r[2]/b   ../x   .   current()/../x    raw paths, child, self and
 *                                     parent axes; the name of the root is free
 *
 * Limits: 16 KiB of text, nesting 64 (of filters 7, of a chain of operators
 * 256), 4,096 nodes, 1,000,000 steps: what takes more is blank.
 */
#include "base/arena.h"
#include "base/error.h"
#include "form/value.h"

#define EXPR_DEPTH_MAX 4 /* repeats inside repeats */
#define EXPR_ROOT 0      /* node number of the root */

/* Where an expression stands: the row (0-based) of each enclosing repeat. */
struct expr_at {
	unsigned depth;
	uint32_t row[EXPR_DEPTH_MAX];
};

enum expr_kind {
	EXPR_NODE_FIELD,
	EXPR_NODE_LINK, /* a field that holds a record id */
	EXPR_NODE_GROUP,
	EXPR_NODE_REPEAT,
	EXPR_NODE_ABSENT, /* a JSON record that does not have the name: no
	                   * node at all, blank; forms never answer this */
};

/*
 * The tree of names, given by who owns the data (a form, a JSON record).
 * Numbers are stable; the root is EXPR_ROOT and counts as a group.  Those
 * before `value` are asked when compiling, the others when evaluating.
 */
struct expr_tree {
	void *ctx;
	/* Number of the child of parent, -1 if none.  Pages and unnamed
	 * groups are transparent. */
	int (*child)(void *ctx, int parent, struct str name);
	/* Number of the node that ${name} means, seen from node `from`: the
	 * nearest one, else unique in the tree; -1 if none. */
	int (*find)(void *ctx, int from, struct str name);
	int (*parent)(void *ctx, int node);
	enum expr_kind (*kind)(void *ctx, int node);
	/* Calls each child's name; for spelling guesses.  May be NULL. */
	void (*each_name)(
	    void *ctx, void (*say)(void *to, struct str name), void *to);
	/* True if the linked form has that field; NULL: none has. */
	bool (*linked_has)(void *ctx, int link, struct str field);
	/* Choice filters: the number (>= 0, the tree's own) of a column of
	 * the choices, -1 if there is none of that name.  Bare names are
	 * asked here first, ${names} never.  NULL: not a choice filter. */
	int (*column)(void *ctx, struct str name);

	/* Value of a field; blank if it is not relevant. */
	struct value (*value)(void *ctx, int node, const struct expr_at *at);
	/* Rows of a repeat whose parents' rows are in at. */
	uint32_t (*rows)(void *ctx, int node, const struct expr_at *at);
	/* Field of the record that a link holds; blank if not to be had. */
	struct value (*linked)(void *ctx, struct arena *scratch, int link,
	    struct value id, struct str field);
	/* jr:choice-name(value, '${field}'): the label; blank if none. */
	struct value (*choice_label)(void *ctx, int node, struct value code);
	/* lookup('list', key, 'column') */
	struct value (*lookup)(
	    void *ctx, struct str list, struct value key, struct str column);
	/* pulldata('form', 'field', id) */
	struct value (*pulldata)(void *ctx, struct arena *scratch,
	    struct str form, struct str field, struct value id);
};

struct expr;

struct expr_fault {
	size_t at; /* byte in the expression's text */
	bool warning;
	char what[256]; /* with a guess at the meant word where there is one */
};

/*
 * Compiles text for use at node `self` (its repeats give the rows; `.` is
 * self).  Several faults may be found: fault is called for each.  Returns
 * NULL if there was one that is not a warning.
 */
struct expr *expr_compile(struct arena *a, struct str text,
    const struct expr_tree *tree, int self,
    void (*fault)(void *ctx, const struct expr_fault *f), void *ctx) MUSTUSE;

/* Each node that the value depends on (fields, and repeats whose rows count).
 * today() and now() are node -1. */
void expr_each_dependency(
    const struct expr *x, void (*fn)(void *ctx, int node), void *ctx);
/* Each list that lookup() or instance() names, and where in the text. */
void expr_each_list(const struct expr *x,
    void (*fn)(void *ctx, struct str list, size_t at), void *ctx);
struct str expr_text(const struct expr *x); /* as it was written */

/*
 * Evaluates at a place.  `candidate`, for choice filters, gives the columns of
 * the choice by the numbers that the tree's `column` gave.  Never fails: what
 * cannot be computed is blank (a date that is none) or NaN (a number that is
 * none; value_is_blank says true, and it is stored as blank).
 */
struct expr_env {
	const struct expr_tree *tree;
	struct arena *scratch;
	struct date today;
	const char *now; /* CLOCK_BUF text */
	struct value (*candidate)(void *ctx, int column);
	void *candidate_ctx;
	struct value self; /* `.` in a constraint: the value being checked */
	bool has_self;
};
struct value expr_eval(const struct expr *x, const struct expr_env *env,
    const struct expr_at *at);

#endif

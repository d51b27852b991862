#ifndef FORM_EXPR_IMPL_H
#define FORM_EXPR_IMPL_H
/*
 * What the files of the expression engine share; nobody else includes it.
 *
 *     expr_lex.c       text to tokens
 *     expr_parse.c     tokens to nodes, by recursive descent
 *     expr_path.c      names and paths, bound to numbers of the tree
 *     expr_compile.c   nodes checked and folded, faults, dependencies
 *     expr_eval.c      operators
 *     expr_rows.c      paths when evaluating: which rows, which values
 *     expr_functions.c the table of functions; expr_fn_*.c what they do
 *     expr_regex.c     regular expressions; expr_regex_match.c runs them
 *     expr_moment.c    dates and times in texts
 */
#include "form/expr.h"

#define EXPR_TEXT_MAX 16384
#define EXPR_NEST_MAX 64
#define EXPR_HEIGHT_MAX 256 /* of the tree: long chains of + are deep */
#define EXPR_NODES_MAX 4096
#define EXPR_FRAMES_MAX 8 /* filters inside filters */
/* Nodes evaluated in one expr_eval, and every 16 bytes made: filters in
 * filters over many rows end as blank, not as a program that hangs. */
#define EXPR_STEPS_MAX 1000000

enum expr_op {
	OP_CONST,
	OP_OR,
	OP_AND,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_NEG,
	OP_PATH,
	OP_COLUMN,
	OP_CALL,
};

struct expr_node {
	enum expr_op op;
	size_t at; /* byte in the text */
	unsigned height;
	size_t n_args;
	struct expr_node **arg;
	union {
		struct value constant;
		const struct expr_path *path;
		const struct expr_function *function;
		int column;
	};
	const struct expr_regex *regex; /* regex() with a constant pattern */
};

/*
 * A path is bound to one node of the tree.  What is left open is the row of
 * each repeat on the way there.
 */
enum expr_row {
	ROW_FRAME, /* the row that a frame stands in */
	ROW_INDEX, /* a number, counted from 1, known outside the loop */
	ROW_ALL,   /* every row that passes the filters */
};

struct expr_level {
	enum expr_row how;
	int repeat;
	unsigned frame;
	struct expr_node *index;
	size_t n_filters;
	struct expr_node **filter;
};

struct expr_path {
	int node;
	enum expr_kind kind;
	unsigned depth;
	struct expr_level level[EXPR_DEPTH_MAX];
	size_t n_filters; /* of a field: name[. > 5] */
	struct expr_node **filter;
	struct str linked; /* field of the linked record; empty: none */
	bool is_self;      /* the field where the expression stands */
	bool is_direct;    /* every level is ROW_FRAME, no filter */
	bool is_many;      /* a level with every row */
	bool is_plain;     /* a field in no repeat: most paths */
};

struct expr {
	struct str text;
	struct expr_node *root;
	int self;
	enum expr_kind self_kind;
	size_t n_dependencies;
	int *dependency;
	size_t n_lists;
	const struct expr_node **list; /* their names, as constants */
};

/* Tokens */

enum expr_token_type {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_TEXT, /* s without its quotes */
	TOKEN_NAME,
	TOKEN_REF, /* s is what stands in ${ } */
	TOKEN_SIGN,
	TOKEN_BAD, /* s is what to say about it, translated */
};

struct expr_token {
	enum expr_token_type type;
	size_t at;
	struct str s;
	double number;
};

/* The token that starts at or after *at; *at moves behind it. */
struct expr_token expr_lex(struct str text, size_t *at);
bool expr_token_is(const struct expr_token *t, const char *sign);

/* Compiling */

struct expr_place { /* where a path has come to */
	struct expr_path path;
	size_t at;
};

struct expr_frame_of { /* what `.` is: the expression's place, a row */
	int node;
	enum expr_kind kind;
};

struct expr_compiler {
	struct arena *a;
	struct expr *x;
	const struct expr_tree *tree;
	void (*fault)(void *ctx, const struct expr_fault *f);
	void *fault_ctx;
	bool failed;
	struct str text;
	size_t at; /* where the lexer is */
	struct expr_token token;
	unsigned nest;
	size_t n_nodes;
	unsigned n_frames;
	struct expr_frame_of frame[EXPR_FRAMES_MAX];
	size_t cap_dependencies, cap_lists;
};

void expr_fault_at(struct expr_compiler *c, size_t at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void expr_warn_at(struct expr_compiler *c, size_t at, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* ", did you mean X?", or "" where nothing is near. */
const char *expr_guess_function(struct expr_compiler *c, struct str name);
const char *expr_guess_name(struct expr_compiler *c, struct str name);
void expr_depends(struct expr_compiler *c, int node);
void expr_push_arg(struct expr_compiler *c, struct expr_node *n, size_t *cap,
    struct expr_node *arg);

/* Nodes; NULL after a fault in the grammar. */
struct expr_node *expr_parse(struct expr_compiler *c);
struct expr_node *expr_node_new(
    struct expr_compiler *c, enum expr_op op, size_t at);
struct expr_node *expr_node_const(
    struct expr_compiler *c, size_t at, struct value v);
struct expr_node *expr_node_binary(struct expr_compiler *c, enum expr_op op,
    size_t at, struct expr_node *left, struct expr_node *right);
struct expr_node *expr_node_negate(
    struct expr_compiler *c, size_t at, struct expr_node *of);
/* Checks and folds a call whose arguments are in n. */
struct expr_node *expr_node_call(
    struct expr_compiler *c, struct expr_node *n, struct str name);
/* Says a fault where n is several nodes or has no value of its own. */
void expr_want_value(struct expr_compiler *c, struct expr_node *n);

/* Paths.  A step that does not exist is said, and the path goes on as
 * EXPR_NODE_ABSENT. */
void expr_place_root(struct expr_compiler *c, struct expr_place *p);
void expr_place_frame(
    struct expr_compiler *c, struct expr_place *p, unsigned frame);
void expr_place_ref(
    struct expr_compiler *c, struct expr_place *p, struct str name);
void expr_place_child(
    struct expr_compiler *c, struct expr_place *p, struct str name, size_t at);
void expr_place_up(struct expr_compiler *c, struct expr_place *p, size_t at);
/* Opens the frame of a filter; false if too deep (said).  The filter that was
 * parsed in it is put in by close. */
bool expr_filter_open(
    struct expr_compiler *c, const struct expr_place *p, size_t at);
void expr_filter_close(
    struct expr_compiler *c, struct expr_place *p, struct expr_node *filter);
struct expr_node *expr_place_node(
    struct expr_compiler *c, const struct expr_place *p);
/* indexed-repeat(): the path of n with the rows that the pairs of arguments
 * say. */
struct expr_node *expr_indexed_repeat(
    struct expr_compiler *c, struct expr_node *call);

/* Evaluating */

struct expr_frame {
	struct expr_at at;
	uint32_t position, last;
};

struct expr_run {
	const struct expr *x;
	const struct expr_env *env;
	size_t steps;
	unsigned n_frames;
	const struct expr_frame *frame[EXPR_FRAMES_MAX];
};

struct expr_list {
	struct arena *a;
	size_t n, cap;
	struct value *v;
};
void expr_list_add(struct expr_list *l, struct value v);

struct value expr_run_node(struct expr_run *r, const struct expr_node *n);
/* The same as a number and as a truth value, without a value in between
 * where the operators give one. */
double expr_run_number(struct expr_run *r, const struct expr_node *n);
bool expr_run_bool(struct expr_run *r, const struct expr_node *n);
/* Counts bytes, or work like it, as steps; false if they are used up. */
bool expr_spend(struct expr_run *r, size_t bytes);
/* -1, 0, 1; 2 if there is no order. */
int expr_compare(struct value a, struct value b);
bool expr_same(struct value a, struct value b); /* = */

/* The first value of a path. */
struct value expr_run_path(struct expr_run *r, const struct expr_path *p);
/* Visits the places of a path in order until fn says false. */
void expr_each_place(struct expr_run *r, const struct expr_path *p,
    bool (*fn)(void *ctx, const struct expr_at *at), void *ctx);
/* Visits the values of an argument, one or many. */
void expr_each_value(struct expr_run *r, const struct expr_node *n,
    void (*fn)(void *ctx, struct value v), void *ctx);
/* Appends them to a list. */
void expr_gather(
    struct expr_run *r, const struct expr_node *n, struct expr_list *out);

/* Functions */

enum expr_function_flags {
	FN_PURE = 1 << 0,      /* same arguments, same result: may be folded */
	FN_SET_FIRST = 1 << 1, /* takes several nodes as its first argument */
	FN_SETS_REST = 1 << 2, /* or as any of the others */
	FN_SETS = FN_SET_FIRST | FN_SETS_REST,
	FN_ROWS = 1 << 3,  /* takes repeats and groups, too */
	FN_TODAY = 1 << 4, /* depends on the day */
	FN_FIELD = 1 << 5, /* jr:choice-name: the last argument names a field */
	FN_SELF = 1 << 6,  /* pure with arguments; without, of the field */
};

struct expr_function {
	const char *name;
	unsigned char min, max; /* arguments */
	unsigned flags;
	struct value (*run)(struct expr_run *r, const struct expr_node *call);
	/* Instead of run: gives several values. */
	void (*set)(struct expr_run *r, const struct expr_node *call,
	    struct expr_list *out);
};
#define EXPR_ARGS_ANY 255

const struct expr_function *expr_function_get(struct str name);
const struct expr_function *expr_function_at(size_t i); /* NULL at the end */

/* Arguments, as functions want them. */
struct value expr_arg(
    struct expr_run *r, const struct expr_node *call, size_t i);
struct str expr_arg_text(
    struct expr_run *r, const struct expr_node *call, size_t i);
double expr_arg_number(
    struct expr_run *r, const struct expr_node *call, size_t i);
bool expr_arg_bool(struct expr_run *r, const struct expr_node *call, size_t i);
/* DATE_NONE if it is none. */
struct date expr_arg_date(
    struct expr_run *r, const struct expr_node *call, size_t i);

/* A day, a time of day, or both ("2026-01-15T08:30:00.000+07:00", whose
 * offset is not looked at: everything is local). */
struct expr_moment {
	struct date date; /* DATE_NONE: only a time */
	bool has_time;
	double seconds;
};
bool expr_moment_parse(struct str s, struct expr_moment *out);
/* Of dates, texts and day numbers. */
bool expr_moment_of(struct value v, struct expr_moment *out);

/* Regular expressions: . [] [^] \d \w \s \b-less, ( ) | * + ? {m,n} ^ $; a
 * match is of the whole text.  NULL and a reason if it is none. */
struct expr_regex;
const struct expr_regex *expr_regex_compile(
    struct arena *a, struct str pattern, const char **why);
bool expr_regex_matches(
    const struct expr_regex *x, struct arena *scratch, struct str s);
/* Work for each character. */
size_t expr_regex_size(const struct expr_regex *x);

#endif

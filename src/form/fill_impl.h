#ifndef FORM_FILL_IMPL_H
#define FORM_FILL_IMPL_H
/*
 * The inside of a record being filled, shared by the files fill_*.c and by
 * nobody else.
 *
 * Every node has one cell in each row of its nearest repeat; the record
 * itself is the one row of the root.  Cells of a row stand in one flat array
 * at fixed slots (form_scopes.c), so that nothing is looked up by name while
 * filling.
 */
#include "base/cjson.h"
#include "base/map.h"
#include "form/fill.h"

#define ROW_ID_LEN 13
#define ROW_GAP 65536      /* between the order numbers of new rows */
#define FILL_ROWS_MAX 1000 /* rows that a count can ask for */

enum input_fault {
	INPUT_OK,
	INPUT_CHARACTER,
	INPUT_TOO_LONG,
	INPUT_NUMBER,
	INPUT_DATE,
	INPUT_PRECISION,
	INPUT_TIME,
	INPUT_YES_NO,
	INPUT_NO_CHOICE,
	INPUT_SEVERAL,
	INPUT_NOT_OFFERED,
	INPUT_LINK,
	INPUT_STORED, /* what is stored is not of this type */
};

#define DECIMAL_BUF 40
#define SHOWN_BUF DECIMAL_BUF

struct texts {
	struct buf held;  /* of the value */
	struct buf typed; /* wrong text, as typed */
	struct buf force; /* reason of a forced warning */
	char shown[SHOWN_BUF]; /* of fill_text, until it is asked again */
};

struct answer {
	struct value value;  /* its text is lent from texts */
	struct texts *texts; /* NULL: most answers hold no text of any kind */
	enum input_fault fault;
	bool keyed; /* a calculation no longer fills it */
};

struct cell {
	struct answer answer;
	struct str sealed;     /* JSON, in the place of an answer */
	unsigned failed;       /* bit per check */
	bool fresh;            /* its default has not been given yet */
	bool relevant, required, read_only;
};

struct rowset { /* the rows of one repeat in one row */
	uint32_t n, cap;
	uint32_t shown; /* the others are hidden by the count */
	struct row **row;
};

struct row {
	char id[ROW_ID_LEN + 1];
	int64_t order;
	struct cell *cells;
	struct rowset *sets;
};

struct step { /* of undo and redo; see fill_undo.c */
	unsigned group;
	struct fill_ref ref;
	bool is_row;
	uint32_t index;       /* rows: where it stands */
	struct row *row;      /* rows: the row while it is out */
	struct answer answer; /* cells: the other answer */
};

struct lent { /* what const calls may renew */
	struct arena *findings_arena;
	bool findings_valid;
	size_t n_findings, cap_findings;
	struct fill_finding *findings;
};

struct fill {
	struct fill *self; /* for expressions evaluated by const calls */
	const struct form *f;
	const struct form_set *set;
	struct fill_env env;
	struct arena *arena;   /* as long as the record is filled */
	struct arena *scratch; /* one look at a cell */
	struct expr_tree tree;
	struct row root;
	struct map *loaded;      /* path to struct str, JSON */
	struct map *stray;       /* the same: of a draft, and in no field */
	uint64_t *dirty, *judge; /* bit per rank */
	/* By node: a sealed value decides on it, or on what is asked of it. */
	bool *veiled, *unjudged;
	bool changed;            /* the node being looked at has changed */
	bool starting;           /* nothing is taken away yet */
	bool guessing;           /* which calculations were keyed over */
	bool replaying;          /* undo: nothing is noted */
	unsigned group;
	size_t n_steps, n_done, cap_steps;
	struct step *steps;
	struct lent *lent;
};

/* fill_rows.c */
struct row *fill_row_new(const struct fill *x, int scope);
void fill_row_free(const struct fill *x, int scope, struct row *row);
/* Its defaults are to be given. */
void fill_row_fresh(const struct fill *x, int scope, struct row *row);
void fill_row_append(const struct fill *x, int repeat, struct rowset *set);
void fill_row_id(char id[ROW_ID_LEN + 1]);
/* The row of a repeat that at stands in; NULL if there is no such row. */
struct row *fill_row_at(
    const struct fill *x, int repeat, const struct expr_at *at);
/* Row in which the cell of a node stands; NULL if there is no such row. */
static inline struct row *
fill_scope(const struct fill *x, int node, const struct expr_at *at)
{
	int repeat = x->f->nodes[node].repeat;

	return repeat < 0 ? &x->self->root : fill_row_at(x, repeat, at);
}
struct cell *fill_cell(const struct fill *x, const struct fill_ref *r);
struct rowset *fill_rowset(
    const struct fill *x, int repeat, const struct expr_at *at);
/* The rows that "children/<row>" is one of, there or not, and its id; NULL
 * if what would hold them is not there. */
struct rowset *fill_rowset_of(const struct fill *x, struct str path,
    struct str *id);
bool fill_rowset_find(
    const struct rowset *set, struct str id, uint32_t *index);
void fill_rowset_put(struct rowset *set, uint32_t index, struct row *row);
struct row *fill_rowset_take(struct rowset *set, uint32_t index);
void fill_rows_empty(struct fill *x); /* all rows and cells of the record */
void fill_rows_release(struct fill *x);
/* Calls fn for each row that holds a cell of node, hidden ones too. */
typedef void (*fill_scope_fn)(
    struct fill *x, int node, struct row *row, const struct expr_at *at);
void fill_each_scope(struct fill *x, int node, fill_scope_fn fn);

/* fill_answer.c */
void answer_release(struct answer *a);
void answer_copy(struct answer *to, const struct answer *from);
void answer_set(struct answer *a, struct value v); /* copies */
static inline bool
answer_is_blank(const struct answer *a)
{
	return a->value.type == VALUE_BLANK;
}
/* Wrong text, as typed, and the reason of a forced warning; n 0: none. */
static inline struct str
answer_typed(const struct answer *a)
{
	return a->texts == NULL ? STR("") : buf_str(&a->texts->typed);
}
static inline struct str
answer_force(const struct answer *a)
{
	return a->texts == NULL ? STR("") : buf_str(&a->texts->force);
}
void answer_set_typed(struct answer *a, struct str text);
void answer_set_force(struct answer *a, struct str reason);
/* Room to show it in; lent until the answer is released. */
char *answer_shown(struct answer *a);

/* fill_tree.c */
void fill_tree_init(struct fill *x);
struct value fill_ask(const struct fill *x, struct arena *scratch,
    const struct expr *e, const struct expr_at *at);

/* fill_look.c */
void fill_mark(struct fill *x, int node); /* it has changed */
/* It was keyed: what decides on it is as it was, but a calculation that is
 * keyed over, or no longer, is to be looked at. */
void fill_mark_keyed(struct fill *x, int node);
void fill_mark_all(struct fill *x);
void fill_mark_rows(struct fill *x, int repeat); /* came, went, moved */
void fill_run(struct fill *x); /* looks at all that is marked */
void fill_veil(struct fill *x, int node); /* it has a sealed value */
void fill_unveil(struct fill *x);         /* before all are veiled anew */

/* fill_input.c */
enum input_fault fill_parse(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str text, struct value *out);
/* A computed value as one of this field's type; blank if it cannot be. */
struct value fill_coerce(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct value v);
const char *fill_input_message(
    struct arena *a, const struct form_node *n, enum input_fault fault);

/* fill_choices.c */
bool fill_is_offered(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str code);
/* The value without the codes that are no longer offered. */
struct value fill_still_offered(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct value v);

/* fill_check.c */
void fill_judge(
    struct fill *x, int node, struct row *row, const struct expr_at *at);
bool fill_is_ours(const struct fill *x, const struct form_node *n);
bool fill_is_forced(const struct form_node *n, const struct cell *c);

/* fill_move.c: the next node of all, rows one after the other, hidden ones
 * left out; begins after the root. */
bool fill_advance(const struct fill *x, struct fill_ref *r);

/* fill_undo.c */
struct step *fill_step(struct fill *x, const struct fill_ref *r);
void fill_group(struct fill *x); /* what follows is undone together */
/* Keeps the answer as it is now, before it is changed. */
void fill_keep(struct fill *x, const struct fill_ref *r, const struct cell *c);
void fill_steps_clear(struct fill *x);

/* fill_json.c */
/* At most 15 digits, no exponent, no trailing zeros. */
void fill_decimal(double v, char out[DECIMAL_BUF]);
/* The stored form; false if the value is blank. */
bool fill_encode(const struct form_node *n, struct value v, struct buf *out);
/* False if it is not of the node's type; *text is then how it looks. */
bool fill_decode(const struct form_node *n, struct arena *a, struct str json,
    struct value *out, struct str *text);

/* fill_collect.c */
struct entry {
	struct str path;
	struct str json; /* n 0: blank */
	struct str reg;  /* path of the register; n 0: it is one by itself */
	const struct form_node *node;
	const struct cell *cell;
	bool hidden, row, force;
	bool lost; /* in a row that is hidden itself */
};
/* Every row, field and forced reason there is, nearly in the order of the
 * paths.  Paths are the arena's; the JSON is lent until fn returns. */
typedef void (*fill_entry_fn)(void *ctx, const struct entry *e);
void fill_each_entry(
    const struct fill *x, struct arena *a, fill_entry_fn fn, void *ctx);
struct entries {
	struct arena *a;
	size_t n, cap;
	struct entry *v;
};
/* All of them. */
void fill_collect(const struct fill *x, struct entries *out);
void fill_collect_sorted(const struct fill *x, struct entries *out);
/* The same, and what an older form's draft held that is in no field. */
void fill_collect_draft(const struct fill *x, struct entries *out);
/* Puts rows and answers from paths and JSON in; x holds none. */
void fill_distribute(struct fill *x, const struct map *values);

#endif

#ifndef FORM_FORM_H
#define FORM_FORM_H
/*
 * The model of a form: what one YAML file of forms/ says, checked and
 * compiled (doc/format-form.md).  Read-only after loading; it lives in the
 * arena it was loaded into.
 *
 * Nodes are numbered in the order of the file; node 0 is the root.  Pages and
 * groups arrange; they are no part of a field's path, so that moving a field
 * to another page does not move its data.  The path of a field is its name;
 * of a field in a repeat, in the model, "children/name", and in a record
 * "children/<row id>/name".
 */
#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "form/expr.h"

#define FORM_NODES_MAX 2000 /* fields, groups and pages */
#define FORM_CHECKS_MAX 16 /* of one field */
#define FORM_SHORT_COLS 22 /* of the short title, on the screen */

enum form_type {
	FORM_ROOT,
	FORM_PAGE,
	FORM_GROUP,
	FORM_REPEAT,
	FORM_TEXT,
	FORM_INTEGER,
	FORM_MONEY,
	FORM_DECIMAL,
	FORM_DATE,
	FORM_TIME,
	FORM_YES_NO,
	FORM_SELECT_ONE,
	FORM_SELECT_MULTIPLE,
	FORM_LINK,
	FORM_CALCULATE, /* never keyed; stored */
	FORM_NOTE,      /* shown, no value */
};

enum form_owner { FORM_COMMUNE, FORM_DISTRICT, FORM_BOTH };

enum form_flags {
	FORM_MULTILINE = 1 << 0,
	FORM_QUICK = 1 << 1,      /* auto-advance when full */
	FORM_MASKED = 1 << 2,     /* shown as ******, but to its reader */
	FORM_RESTRICTED = 1 << 3, /* sealed to the restricted readers */
	FORM_CARRY = 1 << 4,      /* starts with the previous record's value */
	FORM_GRID = 1 << 5,       /* a repeat shown as a grid */
	FORM_UPPER = 1 << 6,      /* keyed in capitals */
	FORM_NO_COMPOSE = 1 << 7, /* a code: Vietnamese typing is off */
	FORM_HIDDEN = 1 << 8,     /* never shown */
	FORM_MINIMAL = 1 << 9,    /* choices as one line, list on demand */
	FORM_GROUPED = 1 << 10,   /* digits in threes where shown; all money */
	FORM_MEMBER = 1 << 11,    /* a link to what the record is a member of */
};

struct form_label { /* never NULL; en falls back to vi and the other way */
	const char *vi, *en;
};

struct form_choice {
	const char *code;
	struct form_label label;
	const char *folded; /* labels without accents, one a line, for typing */
	struct date valid_from, valid_to; /* DATE_NONE where open */
	struct str *columns; /* as many as the list has extra columns */
};

struct form_choices {
	const char *name, *source;
	size_t n, n_columns;
	struct form_choice *choice;
	const char **column;
};

struct form_check {              /* soft: a warning that takes a reason */
	const struct expr *test; /* true is fine; not asked on blank */
	bool soft;
	struct form_label message;
};

struct form_node { /* what is asked at every key stands first */
	enum form_type type;
	int number, parent; /* parent -1 for the root */
	int first, next;    /* first child, next sibling; -1 */
	int repeat;         /* nearest enclosing repeat, -1 */
	unsigned depth;     /* how many repeats enclose it */
	int slot, set_slot; /* its cell in a row; a repeat's rows in a row */
	enum form_owner owner;
	unsigned flags;
	int max_length;   /* characters of text; digits */
	const char *name; /* "" for unnamed groups and pages */
	const struct expr *relevant, *required, *read_only, *calculate;
	const struct expr *default_value, *choice_filter, *count;
	size_t n_checks;
	struct form_check *checks;
	const char *path; /* "birth", "children/birth" */
	const char *reg;  /* register: group of fields that are one value;
	                   * the path where there is none */
	struct form_label label, hint;
	struct form_label required_message;
	const char *line;  /* number on the paper form, "" if none */
	int width;         /* columns on the screen, 0: by type */
	int min_precision; /* dates: enum date_precision accepted at least */
	const char *link;  /* FORM_LINK: form id */
	const struct form_choices *choices;
	int line_no, col_no; /* place in the file */
};

/* What is to be looked at again when a node changes. */
struct form_reach {
	int rank;       /* place in form->by_rank */
	bool is_judged; /* it has required, read_only or checks */
	/* Ranks of the nodes whose relevance, value, rows or choices it
	 * decides, and of those whose required, read_only and checks read
	 * it. */
	size_t n_values, n_checks;
	const int *values, *checks;
};

/* What a row of a repeat, or the record itself, is made of. */
struct form_scope {
	int n_cells, n_sets;
	const int *nodes;  /* by slot, in the order of the file */
	const int *sorted; /* the same nodes in the order of their names */
};

struct form_state {
	const char *name;
	struct form_label label;
	enum form_owner by; /* whose officer may move a record here */
	bool locked;        /* facts cannot be amended in this state */
	size_t n_from;
	const char **from;       /* states it may come from; none: any */
	const struct expr *when; /* must be true to move here; may be NULL */
};

struct form_column { /* of its list: a path, or link.field */
	const char *path;
	const char *link, *field; /* "person", "name"; NULL if plain */
	struct form_label label;
	int width;
};

struct form {
	const char *id, *version, *file, *source, *subject;
	bool restricted; /* never posted, never in lists */
	struct form_label title;
	struct form_label short_title; /* where forms stand in one list */
	uint8_t hash[32]; /* BLAKE2b-256 of the normalised pack, see form_pack */
	struct str pack;  /* the bytes that are hashed, stored and carried */
	size_t n_nodes;
	struct form_node *nodes;
	size_t n_states;
	struct form_state *states; /* the first is where a record begins */
	size_t n_list, n_search, n_key;
	struct form_column *list;
	struct form_column *search;
	struct form_column *key;
	const char
	    *name_field; /* what a record is called in lists and pickers */
	const char *birth_field, *hamlet_field, *citizen_id_field; /* or NULL */
	const struct form_reach *reach;                            /* by node */
	const int *by_rank; /* nodes; each comes after what it needs */
	const struct form_scope *scopes; /* by node: the root and repeats */
	size_t n_lists;     /* choice lists that it uses, own ones and shared */
	const struct form_choices *const *lists;
	const struct map *by_path; /* model path to struct form_node */
};

/* What a form is loaded with: the choice lists, and the other forms' fields
 * for links.  Lists are loaded once and shared. */
struct form_set;
struct form_set *form_set_new(struct arena *a, const char *choices_dir);
/* Loads every *.yaml of a folder.  Stops at the first file that is wrong. */
enum err form_set_load_dir(
    struct form_set *s, const char *dir, struct error *e) MUSTUSE;
/* Loads a pack that came with a bundle. */
enum err form_set_load_pack(struct form_set *s, struct str pack,
    const struct form **out, struct error *e) MUSTUSE;
const struct form *form_set_get(const struct form_set *s, const char *id);
/* The version that an event names; NULL if we do not have it. */
const struct form *form_set_by_hash(
    const struct form_set *s, const uint8_t hash[32]);
size_t form_set_count(const struct form_set *s);
const struct form *form_set_at(const struct form_set *s, size_t i);
const struct form_choices *form_set_choices(
    struct form_set *s, struct str name, struct error *e);

const struct form_node *form_node_by_path(
    const struct form *f, struct str path); /* model path */
/* Path of a record ("children/<row>/name") to its node; NULL if none. */
const struct form_node *form_node_of(const struct form *f, struct str path);
/* The same, also of what is noted of a field ("birth?age", "birth?force"). */
const struct form_node *form_node_noted(
    const struct form *f, struct str path);
/* A list that the form uses; NULL if none. */
const struct form_choices *form_list_get(const struct form *f, struct str name);
/* The link by which records of f are members of those of another form; NULL
 * if they are not. */
const struct form_node *form_member_link(
    const struct form *f, struct str of);
const struct form_state *form_state_get(const struct form *f, struct str name);
const struct form_choice *form_choice_get(
    const struct form_choices *c, struct str code);
const char *form_text(struct form_label l);   /* in the program's language */
const char *form_type_name(enum form_type t); /* as written in YAML */
bool form_type_is_field(enum form_type t);    /* has a value of its own */
/*
 * Names as expressions see them (struct expr_tree): pages and groups are
 * transparent, but a group can be named, too.
 */
int form_child(const struct form *f, int parent, struct str name);
int form_find(const struct form *f, int from, struct str name);
int form_parent(const struct form *f, int node);
enum expr_kind form_kind(const struct form *f, int node);
/* Columns of a choice in a filter: code, label, valid_from, valid_to, and
 * then the list's own. */
int form_choice_column(const struct form_choices *list, struct str name);
struct value form_choice_value(
    const struct form_choice *c, int column, const char *language);

/*
 * The linter: every fault of a file (a form, or a list of choices) as
 * FILE:LINE:COL, never stopping at the first.  Returns the number of errors;
 * *warnings may be NULL.  Linked forms are sought in the set and beside the
 * file.
 */
struct form_fault {
	const char *file;
	int line, col;
	bool warning;
	const char *what;
};
size_t form_lint(struct arena *a, struct form_set *s, const char *path,
    void (*say)(void *ctx, const struct form_fault *f), void *ctx,
    size_t *warnings);
/* The same of a text that stands in no file; its links are in the set. */
size_t form_lint_text(struct arena *a, struct form_set *s, const char *name,
    struct str text, void (*say)(void *ctx, const struct form_fault *f),
    void *ctx, size_t *warnings);

#endif

#ifndef FORM_FORM_IMPL_H
#define FORM_FORM_IMPL_H
/*
 * The loader of forms, shared by its files (form_*.c) and by nobody else.
 *
 * A form is loaded in two steps, because forms link to each other: load_read
 * makes the nodes and remembers every expression and column; load_finish
 * compiles them when the nodes of all linked forms are known.  Both go on
 * after a fault and tell each by load->say.
 */
#include "base/map.h"
#include "base/yaml.h"
#include "form/form.h"

#define FORM_FILE_MAX (1024 * 1024)

typedef void (*form_fault_fn)(void *ctx, const struct form_fault *f);

struct list_file { /* of forms/choices/ */
	const struct form_choices *choices;
	struct str text;
};

struct form_set {
	struct arena *a;
	const char *dir;   /* of the choice lists */
	struct map *lists; /* name to struct list_file */
	size_t n, cap;
	struct form **forms;
	struct load **pending; /* being loaded together */
	size_t n_pending;
};

enum late_kind {
	LATE_VALUE, /* decides relevance, value, rows, choices */
	LATE_CHECK, /* only judges */
	LATE_STATE, /* of no node */
};

struct late { /* an expression to be compiled */
	enum late_kind kind;
	const struct expr **slot;
	const struct yaml *y;
	struct str text;
	int node;
};

struct load {
	struct arena *a;
	struct form_set *set;
	struct form *f;
	const char *file;
	struct str source; /* the file's text */
	const struct yaml *root;
	form_fault_fn say;
	void *ctx;
	size_t errors, warnings;
	struct str pack;        /* it came in; linked forms may come later */
	bool beside;            /* look for linked forms beside the file */
	struct map *siblings;   /* id to struct form found there */
	struct map *pack_lists; /* name to struct str; NULL: from the folder */
	struct map *own_lists;  /* name to struct form_choices */
	struct map *used;       /* name to struct list_file, for the pack */
	size_t n_late, cap_late;
	struct late *late;
	size_t n_lists, cap_lists;
	const struct form_choices **lists;
	struct map *paths; /* model path to struct form_node */
	int *last_child;   /* by node, while reading */
};

/* form_fault.c */
void load_fault(struct load *l, const struct yaml *y, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void load_warn(struct load *l, const struct yaml *y, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* At byte `at` of the scalar's text. */
void load_fault_in(struct load *l, const struct yaml *y, size_t at,
    bool warning, const char *what);
/* ", did you mean \"x\"?" for the nearest word, or "". */
const char *load_guess(
    struct load *l, const char *const *words, size_t n, struct str got);
/* Says each key of map that is not among the words. */
void load_keys(
    struct load *l, const struct yaml *map, const char *const *words, size_t n);

/* form_scalar.c: each says what is wrong; false if it is */
bool load_is_map(struct load *l, const struct yaml *y, const char *what);
bool load_text(struct load *l, const struct yaml *y, const char **out);
bool load_id(struct load *l, const struct yaml *y, const char **out);
void load_label(struct load *l, const struct yaml *y, struct form_label *out);
void load_label_key(struct load *l, const struct yaml *map, const char *key,
    struct form_label *out);
/* Index of the word; -1, and a fault, if it is none of them. */
int load_word(struct load *l, const struct yaml *y, const char *what,
    const char *const *words, size_t n);
bool load_flag(struct load *l, const struct yaml *y);
int load_count(struct load *l, const struct yaml *y, int max);
void load_owner(struct load *l, const struct yaml *y, enum form_owner *out);

/* form_choices.c */
const struct form_choices *load_choices(struct load *l, const char *name,
    const struct yaml *columns, const struct yaml *list);
/* The list by name, noted as used; says a fault at y if there is none. */
const struct form_choices *load_list_use(
    struct load *l, struct str name, const struct yaml *y, size_t at);
void load_own_lists(struct load *l, const struct yaml *y);
/* The whole of a choice file. */
const struct form_choices *load_list_file(struct load *l);
bool load_is_list_file(const struct yaml *root);

/* form_nodes.c, form_field.c */
void load_pages(struct load *l, const struct yaml *y);
int load_node_add(struct load *l, int parent, enum form_type type,
    const struct yaml *y, const char *name);
void load_fields(struct load *l, int parent, const struct yaml *y);
void load_field(struct load *l, int parent, const struct yaml *y);
void load_late(struct load *l, enum late_kind kind, int node,
    const struct expr **slot, const struct yaml *y);

/* form_states.c */
void load_states(struct load *l, const struct yaml *y);

/* form_columns.c */
void load_columns(struct load *l);

/* form_compile.c */
void load_compile(struct load *l);
/* form_graph.c */
void load_graph(struct load *l);
void load_scopes(struct load *l);

/* form_load.c */
void load_read(struct load *l);
void load_finish(struct load *l);
/* The form that links name; NULL if it is not to be had. */
const struct form *load_linked(struct load *l, const char *id);
struct load *load_new(struct form_set *s, struct arena *a, const char *file,
    struct str source, form_fault_fn say, void *ctx);

/* form_pack.c */
void load_pack(struct load *l);
bool load_unpack(struct load *l, struct str pack, struct error *e);

#endif

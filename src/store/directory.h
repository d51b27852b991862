#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H
/*
 * The directory: one row a record, opened into memory at login, so that no
 * index on disk tells anything (SAFETY E, result 3).  A screenful of a search
 * takes 0.1 to 2 ms with 1,000,000 names, all of it 6 to 30 ms (doc/benchmarks.md
 * has what was measured last); lists are views of row numbers.  Rows change as
 * the store is written; a view says when it is old.
 */
#include "store/store.h"

struct directory;

/* Reads all rows.  Lives with the store; closed by store_close. */
enum err directory_open(struct store *s, struct directory **out,
    struct error *e) MUSTUSE;

struct directory_row { /* lent until the next write to the store */
	struct record_id id;
	struct str form, state, scope;
	struct str name, hamlet, birth, citizen_id;
	size_t n_columns;
	struct str column[8]; /* as the form's list says, text as stored */
	bool is_void, conflict, waiting;
	bool decided;       /* a decision of the district stands */
	bool basis_changed; /* a decision no longer rests on what it was made on */
	bool objection;     /* a commune wrote over the district's correction */
	enum store_standing standing;
};
/* Rows are counted from 0; those of records that are part of another are
 * found by no search and have no fields. */
size_t directory_count(const struct directory *d);
void directory_get(
    const struct directory *d, size_t row, struct directory_row *out);
/* The row of the record that an id stands for. */
bool directory_find(const struct directory *d, const struct record_id *id,
    size_t *row);

/* The row of the record that a column of a row names; false if none. */
bool directory_follow(
    const struct directory *d, size_t row, size_t column, size_t *to);

enum directory_sort { DIRECTORY_BY_NAME, DIRECTORY_BY_NEWEST };
struct directory_query {
	const char *form;    /* NULL: any */
	const char *text;    /* words, accents free; digits match ids */
	const char *hamlet, *state; /* NULL: any */
	bool with_void;
	bool changed;        /* only with basis_changed or objection */
	bool conflict;       /* only with one */
	enum directory_sort sort;
	size_t limit;        /* 0: all; up to 1,000 are found soonest */
};
/*
 * Rows that hold every word of the text: as a word's beginning first, then
 * anywhere (a single letter only as a beginning).  Memory from the arena.  A
 * longer text of the same query may pass `within`, the rows found for the
 * shorter one without a limit; NULL looks at all.
 */
enum err directory_search(struct directory *d, struct arena *a,
    const struct directory_query *q, const uint32_t *within, size_t n_within,
    uint32_t **rows, size_t *n, struct error *e) MUSTUSE;
/* Whether a row, of any form, holds every word of a folded text. */
bool directory_holds(
    const struct directory *d, size_t row, struct str folded);
uint64_t directory_generation(const struct directory *d);

#endif

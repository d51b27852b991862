#ifndef STORE_ROWS_H
#define STORE_ROWS_H
/*
 * The directory in memory.  Rows lie one after another in `data`, as they are
 * sealed but for two texts: each row's sort key stands behind it, and what is
 * searched lies folded in `text`, a row a segment: words after spaces, a
 * newline at the end.  A changed row gets a new place in both and leaves a
 * hole; when holes are half, all is written anew.
 */
#include "store/signs.h"
#include "store/store_impl.h"

struct slot {
	uint64_t at; /* in data */
	uint32_t n;
	uint32_t seg;
};
struct facets { /* what a query filters by, apart: gone through as a whole */
	uint32_t hamlet; /* numbers of their names */
	uint16_t form, state;
	bool is_void, is_member, is_waiting;
};
struct link {
	uint64_t to; /* first bytes of the id linked to */
	uint32_t row;
};
struct names { /* texts that many rows share, by number */
	struct arena *a;
	struct map *map;
	uint32_t n;
	char last[40]; /* neighbours often share it */
	size_t last_n;
	uint32_t last_no;
};

struct ids { /* rows by id: 0 is none, else row + 1 */
	uint32_t *slot;
	size_t n; /* a power of two; 0 while all are read */
};

struct directory {
	struct store *s;
	struct signs signs;
	uint64_t generation;
	size_t n, cap;
	struct slot *slot;
	struct facets *facets;
	size_t cap_facets;
	char *data;
	size_t data_n, data_cap, data_dead;
	char *text;
	size_t text_n, text_cap;
	uint32_t *seg_at, *seg_row; /* ascending; a hole's row is UINT32_MAX */
	size_t n_seg, cap_seg;
	uint32_t *order; /* rows by name */
	size_t n_order, cap_order;
	bool sorted; /* the order is whole, but for these, each once: */
	uint32_t later[64];
	size_t n_later;
	struct ids *ids;
	struct link *link;
	size_t n_link, cap_link;
	struct names forms, states, hamlets;
};

/* A row to decode; its folded text and its key are blank. */
struct str rows_bytes(const struct directory *d, size_t row);
/* Whether a row is as these sealed bytes say. */
bool rows_is(const struct directory *d, size_t row, struct str bytes);
struct str rows_segment(const struct directory *d, size_t seg);
const uint8_t *rows_id(const struct directory *d, size_t row);
/* What a row is sorted by; those without a name come last. */
struct str rows_key(const struct directory *d, size_t row);
int rows_key_cmp(struct str a, struct str b);
/* An array with room for so many. */
void *rows_grow(void *p, size_t need, size_t *cap, size_t size);
/* Puts or replaces a row; row is at most d->n. */
bool rows_put(struct directory *d, size_t row, struct str bytes);
/* Makes the order whole; what rows_put changes of it waits for the next time,
 * so that a save pays nothing for a list that nobody looks at yet. */
void rows_sort(struct directory *d);
/* Its part, for rows that were put since the last. */
void rows_sort_later(struct directory *d);
/* Sorts some rows by name, for which no order is needed. */
void rows_sort_some(const struct directory *d, uint32_t *rows, size_t n);
/* 0 if no row has it; else its number. */
uint32_t names_find(const struct names *names, struct str text);

#endif

#ifndef STORE_INDEX_H
#define STORE_INDEX_H
/*
 * A stage of events on its way into the tables that follow from them
 * (store_index): what index.c reads, index_chain.c links and index.c puts to
 * its records.  Private to these.
 */
#include "store/store_impl.h"

/* One event of a stage, as far as the tables need it. */
struct item {
	uint64_t place, seq;
	size_t size;
	uint32_t feed;
	bool has_record, has_prev, dropped;
	struct event_id id, prev;
	struct record_id record;
	const struct taken_record *taken; /* by an import, as all are; NULL */
};
/* One record that the stage touches. */
struct touch {
	uint32_t no;
	size_t first, n; /* of its items, sorted by record and place */
	uint64_t place;  /* the first */
	bool is_new;
	bool has_row; /* an import made it */
};
struct stage {
	struct store *s;
	struct txn *t;
	struct arena *a;
	struct chain chain;
	size_t n, n_touch;
	struct item *item;
	struct touch *touch;
	struct record_at *again; /* records to fold anew for another reason */
	size_t n_again, cap_again;
};

/* What comes from an import mostly is sorted. */
void index_sort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *));
/* The items into the chain and their feeds, sorted by feed; what is here
 * already is marked as dropped. */
enum err index_chain(struct stage *st, struct error *e) MUSTUSE;

#endif

#ifndef STORE_IMPORT_IMPL_H
#define STORE_IMPORT_IMPL_H
/*
 * An import from inside: import.c looks at what comes and tells what it will
 * do, import_stage.c puts it above the marks, where nobody looks before the
 * switch.
 */
#include "store/store_impl.h"

/* A feed as it will be. */
struct ahead {
	struct feed_id id;
	bool own;
	uint64_t stored; /* highest number in the store; 0 for none */
	bool known;    /* its first event is here */
	bool has_role; /* and says whose it is: */
	enum fold_owner role;
	char scope[16];
	bool numbered;
	uint32_t no;
	uint64_t next; /* first place not linked yet */
	uint64_t top;  /* the highest that was taken in here */
	struct event_id last;
};
struct import_meta {
	const char *name;
	struct str value;
};

struct store_import {
	struct store *s;
	struct arena *a;       /* of the whole import: small things */
	struct arena *scratch; /* of one event */
	const char *peer;
	uint64_t staged_to;    /* places below it are in the database */
	struct buf bytes;      /* events not staged yet */
	size_t n, *end;
	struct buf rows; /* of new records, in the order of their numbers, */
	size_t n_rows, cap_rows, *row_end; /* not staged, or of a page that */
	uint32_t rows_from;                /* more may go to; the first */
	struct arena *fold;                /* of one row */
	uint32_t new_records;
	struct taken taken;
	struct record_ids ids; /* of the store; it gets no more until the switch */
	struct map *ahead;
	struct ahead *last; /* of the event before */
	struct store_import_counts counts;
	struct import_names names;
	struct import_meta *meta;
	size_t n_meta, cap_meta;
	struct store_set_aside *aside;
	size_t n_aside, cap_aside;
};

void import_stage_begin(struct store_import *im);
void import_stage_release(struct store_import *im);
/* All is written: the memory is for what follows. */
void import_forget_bytes(struct store_import *im);
/* Takes in an event that is new; `record` is the number among those taken,
 * `first` whether it is the first of it. */
enum err import_keep(struct store_import *im, struct ahead *f,
    const struct event *ev, const struct event_id *id, struct str bytes,
    uint32_t record, bool first, struct error *e) MUSTUSE;
/* What is in memory, into a transaction. */
enum err import_put_stage(struct store_import *im, struct txn *t,
    struct error *e) MUSTUSE;
/* After the switch, if the tables did not follow in it, and the new records
 * did not come in the order of their ids: these all in their order. */
enum err import_put_ids(struct store_import *im, struct error *e) MUSTUSE;

#endif

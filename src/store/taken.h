#ifndef STORE_TAKEN_H
#define STORE_TAKEN_H
/*
 * What an import remembers of the events that it stages, in the order of their
 * places: bringing up the tables then opens none of them again.  56 bytes an
 * event and 24 a record; where an event may have been taken before, or records
 * do not come in the order of their ids, 11 to 22 more to find one by its id.
 */
#include "store/event.h"

#define TAKEN_NONE UINT32_MAX

struct taken_event {
	struct event_id id;
	uint64_t seq;
	uint32_t size;   /* of its bytes */
	uint32_t feed;   /* its number */
	uint32_t record; /* among those here; TAKEN_NONE */
	bool follows;    /* its predecessor is the event before it here */
	bool merges;     /* it says which records are one */
};
struct taken_record {
	struct record_id id;
	uint32_t no;
	bool is_new;  /* it was not in the store */
	bool has_row; /* what its first event makes of it is staged */
};
struct taken_slot {
	uint32_t entry; /* one more than its number; 0 is free */
	uint32_t mark;  /* of its hash: others are not looked at */
};
struct taken_index {
	struct taken_slot *slot;
	size_t size;
};
struct taken {
	uint64_t from; /* place of the first */
	size_t n, cap, n_records, cap_records, n_feeds, cap_feeds;
	struct taken_event *event;
	struct taken_record *record;
	struct feed_id *feed; /* those that the store has not got, */
	uint32_t feeds_from;  /* and the number of the first */
	struct taken_index by_id, by_record;
	bool unordered;   /* the records, which came not in that of their ids */
	bool ids_are_put; /* of the new records, into their table */
};

/* `feeds`: how many the store has. */
void taken_begin(struct taken *t, uint64_t from, uint32_t feeds);
void taken_end(struct taken *t); /* nothing is added or looked for any more */
void taken_release(struct taken *t);
bool taken_has(struct taken *t, const struct event_id *id);
void taken_add(struct taken *t, const struct taken_event *event);
/* *added: it was not here yet, and the caller says what it is. */
uint32_t taken_record(
    struct taken *t, const struct record_id *id, bool *added);
/* The number of a feed that the store has not got. */
uint32_t taken_feed(struct taken *t, const struct feed_id *id);
/* NULL: the event at this place was not taken here. */
const struct taken_event *taken_at(const struct taken *t, uint64_t place);
/* The new records by their ids; the caller frees. */
struct taken_new {
	uint64_t begins; /* the first 8 bytes of the id, as a number */
	uint32_t record;
};
struct taken_new *taken_new_by_id(const struct taken *t, size_t *n);

#endif

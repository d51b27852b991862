#ifndef STORE_STORE_IMPL_H
#define STORE_STORE_IMPL_H
/*
 * The store from inside (doc/store.md).  Truth is the events below
 * numbers.places, in the order of their places, and the tables meta, peers,
 * bundles, packs and refusals.  Chain, feeds, records, record ids,
 * joins and directory follow from the events: store_index brings them up to a place in
 * the same transaction that adds events, or afterwards in stages.
 */
#include "base/map.h"
#include "store/db.h"
#include "store/directory.h"
#include "store/exchange.h"
#include "store/fold_link.h"
#include "store/pack.h"
#include "store/taken.h"

/* What 64 MB of memory allow, a stage's dirty pages included. */
#define STORE_STAGE_EVENTS 4096
#define STORE_STAGE_BYTES (6u << 20)
#define STORE_FEEDS_MAX 4096
#define STORE_PAGE_ROWS 40
/* Of the tables that follow from the events, rows of the directory included:
 * in a store of another layout they are made anew when it is opened. */
#define STORE_LAYOUT 7

struct numbers {
	uint64_t places;  /* events are at 0 .. places - 1 */
	uint64_t derived; /* events that the other tables know of */
	uint32_t records, feeds, refusals, log;
	uint64_t bundles; /* number of our newest bundle */
	int64_t day;      /* the newest known, since 1970-01-01; 0: none */
};

struct feed {
	struct store_feed pub;
	uint32_t no;
	bool known;            /* its first event is here: it has a role */
	enum fold_owner role;
	uint64_t next_seq;     /* of an own open feed */
	uint64_t id_number;    /* in the last id that was made for it */
	struct event_id last;  /* id at next_seq - 1 */
	uint64_t sent, acked;  /* by what peers were sent and said */
};

struct own_feed { /* the feed that a scope is written to */
	char scope[16];
	struct feed_id id;
	bool closed;
};

/* The events of the stage that is being indexed, read once: as they are
 * written, or by store_index. */
struct fresh_event {
	struct event event;
	struct event_id id;
	size_t size; /* of its bytes */
};
struct fresh {
	uint64_t from; /* place of the first */
	size_t n, cap;
	struct fresh_event *list;
	struct arena *a;
	struct buf bytes; /* of the one that is being written */
};

struct store {
	char *dir;
	int lock_fd;
	struct db *db;
	struct store_options options;
	uint8_t key[32];
	struct store_device device;
	bool restored;
	bool open; /* by store_open, to its end */
	bool stale; /* memory may be ahead of the tables */
	bool token_due; /* the disk was too full when the store was opened */

	struct numbers num;
	struct arena *feeds_arena;
	struct feed **feed; /* by number */
	size_t cap_feeds;
	struct map *feed_by_id;
	struct own_feed *own;
	size_t n_own, cap_own;
	struct map *joins; /* record id to struct join; in feeds_arena */

	uint32_t *touched; /* directory pages since the last commit */
	size_t n_touched, cap_touched;
	struct directory *directory;
	bool importing;
	const struct taken *taken; /* by the import whose tables follow now */
	struct fresh fresh; /* to the end of store_index */
};

/* file_system.c */
enum err store_check_fs(const char *dir, struct error *e) MUSTUSE;

/* store.c */
enum err store_lock(const char *dir, int *fd, struct error *e) MUSTUSE;
char *store_path(const struct store *s, struct arena *a, const char *name);
size_t store_map_size(
    const struct store_options *o, const struct store_device *d);
/* db_write with memory put right afterwards, and the directory refreshed. */
enum err store_commit(struct store *s, size_t expect, db_write_fn fn,
    void *ctx, struct error *e) MUSTUSE;
/* The same, but does not wait for the commit; fn ends with ahead_show. */
enum err store_commit_start(struct store *s, size_t expect, db_write_fn fn,
    void *ctx, struct error *e) MUSTUSE;
/* First call of every write function: memory as the tables have it. */
enum err store_begin(struct store *s, struct txn *t, struct error *e) MUSTUSE;

enum err store_reload(struct store *s, struct error *e) MUSTUSE;

/* ahead.c: store_commit_start, once nothing stands against it */
enum err ahead_start(struct store *s, size_t expect, db_write_fn fn,
    void *ctx, struct error *e) MUSTUSE;
/* What was touched, in the directory, from the transaction that wrote it. */
enum err ahead_show(struct store *s, struct txn *t, struct error *e) MUSTUSE;

/* token.c: is this the newest state of the store, or a copy? */
enum err token_put_first(struct store *s, struct txn *t, struct error *e)
    MUSTUSE;
enum err token_renew(struct store *s, struct error *e) MUSTUSE;
/* On a full disk the store can be read; the token is renewed before the first
 * change, so that no event is added to a feed that was restored. */
enum err token_renew_if_room(struct store *s, struct error *e) MUSTUSE;
/* day.c */
const char *day_word(const struct store *s); /* for an event written now */
struct date day_today(const struct store *s); /* the newest known, if the clock does not fit */
void day_learn(struct store *s); /* an event is written, or a bundle */
void day_heard(struct store *s, struct date day);

/* state.c: numbers, device, own feeds */
enum err state_load(struct store *s, struct txn *t, struct error *e) MUSTUSE;
enum err state_put_numbers(struct store *s, struct txn *t, struct error *e)
    MUSTUSE;
enum err state_put_own(struct store *s, struct txn *t, struct error *e)
    MUSTUSE;
enum err state_put_device(
    struct txn *t, const struct store_device *d, struct error *e) MUSTUSE;

/* feed.c */
enum err feeds_load(struct store *s, struct txn *t, struct error *e) MUSTUSE;
struct feed *feed_get(const struct store *s, const struct feed_id *id);
struct feed *feed_add(struct store *s, const struct feed_id *id);
enum err feed_put(struct txn *t, const struct feed *f, struct error *e)
    MUSTUSE;
/* What a first event says of its feed; ERR_FORMAT. */
enum err feed_opening(const struct event *ev, struct store_feed *out,
    struct error *e) MUSTUSE;
void feeds_mark(struct store *s); /* which are closed */
void feed_known(struct store *s, struct feed *f, const struct store_feed *as);
/* The open own feed of a scope; NULL if there is none. */
struct feed *feed_own(struct store *s, const char *scope);
/* Makes one, its first event included; it lies at the next place. */
enum err feed_begin(struct store *s, struct txn *t, const char *scope,
    const char *officer, const char *clock, struct feed **out,
    struct error *e) MUSTUSE;

/* No own feed is written to any more; the next event begins a new one. */
enum err feeds_close_own(struct store *s, struct txn *t, struct error *e)
    MUSTUSE;

/* chain.c: (feed, seq) to ids and places, a page of 32 at a time */
struct chain_entry {
	uint64_t seq, place;
	size_t size; /* of its bytes */
	bool joined; /* its predecessor is at seq - 1 */
	struct event_id id;
};
struct chain {
	struct txn *t;
	uint32_t feed, page;
	bool loaded, dirty;
	size_t n, cap;
	struct chain_entry *entry; /* by seq, then id */
	struct buf bytes;
};
void chain_begin(struct chain *c, struct txn *t);
/* The entries at a place of a feed: *first, the answer is how many; they are
 * lent until the next call. */
enum err chain_at(struct chain *c, uint32_t feed, uint64_t seq, size_t *first,
    size_t *n, struct error *e) MUSTUSE;
enum err chain_add(struct chain *c, uint32_t feed,
    const struct chain_entry *entry, struct error *e) MUSTUSE;
enum err chain_flush(struct chain *c, struct error *e) MUSTUSE;
void chain_end(struct chain *c);

/* record_ids.c: from the id of a record to its number */
/* ERR_NOTFOUND without a message.  An import may put ids ahead of the records:
 * one that is not numbered yet is not there. */
enum err record_no(const struct store *s, struct txn *t,
    const struct record_id *id, uint32_t *no, struct error *e) MUSTUSE;
#define RECORD_RUN_KEY 8
/* To look for many, or put them, a run of neighbours at a time. */
struct record_ids {
	struct txn *t;
	bool loaded, dirty;
	char key[RECORD_RUN_KEY];
	struct buf run;
};
void record_ids_begin(struct record_ids *x, struct txn *t);
enum err record_ids_get(struct record_ids *x, const struct store *s,
    const struct record_id *id, uint32_t *no, struct error *e) MUSTUSE;
enum err record_ids_put(struct record_ids *x, const struct record_id *id,
    uint32_t no, struct error *e) MUSTUSE;
enum err record_ids_flush(struct record_ids *x, struct error *e) MUSTUSE;
void record_ids_end(struct record_ids *x);
/* How many there are. */
enum err record_ids_count(struct txn *t, uint64_t *n, struct error *e) MUSTUSE;

/* record.c */
struct record_at {
	uint32_t no;
	struct record_id id;
};
struct record_places {
	struct record_id id;
	size_t n;
	uint64_t *place; /* ascending */
};
enum err record_places_get(struct txn *t, struct arena *a, uint32_t no,
    struct record_places *out, struct error *e) MUSTUSE;
/* Those of a page, as many as there are yet. */
enum err record_page_get(struct txn *t, struct arena *a, uint32_t page,
    struct record_places rec[STORE_PAGE_ROWS], size_t *n, struct error *e)
    MUSTUSE;
enum err record_page_put(struct txn *t, uint32_t page,
    const struct record_places *rec, size_t n, struct error *e) MUSTUSE;
/* The event at a place; its bytes are the arena's. */
enum err event_at(struct txn *t, struct arena *a, uint64_t place,
    struct event *out, struct event_id *id, struct str *bytes,
    struct error *e) MUSTUSE;
/* Writes an event at the next place, and reads it, into the fresh ones, as
 * everybody will read it: what cannot be read is not written. */
enum err event_put(struct store *s, struct txn *t, struct event *ev,
    struct event_id *id, struct error *e) MUSTUSE;
/* Reads the one at this place into the fresh ones. */
enum err event_refresh(struct store *s, struct txn *t, uint64_t place,
    struct error *e) MUSTUSE;
/* How many fresh ones there will be about; called where there are none. */
void event_expect(struct store *s, size_t n);
void event_forget(struct store *s);
/* The events of the record alone, as many as it has places. */
enum err record_events(struct store *s, struct txn *t, struct arena *a,
    const struct record_places *rec, struct fold_event **out,
    struct error *e) MUSTUSE;
/* And of all that are one with it. */
enum err record_all_events(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, struct fold_event **out, size_t *n,
    struct error *e) MUSTUSE;
enum err record_fold(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, struct fold_event **events,
    struct record *out, struct error *e) MUSTUSE;
/* Folds these, and lists what of its links holds nothing. */
void record_fold_events(struct store *s, struct arena *a,
    const struct record_id *id, struct fold_event *list, size_t n,
    struct record *out);
/* Whose an event is, by its feed. */
void record_event_role(const struct store *s, struct fold_event *ev);
/* The record that an id stands for, which may be another; a person is told. */
enum err record_find(struct store *s, struct txn *t,
    const struct record_id *id, struct record_at *out, struct error *e) MUSTUSE;

/* join.c: which records are one */
enum join_said { /* of two records */
	JOIN_NOTHING,
	JOIN_SAME,
	JOIN_APART,
	JOIN_ABSENT, /* without effect: the other is not here, */
	JOIN_FORMS,  /* is of another form, */
	JOIN_SCOPES, /* or of another commune */
};
struct join_near {
	struct record_id id;
	enum join_said said;
};
struct join {
	struct record_id id, root;
	size_t n, cap;
	struct join_near *near; /* all that a merge named along with it */
	bool dirty;             /* the table has not got it yet */
	size_t at;              /* used while a closure is gone through */
};
enum err joins_load(struct store *s, struct txn *t, struct error *e) MUSTUSE;
struct join *join_get(const struct store *s, const struct record_id *id);
/* The smallest id of those that it is one with; its own. */
const struct record_id *join_root(
    const struct store *s, const struct record_id *id);
bool join_is_root(const struct store *s, const struct record_id *id);
/* All of them, sorted. */
struct record_id *join_members(const struct store *s, struct arena *a,
    const struct record_id *id, size_t *n);
enum join_said join_between(const struct store *s, const struct record_id *x,
    const struct record_id *y);
/* Notes whom an event names; joins_update, with its record among `rec`, says
 * what follows and adds the records that are to be looked at again. */
void join_note(struct store *s, const struct event *ev);
enum err joins_update(struct store *s, struct txn *t, struct arena *a,
    struct record_at **rec, size_t *n, struct error *e) MUSTUSE;
/* For the check: an event was noted; entry i says what the events say. */
bool join_noted(const struct store *s, const struct event *ev);
enum err join_sound(struct store *s, struct txn *t, struct arena *a, size_t i,
    bool *sound, struct error *e) MUSTUSE;

/* index.c: events from .. to - 1 into the tables that follow from them; what is
 * in its stage is private (store/index.h) */
enum err store_index(struct store *s, struct txn *t, uint64_t from,
    uint64_t to, struct error *e) MUSTUSE;
/* Brings them up to numbers.places in stages, each its own transaction. */
enum err store_catch_up(struct store *s, store_progress_fn progress,
    void *ctx, struct error *e) MUSTUSE;
/* The row of a record as its events say. */
enum err index_row(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, const struct record_places *places,
    struct buf *row, struct error *e) MUSTUSE;
/* A page of the directory is not as memory has it. */
void index_touched(struct store *s, uint32_t page);
/* Folds these records anew, and those that are one with them or were, and
 * rewrites their rows. */
enum err index_rows(struct store *s, struct txn *t,
    const struct record_at *rec, size_t n, struct error *e) MUSTUSE;

/* basis.c: the facts that decisions are made on (doc/format-events.md) */
/* What an event of the district that is about to be appended was made on;
 * none if it decides nothing. */
enum err basis_find(struct store *s, struct txn *t, struct arena *a,
    const struct fold_rules *rules, struct event *ev, struct error *e)
    MUSTUSE;
/*
 * What a row keeps of it: sums of the first 8 bytes of ids, which are those
 * of a hash, so that whether a decision still rests on what it was made on is
 * a comparison when it is shown, and a change of a person rewrites no case.
 */
struct row_basis {
	uint64_t facts, state;  /* heads of its facts; of its state, if one */
	struct str decided;     /* 8 bytes for each: what facts should be */
};
void basis_pack(struct arena *a, const struct record *r, struct buf *out);
bool basis_unpack(struct unpack *u, struct row_basis *out);
struct row;
bool basis_changed(const struct directory *d, const struct row *row);

/* row.c: one directory row */
struct row_mark { /* how far into each feed this record's events reach */
	uint32_t feed;
	uint64_t seq;
};
struct row {
	struct directory_row pub;
	bool refused;
	bool is_member; /* of the record `into`; nothing else is there */
	struct record_id into;
	struct str folded; /* what is searched: words after spaces */
	struct str key;    /* where its name sorts */
	struct str links;  /* ids, 16 bytes each */
	struct str marks;  /* packed */
	struct row_basis basis;
};
/* Ids of the records that it links to, 16 bytes each. */
struct str row_links(
    struct arena *a, const struct record *r, const struct fold_rules *rules);
void row_encode(struct store *s, struct arena *a, const struct record *r,
    const struct fold_event *events, struct buf *out);
/* The same, where the caller knows the scope and how far its events reach;
 * the rules may be NULL. */
void row_pack(struct arena *a, const struct record *r,
    const struct fold_rules *rules, const char *scope,
    const struct row_mark *marks, size_t n_marks, struct buf *out);
/* Of a record that is part of another. */
void row_encode_member(const struct record_id *id, const struct record_id *root,
    struct buf *out);
/* Lent from the bytes. */
bool row_decode(struct str bytes, struct row *out);
bool row_mark_next(struct unpack *marks, struct row_mark *out);
/* The rows of a page: STORE_PAGE_ROWS texts, empty where there is none. */
enum err row_page_get(struct txn *t, uint32_t page, struct buf *bytes,
    struct str rows[STORE_PAGE_ROWS], struct error *e) MUSTUSE;
enum err row_page_put(struct txn *t, uint32_t page,
    const struct str rows[STORE_PAGE_ROWS], struct error *e) MUSTUSE;
void row_tally(const struct store *s, const struct row *r,
    struct store_counts *out); /* what is owed of it */
enum store_standing row_standing(const struct store *s, const struct row *r);

/* directory.c */
enum err directory_refresh(struct directory *d, const uint32_t *pages,
    size_t n, struct error *e) MUSTUSE;
/* From a transaction that is not committed yet. */
enum err directory_refresh_in(struct directory *d, struct txn *t,
    const uint32_t *pages, size_t n, struct error *e) MUSTUSE;
/* All of it anew: it was ahead of what the disk has. */
enum err directory_reload(struct directory *d, struct error *e) MUSTUSE;
void directory_free(struct directory *d);
enum err directory_need(struct store *s, struct error *e) MUSTUSE;
void directory_tally(const struct directory *d, struct store_counts *out);

/* peers.c */
struct peer { /* what is known of one device */
	size_t n_acks, n_sent, n_told;
	struct store_ack *acks; /* what it said it has */
	struct store_ack *sent; /* how far bundles to it went */
	struct store_ack *told; /* one of our unit: how far its own went */
};
void peer_pack_acks(struct buf *out, const struct store_ack *acks, size_t n);
struct store_ack *peer_unpack_acks(
    struct arena *a, struct unpack *u, size_t *n);
enum err peer_get(struct txn *t, struct arena *a, struct str name,
    struct peer *out, struct error *e) MUSTUSE; /* empty if never heard */
enum err peer_sent(struct txn *t, const char *peer,
    const struct store_ack *up_to, size_t n, struct error *e) MUSTUSE;
/* Does our copy of this feed carry this id at this place? */
enum err ack_is_ours(struct chain *c, const struct feed *f,
    const struct store_ack *ack, bool *yes, struct error *e) MUSTUSE;
enum err peers_weigh(struct store *s, struct txn *t, struct error *e) MUSTUSE;
/* acks NULL: it said nothing new. */
enum err peer_heard(struct store *s, struct txn *t, const char *peer,
    const struct store_bundle_note *note, const struct store_ack *acks,
    size_t n, struct error *e) MUSTUSE;

/* bundle_log.c */
enum err bundle_log_put(struct store *s, struct txn *t,
    const struct store_bundle_note *note, struct error *e) MUSTUSE;

/* import_names.c */
struct import_names {
	size_t n;
	struct store_import_name name[STORE_IMPORT_NAMES];
};
/* Of the event that creates a record. */
void import_note_name(struct store *s, struct arena *a,
    const struct event *ev, struct import_names *out);
/* import_stage.c: removes what no switch made visible */
enum err import_clean(struct store *s, struct error *e) MUSTUSE;

#endif

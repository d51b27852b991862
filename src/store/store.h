#ifndef STORE_STORE_H
#define STORE_STORE_H
/*
 * The event store: LMDB behind it, every value sealed.
 *
 * Caveats.  One store per process, opened once; an flock on a file of our own
 * keeps a second program out.  No transaction is open while the program waits
 * for a key.  What is returned is copied into the caller's arena.  The folder
 * must be on a file system that keeps its word: FAT, exFAT, NTFS, network
 * and FUSE mounts are refused.  No fork after opening, but fork+exec.  After
 * a failed commit nothing is retried: the store is closed, opened again and
 * looked at, and the caller is told that the save did not happen (SAFETY
 * D1-D14).
 *
 * Tables: meta, events (place -> bytes), chain (feed no, page -> ids and
 * places), feeds, records (number -> id and places), record_ids, directory
 * (page -> 40 rows), joins, peers, bundles, packs (hash -> bytes), refusals.  Only
 * events, meta, peers, bundles, packs and refusals are truth; the rest can be
 * rebuilt (D9).  doc/store.md says why these.
 */
#include "base/date.h"
#include "store/fold_link.h"

struct store;

struct store_device { /* who writes here */
	char unit[16], role[16], name[64], device[8]; /* device: 4 base32 */
	char minisign[64], age[72]; /* public keys as text */
	uint8_t sign_key[32];
};

struct store_options {
	const uint8_t *key; /* 32 bytes, from master_derive("DEK_____") */
	uint32_t epoch;
	fold_rules_fn rules;
	void *rules_ctx;
	size_t map_size;    /* bytes; 0: the usual for the role, as doc/store.md says */
};

/* Creates DIR/db by way of DIR/db.new (D2).  A feed for a scope is begun when
 * something is first written to it.  ERR_EXISTS, ERR_IO, ERR_REFUSED for a file system that is not fit. */
enum err store_create(const char *dir, const struct store_options *o,
    const struct store_device *d, struct error *e) MUSTUSE;
/* ERR_BUSY, ERR_NOTFOUND, ERR_CORRUPT, ERR_VERSION. */
enum err store_open(const char *dir, const struct store_options *o,
    struct store **out, struct error *e) MUSTUSE;
void store_close(struct store *s);
/* Called before the program waits for a person: a bug if a transaction is
 * open then (SAFETY D5). */
void store_at_rest(void);
const struct store_device *store_device(const struct store *s);
/* True if, when it was opened, the store turned out to be an older copy of
 * itself, or was made from a backup: it goes on in new feeds (R7). */
bool store_was_restored(const struct store *s);
/* The magic number (statfs) of the file system that the store lies on, if it is
 * neither one known to keep its word nor a refused one (SAFETY D1); else 0. */
uint32_t store_strange_fs(const struct store *s);

/*
 * The clock (SAFETY R13).  The newest known day is that of the newest event
 * that was written here under a clock that fitted, of the newest bundle of a
 * district that was taken in, of this program itself, or what a person said
 * last.  The clock fits if today is that day or one of the 45 after it.
 */
#define STORE_CLOCK_AHEAD 45
struct date store_newest_day(const struct store *s);
bool store_clock_fits(const struct store *s);
/* A person's word, which takes the place of what was known. */
enum err store_set_day(struct store *s, struct date day, struct error *e)
    MUSTUSE;

/*
 * Writing: one use case, one commit.  Each store_write becomes one event
 * (doc/format-events.md): the next of this device's feed of that scope, linked
 * to the one before it, and kept as the bytes that a bundle will carry.
 */
struct store_write {
	enum event_act act;
	struct record_id record;
	const char *scope; /* commune whose record it is */
	const char *form;  /* NULL for device-wide notes */
	const uint8_t *form_hash;
	const char *officer, *reason;
	const char *clock; /* NULL: "ok" or "doubtful", as the clock is */
	const struct event_set *set;
	size_t n_set;
	/* The heads that the person saw; NULL: the heads as they are now. */
	const struct event_id *over;
	size_t n_over;
	/* What a decision is made on; NULL: the facts as they are now. */
	const struct event_id *basis;
	size_t n_basis;
};
/* An id for a record that will be written to this scope, now or later: after
 * those that were made for it before (doc/format-events.md). */
void store_id_make(struct store *s, const char *scope, struct record_id *out);
/* Appends the events in one durable transaction, in which their records are
 * folded and their rows of the directory written anew, too.  A path set by an owner that
 * this unit is not is ERR_REFUSED, named.  ids may be NULL. */
enum err store_append(struct store *s, const struct store_write *w, size_t n,
    struct event_id *ids, struct error *e) MUSTUSE;
/*
 * The same, but comes back before the commit does, which is on its way in a
 * thread, after those that were started before; each is one transaction.  All
 * that reads records sees it at once; until store_append_end nothing may be
 * said to be saved.  What hands over, backs up, checks or sets anything else
 * waits for it.  store_append_fd can be read (poll) when one is back.
 * store_append_end waits for the first; if that failed, none that were on their
 * way were saved, and all is as before them, the directory's row numbers
 * included.  Until it is called, all that touches the store fails with the same
 * error.
 */
enum err store_append_start(struct store *s, const struct store_write *w,
    size_t n, struct error *e) MUSTUSE;
int store_append_fd(const struct store *s); /* -1: nothing is on its way */
bool store_append_is_back(const struct store *s);
enum err store_append_end(struct store *s, struct error *e) MUSTUSE;
/* The same for very many new records (demo, first load): stages of bounded
 * memory, each durable; keys in order.  progress may be NULL; false stops. */
typedef bool (*store_progress_fn)(void *ctx, uint64_t done, uint64_t total);
struct store_bulk;
enum err store_bulk_begin(struct store *s, struct store_bulk **out,
    struct error *e) MUSTUSE;
enum err store_bulk_add(struct store_bulk *b, const struct store_write *w,
    struct error *e) MUSTUSE;
enum err store_bulk_end(struct store_bulk *b, bool commit, struct error *e)
    MUSTUSE;

/* Reading.  An id of a record that was merged into another stands for that one
 * in every call, and so does one that is written to. */
enum err store_record(struct store *s, struct arena *a,
    const struct record_id *id, struct record *out, struct error *e) MUSTUSE;
/* A record's events in causal order (an event after those in its over and
 * before-links; ties by feed, seq). */
struct store_event {
	struct event_id id;
	struct event event;
	char unit[16], device[8]; /* of its feed */
	bool linked; /* its predecessor is here, or its feed is forked */
	bool waiting;             /* its pack is missing */
};
enum err store_history(struct store *s, struct arena *a,
    const struct record_id *id, struct store_event **out, size_t *n,
    struct error *e) MUSTUSE;
/* Records whose link field holds id (a household's members). */
enum err store_linked(struct store *s, struct arena *a,
    const struct record_id *id, const char *form, struct record_id **out,
    size_t *n, struct error *e) MUSTUSE;
struct record_id store_stands_for(
    const struct store *s, const struct record_id *id);
/* What persons said of two records: that they are one, or two, or nothing that
 * holds (store/fold_link.h). */
enum fold_said store_said(const struct store *s, const struct record_id *x,
    const struct record_id *y);
uint64_t store_count(struct store *s, const char *form); /* not void */
/* The facts that are not those that a decision of the record was made on: of
 * the record, and of the records that it links to. */
struct store_change {
	struct record_id record;
	struct str form, path, json; /* as it is shown now */
};
enum err store_changes(struct store *s, struct arena *a,
    const struct record_id *id, struct store_change **out, size_t *n,
    struct error *e) MUSTUSE;

/* Where a record stands, by arithmetic on acknowledgements. */
enum store_standing {
	STORE_HERE,
	STORE_SENT,
	STORE_RECEIVED,
	STORE_DECIDED,
	STORE_READ,
};
enum store_standing store_standing(
    struct store *s, const struct record_id *id);
const char *store_standing_name(enum store_standing st); /* "here" */

/* Packs (forms) by BLAKE2b-256. */
enum err store_pack_put(struct store *s, const char *kind, struct str bytes,
    uint8_t hash[32], struct error *e) MUSTUSE;
/* After new packs: folds the records that waited for them. */
enum err store_refold(struct store *s, struct error *e) MUSTUSE;
/* Calls for every pack of a kind ("form" is the only one). */
enum err store_pack_each(struct store *s, const char *kind,
    enum err (*fn)(void *ctx, const uint8_t hash[32], struct str bytes,
        struct error *e),
    void *ctx, struct error *e) MUSTUSE;

/* Small sealed settings by name. */
enum err store_meta_get(struct store *s, struct arena *a, const char *name,
    struct str *out, struct error *e) MUSTUSE; /* ERR_NOTFOUND */
enum err store_meta_put(struct store *s, const char *name, struct str value,
    struct error *e) MUSTUSE;

/*
 * Verifies everything: seals, ids, chains, folds, directory, counts (I8, I9).
 * Each fault is told; the answer is their number.
 */
enum err store_check(struct store *s,
    void (*fault)(void *ctx, const char *what), void *ctx,
    store_progress_fn progress, void *progress_ctx, uint64_t *faults,
    struct error *e) MUSTUSE;
/* Hash over all folds: equal event sets, equal digest (I1). */
enum err store_digest(struct store *s, uint8_t out[32], struct error *e)
    MUSTUSE;
enum err store_rebuild(struct store *s, struct error *e) MUSTUSE;

/* A compact verified copy at path (D10), and a store from it with a new feed
 * that says which one it continues (R7). */
enum err store_backup(struct store *s, const char *path,
    store_progress_fn progress, void *ctx, struct error *e) MUSTUSE;
enum err store_restore(const char *dir, const char *backup,
    const struct store_options *o, struct error *e) MUSTUSE;
/* Closes this device's feeds and goes on in new ones (R7). */
enum err store_new_feeds(struct store *s, struct error *e) MUSTUSE;
struct store_counts {
	uint64_t events, records, conflicts, waiting, refused, forked_feeds;
	uint64_t basis_changed; /* records with a decision to look at again */
	uint64_t objections;
	uint64_t unsent; /* own events no bundle holds yet */
	uint64_t unacknowledged; /* own events the other side has not receipted */
	/* Records with events of our level that no bundle holds; and those of
	 * whose events all are in bundles, and some are not receipted. */
	uint64_t records_unsent, records_sent;
};
enum err store_counts(
    struct store *s, struct store_counts *out, struct error *e) MUSTUSE;

#endif

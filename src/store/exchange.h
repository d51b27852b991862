#ifndef STORE_EXCHANGE_H
#define STORE_EXCHANGE_H
/*
 * The store's side of a hand-over: what feeds there are, what the other side
 * has, which events it lacks, and taking in what it sent (SAFETY R5-R7, D11).
 */
#include "store/store.h"

struct store_feed {
	struct feed_id id;
	char unit[16], device[8], role[16], scope[16];
	uint8_t sign_key[32]; /* of the device, from its first event */
	uint64_t top;         /* highest sequence number held */
	uint64_t linked;      /* longest linked prefix */
	struct event_id head; /* id at `linked` */
	/* Since when something beyond `linked` has waited for what is missing
	 * (R5); DATE_NONE: nothing does, or the feed is forked. */
	struct date waits_since;
	bool forked, closed, own;
};
/* Feeds of one scope, or all for NULL; sorted by id. */
enum err store_feeds(struct store *s, struct arena *a, const char *scope,
    struct store_feed **out, size_t *n, struct error *e) MUSTUSE;

struct store_ack {
	struct feed_id feed;
	uint64_t seq;
	struct event_id head;
};
/* What a peer device last said it has; empty if never heard. */
enum err store_peer_acks(struct store *s, struct arena *a, const char *peer,
    struct store_ack **out, size_t *n, struct error *e) MUSTUSE;
/* How many events of our unit's feeds these acknowledge which no other unit
 * had acknowledged before. */
enum err store_acks_fresh(struct store *s, const struct store_ack *acks,
    size_t n, uint64_t *count, struct error *e) MUSTUSE;
/* What we hold of a scope, to tell a peer: forked feeds left out. */
enum err store_own_acks(struct store *s, struct arena *a, const char *scope,
    struct store_ack **out, size_t *n, struct error *e) MUSTUSE;

/* How far bundles to other units went, for our unit's other laptops. */
enum err store_sent_acks(struct store *s, struct arena *a, const char *scope,
    struct store_ack **out, size_t *n, struct error *e) MUSTUSE;

/* Every event of the scope's feeds that is not covered by acks, feed by feed
 * in sequence; forked feeds whole.  fn gets the canonical bytes. */
typedef enum err (*store_event_fn)(
    void *ctx, struct str bytes, struct error *e);
enum err store_events_beyond(struct store *s, const char *scope,
    const struct store_ack *acks, size_t n, store_event_fn fn, void *ctx,
    uint64_t *count, struct error *e) MUSTUSE;
/* The same with what the chain says of each; with_bytes false: without the
 * bytes, and no event is opened but those of forked feeds.  Lent. */
struct store_entry {
	const struct store_feed *feed;
	uint64_t seq;
	size_t size; /* of the bytes */
	const struct event_id *id;
	struct str bytes;
};
typedef enum err (*store_entry_fn)(
    void *ctx, const struct store_entry *entry, struct error *e);
enum err store_entries_beyond(struct store *s, const char *scope,
    const struct store_ack *acks, size_t n, bool with_bytes,
    store_entry_fn fn, void *ctx, struct error *e) MUSTUSE;

/*
 * Taking in.  Begin, add each event's bytes (checked, deduplicated by id),
 * then apply: one switch makes all of it visible and stores the peer's
 * acknowledgements, the bundle's log entry and the remembered numbers; or
 * drop, which leaves nothing.  Memory does not grow with the number of
 * events: what is staged lies sealed in the database, unseen, and is cleaned
 * at the next start if the program dies.  Until store_import_drop an append or
 * a second import is a bug.
 */
struct store_import;
enum err store_import_begin(struct store *s, const char *peer,
    struct store_import **out, struct error *e) MUSTUSE;
/* OK also for what we have; a bad event is set aside with its reason. */
enum err store_import_add(struct store_import *im, struct str bytes,
    struct error *e) MUSTUSE;
/* The same of an event that the caller has decoded and hashed already. */
enum err store_import_take(struct store_import *im, const struct event *ev,
    const struct event_id *id, struct str bytes, struct error *e) MUSTUSE;
/* An event that the caller's own rule keeps out (an owner nobody knows, past
 * the signed checkpoint): counted as set aside and listed with the reason,
 * which is constant English text.  Not stored as an event; it comes again. */
enum err store_import_set_aside(struct store_import *im, struct str bytes,
    const char *reason, struct error *e) MUSTUSE;
/* A setting (store_meta_put) that the same switch writes: the trust list,
 * checkpoints, what the peer holds.  Later ones of a name win. */
enum err store_import_meta(struct store_import *im, const char *name,
    struct str value, struct error *e) MUSTUSE;
struct store_import_counts {
	uint64_t events, fresh, known, set_aside, records_new, records_changed;
	uint64_t records_decided; /* of those changed: the district has decided */
	uint64_t waiting, forks;
	bool restored_here; /* the peer has more of our feed than we (R7 c) */
};
void store_import_counts(
    const struct store_import *im, struct store_import_counts *out);
/* The first new records of those that say a name, for the person to know what
 * this is; lent until the drop. */
#define STORE_IMPORT_NAMES 5
struct store_import_name {
	struct str form, name, hamlet; /* hamlet may be empty */
};
size_t store_import_names(
    const struct store_import *im, const struct store_import_name **out);
struct store_bundle_note { /* the log of bundles */
	const char *name;   /* "11149-K7Q2-000042" */
	const char *peer;   /* "11149/K7Q2", or a unit alone */
	bool incoming;
	struct date day;    /* of a bundle that says what day it is there */
	/* Of one of ours: how far it went in each feed it holds events of.  Of
	 * one from our unit: how far bundles to others went there. */
	const struct store_ack *carried, *sent;
	size_t n_carried, n_sent;
	uint64_t number, events;
	uint8_t header_hash[32];
};
/* The acknowledgements are what the peer says now; NULL leaves what it said
 * before.  Whether a late bundle's still count is for the caller to know. */
enum err store_import_apply(struct store_import *im,
    const struct store_ack *peer_acks, size_t n,
    const struct store_bundle_note *note, struct error *e) MUSTUSE;
void store_import_drop(struct store_import *im); /* also after apply; NULL */

/* What imports set aside, oldest first. */
struct store_set_aside {
	char peer[24], at[32];
	struct event_id id; /* of the bytes as they came */
	const char *reason; /* English, translate when shown */
};
enum err store_set_asides(struct store *s, struct arena *a,
    struct store_set_aside **out, size_t *n, struct error *e) MUSTUSE;

/* The log of bundles.  sent_up_to is how far the bundle brings the peer in
 * the feeds of our level, those of our unit's other laptops included; that
 * our receipts for the other level's feeds went along, the store knows. */
enum err store_bundle_log(
    struct store *s, const struct store_bundle_note *note,
    const struct store_ack *sent_up_to, size_t n, struct error *e) MUSTUSE;
bool store_bundle_known(struct store *s, const uint8_t header_hash[32]);
uint64_t store_bundle_next(struct store *s); /* number of our next bundle */
/* This number is used up, whatever becomes of the bundle. */
enum err store_bundle_take(struct store *s, uint64_t number, struct error *e)
    MUSTUSE;
struct store_bundle_entry {
	char name[40], peer[24], at[32];
	bool incoming;
	uint64_t number, events;
	uint8_t header_hash[32];
};
enum err store_bundles(struct store *s, struct arena *a,
    struct store_bundle_entry **out, size_t *n, struct error *e) MUSTUSE;
/* Ours for this unit, oldest first, of which each of these peers has
 * acknowledged every event. */
enum err store_bundles_acked(struct store *s, struct arena *a,
    const char *unit, const char *const *peers, size_t n_peers,
    struct store_bundle_entry **out, size_t *n, struct error *e) MUSTUSE;

#endif

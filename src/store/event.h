#ifndef STORE_EVENT_H
#define STORE_EVENT_H
/*
 * The event (doc/format-events.md) as a struct, read from and written to its
 * canonical bytes.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define EVENT_ID_SIZE 32
#define RECORD_ID_SIZE 16
#define FEED_ID_SIZE 16
#define RECORD_ID_TEXT 27 /* 26 base32 characters and NUL */
#define EVENT_BYTES_MAX (256 * 1024)
#define EVENT_STRING_MAX (16 * 1024)
#define EVENT_OVER_MAX 64
#define EVENT_VERSION 1

struct event_id {
	uint8_t b[EVENT_ID_SIZE];
};
struct record_id {
	uint8_t b[RECORD_ID_SIZE];
};
struct feed_id {
	uint8_t b[FEED_ID_SIZE];
};

enum event_act {
	EVENT_OPEN,
	EVENT_CREATE,
	EVENT_AMEND,
	EVENT_MOVE,
	EVENT_VOID,
	EVENT_RESTORE,
	EVENT_RESOLVE,
	EVENT_MERGE,
	EVENT_NOTE,
	EVENT_REVEAL,
	EVENT_PRINT,
	EVENT_EXPORT,
	EVENT_UNKNOWN, /* of a newer version: kept, linked, passed on */
};

struct event_set {
	struct str path, json; /* json: one canonical value */
};

struct event {
	int64_t version;
	enum event_act act;
	struct feed_id feed;
	uint64_t seq;
	bool has_prev, has_record, has_form;
	struct event_id prev;
	struct record_id record;
	struct str form;
	uint8_t form_hash[32];
	struct str officer, at, clock, reason; /* unescaped */
	size_t n_set, n_over, n_basis;
	struct event_set *set; /* sorted by path */
	struct event_id *over, *basis; /* sorted */
};

/* Strict: any deviation is ERR_FORMAT with its place; limits ERR_LIMIT.
 * Lent strings point into bytes. */
enum err event_decode(struct arena *a, struct str bytes, struct event *out,
    struct error *e) MUSTUSE;
/* Sorts set, over and basis; the caller's texts have passed text_clean. */
void event_encode(struct buf *out, struct event *ev);
void event_sort_set(struct event *ev);
void event_id_of(struct event_id *out, struct str bytes);
/*
 * In a bundle (doc/format-bundle.md, part 3) a line is an event's bytes, with
 * "prev" left empty where it names the event of the line before.
 */
#define EVENT_PREV_TEXT 64 /* what a line without it is shorter */
/* The text of an event's own "prev", lent; p NULL if it has none. */
enum err event_prev(struct str bytes, struct str *hex, struct error *e)
    MUSTUSE;
/* Adds the line; `before`, if not NULL, must be what the event names: else it
 * is ERR_CORRUPT. */
enum err event_line_put(struct buf *out, struct str bytes,
    const struct event_id *before, struct error *e) MUSTUSE;
/* The event's bytes again: the line itself, or made in `room`.  ERR_FORMAT if
 * `before` is NULL, there being none, and is needed. */
enum err event_line_whole(struct buf *room, struct str line,
    const struct event_id *before, struct str *bytes, struct error *e)
    MUSTUSE;
const char *event_act_name(enum event_act act);
/* Without the mark of what stands beside a field: the reason of a forced
 * warning, "birth?force", and the note "birth?note" are of birth. */
struct str event_field(struct str path);
bool record_id_parse(struct str s, struct record_id *out);
void record_id_format(const struct record_id *id, char out[RECORD_ID_TEXT]);
/* doc/format-events.md, *Ids of records*: beside the others of its feed;
 * `number` is about that of the event that creates it.  Without a feed it is
 * random alone, which does as well. */
void record_id_make(
    struct record_id *out, const struct feed_id *feed, uint64_t number);
void feed_id_format(const struct feed_id *id, char out[RECORD_ID_TEXT]);
bool feed_id_parse(struct str s, struct feed_id *out);
/* Of the first 16 bytes of any id, neighbours far apart; another one each time
 * the program runs, so that whoever sends ids does not know where they fall. */
uint64_t id_hash(const void *id);
/* doc/format-events.md: from the device's key and the nonce. */
void feed_id_make(
    struct feed_id *out, const uint8_t key[32], const uint8_t nonce[16]);

#endif

#ifndef STORE_EVENT_H
#define STORE_EVENT_H
/*
 * The event (doc/format-events.md) as a struct, read from and written to its
 * canonical bytes.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "store/id.h"

#define EVENT_BYTES_MAX (256 * 1024)
#define EVENT_STRING_MAX (16 * 1024)
#define EVENT_OVER_MAX 64
#define EVENT_VERSION 1

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

#endif

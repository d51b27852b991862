#ifndef STORE_ID_H
#define STORE_ID_H
/* What events, records and feeds are called (doc/format-events.md). */
#include "base/base.h"

#define EVENT_ID_SIZE 32
#define RECORD_ID_SIZE 16
#define FEED_ID_SIZE 16
#define RECORD_ID_TEXT 27 /* 26 base32 characters and NUL; of a feed, too */

struct event_id {
	uint8_t b[EVENT_ID_SIZE];
};
struct record_id {
	uint8_t b[RECORD_ID_SIZE];
};
struct feed_id {
	uint8_t b[FEED_ID_SIZE];
};

/* The hash of an event's canonical bytes. */
void event_id_of(struct event_id *out, struct str bytes);

bool record_id_parse(struct str s, struct record_id *out);
void record_id_format(const struct record_id *id, char out[RECORD_ID_TEXT]);
/* Beside the others of its feed; `number` is about that of the event that
 * creates it.  Without a feed it is random alone, which does as well. */
void record_id_make(
    struct record_id *out, const struct feed_id *feed, uint64_t number);

bool feed_id_parse(struct str s, struct feed_id *out);
void feed_id_format(const struct feed_id *id, char out[RECORD_ID_TEXT]);
/* From the device's key and the nonce. */
void feed_id_make(
    struct feed_id *out, const uint8_t key[32], const uint8_t nonce[16]);

/* Of the first 16 bytes of any id, neighbours far apart; another one each time
 * the program runs, so that whoever sends ids does not know where they fall. */
uint64_t id_hash(const void *id);

#endif

#ifndef HANDOFF_PLAN_H
#define HANDOFF_PLAN_H
/*
 * Which events go into one bundle.  A hand-over that is larger than a bundle
 * may be is planned part by part; each part begins where the last one ended.
 *
 * Feeds of others are cut at a checkpoint of their owner, since beyond it
 * nobody would believe them.
 */
#include "handoff/bag.h"

struct plan_part {
	uint64_t events, bytes; /* bytes: of events.ndjson */
	size_t n_feeds;
	struct bag_feed *feeds;
	size_t n_checkpoints;
	struct str *checkpoints; /* made or passed on */
	bool more;              /* there is another part after this */
};

struct plan;
/* acks: what the other side has; changed as parts are done. */
struct plan *plan_new(struct store *s, struct arena *a,
    const struct bundle_self *self, const char *scope, struct store_ack *acks,
    size_t n_acks);
void plan_free(struct plan *p); /* NULL is fine */

/* The next part, of at most `bytes` of events. */
enum err plan_next(struct plan *p, uint64_t bytes, struct plan_part *out,
    struct error *e) MUSTUSE;
/* The lines of events.ndjson of that part, with their ends. */
enum err plan_each(struct plan *p, const struct plan_part *part,
    store_event_fn fn, void *ctx, struct error *e) MUSTUSE;
/* The part has been written: the next one begins after it. */
void plan_done(struct plan *p, const struct plan_part *part);

#endif

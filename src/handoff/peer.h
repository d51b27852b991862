#ifndef HANDOFF_PEER_H
#define HANDOFF_PEER_H
/*
 * What is remembered between bundles, as settings of the store in canonical
 * JSON: of a peer device its newest bundle and the packs it holds, of a unit
 * our bundles to it, of a feed its owner's checkpoints, and the bundles that
 * were refused.
 */
#include "handoff/bag.h"

#define PEER_TEXT 24 /* "UNIT/DEVICE" and NUL */
#define CHECKPOINTS_NEWEST 8  /* all kept */
#define CHECKPOINT_EVERY 1000 /* events between older ones that are kept */

struct peer {
	bool heard;
	struct bag_hash newest; /* header of its newest bundle */
	size_t n_before, n_have;
	struct bag_hash *before; /* those that it made before that one */
	struct bag_hash *have;   /* packs */
};
/* Nothing heard yet: all empty. */
enum err peer_load(struct store *s, struct arena *a, const char *peer,
    struct peer *out, struct error *e) MUSTUSE;
/*
 * Whether what a bundle acknowledges counts, because it was not made before
 * the one that counted last; then p tells of this one.  A laptop that was set
 * back, or runs twice, does not know the bundle that counted last, so its own
 * counts whatever its number (SAFETY R6).
 */
bool peer_advance(struct peer *p, const struct bag_head *h,
    const uint8_t header_hash[32]);
struct str peer_format(struct arena *a, const struct peer *p);
void peer_setting(const char *peer, char out[48]);

/* Our bundles to a unit, newest first, at most BAG_BEFORE_MAX. */
enum err sent_load(struct store *s, struct arena *a, const char *unit,
    struct bag_hash **out, size_t *n, struct error *e) MUSTUSE;
enum err sent_add(struct store *s, const char *unit,
    const uint8_t header_hash[32], struct error *e) MUSTUSE;

/* A feed's checkpoints, rising. */
struct checkpoints {
	size_t n, cap, cap_text;
	struct checkpoint *c;
	struct str *text;
};
enum err checkpoints_load(struct store *s, struct arena *a,
    const struct feed_id *feed, struct checkpoints *out, struct error *e)
    MUSTUSE;
/* False if it is there already.  The newest ones stay, which serves the
 * branches of a forked feed, and of the older ones about one in a thousand
 * events, so that a long feed can be passed on in several bundles. */
bool checkpoints_add(struct arena *a, struct checkpoints *list,
    const struct checkpoint *c, struct str text);
struct str checkpoints_format(struct arena *a, const struct checkpoints *list);

enum err peer_note_refusal(struct store *s, const char *name,
    const struct error *why, struct error *e) MUSTUSE;

#endif

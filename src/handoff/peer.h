#ifndef HANDOFF_PEER_H
#define HANDOFF_PEER_H
/*
 * What is remembered between bundles, as settings of the store in canonical
 * JSON: of a peer device its newest bundle and the packs it holds, of a feed
 * its owner's checkpoints, and the bundles that were refused.
 */
#include "handoff/bag.h"

#define PEER_TEXT 24 /* "UNIT/DEVICE" and NUL */
#define CHECKPOINTS_NEWEST 8  /* all kept */
#define CHECKPOINT_EVERY 1000 /* events between older ones that are kept */

struct peer {
	char incarnation[RECORD_ID_TEXT]; /* of its newest bundle */
	uint64_t number;
	size_t n_old, n_have;
	struct str *old;       /* incarnations before it */
	struct bag_hash *have; /* packs */
};
/* Nothing heard yet: all empty. */
enum err peer_load(struct store *s, struct arena *a, const char *peer,
    struct peer *out, struct error *e) MUSTUSE;
/*
 * Whether a bundle is the newest of its sender, so that its acknowledgements
 * count; then p tells of that bundle.  An incarnation that has been replaced
 * never becomes the newest again (SAFETY R6).
 */
bool peer_advance(struct arena *a, struct peer *p, const struct bag_head *h);
struct str peer_format(struct arena *a, const struct peer *p);
void peer_setting(const char *peer, char out[48]);

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

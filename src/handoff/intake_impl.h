#ifndef HANDOFF_INTAKE_IMPL_H
#define HANDOFF_INTAKE_IMPL_H
/*
 * What intake.c and intake_marks.c share: the one knows the feeds and goes
 * through the passes, the other follows the links between events that the
 * sender passes on, and the checkpoints from which they are believed.
 */
#include "handoff/intake.h"

#define BRANCHES_MAX 64 /* of a forked feed that are followed */
#define NO_LINK UINT32_MAX

struct feed_in {
	const struct bag_feed *f;
	const struct store_feed *known; /* NULL if new here */
	bool own;                       /* of the sender */
	uint32_t opening;               /* its link, if passed on */
	const char *reason;             /* why all of it is set aside */
	uint64_t seen, last; /* lines in this pass; place of the last */
	size_t next_mark; /* first mark not passed yet */
};
/* An event passed on: 8 bytes, as there may be 200,000. */
struct link {
	uint32_t prev; /* the link of its predecessor */
	bool believed;
};
/* A checkpoint, and the link of the event it names. */
struct mark {
	struct checkpoint c;
	struct str text;
	bool ours; /* from the store: its signature was checked then */
	bool keep; /* from the bag, and its signature holds */
	uint32_t link;
};
/* The events at one place of the feed, to find the next ones' predecessor. */
struct row {
	uint64_t seq;
	size_t n;
	struct {
		struct event_id id;
		uint32_t link;
	} at[BRANCHES_MAX];
};

struct intake {
	struct arena *a, *scratch;
	struct store *s;
	const struct bundle_self *self;
	const struct card *sender;
	const struct bag_head *head;
	struct store_feed *known;
	size_t n_known;
	struct feed_in *feed;
	size_t at; /* feed that the next event is of */
	struct link *link;
	size_t n_links, cap_links;
	struct row before, row;
	struct mark *mark; /* by feed, then place */
	size_t n_marks, cap_marks;
	uint64_t events; /* in this pass */
	struct event event; /* of the last line that was read */
	struct event_id last;
	struct buf whole; /* its bytes, if the line left something out */
	size_t next_link; /* second pass */
	uint64_t newer;
	char from[32], to[32];
};

/* intake.c: NULL if this store has not got it. */
const struct store_feed *intake_known(
    const struct intake *in, const struct feed_id *id);
/* The card of whoever holds the key, from all that is trusted. */
const struct card *intake_owner(const struct intake *in,
    const struct trust *also, const uint8_t key[32]);

/* intake_marks.c */
/* The checkpoints that the bag brings, and for feeds of others those that
 * this store knows. */
enum err intake_collect_marks(struct intake *in, struct error *e) MUSTUSE;
/* The event that was read last, of somebody else's feed. */
void intake_add_link(struct intake *in, struct feed_in *feed);
/* A mark of nobody we know says nothing; a false one ends the import. */
enum err intake_judge_mark(struct intake *in, struct mark *m,
    const struct trust *also, struct error *e) MUSTUSE;

#endif

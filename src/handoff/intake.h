#ifndef HANDOFF_INTAKE_H
#define HANDOFF_INTAKE_H
/*
 * Whose events a bag brings, and which of them may be believed.
 *
 * Events of the sender's own feeds are covered by the bundle's signatures.
 * Those it passes on of somebody else's feed are believed as far as a chain
 * of predecessors leads down from a checkpoint that the owner has signed;
 * the others are set aside with the reason and come again.
 */
#include "handoff/bag.h"

struct intake;
struct intake *intake_new(struct arena *a, struct store *s,
    const struct bundle_self *self, const struct card *sender);
void intake_free(struct intake *in); /* NULL is fine */

/* First pass: lines of events.ndjson, of which those of other writers are
 * read. */
enum err intake_head(struct intake *in, const struct bag_head *head,
    struct error *e) MUSTUSE;
enum err intake_line(struct intake *in, struct str line, struct error *e)
    MUSTUSE;
/* Between the passes, when the bag's trust list is known (or NULL): judges
 * the feeds and learns the checkpoints. */
enum err intake_judge(struct intake *in, const struct trust *also,
    struct error *e) MUSTUSE;

/* Second pass, the same lines in the same order: each is checked.  What it
 * lends is there until the next one. */
struct intake_event {
	const struct event *event;
	const struct event_id *id;
	struct str bytes;   /* its own, whole */
	const char *reason; /* why it is set aside; NULL: take it */
};
enum err intake_take(struct intake *in, struct str line,
    struct intake_event *out, struct error *e) MUSTUSE;

/* Settings to write with the import: the checkpoints that are newer. */
enum err intake_remember(struct intake *in, struct store_import *im,
    struct error *e) MUSTUSE;
/* The other side has more of one of our feeds than we (R7 c). */
bool intake_has_lost_events(const struct intake *in);
/* Events that only a newer program understands. */
uint64_t intake_newer(const struct intake *in);
void intake_period(const struct intake *in, char from[32], char to[32]);

#endif

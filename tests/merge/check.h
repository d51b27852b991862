#ifndef TESTS_MERGE_CHECK_H
#define TESTS_MERGE_CHECK_H
/*
 * The invariants I1 to I11 of the merge.  Each ends in fall() where it does
 * not hold, with its name first.
 *
 *  I1  equal sets of events, equal state, byte by byte
 *  I2  any order and any repetition of imports, the same state
 *  I3  a valid write is a head, or named by a valid write of its register
 *  I4  what any machine held reaches every machine of its scope
 *  I5  no acknowledgement claims an event that is not held and linked
 *  I6  nothing that comes removes an event
 *  I7  what the district alone may write has no other writer's head
 *  I8  the state built anew from the events is the state
 *  I9  the links of every feed hold, or it is marked as forked
 *  I10 no clock has a say in it (clocks.h)
 *  I11 a conflict ends only by an event of a named person on top of it, or
 *      never was one: what came late shows that who ended a record or a row
 *      had seen what was written to it, or the other way round
 */
#include "tests/merge/journal.h"

/* Around everything that is taken in: I5, I6, I11. */
struct before {
	bool held[EVENTS_MAX];
	size_t n_conflicts, cap;
	struct conflict *conflict;
};
void check_before(const struct machine *m, struct before *out);
void check_after(struct machine *m, const struct before *was);

/* One by one, of one machine. */
void check_acks(const struct machine *m);  /* I5 */
void check_feeds(const struct machine *m); /* I9 */
void check_tables(const struct machine *m); /* I8, I9, by the store itself */

/* When all have heard of all. */
bool check_is_settled(void);
/* Has the other an event of this one's scope that this one has not? */
bool check_lacks(const struct machine *m, const struct machine *other);
void check_settled(void);

#endif

#ifndef TESTS_MERGE_CLOCKS_H
#define TESTS_MERGE_CLOCKS_H
/*
 * I10: a history is played twice, the second time with every machine's clock
 * decades off from what it was.  The same people write the same and the same
 * sticks travel, so event for event and head for head the state must be one.
 * Ids are others, since an event says when it was written: so events are named
 * by the order in which they came into being, and which of several heads is
 * shown until somebody decides, where the id has the last word, is left out.
 */
void clocks_run(unsigned number); /* the worlds are closed again */

#endif

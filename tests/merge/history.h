#ifndef TESTS_MERGE_HISTORY_H
#define TESTS_MERGE_HISTORY_H
/*
 * One random history: people write, sticks travel, are lost, read twice, late
 * or by the wrong machine, laptops are set back to older copies and folders
 * are copied to other machines; then all hand over to all until nothing is
 * new, and the invariants are looked at (check.h).
 */
#include <stdbool.h>

/* by_stick: by real bundles.  The world is closed again. */
void history_run(unsigned number, bool by_stick);
/* The world is left as it is, for more to be looked at. */
void history_play(unsigned number, bool by_stick);
/* All hand over to all until nothing is new. */
void history_settle(bool by_stick);

#endif

#ifndef TESTS_MERGE_HISTORY_H
#define TESTS_MERGE_HISTORY_H
/*
 * One random history: people write, sticks travel, are lost, read twice, late
 * or by the wrong machine, laptops are set back to older copies and folders
 * are copied to other machines; then all hand over to all until nothing is
 * new, and the invariants are looked at (check.h).
 */

/* The world is closed again. */
void history_run(unsigned number);
/* The same up to the checks; the world stays. */
void history_play(unsigned number);

#endif

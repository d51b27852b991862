#ifndef TESTS_STORE_DISK_H
#define TESTS_STORE_DISK_H
/*
 * A disk of the test's own: every fdatasync of the program (LMDB's) waits for
 * a word, or fails, and is counted by who asks for it.
 */
#include <stdbool.h>

/* Held: syncs wait until it is not.  Failing: they fail.  Counts from 0. */
void disk_is(bool held, bool failing);
void disk_fails_after(unsigned n); /* n syncs are good, the others fail */
void disk_is_reached(void);        /* waits until a sync is asked for */
void disk_keys_are_ours(void);     /* the thread that calls has the keys */
unsigned disk_syncs_of_keys(void); /* that thread's, since disk_is */

#endif

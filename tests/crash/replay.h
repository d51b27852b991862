#ifndef TESTS_CRASH_REPLAY_H
#define TESTS_CRASH_REPLAY_H
/*
 * The folders that a power cut could have left, made of a record.
 *
 * What holds: bytes and sizes of a file are there once a sync of the file has
 * returned, or the write was through (O_DSYNC); a name is there once a sync of
 * its folder has returned.  Of all else each piece is there or not: each write
 * of a file, each of its 512-byte sectors, each change of a name, in any
 * combination.  A killed program leaves all that it had done (REPLAY_PREFIX).
 */
#include "tests/crash/record.h"

#include <stdint.h>

enum replay_how { REPLAY_PREFIX, REPLAY_SUBSET, REPLAY_TORN, REPLAY_HOWS };

/* What a planted fault changes in the record, which must then fail. */
enum fault {
	FAULT_NONE,
	FAULT_NOSYNC,     /* of the database nothing is synced */
	FAULT_NOMETASYNC, /* its meta pages are not written through */
	FAULT_NODRAFT,    /* drafts are not synced */
	FAULT_NOKEYS,     /* the key file is not synced before it is renamed */
	FAULT_INPLACE,    /* the database is made where it is to stand */
	FAULT_EARLY,      /* nothing: the job itself says "saved" too early */
};

struct replay;
struct replay *replay_new(const struct writes *r, enum fault fault);
void replay_free(struct replay *p);
/* Makes the state at the cut, before op `cut`; the same seed makes the same.
 * Returns a hash of all that is in it. */
uint64_t replay_make(
    struct replay *p, size_t cut, enum replay_how how, uint64_t seed);
/* What was made, as a new folder. */
void replay_write(struct replay *p, const char *dir);

#endif

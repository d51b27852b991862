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

/* What a planted fault leaves out of the record, which must then fail. */
enum replay_fault {
	REPLAY_SOUND,
	REPLAY_NOSYNC,     /* of the database nothing is synced */
	REPLAY_NOMETASYNC, /* its meta pages are not written through */
	REPLAY_NODRAFT,    /* drafts are not synced */
};

struct replay;
struct replay *replay_new(const struct writes *r, enum replay_fault fault);
void replay_free(struct replay *p);
/* The state at the cut, before op `cut`, as a new folder `dir`; the same seed
 * makes the same. */
void replay_state(struct replay *p, size_t cut, enum replay_how how,
    uint64_t seed, const char *dir);

#endif

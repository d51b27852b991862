#ifndef TESTS_CRASH_STATES_H
#define TESTS_CRASH_STATES_H
/*
 * A job is done while it is recorded, and says before and after each step
 * what it does to which thing; then states of the record are looked at.  Of
 * a thing at least the version that was acknowledged must be there, and at
 * most the one that was begun.
 */
#include "tests/crash/replay.h"

#define THINGS_MAX 512

struct thing {
	int done, begun; /* versions, from 1 */
};
enum verdict { STATE_GOOD, STATE_LOST, STATE_CORRUPT };

struct job {
	const char *name;
	/* In a folder that is recorded; the same seed does the same. */
	void (*work)(const char *dir, unsigned seed);
	/* `why` is printed if the verdict is bad. */
	enum verdict (*look)(const char *dir, const struct thing *things,
	    char *why, size_t size);
};
extern const struct job job_daily, job_first;

void begin(size_t thing, int version);
/* Version 0: nothing is promised of it any more. */
void done(size_t thing, int version);

#endif

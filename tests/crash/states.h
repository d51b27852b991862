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

struct view {
	const char *dir;
	const struct thing *things;
	/* A view must see each entry that was lost, and each damage of what an
	 * entry uses; a full one all damage there is. */
	bool is_full;
	bool is_late; /* said by the job: only the full view has seen it */
	char why[1024];
};
struct job {
	const char *name;
	/* In a folder that is recorded; the same seed does the same.  `early`
	 * is planted: what is on its way is said to be done. */
	void (*work)(const char *dir, unsigned seed, bool early);
	enum verdict (*look)(struct view *v);
};
extern const struct job job_daily, job_first;

void begin(size_t thing, int version);
/* Version 0: nothing is promised of it any more. */
void done(size_t thing, int version);
/* So many saves were on their way at once. */
void were_at_once(unsigned n);

#endif

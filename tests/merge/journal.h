#ifndef TESTS_MERGE_JOURNAL_H
#define TESTS_MERGE_JOURNAL_H
/*
 * Every event that any machine ever wrote, in its canonical bytes, and which
 * machine holds which: what the checks know without asking the store's tables.
 */
#include "tests/merge/world.h"

struct entry {
	struct event_id id;
	struct str bytes;
	struct event event;
	const char *role, *scope; /* of its feed's opening; NULL: not seen */
	size_t prev;              /* index of its predecessor; SIZE_MAX */
};
struct journal {
	size_t n;
	struct entry e[EVENTS_MAX];
};
extern struct journal journal;

void journal_begin(void);
size_t journal_index(const struct event_id *id); /* SIZE_MAX: never seen */
/* What the machine's store holds now; unknown events are entered. */
void journal_look(const struct machine *m, bool held[EVENTS_MAX]);

#endif

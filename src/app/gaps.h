#ifndef APP_GAPS_H
#define APP_GAPS_H
/*
 * Changes that came without what they follow (SAFETY R5).  They count, and
 * cannot be receipted until it is here; after GAPS_LATE_DAYS somebody has to
 * ask for it, since the stick or the laptop may be lost.
 */
#include "app/app.h"

#define GAPS_LATE_DAYS 30

struct gap { /* of one feed */
	const char *who;  /* "11149-K7Q2", or the feed's id of one not known yet */
	uint64_t missing; /* number of the first change that is not here */
	struct date since;
	long long days; /* from then to today, 0 or more */
};
/* Longest waiting first. */
enum err gaps_find(struct app *app, struct arena *a, struct gap **out,
    size_t *n, struct error *e) MUSTUSE;
bool gap_is_late(const struct gap *g);
/* A line each, and what helps. */
void gaps_text(const struct gap *g, size_t n, struct buf *out);

#endif

#ifndef APP_MERGING_H
#define APP_MERGING_H
/*
 * Two records of one person become one, or are parted again; each is an event
 * (SAFETY R11, store/fold_link.h).  Beside one another first: what differs,
 * and which of the two is to be believed.
 */
#include "app/editing.h"

enum merge_take {
	MERGE_LATER, /* both stay, in conflict, until somebody decides */
	MERGE_LEFT,
	MERGE_RIGHT,
};
struct merge_line {
	struct str reg; /* of a line that differs: what is chosen together */
	struct str label, left, right; /* as one reads them */
	bool differs;
	bool left_less, right_less; /* the other side says all that it says */
	enum merge_take take; /* at first the side that says all, if one does */
};
struct merging { /* lives in the arena */
	struct app *app;
	struct arena *arena;
	const struct form *form;
	struct record left, right;
	size_t n, n_differs;
	struct merge_line *lines; /* in the order of the paper */
};

/* ERR_REFUSED for records that cannot be one: of two forms or communes, void,
 * or one already. */
enum err merging_begin(struct app *app, struct arena *a,
    const struct record_id *left, const struct record_id *right,
    struct merging *out, struct error *e) MUSTUSE;
/* Of the records as they are now, with what was chosen where they still differ;
 * on an error, without a line. */
enum err merging_again(struct merging *m, struct error *e) MUSTUSE;
/* Chooses for line i and those that go with it. */
void merging_take(struct merging *m, size_t i, enum merge_take take);
void merging_take_all(struct merging *m, enum merge_take take);
/* Differences that stay undecided. */
size_t merging_later(const struct merging *m);
/* One commit: that they are one, and what was chosen. */
enum err merging_save(struct merging *m, const char *reason, struct error *e)
    MUSTUSE;

/* They are two persons: parts what was merged, or keeps a pair from being
 * proposed again.  ERR_REFUSED if they are one only by way of a third. */
enum err merging_part(struct app *app, const struct record_id *x,
    const struct record_id *y, const char *reason, struct error *e) MUSTUSE;
/* The pair that an event said something of; false if it is no merge. */
bool merging_pair(const struct store_event *ev, struct record_id *x,
    struct record_id *y);
/* "yes", "no" or null (store/fold_link.h). */
enum err merging_say(struct app *app, const struct record_id *x,
    const struct record_id *y, struct str json, const char *reason,
    struct error *e) MUSTUSE;

#endif

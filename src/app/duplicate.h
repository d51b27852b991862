#ifndef APP_DUPLICATE_H
#define APP_DUPLICATE_H
/*
 * Records that may be of one person (SAFETY R11): the same number, or the same
 * name, accents ignored, and birth.  Births agree if what is known of both is
 * the same: 1950 beside 05/03/1950.  They are proposed, likeliest first; only
 * a person says that they are one (app/merging.h), and what a person said of a
 * pair is not asked again.
 */
#include "app/editing.h"

enum duplicate_why { /* likeliest first */
	DUPLICATE_NUMBER,    /* citizen's number */
	DUPLICATE_DAY,       /* name and day of birth */
	DUPLICATE_PART,      /* name and what is known of the birth */
	DUPLICATE_OTHER_NUMBER, /* name and birth, but two numbers */
	DUPLICATE_NONE,
};
const char *duplicate_why_name(enum duplicate_why why);  /* "number" */
const char *duplicate_why_words(enum duplicate_why why); /* translated */

struct duplicate {
	struct record_id a, b; /* a the smaller */
	enum duplicate_why why;
};
#define DUPLICATES_MAX 2000
/* All pairs of the forms that are registers of their own subject, at most
 * DUPLICATES_MAX.  Goes through the whole directory. */
void duplicates_find(
    struct app *app, struct arena *a, struct duplicate **out, size_t *n);
/* The likeliest double of what is being entered, so far as it is typed, or a
 * record of the same key columns. */
bool duplicate_of(struct editing *ed, struct record_id *other);

#endif

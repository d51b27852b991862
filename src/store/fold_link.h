#ifndef STORE_FOLD_LINK_H
#define STORE_FOLD_LINK_H
/*
 * Whether two records are of one person (SAFETY R11) is a register of the one
 * with the larger id: an event `merge` of it sets `same_as/<smaller id>` to
 * "yes" (one person), "no" (two) or null (nothing is said).  Its name says
 * both ids.  It holds while a head says "yes", so a conflict about it keeps
 * the records together until a person decides.  It has no value of its own.
 */
#include "store/fold.h"

#define FOLD_SAME_AS "same_as/"
#define FOLD_LINK_LEN (sizeof FOLD_SAME_AS - 1 + 2 * RECORD_ID_TEXT - 1)
bool fold_link_parse(
    struct str reg, struct record_id *low, struct record_id *high);
/* True for the register of a link; the answers may be NULL. */
static inline bool
fold_is_link(struct str reg, struct record_id *low, struct record_id *high)
{
	return reg.n == FOLD_LINK_LEN && fold_link_parse(reg, low, high);
}
/* What it says. */
enum fold_said { FOLD_NOTHING, FOLD_SAME, FOLD_APART };
enum fold_said fold_said(const struct fold_register *reg);
/* The smaller id that a setting of a `merge` of this record names, and the
 * register that it sets; or why it is none (constant English text). */
const char *fold_link_names(const struct record_id *rec,
    const struct event_set *set, struct record_id *low);
const char *fold_link_place(struct arena *a, const struct record_id *rec,
    const struct event_set *set, struct str *name);

#endif

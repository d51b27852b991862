#ifndef STORE_FOLD_PLACE_H
#define STORE_FOLD_PLACE_H
/*
 * Where a setting of an event belongs, and who may write there.
 */
#include "store/fold.h"

/* Does an event of this kind write at all? */
bool fold_takes_part(enum event_act act);
/* The register, whether it is of one field, and who owns it; the answer is
 * NULL, or why it belongs nowhere (constant English text).  `near` (may be
 * NULL) is kept from one setting of an event to the next, first 0. */
const char *fold_place(struct arena *a, const struct fold_rules *rules,
    enum event_act act, const struct record_id *rec,
    const struct event_set *set, size_t *near, struct str *name,
    bool *single, enum fold_owner *owner);
/* NULL if a feed of this role may write it, or why not. */
const char *fold_not_owner(enum fold_owner owner, enum fold_owner role);

#endif

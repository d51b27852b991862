#ifndef STORE_FOLD_SHOWN_H
#define STORE_FOLD_SHOWN_H
/*
 * What a record shows, once its registers have their heads.
 */
#include "store/fold.h"

void fold_sort_registers(struct record *r);
/* Values, if they are not there yet, and state, from registers that are
 * sorted. */
void fold_show(struct arena *a, struct record *r);
/* The only event of a record, folded without a graph; false if it is of a
 * kind that takes one. */
bool fold_alone(struct arena *a, const struct fold_event *in,
    fold_rules_fn rules, void *ctx, struct record *out);

#endif

#ifndef TESTS_MERGE_SIGHT_H
#define TESTS_MERGE_SIGHT_H
/*
 * What ends a record or a row, and what was written to it by somebody who had
 * not seen that (SAFETY R10), found out from the journal alone.
 */
#include "tests/merge/journal.h"

struct unseen {
	size_t end, edit; /* events of the journal */
};
/* Of one register, as the machine's events tell; of most registers none. */
size_t sight_unseen(const struct machine *m, const struct record *r,
    const struct fold_register *reg, struct unseen **out);
/* Has one of the two seen the other, by events that the machine holds? */
bool sight_joins(const struct machine *m, const struct unseen *pair);

#endif

#ifndef TESTS_MERGE_WRITE_H
#define TESTS_MERGE_WRITE_H
/* What people write: every act, on records that their machine knows, now and
 * then on top of what was on the screen a while ago. */
#include "tests/merge/world.h"

void write_first_records(void);
void write_record(struct machine *m); /* a new one */
void write_something(struct machine *m);

#endif

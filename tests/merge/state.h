#ifndef TESTS_MERGE_STATE_H
#define TESTS_MERGE_STATE_H
/* What the records hold, against what the events say: I1 to I3, I7, I8, and
 * R10. */
#include "tests/merge/journal.h"

/* False if the machine has not heard of it. */
bool state_record(
    const struct machine *m, const struct record_of *rec, struct record *out);
/* The whole state of one scope, as text; NUL-ended. */
struct str state_text(const struct machine *m, const char *scope);
/* I3 and I7 of one record. */
void state_check_record(
    const struct machine *m, const struct record_of *rec);
void state_check(void);
/* Does the event write this register, by right, as the machine knows it? */
bool state_writes(const struct machine *m, const struct entry *en,
    const struct record *r, struct str reg);

#endif

#ifndef TESTS_MERGE_RULES_H
#define TESTS_MERGE_RULES_H
/*
 * One form, said twice: as the rules that the store folds by, and, for the
 * checks, as a plain answer to the two questions on which the merge stands:
 * to which register does this value belong, and whose is it.
 */
#include "store/fold.h"

const struct fold_rules *rules_of_form(void);
/* The same fields, owned by everybody: for a program that does not ask. */
const struct fold_rules *rules_without_owners(void);

/* "kind" -> "disability", "children/abc/name" -> itself; what says that the
 * event's record is one with another belongs to the pair of them. */
struct str rules_register(
    struct arena *a, const struct event *ev, struct str path);
bool rules_may(const char *role, struct str path, struct str json);
bool rules_district_alone(struct str reg);

#endif

#ifndef TESTS_MERGE_RUN_H
#define TESTS_MERGE_RUN_H
/*
 * Many histories, on all processors, each process a world of its own; and the
 * same under each planted fault, which must make one of them fall.
 */
#include "store/mutant.h"
#include "tests/merge/world.h"

/* Runs `one` for every number from first to first + n - 1.  False if one
 * fell; what was counted is added to *sum.  With ANSINH_TEST_PROGRESS=SECONDS
 * it says so often how far it is. */
bool run_all(void (*one)(unsigned number), unsigned first, unsigned n,
    struct tally *sum);
/* Runs them with a fault planted until one falls, as it must, and by what it
 * says (how that begins, such as "I6"; "": any).  False if none of the n did. */
bool run_mutant(enum mutant fault, const char *says,
    void (*one)(unsigned number), unsigned first, unsigned n);
/* How many are asked for by an environment variable, or the usual. */
unsigned run_asked(const char *variable, unsigned usual);

#endif

#ifndef TESTS_TOOLS_AT_REST_H
#define TESTS_TOOLS_AT_REST_H
/*
 * Whether another program waits for something: each of its threads sleeps, none
 * runs, stands in line for a processor, or waits for a disk (/proc).
 */
#include <stdbool.h>
#include <sys/types.h>

bool at_rest(pid_t pid); /* one that has ended is */
bool first_at_rest(pid_t pid); /* its first thread, whatever the others do */

#endif

#ifndef TESTS_BASE_HEAP_H
#define TESTS_BASE_HEAP_H
/*
 * How much memory a piece of work takes at the most, in a program of one
 * thread: bytes allocated beyond those at heap_start.  It is the same in every
 * run, as what the system counts is not.
 */
#include <stddef.h>

void heap_start(void);
size_t heap_most(void);

#endif

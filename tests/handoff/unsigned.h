#ifndef TESTS_HANDOFF_UNSIGNED_H
#define TESTS_HANDOFF_UNSIGNED_H
/*
 * A planted fault, by the linker (UNSIGNED_WRAPS in Makemodule.am): a program
 * that takes every signature for good.
 */
#include <stdbool.h>

extern bool no_signature;

#endif

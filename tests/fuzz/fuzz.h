#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
/*
 * What a target has: one input is given, nothing may crash, and what MUST_HOLD
 * says must hold.  The input may be longer than anything the program takes.
 */
#include "base/base.h"

#define MUST_HOLD(x) ((x) ? (void)0 : BUG("does not hold: %s", #x))

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#endif

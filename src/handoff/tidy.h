#ifndef HANDOFF_TIDY_H
#define HANDOFF_TIDY_H
/*
 * Old bundles on a stick (SAFETY W7).  Of those that this very device made for
 * a unit, and of which all of the unit's devices have acknowledged every
 * event, the newest 8 stay and the others are removed.  A file is ours if its
 * name is, and its header is the one that the log of bundles holds the sum
 * of.  What another made is never touched, nor what is not acknowledged.
 */
#include "handoff/bundle.h"

#define TIDY_KEEP 8

/* *removed: how many are gone.  ERR_STICK. */
enum err tidy_stick(struct store *s, const struct bundle_self *self,
    const char *unit, const char *dir, unsigned *removed, struct error *e)
    MUSTUSE;

#endif

#ifndef TESTS_MERGE_CARRY_H
#define TESTS_MERGE_CARRY_H
/*
 * A hand-over from one machine to another, by a real bundle: tar, minisign,
 * age, zstd, by bundle_export and bundle_import, each on a stick of its own.
 */
#include "tests/merge/world.h"

struct parcel { /* a bundle */
	const struct machine *from;
	char to[24]; /* UNIT, or UNIT/DEVICE */
	const char *path;
};

/* What `to` lacks. */
void carry_pack(struct machine *from, const char *to, struct parcel *out);
/* What a machine may take at all: for its unit, and not its own. */
bool carry_is_for(const struct parcel *p, const struct machine *to);
void carry_unpack(struct machine *to, const struct parcel *p);

#endif

#ifndef TESTS_MERGE_CARRY_H
#define TESTS_MERGE_CARRY_H
/*
 * A hand-over from one machine to another, in one of two ways.  By stick it
 * is a real bundle: tar, minisign, age, zstd, by bundle_export and
 * bundle_import.  By hand it is the same events and the same statement of
 * what the sender holds, taken from the store and given to it by the calls
 * that bundles make, without the file around them; and since a large
 * hand-over is several bundles, it may come in parts.
 */
#include "handoff/bag.h"
#include "tests/merge/world.h"

struct parcel {
	const struct machine *from;
	char to[24];      /* UNIT, or UNIT/DEVICE */
	const char *path; /* of the bundle; NULL by hand */
	struct bag_head head;
	uint8_t hash[32];
	bool packs;       /* it brings the newer form */
	size_t n;
	struct str *event;
};

/* What `to` lacks; `scope` is what the two have in common. */
struct parcel *carry_pack(struct machine *from, const char *to, bool by_stick);
/* A part of it: events first to first + n - 1. */
struct parcel *carry_part(const struct parcel *p, size_t first, size_t n);
/* What a machine may take at all: for its unit, and not its own. */
bool carry_is_for(const struct parcel *p, const struct machine *to);
void carry_unpack(struct machine *to, const struct parcel *p);

#endif

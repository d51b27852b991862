#ifndef HANDOFF_EXPORT_IMPL_H
#define HANDOFF_EXPORT_IMPL_H
/*
 * What export.c and export_for.c share: the one writes the bundles, the other
 * says for whom they are, what these have, and which packs go along.
 */
#include "handoff/bag.h"
#include "handoff/plan.h"

struct exporting {
	struct arena *a;
	struct store *s;
	const struct bundle_self *self;
	const char *to, *dir; /* to: UNIT or UNIT/DEVICE */
	char unit[16];
	const char *scope; /* NULL: all */
	bool to_commune;
	size_t n_peers;
	const struct card **peer;
	struct age_public recipient[AGE_RECIPIENTS_MAX];
	size_t n_recipients;
	struct plan *plan;
	struct bag_hash *before; /* bundles to this unit before this one */
	size_t n_before;
	struct bag_hash *held; /* form packs of ours */
	size_t n_held, cap_held;
	struct bag_pack *pack; /* those that go along */
	size_t n_packs, cap_packs;
	struct str trust;      /* the list that goes along, or empty */
	bundle_progress_fn progress;
	void *progress_ctx;
	uint64_t done, total;
	struct bag_writer *writer;
	struct bundle_written *out;
};

/* export_for.c */
/* The other side's devices, its recovery key and our own (H8). */
enum err export_find_receivers(struct exporting *x, struct error *e) MUSTUSE;
enum err export_find_scope(struct exporting *x, struct error *e) MUSTUSE;
/* What every receiving device has: of each feed the shortest. */
enum err export_find_acks(struct exporting *x, struct store_ack **acks,
    size_t *n, struct error *e) MUSTUSE;
/* Forms that the other side lacks, and the trust list, are the district's to
 * send. */
enum err export_collect_packs(struct exporting *x, struct error *e) MUSTUSE;

#endif

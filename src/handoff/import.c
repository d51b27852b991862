#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/coding.h"
#include "handoff/intake.h"
#include "handoff/peer.h"

struct bundle_import {
	struct arena *a;
	struct store *s;
	const struct bundle_self *self;
	int fd; /* the local copy */
	char peer[PEER_TEXT];
	struct outer outer;
	const struct card *sender;
	bool already_taken;
	struct bag bag;
	struct intake *intake;
	struct store_import *staged;
	struct trust trust; /* ours with what the bag adds */
	bool trust_changed;
	size_t n_new; /* packs */
	struct bag_pack *new_pack;
};

/* Who may send to whom at all. */
static enum err
check_relation(const struct bundle_import *im, struct error *e)
{
	const struct bundle_header *h = &im->outer.header;
	const struct card *me = im->self->card, *from = im->sender;

	if (strcmp(h->to_unit, me->unit) != 0)
		return error_set(e, ERR_RECIPIENT,
		    N_("the bundle is for %s, and this is %s"), h->to_unit,
		    me->unit);
	if (strcmp(from->unit, me->unit) == 0) {
		if (strcmp(from->device, me->device) != 0)
			return OK;
		return error_set(e, ERR_REFUSED,
		    N_("the bundle was made on this very device"));
	}
	if (strcmp(from->role, me->role) == 0)
		return error_set(e, ERR_REFUSED,
		    N_("%s and %s do not hand over to each other"),
		    from->unit, me->unit);
	return OK;
}

/* A list that was true once must not come back (H7). */
static enum err
check_trust_version(const struct bundle_import *im, uint64_t version,
    struct error *e)
{
	if (strcmp(im->sender->role, "district") != 0
	    || version >= im->self->trust->version)
		return OK;
	return error_set(e, ERR_REFUSED,
	    N_("the bundle has trust list %llu, and %llu is known already"),
	    (unsigned long long)version,
	    (unsigned long long)im->self->trust->version);
}

static enum err
on_head(void *ctx, const struct bag_head *head, struct error *e)
{
	struct bundle_import *im = ctx;

	return intake_head(im->intake, head, e);
}

static enum err
on_line(void *ctx, struct str line, struct error *e)
{
	struct bundle_import *im = ctx;

	return intake_line(im->intake, line, e);
}

static enum err
on_line_again(void *ctx, struct str line, struct error *e)
{
	struct bundle_import *im = ctx;
	struct intake_event in;
	enum err err;

	if ((err = intake_take(im->intake, line, &in, e)) != OK)
		return err;
	if (in.reason != NULL)
		return store_import_set_aside(
		    im->staged, in.bytes, in.reason, e);
	return store_import_take(im->staged, in.event, in.id, in.bytes, e);
}

/* Forms and the trust list come from the district alone: who gives out the
 * rules of a form decides who may write its fields. */
static enum err
take_packs(struct bundle_import *im, struct error *e)
{
	const struct bag *bag = &im->bag;
	enum err err;

	if ((bag->n_packs > 0 || bag->has_trust)
	    && strcmp(im->sender->role, "district") != 0)
		return error_set(e, ERR_REFUSED,
		    N_("only the district sends forms and trust lists"));
	if (!bag->has_trust)
		return OK;
	if (bag->trust.version != im->outer.header.trust)
		return error_set(e, ERR_FORMAT,
		    N_("the bundle's trust list is not the one it names"));
	im->trust = *im->self->trust;
	if ((err = trust_merge(im->a, &im->trust, &bag->trust, e)) != OK)
		return err;
	im->trust_changed = !str_eq(trust_format(im->a, &im->trust),
	    trust_format(im->a, im->self->trust));
	return OK;
}

struct seen_pack {
	struct bundle_import *im;
	bool *have;
};

static enum err
mark_pack(void *ctx, const uint8_t hash[32], struct str bytes,
    struct error *e)
{
	struct seen_pack *seen = ctx;
	const struct bag *bag = &seen->im->bag;

	(void)bytes;
	(void)e;
	for (size_t i = 0; i < bag->n_packs; i++)
		if (memcmp(bag->pack[i].hash.b, hash, 32) == 0)
			seen->have[i] = true;
	return OK;
}

static enum err
find_new_packs(struct bundle_import *im, struct error *e)
{
	struct seen_pack seen = { im, NULL };
	enum err err;

	seen.have = arena_array(im->a, im->bag.n_packs, sizeof *seen.have);
	im->new_pack =
	    arena_array(im->a, im->bag.n_packs, sizeof *im->new_pack);
	if ((err = store_pack_each(im->s, "form", mark_pack, &seen, e)) != OK)
		return err;
	for (size_t i = 0; i < im->bag.n_packs; i++)
		if (!seen.have[i])
			im->new_pack[im->n_new++] = im->bag.pack[i];
	return OK;
}

static enum err
read_bag(struct bundle_import *im, bundle_progress_fn progress, void *ctx,
    struct error *e)
{
	const struct bundle_header *h = &im->outer.header;
	struct bag_source src = {
		.fd = im->fd,
		.at = im->outer.payload_at,
		.size = im->outer.payload_size,
		.raw = h->raw,
		.identities = im->self->identities,
		.n_identities = im->self->n_identities,
	};
	struct bag_use use = { on_head, on_line, im, progress, ctx };
	enum err err;

	im->intake = intake_new(im->a, im->s, im->self, im->sender);
	err = bag_verify(im->a, &src, h, im->sender, &use, &im->bag, e);
	if (err != OK || (err = take_packs(im, e)) != OK
	    || (err = intake_judge(im->intake,
	            im->bag.has_trust ? &im->bag.trust : NULL, e))
	        != OK
	    || (err = find_new_packs(im, e)) != OK
	    || (err = store_import_begin(im->s, im->peer, &im->staged, e))
	        != OK)
		return err;
	use.line = on_line_again;
	return bag_events(&src, h->events, &use, e);
}

static void
fill_outer(const struct bundle_import *im, struct bundle_outer *out)
{
	const struct bundle_header *h = &im->outer.header;
	uint8_t prev[32];

	out->header = *h;
	out->sender_known = out->signature_ok = true;
	out->already_taken = im->already_taken;
	out->gap = hex_decode(prev, sizeof prev, str_of(h->prev))
	    && !store_bundle_known(im->s, prev);
	memcpy(out->sender_name, im->sender->name, sizeof out->sender_name);
}

static void
fill_date(const struct bundle_import *im, struct bundle_preview *out)
{
	out->date = im->bag.head.date;
	if (out->date.precision != DATE_NONE)
		out->days_off =
		    date_to_days(out->date) - date_to_days(clock_today());
}

/* The checks of H6, in its order. */
static enum err
check_all(struct bundle_import *im, const char *path,
    bundle_progress_fn progress, void *ctx, struct error *e)
{
	const struct bundle_header *h = &im->outer.header;
	enum err err;

	err = stick_copy_in(path, im->self->home, BUNDLE_FILE_MAX, &im->fd, e);
	if (err != OK || (err = outer_read(im->a, im->fd, &im->outer, e)) != OK
	    || (err = outer_sender(
	            &im->outer, im->self->trust, &im->sender, e))
	        != OK
	    || (err = check_relation(im, e)) != OK)
		return err;
	snprintf(im->peer, sizeof im->peer, "%s/%s", h->from_unit,
	    h->from_device);
	im->already_taken = store_bundle_known(im->s, h->hash);
	if (im->already_taken)
		return OK;
	if ((err = check_trust_version(im, h->trust, e)) != OK)
		return err;
	return read_bag(im, progress, ctx, e);
}

static bool
is_refusal(enum err err)
{
	return err != OK && err != ERR_CANCELLED && err != ERR_CORRUPT
	    && error_exit_status(err) == 4;
}

static void
note_refusal(struct store *s, const char *path, const struct error *why)
{
	const char *slash = strrchr(path, '/');
	struct error ignored;

	/* The refusal itself is what the caller must hear of. */
	(void)!peer_note_refusal(
	    s, slash == NULL ? path : slash + 1, why, &ignored);
}

enum err
bundle_import_open(struct store *s, const struct bundle_self *self,
    const char *path, bundle_progress_fn progress, void *ctx,
    struct bundle_import **out, struct bundle_preview *preview,
    struct error *e)
{
	struct bundle_import *im = calloc(1, sizeof *im);
	struct error why = { 0 };
	enum err err;

	if (im == NULL)
		base_die("%s", _("out of memory"));
	im->a = arena_new();
	im->s = s;
	im->self = self;
	im->fd = -1;
	memset(preview, 0, sizeof *preview);
	err = check_all(im, path, progress, ctx, &why);
	if (err != OK) {
		bundle_import_close(im);
		if (is_refusal(err))
			note_refusal(s, path, &why);
		if (e != NULL)
			*e = why;
		return err;
	}
	fill_outer(im, &preview->outer);
	if (!im->already_taken) {
		/* only what another unit has received has arrived */
		if (strcmp(im->sender->unit, self->card->unit) != 0)
			err = store_acks_fresh(s, im->bag.head.acks,
			    im->bag.head.n_acks, &preview->receipts, e);
		store_import_counts(im->staged, &preview->counts);
		preview->n_names =
		    store_import_names(im->staged, &preview->names);
		preview->counts.restored_here = preview->counts.restored_here
		    || intake_has_lost_events(im->intake);
		preview->n_packs_new = im->n_new;
		preview->trust_newer = im->trust_changed;
		preview->newer = intake_newer(im->intake);
		fill_date(im, preview);
		intake_period(
		    im->intake, preview->period_from, preview->period_to);
	}
	if (err != OK) {
		bundle_import_close(im);
		return err;
	}
	*out = im; /* transferred */
	return OK;
}

static enum err
stage_settings(struct bundle_import *im, bool newest, const struct peer *p,
    struct error *e)
{
	char name[48];
	enum err err;

	if ((err = intake_remember(im->intake, im->staged, e)) != OK)
		return err;
	if (im->trust_changed) {
		err = store_import_meta(im->staged, "trust",
		    trust_format(im->a, &im->trust), e);
		if (err != OK)
			return err;
	}
	if (!newest)
		return OK;
	peer_setting(im->peer, name);
	return store_import_meta(
	    im->staged, name, peer_format(im->a, p), e);
}

enum err
bundle_import_apply(struct bundle_import *im, struct error *e)
{
	const struct bundle_header *h = &im->outer.header;
	const struct bag_head *head = &im->bag.head;
	char name[BUNDLE_NAME];
	struct store_bundle_note note = {
		.name = name,
		.peer = im->peer,
		.incoming = true,
		.number = h->number,
		.events = h->events,
	};
	static const struct store_ack none;
	const struct store_ack *acks = NULL;
	uint8_t hash[32];
	struct peer p;
	bool newest;
	enum err err;

	if (im->already_taken)
		return OK;
	bundle_name_format(name, h->from_unit, h->from_device, h->number);
	memcpy(note.header_hash, h->hash, sizeof note.header_hash);
	if ((err = peer_load(im->s, im->a, im->peer, &p, e)) != OK)
		return err;
	newest = peer_advance(&p, head, h->hash);
	if (newest)
		acks = head->n_acks > 0 ? head->acks : &none;
	if (strcmp(im->sender->role, "district") == 0)
		note.day = head->date;
	if (strcmp(im->sender->unit, im->self->card->unit) == 0) {
		note.sent = head->sent;
		note.n_sent = head->n_sent;
	}
	if ((err = stage_settings(im, newest, &p, e)) != OK)
		return err;
	/* A pack is named by its sum: one too many does no harm, one too few
	 * would make events wait. */
	for (size_t i = 0; i < im->n_new; i++) {
		err = store_pack_put(
		    im->s, "form", im->new_pack[i].bytes, hash, e);
		if (err != OK)
			return err;
	}
	return store_import_apply(
	    im->staged, acks, newest ? head->n_acks : 0, &note, e);
}

void
bundle_import_close(struct bundle_import *im)
{
	if (im == NULL)
		return;
	if (im->staged != NULL)
		store_import_drop(im->staged);
	intake_free(im->intake);
	if (im->fd >= 0)
		close(im->fd);
	arena_free(im->a);
	free(im);
}

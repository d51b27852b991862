#include "tests/merge/carry.h"

#include <stdio.h>

#include "crypt/hash.h"
#include "handoff/peer.h"
#include "tests/merge/journal.h"

/* By stick. */

static void
pack_bundle(struct machine *from, struct parcel *p)
{
	struct bundle_written w;

	ok(bundle_export(
	    from->s, &from->self, p->to, world.stick, NULL, NULL, &w, &e));
	p->path = arena_printf(
	    world.a, "%s/ANSINH/%s.ansinh", world.stick, w.name);
}

/* The one refusal that a lost bundle may cause; what comes next heals it. */
static bool
is_too_early(enum err err, const struct error *why)
{
	return err == ERR_REFUSED && strstr(why->what, "earlier bundle");
}

static void
unpack_bundle(struct machine *to, const struct parcel *p)
{
	struct bundle_import *im = NULL;
	struct bundle_preview preview;
	struct error why = { .code = OK };
	enum err r;

	r = bundle_import_open(
	    to->s, &to->self, p->path, NULL, NULL, &im, &preview, &why);
	if (is_too_early(r, &why))
		return;
	if (r != OK)
		fall("%s refuses %s: %s", to->address, p->path, why.what);
	ok(bundle_import_apply(im, &e));
	if (preview.n_packs_new > 0)
		machine_learn(to);
	bundle_import_close(im);
}

/* By hand. */

static bool
is_same_unit(const struct machine *m, const char *to)
{
	size_t n = strlen(m->who->card.unit);

	return strncmp(m->who->card.unit, to, n) == 0 &&
	    (to[n] == '\0' || to[n] == '/');
}

/* The scope that both have. */
static const char *
scope_between(const struct machine *from, const char *to)
{
	if (from->scope != NULL || is_same_unit(from, to))
		return from->scope;
	return arena_str(world.a, (struct str){ to, strcspn(to, "/") });
}

/* What each device that the parcel is for has: of each feed the least. */
static void
find_acks(const struct machine *from, const char *to,
    struct store_ack **acks, size_t *n)
{
	bool first = true;

	*n = 0;
	for (size_t i = 0; i < from->trust.n; i++) {
		const struct card *c = &from->trust.device[i].card;
		char *peer = arena_printf(world.a, "%s/%s", c->unit, c->device);
		struct store_ack *one;
		size_t n_one, kept = 0;

		if (strcmp(peer, from->address) == 0 ||
		    (strcmp(to, c->unit) != 0 && strcmp(to, peer) != 0))
			continue;
		ok(store_peer_acks(from->s, world.a, peer, &one, &n_one, &e));
		for (size_t k = 0; k < *n; k++)
			for (size_t j = 0; j < n_one; j++)
				if (memcmp(&one[j].feed, &(*acks)[k].feed,
				        sizeof one[j].feed) == 0)
					(*acks)[kept++] =
					    one[j].seq < (*acks)[k].seq
					    ? one[j]
					    : (*acks)[k];
		*n = first ? n_one : kept;
		if (first)
			*acks = one;
		first = false;
	}
}

struct packing {
	struct parcel *p;
	size_t cap;
};

static enum err
pack_event(void *ctx, struct str bytes, struct error *e)
{
	struct packing *x = ctx;
	struct parcel *p = x->p;

	(void)e;
	p->event = arena_grow(
	    world.a, p->event, p->n, &x->cap, sizeof *p->event);
	p->event[p->n++] = arena_str_dup(world.a, bytes);
	return OK;
}

/* The log says how far our own feeds went, as a bundle's does. */
static void
log_sent(struct machine *from, const struct parcel *p)
{
	struct store_bundle_note note = { .name = "by hand",
		.peer = p->to,
		.number = p->head.number,
		.events = p->n };
	struct store_ack *sent =
	    arena_array(world.a, p->head.n_acks, sizeof *sent);
	struct store_feed *feeds;
	size_t n_feeds, n = 0;

	memcpy(note.header_hash, p->hash, sizeof p->hash);
	ok(store_feeds(from->s, world.a, NULL, &feeds, &n_feeds, &e));
	for (size_t i = 0; i < p->head.n_acks; i++)
		for (size_t k = 0; k < n_feeds; k++)
			if (feeds[k].own &&
			    memcmp(&feeds[k].id, &p->head.acks[i].feed,
			        sizeof feeds[k].id) == 0)
				sent[n++] = p->head.acks[i];
	ok(store_bundle_log(from->s, &note, sent, n, &e));
}

static void
pack_by_hand(struct machine *from, struct parcel *p)
{
	const char *scope = scope_between(from, p->to);
	const char *unit = arena_str(
	    world.a, (struct str){ p->to, strcspn(p->to, "/") });
	struct packing x = { p, 0 };
	struct store_ack *acks;
	size_t n;

	find_acks(from, p->to, &acks, &n);
	ok(store_events_beyond(
	    from->s, scope, acks, n, pack_event, &x, NULL, &e));
	ok(store_own_acks(
	    from->s, world.a, scope, &p->head.acks, &p->head.n_acks, &e));
	p->head.number = store_bundle_next(from->s);
	ok(sent_load(from->s, world.a, unit, &p->head.before,
	    &p->head.n_before, &e));
	prng_bytes(&world.rng, p->hash, sizeof p->hash);
	ok(sent_add(from->s, unit, p->hash, &e));
	p->packs = from->scope == NULL && from->knows;
	log_sent(from, p);
}

/* Bundles do not bring a feed without its beginning (handoff/intake.h): is it
 * here already, or in the parcel? */
static bool
has_beginning(const struct machine *to, const struct parcel *p,
    const struct feed_id *feed)
{
	for (size_t i = 0; i < journal.n; i++) {
		const struct entry *en = &journal.e[i];

		if (en->event.seq != 1 ||
		    memcmp(&en->event.feed, feed, sizeof *feed) != 0)
			continue;
		if (to->held[i])
			return true;
		for (size_t k = 0; k < p->n; k++)
			if (str_eq(p->event[k], en->bytes))
				return true;
	}
	return false;
}

static void
add_events(struct machine *to, const struct parcel *p,
    struct store_import *im)
{
	for (size_t i = 0; i < p->n; i++) {
		struct event_id id;

		event_id_of(&id, p->event[i]);
		if (has_beginning(to, p,
		        &journal.e[journal_index(&id)].event.feed))
			ok(store_import_add(im, p->event[i], &e));
	}
}

static void
unpack_by_hand(struct machine *to, const struct parcel *p)
{
	static const struct store_ack none;
	const char *peer = p->from->address;
	struct store_bundle_note note = { .name = "by hand",
		.peer = peer,
		.incoming = true,
		.number = p->head.number,
		.events = p->n };
	const struct store_ack *acks = NULL;
	struct store_import *im;
	char setting[48];
	struct peer known;

	if (store_bundle_known(to->s, p->hash))
		return;
	memcpy(note.header_hash, p->hash, sizeof p->hash);
	ok(peer_load(to->s, world.a, peer, &known, &e));
	ok(store_import_begin(to->s, peer, &im, &e));
	add_events(to, p, im);
	if (peer_advance(&known, &p->head, p->hash)) {
		acks = p->head.n_acks > 0 ? p->head.acks : &none;
		peer_setting(peer, setting);
		ok(store_import_meta(
		    im, setting, peer_format(world.a, &known), &e));
	}
	ok(store_import_apply(
	    im, acks, acks == NULL ? 0 : p->head.n_acks, &note, &e));
	store_import_drop(im);
	if (p->packs)
		machine_learn(to);
}

struct parcel *
carry_pack(struct machine *from, const char *to, bool by_stick)
{
	struct parcel *p = arena_new_of(world.a, struct parcel);

	p->from = from;
	snprintf(p->to, sizeof p->to, "%s", to);
	machine_clock(from);
	if (by_stick)
		pack_bundle(from, p);
	else
		pack_by_hand(from, p);
	world.sum.bundles++;
	return p;
}

struct parcel *
carry_part(const struct parcel *p, size_t first, size_t n)
{
	struct parcel *part = arena_dup(world.a, p, sizeof *p);

	part->event += first;
	part->n = n;
	if (first > 0)
		prng_bytes(&world.rng, part->hash, sizeof part->hash);
	return part;
}

bool
carry_is_for(const struct parcel *p, const struct machine *to)
{
	return to->who != p->from->who &&
	    (strcmp(p->to, to->address) == 0 ||
	        strcmp(p->to, to->who->card.unit) == 0);
}

void
carry_unpack(struct machine *to, const struct parcel *p)
{
	machine_clock(to);
	if (p->path != NULL)
		unpack_bundle(to, p);
	else
		unpack_by_hand(to, p);
}

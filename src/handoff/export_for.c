#include "handoff/export_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handoff/peer.h"

static enum err
add_recipient(
    struct exporting *x, const struct age_public *key, struct error *e)
{
	for (size_t i = 0; i < x->n_recipients; i++)
		if (memcmp(&x->recipient[i], key, sizeof *key) == 0)
			return OK;
	if (x->n_recipients >= AGE_RECIPIENTS_MAX)
		return error_set(e, ERR_LIMIT,
		    N_("%s has too many devices for one bundle"), x->unit);
	x->recipient[x->n_recipients++] = *key;
	return OK;
}

static bool
is_receiver(const struct exporting *x, const struct trusted *t,
    struct str unit, struct str device)
{
	return !t->revoked && str_is(unit, t->card.unit)
	    && (device.n == 0 || str_is(device, t->card.device))
	    && memcmp(&t->card.sign, &x->self->card->sign, sizeof t->card.sign)
	    != 0;
}

enum err
export_find_receivers(struct exporting *x, struct error *e)
{
	const struct trust *trust = x->self->trust;
	struct str unit = str_of(x->to), device = { "", 0 };
	const struct card *c;
	enum err err;

	if (!card_is_unit(unit)
	    && !bundle_split_address(unit, &unit, &device))
		return error_set(e, ERR_USAGE,
		    N_("%s is not a unit or a unit's device"), x->to);
	memcpy(x->unit, unit.p, unit.n);
	x->peer = arena_array(x->a, trust->n, sizeof *x->peer);
	for (size_t i = 0; i < trust->n; i++) {
		if (!is_receiver(x, &trust->device[i], unit, device))
			continue;
		c = x->peer[x->n_peers++] = &trust->device[i].card;
		if ((err = add_recipient(x, &c->age, e)) != OK
		    || (c->has_recovery
		        && (err = add_recipient(x, &c->recovery, e)) != OK))
			return err;
	}
	if (x->n_peers == 0)
		return error_set(e, ERR_TRUST,
		    N_("no device of %s is known here: take in its unit card "
		       "first"), x->to);
	c = x->self->card;
	return c->has_recovery ? add_recipient(x, &c->recovery, e) : OK;
}

enum err
export_find_scope(struct exporting *x, struct error *e)
{
	const struct card *me = x->self->card;
	const char *role = x->peer[0]->role;
	bool inside = strcmp(me->unit, x->unit) == 0;

	if (!inside && strcmp(me->role, role) == 0)
		return error_set(e, ERR_REFUSED,
		    N_("%s and %s do not hand over to each other"), me->unit,
		    x->unit);
	x->to_commune = strcmp(role, "commune") == 0;
	if (strcmp(me->role, "commune") == 0)
		x->scope = me->unit;
	else
		x->scope = inside ? NULL : x->unit;
	return OK;
}

enum err
export_find_acks(struct exporting *x, struct store_ack **acks,
    size_t *n, struct error *e)
{
	struct store_ack *one;
	char peer[PEER_TEXT];
	size_t n_one, j, kept;
	enum err err;

	for (size_t i = 0; i < x->n_peers; i++) {
		snprintf(peer, sizeof peer, "%s/%s", x->peer[i]->unit,
		    x->peer[i]->device);
		err = store_peer_acks(x->s, x->a, peer, &one, &n_one, e);
		if (err != OK)
			return err;
		if (i == 0) {
			*acks = one;
			*n = n_one;
			continue;
		}
		kept = 0;
		for (size_t k = 0; k < *n; k++) {
			for (j = 0; j < n_one; j++)
				if (memcmp(&one[j].feed, &(*acks)[k].feed,
				        sizeof one[j].feed)
				    == 0)
					break;
			if (j == n_one)
				continue;
			(*acks)[kept++] = one[j].seq < (*acks)[k].seq
			    ? one[j]
			    : (*acks)[k];
		}
		*n = kept;
	}
	return OK;
}

struct collect {
	struct exporting *x;
	struct peer *peers;
};

static bool
all_have(const struct collect *c, const uint8_t hash[32])
{
	for (size_t i = 0; i < c->x->n_peers; i++) {
		const struct peer *p = &c->peers[i];
		size_t j = 0;

		while (j < p->n_have && memcmp(p->have[j].b, hash, 32) != 0)
			j++;
		if (j == p->n_have)
			return false;
	}
	return true;
}

static enum err
collect_pack(void *ctx, const uint8_t hash[32], struct str bytes,
    struct error *e)
{
	struct collect *c = ctx;
	struct exporting *x = c->x;
	struct bag_pack *p;

	(void)e;
	x->held = arena_grow(
	    x->a, x->held, x->n_held, &x->cap_held, sizeof *x->held);
	memcpy(x->held[x->n_held++].b, hash, 32);
	if (strcmp(x->self->card->role, "district") != 0 || all_have(c, hash))
		return OK;
	x->pack = arena_grow(
	    x->a, x->pack, x->n_packs, &x->cap_packs, sizeof *x->pack);
	p = &x->pack[x->n_packs++];
	memcpy(p->hash.b, hash, sizeof p->hash.b);
	p->bytes = arena_str_dup(x->a, bytes);
	return OK;
}

static int
by_hash(const void *a, const void *b)
{
	const struct bag_pack *p = a, *q = b;

	return memcmp(&p->hash, &q->hash, sizeof p->hash);
}

enum err
export_collect_packs(struct exporting *x, struct error *e)
{
	struct collect c = { x, NULL };
	char peer[PEER_TEXT];
	struct trust list = *x->self->trust;
	enum err err;

	c.peers = arena_array(x->a, x->n_peers, sizeof *c.peers);
	for (size_t i = 0; i < x->n_peers; i++) {
		snprintf(peer, sizeof peer, "%s/%s", x->peer[i]->unit,
		    x->peer[i]->device);
		err = peer_load(x->s, x->a, peer, &c.peers[i], e);
		if (err != OK)
			return err;
	}
	err = store_pack_each(x->s, "form", collect_pack, &c, e);
	if (err != OK)
		return err;
	if (x->n_packs > 0)
		qsort(x->pack, x->n_packs, sizeof *x->pack, by_hash);
	if (strcmp(x->self->card->role, "district") != 0)
		return OK;
	if ((err = trust_add(x->a, &list, x->self->card, e)) != OK)
		return err;
	x->trust = trust_format(x->a, &list);
	return OK;
}

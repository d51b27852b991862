/* The synthetic commune: block by block, household by household. */
#include "demo/demo.h"

#include "demo/demo_impl.h"

#include <string.h>

static enum err
emit_filed(struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	enum err r = OK;

	if (p->level == NULL && date_age(p->birth, c->on) >= 7 &&
	    prng_chance(&d->r, c->share.refused_determination))
		r = demo_emit_determination(d, h, p, true);
	if (r == OK && p->level != NULL &&
	    prng_chance(&d->r, c->share.determination))
		r = demo_emit_determination(d, h, p, false);
	if (r == OK && p->clause != NULL && strcmp(p->clause, "K6") == 0 &&
	    prng_chance(&d->r, c->share.application))
		r = demo_emit_disabled(d, h, p);
	if (r == OK && date_age(p->birth, c->on) >= 60 &&
	    prng_chance(&d->r, c->share.application))
		r = demo_emit_elderly(d, h, p);
	return r;
}

static enum err
emit_home(struct demo *d, struct demo_home *h)
{
	enum err r;

	arena_reset(d->scratch);
	demo_home_people(d, h);
	r = demo_emit_home(d, h);
	for (size_t i = 0; r == OK && i < h->n; i++)
		r = demo_emit_person(d, h, &h->person[i]);
	for (size_t i = 0; r == OK && i < h->n; i++)
		r = emit_filed(d, h, &h->person[i]);
	return r;
}

enum err
demo_make(const struct demo_conf *c, uint64_t seed, uint64_t persons,
    demo_record_fn fn, void *ctx, struct error *e)
{
	struct arena *a = arena_new();
	struct demo *d = arena_new_of(a, struct demo);
	struct demo_block *b = arena_new_of(a, struct demo_block);
	uint64_t hamlets =
	    persons / (uint64_t)c->number.persons_per_hamlet + 1;
	enum err r = OK;

	d->c = c;
	d->fn = fn;
	d->ctx = ctx;
	d->e = e;
	d->scratch = arena_new();
	d->hamlets = hamlets > UINT32_MAX ? UINT32_MAX : (uint32_t)hamlets;
	prng_seed(&d->r, seed);
	prng_bytes(&d->r, d->feed, sizeof d->feed);
	for (uint64_t left = persons; r == OK && left > 0;) {
		size_t n = left < DEMO_BLOCK ? (size_t)left : DEMO_BLOCK;

		demo_block_make(d, n, b);
		for (size_t i = 0; r == OK && i < b->n_homes; i++)
			r = emit_home(d, &b->home[i]);
		left -= n;
	}
	arena_free(d->scratch);
	arena_free(a);
	return r;
}

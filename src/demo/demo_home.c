/*
 * Who lives with whom.  Ages are dealt first, for a block of persons, from
 * the pyramid; then households of the sizes wanted take their people out of
 * that stock.  So the pyramid and the sizes hold exactly, and the families
 * are likely ones as long as the stock lasts.
 */
#include "demo/demo_impl.h"

#include <string.h>

#define ADULT 22 /* the youngest head of a household */

static int
deal_age(struct prng *r, const struct demo_table *t)
{
	int age = demo_pick_number(r, t);

	if (age < t->number[t->n - 1])
		return age + (int)prng_below(r, 5);
	while (age < DEMO_AGE_MAX && prng_below(r, 5) != 0)
		age++;
	return age;
}

/* Exactly n persons, at least `homes` of them adults. */
static void
deal_ages(struct demo *d, size_t n, struct demo_ages *s)
{
	const struct demo_table *male = &d->c->table.age_male;
	const struct demo_table *female = &d->c->table.age_female;
	uint32_t men = male->upto[male->n - 1];
	uint32_t all = men + female->upto[female->n - 1];

	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < n; i++) {
		bool is_female = prng_below(&d->r, all) >= men;

		s->count[is_female]
			[deal_age(&d->r, is_female ? female : male)]++;
	}
}

static int
stock(const struct demo_ages *s, int sex, int low, int high)
{
	int sum = 0;

	if (low < 0)
		low = 0;
	if (high > DEMO_AGE_MAX)
		high = DEMO_AGE_MAX;
	for (int age = low; age <= high; age++)
		sum += s->count[sex][age];
	return sum;
}

/* Small blocks may lack adults: the youngest grow up. */
static void
ensure_adults(struct demo_ages *s, size_t homes)
{
	int have = stock(s, 0, ADULT, DEMO_AGE_MAX) +
	    stock(s, 1, ADULT, DEMO_AGE_MAX);

	for (int age = 0; age < ADULT; age++)
		for (int sex = 0; sex < 2; sex++)
			while (have < (int)homes && s->count[sex][age] > 0) {
				s->count[sex][age]--;
				s->count[sex][age + 30]++;
				have++;
			}
}

/* One person of the window at random; false if there is none. */
static bool
take(struct demo *d, struct demo_ages *s, int sex, int low, int high,
    struct demo_person *p)
{
	int n = stock(s, sex, low, high), k, age;

	if (n == 0)
		return false;
	k = (int)prng_below(&d->r, (uint32_t)n);
	for (age = low < 0 ? 0 : low; (k -= s->count[sex][age]) >= 0; age++)
		;
	s->count[sex][age]--;
	p->age = age;
	p->female = sex == 1;
	return true;
}

static bool
take_any(struct demo *d, struct demo_ages *s, int low, int high,
    struct demo_person *p)
{
	int men = stock(s, 0, low, high), women = stock(s, 1, low, high);
	int sex;

	if (men + women == 0)
		return false;
	sex = (int)prng_below(&d->r, (uint32_t)(men + women)) >= men;
	return take(d, s, sex, low, high, p);
}

static void
take_head(struct demo *d, struct demo_ages *s, struct demo_home *h,
    size_t size)
{
	struct demo_person *p = &h->person[h->n++];
	double male = size == 1 ? d->c->share.head_male_alone :
	                          d->c->share.head_male;
	int sex = !prng_chance(&d->r, male);
	/* The lone are mostly old. */
	int low = size == 1 && prng_below(&d->r, 3) != 0 ? 58 : ADULT;

	p->relation = DEMO_HEAD;
	if (!take(d, s, sex, low, DEMO_AGE_MAX, p) &&
	    !take(d, s, sex, ADULT, DEMO_AGE_MAX, p) &&
	    !take(d, s, !sex, ADULT, DEMO_AGE_MAX, p))
		BUG("no adult left for a household");
}

static void
take_spouse(struct demo *d, struct demo_ages *s, struct demo_home *h)
{
	const struct demo_person *head = &h->person[0];
	struct demo_person *p = &h->person[h->n];
	int younger = head->female ? 4 : 8, older = head->female ? 8 : 4;
	int low = head->age - younger;

	if (low < 18)
		low = 18;
	if (!prng_chance(&d->r, d->c->share.spouse) ||
	    !take(d, s, !head->female, low, head->age + older, p))
		return;
	p->relation = DEMO_SPOUSE;
	h->n++;
}

/* Windows of age beside the head's, with how often they are tried. */
static const struct window {
	enum demo_relation relation;
	int low, high;
	uint32_t weight;
} windows[] = {
	{ DEMO_CHILD, -38, -20, 66 },
	{ DEMO_GRANDCHILD, -66, -42, 16 },
	{ DEMO_PARENT, 20, 36, 13 },
	{ DEMO_SIBLING, -10, 10, 5 },
};

static bool
has_two_parents(const struct demo_home *h)
{
	int parents = 0;

	for (size_t i = 0; i < h->n; i++)
		parents += h->person[i].relation == DEMO_PARENT;
	return parents >= 2;
}

static bool
take_window(struct demo *d, struct demo_ages *s, struct demo_home *h,
    const struct window *w)
{
	struct demo_person *p = &h->person[h->n];
	int head = h->person[0].age;

	if ((w->relation == DEMO_PARENT && has_two_parents(h)) ||
	    !take_any(d, s, head + w->low, head + w->high, p))
		return false;
	p->relation = w->relation;
	return true;
}

/* Whoever is left, called by the difference of the ages. */
static void
take_rest(struct demo *d, struct demo_ages *s, struct demo_home *h)
{
	struct demo_person *p = &h->person[h->n];
	int younger;

	if (!take_any(d, s, 0, DEMO_AGE_MAX, p))
		BUG("the block has fewer persons than places");
	younger = h->person[0].age - p->age;
	p->relation = younger >= 42 ? DEMO_GRANDCHILD :
	    younger >= 17 ? DEMO_CHILD :
	    younger > -18 || has_two_parents(h) ? DEMO_SIBLING : DEMO_PARENT;
}

static void
take_member(struct demo *d, struct demo_ages *s, struct demo_home *h)
{
	uint32_t x = prng_below(&d->r, 100);
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(windows) && x >= windows[i].weight)
		x -= windows[i++].weight;
	if (!take_window(d, s, h, &windows[i]) &&
	    !take_window(d, s, h, &windows[0]) &&
	    !take_window(d, s, h, &windows[1]))
		take_rest(d, s, h);
	h->n++;
}

/* A grown child beside another of the other sex may be its spouse. */
static void
marry_children(struct demo *d, struct demo_home *h)
{
	for (size_t i = 1; i < h->n; i++) {
		struct demo_person *a = &h->person[i];

		if (a->relation != DEMO_CHILD || a->age < 23)
			continue;
		for (size_t k = i + 1; k < h->n; k++) {
			struct demo_person *b = &h->person[k];

			if (b->relation == DEMO_CHILD && b->age >= 20 &&
			    b->female != a->female &&
			    prng_below(&d->r, 2) == 0) {
				b->relation = DEMO_CHILD_IN_LAW;
				return;
			}
		}
	}
}

void
demo_block_make(struct demo *d, size_t persons, struct demo_block *b)
{
	size_t size[DEMO_BLOCK], left = persons;
	struct demo_ages s;

	for (b->n_homes = 0; left > 0; left -= size[b->n_homes++]) {
		size_t n = (size_t)demo_pick_number(
		    &d->r, &d->c->table.household_size);

		n = n < 1 ? 1 : n > DEMO_HOME_MAX ? DEMO_HOME_MAX : n;
		size[b->n_homes] = n > left ? left : n;
	}
	deal_ages(d, persons, &s);
	ensure_adults(&s, b->n_homes);
	for (size_t i = 0; i < b->n_homes; i++) {
		memset(&b->home[i], 0, sizeof b->home[i]);
		take_head(d, &s, &b->home[i], size[i]);
	}
	for (size_t i = 0; i < b->n_homes; i++)
		if (size[i] > 1)
			take_spouse(d, &s, &b->home[i]);
	for (size_t i = 0; i < b->n_homes; i++) {
		while (b->home[i].n < size[i])
			take_member(d, &s, &b->home[i]);
		marry_children(d, &b->home[i]);
	}
}

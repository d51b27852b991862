#include "tests/merge/history.h"

#include <stdio.h>

#include "tests/merge/carry.h"
#include "tests/merge/check.h"
#include "tests/merge/model.h"
#include "tests/merge/write.h"

#define POST_MAX 64
#define ROUNDS_MAX 24

static struct parcel *post[POST_MAX];
static unsigned n_post;

static void
take(struct machine *m, const struct parcel *p)
{
	static struct before was;

	check_before(m, &was);
	carry_unpack(m, p);
	check_after(m, &was);
}

/* Who hands over to whom: inside a commune, and with the district. */
static bool
are_linked(const struct machine *a, const struct machine *b)
{
	return a->who != b->who &&
	    (a->scope == NULL || b->scope == NULL || a->scope == b->scope);
}

static void
put_in_post(struct parcel *p)
{
	if (chance(30)) {
		world.sum.lost++;
		return;
	}
	if (n_post < POST_MAX)
		post[n_post++] = p;
	if (chance(30) && n_post < POST_MAX) {
		post[n_post++] = p;
		world.sum.doubled++;
	}
}

/* By hand, a large hand-over in parts: in two, or one part that arrives while
 * the others are lost. */
static void
put_in_parts(struct parcel *p)
{
	unsigned n = (unsigned)p->n, cut = below(n);

	if (chance(50)) {
		put_in_post(carry_part(p, cut, 1));
		world.sum.lost++;
	} else {
		put_in_post(carry_part(p, 0, cut));
		put_in_post(carry_part(p, cut, n - cut));
	}
}

/* For one device, or, as is usual, for the unit. */
static void
send(struct machine *from, const struct machine *to, bool by_stick)
{
	const char *address = chance(50) ? to->address : to->who->card.unit;
	struct parcel *p;

	if (!are_linked(from, to))
		return;
	p = carry_pack(from, address, by_stick);
	if (p->n > 1 && chance(50))
		put_in_parts(p);
	else
		put_in_post(p);
}

/* Some parcel of those under way, at some machine that may have it. */
static void
deliver(void)
{
	unsigned i = below(n_post), k = below(world.n);
	const struct parcel *p = post[i];

	while (!carry_is_for(p, &world.m[k]))
		k = (k + 1) % world.n;
	world.sum.out_of_order += i > 0;
	for (n_post--; i < n_post; i++)
		post[i] = post[i + 1];
	take(&world.m[k], p);
}

/* What was written after the copy was taken is with the district already;
 * what is written now stands at the same places of the feed, and only the end
 * of it arrives. */
static void
relive(struct machine *m, bool by_stick)
{
	struct machine *district = &world.m[DISTRICT];
	struct parcel *p;

	machine_keep_copy(m, BY_FOLDER);
	write_something(m);
	take(district, carry_pack(m, district->address, by_stick));
	machine_set_back(m);
	write_something(m);
	write_something(m);
	p = carry_pack(m, district->address, by_stick);
	put_in_post(p->n > 0 ? carry_part(p, below((unsigned)p->n), 1) : p);
}

/* An older copy of itself, or two of one: and it is written to at once,
 * before anybody can tell. */
static void
go_wrong(struct machine *m, bool by_stick)
{
	struct machine *clone;
	unsigned more = 1 + below(3);

	if (m->scope != NULL && chance(8)) {
		relive(m, by_stick);
	} else if (m->copy == NULL || chance(15)) {
		machine_keep_copy(m, below(WAYS_SET_BACK));
	} else if (chance(25)) {
		if ((clone = machine_clone(m)) == NULL)
			return;
		for (; more > 0; more--) {
			write_something(clone);
			write_something(m);
		}
	} else {
		machine_set_back(m);
		for (; more > 1; more--)
			write_something(m);
	}
}

static void
step(bool by_stick)
{
	struct machine *m = &world.m[below(world.n)];
	unsigned x = below(100);

	world.minute += 1 + below(2880);
	if (x < 45)
		write_something(m);
	else if (x < 58)
		go_wrong(m, by_stick);
	else
		send(m, &world.m[below(world.n)], by_stick);
	while (n_post > 0 && chance(55))
		deliver();
}

void
history_settle(bool by_stick)
{
	for (unsigned i = 0; i < world.n; i++)
		machine_learn(&world.m[i]);
	for (unsigned round = 0; !check_is_settled(); round++) {
		if (round == ROUNDS_MAX)
			check_settled();
		for (unsigned i = 0; i < world.n; i++)
			for (unsigned k = 0; k < world.n; k++) {
				struct machine *a = &world.m[i];
				struct machine *b = &world.m[k];

				if (!are_linked(a, b))
					continue;
				take(b, carry_pack(a, b->address, by_stick));
				take(a, carry_pack(b, a->address, by_stick));
			}
	}
}

void
history_play(unsigned number, bool by_stick)
{
	unsigned steps;

	n_post = 0;
	world_begin(number);
	journal_begin();
	write_first_records();
	steps = 30 + below(50);
	for (unsigned i = 0; i < steps; i++)
		step(by_stick);
	while (n_post > 0)
		deliver();
	history_settle(by_stick);
}

void
history_run(unsigned number, bool by_stick)
{
	history_play(number, by_stick);
	check_settled();
	model_compare();
	world_close();
	world.sum.histories++;
}

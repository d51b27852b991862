#include "tests/merge/history.h"

#include <stdio.h>

#include "tests/merge/carry.h"
#include "tests/merge/check.h"
#include "tests/merge/model.h"
#include "tests/merge/write.h"

#define POST_MAX 64
#define ROUNDS_MAX 24

static struct parcel post[POST_MAX];
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
put_in_post(const struct parcel *p)
{
	if (chance(30)) {
		world.sum.lost++;
		return;
	}
	if (n_post < POST_MAX)
		post[n_post++] = *p;
	if (chance(30) && n_post < POST_MAX) {
		post[n_post++] = *p;
		world.sum.doubled++;
	}
}

/* For one device, or, as is usual, for the unit. */
static void
send(struct machine *from, const struct machine *to)
{
	const char *address = chance(50) ? to->address : to->who->card.unit;
	struct parcel p;

	if (!are_linked(from, to))
		return;
	carry_pack(from, address, &p);
	put_in_post(&p);
}

/* Nothing of it is lost. */
static void
hand_over(struct machine *from, struct machine *to)
{
	struct parcel p;

	carry_pack(from, to->address, &p);
	take(to, &p);
}

/* Some parcel of those under way, at some machine that may have it. */
static void
deliver(void)
{
	unsigned i = below(n_post), k = below(world.n);
	struct parcel p = post[i];

	while (!carry_is_for(&p, &world.m[k]))
		k = (k + 1) % world.n;
	world.sum.out_of_order += i > 0;
	for (n_post--; i < n_post; i++)
		post[i] = post[i + 1];
	take(&world.m[k], &p);
}

/*
 * What was written after the copy was taken is with the district, which says
 * so; what is written now stands at the same places of the feed, and must come
 * all the same, since the district has not said that it holds these events
 * (SAFETY R6).
 */
static void
relive(struct machine *m)
{
	struct machine *district = &world.m[DISTRICT];
	struct parcel receipt;
	size_t before;

	machine_keep_copy(m, BY_FOLDER);
	write_something(m);
	hand_over(m, district);
	carry_pack(district, m->address, &receipt);
	machine_set_back(m);
	before = journal.n;
	write_something(m);
	write_something(m);
	take(m, &receipt);
	hand_over(m, district);
	for (size_t i = before; i < journal.n; i++)
		if (m->held[i] && !district->held[i])
			fall("R6: a receipt for other events kept one of "
			     "machine %u back", m->no);
}

/* An older copy of itself, or two of one: and it is written to at once,
 * before anybody can tell. */
static void
go_wrong(struct machine *m)
{
	struct machine *clone;
	unsigned more = 1 + below(3);

	if (m->scope != NULL && chance(8)) {
		relive(m);
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
step(void)
{
	struct machine *m = &world.m[below(world.n)];
	unsigned x = below(100);

	world.minute += 1 + below(2880);
	if (x < 45)
		write_something(m);
	else if (x < 58)
		go_wrong(m);
	else
		send(m, &world.m[below(world.n)]);
	while (n_post > 0 && chance(55))
		deliver();
}

/* To whom lacks what the other has; if that does not help, the other is told
 * first what is there already (two machines may have one name). */
static void
bring(struct machine *to, struct machine *from)
{
	if (!check_lacks(to, from))
		return;
	hand_over(from, to);
	if (!check_lacks(to, from))
		return;
	hand_over(to, from);
	hand_over(from, to);
}

static void
settle(void)
{
	for (unsigned i = 0; i < world.n; i++)
		machine_learn(&world.m[i]);
	for (unsigned round = 0; !check_is_settled(); round++) {
		if (round == ROUNDS_MAX)
			check_settled();
		for (unsigned i = 0; i < world.n; i++)
			for (unsigned k = 0; k < world.n; k++)
				if (are_linked(&world.m[i], &world.m[k]))
					bring(&world.m[i], &world.m[k]);
	}
}

void
history_play(unsigned number)
{
	unsigned steps;

	n_post = 0;
	world_begin(number);
	journal_begin();
	write_first_records();
	steps = 30 + below(50);
	for (unsigned i = 0; i < steps; i++)
		step();
	while (n_post > 0)
		deliver();
	settle();
}

void
history_run(unsigned number)
{
	history_play(number);
	check_settled();
	model_compare();
	world_close();
	world.sum.histories++;
}

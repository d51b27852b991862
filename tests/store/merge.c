/*
 * Random histories of two laptops and a district: writes, hand-overs, and
 * laptops set back to old copies, noticed or not.  When all have heard of all,
 * all are equal, nothing that survived anywhere is lost, and every store
 * checks clean.  ANSINH_TEST_HISTORIES asks for more of them.
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <stdio.h>

#define DEVICES 3
#define RECORDS 3

struct device {
	struct store *s;
	const char *dir, *copy;
	bool has_copy;
	struct str token; /* as it was beside the copy */
};

static struct device dev[DEVICES];
static uint32_t seed;
static uint64_t number;
static unsigned restores, forks;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

static void
begin(unsigned history)
{
	seed = 77 + history * 7919;
	for (unsigned i = 0; i < DEVICES; i++) {
		dev[i].dir = world_dir(
		    arena_printf(world, "h%u-%u", history, i));
		dev[i].copy = arena_printf(world, "%s.copy", dev[i].dir);
		dev[i].has_copy = false;
		dev[i].s = i == 2
		    ? world_create(dev[i].dir, "298", "district", 9)
		    : world_create(dev[i].dir, "11149", "commune", i + 1);
	}
}

/* Back to the copy.  A whole disk set back has its token set back, too, and
 * does not know. */
static void
set_back(struct device *d, bool unnoticed)
{
	struct store_options o = world_options();
	char *token = arena_printf(world, "%s/token", d->dir);

	store_close(d->s);
	ok(store_restore(d->dir, d->copy, &o, &oops));
	if (unnoticed)
		ok(file_write(token, d->token, 0600, false, &oops));
	d->s = world_open(d->dir);
	assert_int_equal(store_was_restored(d->s), !unnoticed);
	restores++;
}

static void
keep_copy(struct device *d)
{
	char *token = arena_printf(world, "%s/token", d->dir);

	ok(store_backup(d->s, d->copy, NULL, NULL, &oops));
	ok(file_read(world, token, 64, &d->token, &oops));
	d->has_copy = true;
}

static void
write_one(struct device *d, const struct record_id *id, unsigned i)
{
	const struct record_id *at = &id[below(RECORDS)];
	char *json = arena_printf(world, "\"v%u\"", i);
	struct record r;

	if (store_record(d->s, world, at, &r, &oops) != OK)
		return; /* has not heard of it */
	if (d == &dev[2] && below(2) == 0)
		put(d->s, EVENT_AMEND, at, "decision", json, "amount", "1",
		    NULL);
	else
		put(d->s, EVENT_AMEND, at, "note", json, NULL);
}

/* Set back more often than laptops are, and used before anybody tells. */
static void
step(const struct record_id *id, unsigned i)
{
	struct device *d = &dev[below(DEVICES)], *to = &dev[below(DEVICES)];
	uint32_t x = below(100);

	if (x < 50) {
		write_one(d, id, i);
	} else if (x < 60) {
		keep_copy(d);
	} else if (x < 72 && d->has_copy) {
		set_back(d, below(4) != 0);
		write_one(d, id, i);
	} else if (to != d) {
		hand_over(d->s, to->s, ++number);
	}
}

static void
settle(void)
{
	for (int round = 0; round < 5; round++)
		for (int i = 0; i < DEVICES; i++)
			for (int k = 0; k < DEVICES; k++)
				if (i != k)
					hand_over(dev[i].s, dev[k].s, ++number);
}

static void
test_histories(void **state)
{
	const char *asked = getenv("ANSINH_TEST_HISTORIES");
	unsigned n = asked == NULL ? 12 : (unsigned)strtoul(asked, NULL, 10);

	(void)state;
	for (unsigned h = 0; h < n; h++) {
		struct record_id id[RECORDS];
		struct store_counts counts, others;

		begin(h);
		for (size_t i = 0; i < RECORDS; i++)
			id[i] = new_record(dev[i % 2].s, "A");
		for (unsigned i = 0; i < 40; i++)
			step(id, i);
		settle();
		ok(store_counts(dev[0].s, &counts, &oops));
		forks += (unsigned)counts.forked_feeds;
		for (int i = 0; i < DEVICES; i++) {
			assert_string_equal(
			    digest(dev[i].s), digest(dev[0].s));
			ok(store_counts(dev[i].s, &others, &oops));
			assert_int_equal(others.events, counts.events);
			assert_int_equal(faults(dev[i].s), 0);
		}
		for (int i = 0; i < DEVICES; i++)
			store_close(dev[i].s);
	}
	assert_true(n < 12 || (restores > 0 && forks > 0));
	print_message("%u histories, %u restores, %u forked feeds\n", n,
	    restores, forks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_histories, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

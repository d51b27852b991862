/* Old bundles on a stick (SAFETY W7): what the other side has makes room, and
 * nothing else does. */
#include "desk.h"

#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "handoff/tidy.h"

static const char *
file_of(const char *who, unsigned number)
{
	return arena_printf(
	    world, "%s/ANSINH/%s-%06u.ansinh", stick, who, number);
}

/* How many bundles of a device are on the stick. */
static unsigned
count(const char *who)
{
	DIR *d = opendir(arena_printf(world, "%s/ANSINH", stick));
	const struct dirent *entry;
	unsigned n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		n += strncmp(entry->d_name, who, strlen(who)) == 0;
	closedir(d);
	return n;
}

static void
entry_and_hand_over(void)
{
	(void)desk_new(&commune, "11149", "Đào");
	desk_import(&district, desk_export(&commune, "298"));
}

static void
receipt(void)
{
	desk_import(&commune, desk_export(&district, "11149"));
}

static void
test_acknowledged(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 12; i++) {
		entry_and_hand_over();
		/* the newest is not acknowledged yet; of the others 8 stay */
		assert_int_equal(count("11149-K7Q2"), i < 9 ? i : 9);
		assert_true(file_exists(file_of("11149-K7Q2", i)));
		assert_int_equal(
		    file_exists(file_of("11149-K7Q2", i > 9 ? i - 9 : 99)), 0);
		receipt();
	}
	assert_true(file_exists(file_of("11149-K7Q2", 4)));
	/* receipts alone make room, too: the newest one says it all */
	assert_int_equal(count("298-D2DD"), 8);
	assert_true(file_exists(file_of("298-D2DD", 12)));
}

static void
test_not_acknowledged(void **state)
{
	(void)state;
	for (unsigned i = 1; i <= 12; i++)
		entry_and_hand_over();
	assert_int_equal(count("11149-K7Q2"), 12);
	/* the receipt comes: at the next hand-over they may go */
	receipt();
	assert_int_equal(count("11149-K7Q2"), 12);
	entry_and_hand_over();
	assert_int_equal(count("11149-K7Q2"), 9);
	for (unsigned i = 1; i <= 4; i++)
		assert_false(file_exists(file_of("11149-K7Q2", i)));
}

/* Both laptops of the district must have them. */
static void
test_two_receivers(void **state)
{
	struct desk second;

	(void)state;
	desk_open(&second, "298", "district", "Huyện Tứ Kỳ", "E5EE");
	desk_trusts(&commune, &second);
	desk_trusts(&second, &commune);
	desk_trusts(&second, &district);
	desk_trusts(&district, &second);
	for (unsigned i = 1; i <= 12; i++) {
		entry_and_hand_over();
		receipt();
	}
	assert_int_equal(count("11149-K7Q2"), 12);
	desk_import(&second, file_of("11149-K7Q2", 12));
	desk_import(&commune, desk_export(&second, "11149"));
	entry_and_hand_over();
	assert_int_equal(count("11149-K7Q2"), 9);
	desk_close(&second);
}

/* Neither a file that has our name and is not ours, nor one of ours that is
 * in another folder, nor the other side's. */
static void
test_not_ours(void **state)
{
	struct str bytes, other = STR("not a bundle");
	unsigned removed;

	(void)state;
	for (unsigned i = 1; i <= 12; i++) {
		entry_and_hand_over();
		if (i == 9)
			break;
		receipt();
	}
	/* instead of number 1 the district's bundle lies there, instead of
	 * number 2 a text; number 3 is in the stick's root, too */
	ok(file_read(world, file_of("298-D2DD", 1), 1u << 20, &bytes, &e));
	ok(file_write(file_of("11149-K7Q2", 1), bytes, 0644, false, &e));
	ok(file_write(file_of("11149-K7Q2", 2), other, 0644, false, &e));
	ok(file_read(world, file_of("11149-K7Q2", 3), 1u << 20, &bytes, &e));
	ok(file_write(arena_printf(world, "%s/11149-K7Q2-000003.ansinh", stick),
	    bytes, 0644, false, &e));
	for (unsigned i = 10; i <= 12; i++) {
		receipt();
		entry_and_hand_over();
	}
	assert_true(file_exists(file_of("11149-K7Q2", 1)));
	assert_true(file_exists(file_of("11149-K7Q2", 2)));
	assert_false(file_exists(file_of("11149-K7Q2", 3)));
	assert_true(file_exists(
	    arena_printf(world, "%s/11149-K7Q2-000003.ansinh", stick)));
	/* the district tidies its own alone */
	ok(tidy_stick(district.s, &district.self, "11149", stick, &removed,
	    &e));
	assert_true(file_exists(file_of("11149-K7Q2", 4)));
}

/* Forgotten by a store that was set back: nobody knows what they held. */
static void
test_forgotten(void **state)
{
	const char *backup = world_path("backup");

	(void)state;
	ok(store_backup(commune.s, backup, NULL, NULL, &e));
	for (unsigned i = 1; i <= 10; i++) {
		entry_and_hand_over();
		receipt();
	}
	desk_restore(&commune, backup);
	receipt();
	entry_and_hand_over();
	receipt();
	entry_and_hand_over();
	assert_true(file_exists(file_of("11149-K7Q2", 2)));
	assert_int_equal(count("11149-K7Q2"), 11);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_acknowledged),
		T(test_not_acknowledged),
		T(test_two_receivers),
		T(test_not_ours),
		T(test_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

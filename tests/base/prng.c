/* Random numbers that every machine makes alike. */
#include "base/prng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* The first outputs of the authors' own code for the state 1, 2, 3, 4. */
static void
test_known_stream(void **state)
{
	static const uint64_t known[] = {
		11520, 0, 1509978240, UINT64_C(1215971899390074240)
	};
	struct prng r = { .s = { 1, 2, 3, 4 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_true(prng_next(&r) == known[i]);
	prng_seed(&r, 0);
	assert_true(r.s[0] == UINT64_C(0xe220a8397b1dcdaf));
}

static void
test_below_is_even(void **state)
{
	int count[7] = { 0 };
	struct prng r;

	(void)state;
	prng_seed(&r, 5);
	for (int i = 0; i < 70000; i++)
		count[prng_below(&r, 7)]++;
	for (size_t i = 0; i < ARRAY_LEN(count); i++)
		assert_in_range(count[i], 9600, 10400);
	assert_int_equal(prng_below(&r, 1), 0);
}

static void
test_ranges(void **state)
{
	bool low = false, high = false;
	struct prng r;

	(void)state;
	prng_seed(&r, 6);
	for (int i = 0; i < 1000; i++) {
		int v = prng_between(&r, -3, 3);
		double x = prng_unit(&r);

		assert_true(v >= -3 && v <= 3);
		assert_true(x >= 0 && x < 1);
		low = low || v == -3;
		high = high || v == 3;
		assert_false(prng_chance(&r, 0));
		assert_true(prng_chance(&r, 1));
	}
	assert_true(low && high);
}

static void
test_bytes_keep_to_their_room(void **state)
{
	uint8_t a[24], b[24];
	struct prng r, again;

	(void)state;
	for (size_t n = 0; n <= 20; n++) {
		memset(a, 0xee, sizeof a);
		memset(b, 0xee, sizeof b);
		prng_seed(&r, n);
		prng_seed(&again, n);
		prng_bytes(&r, a, n);
		prng_bytes(&again, b, n);
		assert_memory_equal(a, b, sizeof a);
		assert_int_equal(a[n], 0xee);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_stream),
		cmocka_unit_test(test_below_is_even),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_bytes_keep_to_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

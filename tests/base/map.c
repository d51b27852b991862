/* The map keeps what is put, in its order, whatever the keys look like. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define MANY 20000

static struct str
key_of(char buf[32], int i)
{
	return (struct str){ buf, (size_t)snprintf(buf, 32, "key %d", i) };
}

static void
test_put_get_order(void **state)
{
	struct arena *a = arena_new();
	struct map *m = map_new(a);
	static int values[MANY];
	char buf[32];
	struct str key;
	void *value;

	(void)state;
	for (int i = 0; i < MANY; i++)
		assert_null(map_put(m, key_of(buf, i), &values[i]));
	assert_int_equal(map_count(m), MANY);
	for (int i = 0; i < MANY; i++) {
		assert_ptr_equal(map_get(m, key_of(buf, i)), &values[i]);
		assert_true(map_at(m, (size_t)i, &key, &value));
		assert_true(str_eq(key, key_of(buf, i)));
		assert_ptr_equal(value, &values[i]);
	}
	assert_null(map_get(m, key_of(buf, MANY)));
	assert_false(map_at(m, MANY, &key, &value));
	arena_free(a);
}

static void
test_replace_and_odd_keys(void **state)
{
	struct arena *a = arena_new();
	struct map *m = map_new(a);
	int one, two;

	(void)state;
	assert_null(map_put(m, STR(""), &one));
	assert_null(map_put(m, ((struct str){ "a\0b", 3 }), &one));
	assert_null(map_put(m, ((struct str){ "a\0c", 3 }), &two));
	assert_ptr_equal(map_put(m, STR(""), &two), &one);
	assert_ptr_equal(map_get(m, STR("")), &two);
	assert_ptr_equal(map_get(m, ((struct str){ "a\0b", 3 })), &one);
	assert_null(map_get(m, STR("a")));
	assert_int_equal(map_count(m), 3);
	arena_free(a);
}

/* Every prefix of a long key is another key: tails of 0 to 7 bytes count. */
static void
test_every_length_differs(void **state)
{
	struct arena *a = arena_new();
	struct map *m = map_new(a);
	static const char zeros[100];

	(void)state;
	for (size_t n = 0; n < sizeof zeros; n++)
		assert_null(
		    map_put(m, (struct str){ zeros, n }, arena_alloc(a, 1)));
	assert_int_equal(map_count(m), sizeof zeros);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_get_order),
		cmocka_unit_test(test_replace_and_odd_keys),
		cmocka_unit_test(test_every_length_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Arena and buf: what is handed out is zeroed, aligned, and stays. */
#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void
test_alloc_is_zeroed_and_aligned(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t n = 0; n < 3000; n += 7) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xa5, n);
	}
	arena_reset(a);
	assert_int_equal(arena_used(a), 0);
	unsigned char *again = arena_alloc(a, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(again[i], 0);
	arena_free(a);
}

static void
test_grow_keeps_items(void **state)
{
	struct arena *a = arena_new();
	size_t cap = 0;
	int *v = NULL;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		v = arena_grow(a, v, n, &cap, sizeof *v);
		v[n] = (int)n;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	arena_free(a);
}

static void
test_buf_grows_and_ends(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 500; i++)
		buf_printf(&b, "%d,", i);
	assert_int_equal(strlen(buf_cstr(&b)), b.n);
	assert_true(str_starts(buf_str(&b), "0,1,2,"));
	buf_clear(&b);
	assert_string_equal(buf_cstr(&b), "");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc_is_zeroed_and_aligned),
		cmocka_unit_test(test_grow_keeps_items),
		cmocka_unit_test(test_buf_grows_and_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Wrong passphrases: 1, 2, 4 ... 60 seconds, also after a new start. */
#include "app/app.h"
#include "base/clock.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static char dir[] = "/tmp/ansinh-tries-XXXXXX";

static void
tries(unsigned n, int64_t at)
{
	struct arena *a = arena_new();
	struct error e;

	assert_int_equal(file_write(arena_printf(a, "%s/tries", dir),
	    str_of(arena_printf(a, "%u %lld\n", n, (long long)at)), 0600,
	    false, &e), OK);
	arena_free(a);
}

static void
test_the_wait_doubles(void **state)
{
	static const int seconds[] = { 0, 1, 2, 4, 8, 16, 32, 60, 60, 60 };

	(void)state;
	assert_int_equal(app_wait_ms(dir), 0); /* no file */
	for (unsigned n = 0; n < ARRAY_LEN(seconds); n++) {
		/* the machine was started since: all of it is waited for */
		tries(n, clock_monotonic_ms() + 1000000);
		assert_int_equal(app_wait_ms(dir), seconds[n] * 1000);
	}
	tries(4000000000u, clock_monotonic_ms() + 1000000);
	assert_int_equal(app_wait_ms(dir), 60000);
	tries(7, clock_monotonic_ms());
	assert_in_range(app_wait_ms(dir), 0, 60000);
	tries(7, clock_monotonic_ms() - 61000);
	assert_int_equal(app_wait_ms(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_wait_doubles),
	};
	struct error e;
	int failed;

	unsetenv("ANSINH_TEST_KDF");
	if (mkdtemp(dir) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (file_remove_tree(dir, &e) != OK)
		return 1;
	return failed;
}

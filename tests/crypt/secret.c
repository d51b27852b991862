/* Memory for secrets: aligned, zeroed, guarded; random is not constant. */
#include "crypt/secret.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void
test_alloc(void **state)
{
	(void)state;
	for (size_t n = 0; n < 200; n += 13) {
		unsigned char *p = secret_alloc(n);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xa5, n);
		secret_free(p);
	}
	secret_free(NULL);
}

static void
test_guard_page_stops_a_reader(void **state)
{
	int status;
	pid_t child;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		volatile unsigned char *p = secret_alloc(32);

		signal(SIGSEGV, SIG_DFL);
		_exit(p[32]);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
}

static void
test_no_core(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 0);
}

#ifndef ANSINH_DEBUG
/* The address sanitizer makes mlock do nothing. */
static void
test_failed_lock_is_told(void **state)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t child;

	(void)state;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
			_exit(2);
		/* root is above the limit of locked memory */
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(3);
		secret_free(secret_alloc(32));
		_exit(secret_all_locked() ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

static void
test_equal_wipe_random(void **state)
{
	uint8_t a[32], b[32];

	(void)state;
	random_bytes(a, sizeof a);
	random_bytes(b, sizeof b);
	assert_false(secret_equal(a, b, sizeof a));
	memcpy(b, a, sizeof b);
	assert_true(secret_equal(a, b, sizeof a));
	b[31] ^= 1;
	assert_false(secret_equal(a, b, sizeof a));
	secret_wipe(a, sizeof a);
	for (size_t i = 0; i < sizeof a; i++)
		assert_int_equal(a[i], 0);
	for (int i = 0; i < 1000; i++)
		assert_true(random_below(7) < 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_guard_page_stops_a_reader),
		cmocka_unit_test(test_no_core),
#ifndef ANSINH_DEBUG
		cmocka_unit_test(test_failed_lock_is_told),
#endif
		cmocka_unit_test(test_equal_wipe_random),
	};

	if (secret_init(NULL) != OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

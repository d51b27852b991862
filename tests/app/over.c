/* What an event of the desk must have seen, and when that is too much
 * (doc/format-events.md, The fold). */
#include "app/editing.h"
#include "store/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define HEADS (EVENT_OVER_MAX + 1)

static struct fold_head head[HEADS];
static struct event_id over[EVENT_OVER_MAX];
static struct error why;

/* A register with n of the heads. */
static struct fold_register
reg(const char *name, size_t first, size_t n, const char *json)
{
	for (size_t i = first; i < first + n; i++) {
		memset(&head[i].event, (int)i + 1, sizeof head[i].event);
		head[i].json = str_of(json);
	}
	return (struct fold_register){ .name = str_of(name), .n_heads = n,
		.heads = &head[first] };
}

static enum err
over_of(struct fold_register *regs, size_t n, bool is_void, const char *path,
    const char *json, size_t *n_over)
{
	struct record r = { .n_registers = n, .registers = regs,
		.is_void = is_void };
	struct event_set set = { str_of(path), str_of(json) };

	*n_over = 0;
	return record_over(&r, &set, over, n_over, &why);
}

static void
test_row_that_has_too_much(void **state)
{
	struct fold_register regs[2];
	size_t n;

	(void)state;
	regs[0] = reg("children/a", 0, 1, "1");
	regs[1] = reg("children/a/name", 1, EVENT_OVER_MAX - 1, "\"x\"");
	assert_int_equal(over_of(regs, 2, false, "children/a", "null", &n), OK);
	assert_int_equal(n, EVENT_OVER_MAX);
	regs[1] = reg("children/a/name", 1, EVENT_OVER_MAX, "\"x\"");
	assert_int_equal(over_of(regs, 2, false, "children/a", "null", &n),
	    ERR_REFUSED);
	assert_non_null(strstr(why.what, "64"));
	/* its place alone has not so much beneath it */
	assert_int_equal(over_of(regs, 2, false, "children/a", "2", &n), OK);
	assert_int_equal(n, 1);
}

static void
test_what_is_ended_is_seen(void **state)
{
	struct fold_register regs[3];
	size_t n;

	(void)state;
	regs[0] = reg("children/a", 0, 1, "null");
	regs[1] = reg("name", 1, 1, "\"x\"");
	regs[2] = reg("void", 2, 1, "\"yes\"");
	assert_int_equal(
	    over_of(regs, 2, false, "children/a/name", "\"y\"", &n), OK);
	assert_int_equal(n, 1);
	assert_memory_equal(over, &head[0].event, sizeof *over);
	assert_int_equal(over_of(regs, 3, true, "name", "\"y\"", &n), OK);
	assert_int_equal(n, 2);
	assert_memory_equal(&over[1], &head[2].event, sizeof *over);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_row_that_has_too_much),
		cmocka_unit_test(test_what_is_ended_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

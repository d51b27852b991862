/* The header of a bundle: one text for one header, and its limits. */
#include "handoff/outer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypt/hash.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define GOOD \
	"ansinh 1 from=11149/K7Q2 to=298 n=42 prev=- size=1000 raw=5000 " \
	"events=7 sha256=" SUM " trust=3"

static void
test_good(void **state)
{
	struct bundle_header h;
	struct buf again = BUF_INIT;
	uint8_t hash[32];
	struct error e;

	(void)state;
	assert_int_equal(bundle_header_parse(STR(GOOD), &h, &e), OK);
	assert_string_equal(h.from_unit, "11149");
	assert_string_equal(h.from_device, "K7Q2");
	assert_string_equal(h.to_unit, "298");
	assert_string_equal(h.prev, "-");
	assert_int_equal(h.number, 42);
	assert_int_equal(h.size, 1000);
	assert_int_equal(h.raw, 5000);
	assert_int_equal(h.events, 7);
	assert_int_equal(h.trust, 3);
	assert_int_equal(h.sha256[31], 0xef);
	hash_blake2b(hash, STR(GOOD));
	assert_memory_equal(hash, h.hash, sizeof hash);
	bundle_header_format(&again, &h);
	assert_string_equal(buf_cstr(&again), GOOD);
	buf_release(&again);
}

static void
test_bad(void **state)
{
	static const struct {
		const char *from, *to; /* replaced in the good one */
		enum err err;
	} cases[] = {
		{ "ansinh 1", "ansinh 2", ERR_VERSION },
		{ "ansinh 1", "ansinh 01", ERR_FORMAT },
		{ "ansinh 1", "ansinh", ERR_FORMAT },
		{ "ansinh 1 ", "ansinh 1  ", ERR_FORMAT },
		{ "11149/K7Q2", "11149", ERR_FORMAT },
		{ "11149/K7Q2", "11149/k7q2", ERR_FORMAT },
		{ "11149/K7Q2", "../11/K7Q2", ERR_FORMAT },
		{ "11149/K7Q2", "1234567890123456/K7Q2", ERR_FORMAT },
		{ "to=298", "to=", ERR_FORMAT },
		{ "n=42", "n=042", ERR_FORMAT },
		{ "n=42", "n=-42", ERR_FORMAT },
		{ "n=42", "n=0", ERR_FORMAT },
		{ "n=42", "n=99999999999999999999", ERR_FORMAT },
		{ "prev=-", "prev=", ERR_FORMAT },
		{ "prev=-", "prev=12", ERR_FORMAT },
		{ "size=1000", "size=67108865", ERR_LIMIT },
		{ "raw=5000", "raw=1073741825", ERR_LIMIT },
		{ "events=7", "events=200001", ERR_LIMIT },
		{ "sha256=01", "sha256=0", ERR_FORMAT },
		{ "sha256=01", "sha256=0G", ERR_FORMAT },
		{ "sha256=0123456789abcdef", "sha256=0123456789ABCDEF",
		    ERR_FORMAT },
		{ " trust=3", "", ERR_FORMAT },
		{ " trust=3", " trust=3 ", ERR_FORMAT },
		{ " trust=3", " trust=3 more=1", ERR_FORMAT },
		{ "to=298 n=42", "n=42 to=298", ERR_FORMAT },
	};
	struct arena *a = arena_new();
	struct bundle_header h;
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *at = strstr(GOOD, cases[i].from);
		const char *text = arena_printf(a, "%.*s%s%s",
		    (int)(at - GOOD), GOOD, cases[i].to,
		    at + strlen(cases[i].from));

		if (bundle_header_parse(str_of(text), &h, &e) != cases[i].err)
			fail_msg("%s: %s", text, e.what);
	}
	for (size_t n = 0; n < sizeof GOOD - 1; n++)
		assert_int_not_equal(
		    bundle_header_parse((struct str){ GOOD, n }, &h, &e), OK);
	arena_free(a);
}

static void
test_name(void **state)
{
	char name[BUNDLE_NAME];

	(void)state;
	bundle_name_format(name, "11149", "K7Q2", 42);
	assert_string_equal(name, "11149-K7Q2-000042");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Settings: the table, the shipped file and a desk's own file. */
#include "app/conf.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static char home[64];

static int
make_home(void **state)
{
	*state = arena_new();
	setenv("LANGUAGE", "en", 1);
	snprintf(home, sizeof home, "/tmp/ansinh-conf-XXXXXX");
	return mkdtemp(home) == NULL ? -1 : 0;
}

static int
remove_home(void **state)
{
	struct error e;

	arena_free(*state);
	return file_remove_tree(home, &e);
}

static enum err
load_with(struct arena *a, const char *text, struct conf *c, struct error *e)
{
	assert_int_equal(file_write(arena_printf(a, "%s/ansinh.yaml", home),
	                     str_of(text), 0600, false, e),
	    OK);
	return conf_load(a, home, c, e);
}

/* What is shipped says every row, and says what holds without it. */
static void
test_shipped_are_the_defaults(void **state)
{
	struct arena *a = *state;
	struct conf c, bare;
	struct error e;
	struct str text;

	if (conf_load(a, NULL, &c, &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	assert_int_equal(file_read(a, file_data_path(a, "conf/ansinh.yaml"),
	                     100000, &text, &e),
	    OK);
	for (size_t i = 0; i < CONF_COUNT; i++) {
		const struct conf_row *row = conf_row((enum conf_id)i);

		assert_string_equal(c.word[i], row->value);
		assert_non_null(strstr(text.p,
		    arena_printf(a, "\n%s: %s\n", row->name, row->value)));
		assert_true(row->help[0] != '\0');
	}
	assert_int_equal(c.number[CONF_KDF_MIB], 128);
	assert_true(conf_is(&c, CONF_TYPING, "telex"));
	assert_int_equal(conf_load(a, home, &bare, &e), OK);
	assert_int_equal(bare.number[CONF_KDF_MIB], 128);
}

static void
test_own_file_wins(void **state)
{
	struct arena *a = *state;
	struct conf c;
	struct error e;

	assert_int_equal(
	    load_with(a, "typing: vni\nkdf_mib: 256\n", &c, &e), OK);
	assert_true(conf_is(&c, CONF_TYPING, "vni"));
	assert_int_equal(c.number[CONF_KDF_MIB], 256);
	assert_true(conf_is(&c, CONF_LANGUAGE, "vi"));
	assert_int_equal(
	    load_with(a, "# typing: vni\n\n  # nothing\n", &c, &e), OK);
	assert_true(conf_is(&c, CONF_TYPING, "telex"));
	assert_int_equal(load_with(a, "", &c, &e), OK);
}

static void
test_refusals(void **state)
{
	static const struct {
		const char *text, *where, *what;
	} cases[] = {
		{ "typing: vni\ntypping: vni\n", ":2:1", "is it \"typing\"" },
		{ "zzzzzzzz: 1\n", ":1:1", "unknown key \"zzzzzzzz\"" },
		{ "typing: telix\n", ":1:9", "telex vni off" },
		{ "typing: tel\n", ":1:9", "telex vni off" },
		{ "typing: telex vni\n", ":1:9", "telex vni off" },
		{ "typing: [vni]\n", ":1:9", "one value" },
		{ "kdf_mib: 63\n", ":1:10", "from 64 to 512" },
		{ "kdf_mib: 513\n", ":1:10", "from 64 to 512" },
		{ "kdf_mib: \"64\"\n", ":1:10", "from 64 to 512" },
		{ "kdf_mib: five\n", ":1:10", "from 64 to 512" },
		{ "- typing\n", ":1:1", "key" },
		{ "typing: vni\ntyping: off\n", ":2:1", "twice" },
		{ "x # not a comment\n", ":1:1", "key" },
	};
	struct arena *a = *state;
	struct conf c = { .number = { [CONF_KDF_MIB] = 77 } };
	struct error e;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(
		    load_with(a, cases[i].text, &c, &e), ERR_FORMAT);
		assert_string_equal(e.where,
		    arena_printf(a, "%s/ansinh.yaml%s", home, cases[i].where));
		if (strstr(e.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, e.what);
	}
	/* a refused file leaves what the caller has */
	assert_int_equal(c.number[CONF_KDF_MIB], 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_are_the_defaults),
		cmocka_unit_test(test_own_file_wins),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, make_home, remove_home);
}

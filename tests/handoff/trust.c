/* Cards and the trust list. */
#include "people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buf.h"

static struct arena *a;
static struct person commune, second, district;

static int
setup(void **state)
{
	(void)state;
	person_start();
	a = arena_new();
	person_init(&commune, "11149", "commune", "Xã Hà Kỳ", "K7Q2");
	person_init(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	person_init(&district, "298", "district", "Huyện Tứ Kỳ", "D2DD");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	person_release(&commune);
	person_release(&second);
	person_release(&district);
	arena_free(a);
	return 0;
}

static void
test_card_there_and_back(void **state)
{
	const char *text = card_format(a, &commune.card);
	struct card c;
	struct error e;

	(void)state;
	assert_int_equal(card_parse(str_of(text), &c, &e), OK);
	assert_memory_equal(&c, &commune.card, sizeof c);
	assert_true(strlen(c.words) > 8 * 2);
	assert_string_not_equal(c.words, second.card.words);
}

/* text without the line that begins so */
static char *
without(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	return arena_printf(a, "%.*s%s", (int)(at - text), text,
	    strchr(at, '\n') + 1);
}

static void
test_card_lines(void **state)
{
	static const char *const needed[] = { "unit:", "role:", "name:",
		"device:", "minisign:", "age:" };
	const char *text = card_format(a, &commune.card);
	struct card c;
	struct error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		assert_int_equal(
		    card_parse(str_of(without(text, needed[i])), &c, &e),
		    ERR_FORMAT);
	assert_int_equal(
	    card_parse(str_of(without(text, "words:")), &c, &e), OK);
	assert_string_equal(c.words, commune.card.words);
	/* without the recovery line the words are others */
	assert_int_equal(
	    card_parse(str_of(without(text, "recovery:")), &c, &e), ERR_HASH);
	assert_int_equal(
	    card_parse(str_of(without(text, "restricted:")), &c, &e),
	    ERR_HASH);
	text = without(without(text, "recovery:"), "words:");
	assert_int_equal(card_parse(str_of(text), &c, &e), OK);
	assert_false(c.has_recovery);
	assert_true(c.has_restricted);
	text = without(text, "restricted:");
	assert_int_equal(card_parse(str_of(text), &c, &e), OK);
	assert_false(c.has_restricted);
	text = arena_printf(a, "%sextra: 1\n", text);
	assert_int_equal(card_parse(str_of(text), &c, &e), ERR_FORMAT);
	assert_int_equal(
	    card_parse(STR("ansinh-card 2\nunit: 1\n"), &c, &e), ERR_VERSION);
	assert_int_equal(card_parse(STR("hello"), &c, &e), ERR_FORMAT);
	assert_int_equal(card_parse(STR(""), &c, &e), ERR_FORMAT);
}

/* Whoever changes a card in any byte gets other words, or no card. */
static void
test_card_changed(void **state)
{
	char *text = card_format(a, &commune.card);
	struct card c;
	struct error e;

	(void)state;
	for (size_t i = 0; text[i] != '\0'; i++) {
		text[i] ^= 1;
		assert_int_not_equal(card_parse(str_of(text), &c, &e), OK);
		text[i] ^= 1;
	}
}

static void
test_trust_there_and_back(void **state)
{
	struct trust t = { 0 }, again;
	struct str json;
	struct error e;

	(void)state;
	assert_int_equal(trust_add(a, &t, &district.card, &e), OK);
	assert_int_equal(trust_add(a, &t, &second.card, &e), OK);
	assert_int_equal(trust_add(a, &t, &commune.card, &e), OK);
	assert_int_equal(trust_add(a, &t, &commune.card, &e), OK);
	assert_int_equal(t.n, 3);
	t.version = 7;
	t.device[1].revoked = true;
	t.device[1].revoked_from = 12;
	json = trust_format(a, &t);
	assert_int_equal(trust_parse(a, json, &again, &e), OK);
	assert_int_equal(again.version, 7);
	assert_true(str_eq(trust_format(a, &again), json));
	assert_ptr_equal(trust_by_sign_key(&again, commune.card.sign.key),
	    trust_by_device(&again, "11149", "K7Q2"));
	assert_ptr_equal(trust_by_key(&again, second.card.sign.id),
	    trust_by_device(&again, "11149", "M3AB"));
	assert_true(trust_by_device(&again, "11149", "M3AB")->revoked);
	assert_null(trust_by_device(&again, "11149", "ZZZZ"));
	for (size_t n = 0; n < json.n; n++)
		assert_int_equal(trust_parse(a, (struct str){ json.p, n },
		                     &again, &e), ERR_FORMAT);
}

static void
test_trust_keeps_keys(void **state)
{
	struct trust t = { 0 }, theirs = { 0 };
	struct card forged = second.card;
	struct error e;

	(void)state;
	assert_int_equal(trust_add(a, &t, &commune.card, &e), OK);
	/* the same device under other keys */
	memcpy(forged.device, "K7Q2", 5);
	assert_int_equal(trust_add(a, &t, &forged, &e), ERR_REFUSED);
	/* another device under the same keys */
	forged = commune.card;
	memcpy(forged.device, "ZZZZ", 5);
	assert_int_equal(trust_add(a, &t, &forged, &e), ERR_REFUSED);
	assert_int_equal(t.n, 1);

	assert_int_equal(trust_add(a, &theirs, &commune.card, &e), OK);
	assert_int_equal(trust_add(a, &theirs, &second.card, &e), OK);
	theirs.version = 4;
	theirs.device[0].revoked = true;
	theirs.device[0].revoked_from = 9;
	assert_int_equal(trust_merge(a, &t, &theirs, &e), OK);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.version, 4);
	assert_int_equal(t.device[0].revoked_from, 9);
	/* adding the card again does not undo it */
	assert_int_equal(trust_add(a, &t, &commune.card, &e), OK);
	assert_true(t.device[0].revoked);
	/* nor does a list that does not know of it, or of a later number */
	theirs.device[0].revoked = false;
	assert_int_equal(trust_merge(a, &t, &theirs, &e), OK);
	assert_true(t.device[0].revoked);
	assert_int_equal(t.device[0].revoked_from, 9);
	theirs.device[0].revoked = true;
	theirs.device[0].revoked_from = 12;
	assert_int_equal(trust_merge(a, &t, &theirs, &e), OK);
	assert_int_equal(t.device[0].revoked_from, 9);
	theirs.device[0].revoked_from = 7;
	assert_int_equal(trust_merge(a, &t, &theirs, &e), OK);
	assert_int_equal(t.device[0].revoked_from, 7);

	theirs.device[1].card.age = commune.card.age;
	theirs.version = 5;
	assert_int_equal(trust_merge(a, &t, &theirs, &e), ERR_REFUSED);
	assert_int_equal(t.version, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_card_there_and_back),
		cmocka_unit_test(test_card_lines),
		cmocka_unit_test(test_card_changed),
		cmocka_unit_test(test_trust_there_and_back),
		cmocka_unit_test(test_trust_keeps_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

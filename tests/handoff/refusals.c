/*
 * Each attack of attacks.h is refused, and the store stays as it was but for the
 * note of the refusal.  The same bundle without the attack is taken in.
 *
 * Planted: a program that verifies no signature (unsigned.h).  The same table
 * must then find those attacks that only a signature stops.
 */
#include "attacks.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>

#include "unsigned.h"

static void
speak(const char *language)
{
	setenv("LANGUAGE", language, 1);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	bindtextdomain("ansinh", ANSINH_BUILDDIR "/po/locale");
	textdomain("ansinh");
}

/* What a store is, but for its notes of refusals. */
struct standing {
	struct store_counts counts;
	const char *digest;
	size_t bundles, set_aside;
	struct str trust;
};

static struct standing
stand(struct desk *d)
{
	struct store_bundle_entry *bundles;
	struct store_set_aside *asides;
	struct standing s = { 0 };
	struct error why;

	ok(store_counts(d->s, &s.counts, &e));
	s.digest = desk_digest(d);
	ok(store_bundles(d->s, world, &bundles, &s.bundles, &e));
	ok(store_set_asides(d->s, world, &asides, &s.set_aside, &e));
	if (store_meta_get(d->s, world, "trust", &s.trust, &why) != OK)
		s.trust = STR("none");
	return s;
}

static bool
same(const struct standing *x, const struct standing *y)
{
	return memcmp(&x->counts, &y->counts, sizeof x->counts) == 0
	    && strcmp(x->digest, y->digest) == 0 && x->bundles == y->bundles
	    && x->set_aside == y->set_aside && str_eq(x->trust, y->trust);
}

/* Whether the desk answers as it must. */
static bool
answers(const struct attack *k, const char *path, const char *says)
{
	struct standing before = stand(receiver), after;
	struct bundle_import *im = NULL;
	struct bundle_refusal *notes;
	struct bundle_preview p;
	struct error why = { .code = OK };
	size_t were, are;
	enum err err;

	ok(bundle_refusals(receiver->s, world, &notes, &were, &e));
	err = bundle_import_open(receiver->s, &receiver->self, path, NULL,
	    NULL, &im, &p, &why);
	bundle_import_close(im);
	ok(bundle_refusals(receiver->s, world, &notes, &are, &e));
	after = stand(receiver);
	if (err != k->err || strcmp(why.what, says) != 0) {
		print_message("%s: %s: %s\n", k->what, error_name(err),
		    why.what);
		return false;
	}
	return same(&before, &after) && are == were + 1
	    && str_is(notes[are - 1].what, says)
	    && str_is(notes[are - 1].name, strrchr(path, '/') + 1);
}

static bool
run(const struct attack *k)
{
	const char *path;
	bool good;

	attack_setup(NULL);
	path = k->make();
	speak("en");
	good = answers(k, path, k->en);
	speak("vi");
	good = answers(k, path, k->vi) && good;
	speak("en");
	attack_teardown(NULL);
	return good;
}

static void
test_each_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_attacks; i++)
		if (!run(&attacks[i]))
			fail_msg("%s", attacks[i].what);
	printf("%zu attacks, %zu refusals\n", n_attacks, n_attacks);
}

/* The forge itself makes what is taken: so it is the attack that is not. */
static void
test_without_the_attack(void **state)
{
	struct bundle_preview p;
	struct forge f;

	attack_setup(state);
	f = genuine();
	p = desk_import(&district, written(&f));
	assert_int_equal(p.counts.fresh, 2);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_digest(&district), desk_digest(&commune));
	f = genuine_list(1);
	p = desk_import(&commune, written(&f));
	assert_true(p.trust_newer);
	assert_int_equal(commune.trust.n, 3);
	attack_teardown(state);
}

/* What a device made before it was revoked is still its word. */
static void
test_before_the_revocation(void **state)
{
	struct forge f;

	attack_setup(state);
	f = genuine();
	district.trust.device[0].revoked = true;
	district.trust.device[0].revoked_from = 2;
	assert_int_equal(
	    desk_import(&district, written(&f)).counts.fresh, 2);
	attack_teardown(state);
}

/* What was taken in comes again: nothing to refuse, nothing happens. */
static void
test_replay(void **state)
{
	struct standing before, after;
	struct bundle_preview p;
	const char *path;
	struct forge f;

	attack_setup(state);
	f = genuine();
	path = written(&f);
	desk_import(&district, path);
	before = stand(&district);
	for (int i = 0; i < 3; i++) {
		p = desk_import(&district, path);
		assert_true(p.outer.already_taken);
		after = stand(&district);
		assert_true(same(&before, &after));
	}
	attack_teardown(state);
}

static void
test_planted(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_attacks; i++) {
		const struct attack *k = &attacks[i];
		const char *path;
		bool good;

		attack_setup(NULL);
		path = k->make();
		no_signature = true;
		good = answers(k, path, k->en);
		if (good == k->signature)
			fail_msg("%s: %s", k->what, good ? "not found" : "");
		attack_teardown(NULL);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_refused),
		cmocka_unit_test(test_without_the_attack),
		cmocka_unit_test(test_before_the_revocation),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_planted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

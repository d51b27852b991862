/*
 * The order of sticks does not matter (SAFETY I2, (d) 22): six bundles, every
 * permutation of them, some of them twice, and one digest.
 *
 * The six hold what can go wrong: two laptops that change one field, one of
 * them cloned unnoticed, so that its chain forks; a bundle whose beginning is
 * in the one before it; events that another passes on, with and without their
 * writer's checkpoint.  The receiver starts each time from the same store,
 * which knows the beginning of one of the feeds.
 *
 * ORDERS is how many sequences (240; the long form, orders-long.sh, takes
 * 60,000).  The permutations come in turn, in each a few bundles are doubled.
 *
 * Planted (--wrap): a program that overlooks the events of the third bundle
 * that comes must give other digests.
 */
#include "desk.h"

#include <stdio.h>
#include <unistd.h>

#include "base/prng.h"

#define BUNDLES 6
#define SEQUENCE (BUNDLES + 4) /* with those that come again */

static bool deaf; /* the planted fault */
static int imports;

enum err __real_store_import_take(struct store_import *im,
    const struct event *ev, const struct event_id *id, struct str bytes,
    struct error *e);
enum err __wrap_store_import_take(struct store_import *im,
    const struct event *ev, const struct event_id *id, struct str bytes,
    struct error *e);

enum err
__wrap_store_import_take(struct store_import *im, const struct event *ev,
    const struct event_id *id, struct str bytes, struct error *e)
{
	if (deaf && imports == 3)
		return OK;
	return __real_store_import_take(im, ev, id, bytes, e);
}

static struct desk second;
static const char *bundle[BUNDLES];
static const char *base; /* the receiver's store before the first of them */
static struct prng prng;

static int
setup(void **state)
{
	/* in memory where that is to be had: syncs are not what is tested */
	(void)!chdir("/dev/shm");
	if (world_setup(state) != 0)
		return -1;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_trusts(&commune, &second);
	desk_trusts(&second, &district);
	desk_trusts(&second, &commune);
	desk_trusts(&district, &second);
	prng_seed(&prng, 22);
	deaf = false;
	imports = 0;
	return 0;
}

static int
teardown(void **state)
{
	desk_close(&second);
	return world_teardown(state);
}

static struct bundle_preview
take(const char *path)
{
	imports++;
	return desk_import(&district, path);
}

/* The store as it is now becomes the base; then it is that again. */
static void
keep_base(struct desk *d)
{
	base = world_path("base");
	store_close(d->s);
	ok(desk_copy(d->dir, base, &e));
	desk_reopen(d);
}

static void
begin_again(struct desk *d)
{
	store_close(d->s);
	ok(file_remove_tree(d->dir, &e));
	ok(desk_copy(base, d->dir, &e));
	desk_reopen(d);
	imports = 0;
}

static const char *
exported(struct desk *from, const char *as)
{
	const char *path = desk_export(from, "298");
	const char *kept = world_path(as); /* a clone's numbers are the same */

	ok(file_move(path, kept, &e));
	return kept;
}

/* Makes the six; the district as it is now becomes the base. */
static void
make_six(void)
{
	struct record_id a, b;
	struct desk clone;

	a = desk_new(&commune, "11149", "A");
	desk_import(&district, desk_export(&commune, "298"));
	keep_base(&district);
	/* the beginning is acknowledged: from here on only what is new */
	desk_import(&commune, desk_export(&district, "11149"));
	b = desk_new(&commune, "11149", "B");
	desk_amend(&commune, "11149", &a, "name", "\"A1\"");
	bundle[0] = exported(&commune, "0");
	/* ... and of this one, that bundle 0 was taken in */
	desk_import(&district, bundle[0]);
	desk_import(&commune, desk_export(&district, "11149"));
	desk_amend(&commune, "11149", &b, "name", "\"B1\"");
	bundle[1] = exported(&commune, "1");
	/* the other laptop, which got all of that, writes over it ... */
	desk_import(&second, desk_export(&commune, "11149"));
	desk_amend(&second, "11149", &a, "note", "\"second\"");
	desk_amend(&second, "11149", &b, "name", "\"B2\"");
	bundle[2] = exported(&second, "2");
	/* ... while the first and its clone do, too */
	desk_clone(&clone, &commune);
	desk_amend(&commune, "11149", &b, "name", "\"B3\"");
	desk_amend(&clone, "11149", &b, "name", "\"B4\"");
	desk_new(&clone, "11149", "C");
	bundle[3] = exported(&commune, "3");
	bundle[4] = exported(&clone, "4");
	/* one that passes on the branch of the clone */
	desk_import(&second, desk_export(&clone, "11149"));
	desk_new(&second, "11149", "D");
	bundle[5] = exported(&second, "5");
	store_close(clone.s);
}

/* The permutation of that number, in turn. */
static void
permute(unsigned number, int out[BUNDLES])
{
	int left[BUNDLES];

	for (int i = 0; i < BUNDLES; i++)
		left[i] = i;
	for (int i = 0; i < BUNDLES; i++) {
		unsigned k = number % (unsigned)(BUNDLES - i);

		number /= (unsigned)(BUNDLES - i);
		out[i] = left[k];
		left[k] = left[BUNDLES - 1 - i];
	}
}

/* A permutation in which some come once more, after themselves. */
static size_t
sequence(unsigned number, int out[SEQUENCE])
{
	size_t n = BUNDLES, at, from;
	size_t more = prng_below(&prng, SEQUENCE - BUNDLES + 1);

	permute(number, out);
	for (; more > 0; more--) {
		from = prng_below(&prng, (uint32_t)n);
		at = from + 1 + prng_below(&prng, (uint32_t)(n - from));
		memmove(out + at + 1, out + at, (n - at) * sizeof *out);
		out[at] = out[from];
		n++;
	}
	return n;
}

static const char *
digest_after(const int *order, size_t n)
{
	begin_again(&district);
	for (size_t i = 0; i < n; i++)
		take(bundle[order[i]]);
	return desk_digest(&district);
}

static unsigned
wanted(void)
{
	const char *text = getenv("ORDERS");

	return text == NULL ? 240 : (unsigned)strtoul(text, NULL, 10);
}

static void
test_any_order(void **state)
{
	const char *one;
	struct store_counts counts;
	int order[SEQUENCE];
	struct arena *all = world;
	unsigned n = wanted(), stride = n < 720 ? 7 : 1;

	(void)state;
	make_six();
	permute(0, order);
	one = digest_after(order, BUNDLES);
	ok(store_counts(district.s, &counts, &e));
	/* it is the hard case that it is meant to be */
	assert_int_equal(counts.forked_feeds, 1);
	assert_true(counts.conflicts > 0);
	for (unsigned i = 0; i < n; i++) {
		size_t k = sequence(i * stride % 720, order);
		const char *digest;

		world = arena_new();
		digest = digest_after(order, k);
		if (strcmp(digest, one) != 0) {
			for (size_t j = 0; j < k; j++)
				print_message("%d ", order[j]);
			fail_msg("another digest: %s", digest);
		}
		arena_free(world);
		world = all;
	}
	printf("%u orders of %d bundles, one digest\n", n, BUNDLES);
}

/* Six bundles of the district, whose trust list has grown from one to the
 * next: each that is older than what was taken in is refused, all of them. */
static void
test_trust_never_falls(void **state)
{
	struct trust before = commune.trust;
	const char *one = NULL, *path, *digest;
	unsigned n = wanted() < 720 ? 48 : 720, taken = 0, refused = 0;
	int order[BUNDLES], newest;
	char device[5] = "X2XX";
	struct record_id id = desk_new(&commune, "11149", "A");

	(void)state;
	desk_import(&district, exported(&commune, "first"));
	keep_base(&commune);
	for (int i = 0; i < BUNDLES; i++) {
		struct desk one_more;

		device[0] = (char)('A' + i);
		person_init(&one_more.who, "11149", "commune", "Xã", device);
		desk_trusts(&district, &one_more);
		person_release(&one_more.who);
		district.trust.version = (uint64_t)i + 1;
		ok(store_meta_put(district.s, "trust",
		    trust_format(world, &district.trust), &e));
		desk_amend(&district, "11149", &id, "note",
		    arena_printf(world, "%d", i));
		path = desk_export(&district, "11149");
		bundle[i] = world_path(device);
		ok(file_move(path, bundle[i], &e));
	}
	for (unsigned i = 0; i < n; i++) {
		begin_again(&commune);
		commune.trust = before;
		permute(i * 13 % 720, order);
		newest = -1;
		for (int k = 0; k < BUNDLES; k++) {
			if (order[k] < newest) {
				desk_refuses(&commune, bundle[order[k]],
				    ERR_REFUSED, "is known already");
				refused++;
				continue;
			}
			newest = order[k];
			desk_import(&commune, bundle[newest]);
			assert_int_equal(commune.trust.version, newest + 1);
			taken++;
		}
		digest = desk_digest(&commune);
		if (one == NULL)
			one = digest;
		assert_string_equal(digest, one);
	}
	assert_true(refused > 0);
	printf("%u with a newer trust list taken, %u with an older one "
	       "refused\n", taken, refused);
}

static void
test_planted(void **state)
{
	const char *one;
	int order[SEQUENCE];
	bool found = false;

	(void)state;
	make_six();
	permute(0, order);
	one = digest_after(order, BUNDLES);
	deaf = true;
	for (unsigned i = 0; i < 720 && !found; i += 37)
		found = strcmp(digest_after(order, sequence(i, order)), one)
		    != 0;
	assert_true(found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_any_order),
		TEST(test_trust_never_falls),
		TEST(test_planted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

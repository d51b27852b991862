/* The hand-over from end to end: what comes, what stands where, what is
 * refused, in any order and any number of times. */
#include "desk.h"

#include <stdio.h>
#include <unistd.h>

#include "handoff/bag.h"
#include "handoff/peer.h"
#include "handoff/plan.h"

static void
test_there_and_back(void **state)
{
	struct record_id id = desk_new(&commune, "11149", "Nguyễn Thị Đào");
	struct bundle_preview p;
	struct bundle_outer o;
	const char *path;

	(void)state;
	assert_int_equal(store_standing(commune.s, &id), STORE_HERE);
	path = desk_export(&commune, "298");
	assert_non_null(strstr(path, "/ANSINH/11149-K7Q2-000001.ansinh"));
	assert_int_equal(store_standing(commune.s, &id), STORE_SENT);

	ok(bundle_inspect(path, &district.trust, district.s, &o, &e));
	assert_true(o.sender_known && o.signature_ok);
	assert_false(o.already_taken || o.gap);
	assert_string_equal(o.sender_name, "Xã Hà Kỳ");
	assert_int_equal(o.header.events, 2);
	ok(bundle_inspect(path, NULL, NULL, &o, &e));
	assert_false(o.sender_known || o.signature_ok);

	p = desk_import(&district, path);
	assert_int_equal(p.counts.events, 2);
	assert_int_equal(p.counts.fresh, 2);
	assert_int_equal(p.counts.set_aside, 0);
	assert_int_equal(p.counts.records_new, 1);
	assert_false(p.outer.gap);
	assert_int_equal(strlen(p.period_from), 25);
	assert_string_equal(
	    desk_value(&district, &id, "name"), "\"Nguyễn Thị Đào\"");

	/* the receipt, and a decision with it */
	desk_amend(&district, "11149", &id, "decision", "\"2026-01\"");
	path = desk_export(&district, "11149");
	p = desk_import(&commune, path);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(
	    desk_value(&commune, &id, "decision"), "\"2026-01\"");
	assert_string_equal(desk_digest(&commune), desk_digest(&district));
	assert_true(store_standing(commune.s, &id) >= STORE_RECEIVED);

	/* what both have is not sent again */
	desk_import(&district, desk_export(&commune, "298"));
	ok(bundle_inspect(
	    desk_export(&commune, "298"), NULL, NULL, &o, &e));
	assert_int_equal(o.header.events, 0);
}

static void
test_receipt_alone(void **state)
{
	struct record_id id = desk_new(&commune, "11149", "Nguyễn Thị Đào");

	(void)state;
	desk_import(&district, desk_export(&commune, "298"));
	desk_import(&commune, desk_export(&district, "11149"));
	assert_int_equal(store_standing(commune.s, &id), STORE_RECEIVED);
	desk_amend(&commune, "11149", &id, "note", "\"x\"");
	assert_int_equal(store_standing(commune.s, &id), STORE_HERE);
}

static void
test_doubled(void **state)
{
	struct record_id id = desk_new(&commune, "11149", "Nguyễn Thị Đào");
	const char *path = desk_export(&commune, "298"), *before;
	struct bundle_preview p;

	(void)state;
	(void)id;
	desk_import(&district, path);
	before = desk_digest(&district);
	p = desk_import(&district, path);
	assert_true(p.outer.already_taken);
	assert_string_equal(desk_digest(&district), before);
}

/* Three bundles: the first is lost, the last comes before the second. */
static void
test_lost_and_out_of_order(void **state)
{
	const char *second, *third, *other;
	struct bundle_preview p;
	struct record_id a, b, c;

	(void)state;
	a = desk_new(&commune, "11149", "A");
	desk_export(&commune, "298");
	b = desk_new(&commune, "11149", "B");
	second = desk_export(&commune, "298");
	c = desk_new(&commune, "11149", "C");
	third = desk_export(&commune, "298");

	p = desk_import(&district, third);
	assert_true(p.outer.gap);
	assert_int_equal(p.counts.fresh, 4);
	assert_int_equal(p.counts.waiting, 0);
	other = desk_digest(&district);
	assert_string_equal(desk_digest(&commune), other);
	p = desk_import(&district, second);
	assert_true(p.outer.gap);
	assert_int_equal(p.counts.fresh, 0);
	assert_int_equal(p.counts.known, 3);
	assert_string_equal(desk_digest(&district), other);
	assert_string_equal(desk_value(&district, &a, "name"), "\"A\"");
	assert_string_equal(desk_value(&district, &b, "name"), "\"B\"");
	assert_string_equal(desk_value(&district, &c, "name"), "\"C\"");
}

/* An older bundle that comes late takes no receipt back. */
static void
test_late_receipt(void **state)
{
	struct record_id id;
	const char *early, *late;

	(void)state;
	early = desk_export(&district, "11149");
	id = desk_new(&commune, "11149", "A");
	desk_import(&district, desk_export(&commune, "298"));
	late = desk_export(&district, "11149");
	desk_import(&commune, late);
	assert_int_equal(store_standing(commune.s, &id), STORE_RECEIVED);
	desk_import(&commune, early);
	assert_int_equal(store_standing(commune.s, &id), STORE_RECEIVED);
}

static void
test_who_may(void **state)
{
	struct desk stranger, second;
	struct bundle_written w;
	struct error why;
	const char *path;

	(void)state;
	desk_open(&stranger, "11150", "commune", "Xã Khác", "S2SS");
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_new(&commune, "11149", "A");
	path = desk_export(&commune, "298");

	desk_refuses(&stranger, path, ERR_TRUST, "is not known here");
	desk_trusts(&stranger, &commune);
	desk_refuses(&stranger, path, ERR_RECIPIENT, "is for 298");
	desk_refuses(&commune, path, ERR_TRUST, "is not known here");

	/* for one laptop of the unit alone */
	desk_trusts(&commune, &second);
	desk_trusts(&second, &commune);
	desk_trusts(&second, &district);
	path = desk_export(&commune, "11149/M3AB");
	desk_trusts(&commune, &commune);
	desk_refuses(&commune, path, ERR_REFUSED, "made on this very device");
	desk_import(&second, path);
	assert_string_equal(desk_digest(&second), desk_digest(&commune));

	/* communes do not write to each other */
	desk_trusts(&commune, &stranger);
	assert_int_equal(bundle_export(commune.s, &commune.self, "11150",
	    stick, NULL, NULL, &w, &why), ERR_REFUSED);
	assert_int_equal(bundle_export(commune.s, &commune.self, "99",
	    stick, NULL, NULL, &w, &why), ERR_TRUST);
	assert_int_equal(bundle_export(commune.s, &commune.self, "x/y",
	    stick, NULL, NULL, &w, &why), ERR_USAGE);

	/* revoked from bundle 2 on; bundle 1 is still good */
	path = desk_export(&commune, "298");
	district.trust.device[0].revoked = true;
	district.trust.device[0].revoked_from = 2;
	desk_refuses(&district, path, ERR_TRUST, "was revoked");
	desk_import(&district,
	    arena_printf(world, "%s/ANSINH/11149-K7Q2-000001.ansinh", stick));
	desk_close(&stranger);
	desk_close(&second);
}

/* The district's trust list makes laptops of a commune known to each other,
 * and what one wrote reaches the other through the district. */
static void
test_relay(void **state)
{
	struct record_id id = desk_new(&commune, "11149", "A");
	struct bundle_preview p;
	struct desk second;
	const char *path;

	(void)state;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_trusts(&second, &district);
	desk_trusts(&district, &second);
	district.trust.version = 5;
	desk_import(&district, desk_export(&commune, "298"));

	path = desk_export(&district, "11149");
	p = desk_import(&second, path);
	assert_true(p.trust_newer);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_value(&second, &id, "name"), "\"A\"");
	assert_int_equal(second.trust.version, 5);
	assert_non_null(trust_by_device(&second.trust, "11149", "K7Q2"));
	p = desk_import(&commune, path);
	assert_int_equal(p.counts.fresh, 0);

	/* a list that was true once does not come back */
	district.trust.version = 4;
	desk_refuses(&second, desk_export(&district, "11149"), ERR_REFUSED,
	    "trust list 4");
	desk_close(&second);
}

/* What one laptop passes on stands as sent there, and on the other as soon as a
 * bundle from the first says so; as received only by the district's word. */
static void
test_standing_passed_on(void **state)
{
	struct store_counts before, after;
	struct record_id id;
	struct desk second;
	const char *path;

	(void)state;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_trusts(&second, &district);
	desk_trusts(&district, &second);
	desk_trusts(&second, &commune);
	desk_trusts(&commune, &second);
	id = desk_new(&second, "11149", "A");
	desk_import(&commune, desk_export(&second, "11149"));
	assert_int_equal(store_standing(commune.s, &id), STORE_HERE);
	assert_int_equal(store_standing(second.s, &id), STORE_HERE);
	ok(store_counts(second.s, &before, &e));

	path = desk_export(&commune, "298");
	assert_int_equal(store_standing(commune.s, &id), STORE_SENT);
	assert_int_equal(store_standing(second.s, &id), STORE_HERE);
	desk_import(&second, desk_export(&commune, "11149"));
	assert_int_equal(store_standing(second.s, &id), STORE_SENT);
	ok(store_counts(second.s, &after, &e));
	assert_int_equal(after.unsent, 0);
	assert_int_equal(after.unacknowledged, before.unacknowledged);
	store_close(second.s);
	desk_reopen(&second);
	assert_int_equal(store_standing(second.s, &id), STORE_SENT);

	/* the receipt, which the first laptop's word does not replace */
	desk_import(&district, path);
	path = desk_export(&district, "11149");
	desk_import(&commune, path);
	assert_int_equal(store_standing(commune.s, &id), STORE_RECEIVED);
	desk_import(&second, desk_export(&commune, "11149"));
	assert_int_equal(store_standing(second.s, &id), STORE_SENT);
	desk_import(&second, path);
	assert_int_equal(store_standing(second.s, &id), STORE_RECEIVED);
	/* what is new is here again */
	desk_amend(&second, "11149", &id, "name", "\"B\"");
	assert_int_equal(store_standing(second.s, &id), STORE_HERE);
	desk_close(&second);
}

/* The district's other laptop gets every commune's records. */
static void
test_second_district(void **state)
{
	struct desk other, second;
	struct record_id a, b;
	struct bundle_preview p;

	(void)state;
	desk_open(&other, "11150", "commune", "Xã Khác", "S2SS");
	desk_open(&second, "298", "district", "Huyện Tứ Kỳ", "E3EE");
	desk_trusts(&other, &district);
	desk_trusts(&district, &other);
	desk_trusts(&district, &second);
	desk_trusts(&second, &district);
	a = desk_new(&commune, "11149", "A");
	b = desk_new(&other, "11150", "B");
	desk_import(&district, desk_export(&commune, "298/D2DD"));
	desk_import(&district, desk_export(&other, "298/D2DD"));
	p = desk_import(&second, desk_export(&district, "298"));
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_value(&second, &a, "name"), "\"A\"");
	assert_string_equal(desk_value(&second, &b, "name"), "\"B\"");
	assert_string_equal(desk_digest(&second), desk_digest(&district));
	/* a commune gets its own scope only */
	p = desk_import(&commune, desk_export(&district, "11149"));
	assert_int_equal(p.counts.events, 0);
	assert_string_equal(desk_value(&commune, &b, "name"), "");
	desk_close(&other);
	desk_close(&second);
}

/* Events that the district changed, or that the writer has not signed, are
 * not believed. */
static void
test_relay_beyond_checkpoint(void **state)
{
	char setting[48];
	struct record_id a = desk_new(&commune, "11149", "A"), b;
	struct bundle_preview p;
	struct store_feed *feeds;
	struct desk second;
	struct str kept;
	const char *path;
	size_t n, i = 0;

	(void)state;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_trusts(&second, &district);
	desk_trusts(&district, &second);
	desk_import(&district, desk_export(&commune, "298"));
	ok(store_feeds(district.s, world, "11149", &feeds, &n, &e));
	while (i < n && strcmp(feeds[i].device, "K7Q2") != 0)
		i++;
	assert_true(i < n);
	checkpoint_setting(&feeds[i].id, setting);
	ok(store_meta_get(district.s, world, setting, &kept, &e));

	/* the district forgets what was signed later: it sends so far */
	b = desk_new(&commune, "11149", "B");
	desk_import(&district, desk_export(&commune, "298"));
	ok(store_meta_put(district.s, setting, kept, &e));
	path = desk_export(&district, "11149");
	p = desk_import(&second, path);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_value(&second, &a, "name"), "\"A\"");
	assert_string_equal(desk_value(&second, &b, "name"), "");

	/* with the newer checkpoint the rest goes */
	desk_import(&district, desk_export(&commune, "298"));
	p = desk_import(&second, desk_export(&district, "11149"));
	assert_string_equal(desk_value(&second, &b, "name"), "\"B\"");
	desk_close(&second);
}

/* A laptop restored from an old copy gets back from the district what it had
 * handed over since, and goes on in a new feed. */
static void
test_restore(void **state)
{
	const char *backup = world_path("backup");
	struct record_id a, b, c;
	struct bundle_preview p;
	struct store_counts n;

	(void)state;
	a = desk_new(&commune, "11149", "A");
	desk_import(&district, desk_export(&commune, "298"));
	desk_import(&commune, desk_export(&district, "11149"));
	ok(store_backup(commune.s, backup, NULL, NULL, &e));
	b = desk_new(&commune, "11149", "B");
	desk_amend(&commune, "11149", &a, "note", "\"later\"");
	desk_import(&district, desk_export(&commune, "298"));

	desk_restore(&commune, backup);
	assert_string_equal(desk_value(&commune, &b, "name"), "");
	c = desk_new(&commune, "11149", "C");
	p = desk_import(&district, desk_export(&commune, "298"));
	assert_int_equal(p.counts.forks, 0);
	p = desk_import(&commune, desk_export(&district, "11149"));
	assert_int_equal(p.counts.set_aside, 0);
	assert_int_equal(p.counts.forks, 0);
	assert_string_equal(desk_value(&commune, &b, "name"), "\"B\"");
	assert_string_equal(desk_value(&commune, &a, "note"), "\"later\"");
	assert_string_equal(desk_value(&district, &c, "name"), "\"C\"");
	assert_string_equal(desk_digest(&commune), desk_digest(&district));
	assert_int_equal(store_standing(commune.s, &c), STORE_RECEIVED);
	ok(store_counts(commune.s, &n, &e));
	assert_int_equal(n.forked_feeds, 0);
}

struct tally {
	uint64_t events, bytes, following; /* of those without `prev` */
};

static enum err
tally_line(void *ctx, struct str bytes, struct error *e)
{
	struct tally *t = ctx;

	(void)e;
	t->events++;
	t->bytes += bytes.n;
	t->following += memmem(bytes.p, bytes.n, "\"prev\":\"\"", 9) != NULL;
	return OK;
}

/* In how many lines of all that a desk has nothing is said of whom they
 * follow. */
static uint64_t
following_of(const struct desk *d)
{
	struct plan *plan = plan_new(d->s, world, &d->self, NULL, NULL, 0);
	struct plan_part part;
	struct tally all = { 0 };

	ok(plan_next(plan, 1 << 20, &part, &e));
	ok(plan_each(plan, &part, tally_line, &all, &e));
	assert_int_equal(all.events, part.events);
	assert_int_equal(all.bytes, part.bytes);
	plan_free(plan);
	return all.following;
}

/* The same laptop twice from one copy, unnoticed: both branches are kept on
 * both sides. */
static void
test_clone(void **state)
{
	struct record_id a, b, c;
	struct bundle_preview p;
	struct desk clone;
	const char *path;
	struct store_feed *feeds;
	size_t n, forked = 0;

	(void)state;
	a = desk_new(&commune, "11149", "A");
	desk_clone(&clone, &commune);

	b = desk_new(&commune, "11149", "B");
	desk_import(&district, desk_export(&commune, "298"));
	c = desk_new(&clone, "11149", "C");
	path = desk_export(&clone, "298");
	p = desk_import(&district, path);
	assert_int_equal(p.counts.forks, 1);
	assert_string_equal(desk_value(&district, &a, "name"), "\"A\"");
	assert_string_equal(desk_value(&district, &b, "name"), "\"B\"");
	assert_string_equal(desk_value(&district, &c, "name"), "\"C\"");
	ok(store_feeds(district.s, world, NULL, &feeds, &n, &e));
	for (size_t i = 0; i < n; i++)
		forked += feeds[i].forked;
	assert_int_equal(forked, 1);
	assert_int_equal(following_of(&district), 0);
	/* and back: each gets the branch that it lacks */
	path = desk_export(&district, "11149");
	p = desk_import(&commune, path);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_value(&commune, &c, "name"), "\"C\"");
	p = desk_import(&clone, path);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_value(&clone, &b, "name"), "\"B\"");
	assert_string_equal(desk_digest(&clone), desk_digest(&commune));
	assert_string_equal(desk_digest(&clone), desk_digest(&district));
	/* both go on in feeds of their own */
	b = desk_new(&commune, "11149", "D");
	c = desk_new(&clone, "11149", "E");
	p = desk_import(&district, desk_export(&commune, "298"));
	assert_int_equal(p.counts.forks, 0);
	p = desk_import(&district, desk_export(&clone, "298"));
	assert_int_equal(p.counts.forks, 0);
	assert_string_equal(desk_value(&district, &b, "name"), "\"D\"");
	assert_string_equal(desk_value(&district, &c, "name"), "\"E\"");
	store_close(clone.s);
}

static bool
stop(void *ctx, uint64_t done, uint64_t total)
{
	(void)ctx;
	(void)done;
	(void)total;
	return false;
}

static void
test_stopped(void **state)
{
	struct record_id id = desk_new(&commune, "11149", "A");
	struct bundle_import *im = NULL;
	struct bundle_preview p;
	struct bundle_written w;
	struct error why;
	const char *path;

	(void)state;
	assert_int_equal(bundle_export(commune.s, &commune.self, "298", stick,
	    stop, NULL, &w, &why), ERR_CANCELLED);
	assert_int_equal(store_standing(commune.s, &id), STORE_HERE);
	path = desk_export(&commune, "298");
	assert_int_equal(bundle_import_open(district.s, &district.self, path,
	    stop, NULL, &im, &p, &why), ERR_CANCELLED);
	/* looked at, and not applied */
	ok(bundle_import_open(district.s, &district.self, path, NULL, NULL,
	    &im, &p, &e));
	assert_int_equal(p.counts.fresh, 2);
	assert_int_equal(p.n_names, 1);
	assert_true(str_is(p.names[0].form, "person"));
	assert_true(str_is(p.names[0].name, "A"));
	assert_int_equal(p.names[0].hamlet.n, 0);
	bundle_import_close(im);
	assert_string_equal(desk_value(&district, &id, "name"), "");
	p = desk_import(&district, path);
	assert_int_equal(p.counts.fresh, 2);
	assert_string_equal(desk_value(&district, &id, "name"), "\"A\"");
}

/* A hand-over in many small parts has every event once. */
static void
test_parts(void **state)
{
	struct plan_part part = { .more = true };
	struct tally all = { 0 }, one;
	struct plan *plan;
	uint64_t count;
	int parts = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		desk_new(&commune, "11149", "A");
	ok(store_events_beyond(
	    commune.s, "11149", NULL, 0, tally_line, &all, &count, &e));
	plan = plan_new(
	    commune.s, world, &commune.self, "11149", NULL, 0);
	for (count = 0; part.more; parts++) {
		one = (struct tally){ 0 };
		ok(plan_next(plan, 2000, &part, &e));
		ok(plan_each(plan, &part, tally_line, &one, &e));
		assert_int_equal(one.events, part.events);
		assert_int_equal(one.bytes, part.bytes);
		assert_true(one.bytes <= 2000);
		assert_int_equal(one.following, one.events - 1);
		assert_int_equal(part.n_feeds, 1);
		assert_int_equal(part.feeds[0].first, count + 1);
		count += one.events;
		assert_int_equal(part.feeds[0].last, count);
		plan_done(plan, &part);
	}
	assert_int_equal(count, all.events);
	assert_int_equal(count, 41);
	assert_true(parts > 5);
	plan_free(plan);
}

/* A feed of another is cut where its writer has signed, and each part is
 * believed by itself. */
static void
test_parts_of_others(void **state)
{
	struct plan_part part = { .more = true };
	struct tally one;
	struct plan *plan;
	uint64_t count = 0;

	(void)state;
	for (int i = 0; i < 5; i++) {
		for (int k = 0; k < 6; k++)
			desk_new(&commune, "11149", "A");
		desk_import(&district, desk_export(&commune, "298"));
	}
	plan = plan_new(
	    district.s, world, &district.self, "11149", NULL, 0);
	while (part.more) {
		one = (struct tally){ 0 };
		ok(plan_next(plan, 5000, &part, &e));
		ok(plan_each(plan, &part, tally_line, &one, &e));
		assert_int_equal(one.events, part.events);
		assert_int_equal(one.bytes, part.bytes);
		assert_int_equal(one.following, one.events - 1);
		assert_int_equal(part.n_checkpoints, 1);
		assert_int_equal(part.feeds[0].first, count + 1);
		count = part.feeds[0].last;
		assert_int_equal(count % 6, 1); /* the opening, and sixes */
		plan_done(plan, &part);
	}
	assert_int_equal(count, 31);
	plan_free(plan);
}

/* Of many checkpoints the newest stay, and milestones. */
static void
test_checkpoints_thin_out(void **state)
{
	struct checkpoints list = { 0 };
	struct checkpoint c = { .seq = 0 };

	(void)state;
	for (c.seq = 100; c.seq <= 5000; c.seq += 100)
		assert_true(
		    checkpoints_add(world, &list, &c, STR("text")));
	c.seq = 5000;
	assert_false(checkpoints_add(world, &list, &c, STR("text")));
	c.id.b[0] = 1; /* the other branch of a fork */
	assert_true(checkpoints_add(world, &list, &c, STR("text")));
	assert_int_equal(list.n, 4 + CHECKPOINTS_NEWEST);
	assert_int_equal(list.c[0].seq, 1000);
	assert_int_equal(list.c[1].seq, 2000);
	assert_int_equal(list.c[list.n - 2].seq, 5000);
	assert_int_equal(list.c[list.n - 1].seq, 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) \
	cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
		TEST(test_there_and_back),
		TEST(test_receipt_alone),
		TEST(test_doubled),
		TEST(test_lost_and_out_of_order),
		TEST(test_late_receipt),
		TEST(test_who_may),
		TEST(test_relay),
		TEST(test_standing_passed_on),
		TEST(test_second_district),
		TEST(test_relay_beyond_checkpoint),
		TEST(test_restore),
		TEST(test_clone),
		TEST(test_stopped),
		TEST(test_parts),
		TEST(test_parts_of_others),
		TEST(test_checkpoints_thin_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

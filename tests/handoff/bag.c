/* The bag of a bundle and its outer file, right and wrong, without a store.  Who
 * may send it to whom is in refusals.c. */
#include "forge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/coding.h"
#include "crypt/hash.h"

static struct arena *a;
static struct person commune, district, stranger;
static struct trust trust;
static char dir[] = "bag-test.XXXXXX";
static int files;
static struct buf seen; /* events that came out */

static int
setup(void **state)
{
	struct error e;

	(void)state;
	person_start();
	a = arena_new();
	person_init(&commune, "11149", "commune", "Xã Hà Kỳ", "K7Q2");
	person_init(&district, "298", "district", "Huyện Tứ Kỳ", "D2DD");
	person_init(&stranger, "11150", "commune", "Xã Khác", "K7Q2");
	buf_init(&seen);
	if (trust_add(a, &trust, &commune.card, &e) != OK)
		return 1;
	return mkdtemp(dir) == NULL;
}

static int
teardown(void **state)
{
	struct error e;

	(void)state;
	buf_release(&seen);
	person_release(&commune);
	person_release(&district);
	person_release(&stranger);
	arena_free(a);
	return file_remove_tree(dir, &e);
}

static enum err
take_head(void *ctx, const struct bag_head *head, struct error *e)
{
	(void)ctx;
	(void)head;
	(void)e;
	return OK;
}

static enum err
take_event(void *ctx, struct str bytes, struct error *e)
{
	(void)ctx;
	(void)e;
	buf_add_str(&seen, bytes);
	buf_addc(&seen, '|');
	return OK;
}

/* All that import does before it looks at events. */
static enum err
open_file(const char *path, struct bag *bag, struct error *e)
{
	struct bag_use use = { take_head, take_event, NULL, NULL, NULL };
	struct bag_source src = { .identities = district.identities,
		.n_identities = 2 };
	const struct card *sender;
	struct outer o;
	enum err err;
	int fd;

	buf_clear(&seen);
	if ((err = stick_open(path, BUNDLE_FILE_MAX, &fd, e)) != OK)
		return err;
	if ((err = outer_read(a, fd, &o, e)) == OK
	    && (err = outer_sender(&o, &trust, &sender, e)) == OK) {
		src.fd = fd;
		src.at = o.payload_at;
		src.size = o.payload_size;
		src.raw = o.header.raw;
		err = bag_verify(a, &src, &o.header, sender, &use, bag, e);
	}
	if (err == OK) {
		buf_clear(&seen);
		err = bag_events(&src, o.header.events, &use, e);
	}
	close(fd);
	return err;
}

static enum err
forge_and_open(struct forge *f, struct error *e)
{
	struct bag bag;
	char name[32];

	snprintf(name, sizeof name, "%d.ansinh", files++);
	return open_file(forge_write(f, a, dir, name), &bag, e);
}

static void
assert_refused(struct forge *f, enum err want, const char *says)
{
	struct error e = { 0 };

	if (forge_and_open(f, &e) != want || strstr(e.what, says) == NULL)
		fail_msg("\"%s\", not: %s (%s)", says, e.what,
		    error_name(e.code));
}

static void
test_right_one(void **state)
{
	struct forge f;
	struct error e = { 0 };

	(void)state;
	forge_init(&f, &commune, &district, 1);
	assert_int_equal(forge_and_open(&f, &e), OK);
	f.events = "{\"a\":1}\n{\"b\":2}\n";
	if (forge_and_open(&f, &e) != OK)
		fail_msg("%s", e.what);
	assert_string_equal(buf_cstr(&seen), "{\"a\":1}|{\"b\":2}|");
}

static void
test_large_one(void **state)
{
	struct buf events = BUF_INIT;
	struct forge f;
	struct error e = { 0 };

	(void)state;
	forge_init(&f, &commune, &district, 1);
	for (int i = 0; i < 20000; i++)
		buf_printf(&events, "{\"n\":%d,\"x\":\"%0100d\"}\n", i, i * 7);
	f.events = buf_cstr(&events);
	if (forge_and_open(&f, &e) != OK)
		fail_msg("%s", e.what);
	for (size_t i = 0; i < seen.n; i++)
		if (seen.p[i] == '|')
			seen.p[i] = '\n';
	assert_int_equal(seen.n, events.n);
	assert_memory_equal(seen.p, events.p, events.n);
	buf_release(&events);
}

static void
test_outer_lies(void **state)
{
	struct forge f;

	(void)state;
	forge_init(&f, &commune, &district, 1);
	f.add_size = 1;
	assert_refused(&f, ERR_FORMAT, "cut off or has bytes too many");
	forge_init(&f, &commune, &district, 1);
	f.wrong_sum = true;
	assert_refused(&f, ERR_HASH, "its sum does not match");
	forge_init(&f, &commune, &district, 1);
	f.add_raw = 1;
	assert_refused(&f, ERR_FORMAT, "smaller than the header says");
	forge_init(&f, &commune, &district, 1);
	f.add_raw = -1;
	assert_refused(&f, ERR_LIMIT, "larger than the header says");
	forge_init(&f, &commune, &district, 1);
	f.events = "{}\n{}\n";
	f.add_events = -1;
	assert_refused(&f, ERR_FORMAT, "more events");
	f.add_events = 1;
	assert_refused(&f, ERR_FORMAT, "fewer events");
	f.add_events = 0;
	f.events = "{}\n{}";
	assert_refused(&f, ERR_FORMAT, "has no line end");
}

static void
test_wrong_contents(void **state)
{
	static const char *const needed[] = { "bagit.txt", "bag-info.txt",
		"data/head.json", "data/events.ndjson" };
	struct forge f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		forge_init(&f, &commune, &district, 1);
		f.skip = needed[i];
		assert_refused(&f, ERR_FORMAT, "does not belong at this place");
	}
	forge_init(&f, &commune, &district, 1);
	f.extra = "x";
	f.extra_name = "data/packs/other.bin";
	assert_refused(&f, ERR_FORMAT, "does not belong at this place");
	f.extra_name = "data/events.ndjson";
	assert_refused(&f, ERR_FORMAT, "does not belong at this place");
	f.extra_name = "data/packs/form-0123456789abcdef0123456789abcdef"
	               "0123456789abcdef0123456789abcdef.json";
	assert_refused(&f, ERR_HASH, "not what its name says");
	f.extra_name = "data/packs/trust.json";
	assert_refused(&f, ERR_FORMAT, "trust list cannot be read");
	forge_init(&f, &commune, &district, 1);
	f.bagit = "BagIt-Version: 0.9\n";
	assert_refused(&f, ERR_FORMAT, "is not the text");
	forge_init(&f, &commune, &district, 1);
	f.json = "{\"acks\":[]}";
	assert_refused(&f, ERR_FORMAT, "inner head cannot be read");
}

static void
test_pack(void **state)
{
	static const char text[] = "{\"v\":1}";
	struct forge f;
	struct error e = { 0 };
	struct bag bag;
	uint8_t hash[32];
	char hex[65];

	(void)state;
	hash_blake2b(hash, str_of(text));
	hex_encode(hex, hash, sizeof hash);
	forge_init(&f, &commune, &district, 1);
	f.extra_name = arena_printf(a, "data/packs/form-%s.json", hex);
	f.extra = text;
	if (open_file(forge_write(&f, a, dir, "pack.ansinh"), &bag, &e) != OK)
		fail_msg("%s", e.what);
	assert_int_equal(bag.n_packs, 1);
	assert_memory_equal(bag.pack[0].hash.b, hash, sizeof hash);
	assert_true(str_is(bag.pack[0].bytes, text));
}

static void
test_head(void **state)
{
	struct bag_head h = { .number = 42, .events = 3, .trust = 5,
		.from_unit = "11149", .from_device = "K7Q2",
		.to_unit = "298" }, again;
	struct store_ack acks[2] = { { .seq = 7 }, { .seq = 9 } };
	struct bag_feed feeds[2] = {
		{ .unit = "11149", .device = "K7Q2", .role = "commune",
		    .scope = "11149", .first = 2, .last = 4, .count = 3 },
		{ .unit = "298", .device = "D2DD", .role = "district",
		    .scope = "11149", .first = 1, .last = 1, .count = 1 },
	};
	struct bag_hash have = { { 1, 2, 3 } };
	struct bag_hash before[2] = { { { 0xab } }, { { 0xcd } } };
	struct str texts[1] = { STR("two\nlines\n") }, json;
	struct error e;

	(void)state;
	acks[1].feed.b[0] = feeds[1].id.b[0] = 1;
	h.n_acks = h.n_feeds = h.n_before = 2;
	h.before = before;
	memset(h.prev, '0', 64);
	memcpy(h.prev, "ab", 2);
	h.acks = acks;
	h.feeds = feeds;
	h.n_have = h.n_checkpoints = 1;
	h.have = &have;
	h.checkpoints = texts;
	json = bag_head_format(a, &h);
	assert_int_equal(bag_head_parse(a, json, &again, &e), OK);
	assert_true(str_eq(bag_head_format(a, &again), json));
	assert_int_equal(again.acks[1].seq, 9);
	assert_int_equal(again.feeds[0].last, 4);
	assert_true(str_is(again.checkpoints[0], "two\nlines\n"));
	for (size_t n = 0; n < json.n; n++)
		assert_int_equal(bag_head_parse(a,
		    (struct str){ json.p, n }, &again, &e), ERR_FORMAT);
	assert_int_equal(again.date.precision, DATE_NONE);
	/* the day is there, or is not, but is a day */
	h.date = (struct date){ 2026, 1, 15, DATE_DAY };
	json = bag_head_format(a, &h);
	assert_int_equal(bag_head_parse(a, json, &again, &e), OK);
	assert_int_equal(date_cmp(again.date, h.date), 0);
	assert_true(str_eq(bag_head_format(a, &again), json));
	h.date = (struct date){ 2026, 1, 0, DATE_MONTH };
	assert_int_equal(bag_head_parse(a, bag_head_format(a, &h), &again,
	                     &e), ERR_FORMAT);
	h.date.precision = DATE_NONE;
	/* the one before is the first of those before */
	memcpy(h.prev, "cd", 2);
	assert_int_equal(bag_head_parse(a, bag_head_format(a, &h), &again,
	                     &e), ERR_FORMAT);
	memcpy(h.prev, "ab", 2);
	/* a feed stands there once */
	feeds[1].id = feeds[0].id;
	assert_int_equal(bag_head_parse(a, bag_head_format(a, &h), &again,
	                     &e), ERR_FORMAT);
}

static void
test_checkpoint(void **state)
{
	struct feed_id feed = { { 5 } };
	struct event_id id = { { 6 } };
	char *text = checkpoint_make(a, commune.sign, &feed, 1234, &id);
	struct checkpoint c;

	(void)state;
	assert_true(checkpoint_parse(str_of(text), &c));
	assert_memory_equal(&c.feed, &feed, sizeof feed);
	assert_memory_equal(&c.id, &id, sizeof id);
	assert_int_equal(c.seq, 1234);
	assert_true(checkpoint_holds(&c, &commune.card.sign));
	assert_false(checkpoint_holds(&c, &stranger.card.sign));
	*strstr(text, "1234") = '2';
	assert_true(checkpoint_parse(str_of(text), &c));
	assert_int_equal(c.seq, 2234);
	assert_false(checkpoint_holds(&c, &commune.card.sign));
	for (size_t n = strlen(text) - 1; n-- > 0;) {
		text[n] = '\0';
		assert_false(checkpoint_parse(str_of(text), &c));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right_one),
		cmocka_unit_test(test_large_one),
		cmocka_unit_test(test_outer_lies),
		cmocka_unit_test(test_wrong_contents),
		cmocka_unit_test(test_pack),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_checkpoint),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

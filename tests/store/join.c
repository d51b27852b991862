/*
 * One person entered twice: records are joined, and parted, by events, in any
 * order of arrival; what is joined is one record wherever it is looked for.
 */
#include "tests/store/world.h"

#include "store/store_impl.h"

#include <stdio.h>

#define YES "\"yes\""
#define NO "\"no\""

static struct store *c, *d; /* two laptops of one commune */

static int
setup(void **state)
{
	int r = world_setup(state);

	if (r != 0)
		return r;
	c = world_create(world_dir("c"), "11149", "commune", 1);
	d = world_create(world_dir("d"), "11149", "commune", 2);
	return 0;
}

static int
teardown(void **state)
{
	store_close(c);
	store_close(d);
	return world_teardown(state);
}

static bool
same(const struct record_id *a, const struct record_id *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static bool
stands_for(
    struct store *s, const struct record_id *id, const struct record_id *root)
{
	struct record r = get(s, id);

	return same(&r.id, root);
}

/* Ids in ascending order, so that a test knows which is the root. */
static void
new_records(struct store *s, struct record_id *id, size_t n)
{
	for (size_t i = 0; i < n; i++)
		store_id_make(s, put_scope, &id[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k + 1 < n; k++)
			if (memcmp(&id[k], &id[k + 1], sizeof *id) > 0) {
				struct record_id swap = id[k];

				id[k] = id[k + 1];
				id[k + 1] = swap;
			}
	for (size_t i = 0; i < n; i++)
		put(s, EVENT_CREATE, &id[i], "name", "\"Nguyen Van A\"",
		    "birth", "\"1950\"", NULL);
}

static uint64_t next_bundle;

static void
meet(void)
{
	for (int i = 0; i < 2; i++) {
		hand_over(c, d, ++next_bundle);
		hand_over(d, c, ++next_bundle);
	}
	assert_string_equal(digest(c), digest(d));
}

static size_t
found(struct store *s, const char *text)
{
	struct directory_query q = { .form = "person", .text = text,
		.with_void = true };
	struct directory *dir;
	uint32_t *rows;
	size_t n;

	ok(directory_open(s, &dir, &oops));
	ok(directory_search(dir, world, &q, NULL, 0, &rows, &n, &oops));
	return n;
}

static bool
refused(struct store *s, const struct record_id *id, const char *why)
{
	struct record r = get(s, id);

	for (size_t i = 0; i < r.n_refused; i++)
		if (strcmp(r.refused[i].reason, why) == 0)
			return true;
	return false;
}

/* The checks agree, and what is rebuilt from the events is the same. */
static void
sound(struct store *s)
{
	const char *was = digest(s);

	assert_int_equal(faults(s), 0);
	ok(store_rebuild(s, &oops));
	assert_string_equal(digest(s), was);
	assert_int_equal(faults(s), 0);
}

static void
test_one_record(void **state)
{
	struct record_id id[2], home, *linked;
	struct directory_row row;
	struct directory *dir;
	struct store_event *h;
	char text[RECORD_ID_TEXT];
	struct record r;
	size_t n, at;

	(void)state;
	new_records(c, id, 2);
	home = new_record(c, "Home");
	record_id_format(&home, text);
	put(c, EVENT_AMEND, &id[1], "hamlet", "\"An Lao\"", "household",
	    arena_printf(world, "\"%s\"", text), NULL);
	put(c, EVENT_AMEND, &id[0], "note", "\"x\"", NULL);
	put(c, EVENT_AMEND, &id[1], "note", "\"y\"", NULL);
	assert_int_equal(store_count(c, "person"), 3);
	put_link(c, &id[0], &id[1], YES);

	r = get(c, &id[1]);
	assert_true(same(&r.id, &id[0]));
	assert_int_equal(r.n_members, 2);
	assert_string_equal(value(c, &id[0], "hamlet"), "\"An Lao\"");
	assert_string_equal(value(c, &id[0], "name"), "\"Nguyen Van A\"");
	assert_true(r.conflict); /* two notes, for a person to decide */
	assert_int_equal(store_count(c, "person"), 2);
	assert_int_equal(found(c, "nguyen"), 1);
	ok(directory_open(c, &dir, &oops));
	assert_true(directory_find(dir, &id[1], &at));
	directory_get(dir, at, &row);
	assert_true(same(&row.id, &id[0]));
	assert_true(str_is(row.hamlet, "An Lao"));
	ok(store_linked(c, world, &home, "person", &linked, &n, &oops));
	assert_int_equal(n, 1);
	assert_true(same(&linked[0], &id[0]));
	ok(store_history(c, world, &id[1], &h, &n, &oops));
	assert_int_equal(n, 6);
	assert_int_equal(store_standing(c, &id[1]), STORE_HERE);

	/* what is written to either is written to the one */
	put(c, EVENT_AMEND, &id[1], "note", "\"z\"", NULL);
	r = get(c, &id[0]);
	assert_false(r.conflict);
	assert_string_equal(value(c, &id[1], "note"), "\"z\"");
	sound(c);
}

/* Those who point at a part of it point at it. */
static void
test_links_to_a_part(void **state)
{
	struct record_id id[2], child, *linked;
	char text[RECORD_ID_TEXT];
	size_t n;

	(void)state;
	new_records(c, id, 2);
	for (int i = 0; i < 2; i++) {
		child = new_record(c, "Child");
		record_id_format(&id[i], text);
		put(c, EVENT_AMEND, &child, "household",
		    arena_printf(world, "\"%s\"", text), NULL);
	}
	put_link(c, &id[0], &id[1], YES);
	for (int i = 0; i < 2; i++) {
		ok(store_linked(
		    c, world, &id[i], "person", &linked, &n, &oops));
		assert_int_equal(n, 2);
	}
	put_link(c, &id[0], &id[1], NO);
	ok(store_linked(c, world, &id[1], "person", &linked, &n, &oops));
	assert_int_equal(n, 1);
}

static void
test_parted(void **state)
{
	struct record_id id[2];
	struct record r;

	(void)state;
	new_records(c, id, 2);
	put(c, EVENT_AMEND, &id[0], "note", "\"x\"", NULL);
	put(c, EVENT_AMEND, &id[1], "note", "\"y\"", NULL);
	put_link(c, &id[0], &id[1], YES);
	put(c, EVENT_AMEND, &id[1], "note", "\"both\"", NULL);
	put_link(c, &id[0], &id[1], NO);
	/* what was entered meanwhile stays with the one that kept its id */
	assert_string_equal(value(c, &id[0], "note"), "\"both\"");
	assert_string_equal(value(c, &id[1], "note"), "\"y\"");
	r = get(c, &id[1]);
	assert_true(same(&r.id, &id[1]));
	assert_int_equal(r.n_members, 1);
	assert_int_equal(store_count(c, "person"), 2);
	assert_int_equal(found(c, "nguyen"), 2);
	/* and together again */
	put_link(c, &id[1], &id[0], YES);
	assert_int_equal(found(c, "nguyen"), 1);
	sound(c);
}

/* Both laptops at once: the same pair, and a chain by its two links. */
static void
test_at_once(void **state)
{
	struct record_id id[5];
	struct record r;

	(void)state;
	new_records(c, id, 5);
	meet();
	put_link(c, &id[0], &id[1], YES);
	put_link(d, &id[1], &id[0], YES);
	put_link(c, &id[2], &id[3], YES);
	put_link(d, &id[3], &id[4], YES);
	meet();
	r = get(d, &id[1]);
	assert_true(same(&r.id, &id[0]));
	assert_false(r.conflict);
	r = get(c, &id[4]);
	assert_true(same(&r.id, &id[2]));
	assert_int_equal(r.n_members, 3);
	/* a ring, and two that are merged already */
	put_link(c, &id[2], &id[4], YES);
	put_link(d, &id[1], &id[4], YES);
	meet();
	r = get(c, &id[4]);
	assert_true(same(&r.id, &id[0]));
	assert_int_equal(r.n_members, 5);
	/* one link of the ring less changes nothing; the next does */
	put_link(c, &id[3], &id[4], NO);
	meet();
	assert_int_equal(get(d, &id[0]).n_members, 5);
	put_link(d, &id[2], &id[4], NO);
	meet();
	assert_int_equal(get(c, &id[0]).n_members, 3);
	assert_int_equal(get(c, &id[3]).n_members, 2);
	sound(c);
	sound(d);
}

/* One laptop parts while the other edits, or says again that they are one. */
static void
test_against_edits(void **state)
{
	struct record_id id[2];
	struct record r;

	(void)state;
	new_records(c, id, 2);
	meet();
	put_link(c, &id[0], &id[1], YES);
	put(d, EVENT_AMEND, &id[1], "hamlet", "\"Bac\"", NULL);
	put(d, EVENT_AMEND, &id[0], "hamlet", "\"Nam\"", NULL);
	meet();
	r = get(c, &id[1]);
	assert_true(r.conflict && same(&r.id, &id[0]));
	put(d, EVENT_AMEND, &id[1], "hamlet", "\"Nam\"", NULL);
	meet();
	assert_false(get(c, &id[0]).conflict);
	put_link(c, &id[0], &id[1], NO);
	put_link(d, &id[0], &id[1], NO);
	put_link(d, &id[0], &id[1], YES);
	meet();
	/* a conflict about the link: together until a person decides */
	r = get(c, &id[0]);
	assert_true(r.conflict);
	assert_int_equal(r.n_members, 2);
	put_link(c, &id[0], &id[1], NO);
	meet();
	assert_int_equal(get(d, &id[0]).n_members, 1);
	assert_false(get(d, &id[0]).conflict);
	assert_false(get(d, &id[1]).conflict);
	sound(d);
}

static void
test_void_part(void **state)
{
	struct record_id id[2];
	struct record r;

	(void)state;
	new_records(c, id, 2);
	meet();
	put(c, EVENT_VOID, &id[1], "void", YES, NULL);
	put_link(d, &id[0], &id[1], YES);
	meet();
	r = get(c, &id[0]);
	assert_true(r.is_void && r.conflict);
	put(d, EVENT_RESTORE, &id[1], "void", "null", NULL);
	meet();
	r = get(c, &id[0]);
	assert_true(!r.is_void && !r.conflict && r.n_members == 2);
	put(c, EVENT_VOID, &id[1], "void", YES, NULL);
	meet();
	r = get(d, &id[1]);
	assert_true(r.is_void && !r.conflict);
	sound(c);
}

static void
test_without_effect(void **state)
{
	struct record_id id[2], other, elsewhere, absent;
	struct event_set set = { STR("same_as/x"), STR(YES) };
	struct store_write w = { .act = EVENT_MERGE, .scope = "11149",
		.form = "person", .form_hash = form_hash, .officer = "A",
		.reason = "", .set = &set, .n_set = 1 };
	char text[RECORD_ID_TEXT];

	(void)state;
	new_records(c, id, 2);
	put_form = "household";
	other = new_record(c, "Home");
	put_form = "person";
	put_scope = "11150";
	elsewhere = new_record(c, "B");
	put_scope = "11149";
	memset(&absent, 0, sizeof absent);
	absent.b[15] = 1; /* the smallest of all */
	if (memcmp(&other, &id[0], sizeof other) > 0)
		put_form = "household"; /* the event is of its record */
	put_link(c, &id[0], &other, YES);
	put_form = "person";
	if (memcmp(&elsewhere, &id[0], sizeof elsewhere) > 0)
		put_scope = "11150";
	put_link(c, &id[0], &elsewhere, YES);
	put_scope = "11149";
	put_link(c, &id[0], &absent, YES);
	assert_int_equal(get(c, &id[0]).n_members, 1);
	assert_true(refused(c,
	    memcmp(&other, &id[0], sizeof other) > 0 ? &other : &id[0],
	    "records of different forms are not merged"));
	assert_true(refused(c,
	    memcmp(&elsewhere, &id[0], sizeof other) > 0 ? &elsewhere : &id[0],
	    "records of different communes are not merged"));
	assert_true(
	    refused(c, &id[0], "the other record is not here"));
	meet();
	assert_true(
	    refused(d, &id[0], "the other record is not here"));
	/* it comes later */
	put(d, EVENT_CREATE, &absent, "name", "\"C\"", NULL);
	meet();
	assert_int_equal(get(c, &id[0]).n_members, 2);
	assert_true(stands_for(c, &id[0], &absent));

	/* entered wrongly, it is refused; arriving, kept and listed */
	w.record = id[1];
	assert_int_equal(store_append(c, &w, 1, NULL, &oops), ERR_REFUSED);
	record_id_format(&id[1], text);
	set.path = str_of(arena_printf(world, "same_as/%s", text));
	w.record = id[0];
	assert_int_equal(store_append(c, &w, 1, NULL, &oops), ERR_REFUSED);
	record_id_format(&id[0], text);
	set.path = str_of(arena_printf(world, "same_as/%s", text));
	set.json = STR("\"perhaps\"");
	w.record = id[1];
	assert_int_equal(store_append(c, &w, 1, NULL, &oops), ERR_REFUSED);
	w.act = EVENT_AMEND;
	set.json = STR(YES);
	assert_int_equal(store_append(c, &w, 1, NULL, &oops), ERR_REFUSED);
	sound(c);
}

/* Events of a history, as bytes, to be taken in in another order. */
struct bytes {
	struct str one[400];
	size_t n;
};

static enum err
collect(void *ctx, struct str bytes, struct error *e)
{
	struct bytes *b = ctx;

	(void)e;
	assert_in_range(b->n, 0, ARRAY_LEN(b->one) - 1);
	b->one[b->n++] = arena_str_dup(world, bytes);
	return OK;
}

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

/* In bundles of a few events, some of them twice. */
static void
take_shuffled(struct store *s, const struct bytes *b)
{
	size_t order[ARRAY_LEN(b->one)];

	for (size_t i = 0; i < b->n; i++)
		order[i] = i;
	for (size_t i = b->n; i > 1; i--) {
		size_t k = below((uint32_t)i), swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
	for (size_t i = 0; i < b->n;) {
		size_t end = i + 1 + below(8);
		struct store_import *im;

		ok(store_import_begin(s, "11149/AAAA", &im, &oops));
		for (; i < end && i < b->n; i++) {
			ok(store_import_add(im, b->one[order[i]], &oops));
			ok(store_import_add(im,
			    b->one[order[below((uint32_t)i + 1)]], &oops));
		}
		ok(store_import_apply(im, NULL, 0, NULL, &oops));
		store_import_drop(im);
	}
}

/* Merging, parting, editing, voiding at random by two laptops. */
static void
write_history(struct record_id *id, size_t n, unsigned steps)
{
	for (unsigned i = 0; i < steps; i++) {
		struct store *s = below(2) == 0 ? c : d;
		const struct record_id *x = &id[below((uint32_t)n)];
		const struct record_id *y = &id[below((uint32_t)n)];
		char *json = arena_printf(world, "\"v%u\"", below(3));
		uint32_t what = below(10);

		if (what < 5 && !same(x, y))
			put_link(s, x, y, below(3) == 0 ? NO : YES);
		else if (what < 8)
			put(s, EVENT_AMEND, x, "note", json, NULL);
		else if (what == 8)
			put(s, get(s, x).is_void ? EVENT_RESTORE : EVENT_VOID,
			    x, "void", get(s, x).is_void ? "null" : YES,
			    NULL);
		else
			hand_over(c, d, ++next_bundle);
	}
}

static void
test_any_order(void **state)
{
	unsigned joined = 0;

	(void)state;
	seed = 4711;
	for (int round = 0; round < 6; round++) {
		struct record_id id[6];
		struct bytes all = { .n = 0 };
		uint64_t n;

		new_records(c, id, 6);
		meet();
		write_history(id, 6, 30);
		meet();
		ok(store_events_beyond(
		    c, NULL, NULL, 0, collect, &all, &n, &oops));
		for (int k = 0; k < 3; k++) {
			const char *dir = world_dir(
			    arena_printf(world, "o%d-%d", round, k));
			struct store *other =
			    world_create(dir, "11149", "commune", 7);

			take_shuffled(other, &all);
			assert_string_equal(digest(other), digest(c));
			assert_int_equal(faults(other), 0);
			store_close(other);
			/* it is the same again from the disk */
			other = world_open(dir);
			assert_string_equal(digest(other), digest(c));
			assert_int_equal(faults(other), 0);
			store_close(other);
		}
		for (int i = 0; i < 6; i++)
			joined += get(c, &id[i]).n_members > 1;
		assert_int_equal(faults(c), 0);
		store_close(c);
		store_close(d);
		c = world_create(world_dir(arena_printf(world, "c%d", round)),
		    "11149", "commune", 1);
		d = world_create(world_dir(arena_printf(world, "d%d", round)),
		    "11149", "commune", 2);
	}
	assert_true(joined > 0);
}

static void
test_long_chain(void **state)
{
	enum { N = 300 };
	struct record_id id[N];

	(void)state;
	new_records(c, id, N);
	for (size_t i = N - 1; i > 0; i--)
		put_link(c, &id[i - 1], &id[i], YES);
	assert_int_equal(get(c, &id[N - 1]).n_members, N);
	assert_true(stands_for(c, &id[N - 1], &id[0]));
	assert_int_equal(store_count(c, "person"), 1);
	put(c, EVENT_AMEND, &id[N / 2], "note", "\"one\"", NULL);
	put_link(c, &id[N / 2], &id[N / 2 - 1], NO);
	assert_int_equal(store_count(c, "person"), 2);
	assert_string_equal(value(c, &id[1], "note"), "\"one\"");
	assert_string_equal(value(c, &id[N - 1], "note"), "");
	sound(c);
}

static bool
changed(struct store *s, const struct record_id *id)
{
	struct directory_row row;
	struct directory *dir;
	size_t at;

	ok(directory_open(s, &dir, &oops));
	assert_true(directory_find(dir, id, &at));
	directory_get(dir, at, &row);
	return row.basis_changed;
}

/* A decision rests on the whole of a record that it knew a part of. */
static void
test_basis(void **state)
{
	struct store *up =
	    world_create(world_dir("up"), "298", "district", 9);
	struct record_id id[3], home;
	char text[RECORD_ID_TEXT];

	(void)state;
	new_records(c, id, 3);
	home = new_record(c, "Case");
	record_id_format(&id[1], text);
	put(c, EVENT_AMEND, &home, "household",
	    arena_printf(world, "\"%s\"", text), NULL);
	hand_over(c, up, ++next_bundle);
	put(up, EVENT_AMEND, &home, "decision", "\"granted\"", NULL);
	hand_over(up, c, ++next_bundle);
	assert_false(changed(c, &home));
	put_link(c, &id[1], &id[2], NO);
	assert_false(changed(c, &home));
	put_link(c, &id[0], &id[1], YES);
	assert_true(changed(c, &home));
	hand_over(c, up, ++next_bundle);
	assert_true(changed(up, &home));
	put(up, EVENT_AMEND, &home, "decision", "\"granted\"", NULL);
	assert_false(changed(up, &home));
	put(c, EVENT_AMEND, &id[0], "note", "\"n\"", NULL);
	hand_over(c, up, ++next_bundle);
	assert_true(changed(up, &home));
	sound(up);
	store_close(up);
}

/* What the check is there for. */
static void
test_planted_faults(void **state)
{
	struct record_id id[3];
	struct join *j;

	(void)state;
	new_records(c, id, 3);
	put_link(c, &id[0], &id[1], YES);
	assert_int_equal(faults(c), 0);
	j = join_get(c, &id[1]);
	j->root = id[1]; /* it would stand alone */
	assert_true(faults(c) > 0);
	j->root = id[0];
	assert_int_equal(faults(c), 0);
	j->near[0].said = JOIN_APART;
	assert_true(faults(c) > 0);
	assert_int_equal(faults(c), 0); /* read anew by the check itself */
	j->n = 0;
	join_get(c, &id[0])->n = 0;
	assert_true(faults(c) > 0);
	ok(store_rebuild(c, &oops));
	assert_int_equal(faults(c), 0);
	assert_int_equal(get(c, &id[1]).n_members, 2);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_one_record),
		T(test_links_to_a_part),
		T(test_parted),
		T(test_at_once),
		T(test_against_edits),
		T(test_void_part),
		T(test_without_effect),
		T(test_any_order),
		T(test_long_chain),
		T(test_basis),
		T(test_planted_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What decisions rest on (SAFETY R8, R9): the basis that the district's event
 * carries, and that both sides see when the facts are no longer those.
 */
#include "tests/store/world.h"

static struct store *xa, *huyen;
static uint64_t number;

static void
two_desks(void)
{
	xa = world_create(world_dir("xa"), "11149", "commune", 1);
	huyen = world_create(world_dir("huyen"), "298", "district", 2);
	number = 0;
}

static void
close_both(void)
{
	assert_int_equal(faults(xa), 0);
	assert_int_equal(faults(huyen), 0);
	store_close(xa);
	store_close(huyen);
}

static void
up(void)
{
	hand_over(xa, huyen, ++number);
}

static void
down(void)
{
	hand_over(huyen, xa, ++number);
}

static struct directory_row
row_of(struct store *s, const struct record_id *id)
{
	struct directory_row row;
	struct directory *d;
	size_t at;

	ok(directory_open(s, &d, &oops));
	assert_true(directory_find(d, id, &at));
	directory_get(d, at, &row);
	return row;
}

static bool
changed(struct store *s, const struct record_id *id)
{
	return row_of(s, id).basis_changed;
}

/* "path=json path=json" of what changed. */
static const char *
changes(struct store *s, const struct record_id *id)
{
	struct store_change *c;
	char *text = arena_strdup(world, "");
	size_t n;

	ok(store_changes(s, world, id, &c, &n, &oops));
	for (size_t i = 0; i < n; i++)
		text = arena_printf(world, "%s%s%.*s=%.*s", text,
		    i == 0 ? "" : " ", (int)c[i].path.n, c[i].path.p,
		    (int)c[i].json.n, c[i].json.p);
	return text;
}

static struct event
event_of(struct store *s, const struct record_id *id,
    const struct event_id *which)
{
	struct store_event *h;
	size_t n;

	ok(store_history(s, world, id, &h, &n, &oops));
	for (size_t i = 0; i < n; i++)
		if (memcmp(&h[i].id, which, sizeof *which) == 0)
			return h[i].event;
	fail_msg("no such event");
	return h[0].event;
}

static bool
names(const struct event *ev, const struct event_id *id)
{
	for (size_t i = 0; i < ev->n_basis; i++)
		if (memcmp(&ev->basis[i], id, sizeof *id) == 0)
			return true;
	return false;
}

static uint64_t
count(struct store *s)
{
	struct store_counts n;

	ok(store_counts(s, &n, &oops));
	return n.basis_changed;
}

static const char *
quoted(const struct record_id *id)
{
	char text[RECORD_ID_TEXT];

	record_id_format(id, text);
	return arena_printf(world, "\"%s\"", text);
}

/* A person of a household, known to both, and decided on. */
static struct record_id
decided(struct record_id *home)
{
	struct record_id id;

	*home = new_record(xa, "Hộ");
	store_id_make(xa, put_scope, &id);
	put(xa, EVENT_CREATE, &id, "name", "\"Đào\"", "household",
	    quoted(home), NULL);
	up();
	put(huyen, EVENT_AMEND, &id, "decision", "\"12/QD\"", NULL);
	put(huyen, EVENT_MOVE, &id, "state", "\"approved\"", NULL);
	down();
	return id;
}

static void
test_carried(void **state)
{
	struct record_id id, home;
	struct event_id birth, level, move;
	struct event ev;

	(void)state;
	two_desks();
	store_id_make(xa, put_scope, &id);
	put(xa, EVENT_CREATE, &id, "name", "\"Đào\"", NULL);
	put(xa, EVENT_AMEND, &id, "birth", "\"1937\"", NULL);
	birth = put(xa, EVENT_AMEND, &id, "birth", "\"1938\"", NULL);
	level = put(xa, EVENT_AMEND, &id, "level", "\"severe\"", "kind",
	    "\"x\"", NULL);
	up();
	/* what it sets itself is no part of it, nor is an older value */
	move = put(huyen, EVENT_MOVE, &id, "state", "\"approved\"", "note",
	    "\"n\"", NULL);
	ev = event_of(huyen, &id, &move);
	assert_int_equal(ev.n_basis, 3);
	assert_true(names(&ev, &birth) && names(&ev, &level));
	assert_false(changed(huyen, &id));
	/* no decision, no basis: a correction, a commune's own move */
	move = put(huyen, EVENT_AMEND, &id, "note", "\"m\"", NULL);
	ev = event_of(huyen, &id, &move);
	assert_int_equal(ev.n_basis, 0);
	move = put(xa, EVENT_MOVE, &id, "state", "\"filed\"", NULL);
	ev = event_of(xa, &id, &move);
	assert_int_equal(ev.n_basis, 0);
	/* the facts of the household are among those of a member's case */
	id = decided(&home);
	move = put(huyen, EVENT_AMEND, &id, "amount", "5", NULL);
	ev = event_of(huyen, &id, &move);
	assert_int_equal(ev.n_basis, 2);
	close_both();
}

/* A fact of the record: seen on both sides, and named. */
static void
test_own_fact(void **state)
{
	struct record_id id, home;

	(void)state;
	two_desks();
	id = decided(&home);
	assert_false(changed(xa, &id));
	assert_false(changed(huyen, &id));
	put(xa, EVENT_AMEND, &id, "birth", "\"1950\"", NULL);
	assert_true(changed(xa, &id));
	assert_string_equal(changes(xa, &id), "birth=\"1950\"");
	assert_false(changed(huyen, &id));
	up();
	assert_true(changed(huyen, &id));
	assert_string_equal(changes(huyen, &id), "birth=\"1950\"");
	assert_int_equal(count(huyen), 1);
	/* nothing was withdrawn */
	assert_string_equal(value(huyen, &id, "decision"), "\"12/QD\"");
	/* one of two decisions anew is not enough */
	put(huyen, EVENT_AMEND, &id, "decision", "\"13/QD\"", NULL);
	assert_true(changed(huyen, &id));
	put(huyen, EVENT_MOVE, &id, "state", "\"approved\"", NULL);
	assert_false(changed(huyen, &id));
	assert_string_equal(changes(huyen, &id), "");
	assert_true(changed(xa, &id));
	down();
	assert_false(changed(xa, &id));
	assert_int_equal(count(xa) + count(huyen), 0);
	/* made void, it is to be looked at again */
	put(xa, EVENT_VOID, &id, "void", "\"yes\"", NULL);
	assert_true(changed(xa, &id));
	close_both();
}

/* A fact of a record that it links to, its state included. */
static void
test_linked_fact(void **state)
{
	struct record_id id, home, other;

	(void)state;
	two_desks();
	id = decided(&home);
	put(xa, EVENT_AMEND, &home, "hamlet", "\"3\"", NULL);
	assert_true(changed(xa, &id));
	assert_string_equal(changes(xa, &id), "hamlet=\"3\"");
	up();
	assert_true(changed(huyen, &id));
	put(huyen, EVENT_RESOLVE, &id, "decision", "\"12/QD\"", "state",
	    "\"approved\"", NULL);
	assert_false(changed(huyen, &id));
	down();
	put(xa, EVENT_MOVE, &home, "state", "\"filed\"", NULL);
	assert_string_equal(changes(xa, &id), "state=\"filed\"");
	assert_true(changed(xa, &id));
	up();
	put(huyen, EVENT_RESOLVE, &id, "decision", "\"12/QD\"", "state",
	    "\"approved\"", NULL);
	assert_false(changed(huyen, &id));
	/* what the district itself decides of the household is no fact */
	put(huyen, EVENT_AMEND, &home, "decision", "\"1/QD\"", NULL);
	assert_false(changed(huyen, &id));
	down();
	/* another household */
	other = new_record(xa, "Hộ khác");
	put(xa, EVENT_AMEND, &id, "household", quoted(&other), NULL);
	assert_true(changed(xa, &id));
	assert_true(strstr(changes(xa, &id), "Hộ khác") != NULL);
	close_both();
}

/* The order in which things come does not matter; facts that have not come
 * are not those that were decided on. */
static void
test_not_all_here(void **state)
{
	struct record_id id, home;
	struct store *second;

	(void)state;
	two_desks();
	id = decided(&home);
	second = world_create(world_dir("second"), "11149", "commune", 3);
	hand_over(huyen, second, 90);
	assert_false(changed(second, &id));
	put(xa, EVENT_AMEND, &id, "birth", "\"1950\"", NULL);
	up();
	put(huyen, EVENT_RESOLVE, &id, "decision", "\"12/QD\"", "state",
	    "\"approved\"", NULL);
	hand_over(huyen, second, 91);
	assert_false(changed(second, &id));
	down();
	assert_string_equal(digest(second), digest(xa));
	assert_false(changed(xa, &id));
	store_close(second);
	close_both();
}

static void
test_objection(void **state)
{
	struct record_id id, home;

	(void)state;
	two_desks();
	id = decided(&home);
	put(xa, EVENT_AMEND, &id, "note", "\"a\"", NULL);
	up();
	put(huyen, EVENT_AMEND, &id, "note", "\"b\"", NULL);
	down();
	assert_false(row_of(xa, &id).objection);
	put(xa, EVENT_AMEND, &id, "note", "\"c\"", NULL);
	assert_true(row_of(xa, &id).objection);
	up();
	assert_true(row_of(huyen, &id).objection);
	assert_true(get(huyen, &id).objection);
	assert_string_equal(value(huyen, &id, "note"), "\"c\"");
	put(huyen, EVENT_RESOLVE, &id, "note", "\"c\"", NULL);
	assert_false(row_of(huyen, &id).objection);
	down();
	assert_false(row_of(xa, &id).objection);
	close_both();
}

/* The list of what to look at again, and its rows after opening anew. */
static void
test_list(void **state)
{
	struct record_id id, home;
	struct directory_query q = { .changed = true, .with_void = true };
	struct directory_row row;
	struct directory *d;
	uint32_t *rows;
	size_t n;

	(void)state;
	two_desks();
	id = decided(&home);
	ok(directory_open(xa, &d, &oops));
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 0);
	put(xa, EVENT_AMEND, &home, "hamlet", "\"3\"", NULL);
	store_close(xa);
	xa = world_open(world_dir("xa"));
	ok(directory_open(xa, &d, &oops));
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 1);
	directory_get(d, rows[0], &row);
	assert_memory_equal(row.id.b, id.b, sizeof id.b);
	close_both();
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_carried),
		T(test_own_fact),
		T(test_linked_fact),
		T(test_not_all_here),
		T(test_objection),
		T(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

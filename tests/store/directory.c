/* The directory: what is found is what a plain search would find. */
#include "tests/store/world.h"

#include "base/text.h"
#include "store/rows.h"

#include <stdio.h>
#include <stdlib.h>

static size_t
search(struct directory *d, const char *text, uint32_t **rows)
{
	struct directory_query q = { .text = text };
	size_t n;

	ok(directory_search(d, world, &q, NULL, 0, rows, &n, &oops));
	return n;
}

/* A screenful is the beginning of all that is found, soon met or not. */
static void
assert_screenfuls(struct directory *d, const char *text)
{
	static const size_t limits[] = { 1, 5, 20, 60, 200 };

	for (int sort = DIRECTORY_BY_NAME; sort <= DIRECTORY_BY_NEWEST; sort++) {
		struct directory_query q = { .text = text,
			.sort = (enum directory_sort)sort };
		uint32_t *all, *some;
		size_t n_all, n;

		ok(directory_search(
		    d, world, &q, NULL, 0, &all, &n_all, &oops));
		for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
			q.limit = limits[i];
			ok(directory_search(
			    d, world, &q, NULL, 0, &some, &n, &oops));
			assert_int_equal(
			    n, n_all < q.limit ? n_all : q.limit);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(some[k], all[k]);
		}
	}
}

static void
test_words_and_order(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct directory_query q = { .text = "hoa", .limit = 1 };
	struct directory_row row;
	struct directory *d;
	struct record_id id;
	uint32_t *rows;
	size_t n, at;

	(void)state;
	ok(directory_open(s, &d, &oops));
	new_record(s, "Đỗ Thị Hòa");
	new_record(s, "Phạm Văn Bình");
	id = new_record(s, "Nguyễn Thị Thoan");
	new_record(s, "Hoàng Văn An");
	assert_int_equal(directory_count(d), 4);
	assert_int_equal(search(d, "hoa", &rows), 3);
	directory_get(d, rows[0], &row); /* given name first: An, then Hòa */
	assert_true(str_is(row.name, "Hoàng Văn An"));
	directory_get(d, rows[1], &row);
	assert_true(str_is(row.name, "Đỗ Thị Hòa"));
	directory_get(d, rows[2], &row); /* only inside a word: last */
	assert_true(str_is(row.name, "Nguyễn Thị Thoan"));
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 1);
	assert_int_equal(search(d, "thi ho", &rows), 2);
	assert_int_equal(search(d, "Đ", &rows), 1);
	assert_int_equal(search(d, "", &rows), 4);
	directory_get(d, rows[0], &row);
	assert_true(str_is(row.name, "Hoàng Văn An"));
	assert_int_equal(search(d, "zzz", &rows), 0);
	put(s, EVENT_AMEND, &id, "name", "\"Zuy\"", "hamlet", "\"T1\"", NULL);
	assert_int_equal(search(d, "hoa", &rows), 2);
	assert_int_equal(search(d, "zuy", &rows), 1);
	assert_true(directory_find(d, &id, &at));
	assert_int_equal(at, rows[0]);
	q = (struct directory_query){ .hamlet = "T1" };
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 1);
	put(s, EVENT_VOID, &id, "void", "\"x\"", NULL);
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 0);
	assert_screenfuls(d, "zuy");
	q.with_void = true;
	ok(directory_search(d, world, &q, NULL, 0, &rows, &n, &oops));
	assert_int_equal(n, 1);
	store_close(s);
}

/* A column repeats a text of its row, or has one of its own: birth is both
 * here.  A number that no text has is refused. */
static void
test_columns(void **state)
{
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id house = new_record(s, "Nhà"), id = new_record(s, "An");
	char home[RECORD_ID_TEXT + 1] = "";
	struct directory_row row;
	struct directory *d;
	struct row decoded;
	struct str bytes;
	char *bad;
	size_t at;

	(void)state;
	record_id_format(&house, home);
	put(s, EVENT_AMEND, &id, "birth", "\"1960-02-03\"", "household",
	    arena_printf(world, "\"%s\"", home), NULL);
	for (unsigned again = 0; again < 2; again++) {
		ok(directory_open(s, &d, &oops));
		assert_true(directory_find(d, &id, &at));
		directory_get(d, at, &row);
		assert_int_equal(row.n_columns, 2);
		assert_true(str_is(row.birth, "1960-02-03"));
		assert_true(str_is(row.column[0], "1960-02-03"));
		assert_true(str_is(row.column[1], home));
		store_close(s);
		s = world_open(dir);
	}
	ok(directory_open(s, &d, &oops));
	directory_get(d, at, &row);
	bytes = rows_bytes(d, at);
	/* nothing but the column's number stands before its own text's length */
	bad = arena_str(world, bytes);
	bad[row.column[1].p - bytes.p - 2] = 6;
	assert_true(row_decode(bytes, &decoded));
	assert_false(row_decode((struct str){ bad, bytes.n }, &decoded));
	store_close(s);
}

/* Many changes, then the same answers as a directory read anew. */
static void
test_changes_keep_it_true(void **state)
{
	static const char *const parts[] = { "An", "Hoà", "Bình", "Lan",
		"Thảo", "Nguyệt", "Xuân", "Quý" };
	static const char *const queries[] = { "", "a", "n", "an", "ho", "oa",
		"guy", "nguyet", "an h", "th x", "uan lan", "q q", "binh y",
		"lan lan", "nguyet lan binh", "zz" };
	const char *dir = world_dir("a");
	struct store *s = world_create(dir, "11149", "commune", 1);
	struct record_id id[120];
	struct directory *d;
	unsigned seed = 3;
	char name[120][64];

	(void)state;
	ok(directory_open(s, &d, &oops));
	for (int i = 0; i < 500; i++) {
		unsigned at = (unsigned)i < 120 ? (unsigned)i : seed % 120;

		seed = seed * 1103515245 + 12345;
		/* most have one given name: many keys begin alike */
		snprintf(name[at], sizeof name[at], "%s %s %s",
		    parts[seed >> 8 & 7], parts[seed >> 12 & 7],
		    (seed >> 20 & 3) != 0 ? "Nguyệt" : parts[seed >> 16 & 7]);
		if (i < 120)
			id[at] = new_record(s, name[at]);
		else
			put(s, EVENT_AMEND, &id[at], "name",
			    arena_printf(world, "\"%s\"", name[at]), NULL);
		seed >>= 4;
	}
	for (int round = 0; round < 2; round++) {
		for (size_t k = 0; k < 8; k++) {
			struct str want = text_folded(world, str_of(parts[k]));
			uint32_t *rows, *within;
			size_t n = search(d, parts[k], &rows), plain = 0, m;
			struct directory_query q = { .text = parts[k] };

			for (size_t i = 0; i < 120; i++)
				plain += strstr(arena_str(world,
				             text_folded(world, str_of(name[i]))),
				             arena_str(world, want)) != NULL;
			assert_int_equal(n, plain);
			ok(directory_search(d, world, &q, rows, n, &within, &m,
			    &oops));
			assert_int_equal(m, n);
			assert_memory_equal(rows, within, n * sizeof *rows);
		}
		for (size_t k = 0; k < ARRAY_LEN(queries); k++)
			assert_screenfuls(d, queries[k]);
		store_close(s);
		s = world_open(dir);
		ok(directory_open(s, &d, &oops));
	}
	store_close(s);
}

static struct directory sorted; /* its keys alone */

static int
plain_cmp(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	int c = rows_key_cmp(rows_key(&sorted, *x), rows_key(&sorted, *y));

	return c != 0 ? c : (*x > *y) - (*x < *y);
}

/* Keys that begin alike for long: with a letter, or some of them none. */
static void
assert_sorting(bool letter)
{
	enum { N = 3000 };
	static struct slot slot[N];
	static uint32_t rows[N], wanted[N];
	struct buf data = BUF_INIT;
	uint32_t seed = 5;

	for (uint32_t i = 0; i < N; i++) {
		size_t len = (seed >> 8) % 50;

		rows[i] = wanted[i] = i;
		slot[i].at = data.n;
		buf_addc(&data, (char)(len + letter));
		if (letter)
			buf_addc(&data, 'b');
		for (size_t k = 0; k < len; k++) {
			seed = seed * 1664525 + 1013904223;
			buf_addc(&data, (seed >> 16) % 4 == 0 ? '\x80' : 'a');
		}
		seed = seed * 1664525 + 1013904223;
	}
	sorted = (struct directory){ .n = N, .slot = slot, .data = data.p,
		.data_n = data.n };
	rows_sort_some(&sorted, rows, N);
	qsort(wanted, N, sizeof *wanted, plain_cmp);
	assert_memory_equal(rows, wanted, sizeof rows);
	buf_release(&data);
}

static void
test_sorting(void **state)
{
	(void)state;
	assert_sorting(false);
	assert_sorting(true);
}

static void
test_members_of_a_household(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct record_id house = new_record(s, "House"), *list, a, b;
	char text[RECORD_ID_TEXT];
	char *json;
	size_t n;

	(void)state;
	record_id_format(&house, text);
	json = arena_printf(world, "\"%s\"", text);
	a = new_record(s, "A");
	b = new_record(s, "B");
	put(s, EVENT_AMEND, &a, "household", json, NULL);
	ok(store_linked(s, world, &house, "person", &list, &n, &oops));
	assert_int_equal(n, 1);
	put(s, EVENT_AMEND, &b, "household", json, NULL);
	put(s, EVENT_AMEND, &a, "name", "\"AA\"", NULL);
	ok(store_linked(s, world, &house, NULL, &list, &n, &oops));
	assert_int_equal(n, 2);
	put(s, EVENT_AMEND, &a, "household", "null", NULL);
	ok(store_linked(s, world, &house, NULL, &list, &n, &oops));
	assert_int_equal(n, 1);
	assert_memory_equal(list[0].b, b.b, sizeof b.b);
	store_close(s);
}

/* So many rows at once that the order is made anew, by the next list. */
static void
test_order_after_many_rows(void **state)
{
	struct store *s = world_create(world_dir("a"), "11149", "commune", 1);
	struct event_set set = { STR("name"), { NULL, 0 } };
	struct store_write w = { .act = EVENT_CREATE, .scope = "11149",
		.form = "person", .form_hash = form_hash, .officer = "demo",
		.set = &set, .n_set = 1 };
	struct directory_row before, row;
	struct store_bulk *b;
	struct directory *d;
	uint32_t *rows;

	(void)state;
	ok(directory_open(s, &d, &oops));
	new_record(s, "Zzz");
	ok(store_bulk_begin(s, &b, &oops));
	for (int i = 9000; i > 1000; i--) {
		store_id_make(s, w.scope, &w.record);
		set.json = str_of(arena_printf(world, "\"Tên%d\"", i));
		ok(store_bulk_add(b, &w, &oops));
	}
	ok(store_bulk_end(b, true, &oops));
	new_record(s, "Aaa");
	assert_int_equal(search(d, "", &rows), 8002);
	directory_get(d, rows[0], &before);
	assert_true(str_is(before.name, "Aaa"));
	for (size_t i = 1; i < 8001; i++) {
		directory_get(d, rows[i], &row);
		assert_string_equal(arena_str(world, row.name),
		    arena_printf(world, "Tên%zu", i + 1000));
	}
	directory_get(d, rows[8001], &row);
	assert_true(str_is(row.name, "Zzz"));
	store_close(s);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		T(test_words_and_order),
		T(test_columns),
		T(test_changes_keep_it_true),
		T(test_sorting),
		T(test_members_of_a_household),
		T(test_order_after_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

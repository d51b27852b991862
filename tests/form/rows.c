/* Rows of repeats, drafts, and packs. */
#include "form_test.h"

static const char household[] =
    "pages:\n"
    "- page: p\n"
    "  fields:\n"
    "  - {name: head, type: text}\n"
    "  - name: kids\n"
    "    type: repeat\n"
    "    fields:\n"
    "    - {name: name, type: text}\n"
    "    - {name: pay, type: money, default: '10'}\n"
    "    - {name: nr, type: calculate, calculate: 'position(..)'}\n"
    "    - name: toys\n"
    "      type: repeat\n"
    "      fields: [{name: toy, type: text}]\n"
    "  - {name: n, type: calculate, calculate: 'count(${kids})'}\n"
    "  - {name: sum, type: calculate, calculate: 'sum(${kids}/pay)'}\n"
    "  - {name: second, type: calculate, calculate: '/data/kids[2]/name'}\n";

static void
add_row(struct world *w, uint32_t before, const char *name)
{
	struct fill_ref r = ref_of(w->x, "kids");

	fill_row_insert(w->x, &r, before);
	r = ref_of(w->x, "kids[0]/name");
	r.at.row[0] = before;
	fill_set(w->x, &r, str_of(name));
}

/* "a:10 b:10 | 2 20": the rows, and what is computed from them. */
static const char *
all_of(struct world *w)
{
	struct fill_ref r = ref_of(w->x, "kids"), name, nr;
	const char *text = "";

	name = ref_of(w->x, "kids[0]/name");
	nr = ref_of(w->x, "kids[0]/nr");
	for (uint32_t i = 0; i < fill_rows(w->x, &r); i++) {
		name.at.row[0] = nr.at.row[0] = i;
		text = arena_printf(w->a, "%s%.*s:%.0f ", text,
		    (int)fill_text(w->x, &name).n, fill_text(w->x, &name).p,
		    fill_value(w->x, &nr).number);
	}
	return arena_printf(w->a, "%s| %s %s %s", text, value_at(w, "n"),
	    value_at(w, "sum"), value_at(w, "second"));
}

static void
test_rows_come_go_and_are_counted(void **state)
{
	struct world w;
	struct fill_ref r, at;

	(void)state;
	world_open(&w, household);
	assert_string_equal(all_of(&w), "| 0 0 ");
	add_row(&w, 0, "a");
	add_row(&w, 1, "c");
	add_row(&w, 1, "b");
	assert_string_equal(all_of(&w), "a:1 b:2 c:3 | 3 30 b");
	put(w.x, "kids[1]/pay", "5");
	r = ref_of(w.x, "kids");
	fill_row_copy(w.x, &r, 1);
	assert_string_equal(all_of(&w), "a:1 b:2 b:3 c:4 | 4 30 b");
	fill_row_delete(w.x, &r, 0);
	assert_string_equal(all_of(&w), "b:1 b:2 c:3 | 3 20 b");
	assert_true(fill_undo(w.x, &at));
	assert_string_equal(all_of(&w), "a:1 b:2 b:3 c:4 | 4 30 b");
	assert_true(fill_undo(w.x, &at)); /* the copy */
	assert_true(fill_undo(w.x, &at)); /* the 5 */
	assert_string_equal(all_of(&w), "a:1 b:2 c:3 | 3 30 b");
	assert_true(fill_redo(w.x, &at));
	assert_true(fill_redo(w.x, &at));
	assert_true(fill_redo(w.x, &at));
	assert_false(fill_redo(w.x, &at));
	assert_string_equal(all_of(&w), "b:1 b:2 c:3 | 3 20 b");
	while (fill_undo(w.x, &at))
		continue;
	assert_string_equal(all_of(&w), "| 0 0 ");
	world_close(&w);
}

#define R1 "aaaaaaaaaaaaa"
#define R2 "bbbbbbbbbbbba"
#define R3 "ccccccccccccc"
#define T1 "ddddddddddddd"

static void
load_household(struct world *w)
{
	static const char *const values[][2] = {
		{ "kids/" R1 "/name", "\"one\"" },
		{ "kids/" R1, "65536" },
		{ "kids/" R1 "/toys/" T1, "65536" },
		{ "kids/" R1 "/toys/" T1 "/toy", "\"ball\"" },
		{ "kids/" R2, "32768" },
		{ "kids/" R2 "/name", "\"two\"" },
		{ "kids/" R3, "null" }, /* removed: its fields stay away */
		{ "kids/" R3 "/name", "\"three\"" },
	};

	fill_free(w->x);
	w->x = world_fill(w, FORM_COMMUNE);
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		fill_load(w->x, str_of(values[i][0]), str_of(values[i][1]));
	fill_start(w->x, false);
}

static void
test_loaded_rows_have_order_and_paths(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	world_open(&w, household);
	load_household(&w);
	assert_string_equal(all_of(&w), "two:1 one:2 | 2 0 one");
	r = ref_of(w.x, "kids[1]/toys[0]/toy");
	assert_string_equal(arena_str(w.a, fill_path(w.x, w.a, &r)),
	    "kids/" R1 "/toys/" T1 "/toy");
	assert_true(fill_ref_of(w.x, fill_path(w.x, w.a, &r), &r));
	assert_string_equal(arena_str(w.a, fill_text(w.x, &r)), "ball");
	assert_false(fill_ref_of(w.x, STR("kids/" R3 "/name"), &r));
	world_close(&w);
}

static void
test_changes_of_rows(void **state)
{
	struct world w;
	struct fill_ref r;
	struct fill_change *c;
	size_t n;

	(void)state;
	world_open(&w, household);
	load_household(&w);
	r = ref_of(w.x, "kids");
	fill_row_delete(w.x, &r, 1);
	assert_string_equal(
	    changes_of(&w), "kids/" R1 "=null kids/" R2 "/nr=1 n=1 sum=0");
	add_row(&w, 0, "new");
	n = fill_changes(w.x, w.a, &c);
	for (size_t i = 0; i < n; i++)
		if (c[i].path.n == strlen("kids/" R1) &&
		    str_starts(c[i].path, "kids/") &&
		    !str_is(c[i].path, "kids/" R1)) {
			/* before 32768 there is room */
			assert_string_equal(
			    arena_str(w.a, c[i].json), "-32768");
			n = 0;
		}
	assert_int_equal(n, 0);
	world_close(&w);
}

static void
test_a_count_hides_and_brings_back(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: how, type: integer}\n"
	    "  - name: kids\n"
	    "    type: repeat\n"
	    "    count: '${how}'\n"
	    "    fields: [{name: pay, type: integer, default: '4'}]\n"
	    "  - {name: sum, type: calculate, "
	    "calculate: 'sum(${kids}/pay)'}\n");
	r = ref_of(w.x, "kids");
	assert_int_equal(fill_rows(w.x, &r), 0);
	put(w.x, "how", "3");
	assert_int_equal(fill_rows(w.x, &r), 3);
	assert_string_equal(value_at(&w, "sum"), "12");
	put(w.x, "kids[2]/pay", "100");
	put(w.x, "how", "2");
	assert_int_equal(fill_rows(w.x, &r), 2);
	assert_string_equal(value_at(&w, "sum"), "8");
	assert_null(strstr(changes_of(&w), "100"));
	put(w.x, "how", ""); /* delays, does not empty */
	assert_int_equal(fill_rows(w.x, &r), 2);
	put(w.x, "how", "3");
	assert_string_equal(value_at(&w, "sum"), "108");
	fill_row_insert(w.x, &r, 0); /* the count says how many */
	assert_int_equal(fill_rows(w.x, &r), 3);
	world_close(&w);
}

static void
test_rows_always_find_room(void **state)
{
	struct fill_change *c;
	struct fill *again;
	struct fill_ref r;
	struct world w;
	size_t n;

	(void)state;
	world_open(&w, household);
	add_row(&w, 0, "a");
	add_row(&w, 1, "z");
	for (int i = 0; i < 40; i++) /* halves 65536 away */
		add_row(&w, 1, "m");
	assert_string_equal(value_at(&w, "n"), "42");
	r = ref_of(w.x, "kids[0]/name");
	r.at.row[0] = 41;
	assert_string_equal(arena_str(w.a, fill_text(w.x, &r)), "z");
	/* the order is there again after saving and loading */
	n = fill_changes(w.x, w.a, &c);
	again = world_fill(&w, FORM_COMMUNE);
	for (size_t i = 0; i < n; i++)
		fill_load(again, c[i].path, c[i].json);
	fill_start(again, false);
	assert_string_equal(arena_str(w.a, fill_text(again, &r)), "z");
	r.at.row[0] = 0;
	assert_string_equal(arena_str(w.a, fill_text(again, &r)), "a");
	fill_free(again);
	/* a number at the edge leaves no room after it */
	fill_free(w.x);
	w.x = world_fill(&w, FORM_COMMUNE);
	fill_load(w.x, STR("kids/" R1), STR("9007199254740991"));
	fill_start(w.x, false);
	add_row(&w, 1, "last");
	assert_non_null(strstr(changes_of(&w), "kids/" R1 "=65536 "));
	world_close(&w);
}

static void
test_a_draft_is_all_there_again(void **state)
{
	struct world w;
	struct buf first = BUF_INIT, second = BUF_INIT;
	const char *changes;
	struct fill *again;
	struct fill_ref at;

	(void)state;
	world_open(&w, "pages:\n"
	               "- page: p\n"
	               "  fields:\n"
	               "  - {name: a, type: yes_no, default: \"'yes'\"}\n"
	               "  - {name: b, type: text, relevant: \"${a} = 'yes'\"}\n"
	               "  - {name: day, type: date}\n"
	               "  - {name: calc, type: integer, calculate: '3'}\n"
	               "  - {name: old, type: integer, soft: '. < 100', "
	               "soft_message: m}\n"
	               "  - name: kids\n"
	               "    type: repeat\n"
	               "    fields: [{name: name, type: text}]\n");
	fill_free(w.x);
	w.x = world_fill(&w, FORM_COMMUNE);
	fill_load(w.x, STR("b"), STR("\"loaded \\\"so\\\"\""));
	fill_load(w.x, STR("unknown"), STR("[\"x\"]"));
	fill_load(w.x, STR("kids/" R1), STR("65536"));
	fill_load(w.x, STR("kids/" R1 "/name"), STR("\"one\""));
	fill_start(w.x, false);
	put(w.x, "a", "c");
	put(w.x, "b", "hidden soon");
	put(w.x, "a", "k");
	put(w.x, "day", "5/13/19"); /* half-typed */
	put(w.x, "calc", "3");      /* keyed, though the same */
	put(w.x, "calc", "4");
	put(w.x, "old", "120");
	at = ref_of(w.x, "old");
	fill_force(w.x, &at, STR("seen"));
	at = ref_of(w.x, "kids");
	fill_row_delete(w.x, &at, 0);
	fill_row_insert(w.x, &at, 0);
	put(w.x, "kids[0]/name", "two");
	changes = changes_of(&w);
	fill_snapshot(w.x, NULL, &first);
	assert_true(cjson_is_canonical(buf_str(&first)));
	again = world_fill(&w, FORM_COMMUNE);
	fill_start(again, true);
	assert_true(fill_restore(again, NULL, buf_str(&first)));
	fill_snapshot(again, NULL, &second);
	assert_string_equal(buf_cstr(&second), buf_cstr(&first));
	fill_free(w.x);
	w.x = again;
	assert_string_equal(changes_of(&w), changes);
	assert_string_equal(text_at(&w, "day"), "5/13/19");
	assert_true(fill_has_errors(w.x));
	assert_false(fill_undo(w.x, &at));
	put(w.x, "a", "c");
	assert_string_equal(text_at(&w, "b"), "hidden soon");
	assert_string_equal(value_at(&w, "calc"), "4");
	/* what this form has no field for stays in the draft */
	buf_clear(&second);
	assert_true(fill_restore(
	    w.x, NULL, STR("{\"base\":{},\"form\":\"t\",\"keyed\":[],\"typed\":"
	             "{\"z\":\"half\"},\"v\":1,\"values\":"
	             "{\"b\":\"hidden soon\",\"y\":[\"1\"]}}")));
	fill_snapshot(w.x, NULL, &second);
	assert_non_null(
	    strstr(buf_cstr(&second), "\"y\":[\"1\"],\"z\":\"half\"}}"));
	assert_string_equal(changes_of(&w), "calc=3");
	assert_true(fill_restore(
	    w.x, NULL, STR("{\"base\":{},\"form\":\"t\",\"keyed\":[],\"typed\":{},"
	             "\"v\":1,\"values\":{\"old\":120,\"old?force\":\"\"}}")));
	at = ref_of(w.x, "old");
	assert_true(fill_force(w.x, &at, STR("now")));
	buf_clear(&second);
	fill_snapshot(w.x, NULL, &second);
	assert_non_null(
	    strstr(buf_cstr(&second), "\"old\":120,\"old?force\":\"now\""));
	/* what is no draft changes nothing */
	assert_false(fill_restore(w.x, NULL, STR("{\"v\":1}")));
	assert_false(fill_restore(w.x, NULL, STR("junk")));
	assert_string_equal(text_at(&w, "old"), "120");
	buf_release(&first);
	buf_release(&second);
	world_close(&w);
}

static void
test_a_pack_is_the_form(void **state)
{
	struct arena *a = arena_new();
	struct form_set *from = form_set_new(a, FORMS "/choices");
	struct form_set *to = form_set_new(a, NULL);
	const struct form *f, *got;
	struct error e;

	(void)state;
	assert_int_equal(form_set_load_dir(from, FORMS "/good", &e), OK);
	assert_int_equal(form_set_count(from), 2);
	f = form_set_get(from, "visit");
	assert_non_null(f);
	assert_non_null(strstr(arena_str(a, f->pack), "list: level"));
	assert_int_equal(form_set_load_pack(to, f->pack, &got, &e), OK);
	assert_memory_equal(got->hash, f->hash, 32);
	assert_ptr_equal(form_set_by_hash(to, f->hash), got);
	assert_int_equal(form_list_get(got, STR("level"))->n, 3);
	assert_int_equal(form_set_load_pack(to, f->pack, &got, &e), OK);
	assert_int_equal(form_set_count(to), 1);
	assert_int_equal(
	    form_set_load_pack(to, STR("{\"v\":2}"), &got, &e), ERR_VERSION);
	assert_int_equal(form_set_load_pack(to,
	                     STR("{\"form\":\"form: x\",\"v\":1}"), &got, &e),
	    ERR_FORMAT);
	arena_free(a);
}

static void
test_a_wrong_form_stops_the_load(void **state)
{
	struct arena *a = arena_new();
	struct form_set *s = form_set_new(a, FORMS "/choices");
	struct error e;

	(void)state;
	assert_int_not_equal(form_set_load_dir(s, FORMS, &e), OK);
	assert_non_null(strstr(e.where, "alias.yaml:3:8"));
	assert_int_equal(form_set_count(s), 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_come_go_and_are_counted),
		cmocka_unit_test(test_loaded_rows_have_order_and_paths),
		cmocka_unit_test(test_changes_of_rows),
		cmocka_unit_test(test_a_count_hides_and_brings_back),
		cmocka_unit_test(test_rows_always_find_room),
		cmocka_unit_test(test_a_draft_is_all_there_again),
		cmocka_unit_test(test_a_pack_is_the_form),
		cmocka_unit_test(test_a_wrong_form_stops_the_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

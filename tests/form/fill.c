/* Filling: what is hidden, blank, required, wrong; choices; calculations. */
#include "form_test.h"

static void
test_hidden_is_kept_and_blank_in_formulas(void **state)
{
	struct world w;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: has, type: yes_no}\n"
	    "  - group: g\n"
	    "    relevant: \"${has} = 'yes'\"\n"
	    "    fields:\n"
	    "    - {name: n, type: integer, default: '7', "
	    "constraint: '. < 5', constraint_message: 'under 5', "
	    "required: yes}\n"
	    "  - {name: twice, type: calculate, calculate: \"${n} * 2\"}\n"
	    "  - {name: all, type: calculate, "
	    "calculate: \"sum(${n}) + 1\"}\n");
	/* the default of a hidden field leaks nowhere, and is not judged */
	assert_string_equal(value_at(&w, "n"), "(hidden)");
	assert_string_equal(value_at(&w, "twice"), "");
	assert_string_equal(value_at(&w, "all"), "1");
	assert_false(fill_has_errors(w.x));
	assert_string_equal(changes_of(&w), "all=1");
	put(w.x, "has", "c");
	assert_string_equal(value_at(&w, "n"), "7");
	assert_string_equal(value_at(&w, "twice"), "14");
	assert_true(fill_has_errors(w.x));
	put(w.x, "n", "3");
	assert_false(fill_has_errors(w.x));
	put(w.x, "has", "k");
	assert_string_equal(value_at(&w, "twice"), "");
	assert_string_equal(changes_of(&w), "all=1 has=\"no\"");
	put(w.x, "has", "y");
	assert_string_equal(value_at(&w, "n"), "3"); /* came back */
	assert_string_equal(changes_of(&w), "all=4 has=\"yes\" n=3 twice=6");
	world_close(&w);
}

static void
test_constraint_is_not_asked_of_blank(void **state)
{
	struct world w;
	struct fill_ref r;
	const struct fill_finding *f;

	(void)state;
	world_open(&w, "pages:\n"
	               "- page: p\n"
	               "  fields:\n"
	               "  - {name: a, type: integer, constraint: '. > ${b}', "
	               "constraint_message: 'more than ${b}'}\n"
	               "  - {name: b, type: integer, required: '${a} > 100', "
	               "required_message: 'b, too'}\n");
	assert_false(fill_has_errors(w.x));
	put(w.x, "a", "5"); /* comparing with blank is false */
	r = ref_of(w.x, "a");
	f = fill_finding_at(w.x, &r);
	assert_non_null(f);
	put(w.x, "b", "9");
	f = fill_finding_at(w.x, &r);
	assert_int_equal(f->severity, FILL_ERROR);
	assert_string_equal(f->message, "more than 9");
	put(w.x, "b", "");
	put(w.x, "a", "101");
	r = ref_of(w.x, "b");
	assert_true(fill_is_required(w.x, &r));
	assert_string_equal(fill_finding_at(w.x, &r)->message, "b, too");
	put(w.x, "a", "");
	assert_false(fill_has_errors(w.x));
	world_close(&w);
}

static const char three_levels[] =
    "choices:\n"
    "  one: [{code: a, label: A}, {code: b, label: B}]\n"
    "  two:\n"
    "  - {code: x, label: X, up: a}\n"
    "  - {code: y, label: Y, up: b}\n"
    "  - {code: z, label: Z, up: 'a b'}\n"
    "  three:\n"
    "  - {code: '1', label: L1, up: x}\n"
    "  - {code: '2', label: L2, up: y}\n"
    "  - {code: '3', label: L3, up: z}\n"
    "pages:\n"
    "- page: p\n"
    "  fields:\n"
    "  - {name: top, type: select_one, choices: one}\n"
    "  - {name: mid, type: select_one, choices: two, "
    "choice_filter: \"selected(up, ${top})\"}\n"
    "  - {name: low, type: select_one, choices: three, "
    "choice_filter: \"up = ${mid}\"}\n"
    "  - {name: many, type: select_multiple, choices: two, "
    "choice_filter: \"selected(up, ${top})\"}\n";

static void
test_a_parent_takes_away_only_what_is_gone(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	world_open(&w, three_levels);
	put(w.x, "top", "a");
	put(w.x, "mid", "x");
	put(w.x, "low", "1");
	put(w.x, "many", "z,x");
	assert_string_equal(value_at(&w, "many"), "z x");
	put(w.x, "top", "b");
	assert_string_equal(value_at(&w, "mid"), "");
	assert_string_equal(value_at(&w, "low"), "");
	assert_string_equal(value_at(&w, "many"), "z");
	assert_true(fill_undo(w.x, &r)); /* all that went comes back */
	assert_string_equal(value_at(&w, "top"), "a");
	assert_string_equal(value_at(&w, "mid"), "x");
	assert_string_equal(value_at(&w, "low"), "1");
	assert_string_equal(value_at(&w, "many"), "z x");
	assert_true(fill_redo(w.x, &r));
	assert_string_equal(value_at(&w, "low"), "");
	fill_undo(w.x, &r);
	put(w.x, "mid", "z"); /* low goes, mid stays on both sides */
	put(w.x, "low", "3");
	put(w.x, "top", "b");
	assert_string_equal(value_at(&w, "mid"), "z");
	assert_string_equal(value_at(&w, "low"), "3");
	world_close(&w);
}

static void
test_calculations_follow_until_keyed_over(void **state)
{
	struct world w;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: a, type: integer, default: '2'}\n"
	    "  - {name: b, type: integer, calculate: '${a} + 1'}\n"
	    "  - {name: c, type: calculate, calculate: '${b} div 4'}\n"
	    "  - {name: d, type: calculate, calculate: '${c} > 1'}\n"
	    "  - {name: day, type: date, default: 'today()'}\n");
	assert_string_equal(
	    changes_of(&w), "a=2 b=3 c=\"0.75\" d=\"no\" day=\"2026-01-15\"");
	put(w.x, "a", "7");
	assert_string_equal(value_at(&w, "b"), "8");
	assert_string_equal(value_at(&w, "d"), "yes");
	put(w.x, "b", "20");
	put(w.x, "a", "1");
	assert_string_equal(value_at(&w, "b"), "20");
	assert_string_equal(value_at(&w, "c"), "5");
	put(w.x, "b", ""); /* back to the formula */
	assert_string_equal(value_at(&w, "b"), "2");
	put(w.x, "a", ""); /* a default comes once only; blank is no 0 */
	assert_string_equal(value_at(&w, "a"), "");
	assert_string_equal(value_at(&w, "b"), "");
	assert_string_equal(changes_of(&w), "d=\"no\" day=\"2026-01-15\"");
	world_close(&w);
}

static void
test_once_is_computed_once(void **state)
{
	struct world w;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: a, type: calculate, calculate: 'once(today())'}\n"
	    "  - {name: b, type: text}\n");
	assert_string_equal(value_at(&w, "a"), "2026-01-15");
	fill_free(w.x);
	w.x = world_fill(&w, FORM_COMMUNE);
	fill_load(w.x, STR("a"), STR("\"2020-01-01\""));
	fill_start(w.x, false);
	put(w.x, "b", "x");
	assert_string_equal(value_at(&w, "a"), "2020-01-01");
	assert_string_equal(changes_of(&w), "b=\"x\"");
	world_close(&w);
}

static void
test_a_state_asks_the_facts(void **state)
{
	const struct form_state *dead;
	struct world w;

	(void)state;
	world_open(&w,
	    "states:\n"
	    "  living: {label: L}\n"
	    "  dead: {label: D, from: [living], when: 'boolean(${day})'}\n"
	    "pages:\n"
	    "- page: p\n"
	    "  fields: [{name: day, type: date}]\n");
	dead = form_state_get(w.f, STR("dead"));
	assert_false(value_to_bool(fill_eval(w.x, w.a, dead->when)));
	put(w.x, "day", "01012026");
	assert_true(value_to_bool(fill_eval(w.x, w.a, dead->when)));
	assert_string_equal(w.f->states[0].name, "living");
	world_close(&w);
}

static void
test_what_is_keyed_becomes_a_value_or_stays(void **state)
{
	static const struct {
		const char *path, *keyed, *json;
	} cases[] = {
		{ "text", " Nguyễn Thị Đào ", "\"Nguyễn Thị Đào\"" },
		{ "int", "1.234", "1234" },
		{ "int", "12a", NULL },
		{ "int", "123456", NULL }, /* longer than 5 */
		{ "money", "1.500.000", "1500000" },
		{ "dec", "2,50", "\"2.5\"" },
		{ "day", "05031938", "\"1938-03-05\"" },
		{ "day", "03/1938", NULL },
		{ "any", "03/1938", "\"1938-03\"" },
		{ "any", "1938", "\"1938\"" },
		{ "any", "31/2/1938", NULL },
		{ "time", "8h30", "\"08:30\"" },
		{ "time", "2530", NULL },
		{ "yn", "Có", "\"yes\"" },
		{ "yn", "0", "\"no\"" },
		{ "yn", "maybe", NULL },
		{ "one", "1", "\"1\"" },
		{ "one", "dac biet", "\"1\"" },
		{ "one", "nhe", "\"3\"" },
		{ "one", "nặng", "\"2\"" }, /* a whole label beats a part */
		{ "one", "n", NULL },
		{ "one", "mild", "\"3\"" },
		{ "one", "qqq", NULL },
		{ "many", "3, 1 3", "[\"3\",\"1\"]" },
		{ "many", "3 9", NULL },
		{ "link", "abcdefghijklmnopqrstuvwxya",
		    "\"abcdefghijklmnopqrstuvwxya\"" },
		{ "link", "abc", NULL },
		{ "up", "ab", "\"AB\"" },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fill_ref r;
		const char *expected;

		world_open(&w,
		    "pages:\n"
		    "- page: p\n"
		    "  fields:\n"
		    "  - {name: text, type: text}\n"
		    "  - {name: int, type: integer, max_length: 5}\n"
		    "  - {name: money, type: money}\n"
		    "  - {name: dec, type: decimal}\n"
		    "  - {name: day, type: date}\n"
		    "  - {name: any, type: date, "
		    "precision: [day, month, year]}\n"
		    "  - {name: time, type: time}\n"
		    "  - {name: yn, type: yes_no}\n"
		    "  - {name: one, type: select_one, choices: level}\n"
		    "  - {name: many, type: select_multiple, choices: level}\n"
		    "  - {name: link, type: link, form: t}\n"
		    "  - {name: up, type: text, appearance: upper}\n"
		    "choices:\n"
		    "  level:\n"
		    "  - {code: '1', label: {vi: 'Đặc biệt nặng', en: E}}\n"
		    "  - {code: '2', label: {vi: 'Nặng', en: S}}\n"
		    "  - {code: '3', label: {vi: 'Nhẹ', en: Mild}}\n");
		put(w.x, cases[i].path, cases[i].keyed);
		r = ref_of(w.x, cases[i].path);
		if (cases[i].json == NULL) {
			assert_string_equal(changes_of(&w), "");
			assert_string_equal(
			    text_at(&w, cases[i].path), cases[i].keyed);
			assert_true(fill_has_errors(w.x));
			assert_non_null(fill_finding_at(w.x, &r));
		} else {
			expected = arena_printf(
			    w.a, "%s=%s", cases[i].path, cases[i].json);
			assert_string_equal(changes_of(&w), expected);
			assert_false(fill_has_errors(w.x));
			/* what is shown for keying gives the same value */
			assert_false(put(
			    w.x, cases[i].path, text_at(&w, cases[i].path)));
			assert_string_equal(changes_of(&w), expected);
		}
		world_close(&w);
	}
}

static void
test_a_warning_is_forced_with_a_reason(void **state)
{
	struct world w;
	struct fill_ref r, at;

	(void)state;
	world_open(&w, "pages:\n"
	               "- page: p\n"
	               "  fields:\n"
	               "  - {name: a, type: integer, soft: '. < 100', "
	               "soft_message: 'very old'}\n");
	r = ref_of(w.x, "a");
	assert_false(fill_force(w.x, &r, STR("no need")));
	put(w.x, "a", "104");
	assert_int_equal(fill_finding_at(w.x, &r)->severity, FILL_WARNING);
	assert_false(fill_has_errors(w.x));
	assert_true(fill_force(w.x, &r, STR("paper seen")));
	assert_int_equal(fill_finding_at(w.x, &r)->severity, FILL_FORCED);
	assert_string_equal(fill_finding_at(w.x, &r)->reason, "paper seen");
	assert_string_equal(changes_of(&w), "a=104 a?force=\"paper seen\"");
	fill_undo(w.x, &at);
	assert_int_equal(fill_finding_at(w.x, &r)->severity, FILL_WARNING);
	fill_redo(w.x, &at);
	put(w.x, "a", "105"); /* another value needs another reason */
	assert_int_equal(fill_finding_at(w.x, &r)->severity, FILL_WARNING);
	assert_string_equal(changes_of(&w), "a=105");
	world_close(&w);
}

static void
test_registers_go_whole_and_owners_are_kept(void **state)
{
	static const char pages[] =
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: no, type: text, register: paper}\n"
	    "  - {name: day, type: date, register: paper}\n"
	    "  - {name: by, type: text, register: paper}\n"
	    "  - {name: born, type: date, register: born}\n"
	    "  - {name: lunar, type: yes_no, register: born}\n"
	    "  - {name: free, type: text}\n"
	    "- page: q\n"
	    "  owner: district\n"
	    "  fields:\n"
	    "  - {name: level, type: integer, required: yes}\n"
	    "  - {name: twice, type: calculate, calculate: '${level} * 2'}\n";
	struct world w;
	struct fill_ref r;

	(void)state;
	world_open(&w, pages);
	fill_free(w.x);
	w.x = world_fill(&w, FORM_COMMUNE);
	fill_load(w.x, STR("no"), STR("\"12\""));
	fill_load(w.x, STR("day"), STR("\"2020-01-02\""));
	fill_load(w.x, STR("free"), STR("\"kept\""));
	fill_load(w.x, STR("level"), STR("4"));
	fill_load(w.x, STR("gone"), STR("\"of an older form\""));
	fill_start(w.x, false);
	assert_string_equal(changes_of(&w), "");
	put(w.x, "no", "13");
	assert_string_equal(
	    changes_of(&w), "by=null day=\"2020-01-02\" no=\"13\"");
	put(w.x, "no", "12");
	/* also a register that has the name of one of its fields */
	put(w.x, "lunar", "yes");
	assert_string_equal(changes_of(&w), "born=null lunar=\"yes\"");
	put(w.x, "lunar", "");
	put(w.x, "free", "");
	assert_string_equal(changes_of(&w), "free=null");
	/* the district's part is neither ours to key nor ours to judge */
	r = ref_of(w.x, "level");
	assert_true(fill_is_read_only(w.x, &r));
	assert_false(put(w.x, "level", "5"));
	assert_false(fill_has_errors(w.x));
	world_close(&w);
}

static void
check_shown(struct world *w, const char *name, const char *shown)
{
	struct fill_ref r = ref_of(w->x, name);
	struct str text = fill_display(w->x, w->a, &r);

	if (!str_is(text, shown))
		fail_msg("%s shows %.*s", name, (int)text.n, text.p);
}

static void
test_whole_numbers_are_shown_in_groups(void **state)
{
	struct world w;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: paid, type: money}\n"
	    "  - {name: year, type: integer}\n"
	    "  - {name: area, type: decimal, appearance: thousands-sep}\n"
	    "  - {name: each, type: calculate, calculate: '${paid} div 4', "
	    "appearance: thousands-sep}\n");
	put(w.x, "paid", "4330001");
	put(w.x, "year", "1938");
	put(w.x, "area", "1200");
	check_shown(&w, "paid", "4.330.001");
	check_shown(&w, "year", "1938");
	check_shown(&w, "area", "1.200");
	put(w.x, "paid", "12990000");
	check_shown(&w, "each", "3.247.500");
	put(w.x, "paid", "1");
	check_shown(&w, "each", "0,25");
	world_close(&w);
}

/* The names of the stops from r on. */
static const char *
way_of(struct world *w, struct fill_ref r,
    bool (*step)(const struct fill *, struct fill_ref *))
{
	const char *way = "";

	do
		way = arena_printf(
		    w->a, "%s%s ", way, fill_form(w->x)->nodes[r.node].name);
	while (step(w->x, &r));
	return way;
}

static void
test_moving_goes_by_paper(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: a, type: text, line: 1, label: 'Họ và tên'}\n"
	    "  - {name: n, type: note, label: 'A note'}\n"
	    "  - {name: b, type: text, line: III.4, relevant: \"${a} = 'x'\"}\n"
	    "  - {name: c, type: calculate, calculate: \"1\"}\n"
	    "  - {name: rows, type: repeat, fields: "
	    "[{name: d, type: text}, {name: e, type: text}]}\n"
	    "  - {name: z, type: text, label: 'Nơi ở'}\n");
	assert_true(fill_first(w.x, &r));
	assert_string_equal(way_of(&w, r, fill_next), "a rows z ");
	put(w.x, "a", "x");
	r = ref_of(w.x, "rows");
	fill_row_insert(w.x, &r, 0);
	fill_row_insert(w.x, &r, 1);
	fill_first(w.x, &r);
	assert_string_equal(way_of(&w, r, fill_next), "a b d e d e z ");
	assert_true(fill_goto(w.x, STR("z"), &r));
	assert_string_equal(way_of(&w, r, fill_previous), "z e d e d b a ");
	assert_true(fill_goto(w.x, STR("III.4"), &r));
	assert_string_equal(fill_form(w.x)->nodes[r.node].name, "b");
	assert_true(fill_goto(w.x, STR("noi o"), &r));
	assert_string_equal(fill_form(w.x)->nodes[r.node].name, "z");
	assert_true(fill_goto(w.x, STR("e"), &r));
	assert_string_equal(fill_form(w.x)->nodes[r.node].name, "e");
	assert_false(fill_goto(w.x, STR("nowhere at all"), &r));
	world_close(&w);
}

#define SEALED "\"" FILL_SEALED "CnNlYWxlZA==\""

/* Who cannot open a value neither sees it nor loses what hangs on it. */
static void
test_a_sealed_value_stays(void **state)
{
	struct world w;
	struct buf draft = BUF_INIT;
	struct fill_ref r;

	(void)state;
	world_open(&w,
	    "pages:\n"
	    "- page: p\n"
	    "  fields:\n"
	    "  - {name: status, type: yes_no, sensitive: restricted, "
	    "required: yes}\n"
	    "  - {name: told, type: text, relevant: \"${status} = 'yes'\"}\n"
	    "  - {name: sum, type: calculate, sensitive: restricted, "
	    "calculate: \"concat(${status}, '!')\"}\n"
	    "  - {name: low, type: integer, "
	    "constraint: \". < 5 and ${status} = 'yes'\", "
	    "constraint_message: low}\n"
	    "  - {name: note, type: text}\n");
	fill_free(w.x);
	w.x = world_fill(&w, FORM_COMMUNE);
	fill_load(w.x, STR("status"), STR(SEALED));
	fill_load(w.x, STR("status?force"), STR(SEALED));
	fill_load(w.x, STR("told"), STR("\"mother\""));
	fill_load(w.x, STR("sum"), STR(SEALED));
	fill_load(w.x, STR("low"), STR("3"));
	fill_start(w.x, false);
	r = ref_of(w.x, "status");
	assert_true(fill_is_read_only(w.x, &r));
	assert_false(fill_set(w.x, &r, STR("k")));
	assert_int_equal(fill_text(w.x, &r).n, 0);
	assert_true(str_is(fill_display(w.x, w.a, &r), "******"));
	assert_false(fill_has_errors(w.x));
	assert_string_equal(changes_of(&w), "");
	put(w.x, "note", "seen");
	assert_string_equal(changes_of(&w), "note=\"seen\"");
	fill_snapshot(w.x, NULL, &draft);
	assert_true(fill_restore(w.x, NULL, buf_str(&draft)));
	assert_true(fill_is_read_only(w.x, &r));
	assert_string_equal(changes_of(&w), "note=\"seen\"");
	buf_release(&draft);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden_is_kept_and_blank_in_formulas),
		cmocka_unit_test(test_constraint_is_not_asked_of_blank),
		cmocka_unit_test(test_a_parent_takes_away_only_what_is_gone),
		cmocka_unit_test(test_calculations_follow_until_keyed_over),
		cmocka_unit_test(test_a_state_asks_the_facts),
		cmocka_unit_test(test_once_is_computed_once),
		cmocka_unit_test(test_what_is_keyed_becomes_a_value_or_stays),
		cmocka_unit_test(test_a_warning_is_forced_with_a_reason),
		cmocka_unit_test(test_registers_go_whole_and_owners_are_kept),
		cmocka_unit_test(test_whole_numbers_are_shown_in_groups),
		cmocka_unit_test(test_moving_goes_by_paper),
		cmocka_unit_test(test_a_sealed_value_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

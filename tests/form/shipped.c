/* The shipped forms: clean, and right where the law draws a line. */
#include "form_test.h"

#include "base/file.h"

static const char *birth, *number; /* of the linked person */

static struct value
linked(void *ctx, struct arena *scratch, const char *form, struct str id,
    struct str field)
{
	(void)ctx;
	(void)scratch;
	(void)id;
	assert_string_equal(form, "person");
	if (str_is(field, "full_name"))
		return value_text(STR("Nguyễn Thị Đào"));
	if (str_is(field, "birth"))
		return value_text(str_of(birth));
	if (str_is(field, "sex"))
		return value_text(STR("female"));
	if (str_is(field, "hamlet"))
		return value_text(STR("Thôn 1"));
	if (str_is(field, "citizen_id"))
		return value_text(str_of(number));
	return value_blank();
}

static void
open_form(struct world *w, const char *form)
{
	struct fill_env env = {
		.today = { 2026, 1, 15, DATE_DAY },
		.now = "2026-01-15T08:00:00+07:00",
		.language = "en",
		.role = FORM_COMMUNE,
		.linked = linked,
	};
	struct error e;

	w->a = arena_new();
	w->set = form_set_new(w->a, ANSINH_SRCDIR "/forms/choices");
	if (form_set_load_dir(w->set, ANSINH_SRCDIR "/forms", &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	w->f = form_set_get(w->set, form);
	assert_non_null(w->f);
	w->x = fill_new(w->f, w->set, &env);
	fill_start(w->x, true);
}

static void
assert_finding(struct world *w, const char *path, const char *message)
{
	struct fill_ref r = ref_of(w->x, path);
	const struct fill_finding *f = fill_finding_at(w->x, &r);

	if (message == NULL) {
		if (f != NULL)
			fail_msg("%s: %s", path, f->message);
		return;
	}
	assert_non_null(f);
	if (strstr(f->message, message) == NULL)
		fail_msg("%s: %s", path, f->message);
}

static void
say_fault(void *ctx, const struct form_fault *f)
{
	(void)ctx;
	fail_msg("%s:%d:%d: %s", f->file, f->line, f->col, f->what);
}

static void
test_no_fault_in_any(void **state)
{
	struct arena *a = arena_new();
	struct form_set *s = form_set_new(a, ANSINH_SRCDIR "/forms/choices");
	char **names;
	struct error e;
	size_t n;

	(void)state;
	assert_int_equal(file_list(a, ANSINH_SRCDIR "/forms", ".yaml",
	    &names, &n, &e), OK);
	assert_true(n >= 5);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(form_lint(a, s,
		    arena_printf(a, ANSINH_SRCDIR "/forms/%s", names[i]),
		    say_fault, NULL, NULL), 0);
	arena_free(a);
}

static void
test_person_number_is_only_doubted(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	open_form(&w, "person");
	put(w.x, "sex", "male");
	put(w.x, "birth", "05031938");
	put(w.x, "citizen_id", "030038000001");
	assert_finding(&w, "citizen_id", NULL);
	put(w.x, "citizen_id", "030138000001");
	assert_finding(&w, "citizen_id", "sex in the number");
	put(w.x, "citizen_id", "030039000001");
	assert_finding(&w, "citizen_id", "year in the number");
	put(w.x, "citizen_id", "030238000001");
	assert_finding(&w, "citizen_id", "century in the number");
	r = ref_of(w.x, "citizen_id");
	assert_true(fill_force(w.x, &r, STR("as on the card")));
	assert_int_equal(
	    fill_finding_at(w.x, &r)->severity, FILL_FORCED);
	put(w.x, "citizen_id", "03003800001");
	assert_finding(&w, "citizen_id", "12 digits");
	assert_int_equal(fill_finding_at(w.x, &r)->severity, FILL_ERROR);
	world_close(&w);
}

/* A choice is part of a label; accents may be left out, not be others. */
static void
test_typed_accents_are_meant(void **state)
{
	static const struct {
		const char *typed, *code;
	} cases[] = {
		{ "nung", "07" },
		{ "nùng", "07" },
		{ "Nùng", "07" },
		{ "thai", "03" },
		{ "n\xc6\xb0\xcc\x83", "" }, /* nữ is not Nùng */
		{ "nưng", "" },
		{ "thải", "" },
		{ "khơ-mu", "29" },
		{ "kho-mú", "29" },
	};
	struct world w;

	(void)state;
	open_form(&w, "person");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		put(w.x, "ethnicity", cases[i].typed);
		if (cases[i].code[0] == '\0')
			assert_finding(&w, "ethnicity", "choice");
		else
			assert_string_equal(
			    value_at(&w, "ethnicity"), cases[i].code);
	}
	world_close(&w);
}

static void
test_person_of_whom_the_year_is_known(void **state)
{
	struct world w;

	(void)state;
	open_form(&w, "person");
	put(w.x, "citizen_id", "030138000001");
	assert_finding(&w, "citizen_id", NULL);
	put(w.x, "birth", "1938");
	put(w.x, "sex", "nu");
	assert_finding(&w, "citizen_id", NULL);
	assert_string_equal(value_at(&w, "birth_lunar"), "(hidden)");
	put(w.x, "birth", "03/1938");
	assert_finding(&w, "citizen_id", NULL);
	put(w.x, "birth", "2026-01-16");
	assert_finding(&w, "birth", "after today");
	assert_string_equal(value_at(&w, "ethnicity"), "01");
	world_close(&w);
}

static void
test_elderly_head_and_age(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	birth = "1965-06-11";
	number = "030165000001";
	open_form(&w, "elderly_application");
	assert_string_equal(value_at(&w, "filed_on"), "2026-01-15");
	put(w.x, "person", "aaaaaaaaaaaaaaaaaaaaaaaaaa");
	assert_string_equal(value_at(&w, "full_name"), "Nguyễn Thị Đào");
	assert_string_equal(value_at(&w, "hamlet"), "Thôn 1");
	put(w.x, "filed_on", "10062025");
	assert_string_equal(value_at(&w, "age"), "59");
	assert_finding(&w, "age", "Not yet 60");
	put(w.x, "filed_on", "11062025");
	assert_string_equal(value_at(&w, "age"), "60");
	assert_finding(&w, "age", NULL);
	assert_string_equal(value_at(&w, "pension_amount"), "(hidden)");
	put(w.x, "has_regimes", "c");
	put(w.x, "pension_amount", "2.500.000");
	assert_string_equal(value_at(&w, "pension_amount"), "2500000");
	put(w.x, "poverty", "none");
	assert_finding(&w, "poverty", "only 5.5.c");
	assert_finding(&w, "pension_amount", "not under 5.5.c");
	put(w.x, "poverty", "poor");
	assert_finding(&w, "poverty", NULL);
	assert_finding(&w, "pension_amount", NULL);
	r = ref_of(w.x, "full_name");
	assert_true(fill_is_read_only(w.x, &r));
	r = ref_of(w.x, "decision_no"); /* the level above decides */
	assert_true(fill_is_read_only(w.x, &r));
	world_close(&w);
}

/* 5.5.c ended on 30 June 2025. */
static void
test_eighty_before_and_after_the_repeal(void **state)
{
	struct world w;

	(void)state;
	birth = "1945-06-30";
	number = "";
	open_form(&w, "elderly_application");
	put(w.x, "person", "aaaaaaaaaaaaaaaaaaaaaaaaaa");
	put(w.x, "poverty", "none");
	put(w.x, "filed_on", "29062025");
	assert_finding(&w, "poverty", "only 5.5.c");
	put(w.x, "filed_on", "30062025");
	assert_finding(&w, "poverty", NULL);
	put(w.x, "filed_on", "01072025");
	assert_finding(&w, "poverty", "only 5.5.c");
	world_close(&w);
}

static void
test_duty_bearers_are_counted(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	birth = "1940";
	number = "";
	open_form(&w, "elderly_application");
	assert_string_equal(value_at(&w, "bearer_count"), "0");
	r = ref_of(w.x, "duty_bearers");
	fill_row_insert(w.x, &r, 0);
	fill_row_insert(w.x, &r, 1);
	assert_string_equal(value_at(&w, "bearer_count"), "2");
	put(w.x, "duty_bearers[1]/bearer_assisted", "c");
	assert_string_equal(value_at(&w, "bearer_count"), "1");
	world_close(&w);
}

static void
open_determination(struct world *w, const char *met_on)
{
	open_form(w, "disability_determination");
	put(w->x, "filed_on", "01122025");
	put(w->x, "request", "xac_dinh");
	put(w->x, "person", "aaaaaaaaaaaaaaaaaaaaaaaaaa");
	put(w->x, "met_on", met_on);
}

static const char *const adult_signs[] = { "adult_limp", "adult_no_arms",
	"adult_blind", "adult_arms_paralysed", "adult_palsy",
	"adult_deaf_mute" };
static const char *const scores[] = { "score_walk", "score_eat",
	"score_toilet", "score_wash", "score_dress", "score_hear",
	"score_speak", "score_work", "score_join", "score_learn" };

/* Ten answers such as "2210000000". */
static const char *
level_of(struct world *w, const char *answers)
{
	char one[2] = { 0, 0 };

	for (size_t i = 0; i < ARRAY_LEN(scores); i++) {
		one[0] = answers[i];
		put(w->x, scores[i], one);
	}
	return value_at(w, "suggested_level");
}

static void
test_level_by_points(void **state)
{
	struct world w;

	(void)state;
	birth = "1980-01-01";
	number = "";
	open_determination(&w, "10122025");
	assert_string_equal(value_at(&w, "sheet"), "03");
	assert_string_equal(value_at(&w, "score_walk"), "(hidden)");
	for (size_t i = 0; i < ARRAY_LEN(adult_signs); i++)
		put(w.x, adult_signs[i], "k");
	assert_string_equal(value_at(&w, "suggested_level"), "");
	assert_string_equal(value_at(&w, "rule"), "tt01_2019");
	assert_string_equal(level_of(&w, "2222222000"), "dac_biet_nang");
	assert_string_equal(value_at(&w, "points"), "14");
	assert_string_equal(level_of(&w, "2222221000"), "nang");
	assert_string_equal(level_of(&w, "1111111000"), "nang");
	assert_string_equal(level_of(&w, "1111110000"), "nhe");
	assert_string_equal(level_of(&w, "0000000000"), "nhe");
	assert_finding(&w, "points", NULL);
	/* X suggests nothing, and says so. */
	assert_string_equal(level_of(&w, "222222222X"), "");
	assert_finding(&w, "points", "not determined");
	world_close(&w);
}

static void
test_level_by_signs(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	birth = "1980-01-01";
	number = "";
	open_determination(&w, "10122025");
	for (size_t i = 0; i < ARRAY_LEN(adult_signs); i++)
		put(w.x, adult_signs[i], i == 5 ? "c" : "k");
	assert_string_equal(value_at(&w, "suggested_level"), "nang");
	assert_string_equal(value_at(&w, "score_walk"), "(hidden)");
	put(w.x, "adult_palsy", "c");
	assert_string_equal(value_at(&w, "suggested_level"), "dac_biet_nang");
	put(w.x, "sign_1_4", "c");
	put(w.x, "sign_5_2", "c");
	r = ref_of(w.x, "suggested_level");
	assert_string_equal(
	    arena_str(w.a, fill_display(w.x, w.a, &r)), "Exceptionally severe");
	assert_string_equal(value_at(&w, "suggested_kinds"),
	    "van_dong tri_tue");
	put(w.x, "outcome", "disabled");
	put(w.x, "kinds", "tri_tue van_dong");
	assert_finding(&w, "kinds", NULL);
	put(w.x, "kinds", "van_dong nhin");
	assert_finding(&w, "kinds", "signs of III");
	put(w.x, "level", "nhe");
	assert_finding(&w, "level", "IV suggests");
	world_close(&w);
}

static void
test_sixth_birthday_changes_the_sheet(void **state)
{
	struct world w;

	(void)state;
	birth = "2019-12-11";
	number = "";
	open_determination(&w, "10122025");
	assert_string_equal(value_at(&w, "sheet"), "02");
	assert_string_equal(value_at(&w, "sign_4_1"), "(hidden)");
	assert_string_equal(value_at(&w, "child_sign_4_1"), "");
	assert_string_equal(value_at(&w, "adult_limp"), "(hidden)");
	put(w.x, "child_one_leg", "c");
	assert_string_equal(value_at(&w, "suggested_level"), "nang");
	put(w.x, "child_no_legs", "c");
	assert_string_equal(value_at(&w, "suggested_level"), "dac_biet_nang");
	put(w.x, "met_on", "11122025");
	assert_string_equal(value_at(&w, "sheet"), "03");
	assert_string_equal(value_at(&w, "child_no_legs"), "(hidden)");
	assert_string_equal(value_at(&w, "suggested_level"), "");
	world_close(&w);
}

static void
test_two_thirds_of_the_council(void **state)
{
	struct world w;
	struct fill_ref r;

	(void)state;
	birth = "1980";
	number = "";
	open_determination(&w, "10122025");
	put(w.x, "members_total", "7");
	put(w.x, "members_present", "4");
	assert_finding(&w, "members_present", "two thirds");
	put(w.x, "members_present", "5");
	assert_finding(&w, "members_present", NULL);
	put(w.x, "members_total", "6");
	put(w.x, "members_present", "4");
	assert_finding(&w, "members_present", NULL);
	/* Members who are named count themselves. */
	put(w.x, "members_total", "");
	put(w.x, "members_present", "");
	r = ref_of(w.x, "council");
	for (uint32_t i = 0; i < 3; i++)
		fill_row_insert(w.x, &r, i);
	put(w.x, "council[0]/member_present", "c");
	put(w.x, "council[1]/member_present", "c");
	assert_string_equal(value_at(&w, "members_total"), "3");
	assert_string_equal(value_at(&w, "members_present"), "2");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_fault_in_any),
		cmocka_unit_test(test_person_number_is_only_doubted),
		cmocka_unit_test(test_typed_accents_are_meant),
		cmocka_unit_test(test_person_of_whom_the_year_is_known),
		cmocka_unit_test(test_elderly_head_and_age),
		cmocka_unit_test(test_eighty_before_and_after_the_repeal),
		cmocka_unit_test(test_duty_bearers_are_counted),
		cmocka_unit_test(test_level_by_points),
		cmocka_unit_test(test_level_by_signs),
		cmocka_unit_test(test_sixth_birthday_changes_the_sheet),
		cmocka_unit_test(test_two_thirds_of_the_council),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

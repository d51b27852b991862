/* The synthetic commune: the same from the same seed, in the proportions of
 * its configuration, and acceptable to its own forms. */
#include "demo/demo.h"
#include "base/coding.h"
#include "base/file.h"
#include "base/map.h"
#include "form/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct arena *arena;
static struct demo_conf *conf;

static int
load_conf(void **state)
{
	struct error e;

	(void)state;
	arena = arena_new();
	if (demo_conf_load(arena, file_data_path(arena, "conf/demo.yaml"),
	        &conf, &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	return 0;
}

static int
free_conf(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct str
value_of(const struct demo_record *r, const char *path)
{
	for (size_t i = 0; i < r->n; i++)
		if (str_is(r->values[i].path, path))
			return r->values[i].json;
	return STR("");
}

/* The stream as one number: any byte that differs changes it. */
struct digest {
	uint64_t h;
	size_t n;
	uint8_t last[DEMO_ID_SIZE];
};

static void
mix(struct digest *g, const void *p, size_t n)
{
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++)
		g->h = (g->h ^ b[i]) * UINT64_C(0x100000001b3);
}

static enum err
digest_record(void *ctx, const struct demo_record *r, struct error *e)
{
	struct digest *g = ctx;

	(void)e;
	/* as those of one feed: in the order in which the records come */
	if (g->n++ > 0) {
		assert_memory_equal(r->id, g->last, 4);
		assert_true(memcmp(r->id, g->last, sizeof g->last) > 0);
	}
	memcpy(g->last, r->id, sizeof g->last);
	mix(g, r->form, strlen(r->form) + 1);
	mix(g, r->state, strlen(r->state) + 1);
	mix(g, r->id, sizeof r->id);
	for (size_t i = 0; i < r->n; i++) {
		mix(g, r->values[i].path.p, r->values[i].path.n);
		mix(g, r->values[i].json.p, r->values[i].json.n);
		if (i > 0)
			assert_true(str_cmp(r->values[i - 1].path,
			                r->values[i].path) < 0);
	}
	return OK;
}

static struct digest
digest_of(uint64_t seed, uint64_t persons)
{
	struct digest g = { 0 };
	struct error e;

	assert_int_equal(
	    demo_make(conf, seed, persons, digest_record, &g, &e), OK);
	return g;
}

static void
test_same_seed_same_stream(void **state)
{
	struct digest a = digest_of(7, 3000), b = digest_of(7, 3000);

	(void)state;
	assert_int_equal(a.n, b.n);
	assert_true(a.h == b.h);
	assert_true(digest_of(8, 3000).h != a.h);
}

struct tally {
	size_t persons, homes, men, old, children, heads, no_number;
	size_t partial, eighty, disabled, poor, members, determinations;
	size_t elderly, applications;
	struct map *numbers;
};

static void
tally_person(struct tally *t, const struct demo_record *r)
{
	struct str birth = value_of(r, "birth");
	struct str number = value_of(r, "citizen_id");
	int year = (int)strtol(birth.p + 1, NULL, 10);

	t->persons++;
	t->men += str_is(value_of(r, "sex"), "\"male\"");
	t->heads += str_is(value_of(r, "relation"), "\"head\"");
	t->old += year < 1966;
	t->children += year >= 2010;
	t->eighty += year < 1946;
	t->partial += year < 1946 && birth.n < 12;
	t->disabled += value_of(r, "disabled").n > 0;
	if (number.n == 0) {
		t->no_number++;
		return;
	}
	/* "030GYYnnnnnn", no number twice */
	assert_int_equal(number.n, 14);
	assert_true(str_starts(number, "\"030"));
	assert_int_equal(number.p[4] - '0',
	    2 * (year >= 2000) + str_is(value_of(r, "sex"), "\"female\""));
	assert_memory_equal(number.p + 5, birth.p + 3, 2);
	assert_null(map_put(t->numbers, number, t));
}

static enum err
tally_record(void *ctx, const struct demo_record *r, struct error *e)
{
	struct tally *t = ctx;

	(void)e;
	if (strcmp(r->form, "person") == 0) {
		tally_person(t, r);
	} else if (strcmp(r->form, "household") == 0) {
		t->homes++;
		t->poor += str_is(value_of(r, "poverty"), "\"poor\"");
		t->members += (size_t)strtol(
		    value_of(r, "member_count").p, NULL, 10);
	} else if (strcmp(r->form, "disability_determination") == 0) {
		t->determinations++;
	} else if (strcmp(r->form, "elderly_application") == 0) {
		t->elderly++;
	} else {
		assert_string_equal(r->form, "disability_application");
		t->applications++;
	}
	return OK;
}

static void
assert_share(size_t part, size_t all, double low, double high)
{
	double share = (double)part / (double)all;

	if (share < low || share > high)
		fail_msg("%zu of %zu is not within %g and %g", part, all, low,
		    high);
}

static void
test_proportions(void **state)
{
	struct tally t = { .numbers = map_new(arena) };
	struct error e;

	(void)state;
	assert_int_equal(
	    demo_make(conf, 1, 40000, tally_record, &t, &e), OK);
	assert_int_equal(t.persons, 40000);
	assert_int_equal(t.members, 40000);
	assert_int_equal(t.heads, t.homes);
	assert_share(t.persons, t.homes, 3.44, 3.64);
	assert_share(t.men, t.persons, 0.485, 0.505);
	assert_share(t.old, t.persons, 0.165, 0.185);
	assert_share(t.children, t.persons, 0.235, 0.265);
	assert_share(t.partial, t.eighty, 0.53, 0.67);
	assert_share(t.no_number, t.persons, 0.008, 0.022);
	assert_share(t.poor, t.homes, 0.009, 0.017);
	assert_share(t.disabled, t.persons, 0.016, 0.024);
	assert_share(t.determinations, t.disabled, 0.8, 0.95);
	assert_share(t.applications, t.disabled, 0.38, 0.58);
	assert_share(t.elderly, t.eighty, 0.2, 0.6);
}

static void
test_small_communes(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 40; n++) {
		struct tally t = { .numbers = map_new(arena) };
		struct error e;

		assert_int_equal(
		    demo_make(conf, n, n, tally_record, &t, &e), OK);
		assert_int_equal(t.persons, n);
		assert_int_equal(t.heads, t.homes);
	}
}

static enum err
stop_at_ten(void *ctx, const struct demo_record *r, struct error *e)
{
	size_t *n = ctx;

	(void)r;
	return ++*n < 10 ? OK : error_set(e, ERR_CANCELLED, "enough");
}

static void
test_callback_stops_it(void **state)
{
	size_t n = 0;
	struct error e;

	(void)state;
	assert_int_equal(
	    demo_make(conf, 1, 1000, stop_at_ten, &n, &e), ERR_CANCELLED);
	assert_int_equal(n, 10);
}

/* A copy of every record, so that links can be followed. */
struct commune {
	struct form_set *forms;
	struct map *by_id; /* copies of the records, in order */
};

static enum err
keep_record(void *ctx, const struct demo_record *r, struct error *e)
{
	struct commune *c = ctx;
	struct demo_record *copy = arena_new_of(arena, struct demo_record);
	struct demo_value *v = arena_array(arena, r->n, sizeof *v);
	char id[BASE32_LEN(DEMO_ID_SIZE) + 1];

	(void)e;
	for (size_t i = 0; i < r->n; i++) {
		v[i].path = arena_str_dup(arena, r->values[i].path);
		v[i].json = arena_str_dup(arena, r->values[i].json);
	}
	*copy = *r;
	copy->form = arena_strdup(arena, r->form);
	copy->state = arena_strdup(arena, r->state);
	copy->values = v;
	base32_encode(id, r->id, sizeof r->id);
	assert_null(map_put(c->by_id, str_of(id), copy));
	return OK;
}

static struct value
linked(void *ctx, struct arena *scratch, const char *form, struct str id,
    struct str field)
{
	struct commune *c = ctx;
	const struct demo_record *r = map_get(c->by_id, id);
	struct str json;

	(void)scratch;
	assert_non_null(r);
	assert_string_equal(r->form, form);
	json = value_of(r, arena_str(arena, field));
	if (json.n > 2 && json.p[0] == '"') {
		json.p++;
		json.n -= 2;
	}
	return value_text(json);
}

static void
check_record(struct commune *c, const struct demo_record *r)
{
	struct fill_env env = {
		.ctx = c,
		.today = { 2026, 1, 15, DATE_DAY },
		.now = "2026-01-15T08:00:00+07:00",
		.language = "en",
		.role = FORM_COMMUNE,
		.linked = linked,
	};
	const struct form *f = form_set_get(c->forms, r->form);
	const struct fill_finding *finding;
	struct fill_change *change;
	struct fill *x;
	size_t n;

	assert_non_null(f);
	assert_non_null(form_state_get(f, str_of(r->state)));
	assert_int_not_equal(
	    form_state_get(f, str_of(r->state))->by, FORM_DISTRICT);
	x = fill_new(f, c->forms, &env);
	for (size_t i = 0; i < r->n; i++) {
		if (form_node_of(f, r->values[i].path) == NULL)
			fail_msg("%s has no %s", r->form,
			    arena_str(arena, r->values[i].path));
		fill_load(x, r->values[i].path, r->values[i].json);
	}
	fill_start(x, false);
	n = fill_findings(x, &finding);
	if (n > 0)
		fail_msg("%s: %s: %s", r->form,
		    f->nodes[finding->ref.node].path, finding->message);
	n = fill_changes(x, arena, &change);
	if (n > 0)
		fail_msg("%s: %.*s should be %.*s", r->form,
		    (int)change->path.n, change->path.p,
		    (int)change->json.n, change->json.p);
	fill_free(x);
}

/* No finding in any record, and nothing that the form would calculate
 * otherwise. */
static void
test_forms_accept_it(void **state)
{
	struct commune c = { .by_id = map_new(arena) };
	struct error e;
	struct str id;
	void *r;

	(void)state;
	c.forms = form_set_new(arena, file_data_path(arena, "forms/choices"));
	if (form_set_load_dir(
	        c.forms, file_data_path(arena, "forms"), &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	assert_int_equal(
	    demo_make(conf, 3, 4000, keep_record, &c, &e), OK);
	for (size_t i = 0; map_at(c.by_id, i, &id, &r); i++)
		check_record(&c, r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_seed_same_stream),
		cmocka_unit_test(test_proportions),
		cmocka_unit_test(test_small_communes),
		cmocka_unit_test(test_callback_stops_it),
		cmocka_unit_test(test_forms_accept_it),
	};

	return cmocka_run_group_tests(tests, load_conf, free_conf);
}

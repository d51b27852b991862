/*
 * A monkey at the keyboard, with the shipped forms: what is looked at again
 * after each key is enough.  Now and then the record is put, by a draft, into
 * a fresh one, where everything is computed anew: both must agree in every
 * value and every finding.  And all undone leaves what was there at first.
 */
#include "form_test.h"

#include "base/file.h"
#include "base/text.h"

#define KEYS 1500
#define CHECK_EVERY 25

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static const char *
some_text(struct arena *a, const struct fill *x, const struct fill_ref *r)
{
	static const char *const any[] = { "", "1", "12", "2.000.000", "c", "k",
		"05031938", "1940", "8h30", "Nguyễn Thị Đào", "Trần Văn Tám",
		"0,5", "?", "abcdefghijklmnopqrstuvwxya", "030160001234",
		"15/01/2026" };
	const struct form_choice **c;
	size_t n = fill_choices(x, a, r, &c);

	if (n > 0 && below(6) > 0)
		return c[below((uint32_t)n)]->code;
	return any[below(ARRAY_LEN(any))];
}

static void
some_stop(const struct fill *x, struct fill_ref *r)
{
	uint32_t steps = below(40);

	if (below(8) == 0 && !fill_first(x, r))
		return;
	for (uint32_t i = 0; i < steps; i++)
		if (!fill_next(x, r) && !fill_first(x, r))
			return;
}

static void
some_row(struct fill *x, const struct fill_ref *r)
{
	const struct form *f = fill_form(x);
	int node = f->nodes[r->node].type == FORM_REPEAT
	               ? r->node
	               : f->nodes[r->node].repeat;
	struct fill_ref repeat = *r;
	uint32_t rows;

	if (node < 0)
		return;
	repeat.node = node;
	repeat.at.depth = f->nodes[node].depth;
	rows = fill_rows(x, &repeat);
	switch (below(4)) {
	case 0:
	case 1:
		fill_row_insert(x, &repeat, below(rows + 1));
		break;
	case 2:
		if (rows > 0)
			fill_row_copy(x, &repeat, below(rows));
		break;
	default:
		if (rows > 0)
			fill_row_delete(x, &repeat, below(rows));
		break;
	}
}

static void
findings_text(struct world *w, struct fill *x, struct buf *out)
{
	const struct fill_finding *f;
	size_t n = fill_findings(x, &f);

	for (size_t i = 0; i < n; i++) {
		struct str path = fill_path(x, w->a, &f[i].ref);

		buf_printf(out, "%.*s %d %s\n", (int)path.n, path.p,
		    (int)f[i].severity, f[i].message);
	}
}

static void
all_text(struct world *w, struct fill *x, struct buf *out)
{
	buf_clear(out);
	fill_values_json(x, out);
	buf_addc(out, '\n');
	findings_text(w, x, out);
}

static void
compare_with_fresh(struct world *w)
{
	struct buf draft = BUF_INIT, here = BUF_INIT, there = BUF_INIT;
	struct fill *fresh = world_fill(w, FORM_COMMUNE);

	fill_start(fresh, true);
	fill_snapshot(w->x, NULL, &draft);
	assert_true(fill_restore(fresh, NULL, buf_str(&draft)));
	all_text(w, w->x, &here);
	all_text(w, fresh, &there);
	assert_string_equal(buf_cstr(&here), buf_cstr(&there));
	fill_free(fresh);
	buf_release(&draft);
	buf_release(&here);
	buf_release(&there);
}

static void
one_key(struct world *w, struct arena *a, struct fill_ref *r)
{
	struct fill_ref at;

	switch (below(12)) {
	case 0:
		fill_undo(w->x, &at);
		fill_first(w->x, r);
		break;
	case 1:
		fill_redo(w->x, &at);
		fill_first(w->x, r);
		break;
	case 2:
		some_row(w->x, r);
		fill_first(w->x, r);
		break;
	case 3:
		fill_force(w->x, r, STR("seen on paper"));
		break;
	default:
		some_stop(w->x, r);
		if (fill_form(w->x)->nodes[r->node].type == FORM_REPEAT)
			some_row(w->x, r);
		else
			fill_set(w->x, r, str_of(some_text(a, w->x, r)));
		break;
	}
}

static void
run_form(struct world *w)
{
	struct buf first = BUF_INIT, last = BUF_INIT;
	struct arena *a = arena_new();
	struct fill_ref r;

	w->x = world_fill(w, FORM_COMMUNE);
	fill_start(w->x, true);
	fill_snapshot(w->x, NULL, &first);
	assert_true(fill_first(w->x, &r));
	for (int i = 0; i < KEYS; i++) {
		arena_reset(a);
		one_key(w, a, &r);
		if (!fill_is_relevant(w->x, &r))
			fill_first(w->x, &r);
		if (i % CHECK_EVERY == 0)
			compare_with_fresh(w);
	}
	while (fill_undo(w->x, &r))
		continue;
	fill_snapshot(w->x, NULL, &last);
	assert_string_equal(buf_cstr(&first), buf_cstr(&last));
	fill_free(w->x);
	arena_free(a);
	buf_release(&first);
	buf_release(&last);
}

static void
test_shipped_forms_stand_a_monkey(void **state)
{
	struct world w = { .a = arena_new() };
	struct error e;

	(void)state;
	w.set = form_set_new(w.a, file_data_path(w.a, "forms/choices"));
	if (form_set_load_dir(w.set, file_data_path(w.a, "forms"), &e) != OK)
		fail_msg("%s: %s", e.where, e.what);
	assert_true(form_set_count(w.set) >= 5);
	for (size_t i = 0; i < form_set_count(w.set); i++) {
		w.f = form_set_at(w.set, i);
		seed = 11149 + (uint32_t)i;
		run_form(&w);
	}
	arena_free(w.a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_forms_stand_a_monkey),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

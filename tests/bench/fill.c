/*
 * fill: how fast a form of 100 questions is filled, 20 of them conditional,
 * with 25 calculations and a sum of five of them.  A record is opened, keyed,
 * checked and turned into an event's `set`; the time is CPU time.  The engine
 * of the peers that was measured for the design, @getodk/xforms-engine 0.22.0,
 * does 50 a second.
 */
#include "base/cjson.h"
#include "form/fill.h"

#include <stdio.h>
#include <time.h>

#define QUESTIONS 100
#define CALCULATIONS 25
#define SECONDS 2.0
#define PEER 50.0

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
write_form(struct buf *out)
{
	buf_adds(out, "form: bench\nversion: 2026-01-01\ntitle: Bench\n"
	              "pages:\n- page: p\n  fields:\n");
	for (int i = 0; i < QUESTIONS; i++)
		buf_printf(out,
		    "  - {name: q%d, type: integer, required: yes%s, "
		    "constraint: '. >= 0', constraint_message: m}\n",
		    i, i > 0 && i % 5 == 0 ? ", relevant: '${q0} >= 0'" : "");
	for (int i = 0; i < CALCULATIONS; i++)
		buf_printf(out,
		    "  - {name: c%d, type: calculate, calculate: "
		    "'${q%d} + ${q%d} * ${q%d}'}\n",
		    i, i * 4, i * 4 + 1, i * 4 + 2);
	buf_adds(out, "  - {name: all, type: calculate, calculate: '${c0}");
	for (int i = 5; i < CALCULATIONS; i += 5)
		buf_printf(out, " + ${c%d}", i);
	buf_adds(out, "'}\n");
}

static const struct form *
load(struct form_set *set)
{
	struct buf text = BUF_INIT, pack = BUF_INIT;
	const struct form *f = NULL;
	struct cjson_writer w;
	struct error e;

	write_form(&text);
	cjson_start(&w, &pack);
	cjson_open_object(&w);
	cjson_put_key(&w, STR("choices"));
	cjson_open_object(&w);
	cjson_close_object(&w);
	cjson_put_pair(&w, "file", STR("bench.yaml"));
	cjson_put_pair(&w, "form", buf_str(&text));
	cjson_put_key(&w, STR("v"));
	cjson_put_int(&w, 1);
	cjson_close_object(&w);
	if (form_set_load_pack(set, buf_str(&pack), &f, &e) != OK)
		fprintf(stderr, "%s: %s\n", e.where, e.what);
	buf_release(&text);
	buf_release(&pack);
	return f;
}

/* Returns the number of changes, so that no work can be left out. */
static size_t
one_record(const struct form *f, const struct form_set *set, int salt)
{
	struct fill_env env = { .today = { 2026, 1, 15, DATE_DAY } };
	struct fill *x = fill_new(f, set, &env);
	struct arena *a = arena_new();
	struct fill_change *changes;
	struct fill_ref r;
	char text[16];
	size_t n;

	fill_start(x, true);
	for (bool on = fill_first(x, &r); on; on = fill_next(x, &r)) {
		int len = snprintf(text, sizeof text, "%d", r.node % 90 + salt);

		fill_set(x, &r, (struct str){ text, (size_t)len });
	}
	n = fill_has_errors(x) ? 0 : fill_changes(x, a, &changes);
	arena_free(a);
	fill_free(x);
	return n;
}

int
main(void)
{
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	const struct form *f = load(set);
	double start = seconds(), took;
	int records = 0;

	if (f == NULL)
		return 1;
	for (; seconds() - start < SECONDS; records++) {
		if (one_record(f, set, records % 7) !=
		    QUESTIONS + CALCULATIONS + 1) {
			fprintf(stderr, "a record came out wrong\n");
			return 1;
		}
	}
	took = seconds() - start;
	printf("-\trecords of %d questions filled\t/s\t%.0f\t"
	       "@getodk/xforms-engine, once\t%.0f\tratio>=300\n",
	    QUESTIONS, records / took, PEER);
	arena_free(a);
	return 0;
}

/*
 * fill [--xform set|record | --yaml set|record | --records N]: how fast a form is
 * filled (cost_ms).
 *
 * set: in a record of 200 fields and 100 calculations, each of which reads
 * two fields and, but for the first of every ten, the calculation before it,
 * one field gets a value and all that depends on it is looked at again.
 *
 * record: a form of 100 questions, 20 of which the skip logic hides, with 25
 * calculations and a sum of five of them.  A record is opened, keyed, checked
 * and turned into an event's `set`: 80 answers and 26 calculations.
 *
 * --xform and --yaml print the same form: as an XForm, for fill_peer.mjs to do
 * the same with @getodk/xforms-engine, and as ours, for screen.sh.  --records N fills N records, for a profiler.
 */
#include "base/cjson.h"
#include "base/number.h"
#include "form/fill.h"
#include "tests/bench/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct field {
	char name[8];
	char relevant[32], calculate[96]; /* "" if none */
};

struct bench_form {
	size_t n;
	struct field field[400];
};

static struct field *
add(struct bench_form *b, char letter, int number)
{
	struct field *f = &b->field[b->n++];

	memset(f, 0, sizeof *f);
	snprintf(f->name, sizeof f->name, "%c%d", letter, number);
	return f;
}

static void
make_set_form(struct bench_form *b)
{
	for (int i = 0; i < 200; i++)
		add(b, 'q', i);
	for (int i = 0; i < 100; i++) {
		struct field *f = add(b, 'c', i);

		if (i % 10 == 0)
			snprintf(f->calculate, sizeof f->calculate,
			    "${q%d} + ${q%d}", i * 2, i * 2 + 1);
		else
			snprintf(f->calculate, sizeof f->calculate,
			    "${q%d} + ${q%d} + ${c%d}", i * 2, i * 2 + 1,
			    i - 1);
	}
}

static void
make_record_form(struct bench_form *b)
{
	struct field *f;

	for (int i = 0; i < 100; i++) {
		f = add(b, 'q', i);
		if (i % 5 == 3)
			snprintf(
			    f->relevant, sizeof f->relevant, "${q0} > 1000");
	}
	for (int i = 0; i < 25; i++) {
		f = add(b, 'c', i);
		snprintf(f->calculate, sizeof f->calculate,
		    "${q%d} + ${q%d} * ${q%d}", i / 5 * 20, i * 4 / 5 * 5,
		    i * 4 / 5 * 5 + 1);
	}
	f = add(b, 'c', 25);
	snprintf(f->calculate, sizeof f->calculate,
	    "${c0} + ${c5} + ${c10} + ${c15} + ${c20}");
}

/* Ours */

static void
write_yaml(const struct bench_form *b, struct buf *out)
{
	buf_adds(out, "form: bench\nversion: 2026-01-01\ntitle: Bench\n"
	              "pages:\n- page: p\n  fields:\n");
	for (size_t i = 0; i < b->n; i++) {
		const struct field *f = &b->field[i];

		if (f->calculate[0] != '\0') {
			buf_printf(out,
			    "  - {name: %s, type: calculate, "
			    "calculate: '%s'}\n",
			    f->name, f->calculate);
			continue;
		}
		buf_printf(out,
		    "  - {name: %s, label: Question %s, type: integer, "
		    "required: yes, constraint: '. >= 0', "
		    "constraint_message: m",
		    f->name, f->name + 1);
		if (f->relevant[0] != '\0')
			buf_printf(out, ", relevant: '%s'", f->relevant);
		buf_adds(out, "}\n");
	}
}

static void
print_yaml(const struct bench_form *b)
{
	struct buf text = BUF_INIT;

	write_yaml(b, &text);
	fputs(buf_cstr(&text), stdout);
	buf_release(&text);
}

static const struct form *
load(struct form_set *set, const struct bench_form *b)
{
	struct buf text = BUF_INIT, pack = BUF_INIT;
	const struct form *f = NULL;
	struct cjson_writer w;
	struct error e;

	write_yaml(b, &text);
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

static struct str
number(char text[NUMBER_BUF], unsigned n)
{
	return (struct str){ text, number_format_int((int64_t)n, text) };
}

/* Returns the sets a second; 0 if a sum came out wrong. */
static double
bench_set(const struct form *f, const struct form_set *set)
{
	struct fill_env env = { .today = { 2026, 1, 15, DATE_DAY } };
	struct fill *x = fill_new(f, set, &env);
	struct fill_ref r = { 0 }, last = { .node = (int)f->n_nodes - 1 };
	unsigned keyed[200] = { 0 }, done = 0;
	double start, took, sum = 0;
	char text[NUMBER_BUF];

	fill_start(x, true);
	for (unsigned i = 0; i < 200; i++) {
		r.node = 2 + (int)i; /* behind the root and the page */
		fill_set(x, &r, STR("0"));
	}
	start = cost_ms();
	do {
		for (unsigned k = 0; k < 1000; k++, done++) {
			unsigned i = done * 7 % 200;

			keyed[i] = done % 997 + 1;
			r.node = 2 + (int)i;
			fill_set(x, &r, number(text, keyed[i]));
		}
		took = cost_ms() - start;
	} while (took < enough_ms());
	for (unsigned i = 180; i < 200; i++) /* what c99 sums up */
		sum += keyed[i];
	if (!value_equal(fill_value(x, &last), value_number(sum)))
		done = 0;
	fill_free(x);
	return done / took * 1e3;
}

/* Returns the number of changes, so that no work can be left out. */
static size_t
one_record(const struct form *f, const struct form_set *set, unsigned salt)
{
	struct fill_env env = { .today = { 2026, 1, 15, DATE_DAY } };
	struct fill *x = fill_new(f, set, &env);
	struct arena *a = arena_new();
	struct fill_change *changes;
	struct fill_ref r;
	char text[NUMBER_BUF];
	size_t n;

	fill_start(x, true);
	for (bool on = fill_first(x, &r); on; on = fill_next(x, &r))
		fill_set(x, &r, number(text, (unsigned)r.node % 90 + salt));
	n = fill_has_errors(x) ? 0 : fill_changes(x, a, &changes);
	arena_free(a);
	fill_free(x);
	return n;
}

/* For a profiler: so many records, not so many seconds. */
static int
count_records(
    const struct form *f, const struct form_set *set, unsigned records)
{
	for (unsigned i = 0; i < records; i++)
		if (one_record(f, set, i % 7) != 80 + 26)
			return 1;
	return 0;
}

static double
bench_record(const struct form *f, const struct form_set *set)
{
	double start = cost_ms();
	unsigned records = 0;

	for (; cost_ms() - start < enough_ms(); records++)
		if (one_record(f, set, records % 7) != 80 + 26)
			return 0;
	return records / (cost_ms() - start) * 1e3;
}

/* The peer's */

static void
put_xpath(const char *expression)
{
	for (const char *p = expression; *p != '\0'; p++) {
		if (*p == '$')
			fputs("/data/", stdout);
		else if (*p == '>')
			fputs("&gt;", stdout);
		else if (*p != '{' && *p != '}')
			putchar(*p);
	}
}

static void
print_xform(const struct bench_form *b)
{
	fputs("<h:html xmlns='http://www.w3.org/2002/xforms' "
	      "xmlns:h='http://www.w3.org/1999/xhtml'>\n<h:head>"
	      "<h:title>Bench</h:title><model><instance>"
	      "<data id='bench' version='1'>",
	    stdout);
	for (size_t i = 0; i < b->n; i++)
		printf("<%s/>", b->field[i].name);
	fputs("<meta><instanceID/></meta></data></instance>\n", stdout);
	for (size_t i = 0; i < b->n; i++) {
		const struct field *f = &b->field[i];

		printf("<bind nodeset='/data/%s' type='int'", f->name);
		if (f->calculate[0] != '\0') {
			fputs(" calculate='", stdout);
			put_xpath(f->calculate);
			putchar('\'');
		} else {
			fputs(" required='true()' constraint='. &gt;= 0'",
			    stdout);
		}
		if (f->relevant[0] != '\0') {
			fputs(" relevant='", stdout);
			put_xpath(f->relevant);
			putchar('\'');
		}
		fputs("/>\n", stdout);
	}
	fputs("<bind nodeset='/data/meta/instanceID' type='string'/>"
	      "</model></h:head>\n<h:body>",
	    stdout);
	for (size_t i = 0; i < b->n; i++)
		if (b->field[i].calculate[0] == '\0')
			printf("<input ref='/data/%s'><label>%s</label>"
			       "</input>\n",
			    b->field[i].name, b->field[i].name);
	fputs("</h:body></h:html>\n", stdout);
}

int
main(int argc, char **argv)
{
	static struct bench_form set_form, record_form;
	struct arena *a = arena_new();
	struct form_set *set = form_set_new(a, NULL);
	const struct form *for_set, *for_record;
	double sets, records;

	make_set_form(&set_form);
	make_record_form(&record_form);
	if (argc == 3 && strcmp(argv[1], "--records") != 0) {
		const struct bench_form *b = strcmp(argv[2], "set") == 0
		                                 ? &set_form
		                                 : &record_form;

		if (strcmp(argv[1], "--xform") == 0)
			print_xform(b);
		else
			print_yaml(b);
		arena_free(a);
		return 0;
	}
	for_set = load(set, &set_form);
	set = form_set_new(a, NULL);
	for_record = load(set, &record_form);
	if (for_set == NULL || for_record == NULL)
		return 1;
	if (argc == 3 && strcmp(argv[1], "--records") == 0)
		return count_records(
		    for_record, set, (unsigned)strtoul(argv[2], NULL, 10));
	sets = bench_set(for_set, set);
	records = bench_record(for_record, set);
	if (!(sets > 0) || !(records > 0)) {
		fprintf(stderr, "a record came out wrong\n");
		return 1;
	}
	printf("set\t%.0f\nrecord\t%.0f\n", sets, records);
	arena_free(a);
	return 0;
}

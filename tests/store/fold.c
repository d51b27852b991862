/*
 * The fold against tests/tools/fold-model.py, which knows nothing of this
 * program: random histories with every kind of overlap give the same heads.
 */
#include "base/coding.h"
#include "store/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unistd.h>

#define RECORDS 400
#define EVENTS_MAX 14

static const char *const names[] = { "a", "b", "c" };
static const char *const values[] = { "\"x\"", "\"y\"", "7", "null",
	"[\"p\",\"q\"]" };
static const struct fold_field fields[] = {
	{ "a", "a", FOLD_COMMUNE },
	{ "b", "b", FOLD_BOTH },
	{ "c", "c", FOLD_DISTRICT },
	{ "r", "r", FOLD_COMMUNE },
	{ "r/s/x", "r/s/x", FOLD_COMMUNE },
	{ "r/x", "r/x", FOLD_COMMUNE },
};
static uint32_t seed = 20261124;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % n;
}

static const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t hash[32])
{
	static const struct fold_rules rules = { .form = "f",
		.n_fields = ARRAY_LEN(fields), .fields = fields };

	(void)ctx;
	(void)form;
	(void)hash;
	return &rules;
}

static void
random_id(struct event_id *id)
{
	for (size_t i = 0; i < sizeof id->b; i++)
		id->b[i] = (uint8_t)below(256);
}

/* A history of one record: each event sees some of the events before it. */
static size_t
make_history(struct arena *a, const struct record_id *rec,
    struct fold_event *out)
{
	size_t n = 1 + below(EVENTS_MAX);

	for (size_t i = 0; i < n; i++) {
		struct event *ev = arena_new_of(a, struct event);

		random_id(&out[i].id);
		out[i].event = ev;
		out[i].waits = false;
		out[i].role = below(3) == 0 ? FOLD_DISTRICT : FOLD_COMMUNE;
		ev->version = 1;
		ev->act = i == 0 ? EVENT_CREATE : EVENT_AMEND;
		ev->seq = i + 2;
		ev->has_record = ev->has_form = true;
		ev->record = *rec;
		ev->form = STR("f");
		ev->set = arena_array(a, 3, sizeof *ev->set);
		for (size_t k = 0; k < 3; k++)
			if (below(2) == 0 || (k == 2 && ev->n_set == 0))
				ev->set[ev->n_set++] = (struct event_set){
					str_of(names[k]),
					str_of(values[below(
					    ARRAY_LEN(values))]) };
		ev->over = arena_array(a, i + 1, sizeof *ev->over);
		for (size_t k = 0; k < i; k++)
			if (below(3) == 0)
				ev->over[ev->n_over++] = out[k].id;
		if (below(8) == 0) /* one that is not here */
			random_id(&ev->over[ev->n_over++]);
	}
	return n;
}

static bool
allowed(const struct fold_event *e, struct str path)
{
	if (str_is(path, "a"))
		return e->role == FOLD_COMMUNE;
	return str_is(path, "b") || e->role == FOLD_DISTRICT;
}

static const char *
hex(struct arena *a, const struct event_id *id)
{
	char *text = arena_alloc(a, 65);

	hex_encode(text, id->b, sizeof id->b);
	return text;
}

static void
print_event(FILE *f, struct arena *a, const char *rec,
    const struct fold_event *e)
{
	const struct event *ev = e->event;

	fprintf(f, "{\"id\":\"%s\",\"rec\":\"%s\",\"set\":{", hex(a, &e->id),
	    rec);
	for (size_t i = 0; i < ev->n_set; i++)
		fprintf(f, "%s\"%.*s\":%.*s", i == 0 ? "" : ",",
		    (int)ev->set[i].path.n, ev->set[i].path.p,
		    (int)ev->set[i].json.n, ev->set[i].json.p);
	fputs("},\"over\":[", f);
	for (size_t i = 0; i < ev->n_over; i++)
		fprintf(f, "%s\"%s\"", i == 0 ? "" : ",", hex(a, &ev->over[i]));
	fputs("],\"owner_ok\":{", f);
	for (size_t i = 0; i < ev->n_set; i++)
		fprintf(f, "%s\"%.*s\":%s", i == 0 ? "" : ",",
		    (int)ev->set[i].path.n, ev->set[i].path.p,
		    allowed(e, ev->set[i].path) ? "true" : "false");
	fputs("}}\n", f);
}

/* As Python's json.dumps writes it. */
static void
print_fold(struct buf *out, struct arena *a, const char *rec,
    const struct record *r)
{
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct fold_register *g = &r->registers[i];

		buf_printf(out, "{\"rec\": \"%s\", \"field\": \"%.*s\", "
		                "\"heads\": [",
		    rec, (int)g->name.n, g->name.p);
		for (size_t k = 0; k < g->n_heads; k++)
			buf_printf(out, "%s\"%s\"", k == 0 ? "" : ", ",
			    hex(a, &g->heads[k].event));
		buf_adds(out, "], \"values\": [");
		for (size_t k = 0; k < g->n_heads; k++) {
			if (k > 0)
				buf_adds(out, ", ");
			if (g->heads[k].json.p[0] == '[')
				buf_adds(out, "[\"p\", \"q\"]");
			else
				buf_add_str(out, g->heads[k].json);
		}
		buf_printf(out, "], \"conflict\": %s}\n",
		    g->conflict ? "true" : "false");
	}
}

static void
shuffle(struct fold_event *e, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = below((uint32_t)i);
		struct fold_event swap = e[i - 1];

		e[i - 1] = e[k];
		e[k] = swap;
	}
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text, sorted: base32 does not sort as its bytes do. */
static size_t
lines_of(struct arena *a, char *text, char ***out)
{
	size_t n = 0, cap = 0;
	char *next;

	*out = NULL;
	for (; *text != '\0'; text = next) {
		next = text + strcspn(text, "\n");
		*next++ = '\0';
		*out = arena_grow(a, *out, n, &cap, sizeof **out);
		(*out)[n++] = text;
	}
	qsort(*out, n, sizeof **out, by_text);
	return n;
}

static void
test_model(void **state)
{
	struct arena *a = arena_new();
	struct buf ours = BUF_INIT, theirs = BUF_INIT;
	const char *tmp = getenv("TMPDIR");
	char *path = arena_printf(
	    a, "%s/ansinh-fold-XXXXXX", tmp != NULL ? tmp : "/tmp");
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w"), *model;
	char line[4096], **our_line, **their_line;
	size_t n_ours;

	(void)state;
	assert_non_null(f);
	for (unsigned i = 0; i < RECORDS; i++) {
		struct record_id rec = { { (uint8_t)(i >> 8), (uint8_t)i } };
		struct fold_event history[EVENTS_MAX];
		size_t n = make_history(a, &rec, history);
		struct buf first = BUF_INIT, again = BUF_INIT;
		char text[RECORD_ID_TEXT];
		struct record r;

		record_id_format(&rec, text);
		for (size_t k = 0; k < n; k++)
			print_event(f, a, text, &history[k]);
		fold_record(a, history, n, rules_of, NULL, &r);
		print_fold(&ours, a, text, &r);
		fold_digest_text(&r, &first);
		for (int k = 0; k < 5; k++) {
			shuffle(history, n);
			fold_record(a, history, n, rules_of, NULL, &r);
			buf_clear(&again);
			fold_digest_text(&r, &again);
			assert_string_equal(
			    buf_cstr(&again), buf_cstr(&first));
		}
		buf_release(&first);
		buf_release(&again);
	}
	fclose(f);
	model = popen(arena_printf(a, "python3 '%s/tests/tools/fold-model.py'"
	                              " <'%s'",
	                  ANSINH_SRCDIR, path),
	    "r");
	assert_non_null(model);
	while (fgets(line, sizeof line, model) != NULL)
		buf_adds(&theirs, line);
	assert_int_equal(pclose(model), 0);
	unlink(path);
	n_ours = lines_of(a, ours.p, &our_line);
	assert_int_equal(n_ours, lines_of(a, theirs.p, &their_line));
	assert_true(n_ours > RECORDS);
	for (size_t i = 0; i < n_ours; i++)
		assert_string_equal(our_line[i], their_line[i]);
	buf_release(&ours);
	buf_release(&theirs);
	arena_free(a);
}

/* A record of one event is folded in a way of its own.  The same event twice
 * is one event, and takes the way of all others: both say the same. */
static const struct fold_rules *
many_rules(void *ctx, struct str form, const uint8_t hash[32])
{
	static const struct fold_field many[] = {
		{ "a", "a", FOLD_COMMUNE },
		{ "b", "grp", FOLD_BOTH },
		{ "c", "c", FOLD_DISTRICT },
		{ "d", "dec", FOLD_DISTRICT },
		{ "e", "grp", FOLD_COMMUNE },
		{ "f", "dec", FOLD_DISTRICT },
		{ "r", "r", FOLD_COMMUNE },
		{ "r/x", "r/x", FOLD_COMMUNE },
		{ "r/y", "r/g", FOLD_BOTH },
		{ "r/z", "r/g", FOLD_BOTH },
	};
	static const struct fold_state states[] = { { "open", FOLD_COMMUNE },
		{ "shut", FOLD_DISTRICT } };
	static const struct fold_rules rules = { .form = "f",
		.n_fields = ARRAY_LEN(many), .fields = many,
		.n_states = ARRAY_LEN(states), .states = states };

	(void)ctx;
	(void)hash;
	return str_is(form, "f") ? &rules : NULL;
}

static void
make_alone(struct arena *a, struct fold_event *out)
{
	static const char *const paths[] = { "a", "a?force", "b", "b?note",
		"c", "d", "e", "f", "none", "r/1", "r/1/x", "r/1/y", "r/1/z",
		"r/2/x", "state", "void" };
	static const char *const jsons[] = { "\"x\"", "null", "7",
		"\"open\"", "\"shut\"" };
	struct event *ev = arena_new_of(a, struct event);

	random_id(&out->id);
	out->event = ev;
	out->role = below(2) == 0 ? FOLD_DISTRICT : FOLD_COMMUNE;
	out->waits = below(16) == 0;
	ev->version = 1;
	ev->act = EVENT_CREATE + below(EVENT_UNKNOWN - EVENT_CREATE + 1);
	ev->seq = 2;
	ev->has_record = ev->has_form = true;
	ev->record.b[0] = (uint8_t)below(256);
	ev->form = below(16) == 0 ? STR("g") : STR("f");
	ev->form_hash[0] = 7;
	ev->set = arena_array(a, ARRAY_LEN(paths), sizeof *ev->set);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		if (below(2) == 0)
			ev->set[ev->n_set++] = (struct event_set){
				str_of(paths[i]),
				str_of(jsons[below(ARRAY_LEN(jsons))]) };
	for (size_t i = ev->n_set; i > 1 && below(4) == 0; i--) {
		struct event_set swap = ev->set[i - 1];

		ev->set[i - 1] = ev->set[0];
		ev->set[0] = swap;
	}
	ev->over = arena_array(a, 2, sizeof *ev->over);
	ev->over[ev->n_over++] = out->id;
	random_id(&ev->over[ev->n_over++]);
	ev->basis = ev->over;
	ev->n_basis = below(3);
}

static void
assert_same_head(const struct fold_head *x, const struct fold_head *y)
{
	assert_memory_equal(x->event.b, y->event.b, sizeof x->event.b);
	assert_int_equal(x->role, y->role);
	assert_int_equal(x->owner, y->owner);
	assert_true(str_eq(x->json, y->json));
	assert_int_equal(x->n_set, y->n_set);
	for (size_t i = 0; i < x->n_set; i++)
		assert_true(str_eq(x->set[i].path, y->set[i].path) &&
		    str_eq(x->set[i].json, y->set[i].json));
	assert_int_equal(x->n_basis, y->n_basis);
	assert_ptr_equal(x->basis, y->basis);
}

static void
assert_same_record(const struct record *x, const struct record *y)
{
	assert_memory_equal(x->id.b, y->id.b, sizeof x->id.b);
	assert_int_equal(x->n_members, y->n_members);
	assert_true(str_eq(x->form, y->form) && str_eq(x->state, y->state));
	assert_memory_equal(x->form_hash, y->form_hash, 32);
	assert_true(x->is_void == y->is_void && x->conflict == y->conflict &&
	    x->waiting == y->waiting && x->decided == y->decided &&
	    x->objection == y->objection && x->n_events == y->n_events);
	assert_int_equal(x->n_registers, y->n_registers);
	for (size_t i = 0; i < x->n_registers; i++) {
		const struct fold_register *p = &x->registers[i];
		const struct fold_register *q = &y->registers[i];

		assert_true(str_eq(p->name, q->name) && p->n_heads == 1 &&
		    q->n_heads == 1 && p->shown == q->shown &&
		    p->conflict == q->conflict && p->unseen == q->unseen &&
		    p->objection == q->objection);
		assert_same_head(p->heads, q->heads);
	}
	assert_int_equal(x->n_values, y->n_values);
	for (size_t i = 0; i < x->n_values; i++)
		assert_true(str_eq(x->values[i].path, y->values[i].path) &&
		    str_eq(x->values[i].json, y->values[i].json) &&
		    x->values[i].conflict == y->values[i].conflict);
	assert_int_equal(x->n_refused, y->n_refused);
	for (size_t i = 0; i < x->n_refused; i++)
		assert_true(
		    str_eq(x->refused[i].path, y->refused[i].path) &&
		    strcmp(x->refused[i].reason, y->refused[i].reason) == 0);
}

static void
test_alone(void **state)
{
	unsigned decided = 0, refused = 0, waiting = 0;
	struct arena *a = arena_new();

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct fold_event twice[2];
		struct record alone, beside;

		arena_reset(a);
		make_alone(a, &twice[0]);
		twice[1] = twice[0];
		fold_record(a, twice, 1, many_rules, NULL, &alone);
		fold_record(a, twice, 2, many_rules, NULL, &beside);
		assert_same_record(&alone, &beside);
		decided += alone.decided;
		refused += alone.n_refused > 0;
		waiting += alone.waiting;
	}
	assert_true(decided > 100 && refused > 1000 && waiting > 100);
	arena_free(a);
}

/* What the events of test_row say, each of a feed by its letter. */
struct said {
	char feed;
	const char *path, *json;
	const char *over; /* their numbers */
};

static void
fold_said(struct arena *a, const struct said *said, size_t n, bool backwards,
    struct record *out)
{
	struct fold_event *in = arena_array(a, n, sizeof *in);

	for (size_t i = 0; i < n; i++) {
		struct fold_event *to = &in[backwards ? n - 1 - i : i];
		struct event *ev = arena_new_of(a, struct event);
		size_t n_over = strlen(said[i].over);

		memset(to->id.b, (int)(0x90 - 7 * i), sizeof to->id.b);
		to->event = ev;
		to->role = FOLD_COMMUNE;
		ev->version = 1;
		ev->act = EVENT_AMEND;
		ev->feed.b[0] = (uint8_t)said[i].feed;
		ev->seq = i + 2;
		ev->has_record = ev->has_form = true;
		ev->form = STR("f");
		ev->set = arena_new_of(a, struct event_set);
		ev->n_set = 1;
		*ev->set = (struct event_set){ str_of(said[i].path),
			str_of(said[i].json) };
		ev->over = arena_array(a, n_over, sizeof *ev->over);
		for (size_t k = 0; k < n_over; k++)
			memset(ev->over[ev->n_over++].b,
			    0x90 - 7 * (said[i].over[k] - '0'),
			    sizeof ev->over->b);
	}
	fold_record(a, in, n, rules_of, NULL, out);
}

/* Is it a conflict that one removed a row (R10)?  In both orders. */
static bool
row_conflict(const struct said *said, size_t n)
{
	struct arena *a = arena_new();
	struct buf one = BUF_INIT, other = BUF_INIT;
	bool unseen = false, is;
	struct record r;

	fold_said(a, said, n, true, &r);
	fold_digest_text(&r, &one);
	fold_said(a, said, n, false, &r);
	fold_digest_text(&r, &other);
	assert_string_equal(buf_cstr(&one), buf_cstr(&other));
	for (size_t i = 0; i < r.n_registers; i++) {
		unseen |= r.registers[i].unseen;
		assert_true(!r.registers[i].unseen ||
		    str_is(r.registers[i].name, "r/1"));
	}
	is = r.conflict;
	assert_int_equal(is, unseen);
	buf_release(&one);
	buf_release(&other);
	arena_free(a);
	return is;
}

static void
test_row(void **state)
{
	const struct said seen[] = { { 'a', "r/1", "1", "" },
		{ 'b', "r/1/x", "7", "" }, { 'a', "r/1", "null", "01" } };
	/* a laptop that was set back, or its copy, wrote the last */
	const struct said set_back[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1/x", "7", "" }, { 'a', "r/1", "null", "0" } };
	const struct said after[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/x", "7", "1" } };
	const struct said unseen[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/x", "7", "0" } };
	const struct said beside[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/12/x", "7", "0" } };
	const struct said nested[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/s/2/x", "7", "0" } };
	const struct said over_it[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/x", "7", "0" },
		{ 'c', "r/1/x", "8", "21" } };
	const struct said goes[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/x", "7", "0" },
		{ 'c', "r/1", "null", "12" } };
	const struct said stays[] = { { 'a', "r/1", "1", "" },
		{ 'a', "r/1", "null", "0" }, { 'b', "r/1/x", "7", "0" },
		{ 'c', "r/1", "1", "1" } };

	(void)state;
	assert_false(row_conflict(seen, ARRAY_LEN(seen)));
	assert_true(row_conflict(set_back, ARRAY_LEN(set_back)));
	assert_false(row_conflict(after, ARRAY_LEN(after)));
	assert_true(row_conflict(unseen, ARRAY_LEN(unseen)));
	assert_false(row_conflict(beside, ARRAY_LEN(beside)));
	assert_true(row_conflict(nested, ARRAY_LEN(nested)));
	/* only what is said of the row ends it */
	assert_true(row_conflict(over_it, ARRAY_LEN(over_it)));
	assert_false(row_conflict(goes, ARRAY_LEN(goes)));
	assert_false(row_conflict(stays, ARRAY_LEN(stays)));
}

static void
test_model_path(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(str_is(fold_model_path(a, STR("birth")), "birth"));
	assert_true(str_is(
	    fold_model_path(a, STR("children/abc/name")), "children/name"));
	assert_true(str_is(fold_model_path(a, STR("children/abc")),
	    "children"));
	assert_true(str_is(
	    fold_model_path(a, STR("a/1/b/2/c")), "a/b/c"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_row),
		cmocka_unit_test(test_model_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

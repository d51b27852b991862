/*
 * Every small history, delivered in every order: two laptops of a commune,
 * one of them perhaps copied to another machine, and the district; up to six
 * events, the openings of feeds among them.  Each event comes alone, and one
 * of them twice.  Whatever the order, the state is one (I1, I2), no step
 * acknowledges what is not held and linked (I5) or loses anything (I6), and
 * at the end the tables check (I8, I9); the state itself is looked at once a
 * history (I3, I7).  ANSINH_TEST_ORDERS=all does all of them, each order
 * with two repetitions, about a million.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/store_impl.h"
#include "tests/merge/check.h"
#include "tests/merge/run.h"
#include "tests/merge/state.h"

#define EVENTS 6
#define WRITES 5
#define AUTHORS 4 /* laptop, its twin's sibling, district, the copied one */
#define HISTORIES_MAX 4096

/* A history in short: who writes, and who has heard of everything then. */
static struct word {
	unsigned n, author[WRITES];
	bool heard[WRITES];
} word[HISTORIES_MAX];
static unsigned n_words;
static bool all;

/* The laptop and its copy write to one feed. */
static unsigned
count_events(const struct word *w)
{
	static const unsigned feed[AUTHORS] = { 1, 2, 4, 1 };
	unsigned feeds = 0;

	for (unsigned i = 0; i < w->n; i++)
		feeds |= feed[w->author[i]];
	return w->n + (feeds & 1) + (feeds >> 1 & 1) + (feeds >> 2);
}

/* The copy is made after the laptop has written once. */
static bool
makes_sense(const struct word *w)
{
	for (unsigned i = 0; i < w->n && w->author[i] != 0; i++)
		if (w->author[i] == 3)
			return false;
	return count_events(w) <= EVENTS && !w->heard[0];
}

static void
list_words(struct word *w, unsigned n)
{
	w->n = n;
	if (n > 0 && makes_sense(w) && n_words < HISTORIES_MAX)
		word[n_words++] = *w;
	for (unsigned a = 0; n < WRITES && a < AUTHORS; a++)
		for (unsigned heard = 0; heard < 2; heard++) {
			w->author[n] = a;
			w->heard[n] = heard != 0;
			list_words(w, n + 1);
		}
}

static void
deliver(struct machine *m, size_t event)
{
	struct store_import *im;

	ok(store_import_begin(m->s, "1/AAAA", &im, &e));
	ok(store_import_add(im, journal.e[event].bytes, &e));
	ok(store_import_apply(im, NULL, 0, NULL, &e));
	store_import_drop(im);
	m->held[event] = true;
}

static void
write_note(struct machine *m, const char *value, bool first)
{
	struct event_set set[] = { { STR("note"), str_of(value) },
		{ STR("decision"), str_of(value) } };
	struct store_write w = { .act = first ? EVENT_CREATE : EVENT_AMEND,
		.record = world.record[0].id, .scope = "11149",
		.form = "person", .form_hash = FORM_HASH(0),
		.officer = "Nguyễn Thị Thử", .set = set,
		.n_set = m->scope == NULL ? 2 : 1 };

	machine_clock(m);
	ok(store_append(m->s, &w, 1, NULL, &e));
	journal_look(m, m->held);
}

/* Writes the history down in the journal. */
static void
play(const struct word *w)
{
	static const char *const values[WRITES] = { "\"a\"", "\"b\"", "\"c\"",
		"\"d\"", "\"e\"" };
	struct machine *author[AUTHORS] = { &world.m[0], &world.m[1],
		&world.m[DISTRICT], NULL };

	record_id_make(&world.record[0].id, NULL, 0);
	world.record[0].scope = "11149";
	world.n_records = 1;
	for (unsigned i = 0; i < w->n; i++) {
		struct machine *m = author[w->author[i]];

		for (size_t k = 0; w->heard[i] && k < journal.n; k++)
			if (!m->held[k])
				deliver(m, k);
		write_note(m, values[i], i == 0);
		if (w->author[i] == 0 && author[3] == NULL)
			author[3] = machine_clone(m);
	}
}

/* Nothing was ever taken in. */
static enum err
wipe_write(struct txn *t, void *ctx, struct error *e)
{
	struct store *s = ctx;
	enum err r = store_begin(s, t, e);

	for (enum db_table i = 0; r == OK && i < DB_TABLES; i++)
		if (i != DB_META && i != DB_PACKS)
			r = txn_clear(t, i, e);
	memset(&s->num, 0, sizeof s->num);
	return r != OK ? r : state_put_numbers(s, t, e);
}

static void
wipe(struct machine *m)
{
	ok(store_commit(m->s, 0, wipe_write, m->s, &e));
	ok(store_reload(m->s, &e));
	memset(m->held, 0, sizeof m->held);
}

static void
swap(size_t *a, size_t *b)
{
	size_t was = *a;

	*a = *b;
	*b = was;
}

/* The next permutation; false after the last. */
static bool
next_order(size_t *order, size_t n)
{
	size_t i = n - 1, k = n - 1;

	while (i > 0 && order[i - 1] > order[i])
		i--;
	if (i == 0)
		return false;
	while (order[k] < order[i - 1])
		k--;
	swap(&order[k], &order[i - 1]);
	for (k = n - 1; i < k; i++, k--)
		swap(&order[i], &order[k]);
	return true;
}

/* One order; after the event at `again` one that came before comes again. */
static struct str
take_order(struct machine *m, const size_t *order, size_t again)
{
	wipe(m);
	for (size_t i = 0; i < journal.n; i++) {
		deliver(m, order[i]);
		if (i == again)
			deliver(m, order[below((unsigned)i + 1)]);
		check_acks(m);
	}
	return state_text(m, "11149");
}

/* Of the short form: all orders of up to four events, some of the larger. */
static unsigned
stride(void)
{
	return all || journal.n < 5 ? 1 : 180;
}

static void
run_history(unsigned number)
{
	size_t order[EVENTS] = { 0, 1, 2, 3, 4, 5 };
	struct str first, other;
	struct machine *m;
	unsigned i = 0;

	world_begin(number);
	journal_begin();
	play(&word[number]);
	if (journal.n > EVENTS)
		goto out; /* somebody heard of a fork, and began a new feed */
	m = machine_observer();
	first = take_order(m, order, 0);
	check_feeds(m);
	state_check_record(m, &world.record[0]);
	do {
		if (i++ % stride() != 0)
			continue;
		for (unsigned again = 0; again < (all ? 2 : 1); again++) {
			other = take_order(
			    m, order, below((unsigned)journal.n));
			if (!str_eq(first, other))
				fall("I1, I2: another order, another state");
			if (world.sum.orders++ % 16 == 0)
				check_tables(m);
		}
	} while (next_order(order, journal.n));
	world.sum.histories++;
out:
	world_close();
}

/* What the tests of the merge must see here: the faults of taking in. */
static bool
try_mutants(void)
{
	static const enum mutant faults[] = { MUTANT_FEEDSEQ, MUTANT_NOFORK,
		MUTANT_NOCHAIN, MUTANT_ARRIVAL };
	bool good = true;

	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		good &= run_mutant(faults[i], "", run_history, 0, n_words);
	return good;
}

int
main(void)
{
	const char *asked = getenv("ANSINH_TEST_ORDERS");
	struct word w = { 0 };
	struct tally t = { 0 };
	bool good;

	all = asked != NULL && strcmp(asked, "all") == 0;
	list_words(&w, 0);
	good = run_all(run_history, 0, n_words, &t);
	good &= try_mutants();
	printf("%lu histories of at most %d events, %lu orders: %s\n",
	    t.histories, EVENTS, t.orders,
	    good ? "one state each; 4 planted faults caught"
	         : "NOT ALL IS WELL");
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

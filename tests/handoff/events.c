/* Events that are not those which the bundle's head promises, or of a writer
 * whom nobody vouches for: refused or set aside, and the store stays as it was.
 * Who may send what to whom is in refusals.c. */
#include "desk.h"
#include "forge.h"

#include <stdio.h>

static int files;

static int
setup(void **state)
{
	if (world_setup(state) != 0)
		return -1;
	desk_new(&commune, "11149", "A");
	return 0;
}

/* A bundle from `from` to the district with the events of a desk's store. */
static void
forge_of(struct forge *f, const struct desk *from, struct desk *events)
{
	forge_events(f, world, &from->who, &district.who, events->s);
}

static const char *
write_forged(struct forge *f)
{
	return forge_write(
	    f, world, stick, arena_printf(world, "%d.ansinh", files++));
}

static void
refused(struct forge *f, enum err err, const char *says)
{
	desk_refuses(&district, write_forged(f), err, says);
}

static void
test_right_one_is_taken(void **state)
{
	struct bundle_preview p;
	struct forge f;

	(void)state;
	forge_of(&f, &commune, &commune);
	p = desk_import(&district, write_forged(&f));
	assert_int_equal(p.counts.fresh, 2);
	assert_int_equal(p.counts.set_aside, 0);
	assert_string_equal(desk_digest(&district), desk_digest(&commune));
}

/* What another wrote and nobody who is trusted has signed is not taken. */
static void
test_events_of_others(void **state)
{
	struct bundle_preview p;
	struct desk second;
	struct forge f;

	(void)state;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_new(&second, "11149", "forged");
	/* its writer is unknown */
	forge_of(&f, &commune, &second);
	p = desk_import(&district, write_forged(&f));
	assert_int_equal(p.counts.set_aside, 2);
	assert_int_equal(p.counts.fresh, 0);
	/* its writer is known and has signed nothing */
	desk_trusts(&district, &second);
	forge_of(&f, &commune, &second);
	p = desk_import(&district, write_forged(&f));
	assert_int_equal(p.counts.set_aside, 2);
	assert_int_equal(p.counts.fresh, 0);
	desk_close(&second);
}

static void
test_events(void **state)
{
	struct forge f;
	const char *first;
	char *long_one;

	(void)state;
	forge_of(&f, &commune, &commune);
	first = strchr(f.events, '\n') + 1;
	/* the beginning is missing */
	f.events = first;
	f.head.feeds[0].first = f.head.feeds[0].last = 2;
	f.head.feeds[0].count = 1;
	refused(&f, ERR_REFUSED, "must be taken in before this one");
	/* not what the head announces */
	forge_of(&f, &commune, &commune);
	f.head.feeds[0].count = 1;
	refused(&f, ERR_FORMAT, "announces");
	forge_of(&f, &commune, &commune);
	f.head.feeds[0].first = 2;
	refused(&f, ERR_FORMAT, "announces");
	forge_of(&f, &commune, &commune);
	f.head.n_feeds = 0;
	refused(&f, ERR_FORMAT, "announces");
	/* twice the same place, the wrong way round */
	forge_of(&f, &commune, &commune);
	f.events = arena_printf(world, "%s%.*s", first,
	    (int)(first - f.events), f.events);
	refused(&f, ERR_FORMAT, "announces");
	/* not an event */
	forge_of(&f, &commune, &commune);
	f.events = arena_printf(world, "%s{}\n", f.events);
	refused(&f, ERR_FORMAT, "");
	f.events = "\n";
	refused(&f, ERR_FORMAT, "");
	/* an event without end */
	long_one = arena_alloc(world, EVENT_BYTES_MAX + 4096);
	memset(long_one, 'x', EVENT_BYTES_MAX + 4095);
	f.events = long_one;
	refused(&f, ERR_LIMIT, "too large");
}

/* Lines 1 to 3, and a fourth for what is done to them. */
struct lines {
	const char *line[4];
};

/* The commune's events, of which the later ones leave out whom they follow. */
static struct lines
lines_of(struct forge *f)
{
	struct lines l = { { NULL } };
	const char *at;
	struct str hex;

	forge_of(f, &commune, &commune);
	at = f->events;
	for (int i = 0; i < 3; i++) {
		struct str one = { at, strcspn(at, "\n") };

		ok(event_prev(one, &hex, &e));
		l.line[i] = i == 0 ? arena_str(world, one)
		                   : arena_printf(world, "%.*s%s",
		                         (int)(hex.p - one.p), one.p,
		                         arena_str(world,
		                             (struct str){ hex.p + hex.n,
		                                 (size_t)(one.p + one.n - hex.p)
		                                     - hex.n }));
		at += one.n + 1;
	}
	return l;
}

static void
set_lines(struct forge *f, const struct lines *l)
{
	f->events = "";
	for (size_t i = 0; i < ARRAY_LEN(l->line); i++)
		if (l->line[i] != NULL)
			f->events = arena_printf(
			    world, "%s%s\n", f->events, l->line[i]);
}

/* That text in the line instead of another of its length. */
static void
change(struct lines *l, int i, const char *from, const char *to)
{
	char *line = arena_strdup(world, l->line[i]);

	memcpy(strstr(line, from), to, strlen(to));
	l->line[i] = line;
}

/* A line that does not say whom it follows hangs by the head of its feed. */
static void
test_lines(void **state)
{
	const char *says = "not those that the bundle's head names";
	struct lines l, was;
	struct forge f;

	(void)state;
	desk_new(&commune, "11149", "B");
	for (int i = 0; i < 3; i++) {
		l = lines_of(&f);
		change(&l, i, "2026-01-", "2025-01-");
		set_lines(&f, &l);
		refused(&f, ERR_HASH, says);
	}
	/* two change places, and numbers */
	was = l = lines_of(&f);
	l.line[1] = was.line[2];
	l.line[2] = was.line[1];
	set_lines(&f, &l);
	refused(&f, ERR_FORMAT, "announces");
	change(&l, 1, "\"seq\":3", "\"seq\":2");
	change(&l, 2, "\"seq\":2", "\"seq\":3");
	set_lines(&f, &l);
	refused(&f, ERR_HASH, says);
	/* one is dropped, the others close up */
	l = lines_of(&f);
	l.line[1] = NULL;
	set_lines(&f, &l);
	f.head.feeds[0].count = 2;
	refused(&f, ERR_FORMAT, "announces");
	change(&l, 2, "\"seq\":3", "\"seq\":2");
	set_lines(&f, &l);
	f.head.feeds[0].last = 2;
	refused(&f, ERR_HASH, says);
	/* one is put in twice */
	l = lines_of(&f);
	l.line[3] = l.line[2];
	set_lines(&f, &l);
	f.head.feeds[0].count = 4;
	refused(&f, ERR_FORMAT, "announces");
	/* another end is promised */
	l = lines_of(&f);
	set_lines(&f, &l);
	f.head.feeds[0].head.b[31] ^= 1;
	refused(&f, ERR_HASH, says);
	/* the first line follows nobody */
	l = lines_of(&f);
	l.line[0] = NULL;
	set_lines(&f, &l);
	f.head.feeds[0].first = f.head.feeds[0].count = 2;
	refused(&f, ERR_FORMAT, "no event stands before it");
	/* nothing done to it */
	l = lines_of(&f);
	set_lines(&f, &l);
	assert_int_equal(
	    desk_import(&district, write_forged(&f)).counts.fresh, 3);
	assert_string_equal(desk_digest(&district), desk_digest(&commune));
}

/* The same where another passes it on: the first pass reads these. */
static void
test_lines_of_others(void **state)
{
	struct desk second;
	struct lines l;
	struct forge f;

	(void)state;
	desk_open(&second, "11149", "commune", "Xã Hà Kỳ", "M3AB");
	desk_trusts(&district, &second);
	desk_new(&commune, "11149", "B");
	forge_of(&f, &second, &commune);
	l = lines_of(&f);
	forge_of(&f, &second, &commune);
	f.head.n_checkpoints = 1;
	f.head.checkpoints = arena_alloc(world, sizeof(struct str));
	f.head.checkpoints[0] = str_of(checkpoint_make(world,
	    commune.who.sign, &f.head.feeds[0].id, 3, &f.head.feeds[0].head));
	change(&l, 1, "2026-01-", "2025-01-");
	set_lines(&f, &l);
	refused(&f, ERR_HASH, "not those that the bundle's head names");
	l = lines_of(&(struct forge){ 0 });
	set_lines(&f, &l);
	assert_int_equal(
	    desk_import(&district, write_forged(&f)).counts.fresh, 3);
	desk_close(&second);
}

/* A form of the district goes along once, and is there afterwards. */
static void
test_forms_travel(void **state)
{
	uint8_t hash[32];
	struct bundle_preview p;
	struct bundle_outer before, after;

	(void)state;
	ok(store_pack_put(district.s, "form", STR("{\"new\":1}"), hash, &e));
	p = desk_import(&commune, desk_export(&district, "11149"));
	assert_int_equal(p.n_packs_new, 1);
	p = desk_import(&commune, desk_export(&district, "11149"));
	assert_int_equal(p.n_packs_new, 0);
	desk_import(&district, desk_export(&commune, "298"));
	ok(bundle_inspect(
	    desk_export(&district, "11149"), NULL, NULL, &before, &e));
	ok(store_pack_put(district.s, "form", STR("{\"new\":2}"), hash, &e));
	ok(bundle_inspect(
	    desk_export(&district, "11149"), NULL, NULL, &after, &e));
	/* one file more in the tar, not both; head and manifest may take a
	 * block more */
	assert_in_range(after.header.raw - before.header.raw, 1024, 2047);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
		TEST(test_right_one_is_taken),
		TEST(test_events_of_others),
		TEST(test_events),
		TEST(test_lines),
		TEST(test_lines_of_others),
		TEST(test_forms_travel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

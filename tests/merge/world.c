#include "tests/merge/world.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "crypt/hash.h"
#include "tests/merge/rules.h"

#define PACK "{\"form\":\"form: person\\n\",\"v\":1}"
#define NEWER_PACK "{\"form\":\"form: person\\n\\n\",\"v\":1}"
#define TMPFS 0x01021994l

struct world world;
uint8_t world_form_hash[2][32];

static const uint8_t store_key[32] = { 7, 7, 7 };
static const struct {
	const char *unit, *role, *name, *device;
} desks[] = {
	{ "11149", "commune", "Xã Hà Kỳ", "K7Q2" },
	{ "11149", "commune", "Xã Hà Kỳ", "M3AB" },
	{ "11150", "commune", "Xã Thử", "S2SS" },
	{ "11150", "commune", "Xã Thử", "T4TT" },
	{ "298", "district", "Huyện Tứ Kỳ", "D2DD" },
};
#define DESKS ARRAY_LEN(desks)
static struct person people[DESKS];
static struct arena *ever;
static struct prng nonces;
static struct trust everybody;

void
fall(const char *fmt, ...)
{
	char what[FELL_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	printf("history %u: %s\n", world.history, what);
	fflush(stdout);
	if (world.told != NULL)
		memcpy(world.told, what, sizeof what);
	if (world.root != NULL)
		(void)!file_remove_tree(world.root, NULL);
	_exit(world.started ? STATUS_FELL : EXIT_FAILURE);
}

unsigned
below(unsigned n)
{
	return prng_below(&world.rng, n);
}

unsigned
chance(unsigned percent)
{
	return below(100) < percent;
}

/*
 * Whatever the store draws at random (ids, nonces) is drawn from the history's
 * number, so that a history that fell can be looked at again.
 */
static const char *
random_name(void)
{
	return "history";
}

static uint32_t
random_word(void)
{
	return (uint32_t)prng_next(&world.rng);
}

/* The seed of the seals' nonces, of this size, is drawn whenever those before
 * are used up, which no history may feel. */
static void
random_fill(void *const out, const size_t n)
{
	prng_bytes(
	    n == randombytes_SEEDBYTES ? &nonces : &world.rng, out, n);
}

static const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t hash[32])
{
	struct machine *m = ctx;
	bool bent = m->bent;

	m->bent = false;
	if (!str_is(form, "person") ||
	    (memcmp(hash, FORM_HASH(1), 32) == 0 && !m->knows))
		return NULL;
	return bent ? rules_without_owners() : rules_of_form();
}

static struct store_options
options(struct machine *m)
{
	return (struct store_options){ .key = store_key, .epoch = 1,
		.rules = rules_of, .rules_ctx = m, .map_size = 8u << 20 };
}

/* In memory, if the system has it: a sync of it costs nothing. */
static const char *
make_root(void)
{
	const char *tmp = getenv("TMPDIR");
	struct statfs fs;
	char *root;

	if (tmp == NULL && access("/dev/shm", W_OK) == 0 &&
	    statfs("/dev/shm", &fs) == 0 && (long)fs.f_type == TMPFS)
		tmp = "/dev/shm";
	root = arena_printf(ever, "%s/ansinh-merge-XXXXXX",
	    tmp == NULL ? "/tmp" : tmp);
	if (mkdtemp(root) == NULL)
		fall("cannot make a folder in %s", tmp == NULL ? "/tmp" : tmp);
	return root;
}

void
machine_clock(const struct machine *m)
{
	char now[32];

	snprintf(now, sizeof now, "%04u-%02u-%02uT%02u:%02u:%02u", m->year,
	    1 + world.minute / 60 / 24 / 28 % 12,
	    1 + world.minute / 60 / 24 % 28, world.minute / 60 % 24,
	    world.minute % 60, world.apart ? m->no : 0);
	setenv("ANSINH_NOW", now, 1);
}

static void
open_store(struct machine *m)
{
	struct store_options o = options(m);

	machine_clock(m);
	ok(store_open(m->dir, &o, &m->s, &e));
}

/* Of two laptops of a commune the same text. */
static const char *
scope_of(const struct card *c)
{
	size_t i = 0;

	while (strcmp(desks[i].unit, c->unit) != 0)
		i++;
	return strcmp(c->role, "district") == 0 ? NULL : desks[i].unit;
}

static struct machine *
add_machine(struct person *who)
{
	static const unsigned years[2][7] = {
		{ 2026, 2026, 2026, 2001, 2036, 1970, 2099 },
		{ 2026, 1985, 2059, 2026, 1999, 2090, 2012 },
	};
	struct machine *m = &world.m[world.n];
	const struct card *c = &who->card;

	memset(m, 0, sizeof *m);
	m->no = world.n++;
	m->who = who;
	m->dir = arena_printf(world.a, world.started ? "%s/%u" : "%s/new-%u",
	    world.root, m->no);
	m->home = arena_printf(world.a, "%s/outbox", m->dir);
	m->trust = everybody;
	snprintf(m->address, sizeof m->address, "%s/%s", c->unit, c->device);
	m->scope = scope_of(c);
	m->year = years[world.other_clocks][below(ARRAY_LEN(years[0]))];
	m->self = (struct bundle_self){ .card = c,
		.sign = who->sign,
		.identities = who->identities,
		.n_identities = 1,
		.trust = &m->trust,
		.home = m->home };
	return m;
}

/* One empty store for each desk, from which every history begins. */
static void
create_store(struct person *who)
{
	struct machine *m = add_machine(who);
	const struct card *c = &who->card;
	struct store_options o = options(m);
	struct store_device d = { .name = "Thử" };
	uint8_t hash[32];

	memcpy(d.unit, c->unit, sizeof d.unit);
	memcpy(d.role, c->role, sizeof d.role);
	memcpy(d.device, c->device, sizeof d.device);
	minisign_public_text(&c->sign, d.minisign);
	age_public_text(&c->age, d.age);
	memcpy(d.sign_key, c->sign.key, sizeof d.sign_key);
	ok(store_create(m->dir, &o, &d, &e));
	open_store(m);
	ok(store_pack_put(m->s, "form", STR(PACK), hash, &e));
	store_close(m->s);
}

void
world_start(void)
{
	static struct randombytes_implementation drawn = {
		.implementation_name = random_name,
		.random = random_word,
		.buf = random_fill,
	};

	prng_seed(&world.rng, 0);
	prng_seed(&nonces, 1);
	randombytes_set_implementation(&drawn);
	(void)id_hash(FORM_HASH(0)); /* draws its seed here, not in a history */
	person_start();
	ever = arena_new();
	world.a = arena_new();
	world.root = make_root();
	everybody.version = 1;
	for (size_t i = 0; i < DESKS; i++) {
		person_init(&people[i], desks[i].unit, desks[i].role,
		    desks[i].name, desks[i].device);
		/* a key more to seal for and to try says nothing here */
		people[i].card.has_recovery = false;
		ok(trust_add(ever, &everybody, &people[i].card, &e));
	}
	hash_blake2b(FORM_HASH(0), STR(PACK));
	hash_blake2b(FORM_HASH(1), STR(NEWER_PACK));
	for (size_t i = 0; i < DESKS; i++)
		create_store(&people[i]);
}

void
world_end(void)
{
	ok(file_remove_tree(world.root, &e));
	for (size_t i = 0; i < DESKS; i++)
		person_release(&people[i]);
	arena_free(world.a);
	arena_free(ever);
}

static void copy_folder(const char *from, const char *to);

/* A copy of that desk's empty store. */
static struct machine *
begin_machine(size_t desk)
{
	struct machine *m = add_machine(&people[desk]);

	copy_folder(arena_printf(world.a, "%s/new-%zu", world.root, desk),
	    m->dir);
	open_store(m);
	return m;
}

void
world_begin(unsigned history)
{
	arena_reset(world.a);
	prng_seed(&world.rng, 20261127 + history);
	world.history = history;
	world.started = true;
	world.n = world.n_records = world.minute = world.sticks = 0;
	world.stick = arena_printf(world.a, "%s/stick", world.root);
	ok(file_make_dirs(world.stick, 0700, &e));
	for (size_t i = 0; i < DESKS; i++)
		(void)begin_machine(i);
	machine_learn(&world.m[DISTRICT]);
}

void
world_close(void)
{
	for (unsigned i = 0; i < world.n; i++) {
		struct machine *m = &world.m[i];

		store_close(m->s);
		ok(file_remove_tree(m->dir, &e));
		if (m->copy != NULL)
			ok(file_remove_tree(m->copy, &e));
	}
	ok(file_remove_tree(world.stick, &e));
}

void
machine_learn(struct machine *m)
{
	uint8_t hash[32];

	if (m->knows)
		return;
	ok(store_pack_put(m->s, "form", STR(NEWER_PACK), hash, &e));
	m->knows = true;
	ok(store_refold(m->s, &e));
}

static void
copy_file(const char *from, const char *to, const char *name)
{
	struct str bytes;
	struct arena *a = arena_new();
	FILE *f;

	ok(file_read(
	    a, arena_printf(a, "%s/%s", from, name), 64u << 20, &bytes, &e));
	f = fopen(arena_printf(a, "%s/%s", to, name), "we");
	if (f == NULL || fwrite(bytes.p, 1, bytes.n, f) != bytes.n ||
	    fclose(f) != 0)
		fall("cannot copy %s/%s", from, name);
	arena_free(a);
}

/* No transaction is open, so the file is whole. */
static void
copy_folder(const char *from, const char *to)
{
	ok(file_make_dirs(arena_printf(world.a, "%s/db", to), 0700, &e));
	copy_file(from, to, "db/data.mdb");
	copy_file(from, to, "token");
	copy_file(from, to, "lock");
}

void
machine_keep_copy(struct machine *m, enum set_back how)
{
	if (m->copy != NULL)
		ok(file_remove_tree(m->copy, &e));
	m->copy_for = how;
	m->copy = arena_printf(world.a, "%s/%u.copy", world.root, m->no);
	if (m->copy_held == NULL)
		m->copy_held = arena_alloc(world.a, sizeof m->held);
	m->copy_knew = m->knows;
	memcpy(m->copy_held, m->held, sizeof m->held);
	if (how == BY_COMMAND)
		ok(store_backup(m->s, m->copy, NULL, NULL, &e));
	else
		copy_folder(m->dir, m->copy);
}

void
machine_set_back(struct machine *m)
{
	struct store_options o = options(m);
	unsigned how = m->copy_for;

	store_close(m->s);
	m->s = NULL;
	if (how == BY_COMMAND) {
		ok(store_restore(m->dir, m->copy, &o, &e));
	} else {
		ok(file_remove_tree(
		    arena_printf(world.a, "%s/db", m->dir), &e));
		ok(file_make_dirs(
		    arena_printf(world.a, "%s/db", m->dir), 0700, &e));
		if (how == BY_FOLDER)
			copy_folder(m->copy, m->dir);
		else
			copy_file(m->copy, m->dir, "db/data.mdb");
	}
	m->knows = m->copy_knew;
	memcpy(m->held, m->copy_held, sizeof m->held);
	open_store(m);
	if (store_was_restored(m->s) ? how == BY_FOLDER : how == BY_COMMAND)
		fall("machine %u does not know how it was set back", m->no);
	world.sum.restores++;
	world.sum.unnoticed += !store_was_restored(m->s);
}

struct machine *
machine_observer(void)
{
	struct machine *m = begin_machine(DISTRICT);

	machine_learn(m);
	return m;
}

struct machine *
machine_clone(const struct machine *m)
{
	struct machine *clone;

	if (world.n == MACHINES_MAX)
		return NULL;
	clone = add_machine(m->who);
	clone->knows = m->knows;
	memcpy(clone->held, m->held, sizeof m->held);
	copy_folder(m->dir, clone->dir);
	open_store(clone);
	world.sum.clones++;
	return clone;
}

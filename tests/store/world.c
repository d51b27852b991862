#include "tests/store/world.h"

#include "base/coding.h"
#include "base/file.h"
#include "crypt/secret.h"

#include <stdio.h>
#include <unistd.h>

struct arena *world;
const uint8_t form_hash[32] = { 1 }, other_hash[32] = { 2 };
bool know_other;
const char *put_form, *put_scope;
struct error oops;

static char root[256];
static const uint8_t store_key[32] = { 7, 7, 7 };

static const struct fold_field fields[] = {
	{ "amount", "decision", FOLD_DISTRICT },
	{ "birth", "birth", FOLD_COMMUNE },
	{ "children", "children", FOLD_COMMUNE },
	{ "children/name", "children/name", FOLD_COMMUNE },
	{ "decision", "decision", FOLD_DISTRICT },
	{ "hamlet", "hamlet", FOLD_COMMUNE },
	{ "household", "household", FOLD_COMMUNE },
	{ "kind", "disability", FOLD_COMMUNE },
	{ "level", "disability", FOLD_COMMUNE },
	{ "name", "name", FOLD_COMMUNE },
	{ "note", "note", FOLD_BOTH },
};
static const struct fold_state states[] = {
	{ "filed", FOLD_COMMUNE },
	{ "approved", FOLD_DISTRICT },
};
static const struct fold_column columns[] = { { "birth" }, { "household" } };
static const char *const links[] = { "household", NULL };

static const struct fold_rules *
rules_of(void *ctx, struct str form, const uint8_t hash[32])
{
	static struct fold_rules rules = { .form = "person",
		.n_fields = ARRAY_LEN(fields), .fields = fields,
		.n_states = ARRAY_LEN(states), .states = states,
		.n_columns = ARRAY_LEN(columns), .columns = columns,
		.name = "name", .birth = "birth", .hamlet = "hamlet",
		.links = links };
	static struct fold_rules household;

	(void)ctx;
	household = rules;
	household.form = "household";
	if (memcmp(hash, form_hash, 32) == 0 ||
	    (know_other && memcmp(hash, other_hash, 32) == 0))
		return str_is(form, "person")  ? &rules
		    : str_is(form, "household") ? &household
		                                : NULL;
	return NULL;
}

int
world_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	world = arena_new();
	know_other = false;
	put_form = "person";
	put_scope = "11149";
	snprintf(root, sizeof root, "%s/ansinh-store-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(root) == NULL || secret_init(&oops) != OK)
		return -1;
	return 0;
}

int
world_teardown(void **state)
{

	(void)state;
	arena_free(world);
	return file_remove_tree(root, &oops) == OK ? 0 : -1;
}

const char *
world_dir(const char *name)
{
	return arena_printf(world, "%s/%s", root, name);
}

struct store_options
world_options(void)
{
	return (struct store_options){ .key = store_key, .epoch = 1,
		.rules = rules_of, .map_size = 16u << 20 };
}

void
ok_at(enum err r, const struct error *e, const char *file, int line)
{
	if (r != OK)
		print_error("%s: %s %s\n", error_name(r), e->where, e->what);
	_assert_int_equal((unsigned long)r, OK, file, line);
}

struct store *
world_create(
    const char *dir, const char *unit, const char *role, unsigned seed)
{
	struct store_options o = world_options();
	struct store_device d = { .name = "Test" };
	uint8_t key[42] = { 'E', 'd' };

	snprintf(d.unit, sizeof d.unit, "%s", unit);
	snprintf(d.role, sizeof d.role, "%s", role);
	snprintf(d.device, sizeof d.device, "K%03u", seed);
	snprintf(d.age, sizeof d.age, "age1test%u", seed);
	for (unsigned i = 0; i < 32; i++)
		d.sign_key[i] = key[10 + i] = (uint8_t)(seed * 31 + i);
	base64_encode(d.minisign, key, sizeof key, true);
	ok(store_create(dir, &o, &d, &oops));
	return world_open(dir);
}

struct store *
world_open(const char *dir)
{
	struct store_options o = world_options();
	struct store *s;

	ok(store_open(dir, &o, &s, &oops));
	return s;
}

struct store_write
write_of(enum event_act act, const struct event_set *set)
{
	return (struct store_write){ .act = act, .scope = put_scope,
		.form = put_form, .form_hash = form_hash,
		.officer = "Nguyễn Thị Thử", .reason = "test", .set = set,
		.n_set = set != NULL };
}

struct event_id
put(struct store *s, enum event_act act, const struct record_id *id, ...)
{
	struct store_write w = write_of(act, NULL);
	struct event_set set[16];
	struct event_id ev;
	const char *path;
	va_list ap;

	w.record = *id;
	va_start(ap, id);
	while ((path = va_arg(ap, const char *)) != NULL) {
		set[w.n_set].path = str_of(path);
		set[w.n_set++].json = str_of(va_arg(ap, const char *));
	}
	va_end(ap);
	w.set = set;
	ok(store_append(s, &w, 1, &ev, &oops));
	return ev;
}

struct event_id
put_over(struct store *s, const struct record_id *id,
    const struct event_id *over, size_t n, const char *path, const char *json)
{
	struct event_set set = { str_of(path), str_of(json) };
	struct store_write w = write_of(EVENT_AMEND, &set);
	struct event_id ev;

	w.record = *id;
	w.over = over;
	w.n_over = n;
	ok(store_append(s, &w, 1, &ev, &oops));
	return ev;
}

struct event_id
put_link(struct store *s, const struct record_id *x,
    const struct record_id *y, const char *json)
{
	bool first = memcmp(x, y, sizeof *x) < 0;
	char low[RECORD_ID_TEXT];

	record_id_format(first ? x : y, low);
	return put(s, EVENT_MERGE, first ? y : x,
	    arena_printf(world, "same_as/%s", low), json, NULL);
}

struct record_id
new_record(struct store *s, const char *name)
{
	struct record_id id;

	store_id_make(s, put_scope, &id);
	put(s, EVENT_CREATE, &id, "name", arena_printf(world, "\"%s\"", name),
	    "birth", "\"1950\"", NULL);
	return id;
}

struct record
get(struct store *s, const struct record_id *id)
{
	struct record r;

	ok(store_record(s, world, id, &r, &oops));
	return r;
}

const char *
value(struct store *s, const struct record_id *id, const char *path)
{
	struct record r = get(s, id);

	for (size_t i = 0; i < r.n_values; i++)
		if (str_is(r.values[i].path, path))
			return arena_str(world, r.values[i].json);
	return "";
}

static enum err
take(void *ctx, struct str bytes, struct error *e)
{
	return store_import_add(ctx, bytes, e);
}

void
hand_over(struct store *from, struct store *to, uint64_t number)
{
	const struct store_device *me = store_device(from);
	const struct store_device *you = store_device(to);
	struct arena *a = arena_new(); /* of its own: it is called very often */
	char *peer = arena_printf(a, "%s/%s", me->unit, me->device);
	char *back = arena_printf(a, "%s/%s", you->unit, you->device);
	struct store_bundle_note note = { .name = "bundle", .peer = peer,
		.incoming = true, .number = number,
		.header_hash = { (uint8_t)number } };
	struct store_ack *heard, *have;
	struct store_import *im;
	size_t n_heard, n_have;

	ok(store_peer_acks(from, a, back, &heard, &n_heard, &oops));
	ok(store_own_acks(from, a, NULL, &have, &n_have, &oops));
	ok(store_import_begin(to, peer, &im, &oops));
	ok(store_events_beyond(
	    from, NULL, heard, n_heard, take, im, &note.events, &oops));
	ok(store_import_apply(im, have, n_have, &note, &oops));
	store_import_drop(im);
	/* how far our own level's feeds went, as a hand-over says it */
	for (size_t i = 0; i < n_have; i++) {
		struct store_feed *feeds;
		size_t k, n_feeds;

		ok(store_feeds(from, a, NULL, &feeds, &n_feeds, &oops));
		for (k = 0; k < n_feeds; k++)
			if (memcmp(&feeds[k].id, &have[i].feed,
			        sizeof feeds[k].id) == 0)
				break;
		if (strcmp(feeds[k].role, me->role) != 0)
			have[i].seq = 0;
	}
	note.incoming = false;
	note.peer = back;
	ok(store_bundle_log(from, &note, have, n_have, &oops));
	arena_free(a);
}

const char *
digest(struct store *s)
{
	uint8_t sum[32];
	char *hex = arena_alloc(world, 65);

	ok(store_digest(s, sum, &oops));
	hex_encode(hex, sum, sizeof sum);
	return hex;
}

static void
tell(void *ctx, const char *what)
{
	(void)ctx;
	print_message("fault: %s\n", what);
}

uint64_t
faults(struct store *s)
{
	uint64_t n;

	ok(store_check(s, tell, NULL, NULL, NULL, &n, &oops));
	return n;
}

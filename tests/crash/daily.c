/* A day at the desk: records made and amended, a draft typed and saved, saves
 * that nobody waits for as the screens make them (store_append_start), a
 * hand-over taken in, many records at once, all tables built anew. */
#include "tests/crash/states.h"
#include "tests/store/world.h"

#include "base/file.h"
#include "store/draft.h"

#include <stdio.h>

#define STORE 0 /* things: the store, then records, then drafts */
#define RECORDS 1
#define RECORDS_MAX 400
#define DRAFTS (RECORDS + RECORDS_MAX)
#define DRAFTS_MAX 16
#define MAP (256u << 10)
#define AHEAD_MAX 6

static const char typing[] = "xóm Đông, nhà số bảy, cạnh đình làng cũ";

static struct {
	struct record_id id[RECORDS_MAX];
	int version[RECORDS_MAX];
	size_t n;
	char draft[DRAFTS_MAX][64];
	size_t n_drafts;
	unsigned random;
	bool early; /* planted */
} w;

static unsigned
pick(unsigned n)
{
	w.random = w.random * 1103515245u + 12345u;
	return w.random / 65536u % n;
}

static const uint8_t *
key_of_drafts(void)
{
	return world_options().key;
}

static struct store *
open_small(const char *dir)
{
	struct store_options o = world_options();
	struct store *s;

	o.map_size = MAP;
	ok(store_open(dir, &o, &s, &oops));
	return s;
}

static char *
name_json(int version)
{
	return arena_printf(world, "\"Nguyễn Văn %d\"", version);
}

static void
make_record(struct store *s)
{
	size_t at = w.n++;

	store_id_make(s, put_scope, &w.id[at]);
	w.version[at] = 1;
	begin(RECORDS + at, 1);
	put(s, EVENT_CREATE, &w.id[at], "name", name_json(1), "birth",
	    "\"1950\"", NULL);
	done(RECORDS + at, 1);
}

static void
amend_record(struct store *s)
{
	size_t at = pick((unsigned)w.n);
	int v = ++w.version[at];

	begin(RECORDS + at, v);
	put(s, EVENT_AMEND, &w.id[at], "name", name_json(v), NULL);
	done(RECORDS + at, v);
}

/* Key by key; what was synced is promised. */
static struct draft *
type_draft(const char *dir)
{
	struct draft_head head = { .is_new = true, .form = "person" };
	const char *drafts = arena_printf(world, "%s/drafts", dir);
	struct draft_entry entry = { .snapshot = STR("{}"),
		.cursor = STR("hamlet") };
	size_t at = w.n_drafts++;
	struct draft *d;

	record_id_make(&head.record, NULL, 0);
	begin(DRAFTS + at, 1);
	ok(draft_create(drafts, key_of_drafts(), &head, &d, &oops));
	snprintf(w.draft[at], sizeof w.draft[at], "%s", draft_name(d));
	for (int i = 1; i < (int)sizeof typing - 1; i++) {
		struct str typed = { typing, (size_t)i };

		begin(DRAFTS + at, i);
		if (i % 8 == 1) {
			entry.typed = typed;
			ok(draft_append(d, &entry, &oops));
		} else {
			ok(draft_append_typed(d, typed, 0, &oops));
		}
		if (pick(4) == 0) {
			ok(draft_sync(d, &oops));
			done(DRAFTS + at, i);
		}
	}
	return d;
}

/* Half of them are saved. */
static void
use_draft(struct store *s, const char *dir)
{
	struct draft *d = type_draft(dir);
	size_t at = w.n_drafts - 1;

	if (pick(2) == 0) {
		draft_close(d);
		return;
	}
	make_record(s);
	done(DRAFTS + at, 0);
	ok(draft_discard(d, &oops));
}

/* A save that is on its way. */
struct save {
	size_t record, draft;
	int version;
	struct draft *d; /* NULL: it has none */
};

static void
say_saved(struct save *save)
{
	done(RECORDS + save->record, save->version);
	if (save->d == NULL)
		return;
	done(DRAFTS + save->draft, 0);
	ok(draft_discard(save->d, &oops));
	save->d = NULL;
}

static void
start_save(struct store *s, struct save *save)
{
	bool is_new = save->d != NULL || pick(2) == 0;
	size_t at = is_new ? w.n++ : pick((unsigned)w.n);
	struct event_set set = { .path = STR("name") };
	struct store_write write = write_of(
	    is_new ? EVENT_CREATE : EVENT_AMEND, &set);

	if (is_new)
		store_id_make(s, put_scope, &w.id[at]);
	save->record = at;
	save->version = ++w.version[at];
	set.json = str_of(name_json(save->version));
	write.record = w.id[at];
	begin(RECORDS + at, save->version);
	ok(store_append_start(s, &write, 1, &oops));
	if (w.early)
		say_saved(save);
}

static void
end_save(struct store *s, struct save *save)
{
	ok(store_append_end(s, &oops));
	if (!w.early)
		say_saved(save);
}

/* Several, one on top of the other, before the first is back; then they come
 * back one by one, while more are begun. */
static void
save_ahead(struct store *s, const char *dir)
{
	struct save save[AHEAD_MAX] = { 0 };
	unsigned n = 2 + pick(AHEAD_MAX - 1), first = 1 + pick(n), ended = 0;

	if (pick(2) == 0 && w.n_drafts < DRAFTS_MAX) {
		save[0].d = type_draft(dir);
		save[0].draft = w.n_drafts - 1;
	}
	record_hold(true);
	for (unsigned i = 0; i < first; i++)
		start_save(s, &save[i]);
	if (!store_append_is_back(s))
		were_at_once(first);
	record_hold(false);
	for (unsigned i = first; i < n; i++) {
		end_save(s, &save[ended++]);
		start_save(s, &save[i]);
	}
	while (ended < n)
		end_save(s, &save[ended++]);
}

/* All of it becomes visible by one commit. */
static void
take_hand_over(struct store *s, struct store *peer, uint64_t number)
{
	size_t first = w.n, n = 2 + pick(6);

	for (size_t i = 0; i < n; i++) {
		store_id_make(peer, put_scope, &w.id[w.n]);
		w.version[w.n++] = 1;
		put(peer, EVENT_CREATE, &w.id[first + i], "name", name_json(1),
		    NULL);
	}
	for (size_t i = first; i < w.n; i++)
		begin(RECORDS + i, 1);
	hand_over(peer, s, number);
	for (size_t i = first; i < w.n; i++)
		done(RECORDS + i, 1);
}

static void
load_many(struct store *s)
{
	struct event_set set = { STR("name"), STR("\"Nguyễn Văn 1\"") };
	struct store_write write = write_of(EVENT_CREATE, &set);
	size_t first = w.n;
	struct store_bulk *b;

	ok(store_bulk_begin(s, &b, &oops));
	for (size_t i = 0; i < 40; i++) {
		store_id_make(s, write.scope, &w.id[w.n]);
		w.version[w.n] = 1;
		begin(RECORDS + w.n, 1);
		write.record = w.id[w.n++];
		ok(store_bulk_add(b, &write, &oops));
	}
	ok(store_bulk_end(b, true, &oops));
	for (size_t i = first; i < w.n; i++)
		done(RECORDS + i, 1);
}

static void
work(const char *dir, unsigned seed, bool early)
{
	struct store *s, *peer;

	memset(&w, 0, sizeof w);
	w.random = seed;
	w.early = early;
	begin(STORE, 1);
	s = world_create(dir, "11149", "commune", 1);
	done(STORE, 1);
	store_close(s);
	if (file_exists(world_dir("peer")))
		ok(file_remove_tree(world_dir("peer"), &oops));
	peer = world_create(world_dir("peer"), "11149", "commune", 2);
	s = open_small(dir);
	make_record(s);
	for (unsigned i = 0; i < 40; i++) {
		unsigned what = pick(16);

		if (what < 3)
			make_record(s);
		else if (what < 6)
			amend_record(s);
		else if (what < 10)
			save_ahead(s, dir);
		else if (what < 11 && w.n_drafts < 6)
			use_draft(s, dir);
		else if (what < 13)
			take_hand_over(s, peer, i + 1);
		else if (what < 14 && i % 2 == 0)
			load_many(s);
		else if (what < 15) {
			store_close(s);
			s = open_small(dir);
		} else
			ok(store_rebuild(s, &oops));
	}
	store_close(s);
	store_close(peer);
}

static void
tell(void *ctx, const char *what)
{
	struct view *v = ctx;

	snprintf(v->why, sizeof v->why, "%s", what);
}

static int
version_of(struct store *s, struct arena *a, const struct record_id *id)
{
	struct record r;
	int v = 0;

	if (store_record(s, a, id, &r, NULL) != OK)
		return 0;
	for (size_t i = 0; i < r.n_values; i++)
		if (str_is(r.values[i].path, "name"))
			(void)!sscanf(arena_str(a, r.values[i].json),
			    "\"Nguyễn Văn %d\"", &v);
	return v;
}

static enum verdict
look_at_records(struct store *s, struct arena *a, struct view *v)
{
	uint64_t found = 0;

	for (size_t i = 0; i < RECORDS_MAX; i++) {
		const struct thing *t = &v->things[RECORDS + i];
		int version = t->begun == 0 ? 0 : version_of(s, a, &w.id[i]);

		found += version > 0;
		if (version < t->done || version > t->begun) {
			snprintf(v->why, sizeof v->why,
			    "record %zu has version %d, "
			    "acknowledged %d, begun %d",
			    i, version, t->done, t->begun);
			return version < t->done ? STATE_LOST : STATE_CORRUPT;
		}
	}
	if (found == store_count(s, NULL))
		return STATE_GOOD;
	snprintf(v->why, sizeof v->why, "%llu records, of which %llu are known",
	    (unsigned long long)store_count(s, NULL),
	    (unsigned long long)found);
	return STATE_CORRUPT;
}

static enum verdict
look_at_drafts(struct arena *a, struct view *v)
{
	const char *drafts = arena_printf(a, "%s/drafts", v->dir);

	for (size_t i = 0; i < DRAFTS_MAX; i++) {
		const struct thing *t = &v->things[DRAFTS + i];
		struct draft_entry last = { .typed = STR("") };
		struct draft_head head;
		struct draft *d;

		if (t->begun == 0)
			continue;
		if (draft_open(drafts, key_of_drafts(), w.draft[i], a, &head,
		        &last, &d, NULL) == OK)
			draft_close(d);
		if ((int)last.typed.n < t->done) {
			snprintf(v->why, sizeof v->why,
			    "draft %zu has %zu letters of %d", i, last.typed.n,
			    t->done);
			return STATE_LOST;
		}
		if ((int)last.typed.n > t->begun ||
		    !str_eq((struct str){ typing, last.typed.n }, last.typed)) {
			snprintf(v->why, sizeof v->why,
			    "draft %zu is not as typed", i);
			return STATE_CORRUPT;
		}
	}
	return STATE_GOOD;
}

/* All that is stored, and that it can be written to. */
static enum verdict
look_at_all(struct store *s, struct arena *a, struct view *v)
{
	uint64_t before = store_count(s, NULL), faults = 0;
	struct error e = { .code = OK };
	struct record_id id;

	if (store_check(s, tell, v, NULL, NULL, &faults, &e) != OK) {
		snprintf(v->why, sizeof v->why, "%s", e.what);
		return STATE_CORRUPT;
	}
	if (faults > 0)
		return STATE_CORRUPT;
	id = new_record(s, "Sau khi mất điện");
	return version_of(s, a, &id) == 0 && store_count(s, NULL) == before + 1
	           ? STATE_GOOD
	           : STATE_CORRUPT;
}

static enum verdict
look_at_store(struct arena *a, struct view *v)
{
	struct store_options o = world_options();
	struct error e = { .code = OK };
	struct store *s = NULL;
	struct directory *rows;
	enum verdict verdict = STATE_CORRUPT;

	o.map_size = MAP;
	if (!file_exists(arena_printf(a, "%s/db", v->dir)))
		return v->things[STORE].done == 0 ? STATE_GOOD : STATE_LOST;
	if (store_open(v->dir, &o, &s, &e) != OK) {
		snprintf(v->why, sizeof v->why, "%s", e.what);
	} else if (store_was_restored(s)) {
		/* older than its token: what came after is gone */
		snprintf(v->why, sizeof v->why, "takes itself for a copy");
		verdict = STATE_LOST;
	} else if (directory_open(s, &rows, &e) != OK) {
		snprintf(v->why, sizeof v->why, "%s", e.what);
	} else {
		verdict = look_at_records(s, a, v);
	}
	if (verdict == STATE_GOOD && v->is_full) {
		verdict = look_at_all(s, a, v);
		v->is_late = verdict != STATE_GOOD;
	}
	store_close(s);
	return verdict;
}

static enum verdict
look(struct view *v)
{
	struct arena *a = arena_new();
	enum verdict verdict = look_at_store(a, v);

	if (verdict == STATE_GOOD)
		verdict = look_at_drafts(a, v);
	arena_free(a);
	return verdict;
}

const struct job job_daily = { "daily", work, look };

/*
 * soak [--edits N] [--imports N]
 *
 * Very many edits and hand-overs in one store, which is closed, opened, and
 * killed while it is read, now and then.  Its file stays below three times
 * what is alive in it (pages are used again; readers that died hold none), and
 * memory stays flat.  Planted are a reader that never ends, by which the file
 * must outgrow that bound, and memory that is lost.
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <lmdb.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDS 500
#define KILLS 10

#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_MEASURED false /* freed memory is kept for a while */
#else
#define MEMORY_MEASURED true
#endif

static struct record_id id[RECORDS];

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/*
 * What was allocated and not freed.  Resident memory says less: LMDB's lists of
 * pages are touched little by little, and to amend a record that has a long
 * history takes more for a moment.
 */
static size_t
held(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static bool
is_flat(size_t before, size_t after)
{
	return !MEMORY_MEASURED || after <= before + before / 20;
}

/* Planted: a few bytes lost by each of a thousand and more edits. */
static bool
leak_is_seen(size_t before)
{
	size_t n = before / 20 / sizeof(void *);
	void **lost = NULL, **more;
	bool seen;

	for (size_t i = 0; i < n; i++) {
		if ((more = malloc(sizeof *more)) == NULL)
			abort();
		*more = lost;
		lost = more;
	}
	seen = !MEMORY_MEASURED || !is_flat(before, held());
	for (; lost != NULL; lost = more) {
		more = *lost;
		free(lost);
	}
	return seen;
}

static void
write_one(struct store *s, enum event_act act, size_t at, unsigned long n)
{
	char json[64];
	struct event_set set = { .path = STR("name") };
	struct store_write w = write_of(act, &set);

	w.record = id[at];
	snprintf(json, sizeof json, "\"Nguyễn Văn %lu\"", n);
	set.json = str_of(json);
	ok(store_append(s, &w, 1, NULL, &oops));
}

/* A child is killed while it reads. */
static void
kill_reader(const char *dir)
{
	pid_t pid = fork();

	if (pid == 0) {
		uint8_t sum[32];
		struct store *s = world_open(dir);

		for (;;)
			(void)!store_digest(s, sum, &oops);
	}
	usleep(100 * 1000);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool
grew(const char *dir, struct store *s, const char *what)
{
	const char *copy = world_dir("copy");
	off_t file = size_of(arena_printf(world, "%s/db/data.mdb", dir)), alive;

	ok(store_backup(s, copy, NULL, NULL, &oops));
	alive = size_of(copy);
	printf("%s: %lld KiB, of which %lld KiB are alive\n", what,
	    (long long)file / 1024, (long long)alive / 1024);
	return file > 3 * alive;
}

/* A reader of our own that nobody ends. */
static bool
planted_is_caught(unsigned long edits)
{
	const char *dir = world_dir("planted");
	struct store *s = world_create(dir, "11149", "commune", 1);
	MDB_env *env;
	MDB_txn *reader;
	bool caught;

	store_id_make(s, "11149", &id[0]);
	write_one(s, EVENT_CREATE, 0, 0);
	if (mdb_env_create(&env) != 0 || mdb_env_set_maxdbs(env, 16) != 0 ||
	    mdb_env_open(
	        env, arena_printf(world, "%s/db", dir), MDB_NOTLS, 0600) != 0 ||
	    mdb_txn_begin(env, NULL, MDB_RDONLY, &reader) != 0)
		abort();
	for (unsigned long i = 0; i < edits; i++)
		write_one(s, EVENT_AMEND, 0, i);
	caught = grew(dir, s, "with a reader that never ends (planted)");
	fflush(stdout);
	_exit(caught ? 0 : 1); /* two environments do not part well */
}

int
main(int argc, char **argv)
{
	unsigned long edits = 1500, imports = 10, every;
	struct store *s, *peer;
	const char *dir;
	size_t before = 0, after;
	int status = 1;
	bool big, flat;
	pid_t pid;

	for (int i = 1; i + 1 < argc; i += 2)
		*(strcmp(argv[i], "--edits") == 0 ? &edits : &imports) =
		    strtoul(argv[i + 1], NULL, 10);
	if (world_setup(NULL) != 0)
		return 2;
	fflush(NULL);
	if ((pid = fork()) == 0)
		(void)planted_is_caught(400);
	waitpid(pid, &status, 0);
	dir = world_dir("soak");
	s = world_create(dir, "11149", "commune", 1);
	peer = world_create(world_dir("peer"), "11149", "commune", 2);
	for (size_t i = 0; i < RECORDS; i++) {
		store_id_make(s, "11149", &id[i]);
		write_one(s, EVENT_CREATE, i, i);
	}
	every = edits / KILLS + 1;
	for (unsigned long i = 0; i < edits; i++) {
		write_one(s, EVENT_AMEND, i * 7919 % RECORDS, i);
		if (imports > 0 && i % (edits / imports + 1) == 0) {
			new_record(peer, "B");
			hand_over(peer, s, i + 1);
		}
		if (i % every == every - 1) {
			if (before == 0)
				before = held();
			store_close(s);
			kill_reader(dir);
			s = world_open(dir);
		}
	}
	after = held();
	big = grew(dir, s, "after it all");
	flat = is_flat(before, after) && leak_is_seen(before);
	if (faults(s) != 0)
		big = true;
	store_close(s);
	store_close(peer);
	if (world_teardown(NULL) != 0)
		return 2;
	printf("%lu edits, %lu hand-overs, %d readers killed: the file %s, "
	       "memory %zu -> %zu KiB%s%s\n",
	    edits, imports, KILLS, big ? "IS TOO LARGE" : "is bounded",
	    before / 1024, after / 1024,
	    flat ? "" : ": IT GROWS, OR THE PLANTED LEAK IS NOT SEEN",
	    MEMORY_MEASURED ? "" : " (not judged under the sanitizer)");
	return !big && flat && status == 0 ? 0 : 1;
}

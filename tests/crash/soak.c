/*
 * soak [--edits N] [--imports N]
 *
 * Very many edits and hand-overs in one store, which is closed, opened, and
 * killed while it is read, now and then.  Its file stays below three times
 * what is alive in it (pages are used again; readers that died hold none), and
 * memory stays flat.  The planted fault is a reader that never ends: the file
 * must then outgrow that bound.
 */
#include "tests/store/world.h"

#include "base/file.h"

#include <lmdb.h>
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

/* Of memory of its own: pages of the mapped file are the system's to keep. */
static long
own_pages(void)
{
	long size = 0, resident = 0, shared = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL ||
	    fscanf(f, "%ld %ld %ld", &size, &resident, &shared) != 3)
		abort();
	fclose(f);
	return resident - shared;
}

static void
write_one(struct store *s, enum event_act act, size_t at, unsigned long n)
{
	char json[64];
	struct event_set set = { .path = STR("name") };
	struct store_write w = { .act = act,
		.record = id[at],
		.scope = "11149",
		.form = "person",
		.form_hash = form_hash,
		.officer = "x",
		.set = &set,
		.n_set = 1 };

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
	long before = 0, after = 0;
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
				before = own_pages();
			store_close(s);
			kill_reader(dir);
			s = world_open(dir);
		}
	}
	after = own_pages();
	big = grew(dir, s, "after it all");
	flat = !MEMORY_MEASURED || after <= before + before / 20 + 512;
	if (faults(s) != 0)
		big = true;
	store_close(s);
	store_close(peer);
	if (world_teardown(NULL) != 0)
		return 2;
	printf("%lu edits, %lu hand-overs, %d readers killed: the file %s, "
	       "memory %ld -> %ld KiB%s\n",
	    edits, imports, KILLS, big ? "IS TOO LARGE" : "is bounded",
	    before * 4, after * 4,
	    MEMORY_MEASURED ? "" : " (not judged under the sanitizer)");
	return !big && flat && status == 0 ? 0 : 1;
}

/*
 * The environment: opened and verified, grown, copied and closed.
 */
#include "store/db_impl.h"

#include "base/arena.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(sizeof(size_t) == 8, "the store needs a 64-bit machine");

const struct db_table_kind db_tables[DB_TABLES] = {
	[DB_META] = { .name = "meta" },
	[DB_EVENTS] = { .name = "events", .rises = true },
	[DB_CHAIN] = { .name = "chain", .rises = true },
	[DB_FEEDS] = { .name = "feeds" },
	[DB_RECORDS] = { .name = "records", .rises = true },
	[DB_RECORD_IDS] = { .name = "record_ids", .pad = 16 },
	[DB_DIRECTORY] = { .name = "directory", .rises = true },
	[DB_PEERS] = { .name = "peers" },
	[DB_BUNDLES] = { .name = "bundles" },
	[DB_PACKS] = { .name = "packs" },
	[DB_REFUSALS] = { .name = "refusals" },
	[DB_JOINS] = { .name = "joins", .pad = 64 },
};

const char *
db_table_name(enum db_table table)
{
	return db_tables[table].name;
}

enum err
db_failed(const struct db *db, int code, struct error *e)
{
	enum err as = ERR_IO;

	if (code == MDB_MAP_FULL)
		as = ERR_MAPFULL;
	else if (code == ENOSPC || code == EDQUOT)
		as = ERR_NOSPACE;
	else if (code < 0)
		as = ERR_CORRUPT;
	error_set(e, as, N_("the store: %s"), mdb_strerror(code));
	return error_at(e, "%s", db->path);
}

/* LMDB found its own pages in disorder: nothing after that can be trusted. */
static void
on_assert(MDB_env *env, const char *msg)
{
	static const char text[] = "\nansinh: the store is damaged\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);

	(void)env;
	(void)msg;
	(void)n;
	_exit(75);
}

/* LMDB does not say where its map is; the kernel does. */
static enum err
find_map(struct db *db, struct error *e)
{
	unsigned long from = 0, to = 0, inode;
	const uint8_t *map;
	struct stat sb;
	char line[512];
	bool found = false;
	FILE *f;
	int fd;

	if (mdb_env_get_fd(db->env, &fd) != 0 || fstat(fd, &sb) != 0 ||
	    (f = fopen("/proc/self/maps", "re")) == NULL)
		return error_errno(e, ERR_IO, "%s", db->path);
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = sscanf(line, "%lx-%lx %*s %*s %*s %lu", &from, &to,
		            &inode) == 3 &&
		    inode == sb.st_ino;
	fclose(f);
	if (!found)
		return error_set(
		    e, ERR_IO, N_("the store's map is not found"));
	memcpy(&map, &(uintptr_t){ from }, sizeof map);
	pages_begin(&db->pages, map, to - from);
	return OK;
}

/* SAFETY D7: what the file says it holds must be there to be mapped. */
static enum err
verify(struct db *db, bool all, struct error *e)
{
	struct pages p = db->pages;
	struct stat sb;
	struct txn *t;
	enum err r;
	int fd;

	if (mdb_env_get_fd(db->env, &fd) != 0 || fstat(fd, &sb) != 0)
		return error_errno(e, ERR_IO, "%s", db->path);
	if ((size_t)sb.st_size < p.size)
		p.size = (size_t)sb.st_size;
	if ((r = db_read_locked(db, &t, e)) != OK)
		return r;
	r = all ? pages_check(&p, t->seen, e)
	        : pages_check_frame(&p, t->seen, e);
	db_read_unlocked(t);
	db->whole = r == OK && all;
	return r == ERR_CORRUPT ? error_at(e, "%s", db->path) : r;
}

enum err
db_verify_locked(struct db *db, struct error *e)
{
	return verify(db, true, e);
}

enum err
db_verify(struct db *db, struct error *e)
{
	enum err r = db_commit_wait(db, e);

	return r == OK ? db_verify_locked(db, e) : r;
}

static int
open_tables(struct db *db)
{
	unsigned flags = db->options.single_file ? 0 : MDB_CREATE;
	unsigned how = db->options.single_file ? MDB_RDONLY : 0;
	MDB_txn *t = NULL;
	int r;

	r = mdb_txn_begin(db->env, NULL, how, &t);
	for (size_t i = 0; r == 0 && i < DB_TABLES; i++) {
		r = mdb_dbi_open(t, db_tables[i].name, flags, &db->table[i]);
		if (r == MDB_NOTFOUND && i == DB_JOINS) {
			/* a backup from before there were any: is empty */
			db->table[i] = UINT_MAX;
			r = 0;
		}
	}
	if (r == 0)
		return mdb_txn_commit(t);
	mdb_txn_abort(t);
	return r;
}

void
db_env_close(struct db *db)
{
	if (db->reader != NULL)
		mdb_txn_abort(db->reader);
	db->reader = NULL;
	if (db->env != NULL)
		mdb_env_close(db->env);
	db->env = NULL;
}

enum err
db_grow_map(struct db *db, struct error *e)
{
	int r;

	if (db->reader != NULL)
		mdb_txn_abort(db->reader);
	db->reader = NULL;
	db->map_size *= 2;
	if ((r = mdb_env_set_mapsize(db->env, db->map_size)) != 0)
		return db_failed(db, r, e);
	return find_map(db, e);
}

enum err
db_env_open(struct db *db, bool all, struct error *e)
{
	struct arena *a = arena_new();
	unsigned flags = MDB_NOTLS;
	MDB_envinfo info;
	enum err code;
	int r, dead;

	if (db->options.single_file)
		flags |= MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK;
	code = pages_check_heads(db->options.single_file
		? db->path
		: arena_printf(a, "%s/data.mdb", db->path),
	    e);
	arena_free(a);
	if (code != OK)
		return error_at(e, "%s", db->path);
	if ((r = mdb_env_create(&db->env)) != 0)
		return db_failed(db, r, e);
	mdb_env_set_assert(db->env, on_assert);
	if ((r = mdb_env_set_maxdbs(db->env, DB_TABLES)) != 0 ||
	    (r = mdb_env_set_mapsize(db->env, db->map_size)) != 0 ||
	    (r = mdb_env_open(db->env, db->path, flags, 0600)) != 0) {
		code = db_failed(db, r, e);
		goto out;
	}
	/* a store that grew is mapped as large as it says */
	if ((r = mdb_env_info(db->env, &info)) != 0) {
		code = db_failed(db, r, e);
		goto out;
	}
	if (info.me_mapsize > db->map_size)
		db->map_size = info.me_mapsize;
	if ((code = find_map(db, e)) != OK ||
	    (code = verify(db, all, e)) != OK)
		goto out;
	/* no other program has it: what is left of readers is of the dead */
	mdb_reader_check(db->env, &dead);
	while ((r = open_tables(db)) == MDB_MAP_FULL && code == OK)
		code = db_grow_map(db, e);
	if (r != 0 && code == OK)
		code = db_failed(db, r, e);
out:
	if (code != OK)
		db_env_close(db);
	return code;
}

enum err
db_env_anew(struct db *db, struct error *e)
{
	struct error again;

	db_env_close(db);
	if (db_env_open(db, true, &again) == OK)
		return OK;
	*e = again;
	return ERR_CORRUPT;
}

/* SAFETY D12: 0.9.26 to 0.9.31 have races that 0.9.24 has not. */
static enum err
check_version(struct error *e)
{
	int major, minor, patch;

	mdb_version(&major, &minor, &patch);
	if (major == 0 && minor == 9 && (patch == 24 || patch >= 32))
		return OK;
	return error_set(e, ERR_VERSION,
	    N_("LMDB %d.%d.%d is not fit; 0.9.24, or 0.9.32 and newer"), major,
	    minor, patch);
}

enum err
db_open(const char *path, const struct db_options *o, struct db **out,
    struct error *e)
{
	struct db *db;
	enum err r;

	if ((r = check_version(e)) != OK)
		return r;
	db = calloc(1, sizeof *db);
	if (db == NULL || (db->path = strdup(path)) == NULL)
		base_die("%s", _("out of memory"));
	db->options = *o;
	db->pages = (struct pages)PAGES_INIT;
	memcpy(db->key, o->key, sizeof db->key);
	db->map_size = o->map_size;
	if ((r = db_commit_init(db, e)) != OK ||
	    (r = db_env_open(db, o->verify || o->single_file, e)) != OK) {
		db_close(db);
		return r;
	}
	*out = db;
	return OK;
}

void
db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_commit_release(db);
	db_env_close(db);
	explicit_bzero(db->key, sizeof db->key);
	pages_release(&db->pages);
	buf_release(&db->sealed);
	free(db->path);
	free(db);
}

uint64_t
db_commits(const struct db *db)
{
	MDB_envinfo info;

	if (db->env == NULL || mdb_env_info(db->env, &info) != 0)
		return 0;
	return info.me_last_txnid;
}

enum err
db_sync(struct db *db, struct error *e)
{
	int r = mdb_env_sync(db->env, 1);

	return r == 0 ? OK : db_failed(db, r, e);
}

enum err
db_copy(struct db *db, int fd, struct error *e)
{
	enum err code = db_verify(db, e);
	int r;

	if (code != OK)
		return code;
	r = mdb_env_copyfd2(db->env, fd, MDB_CP_COMPACT);
	return r == 0 ? OK : db_failed(db, r, e);
}

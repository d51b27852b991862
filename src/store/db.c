#include "store/db.h"

#include "base/arena.h"
#include "crypt/seal.h"
#include "store/pages.h"

#include <errno.h>
#include <lmdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

_Static_assert(sizeof(size_t) == 8, "the store needs a 64-bit machine");

#define SCHEMA 1
#define GROW_TRIES 8
#define FREE_MIN (64ull << 20)
#define MAX_KEY 511
/* Who writes that much goes everywhere: all pages are verified at once. */
#define VERIFY_FIRST (1u << 20)

static const struct {
	const char *name;
	uint32_t pad; /* of the seal; small where all values are of a size */
} tables[DB_TABLES] = {
	[DB_META] = { "meta", 0 },
	[DB_EVENTS] = { "events", 0 },
	[DB_CHAIN] = { "chain", 0 },
	[DB_FEEDS] = { "feeds", 0 },
	[DB_RECORDS] = { "records", 64 },
	[DB_RECORD_IDS] = { "record_ids", 8 },
	[DB_DIRECTORY] = { "directory", 0 },
	[DB_PEERS] = { "peers", 0 },
	[DB_BUNDLES] = { "bundles", 0 },
	[DB_PACKS] = { "packs", 0 },
	[DB_REFUSALS] = { "refusals", 0 },
	[DB_JOINS] = { "joins", 64 },
};

struct txn {
	struct db *db;
	MDB_txn *t;
	uint64_t seen; /* the committed transaction that it sees */
};

struct db {
	char *path;
	struct db_options options;
	uint8_t key[SEAL_KEY_SIZE];
	MDB_env *env;
	MDB_dbi table[DB_TABLES];
	size_t map_size;
	MDB_txn *reader; /* reset between uses: holds no snapshot */
	struct txn read;
	bool reading;
	struct buf sealed; /* scratch */
	struct pages pages;
	bool whole; /* all pages were verified, so none need be on the way */
	uint64_t touched;  /* values read or written */
};

const char *
db_table_name(enum db_table table)
{
	return tables[table].name;
}

struct key_u32
key_u32(uint32_t v)
{
	struct key_u32 k = { 0 };

	for (size_t i = 0; i < sizeof k.b; i++)
		k.b[i] = (char)(v >> (24 - 8 * i));
	return k;
}

struct key_u64
key_u64(uint64_t v)
{
	struct key_u64 k = { 0 };

	for (size_t i = 0; i < sizeof k.b; i++)
		k.b[i] = (char)(v >> (56 - 8 * i));
	return k;
}

/* One code of LMDB as one of ours. */
static enum err
failed(const struct db *db, int code, struct error *e)
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
	memcpy(&db->pages.map, &(uintptr_t){ from }, sizeof db->pages.map);
	db->pages.size = to - from;
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
	if ((r = db_read_begin(db, &t, e)) != OK)
		return r;
	r = all ? pages_check(&p, t->seen, e)
	        : pages_check_frame(&p, t->seen, e);
	db_read_end(t);
	db->whole = r == OK && all;
	return r == ERR_CORRUPT ? error_at(e, "%s", db->path) : r;
}

enum err
db_verify(struct db *db, struct error *e)
{
	return verify(db, true, e);
}

/* Going through a whole store takes as little memory as through a page of it;
 * the kernel maps up to 16 pages around the one that is wanted. */
static void
touch(struct db *db)
{
	if (++db->touched % 128 == 0)
		pages_trim(&db->pages);
}

/* Before LMDB goes to a key: where not all was verified, the way there is. */
static enum err
check_way(struct txn *t, enum db_table table, struct str key, struct error *e)
{
	struct db *db = t->db;
	enum err r;

	touch(db);
	if (db->whole)
		return OK;
	r = pages_check_way(&db->pages, t->seen, tables[table].name, key, e);
	return r == OK ? OK : error_at(e, "%s", db->path);
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
		r = mdb_dbi_open(t, tables[i].name, flags, &db->table[i]);
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

static void
env_close(struct db *db)
{
	if (db->reader != NULL)
		mdb_txn_abort(db->reader);
	db->reader = NULL;
	if (db->env != NULL)
		mdb_env_close(db->env);
	db->env = NULL;
}

/* No transaction may be open; a resetted reader would keep the old map. */
static enum err
grow_map(struct db *db, struct error *e)
{
	int r;

	if (db->reader != NULL)
		mdb_txn_abort(db->reader);
	db->reader = NULL;
	db->map_size *= 2;
	if ((r = mdb_env_set_mapsize(db->env, db->map_size)) != 0)
		return failed(db, r, e);
	return find_map(db, e);
}

/* `all`: the pages are verified here, not when they are first met. */
static enum err
env_open(struct db *db, bool all, struct error *e)
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
		return failed(db, r, e);
	mdb_env_set_assert(db->env, on_assert);
	if ((r = mdb_env_set_maxdbs(db->env, DB_TABLES)) != 0 ||
	    (r = mdb_env_set_mapsize(db->env, db->map_size)) != 0 ||
	    (r = mdb_env_open(db->env, db->path, flags, 0600)) != 0) {
		code = failed(db, r, e);
		goto out;
	}
	/* a store that grew is mapped as large as it says */
	if ((r = mdb_env_info(db->env, &info)) != 0) {
		code = failed(db, r, e);
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
		code = grow_map(db, e);
	if (r != 0 && code == OK)
		code = failed(db, r, e);
out:
	if (code != OK)
		env_close(db);
	return code;
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
	memcpy(db->key, o->key, sizeof db->key);
	db->map_size = o->map_size;
	if ((r = env_open(db, o->verify || o->single_file, e)) != OK) {
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
	env_close(db);
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

	return r == 0 ? OK : failed(db, r, e);
}

enum err
db_copy(struct db *db, int fd, struct error *e)
{
	enum err code = db_verify(db, e);
	int r;

	if (code != OK)
		return code;
	r = mdb_env_copyfd2(db->env, fd, MDB_CP_COMPACT);
	return r == 0 ? OK : failed(db, r, e);
}

/* Refuse to begin what the disk may not hold to the end. */
static enum err
check_free(const struct db *db, size_t expect, struct error *e)
{
	struct statvfs fs;

	if (statvfs(db->path, &fs) != 0)
		return error_errno(e, ERR_IO, "%s", db->path);
	if ((uint64_t)fs.f_bavail * fs.f_frsize >= FREE_MIN + 3 * expect)
		return OK;
	return error_set(
	    e, ERR_NOSPACE, N_("the disk is nearly full; nothing was saved"));
}

/* Of the one environment that a process has. */
static int open_txns;

int
db_open_txns(void)
{
	return open_txns;
}

static enum err
write_once(struct db *db, db_write_fn fn, void *ctx, struct error *e)
{
	struct txn txn = { .db = db };
	struct error again;
	enum err code;
	int r;

	if ((r = mdb_txn_begin(db->env, NULL, 0, &txn.t)) != 0)
		return failed(db, r, e);
	txn.seen = mdb_txn_id(txn.t) - 1;
	open_txns++;
	code = fn(&txn, ctx, e);
	open_txns--;
	if (code != OK) {
		mdb_txn_abort(txn.t);
		return code;
	}
	if ((r = mdb_txn_commit(txn.t)) == 0)
		return OK;
	code = failed(db, r, e);
	if (code == ERR_MAPFULL)
		return code;
	env_close(db);
	if (env_open(db, true, &again) != OK) {
		*e = again;
		return ERR_CORRUPT;
	}
	return code;
}

enum err
db_write(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	struct error local;
	sigset_t stop, old;
	enum err r;

	if (e == NULL)
		e = &local;
	if (db->reading)
		BUG("a write inside a read");
	if (db->env == NULL)
		return error_set(e, ERR_CORRUPT, N_("the store is closed"));
	if ((r = check_free(db, expect, e)) != OK ||
	    (expect >= VERIFY_FIRST && !db->whole &&
	        (r = db_verify(db, e)) != OK))
		return r;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pthread_sigmask(SIG_BLOCK, &stop, &old);
	r = write_once(db, fn, ctx, e);
	for (int i = 0; r == ERR_MAPFULL && i < GROW_TRIES; i++) {
		if ((r = grow_map(db, e)) == OK)
			r = write_once(db, fn, ctx, e);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

enum err
db_read_begin(struct db *db, struct txn **out, struct error *e)
{
	int r;

	if (db->reading)
		BUG("a read inside a read");
	if (db->env == NULL)
		return error_set(e, ERR_CORRUPT, N_("the store is closed"));
	if (db->reader != NULL)
		r = mdb_txn_renew(db->reader);
	else
		r = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &db->reader);
	if (r != 0)
		return failed(db, r, e);
	db->reading = true;
	open_txns++;
	db->read = (struct txn){ db, db->reader, mdb_txn_id(db->reader) };
	*out = &db->read;
	return OK;
}

void
db_read_end(struct txn *t)
{
	if (t == NULL)
		return;
	mdb_txn_reset(t->t);
	t->db->reading = false;
	open_txns--;
}

static struct seal_place
place(const struct txn *t, enum db_table table, struct str key)
{
	return (struct seal_place){ tables[table].name, key,
		t->db->options.epoch, SCHEMA, tables[table].pad };
}

/* LMDB takes keys as pointers to what it does not write to. */
static MDB_val
val_of(struct str s)
{
	union {
		const char *in;
		void *out;
	} p = { .in = s.p };

	return (MDB_val){ s.n, p.out };
}

enum err
txn_get(struct txn *t, enum db_table table, struct str key, struct buf *out,
    struct error *e)
{
	struct seal_place at = place(t, table, key);
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	r = mdb_get(t->t, t->db->table[table], &k, &v);
	if (r == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	if (r != 0)
		return failed(t->db, r, e);
	return seal_open(
	    out, t->db->key, &at, (struct str){ v.mv_data, v.mv_size }, e);
}

enum err
txn_has(struct txn *t, enum db_table table, struct str key, bool *has,
    struct error *e)
{
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	r = mdb_get(t->t, t->db->table[table], &k, &v);
	*has = r == 0;
	return r == 0 || r == MDB_NOTFOUND ? OK : failed(t->db, r, e);
}

enum err
txn_put(struct txn *t, enum db_table table, struct str key, struct str value,
    struct error *e)
{
	struct seal_place at = place(t, table, key);
	size_t n = seal_size_at(&at, value.n);
	struct buf *b = &t->db->sealed;
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	buf_clear(b);
	buf_reserve(b, n);
	seal((uint8_t *)b->p, t->db->key, &at, value);
	v = val_of((struct str){ b->p, n });
	r = mdb_put(t->t, t->db->table[table], &k, &v, 0);
	return r == 0 ? OK : failed(t->db, r, e);
}

/* Taking out joins pages with their neighbours, wherever these are. */
static enum err
check_all(struct txn *t, struct error *e)
{
	return t->db->whole ? OK : db_verify(t->db, e);
}

enum err
txn_del(struct txn *t, enum db_table table, struct str key, struct error *e)
{
	MDB_val k = val_of(key);
	enum err code;
	int r;

	if ((code = check_all(t, e)) != OK)
		return code;
	r = mdb_del(t->t, t->db->table[table], &k, NULL);
	return r == 0 || r == MDB_NOTFOUND ? OK : failed(t->db, r, e);
}

enum err
txn_clear(struct txn *t, enum db_table table, struct error *e)
{
	enum err code;
	int r;

	if ((code = check_all(t, e)) != OK)
		return code;
	r = mdb_drop(t->t, t->db->table[table], 0);
	return r == 0 ? OK : failed(t->db, r, e);
}

uint64_t
txn_count(struct txn *t, enum db_table table)
{
	MDB_stat st;

	if (mdb_stat(t->t, t->db->table[table], &st) != 0)
		return 0;
	return st.ms_entries;
}

enum err
txn_next(struct txn *t, enum db_table table, struct str key, char *next,
    size_t *next_n, struct error *e)
{
	MDB_cursor *c;
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if (t->db->table[table] == UINT_MAX)
		return ERR_NOTFOUND; /* of a backup that has it not yet */
	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	if ((r = mdb_cursor_open(t->t, t->db->table[table], &c)) != 0)
		return failed(t->db, r, e);
	r = mdb_cursor_get(c, &k, &v, key.n == 0 ? MDB_FIRST : MDB_SET_RANGE);
	if (r == 0 && k.mv_size > MAX_KEY)
		r = MDB_CORRUPTED;
	if (r == 0) {
		memcpy(next, k.mv_data, k.mv_size);
		*next_n = k.mv_size;
	}
	mdb_cursor_close(c);
	if (r == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	return r == 0 ? OK : failed(t->db, r, e);
}

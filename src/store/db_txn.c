/*
 * Transactions: one at a time, of the one environment that a process has.
 */
#include "store/db_impl.h"

#include <sys/statvfs.h>

#define GROW_TRIES 8
#define FREE_MIN (64ull << 20)
/* Who writes that much goes everywhere: all pages are verified at once. */
#define VERIFY_FIRST (1u << 20)

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

/* Of each thread its own: what waits for a person is this one. */
static _Thread_local int open_txns;

int
db_open_txns(void)
{
	return open_txns;
}

enum err
db_txn_run(struct db *db, db_write_fn fn, void *ctx, struct txn *t,
    struct error *e)
{
	enum err code;
	int r;

	*t = (struct txn){ .db = db };
	if ((r = mdb_txn_begin(db->env, NULL, 0, &t->t)) != 0)
		return db_failed(db, r, e);
	t->seen = mdb_txn_id(t->t) - 1;
	open_txns++;
	code = fn(t, ctx, e);
	open_txns--;
	if (code != OK)
		mdb_txn_abort(t->t);
	return code;
}

static enum err
committed(struct db *db, int r, struct error *e)
{
	enum err code;

	if (r == 0)
		return OK;
	code = db_failed(db, r, e);
	if (code == ERR_MAPFULL)
		return code;
	return db_env_anew(db, e) == OK ? code : ERR_CORRUPT;
}

static enum err
write_once(struct db *db, db_write_fn fn, void *ctx, struct error *e)
{
	struct txn txn;
	enum err r;

	if ((r = db_txn_run(db, fn, ctx, &txn, e)) != OK)
		return r;
	return committed(db, mdb_txn_commit(txn.t), e);
}

enum err
db_may_write(struct db *db, size_t expect, struct error *e)
{
	if (db->env == NULL)
		return error_set(e, ERR_CORRUPT, N_("the store is closed"));
	return check_free(db, expect, e);
}

void
db_block_stop(sigset_t *was)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	pthread_sigmask(SIG_BLOCK, &stop, was);
}

enum err
db_write(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	struct error local;
	sigset_t was;
	enum err r;

	if (e == NULL)
		e = &local;
	if ((r = db_commit_wait(db, e)) != OK)
		return r;
	if (db->reading)
		BUG("a write inside a read");
	if ((r = db_may_write(db, expect, e)) != OK ||
	    (expect >= VERIFY_FIRST && !db->whole &&
		(r = db_verify_locked(db, e)) != OK))
		return r;
	db_block_stop(&was);
	r = write_once(db, fn, ctx, e);
	for (int i = 0; r == ERR_MAPFULL && i < GROW_TRIES; i++) {
		if ((r = db_grow_map(db, e)) == OK)
			r = write_once(db, fn, ctx, e);
	}
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return r;
}

enum err
db_read_locked(struct db *db, struct txn **out, struct error *e)
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
		return db_failed(db, r, e);
	db->reading = true;
	open_txns++;
	db->read = (struct txn){ .db = db, .t = db->reader,
		.seen = mdb_txn_id(db->reader) };
	*out = &db->read;
	return OK;
}

void
db_read_unlocked(struct txn *t)
{
	mdb_txn_reset(t->t);
	t->db->reading = false;
	open_txns--;
}

static enum err
read_begin(struct db *db, struct txn **out, struct error *e)
{
	enum err r;

	if (pthread_mutex_lock(&db->commit.lock) != 0)
		BUG("a read inside a read");
	if ((r = db_read_locked(db, out, e)) != OK)
		pthread_mutex_unlock(&db->commit.lock);
	return r;
}

enum err
db_read_begin(struct db *db, struct txn **out, struct error *e)
{
	enum err r = db_commit_wait(db, e);

	return r == OK ? read_begin(db, out, e) : r;
}

enum err
db_look_begin(struct db *db, struct txn **out, struct error *e)
{
	enum err r;

	if ((r = db_commit_failed(db, e)) == OK &&
	    (r = read_begin(db, out, e)) == OK)
		(*out)->ahead = true;
	return r;
}

void
db_read_end(struct txn *t)
{
	struct db *db;

	if (t == NULL)
		return;
	db = t->db;
	db_read_unlocked(t);
	pthread_mutex_unlock(&db->commit.lock);
}

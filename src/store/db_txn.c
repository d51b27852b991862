/*
 * Transactions: one at a time, of the one environment that a process has.
 */
#include "store/db_lmdb.h"

#include <pthread.h>
#include <signal.h>
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
		return db_failed(db, r, e);
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
	code = db_failed(db, r, e);
	if (code == ERR_MAPFULL)
		return code;
	db_env_close(db);
	if (db_env_open(db, true, &again) != OK) {
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
		if ((r = db_grow_map(db, e)) == OK)
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
		return db_failed(db, r, e);
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

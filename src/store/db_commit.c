/*
 * The commit that nobody waits for.  LMDB begins and commits a write
 * transaction in one thread, so all of it runs on one of its own.  While fn
 * runs the caller waits, and nothing else does anything; after that the thread
 * is in mdb_txn_commit and touches nothing of ours, and the caller reads an
 * older snapshot (db_look_begin) or waits.  So nothing here needs a lock.
 */
#include "store/db_lmdb.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What must be left of the map, so that the commit cannot fill it: then it
 * would have to be done once more, on top of what was shown already. */
#define ROOM (8u << 20)

static void *
run(void *arg)
{
	struct commit *c = arg;
	enum err ran = db_txn_run(c->db, c->fn, c->ctx, &c->txn, c->e);

	c->ran = ran;
	sem_post(&c->told);
	if (ran != OK)
		return NULL;
	c->code = mdb_txn_commit(c->txn.t);
	(void)!eventfd_write(c->fd, 1);
	return NULL;
}

/* Signals are for the thread that has the screen. */
static bool
begin_thread(struct commit *c)
{
	sigset_t all, was;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	r = pthread_create(&c->thread, NULL, run, c);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return r == 0;
}

static bool
has_room(const struct db *db, size_t expect)
{
	MDB_envinfo info;
	MDB_stat st;

	return mdb_env_info(db->env, &info) == 0 &&
	    mdb_env_stat(db->env, &st) == 0 &&
	    info.me_mapsize / st.ms_psize >
	    info.me_last_pgno + (ROOM + 3 * expect) / st.ms_psize;
}

/* OK: it has run, and its commit is on its way.  ERR_MAPFULL: nothing was
 * done, for want of room or of a thread. */
static enum err
start(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	struct commit *c = &db->commit;

	c->db = db;
	c->fn = fn;
	c->ctx = ctx;
	c->e = e;
	db_block_stop(&c->mask);
	if (!has_room(db, expect) || !begin_thread(c)) {
		pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
		return ERR_MAPFULL;
	}
	while (sem_wait(&c->told) != 0)
		continue;
	c->e = NULL;
	if (c->ran == OK) {
		c->running = true;
		return OK;
	}
	pthread_join(c->thread, NULL);
	pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
	return c->ran;
}

enum err
db_write_start(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	struct commit *c = &db->commit;
	struct error local;
	enum err r;

	if (e == NULL)
		e = &local;
	if (c->started)
		BUG("a commit was not ended before the next");
	if ((r = db_may_write(db, expect, e)) != OK)
		return r;
	r = start(db, expect, fn, ctx, e);
	if (r == ERR_MAPFULL && (r = db_write(db, expect, fn, ctx, e)) == OK)
		(void)!eventfd_write(c->fd, 1);
	c->started = r == OK;
	return r;
}

enum err
db_commit_wait(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;

	if (c->running) {
		pthread_join(c->thread, NULL);
		pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
		c->running = false;
		if (c->code != 0)
			c->failed = db_failed(db, c->code, &c->error);
	}
	if (c->failed != OK && e != NULL)
		*e = c->error;
	return c->failed;
}

int
db_write_fd(const struct db *db)
{
	return db->commit.started ? db->commit.fd : -1;
}

enum err
db_write_end(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	eventfd_t once;
	enum err r = db_commit_wait(db, e);
	struct error local;

	if (!c->started)
		return OK;
	c->started = false;
	(void)!eventfd_read(c->fd, &once);
	if (r == OK)
		return OK;
	c->failed = OK;
	if (r == ERR_MAPFULL)
		(void)!db_grow_map(db, NULL); /* for the next time */
	else
		r = db_txn_committed(db, c->code, e == NULL ? &local : e);
	return r;
}

enum err
db_commit_init(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;

	sem_init(&c->told, 0, 0);
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return c->fd >= 0 ? OK : error_errno(e, ERR_IO, "eventfd");
}

void
db_commit_release(struct db *db)
{
	struct commit *c = &db->commit;

	(void)!db_commit_wait(db, NULL);
	sem_destroy(&c->told);
	if (c->fd >= 0)
		close(c->fd);
}

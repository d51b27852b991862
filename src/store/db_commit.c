/*
 * Commits that nobody waits for.  What a transaction puts is kept in memory
 * (db_ahead.c); a thread puts it into the database and commits, one after the
 * other, each in a transaction of its own (SAFETY D6), while the caller reads
 * on top of the last snapshot what is on its way.  A commit that failed is the
 * last: what came after it was made on top of it, and none of them is tried
 * again.
 */
#include "store/db_impl.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define GROW_TRIES 8

static enum err
put_again(struct txn *t, void *ctx, struct error *e)
{
	return writes_replay(ctx, t, e);
}

/* Under the lock, which is given back while LMDB commits. */
static enum err
commit_once(struct db *db, struct writes *w, struct error *e)
{
	struct txn txn;
	enum err r;
	int code;

	if ((r = db_txn_run(db, put_again, w, &txn, e)) != OK)
		return r;
	pthread_mutex_unlock(&db->commit.lock);
	code = mdb_txn_commit(txn.t);
	pthread_mutex_lock(&db->commit.lock);
	return code == 0 ? OK : db_failed(db, code, e);
}

/* Nobody is in LMDB while the lock is ours, so the map may be another. */
static void
commit_first(struct db *db)
{
	struct commit *c = &db->commit;
	struct writes *w = c->first;
	enum err r = commit_once(db, w, &c->error);

	for (int i = 0; r == ERR_MAPFULL && i < GROW_TRIES; i++)
		if ((r = db_grow_map(db, &c->error)) == OK)
			r = commit_once(db, w, &c->error);
	if (r == OK) {
		c->first = w->next; /* the database has it */
		c->back++;
		writes_free(w);
	}
	c->failed = r;
	pthread_cond_broadcast(&c->changed);
	(void)!eventfd_write(c->fd, 1);
}

static void *
run(void *arg)
{
	struct db *db = arg;
	struct commit *c = &db->commit;

	pthread_mutex_lock(&c->lock);
	while (!c->stopped) {
		if (c->first != NULL && c->failed == OK)
			commit_first(db);
		else
			pthread_cond_wait(&c->changed, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Signals are for the thread that has the screen. */
static bool
need_thread(struct db *db)
{
	struct commit *c = &db->commit;
	sigset_t all, was;

	if (c->has_thread)
		return true;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	c->has_thread = pthread_create(&c->thread, NULL, run, db) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return c->has_thread;
}

/* In the hands of the thread; without one it is done here. */
static void
send(struct db *db, struct writes *w)
{
	struct commit *c = &db->commit;
	struct writes **end = &c->first;

	if (c->started++ == 0)
		db_block_stop(&c->mask);
	pthread_mutex_lock(&c->lock);
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	if (need_thread(db))
		pthread_cond_broadcast(&c->changed);
	else
		commit_first(db);
	pthread_mutex_unlock(&c->lock);
}

enum err
db_write_start(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	struct writes *w;
	struct txn *t;
	enum err r;

	if ((r = db_may_write(db, expect, e)) != OK ||
	    (r = db_look_begin(db, &t, e)) != OK)
		return r;
	t->own = w = writes_new();
	r = fn(t, ctx, e);
	db_read_end(t);
	if (r == OK)
		send(db, w);
	else
		writes_free(w);
	return r;
}

static enum err
failed(const struct commit *c, struct error *e)
{
	if (c->failed != OK && e != NULL)
		*e = c->error;
	return c->failed;
}

enum err
db_commit_failed(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	enum err r;

	if (c->started == 0)
		return OK;
	pthread_mutex_lock(&c->lock);
	r = failed(c, e);
	pthread_mutex_unlock(&c->lock);
	return r;
}

enum err
db_commit_wait(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	enum err r;

	if (c->started == 0)
		return OK;
	pthread_mutex_lock(&c->lock);
	while (c->first != NULL && c->failed == OK)
		pthread_cond_wait(&c->changed, &c->lock);
	r = failed(c, e);
	pthread_mutex_unlock(&c->lock);
	return r;
}

int
db_write_fd(const struct db *db)
{
	return db->commit.started > 0 ? db->commit.fd : -1;
}

bool
db_write_is_back(const struct db *db)
{
	struct pollfd p = { .fd = db_write_fd(db), .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

/* The database is opened anew, and what was on its way forgotten. */
static enum err
take_back(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	struct error local;
	enum err r = c->failed;

	while (c->first != NULL) {
		struct writes *w = c->first;

		c->first = w->next;
		writes_free(w);
	}
	c->started = 0;
	if (e == NULL)
		e = &local;
	*e = c->error;
	if (db_env_anew(db, e) != OK)
		r = ERR_CORRUPT;
	c->failed = OK;
	return r;
}

enum err
db_write_end(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	eventfd_t one;
	enum err r = OK;

	if (c->started == 0)
		return OK;
	pthread_mutex_lock(&c->lock);
	while (c->back == 0 && c->failed == OK)
		pthread_cond_wait(&c->changed, &c->lock);
	(void)!eventfd_read(c->fd, &one);
	if (c->back > 0) {
		c->back--;
		c->started--;
	} else {
		r = take_back(db, e);
	}
	pthread_mutex_unlock(&c->lock);
	if (c->started == 0)
		pthread_sigmask(SIG_SETMASK, &c->mask, NULL);
	return r;
}

enum err
db_commit_init(struct db *db, struct error *e)
{
	struct commit *c = &db->commit;
	pthread_mutexattr_t strict;

	/* a read inside a read is told, and does not wait for itself */
	pthread_mutexattr_init(&strict);
	pthread_mutexattr_settype(&strict, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&c->lock, &strict);
	pthread_mutexattr_destroy(&strict);
	pthread_cond_init(&c->changed, NULL);
	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	return c->fd >= 0 ? OK : error_errno(e, ERR_IO, "eventfd");
}

void
db_commit_release(struct db *db)
{
	struct commit *c = &db->commit;

	while (c->started > 0)
		(void)!db_write_end(db, NULL);
	if (c->has_thread) {
		pthread_mutex_lock(&c->lock);
		c->stopped = true;
		pthread_cond_broadcast(&c->changed);
		pthread_mutex_unlock(&c->lock);
		pthread_join(c->thread, NULL);
	}
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	if (c->fd >= 0)
		close(c->fd);
}

/*
 * The helper of a draft: a thread that syncs what was written, so that no key
 * waits for it.
 */
#include "store/draft_impl.h"

#include "base/file.h"

#include <errno.h>
#include <unistd.h>

/* Helpers that still sync what was closed. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t none;
	unsigned n;
} leaving = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

/* The helper is the last to have it. */
static void
leave(struct draft *d)
{
	pthread_cond_destroy(&d->wake);
	pthread_cond_destroy(&d->done);
	pthread_mutex_destroy(&d->lock);
	draft_free(d);
	pthread_mutex_lock(&leaving.lock);
	if (--leaving.n == 0)
		pthread_cond_broadcast(&leaving.none);
	pthread_mutex_unlock(&leaving.lock);
}

static int
sync_draft(const struct draft *d, bool name)
{
	struct error e;

	if (fdatasync(d->fd) != 0)
		return errno;
	return name && file_sync_dir(d->dir, &e) != OK ? EIO : 0;
}

static void *
sync_loop(void *arg)
{
	struct draft *d = arg;

	pthread_mutex_lock(&d->lock);
	for (;;) {
		uint64_t upto;
		bool name;
		int r;

		while (d->synced == d->written && !d->stop)
			pthread_cond_wait(&d->wake, &d->lock);
		if (d->synced == d->written)
			break;
		upto = d->written;
		name = d->name_due;
		d->name_due = false;
		pthread_mutex_unlock(&d->lock);
		r = sync_draft(d, name);
		pthread_mutex_lock(&d->lock);
		if (r != 0 && d->failed == 0)
			d->failed = r;
		d->synced = upto;
		pthread_cond_broadcast(&d->done);
	}
	pthread_mutex_unlock(&d->lock);
	leave(d);
	return NULL;
}

enum err
draft_start(struct draft *d, struct error *e)
{
	int r;

	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->wake, NULL);
	pthread_cond_init(&d->done, NULL);
	if ((r = pthread_create(&d->thread, NULL, sync_loop, d)) == 0)
		return OK;
	errno = r;
	return error_errno(e, ERR_IO, N_("cannot start a thread"));
}

enum err
draft_written(struct draft *d, struct error *e)
{
	int failed;

	pthread_mutex_lock(&d->lock);
	d->written++;
	failed = d->failed;
	d->failed = 0;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
	if (failed == 0)
		return OK;
	errno = failed;
	return error_errno(e, ERR_IO, N_("the draft may not last"));
}

enum err
draft_sync(struct draft *d, struct error *e)
{
	enum err r = OK;

	pthread_mutex_lock(&d->lock);
	while (d->synced != d->written)
		pthread_cond_wait(&d->done, &d->lock);
	if (d->failed != 0) {
		errno = d->failed;
		d->failed = 0;
		r = error_errno(e, ERR_IO, N_("the draft may not last"));
	}
	pthread_mutex_unlock(&d->lock);
	return r;
}

/* The helper syncs what is left, and goes. */
void
draft_close(struct draft *d)
{
	if (d == NULL)
		return;
	pthread_mutex_lock(&leaving.lock);
	leaving.n++;
	pthread_mutex_unlock(&leaving.lock);
	pthread_detach(d->thread);
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
}

void
draft_settle(void)
{
	pthread_mutex_lock(&leaving.lock);
	while (leaving.n > 0)
		pthread_cond_wait(&leaving.none, &leaving.lock);
	pthread_mutex_unlock(&leaving.lock);
}

/*
 * The helper of a draft: a thread that syncs what was written, so that no key
 * waits for it.
 */
#include "store/draft_impl.h"

#include "base/file.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* What all helpers share. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t none;
	unsigned leaving; /* still sync what was closed */
	int failed;       /* errno of a sync, to be told */
	const struct draft *of;
	int fd; /* says that there is one */
} all = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, NULL, -1 };

/* The helper is the last to have it. */
static void
leave(struct draft *d)
{
	pthread_cond_destroy(&d->wake);
	pthread_cond_destroy(&d->done);
	pthread_mutex_destroy(&d->lock);
	draft_free(d);
	pthread_mutex_lock(&all.lock);
	if (all.of == d)
		all.of = NULL;
	if (--all.leaving == 0)
		pthread_cond_broadcast(&all.none);
	pthread_mutex_unlock(&all.lock);
}

/* A removed draft that comes back after a power cut does no harm. */
static int
sync_draft(const struct draft *d, bool name, bool gone)
{
	errno = 0;
	if (!gone && fdatasync(d->fd) != 0)
		return errno;
	if (!name || file_sync_dir(d->dir, NULL) == OK || gone)
		return 0;
	return errno != 0 ? errno : EIO;
}

static void
tell(const struct draft *d, int failed)
{
	pthread_mutex_lock(&all.lock);
	all.failed = failed;
	all.of = d;
	(void)!eventfd_write(all.fd, 1);
	pthread_mutex_unlock(&all.lock);
}

/* Under the lock; errno of what there was to tell, or 0. */
static int
take_failure(void)
{
	eventfd_t told;
	int failed = all.failed;

	if (failed != 0)
		(void)!eventfd_read(all.fd, &told);
	all.failed = 0;
	all.of = NULL;
	return failed;
}

void
draft_gone(struct draft *d)
{
	pthread_mutex_lock(&d->lock);
	d->written++;
	d->name_due = true;
	d->gone = true;
	pthread_mutex_unlock(&d->lock);
	pthread_mutex_lock(&all.lock);
	if (all.of == d)
		(void)take_failure();
	pthread_mutex_unlock(&all.lock);
}

bool
draft_has_failed(struct error *e)
{
	int failed;

	pthread_mutex_lock(&all.lock);
	failed = take_failure();
	pthread_mutex_unlock(&all.lock);
	if (failed == 0)
		return false;
	errno = failed;
	(void)!error_errno(e, ERR_IO, N_("the draft may not last"));
	return true;
}

int
draft_failed_fd(void)
{
	return all.fd;
}

static void *
sync_loop(void *arg)
{
	struct draft *d = arg;

	pthread_mutex_lock(&d->lock);
	for (;;) {
		uint64_t upto;
		bool name, gone;
		int r;

		while (d->synced == d->written && !d->stop)
			pthread_cond_wait(&d->wake, &d->lock);
		if (d->synced == d->written)
			break;
		upto = d->written;
		name = d->name_due;
		gone = d->gone;
		d->name_due = false;
		pthread_mutex_unlock(&d->lock);
		r = sync_draft(d, name, gone);
		pthread_mutex_lock(&d->lock);
		if (r != 0 && !d->gone) {
			d->failed = r;
			tell(d, r);
		}
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

	if (all.fd < 0) /* by the thread that has the drafts */
		all.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->wake, NULL);
	pthread_cond_init(&d->done, NULL);
	if ((r = pthread_create(&d->thread, NULL, sync_loop, d)) == 0)
		return OK;
	errno = r;
	return error_errno(e, ERR_IO, N_("cannot start a thread"));
}

void
draft_written(struct draft *d)
{
	pthread_mutex_lock(&d->lock);
	d->written++;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
}

bool
draft_is_doubtful(struct draft *d)
{
	bool yes;

	pthread_mutex_lock(&d->lock);
	yes = d->failed != 0;
	pthread_mutex_unlock(&d->lock);
	return yes;
}

void
draft_trust(struct draft *d)
{
	pthread_mutex_lock(&d->lock);
	d->failed = 0;
	pthread_mutex_unlock(&d->lock);
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
	pthread_mutex_lock(&all.lock);
	all.leaving++;
	pthread_mutex_unlock(&all.lock);
	pthread_detach(d->thread);
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
}

void
draft_settle(void)
{
	pthread_mutex_lock(&all.lock);
	while (all.leaving > 0)
		pthread_cond_wait(&all.none, &all.lock);
	pthread_mutex_unlock(&all.lock);
}

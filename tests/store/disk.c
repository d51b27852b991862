#include "tests/store/disk.h"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t keys; /* the thread that has them */
	bool held, failing;
	unsigned fail_in; /* so many syncs; 0: never */
	unsigned waiting, of_keys;
} disk = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER };

int
fdatasync(int fd)
{
	bool failing;

	pthread_mutex_lock(&disk.lock);
	disk.of_keys += pthread_equal(disk.keys, pthread_self()) != 0;
	disk.waiting++;
	pthread_cond_broadcast(&disk.changed);
	while (disk.held)
		pthread_cond_wait(&disk.changed, &disk.lock);
	disk.waiting--;
	if (disk.fail_in > 0 && --disk.fail_in == 0)
		disk.failing = true;
	failing = disk.failing;
	pthread_mutex_unlock(&disk.lock);
	if (failing) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

void
disk_is(bool held, bool failing)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = held;
	disk.failing = failing;
	disk.of_keys = 0;
	pthread_cond_broadcast(&disk.changed);
	pthread_mutex_unlock(&disk.lock);
}

void
disk_fails_after(unsigned n)
{
	pthread_mutex_lock(&disk.lock);
	disk.held = false;
	disk.fail_in = n + 1;
	pthread_cond_broadcast(&disk.changed);
	pthread_mutex_unlock(&disk.lock);
}

void
disk_is_reached(void)
{
	pthread_mutex_lock(&disk.lock);
	while (disk.waiting == 0)
		pthread_cond_wait(&disk.changed, &disk.lock);
	pthread_mutex_unlock(&disk.lock);
}

void
disk_keys_are_ours(void)
{
	disk.keys = pthread_self();
}

unsigned
disk_syncs_of_keys(void)
{
	unsigned n;

	pthread_mutex_lock(&disk.lock);
	n = disk.of_keys;
	pthread_mutex_unlock(&disk.lock);
	return n;
}

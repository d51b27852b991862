/*
 * LD_PRELOAD: while the file $HOLD is there, the disk below the store does not
 * answer: a sync of its data.mdb waits.  If $HOLD.fail is there when it goes,
 * the answer is EIO.  With $HOLD.alone there is no thread to be had, so that a
 * save is waited for.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool
there(const char *what)
{
	const char *hold = getenv("HOLD");
	char path[4096];

	if (hold == NULL)
		return false;
	snprintf(path, sizeof path, "%s%s", hold, what);
	return access(path, F_OK) == 0;
}

static bool
is_store(int fd)
{
	static const char name[] = "/db/data.mdb";
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n < (ssize_t)sizeof name)
		return false;
	path[n] = '\0';
	return strcmp(path + n - (sizeof name - 1), name) == 0;
}

int
fdatasync(int fd)
{
	static int (*real)(int);
	const struct timespec t = { 0, 5 * 1000000L };

	if (real == NULL)
		*(void **)(&real) = dlsym(RTLD_NEXT, "fdatasync");
	if (!is_store(fd))
		return real(fd);
	while (there(""))
		nanosleep(&t, NULL);
	if (there(".fail")) {
		errno = EIO;
		return -1;
	}
	return real(fd);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg)
{
	static int (*real)(pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *);

	if (real == NULL)
		*(void **)(&real) = dlsym(RTLD_NEXT, "pthread_create");
	return there(".alone") ? EAGAIN : real(thread, attr, run, arg);
}

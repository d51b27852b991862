/*
 * LD_PRELOAD: a disk of 60 writes a second.  A sync is six of them (the data,
 * the file's size, the journal and its commit, the barriers): 100 ms.  What is
 * written to a file that was opened O_DSYNC waits, too, as LMDB's meta page.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static void
wait_for_disk(void)
{
	struct timespec t = { 0, 100 * 1000000L };

	nanosleep(&t, NULL);
}

int
fsync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");

	wait_for_disk();
	return real(fd);
}

int
fdatasync(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");

	wait_for_disk();
	return real(fd);
}

int
syncfs(int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "syncfs");

	wait_for_disk();
	return real(fd);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	ssize_t (*real)(int, const void *, size_t, off_t) =
	    (ssize_t (*)(int, const void *, size_t, off_t))dlsym(
		RTLD_NEXT, "pwrite64");

	if ((fcntl(fd, F_GETFL) & O_DSYNC) != 0)
		wait_for_disk();
	return real(fd, p, n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return pwrite64(fd, p, n, at);
}

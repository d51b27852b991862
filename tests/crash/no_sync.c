/* LD_PRELOAD: says "sync" on descriptor 3 before each, and leaves out those of
 * files and folders whose path holds the text of NO_SYNC_OF. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
is_left_out(int fd)
{
	const char *of = getenv("NO_SYNC_OF");
	char link[32], path[4096];
	ssize_t n;

	if (of == NULL)
		return 0;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	path[n < 0 ? 0 : n] = '\0';
	return strstr(path, of) != NULL;
}

static int
do_sync(long call, int fd)
{
	if (write(3, "sync\n", 5) != 5)
		return -1;
	return is_left_out(fd) ? 0 : (int)syscall(call, fd);
}

int
fsync(int fd)
{
	return do_sync(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
	return do_sync(SYS_fdatasync, fd);
}

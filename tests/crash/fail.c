/*
 * A disk that fails once.  Loaded before the program (LD_PRELOAD), it counts
 * the calls that write, sync or rename below $FAIL_UNDER, and lets call number
 * $FAIL_AT fail as $FAIL_HOW says: EIO, ENOSPC, SHORT (half of a write is
 * done, and said so), KILL (half of it is done, and the program is killed) or,
 * as a planted fault, LOSE (nothing of a write is done, and all is said to be).
 * $FAIL_LOG has a line of each: its number, its kind, and of what.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic unsigned long count; /* threads sync */

#define REAL(result, name, ...)                    \
	static result (*real_##name)(__VA_ARGS__); \
	if (real_##name == NULL)                   \
	*(void **)(&real_##name) = dlsym(RTLD_NEXT, #name)

/* What the call is of, below $FAIL_UNDER; NULL if it is of nothing there. */
static const char *
below(const char *path)
{
	const char *under = getenv("FAIL_UNDER");
	size_t n = under == NULL ? 0 : strlen(under);

	return n > 0 && strncmp(path, under, n) == 0 ? path + n : NULL;
}

static const char *
below_fd(int fd)
{
	static _Thread_local char path[4096];
	char link[64];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof path - 1);
	if (n <= 0 || fd <= 2)
		return NULL;
	path[n] = '\0';
	return below(path);
}

static void
note(unsigned long number, const char *call, const char *of)
{
	const char *log = getenv("FAIL_LOG");
	int fd =
	    log == NULL ? -1 : open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd >= 0) {
		dprintf(fd, "%lu %s %s\n", number, call, of);
		close(fd);
	}
}

/* True if this call is the one; sets errno. */
static bool
fails(const char *of, const char *call, bool writes)
{
	const char *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW");
	unsigned long number;

	if (of == NULL)
		return false;
	number = ++count;
	note(number, call, of);
	if (at == NULL || how == NULL || strtoul(at, NULL, 10) != number)
		return false;
	if (strcmp(how, "KILL") == 0 && !writes)
		raise(SIGKILL);
	errno = strcmp(how, "EIO") == 0 ? EIO : ENOSPC;
	return writes ||
	       (strcmp(how, "SHORT") != 0 && strcmp(how, "LOSE") != 0);
}

static bool
how_is(const char *how)
{
	return strcmp(getenv("FAIL_HOW"), how) == 0;
}

/* How much is done of a write of n that fails; -1 is an error. */
static ssize_t
part_of(size_t n)
{
	if (how_is("LOSE"))
		return 0;
	return how_is("SHORT") || how_is("KILL") ? (ssize_t)(n / 2) : -1;
}

/* After the part of it was done: what the program is told. */
static ssize_t
ended(ssize_t r, size_t n)
{
	if (how_is("KILL"))
		raise(SIGKILL);
	return how_is("LOSE") ? (ssize_t)n : r;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(ssize_t, write, int, const void *, size_t);
	ssize_t part;

	if (!fails(below_fd(fd), "write", true))
		return real_write(fd, p, n);
	part = part_of(n);
	return part < 0 ? -1 : ended(real_write(fd, p, (size_t)part), n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
	ssize_t part;

	if (!fails(below_fd(fd), "pwrite", true))
		return real_pwrite(fd, p, n, at);
	part = part_of(n);
	return part < 0 ? -1 : ended(real_pwrite(fd, p, (size_t)part, at), n);
}

static size_t
all(const struct iovec *v, int n)
{
	size_t sum = 0;

	for (int i = 0; i < n; i++)
		sum += v[i].iov_len;
	return sum;
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	REAL(ssize_t, writev, int, const struct iovec *, int);
	ssize_t part;

	if (!fails(below_fd(fd), "writev", true))
		return real_writev(fd, v, n);
	part = part_of(v[0].iov_len);
	return part < 0
	           ? -1
	           : ended(write(fd, v[0].iov_base, (size_t)part), all(v, n));
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
	ssize_t part;

	if (!fails(below_fd(fd), "pwritev", true))
		return real_pwritev(fd, v, n, at);
	part = part_of(v[0].iov_len);
	return part < 0 ? -1
	                : ended(pwrite(fd, v[0].iov_base, (size_t)part, at),
	                      all(v, n));
}

#define OF_FD(name, ...)                         \
	REAL(int, name, __VA_ARGS__);            \
	if (fails(below_fd(fd), #name, false))   \
	return -1

int
fsync(int fd)
{
	OF_FD(fsync, int);
	return real_fsync(fd);
}

int
fdatasync(int fd)
{
	OF_FD(fdatasync, int);
	return real_fdatasync(fd);
}

int
syncfs(int fd)
{
	OF_FD(syncfs, int);
	return real_syncfs(fd);
}

int
ftruncate(int fd, off_t n)
{
	OF_FD(ftruncate, int, off_t);
	return real_ftruncate(fd, n);
}

int
rename(const char *from, const char *to)
{
	REAL(int, rename, const char *, const char *);
	if (fails(below(to), "rename", false))
		return -1;
	return real_rename(from, to);
}

int
renameat(int at, const char *from, int to_at, const char *to)
{
	REAL(int, renameat, int, const char *, int, const char *);
	const char *of = below(to);
	if (fails(of == NULL ? below_fd(to_at) : of, "renameat", false))
		return -1;
	return real_renameat(at, from, to_at, to);
}

int
link(const char *from, const char *to)
{
	REAL(int, link, const char *, const char *);
	if (fails(below(to), "link", false))
		return -1;
	return real_link(from, to);
}

int
mkdir(const char *path, mode_t mode)
{
	REAL(int, mkdir, const char *, mode_t);
	if (fails(below(path), "mkdir", false))
		return -1;
	return real_mkdir(path, mode);
}

#include "tests/crash/record.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* A node is known by its inode; a later one of the same inode is another. */
struct inode {
	dev_t dev;
	ino_t ino;
};

#define FDS 1024

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static bool is_held;
static struct writes *rec;
static bool is_through[FDS]; /* opened with O_DSYNC */
static struct inode *inodes;

/* The C library's own function of the same name. */
#define REAL(result, name, ...)                    \
	static result (*real_##name)(__VA_ARGS__); \
	if (real_##name == NULL)                   \
	*(void **)(&real_##name) = dlsym(RTLD_NEXT, #name)

static void *
grown(void *p, size_t n, size_t size)
{
	if ((p = realloc(p, n * size)) == NULL)
		abort();
	return p;
}

static struct op *
add(enum op_kind kind)
{
	struct op *op;

	if (rec->n == rec->cap) {
		rec->cap = rec->cap == 0 ? 1024 : rec->cap * 2;
		rec->op = grown(rec->op, rec->cap, sizeof *rec->op);
	}
	op = &rec->op[rec->n++];
	memset(op, 0, sizeof *op);
	op->kind = kind;
	return op;
}

static size_t
node_new(const struct stat *st)
{
	size_t i = rec->nodes++;

	inodes = grown(inodes, rec->nodes, sizeof *inodes);
	rec->is_dir = grown(rec->is_dir, rec->nodes, sizeof *rec->is_dir);
	inodes[i] = (struct inode){ st->st_dev, st->st_ino };
	rec->is_dir[i] = S_ISDIR(st->st_mode);
	return i;
}

static bool
node_of(const struct stat *st, size_t *out)
{
	for (size_t i = rec->nodes; i-- > 0;)
		if (inodes[i].ino == st->st_ino &&
		    inodes[i].dev == st->st_dev) {
			*out = i;
			return true;
		}
	return false;
}

static bool
node_of_fd(int fd, size_t *out)
{
	struct stat st;

	return rec != NULL && fstat(fd, &st) == 0 && node_of(&st, out);
}

/* The folder of a path, and the name in it; false if it is not recorded. */
static bool
place_of(int at, const char *path, size_t *dir, const char **name)
{
	const char *slash = strrchr(path, '/');
	char parent[4096];
	struct stat st;

	if (rec == NULL)
		return false;
	*name = slash == NULL ? path : slash + 1;
	if (slash == NULL)
		snprintf(parent, sizeof parent, ".");
	else
		snprintf(parent, sizeof parent, "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	return fstatat(at, parent, &st, 0) == 0 && node_of(&st, dir);
}

static void
add_link(int at, const char *path, bool is_new)
{
	const char *name;
	size_t dir, node;
	struct stat st;
	struct op *op;

	if (!place_of(at, path, &dir, &name) ||
	    fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (is_new || !node_of(&st, &node))
		node = node_new(&st);
	op = add(OP_LINK);
	op->node = node;
	op->dir = dir;
	op->name = strdup(name);
}

void
record_begin(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0 || (rec = calloc(1, sizeof *rec)) == NULL)
		abort();
	node_new(&st);
}

struct writes *
record_end(void)
{
	struct writes *r = rec;

	rec = NULL;
	free(inodes);
	inodes = NULL;
	return r;
}

void
record_free(struct writes *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->op[i].name);
		free(r->op[i].from);
		free(r->op[i].bytes);
	}
	free(r->op);
	free(r->is_dir);
	free(r);
}

void
record_mark(int value)
{
	pthread_mutex_lock(&lock);
	add(OP_MARK)->value = value;
	pthread_mutex_unlock(&lock);
}

static void
add_write(int fd, const void *bytes, size_t n, off_t at)
{
	size_t node;
	struct op *op;

	if (!node_of_fd(fd, &node))
		return;
	op = add(OP_WRITE);
	op->node = node;
	op->at = at;
	op->n = n;
	op->bytes = malloc(n + 1);
	if (op->bytes == NULL)
		abort();
	memcpy(op->bytes, bytes, n);
	op->durable = fd < FDS && is_through[fd];
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(ssize_t, write, int, const void *, size_t);
	ssize_t r;

	if (rec == NULL)
		return real_write(fd, p, n);
	pthread_mutex_lock(&lock);
	r = real_write(fd, p, n);
	if (r > 0) /* where it went, also with O_APPEND */
		add_write(fd, p, (size_t)r, lseek(fd, 0, SEEK_CUR) - r);
	pthread_mutex_unlock(&lock);
	return r;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
	ssize_t r;

	if (rec == NULL)
		return real_pwrite(fd, p, n, at);
	pthread_mutex_lock(&lock);
	r = real_pwrite(fd, p, n, at);
	if (r > 0)
		add_write(fd, p, (size_t)r, at);
	pthread_mutex_unlock(&lock);
	return r;
}

/* The parts of a vector, as one write each: they may be torn apart. */
static void
add_vector(int fd, const struct iovec *v, int n, ssize_t left, off_t at)
{
	for (int i = 0; i < n && left > 0; i++) {
		size_t part =
		    v[i].iov_len < (size_t)left ? v[i].iov_len : (size_t)left;

		add_write(fd, v[i].iov_base, part, at);
		at += (off_t)part;
		left -= (ssize_t)part;
	}
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	REAL(ssize_t, writev, int, const struct iovec *, int);
	ssize_t r;

	if (rec == NULL)
		return real_writev(fd, v, n);
	pthread_mutex_lock(&lock);
	r = real_writev(fd, v, n);
	if (r > 0)
		add_vector(fd, v, n, r, lseek(fd, 0, SEEK_CUR) - r);
	pthread_mutex_unlock(&lock);
	return r;
}

ssize_t
pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
	ssize_t r;

	if (rec == NULL)
		return real_pwritev(fd, v, n, at);
	pthread_mutex_lock(&lock);
	r = real_pwritev(fd, v, n, at);
	if (r > 0)
		add_vector(fd, v, n, r, at);
	pthread_mutex_unlock(&lock);
	return r;
}

int
ftruncate(int fd, off_t size)
{
	REAL(int, ftruncate, int, off_t);
	size_t node;
	struct op *op;
	int r;

	pthread_mutex_lock(&lock);
	r = real_ftruncate(fd, size);
	if (r == 0 && node_of_fd(fd, &node)) {
		op = add(OP_SIZE);
		op->node = node;
		op->n = (size_t)size;
	}
	pthread_mutex_unlock(&lock);
	return r;
}

void
record_hold(bool hold)
{
	pthread_mutex_lock(&lock);
	is_held = hold;
	pthread_cond_broadcast(&released);
	pthread_mutex_unlock(&lock);
}

/* States are made of memory, so that no sync has to reach the disk. */
int
fsync(int fd)
{
	size_t node;

	pthread_mutex_lock(&lock);
	while (is_held && gettid() != getpid())
		pthread_cond_wait(&released, &lock);
	if (node_of_fd(fd, &node))
		add(OP_SYNC)->node = node;
	pthread_mutex_unlock(&lock);
	return 0;
}

int
fdatasync(int fd)
{
	return fsync(fd);
}

int
syncfs(int fd)
{
	(void)fd;
	pthread_mutex_lock(&lock);
	if (rec != NULL)
		add(OP_SYNC)->node = RECORD_ALL;
	pthread_mutex_unlock(&lock);
	return 0;
}

/* A file that open has made; one without a name is nobody's. */
static void
opened(int at, const char *path, int flags, bool was, int fd)
{
	struct stat st;
	size_t node;

	if (rec == NULL || fd < 0)
		return;
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		if (fstat(fd, &st) == 0)
			(void)node_new(&st);
	} else if ((flags & O_CREAT) != 0 && !was) {
		add_link(at, path, true);
	} else if ((flags & O_TRUNC) != 0 && node_of_fd(fd, &node)) {
		add(OP_SIZE)->node = node;
	}
}

static bool
is_there(int at, const char *path)
{
	struct stat st;

	return rec != NULL && fstatat(at, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

#define MODE_OF(flags)                                \
	mode_t mode = 0;                              \
	if (((flags) & (O_CREAT | O_TMPFILE)) != 0) { \
		va_list ap;                           \
		va_start(ap, flags);                  \
		mode = (mode_t)va_arg(ap, int);       \
		va_end(ap);                           \
	}

int
openat(int at, const char *path, int flags, ...)
{
	REAL(int, openat, int, const char *, int, ...);
	bool was;
	int fd;

	MODE_OF(flags)
	pthread_mutex_lock(&lock);
	was = is_there(at, path);
	fd = real_openat(at, path, flags & ~(O_SYNC | O_DSYNC), mode);
	if (fd >= 0 && fd < FDS)
		is_through[fd] = (flags & O_DSYNC) != 0;
	opened(at, path, flags, was, fd);
	pthread_mutex_unlock(&lock);
	return fd;
}

int
open(const char *path, int flags, ...)
{
	MODE_OF(flags)
	return openat(AT_FDCWD, path, flags, mode);
}

int
mkdirat(int at, const char *path, mode_t mode)
{
	REAL(int, mkdirat, int, const char *, mode_t);
	int r;

	pthread_mutex_lock(&lock);
	r = real_mkdirat(at, path, mode);
	if (r == 0 && rec != NULL)
		add_link(at, path, true);
	pthread_mutex_unlock(&lock);
	return r;
}

int
mkdir(const char *path, mode_t mode)
{
	return mkdirat(AT_FDCWD, path, mode);
}

int
link(const char *from, const char *to)
{
	REAL(int, link, const char *, const char *);
	int r;

	pthread_mutex_lock(&lock);
	r = real_link(from, to);
	if (r == 0 && rec != NULL)
		add_link(AT_FDCWD, to, false);
	pthread_mutex_unlock(&lock);
	return r;
}

int
renameat(int from_at, const char *from, int at, const char *to)
{
	REAL(int, renameat, int, const char *, int, const char *);
	const char *from_name, *name;
	size_t from_dir, dir, node;
	struct stat st;
	int r;

	pthread_mutex_lock(&lock);
	r = real_renameat(from_at, from, at, to);
	if (r == 0 && place_of(from_at, from, &from_dir, &from_name) &&
	    place_of(at, to, &dir, &name) && fstatat(at, to, &st, 0) == 0 &&
	    node_of(&st, &node)) {
		struct op *op = add(OP_MOVE);

		op->node = node;
		op->from_dir = from_dir;
		op->from = strdup(from_name);
		op->dir = dir;
		op->name = strdup(name);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int
rename(const char *from, const char *to)
{
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

int
unlinkat(int at, const char *path, int flags)
{
	REAL(int, unlinkat, int, const char *, int);
	const char *name;
	size_t dir;
	int r;

	pthread_mutex_lock(&lock);
	r = real_unlinkat(at, path, flags);
	if (r == 0 && place_of(at, path, &dir, &name)) {
		struct op *op = add(OP_UNLINK);

		op->dir = dir;
		op->name = strdup(name);
	}
	pthread_mutex_unlock(&lock);
	return r;
}

int
unlink(const char *path)
{
	return unlinkat(AT_FDCWD, path, 0);
}

int
rmdir(const char *path)
{
	return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

int
remove(const char *path)
{
	int r = unlinkat(AT_FDCWD, path, 0);

	return r != 0 && errno == EISDIR
	           ? unlinkat(AT_FDCWD, path, AT_REMOVEDIR)
	           : r;
}

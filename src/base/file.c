#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Fills *e from errno, with the path as its place. */
static enum err
failed(const char *path, struct error *e)
{
	enum err r;

	switch (errno) {
	case ENOENT:
		r = error_errno(e, ERR_NOTFOUND, N_("cannot open"));
		break;
	case ELOOP:
		r = error_set(
		    e, ERR_REFUSED, N_("is a link; links are not followed"));
		break;
	default:
		r = error_errno(e, ERR_IO, N_("cannot use this file"));
	}
	if (e != NULL)
		error_at(e, "%s", path);
	return r;
}

static enum err
refuse(const char *path, enum err code, const char *what, struct error *e)
{
	error_set(e, code, "%s", i18n_text(what));
	if (e != NULL)
		error_at(e, "%s", path);
	return code;
}

/* Reads until the end or until the room is full. */
static bool
read_all(int fd, char *p, size_t room, size_t *n)
{
	ssize_t got;

	for (*n = 0; *n < room; *n += (size_t)got) {
		got = read(fd, p + *n, room - *n);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return false;
		else if (got == 0)
			break;
	}
	return true;
}

enum err
file_read(struct arena *a, const char *path, size_t max, struct str *out,
    struct error *e)
{
	struct stat st;
	char *p;
	size_t n;
	enum err r = OK;
	/* without O_NONBLOCK a pipe would wait here for a writer */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return failed(path, e);
	if (fstat(fd, &st) != 0) {
		r = failed(path, e);
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		r = refuse(path, ERR_REFUSED, N_("is not a regular file"), e);
		goto out;
	}
	if ((uint64_t)st.st_size > max) {
		r = refuse(path, ERR_LIMIT, N_("is too large"), e);
		goto out;
	}
	/* one more than its size, to see a file that grows under us */
	p = arena_alloc(a, (size_t)st.st_size + 2);
	if (!read_all(fd, p, (size_t)st.st_size + 1, &n)) {
		r = failed(path, e);
		goto out;
	}
	if (n > (size_t)st.st_size) {
		r = refuse(path, ERR_IO, N_("changes while it is read"), e);
		goto out;
	}
	*out = (struct str){ p, n };
out:
	close(fd);
	return r;
}

enum err
file_write_all(int fd, const void *p, size_t n, struct error *e)
{
	const char *at = p;
	ssize_t put;

	while (n > 0) {
		put = write(fd, at, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return error_errno(e, ERR_IO, N_("cannot write"));
		at += put;
		n -= (size_t)put;
	}
	return OK;
}

/* The folder that holds path, as a new string of malloc. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;

	if (slash == NULL)
		dir = strdup(".");
	else
		dir = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (dir == NULL)
		base_die("%s", _("out of memory"));
	return dir;
}

enum err
file_sync_dir(const char *path, struct error *e)
{
	enum err r = OK;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return failed(path, e);
	/* EINVAL: a file system that has nothing to sync for a folder */
	if (fsync(fd) != 0 && errno != EINVAL)
		r = failed(path, e);
	close(fd);
	return r;
}

/* The former file stays as path.bak. */
static enum err
keep_former(const char *path, const char *bak, struct error *e)
{
	if (unlink(bak) != 0 && errno != ENOENT)
		return failed(bak, e);
	if (link(path, bak) != 0 && errno != ENOENT)
		return failed(bak, e);
	return OK;
}

/*
 * The second fsync is not a slip: on vfat a file that was renamed after its
 * sync comes back empty from a power cut.
 */
static enum err
write_aside(const char *path, const char *aside, const char *bak,
    struct str bytes, mode_t mode, struct error *e)
{
	enum err r;
	int fd;

	if (unlink(aside) != 0 && errno != ENOENT)
		return failed(aside, e);
	fd = open(
	    aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(aside, e);
	if ((r = file_write_all(fd, bytes.p, bytes.n, e)) != OK) {
		if (e != NULL)
			error_at(e, "%s", aside);
		goto out;
	}
	if (fsync(fd) != 0) {
		r = failed(aside, e);
		goto out;
	}
	if (bak != NULL && (r = keep_former(path, bak, e)) != OK)
		goto out;
	if (rename(aside, path) != 0 || fsync(fd) != 0)
		r = failed(path, e);
out:
	if (r != OK)
		unlink(aside);
	close(fd);
	return r;
}

enum err
file_write(const char *path, struct str bytes, mode_t mode, bool keep_bak,
    struct error *e)
{
	struct arena *a;
	struct stat st;
	char *dir;
	enum err r;

	/* a device would be replaced, not written to; a link may be */
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	    !S_ISLNK(st.st_mode))
		return error_set(
		    e, ERR_REFUSED, N_("%s is not a regular file"), path);
	a = arena_new();
	dir = parent_of(path);
	r = write_aside(path, arena_printf(a, "%s.tmp", path),
	    keep_bak ? arena_printf(a, "%s.bak", path) : NULL, bytes, mode, e);
	if (r == OK)
		r = file_sync_dir(dir, e);
	free(dir);
	arena_free(a);
	return r;
}

/* One folder; that it exists already is fine.  One that may not last is taken
 * away again: found there, nobody would sync it. */
static enum err
make_dir(const char *path, mode_t mode, struct error *e)
{
	struct stat st;
	enum err r;
	char *dir;

	if (mkdir(path, mode) != 0) {
		if (errno != EEXIST || stat(path, &st) != 0)
			return failed(path, e);
		if (!S_ISDIR(st.st_mode))
			return refuse(
			    path, ERR_EXISTS, N_("is not a folder"), e);
		return OK;
	}
	dir = parent_of(path);
	r = file_sync_dir(dir, e);
	free(dir);
	if (r != OK)
		rmdir(path);
	return r;
}

enum err
file_make_dirs(const char *path, mode_t mode, struct error *e)
{
	char *part = strdup(path);
	enum err r = OK;

	if (part == NULL)
		base_die("%s", _("out of memory"));
	for (char *p = part; r == OK && *p != '\0'; p++) {
		if (p[1] != '/' && p[1] != '\0')
			continue;
		if (*p == '/')
			continue;
		char was = p[1];
		p[1] = '\0';
		r = make_dir(part, mode, e);
		p[1] = was;
	}
	free(part);
	return r;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

enum err
file_remove_tree(const char *path, struct error *e)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ||
	    errno == ENOENT)
		return OK;
	return failed(path, e);
}

bool
file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static int
by_bytes(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

enum err
file_move(const char *from, const char *to, struct error *e)
{
	const char *slash = strrchr(to, '/');
	struct arena *a;
	enum err r;

	if (rename(from, to) != 0)
		return failed(from, e);
	a = arena_new();
	r = file_sync_dir(slash == NULL
		? "."
		: arena_str(a, (struct str){ to, (size_t)(slash - to) }),
	    e);
	arena_free(a);
	return r;
}

static bool
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && strcmp(name + n - m, suffix) == 0;
}

enum err
file_list(struct arena *a, const char *dir, const char *suffix, char ***names,
    size_t *n, struct error *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	char **list = NULL;
	size_t count = 0, cap = 0;
	enum err r = OK;

	if (d == NULL)
		return failed(dir, e);
	for (errno = 0; (entry = readdir(d)) != NULL; errno = 0) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    !ends_in(entry->d_name, suffix))
			continue;
		list = arena_grow(a, list, count, &cap, sizeof *list);
		list[count++] = arena_strdup(a, entry->d_name);
	}
	if (errno != 0) {
		r = failed(dir, e);
		goto out;
	}
	if (count > 1)
		qsort(list, count, sizeof *list, by_bytes);
	*names = list;
	*n = count;
out:
	closedir(d);
	return r;
}

const char *
file_data_path(struct arena *a, const char *relative)
{
	const char *roots[] = { getenv("ANSINH_DATA"), ANSINH_DATADIR,
		ANSINH_SRCDIR };
	const char *path;

	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		if (roots[i] == NULL || roots[i][0] == '\0')
			continue;
		path = arena_printf(a, "%s/%s", roots[i], relative);
		if (file_exists(path))
			return path;
	}
	return arena_printf(a, "%s/%s", ANSINH_DATADIR, relative);
}

const char *
file_locale_dir(void)
{
	const char *own = getenv("ANSINH_LOCALE");

	if (own != NULL && own[0] != '\0')
		return own;
	if (file_exists(ANSINH_LOCALEDIR "/vi/LC_MESSAGES/ansinh.mo"))
		return ANSINH_LOCALEDIR;
	return ANSINH_BUILDDIR "/po/locale"; /* run where it was built */
}

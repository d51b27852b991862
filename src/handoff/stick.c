#include "handoff/stick.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "crypt/hash.h"

#define CHUNK 65536

struct stick_writer {
	int dir, fd;
	char name[64], part[72];
	struct hash sum;
	bool renamed;
};

/* DIR/ANSINH: the root of a FAT16 stick holds few names (W1). */
static enum err
open_folder(const char *dir, int *out, struct error *e)
{
	int top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err err;

	*out = -1;
	if (top < 0)
		return error_errno(e, ERR_STICK, N_("cannot open %s"), dir);
	if ((err = stick_make_folder(top, e)) != OK) {
		close(top);
		return err;
	}
	*out = openat(
	    top, "ANSINH", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(top);
	if (*out < 0)
		return error_errno(
		    e, ERR_STICK, N_("cannot open %s"), "ANSINH");
	return OK;
}

/* Takes the folder over. */
static enum err
begin(int folder, const char *name, mode_t mode, struct stick_writer **out,
    struct error *e)
{
	struct stick_writer *w = calloc(1, sizeof *w);
	struct stat st;
	enum err err = OK;

	if (w == NULL)
		base_die("%s", _("out of memory"));
	w->dir = folder;
	w->fd = -1;
	if (strlen(name) >= sizeof w->name)
		BUG("the name of a file is too long");
	snprintf(w->name, sizeof w->name, "%s", name);
	snprintf(w->part, sizeof w->part, "%s" STICK_PART, name);
	if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		err = error_set(
		    e, ERR_EXISTS, N_("%s is there already"), name);
		goto out;
	}
	w->fd = openat(w->dir, w->part,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (w->fd < 0) {
		err = error_errno(e, errno == EEXIST ? ERR_EXISTS : ERR_STICK,
		    N_("cannot write %s"), name);
		goto out;
	}
	hash_sha256_start(&w->sum);
	*out = w;
	w = NULL; /* transferred */
out:
	stick_writer_close(w);
	return err;
}

enum err
stick_writer_open(const char *dir, const char *name,
    struct stick_writer **out, struct error *e)
{
	int folder = -1;
	enum err err = open_folder(dir, &folder, e);

	return err != OK ? err : begin(folder, name, 0644, out, e);
}

enum err
stick_writer_open_in(const char *folder, const char *name,
    struct stick_writer **out, struct error *e)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(
		    e, ERR_STICK, N_("cannot open %s"), folder);
	return begin(fd, name, 0600, out, e);
}

enum err
stick_writer_add(
    struct stick_writer *w, const void *p, size_t n, struct error *e)
{
	const char *at = p;
	ssize_t done;

	hash_sha256_add(&w->sum, p, n);
	while (n > 0) {
		done = write(w->fd, at, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return error_errno(e, ERR_STICK,
			    N_("cannot write %s"), w->name);
		at += done;
		n -= (size_t)done;
	}
	return OK;
}

/*
 * The second fsync of the file is the one that vfat needs: after a rename
 * and a power cut it keeps a file of no bytes without it (W2).
 */
static enum err
settle(struct stick_writer *w, struct error *e)
{
	if (fsync(w->fd) != 0)
		goto failed;
	if (renameat(w->dir, w->part, w->dir, w->name) != 0)
		goto failed;
	w->renamed = true;
	if (fsync(w->fd) != 0 || fsync(w->dir) != 0 || syncfs(w->fd) != 0)
		goto failed;
	/* only advice: where it is not known, the reading is from memory */
	(void)posix_fadvise(w->fd, 0, 0, POSIX_FADV_DONTNEED);
	if (close(w->fd) != 0) {
		w->fd = -1;
		goto failed;
	}
	w->fd = -1;
	return OK;
failed:
	return error_errno(
	    e, ERR_STICK, N_("cannot write %s"), w->name);
}

/* W3: what is on the stick is what was meant to be there. */
static enum err
read_back(struct stick_writer *w, struct error *e)
{
	uint8_t want[HASH_SIZE], got[HASH_SIZE];
	char *chunk = malloc(CHUNK);
	enum err err = OK;
	struct hash sum;
	ssize_t n;
	int fd;

	if (chunk == NULL)
		base_die("%s", _("out of memory"));
	hash_sha256_end(&w->sum, want);
	hash_sha256_start(&sum);
	fd = openat(w->dir, w->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	while (fd >= 0 && (n = read(fd, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = error_errno(e, ERR_STICK,
			    N_("cannot read %s back"),
			    w->name);
			break;
		}
		hash_sha256_add(&sum, chunk, (size_t)n);
	}
	if (fd < 0)
		err = error_errno(e, ERR_STICK,
		    N_("cannot read %s back"), w->name);
	else
		close(fd);
	hash_sha256_end(&sum, got);
	free(chunk);
	if (err == OK && memcmp(want, got, sizeof want) != 0)
		err = error_set(e, ERR_STICK,
		    N_("%s was not kept as it was written"),
		    w->name);
	return err;
}

enum err
stick_writer_finish(struct stick_writer *w, struct error *e)
{
	enum err err = settle(w, e);

	return err != OK ? err : read_back(w, e);
}

void
stick_writer_close(struct stick_writer *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	if (w->dir >= 0) {
		if (!w->renamed && w->part[0] != '\0' && w->fd >= 0)
			(void)unlinkat(w->dir, w->part, 0);
		close(w->dir);
	}
	free(w);
}

enum err
stick_remove(const char *dir, const char *const *names, size_t n,
    struct error *e)
{
	enum err err;
	int folder;

	if ((err = open_folder(dir, &folder, e)) != OK)
		return err;
	for (size_t i = 0; i < n; i++)
		if (unlinkat(folder, names[i], 0) != 0 && err == OK)
			err = error_errno(e, ERR_STICK,
			    N_("cannot remove %s"), names[i]);
	if ((fsync(folder) != 0 || syncfs(folder) != 0) && err == OK)
		err = error_errno(
		    e, ERR_STICK, N_("cannot remove %s"), names[0]);
	close(folder);
	return err;
}

enum err
stick_local_file(const char *dir, int *fd, struct error *e)
{
	enum err err = file_make_dirs(dir, 0700, e);
	char name[4096];

	if (err != OK)
		return err;
	*fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return OK;
	/* a file system that cannot: a name, and at once without */
	if (snprintf(name, sizeof name, "%s/tmp.XXXXXX", dir)
	    >= (int)sizeof name)
		return error_set(e, ERR_IO, N_("the path is too long"));
	*fd = mkostemp(name, O_CLOEXEC);
	if (*fd < 0)
		return error_errno(
		    e, ERR_IO, N_("cannot make a file in %s"), dir);
	unlink(name);
	return OK;
}

enum err
stick_open(const char *path, uint64_t max, int *fd, struct error *e)
{
	struct stat st;
	enum err err = OK;

	*fd = open(path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (*fd < 0 && errno == ELOOP)
		return error_set(
		    e, ERR_FORMAT, N_("%s is not a regular file"), path);
	if (*fd < 0)
		return error_errno(e, errno == ENOENT ? ERR_NOTFOUND : ERR_STICK,
		    N_("cannot open %s"), path);
	if (fstat(*fd, &st) != 0)
		err = error_errno(e, ERR_STICK, N_("cannot open %s"), path);
	else if (!S_ISREG(st.st_mode))
		err = error_set(
		    e, ERR_FORMAT, N_("%s is not a regular file"), path);
	else if (st.st_size < 0 || (uint64_t)st.st_size > max)
		err = error_set(e, ERR_LIMIT, N_("%s is too large"), path);
	if (err != OK) {
		close(*fd);
		*fd = -1;
	}
	return err;
}

static enum err
copy_all(int from, int to, const char *path, uint64_t max, struct error *e)
{
	char *chunk = malloc(CHUNK);
	enum err err = OK;
	uint64_t total = 0;
	ssize_t n;

	if (chunk == NULL)
		base_die("%s", _("out of memory"));
	while (err == OK && (n = read(from, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = error_errno(
			    e, ERR_STICK, N_("cannot read %s"), path);
			break;
		}
		total += (uint64_t)n;
		if (total > max) /* it grew while being read */
			err = error_set(
			    e, ERR_LIMIT, N_("%s is too large"), path);
		else
			err = file_write_all(to, chunk, (size_t)n, e);
	}
	free(chunk);
	return err;
}

enum err
stick_copy_in(const char *path, const char *dir, uint64_t max, int *fd,
    struct error *e)
{
	enum err err;
	int from;

	if ((err = stick_open(path, max, &from, e)) != OK)
		return err;
	if ((err = stick_local_file(dir, fd, e)) == OK
	    && (err = copy_all(from, *fd, path, max, e)) != OK) {
		close(*fd);
		*fd = -1;
	}
	close(from);
	return err;
}

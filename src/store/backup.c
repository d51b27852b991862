#include "store/store_impl.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err
copy_aside(struct store *s, const char *aside, struct error *e)
{
	int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum err r;

	if (fd < 0)
		return error_errno(e, ERR_IO, "%s", aside);
	r = db_copy(s->db, fd, e);
	if (r == OK && fsync(fd) != 0)
		r = error_errno(e, ERR_IO, "%s", aside);
	if (close(fd) != 0 && r == OK)
		r = error_errno(e, ERR_IO, "%s", aside);
	return r;
}

/* Opens every value of a copy; counts its events. */
static enum err
open_all(struct db *db, store_progress_fn progress, void *ctx,
    uint64_t *events, struct error *e)
{
	char key[512], next[512];
	size_t key_n, next_n;
	struct buf b = BUF_INIT;
	uint64_t done = 0, total = 0;
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(db, &t, e)) != OK)
		return r;
	*events = txn_count(t, DB_EVENTS);
	for (enum db_table i = 0; i < DB_TABLES; i++)
		total += txn_count(t, i);
	for (enum db_table i = 0; r == OK && i < DB_TABLES; i++) {
		key_n = 0;
		while (r == OK &&
		    (r = txn_next(t, i, (struct str){ key, key_n }, next,
		         &next_n, e)) == OK) {
			buf_clear(&b);
			r = txn_get(t, i, (struct str){ next, next_n }, &b, e);
			memcpy(key, next, next_n);
			key[next_n] = '\0';
			key_n = next_n + 1;
			if (r == OK && ++done % 1024 == 0 && progress != NULL &&
			    !progress(ctx, done, total))
				r = error_set(e, ERR_CANCELLED, N_("stopped"));
		}
		if (r == ERR_NOTFOUND)
			r = OK;
	}
	db_read_end(t);
	buf_release(&b);
	return r;
}

static enum err
verify(struct store *s, const char *path, store_progress_fn progress,
    void *ctx, struct error *e)
{
	struct db_options o = { .key = s->key, .epoch = s->options.epoch,
		.map_size = 1ull << 30, .single_file = true };
	uint64_t here, there = 0;
	struct db *db = NULL;
	struct txn *t;
	enum err r;

	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	here = txn_count(t, DB_EVENTS);
	db_read_end(t);
	if ((r = db_open(path, &o, &db, e)) == OK)
		r = open_all(db, progress, ctx, &there, e);
	if (r == OK && here != there)
		r = error_set(e, ERR_CORRUPT,
		    N_("the copy does not hold as many events as the store"));
	db_close(db);
	return r;
}

static char *
folder_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return arena_strdup(a, ".");
	if (slash == path)
		return arena_strdup(a, "/");
	return arena_str(a, (struct str){ path, (size_t)(slash - path) });
}

enum err
store_backup(struct store *s, const char *path, store_progress_fn progress,
    void *ctx, struct error *e)
{
	struct arena *a = arena_new();
	char *aside = arena_printf(a, "%s.tmp", path);
	enum err r;

	if ((r = copy_aside(s, aside, e)) == OK &&
	    (r = verify(s, aside, progress, ctx, e)) == OK) {
		if (rename(aside, path) != 0)
			r = error_errno(e, ERR_IO, "%s", path);
		else
			r = file_sync_dir(folder_of(a, path), e);
	}
	if (r != OK)
		unlink(aside);
	arena_free(a);
	return r;
}

static enum err
copy_file(const char *from, const char *to, struct error *e)
{
	char block[64 * 1024];
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out = -1;
	ssize_t n = 0;
	enum err r = OK;

	if (in < 0)
		return error_errno(
		    e, errno == ENOENT ? ERR_NOTFOUND : ERR_IO, "%s", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		r = error_errno(e, ERR_IO, "%s", to);
	while (r == OK && (n = read(in, block, sizeof block)) > 0)
		r = file_write_all(out, block, (size_t)n, e);
	if (r == OK && n < 0)
		r = error_errno(e, ERR_IO, "%s", from);
	if (r == OK && fsync(out) != 0)
		r = error_errno(e, ERR_IO, "%s", to);
	if (out >= 0)
		close(out);
	close(in);
	return r;
}

/* The store that was is kept beside, never overwritten. */
static enum err
move_old(const char *dir, const char *db, struct arena *a, struct error *e)
{
	char *kept = NULL;

	if (!file_exists(db))
		return OK;
	for (unsigned i = 1; kept == NULL || file_exists(kept); i++)
		kept = arena_printf(a, "%s/db.replaced-%u", dir, i);
	if (rename(db, kept) != 0)
		return error_errno(e, ERR_IO, "%s", kept);
	return file_sync_dir(dir, e);
}

/*
 * The copy is verified aside before the old store is moved.  Without the
 * token file the store knows itself, at its next opening, for an older copy
 * and begins new feeds; a power cut on the way changes nothing of that.
 */
static enum err
put_in_place(const char *dir, const char *backup,
    const struct store_options *o, struct arena *a, struct error *e)
{
	struct db_options dbo = { .key = o->key, .epoch = o->epoch,
		.map_size = 1ull << 30, .single_file = true };
	char *aside = arena_printf(a, "%s/db.new", dir);
	char *data = arena_printf(a, "%s/db.new/data.mdb", dir);
	char *db = arena_printf(a, "%s/db", dir);
	char *token = arena_printf(a, "%s/token", dir);
	struct db *copy = NULL;
	uint64_t events;
	enum err r;

	if ((file_exists(aside) && (r = file_remove_tree(aside, e)) != OK) ||
	    (r = file_make_dirs(aside, 0700, e)) != OK ||
	    (r = copy_file(backup, data, e)) != OK)
		return r;
	if ((r = db_open(data, &dbo, &copy, e)) == OK)
		r = open_all(copy, NULL, NULL, &events, e);
	db_close(copy);
	if (r != OK || (r = file_sync_dir(aside, e)) != OK)
		return r;
	if (unlink(token) != 0 && errno != ENOENT)
		return error_errno(e, ERR_IO, "%s", token);
	if ((r = file_sync_dir(dir, e)) != OK ||
	    (r = move_old(dir, db, a, e)) != OK)
		return r;
	if (rename(aside, db) != 0)
		return error_errno(e, ERR_IO, "%s", db);
	return file_sync_dir(dir, e);
}

enum err
store_restore(const char *dir, const char *backup,
    const struct store_options *o, struct error *e)
{
	struct arena *a = arena_new();
	int lock = -1;
	enum err r;

	if ((r = file_make_dirs(dir, 0700, e)) == OK &&
	    (r = store_check_fs(dir, e)) == OK &&
	    (r = store_lock(dir, &lock, e)) == OK)
		r = put_in_place(dir, backup, o, a, e);
	if (lock >= 0)
		close(lock);
	arena_free(a);
	return r;
}

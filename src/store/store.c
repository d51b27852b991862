#include "store/store_impl.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* SAFETY D7: the disk gave out under the map. */
static void
on_bus_error(int sig)
{
	static const char text[] =
	    "\nansinh: the store cannot be read; the disk may be failing\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);

	(void)sig;
	(void)n;
	_exit(75);
}

/* And a file size limit is an error of a write, not the end (D13). */
static void
catch_signals(void)
{
	static char stack[64 * 1024];
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction sa = { .sa_handler = on_bus_error,
		.sa_flags = SA_ONSTACK };

	if (sigaltstack(&alt, NULL) == 0)
		sigaction(SIGBUS, &sa, NULL);
	signal(SIGXFSZ, SIG_IGN);
}

enum err
store_lock(const char *dir, int *fd, struct error *e)
{
	char path[4096];

	if (snprintf(path, sizeof path, "%s/lock", dir) >= (int)sizeof path)
		return error_set(e, ERR_LIMIT, N_("a path is too long"));
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return error_errno(e, ERR_IO, "%s", path);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return OK;
	error_errno(e, ERR_IO, "%s", path);
	if (errno == EWOULDBLOCK)
		error_set(e, ERR_BUSY,
		    N_("another program has this store open"));
	close(*fd);
	*fd = -1;
	return e == NULL ? ERR_BUSY : e->code;
}

char *
store_path(const struct store *s, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", s->dir, name);
}

size_t
store_map_size(const struct store_options *o, const struct store_device *d)
{
	if (o->map_size != 0)
		return o->map_size;
	return strcmp(d->role, "district") == 0 ? 16ull << 30 : 1ull << 30;
}

enum err
store_begin(struct store *s, struct txn *t, struct error *e)
{
	enum err r = OK;

	if (s->stale)
		r = state_load(s, t, e);
	event_forget(s); /* of a transaction that failed */
	s->stale = true; /* until the commit, or for good */
	return r;
}

enum err
store_reload(struct store *s, struct error *e)
{
	struct txn *t;
	enum err r;

	if ((r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	r = state_load(s, t, e);
	db_read_end(t);
	s->stale = r != OK;
	return r;
}

/* What comes before every write. */
static enum err
may_commit(struct store *s, struct error *e)
{
	enum err r;

	if (!s->token_due)
		return OK;
	s->token_due = false;
	if ((r = token_renew(s, e)) != OK)
		s->token_due = true;
	return r;
}

enum err
store_commit(struct store *s, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	enum err r;

	if ((r = may_commit(s, e)) != OK)
		return r;
	if ((r = db_write(s->db, expect, fn, ctx, e)) != OK) {
		s->stale = true; /* if this fails, the next write tries again */
		return store_reload(s, NULL) == ERR_CORRUPT ? ERR_CORRUPT : r;
	}
	s->stale = false;
	if (s->directory != NULL && s->n_touched > 0)
		r = directory_refresh(
		    s->directory, s->touched, s->n_touched, e);
	s->n_touched = 0;
	return r;
}

enum err
store_commit_start(struct store *s, size_t expect, db_write_fn fn, void *ctx,
    struct error *e)
{
	enum err r;

	if ((r = may_commit(s, e)) != OK)
		return r;
	return ahead_start(s, expect, fn, ctx, e);
}

static struct store *
new_store(const char *dir, const struct store_options *o)
{
	struct store *s = calloc(1, sizeof *s);

	if (s == NULL || (s->dir = strdup(dir)) == NULL)
		base_die("%s", _("out of memory"));
	s->lock_fd = -1;
	s->options = *o;
	memcpy(s->key, o->key, sizeof s->key);
	s->options.key = s->key;
	s->feeds_arena = arena_new();
	s->stale = true;
	return s;
}

static enum err
open_db(struct store *s, const char *name, size_t map_size, bool verify,
    struct error *e)
{
	struct db_options o = { .key = s->key, .epoch = s->options.epoch,
		.map_size = map_size, .verify = verify };
	struct arena *a = arena_new();
	enum err r = db_open(store_path(s, a, name), &o, &s->db, e);

	arena_free(a);
	return r;
}

/*
 * The lock file says "open" from here until the store is closed, and from then
 * "closed" and after which commit.  A store that was not closed by a program
 * (a kill, a power cut, a failing disk) is not used before all its pages are
 * verified; one that is older than when it was closed is a copy.
 */
#define MARK_SIZE 32

static bool
mark_put(const struct store *s, const char *text)
{
	char mark[MARK_SIZE];
	size_t n = strlen(text);

	memset(mark, ' ', sizeof mark);
	memcpy(mark, text, n < sizeof mark ? n : sizeof mark - 1);
	mark[sizeof mark - 1] = '\n';
	return pwrite(s->lock_fd, mark, sizeof mark, 0) == sizeof mark;
}

static enum err
mark_open(struct store *s, bool *was_open, uint64_t *closed_at,
    struct error *e)
{
	char mark[MARK_SIZE + 1] = "";
	ssize_t n = pread(s->lock_fd, mark, MARK_SIZE, 0);

	if (n < 0)
		return error_errno(e, ERR_IO, "%s/lock", s->dir);
	*closed_at = 0;
	if (strncmp(mark, "closed ", 7) == 0)
		*closed_at = strtoull(mark + 7, NULL, 10);
	*was_open = n > 0 && *closed_at == 0;
	/* what is on a full disk can be read */
	if (*was_open || (mark_put(s, "open") && fdatasync(s->lock_fd) == 0) ||
	    errno == ENOSPC || errno == EDQUOT)
		return OK;
	return error_errno(e, ERR_IO, "%s/lock", s->dir);
}

static void
mark_closed(const struct store *s)
{
	char text[MARK_SIZE];

	snprintf(text, sizeof text, "closed %llu",
	    (unsigned long long)db_commits(s->db));
	(void)!mark_put(s, text); /* if not: the next start verifies all */
}

enum err
store_open(const char *dir, const struct store_options *o, struct store **out,
    struct error *e)
{
	struct store *s = new_store(dir, o);
	struct arena *a = arena_new();
	uint64_t closed_at = 0;
	bool verify;
	enum err r;

	if (!file_exists(store_path(s, a, "db"))) {
		r = error_set(e, ERR_NOTFOUND, N_("there is no store in %s"), dir);
		goto out;
	}
	if ((r = store_check_fs(dir, e)) != OK ||
	    (r = store_lock(dir, &s->lock_fd, e)) != OK)
		goto out;
	catch_signals();
	if (file_exists(store_path(s, a, "db.new")) &&
	    (r = file_remove_tree(store_path(s, a, "db.new"), e)) != OK)
		goto out;
	if ((r = mark_open(s, &verify, &closed_at, e)) != OK)
		goto out;
	r = open_db(s, "db", o->map_size != 0 ? o->map_size : 1ull << 30,
	    verify, e);
	s->restored = r == OK && db_commits(s->db) < closed_at;
	if (r != OK || (r = store_reload(s, e)) != OK ||
	    (r = token_renew_if_room(s, e)) != OK ||
	    (r = import_clean(s, e)) != OK ||
	    (r = store_catch_up(s, NULL, NULL, e)) != OK)
		goto out;
	s->open = true;
	*out = s;
	s = NULL; /* transferred */
out:
	arena_free(a);
	store_close(s);
	return r;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	while (s->db != NULL && store_append_fd(s) >= 0)
		(void)!store_append_end(s, NULL);
	if (s->open && !s->stale)
		mark_closed(s);
	directory_free(s->directory);
	event_forget(s);
	db_close(s->db);
	arena_free(s->feeds_arena);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	explicit_bzero(s->key, sizeof s->key);
	free(s->dir);
	free(s);
}

void
store_at_rest(void)
{
	if (db_open_txns() != 0)
		BUG("waiting for a person inside a transaction");
}

const struct store_device *
store_device(const struct store *s)
{
	return &s->device;
}

bool
store_was_restored(const struct store *s)
{
	return s->restored;
}

struct create_job {
	struct store *s;
	const struct store_device *device;
};

static enum err
create_write(struct txn *t, void *ctx, struct error *e)
{
	struct create_job *job = ctx;
	enum err r;

	if ((r = state_put_device(t, job->device, e)) != OK ||
	    (r = token_put_first(job->s, t, e)) != OK)
		return r;
	return state_put_numbers(job->s, t, e);
}

/* SAFETY D2: aside, synced, then renamed: db/ is whole or not there. */
static enum err
create_aside(struct store *s, const struct store_device *d, struct error *e)
{
	struct create_job job = { s, d };
	struct arena *a = arena_new();
	char *aside = store_path(s, a, "db.new"), *db = store_path(s, a, "db");
	enum err r;

	if (file_exists(db)) {
		r = error_set(e, ERR_EXISTS, N_("there is a store in %s"),
		    s->dir);
		goto out;
	}
	if (file_exists(aside) && (r = file_remove_tree(aside, e)) != OK)
		goto out;
	if ((r = file_make_dirs(aside, 0700, e)) != OK ||
	    (r = open_db(s, "db.new", store_map_size(&s->options, d), true,
	         e)) != OK ||
	    (r = db_write(s->db, 0, create_write, &job, e)) != OK ||
	    (r = db_sync(s->db, e)) != OK)
		goto out;
	db_close(s->db);
	s->db = NULL;
	if ((r = file_sync_dir(aside, e)) != OK)
		goto out;
	if (rename(aside, db) != 0) {
		r = error_errno(e, ERR_IO, "%s", db);
		goto out;
	}
	r = file_sync_dir(s->dir, e);
out:
	arena_free(a);
	return r;
}

enum err
store_create(const char *dir, const struct store_options *o,
    const struct store_device *d, struct error *e)
{
	struct store *s = new_store(dir, o);
	enum err r;

	if ((r = file_make_dirs(dir, 0700, e)) == OK &&
	    (r = store_check_fs(dir, e)) == OK &&
	    (r = store_lock(dir, &s->lock_fd, e)) == OK)
		r = create_aside(s, d, e);
	store_close(s);
	return r;
}

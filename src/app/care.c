#include "app/care.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "handoff/stick.h"
#include "handoff/ustar.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS_MAX 16384
#define COPY_BUF 65536

static const char *const parts[] = { "keys.json", "store.mdb" };

/* "20260115-080000" of the wall clock. */
static char *
stamp(struct arena *a)
{
	char now[CLOCK_BUF];
	char *out = arena_alloc(a, CLOCK_BUF);
	size_t n = 0;

	clock_now_text(now);
	for (size_t i = 0; i < 19 && now[i] != '\0'; i++)
		if (now[i] >= '0' && now[i] <= '9')
			out[n++] = now[i];
		else if (now[i] == 'T')
			out[n++] = '-';
	return out;
}

/* What is packed, and how far it is; the copying before was the first half. */
struct packing {
	struct stick_writer *out;
	uint64_t done, total;
	store_progress_fn progress;
	void *ctx;
};

static bool
first_half(void *ctx, uint64_t done, uint64_t total)
{
	struct packing *p = ctx;

	return p->progress(p->ctx, done, 2 * total);
}

static enum err
pack_bytes(struct packing *p, const void *bytes, size_t n, struct error *e)
{
	p->done += n;
	if (p->progress != NULL &&
	    !p->progress(p->ctx, p->total + p->done, 2 * p->total))
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	return stick_writer_add(p->out, bytes, n, e);
}

/* One file into the archive. */
static enum err
pack_file(struct packing *p, const char *path, const char *name,
    struct error *e)
{
	static const uint8_t nothing[USTAR_BLOCK];
	uint8_t head[USTAR_BLOCK];
	static char buf[COPY_BUF];
	struct stat st;
	uint64_t done = 0;
	ssize_t n = 0;
	enum err err = OK;
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (in < 0 || fstat(in, &st) != 0) {
		err = error_errno(e, ERR_IO, N_("cannot read %s"), path);
		goto out;
	}
	ustar_head(head, name, (uint64_t)st.st_size);
	err = pack_bytes(p, head, sizeof head, e);
	while (err == OK && (n = read(in, buf, sizeof buf)) > 0) {
		err = pack_bytes(p, buf, (size_t)n, e);
		done += (uint64_t)n;
	}
	if (err == OK && (n < 0 || done != (uint64_t)st.st_size))
		err = error_errno(e, ERR_IO, N_("cannot read %s"), path);
	if (err == OK)
		err = pack_bytes(p, nothing, ustar_padding(done), e);
out:
	if (in >= 0)
		close(in);
	return err;
}

static enum err
pack(struct packing *p, const char *const path[2], struct error *e)
{
	static const uint8_t end[USTAR_BLOCK * 2];
	struct stat st;
	enum err err = OK;

	p->total = USTAR_BLOCK * 8;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (stat(path[i], &st) == 0)
			p->total += (uint64_t)st.st_size;
	for (size_t i = 0; err == OK && i < ARRAY_LEN(parts); i++)
		err = pack_file(p, path[i], parts[i], e);
	return err != OK ? err : stick_writer_add(p->out, end, sizeof end, e);
}

enum err
care_backup(struct app *app, const char *dir, store_progress_fn progress,
    void *ctx, struct arena *a, char **path, struct error *e)
{
	char *aside = arena_printf(a, "%s/backup.tmp", app->home);
	const char *from[] = { arena_printf(a, "%s/%s", app->home, parts[0]),
		arena_printf(a, "%s/%s", aside, parts[1]) };
	char *name = arena_printf(a, "%s-%s-%s" CARE_SUFFIX, app->card.unit,
	    app->card.device, stamp(a));
	struct packing p = { .progress = progress, .ctx = ctx };
	bool made = !file_exists(dir);
	struct error ignored;
	enum err err;

	(void)!file_remove_tree(aside, &ignored);
	if ((err = file_make_dirs(aside, 0700, e)) != OK ||
	    (err = file_make_dirs(dir, 0700, e)) != OK ||
	    (err = store_backup(app->store, from[1],
	         progress == NULL ? NULL : first_half, &p, e)) != OK ||
	    (err = stick_writer_open_in(dir, name, &p.out, e)) != OK ||
	    (err = pack(&p, from, e)) != OK ||
	    (err = stick_writer_finish(p.out, e)) != OK)
		goto out;
	*path = arena_printf(a, "%s/%s", dir, name);
out:
	stick_writer_close(p.out);
	if (err != OK && made)
		rmdir(dir);
	(void)!file_remove_tree(aside, &ignored);
	return err;
}

/* Where the parts of an archive go, in their fixed order. */
struct unpacking {
	const char *dir;
	struct arena *a;
	size_t part; /* the next one to come */
	int out;
};

static enum err
begin_part(struct unpacking *u, const struct ustar_reader *r, struct error *e)
{
	const char *path;

	if (u->part == ARRAY_LEN(parts) ||
	    strcmp(r->name, parts[u->part]) != 0 ||
	    (u->part == 0 && r->size > KEYS_MAX))
		return error_set(
		    e, ERR_FORMAT, N_("this is no backup of ansinh"));
	if (u->out >= 0)
		close(u->out);
	path = arena_printf(u->a, "%s/%s", u->dir, parts[u->part++]);
	u->out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (u->out < 0)
		return error_errno(e, ERR_IO, N_("cannot write %s"), path);
	return OK;
}

static enum err
unpack_some(struct unpacking *u, struct ustar_reader *r, struct str in,
    bool *ended, struct error *e)
{
	enum ustar_event event;
	struct str data;
	enum err err;

	do {
		err = ustar_next(r, &in, &event, &data, e);
		if (err == OK && event == USTAR_FILE)
			err = begin_part(u, r, e);
		else if (err == OK && event == USTAR_DATA)
			err = file_write_all(u->out, data.p, data.n, e);
		*ended = err == OK && event == USTAR_END;
	} while (err == OK && event != USTAR_MORE && !*ended);
	return err;
}

static enum err
unpack(struct unpacking *u, const char *backup, struct error *e)
{
	struct ustar_reader r;
	static char buf[COPY_BUF];
	bool ended = false;
	ssize_t n = 0;
	enum err err = OK;
	int in = open(backup, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (in < 0)
		return error_errno(e, ERR_IO, N_("cannot read %s"), backup);
	ustar_begin(&r);
	while (err == OK && (n = read(in, buf, sizeof buf)) > 0)
		err = unpack_some(
		    u, &r, (struct str){ buf, (size_t)n }, &ended, e);
	if (err == OK && n < 0)
		err = error_errno(e, ERR_IO, N_("cannot read %s"), backup);
	if (err == OK && (!ended || u->part != ARRAY_LEN(parts)))
		err = error_set(
		    e, ERR_FORMAT, N_("the backup has no end: %s"), backup);
	if (u->out >= 0 && (fsync(u->out) != 0 || close(u->out) != 0) &&
	    err == OK)
		err = error_errno(e, ERR_IO, N_("cannot write %s"), u->dir);
	close(in);
	return err;
}

enum err
care_restore(const char *home, const char *backup, struct str passphrase,
    struct error *e)
{
	struct arena *a = arena_new();
	char *aside = arena_printf(a, "%s/restore.tmp", home);
	struct unpacking u = { .dir = aside, .a = a, .out = -1 };
	char *keys = arena_printf(a, "%s/%s", aside, parts[0]);
	uint8_t *key = secret_alloc(32);
	struct store_options o = { .key = key, .epoch = 1 };
	struct master *m = NULL;
	struct error ignored;
	enum err err;

	if (app_is_there(home)) {
		err = error_set(e, ERR_EXISTS,
		    N_("there is a commune's data here already: %s"), home);
		goto out;
	}
	(void)!file_remove_tree(aside, &ignored);
	if ((err = file_make_dirs(aside, 0700, e)) != OK ||
	    (err = unpack(&u, backup, e)) != OK ||
	    (err = keyfile_open(keys, app_passphrase(a, passphrase), &m, e)) != OK)
		goto out;
	master_derive(m, "DEK_____", 1, key);
	err = store_restore(
	    home, arena_printf(a, "%s/%s", aside, parts[1]), &o, e);
	/* The key file last: without it there is nothing here. */
	if (err == OK)
		err = file_move(
		    keys, arena_printf(a, "%s/keys.json", home), e);
out:
	master_free(m);
	secret_free(key);
	(void)!file_remove_tree(aside, &ignored);
	arena_free(a);
	return err;
}

#include "store/draft.h"

#include "base/clock.h"
#include "base/coding.h"
#include "base/file.h"
#include "crypt/seal.h"
#include "crypt/secret.h"
#include "store/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * The file: entries, each its length as 4 bytes (big-endian) and a sealed
 * value whose place is (draft, NAME and the number of the entry), so that none
 * can be moved, repeated or left out.  The first is the head.  An entry that
 * does not open ends the draft: it was being written when the power went.
 */
#define SUFFIX ".draft"
#define ENTRY_MAX (4u << 20)
#define DRAFT_MAX (64u << 20)
#define REWRITE (8u << 20) /* a longer file is begun anew */

enum kind { KIND_HEAD, KIND_WHOLE, KIND_TYPED };

struct draft {
	char dir[4096], path[4096 + 96], name[64];
	uint8_t key[SEAL_KEY_SIZE];
	int fd;
	uint64_t entries;
	size_t size;
	bool torn; /* there is more in the file, of an entry that failed */
	struct draft_head head;
	/* the helper that syncs */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake, done;
	uint64_t written, synced;
	bool name_due; /* the folder is to be synced, too */
	bool stop;     /* and free it: nobody else has it any more */
	int failed; /* errno of a sync */
};

/* Helpers that still sync what was closed. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t none;
	unsigned n;
} leaving = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

static struct str
place_key(const char *name, uint64_t entry, char out[96])
{
	int n = snprintf(
	    out, 96, "%s:%llu", name, (unsigned long long)entry);

	return (struct str){ out, (size_t)n };
}

static void
free_draft(struct draft *d)
{
	if (d->fd >= 0)
		close(d->fd);
	explicit_bzero(d, sizeof *d);
	free(d);
}

/* The helper is the last to have it. */
static void
leave(struct draft *d)
{
	pthread_cond_destroy(&d->wake);
	pthread_cond_destroy(&d->done);
	pthread_mutex_destroy(&d->lock);
	free_draft(d);
	pthread_mutex_lock(&leaving.lock);
	if (--leaving.n == 0)
		pthread_cond_broadcast(&leaving.none);
	pthread_mutex_unlock(&leaving.lock);
}

static int
sync_draft(const struct draft *d, bool name)
{
	struct error e;

	if (fdatasync(d->fd) != 0)
		return errno;
	return name && file_sync_dir(d->dir, &e) != OK ? EIO : 0;
}

static void *
sync_loop(void *arg)
{
	struct draft *d = arg;

	pthread_mutex_lock(&d->lock);
	for (;;) {
		uint64_t upto;
		bool name;
		int r;

		while (d->synced == d->written && !d->stop)
			pthread_cond_wait(&d->wake, &d->lock);
		if (d->synced == d->written)
			break;
		upto = d->written;
		name = d->name_due;
		d->name_due = false;
		pthread_mutex_unlock(&d->lock);
		r = sync_draft(d, name);
		pthread_mutex_lock(&d->lock);
		if (r != 0 && d->failed == 0)
			d->failed = r;
		d->synced = upto;
		pthread_cond_broadcast(&d->done);
	}
	pthread_mutex_unlock(&d->lock);
	leave(d);
	return NULL;
}

static enum err
start(struct draft *d, struct error *e)
{
	int r;

	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->wake, NULL);
	pthread_cond_init(&d->done, NULL);
	if ((r = pthread_create(&d->thread, NULL, sync_loop, d)) == 0)
		return OK;
	errno = r;
	return error_errno(e, ERR_IO, N_("cannot start a thread"));
}

/* What is torn would hide what comes after it. */
static enum err
cut_torn(struct draft *d, struct error *e)
{
	if (d->torn && ftruncate(d->fd, (off_t)d->size) != 0)
		return error_errno(e, ERR_IO, "%s", d->path);
	d->torn = false;
	return OK;
}

static enum err
write_entry(struct draft *d, struct str plain, struct error *e)
{
	char key[96];
	struct seal_place at = { .table = "draft" };
	size_t n;
	struct buf b = BUF_INIT;
	enum err r;

	if ((r = cut_torn(d, e)) != OK)
		return r;
	at.key = place_key(d->name, d->entries, key);
	n = seal_size_at(&at, plain.n);
	if (n > ENTRY_MAX)
		return error_set(e, ERR_LIMIT, N_("the draft is too large"));
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(&b, (char)(n >> shift));
	buf_reserve(&b, n);
	seal((uint8_t *)b.p + b.n, d->key, &at, plain);
	b.n += n;
	r = file_write_all(d->fd, b.p, b.n, e);
	if (r == OK) {
		d->size += b.n;
		d->entries++;
	} else {
		d->torn = true;
		(void)!cut_torn(d, NULL);
	}
	buf_release(&b);
	return r;
}

static void
pack_head(struct buf *b, const struct draft_head *h)
{
	pack_u64(b, KIND_HEAD);
	pack_bytes(b, h->record.b);
	pack_u64(b, h->is_new);
	pack_text(b, h->form);
	pack_text(b, h->title);
	pack_text(b, h->at);
}

/* Opens the file for appending; a new one begins with the head. */
static enum err
open_file(struct draft *d, int flags, struct error *e)
{
	d->fd = open(d->path,
	    O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (d->fd < 0)
		return error_errno(e, ERR_IO, "%s", d->path);
	return OK;
}

static struct draft *
new_draft(const char *dir, const uint8_t key[32], const char *name)
{
	struct draft *d = calloc(1, sizeof *d);

	if (d == NULL)
		base_die("%s", _("out of memory"));
	d->fd = -1;
	memcpy(d->key, key, sizeof d->key);
	snprintf(d->name, sizeof d->name, "%s", name);
	snprintf(d->dir, sizeof d->dir, "%s", dir);
	snprintf(d->path, sizeof d->path, "%s/%s", d->dir, d->name);
	return d;
}

enum err
draft_create(const char *dir, const uint8_t key[32],
    const struct draft_head *head, struct draft **out, struct error *e)
{
	char name[64], text[BASE32_LEN(10) + 1];
	uint8_t random[10];
	struct buf b = BUF_INIT;
	struct draft *d;
	enum err r;

	random_bytes(random, sizeof random);
	base32_encode(text, random, sizeof random);
	snprintf(name, sizeof name, "%s%s", text, SUFFIX);
	d = new_draft(dir, key, name);
	d->head = *head;
	if (d->head.at[0] == '\0')
		clock_now_text(d->head.at);
	pack_head(&b, &d->head);
	if ((r = file_make_dirs(dir, 0700, e)) == OK &&
	    (r = open_file(d, O_CREAT | O_EXCL, e)) == OK &&
	    (r = write_entry(d, buf_str(&b), e)) == OK) {
		d->written = 1;
		d->name_due = true;
		r = start(d, e);
	}
	buf_release(&b);
	if (r != OK) {
		free_draft(d);
		return r;
	}
	*out = d;
	return OK;
}

static bool
unpack_head(struct unpack *u, struct draft_head *h)
{
	memset(h, 0, sizeof *h);
	unpack_bytes(u, h->record.b, sizeof h->record.b);
	h->is_new = unpack_u64(u) != 0;
	unpack_text(u, h->form, sizeof h->form);
	unpack_text(u, h->title, sizeof h->title);
	unpack_text(u, h->at, sizeof h->at);
	return !u->bad;
}

/* Takes one opened entry into what the draft says by now. */
static bool
take_entry(struct arena *a, struct str plain, bool first,
    struct draft_head *head, struct draft_entry *last)
{
	struct unpack u;
	uint64_t kind;
	struct str s;

	unpack_begin(&u, plain);
	kind = unpack_u64(&u);
	if (first != (kind == KIND_HEAD))
		return false;
	if (first)
		return unpack_head(&u, head);
	if (kind == KIND_WHOLE) {
		s = unpack_str(&u);
		if (!u.bad)
			last->snapshot = arena_str_dup(a, s);
		s = unpack_str(&u);
		if (!u.bad)
			last->cursor = arena_str_dup(a, s);
	} else if (kind != KIND_TYPED) {
		return false;
	}
	s = unpack_str(&u);
	last->caret = unpack_u32(&u);
	if (!u.bad)
		last->typed = arena_str_dup(a, s);
	return !u.bad;
}

/* Reads to the last whole entry; *good is where it ends. */
static enum err
read_all(struct draft *d, struct arena *a, struct draft_entry *last,
    size_t *good, struct error *e)
{
	struct arena *file = arena_new();
	struct seal_place at = { .table = "draft" };
	struct buf b = BUF_INIT;
	struct str all;
	char key[96];
	size_t p = 0;
	enum err r;

	memset(last, 0, sizeof *last);
	if ((r = file_read(file, d->path, DRAFT_MAX, &all, e)) != OK)
		goto out;
	while (all.n - p >= 4) {
		const unsigned char *q = (const unsigned char *)all.p + p;
		size_t n = (size_t)q[0] << 24 | (size_t)q[1] << 16 |
		    (size_t)q[2] << 8 | q[3];

		if (n > ENTRY_MAX || n > all.n - p - 4)
			break;
		buf_clear(&b);
		at.key = place_key(d->name, d->entries, key);
		if (seal_open(&b, d->key, &at,
		        (struct str){ all.p + p + 4, n }, NULL) != OK ||
		    !take_entry(
		        a, buf_str(&b), d->entries == 0, &d->head, last))
			break;
		p += 4 + n;
		d->entries++;
	}
	if (d->entries == 0)
		r = error_set(e, ERR_CORRUPT, N_("a draft does not open"));
	*good = d->size = p;
	if (b.p != NULL)
		explicit_bzero(b.p, b.cap);
out:
	buf_release(&b);
	arena_free(file);
	return r;
}

static bool
is_draft_name(const char *name)
{
	size_t n = strlen(name);

	return n < sizeof(((struct draft *)NULL)->name) &&
	    n > sizeof SUFFIX && strchr(name, '/') == NULL &&
	    strcmp(name + n - (sizeof SUFFIX - 1), SUFFIX) == 0;
}

enum err
draft_open(const char *dir, const uint8_t key[32], const char *name,
    struct arena *a, struct draft_head *head, struct draft_entry *last,
    struct draft **out, struct error *e)
{
	struct draft *d;
	size_t good;
	enum err r;

	if (!is_draft_name(name))
		return error_set(e, ERR_NOTFOUND, N_("no draft %s"), name);
	d = new_draft(dir, key, name);
	if ((r = read_all(d, a, last, &good, e)) == OK &&
	    (r = open_file(d, 0, e)) == OK) {
		/* what was torn would hide what comes after it */
		if (ftruncate(d->fd, (off_t)good) != 0)
			r = error_errno(e, ERR_IO, "%s", d->path);
		else
			r = start(d, e);
	}
	if (r != OK) {
		free_draft(d);
		return r;
	}
	*head = d->head;
	*out = d;
	return OK;
}

/* After writing: the helper syncs; a sync that failed is told once here. */
static enum err
written(struct draft *d, struct error *e)
{
	int failed;

	pthread_mutex_lock(&d->lock);
	d->written++;
	failed = d->failed;
	d->failed = 0;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
	if (failed == 0)
		return OK;
	errno = failed;
	return error_errno(e, ERR_IO, N_("the draft may not last"));
}

static enum err
append(struct draft *d, struct buf *b, struct error *e)
{
	enum err r = write_entry(d, buf_str(b), e);

	explicit_bzero(b->p, b->n);
	buf_release(b);
	return r == OK ? written(d, e) : r;
}

/* Head and the entry that is now, in a file of its own, synced. */
static enum err
write_aside(struct draft *d, const char *aside, struct str entry,
    struct error *e)
{
	struct buf head = BUF_INIT;
	enum err r;

	d->fd = open(aside,
	    O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (d->fd < 0)
		return error_errno(e, ERR_IO, "%s", aside);
	d->entries = d->size = 0;
	d->torn = false;
	pack_head(&head, &d->head);
	if ((r = write_entry(d, buf_str(&head), e)) == OK &&
	    (r = write_entry(d, entry, e)) == OK && fdatasync(d->fd) != 0)
		r = error_errno(e, ERR_IO, "%s", aside);
	buf_release(&head);
	return r;
}

/* A long file is begun anew aside; if that fails, all is as it was. */
static enum err
begin_anew(struct draft *d, struct str entry, struct error *e)
{
	char aside[sizeof d->path + 4];
	const uint64_t entries = d->entries;
	const size_t size = d->size;
	const int old = d->fd;
	enum err r;

	if ((r = cut_torn(d, e)) != OK)
		return r;
	snprintf(aside, sizeof aside, "%s.tmp", d->path);
	if ((r = write_aside(d, aside, entry, e)) == OK &&
	    rename(aside, d->path) != 0)
		r = error_errno(e, ERR_IO, "%s", d->path);
	if (r == OK) {
		close(old);
		return file_sync_dir(d->dir, e);
	}
	if (d->fd >= 0)
		close(d->fd);
	unlink(aside);
	d->fd = old;
	d->entries = entries;
	d->size = size;
	d->torn = false;
	return r;
}

enum err
draft_append(
    struct draft *d, const struct draft_entry *entry, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	/* the helper must not sync a file that goes away */
	if (d->size > REWRITE && (r = draft_sync(d, e)) != OK)
		return r;
	pack_u64(&b, KIND_WHOLE);
	pack_str(&b, entry->snapshot);
	pack_str(&b, entry->cursor);
	pack_str(&b, entry->typed);
	pack_u64(&b, entry->caret);
	if (d->size > REWRITE && begin_anew(d, buf_str(&b), NULL) == OK) {
		explicit_bzero(b.p, b.n);
		buf_release(&b);
		return OK;
	}
	return append(d, &b, e);
}

enum err
draft_append_typed(
    struct draft *d, struct str typed, uint32_t caret, struct error *e)
{
	struct buf b = BUF_INIT;

	pack_u64(&b, KIND_TYPED);
	pack_str(&b, typed);
	pack_u64(&b, caret);
	return append(d, &b, e);
}

enum err
draft_sync(struct draft *d, struct error *e)
{
	enum err r = OK;

	pthread_mutex_lock(&d->lock);
	while (d->synced != d->written)
		pthread_cond_wait(&d->done, &d->lock);
	if (d->failed != 0) {
		errno = d->failed;
		d->failed = 0;
		r = error_errno(e, ERR_IO, N_("the draft may not last"));
	}
	pthread_mutex_unlock(&d->lock);
	return r;
}

const char *
draft_name(const struct draft *d)
{
	return d->name;
}

/* The helper syncs what is left, and goes. */
void
draft_close(struct draft *d)
{
	if (d == NULL)
		return;
	pthread_mutex_lock(&leaving.lock);
	leaving.n++;
	pthread_mutex_unlock(&leaving.lock);
	pthread_detach(d->thread);
	pthread_mutex_lock(&d->lock);
	d->stop = true;
	pthread_cond_signal(&d->wake);
	pthread_mutex_unlock(&d->lock);
}

void
draft_settle(void)
{
	pthread_mutex_lock(&leaving.lock);
	while (leaving.n > 0)
		pthread_cond_wait(&leaving.none, &leaving.lock);
	pthread_mutex_unlock(&leaving.lock);
}

enum err
draft_discard(struct draft *d, struct error *e)
{
	enum err r = OK;

	if (unlink(d->path) != 0)
		r = error_errno(e, ERR_IO, "%s", d->path);
	pthread_mutex_lock(&d->lock);
	d->written++;
	d->name_due = true;
	pthread_mutex_unlock(&d->lock);
	draft_close(d);
	return r;
}

static int
newest_first(const void *a, const void *b)
{
	const struct draft_listed *x = a, *y = b;
	int c = strcmp(y->head.at, x->head.at);

	return c != 0 ? c : strcmp(x->name, y->name);
}

enum err
draft_list(const char *dir, const uint8_t key[32], struct arena *a,
    struct draft_listed **out, size_t *n, struct error *e)
{
	struct draft_entry last;
	char **names;
	size_t count, good;
	enum err r;

	*n = 0;
	*out = NULL;
	if (!file_exists(dir))
		return OK;
	if ((r = file_list(a, dir, SUFFIX, &names, &count, e)) != OK)
		return r;
	*out = arena_array(a, count, sizeof **out);
	for (size_t i = 0; i < count; i++) {
		struct draft *d;

		if (!is_draft_name(names[i]))
			continue;
		d = new_draft(dir, key, names[i]);
		/* one that does not open is no reason to hide the others */
		if (read_all(d, a, &last, &good, NULL) == OK) {
			struct draft_listed *one = &(*out)[(*n)++];

			snprintf(one->name, sizeof one->name, "%s", d->name);
			one->head = d->head;
		}
		free_draft(d);
	}
	if (*n > 1)
		qsort(*out, *n, sizeof **out, newest_first);
	return OK;
}

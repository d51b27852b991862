#include "store/draft_impl.h"

#include "base/clock.h"
#include "base/coding.h"
#include "base/file.h"
#include "crypt/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REWRITE (8u << 20) /* a longer file is begun anew */

enum err
draft_create(const char *dir, const uint8_t key[32],
    const struct draft_head *head, struct draft **out, struct error *e)
{
	char name[64], text[BASE32_LEN(10) + 1];
	uint8_t random[10];
	struct draft *d;
	enum err r;

	random_bytes(random, sizeof random);
	base32_encode(text, random, sizeof random);
	snprintf(name, sizeof name, "%s%s", text, DRAFT_SUFFIX);
	d = draft_new(dir, key, name);
	d->head = *head;
	if (d->head.at[0] == '\0')
		clock_now_text(d->head.at);
	if ((r = file_make_dirs(dir, 0700, e)) == OK &&
	    (r = draft_file_open(d, O_CREAT | O_EXCL, e)) == OK) {
		d->written = 1;
		d->name_due = true;
		if ((r = draft_write_head(d, e)) != OK ||
		    (r = draft_start(d, e)) != OK)
			unlink(d->path);
	}
	if (r != OK) {
		draft_free(d);
		return r;
	}
	*out = d;
	return OK;
}

static bool
is_draft_name(const char *name)
{
	size_t n = strlen(name);

	return n < sizeof(((struct draft *)NULL)->name) &&
	    n > sizeof DRAFT_SUFFIX && strchr(name, '/') == NULL &&
	    strcmp(name + n - (sizeof DRAFT_SUFFIX - 1), DRAFT_SUFFIX) == 0;
}

enum err
draft_open(const char *dir, const uint8_t key[32], const char *name,
    struct arena *a, struct draft_head *head, struct draft_entry *last,
    struct draft **out, struct error *e)
{
	struct draft *d;
	enum err r;

	if (!is_draft_name(name))
		return error_set(e, ERR_NOTFOUND, N_("no draft %s"), name);
	d = draft_new(dir, key, name);
	if ((r = draft_read(d, a, last, e)) == OK &&
	    (r = draft_file_open(d, 0, e)) == OK)
		r = draft_start(d, e);
	if (r != OK) {
		draft_free(d);
		return r;
	}
	*head = d->head;
	*out = d;
	return OK;
}

static enum err
append(struct draft *d, struct buf *b, struct error *e)
{
	enum err r = draft_write_entry(d, buf_str(b), e);

	explicit_bzero(b->p, b->n);
	buf_release(b);
	if (r == OK)
		draft_written(d);
	return r;
}

/* Head and the entry that is now, in a file of its own, synced. */
static enum err
write_aside(struct draft *d, const char *aside, struct str entry,
    struct error *e)
{
	enum err r;

	d->fd = open(aside,
	    O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (d->fd < 0)
		return error_errno(e, ERR_IO, "%s", aside);
	d->entries = d->size = 0;
	d->torn = false;
	if ((r = draft_write_head(d, e)) == OK &&
	    (r = draft_write_entry(d, entry, e)) == OK && fdatasync(d->fd) != 0)
		r = error_errno(e, ERR_IO, "%s", aside);
	return r;
}

/* A file that is long, or may not last, is begun anew aside; if that fails, all
 * is as it was. */
static enum err
begin_anew(struct draft *d, struct str entry, struct error *e)
{
	char aside[sizeof d->path + 4];
	const uint64_t entries = d->entries;
	const size_t size = d->size;
	const int old = d->fd;
	enum err r;

	if ((r = draft_cut_torn(d, e)) != OK)
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
	/* the helper must not sync a file that goes away */
	bool anew = draft_is_doubtful(d) || d->size > REWRITE,
	     doubtful = anew && draft_sync(d, NULL) != OK;
	struct error why = { .code = OK };
	struct buf b = BUF_INIT;
	enum err r;

	pack_u64(&b, KIND_WHOLE);
	pack_str(&b, entry->snapshot);
	pack_str(&b, entry->cursor);
	pack_str(&b, entry->typed);
	pack_u64(&b, entry->caret);
	if (anew && begin_anew(d, buf_str(&b), &why) == OK) {
		explicit_bzero(b.p, b.n);
		buf_release(&b);
		draft_trust(d);
		d->behind = false;
		return OK;
	}
	r = append(d, &b, e);
	d->behind = r != OK;
	if (r != OK || !doubtful)
		return r;
	if (e != NULL)
		*e = why;
	return why.code;
}

bool
draft_wants_whole(struct draft *d)
{
	return d->behind || d->entries < 2 || draft_is_doubtful(d);
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

const char *
draft_name(const struct draft *d)
{
	return d->name;
}

enum err
draft_discard(struct draft *d, struct error *e)
{
	enum err r = OK;

	if (unlink(d->path) != 0)
		r = error_errno(e, ERR_IO, "%s", d->path);
	else
		draft_gone(d);
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
	size_t count;
	enum err r;

	*n = 0;
	*out = NULL;
	if (!file_exists(dir))
		return OK;
	if ((r = file_list(a, dir, DRAFT_SUFFIX, &names, &count, e)) != OK)
		return r;
	*out = arena_array(a, count, sizeof **out);
	for (size_t i = 0; i < count; i++) {
		struct draft *d;

		if (!is_draft_name(names[i]))
			continue;
		d = draft_new(dir, key, names[i]);
		/* one that does not open is no reason to hide the others */
		if (draft_read(d, a, &last, NULL) == OK) {
			struct draft_listed *one = &(*out)[(*n)++];

			snprintf(one->name, sizeof one->name, "%s", d->name);
			one->head = d->head;
		}
		draft_free(d);
	}
	if (*n > 1)
		qsort(*out, *n, sizeof **out, newest_first);
	return OK;
}

/*
 * The file of a draft: entries, each its length as 4 bytes (big-endian) and a
 * sealed value whose place is (draft, NAME and the number of the entry), so
 * that none can be moved, repeated or left out.  The first is the head.  An
 * entry that does not open ends the draft: it was being written when the power
 * went.
 */
#include "store/draft_impl.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRY_MAX (4u << 20)
#define DRAFT_MAX (64u << 20)

static struct str
place_key(const char *name, uint64_t entry, char out[96])
{
	int n = snprintf(
	    out, 96, "%s:%llu", name, (unsigned long long)entry);

	return (struct str){ out, (size_t)n };
}

struct draft *
draft_new(const char *dir, const uint8_t key[32], const char *name)
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

void
draft_free(struct draft *d)
{
	if (d->fd >= 0)
		close(d->fd);
	explicit_bzero(d, sizeof *d);
	free(d);
}

enum err
draft_file_open(struct draft *d, int flags, struct error *e)
{
	d->fd = open(d->path,
	    O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	if (d->fd < 0)
		return error_errno(e, ERR_IO, "%s", d->path);
	return OK;
}

enum err
draft_cut_torn(struct draft *d, struct error *e)
{
	if (d->torn && ftruncate(d->fd, (off_t)d->size) != 0)
		return error_errno(e, ERR_IO, "%s", d->path);
	d->torn = false;
	return OK;
}

enum err
draft_write_entry(struct draft *d, struct str plain, struct error *e)
{
	char key[96];
	struct seal_place at = { .table = "draft" };
	size_t n;
	struct buf b = BUF_INIT;
	enum err r;

	if ((r = draft_cut_torn(d, e)) != OK)
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
		(void)!draft_cut_torn(d, NULL);
	}
	buf_release(&b);
	return r;
}

enum err
draft_write_head(struct draft *d, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	pack_u64(&b, KIND_HEAD);
	pack_bytes(&b, d->head.record.b);
	pack_u64(&b, d->head.is_new);
	pack_text(&b, d->head.form);
	pack_text(&b, d->head.title);
	pack_text(&b, d->head.at);
	r = draft_write_entry(d, buf_str(&b), e);
	buf_release(&b);
	return r;
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

enum err
draft_read(struct draft *d, struct arena *a, struct draft_entry *last,
    struct error *e)
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
	d->size = p;
	d->torn = p < all.n;
	if (b.p != NULL)
		explicit_bzero(b.p, b.cap);
out:
	buf_release(&b);
	arena_free(file);
	return r;
}

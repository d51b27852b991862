#include "store/store_impl.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_SEQS 32

struct chain_key {
	char b[8];
};

static struct chain_key
key_of(uint32_t feed, uint32_t page)
{
	struct chain_key k;
	struct key_u32 hi = key_u32(feed), lo = key_u32(page);

	memcpy(k.b, hi.b, 4);
	memcpy(k.b + 4, lo.b, 4);
	return k;
}

void
chain_begin(struct chain *c, struct txn *t)
{
	memset(c, 0, sizeof *c);
	c->t = t;
}

void
chain_end(struct chain *c)
{
	free(c->entry);
	buf_release(&c->bytes);
}

static struct chain_entry *
room(struct chain *c)
{
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? PAGE_SEQS : c->cap * 2;
		c->entry = realloc(c->entry, c->cap * sizeof *c->entry);
		if (c->entry == NULL)
			base_die("%s", _("out of memory"));
	}
	return &c->entry[c->n++];
}

static enum err
load(struct chain *c, uint32_t feed, uint32_t page, struct error *e)
{
	struct chain_key k = key_of(feed, page);
	struct unpack u;
	enum err r;

	c->loaded = false;
	c->n = 0;
	buf_clear(&c->bytes);
	r = txn_get(c->t, DB_CHAIN, KEY_STR(k), &c->bytes, e);
	if (r != OK && r != ERR_NOTFOUND)
		return r;
	unpack_begin(&u, buf_str(&c->bytes));
	while (u.p != u.end && !u.bad) {
		struct chain_entry *entry = room(c);

		entry->seq = unpack_u64(&u);
		entry->place = unpack_u64(&u);
		entry->size = unpack_u64(&u);
		entry->joined = unpack_u64(&u) != 0;
		unpack_bytes(&u, entry->id.b, sizeof entry->id.b);
	}
	if (u.bad)
		return error_set(e, ERR_CORRUPT, N_("a chain page is wrong"));
	c->feed = feed;
	c->page = page;
	c->loaded = true;
	return OK;
}

enum err
chain_flush(struct chain *c, struct error *e)
{
	struct chain_key k = key_of(c->feed, c->page);

	if (!c->dirty)
		return OK;
	buf_clear(&c->bytes);
	for (size_t i = 0; i < c->n; i++) {
		pack_u64(&c->bytes, c->entry[i].seq);
		pack_u64(&c->bytes, c->entry[i].place);
		pack_u64(&c->bytes, c->entry[i].size);
		pack_u64(&c->bytes, c->entry[i].joined);
		pack_bytes(&c->bytes, c->entry[i].id.b);
	}
	c->dirty = false;
	return txn_put(c->t, DB_CHAIN, KEY_STR(k), buf_str(&c->bytes), e);
}

static enum err
seek(struct chain *c, uint32_t feed, uint64_t seq, struct error *e)
{
	uint64_t page = (seq - 1) / PAGE_SEQS;
	enum err r;

	if (page > UINT32_MAX)
		return error_set(e, ERR_LIMIT, N_("a feed is too long"));
	if (c->loaded && c->feed == feed && c->page == page)
		return OK;
	if ((r = chain_flush(c, e)) != OK)
		return r;
	return load(c, feed, (uint32_t)page, e);
}

enum err
chain_at(struct chain *c, uint32_t feed, uint64_t seq, size_t *first,
    size_t *n, struct error *e)
{
	enum err r;

	*first = *n = 0;
	if (seq == 0)
		return OK;
	if ((r = seek(c, feed, seq, e)) != OK)
		return r;
	while (*first < c->n && c->entry[*first].seq < seq)
		++*first;
	while (*first + *n < c->n && c->entry[*first + *n].seq == seq)
		++*n;
	return OK;
}

static bool
before(const struct chain_entry *a, const struct chain_entry *b)
{
	if (a->seq != b->seq)
		return a->seq < b->seq;
	return memcmp(a->id.b, b->id.b, sizeof a->id.b) < 0;
}

enum err
chain_add(struct chain *c, uint32_t feed, const struct chain_entry *entry,
    struct error *e)
{
	size_t i;
	enum err r;

	if ((r = seek(c, feed, entry->seq, e)) != OK)
		return r;
	room(c);
	for (i = c->n - 1; i > 0 && before(entry, &c->entry[i - 1]); i--)
		c->entry[i] = c->entry[i - 1];
	c->entry[i] = *entry;
	c->dirty = true;
	return OK;
}

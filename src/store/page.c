#include "store/page.h"

#include <string.h>

uint16_t
page_u16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

uint32_t
page_u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

uint64_t
page_u64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

struct tree
page_tree(const uint8_t *p)
{
	return (struct tree){ .flags = page_u16(p + 4),
		.depth = page_u16(p + 6),
		.branches = page_u64(p + 8),
		.leaves = page_u64(p + 16),
		.longs = page_u64(p + 24),
		.entries = page_u64(p + 32),
		.root = page_u64(p + 40) };
}

bool
page_bit(const uint8_t *bits, uint64_t no)
{
	return (bits[no >> 3] >> (no & 7) & 1) != 0;
}

void
page_bit_set(uint8_t *bits, uint64_t no)
{
	bits[no >> 3] |= (uint8_t)(1u << (no & 7));
}

bool
walk_take(struct walk *w, uint64_t no)
{
	if (no < 2 || no > w->last ||
	    (w->seen != NULL && page_bit(w->seen, no)))
		return false;
	if (w->seen == NULL)
		return true;
	page_bit_set(w->seen, no);
	/* the kernel maps up to 16 pages around the one that is wanted */
	if (++w->taken % 256 == 0)
		pages_trim(w->pages);
	return true;
}

const uint8_t *
page_bytes(const struct pages *p, uint64_t no)
{
	return p->map + no * PAGE_SIZE;
}

/* Nodes lie close together at the page's end, so their sizes are its room. */
bool
page_read(const struct pages *pages, uint64_t no, bool leaf, struct page *out)
{
	const uint8_t *p = page_bytes(pages, no);
	unsigned lower;

	if (no >= pages->size / PAGE_SIZE)
		return false;
	lower = page_u16(p + 12);
	*out = (struct page){ .p = p,
		.no = no,
		.flags = page_u16(p + 10),
		.upper = page_u16(p + 14) };
	if (page_u64(p) != no || out->flags != (leaf ? LEAF : BRANCH) ||
	    lower < PAGE_HEAD || lower % 2 != 0 || out->upper > PAGE_SIZE ||
	    lower > out->upper)
		return false;
	out->n = (lower - PAGE_HEAD) / 2;
	return out->n >= (leaf ? 1 : 2);
}

bool
page_node(const struct page *page, size_t i, struct node *out)
{
	unsigned at = page_u16(page->p + PAGE_HEAD + 2 * i);
	const uint8_t *p = page->p + at;
	unsigned flags, lo, hi;
	size_t room;

	if (at < page->upper || at > PAGE_SIZE - NODE_HEAD)
		return false;
	room = PAGE_SIZE - NODE_HEAD - at;
	lo = page_u16(p);
	hi = page_u16(p + 2);
	flags = page_u16(p + 4);
	out->key = (struct key){ p + NODE_HEAD, page_u16(p + 6) };
	out->data = out->key.p + out->key.n;
	out->size = 0;
	out->room = NODE_HEAD + out->key.n;
	if (out->key.n > room || out->key.n > KEY_MAX)
		return false;
	room -= out->key.n;
	if (page->flags == BRANCH) {
		out->flags = 0;
		out->child = lo | (uint64_t)hi << 16 | (uint64_t)flags << 32;
	} else {
		size_t held;

		out->flags = flags;
		out->size = lo | (size_t)hi << 16;
		held = flags == NODE_LONG ? sizeof(uint64_t) : out->size;
		if (held > room)
			return false;
		out->room += held;
	}
	out->room += out->room & 1;
	return true;
}

int
page_compare(enum kind kind, struct key a, struct key b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c;

	if (kind == FREE) {
		uint64_t x = page_u64(a.p), y = page_u64(b.p);

		return x < y ? -1 : x > y;
	}
	c = n == 0 ? 0 : memcmp(a.p, b.p, n);
	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* The number is for who looks at the file; the person needs the backup. */
enum err
page_damaged(uint64_t page, struct error *e)
{
	return error_set(e, ERR_CORRUPT,
	    N_("the store is damaged at its page %llu; restore the newest "
	       "backup"),
	    (unsigned long long)page);
}

enum err
walk_failed(const struct walk *w, struct error *e)
{
	return w->cut || (w->bad >= w->here && w->bad <= w->last)
	    ? error_set(e, ERR_CORRUPT, N_("the store is cut short"))
	    : page_damaged(w->bad, e);
}

enum err
walk_begin(struct walk *w, struct pages *p, uint64_t txn,
    struct tree *frees, struct tree *tables, struct error *e)
{
	const uint8_t *head = p->map + txn % 2 * PAGE_SIZE;

	*w = (struct walk){ .pages = p };
	if (p->size < 2 * PAGE_SIZE || page_u64(head + AT_LAST + 8) != txn)
		return page_damaged(txn % 2, e);
	*frees = page_tree(head + AT_TREES);
	*tables = page_tree(head + AT_TREES + TREE_SIZE);
	w->last = page_u64(head + AT_LAST);
	w->here = p->size / PAGE_SIZE;
	return OK;
}

/* A value of its own pages. */
static bool
check_long(struct walk *w, const struct node *node, const uint8_t **value)
{
	uint64_t no = page_u64(node->data);
	uint64_t n = (PAGE_HEAD - 1 + node->size) / PAGE_SIZE + 1;

	for (uint64_t i = 0; i < n; i++)
		if (!walk_take(w, no + i))
			return false;
	w->cut = no + n > w->here;
	if (w->cut)
		return false;
	*value = page_bytes(w->pages, no);
	w->have.longs += n;
	if (page_u64(*value) != no || page_u16(*value + 10) != LONG ||
	    page_u32(*value + 12) != n)
		return false;
	*value += PAGE_HEAD;
	return true;
}

/* How many free pages, then the pages, the highest first. */
static bool
check_free(struct walk *w, const uint8_t *value, size_t size)
{
	uint64_t n, before = NONE;

	if (size < sizeof n || size % sizeof n != 0 ||
	    (n = page_u64(value)) != size / sizeof n - 1)
		return false;
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t no = page_u64(value + i * sizeof n);

		if (no >= before || !walk_take(w, no))
			return false;
		before = no;
	}
	return true;
}

bool
page_check_value(struct walk *w, const struct node *node)
{
	const uint8_t *value = node->data;

	if (w->kind == TABLES) {
		if (node->flags != NODE_TABLE || node->size != TREE_SIZE ||
		    w->tables == TABLES_MAX)
			return false;
		w->table[w->tables++] = page_tree(value);
		return true;
	}
	if (node->flags == NODE_LONG) {
		if (!check_long(w, node, &value))
			return false;
	} else if (node->flags != 0) {
		return false;
	}
	return w->kind != FREE || check_free(w, value, node->size);
}

bool
page_check_nodes(struct walk *w, const struct page *page,
    const struct key *from, const struct key *to)
{
	bool leaf = page->flags == LEAF;
	struct key last = { NULL, 0 };
	size_t room = 0;

	for (size_t i = 0; i < page->n; i++) {
		struct node node;

		if (!page_node(page, i, &node))
			return false;
		room += node.room;
		if (!leaf && i == 0)
			continue;
		if (w->kind == FREE && node.key.n != sizeof(uint64_t))
			return false;
		if ((from != NULL &&
		        page_compare(w->kind, node.key, *from) < 0) ||
		    (to != NULL && page_compare(w->kind, node.key, *to) >= 0) ||
		    (last.p != NULL &&
		        page_compare(w->kind, node.key, last) <= 0))
			return false;
		last = node.key;
	}
	return room == PAGE_SIZE - page->upper;
}

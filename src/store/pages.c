#include "store/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The format of liblmdb 0.9 (data version 1), numbers as this machine has
 * them.  A page: its number (u64), 2 bytes, flags (u16), and where its room
 * begins and ends (u16, u16) or, for a long value, how many pages (u32); then
 * the offsets of its nodes (u16).  A node: size of the data or, in a branch,
 * the number of a page (u16, u16, flags u16), size of the key (u16), the key,
 * the data.  A tree: u32, flags and depth (u16, u16), how many branch, leaf
 * and long pages and entries (u64 each), the root (u64).  A head: the page
 * with magic, version (u32, u32), address, size of the map (u64, u64), the
 * trees of free pages and of tables, the last page, the transaction (u64).
 */
#define PAGE_HEAD 16
#define BRANCH 1
#define LEAF 2
#define LONG 4
#define HEAD 8
#define NODE_HEAD 8
#define NODE_LONG 1  /* the data is the number of its first page */
#define NODE_TABLE 2 /* the data is a tree */
#define MAGIC 0xBEEFC0DEu
#define DATA_VERSION 1
#define PAGE_SIZE 4096
#define NONE UINT64_MAX
#define DEPTH_MAX 32
#define KEY_MAX 511
#define TABLES_MAX 64
#define INTEGER_KEY 8

#define AT_TREES (PAGE_HEAD + 24)
#define AT_LAST (AT_TREES + 2 * TREE_SIZE)
#define TREE_SIZE 48
#define HEAD_SIZE (AT_LAST + 16)

struct tree {
	uint64_t branches, leaves, longs, entries, root;
	unsigned flags, depth;
};
enum kind { FREE, TABLES, VALUES };

struct key {
	const uint8_t *p;
	size_t n;
};
struct walk {
	const struct pages *pages;
	uint64_t last; /* page */
	uint8_t *seen; /* a bit a page */
	enum kind kind;
	struct tree have; /* counted */
	struct tree table[TABLES_MAX];
	size_t tables;
	uint64_t bad; /* the page that is not as it should be */
};
struct page {
	const uint8_t *p;
	uint64_t no;
	unsigned flags, upper;
	size_t n; /* nodes */
};
struct node {
	const uint8_t *data;
	size_t size; /* of the data */
	uint64_t child;
	unsigned flags;
	struct key key;
	size_t room; /* in the page */
};

static unsigned
u16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static uint32_t
u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static uint64_t
u64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static struct tree
tree_at(const uint8_t *p)
{
	return (struct tree){ .flags = u16(p + 4), .depth = u16(p + 6),
		.branches = u64(p + 8), .leaves = u64(p + 16),
		.longs = u64(p + 24), .entries = u64(p + 32),
		.root = u64(p + 40) };
}

/* Each page of the file belongs to one place alone. */
static bool
take(struct walk *w, uint64_t no)
{
	uint8_t bit = (uint8_t)(1u << (no & 7));

	if (no < 2 || no > w->last || (w->seen[no >> 3] & bit) != 0)
		return false;
	w->seen[no >> 3] |= bit;
	return true;
}

static const uint8_t *
bytes_of(const struct walk *w, uint64_t no)
{
	return w->pages->map + no * PAGE_SIZE;
}

/* Nodes lie close together at the page's end, so their sizes are its room. */
static bool
page_at(const struct walk *w, uint64_t no, bool leaf, struct page *out)
{
	const uint8_t *p = bytes_of(w, no);
	unsigned lower = u16(p + 12);

	*out = (struct page){ .p = p, .no = no, .flags = u16(p + 10),
		.upper = u16(p + 14) };
	if (u64(p) != no || out->flags != (leaf ? LEAF : BRANCH) ||
	    lower < PAGE_HEAD || lower % 2 != 0 || out->upper > PAGE_SIZE ||
	    lower > out->upper)
		return false;
	out->n = (lower - PAGE_HEAD) / 2;
	return out->n >= (leaf ? 1 : 2);
}

static bool
node_at(const struct page *page, size_t i, struct node *out)
{
	unsigned at = u16(page->p + PAGE_HEAD + 2 * i);
	const uint8_t *p = page->p + at;
	unsigned flags, lo, hi;
	size_t room;

	if (at < page->upper || at > PAGE_SIZE - NODE_HEAD)
		return false;
	room = PAGE_SIZE - NODE_HEAD - at;
	lo = u16(p);
	hi = u16(p + 2);
	flags = u16(p + 4);
	out->key = (struct key){ p + NODE_HEAD, u16(p + 6) };
	out->data = out->key.p + out->key.n;
	out->size = 0;
	out->room = NODE_HEAD + out->key.n;
	if (out->key.n > room || out->key.n > KEY_MAX)
		return false;
	room -= out->key.n;
	if (page->flags == BRANCH) {
		out->flags = 0;
		out->child =
		    lo | (uint64_t)hi << 16 | (uint64_t)flags << 32;
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

static int
compare(enum kind kind, struct key a, struct key b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c;

	if (kind == FREE) {
		uint64_t x = u64(a.p), y = u64(b.p);

		return x < y ? -1 : x > y;
	}
	c = n == 0 ? 0 : memcmp(a.p, b.p, n);
	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n;
}

/* A value of its own pages. */
static bool
check_long(struct walk *w, const struct node *node, const uint8_t **value)
{
	uint64_t no = u64(node->data);
	uint64_t n = (PAGE_HEAD - 1 + node->size) / PAGE_SIZE + 1;

	for (uint64_t i = 0; i < n; i++)
		if (!take(w, no + i))
			return false;
	*value = bytes_of(w, no);
	w->have.longs += n;
	if (u64(*value) != no || u16(*value + 10) != LONG ||
	    u32(*value + 12) != n)
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
	    (n = u64(value)) != size / sizeof n - 1)
		return false;
	for (uint64_t i = 1; i <= n; i++) {
		uint64_t no = u64(value + i * sizeof n);

		if (no >= before || !take(w, no))
			return false;
		before = no;
	}
	return true;
}

static bool
check_value(struct walk *w, const struct node *node)
{
	const uint8_t *value = node->data;

	if (w->kind == TABLES) {
		if (node->flags != NODE_TABLE || node->size != TREE_SIZE ||
		    w->tables == TABLES_MAX)
			return false;
		w->table[w->tables++] = tree_at(value);
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

/* The nodes of a page, whose keys rise from `from` and end before `to` (each
 * may be none).  The first key of a branch stands for nothing. */
static bool
check_nodes(struct walk *w, const struct page *page, const struct key *from,
    const struct key *to)
{
	bool leaf = page->flags == LEAF;
	struct key last = { NULL, 0 };
	size_t room = 0;

	for (size_t i = 0; i < page->n; i++) {
		struct node node;

		if (!node_at(page, i, &node))
			return false;
		room += node.room;
		if (leaf && !check_value(w, &node))
			return false;
		if (!leaf && i == 0)
			continue;
		if (w->kind == FREE && node.key.n != sizeof(uint64_t))
			return false;
		if ((from != NULL && compare(w->kind, node.key, *from) < 0) ||
		    (to != NULL && compare(w->kind, node.key, *to) >= 0) ||
		    (last.p != NULL &&
		        compare(w->kind, node.key, last) <= 0))
			return false;
		last = node.key;
	}
	return room == PAGE_SIZE - page->upper;
}

/* A page and all that is below it. */
static bool
check_page(struct walk *w, uint64_t no, unsigned depth, const struct key *from,
    const struct key *to)
{
	struct page page;
	struct node node, next;

	w->bad = no;
	if (!take(w, no) || !page_at(w, no, depth == 1, &page) ||
	    !check_nodes(w, &page, from, to))
		return false;
	if (depth == 1) {
		w->have.leaves++;
		w->have.entries += page.n;
		return true;
	}
	w->have.branches++;
	(void)node_at(&page, 0, &next);
	for (size_t i = 0; i < page.n; i++) {
		node = next;
		if (i + 1 < page.n)
			(void)node_at(&page, i + 1, &next);
		if (!check_page(w, node.child, depth - 1,
		        i == 0 ? from : &node.key,
		        i + 1 == page.n ? to : &next.key))
			return false;
	}
	return true;
}

static bool
check_tree(struct walk *w, enum kind kind, const struct tree *t)
{
	w->kind = kind;
	w->have = (struct tree){ .root = t->root };
	if (t->root == NONE)
		return t->depth == 0 && t->entries == 0;
	return t->depth >= 1 && t->depth <= DEPTH_MAX &&
	    t->flags == (kind == FREE ? INTEGER_KEY : 0) &&
	    check_page(w, t->root, t->depth, NULL, NULL) &&
	    w->have.branches == t->branches && w->have.leaves == t->leaves &&
	    w->have.longs == t->longs && w->have.entries == t->entries;
}

/* The number is for who looks at the file; the person needs the backup. */
static enum err
damaged(uint64_t page, struct error *e)
{
	return error_set(e, ERR_CORRUPT,
	    N_("the store is damaged at its page %llu; restore the newest "
	       "backup"),
	    (unsigned long long)page);
}

enum err
pages_check(const struct pages *p, uint64_t txn, struct error *e)
{
	const uint8_t *head = p->map + txn % 2 * PAGE_SIZE;
	struct walk w = { .pages = p, .bad = txn % 2 };
	struct tree free_pages, tables;
	bool whole;

	if (p->size < 2 * PAGE_SIZE || u64(head + AT_LAST + 8) != txn)
		return damaged(txn % 2, e);
	free_pages = tree_at(head + AT_TREES);
	tables = tree_at(head + AT_TREES + TREE_SIZE);
	w.last = u64(head + AT_LAST);
	if (w.last >= p->size / PAGE_SIZE)
		return error_set(
		    e, ERR_CORRUPT, N_("the store is cut short"));
	w.seen = calloc(w.last / 8 + 1, 1);
	if (w.seen == NULL)
		base_die("%s", _("out of memory"));
	whole = check_tree(&w, TABLES, &tables);
	for (size_t i = 0; whole && i < w.tables; i++)
		whole = check_tree(&w, VALUES, &w.table[i]);
	whole = whole && check_tree(&w, FREE, &free_pages);
	free(w.seen);
	return whole ? OK : damaged(w.bad, e);
}

/*
 * Transaction n writes head n % 2, so the two are of neighbours.  LMDB goes
 * by the newer, and divides by its page size before it looks at anything.
 */
static bool
heads_fit(uint8_t head[2][HEAD_SIZE])
{
	uint64_t txn[2];

	for (unsigned i = 0; i < 2; i++) {
		const uint8_t *p = head[i];

		txn[i] = u64(p + AT_LAST + 8);
		if (u64(p) != i || u16(p + 10) != HEAD ||
		    u32(p + PAGE_HEAD) != MAGIC ||
		    u32(p + PAGE_HEAD + 4) != DATA_VERSION ||
		    u32(p + AT_TREES) != PAGE_SIZE)
			return false;
	}
	if (txn[0] == 0 && txn[1] == 0)
		return true;
	return txn[0] % 2 == 0 && txn[1] % 2 == 1 &&
	    (txn[0] + 1 == txn[1] || txn[1] + 1 == txn[0]);
}

enum err
pages_check_heads(const char *path, struct error *e)
{
	uint8_t head[2][HEAD_SIZE];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err r = OK;

	if (fd < 0 && errno == ENOENT)
		return OK;
	if (fd < 0)
		return error_errno(e, ERR_IO, "%s", path);
	for (unsigned i = 0; r == OK && i < 2; i++) {
		ssize_t n = pread(
		    fd, head[i], HEAD_SIZE, (off_t)i * PAGE_SIZE);

		if (n < 0)
			r = error_errno(e, ERR_IO, "%s", path);
		else if (n < HEAD_SIZE)
			r = error_set(
			    e, ERR_CORRUPT, N_("the store is cut short"));
	}
	if (r == OK && !heads_fit(head))
		r = damaged(0, e);
	close(fd);
	return r;
}

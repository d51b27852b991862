#ifndef STORE_PAGE_H
#define STORE_PAGE_H
/*
 * One page of an LMDB file, read by rules that end.
 *
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
#include "store/pages.h"

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
#define TABLES_MAX 16
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
	struct pages *pages;
	uint64_t last; /* page */
	uint64_t here; /* pages that the file has: the last may be free ones
	                * that were given back before they were written */
	bool cut;      /* one of a long value is not among them */
	uint8_t *seen; /* a bit a page; NULL where not all is walked */
	uint64_t taken;
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

uint16_t page_u16(const uint8_t *p);
uint32_t page_u32(const uint8_t *p);
uint64_t page_u64(const uint8_t *p);
struct tree page_tree(const uint8_t *p);
const uint8_t *page_bytes(const struct pages *p, uint64_t no);
bool page_bit(const uint8_t *bits, uint64_t no);
void page_bit_set(uint8_t *bits, uint64_t no);

/* The head of a transaction, and its two trees. */
enum err walk_begin(struct walk *w, struct pages *p, uint64_t txn,
    struct tree *frees, struct tree *tables, struct error *e) MUSTUSE;
/* Each page of the file belongs to one place alone: false if it is taken, or
 * none of the file's. */
bool walk_take(struct walk *w, uint64_t no);
enum err page_damaged(uint64_t no, struct error *e);
/* At the page that is bad, or for want of one. */
enum err walk_failed(const struct walk *w, struct error *e);

/* False if it is not as LMDB leaves it. */
bool page_read(
    const struct pages *p, uint64_t no, bool leaf, struct page *out);
bool page_node(const struct page *page, size_t i, struct node *out);
int page_compare(enum kind kind, struct key a, struct key b);
/* The nodes of a page, whose keys rise from `from` and end before `to` (each
 * may be none).  The first key of a branch stands for nothing. */
bool page_check_nodes(struct walk *w, const struct page *page,
    const struct key *from, const struct key *to);
/* What a node of a leaf holds: a tree, free pages, a value's own pages. */
bool page_check_value(struct walk *w, const struct node *node);

#endif

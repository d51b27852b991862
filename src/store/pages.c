#include "store/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAPPED_MAX (6u << 20 >> 12)
#define FETCH_END (PAGE_HEAD + 2 * 16) /* of a page that is fetched */

/* Pages of files that are in memory, of this map and of all others. */
static uint64_t
mapped(const struct pages *p)
{
	unsigned long n = 0;
	char text[128];
	ssize_t got = pread(p->statm, text, sizeof text - 1, 0);

	text[got < 0 ? 0 : got] = '\0';
	(void)sscanf(text, "%*u %*u %lu", &n);
	return n;
}

static bool
check_leaf(struct walk *w, const struct page *page)
{
	struct node node;

	w->have.leaves++;
	w->have.entries += page->n;
	for (size_t i = 0; i < page->n; i++)
		if (!page_node(page, i, &node) || !page_check_value(w, &node))
			return false;
	return true;
}

/*
 * Fetches the heads of a page's nodes, whatever stands there, while the page
 * before it is looked at: most of the time goes into waiting for memory.
 */
static void
fetch_page(const struct walk *w, uint64_t no)
{
	const uint8_t *p;
	size_t end;

	if (no >= w->here)
		return;
	p = page_bytes(w->pages, no);
	end = page_u16(p + 12);
	for (size_t i = PAGE_HEAD; i < end && i < FETCH_END; i += 2)
		__builtin_prefetch(p + page_u16(p + i) % PAGE_SIZE);
}

static void
fetch_head(const struct walk *w, uint64_t no)
{
	if (no < w->here)
		__builtin_prefetch(page_bytes(w->pages, no));
}

/* A page and all that is below it. */
static bool
check_page(struct walk *w, uint64_t no, unsigned depth, const struct key *from,
    const struct key *to)
{
	struct page page;
	struct node node, next, later;

	w->bad = no;
	if (!walk_take(w, no) || !page_read(w->pages, no, depth == 1, &page) ||
	    !page_check_nodes(w, &page, from, to))
		return false;
	if (depth == 1)
		return check_leaf(w, &page);
	w->have.branches++;
	(void)page_node(&page, 0, &next);
	(void)page_node(&page, 1, &later);
	for (size_t i = 0; i < page.n; i++) {
		node = next;
		next = later;
		if (i + 1 < page.n)
			fetch_page(w, next.child);
		if (i + 2 < page.n) {
			(void)page_node(&page, i + 2, &later);
			fetch_head(w, later.child);
		}
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

static enum err
check(struct pages *p, uint64_t txn, bool all, struct error *e)
{
	struct walk w;
	struct tree frees, tables;
	bool whole;
	enum err r;

	if ((r = walk_begin(&w, p, txn, &frees, &tables, e)) != OK)
		return r;
	all = all || w.last >= w.here;
	if ((w.seen = calloc(w.last / 8 + 1, 1)) == NULL)
		base_die("%s", _("out of memory"));
	whole = check_tree(&w, TABLES, &tables);
	for (size_t i = 0; whole && all && i < w.tables; i++)
		whole = check_tree(&w, VALUES, &w.table[i]);
	whole = whole && check_tree(&w, FREE, &frees);
	free(w.seen);
	return whole ? OK : walk_failed(&w, e);
}

void
pages_begin(struct pages *p, const uint8_t *map, size_t size)
{
	p->map = map;
	p->size = size;
	if (p->statm < 0)
		p->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	p->others = mapped(p);
}

void
pages_give_back(struct pages *p)
{
	void *map;

	/* advice: where it is not taken, nothing is wrong */
	memcpy(&map, &p->map, sizeof map);
	(void)madvise(map, p->size, MADV_DONTNEED);
	p->others = mapped(p);
}

void
pages_trim(struct pages *p)
{
	if (p->statm < 0 || mapped(p) > p->others + MAPPED_MAX)
		pages_give_back(p);
}

enum err
pages_check(struct pages *p, uint64_t txn, struct error *e)
{
	return check(p, txn, true, e);
}

enum err
pages_check_frame(struct pages *p, uint64_t txn, struct error *e)
{
	return check(p, txn, false, e);
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

		txn[i] = page_u64(p + AT_LAST + 8);
		if (page_u64(p) != i || page_u16(p + 10) != HEAD ||
		    page_u32(p + PAGE_HEAD) != MAGIC ||
		    page_u32(p + PAGE_HEAD + 4) != DATA_VERSION ||
		    page_u32(p + AT_TREES) != PAGE_SIZE)
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
		ssize_t n = pread(fd, head[i], HEAD_SIZE, (off_t)i * PAGE_SIZE);

		if (n < 0)
			r = error_errno(e, ERR_IO, "%s", path);
		else if (n < HEAD_SIZE)
			r = error_set(
			    e, ERR_CORRUPT, N_("the store is cut short"));
	}
	if (r == OK && !heads_fit(head))
		r = page_damaged(0, e);
	close(fd);
	return r;
}

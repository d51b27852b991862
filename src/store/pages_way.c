#include "store/page.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A page as it is first met; later only whether it is the right one. */
static bool
meet(struct walk *w, struct pages *p, uint64_t no, bool leaf,
    const struct key *from, const struct key *to, struct page *out)
{
	struct node first, last;

	w->bad = no;
	if (!walk_take(w, no) || !page_read(p, no, leaf, out))
		return false;
	if (!page_bit(p->sound, no)) {
		if (!page_check_nodes(w, out, from, to))
			return false;
		page_bit_set(p->sound, no);
		return true;
	}
	return page_node(out, leaf ? 0 : 1, &first) &&
	       page_node(out, out->n - 1, &last) &&
	       (from == NULL || page_compare(w->kind, first.key, *from) >= 0) &&
	       (to == NULL || page_compare(w->kind, last.key, *to) < 0);
}

/* How many nodes of the page have keys up to this one; of a branch at least
 * the first. */
static size_t
count_up_to(enum kind kind, const struct page *page, struct key key)
{
	size_t from = page->flags == LEAF ? 0 : 1, to = page->n;

	while (from < to) {
		size_t i = from + (to - from) / 2;
		struct node node;

		(void)page_node(page, i, &node);
		if (page_compare(kind, node.key, key) <= 0)
			from = i + 1;
		else
			to = i;
	}
	return from;
}

/* Where a way through a tree stands at each height. */
struct step {
	struct page page;
	size_t i;
	struct key from, to;
	bool has_from, has_to;
};

static bool
go_down(struct walk *w, struct pages *p, struct step *step, unsigned at,
    unsigned depth, const struct key *key)
{
	for (; at < depth; at++) {
		struct step *s = &step[at], *above = s - 1;
		struct node node;
		uint64_t no = s->page.no;

		if (at > 0) {
			(void)page_node(&above->page, above->i, &node);
			no = node.child;
			s->has_from = above->i > 0 || above->has_from;
			s->from = above->i > 0 ? node.key : above->from;
			s->has_to = above->i + 1 < above->page.n;
			if (s->has_to)
				(void)page_node(
				    &above->page, above->i + 1, &node);
			s->to = s->has_to ? node.key : above->to;
			s->has_to = s->has_to || above->has_to;
		}
		if (!meet(w, p, no, at + 1 == depth,
		        s->has_from ? &s->from : NULL,
		        s->has_to ? &s->to : NULL, &s->page))
			return false;
		s->i = key == NULL ? 0 : count_up_to(w->kind, &s->page, *key);
		if (key != NULL && at + 1 < depth)
			s->i--;
	}
	return true;
}

/*
 * To the leaf of a key; if the key is beyond its last, also to the next leaf.
 * *found is the node of that very key, if there is one.
 */
static bool
go(struct walk *w, struct pages *p, enum kind kind, const struct tree *t,
    struct key key, struct node *found)
{
	struct step step[DEPTH_MAX] = { { .i = 0 } }, *leaf;
	unsigned at;

	w->kind = kind;
	found->data = NULL;
	p->behind = t->root == NONE;
	if (p->behind)
		return true;
	if (t->depth < 1 || t->depth > DEPTH_MAX)
		return false;
	step[0].page.no = t->root;
	if (!go_down(w, p, step, 0, t->depth, &key))
		return false;
	leaf = &step[t->depth - 1];
	p->near = leaf->page.no;
	if (leaf->i > 0 && page_node(&leaf->page, leaf->i - 1, found) &&
	    page_compare(kind, found->key, key) == 0)
		return true;
	found->data = NULL;
	if (leaf->i < leaf->page.n)
		return true;
	for (at = t->depth - 1; at > 0; at--)
		if (step[at - 1].i + 1 < step[at - 1].page.n) {
			step[at - 1].i++;
			return go_down(w, p, step, at, t->depth, NULL);
		}
	p->behind = true;
	return true;
}

static void
grow_sound(struct pages *p, uint64_t last)
{
	size_t n = last / 8 + 1;

	if (n <= p->sound_n)
		return;
	n += n / 2;
	if ((p->sound = realloc(p->sound, n)) == NULL)
		base_die("%s", _("out of memory"));
	memset(p->sound + p->sound_n, 0, n - p->sound_n);
	p->sound_n = n;
}

void
pages_release(struct pages *p)
{
	free(p->sound);
	if (p->statm >= 0)
		close(p->statm);
	*p = (struct pages)PAGES_INIT;
}

bool
pages_is_near(
    struct pages *p, uint64_t txn, const char *table, struct str key)
{
	struct key wanted = { (const uint8_t *)key.p, key.n };
	struct page leaf;
	struct node node;
	size_t i;

	p->behind = false;
	if (p->near_txn != txn || p->near_table != table ||
	    !page_read(p, p->near, true, &leaf) ||
	    (i = count_up_to(VALUES, &leaf, wanted)) == 0 ||
	    !page_node(&leaf, i - 1, &node))
		return false;
	/* a value of its own pages has to be looked through */
	if (page_compare(VALUES, node.key, wanted) == 0)
		return node.flags == 0;
	return i < leaf.n;
}

enum err
pages_check_way(struct pages *p, uint64_t txn, const char *table,
    struct str key, struct error *e)
{
	struct key name = { (const uint8_t *)table, strlen(table) };
	struct key wanted = { (const uint8_t *)key.p, key.n };
	struct tree frees, tables, tree;
	struct node node;
	struct walk w;
	enum err r;

	if ((r = walk_begin(&w, p, txn, &frees, &tables, e)) != OK)
		return r;
	grow_sound(p, w.last);
	p->near_table = NULL;
	if (!go(&w, p, TABLES, &tables, name, &node))
		return walk_failed(&w, e);
	if (node.data == NULL)
		return OK; /* made in the transaction that is open */
	if (node.size != TREE_SIZE)
		return walk_failed(&w, e);
	tree = page_tree(node.data);
	if (!go(&w, p, VALUES, &tree, wanted, &node) ||
	    (node.data != NULL && !page_check_value(&w, &node)))
		return walk_failed(&w, e);
	p->near_txn = txn;
	p->near_table = tree.root == NONE ? NULL : table;
	return OK;
}

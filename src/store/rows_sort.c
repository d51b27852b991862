/* The rows by name: keys of some tens of bytes, a great many at login. */
#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define SORT_FEW 12   /* so few are put in one after the other */
#define SORT_WHOLE 64 /* and so few are compared by their whole keys */
#define SORT_DEPTH 64 /* bytes of a key that are compared eight at a time */

struct sort_item {
	uint64_t prefix; /* eight bytes of the key, the first of them highest */
	const char *key;
	uint32_t n, row;
};

static int
sort_cmp(const void *a, const void *b)
{
	const struct sort_item *x = a, *y = b;
	int c =
	    rows_key_cmp((struct str){ x->key, x->n }, (struct str){ y->key, y->n });

	if (c != 0)
		return c;
	return x->row < y->row ? -1 : x->row > y->row;
}

static uint64_t
prefix_of(const struct sort_item *x, size_t depth)
{
	uint64_t v = 0;

	if (x->n == 0)
		return UINT64_MAX;
	for (size_t i = depth; i < depth + 8; i++)
		v = v << 8 | (i < x->n ? (unsigned char)x->key[i] : 0u);
	return v;
}

static void
sort_few(struct sort_item *item, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item one = item[i];
		size_t k = i;

		for (; k > 0 && sort_cmp(&item[k - 1], &one) > 0; k--)
			item[k] = item[k - 1];
		item[k] = one;
	}
}

/* By one byte of the prefixes after the other, the last one first; bytes that
 * are the same in all are left out.  */
static void
sort_by_prefix(struct sort_item *item, struct sort_item *spare, size_t n)
{
	struct sort_item *from = item, *to = spare, *other;
	size_t start[256], at;

	for (unsigned shift = 0; shift < 64; shift += 8) {
		memset(start, 0, sizeof start);
		for (size_t i = 0; i < n; i++)
			start[from[i].prefix >> shift & 0xff]++;
		if (start[from[0].prefix >> shift & 0xff] == n)
			continue;
		at = 0;
		for (size_t i = 0; i < 256; i++) {
			size_t count = start[i];

			start[i] = at;
			at += count;
		}
		for (size_t i = 0; i < n; i++)
			to[start[from[i].prefix >> shift & 0xff]++] = from[i];
		other = from;
		from = to;
		to = other;
	}
	if (from != item)
		memcpy(item, from, n * sizeof *item);
}

/* By eight bytes of the keys, and those that have them alike by the next. */
static void
sort_from(struct sort_item *item, struct sort_item *spare, size_t n,
    size_t depth)
{
	if (n <= SORT_FEW) {
		sort_few(item, n);
		return;
	}
	if (n <= SORT_WHOLE || depth >= SORT_DEPTH) {
		qsort(item, n, sizeof *item, sort_cmp);
		return;
	}
	for (size_t i = 0; i < n; i++)
		item[i].prefix = prefix_of(&item[i], depth);
	sort_by_prefix(item, spare, n);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1;
		     end < n && item[end].prefix == item[i].prefix; end++)
			;
		if (end - i > 1)
			sort_from(item + i, spare, end - i,
			    item[i].n > depth + 8 ? depth + 8 : SORT_DEPTH);
	}
}

static struct sort_item *
items_new(size_t n)
{
	struct sort_item *item = calloc(n, sizeof *item);

	if (item == NULL)
		base_die("%s", _("out of memory"));
	return item;
}

static void
sort_items(const struct directory *d, struct sort_item *item, size_t n,
    uint32_t *rows)
{
	struct sort_item *spare = items_new(n);

	for (size_t i = 0; i < n; i++) {
		struct str key = rows_key(d, item[i].row);

		item[i].key = key.p;
		item[i].n = (uint32_t)key.n;
	}
	if (n > 0)
		sort_from(item, spare, n, 0);
	for (size_t i = 0; i < n; i++)
		rows[i] = item[i].row;
	free(spare);
}

void
rows_sort(struct directory *d)
{
	struct sort_item *item;

	if (d->sorted) {
		rows_sort_later(d);
		return;
	}
	d->sorted = true;
	d->n_order = d->n_later = 0;
	if (d->n == 0)
		return;
	item = items_new(d->n);
	for (size_t i = 0; i < d->n; i++)
		item[i].row = (uint32_t)i;
	d->order = rows_grow(d->order, d->n, &d->cap_order, sizeof *d->order);
	sort_items(d, item, d->n, d->order);
	d->n_order = d->n;
	free(item);
}

void
rows_sort_some(const struct directory *d, uint32_t *rows, size_t n)
{
	struct sort_item *item;

	if (n < 2)
		return;
	item = items_new(n);
	for (size_t i = 0; i < n; i++)
		item[i].row = rows[i];
	sort_items(d, item, n, rows);
	free(item);
}

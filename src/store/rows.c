#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define NO_ROW UINT32_MAX
#define SIGN_WORDS 56 /* bits of a sign for words, and for forms */
#define SIGN_FORMS 8

static void *
grow(void *p, size_t need, size_t *cap, size_t size)
{
	if (need <= *cap)
		return p;
	while (*cap < need)
		*cap = *cap < 1024 ? 1024 : *cap + *cap / 2;
	p = realloc(p, *cap * size);
	if (p == NULL)
		base_die("%s", _("out of memory"));
	return p;
}

uint32_t
names_find(const struct names *names, struct str text)
{
	const uint32_t *no = map_get(names->map, text);

	return no == NULL ? 0 : *no;
}

static uint32_t
names_add(struct names *names, struct str text)
{
	uint32_t no, *copy;

	if (names->last_no != 0 &&
	    str_eq((struct str){ names->last, names->last_n }, text))
		return names->last_no;
	no = names_find(names, text);
	if (no == 0) {
		copy = arena_new_of(names->a, uint32_t);
		no = *copy = ++names->n;
		map_put(names->map, text, copy);
	}
	names->last_no = text.n <= sizeof names->last ? no : 0;
	if (names->last_no != 0 && text.n > 0)
		memcpy(names->last, text.p, text.n);
	names->last_n = text.n;
	return no;
}

uint64_t
rows_sign(struct str words, uint32_t form)
{
	uint64_t sign =
	    form == 0 ? 0 : UINT64_C(1) << (SIGN_WORDS + form % SIGN_FORMS);
	uint32_t h = 0;
	size_t len = 0; /* of the word so far */

	for (size_t i = 0; i < words.n; i++) {
		unsigned char c = (unsigned char)words.p[i];

		if (c == ' ') {
			h = 0;
			len = 0;
			continue;
		}
		h = (h + c + 1) * 0x9e3779b1u;
		len++;
		if (len <= 3 || len == 6)
			sign |= UINT64_C(1) << ((h >> 16) * SIGN_WORDS >> 16);
	}
	return sign;
}

struct str
rows_bytes(const struct directory *d, size_t row)
{
	return (struct str){ d->data + d->slot[row].at, d->slot[row].n };
}

struct str
rows_segment(const struct directory *d, size_t seg)
{
	size_t at = d->seg_at[seg];
	size_t end = seg + 1 < d->n_seg ? d->seg_at[seg + 1] : d->text_n;

	return (struct str){ d->text + at, end - at };
}

/* After the flags, which are one byte (row_encode). */
const uint8_t *
rows_id(const struct directory *d, size_t row)
{
	return (const uint8_t *)d->data + d->slot[row].at + 1;
}

static void
text_add(struct directory *d, size_t row, struct str folded)
{
	d->text = grow(d->text, d->text_n + folded.n + 1, &d->text_cap, 1);
	if (d->n_seg == d->cap_seg) {
		size_t cap = d->cap_seg;

		d->seg_at = grow(d->seg_at, d->n_seg + 1, &d->cap_seg,
		    sizeof *d->seg_at);
		d->seg_row =
		    grow(d->seg_row, d->n_seg + 1, &cap, sizeof *d->seg_row);
	}
	if (d->text_n + folded.n + 1 > UINT32_MAX)
		base_die("%s", _("out of memory"));
	d->slot[row].seg = (uint32_t)d->n_seg;
	d->sign[row] = rows_sign(folded, d->facets[row].form);
	d->seg_at[d->n_seg] = (uint32_t)d->text_n;
	d->seg_row[d->n_seg++] = (uint32_t)row;
	if (folded.n > 0)
		memcpy(d->text + d->text_n, folded.p, folded.n);
	d->text_n += folded.n;
	d->text[d->text_n++] = '\n';
}

/* Nothing is found in a hole. */
static void
text_drop(struct directory *d, size_t row)
{
	uint32_t seg = d->slot[row].seg;
	struct str old = rows_segment(d, seg);

	memset(d->text + d->seg_at[seg], '\n', old.n);
	d->seg_row[seg] = NO_ROW;
}

static void
links_add(struct directory *d, size_t row, struct str links)
{
	for (size_t i = 0; i + RECORD_ID_SIZE <= links.n; i += RECORD_ID_SIZE) {
		d->link = grow(
		    d->link, d->n_link + 1, &d->cap_link, sizeof *d->link);
		memcpy(&d->link[d->n_link].to, links.p + i, 8);
		d->link[d->n_link++].row = (uint32_t)row;
	}
}

/* Writes data and text anew without their holes. */
static void
compact(struct directory *d)
{
	char *data = d->data, *text = d->text;
	uint32_t *seg_at = d->seg_at, *seg_row = d->seg_row;

	d->data = d->text = NULL;
	d->data_n = d->data_cap = d->data_dead = 0;
	d->text_n = d->text_cap = 0;
	d->seg_at = d->seg_row = NULL;
	d->n_seg = d->cap_seg = 0;
	d->n_link = 0;
	for (size_t i = 0; i < d->n; i++) {
		struct slot *slot = &d->slot[i];
		struct row row;

		d->data = grow(d->data, d->data_n + slot->n, &d->data_cap, 1);
		memcpy(d->data + d->data_n, data + slot->at, slot->n);
		slot->at = d->data_n;
		d->data_n += slot->n;
		if (!row_decode(rows_bytes(d, i), &row))
			BUG("a row that was good went bad");
		text_add(d, i, row.folded);
		links_add(d, i, row.links);
	}
	free(data);
	free(text);
	free(seg_at);
	free(seg_row);
}

static int
key_cmp(struct str a, struct str b)
{
	if ((a.n == 0) != (b.n == 0))
		return a.n == 0 ? 1 : -1; /* those without a name come last */
	return str_cmp(a, b);
}

static struct str
key_of(const struct directory *d, size_t row)
{
	struct row r;

	if (!row_decode(rows_bytes(d, row), &r))
		return STR("");
	return r.key;
}

/* Where a row stands in the order, or would stand. */
static size_t
order_place(const struct directory *d, struct str key, uint32_t row)
{
	size_t lo = 0, hi = d->n_order;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = key_cmp(key_of(d, d->order[mid]), key);

		if (c < 0 || (c == 0 && d->order[mid] < row))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
order_drop(struct directory *d, uint32_t row)
{
	size_t i = order_place(d, key_of(d, row), row);

	if (i == d->n_order || d->order[i] != row)
		BUG("the order lost a row");
	d->n_order--;
	memmove(&d->order[i], &d->order[i + 1],
	    (d->n_order - i) * sizeof *d->order);
}

static void
order_add(struct directory *d, uint32_t row)
{
	size_t i = order_place(d, key_of(d, row), row);

	d->order =
	    grow(d->order, d->n_order + 1, &d->cap_order, sizeof *d->order);
	memmove(&d->order[i + 1], &d->order[i],
	    (d->n_order - i) * sizeof *d->order);
	d->order[i] = row;
	d->n_order++;
}

bool
rows_put(struct directory *d, size_t row, struct str bytes)
{
	bool is_new = row == d->n;
	struct facets *facets;
	struct slot *slot;
	struct row r;

	if (!row_decode(bytes, &r))
		return false;
	if (is_new) {
		d->facets = grow(
		    d->facets, d->n + 1, &d->cap_facets, sizeof *d->facets);
		d->slot = grow(d->slot, d->n + 1, &d->cap, sizeof *d->slot);
		d->sign = grow(
		    d->sign, d->n + 1, &d->cap_sign, sizeof *d->sign);
		d->n++;
	} else {
		if (d->sorted)
			order_drop(d, (uint32_t)row);
		d->data_dead += d->slot[row].n;
		text_drop(d, row);
	}
	d->data = grow(d->data, d->data_n + bytes.n, &d->data_cap, 1);
	memcpy(d->data + d->data_n, bytes.p, bytes.n);
	slot = &d->slot[row];
	slot->at = d->data_n;
	slot->n = (uint32_t)bytes.n;
	facets = &d->facets[row];
	facets->is_void = r.pub.is_void;
	facets->is_member = r.is_member;
	facets->form = (uint16_t)names_add(&d->forms, r.pub.form);
	facets->state = (uint16_t)names_add(&d->states, r.pub.state);
	facets->hamlet = names_add(&d->hamlets, r.pub.hamlet);
	d->data_n += bytes.n;
	text_add(d, row, r.folded);
	links_add(d, row, r.links);
	if (d->sorted)
		order_add(d, (uint32_t)row);
	if (d->data_dead > 1 << 20 && d->data_dead > d->data_n / 2)
		compact(d);
	return true;
}

struct sort_item {
	uint64_t prefix;
	uint32_t row;
	const char *key;
	size_t n;
};

static int
sort_cmp(const void *a, const void *b)
{
	const struct sort_item *x = a, *y = b;
	int c;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	c = key_cmp((struct str){ x->key, x->n }, (struct str){ y->key, y->n });
	if (c != 0)
		return c;
	return x->row < y->row ? -1 : x->row > y->row;
}

static uint64_t
prefix_of(struct str key)
{
	uint64_t v = 0;

	if (key.n == 0)
		return UINT64_MAX;
	for (size_t i = 0; i < 8; i++)
		v = v << 8 | (i < key.n ? (unsigned char)key.p[i] : 0u);
	return v;
}

static void
sort_items(const struct directory *d, struct sort_item *item, size_t n,
    uint32_t *rows)
{
	for (size_t i = 0; i < n; i++) {
		struct str key = key_of(d, item[i].row);

		item[i].prefix = prefix_of(key);
		item[i].key = key.p;
		item[i].n = key.n;
	}
	qsort(item, n, sizeof *item, sort_cmp);
	for (size_t i = 0; i < n; i++)
		rows[i] = item[i].row;
}

static struct sort_item *
items_new(size_t n)
{
	struct sort_item *item = calloc(n, sizeof *item);

	if (item == NULL)
		base_die("%s", _("out of memory"));
	return item;
}

void
rows_sort(struct directory *d)
{
	struct sort_item *item;

	d->sorted = true;
	d->n_order = 0;
	if (d->n == 0)
		return;
	item = items_new(d->n);
	for (size_t i = 0; i < d->n; i++)
		item[i].row = (uint32_t)i;
	d->order = grow(d->order, d->n, &d->cap_order, sizeof *d->order);
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

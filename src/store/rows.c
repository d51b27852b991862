#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

#define NO_ROW UINT32_MAX

/* In the place of the folded text and the key. */
static const char blank_texts[2] = { 0, 0 };

void *
rows_grow(void *p, size_t need, size_t *cap, size_t size)
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

/* The parts of a row around its folded text and its key, which stand side by
 * side.  A member of another record has neither. */
static void
split(struct str bytes, const struct row *r, struct str *head, struct str *tail)
{
	const char *end = r->key.p + r->key.n;

	*head = bytes;
	*tail = STR("");
	if (r->is_member)
		return;
	head->n = (size_t)(r->folded.p - bytes.p);
	/* its length stands before it (pack_u64) */
	for (size_t n = r->folded.n; n >= 0x80; n >>= 7)
		head->n--;
	head->n--;
	*tail = (struct str){ end, (size_t)(bytes.p + bytes.n - end) };
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
	struct sign sign = sign_of(folded, d->facets[row].form);

	d->text = rows_grow(d->text, d->text_n + folded.n + 1, &d->text_cap, 1);
	if (d->n_seg == d->cap_seg) {
		size_t cap = d->cap_seg;

		d->seg_at = rows_grow(d->seg_at, d->n_seg + 1, &d->cap_seg,
		    sizeof *d->seg_at);
		d->seg_row =
		    rows_grow(d->seg_row, d->n_seg + 1, &cap, sizeof *d->seg_row);
	}
	if (d->text_n + folded.n + 1 > UINT32_MAX)
		base_die("%s", _("out of memory"));
	d->slot[row].seg = (uint32_t)d->n_seg;
	signs_put(&d->signs, row, &sign);
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
		d->link = rows_grow(
		    d->link, d->n_link + 1, &d->cap_link, sizeof *d->link);
		memcpy(&d->link[d->n_link].to, links.p + i, 8);
		d->link[d->n_link++].row = (uint32_t)row;
	}
}

int
rows_key_cmp(struct str a, struct str b)
{
	if ((a.n == 0) != (b.n == 0))
		return a.n == 0 ? 1 : -1; /* those without a name come last */
	return str_cmp(a, b);
}

struct str
rows_key(const struct directory *d, size_t row)
{
	const struct slot *slot = &d->slot[row];
	struct unpack u;

	unpack_begin(&u, (struct str){ d->data + slot->at + slot->n,
	                     d->data_n - slot->at - slot->n });
	return unpack_str(&u);
}

/* How much of data a row takes, its key included. */
static size_t
size_of(const struct directory *d, size_t row)
{
	struct str key = rows_key(d, row);

	return (size_t)(key.p + key.n - d->data) - d->slot[row].at;
}

/* Writes data and text anew without their holes. */
static void
compact(struct directory *d)
{
	struct directory old = *d;

	d->data = d->text = NULL;
	d->data_n = d->data_cap = d->data_dead = 0;
	d->text_n = d->text_cap = 0;
	d->seg_at = d->seg_row = NULL;
	d->n_seg = d->cap_seg = 0;
	d->n_link = 0;
	for (size_t i = 0; i < d->n; i++) {
		struct slot *slot = &d->slot[i];
		size_t n = size_of(&old, i);
		struct str folded = rows_segment(&old, slot->seg);
		struct row row;

		folded.n--; /* the newline */
		d->data = rows_grow(d->data, d->data_n + n, &d->data_cap, 1);
		memcpy(d->data + d->data_n, old.data + slot->at, n);
		slot->at = d->data_n;
		d->data_n += n;
		if (!row_decode(rows_bytes(d, i), &row))
			BUG("a row that was good went bad");
		text_add(d, i, folded);
		links_add(d, i, row.links);
	}
	free(old.data);
	free(old.text);
	free(old.seg_at);
	free(old.seg_row);
}

/* Where a row stands in the order, or would stand. */
static size_t
order_place(const struct directory *d, struct str key, uint32_t row)
{
	size_t lo = 0, hi = d->n_order;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = rows_key_cmp(rows_key(d, d->order[mid]), key);

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
	size_t i;

	for (i = 0; i < d->n_later; i++)
		if (d->later[i] == row) {
			d->later[i] = d->later[--d->n_later];
			return;
		}
	i = order_place(d, rows_key(d, row), row);
	if (i == d->n_order || d->order[i] != row)
		BUG("the order lost a row");
	d->n_order--;
	memmove(&d->order[i], &d->order[i + 1],
	    (d->n_order - i) * sizeof *d->order);
}

static void
order_add(struct directory *d, uint32_t row)
{
	size_t i = order_place(d, rows_key(d, row), row);

	d->order =
	    rows_grow(d->order, d->n_order + 1, &d->cap_order, sizeof *d->order);
	memmove(&d->order[i + 1], &d->order[i],
	    (d->n_order - i) * sizeof *d->order);
	d->order[i] = row;
	d->n_order++;
}

void
rows_sort_later(struct directory *d)
{
	for (size_t i = 0; i < d->n_later; i++)
		order_add(d, d->later[i]);
	d->n_later = 0;
}

static void
data_put(struct directory *d, struct str s)
{
	if (s.n > 0)
		memcpy(d->data + d->data_n, s.p, s.n);
	d->data_n += s.n;
}

static void
data_add(struct directory *d, size_t row, struct str bytes, const struct row *r)
{
	struct slot *slot = &d->slot[row];
	size_t n = r->key.n;
	struct str head, tail;

	split(bytes, r, &head, &tail);
	/* never more than it was, but a member's key that is none */
	d->data = rows_grow(d->data, d->data_n + bytes.n + 2, &d->data_cap, 1);
	slot->at = d->data_n;
	data_put(d, head);
	if (!r->is_member)
		data_put(d, (struct str){ blank_texts, sizeof blank_texts });
	data_put(d, tail);
	slot->n = (uint32_t)(d->data_n - slot->at);
	for (; n >= 0x80; n >>= 7) /* as pack_str does */
		d->data[d->data_n++] = (char)(n | 0x80);
	d->data[d->data_n++] = (char)n;
	data_put(d, r->key);
}

bool
rows_is(const struct directory *d, size_t row, struct str bytes)
{
	struct str head, tail, have = rows_bytes(d, row), folded;
	size_t blank;
	struct row r;

	if (!row_decode(bytes, &r))
		return false;
	split(bytes, &r, &head, &tail);
	blank = r.is_member ? 0 : sizeof blank_texts;
	folded = rows_segment(d, d->slot[row].seg);
	folded.n--; /* the newline */
	return have.n == head.n + blank + tail.n &&
	       memcmp(have.p, head.p, head.n) == 0 &&
	       str_eq((struct str){ have.p + head.n + blank, tail.n }, tail) &&
	       str_eq(rows_key(d, row), r.key) && str_eq(folded, r.folded);
}

bool
rows_put(struct directory *d, size_t row, struct str bytes)
{
	bool is_new = row == d->n, moves = d->sorted;
	struct facets *facets;
	struct row r;

	if (!row_decode(bytes, &r))
		return false;
	if (is_new) {
		d->facets = rows_grow(
		    d->facets, d->n + 1, &d->cap_facets, sizeof *d->facets);
		d->slot = rows_grow(d->slot, d->n + 1, &d->cap, sizeof *d->slot);
		d->n++;
	} else {
		if (str_eq(rows_key(d, row), r.key) && !r.is_member)
			moves = false;
		if (moves)
			order_drop(d, (uint32_t)row);
		d->data_dead += size_of(d, row);
		text_drop(d, row);
	}
	data_add(d, row, bytes, &r);
	facets = &d->facets[row];
	facets->is_void = r.pub.is_void;
	facets->is_member = r.is_member;
	facets->is_waiting = !r.is_member && r.pub.waiting;
	facets->form = (uint16_t)names_add(&d->forms, r.pub.form);
	facets->state = (uint16_t)names_add(&d->states, r.pub.state);
	facets->hamlet = names_add(&d->hamlets, r.pub.hamlet);
	text_add(d, row, r.folded);
	links_add(d, row, r.links);
	if (moves && d->n_later == ARRAY_LEN(d->later))
		rows_sort_later(d);
	if (moves)
		d->later[d->n_later++] = (uint32_t)row;
	if (d->data_dead > 1 << 20 && d->data_dead > d->data_n / 2)
		compact(d);
	return true;
}

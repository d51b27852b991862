#include "store/taken.h"

#include <stdlib.h>
#include <string.h>

static void *
grown(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap == 0 ? 256 : *cap * 2;
	if ((p = realloc(p, *cap * size)) == NULL)
		base_die("%s", _("out of memory"));
	return p;
}

/* Entries of `size` bytes, of which the first are an id of n bytes.  A free
 * slot is marked for the id already. */
static struct taken_slot *
slot_of(const struct taken_index *x, const void *entries, size_t size,
    const uint8_t *id, size_t n)
{
	const uint8_t *all = entries;
	uint64_t h = id_hash(id);
	uint32_t mark = (uint32_t)(h >> 32);
	size_t i = (size_t)h & (x->size - 1);

	while (x->slot[i].entry != 0 &&
	    (x->slot[i].mark != mark ||
	        memcmp(all + (x->slot[i].entry - 1) * size, id, n) != 0))
		i = (i + 1) & (x->size - 1);
	if (x->slot[i].entry == 0)
		x->slot[i].mark = mark;
	return &x->slot[i];
}

/* Room for one more than n entries. */
static void
widen(struct taken_index *x, const void *entries, size_t n, size_t size,
    size_t id_n)
{
	const uint8_t *all = entries;
	size_t slots = x->size == 0 ? 512 : x->size;

	while (n * 4 >= slots * 3)
		slots *= 2;
	if (slots == x->size)
		return;
	x->size = slots;
	free(x->slot);
	if ((x->slot = calloc(x->size, sizeof *x->slot)) == NULL)
		base_die("%s", _("out of memory"));
	for (size_t i = 0; i < n; i++)
		slot_of(x, entries, size, all + i * size, id_n)->entry =
		    (uint32_t)i + 1;
}

void
taken_begin(struct taken *t, uint64_t from, uint32_t feeds)
{
	memset(t, 0, sizeof *t);
	t->from = from;
	t->feeds_from = feeds;
}

void
taken_end(struct taken *t)
{
	free(t->by_id.slot);
	free(t->by_record.slot);
	memset(&t->by_id, 0, sizeof t->by_id);
	memset(&t->by_record, 0, sizeof t->by_record);
}

void
taken_release(struct taken *t)
{
	taken_end(t);
	free(t->event);
	free(t->record);
	free(t->feed);
	memset(t, 0, sizeof *t);
}

bool
taken_has(struct taken *t, const struct event_id *id)
{
	widen(&t->by_id, t->event, t->n, sizeof *t->event, EVENT_ID_SIZE);
	return slot_of(&t->by_id, t->event, sizeof *t->event, id->b,
	           sizeof id->b)->entry != 0;
}

void
taken_add(struct taken *t, const struct taken_event *event)
{
	t->event = grown(t->event, t->n, &t->cap, sizeof *t->event);
	t->event[t->n++] = *event;
	if (t->by_id.size == 0)
		return; /* nobody asked for one yet */
	widen(&t->by_id, t->event, t->n, sizeof *t->event, EVENT_ID_SIZE);
	slot_of(&t->by_id, t->event, sizeof *t->event, event->id.b,
	    sizeof event->id.b)->entry = (uint32_t)t->n;
}

static int
by_record_id(const void *key, const void *record)
{
	const struct taken_record *r = record;

	return memcmp(key, r->id.b, sizeof r->id.b);
}

/* As long as they came in the order of their ids, as those of one feed do. */
static bool
find_in_order(struct taken *t, const struct record_id *id, uint32_t *at)
{
	const struct taken_record *found;

	*at = (uint32_t)t->n_records;
	if (t->n_records == 0 ||
	    by_record_id(id->b, &t->record[t->n_records - 1]) > 0) {
		t->record[t->n_records++] = (struct taken_record){ .id = *id };
		return true;
	}
	found = bsearch(id->b, t->record, t->n_records, sizeof *t->record,
	    by_record_id);
	if (found != NULL)
		*at = (uint32_t)(found - t->record);
	return found != NULL;
}

uint32_t
taken_record(struct taken *t, const struct record_id *id, bool *added)
{
	size_t before = t->n_records;
	struct taken_slot *slot;
	uint32_t at;

	t->record = grown(
	    t->record, t->n_records, &t->cap_records, sizeof *t->record);
	if (!t->unordered && find_in_order(t, id, &at)) {
		*added = t->n_records > before;
		return at;
	}
	t->unordered = true;
	widen(&t->by_record, t->record, t->n_records, sizeof *t->record,
	    RECORD_ID_SIZE);
	slot = slot_of(&t->by_record, t->record, sizeof *t->record, id->b,
	    sizeof id->b);
	*added = slot->entry == 0;
	if (*added) {
		t->record[t->n_records] = (struct taken_record){ .id = *id };
		slot->entry = (uint32_t)++t->n_records;
	}
	return slot->entry - 1;
}

uint32_t
taken_feed(struct taken *t, const struct feed_id *id)
{
	t->feed = grown(t->feed, t->n_feeds, &t->cap_feeds, sizeof *t->feed);
	t->feed[t->n_feeds] = *id;
	return t->feeds_from + (uint32_t)t->n_feeds++;
}

const struct taken_event *
taken_at(const struct taken *t, uint64_t place)
{
	return t == NULL || place < t->from || place - t->from >= t->n
	    ? NULL
	    : &t->event[place - t->from];
}

static int
by_id(const void *a, const void *b, void *ctx)
{
	const struct taken_record *r = ctx;
	const struct taken_new *x = a, *y = b;

	if (x->begins != y->begins)
		return x->begins < y->begins ? -1 : 1;
	return memcmp(
	    r[x->record].id.b, r[y->record].id.b, RECORD_ID_SIZE);
}

struct taken_new *
taken_new_by_id(const struct taken *t, size_t *n)
{
	struct taken_new *list = calloc(t->n_records + 1, sizeof *list);

	if (list == NULL)
		base_die("%s", _("out of memory"));
	*n = 0;
	for (size_t i = 0; i < t->n_records; i++) {
		struct taken_new *one = &list[*n];

		if (!t->record[i].is_new)
			continue;
		one->record = (uint32_t)i;
		for (size_t k = 0; k < sizeof one->begins; k++)
			one->begins = one->begins << 8 | t->record[i].id.b[k];
		++*n;
	}
	qsort_r(list, *n, sizeof *list, by_id, t->record);
	return list;
}

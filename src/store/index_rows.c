#include "store/store_impl.h"

#include <stdlib.h>
#include <string.h>

static int
by_no(const void *a, const void *b)
{
	const struct record_at *x = a, *y = b;

	return x->no < y->no ? -1 : x->no > y->no;
}

/* Sorted, each once. */
static size_t
sort_records(struct record_at *rec, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(rec, n, sizeof *rec, by_no);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || rec[kept - 1].no != rec[i].no)
			rec[kept++] = rec[i];
	return kept;
}

enum err
index_row(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, const struct record_places *places,
    struct buf *row, struct error *e)
{
	struct fold_event *events;
	struct record rec;
	enum err r;

	buf_clear(row);
	if (!join_is_root(s, &at->id)) {
		row_encode_member(&at->id, join_root(s, &at->id), row);
		return OK;
	}
	if (join_get(s, &at->id) != NULL)
		r = record_fold(s, t, a, at, &events, &rec, e);
	else if ((r = record_events(s, t, a, places, &events, e)) == OK)
		record_fold_events(
		    s, a, &at->id, events, places->n, &rec);
	if (r == OK)
		row_encode(s, a, &rec, events, row);
	return r;
}

void
index_touched(struct store *s, uint32_t page)
{
	if (s->n_touched > 0 && s->touched[s->n_touched - 1] == page)
		return;
	s->touched = arena_grow(s->feeds_arena, s->touched, s->n_touched,
	    &s->cap_touched, sizeof *s->touched);
	s->touched[s->n_touched++] = page;
}

/* One page of rows after another. */
static enum err
put_rows(struct store *s, struct txn *t, const struct record_at *rec,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct buf page = BUF_INIT, row = BUF_INIT;
	struct record_places places[STORE_PAGE_ROWS];
	struct str rows[STORE_PAGE_ROWS];
	size_t n_places = 0;
	enum err r = OK;

	for (size_t i = 0; r == OK && i < n;) {
		uint32_t at = rec[i].no / STORE_PAGE_ROWS;

		arena_reset(a);
		buf_clear(&page);
		if ((r = row_page_get(t, at, &page, rows, e)) == OK)
			r = record_page_get(t, a, at, places, &n_places, e);
		for (; r == OK && i < n && rec[i].no / STORE_PAGE_ROWS == at;
		     i++) {
			size_t k = rec[i].no % STORE_PAGE_ROWS;

			r = k < n_places
			    ? index_row(s, t, a, &rec[i], &places[k], &row, e)
			    : error_set(e, ERR_CORRUPT,
			          N_("record %u is missing"), rec[i].no);
			rows[k] = arena_str_dup(a, buf_str(&row));
		}
		if (r == OK)
			r = row_page_put(t, at, rows, e);
		index_touched(s, at);
	}
	buf_release(&page);
	buf_release(&row);
	arena_free(a);
	return r;
}

enum err
index_rows(struct store *s, struct txn *t, const struct record_at *rec,
    size_t n, struct error *e)
{
	struct arena *a = arena_new();
	struct record_at *all = arena_dup(a, rec, n * sizeof *rec);
	enum err r = joins_update(s, t, a, &all, &n, e);

	if (r == OK)
		r = put_rows(s, t, all, sort_records(all, n), e);
	arena_free(a);
	return r;
}

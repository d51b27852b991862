#include "store/import_impl.h"

#include <stdlib.h>
#include <string.h>

#define IDS_AT_ONCE 8192

void
import_stage_begin(struct store_import *im)
{
	im->end = calloc(STORE_STAGE_EVENTS, sizeof *im->end);
	if (im->end == NULL)
		base_die("%s", _("out of memory"));
	im->fold = arena_new();
	im->staged_to = im->s->num.places;
	im->rows_from = im->s->num.records;
	taken_begin(&im->taken, im->s->num.places, im->s->num.feeds);
}

static void
wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

void
import_forget_bytes(struct store_import *im)
{
	im->n = im->n_rows = im->cap_rows = 0;
	wipe(&im->bytes);
	wipe(&im->rows);
	free(im->row_end);
	free(im->end);
	im->row_end = im->end = NULL;
	arena_free(im->fold);
	im->fold = NULL;
	taken_end(&im->taken);
}

void
import_stage_release(struct store_import *im)
{
	import_forget_bytes(im);
	taken_release(&im->taken);
}

static struct str
staged_row(const struct store_import *im, size_t i)
{
	size_t from = i == 0 ? 0 : im->row_end[i - 1];

	return (struct str){ im->rows.p + from, im->row_end[i] - from };
}

/* The rows that were made, by pages; of the first page rows may be there. */
static enum err
put_rows(struct store_import *im, struct txn *t, struct error *e)
{
	struct str rows[STORE_PAGE_ROWS];
	struct buf page = BUF_INIT;
	enum err r = OK;

	for (size_t i = 0; r == OK && i < im->n_rows;) {
		uint32_t no = im->rows_from + (uint32_t)i;
		size_t slot = no % STORE_PAGE_ROWS;

		memset(rows, 0, sizeof rows);
		buf_clear(&page);
		if (slot > 0)
			r = row_page_get(
			    t, no / STORE_PAGE_ROWS, &page, rows, e);
		for (; slot < STORE_PAGE_ROWS; slot++)
			rows[slot] = i < im->n_rows ? staged_row(im, i++)
			                            : STR("");
		if (r == OK)
			r = row_page_put(t, no / STORE_PAGE_ROWS, rows, e);
	}
	buf_release(&page);
	return r;
}

enum err
import_put_stage(struct store_import *im, struct txn *t, struct error *e)
{
	enum err r = OK;
	size_t from = 0;

	for (size_t i = 0; r == OK && i < im->n; i++) {
		struct key_u64 k = key_u64(im->staged_to + i);

		r = txn_put(t, DB_EVENTS, KEY_STR(k),
		    (struct str){ im->bytes.p + from, im->end[i] - from }, e);
		from = im->end[i];
	}
	return r == OK ? put_rows(im, t, e) : r;
}

static enum err
stage_write(struct txn *t, void *ctx, struct error *e)
{
	struct store_import *im = ctx;
	enum err r;

	if ((r = store_begin(im->s, t, e)) != OK)
		return r;
	return import_put_stage(im, t, e);
}

/* The rows of the last page stay, if others may follow them there. */
static void
forget_rows(struct store_import *im)
{
	uint32_t end = im->rows_from + (uint32_t)im->n_rows;
	uint32_t keep = end % STORE_PAGE_ROWS;
	size_t gone, bytes;

	if (keep > im->n_rows)
		return; /* the first of its page are in the table */
	gone = im->n_rows - keep;
	bytes = gone == 0 ? 0 : im->row_end[gone - 1];
	memmove(im->rows.p, im->rows.p + bytes, im->rows.n - bytes);
	im->rows.n -= bytes;
	for (size_t i = 0; i < keep; i++)
		im->row_end[i] = im->row_end[gone + i] - bytes;
	im->n_rows = keep;
	im->rows_from += (uint32_t)gone;
}

static enum err
stage(struct store_import *im, struct error *e)
{
	enum err r = store_commit(im->s, STORE_STAGE_BYTES, stage_write, im, e);

	if (r != OK)
		return r;
	im->staged_to += im->n;
	im->n = 0;
	buf_clear(&im->bytes);
	if (im->n_rows > 0)
		forget_rows(im);
	return OK;
}

/* What its first event makes of a new record.  One that waits, for its form
 * or for the beginning of its feed, is left to be folded. */
static bool
make_row(struct store_import *im, const struct ahead *f,
    const struct event *ev, const struct event_id *id)
{
	const struct store_options *o = &im->s->options;
	struct fold_event in = { *id, ev, f->role, !f->has_role };
	struct row_mark mark = { f->no, ev->seq };
	struct record r;

	arena_reset(im->fold);
	fold_record(im->fold, &in, 1, o->rules, o->rules_ctx, &r);
	if (r.waiting)
		return false;
	row_pack(im->fold, &r, o->rules(o->rules_ctx, r.form, r.form_hash),
	    f->scope, &mark, 1, &im->rows);
	return true;
}

static void
keep_row(struct store_import *im, const struct ahead *f,
    const struct event *ev, const struct event_id *id,
    struct taken_record *rec)
{
	rec->has_row = make_row(im, f, ev, id);
	if (im->n_rows == im->cap_rows) {
		im->cap_rows = im->cap_rows == 0 ? 256 : im->cap_rows * 2;
		im->row_end = realloc(
		    im->row_end, im->cap_rows * sizeof *im->row_end);
		if (im->row_end == NULL)
			base_die("%s", _("out of memory"));
	}
	im->row_end[im->n_rows++] = im->rows.n;
}

static bool
is_next(const struct store_import *im, const struct event *ev, uint32_t feed)
{
	const struct taken *t = &im->taken;
	const struct taken_event *last = t->n == 0 ? NULL : &t->event[t->n - 1];

	return last != NULL && last->feed == feed && last->seq + 1 == ev->seq &&
	    memcmp(last->id.b, ev->prev.b, sizeof ev->prev.b) == 0;
}

enum err
import_keep(struct store_import *im, struct ahead *f, const struct event *ev,
    const struct event_id *id, struct str bytes, uint32_t record, bool first,
    struct error *e)
{
	struct taken_event one = { .id = *id,
		.seq = ev->seq,
		.size = (uint32_t)bytes.n,
		.record = record,
		.merges = ev->act == EVENT_MERGE };
	enum err r;

	if (im->n == STORE_STAGE_EVENTS ||
	    im->bytes.n + im->rows.n + bytes.n > STORE_STAGE_BYTES)
		if ((r = stage(im, e)) != OK)
			return r;
	if (!f->numbered)
		f->no = taken_feed(&im->taken, &ev->feed);
	f->numbered = true;
	if (f->top < ev->seq)
		f->top = ev->seq;
	one.feed = f->no;
	one.follows = is_next(im, ev, f->no);
	taken_add(&im->taken, &one);
	buf_add_str(&im->bytes, bytes);
	im->end[im->n++] = im->bytes.n;
	if (first && im->taken.record[record].is_new)
		keep_row(im, f, ev, id, &im->taken.record[record]);
	return OK;
}

struct ids_job {
	struct store_import *im;
	const struct taken_new *list;
	size_t n;
};

static enum err
ids_write(struct txn *t, void *ctx, struct error *e)
{
	const struct ids_job *job = ctx;
	const struct taken_record *all = job->im->taken.record;
	struct record_ids ids;
	enum err r = store_begin(job->im->s, t, e);

	record_ids_begin(&ids, t);
	for (size_t i = 0; r == OK && i < job->n; i++) {
		const struct taken_record *rec = &all[job->list[i].record];

		r = record_ids_put(&ids, &rec->id, rec->no, e);
	}
	if (r == OK)
		r = record_ids_flush(&ids, e);
	record_ids_end(&ids);
	return r;
}

enum err
import_put_ids(struct store_import *im, struct error *e)
{
	size_t n, at = 0;
	struct taken_new *list = taken_new_by_id(&im->taken, &n);
	enum err r = OK;

	for (; r == OK && at < n; at += IDS_AT_ONCE) {
		struct ids_job job = { im, list + at,
			n - at < IDS_AT_ONCE ? n - at : IDS_AT_ONCE };

		r = store_commit(im->s, STORE_STAGE_BYTES, ids_write, &job, e);
	}
	free(list);
	im->taken.ids_are_put = r == OK;
	return r;
}

struct clean_job {
	struct store *s;
	bool more;
};

/* Rows beyond the last record: whole pages, and the end of its own. */
static enum err
clean_rows(struct store *s, struct txn *t, size_t *left, struct error *e)
{
	uint32_t page = s->num.records / STORE_PAGE_ROWS;
	struct str rows[STORE_PAGE_ROWS];
	struct buf b = BUF_INIT;
	struct key_u32 from;
	char next[512];
	size_t n;
	enum err r = row_page_get(t, page, &b, rows, e);

	for (size_t i = s->num.records % STORE_PAGE_ROWS; i < STORE_PAGE_ROWS;
	     i++)
		rows[i] = STR("");
	if (r == OK && b.n > 0 && s->num.records % STORE_PAGE_ROWS != 0) {
		r = row_page_put(t, page, rows, e);
		page++;
	}
	buf_release(&b);
	from = key_u32(page);
	while (r == OK && *left > 0 &&
	    (r = txn_next(t, DB_DIRECTORY, KEY_STR(from), next, &n, e)) ==
	        OK) {
		r = txn_del(t, DB_DIRECTORY, (struct str){ next, n }, e);
		--*left;
	}
	return r == ERR_NOTFOUND ? OK : r;
}

static enum err
clean_events(struct store *s, struct txn *t, size_t *left, struct error *e)
{
	struct key_u64 from = key_u64(s->num.places);
	char next[512];
	enum err r = OK;
	size_t n;

	while (r == OK && *left > 0 &&
	    (r = txn_next(t, DB_EVENTS, KEY_STR(from), next, &n, e)) == OK) {
		r = txn_del(t, DB_EVENTS, (struct str){ next, n }, e);
		--*left;
	}
	return r == ERR_NOTFOUND ? OK : r;
}

/* The events last: as long as one is there, there is something to remove. */
static enum err
clean_write(struct txn *t, void *ctx, struct error *e)
{
	struct clean_job *job = ctx;
	size_t left = STORE_STAGE_EVENTS;
	enum err r;

	if ((r = store_begin(job->s, t, e)) != OK ||
	    (r = clean_rows(job->s, t, &left, e)) != OK ||
	    (r = clean_events(job->s, t, &left, e)) != OK)
		return r;
	job->more = left == 0;
	return OK;
}

enum err
import_clean(struct store *s, struct error *e)
{
	struct clean_job job = { s, true };
	struct key_u64 from = key_u64(s->num.places);
	struct txn *t;
	char next[512];
	size_t n;
	enum err r;

	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	r = txn_next(t, DB_EVENTS, KEY_STR(from), next, &n, e);
	db_read_end(t);
	job.more = r == OK;
	if (r == ERR_NOTFOUND)
		r = OK;
	while (r == OK && job.more)
		r = store_commit(s, STORE_STAGE_BYTES, clean_write, &job, e);
	return r;
}

#include "store/rows.h"

#include <stdlib.h>
#include <string.h>

enum err
store_record(struct store *s, struct arena *a, const struct record_id *id,
    struct record *out, struct error *e)
{
	struct record_at at;
	struct txn *t;
	enum err r;

	if ((r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	if ((r = record_find(s, t, id, &at, e)) == OK)
		r = record_fold(s, t, a, &at, NULL, out, e);
	db_read_end(t);
	return r;
}

/*
 * Causal order: an event comes after those in its over and after the one
 * before it in its feed; of those that may come next, the lowest (unit,
 * device, feed, seq) comes.  Plain selection: histories are short.
 */
static bool
may_come(const struct store_event *ev, const struct store_event *left,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (left[i].event.seq < ev->event.seq &&
		    memcmp(left[i].event.feed.b, ev->event.feed.b,
		        FEED_ID_SIZE) == 0)
			return false;
		for (size_t k = 0; k < ev->event.n_over; k++)
			if (memcmp(left[i].id.b, ev->event.over[k].b,
			        EVENT_ID_SIZE) == 0)
				return false;
	}
	return true;
}

static int
tie_cmp(const struct store_event *a, const struct store_event *b)
{
	int c = memcmp(a->event.feed.b, b->event.feed.b, FEED_ID_SIZE);

	if (c != 0)
		return c;
	if (a->event.seq != b->event.seq)
		return a->event.seq < b->event.seq ? -1 : 1;
	return memcmp(a->id.b, b->id.b, EVENT_ID_SIZE);
}

static void
sort_causal(struct store_event *ev, size_t n)
{
	for (size_t done = 0; done + 1 < n; done++) {
		size_t best = n;

		for (size_t i = done; i < n; i++)
			if (may_come(&ev[i], ev + done, n - done) &&
			    (best == n || tie_cmp(&ev[i], &ev[best]) < 0))
				best = i;
		if (best != n && best != done) {
			struct store_event swap = ev[done];

			ev[done] = ev[best];
			ev[best] = swap;
		}
	}
}

static enum err
history_one(struct store *s, struct chain *chain, const struct fold_event *in,
    struct store_event *out, struct error *e)
{
	const struct feed *f = feed_get(s, &in->event->feed);
	size_t first, n;
	enum err r = OK;

	out->id = in->id;
	out->event = *in->event;
	out->waiting = in->waits || out->event.act == EVENT_UNKNOWN ||
	    (out->event.has_form &&
	        s->options.rules(s->options.rules_ctx, out->event.form,
	            out->event.form_hash) == NULL);
	if (f == NULL)
		return OK;
	memcpy(out->unit, f->pub.unit, sizeof out->unit);
	memcpy(out->device, f->pub.device, sizeof out->device);
	r = chain_at(chain, f->no, in->event->seq, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++)
		if (memcmp(chain->entry[first + i].id.b, in->id.b,
		        EVENT_ID_SIZE) == 0)
			out->linked =
			    chain->entry[first + i].joined || f->pub.forked;
	return r;
}

enum err
store_history(struct store *s, struct arena *a, const struct record_id *id,
    struct store_event **out, size_t *n, struct error *e)
{
	struct fold_event *events;
	struct record_at at;
	struct chain chain;
	struct txn *t;
	enum err r;

	*n = 0;
	if ((r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	if ((r = record_find(s, t, id, &at, e)) == OK &&
	    (r = record_all_events(s, t, a, &at, &events, n, e)) == OK) {
		*out = arena_array(a, *n, sizeof **out);
		for (size_t i = 0; r == OK && i < *n; i++)
			r = history_one(s, &chain, &events[i], &(*out)[i], e);
	}
	chain_end(&chain);
	db_read_end(t);
	if (r == OK)
		sort_causal(*out, *n);
	return r;
}

enum store_standing
store_standing(struct store *s, const struct record_id *id)
{
	enum store_standing standing = STORE_HERE;
	struct str rows[STORE_PAGE_ROWS];
	struct buf b = BUF_INIT;
	struct record_at at;
	struct txn *t;
	struct row row;

	if (db_look_begin(s->db, &t, NULL) != OK)
		return standing;
	if (record_find(s, t, id, &at, NULL) == OK &&
	    row_page_get(t, at.no / STORE_PAGE_ROWS, &b, rows, NULL) == OK &&
	    row_decode(rows[at.no % STORE_PAGE_ROWS], &row))
		standing = row_standing(s, &row);
	db_read_end(t);
	buf_release(&b);
	return standing;
}

const char *
store_standing_name(enum store_standing st)
{
	static const char *const names[] = {
		[STORE_HERE] = "here",
		[STORE_SENT] = "sent",
		[STORE_RECEIVED] = "received",
		[STORE_DECIDED] = "decided",
		[STORE_READ] = "read",
	};

	return names[st];
}

enum err
store_counts(struct store *s, struct store_counts *out, struct error *e)
{
	struct txn *t;
	enum err r;

	memset(out, 0, sizeof *out);
	if ((r = directory_need(s, e)) != OK ||
	    (r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	out->events = txn_count(t, DB_EVENTS);
	db_read_end(t);
	directory_tally(s->directory, out);
	for (uint32_t i = 0; i < s->num.feeds; i++) {
		const struct feed *f = s->feed[i];

		out->forked_feeds += f->pub.forked;
		if (!f->pub.own)
			continue;
		if (f->pub.top > f->sent)
			out->unsent += f->pub.top - f->sent;
		if (f->pub.top > f->acked)
			out->unacknowledged += f->pub.top - f->acked;
	}
	return OK;
}

struct refold_job {
	struct store *s;
	const struct record_at *rec;
	size_t n;
};

static enum err
refold_write(struct txn *t, void *ctx, struct error *e)
{
	struct refold_job *job = ctx;
	enum err r;

	if ((r = store_begin(job->s, t, e)) != OK)
		return r;
	return index_rows(job->s, t, job->rec, job->n, e);
}

enum err
store_refold(struct store *s, struct error *e)
{
	struct arena *a;
	struct refold_job job = { .s = s };
	const struct directory *d;
	struct record_at *rec = NULL;
	size_t n = 0, cap = 0;
	enum err r;

	if ((r = directory_need(s, e)) != OK)
		return r;
	a = arena_new();
	d = s->directory;
	for (size_t i = 0; i < d->n; i++) {
		if (!d->facets[i].is_waiting)
			continue;
		rec = arena_grow(a, rec, n, &cap, sizeof *rec);
		rec[n].no = (uint32_t)i;
		memcpy(rec[n++].id.b, rows_id(d, i), RECORD_ID_SIZE);
	}
	for (size_t i = 0; r == OK && i < n; i += STORE_STAGE_EVENTS) {
		job.rec = rec + i;
		job.n = n - i < STORE_STAGE_EVENTS ? n - i : STORE_STAGE_EVENTS;
		r = store_commit(s, STORE_STAGE_BYTES, refold_write, &job, e);
	}
	arena_free(a);
	return r;
}

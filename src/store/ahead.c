/*
 * A save whose commit nobody waits for.  What it wrote is known before it is on
 * the disk: the events of its record are read, and the directory's pages, from
 * the transaction itself, before the commit begins.  Whoever only shows, or
 * reads values, goes on with that; everything else waits (store/db.h).  If the
 * commit fails, memory is made anew from what the disk has.
 */
#include "store/rows.h"

#include <string.h>

struct ahead {
	struct arena *a;
	struct record_at at; /* the record that was written to */
	size_t n, cap;
	struct str *bytes; /* of its events, and of those that are one with it */
	bool shown;        /* the directory has it */
	bool durable;      /* the commit has come back */
};

static enum err
read_events(struct txn *t, struct ahead *h, uint32_t no, struct error *e)
{
	struct record_places rec;
	struct event ev;
	enum err r;

	if ((r = record_places_get(t, h->a, no, &rec, e)) != OK)
		return r;
	for (size_t i = 0; r == OK && i < rec.n; i++) {
		h->bytes = arena_grow(
		    h->a, h->bytes, h->n, &h->cap, sizeof *h->bytes);
		r = event_at(t, h->a, rec.place[i], &ev, NULL,
		    &h->bytes[h->n++], e);
	}
	return r;
}

static void
drop(struct store *s)
{
	if (s->ahead == NULL)
		return;
	arena_free(s->ahead->a);
	s->ahead = NULL;
}

enum err
ahead_look(struct store *s, struct txn *t, const struct record_id *id,
    struct error *e)
{
	struct arena *a = arena_new();
	struct record_id *members;
	struct ahead *h = arena_new_of(a, struct ahead);
	uint32_t no;
	size_t n;
	enum err r;

	drop(s); /* the transaction may be run again */
	s->ahead = h;
	h->a = a;
	if ((r = record_find(s, t, id, &h->at, e)) != OK)
		return r;
	members = join_members(s, a, &h->at.id, &n);
	for (size_t i = 0; r == OK && i < n; i++)
		if ((r = record_no(s, t, &members[i], &no, e)) == OK)
			r = read_events(t, h, no, e);
	if (r != OK || s->directory == NULL)
		return r;
	h->shown = true;
	return directory_refresh_in(
	    s->directory, t, s->touched, s->n_touched, e);
}

enum err
ahead_failed(struct store *s, enum err why)
{
	bool shown = s->ahead != NULL && s->ahead->shown;
	enum err r;

	drop(s);
	s->stale = true; /* if this fails, the next write tries again */
	r = store_reload(s, NULL);
	if (r == OK && shown)
		r = directory_reload(s->directory, NULL);
	return r == ERR_CORRUPT ? r : why;
}

enum err
ahead_wait(struct store *s, struct error *e)
{
	struct txn *t;
	enum err r;

	if (s->ahead == NULL || s->ahead->durable)
		return OK;
	/* reading waits, and fails if the commit did */
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	db_read_end(t);
	s->ahead->durable = true;
	s->stale = false;
	s->n_touched = 0;
	return OK;
}

int
store_append_fd(const struct store *s)
{
	return db_write_fd(s->db);
}

enum err
store_append_end(struct store *s, struct error *e)
{
	enum err r, ended;

	if (s->ahead == NULL)
		return OK;
	r = ahead_wait(s, NULL);
	ended = db_write_end(s->db, e);
	if (r != OK || ended != OK)
		return ahead_failed(s, ended);
	drop(s);
	return OK;
}

/* As it is ahead, in the caller's arena. */
static enum err
fold_ahead(struct store *s, struct arena *a, struct record *out,
    struct error *e)
{
	const struct ahead *h = s->ahead;
	struct fold_event *list = arena_array(a, h->n, sizeof *list);
	struct event *ev = arena_array(a, h->n, sizeof *ev);
	enum err r = OK;

	for (size_t i = 0; r == OK && i < h->n; i++) {
		struct str bytes = arena_str_dup(a, h->bytes[i]);

		event_id_of(&list[i].id, bytes);
		list[i].event = &ev[i];
		if ((r = event_decode(a, bytes, &ev[i], e)) == OK)
			record_event_role(s, &list[i]);
	}
	if (r == OK)
		record_fold_events(s, a, &h->at.id, list, h->n, out);
	return r;
}

static bool
is_ahead(const struct store *s, const struct record_id *id)
{
	return s->ahead != NULL && memcmp(join_root(s, id), &s->ahead->at.id,
	                               sizeof *id) == 0;
}

enum err
ahead_read_begin(struct store *s, const struct record_id *id,
    struct txn **out, struct error *e)
{
	return is_ahead(s, id) ? db_read_begin(s->db, out, e)
	                       : db_look_begin(s->db, out, e);
}

enum err
store_record_ahead(struct store *s, struct arena *a,
    const struct record_id *id, struct record *out, struct error *e)
{
	return is_ahead(s, id) ? fold_ahead(s, a, out, e)
	                       : store_record(s, a, id, out, e);
}

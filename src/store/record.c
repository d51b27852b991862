#include "store/internal.h"

#include <string.h>

enum err
record_no(
    struct txn *t, const struct record_id *id, uint32_t *no, struct error *e)
{
	struct buf b = BUF_INIT;
	struct unpack u;
	enum err r;

	r = txn_get(t, DB_RECORD_IDS,
	    (struct str){ (const char *)id->b, sizeof id->b }, &b, e);
	if (r == OK) {
		unpack_begin(&u, buf_str(&b));
		*no = unpack_u32(&u);
		if (u.bad)
			r = error_set(
			    e, ERR_CORRUPT, N_("a record number is wrong"));
	}
	buf_release(&b);
	return r;
}

enum err
record_find(
    struct txn *t, const struct record_id *id, uint32_t *no, struct error *e)
{
	char text[RECORD_ID_TEXT];
	enum err r = record_no(t, id, no, e);

	if (r != ERR_NOTFOUND)
		return r;
	record_id_format(id, text);
	return error_set(e, ERR_NOTFOUND, N_("no record %s"), text);
}

enum err
record_places_get(struct txn *t, struct arena *a, uint32_t no,
    struct record_places *out, struct error *e)
{
	struct key_u32 k = key_u32(no);
	struct buf b = BUF_INIT;
	struct unpack u;
	uint64_t place = 0;
	enum err r;

	if ((r = txn_get(t, DB_RECORDS, KEY_STR(k), &b, e)) != OK) {
		if (r == ERR_NOTFOUND)
			r = error_set(
			    e, ERR_CORRUPT, N_("record %u is missing"), no);
		goto out;
	}
	unpack_begin(&u, buf_str(&b));
	unpack_bytes(&u, out->id.b, sizeof out->id.b);
	out->n = unpack_u32(&u);
	if (u.bad || out->n > b.n) {
		r = error_set(e, ERR_CORRUPT, N_("record %u is wrong"), no);
		goto out;
	}
	/* room for what the caller may add */
	out->place = arena_array(a, out->n + 1, sizeof *out->place);
	for (size_t i = 0; i < out->n; i++)
		out->place[i] = place += unpack_u64(&u);
	if (u.bad)
		r = error_set(e, ERR_CORRUPT, N_("record %u is wrong"), no);
out:
	buf_release(&b);
	return r;
}

enum err
record_places_put(struct txn *t, uint32_t no, const struct record_places *rec,
    struct error *e)
{
	struct key_u32 k = key_u32(no);
	struct buf b = BUF_INIT;
	uint64_t last = 0;
	enum err r;

	pack_bytes(&b, rec->id.b);
	pack_u64(&b, rec->n);
	for (size_t i = 0; i < rec->n; i++) {
		pack_u64(&b, rec->place[i] - last);
		last = rec->place[i];
	}
	r = txn_put(t, DB_RECORDS, KEY_STR(k), buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
event_at(struct txn *t, struct arena *a, uint64_t place, struct event *out,
    struct event_id *id, struct str *bytes, struct error *e)
{
	struct key_u64 k = key_u64(place);
	struct buf b = BUF_INIT;
	struct str text;
	enum err r;

	r = txn_get(t, DB_EVENTS, KEY_STR(k), &b, e);
	if (r == ERR_NOTFOUND)
		r = error_set(e, ERR_CORRUPT, N_("event %llu is missing"),
		    (unsigned long long)place);
	if (r == OK) {
		text = arena_str_dup(a, buf_str(&b));
		if (id != NULL)
			event_id_of(id, text);
		if (bytes != NULL)
			*bytes = text;
		r = event_decode(a, text, out, e);
	}
	buf_release(&b);
	return r;
}

enum err
event_put(struct store *s, struct txn *t, struct str bytes, struct error *e)
{
	struct key_u64 k = key_u64(s->num.places);
	enum err r = txn_put(t, DB_EVENTS, KEY_STR(k), bytes, e);

	if (r == OK)
		s->num.places++;
	return r;
}

enum err
record_events(struct store *s, struct txn *t, struct arena *a, uint32_t no,
    struct fold_event **out, size_t *n, struct error *e)
{
	struct record_places rec;
	struct fold_event *events;
	struct event *ev;
	enum err r;

	if ((r = record_places_get(t, a, no, &rec, e)) != OK)
		return r;
	events = arena_array(a, rec.n, sizeof *events);
	ev = arena_array(a, rec.n, sizeof *ev);
	for (size_t i = 0; i < rec.n; i++) {
		const struct feed *f;

		r = event_at(t, a, rec.place[i], &ev[i], &events[i].id, NULL,
		    e);
		if (r != OK)
			return r;
		f = feed_get(s, &ev[i].feed);
		events[i].event = &ev[i];
		events[i].waits = f == NULL || !f->known;
		if (!events[i].waits)
			events[i].role = f->role;
	}
	*out = events;
	*n = rec.n;
	return OK;
}

enum err
record_fold(struct store *s, struct txn *t, struct arena *a, uint32_t no,
    struct fold_event **events, struct record *out, struct error *e)
{
	struct fold_event *list;
	size_t n;
	enum err r;

	if ((r = record_events(s, t, a, no, &list, &n, e)) != OK)
		return r;
	fold_record(
	    a, list, n, s->options.rules, s->options.rules_ctx, out);
	/* the graph sorts copies of pointers; the list keeps its order */
	out->n_events = n;
	if (events != NULL)
		*events = list;
	return OK;
}

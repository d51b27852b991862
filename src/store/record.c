#include "store/store_impl.h"

#include <string.h>

enum err
record_find(struct store *s, struct txn *t, const struct record_id *id,
    struct record_at *out, struct error *e)
{
	char text[RECORD_ID_TEXT];
	enum err r;

	out->id = *join_root(s, id);
	if ((r = record_no(s, t, &out->id, &out->no, e)) != ERR_NOTFOUND)
		return r;
	record_id_format(id, text);
	return error_set(e, ERR_NOTFOUND, N_("no record %s"), text);
}

static bool
unpack_places(struct unpack *u, struct arena *a, struct record_places *out)
{
	uint64_t place = 0;

	unpack_bytes(u, out->id.b, sizeof out->id.b);
	out->n = unpack_u32(u);
	if (u->bad || out->n > (size_t)(u->end - u->p))
		return false;
	out->place = arena_array(a, out->n, sizeof *out->place);
	for (size_t i = 0; i < out->n; i++)
		out->place[i] = place += unpack_u64(u);
	return !u->bad;
}

enum err
record_page_get(struct txn *t, struct arena *a, uint32_t page,
    struct record_places rec[STORE_PAGE_ROWS], size_t *n, struct error *e)
{
	struct key_u32 k = key_u32(page);
	struct buf b = BUF_INIT;
	struct unpack u;
	enum err r;

	*n = 0;
	r = txn_get(t, DB_RECORDS, KEY_STR(k), &b, e);
	if (r == ERR_NOTFOUND)
		r = OK;
	unpack_begin(&u, buf_str(&b));
	while (r == OK && u.p != u.end) {
		if (*n == STORE_PAGE_ROWS || !unpack_places(&u, a, &rec[*n]))
			r = error_set(e, ERR_CORRUPT,
			    N_("page %u of the records is wrong"), page);
		++*n;
	}
	buf_release(&b);
	return r;
}

enum err
record_page_put(struct txn *t, uint32_t page, const struct record_places *rec,
    size_t n, struct error *e)
{
	struct key_u32 k = key_u32(page);
	struct buf b = BUF_INIT;
	enum err r;

	for (size_t i = 0; i < n; i++) {
		uint64_t last = 0;

		pack_bytes(&b, rec[i].id.b);
		pack_u64(&b, rec[i].n);
		for (size_t j = 0; j < rec[i].n; j++) {
			pack_u64(&b, rec[i].place[j] - last);
			last = rec[i].place[j];
		}
	}
	r = txn_put(t, DB_RECORDS, KEY_STR(k), buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
record_places_get(struct txn *t, struct arena *a, uint32_t no,
    struct record_places *out, struct error *e)
{
	struct record_places page[STORE_PAGE_ROWS];
	size_t n;
	enum err r;

	r = record_page_get(t, a, no / STORE_PAGE_ROWS, page, &n, e);
	if (r != OK)
		return r;
	if (no % STORE_PAGE_ROWS >= n)
		return error_set(
		    e, ERR_CORRUPT, N_("record %u is missing"), no);
	*out = page[no % STORE_PAGE_ROWS];
	return OK;
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

void
event_expect(struct store *s, size_t n)
{
	struct fresh *f = &s->fresh;

	if (f->a == NULL)
		f->a = arena_new();
	f->list = arena_array(f->a, n, sizeof *f->list);
	f->cap = n;
}

static struct fresh_event *
fresh_next(struct fresh *f, uint64_t place)
{
	if (f->a == NULL)
		f->a = arena_new();
	if (f->n == 0)
		f->from = place;
	f->list = arena_grow(f->a, f->list, f->n, &f->cap, sizeof *f->list);
	return &f->list[f->n++];
}

enum err
event_put(struct store *s, struct txn *t, struct event *ev,
    struct event_id *id, struct error *e)
{
	struct key_u64 k = key_u64(s->num.places);
	struct fresh_event *fresh = fresh_next(&s->fresh, s->num.places);
	struct str bytes;
	enum err r;

	buf_clear(&s->fresh.bytes);
	event_encode(&s->fresh.bytes, ev);
	bytes = arena_str_dup(s->fresh.a, buf_str(&s->fresh.bytes));
	fresh->size = bytes.n;
	event_id_of(&fresh->id, bytes);
	if ((r = event_decode(s->fresh.a, bytes, &fresh->event, e)) != OK ||
	    (r = txn_put(t, DB_EVENTS, KEY_STR(k), bytes, e)) != OK)
		return r;
	*id = fresh->id;
	s->num.places++;
	return OK;
}

enum err
event_refresh(
    struct store *s, struct txn *t, uint64_t place, struct error *e)
{
	struct fresh_event *fresh = fresh_next(&s->fresh, place);
	struct str bytes = STR("");
	enum err r = event_at(t, s->fresh.a, place, &fresh->event, &fresh->id,
	    &bytes, e);

	fresh->size = bytes.n;
	return r;
}

void
event_forget(struct store *s)
{
	arena_free(s->fresh.a);
	buf_release(&s->fresh.bytes);
	memset(&s->fresh, 0, sizeof s->fresh);
}

void
record_event_role(const struct store *s, struct fold_event *ev)
{
	const struct feed *f = feed_get(s, &ev->event->feed);

	ev->waits = f == NULL || !f->known;
	if (!ev->waits)
		ev->role = f->role;
}

enum err
record_events(struct store *s, struct txn *t, struct arena *a,
    const struct record_places *rec, struct fold_event **out, struct error *e)
{
	struct fold_event *events = arena_array(a, rec->n, sizeof *events);
	enum err r;

	for (size_t i = 0; i < rec->n; i++) {
		uint64_t at = rec->place[i] - s->fresh.from;
		struct event *ev;

		if (rec->place[i] >= s->fresh.from && at < s->fresh.n) {
			events[i].event = &s->fresh.list[at].event;
			events[i].id = s->fresh.list[at].id;
		} else {
			events[i].event = ev = arena_new_of(a, struct event);
			r = event_at(t, a, rec->place[i], ev, &events[i].id,
			    NULL, e);
			if (r != OK)
				return r;
		}
		record_event_role(s, &events[i]);
	}
	*out = events;
	return OK;
}

/* The same of the record with this number. */
static enum err
numbered_events(struct store *s, struct txn *t, struct arena *a, uint32_t no,
    struct fold_event **out, size_t *n, struct error *e)
{
	struct record_places rec;
	enum err r = record_places_get(t, a, no, &rec, e);

	*n = r == OK ? rec.n : 0;
	return r == OK ? record_events(s, t, a, &rec, out, e) : r;
}

enum err
record_all_events(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, struct fold_event **out, size_t *n,
    struct error *e)
{
	struct record_id *members;
	struct fold_event *more;
	size_t count, cap = 0, k;
	uint32_t no;
	enum err r = OK;

	*out = NULL;
	*n = 0;
	if (join_get(s, &at->id) == NULL)
		return numbered_events(s, t, a, at->no, out, n, e);
	members = join_members(s, a, &at->id, &count);
	for (size_t i = 0; r == OK && i < count; i++) {
		if ((r = record_no(s, t, &members[i], &no, e)) != OK ||
		    (r = numbered_events(s, t, a, no, &more, &k, e)) != OK)
			break;
		for (size_t j = 0; j < k; j++) {
			*out = arena_grow(a, *out, *n, &cap, sizeof **out);
			(*out)[(*n)++] = more[j];
		}
	}
	return r;
}

static const char *
no_effect(enum join_said said)
{
	switch (said) {
	case JOIN_ABSENT:
		return N_("the other record is not here");
	case JOIN_FORMS:
		return N_("records of different forms are not merged");
	case JOIN_SCOPES:
		return N_("records of different communes are not merged");
	case JOIN_NOTHING:
	case JOIN_SAME:
	case JOIN_APART:
	default:
		return NULL;
	}
}

/* Links that hold, but not between these records, are listed. */
static void
list_refused_links(const struct store *s, struct arena *a, struct record *out)
{
	size_t cap = out->n_refused;

	for (size_t i = 0; i < out->n_registers; i++) {
		const struct fold_register *reg = &out->registers[i];
		struct record_id low, high;
		const char *why;

		if (!fold_is_link(reg->name, &low, &high) ||
		    (why = no_effect(join_between(s, &high, &low))) == NULL)
			continue;
		out->refused = arena_grow(a, out->refused, out->n_refused,
		    &cap, sizeof *out->refused);
		out->refused[out->n_refused++] = (struct fold_refusal){
			reg->heads[reg->shown].event, reg->name, why
		};
	}
}

void
record_fold_events(struct store *s, struct arena *a, const struct record_id *id,
    struct fold_event *list, size_t n, struct record *out)
{
	fold_record(
	    a, list, n, s->options.rules, s->options.rules_ctx, out);
	if (join_get(s, id) != NULL)
		list_refused_links(s, a, out);
	/* the graph sorts copies of pointers; the list keeps its order */
	out->n_events = n;
}

enum err
record_fold(struct store *s, struct txn *t, struct arena *a,
    const struct record_at *at, struct fold_event **events,
    struct record *out, struct error *e)
{
	struct fold_event *list;
	size_t n;
	enum err r;

	if ((r = record_all_events(s, t, a, at, &list, &n, e)) != OK)
		return r;
	record_fold_events(s, a, &at->id, list, n, out);
	if (events != NULL)
		*events = list;
	return OK;
}

#include "store/index.h"
#include "store/mutant.h"

#include <stdlib.h>
#include <string.h>

static int
by_feed(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->feed != y->feed)
		return x->feed < y->feed ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return memcmp(x->id.b, y->id.b, sizeof x->id.b);
}

/* The first event of a feed gives it its role; what came before waited. */
static enum err
take_opening(struct stage *st, struct feed *f, const struct item *it,
    struct error *e)
{
	struct store_feed said;
	struct event ev;
	size_t first, n;
	enum err r;

	if (it->seq != 1)
		return OK;
	if ((r = event_at(st->t, st->a, it->place, &ev, NULL, NULL, e)) != OK)
		return r;
	if (feed_opening(&ev, &said, NULL) != OK)
		return OK;
	feed_known(st->s, f, &said);
	for (uint64_t seq = 2; seq <= f->pub.top; seq++) {
		if ((r = chain_at(&st->chain, f->no, seq, &first, &n, e)) != OK)
			return r;
		while (n-- > 0) {
			uint64_t place = st->chain.entry[first++].place;
			uint32_t no;

			r = event_at(
			    st->t, st->a, place, &ev, NULL, NULL, e);
			if (r != OK)
				return r;
			if (!ev.has_record)
				continue;
			r = record_no(st->s, st->t, &ev.record, &no, e);
			if (r == ERR_NOTFOUND)
				continue; /* new in this stage */
			if (r != OK)
				return r;
			st->again = arena_grow(st->a, st->again, st->n_again,
			    &st->cap_again, sizeof *st->again);
			st->again[st->n_again++] =
			    (struct record_at){ no, ev.record };
		}
	}
	return OK;
}

static void
mark_forked(struct feed *f)
{
	f->pub.forked = !MUTANT(NOFORK);
}

/* Is there an event at seq - 1, and is one of them the one before it? */
static enum err
look_back(struct stage *st, const struct item *it, bool *any, bool *joined,
    struct error *e)
{
	size_t first, n;
	enum err r;

	*any = it->seq == 1;
	*joined = it->seq == 1;
	r = chain_at(&st->chain, it->feed, it->seq - 1, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++) {
		*any = true;
		if (memcmp(st->chain.entry[first + i].id.b, it->prev.b,
		        sizeof it->prev.b) == 0 ||
		    MUTANT(NOCHAIN))
			*joined = true;
	}
	return r;
}

/* Those after it came first: which of them are linked to it? */
static enum err
look_ahead(struct stage *st, struct feed *f, const struct item *it,
    struct error *e)
{
	struct event ev;
	size_t first, n;
	enum err r;

	if (it->seq >= f->pub.top)
		return OK;
	r = chain_at(&st->chain, it->feed, it->seq + 1, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++) {
		struct chain_entry *next = &st->chain.entry[first + i];

		if (next->joined)
			continue;
		r = event_at(st->t, st->a, next->place, &ev, NULL, NULL, e);
		if (r != OK)
			break;
		if (memcmp(ev.prev.b, it->id.b, sizeof it->id.b) == 0 ||
		    MUTANT(NOCHAIN)) {
			next->joined = true;
			st->chain.dirty = true;
		} else {
			mark_forked(f);
		}
	}
	return r;
}

/* An event that we have already lies at two places: the later goes. */
static enum err
drop_double(struct stage *st, struct item *it, struct error *e)
{
	struct key_u64 k = key_u64(it->place);

	it->dropped = true;
	return txn_del(st->t, DB_EVENTS, KEY_STR(k), e);
}

static enum err
chain_item(struct stage *st, struct feed *f, struct item *it, struct error *e)
{
	struct chain_entry entry = {
		.seq = it->seq, .place = it->place, .size = it->size, .id = it->id
	};
	bool any, fork;
	size_t first, n;
	enum err r;

	r = chain_at(&st->chain, it->feed, it->seq, &first, &n, e);
	for (size_t i = 0; r == OK && i < n; i++)
		if (memcmp(st->chain.entry[first + i].id.b, it->id.b,
		        sizeof it->id.b) == 0 ||
		    MUTANT(FEEDSEQ))
			return drop_double(st, it, e);
	fork = n > 0;
	if (r == OK && fork && MUTANT(GONE)) {
		entry.joined = true;
		st->chain.entry[first] = entry;
		st->chain.dirty = true;
		return OK;
	}
	if (r != OK || (r = look_back(st, it, &any, &entry.joined, e)) != OK)
		return r;
	if (fork || (any && !entry.joined))
		mark_forked(f);
	if ((r = take_opening(st, f, it, e)) != OK ||
	    (r = look_ahead(st, f, it, e)) != OK ||
	    (r = chain_add(&st->chain, it->feed, &entry, e)) != OK)
		return r;
	if (it->seq > f->pub.top)
		f->pub.top = it->seq;
	if (fork && f->pub.linked >= it->seq)
		f->pub.linked = it->seq - 1;
	return OK;
}

/* From the first gap to the last that is filled, whichever they are. */
static void
mark_waiting(struct store *s, struct store_feed *p)
{
	if (p->forked || p->linked == p->top)
		p->waits_since = (struct date){ .precision = DATE_NONE };
	else if (p->waits_since.precision == DATE_NONE)
		p->waits_since = day_today(s);
}

/* The longest prefix of single, joined entries. */
static enum err
link_feed(struct stage *st, struct feed *f, struct error *e)
{
	size_t first, n;
	enum err r;

	if (f->pub.linked > 0) { /* a fork may have moved it back */
		r = chain_at(
		    &st->chain, f->no, f->pub.linked, &first, &n, e);
		if (r != OK)
			return r;
		if (n > 0)
			f->pub.head = st->chain.entry[first].id;
	} else {
		memset(&f->pub.head, 0, sizeof f->pub.head);
	}
	while (f->pub.linked < f->pub.top) {
		r = chain_at(
		    &st->chain, f->no, f->pub.linked + 1, &first, &n, e);
		if (r != OK)
			return r;
		if (n != 1 || !st->chain.entry[first].joined)
			break;
		f->pub.linked++;
		f->pub.head = st->chain.entry[first].id;
	}
	f->next_seq = f->pub.top + 1;
	f->last = f->pub.head;
	f->pub.closed |= f->pub.forked;
	mark_waiting(st->s, &f->pub);
	return feed_put(st->t, f, e);
}

enum err
index_chain(struct stage *st, struct error *e)
{
	enum err r;

	index_sort(st->item, st->n, sizeof *st->item, by_feed);
	for (size_t i = 0; i < st->n; i++) {
		struct feed *f = st->s->feed[st->item[i].feed];

		if ((r = chain_item(st, f, &st->item[i], e)) != OK)
			return r;
		if (i + 1 == st->n || st->item[i + 1].feed != f->no)
			if ((r = link_feed(st, f, e)) != OK)
				return r;
	}
	return chain_flush(&st->chain, e);
}

#include "handoff/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/coding.h"
#include "handoff/peer.h"

struct tail { /* of the feed being planned */
	uint64_t count, last, bytes;
	struct event_id id;
};

struct plan {
	struct store *s;
	struct arena *a;
	const struct bundle_self *self;
	const char *scope;
	struct store_ack *acks;
	size_t n_acks;
	struct store_feed *feeds;
	size_t n_feeds;
	bool feeds_read;
	/* Where the next part begins: feeds before are done, and so are the
	 * first `skip` events that the store gives of this one. */
	bool begun;
	struct feed_id start;
	uint64_t skip;
	struct feed_id next_start;
	uint64_t next_skip;
};

struct head { /* an event of a feed of ours that none comes after */
	uint64_t seq;
	struct event_id id;
};

struct walk { /* one way through the store's events */
	struct plan *p;
	struct plan_part *part;
	uint64_t max_bytes;
	size_t cap_feeds, cap_checkpoints;
	const struct store_feed *feed; /* current; NULL before the first */
	bool foreign;
	uint64_t given; /* events of the current feed that the store gave */
	uint64_t seq;
	struct tail tail, safe; /* all of it; up to a checkpoint */
	struct head *heads;     /* if the feed is forked and ours */
	size_t n_heads, cap_heads;
	struct checkpoints known;
	bool full;
	/* plan_each: */
	store_event_fn fn;
	void *ctx;
	size_t at;
	uint64_t sent_of_feed, sent;
	struct event_id last; /* of the line before */
	struct buf line;
};

struct plan *
plan_new(struct store *s, struct arena *a, const struct bundle_self *self,
    const char *scope, struct store_ack *acks, size_t n_acks)
{
	struct plan *p = calloc(1, sizeof *p);

	if (p == NULL)
		base_die("%s", _("out of memory"));
	p->s = s;
	p->a = a;
	p->self = self;
	p->scope = scope;
	p->n_acks = n_acks;
	p->acks = arena_array(a, n_acks + 1, sizeof *p->acks);
	if (n_acks > 0)
		memcpy(p->acks, acks, n_acks * sizeof *acks);
	return p;
}

void
plan_free(struct plan *p)
{
	free(p);
}

static const struct store_feed *
find_feed(const struct plan *p, const struct feed_id *id)
{
	for (size_t i = 0; i < p->n_feeds; i++)
		if (memcmp(&p->feeds[i].id, id, sizeof *id) == 0)
			return &p->feeds[i];
	return NULL;
}

static bool
is_current(const struct walk *w, const struct store_entry *at)
{
	return w->feed != NULL
	    && memcmp(&w->feed->id, &at->feed->id, sizeof w->feed->id) == 0;
}

/* Whether an earlier part had this event. */
static bool
is_behind(const struct walk *w)
{
	const struct plan *p = w->p;
	int r;

	if (!p->begun)
		return false;
	r = memcmp(&w->feed->id, &p->start, sizeof p->start);
	return r < 0 || (r == 0 && w->given <= p->skip);
}

/* Makes the event's feed the current one. */
static enum err
enter(struct walk *w, const struct feed_id *id, struct error *e)
{
	struct plan *p = w->p;

	w->feed = find_feed(p, id);
	if (w->feed == NULL)
		return error_set(e, ERR_CORRUPT,
		    N_("the store gave an event of a feed it does not list"));
	w->given = 0;
	memset(&w->tail, 0, sizeof w->tail);
	memset(&w->safe, 0, sizeof w->safe);
	w->foreign = memcmp(w->feed->sign_key, p->self->sign->public.key, 32)
	    != 0;
	w->known.n = w->n_heads = 0;
	return w->foreign ? checkpoints_load(p->s, p->a, id, &w->known, e)
	                  : OK;
}

static void
add_checkpoint(struct walk *w, struct str text)
{
	struct plan_part *part = w->part;

	part->checkpoints = arena_grow(w->p->a, part->checkpoints,
	    part->n_checkpoints, &w->cap_checkpoints,
	    sizeof *part->checkpoints);
	part->checkpoints[part->n_checkpoints++] = text;
}

/* Of one chain the last one vouches for all; of a forked feed each branch has
 * its own. */
static void
pass_on_checkpoints(struct walk *w, const struct tail *t)
{
	for (size_t i = 0; i < w->known.n; i++)
		if (w->feed->forked ? w->known.c[i].seq <= t->last
		                    : memcmp(&w->known.c[i].id, &t->id,
		                          sizeof t->id)
		            == 0)
			add_checkpoint(w, w->known.text[i]);
}

static void
sign(struct walk *w, uint64_t seq, const struct event_id *id)
{
	add_checkpoint(w, str_of(checkpoint_make(w->p->a, w->p->self->sign,
	                      &w->feed->id, seq, id)));
}

/* Of a forked feed the end of every branch is signed: whoever wrote it, it is
 * ours, and perhaps only we can vouch for it. */
static void
sign_ends(struct walk *w, const struct tail *t)
{
	if (!w->feed->forked)
		sign(w, t->last, &t->id);
	for (size_t i = 0; i < w->n_heads; i++)
		sign(w, w->heads[i].seq, &w->heads[i].id);
}


static enum err
note_head(struct walk *w, const struct store_entry *at, struct error *e)
{
	struct event_id prev = { { 0 } };
	size_t kept = 0;
	struct str hex;
	enum err err;

	if ((err = event_prev(at->bytes, &hex, e)) != OK)
		return err;
	if (hex.p != NULL && !hex_decode(prev.b, sizeof prev.b, hex))
		return error_set(e, ERR_CORRUPT,
		    N_("an event of the store cannot be read"));
	for (size_t i = 0; i < w->n_heads; i++)
		if (memcmp(&w->heads[i].id, &prev, sizeof prev) != 0)
			w->heads[kept++] = w->heads[i];
	w->n_heads = kept;
	w->heads = arena_grow(w->p->a, w->heads, w->n_heads, &w->cap_heads,
	    sizeof *w->heads);
	w->heads[w->n_heads++] = (struct head){ at->seq, *at->id };
	return OK;
}

/* All that stands between its first and its last line hangs together: of such
 * a feed each line may leave out what the line before says. */
static bool
is_chain(const struct store_feed *f, const struct bag_feed *b)
{
	return !f->forked && b->count == b->last - b->first + 1;
}

/* The current feed's share of the part is settled. */
static void
leave(struct walk *w)
{
	const struct store_feed *f = w->feed;
	struct plan_part *part = w->part;
	const struct tail *t = w->foreign ? &w->safe : &w->tail;
	struct bag_feed *b;

	if (f == NULL || w->tail.count == 0)
		return;
	part->events -= w->tail.count - t->count;
	part->bytes -= w->tail.bytes - t->bytes;
	if (t->count == 0)
		return;
	part->feeds = arena_grow(w->p->a, part->feeds, part->n_feeds,
	    &w->cap_feeds, sizeof *part->feeds);
	b = &part->feeds[part->n_feeds];
	b->id = f->id;
	memcpy(b->unit, f->unit, sizeof b->unit);
	memcpy(b->device, f->device, sizeof b->device);
	memcpy(b->role, f->role, sizeof b->role);
	memcpy(b->scope, f->scope, sizeof b->scope);
	memcpy(b->key, f->sign_key, sizeof b->key);
	b->last = t->last;
	b->count = t->count;
	b->first = w->seq; /* set by count_event to the first one */
	b->head = t->id;
	if (is_chain(f, b))
		part->bytes -= (b->count - 1) * EVENT_PREV_TEXT;
	if (w->foreign) {
		pass_on_checkpoints(w, t);
	} else {
		sign_ends(w, t);
	}
	part->n_feeds++;
}

/* Up to a checkpoint of the owner the events are worth sending. */
static void
note_checkpoint(struct walk *w, const struct store_entry *at)
{
	for (size_t i = 0; i < w->known.n; i++)
		if (w->known.c[i].seq == at->seq
		    && memcmp(&w->known.c[i].id, at->id, sizeof *at->id) == 0)
			w->safe = w->tail;
}

static enum err
count_event(void *ctx, const struct store_entry *at, struct error *e)
{
	struct walk *w = ctx;
	struct plan_part *part = w->part;
	uint64_t size = at->size + 1; /* and its line end */
	enum err err;

	if (!is_current(w, at)) {
		leave(w);
		if ((err = enter(w, &at->feed->id, e)) != OK)
			return err;
	}
	w->given++;
	if (is_behind(w))
		return OK;
	if (part->events >= BUNDLE_EVENTS_MAX
	    || part->bytes + size > w->max_bytes
	    || part->n_feeds >= BAG_FEEDS_MAX) {
		w->full = true;
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	}
	part->events++;
	part->bytes += size;
	if (w->tail.count++ == 0)
		w->seq = at->seq;
	w->tail.last = at->seq;
	w->tail.bytes += size;
	w->tail.id = *at->id;
	if (w->foreign)
		note_checkpoint(w, at);
	else if (w->feed->forked)
		return note_head(w, at, e);
	return OK;
}

/* Where the part after this one begins. */
static void
set_next(struct walk *w)
{
	struct plan *p = w->p;
	const struct tail *t = w->foreign ? &w->safe : &w->tail;
	bool same = p->begun
	    && memcmp(&w->feed->id, &p->start, sizeof p->start) == 0;

	p->next_start = w->feed->id;
	p->next_skip = (same ? p->skip : 0) + t->count;
	if (w->part->events == 0 && t->count == 0)
		p->next_skip = UINT64_MAX; /* no checkpoint within reach */
}

enum err
plan_next(
    struct plan *p, uint64_t bytes, struct plan_part *out, struct error *e)
{
	struct walk w = { .p = p, .part = out, .max_bytes = bytes };
	struct error stop;
	enum err err;

	memset(out, 0, sizeof *out);
	if (!p->feeds_read) {
		err = store_feeds(
		    p->s, p->a, p->scope, &p->feeds, &p->n_feeds, e);
		if (err != OK)
			return err;
		p->feeds_read = true;
	}
	err = store_entries_beyond(p->s, p->scope, p->acks, p->n_acks, false,
	    count_event, &w, &stop);
	if (err == OK || w.full) {
		leave(&w);
		if (w.full)
			set_next(&w);
		out->more = w.full;
		err = OK;
	} else if (e != NULL) {
		*e = stop;
	}
	return err;
}

static enum err
give_line(struct walk *w, const struct store_entry *at, struct error *e)
{
	bool follows = w->sent_of_feed++ > 0
	    && is_chain(w->feed, &w->part->feeds[w->at]);
	enum err err;

	buf_clear(&w->line);
	err = event_line_put(
	    &w->line, at->bytes, follows ? &w->last : NULL, e);
	if (err != OK)
		return error_at(e, "%s/%s:%llu", w->feed->unit,
		    w->feed->device, (unsigned long long)at->seq);
	buf_addc(&w->line, '\n');
	w->last = *at->id;
	return w->fn(w->ctx, buf_str(&w->line), e);
}

static enum err
give_event(void *ctx, const struct store_entry *at, struct error *e)
{
	struct walk *w = ctx;
	const struct plan_part *part = w->part;
	const struct feed_id *id = &at->feed->id;
	enum err err;

	if (!is_current(w, at)) {
		w->feed = find_feed(w->p, id);
		w->given = w->sent_of_feed = 0;
		while (w->at < part->n_feeds
		    && memcmp(&part->feeds[w->at].id, id, sizeof *id) < 0)
			w->at++;
	}
	w->given++;
	if (w->feed == NULL || is_behind(w) || w->at >= part->n_feeds
	    || memcmp(&part->feeds[w->at].id, id, sizeof *id) != 0
	    || w->sent_of_feed >= part->feeds[w->at].count)
		return OK;
	w->sent++;
	if ((err = give_line(w, at, e)) != OK)
		return err;
	if (w->sent < part->events)
		return OK;
	w->full = true;
	return error_set(e, ERR_CANCELLED, N_("stopped"));
}

enum err
plan_each(struct plan *p, const struct plan_part *part, store_event_fn fn,
    void *ctx, struct error *e)
{
	struct plan_part copy = *part;
	struct walk w = { .p = p, .part = &copy, .fn = fn, .ctx = ctx };
	struct error stop;
	enum err err;

	if (part->events == 0)
		return OK;
	err = store_entries_beyond(p->s, p->scope, p->acks, p->n_acks, true,
	    give_event, &w, &stop);
	buf_release(&w.line);
	if (w.full)
		return OK;
	if (err == OK)
		err = error_set(&stop, ERR_CORRUPT,
		    N_("the store gave fewer events than before"));
	if (e != NULL)
		*e = stop;
	return err;
}

/* What was sent of a feed that is not forked counts as had: the store then
 * begins after it.  Of a forked feed it always gives all. */
void
plan_done(struct plan *p, const struct plan_part *part)
{
	const struct store_feed *f;
	size_t last = part->n_feeds - 1, i;

	if (!part->more)
		return;
	p->begun = true;
	p->start = p->next_start;
	p->skip = p->next_skip;
	if (part->n_feeds == 0
	    || memcmp(&part->feeds[last].id, &p->start, sizeof p->start) != 0)
		return;
	f = find_feed(p, &p->start);
	if (f == NULL || f->forked)
		return;
	for (i = 0; i < p->n_acks; i++)
		if (memcmp(&p->acks[i].feed, &p->start, sizeof p->start) == 0)
			break;
	if (i == p->n_acks) {
		/* room for one more was made; more need a new array */
		p->acks = memcpy(arena_array(p->a, p->n_acks + 2,
		                     sizeof *p->acks),
		    p->acks, p->n_acks * sizeof *p->acks);
		p->n_acks++;
	}
	p->acks[i].feed = p->start;
	p->acks[i].seq = part->feeds[last].last;
	p->acks[i].head = part->feeds[last].head;
	p->skip = 0;
}

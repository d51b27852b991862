#include "handoff/intake_impl.h"

#include <stdlib.h>
#include <string.h>

#include "handoff/peer.h"

static void
add_mark(struct intake *in, const struct checkpoint *c, struct str text,
    bool ours)
{
	in->mark = arena_grow(
	    in->a, in->mark, in->n_marks, &in->cap_marks, sizeof *in->mark);
	in->mark[in->n_marks++] = (struct mark){ .c = *c,
		.text = text,
		.ours = ours,
		.link = NO_LINK };
}

static int
by_place(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int r = memcmp(&x->c.feed, &y->c.feed, sizeof x->c.feed);

	if (r != 0)
		return r;
	return x->c.seq < y->c.seq ? -1 : x->c.seq > y->c.seq;
}

enum err
intake_collect_marks(struct intake *in, struct error *e)
{
	const struct bag_head *h = in->head;
	struct checkpoints known;
	struct checkpoint c;
	enum err err;

	for (size_t i = 0; i < h->n_checkpoints; i++) {
		if (!checkpoint_parse(h->checkpoints[i], &c))
			return error_set(e, ERR_FORMAT,
			    N_("a checkpoint cannot be read"));
		add_mark(in, &c, h->checkpoints[i], false);
	}
	for (size_t i = 0; i < h->n_feeds; i++) {
		if (in->feed[i].own)
			continue;
		err = checkpoints_load(
		    in->s, in->a, &h->feeds[i].id, &known, e);
		if (err != OK)
			return err;
		for (size_t k = 0; k < known.n; k++)
			add_mark(in, &known.c[k], known.text[k], true);
	}
	if (in->n_marks > 0)
		qsort(in->mark, in->n_marks, sizeof *in->mark, by_place);
	for (size_t i = 0, k = 0; i < h->n_feeds; i++) {
		while (k < in->n_marks
		    && memcmp(&in->mark[k].c.feed, &h->feeds[i].id,
		           sizeof h->feeds[i].id)
		        < 0)
			k++;
		in->feed[i].next_mark = k;
	}
	return OK;
}

/* The link of its predecessor, if that is in the bag. */
static uint32_t
find_prev(struct intake *in, const struct event *ev)
{
	if (ev->seq != in->row.seq) {
		in->before = in->row;
		in->row.seq = ev->seq;
		in->row.n = 0;
	}
	if (!ev->has_prev || in->before.seq + 1 != ev->seq)
		return NO_LINK;
	for (size_t i = 0; i < in->before.n; i++)
		if (memcmp(&in->before.at[i].id, &ev->prev, sizeof ev->prev)
		    == 0)
			return in->before.at[i].link;
	return NO_LINK;
}

void
intake_add_link(struct intake *in, struct feed_in *feed)
{
	const struct event *ev = &in->event;
	struct link *grown;
	size_t cap;

	if (in->n_links == in->cap_links) {
		cap = in->cap_links == 0 ? 256 : in->cap_links * 2;
		grown = realloc(in->link, cap * sizeof *grown);
		if (grown == NULL)
			base_die("%s", _("out of memory"));
		in->link = grown;
		in->cap_links = cap;
	}
	if (feed->seen == 1)
		in->row.n = in->row.seq = 0;
	in->link[in->n_links] = (struct link){ find_prev(in, ev), false };
	if (ev->seq == 1)
		feed->opening = (uint32_t)in->n_links;
	if (in->row.n < BRANCHES_MAX) {
		in->row.at[in->row.n].id = in->last;
		in->row.at[in->row.n++].link = (uint32_t)in->n_links;
	}
	for (size_t k = feed->next_mark; k < in->n_marks; k++) {
		struct mark *m = &in->mark[k];

		if (memcmp(&m->c.feed, &ev->feed, sizeof ev->feed) != 0
		    || m->c.seq > ev->seq)
			break;
		if (m->c.seq < ev->seq)
			feed->next_mark = k + 1;
		else if (memcmp(&m->c.id, &in->last, sizeof in->last) == 0)
			m->link = (uint32_t)in->n_links;
	}
	in->n_links++;
}

/* Believes the events from the checkpoint down, link by link. */
static void
believe(struct intake *in, const struct mark *m)
{
	uint32_t i = m->link;

	while (i != NO_LINK && !in->link[i].believed) {
		in->link[i].believed = true;
		i = in->link[i].prev;
	}
}

/* Whose feed it is, from the bag's head or from the store. */
static const uint8_t *
find_key(const struct intake *in, const struct feed_id *id)
{
	const struct store_feed *known = intake_known(in, id);

	for (size_t i = 0; i < in->head->n_feeds; i++)
		if (memcmp(&in->feed[i].f->id, id, sizeof *id) == 0)
			return in->feed[i].f->key;
	return known == NULL ? NULL : known->sign_key;
}

enum err
intake_judge_mark(struct intake *in, struct mark *m, const struct trust *also,
    struct error *e)
{
	const uint8_t *key = find_key(in, &m->c.feed);
	const struct card *owner =
	    key == NULL ? NULL : intake_owner(in, also, key);

	if (!m->ours && owner == NULL)
		return OK;
	m->keep = !m->ours;
	if (m->keep && !checkpoint_holds(&m->c, &owner->sign))
		return error_set(e, ERR_SIGNATURE,
		    N_("the signature of a checkpoint of %s/%s does not hold"),
		    owner->unit, owner->device);
	believe(in, m);
	return OK;
}

/* Marks i .. end - 1 are of one feed. */
static enum err
remember_feed(struct intake *in, struct store_import *im, size_t i,
    size_t end, struct error *e)
{
	const struct feed_id *feed = &in->mark[i].c.feed;
	struct checkpoints list;
	bool changed = false;
	char name[48];
	enum err err;

	if ((err = checkpoints_load(in->s, in->a, feed, &list, e)) != OK)
		return err;
	checkpoint_setting(feed, name);
	for (; i < end; i++)
		if (in->mark[i].keep
		    && checkpoints_add(in->a, &list, &in->mark[i].c,
		        in->mark[i].text))
			changed = true;
	if (!changed)
		return OK;
	return store_import_meta(
	    im, name, checkpoints_format(in->a, &list), e);
}

enum err
intake_remember(
    struct intake *in, struct store_import *im, struct error *e)
{
	size_t end;
	enum err err;

	for (size_t i = 0; i < in->n_marks; i = end) {
		end = i + 1;
		while (end < in->n_marks
		    && memcmp(&in->mark[end].c.feed, &in->mark[i].c.feed,
		           sizeof in->mark[i].c.feed)
		        == 0)
			end++;
		if ((err = remember_feed(in, im, i, end, e)) != OK)
			return err;
	}
	return OK;
}

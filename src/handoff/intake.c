#include "handoff/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/coding.h"
#include "handoff/peer.h"

#define BRANCHES_MAX 64 /* of a forked feed that are followed */
#define NO_LINK UINT32_MAX

struct feed_in {
	const struct bag_feed *f;
	const struct store_feed *known; /* NULL if new here */
	bool own;                       /* of the sender */
	bool opened;                    /* its first event is in the bag */
	uint32_t opening;               /* its link, if passed on */
	const char *reason;             /* why all of it is set aside */
	uint64_t seen, last;
	size_t next_mark; /* first mark not passed yet */
};
/* An event passed on: 8 bytes, as there may be 200,000. */
struct link {
	uint32_t prev; /* the link of its predecessor */
	bool believed;
};
/* A checkpoint, and the link of the event it names. */
struct mark {
	struct checkpoint c;
	struct str text;
	bool ours; /* from the store: its signature was checked then */
	bool keep; /* from the bag, and its signature holds */
	uint32_t link;
};
/* The events at one place of the feed, to find the next ones' predecessor. */
struct row {
	uint64_t seq;
	size_t n;
	struct {
		struct event_id id;
		uint32_t link;
	} at[BRANCHES_MAX];
};

struct intake {
	struct arena *a, *scratch;
	struct store *s;
	const struct bundle_self *self;
	const struct card *sender;
	const struct bag_head *head;
	struct store_feed *known;
	size_t n_known;
	struct feed_in *feed;
	size_t at; /* feed that the next event is of */
	struct link *link;
	size_t n_links, cap_links;
	struct row before, row;
	struct mark *mark; /* by feed, then place */
	size_t n_marks, cap_marks;
	uint64_t events, newer;
	size_t next_link; /* second pass */
	char from[32], to[32];
};

struct intake *
intake_new(struct arena *a, struct store *s, const struct bundle_self *self,
    const struct card *sender)
{
	struct intake *in = calloc(1, sizeof *in);

	if (in == NULL)
		base_die("%s", _("out of memory"));
	in->a = a;
	in->scratch = arena_new();
	in->s = s;
	in->self = self;
	in->sender = sender;
	return in;
}

void
intake_free(struct intake *in)
{
	if (in == NULL)
		return;
	arena_free(in->scratch);
	free(in->link);
	free(in);
}

static const struct store_feed *
find_known(const struct intake *in, const struct feed_id *id)
{
	size_t low = 0, high = in->n_known, mid;
	int r;

	while (low < high) {
		mid = low + (high - low) / 2;
		r = memcmp(&in->known[mid].id, id, sizeof *id);
		if (r == 0)
			return &in->known[mid];
		if (r < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* A commune has and gets its own scope only. */
static bool
scope_allowed(const struct intake *in, const char *scope)
{
	if (strcmp(in->sender->role, "commune") == 0)
		return strcmp(scope, in->sender->unit) == 0;
	if (strcmp(in->self->card->role, "commune") == 0)
		return strcmp(scope, in->self->card->unit) == 0;
	return true;
}

static bool
card_claims(const struct card *c, const struct bag_feed *f)
{
	return strcmp(c->unit, f->unit) == 0
	    && strcmp(c->device, f->device) == 0
	    && strcmp(c->role, f->role) == 0;
}

static enum err
take_feed(struct intake *in, struct feed_in *feed, const struct bag_feed *f,
    struct error *e)
{
	const struct store_feed *k = find_known(in, &f->id);

	feed->f = f;
	if (k != NULL && k->unit[0] == '\0')
		k = NULL; /* events without their beginning say no owner */
	feed->known = k;
	feed->opening = NO_LINK;
	feed->own = memcmp(f->key, in->sender->sign.key, sizeof f->key) == 0;
	if (!scope_allowed(in, f->scope)
	    || (strcmp(f->role, "commune") == 0
	        && strcmp(f->unit, f->scope) != 0))
		return error_set(e, ERR_TRUST,
		    N_("%s/%s may not send records of %s"), in->sender->unit,
		    in->sender->device, f->scope);
	if (feed->own && !card_claims(in->sender, f))
		return error_set(e, ERR_TRUST,
		    N_("the sender writes as %s/%s, which it is not"),
		    f->unit, f->device);
	if (k != NULL
	    && (memcmp(k->sign_key, f->key, sizeof f->key) != 0
	        || strcmp(k->unit, f->unit) != 0
	        || strcmp(k->device, f->device) != 0
	        || strcmp(k->role, f->role) != 0
	        || strcmp(k->scope, f->scope) != 0))
		return error_set(e, ERR_TRUST,
		    N_("the bundle names another owner for events of %s/%s"),
		    k->unit, k->device);
	return OK;
}

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

/* The checkpoints that the bag brings, and for feeds of others those that
 * this store knows. */
static enum err
collect_marks(struct intake *in, struct error *e)
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

enum err
intake_head(struct intake *in, const struct bag_head *head, struct error *e)
{
	enum err err;

	in->head = head;
	err = store_feeds(in->s, in->a, NULL, &in->known, &in->n_known, e);
	if (err != OK)
		return err;
	in->feed = arena_array(in->a, head->n_feeds, sizeof *in->feed);
	for (size_t i = 0; i < head->n_feeds; i++) {
		err = take_feed(in, &in->feed[i], &head->feeds[i], e);
		if (err != OK)
			return err;
	}
	return collect_marks(in, e);
}

/* The text of a plain string in `set`. */
static bool
set_text(const struct event *ev, const char *path, struct str *out)
{
	for (size_t i = 0; i < ev->n_set; i++) {
		const struct str json = ev->set[i].json;

		if (!str_is(ev->set[i].path, path))
			continue;
		if (json.n < 2 || json.p[0] != '"')
			return false;
		*out = (struct str){ json.p + 1, json.n - 2 };
		return true;
	}
	return false;
}

static bool
set_says(const struct event *ev, const char *path, const char *want)
{
	struct str v;

	return set_text(ev, path, &v) && str_is(v, want);
}

/* The first event says whose the feed is; the feed's name binds it to the
 * key, and what the bag's head says must be the same. */
static enum err
check_open(const struct feed_in *feed, const struct event *ev, struct error *e)
{
	const struct bag_feed *f = feed->f;
	struct minisign_public key;
	struct feed_id id;
	uint8_t nonce[16];
	struct str v;

	if (ev->act != EVENT_OPEN)
		return error_set(e, ERR_FORMAT,
		    N_("a feed does not begin with its opening"));
	if (!set_text(ev, "key", &v) || !minisign_public_parse(v, &key)
	    || !set_text(ev, "nonce", &v)
	    || !hex_decode(nonce, sizeof nonce, v))
		return error_set(e, ERR_FORMAT,
		    N_("the opening of a feed cannot be read"));
	feed_id_make(&id, key.key, nonce);
	if (memcmp(&id, &f->id, sizeof id) != 0
	    || memcmp(key.key, f->key, sizeof key.key) != 0
	    || !set_says(ev, "unit", f->unit)
	    || !set_says(ev, "device", f->device)
	    || !set_says(ev, "role", f->role)
	    || !set_says(ev, "scope", f->scope))
		return error_set(e, ERR_TRUST,
		    N_("the bundle names another owner for events of %s/%s"),
		    f->unit, f->device);
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

static void
add_link(struct intake *in, struct feed_in *feed, struct str bytes,
    const struct event *ev)
{
	struct link *grown;
	struct event_id id;
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
	event_id_of(&id, bytes);
	in->link[in->n_links] = (struct link){ find_prev(in, ev), false };
	if (ev->seq == 1)
		feed->opening = (uint32_t)in->n_links;
	if (in->row.n < BRANCHES_MAX) {
		in->row.at[in->row.n].id = id;
		in->row.at[in->row.n++].link = (uint32_t)in->n_links;
	}
	for (size_t k = feed->next_mark; k < in->n_marks; k++) {
		struct mark *m = &in->mark[k];

		if (memcmp(&m->c.feed, &ev->feed, sizeof ev->feed) != 0
		    || m->c.seq > ev->seq)
			break;
		if (m->c.seq < ev->seq)
			feed->next_mark = k + 1;
		else if (memcmp(&m->c.id, &id, sizeof id) == 0)
			m->link = (uint32_t)in->n_links;
	}
	in->n_links++;
}

static void
note_time(struct intake *in, struct str at)
{
	char text[32];

	if (at.n == 0 || at.n >= sizeof text)
		return;
	memcpy(text, at.p, at.n);
	text[at.n] = '\0';
	if (in->from[0] == '\0' || strcmp(text, in->from) < 0)
		memcpy(in->from, text, sizeof text);
	if (strcmp(text, in->to) > 0)
		memcpy(in->to, text, sizeof text);
}

/* The feed this event is of: the current one, or the next when that one is
 * complete. */
static struct feed_in *
place(struct intake *in, const struct event *ev)
{
	struct feed_in *feed;

	if (in->at < in->head->n_feeds
	    && in->feed[in->at].seen == in->feed[in->at].f->count)
		in->at++;
	if (in->at >= in->head->n_feeds)
		return NULL;
	feed = &in->feed[in->at];
	if (memcmp(&feed->f->id, &ev->feed, sizeof ev->feed) != 0
	    || ev->seq < feed->f->first || ev->seq > feed->f->last
	    || ev->seq < feed->last)
		return NULL;
	return feed;
}

enum err
intake_event(struct intake *in, struct str bytes, struct error *e)
{
	struct feed_in *feed;
	struct event ev;
	enum err err;

	in->events++;
	arena_reset(in->scratch);
	if ((err = event_decode(in->scratch, bytes, &ev, e)) != OK) {
		error_at(e, "events.ndjson:%llu",
		    (unsigned long long)in->events);
		return err;
	}
	if ((feed = place(in, &ev)) == NULL)
		return error_set(e, ERR_FORMAT,
		    N_("event %llu is not one that the bundle's head "
		       "announces"), (unsigned long long)in->events);
	feed->seen++;
	feed->last = ev.seq;
	in->newer += ev.act == EVENT_UNKNOWN;
	if (ev.version > EVENT_VERSION) {
		if (ev.seq == 1 && feed->known == NULL)
			return error_set(e, ERR_VERSION,
			    N_("a feed was opened by a newer program"));
	} else if (ev.seq == 1) {
		if ((err = check_open(feed, &ev, e)) != OK)
			return err;
		feed->opened = true;
	} else if (ev.act == EVENT_OPEN) {
		return error_set(e, ERR_FORMAT,
		    N_("a feed is opened in its middle"));
	}
	if (ev.version <= EVENT_VERSION)
		note_time(in, ev.at);
	if (!feed->own)
		add_link(in, feed, bytes, &ev);
	return OK;
}

/* The card of whoever holds the key, from all that is trusted. */
static const struct card *
find_owner(const struct intake *in, const struct trust *also,
    const uint8_t key[32])
{
	const struct trusted *t;

	if (memcmp(in->self->card->sign.key, key, 32) == 0)
		return in->self->card;
	t = trust_by_sign_key(in->self->trust, key);
	if (t == NULL && also != NULL)
		t = trust_by_sign_key(also, key);
	return t == NULL ? NULL : &t->card;
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
	const struct store_feed *known = find_known(in, id);

	for (size_t i = 0; i < in->head->n_feeds; i++)
		if (memcmp(&in->feed[i].f->id, id, sizeof *id) == 0)
			return in->feed[i].f->key;
	return known == NULL ? NULL : known->sign_key;
}

/* A mark of nobody we know says nothing; a false one ends the import. */
static enum err
judge_mark(struct intake *in, struct mark *m, const struct trust *also,
    struct error *e)
{
	const uint8_t *key = find_key(in, &m->c.feed);
	const struct card *owner =
	    key == NULL ? NULL : find_owner(in, also, key);

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

static enum err
judge_feed(struct intake *in, struct feed_in *feed, const struct trust *also,
    struct error *e)
{
	const struct card *owner;

	if (feed->seen != feed->f->count)
		return error_set(e, ERR_FORMAT,
		    N_("there are fewer events than the header says"));
	if (feed->own) {
		if (feed->known == NULL && !feed->opened)
			return error_set(e, ERR_REFUSED,
			    N_("an earlier bundle of %s/%s must be taken in "
			       "before this one"), feed->f->unit,
			    feed->f->device);
		return OK;
	}
	owner = find_owner(in, also, feed->f->key);
	if (owner == NULL || !card_claims(owner, feed->f))
		feed->reason = N_("its writer is not on the trust list");
	return OK;
}

/* A beginning that is there and not believed is set aside; the rest would
 * then stand here without an owner. */
static void
judge_opening(struct intake *in, struct feed_in *feed)
{
	if (feed->own || feed->known != NULL || feed->reason != NULL)
		return;
	if (feed->opening == NO_LINK || !in->link[feed->opening].believed)
		feed->reason = N_("the beginning of its feed is not here");
}

enum err
intake_judge(struct intake *in, const struct trust *also, struct error *e)
{
	const struct bag_head *h = in->head;
	enum err err;

	for (size_t i = 0; i < h->n_feeds; i++)
		if ((err = judge_feed(in, &in->feed[i], also, e)) != OK)
			return err;
	for (size_t i = 0; i < in->n_marks; i++)
		if ((err = judge_mark(in, &in->mark[i], also, e)) != OK)
			return err;
	in->at = 0;
	for (size_t i = 0; i < h->n_feeds; i++) {
		judge_opening(in, &in->feed[i]);
		in->feed[i].seen = 0;
	}
	return OK;
}

void
intake_verdict(struct intake *in, const char **reason)
{
	struct feed_in *feed = &in->feed[in->at];
	bool believed = true;

	if (feed->seen == feed->f->count)
		feed = &in->feed[++in->at];
	feed->seen++;
	*reason = feed->reason;
	if (!feed->own)
		believed = in->link[in->next_link++].believed;
	if (*reason == NULL && !believed)
		*reason = N_("its writer has not signed so far");
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

bool
intake_has_lost_events(const struct intake *in)
{
	const struct store_feed *k;

	for (size_t i = 0; i < in->head->n_acks; i++) {
		k = find_known(in, &in->head->acks[i].feed);
		if (k != NULL && k->own && in->head->acks[i].seq > k->linked)
			return true;
	}
	return false;
}

uint64_t
intake_newer(const struct intake *in)
{
	return in->newer;
}

void
intake_period(const struct intake *in, char from[32], char to[32])
{
	memcpy(from, in->from, sizeof in->from);
	memcpy(to, in->to, sizeof in->to);
}

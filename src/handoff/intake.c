#include "handoff/intake_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/coding.h"

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
	buf_release(&in->whole);
	free(in);
}

const struct store_feed *
intake_known(const struct intake *in, const struct feed_id *id)
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
	const struct store_feed *k = intake_known(in, &f->id);

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
	return intake_collect_marks(in, e);
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

/* The feed of the next line: the current one, or the next when that one is
 * complete. */
static struct feed_in *
current(struct intake *in)
{
	if (in->at < in->head->n_feeds
	    && in->feed[in->at].seen == in->feed[in->at].f->count)
		in->at++;
	return in->at < in->head->n_feeds ? &in->feed[in->at] : NULL;
}

static enum err
not_announced(const struct intake *in, struct error *e)
{
	return error_set(e, ERR_FORMAT,
	    N_("event %llu is not one that the bundle's head announces"),
	    (unsigned long long)in->events);
}

/* Is it where the head has it, and after the line before?  `follows`: it says
 * no predecessor of its own. */
static bool
in_place(const struct feed_in *feed, const struct event *ev, bool follows)
{
	const struct bag_feed *f = feed->f;

	if (memcmp(&f->id, &ev->feed, sizeof ev->feed) != 0)
		return false;
	if (follows && ev->seq != feed->last + 1)
		return false;
	if (feed->seen == 0 ? ev->seq != f->first : ev->seq < feed->last)
		return false;
	return feed->seen + 1 == f->count ? ev->seq == f->last
	                                  : ev->seq <= f->last;
}

/* A line of this feed; its id is in->last then.  With the last one the whole
 * feed must have come to what the head says. */
static enum err
read_line(struct intake *in, struct feed_in *feed, struct str line,
    struct str *bytes, struct error *e)
{
	const struct bag_feed *f = feed->f;
	struct event *ev = &in->event;
	enum err err;

	arena_reset(in->scratch);
	if ((err = event_line_whole(&in->whole, line,
	         feed->seen > 0 ? &in->last : NULL, bytes, e)) != OK
	    || (err = event_decode(in->scratch, *bytes, ev, e)) != OK) {
		error_at(e, "events.ndjson:%llu",
		    (unsigned long long)in->events);
		return err;
	}
	if (!in_place(feed, ev, bytes->p != line.p))
		return not_announced(in, e);
	event_id_of(&in->last, *bytes);
	feed->last = ev->seq;
	if (++feed->seen == f->count
	    && memcmp(&in->last, &f->head, sizeof f->head) != 0)
		return error_set(e, ERR_HASH,
		    N_("the events of %s/%s are not those that the bundle's "
		       "head names"), f->unit, f->device);
	return OK;
}

/* The sender's own are only counted: what is in the bag is its word. */
enum err
intake_line(struct intake *in, struct str line, struct error *e)
{
	struct feed_in *feed = current(in);
	struct str bytes;
	enum err err;

	in->events++;
	if (feed == NULL)
		return not_announced(in, e);
	if (feed->own) {
		feed->seen++;
		return OK;
	}
	if ((err = read_line(in, feed, line, &bytes, e)) == OK)
		intake_add_link(in, feed);
	return err;
}

const struct card *
intake_owner(const struct intake *in, const struct trust *also,
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

static enum err
judge_feed(struct intake *in, struct feed_in *feed, const struct trust *also,
    struct error *e)
{
	const struct card *owner;

	if (feed->seen != feed->f->count)
		return error_set(e, ERR_FORMAT,
		    N_("there are fewer events than the header says"));
	if (feed->own)
		return OK;
	owner = intake_owner(in, also, feed->f->key);
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
		if ((err = intake_judge_mark(in, &in->mark[i], also, e)) != OK)
			return err;
	for (size_t i = 0; i < h->n_feeds; i++) {
		judge_opening(in, &in->feed[i]);
		in->feed[i].seen = in->feed[i].last = 0;
	}
	in->at = 0;
	in->events = 0;
	return OK;
}

/* What must hold of an event of this feed wherever it stands. */
static enum err
check_event(struct intake *in, const struct feed_in *feed, struct error *e)
{
	const struct event *ev = &in->event;

	in->newer += ev->act == EVENT_UNKNOWN;
	if (feed->own && feed->known == NULL && feed->seen == 1
	    && ev->seq != 1)
		return error_set(e, ERR_REFUSED,
		    N_("an earlier bundle of %s/%s must be taken in before "
		       "this one; if it is lost, hand a bundle to them first: "
		       "the next of theirs then brings everything"),
		    feed->f->unit, feed->f->device);
	if (ev->version > EVENT_VERSION) {
		if (ev->seq == 1 && feed->known == NULL)
			return error_set(e, ERR_VERSION,
			    N_("a feed was opened by a newer program"));
		return OK;
	}
	note_time(in, ev->at);
	if (ev->seq == 1)
		return check_open(feed, ev, e);
	if (ev->act == EVENT_OPEN)
		return error_set(e, ERR_FORMAT,
		    N_("a feed is opened in its middle"));
	return OK;
}

/* Why it is not taken, or NULL. */
static const char *
verdict(struct intake *in, const struct feed_in *feed)
{
	bool believed = feed->own || in->link[in->next_link++].believed;

	if (feed->reason != NULL || believed)
		return feed->reason;
	return N_("its writer has not signed so far");
}

enum err
intake_take(struct intake *in, struct str line, struct intake_event *out,
    struct error *e)
{
	struct feed_in *feed = current(in);
	enum err err;

	in->events++;
	if (feed == NULL)
		return not_announced(in, e);
	if ((err = read_line(in, feed, line, &out->bytes, e)) != OK
	    || (err = check_event(in, feed, e)) != OK)
		return err;
	out->event = &in->event;
	out->id = &in->last;
	out->reason = verdict(in, feed);
	return OK;
}

bool
intake_has_lost_events(const struct intake *in)
{
	const struct store_feed *k;

	for (size_t i = 0; i < in->head->n_acks; i++) {
		k = intake_known(in, &in->head->acks[i].feed);
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

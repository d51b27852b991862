#include "store/import_impl.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ASIDE_MAX 1000 /* of which the reason is kept */


enum err
store_import_begin(struct store *s, const char *peer,
    struct store_import **out, struct error *e)
{
	struct store_import *im;

	(void)e;
	if (s->importing)
		BUG("an import inside an import");
	if ((im = calloc(1, sizeof *im)) == NULL)
		base_die("%s", _("out of memory"));
	im->s = s;
	im->a = arena_new();
	im->scratch = arena_new();
	im->peer = arena_strdup(im->a, peer);
	import_stage_begin(im);
	im->ahead = map_new(im->a);
	s->importing = true;
	*out = im;
	return OK;
}

enum err
store_import_set_aside(struct store_import *im, struct str bytes,
    const char *reason, struct error *e)
{
	struct store_set_aside *one;

	(void)e;
	im->counts.set_aside++;
	if (im->n_aside == ASIDE_MAX)
		return OK;
	im->aside = arena_grow(
	    im->a, im->aside, im->n_aside, &im->cap_aside, sizeof *im->aside);
	one = &im->aside[im->n_aside++];
	event_id_of(&one->id, bytes);
	one->reason = arena_strdup(im->a, reason);
	return OK;
}

static struct ahead *
ahead_of(struct store_import *im, const struct feed_id *id)
{
	struct str key = { (const char *)id->b, sizeof id->b };
	const struct feed *have;
	struct ahead *f;

	/* events come feed by feed */
	if (im->last != NULL && memcmp(&im->last->id, id, sizeof *id) == 0)
		return im->last;
	if ((f = map_get(im->ahead, key)) != NULL)
		return im->last = f;
	have = feed_get(im->s, id);
	if (have == NULL &&
	    im->s->num.feeds + map_count(im->ahead) >= STORE_FEEDS_MAX)
		return NULL;
	f = arena_new_of(im->a, struct ahead);
	f->id = *id;
	f->next = 1;
	if (have != NULL) {
		f->own = have->pub.own;
		f->stored = have->pub.top;
		f->known = f->has_role = have->known;
		f->role = have->role;
		snprintf(f->scope, sizeof f->scope, "%s", have->pub.scope);
		f->numbered = true;
		f->no = have->no;
		f->next = have->pub.linked + 1;
		f->last = have->pub.head;
	}
	map_put(im->ahead, key, f);
	return im->last = f;
}

static void
count_changed(struct store_import *im, const struct record_id *id)
{
	const struct directory *d = im->s->directory;
	struct directory_row row;
	size_t at;

	im->counts.records_changed++;
	if (d == NULL || !directory_find(d, id, &at))
		return;
	directory_get(d, at, &row);
	im->counts.records_decided += row.decided;
}

/* Is it in the store already? */
static enum err
look_up(struct store_import *im, const struct ahead *f, const struct event *ev,
    const struct event_id *id, bool *known, struct error *e)
{
	struct store_ack ack = { ev->feed, ev->seq, *id };
	struct chain chain;
	struct txn *t;
	enum err r;

	*known = ev->seq <= f->top && taken_has(&im->taken, id);
	if (*known || ev->seq > f->stored)
		return OK;
	if ((r = db_read_begin(im->s->db, &t, e)) != OK)
		return r;
	chain_begin(&chain, t);
	r = ack_is_ours(
	    &chain, feed_get(im->s, &ev->feed), &ack, known, e);
	chain_end(&chain);
	db_read_end(t);
	return r;
}

/* Its record, which is in the store or will be. */
static enum err
look_up_record(struct store_import *im, const struct event *ev,
    uint32_t *record, bool *first, struct error *e)
{
	const struct record_id *id = &ev->record;
	struct taken_record *rec;
	struct txn *t;
	enum err r = ERR_NOTFOUND;

	*record = taken_record(&im->taken, id, first);
	if (!*first)
		return OK;
	rec = &im->taken.record[*record];
	if (im->s->num.records > 0) {
		if ((r = db_read_begin(im->s->db, &t, e)) != OK)
			return r;
		im->ids.t = t;
		r = record_ids_get(&im->ids, im->s, id, &rec->no, e);
		db_read_end(t);
	}
	if (r == OK) {
		count_changed(im, id);
	} else if (r == ERR_NOTFOUND) {
		rec->is_new = true;
		rec->no = im->s->num.records + im->new_records++;
		im->counts.records_new++;
		import_note_name(im->s, im->a, ev, &im->names);
		r = OK;
	}
	return r;
}

/* What the new event will do, for the person to read. */
static void
foresee(struct store_import *im, struct ahead *f, const struct event *ev,
    const struct event_id *id)
{
	const struct store_options *o = &im->s->options;

	if (ev->seq == 1)
		f->known = true;
	if (f->own && ev->seq > f->stored)
		im->counts.restored_here = true;
	if (ev->seq < f->next ||
	    (ev->seq == f->next && ev->seq > 1 &&
	        memcmp(ev->prev.b, f->last.b, sizeof f->last.b) != 0)) {
		im->counts.forks++;
	} else if (ev->seq > f->next || !f->known ||
	    ev->act == EVENT_UNKNOWN ||
	    (ev->has_form &&
	        o->rules(o->rules_ctx, ev->form, ev->form_hash) == NULL)) {
		im->counts.waiting++;
	}
	if (ev->seq == f->next) {
		f->next++;
		f->last = *id;
	}
}

static void
take_opening(struct ahead *f, const struct store_feed *said)
{
	f->has_role = true;
	f->role = strcmp(said->role, "district") == 0 ? FOLD_DISTRICT
	                                              : FOLD_COMMUNE;
	memcpy(f->scope, said->scope, sizeof f->scope);
}

enum err
store_import_add(struct store_import *im, struct str bytes, struct error *e)
{
	struct event ev;
	struct event_id id;
	struct error why;

	arena_reset(im->scratch);
	if (event_decode(im->scratch, bytes, &ev, &why) != OK) {
		im->counts.events++;
		return store_import_set_aside(im, bytes, why.what, e);
	}
	event_id_of(&id, bytes);
	return store_import_take(im, &ev, &id, bytes, e);
}

enum err
store_import_take(struct store_import *im, const struct event *ev,
    const struct event_id *id, struct str bytes, struct error *e)
{
	struct store_feed said;
	struct error why;
	struct ahead *f;
	uint32_t record = TAKEN_NONE;
	bool known, first = false;
	enum err r;

	im->counts.events++;
	if (ev->act == EVENT_OPEN && feed_opening(ev, &said, &why) != OK)
		return store_import_set_aside(im, bytes, why.what, e);
	if ((f = ahead_of(im, &ev->feed)) == NULL)
		return store_import_set_aside(
		    im, bytes, N_("too many feeds"), e);
	if ((r = look_up(im, f, ev, id, &known, e)) != OK)
		return r;
	if (known) {
		im->counts.known++;
		return OK;
	}
	im->counts.fresh++;
	foresee(im, f, ev, id);
	if (ev->act == EVENT_OPEN)
		take_opening(f, &said);
	if (ev->has_record &&
	    (r = look_up_record(im, ev, &record, &first, e)) != OK)
		return r;
	return import_keep(im, f, ev, id, bytes, record, first, e);
}

enum err
store_import_meta(struct store_import *im, const char *name, struct str value,
    struct error *e)
{
	(void)e;
	im->meta = arena_grow(
	    im->a, im->meta, im->n_meta, &im->cap_meta, sizeof *im->meta);
	im->meta[im->n_meta].name = arena_strdup(im->a, name);
	im->meta[im->n_meta++].value = arena_str_dup(im->a, value);
	return OK;
}

void
store_import_counts(
    const struct store_import *im, struct store_import_counts *out)
{
	*out = im->counts;
}

size_t
store_import_names(
    const struct store_import *im, const struct store_import_name **out)
{
	*out = im->names.name;
	return im->names.n;
}

static enum err
put_asides(struct store_import *im, struct txn *t, struct error *e)
{
	char now[CLOCK_BUF];
	enum err r = OK;

	clock_now_text(now);
	for (size_t i = 0; r == OK && i < im->n_aside; i++) {
		struct key_u32 k = key_u32(im->s->num.refusals++);
		struct buf b = BUF_INIT;

		pack_bytes(&b, im->aside[i].id.b);
		pack_text(&b, im->peer);
		pack_text(&b, now);
		pack_text(&b, im->aside[i].reason);
		r = txn_put(t, DB_REFUSALS, KEY_STR(k), buf_str(&b), e);
		buf_release(&b);
	}
	return r;
}

struct switch_job {
	struct store_import *im;
	const struct store_ack *acks;
	size_t n;
	const struct store_bundle_note *note;
};

/* A peer that has more of a feed of ours than we: we are an older copy. */
static void
look_for_restore(struct switch_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		const struct feed *f = feed_get(job->im->s, &job->acks[i].feed);

		if (f != NULL && f->pub.own && job->acks[i].seq > f->pub.top)
			job->im->counts.restored_here = true;
	}
}

/*
 * The switch: the mark below which events exist moves over those that were
 * staged.  The tables that follow are brought up in this transaction, or, if
 * it would grow too large, after it, and before anything is shown.
 */
static enum err
switch_write(struct txn *t, void *ctx, struct error *e)
{
	struct switch_job *job = ctx;
	struct store_import *im = job->im;
	struct store *s = im->s;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK || (r = import_put_stage(im, t, e)) != OK)
		return r;
	look_for_restore(job);
	s->num.places = im->staged_to + im->n;
	if (s->num.places - s->num.derived <= STORE_STAGE_EVENTS)
		r = store_index(s, t, s->num.derived, s->num.places, e);
	for (size_t i = 0; r == OK && i < im->n_meta; i++)
		r = txn_put(t, DB_META, str_of(im->meta[i].name),
		    im->meta[i].value, e);
	if (r == OK)
		r = put_asides(im, t, e);
	if (r == OK && im->counts.restored_here)
		r = feeds_close_own(s, t, e);
	if (r == OK)
		r = peer_heard(
		    s, t, im->peer, job->note, job->acks, job->n, e);
	if (job->note != NULL)
		day_heard(s, job->note->day);
	if (r == OK && job->note != NULL)
		r = bundle_log_put(s, t, job->note, e);
	return r != OK ? r : state_put_numbers(s, t, e);
}

/* What was there to stage: memory that bringing the tables up can use. */
static void
forget_staged(struct store_import *im)
{
	im->s->taken = NULL;
	im->ahead = NULL;
	im->last = NULL;
	import_stage_release(im);
}

enum err
store_import_apply(struct store_import *im, const struct store_ack *peer_acks,
    size_t n, const struct store_bundle_note *note, struct error *e)
{
	struct switch_job job = { im, peer_acks, n, note };
	enum err r;

	im->s->taken = &im->taken;
	/* what is staged already was accounted for when it was written */
	r = store_commit(im->s, im->staged_to > im->s->num.places
	        ? STORE_STAGE_BYTES
	        : (im->n + 1) * 16 * 1024, switch_write, &job, e);
	if (r != OK) {
		im->s->taken = NULL;
		return r;
	}
	im->staged_to = im->s->num.places;
	import_forget_bytes(im);
	if (im->s->num.derived < im->s->num.places && im->taken.unordered)
		r = import_put_ids(im, e);
	if (r == OK)
		r = store_catch_up(im->s, NULL, NULL, e);
	forget_staged(im);
	if (r != OK)
		return r;
	return store_reload(im->s, e); /* what peers said, of new feeds too */
}

void
store_import_drop(struct store_import *im)
{
	if (im == NULL)
		return;
	/* what is not removed now is removed at the next start */
	if (im->staged_to > im->s->num.places)
		(void)!import_clean(im->s, NULL);
	im->s->importing = false;
	record_ids_end(&im->ids);
	forget_staged(im);
	arena_free(im->a);
	arena_free(im->scratch);
	free(im);
}

enum err
store_set_asides(struct store *s, struct arena *a,
    struct store_set_aside **out, size_t *n, struct error *e)
{
	struct txn *t;
	enum err r;

	*n = 0;
	*out = arena_array(a, s->num.refusals, sizeof **out);
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	for (uint32_t i = 0; r == OK && i < s->num.refusals; i++) {
		struct key_u32 k = key_u32(i);
		struct buf b = BUF_INIT;
		struct unpack u;

		r = txn_get(t, DB_REFUSALS, KEY_STR(k), &b, e);
		if (r == OK) {
			struct store_set_aside *one = &(*out)[(*n)++];

			unpack_begin(&u, buf_str(&b));
			unpack_bytes(&u, one->id.b, sizeof one->id.b);
			unpack_text(&u, one->peer, sizeof one->peer);
			unpack_text(&u, one->at, sizeof one->at);
			one->reason = arena_str(a, unpack_str(&u));
		} else if (r == ERR_NOTFOUND) {
			r = error_set(e, ERR_CORRUPT,
			    N_("refusal %u is missing"), i);
		}
		buf_release(&b);
	}
	db_read_end(t);
	return r;
}

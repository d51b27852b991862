#include "store/store_impl.h"

#include "store/fold_graph.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static enum fold_owner
own_role(const struct store *s)
{
	return strcmp(s->device.role, "district") == 0 ? FOLD_DISTRICT
	                                               : FOLD_COMMUNE;
}

struct job {
	struct store *s;
	struct arena *a;
	const struct store_write *w;
	size_t n;
	struct event_id *ids;
	bool bulk;
	bool more; /* the void just written has not seen all yet */
	char now[CLOCK_BUF]; /* of all that is written at once */
};

/* Ids of heads, each once. */
struct heads {
	struct arena *a;
	struct event_id *id;
	size_t n, cap;
};

static void
heads_add(struct heads *h, const struct fold_register *reg)
{
	for (size_t i = 0; i < reg->n_heads; i++) {
		size_t k = 0;

		while (k < h->n && memcmp(h->id[k].b, reg->heads[i].event.b,
		                       EVENT_ID_SIZE) != 0)
			k++;
		if (k < h->n)
			continue;
		h->id = arena_grow(h->a, h->id, h->n, &h->cap, sizeof *h->id);
		h->id[h->n++] = reg->heads[i].event;
	}
}

/* Does a head leave it blank, or give it a value? */
static bool
has_head(const struct fold_register *reg, bool blank)
{
	for (size_t i = 0; i < reg->n_heads; i++)
		if (str_is(reg->heads[i].json, "null") == blank)
			return true;
	return false;
}

/* To remove a row is to have seen what is in it, and to write into a removed
 * one, that it was. */
static bool
is_of_row(const struct event_set *set, const struct fold_register *reg)
{
	if (fold_is_row(set->path) && str_is(set->json, "null"))
		return fold_is_in_row(reg->name, set->path);
	return fold_is_in_row(set->path, reg->name) && has_head(reg, true);
}

/*
 * What a void must have seen: all heads, of `void` first.  If they are more
 * than an event can name, those that these have seen need no naming, and what
 * is still too much is for another event on top of this one.
 */
static void
heads_of_void(struct job *job, const struct fold_event *events,
    const struct record *rec, struct heads *h)
{
	struct fold_graph graph;
	size_t kept, n_void;

	for (size_t i = 0; i < rec->n_registers; i++)
		if (str_is(rec->registers[i].name, "void"))
			heads_add(h, &rec->registers[i]);
	n_void = kept = h->n;
	for (size_t i = 0; i < rec->n_registers; i++)
		heads_add(h, &rec->registers[i]);
	if (h->n <= EVENT_OVER_MAX)
		return;
	fold_graph_build(job->a, events, rec->n_events, &graph);
	for (size_t i = n_void; i < h->n; i++) {
		bool seen = false;

		for (size_t k = 0; k < n_void && !seen; k++)
			seen = fold_graph_saw(&graph, &h->id[k], &h->id[i]);
		if (!seen)
			h->id[kept++] = h->id[i];
	}
	job->more = kept > EVENT_OVER_MAX;
	h->n = job->more ? EVENT_OVER_MAX : kept;
}

/* Does anybody say that the record is void?  Not, whether it is shown as that:
 * which of two answers is shown hangs on their ids, and so on clocks (I10). */
static bool
says_void(const struct fold_register *reg)
{
	return str_is(reg->name, "void") && has_head(reg, false);
}

/*
 * The heads, as they are now, of what is written.  To void a record, or to
 * write to a void one, is to have seen all of it, or its being void.
 */
static enum err
heads_now(struct job *job, struct txn *t, const struct store_write *w,
    const struct fold_rules *rules, struct heads *out, struct error *e)
{
	struct fold_event *events;
	struct record rec;
	struct record_at at;
	enum err r;

	at.id = *join_root(job->s, &w->record);
	r = record_no(job->s, t, &at.id, &at.no, e);
	if (r == ERR_NOTFOUND)
		return OK;
	if (r != OK ||
	    (r = record_fold(job->s, t, job->a, &at, &events, &rec, e)) != OK)
		return r;
	if (w->act == EVENT_VOID) {
		heads_of_void(job, events, &rec, out);
		return OK;
	}
	for (size_t i = 0; i < rec.n_registers; i++) {
		const struct fold_register *reg = &rec.registers[i];
		bool wanted = says_void(reg);

		for (size_t k = 0; k < w->n_set && !wanted; k++) {
			struct str name;

			(void)fold_refuses(job->a, rules, w->act, &w->record,
			    &w->set[k], own_role(job->s), NULL, &name);
			wanted = str_eq(name, reg->name) ||
			    is_of_row(&w->set[k], reg);
		}
		if (wanted)
			heads_add(out, reg);
	}
	if (out->n > EVENT_OVER_MAX)
		return error_set(e, ERR_LIMIT,
		    N_("more than %d values to write over at once"),
		    EVENT_OVER_MAX);
	return OK;
}

static enum err
check_owner(struct job *job, const struct event *ev,
    const struct fold_rules *rules, struct error *e)
{
	size_t near = 0;

	for (size_t i = 0; i < ev->n_set; i++) {
		const struct event_set *set = &ev->set[i];
		struct str name;
		const char *why = fold_refuses(job->a, rules, ev->act,
		    &ev->record, set, own_role(job->s), &near, &name);

		if (why != NULL)
			return error_set(e, ERR_REFUSED, "%.*s: %s",
			    (int)set->path.n, set->path.p, _(why));
	}
	return OK;
}

/* What the event was made on top of. */
static enum err
find_over(struct job *job, struct txn *t, const struct store_write *w,
    struct event *ev, struct error *e)
{
	const struct fold_rules *rules;
	struct heads heads = { .a = job->a };
	enum err r;

	if (w->form == NULL || ev->act >= EVENT_NOTE) {
		if (w->n_set > 0)
			BUG("a note that sets something");
		return OK;
	}
	rules = job->s->options.rules(
	    job->s->options.rules_ctx, str_of(w->form), w->form_hash);
	if (rules == NULL)
		return error_set(e, ERR_REFUSED,
		    N_("form %s is not known in this version"), w->form);
	if ((r = check_owner(job, ev, rules, e)) != OK)
		return r;
	if (w->over == NULL) {
		r = heads_now(job, t, w, rules, &heads, e);
		ev->over = heads.id;
		ev->n_over = heads.n;
	} else if (w->n_over > EVENT_OVER_MAX) {
		r = error_set(e, ERR_LIMIT,
		    N_("more than %d values to write over at once"),
		    EVENT_OVER_MAX);
	} else {
		ev->over = arena_dup(
		    job->a, w->over, w->n_over * sizeof *w->over);
		ev->n_over = w->n_over;
	}
	return r;
}

static bool
is_null_id(const struct record_id *id)
{
	static const struct record_id null;

	return memcmp(id->b, null.b, sizeof null.b) == 0;
}

static void
fill_event(struct job *job, const struct store_write *w, const struct feed *f,
    struct event *ev)
{
	struct arena *a = job->a;

	memset(ev, 0, sizeof *ev);
	ev->act = w->act;
	ev->feed = f->pub.id;
	ev->seq = f->next_seq;
	ev->has_prev = true;
	ev->prev = f->last;
	ev->has_record = w->form != NULL && !is_null_id(&w->record);
	/* a write to a merged record is one to the record it is part of */
	ev->record = w->act == EVENT_MERGE ? w->record
	                                   : *join_root(job->s, &w->record);
	ev->has_form = w->form != NULL;
	if (ev->has_form) {
		ev->form = str_of(w->form);
		memcpy(ev->form_hash, w->form_hash, sizeof ev->form_hash);
	}
	ev->officer = str_of(w->officer);
	ev->at = str_of(job->now);
	ev->clock = str_of(w->clock == NULL ? day_word(job->s) : w->clock);
	ev->reason = str_of(w->reason);
	ev->n_set = w->n_set;
	ev->set = arena_dup(a, w->set, w->n_set * sizeof *w->set);
	event_sort_set(ev);
	ev->n_basis = w->n_basis;
	ev->basis = arena_dup(a, w->basis, w->n_basis * sizeof *w->basis);
}

/* Only the district decides. */
static enum err
find_basis(struct job *job, struct txn *t, const struct store_write *w,
    struct event *ev, struct error *e)
{
	const struct store *s = job->s;

	if (own_role(s) != FOLD_DISTRICT || w->form == NULL || w->n_set == 0)
		return OK;
	return basis_find(job->s, t, job->a,
	    s->options.rules(s->options.rules_ctx, ev->form, ev->form_hash),
	    ev, e);
}

static enum err
append_one(struct job *job, struct txn *t, const struct store_write *w,
    struct event_id *id, struct error *e)
{
	struct store *s = job->s;
	const char *scope = w->scope != NULL ? w->scope : s->device.unit;
	struct feed *f = feed_own(s, scope);
	struct event ev;
	enum err r = OK;

	job->more = false;
	if (f == NULL)
		r = feed_begin(s, t, scope, w->officer,
		    w->clock == NULL ? day_word(s) : w->clock, &f, e);
	if (r != OK)
		return r;
	fill_event(job, w, f, &ev);
	if ((r = find_over(job, t, w, &ev, e)) != OK)
		return r;
	if (ev.n_basis == 0 && (r = find_basis(job, t, w, &ev, e)) != OK)
		return r;
	if ((r = event_put(s, t, &ev, id, e)) == OK) {
		f->next_seq++;
		f->last = *id;
	}
	return r;
}

/* Each event is indexed before the next, which may be on top of it; those of
 * a bulk all together.  A void may take several, each on top of the one
 * before; the id is the last one's. */
static enum err
append_write(struct txn *t, void *ctx, struct error *e)
{
	struct job *job = ctx;
	struct store *s = job->s;
	enum err r;

	arena_reset(job->a);
	clock_now_text(job->now);
	if ((r = store_begin(s, t, e)) == OK)
		day_learn(s);
	if (r == OK && job->bulk)
		event_expect(s, job->n + 1); /* a feed may begin */
	for (size_t i = 0; r == OK && i < job->n; i += !job->more) {
		struct event_id id;

		r = append_one(job, t, &job->w[i], &id, e);
		if (r == OK && (!job->bulk || job->more || i + 1 == job->n))
			r = store_index(s, t, s->num.derived, s->num.places, e);
		if (r == OK && job->ids != NULL)
			job->ids[i] = id;
	}
	return r;
}

enum err
store_append(struct store *s, const struct store_write *w, size_t n,
    struct event_id *ids, struct error *e)
{
	struct job job = { .s = s, .a = arena_new(), .w = w, .n = n, .ids = ids };
	enum err r = OK;

	if (s->importing)
		BUG("an append during an import");
	if (n > 0)
		r = store_commit(s, n * 64 * 1024, append_write, &job, e);
	arena_free(job.a);
	return r;
}

static enum err
start_write(struct txn *t, void *ctx, struct error *e)
{
	struct job *job = ctx;
	enum err r = append_write(t, job, e);

	return r == OK ? ahead_show(job->s, t, e) : r;
}

enum err
store_append_start(struct store *s, const struct store_write *w, size_t n,
    struct error *e)
{
	struct job job = { .s = s, .a = arena_new(), .w = w, .n = n };
	enum err r;

	if (s->importing || n == 0)
		BUG("an append of nothing, or during an import");
	r = store_commit_start(s, n * 64 * 1024, start_write, &job, e);
	arena_free(job.a);
	return r;
}

/*
 * Very many new records: copied until a stage is full, then one transaction.
 * A second event of a record ends the stage, so that it sees the first.
 */
struct store_bulk {
	struct store *s;
	struct arena *a, *scratch;
	struct store_write *w;
	size_t n, bytes;
	struct map *records;
};

enum err
store_bulk_begin(struct store *s, struct store_bulk **out, struct error *e)
{
	struct store_bulk *b = calloc(1, sizeof *b);

	(void)e;
	if (b == NULL)
		base_die("%s", _("out of memory"));
	b->s = s;
	b->a = arena_new();
	b->scratch = arena_new();
	*out = b;
	return OK;
}

static enum err
bulk_flush(struct store_bulk *b, struct error *e)
{
	struct job job = {
		.s = b->s, .a = b->scratch, .w = b->w, .n = b->n, .bulk = true
	};
	enum err r = OK;

	if (b->n > 0)
		r = store_commit(
		    b->s, STORE_STAGE_BYTES, append_write, &job, e);
	arena_reset(b->scratch);
	arena_reset(b->a);
	b->w = NULL;
	b->n = b->bytes = 0;
	return r;
}

static const char *
copied(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_strdup(a, s);
}

static size_t
copy_write(struct arena *a, const struct store_write *w,
    struct store_write *out)
{
	struct event_set *set = arena_array(a, w->n_set, sizeof *set);
	size_t bytes = 512;

	*out = *w;
	out->scope = copied(a, w->scope);
	out->form = copied(a, w->form);
	if (w->form_hash != NULL)
		out->form_hash = arena_dup(a, w->form_hash, 32);
	out->officer = copied(a, w->officer);
	out->reason = copied(a, w->reason);
	out->clock = copied(a, w->clock);
	for (size_t i = 0; i < w->n_set; i++) {
		set[i].path = arena_str_dup(a, w->set[i].path);
		set[i].json = arena_str_dup(a, w->set[i].json);
		bytes += set[i].path.n + set[i].json.n + 8;
	}
	out->set = set;
	if (w->over != NULL)
		out->over = arena_dup(a, w->over, w->n_over * sizeof *w->over);
	out->basis = arena_dup(a, w->basis, w->n_basis * sizeof *w->basis);
	return bytes;
}

enum err
store_bulk_add(
    struct store_bulk *b, const struct store_write *w, struct error *e)
{
	struct str id = { (const char *)w->record.b, sizeof w->record.b };
	enum err r;

	if (b->n == STORE_STAGE_EVENTS || b->bytes >= STORE_STAGE_BYTES ||
	    (b->n > 0 && map_get(b->records, id) != NULL))
		if ((r = bulk_flush(b, e)) != OK)
			return r;
	if (b->n == 0) {
		b->w = arena_array(b->a, STORE_STAGE_EVENTS, sizeof *b->w);
		b->records = map_new(b->a);
	}
	b->bytes += copy_write(b->a, w, &b->w[b->n++]);
	map_put(b->records, id, b);
	return OK;
}

enum err
store_bulk_end(struct store_bulk *b, bool commit, struct error *e)
{
	enum err r = OK;

	if (b == NULL)
		return OK;
	if (commit)
		r = bulk_flush(b, e);
	arena_free(b->a);
	arena_free(b->scratch);
	free(b);
	return r;
}

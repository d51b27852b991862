#include "store/store_impl.h"

#include <stdlib.h>
#include <string.h>

/*
 * Which records are one (SAFETY R11, store/fold_link.h).  For every record
 * that a `merge` ever named, the table of joins has its neighbours, what is
 * said of each, and its root: the smallest id of those that it is one with.
 * The table lies in memory, too: a record that no merge ever named costs one
 * look into a map, and nothing if there are none.
 */

static struct str
key_of(const struct record_id *id)
{
	return (struct str){ (const char *)id->b, sizeof id->b };
}

static int
id_cmp(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct record_id));
}

static bool
same_id(const struct record_id *a, const struct record_id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct join *
join_get(const struct store *s, const struct record_id *id)
{
	return map_count(s->joins) == 0 ? NULL
	                                : map_get(s->joins, key_of(id));
}

const struct record_id *
join_root(const struct store *s, const struct record_id *id)
{
	const struct join *j = join_get(s, id);

	return j == NULL ? id : &j->root;
}

bool
join_is_root(const struct store *s, const struct record_id *id)
{
	const struct join *j = join_get(s, id);

	return j == NULL || same_id(&j->root, id);
}

static struct join *
join_add(struct store *s, const struct record_id *id)
{
	struct join *j = join_get(s, id);

	if (j == NULL) {
		j = arena_new_of(s->feeds_arena, struct join);
		j->id = j->root = *id;
		map_put(s->joins, key_of(id), j);
	}
	return j;
}

static struct join_near *
near_of(const struct join *j, const struct record_id *id)
{
	for (size_t i = 0; i < j->n; i++)
		if (same_id(&j->near[i].id, id))
			return &j->near[i];
	return NULL;
}

static void
near_add(struct store *s, struct join *j, const struct record_id *id)
{
	if (near_of(j, id) != NULL)
		return;
	j->near = arena_grow(
	    s->feeds_arena, j->near, j->n, &j->cap, sizeof *j->near);
	j->near[j->n++] = (struct join_near){ *id, JOIN_NOTHING };
	j->dirty = true;
}

void
join_note(struct store *s, const struct event *ev)
{
	if (ev->act != EVENT_MERGE || !ev->has_record)
		return;
	for (size_t i = 0; i < ev->n_set; i++) {
		struct record_id low;

		if (fold_link_names(&ev->record, &ev->set[i], &low) != NULL)
			continue;
		near_add(s, join_add(s, &ev->record), &low);
		near_add(s, join_add(s, &low), &ev->record);
	}
}

/* A record as far as it matters to its links. */
struct facts {
	struct join *join;
	bool here;
	uint32_t no;
	struct str form;
	const char *scope; /* NULL: of several */
	size_t parent; /* in the closure, of the union */
	struct record_id root;
};
struct closure {
	struct store *s;
	struct arena *a;
	size_t n, cap;
	struct facts *facts;
};

/* Each join is in at most one place of the closure. */
static void
closure_add(struct closure *c, struct join *j)
{
	struct facts *f;

	if (j->at != 0 && j->at <= c->n && c->facts[j->at - 1].join == j)
		return;
	c->facts =
	    arena_grow(c->a, c->facts, c->n, &c->cap, sizeof *c->facts);
	f = &c->facts[c->n++];
	f->join = j;
	j->at = c->n;
}

static size_t
closure_find(const struct closure *c, const struct record_id *id)
{
	return join_get(c->s, id)->at - 1;
}

/* All that is reached from its first n entries by links of any kind. */
static void
closure_spread(struct closure *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct join *j = c->facts[i].join;

		for (size_t k = 0; k < j->n; k++)
			closure_add(c, join_get(c->s, &j->near[k].id));
	}
}

/* The scope of the feeds of its events; NULL if they have several. */
static const char *
scope_of(const struct store *s, const struct fold_event *events, size_t n)
{
	const char *scope = "";

	for (size_t i = 0; i < n; i++) {
		const struct feed *f = feed_get(s, &events[i].event->feed);

		if (f == NULL || !f->known)
			continue;
		if (scope[0] != '\0' && strcmp(f->pub.scope, scope) != 0)
			return NULL;
		scope = f->pub.scope;
	}
	return scope;
}

/* What its own events say of it, and of its links to smaller ids. */
static enum err
read_facts(struct closure *c, struct txn *t, struct facts *f,
    enum fold_said *said, struct error *e)
{
	struct arena *a = arena_new();
	struct record_places places;
	struct fold_event *events;
	struct record rec;
	enum err r;

	r = record_no(c->s, t, &f->join->id, &f->no, e);
	f->here = r == OK;
	if (r == OK &&
	    (r = record_places_get(t, a, f->no, &places, e)) == OK &&
	    (r = record_events(c->s, t, a, &places, &events, e)) == OK) {
		fold_record(a, events, places.n, c->s->options.rules,
		    c->s->options.rules_ctx, &rec);
		f->form = arena_str_dup(c->a, rec.form);
		f->scope = scope_of(c->s, events, places.n);
		for (size_t i = 0; i < rec.n_registers; i++) {
			struct record_id low;

			if (!fold_is_link(rec.registers[i].name, &low, NULL))
				continue;
			for (size_t k = 0; k < f->join->n; k++)
				if (same_id(&f->join->near[k].id, &low))
					said[k] = fold_said(&rec.registers[i]);
		}
	}
	arena_free(a);
	return r == ERR_NOTFOUND ? OK : r;
}

static size_t
find_parent(struct facts *f, size_t i)
{
	while (f[i].parent != i)
		i = f[i].parent = f[f[i].parent].parent;
	return i;
}

/* The parent of all is the one with the smallest id. */
static void
unite(struct facts *f, size_t x, size_t y)
{
	x = find_parent(f, x);
	y = find_parent(f, y);
	if (id_cmp(&f[x].join->id, &f[y].join->id) < 0)
		f[y].parent = x;
	else
		f[x].parent = y;
}

static enum join_said
judge(const struct facts *high, const struct facts *low, enum fold_said said)
{
	if (said == FOLD_NOTHING)
		return JOIN_NOTHING;
	if (!low->here)
		return JOIN_ABSENT;
	if (!str_eq(high->form, low->form))
		return JOIN_FORMS;
	if (high->scope == NULL || low->scope == NULL ||
	    strcmp(high->scope, low->scope) != 0)
		return JOIN_SCOPES;
	return said == FOLD_SAME ? JOIN_SAME : JOIN_APART;
}

static void
say(struct join *j, const struct record_id *of, enum join_said said)
{
	struct join_near *near = near_of(j, of);

	if (near == NULL)
		BUG("a link has one end");
	if (near->said != said) {
		near->said = said;
		j->dirty = true;
	}
}

/* What holds between the records of a closure, and who is one with whom. */
static enum err
closure_judge(struct closure *c, struct txn *t, struct error *e)
{
	enum fold_said **said = arena_array(c->a, c->n, sizeof(*said));
	enum err r = OK;

	for (size_t i = 0; r == OK && i < c->n; i++) {
		struct facts *f = &c->facts[i];

		f->parent = i;
		said[i] = arena_array(c->a, f->join->n, sizeof **said);
		r = read_facts(c, t, f, said[i], e);
	}
	for (size_t i = 0; r == OK && i < c->n; i++) {
		struct facts *f = &c->facts[i];

		for (size_t k = 0; k < f->join->n; k++) {
			const struct record_id *id = &f->join->near[k].id;
			size_t at = closure_find(c, id);
			enum join_said holds;

			if (id_cmp(id, &f->join->id) > 0)
				continue; /* it stands there */
			holds = judge(f, &c->facts[at], said[i][k]);
			say(f->join, id, holds);
			say(c->facts[at].join, &f->join->id, holds);
			if (holds == JOIN_SAME)
				unite(c->facts, i, at);
		}
	}
	for (size_t i = 0; r == OK && i < c->n; i++)
		c->facts[i].root =
		    c->facts[find_parent(c->facts, i)].join->id;
	return r;
}

static enum err
join_put(struct txn *t, const struct join *j, struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r;

	pack_bytes(&b, j->root.b);
	for (size_t i = 0; i < j->n; i++) {
		pack_bytes(&b, j->near[i].id.b);
		pack_u64(&b, (uint64_t)j->near[i].said);
	}
	r = txn_put(t, DB_JOINS, key_of(&j->id), buf_str(&b), e);
	buf_release(&b);
	return r;
}

enum err
joins_update(struct store *s, struct txn *t, struct arena *a,
    struct record_at **rec, size_t *n, struct error *e)
{
	struct closure c = { .s = s, .a = a };
	struct record_at *all;
	enum err r;

	if (map_count(s->joins) == 0)
		return OK;
	for (size_t i = 0; i < *n; i++) {
		struct join *j = join_get(s, &(*rec)[i].id);

		if (j != NULL)
			closure_add(&c, j);
	}
	if (c.n == 0)
		return OK;
	closure_spread(&c);
	if ((r = closure_judge(&c, t, e)) != OK)
		return r;
	all = arena_array(a, *n + c.n, sizeof *all);
	memcpy(all, *rec, *n * sizeof *all);
	for (size_t i = 0; r == OK && i < c.n; i++) {
		struct facts *f = &c.facts[i];

		if (!same_id(&f->join->root, &f->root)) {
			f->join->root = f->root;
			f->join->dirty = true;
		}
		if (f->here)
			all[(*n)++] =
			    (struct record_at){ f->no, f->join->id };
		if (f->join->dirty)
			r = join_put(t, f->join, e);
		f->join->dirty = false;
	}
	*rec = all;
	return r;
}

static enum err
join_load(struct store *s, const struct record_id *id, struct str bytes,
    struct error *e)
{
	struct join *j = join_add(s, id);
	struct unpack u;

	unpack_begin(&u, bytes);
	unpack_bytes(&u, j->root.b, sizeof j->root.b);
	while (!u.bad && u.p != u.end) {
		struct record_id near;

		unpack_bytes(&u, near.b, sizeof near.b);
		near_add(s, j, &near);
		j->near[j->n - 1].said = (enum join_said)unpack_u32(&u);
	}
	j->dirty = false;
	if (u.bad)
		return error_set(e, ERR_CORRUPT, N_("a join is wrong"));
	return OK;
}

enum err
joins_load(struct store *s, struct txn *t, struct error *e)
{
	char key[512] = "", next[512];
	struct buf b = BUF_INIT;
	size_t key_n = 0, n;
	enum err r = OK;

	s->joins = map_new(s->feeds_arena);
	while (r == OK &&
	    (r = txn_next(t, DB_JOINS, (struct str){ key, key_n }, next, &n,
	         e)) == OK) {
		struct record_id id;

		if (n != sizeof id.b) {
			r = error_set(e, ERR_CORRUPT, N_("a join is wrong"));
			break;
		}
		memcpy(id.b, next, n);
		buf_clear(&b);
		if ((r = txn_get(t, DB_JOINS, key_of(&id), &b, e)) == OK)
			r = join_load(s, &id, buf_str(&b), e);
		memcpy(key, next, n);
		key[n] = '\0';
		key_n = n + 1;
	}
	buf_release(&b);
	return r == ERR_NOTFOUND ? OK : r;
}

/* They hang together by links that hold, and those are between neighbours. */
struct record_id *
join_members(
    const struct store *s, struct arena *a, const struct record_id *id,
    size_t *n)
{
	const struct record_id *root = join_root(s, id);
	struct closure c = { .s = (struct store *)(uintptr_t)s, .a = a };
	struct record_id *out;

	*n = 1;
	if (join_get(s, id) == NULL)
		return arena_dup(a, id, sizeof *id);
	closure_add(&c, join_get(s, root));
	for (size_t i = 0; i < c.n; i++) {
		const struct join *j = c.facts[i].join;

		for (size_t k = 0; k < j->n; k++) {
			struct join *to = join_get(s, &j->near[k].id);

			if (same_id(&to->root, root))
				closure_add(&c, to);
		}
	}
	out = arena_array(a, c.n, sizeof *out);
	for (size_t i = 0; i < c.n; i++)
		out[i] = c.facts[i].join->id;
	qsort(out, c.n, sizeof *out, id_cmp);
	*n = c.n;
	return out;
}

enum join_said
join_between(
    const struct store *s, const struct record_id *x, const struct record_id *y)
{
	const struct join *j = join_get(s, x);
	const struct join_near *near = j == NULL ? NULL : near_of(j, y);

	return near == NULL ? JOIN_NOTHING : near->said;
}

struct record_id
store_stands_for(const struct store *s, const struct record_id *id)
{
	return *join_root(s, id);
}

enum fold_said
store_said(
    const struct store *s, const struct record_id *x, const struct record_id *y)
{
	struct arena *a = arena_new();
	enum fold_said said = FOLD_NOTHING;
	const struct record_id *mx, *my;
	size_t nx, ny;

	if (same_id(join_root(s, x), join_root(s, y)))
		said = FOLD_SAME;
	mx = join_members(s, a, x, &nx);
	my = join_members(s, a, y, &ny);
	for (size_t i = 0; said == FOLD_NOTHING && i < nx; i++)
		for (size_t k = 0; k < ny; k++)
			if (join_between(s, &mx[i], &my[k]) == JOIN_APART)
				said = FOLD_APART;
	arena_free(a);
	return said;
}

bool
join_noted(const struct store *s, const struct event *ev)
{
	const struct join *j = join_get(s, &ev->record);

	for (size_t i = 0; i < ev->n_set; i++) {
		struct record_id low;

		if (fold_link_names(&ev->record, &ev->set[i], &low) == NULL &&
		    (j == NULL || near_of(j, &low) == NULL))
			return false;
	}
	return true;
}

/* True for the smallest of a closure, with which all of it is looked at. */
static bool
is_first(const struct closure *c)
{
	for (size_t i = 1; i < c->n; i++)
		if (id_cmp(&c->facts[i].join->id, &c->facts[0].join->id) < 0)
			return false;
	return true;
}

enum err
join_sound(struct store *s, struct txn *t, struct arena *a, size_t i,
    bool *sound, struct error *e)
{
	struct closure c = { .s = s, .a = a };
	struct str key;
	void *j;
	enum err r;

	*sound = true;
	if (!map_at(s->joins, i, &key, &j))
		BUG("map shorter than its count");
	closure_add(&c, j);
	closure_spread(&c);
	if (!is_first(&c))
		return OK;
	if ((r = closure_judge(&c, t, e)) != OK)
		return r;
	for (size_t k = 0; k < c.n; k++) {
		struct join *one = c.facts[k].join;

		/* to judge anew has marked what was said otherwise */
		*sound = *sound && !one->dirty &&
		    same_id(&one->root, &c.facts[k].root);
		one->dirty = false;
	}
	return OK;
}

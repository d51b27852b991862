/*
 * What a write transaction puts, kept in memory until its commit is through:
 * readers find it there first, on top of what the database has, and the commit
 * is a matter of putting the same once more.  The values lie here in the clear.
 */
#include "store/db_impl.h"

#include "base/map.h"

#include <string.h>

struct writes *
writes_new(void)
{
	struct arena *a = arena_new();
	struct writes *w = arena_new_of(a, struct writes);

	w->a = a;
	w->at = map_new(a);
	return w;
}

void
writes_free(struct writes *w)
{
	if (w != NULL)
		arena_free(w->a);
}

/* Of a map: the table, then the key. */
struct name {
	char b[1 + DB_KEY_MAX];
	size_t n;
};

static struct name
name_of(enum db_table table, struct str key)
{
	struct name name = { .n = 1 + key.n };

	if (key.n > DB_KEY_MAX)
		BUG("a key of %zu bytes", key.n);
	name.b[0] = (char)table;
	memcpy(name.b + 1, key.p, key.n);
	return name;
}

static struct put *
put_of(struct writes *w, enum db_table table, struct str key)
{
	struct name name = name_of(table, key);
	struct put *p = map_get(w->at, (struct str){ name.b, name.n });

	if (p != NULL)
		return p;
	p = arena_new_of(w->a, struct put);
	p->table = table;
	p->key = arena_str_dup(w->a, key);
	w->put = arena_grow(w->a, w->put, w->n, &w->cap, sizeof(*w->put));
	w->put[w->n++] = p;
	map_put(w->at, (struct str){ name.b, name.n }, p);
	return p;
}

void
writes_put(struct writes *w, enum db_table table, struct str key,
    struct str value)
{
	struct put *p = put_of(w, table, key);

	p->gone = false;
	p->value = arena_str_dup(w->a, value);
}

void
writes_del(struct writes *w, enum db_table table, struct str key)
{
	put_of(w, table, key)->gone = true;
}

/* First of all that is put, when it is put once more. */
void
writes_clear(struct writes *w, enum db_table table)
{
	w->cleared[table] = true;
	for (size_t i = 0; i < w->n; i++)
		if (w->put[i]->table == table)
			w->put[i]->gone = true;
}

enum err
writes_replay(const struct writes *w, struct txn *t, struct error *e)
{
	enum err r = OK;

	for (enum db_table i = 0; r == OK && i < DB_TABLES; i++)
		if (w->cleared[i])
			r = txn_clear(t, i, e);
	for (size_t i = 0; r == OK && i < w->n; i++) {
		const struct put *p = w->put[i];

		r = p->gone ? txn_del(t, p->table, p->key, e)
			    : txn_put(t, p->table, p->key, p->value, e);
	}
	return r;
}

static const struct put *
look(const struct writes *w, const struct name *name)
{
	static const struct put gone = { .gone = true };
	const struct put *p = map_get(w->at, (struct str){ name->b, name->n });

	return p == NULL && w->cleared[(size_t)name->b[0]] ? &gone : p;
}

/* The newest that says something of the key; of those on their way the last is
 * the newest. */
const struct put *
ahead_find(const struct txn *t, enum db_table table, struct str key)
{
	const struct put *p = NULL, *q;
	struct name name;

	if (!t->ahead || (t->own == NULL && t->db->commit.first == NULL))
		return NULL;
	name = name_of(table, key);
	if (t->own != NULL && (p = look(t->own, &name)) != NULL)
		return p;
	for (const struct writes *w = t->db->commit.first; w != NULL;
	     w = w->next)
		if ((q = look(w, &name)) != NULL)
			p = q;
	return p;
}

static void
lowest(const struct writes *w, enum db_table table, struct str key,
    const struct put **out)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct put *p = w->put[i];

		if (p->table == table && str_cmp(p->key, key) >= 0 &&
		    (*out == NULL || str_cmp(p->key, (*out)->key) < 0))
			*out = p;
	}
}

const struct put *
ahead_next(const struct txn *t, enum db_table table, struct str key)
{
	const struct put *p = NULL;

	if (!t->ahead)
		return NULL;
	if (t->own != NULL)
		lowest(t->own, table, key, &p);
	for (const struct writes *w = t->db->commit.first; w != NULL;
	     w = w->next)
		lowest(w, table, key, &p);
	return p;
}

#include "tests/crash/used.h"

#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096
#define PAGE_HEAD 16
#define NODE_HEAD 8
#define TABLES_MAX 32
#define TAG 16

struct node { /* where in the file */
	const char *table;
	size_t key, key_n, value, value_n;
};
typedef void (*node_fn)(void *ctx, const struct node *node);

static void
need(bool fine, const char *what)
{
	if (!fine) {
		fprintf(stderr, "used: %s\n", what);
		abort();
	}
}

/* Where the file is mapped that this lies in. */
static uintptr_t
map_of(const void *p)
{
	FILE *f = fopen("/proc/self/maps", "re");
	unsigned long from, to, at;
	char line[512];
	bool found = false;

	need(f != NULL, "no maps");
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = sscanf(line, "%lx-%lx %*s %lx", &from, &to, &at) == 3 &&
		        (uintptr_t)p >= from && (uintptr_t)p < to;
	fclose(f);
	need(found, "no map");
	return from - at;
}

static void
each_of(MDB_txn *t, const char *table, node_fn fn, void *ctx)
{
	uintptr_t map = 0;
	MDB_cursor *c;
	MDB_val k, v;
	MDB_dbi dbi;

	need(mdb_dbi_open(t, table, 0, &dbi) == 0 &&
	         mdb_cursor_open(t, dbi, &c) == 0,
	    table);
	while (mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0) {
		struct node node = { table, 0, k.mv_size, 0, v.mv_size };

		if (map == 0)
			map = map_of(k.mv_data);
		node.key = (uintptr_t)k.mv_data - map;
		node.value = (uintptr_t)v.mv_data - map;
		fn(ctx, &node);
	}
	mdb_cursor_close(c);
}

static void
each(const char *path, node_fn fn, void *ctx)
{
	MDB_env *env;
	MDB_txn *t;
	MDB_cursor *c;
	MDB_val k, v;
	MDB_dbi dbi;

	need(mdb_env_create(&env) == 0 &&
	         mdb_env_set_maxdbs(env, TABLES_MAX) == 0 &&
	         mdb_env_open(env, path, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK,
	             0600) == 0 &&
	         mdb_txn_begin(env, NULL, MDB_RDONLY, &t) == 0 &&
	         mdb_dbi_open(t, NULL, 0, &dbi) == 0 &&
	         mdb_cursor_open(t, dbi, &c) == 0,
	    path);
	while (mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0) {
		char *table = strndup(k.mv_data, k.mv_size);

		each_of(t, table, fn, ctx);
		free(table);
	}
	mdb_cursor_close(c);
	mdb_txn_abort(t);
	mdb_env_close(env);
}

struct marks {
	char *map;
	size_t n;
};

static void
mark(const struct marks *m, size_t at, size_t n)
{
	need(at + n <= m->n, "beyond the file");
	memset(m->map + at, USED, n);
}

/* But for two bytes of it, which nobody reads. */
static void
mark_head(const struct marks *m, size_t page)
{
	mark(m, page, 8);
	mark(m, page + 10, PAGE_HEAD - 10);
}

static void
mark_node(void *ctx, const struct node *node)
{
	const struct marks *m = ctx;

	mark_head(m, node->key / PAGE * PAGE);
	mark(m, node->key - NODE_HEAD, NODE_HEAD + node->key_n);
	mark(m, node->value, node->value_n);
	memset(m->map + node->value + node->value_n - TAG, USED_TAG, TAG);
	if (node->value == node->key + node->key_n)
		return;
	/* the number of a page, and that */
	mark(m, node->key + node->key_n, sizeof(uint64_t));
	mark_head(m, node->value - PAGE_HEAD);
}

void
used_mark(const char *path, char *map, size_t n)
{
	struct marks m = { map, n };

	memset(map, 0, n);
	each(path, mark_node, &m);
}

struct search {
	const char *table;
	struct node found;
};

static void
find_node(void *ctx, const struct node *node)
{
	struct search *s = ctx;

	if (s->found.value_n == 0 && strcmp(node->table, s->table) == 0)
		s->found = *node;
}

size_t
used_byte(const char *path, const char *table, long at)
{
	struct search s = { .table = table };
	size_t n, from;

	each(path, find_node, &s);
	n = s.found.value_n;
	from = at < 0 ? n - (size_t)-at : (size_t)at;
	need(from < n, "no such byte of a table");
	return s.found.value + from;
}

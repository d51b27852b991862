/*
 * The values of a transaction, each sealed in its place, and the way to them
 * verified before LMDB goes there.
 */
#include "store/db_impl.h"

#include <limits.h>
#include <string.h>

#define SCHEMA 1

struct key_u32
key_u32(uint32_t v)
{
	struct key_u32 k = { 0 };

	for (size_t i = 0; i < sizeof k.b; i++)
		k.b[i] = (char)(v >> (24 - 8 * i));
	return k;
}

struct key_u64
key_u64(uint64_t v)
{
	struct key_u64 k = { 0 };

	for (size_t i = 0; i < sizeof k.b; i++)
		k.b[i] = (char)(v >> (56 - 8 * i));
	return k;
}

/* Going through a whole store takes as little memory as through a page of it;
 * the kernel maps up to 16 pages around the one that is wanted. */
static void
touch(struct db *db)
{
	if (++db->touched % 32 == 0)
		pages_trim(&db->pages);
}

void
txn_give_back(struct txn *t)
{
	pages_give_back(&t->db->pages);
}

/* Before LMDB goes to a key: where not all was verified, the way there is. */
static enum err
check_way(struct txn *t, enum db_table table, struct str key, struct error *e)
{
	struct db *db = t->db;
	const char *name = db_tables[table].name;
	enum err r;

	if (!db->whole && pages_is_near(&db->pages, t->seen, name, key))
		return OK;
	touch(db);
	if (db->whole)
		return OK;
	r = pages_check_way(&db->pages, t->seen, name, key, e);
	return r == OK ? OK : error_at(e, "%s", db->path);
}

static struct seal_place
place(const struct txn *t, enum db_table table, struct str key)
{
	return (struct seal_place){ db_tables[table].name, key,
		t->db->options.epoch, SCHEMA, db_tables[table].pad };
}

/* LMDB takes keys as pointers to what it does not write to. */
static MDB_val
val_of(struct str s)
{
	union {
		const char *in;
		void *out;
	} p = { .in = s.p };

	return (MDB_val){ s.n, p.out };
}

enum err
txn_get(struct txn *t, enum db_table table, struct str key, struct buf *out,
    struct error *e)
{
	struct seal_place at = place(t, table, key);
	const struct put *ahead = ahead_find(t, table, key);
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if (ahead != NULL && ahead->gone)
		return ERR_NOTFOUND;
	if (ahead != NULL) {
		buf_add_str(out, ahead->value);
		return OK;
	}
	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	r = mdb_get(t->t, t->db->table[table], &k, &v);
	if (r == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	if (r != 0)
		return db_failed(t->db, r, e);
	return seal_open(
	    out, t->db->key, &at, (struct str){ v.mv_data, v.mv_size }, e);
}

enum err
txn_has(struct txn *t, enum db_table table, struct str key, bool *has,
    struct error *e)
{
	const struct put *ahead = ahead_find(t, table, key);
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if (ahead != NULL) {
		*has = !ahead->gone;
		return OK;
	}
	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	r = mdb_get(t->t, t->db->table[table], &k, &v);
	*has = r == 0;
	return r == 0 || r == MDB_NOTFOUND ? OK : db_failed(t->db, r, e);
}

/*
 * Behind all others, if it belongs there: then the page before stays full, of
 * which LMDB else moves half to the next.  It looks at the last page for that,
 * which was verified if all were, or if the way to the key ended there.
 */
static int
put_value(struct txn *t, enum db_table table, MDB_val *k, MDB_val *v)
{
	struct db *db = t->db;
	int r = MDB_KEYEXIST;

	if (db_tables[table].rises && (db->whole || db->pages.behind))
		r = mdb_put(t->t, db->table[table], k, v, MDB_APPEND);
	if (r == MDB_KEYEXIST)
		r = mdb_put(t->t, db->table[table], k, v, 0);
	return r;
}

enum err
txn_put(struct txn *t, enum db_table table, struct str key, struct str value,
    struct error *e)
{
	struct seal_place at = place(t, table, key);
	size_t n = seal_size_at(&at, value.n);
	struct buf *b = &t->db->sealed;
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if (t->own != NULL) {
		writes_put(t->own, table, key, value);
		return OK;
	}
	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	buf_clear(b);
	buf_reserve(b, n);
	seal((uint8_t *)b->p, t->db->key, &at, value);
	v = val_of((struct str){ b->p, n });
	r = put_value(t, table, &k, &v);
	return r == 0 ? OK : db_failed(t->db, r, e);
}

/* Taking out joins pages with their neighbours, wherever these are. */
static enum err
check_all(struct txn *t, struct error *e)
{
	return t->db->whole ? OK : db_verify_locked(t->db, e);
}

enum err
txn_del(struct txn *t, enum db_table table, struct str key, struct error *e)
{
	MDB_val k = val_of(key);
	enum err code;
	int r;

	if (t->own != NULL) {
		writes_del(t->own, table, key);
		return OK;
	}
	if ((code = check_all(t, e)) != OK)
		return code;
	r = mdb_del(t->t, t->db->table[table], &k, NULL);
	return r == 0 || r == MDB_NOTFOUND ? OK : db_failed(t->db, r, e);
}

enum err
txn_clear(struct txn *t, enum db_table table, struct error *e)
{
	enum err code;
	int r;

	if (t->own != NULL) {
		writes_clear(t->own, table);
		return OK;
	}
	if ((code = check_all(t, e)) != OK)
		return code;
	r = mdb_drop(t->t, t->db->table[table], 0);
	return r == 0 ? OK : db_failed(t->db, r, e);
}

uint64_t
txn_count(struct txn *t, enum db_table table)
{
	MDB_stat st;

	if (mdb_stat(t->t, t->db->table[table], &st) != 0)
		return 0;
	return st.ms_entries;
}

static enum err
next_stored(struct txn *t, enum db_table table, struct str key, char *next,
    size_t *next_n, struct error *e)
{
	MDB_cursor *c;
	MDB_val k = val_of(key), v;
	enum err code;
	int r;

	if (t->db->table[table] == UINT_MAX)
		return ERR_NOTFOUND; /* of a backup that has it not yet */
	if ((code = check_way(t, table, key, e)) != OK)
		return code;
	if ((r = mdb_cursor_open(t->t, t->db->table[table], &c)) != 0)
		return db_failed(t->db, r, e);
	r = mdb_cursor_get(c, &k, &v, key.n == 0 ? MDB_FIRST : MDB_SET_RANGE);
	if (r == 0 && k.mv_size > DB_KEY_MAX)
		r = MDB_CORRUPTED;
	if (r == 0) {
		memcpy(next, k.mv_data, k.mv_size);
		*next_n = k.mv_size;
	}
	mdb_cursor_close(c);
	if (r == MDB_NOTFOUND)
		return ERR_NOTFOUND;
	return r == 0 ? OK : db_failed(t->db, r, e);
}

/* The lower of what is stored and what is on its way; past what is gone. */
enum err
txn_next(struct txn *t, enum db_table table, struct str key, char *next,
    size_t *next_n, struct error *e)
{
	char from[DB_KEY_MAX + 1];
	const struct put *p;
	enum err r;

	for (;;) {
		r = next_stored(t, table, key, next, next_n, e);
		if (r != OK && r != ERR_NOTFOUND)
			return r;
		p = ahead_next(t, table, key);
		if (p != NULL && (r == ERR_NOTFOUND || str_cmp(p->key,
		                      (struct str){ next, *next_n }) <= 0)) {
			memcpy(next, p->key.p, p->key.n);
			*next_n = p->key.n;
			r = OK;
		}
		if (r != OK)
			return r;
		p = ahead_find(t, table, (struct str){ next, *next_n });
		if (p == NULL || !p->gone)
			return OK;
		memcpy(from, next, *next_n);
		from[*next_n] = '\0';
		key = (struct str){ from, *next_n + 1 };
	}
}

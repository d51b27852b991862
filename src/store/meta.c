#include "store/store_impl.h"

#include "crypt/hash.h"

#include <string.h>

enum err
store_meta_get(struct store *s, struct arena *a, const char *name,
    struct str *out, struct error *e)
{
	struct buf b = BUF_INIT;
	struct txn *t;
	enum err r;

	if ((r = db_look_begin(s->db, &t, e)) != OK)
		return r;
	r = txn_get(t, DB_META, str_of(name), &b, e);
	db_read_end(t);
	if (r == OK)
		*out = arena_str_dup(a, buf_str(&b));
	else if (r == ERR_NOTFOUND)
		error_set(e, r, N_("no setting %s"), name);
	buf_release(&b);
	return r;
}

struct put_job {
	struct store *s;
	enum db_table table;
	struct str key, value;
};

static enum err
put_write(struct txn *t, void *ctx, struct error *e)
{
	struct put_job *job = ctx;
	enum err r;

	if ((r = store_begin(job->s, t, e)) != OK)
		return r;
	return txn_put(t, job->table, job->key, job->value, e);
}

enum err
store_meta_put(
    struct store *s, const char *name, struct str value, struct error *e)
{
	struct put_job job = { s, DB_META, str_of(name), value };

	if (name[0] == '.' || name[0] == '\0')
		BUG("setting %s is the store's own", name);
	return store_commit(s, value.n, put_write, &job, e);
}

enum err
store_pack_put(struct store *s, const char *kind, struct str bytes,
    uint8_t hash[32], struct error *e)
{
	struct put_job job = { s, DB_PACKS, { (char *)hash, 32 }, { NULL, 0 } };
	struct buf b = BUF_INIT;
	struct txn *t;
	bool have;
	enum err r;

	hash_blake2b(hash, bytes);
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	r = txn_has(t, DB_PACKS, job.key, &have, e);
	db_read_end(t);
	if (r != OK || have)
		return r;
	pack_text(&b, kind);
	buf_add_str(&b, bytes);
	job.value = buf_str(&b);
	r = store_commit(s, b.n, put_write, &job, e);
	buf_release(&b);
	return r;
}

/* The hashes of all packs. */
static enum err
pack_hashes(struct store *s, struct arena *a, uint8_t (**out)[32], size_t *n,
    struct error *e)
{
	char key[512], next[512];
	size_t key_n = 0, next_n, cap = 0;
	struct txn *t;
	enum err r;

	*out = NULL;
	*n = 0;
	if ((r = db_read_begin(s->db, &t, e)) != OK)
		return r;
	while ((r = txn_next(t, DB_PACKS, (struct str){ key, key_n }, next,
	            &next_n, e)) == OK) {
		if (next_n == 32) {
			*out = arena_grow(a, *out, *n, &cap, sizeof **out);
			memcpy((*out)[(*n)++], next, 32);
		}
		memcpy(key, next, next_n);
		key[next_n] = '\0';
		key_n = next_n + 1;
	}
	db_read_end(t);
	return r == ERR_NOTFOUND ? OK : r;
}

enum err
store_pack_each(struct store *s, const char *kind,
    enum err (*fn)(void *ctx, const uint8_t hash[32], struct str bytes,
        struct error *e),
    void *ctx, struct error *e)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT;
	uint8_t(*hash)[32];
	size_t n;
	enum err r;

	r = pack_hashes(s, a, &hash, &n, e);
	for (size_t i = 0; r == OK && i < n; i++) {
		struct unpack u;
		struct txn *t;

		buf_clear(&b);
		if ((r = db_read_begin(s->db, &t, e)) != OK)
			break;
		r = txn_get(t, DB_PACKS,
		    (struct str){ (const char *)hash[i], 32 }, &b, e);
		db_read_end(t);
		if (r != OK)
			break;
		unpack_begin(&u, buf_str(&b));
		if (str_is(unpack_str(&u), kind))
			r = fn(ctx, hash[i],
			    (struct str){ u.p, (size_t)(u.end - u.p) }, e);
	}
	buf_release(&b);
	arena_free(a);
	return r;
}

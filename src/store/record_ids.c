/*
 * From the id of a record to its number.  The ids of a feed's records lie
 * beside one another (doc/format-events.md), so those that have 58 bits in
 * common are one value, a run, whose key these bits are.  Nothing rests on
 * it: an id that has no neighbours is a run of one, and where a run would grow
 * beyond 128, because somebody chose his ids so, each more is a value of its
 * own, under all its bytes.
 */
#include "store/store_impl.h"

#include <string.h>

#define RUN_MAX 128
#define RUN_MASK 0xc0 /* of the last byte of the key */
#define REST_AT (RECORD_RUN_KEY - 1)
#define REST (RECORD_ID_SIZE - REST_AT)
#define ENTRY (REST + sizeof(struct key_u32))

static struct str
all_of(const struct record_id *id)
{
	return (struct str){ (const char *)id->b, sizeof id->b };
}

static void
key_of(const struct record_id *id, char key[RECORD_RUN_KEY])
{
	memcpy(key, id->b, RECORD_RUN_KEY);
	key[RECORD_RUN_KEY - 1] &= (char)RUN_MASK;
}

static uint32_t
number_at(const char *p)
{
	uint32_t no = 0;

	for (size_t i = 0; i < sizeof(struct key_u32); i++)
		no = no << 8 | (uint8_t)p[i];
	return no;
}

/* Where the number of the id stands; NULL if the run has it not. */
static char *
find(const struct buf *run, const struct record_id *id)
{
	for (size_t at = 0; at < run->n; at += ENTRY)
		if (memcmp(run->p + at, id->b + REST_AT, REST) == 0)
			return run->p + at + REST;
	return NULL;
}

static enum err
wrong(struct error *e)
{
	return error_set(e, ERR_CORRUPT, N_("a record number is wrong"));
}

/* Empty if there is none. */
static enum err
get_run(struct txn *t, const char key[RECORD_RUN_KEY], struct buf *run,
    struct error *e)
{
	enum err r;

	buf_clear(run);
	r = txn_get(t, DB_RECORD_IDS, (struct str){ key, RECORD_RUN_KEY }, run,
	    e);
	if (r == ERR_NOTFOUND)
		return OK;
	return r == OK && run->n % ENTRY != 0 ? wrong(e) : r;
}

void
record_ids_begin(struct record_ids *x, struct txn *t)
{
	*x = (struct record_ids){ .t = t };
}

/* To the run that the id belongs into. */
static enum err
seek(struct record_ids *x, const struct record_id *id, struct error *e)
{
	char key[RECORD_RUN_KEY];
	enum err r;

	key_of(id, key);
	if (x->loaded && memcmp(x->key, key, sizeof key) == 0)
		return OK;
	if ((r = record_ids_flush(x, e)) != OK)
		return r;
	x->loaded = false;
	if ((r = get_run(x->t, key, &x->run, e)) != OK)
		return r;
	memcpy(x->key, key, sizeof key);
	x->loaded = true;
	return OK;
}

/* Of an id that found its run full. */
static enum err
get_alone(struct txn *t, const struct record_id *id, uint32_t *no,
    struct error *e)
{
	struct buf b = BUF_INIT;
	enum err r = txn_get(t, DB_RECORD_IDS, all_of(id), &b, e);

	if (r == OK && b.n != sizeof(struct key_u32))
		r = wrong(e);
	if (r == OK)
		*no = number_at(b.p);
	buf_release(&b);
	return r;
}

enum err
record_ids_get(struct record_ids *x, const struct store *s,
    const struct record_id *id, uint32_t *no, struct error *e)
{
	enum err r = seek(x, id, e);
	const char *number = r == OK ? find(&x->run, id) : NULL;

	if (number != NULL)
		*no = number_at(number);
	else if (r == OK && x->run.n < RUN_MAX * ENTRY)
		r = ERR_NOTFOUND;
	else if (r == OK)
		r = get_alone(x->t, id, no, e);
	return r == OK && *no >= s->num.records ? ERR_NOTFOUND : r;
}

enum err
record_no(const struct store *s, struct txn *t, const struct record_id *id,
    uint32_t *no, struct error *e)
{
	struct record_ids x;
	enum err r;

	record_ids_begin(&x, t);
	r = record_ids_get(&x, s, id, no, e);
	record_ids_end(&x);
	return r;
}

enum err
record_ids_put(struct record_ids *x, const struct record_id *id, uint32_t no,
    struct error *e)
{
	struct key_u32 k = key_u32(no);
	char *number;
	enum err r;

	if ((r = seek(x, id, e)) != OK)
		return r;
	if ((number = find(&x->run, id)) != NULL) {
		memcpy(number, k.b, sizeof k.b);
	} else if (x->run.n < RUN_MAX * ENTRY) {
		buf_add(&x->run, id->b + REST_AT, REST);
		buf_add(&x->run, k.b, sizeof k.b);
	} else {
		return txn_put(x->t, DB_RECORD_IDS, all_of(id), KEY_STR(k), e);
	}
	x->dirty = true;
	return OK;
}

enum err
record_ids_flush(struct record_ids *x, struct error *e)
{
	if (!x->dirty)
		return OK;
	x->dirty = false;
	return txn_put(x->t, DB_RECORD_IDS,
	    (struct str){ x->key, sizeof x->key }, buf_str(&x->run), e);
}

void
record_ids_end(struct record_ids *x)
{
	buf_release(&x->run);
}

enum err
record_ids_count(struct txn *t, uint64_t *n, struct error *e)
{
	char key[512], next[512];
	size_t key_n = 0, next_n;
	struct buf b = BUF_INIT;
	enum err r;

	*n = 0;
	while ((r = txn_next(t, DB_RECORD_IDS, (struct str){ key, key_n },
	            next, &next_n, e)) == OK) {
		buf_clear(&b);
		r = txn_get(
		    t, DB_RECORD_IDS, (struct str){ next, next_n }, &b, e);
		if (r != OK)
			break;
		*n += next_n == RECORD_RUN_KEY ? b.n / ENTRY : 1;
		memcpy(key, next, next_n);
		key[next_n] = '\0';
		key_n = next_n + 1;
	}
	buf_release(&b);
	return r == ERR_NOTFOUND ? OK : r;
}

#include "store/store_impl.h"

#include "base/coding.h"
#include "base/file.h"
#include "crypt/secret.h"

#include <string.h>

/*
 * The rolling token (SAFETY R7 b): the tables hold this one and the one
 * before, a file beside them holds one.  The file is always written second,
 * but for the first token: a store whose file is missing is a restored one,
 * so the file must be there before the store is.
 */
#define TOKEN_SIZE 16

struct token_job {
	struct store *s;
	uint8_t file[TOKEN_SIZE], fresh[TOKEN_SIZE];
};

static enum err
write_file(struct store *s, const uint8_t token[TOKEN_SIZE], struct error *e)
{
	struct arena *a = arena_new();
	char hex[2 * TOKEN_SIZE + 1];
	enum err r;

	hex_encode(hex, token, TOKEN_SIZE);
	r = file_write(store_path(s, a, "token"), str_of(hex), 0600, false, e);
	arena_free(a);
	return r;
}

/* What is no token matches none. */
static enum err
read_file(struct store *s, uint8_t token[TOKEN_SIZE], struct error *e)
{
	struct arena *a = arena_new();
	struct str text = STR("");
	enum err r;

	r = file_read(
	    a, store_path(s, a, "token"), 2 * TOKEN_SIZE + 1, &text, e);
	if (text.n > 0 && text.p[text.n - 1] == '\n')
		text.n--;
	if (!hex_decode(token, TOKEN_SIZE, text))
		random_bytes(token, TOKEN_SIZE);
	arena_free(a);
	return r == ERR_NOTFOUND || r == ERR_LIMIT ? OK : r;
}

static enum err
put(struct txn *t, const uint8_t now[TOKEN_SIZE],
    const uint8_t before[TOKEN_SIZE], struct error *e)
{
	char both[2 * TOKEN_SIZE];

	memcpy(both, now, TOKEN_SIZE);
	memcpy(both + TOKEN_SIZE, before, TOKEN_SIZE);
	return txn_put(
	    t, DB_META, STR(".token"), (struct str){ both, sizeof both }, e);
}

enum err
token_put_first(struct store *s, struct txn *t, struct error *e)
{
	uint8_t fresh[TOKEN_SIZE];
	enum err r;

	random_bytes(fresh, sizeof fresh);
	if ((r = write_file(s, fresh, e)) != OK)
		return r;
	return put(t, fresh, fresh, e);
}

static enum err
renew_write(struct txn *t, void *ctx, struct error *e)
{
	struct token_job *job = ctx;
	struct store *s = job->s;
	struct buf b = BUF_INIT;
	const uint8_t *now;
	enum err r;

	if ((r = store_begin(s, t, e)) != OK)
		return r;
	r = txn_get(t, DB_META, STR(".token"), &b, e);
	if (r == ERR_NOTFOUND || (r == OK && b.n != 2 * TOKEN_SIZE))
		r = error_set(e, ERR_CORRUPT, N_("the store has no token"));
	if (r != OK)
		goto out;
	now = (const uint8_t *)b.p;
	if (memcmp(now, job->file, TOKEN_SIZE) != 0 &&
	    memcmp(now + TOKEN_SIZE, job->file, TOKEN_SIZE) != 0)
		s->restored = true;
	r = put(t, job->fresh, now, e);
	if (r == OK && s->restored)
		r = feeds_close_own(s, t, e);
out:
	buf_release(&b);
	return r;
}

enum err
token_renew(struct store *s, struct error *e)
{
	struct token_job job = { .s = s };
	enum err r;

	random_bytes(job.fresh, sizeof job.fresh);
	if ((r = read_file(s, job.file, e)) != OK ||
	    (r = store_commit(s, 0, renew_write, &job, e)) != OK)
		return r;
	return write_file(s, job.fresh, e);
}

enum err
token_renew_if_room(struct store *s, struct error *e)
{
	enum err r = token_renew(s, e);

	s->token_due = r == ERR_NOSPACE;
	return s->token_due ? OK : r;
}

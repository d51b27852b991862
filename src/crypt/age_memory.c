#include "crypt/age.h"

#include "base/buf.h"
#include "crypt/secret.h"

#include <string.h>

static enum err
to_buf(void *ctx, const void *p, size_t n, struct error *e)
{
	(void)e;
	buf_add(ctx, p, n);
	return OK;
}

static enum err
from_str(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	struct str *s = ctx;

	(void)e;
	*got = n < s->n ? n : s->n;
	if (*got > 0)
		memcpy(p, s->p, *got);
	s->p += *got;
	s->n -= *got;
	return OK;
}

enum err
age_encrypt(struct arena *a, const struct age_public *recipients, size_t n,
    struct str plain, struct str *out, struct error *e)
{
	struct buf sealed = BUF_INIT;
	struct age_writer *w;
	enum err r = age_writer_open(&w, recipients, n, to_buf, &sealed, e);

	if (r == OK)
		r = age_writer_add(w, plain.p, plain.n, e);
	if (r == OK)
		r = age_writer_finish(w, e);
	if (r == OK)
		*out = arena_str_dup(a, buf_str(&sealed));
	age_writer_close(w);
	buf_release(&sealed);
	return r;
}

enum err
age_decrypt(struct arena *a, const struct age_identity *const *identities,
    size_t n, struct str sealed, struct str *out, struct error *e)
{
	/* what is sealed is larger than what is in it, so this never grows */
	struct buf plain = BUF_INIT;
	struct age_reader *r;
	size_t got = 0;
	enum err res;

	buf_reserve(&plain, sealed.n);
	res = age_reader_open(&r, identities, n, from_str, &sealed, e);
	while (res == OK) {
		res = age_reader_next(
		    r, plain.p + plain.n, plain.cap - plain.n, &got, e);
		plain.n += got;
		if (got == 0)
			break;
	}
	if (res == OK)
		*out = arena_str_dup(a, buf_str(&plain));
	age_reader_close(r);
	secret_wipe(plain.p, plain.cap);
	buf_release(&plain);
	return res;
}

#include "crypt/age.h"

#include "crypt/age_header.h"
#include "crypt/secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define NONCE 16 /* of the file, between header and payload */
#define TAG crypto_aead_chacha20poly1305_ietf_ABYTES
#define SEALED_CHUNK (AGE_CHUNK + TAG)

/* The key and the counter of the payload: STREAM. */
struct stream {
	uint8_t key[32];
	uint64_t chunk;
};

static struct stream *
stream_new(const uint8_t file_key[AGE_FILE_KEY], const uint8_t nonce[NONCE])
{
	struct stream *s = secret_alloc(sizeof *s);

	age_hkdf(s->key, file_key, AGE_FILE_KEY, nonce, NONCE, "payload");
	return s;
}

/* 11 bytes of counter, highest first, and whether this is the last chunk. */
static void
stream_nonce(const struct stream *s, bool last, uint8_t out[12])
{
	memset(out, 0, 12);
	for (int i = 0; i < 8; i++)
		out[10 - i] = (uint8_t)(s->chunk >> 8 * i);
	out[11] = last;
}

static void *
need(void *p)
{
	if (p == NULL)
		base_die("%s", _("out of memory"));
	return p;
}

/* Writing: a chunk leaves when the next byte shows that it is not the last. */

struct age_writer {
	struct stream *stream;
	age_write_fn write;
	void *ctx;
	bool finished;
	size_t n;
	uint8_t plain[AGE_CHUNK], sealed[SEALED_CHUNK];
};

enum err
age_writer_open(struct age_writer **out, const struct age_public *recipients,
    size_t n, age_write_fn write, void *ctx, struct error *e)
{
	struct age_writer *w = need(calloc(1, sizeof *w));
	uint8_t *file_key = secret_alloc(AGE_FILE_KEY), nonce[NONCE];
	struct buf header = BUF_INIT;
	enum err r;

	w->write = write;
	w->ctx = ctx;
	random_bytes(file_key, AGE_FILE_KEY);
	random_bytes(nonce, sizeof nonce);
	w->stream = stream_new(file_key, nonce);
	r = age_header_write(&header, recipients, n, file_key, e);
	secret_free(file_key);
	buf_add(&header, nonce, sizeof nonce);
	if (r == OK)
		r = write(ctx, header.p, header.n, e);
	buf_release(&header);
	if (r != OK) {
		age_writer_close(w);
		w = NULL;
	}
	*out = w;
	return r;
}

static enum err
write_chunk(struct age_writer *w, bool last, struct error *e)
{
	uint8_t nonce[12];

	stream_nonce(w->stream, last, nonce);
	crypto_aead_chacha20poly1305_ietf_encrypt(w->sealed, NULL, w->plain,
	    w->n, NULL, 0, NULL, nonce, w->stream->key);
	w->stream->chunk++;
	return w->write(w->ctx, w->sealed, w->n + TAG, e);
}

enum err
age_writer_add(struct age_writer *w, const void *p, size_t n, struct error *e)
{
	const uint8_t *from = p;
	size_t part;
	enum err r;

	if (w->finished)
		BUG("more bytes for a finished age file");
	while (n > 0) {
		if (w->n == AGE_CHUNK) {
			if ((r = write_chunk(w, false, e)) != OK)
				return r;
			w->n = 0;
		}
		part = n < AGE_CHUNK - w->n ? n : AGE_CHUNK - w->n;
		memcpy(w->plain + w->n, from, part);
		w->n += part;
		from += part;
		n -= part;
	}
	return OK;
}

enum err
age_writer_finish(struct age_writer *w, struct error *e)
{
	if (w->finished)
		BUG("an age file finished twice");
	w->finished = true;
	return write_chunk(w, true, e);
}

void
age_writer_close(struct age_writer *w)
{
	if (w == NULL)
		return;
	secret_free(w->stream);
	secret_wipe(w->plain, sizeof w->plain);
	free(w);
}

/* Reading. */

_Static_assert(AGE_HEADER_MAX <= SEALED_CHUNK,
    "the header is read into the room of a chunk");

struct age_reader {
	struct stream *stream;
	age_read_fn read;
	void *ctx;
	bool eof;       /* of the input */
	bool last;      /* the final chunk verified */
	size_t n;       /* bytes in sealed */
	size_t at, end; /* of what is in plain, not yet given out */
	uint8_t plain[AGE_CHUNK], sealed[SEALED_CHUNK];
};

/* Reads until `want` bytes are there or the input ends. */
static enum err
fill(struct age_reader *r, size_t want, struct error *e)
{
	size_t got;
	enum err res;

	while (r->n < want && !r->eof) {
		res = r->read(r->ctx, r->sealed + r->n, want - r->n, &got, e);
		if (res != OK)
			return res;
		r->eof = got == 0;
		r->n += got;
	}
	return OK;
}

static void
consume(struct age_reader *r, size_t n)
{
	memmove(r->sealed, r->sealed + n, r->n - n);
	r->n -= n;
}

static enum err
open_header(struct age_reader *r, const struct age_identity *const *ids,
    size_t n, uint8_t file_key[AGE_FILE_KEY], struct error *e)
{
	struct age_header h;
	struct str text;
	enum err res;

	if ((res = fill(r, AGE_HEADER_MAX, e)) != OK)
		return res;
	text = (struct str){ (const char *)r->sealed, r->n };
	text.n = age_header_size(text);
	if (text.n == 0 && !r->eof && str_starts(
	        (struct str){ text.p, r->n }, "age-encryption.org/"))
		return error_set(e, ERR_LIMIT,
		    N_("the header of the age file is larger than %d bytes"),
		    AGE_HEADER_MAX);
	if (text.n == 0)
		text.n = r->n;
	if ((res = age_header_parse(text, &h, e)) != OK ||
	    (res = age_header_unwrap(&h, text, ids, n, file_key, e)) != OK)
		return res;
	consume(r, text.n);
	if ((res = fill(r, NONCE, e)) != OK)
		return res;
	if (r->n < NONCE)
		return error_set(
		    e, ERR_FORMAT, N_("the age file ends in its header"));
	r->stream = stream_new(file_key, r->sealed);
	consume(r, NONCE);
	return OK;
}

enum err
age_reader_open(struct age_reader **out,
    const struct age_identity *const *identities, size_t n, age_read_fn read,
    void *ctx, struct error *e)
{
	struct age_reader *r = need(calloc(1, sizeof *r));
	uint8_t *file_key = secret_alloc(AGE_FILE_KEY);
	enum err res;

	r->read = read;
	r->ctx = ctx;
	res = open_header(r, identities, n, file_key, e);
	secret_free(file_key);
	if (res != OK) {
		age_reader_close(r);
		r = NULL;
	}
	*out = r;
	return res;
}

static bool
open_chunk(struct age_reader *r, bool last)
{
	uint8_t nonce[12];

	stream_nonce(r->stream, last, nonce);
	return crypto_aead_chacha20poly1305_ietf_decrypt(r->plain, NULL, NULL,
	           r->sealed, r->n, NULL, 0, nonce, r->stream->key) == 0;
}

/*
 * The next chunk into plain.  A short one can only be the last; a full one
 * is the last if it opens as such.  The last one is empty only in an empty
 * file.
 */
static bool
next_chunk(struct age_reader *r)
{
	bool full = r->n == SEALED_CHUNK;

	if (r->last || r->n < TAG || (r->n == TAG && r->stream->chunk > 0))
		return false;
	if (!full || !open_chunk(r, false)) {
		if (!open_chunk(r, true))
			return false;
		r->last = true;
	}
	r->at = 0;
	r->end = r->n - TAG;
	r->n = 0;
	r->stream->chunk++;
	return true;
}

enum err
age_reader_next(
    struct age_reader *r, void *p, size_t n, size_t *got, struct error *e)
{
	enum err res;

	*got = 0;
	if (n == 0)
		BUG("no room to read into");
	while (r->at == r->end) {
		if ((res = fill(r, SEALED_CHUNK, e)) != OK)
			return res;
		if (r->last && r->n == 0)
			return OK;
		/* a chunk that fails stays, and fails again */
		if (!next_chunk(r))
			return error_set(e, ERR_HASH,
			    N_("the content of the age file is damaged or cut "
			       "off"));
	}
	*got = n < r->end - r->at ? n : r->end - r->at;
	memcpy(p, r->plain + r->at, *got);
	r->at += *got;
	return OK;
}

void
age_reader_close(struct age_reader *r)
{
	if (r == NULL)
		return;
	secret_free(r->stream);
	secret_wipe(r->plain, sizeof r->plain);
	free(r);
}

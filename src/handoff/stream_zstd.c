#include "handoff/stream_zstd.h"

#include <stdlib.h>
#include <zstd.h>

#define CHUNK 65536

/*
 * Events are the same words around hashes, ids and numbers that nothing
 * shortens: short matches only find chance likenesses in those.  So the
 * fastest strategy with long matches alone makes as little of them as level 3,
 * in little more than a third of its time, with a table of 32 KB, which fits
 * the first cache of any processor.
 */
static const struct {
	ZSTD_cParameter name;
	int value;
} parameters[] = {
	{ ZSTD_c_compressionLevel, 1 },
	{ ZSTD_c_strategy, ZSTD_fast },
	{ ZSTD_c_minMatch, 7 },
	{ ZSTD_c_hashLog, 13 },
	{ ZSTD_c_windowLog, 21 },
	{ ZSTD_c_checksumFlag, 1 },
};

struct zstd_writer {
	ZSTD_CCtx *ctx;
	age_write_fn write;
	void *write_ctx;
	char out[CHUNK];
};

enum err
zstd_writer_open(struct zstd_writer **out, age_write_fn write, void *ctx,
    struct error *e)
{
	struct zstd_writer *w = calloc(1, sizeof *w);

	(void)e;
	if (w == NULL || (w->ctx = ZSTD_createCCtx()) == NULL)
		base_die("%s", _("out of memory"));
	for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
		if (ZSTD_isError(ZSTD_CCtx_setParameter(
		        w->ctx, parameters[i].name, parameters[i].value)))
			BUG("zstd refuses its parameters");
	w->write = write;
	w->write_ctx = ctx;
	*out = w;
	return OK;
}

static enum err
compress(struct zstd_writer *w, ZSTD_inBuffer *in, ZSTD_EndDirective end,
    struct error *e)
{
	enum err err;
	size_t left;

	do {
		ZSTD_outBuffer out = { w->out, sizeof w->out, 0 };

		left = ZSTD_compressStream2(w->ctx, &out, in, end);
		if (ZSTD_isError(left))
			return error_set(e, ERR_IO, N_("cannot compress: %s"),
			    ZSTD_getErrorName(left));
		if (out.pos > 0
		    && (err = w->write(w->write_ctx, w->out, out.pos, e))
		        != OK)
			return err;
	} while (end == ZSTD_e_end ? left > 0 : in->pos < in->size);
	return OK;
}

enum err
zstd_writer_add(
    struct zstd_writer *w, const void *p, size_t n, struct error *e)
{
	ZSTD_inBuffer in = { p, n, 0 };

	return n == 0 ? OK : compress(w, &in, ZSTD_e_continue, e);
}

enum err
zstd_writer_finish(struct zstd_writer *w, struct error *e)
{
	ZSTD_inBuffer in = { NULL, 0, 0 };

	return compress(w, &in, ZSTD_e_end, e);
}

void
zstd_writer_close(struct zstd_writer *w)
{
	if (w == NULL)
		return;
	ZSTD_freeCCtx(w->ctx);
	free(w);
}

struct zstd_reader {
	ZSTD_DCtx *ctx;
	age_read_fn read;
	void *read_ctx;
	uint64_t left; /* of the cap */
	bool started, ended;
	bool pending; /* more output may come without more input */
	ZSTD_inBuffer in;
	unsigned char buf[CHUNK];
};

enum err
zstd_reader_open(struct zstd_reader **out, age_read_fn read, void *ctx,
    uint64_t cap, struct error *e)
{
	struct zstd_reader *r = calloc(1, sizeof *r);

	(void)e;
	if (r == NULL || (r->ctx = ZSTD_createDCtx()) == NULL)
		base_die("%s", _("out of memory"));
	if (ZSTD_isError(ZSTD_DCtx_setParameter(
	        r->ctx, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX)))
		BUG("zstd refuses its parameters");
	r->read = read;
	r->read_ctx = ctx;
	r->left = cap;
	r->in.src = r->buf;
	*out = r;
	return OK;
}

static enum err
refill(struct zstd_reader *r, struct error *e)
{
	r->in.pos = 0;
	return r->read(r->read_ctx, r->buf, sizeof r->buf, &r->in.size, e);
}

/* Skippable frames could hide bytes, so the first one must be a real one. */
static enum err
check_magic(struct zstd_reader *r, struct error *e)
{
	static const uint8_t magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };

	r->started = true;
	for (size_t i = 0; i < sizeof magic; i++)
		if (i >= r->in.size || r->buf[i] != magic[i])
			return error_set(e, ERR_FORMAT,
			    N_("the contents are not a zstd frame"));
	return OK;
}

static enum err
check_end(struct zstd_reader *r, struct error *e)
{
	enum err err;

	if (r->in.pos == r->in.size && (err = refill(r, e)) != OK)
		return err;
	if (r->in.pos < r->in.size)
		return error_set(e, ERR_FORMAT,
		    N_("there are bytes after the compressed contents"));
	return OK;
}

enum err
zstd_reader_next(struct zstd_reader *r, void *p, size_t n, size_t *got,
    struct error *e)
{
	ZSTD_outBuffer out = { p, n, 0 };
	enum err err;
	size_t left;

	*got = 0;
	while (out.pos == 0 && !r->ended) {
		if (r->in.pos == r->in.size && !r->pending) {
			if ((err = refill(r, e)) != OK)
				return err;
			if (!r->started && (err = check_magic(r, e)) != OK)
				return err;
			if (r->in.size == 0)
				return error_set(e, ERR_FORMAT,
				    N_("the compressed contents are cut off"));
		}
		left = ZSTD_decompressStream(r->ctx, &out, &r->in);
		if (ZSTD_isError(left))
			return error_set(e, ERR_FORMAT,
			    N_("the compressed contents are damaged: %s"),
			    ZSTD_getErrorName(left));
		r->pending = out.pos == out.size;
		if (left == 0) {
			r->ended = true;
			if ((err = check_end(r, e)) != OK)
				return err;
		}
	}
	if (out.pos > r->left)
		return error_set(e, ERR_LIMIT,
		    N_("the contents are larger than the header says"));
	r->left -= out.pos;
	*got = out.pos;
	return OK;
}

void
zstd_reader_close(struct zstd_reader *r)
{
	if (r == NULL)
		return;
	ZSTD_freeDCtx(r->ctx);
	free(r);
}

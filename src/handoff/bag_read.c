#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "handoff/bag.h"
#include "handoff/stream_zstd.h"
#include "handoff/ustar.h"

#define CHUNK 65536

struct payload {
	const struct bag_source *src;
	uint64_t done;
	struct age_reader *age;
};

static enum err
from_file(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	struct payload *in = ctx;
	uint64_t left = in->src->size - in->done;
	ssize_t r;

	*got = 0;
	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return OK;
	do
		r = pread(in->src->fd, p, n,
		    (off_t)(in->src->at + in->done));
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return error_errno(e, ERR_IO, N_("cannot read the local copy"));
	in->done += (uint64_t)r;
	*got = (size_t)r;
	return OK;
}

static enum err
from_age(void *ctx, void *p, size_t n, size_t *got, struct error *e)
{
	struct payload *in = ctx;

	return age_reader_next(in->age, p, n, got, e);
}

struct walk {
	const struct bag_visitor *v;
	void *ctx;
	struct ustar_reader tar;
	bool open, ended;
};

static enum err
end_file(struct walk *w, struct error *e)
{
	if (!w->open)
		return OK;
	w->open = false;
	return w->v->end(w->ctx, e);
}

static enum err
walk_chunk(struct walk *w, struct str in, struct error *e)
{
	enum ustar_event event = USTAR_FILE;
	struct str data;
	enum err err;

	while (event != USTAR_MORE && event != USTAR_END) {
		err = ustar_next(&w->tar, &in, &event, &data, e);
		if (err != OK)
			return err;
		if (event == USTAR_FILE) {
			if ((err = end_file(w, e)) == OK)
				err = w->v->file(
				    w->ctx, w->tar.name, w->tar.size, e);
			w->open = true;
		} else if (event == USTAR_DATA) {
			err = w->v->data(w->ctx, data, e);
		} else if (event == USTAR_END && !w->ended) {
			w->ended = true;
			err = end_file(w, e);
		}
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err
walk_all(struct walk *w, struct zstd_reader *zstd, uint64_t raw,
    struct error *e)
{
	char *chunk = malloc(CHUNK);
	uint64_t total = 0;
	enum err err;
	size_t got;

	if (chunk == NULL)
		base_die("%s", _("out of memory"));
	do {
		err = zstd_reader_next(zstd, chunk, CHUNK, &got, e);
		if (err == OK && got > 0) {
			total += got;
			err = walk_chunk(w, (struct str){ chunk, got }, e);
		}
	} while (err == OK && got > 0);
	free(chunk);
	if (err != OK)
		return err;
	if (!w->ended)
		return error_set(
		    e, ERR_FORMAT, N_("the bundle's contents are cut off"));
	if (total != raw)
		return error_set(e, ERR_FORMAT,
		    N_("the contents are smaller than the header says"));
	return OK;
}

enum err
bag_read(const struct bag_source *src, const struct bag_visitor *v, void *ctx,
    struct error *e)
{
	struct payload in = { .src = src };
	struct walk w = { .v = v, .ctx = ctx };
	struct zstd_reader *zstd = NULL;
	enum err err;

	ustar_begin(&w.tar);
	err = age_reader_open(
	    &in.age, src->identities, src->n_identities, from_file, &in, e);
	if (err == ERR_RECIPIENT)
		return error_set(e, ERR_RECIPIENT,
		    N_("the bundle is encrypted for other devices than this"));
	if (err != OK)
		return err;
	if ((err = zstd_reader_open(&zstd, from_age, &in, src->raw, e)) == OK)
		err = walk_all(&w, zstd, src->raw, e);
	zstd_reader_close(zstd);
	age_reader_close(in.age);
	return err;
}

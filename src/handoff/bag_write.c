#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/coding.h"
#include "base/file.h"
#include "crypt/hash.h"
#include "handoff/bag.h"
#include "handoff/stream_zstd.h"
#include "handoff/ustar.h"

/* What the outer file needs beside the payload fits into this. */
#define PAYLOAD_MAX (BUNDLE_FILE_MAX - (64u << 10))
#define CHUNK 65536

struct bag_writer {
	int fd;
	struct hash sha256, blake2b; /* of the payload */
	uint64_t size, raw;
	struct age_writer *age;
	struct zstd_writer *zstd;
	struct buf manifest;
	char name[BAG_NAME];   /* of the file being written */
	uint64_t left, length;
	struct hash sum;
	struct buf small; /* of it, gathered: a line each is slow */
};

static enum err
to_file(void *ctx, const void *p, size_t n, struct error *e)
{
	struct bag_writer *w = ctx;

	if (n > PAYLOAD_MAX - w->size)
		return error_set(
		    e, ERR_LIMIT, N_("the bundle is larger than is allowed"));
	w->size += n;
	hash_sha256_add(&w->sha256, p, n);
	hash_blake2b512_add(&w->blake2b, p, n);
	return file_write_all(w->fd, p, n, e);
}

static enum err
to_age(void *ctx, const void *p, size_t n, struct error *e)
{
	struct bag_writer *w = ctx;

	return age_writer_add(w->age, p, n, e);
}

static enum err
to_tar(struct bag_writer *w, const void *p, size_t n, struct error *e)
{
	w->raw += n;
	return zstd_writer_add(w->zstd, p, n, e);
}

enum err
bag_writer_open(struct bag_writer **out, const struct age_public *recipients,
    size_t n, int fd, struct error *e)
{
	struct bag_writer *w = calloc(1, sizeof *w);
	enum err err;

	if (w == NULL)
		base_die("%s", _("out of memory"));
	w->fd = fd;
	hash_sha256_start(&w->sha256);
	hash_blake2b512_start(&w->blake2b);
	if ((err = age_writer_open(&w->age, recipients, n, to_file, w, e))
	        != OK
	    || (err = zstd_writer_open(&w->zstd, to_age, w, e)) != OK) {
		bag_writer_close(w);
		return err;
	}
	*out = w;
	return OK;
}

enum err
bag_writer_begin(
    struct bag_writer *w, const char *name, uint64_t size, struct error *e)
{
	uint8_t head[USTAR_BLOCK];

	if (strlen(name) >= sizeof w->name)
		BUG("the name %s is too long", name);
	memcpy(w->name, name, strlen(name) + 1);
	w->left = w->length = size;
	hash_sha256_start(&w->sum);
	ustar_head(head, name, size);
	return to_tar(w, head, sizeof head, e);
}

static enum err
put_small(struct bag_writer *w, struct error *e)
{
	enum err err;

	hash_sha256_add(&w->sum, w->small.p, w->small.n);
	err = to_tar(w, w->small.p, w->small.n, e);
	buf_clear(&w->small);
	return err;
}

enum err
bag_writer_add(struct bag_writer *w, struct str bytes, struct error *e)
{
	if (bytes.n > w->left)
		BUG("%s has more bytes than its head says", w->name);
	w->left -= bytes.n;
	buf_add_str(&w->small, bytes);
	return w->small.n < CHUNK ? OK : put_small(w, e);
}

enum err
bag_writer_end(struct bag_writer *w, struct error *e)
{
	static const uint8_t zeros[USTAR_BLOCK];
	uint8_t sum[HASH_SIZE];
	char text[HASH_HEX];
	enum err err;

	if (w->left != 0)
		BUG("%s has fewer bytes than its head says", w->name);
	if ((err = put_small(w, e)) != OK)
		return err;
	hash_sha256_end(&w->sum, sum);
	hex_encode(text, sum, sizeof sum);
	if (str_starts(str_of(w->name), "data/"))
		buf_printf(&w->manifest, "%s  %s\n", text, w->name);
	return to_tar(w, zeros, ustar_padding(w->length), e);
}

enum err
bag_writer_file(struct bag_writer *w, const char *name, struct str bytes,
    struct error *e)
{
	enum err err;

	if ((err = bag_writer_begin(w, name, bytes.n, e)) != OK
	    || (err = bag_writer_add(w, bytes, e)) != OK)
		return err;
	return bag_writer_end(w, e);
}

static enum err
put_manifest(struct bag_writer *w, const struct minisign_secret *key,
    const char *comment, struct error *e)
{
	struct arena *a = arena_new();
	struct hash h;
	uint8_t sum[64];
	char *signature;
	enum err err;

	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, w->manifest.p, w->manifest.n);
	hash_blake2b512_end(&h, sum);
	signature = minisign_sign(a, key, sum, OUTER_COMMENT, comment);
	err = bag_writer_file(
	    w, "manifest-sha256.txt", buf_str(&w->manifest), e);
	if (err == OK)
		err = bag_writer_file(w, "manifest-sha256.txt.minisig",
		    str_of(signature), e);
	arena_free(a);
	return err;
}

enum err
bag_writer_finish(struct bag_writer *w, const struct minisign_secret *key,
    const char *comment, struct bag_sums *out, struct error *e)
{
	static const uint8_t zeros[2 * USTAR_BLOCK];
	enum err err;

	if ((err = put_manifest(w, key, comment, e)) != OK
	    || (err = to_tar(w, zeros, sizeof zeros, e)) != OK
	    || (err = zstd_writer_finish(w->zstd, e)) != OK
	    || (err = age_writer_finish(w->age, e)) != OK)
		return err;
	out->size = w->size;
	out->raw = w->raw;
	hash_sha256_end(&w->sha256, out->sha256);
	hash_blake2b512_end(&w->blake2b, out->blake2b512);
	return OK;
}

void
bag_writer_close(struct bag_writer *w)
{
	if (w == NULL)
		return;
	zstd_writer_close(w->zstd);
	age_writer_close(w->age);
	buf_release(&w->manifest);
	buf_release(&w->small);
	free(w);
}

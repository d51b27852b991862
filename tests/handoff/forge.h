#ifndef TESTS_HANDOFF_FORGE_H
#define TESTS_HANDOFF_FORGE_H
/*
 * Makes bundles by hand, right ones and wrong ones: every part can be given
 * another text, another signer or another receiver.  The bag is put together
 * here and not by the writer of the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/coding.h"
#include "handoff/bag.h"
#include "handoff/stream_zstd.h"
#include "handoff/ustar.h"
#include "people.h"

struct forge {
	const struct person *from, *signer, *inner_signer;
	const struct age_public *recipients;
	size_t n_recipients;
	struct bag_head head;     /* head.json, unless `json` is given */
	struct bundle_header out; /* what the header shall say of whom */
	const char *json, *bagit, *info, *comment;
	const char *events;       /* text of events.ndjson */
	const char *extra_name, *extra; /* a file before the manifest */
	const char *skip;         /* a file that is left out */
	struct str raw_file;      /* bytes of a tar before the manifest */
	struct str raw_end;       /* ... and after its end */
	struct str after;         /* bytes after the compressed frame */
	struct str frame;         /* instead of it */
	const char *manifest;     /* instead of the true sums */
	int64_t add_raw, add_size, add_events; /* lies of the header */
	bool wrong_sum;
};

/* A right one: no events. */
static inline void
forge_init(struct forge *f, const struct person *from,
    const struct person *to, uint64_t number)
{
	memset(f, 0, sizeof *f);
	f->from = f->signer = f->inner_signer = from;
	f->recipients = &to->card.age;
	f->n_recipients = 1;
	f->bagit = BAG_DECLARATION;
	f->info = "Source-Organization: test\n";
	f->events = "";
	f->out.version = BUNDLE_VERSION;
	memcpy(f->out.from_unit, from->card.unit, sizeof f->out.from_unit);
	memcpy(f->out.from_device, from->card.device, 5);
	memcpy(f->out.to_unit, to->card.unit, sizeof f->out.to_unit);
	memcpy(f->out.prev, "-", 2);
	f->out.number = number;
	memcpy(f->head.from_unit, f->out.from_unit, sizeof f->out.from_unit);
	memcpy(f->head.from_device, f->out.from_device, 5);
	memcpy(f->head.to_unit, f->out.to_unit, sizeof f->out.to_unit);
	memcpy(f->head.prev, "-", 2);
	f->head.number = number;
}

static inline void
forge_must(enum err err, const struct error *e)
{
	if (err != OK)
		BUG("cannot forge: %s", e->what);
}

static inline enum err
forge_line(void *ctx, struct str bytes, struct error *e)
{
	(void)e;
	buf_add_str(ctx, bytes);
	buf_addc(ctx, '\n');
	return OK;
}

/* A right one with all events of a store, and its feeds. */
static inline void
forge_events(struct forge *f, struct arena *a, const struct person *from,
    const struct person *to, struct store *events)
{
	struct buf text = BUF_INIT;
	struct store_feed *feeds;
	struct bag_feed *b;
	struct error e;
	uint64_t count;
	size_t n;

	forge_init(f, from, to, 1);
	forge_must(store_events_beyond(events, NULL, NULL, 0, forge_line,
	               &text, &count, &e), &e);
	f->events = arena_str(a, buf_str(&text));
	buf_release(&text);
	forge_must(store_feeds(events, a, NULL, &feeds, &n, &e), &e);
	f->head.n_feeds = n;
	f->head.feeds = arena_array(a, n, sizeof *f->head.feeds);
	for (size_t i = 0; i < n; i++) {
		b = &f->head.feeds[i];
		b->id = feeds[i].id;
		memcpy(b->unit, feeds[i].unit, sizeof b->unit);
		memcpy(b->device, feeds[i].device, sizeof b->device);
		memcpy(b->role, feeds[i].role, sizeof b->role);
		memcpy(b->scope, feeds[i].scope, sizeof b->scope);
		memcpy(b->key, feeds[i].sign_key, sizeof b->key);
		b->first = 1;
		b->last = b->count = feeds[i].top;
		b->head = feeds[i].head;
	}
}

/* Adds a file to a tar. */
static inline void
forge_tar(struct buf *tar, const char *name, struct str bytes)
{
	static const uint8_t zeros[USTAR_BLOCK];
	uint8_t head[USTAR_BLOCK];

	ustar_head(head, name, bytes.n);
	buf_add(tar, head, sizeof head);
	buf_add_str(tar, bytes);
	buf_add(tar, zeros, ustar_padding(bytes.n));
}

static inline void
forge_file(struct forge *f, struct buf *tar, struct buf *manifest,
    const char *name, const char *text)
{
	uint8_t sum[HASH_SIZE];
	char hex[HASH_HEX];

	if (f->skip != NULL && strcmp(f->skip, name) == 0)
		return;
	forge_tar(tar, name, str_of(text));
	if (strncmp(name, "data/", 5) != 0)
		return;
	hash_sha256(sum, str_of(text));
	hex_encode(hex, sum, sizeof sum);
	buf_printf(manifest, "%s  %s\n", hex, name);
}

static inline const char *
forge_sign(struct arena *a, const struct person *signer, struct str text,
    const char *comment)
{
	struct hash h;
	uint8_t sum[64];

	hash_blake2b512_start(&h);
	hash_blake2b512_add(&h, text.p, text.n);
	hash_blake2b512_end(&h, sum);
	return minisign_sign(a, signer->sign, sum, OUTER_COMMENT, comment);
}

/* The tar inside. */
static inline void
forge_bag(struct forge *f, struct arena *a, struct buf *tar)
{
	static const uint8_t end[2 * USTAR_BLOCK];
	struct buf manifest = BUF_INIT, comment = BUF_INIT;

	forge_file(f, tar, &manifest, "bagit.txt", f->bagit);
	forge_file(f, tar, &manifest, "bag-info.txt", f->info);
	forge_file(f, tar, &manifest, "data/head.json",
	    f->json != NULL ? f->json : bag_head_format(a, &f->head).p);
	forge_file(f, tar, &manifest, "data/events.ndjson", f->events);
	if (f->extra_name != NULL)
		forge_file(f, tar, &manifest, f->extra_name, f->extra);
	buf_add_str(tar, f->raw_file);
	if (f->manifest != NULL) {
		buf_clear(&manifest);
		buf_adds(&manifest, f->manifest);
	}
	bag_comment(&comment, f->out.from_unit, f->out.from_device,
	    f->out.to_unit, f->out.number);
	forge_tar(tar, "manifest-sha256.txt", buf_str(&manifest));
	forge_tar(tar, "manifest-sha256.txt.minisig",
	    str_of(forge_sign(a, f->inner_signer, buf_str(&manifest),
	        f->comment != NULL ? f->comment : buf_cstr(&comment))));
	buf_add(tar, end, sizeof end);
	buf_add_str(tar, f->raw_end);
	buf_release(&manifest);
	buf_release(&comment);
}

static inline enum err
forge_to_buf(void *ctx, const void *p, size_t n, struct error *e)
{
	(void)e;
	buf_add(ctx, p, n);
	return OK;
}

static inline void
forge_compress(struct buf *out, struct str in)
{
	struct zstd_writer *w;
	struct error e;

	forge_must(zstd_writer_open(&w, forge_to_buf, out, &e), &e);
	forge_must(zstd_writer_add(w, in.p, in.n, &e), &e);
	forge_must(zstd_writer_finish(w, &e), &e);
	zstd_writer_close(w);
}

/* Seals, signs, writes DIR/ANSINH/NAME; the path from the arena. */
static inline const char *
forge_write(struct forge *f, struct arena *a, const char *dir,
    const char *name)
{
	struct buf tar = BUF_INIT, frame = BUF_INIT, comment = BUF_INIT;
	struct str sealed;
	struct error e;
	int fd;

	f->out.events = (uint64_t)f->add_events;
	for (const char *p = f->events; *p != '\0'; p++)
		f->out.events += *p == '\n';
	f->head.events = f->out.events;
	forge_bag(f, a, &tar);
	if (f->frame.n > 0)
		buf_add_str(&frame, f->frame);
	else
		forge_compress(&frame, buf_str(&tar));
	buf_add_str(&frame, f->after);
	forge_must(age_encrypt(a, f->recipients, f->n_recipients,
	               buf_str(&frame), &sealed, &e), &e);
	f->out.size = sealed.n + (uint64_t)f->add_size;
	f->out.raw = tar.n + (uint64_t)f->add_raw;
	hash_sha256(f->out.sha256, sealed);
	f->out.sha256[0] ^= f->wrong_sum;
	bundle_header_format(&comment, &f->out);
	forge_must(stick_local_file(dir, &fd, &e), &e);
	forge_must(file_write_all(fd, sealed.p, sealed.n, &e), &e);
	forge_must(outer_write(dir, name, fd, sealed.n,
	               forge_sign(a, f->signer, sealed, buf_cstr(&comment)),
	               &e), &e);
	close(fd);
	buf_release(&tar);
	buf_release(&frame);
	buf_release(&comment);
	return arena_printf(a, "%s/ANSINH/%s", dir, name);
}

#endif

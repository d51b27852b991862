#ifndef HANDOFF_BAG_H
#define HANDOFF_BAG_H
/*
 * The bag inside a bundle (doc/format-bundle.md, parts 3 to 6): its head, its
 * checkpoints, and the streams that write and read it.
 */
#include "handoff/bundle.h"
#include "handoff/outer.h"

#define BAG_FEEDS_MAX 4096
#define BAG_BEFORE_MAX 32
#define BAG_PACKS_MAX 256
#define BAG_HEAD_MAX (4u << 20)
#define BAG_PACK_MAX (2u << 20)
#define BAG_PACKS_TOTAL_MAX (16u << 20)
#define BAG_MANIFEST_MAX (64u << 10)
#define BAG_INFO_MAX 4096
#define BAG_DECLARATION \
	"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#define BAG_NAME 101

struct bag_feed { /* a feed of which the bag holds events */
	struct feed_id id;
	char unit[16], device[8], role[16], scope[16];
	uint8_t key[32]; /* Ed25519 key of its owner */
	uint64_t first, last, count;
	struct event_id head; /* of the last of its events here */
};
struct bag_hash {
	uint8_t b[32];
};
struct bag_head { /* data/head.json */
	char from_unit[16], from_device[8], to_unit[16];
	uint64_t number, events, trust;
	char prev[65];
	struct date date; /* what day it was there; none if it did not know */
	size_t n_acks, n_before, n_checkpoints, n_feeds, n_have, n_sent;
	struct store_ack *acks;
	struct bag_hash *before; /* its bundles to that unit, newest first */
	struct store_ack *sent; /* within a unit: how far to others */
	struct str *checkpoints;
	struct bag_feed *feeds; /* in the order of the events */
	struct bag_hash *have;  /* form packs it holds */
};
struct str bag_head_format(struct arena *a, const struct bag_head *h);
enum err bag_head_parse(struct arena *a, struct str json,
    struct bag_head *out, struct error *e) MUSTUSE;
/* The trusted comment of the manifest's signature. */
void bag_comment(struct buf *out, const char *from_unit,
    const char *from_device, const char *to_unit, uint64_t number);

/*
 * A checkpoint: the owner's signature of how its feed stood.  Text: a minisig
 * whose trusted comment is the line "ansinh-checkpoint-1 FEED SEQ ID" and
 * whose signed body is that line with its line end.
 */
struct checkpoint {
	struct feed_id feed;
	uint64_t seq;
	struct event_id id;
	struct minisign_file file;
};
char *checkpoint_make(struct arena *a, const struct minisign_secret *key,
    const struct feed_id *feed, uint64_t seq, const struct event_id *id);
/* Lends from text. */
bool checkpoint_parse(struct str text, struct checkpoint *out);
bool checkpoint_holds(
    const struct checkpoint *c, const struct minisign_public *owner);
/* The setting that keeps the newest one known of a feed. */
void checkpoint_setting(const struct feed_id *feed, char out[48]);

/* Writing: tar | zstd | age into a local file, with its sums. */
struct bag_writer;
enum err bag_writer_open(struct bag_writer **out,
    const struct age_public *recipients, size_t n, int fd, struct error *e)
    MUSTUSE;
enum err bag_writer_file(struct bag_writer *w, const char *name,
    struct str bytes, struct error *e) MUSTUSE;
/* A file in pieces that add up to size. */
enum err bag_writer_begin(struct bag_writer *w, const char *name,
    uint64_t size, struct error *e) MUSTUSE;
enum err bag_writer_add(struct bag_writer *w, struct str bytes,
    struct error *e) MUSTUSE;
enum err bag_writer_end(struct bag_writer *w, struct error *e) MUSTUSE;
struct bag_sums {
	uint64_t size, raw;
	uint8_t sha256[32], blake2b512[64];
};
/* Manifest and its signature, then the end.  ERR_LIMIT if the payload is
 * larger than a bundle may hold (also from the calls above). */
enum err bag_writer_finish(struct bag_writer *w,
    const struct minisign_secret *key, const char *comment,
    struct bag_sums *out, struct error *e) MUSTUSE;
void bag_writer_close(struct bag_writer *w); /* NULL is fine */

/* Reading: the same way back, as often as is needed. */
struct bag_source {
	int fd;
	uint64_t at, size, raw; /* of the payload in the file; tar's size */
	const struct age_identity *const *identities;
	size_t n_identities;
};
struct bag_visitor {
	enum err (*file)(void *ctx, const char *name, uint64_t size,
	    struct error *e);
	enum err (*data)(void *ctx, struct str data, struct error *e);
	enum err (*end)(void *ctx, struct error *e); /* of the file */
};
enum err bag_read(const struct bag_source *src, const struct bag_visitor *v,
    void *ctx, struct error *e) MUSTUSE;

/* What is in a bag whose every sum and signature holds. */
struct bag_pack {
	struct bag_hash hash;
	struct str bytes;
};
struct bag {
	struct bag_head head;
	size_t n_packs;
	struct bag_pack *pack; /* forms */
	bool has_trust;
	struct trust trust;
};
struct bag_use { /* the head is there before the first line of events */
	enum err (*head)(void *ctx, const struct bag_head *head,
	    struct error *e);
	enum err (*line)(void *ctx, struct str line, struct error *e);
	void *ctx;
	bundle_progress_fn progress;
	void *progress_ctx;
};
/* First pass: everything. */
enum err bag_verify(struct arena *a, const struct bag_source *src,
    const struct bundle_header *header, const struct card *sender,
    const struct bag_use *use, struct bag *out, struct error *e) MUSTUSE;
/* Second pass: the events alone, of a bag that bag_verify has passed. */
enum err bag_events(const struct bag_source *src, uint64_t events,
    const struct bag_use *use, struct error *e) MUSTUSE;

#endif

#include "handoff/export_impl.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/coding.h"
#include "base/file.h"
#include "crypt/hash.h"
#include "handoff/peer.h"
#include "handoff/stick.h"
#include "handoff/tidy.h"

/* Events of one part; if they should not fit when sealed, half of it. */
#define PART_BYTES (256u << 20)
#define PART_BYTES_MIN (1u << 20)

static bool
in_part(const struct plan_part *part, const struct feed_id *id)
{
	for (size_t i = 0; i < part->n_feeds; i++)
		if (memcmp(&part->feeds[i].id, id, sizeof *id) == 0)
			return true;
	return false;
}

/*
 * Checkpoints of the feeds in the part, and of our own others, so that the
 * other side can always show what we have signed.
 */
static enum err
fill_checkpoints(struct exporting *x, const struct plan_part *part,
    struct bag_head *head, struct error *e)
{
	struct store_feed *feeds;
	enum err err;
	size_t n;

	err = store_feeds(x->s, x->a, x->scope, &feeds, &n, e);
	if (err != OK)
		return err;
	head->checkpoints = arena_array(
	    x->a, part->n_checkpoints + n, sizeof *head->checkpoints);
	for (size_t i = 0; i < part->n_checkpoints; i++)
		head->checkpoints[head->n_checkpoints++] =
		    part->checkpoints[i];
	for (size_t i = 0; i < n; i++) {
		const struct store_feed *f = &feeds[i];

		if (memcmp(f->sign_key, x->self->sign->public.key, 32) != 0)
			continue;
		if (f->linked > 0 && !in_part(part, &f->id))
			head->checkpoints[head->n_checkpoints++] =
			    str_of(checkpoint_make(x->a, x->self->sign,
			        &f->id, f->linked, &f->head));
	}
	return OK;
}

static enum err
fill_head(struct exporting *x, const struct plan_part *part,
    const struct bundle_header *h, struct bag_head *head, struct error *e)
{
	enum err err;

	memset(head, 0, sizeof *head);
	memcpy(head->from_unit, h->from_unit, sizeof head->from_unit);
	memcpy(head->from_device, h->from_device, sizeof head->from_device);
	memcpy(head->to_unit, h->to_unit, sizeof head->to_unit);
	memcpy(head->prev, h->prev, sizeof head->prev);
	head->number = h->number;
	head->events = h->events;
	head->trust = h->trust;
	if (store_clock_fits(x->s))
		head->date = clock_today();
	head->feeds = part->feeds;
	head->n_feeds = part->n_feeds;
	head->before = x->before;
	head->n_before = x->n_before;
	head->have = x->held;
	head->n_have = x->n_held;
	err = store_own_acks(
	    x->s, x->a, x->scope, &head->acks, &head->n_acks, e);
	if (err == OK && strcmp(x->unit, x->self->card->unit) == 0)
		err = store_sent_acks(
		    x->s, x->a, x->scope, &head->sent, &head->n_sent, e);
	return err != OK ? err : fill_checkpoints(x, part, head, e);
}

static struct str
info_text(struct exporting *x, const struct bundle_header *h, struct str head,
    uint64_t events_size)
{
	uint64_t octets = head.n + events_size + x->trust.n;
	char day[DATE_BUF], name[BUNDLE_NAME];

	for (size_t i = 0; i < x->n_packs; i++)
		octets += x->pack[i].bytes.n;
	date_format_iso(clock_today(), day);
	bundle_name_format(name, h->from_unit, h->from_device, h->number);
	return str_of(arena_printf(x->a,
	    "Source-Organization: %s\nBagging-Date: %s\n"
	    "External-Identifier: %s\nPayload-Oxum: %" PRIu64 ".%zu\n",
	    h->from_unit, day, name, octets,
	    2 + x->n_packs + (x->trust.n > 0)));
}

static enum err
write_line(void *ctx, struct str line, struct error *e)
{
	struct exporting *x = ctx;

	if ((x->done & 0xff) == 0 && x->progress != NULL
	    && !x->progress(x->progress_ctx, x->done, x->total))
		return error_set(e, ERR_CANCELLED, N_("stopped"));
	x->done++;
	return bag_writer_add(x->writer, line, e);
}

static enum err
write_packs(struct exporting *x, struct error *e)
{
	char hash[HASH_HEX];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < x->n_packs; i++) {
		hex_encode(hash, x->pack[i].hash.b, HASH_SIZE);
		err = bag_writer_file(x->writer,
		    arena_printf(x->a, "data/packs/form-%s.json", hash),
		    x->pack[i].bytes, e);
	}
	if (err == OK && x->trust.n > 0)
		err = bag_writer_file(
		    x->writer, "data/packs/trust.json", x->trust, e);
	return err;
}

/* The sealed bag, in a file of no name on the local disk. */
static enum err
write_payload(struct exporting *x, const struct plan_part *part,
    const struct bundle_header *h, int fd, struct bag_sums *sums,
    struct error *e)
{
	struct buf comment = BUF_INIT;
	struct bag_head head;
	struct str json;
	enum err err;

	if ((err = fill_head(x, part, h, &head, e)) != OK
	    || (err = bag_writer_open(
	            &x->writer, x->recipient, x->n_recipients, fd, e))
	        != OK)
		return err;
	json = bag_head_format(x->a, &head);
	bag_comment(
	    &comment, h->from_unit, h->from_device, h->to_unit, h->number);
	if ((err = bag_writer_file(
	         x->writer, "bagit.txt", STR(BAG_DECLARATION), e))
	        == OK
	    && (err = bag_writer_file(x->writer, "bag-info.txt",
	            info_text(x, h, json, part->bytes), e))
	        == OK
	    && (err = bag_writer_file(x->writer, "data/head.json", json, e))
	        == OK
	    && (err = bag_writer_begin(
	            x->writer, "data/events.ndjson", part->bytes, e))
	        == OK
	    && (err = plan_each(x->plan, part, write_line, x, e)) == OK
	    && (err = bag_writer_end(x->writer, e)) == OK
	    && (err = write_packs(x, e)) == OK)
		err = bag_writer_finish(
		    x->writer, x->self->sign, buf_cstr(&comment), sums, e);
	buf_release(&comment);
	bag_writer_close(x->writer);
	x->writer = NULL;
	return err;
}

/* Whether the stick has a bundle of that name, or what is left of one. */
static bool
is_used(struct exporting *x, const char *name)
{
	const char *path =
	    arena_printf(x->a, "%s/ANSINH/%s.ansinh", x->dir, name);

	return file_exists(path)
	    || file_exists(arena_printf(x->a, "%s" STICK_PART, path));
}

/* A name that was never used (W1): what the power cut off is not tried again,
 * and a laptop that was set back has used numbers that it does not know of. */
static enum err
choose_number(
    struct exporting *x, struct bundle_header *h, struct error *e)
{
	char name[BUNDLE_NAME];

	h->number = store_bundle_next(x->s);
	for (;; h->number++) {
		bundle_name_format(
		    name, h->from_unit, h->from_device, h->number);
		if (!is_used(x, name))
			break;
	}
	return store_bundle_take(x->s, h->number, e);
}

static enum err
begin_header(struct exporting *x, const struct plan_part *part,
    struct bundle_header *h, struct error *e)
{
	const struct card *me = x->self->card;
	enum err err;

	memset(h, 0, sizeof *h);
	h->version = BUNDLE_VERSION;
	memcpy(h->from_unit, me->unit, sizeof h->from_unit);
	memcpy(h->from_device, me->device, sizeof h->from_device);
	memcpy(h->to_unit, x->unit, sizeof h->to_unit);
	h->events = part->events;
	h->trust = x->self->trust->version;
	if ((err = choose_number(x, h, e)) != OK
	    || (err = sent_load(x->s, x->a, x->unit, &x->before,
	            &x->n_before, e))
	        != OK)
		return err;
	memcpy(h->prev, "-", 2);
	if (x->n_before > 0)
		hex_encode(h->prev, x->before[0].b, HASH_SIZE);
	return OK;
}

/* In the log stands how far the bundle goes, and with the peer how far that
 * brings it in the feeds of our level, our unit's other laptops' included. */
static enum err
log_part(struct exporting *x, const struct plan_part *part,
    const struct bundle_header *h, struct error *e)
{
	char name[BUNDLE_NAME];
	struct store_bundle_note note = { .name = name,
		.peer = x->to,
		.number = h->number,
		.events = h->events };
	struct store_ack *sent =
	    arena_array(x->a, part->n_feeds, sizeof *sent);
	struct store_ack *carried =
	    arena_array(x->a, part->n_feeds, sizeof *carried);
	size_t n = 0;
	enum err err;

	for (size_t i = 0; i < part->n_feeds; i++) {
		carried[i].feed = part->feeds[i].id;
		carried[i].seq = part->feeds[i].last;
		carried[i].head = part->feeds[i].head;
		if (strcmp(part->feeds[i].role, x->self->card->role) == 0)
			sent[n++] = carried[i];
	}
	note.carried = carried;
	note.n_carried = part->n_feeds;
	bundle_name_format(name, h->from_unit, h->from_device, h->number);
	memcpy(note.header_hash, h->hash, sizeof note.header_hash);
	if ((err = store_bundle_log(x->s, &note, sent, n, e)) != OK)
		return err;
	return sent_add(x->s, x->unit, h->hash, e);
}

static enum err
write_part(struct exporting *x, const struct plan_part *part, struct error *e)
{
	struct bundle_header h;
	struct buf comment = BUF_INIT;
	char name[BUNDLE_NAME];
	struct bag_sums sums;
	const char *minisig;
	enum err err;
	int fd = -1;

	if ((err = begin_header(x, part, &h, e)) != OK
	    || (err = stick_local_file(x->self->home, &fd, e)) != OK
	    || (err = write_payload(x, part, &h, fd, &sums, e)) != OK)
		goto out;
	h.size = sums.size;
	h.raw = sums.raw;
	memcpy(h.sha256, sums.sha256, sizeof h.sha256);
	bundle_header_format(&comment, &h);
	hash_blake2b(h.hash, buf_str(&comment));
	minisig = minisign_sign(x->a, x->self->sign, sums.blake2b512,
	    OUTER_COMMENT, buf_cstr(&comment));
	bundle_name_format(name, h.from_unit, h.from_device, h.number);
	err = outer_write(x->dir, arena_printf(x->a, "%s.ansinh", name), fd,
	    h.size, minisig, e);
	if (err != OK || (err = log_part(x, part, &h, e)) != OK)
		goto out;
	memcpy(x->out->name, name, sizeof name);
	x->out->number = h.number;
	x->out->size += h.size;
	x->out->events += h.events;
	x->out->files++;
out:
	buf_release(&comment);
	if (fd >= 0)
		close(fd);
	return err;
}

/* One bundle; smaller if it turns out too large when sealed. */
static enum err
next_part(struct exporting *x, bool *more, struct error *e)
{
	uint64_t bytes = PART_BYTES, done = x->done;
	struct plan_part part;
	enum err err;

	do {
		x->done = done;
		if ((err = plan_next(x->plan, bytes, &part, e)) != OK)
			return err;
		x->total = done + part.events;
		err = write_part(x, &part, e);
		bytes /= 2;
	} while (err == ERR_LIMIT && bytes >= PART_BYTES_MIN);
	if (err != OK)
		return err;
	plan_done(x->plan, &part);
	*more = part.more;
	return OK;
}

enum err
bundle_export(struct store *s, const struct bundle_self *self,
    const char *to, const char *dir, bundle_progress_fn progress, void *ctx,
    struct bundle_written *out, struct error *e)
{
	struct exporting x = {
		.a = arena_new(),
		.s = s,
		.self = self,
		.to = to,
		.dir = dir,
		.progress = progress,
		.progress_ctx = ctx,
		.out = out,
	};
	struct store_ack *acks = NULL;
	struct error ignored;
	bool more = true;
	size_t n = 0;
	enum err err;

	memset(out, 0, sizeof *out);
	if ((err = export_find_receivers(&x, e)) != OK
	    || (err = export_find_scope(&x, e)) != OK
	    || (err = export_find_acks(&x, &acks, &n, e)) != OK
	    || (err = export_collect_packs(&x, e)) != OK)
		goto out;
	x.plan = plan_new(s, x.a, self, x.scope, acks, n);
	while (err == OK && more)
		err = next_part(&x, &more, e);
	/* what was written stands, whatever becomes of the old ones */
	if (err == OK)
		(void)!tidy_stick(
		    s, self, x.unit, dir, &out->removed, &ignored);
out:
	plan_free(x.plan);
	arena_free(x.a);
	return err;
}

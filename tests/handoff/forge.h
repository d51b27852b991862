#ifndef TESTS_HANDOFF_FORGE_H
#define TESTS_HANDOFF_FORGE_H
/*
 * Makes bundles by hand, right ones and wrong ones: every part can be given
 * another text, another signer or another receiver.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "handoff/bag.h"
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
	memcpy(f->head.incarnation, "-", 2);
	f->head.number = number;
}

static inline void
forge_must(enum err err, const struct error *e)
{
	if (err != OK)
		BUG("cannot forge: %s", e->what);
}

static inline void
forge_file(struct forge *f, struct bag_writer *w, const char *name,
    const char *text)
{
	struct error e;

	if (f->skip == NULL || strcmp(f->skip, name) != 0)
		forge_must(bag_writer_file(w, name, str_of(text), &e), &e);
}

/* Writes DIR/ANSINH/NAME; the path from the arena. */
static inline const char *
forge_write(struct forge *f, struct arena *a, const char *dir,
    const char *name)
{
	struct buf comment = BUF_INIT;
	struct bag_writer *w;
	struct bag_sums sums;
	struct error e;
	const char *minisig;
	uint64_t events = 0;
	int fd;

	for (const char *p = f->events; *p != '\0'; p++)
		events += *p == '\n';
	f->out.events = events + (uint64_t)f->add_events;
	f->head.events = f->out.events;
	forge_must(stick_local_file(dir, &fd, &e), &e);
	forge_must(
	    bag_writer_open(&w, f->recipients, f->n_recipients, fd, &e), &e);
	forge_file(f, w, "bagit.txt", f->bagit);
	forge_file(f, w, "bag-info.txt", f->info);
	forge_file(f, w, "data/head.json",
	    f->json != NULL ? f->json : bag_head_format(a, &f->head).p);
	forge_file(f, w, "data/events.ndjson", f->events);
	if (f->extra_name != NULL)
		forge_file(f, w, f->extra_name, f->extra);
	bag_comment(&comment, f->out.from_unit, f->out.from_device,
	    f->out.to_unit, f->out.number);
	forge_must(bag_writer_finish(w, f->inner_signer->sign,
	    f->comment != NULL ? f->comment : buf_cstr(&comment), &sums, &e),
	    &e);
	bag_writer_close(w);
	f->out.size = sums.size + (uint64_t)f->add_size;
	f->out.raw = sums.raw + (uint64_t)f->add_raw;
	memcpy(f->out.sha256, sums.sha256, sizeof sums.sha256);
	f->out.sha256[0] ^= f->wrong_sum;
	buf_clear(&comment);
	bundle_header_format(&comment, &f->out);
	minisig = minisign_sign(a, f->signer->sign, sums.blake2b512,
	    OUTER_COMMENT, buf_cstr(&comment));
	buf_release(&comment);
	forge_must(outer_write(dir, name, fd, sums.size, minisig, &e), &e);
	close(fd);
	return arena_printf(a, "%s/ANSINH/%s", dir, name);
}

#endif

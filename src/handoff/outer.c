#include "handoff/outer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypt/hash.h"
#include "handoff/ustar.h"

#define CHUNK 65536

const char outer_readme[] =
    "Đây là gói bàn giao số liệu an sinh xã hội, đã mã hóa và ký.\n"
    "Mở bằng chương trình ansinh: ansinh import TÊN-TỆP\n"
    "Không có chương trình: giữ nguyên tệp và chuyển cho nơi nhận.\n"
    "\n"
    "This is a sealed hand-over of social protection records.\n"
    "Open it with ansinh (ansinh import FILE), or with stock tools:\n"
    "\n"
    "  tar xf FILE\n"
    "  minisign -V -P SENDER-KEY -m payload.tar.zst.age\n"
    "  age -d -i RECEIVER-KEY payload.tar.zst.age | zstd -d | tar x\n"
    "  minisign -V -P SENDER-KEY -m manifest-sha256.txt\n"
    "  sha256sum -c manifest-sha256.txt\n"
    "\n"
    "In data/events.ndjson \"prev\":\"\" stands for the hash of the line before\n"
    "it (b2sum -l 256, without the line end), as that reads with its own.\n"
    "\n"
    "The sender's key stands on its unit card.  The receiver's key is made\n"
    "by: ansinh key export --out RECEIVER-KEY\n";

struct scan {
	struct arena *a;
	struct outer *out;
	struct hash sha256, blake2b;
	struct buf small; /* README.txt, then the signature */
	uint64_t at;      /* file offset of the chunk's end */
	unsigned files;   /* heads seen */
	bool pass;        /* over the payload, without its sums */
};

static const struct {
	const char *name;
	uint64_t max;
} members[] = {
	{ "README.txt", sizeof outer_readme - 1 },
	{ OUTER_PAYLOAD, BUNDLE_FILE_MAX },
	{ OUTER_PAYLOAD ".minisig", MINISIGN_FILE_MAX },
};

static enum err
check_readme(struct scan *s, struct error *e)
{
	if (!str_is(buf_str(&s->small), outer_readme))
		return error_set(e, ERR_FORMAT,
		    N_("%s is not the text that belongs there"),
		    "README.txt");
	buf_clear(&s->small);
	return OK;
}

static enum err
on_head(struct scan *s, const struct ustar_reader *r, uint64_t at,
    struct error *e)
{
	enum err err;

	if (s->files >= ARRAY_LEN(members)
	    || strcmp(r->name, members[s->files].name) != 0)
		return error_set(e, ERR_FORMAT,
		    N_("%s does not belong at this place of a bundle"),
		    r->name);
	if (r->size > members[s->files].max)
		return error_set(e, ERR_LIMIT, N_("%s is too large"), r->name);
	if (s->files == 1) {
		if ((err = check_readme(s, e)) != OK)
			return err;
		s->out->payload_at = at;
		s->out->payload_size = r->size;
	}
	s->files++;
	return OK;
}

/* What of the payload is not in the chunk, of which n bytes are left. */
static void
pass_payload(struct scan *s, struct ustar_reader *r, size_t n)
{
	uint64_t rest = r->left > n ? r->left - n : 0;

	r->left -= rest;
	s->at += rest;
}

static void
on_data(struct scan *s, struct str data)
{
	if (s->files == 2 && s->pass) {
		return;
	} else if (s->files == 2) {
		hash_sha256_add(&s->sha256, data.p, data.n);
		hash_blake2b512_add(&s->blake2b, data.p, data.n);
	} else {
		buf_add_str(&s->small, data);
	}
}

/* Feeds one chunk; *ended when the tar is complete. */
static enum err
scan_chunk(struct scan *s, struct ustar_reader *r, struct str in, bool *ended,
    struct error *e)
{
	enum ustar_event event;
	struct str data;
	enum err err;

	for (;;) {
		if ((err = ustar_next(r, &in, &event, &data, e)) != OK)
			return err;
		switch (event) {
		case USTAR_FILE:
			err = on_head(s, r, s->at - in.n, e);
			if (err != OK)
				return err;
			if (s->pass && s->files == 2)
				pass_payload(s, r, in.n);
			break;
		case USTAR_DATA:
			on_data(s, data);
			break;
		case USTAR_END:
			*ended = true;
			return OK;
		case USTAR_MORE:
			return OK;
		}
	}
}

static enum err
scan_file(struct scan *s, int fd, struct error *e)
{
	char *chunk = malloc(CHUNK);
	struct ustar_reader r;
	bool ended = false;
	enum err err = OK;
	ssize_t n;

	if (chunk == NULL)
		base_die("%s", _("out of memory"));
	ustar_begin(&r);
	while (err == OK
	    && (n = pread(fd, chunk, CHUNK, (off_t)s->at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			err = error_errno(
			    e, ERR_STICK, N_("cannot read the bundle"));
			break;
		}
		s->at += (uint64_t)n;
		err = scan_chunk(
		    s, &r, (struct str){ chunk, (size_t)n }, &ended, e);
	}
	free(chunk);
	if (err == OK && !ended)
		err = error_set(
		    e, ERR_FORMAT, N_("the bundle is cut off"));
	if (err == OK && s->files != ARRAY_LEN(members))
		err = error_set(e, ERR_FORMAT,
		    N_("the bundle lacks %s"), members[s->files].name);
	return err;
}

enum err
outer_signature(struct str text, struct minisign_file *out, struct error *e)
{
	size_t lines = 0;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	if (!str_starts(text, "untrusted comment: " OUTER_COMMENT "\n")
	    || lines != 4 || text.p[text.n - 1] != '\n')
		return error_set(e, ERR_FORMAT,
		    N_("the signature file is not in the form of a bundle"));
	return minisign_parse(text, out, e);
}

static enum err
read_outer(struct arena *a, int fd, bool pass, struct outer *out,
    struct error *e)
{
	struct scan s = {
		.a = a, .out = out, .small = BUF_INIT, .pass = pass
	};
	enum err err;

	memset(out, 0, sizeof *out);
	hash_sha256_start(&s.sha256);
	hash_blake2b512_start(&s.blake2b);
	if ((err = scan_file(&s, fd, e)) != OK)
		goto out;
	hash_sha256_end(&s.sha256, out->sha256);
	hash_blake2b512_end(&s.blake2b, out->blake2b512);
	err = outer_signature(
	    arena_str_dup(a, buf_str(&s.small)), &out->signature, e);
	if (err == OK)
		err = bundle_header_parse(
		    out->signature.trusted, &out->header, e);
out:
	buf_release(&s.small);
	return err;
}

enum err
outer_read(struct arena *a, int fd, struct outer *out, struct error *e)
{
	return read_outer(a, fd, false, out, e);
}

enum err
outer_look(struct arena *a, int fd, struct outer *out, struct error *e)
{
	return read_outer(a, fd, true, out, e);
}

enum err
outer_sender(const struct outer *o, const struct trust *trust,
    const struct card **sender, struct error *e)
{
	const struct bundle_header *h = &o->header;
	const struct trusted *t = trust_by_key(trust, o->signature.key_id);
	enum err err;

	if (t == NULL)
		return error_set(e, ERR_TRUST,
		    N_("the sender %s/%s is not known here: take in its unit "
		       "card first"), h->from_unit, h->from_device);
	if (strcmp(t->card.unit, h->from_unit) != 0
	    || strcmp(t->card.device, h->from_device) != 0)
		return error_set(e, ERR_TRUST,
		    N_("the bundle says it is from %s/%s, but %s/%s signed it"),
		    h->from_unit, h->from_device, t->card.unit,
		    t->card.device);
	if (t->revoked && h->number >= t->revoked_from)
		return error_set(e, ERR_TRUST,
		    N_("device %s/%s was revoked"), h->from_unit,
		    h->from_device);
	err = minisign_verify_comment(&o->signature, &t->card.sign, e);
	if (err != OK)
		return error_set(e, ERR_SIGNATURE,
		    N_("the sender's signature does not hold"));
	/* The header is the sender's: now what is broken can be named. */
	if (h->size != o->payload_size)
		return error_set(e, ERR_FORMAT,
		    N_("the bundle is cut off or has bytes too many"));
	if (memcmp(h->sha256, o->sha256, sizeof h->sha256) != 0)
		return error_set(e, ERR_HASH,
		    N_("the bundle is damaged: its sum does not match"));
	err = minisign_verify(
	    &o->signature, &t->card.sign, o->blake2b512, e);
	if (err != OK)
		return error_set(e, ERR_SIGNATURE,
		    N_("the sender's signature does not hold"));
	*sender = &t->card;
	return OK;
}

static enum err
put_padding(struct stick_writer *w, uint64_t size, struct error *e)
{
	static const uint8_t zeros[USTAR_BLOCK];

	return stick_writer_add(w, zeros, ustar_padding(size), e);
}

static enum err
put_text(struct stick_writer *w, const char *name, const char *text,
    struct error *e)
{
	uint8_t head[USTAR_BLOCK];
	enum err err;

	ustar_head(head, name, strlen(text));
	if ((err = stick_writer_add(w, head, sizeof head, e)) != OK
	    || (err = stick_writer_add(w, text, strlen(text), e)) != OK)
		return err;
	return put_padding(w, strlen(text), e);
}

static enum err
put_payload(
    struct stick_writer *w, int payload, uint64_t size, struct error *e)
{
	char *chunk = malloc(CHUNK);
	uint8_t head[USTAR_BLOCK];
	uint64_t at = 0;
	enum err err;
	ssize_t n;

	if (chunk == NULL)
		base_die("%s", _("out of memory"));
	ustar_head(head, OUTER_PAYLOAD, size);
	err = stick_writer_add(w, head, sizeof head, e);
	while (err == OK && at < size) {
		n = pread(payload, chunk, CHUNK, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err = error_errno(
			    e, ERR_IO, N_("cannot read the local copy"));
			break;
		}
		err = stick_writer_add(w, chunk, (size_t)n, e);
		at += (uint64_t)n;
	}
	free(chunk);
	return err != OK ? err : put_padding(w, size, e);
}

enum err
outer_write(const char *dir, const char *name, int payload, uint64_t size,
    const char *minisig, struct error *e)
{
	static const uint8_t end[2 * USTAR_BLOCK];
	struct stick_writer *w;
	enum err err;

	if ((err = stick_writer_open(dir, name, &w, e)) != OK)
		return err;
	if ((err = put_text(w, members[0].name, outer_readme, e)) == OK
	    && (err = put_payload(w, payload, size, e)) == OK
	    && (err = put_text(w, members[2].name, minisig, e)) == OK
	    && (err = stick_writer_add(w, end, sizeof end, e)) == OK)
		err = stick_writer_finish(w, e);
	stick_writer_close(w);
	return err;
}

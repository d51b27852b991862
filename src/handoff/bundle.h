#ifndef HANDOFF_BUNDLE_H
#define HANDOFF_BUNDLE_H
/*
 * Bundles (doc/format-bundle.md; SAFETY H1-H11): a ustar of README.txt,
 * payload.tar.zst.age and payload.tar.zst.age.minisig.  One file,
 * UNIT-DEVICE-NUMBER.ansinh, never reused.
 *
 * Everything streams.  Nothing inside is looked at before the outer signature
 * of a known sender holds; nothing is used before the whole bag verifies: the
 * reader goes through the file twice, first to verify, then to use.  In
 * export.c, import.c, inspect.c, header.c and peer.c.
 *
 * Who may send what: a commune's laptop its own scope, to its district or to
 * the other laptops of the commune; a district's laptop to a commune that
 * commune's scope, the forms and the trust list; to another laptop of the
 * district everything.
 *
 * Settings kept in the store: "trust" (trust_format; the caller loads it
 * again after an import), "sent:UNIT", "peer:UNIT/DEVICE",
 * "checkpoint:FEED", "refused_bundles".
 */
#include "handoff/trust.h"
#include "store/exchange.h"

#define BUNDLE_VERSION 1
#define BUNDLE_FILE_MAX (64ull << 20) /* bytes */
#define BUNDLE_RAW_MAX (1ull << 30)   /* bytes, unpacked */
#define BUNDLE_EVENTS_MAX 200000
#define BUNDLE_HEADER_MAX 4096
#define BUNDLE_NAME 40

struct bundle_header { /* the minisign trusted comment */
	int64_t version;
	char from_unit[16], from_device[8], to_unit[16];
	uint64_t number;   /* of that device */
	char prev[65];     /* hash of its last header to that unit, or "-" */
	uint64_t size, raw; /* bytes: of the payload, and unpacked */
	uint64_t events, trust; /* how many; the version of the list */
	uint8_t sha256[32]; /* of payload.tar.zst.age */
	uint8_t hash[32];   /* BLAKE2b-256 of the comment itself */
};
enum err bundle_header_parse(struct str comment, struct bundle_header *out,
    struct error *e) MUSTUSE;

/* Who is writing or reading. */
struct bundle_self {
	const struct card *card;
	const struct minisign_secret *sign;
	const struct age_identity *const *identities; /* device, recovery */
	size_t n_identities;
	const struct trust *trust;
	const char *home; /* for local copies, which have no names */
};

typedef bool (*bundle_progress_fn)(void *ctx, uint64_t done, uint64_t total);

struct bundle_written {
	char name[BUNDLE_NAME]; /* of the last one, without .ansinh */
	uint64_t number;        /* of the last one */
	uint64_t size, events;  /* of all */
	unsigned files;         /* a large hand-over is several bundles */
	unsigned removed;       /* old ones, which the other side has (W7) */
};
/*
 * Writes what `to` (a unit, or UNIT/DEVICE) lacks of the scopes it may have,
 * every event that it has not acknowledged (store_events_beyond), to
 * DIR/ANSINH/ by rules W1-W7 and logs it.  Forms and the trust list go
 * along as packs.  ERR_USAGE, ERR_TRUST, ERR_REFUSED, ERR_STICK,
 * ERR_CANCELLED: the parts already written stand, and *out counts them.
 */
enum err bundle_export(struct store *s, const struct bundle_self *self,
    const char *to, const char *dir, bundle_progress_fn progress, void *ctx,
    struct bundle_written *out, struct error *e) MUSTUSE;

/* The outer part alone, without keys: who, when, how big.  `known` is NULL, and
 * the payload is passed over, or says whether the sender's signature holds. */
struct bundle_outer {
	struct bundle_header header;
	bool sender_known, signature_ok, already_taken, gap;
	char sender_name[96];
};
enum err bundle_inspect(const char *path, const struct trust *known,
    struct store *s, struct bundle_outer *out, struct error *e) MUSTUSE;

/* A summary for the person before anything is applied. */
struct bundle_preview {
	struct bundle_outer outer;
	struct store_import_counts counts;
	size_t n_packs_new;       /* forms that are new here */
	uint64_t newer; /* events of a newer program: kept, not understood */
	bool trust_newer;
	uint64_t receipts; /* events of our unit that it newly acknowledges */
	size_t n_names; /* the first new ones; lent until the close */
	const struct store_import_name *names;
	char period_from[32], period_to[32]; /* wall times of its events */
	struct date date; /* what day it was there, if the sender knew */
	int64_t days_off; /* from our today to that; more than one is told */
};
struct bundle_import;
/* All checks of H6 in order; the events are staged in the store, where nobody
 * sees them (store_import_take).  The file is read only. */
enum err bundle_import_open(struct store *s, const struct bundle_self *self,
    const char *path, bundle_progress_fn progress, void *ctx,
    struct bundle_import **out, struct bundle_preview *preview,
    struct error *e) MUSTUSE;
/* Makes them visible by one switch (store_import_apply), which also keeps what
 * the sender acknowledges; our next bundle to it acknowledges them. */
enum err bundle_import_apply(struct bundle_import *im, struct error *e)
    MUSTUSE;
void bundle_import_close(struct bundle_import *im); /* NULL is fine */

/* What was refused, newest last: the file's name, and why. */
#define BUNDLE_REFUSALS_MAX 50
struct bundle_refusal {
	struct str at, name, what;
};
enum err bundle_refusals(struct store *s, struct arena *a,
    struct bundle_refusal **out, size_t *n, struct error *e) MUSTUSE;

#endif

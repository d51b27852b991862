#ifndef HANDOFF_TRUST_H
#define HANDOFF_TRUST_H
/*
 * Unit cards and the trust list (SAFETY H8, H9).
 *
 * A card is text, lines in this order:
 *     ansinh-card 1
 *     unit: 11149
 *     role: commune
 *     name: Xã Hà Kỳ
 *     device: K7Q2
 *     minisign: RW...
 *     age: age1...
 *     recovery: age1...
 *     restricted: age1...
 *     words: eight check words
 * Recovery, restricted (to which restricted fields are encrypted for this
 * device's readers) and words may be missing (a card made by hand).  The words are
 * from BLAKE2b-256 of the lines before them; they are computed again by the
 * reader, compared by voice, and accepting them is the trust.  Its first
 * bundle needs nothing else.
 *
 * The trust list is what this store accepts: cards, and from which bundle
 * number a device is revoked.  The district's goes to communes as a pack in
 * its bundles; whoever changes it there raises its version, and a commune
 * keeps the version it took last.
 */
#include "base/arena.h"
#include "base/error.h"
#include "crypt/age.h"
#include "crypt/minisign.h"

#define TRUST_CARD_MAX 4096
#define TRUST_DEVICES_MAX 4096

struct card {
	char unit[16], role[16], name[96], device[8];
	struct minisign_public sign;
	struct age_public age, recovery, restricted;
	bool has_recovery, has_restricted;
	char words[128];
};
/* 1-15 digits and capital letters; 4 of A-Z2-7. */
bool card_is_unit(struct str s);
bool card_is_device(struct str s);
/* Needs words_load, as does card_format; both leave the words in the card. */
enum err card_parse(struct str text, struct card *out, struct error *e) MUSTUSE;
/* Fills in words. */
char *card_format(struct arena *a, struct card *c);

struct trusted {
	struct card card;
	bool revoked;
	uint64_t revoked_from; /* first bundle number that is refused */
};
struct trust {
	uint64_t version;
	size_t n;
	struct trusted *device;
};
/* Canonical JSON, kept in the store as meta "trust". */
enum err trust_parse(struct arena *a, struct str json, struct trust *out,
    struct error *e) MUSTUSE;
struct str trust_format(struct arena *a, const struct trust *t);
/* Adds or replaces by unit and device.  ERR_REFUSED if that device is known
 * under other keys. */
enum err trust_add(struct arena *a, struct trust *t, const struct card *c,
    struct error *e) MUSTUSE;
/* Adds what another list says, and takes its version; what either list
 * revokes stays revoked, from the lower number.  ERR_REFUSED if it gives a
 * device other keys than ours. */
enum err trust_merge(struct arena *a, struct trust *t,
    const struct trust *from, struct error *e) MUSTUSE;
const struct trusted *trust_by_device(
    const struct trust *t, const char *unit, const char *device);
const struct trusted *trust_by_key(
    const struct trust *t, const uint8_t minisign_id[8]);
const struct trusted *trust_by_sign_key(
    const struct trust *t, const uint8_t sign_key[32]);

#endif

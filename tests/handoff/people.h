#ifndef TESTS_HANDOFF_PEOPLE_H
#define TESTS_HANDOFF_PEOPLE_H
/* Devices for tests: their keys and cards are the same in every run. */
#include <string.h>

#include "base/file.h"
#include "crypt/secret.h"
#include "crypt/words.h"
#include "handoff/bundle.h"

struct person {
	struct card card;
	struct minisign_secret *sign;
	struct age_identity *age, *recovery;
	const struct age_identity *identities[2];
};

static inline void
person_start(void)
{
	struct arena *a = arena_new();
	struct error e;

	if (secret_init(&e) != OK
	    || words_load(file_data_path(a, "conf/words.txt"), &e) != OK)
		BUG("%s", e.what);
	arena_free(a);
}

static inline void
person_init(struct person *p, const char *unit, const char *role,
    const char *name, const char *device)
{
	uint8_t seed[32] = { 0 };
	struct arena *a = arena_new();

	memset(p, 0, sizeof *p);
	memcpy(seed, unit, strlen(unit));
	memcpy(seed + 16, device, 4);
	p->sign = minisign_from_seed(seed);
	seed[31] = 1;
	p->age = age_identity_from_seed(seed);
	memset(seed + 16, 2, 16); /* one for the unit */
	p->recovery = age_identity_from_seed(seed);
	p->card.restricted = p->recovery->public;
	p->card.has_restricted = true;
	p->identities[0] = p->age;
	p->identities[1] = p->recovery;
	memcpy(p->card.unit, unit, strlen(unit));
	memcpy(p->card.role, role, strlen(role));
	memcpy(p->card.name, name, strlen(name));
	memcpy(p->card.device, device, strlen(device));
	p->card.sign = p->sign->public;
	p->card.age = p->age->public;
	p->card.recovery = p->recovery->public;
	p->card.has_recovery = true;
	if (card_format(a, &p->card) == NULL)
		BUG("no card");
	arena_free(a);
}

static inline void
person_release(struct person *p)
{
	secret_free(p->sign);
	secret_free(p->age);
	secret_free(p->recovery);
}

#endif

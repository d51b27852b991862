#ifndef TESTS_HANDOFF_ATTACKS_H
#define TESTS_HANDOFF_ATTACKS_H
/*
 * What a stranger, a finder of the stick, another commune or a device that lies
 * may try (SAFETY (d) 23), one line of a table each: what is tried, and what the
 * person at the receiving desk must read, in English and Vietnamese, word for
 * word.
 */
#include "desk.h"
#include "forge.h"

struct attack {
	const char *what;
	const char *(*make)(void); /* the file */
	enum err err;
	const char *en, *vi;
	bool signature; /* nothing but a signature stops it */
};
extern const struct attack attacks[];
extern const size_t n_attacks;

/* The commune sends and the district receives, unless an attack says another:
 * set by its make(). */
extern struct desk *receiver;
int attack_setup(void **state);
int attack_teardown(void **state);

/* What the commune would send, for an attack to spoil. */
struct forge genuine(void);
/* From the district to the commune, with a trust list of that version. */
struct forge genuine_list(uint64_t version);
const char *written(struct forge *f);

#endif

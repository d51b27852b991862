#ifndef TESTS_MERGE_WORLD_H
#define TESTS_MERGE_WORLD_H
/*
 * The world of the random histories: two communes with two laptops each, a
 * district, and the machines that come into being when somebody copies a
 * laptop's folder to another one.  Each machine is a real store in a folder of
 * its own, in memory where the system has such a file system.
 *
 * What goes wrong (a store that refuses what it must not refuse, a check that
 * does not hold) ends in fall(), which names the history.
 */
#include "handoff/bundle.h"
#include "base/prng.h"
#include "tests/handoff/people.h"

#define COMMUNES 2
#define DISTRICT 4     /* the machine; 0 to 3 are the communes' laptops */
#define MACHINES_MAX 8 /* with clones */
#define RECORDS_MAX 8
#define EVENTS_MAX 2048

struct machine {
	unsigned no;
	struct person *who; /* clones share it */
	const char *dir, *home;
	struct store *s;
	struct trust trust;
	struct bundle_self self;
	char address[24];   /* UNIT/DEVICE */
	const char *scope;  /* NULL for the district: all */
	unsigned year;      /* that its clock shows */
	bool bent;   /* its next write does not ask who may write */
	bool knows;  /* it has the newer pack */
	const char *copy;   /* a backup or a folder, or NULL */
	unsigned copy_for;  /* enum set_back */
	bool copy_knew, *copy_held;
	bool held[EVENTS_MAX]; /* which events of the journal it has */
};

struct record_of {
	struct record_id id;
	const char *scope;
};

struct world {
	struct arena *a; /* of one history */
	struct prng rng;
	const char *root, *stick;
	bool started;
	bool other_clocks; /* the machines' years are others */
	bool apart;        /* no two of them show the same second */
	unsigned n, history, minute, sticks;
	struct machine m[MACHINES_MAX + 1]; /* and an observer */
	unsigned n_records;
	struct record_of record[RECORDS_MAX];
	/* what the last line says */
	struct tally {
		uint64_t histories, writes, void_owner, bundles, lost,
		    doubled, out_of_order, early, restores, unnoticed, clones,
		    forks, conflicts, ended, seemed, events, orders, joined,
		    found, unseen, clocks;
	} sum;
	char *told; /* FELL_MAX bytes for what fell, or NULL */
};
extern struct world world;

/* Says in which history it was, and ends the program with this status. */
#define STATUS_FELL 3
#define FELL_MAX 256
NORETURN void fall(const char *fmt, ...) PRINTF_LIKE(1, 2);
#define ok(call) \
	do { \
		struct error e = { .code = OK }; \
		if ((call) != OK) \
			fall("%s:%d: %s: %s %s", __FILE__, __LINE__, \
			    error_name(e.code), e.where, e.what); \
	} while (0)
unsigned chance(unsigned percent); /* true so often */
unsigned below(unsigned n);

/* Before the first history: keys, a folder.  After the last: removes it. */
void world_start(void);
void world_end(void);
/* Five machines that know each other, their stores empty. */
void world_begin(unsigned history);
void world_close(void);
void machine_clock(const struct machine *m); /* the hour is the machine's */

enum set_back {
	BY_COMMAND,   /* the restore command, from a backup */
	BY_DATABASE,  /* db/ copied back; the token beside it is newer */
	BY_FOLDER,    /* all of it copied back: nothing is noticed here */
	WAYS_SET_BACK
};
/* The store as it is now is kept aside, so that it can be set back to it. */
void machine_keep_copy(struct machine *m, enum set_back how);
void machine_set_back(struct machine *m);
/* The same folder on another machine; NULL if there are enough. */
struct machine *machine_clone(const struct machine *m);
/* A machine without keys of its own that only takes in. */
struct machine *machine_observer(void);
/* The newer pack has come. */
void machine_learn(struct machine *m);

#define FORM_HASH(newer) (&world_form_hash[newer][0])
extern uint8_t world_form_hash[2][32];

#endif

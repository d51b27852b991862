#ifndef STORE_DRAFT_IMPL_H
#define STORE_DRAFT_IMPL_H
/*
 * A draft from inside: draft.c has what is asked for, draft_file.c the file and
 * its entries, draft_sync.c the helper that syncs it.
 */
#include "crypt/seal.h"
#include "store/draft.h"
#include "store/pack.h"

#include <pthread.h>

#define DRAFT_SUFFIX ".draft"

enum draft_kind { KIND_HEAD, KIND_WHOLE, KIND_TYPED };

struct draft {
	char dir[4096], path[4096 + 96], name[64];
	uint8_t key[SEAL_KEY_SIZE];
	int fd;
	uint64_t entries;
	size_t size;
	bool torn; /* there is more in the file, of an entry that failed */
	bool behind; /* it lacks a whole entry, which failed */
	struct draft_head head;
	/* the helper that syncs */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake, done;
	uint64_t written, synced;
	bool name_due; /* the folder is to be synced, too */
	bool stop;     /* and free it: nobody else has it any more */
	bool gone;     /* the file is removed */
	int failed;    /* errno of a sync: what is in the file may not last */
};

/* Not open yet; dies of no memory. */
struct draft *draft_new(
    const char *dir, const uint8_t key[32], const char *name);
/* Without its helper. */
void draft_free(struct draft *d);
/* Opens the file for appending. */
enum err draft_file_open(struct draft *d, int flags, struct error *e) MUSTUSE;
/* What is torn would hide what comes after it. */
enum err draft_cut_torn(struct draft *d, struct error *e) MUSTUSE;
enum err draft_write_entry(struct draft *d, struct str plain, struct error *e)
    MUSTUSE;
enum err draft_write_head(struct draft *d, struct error *e) MUSTUSE;
/* Reads to the last whole entry; d->size is where it ends. */
enum err draft_read(struct draft *d, struct arena *a, struct draft_entry *last,
    struct error *e) MUSTUSE;

/* The helper thread, which syncs what is written. */
enum err draft_start(struct draft *d, struct error *e) MUSTUSE;
/* After writing. */
void draft_written(struct draft *d);
/* A sync has failed, and none mends that (SAFETY D6): the file is to be begun
 * anew. */
bool draft_is_doubtful(struct draft *d);
/* It was. */
void draft_trust(struct draft *d);
/* Its file was removed: its folder is synced, and what failed matters no more. */
void draft_gone(struct draft *d);

#endif

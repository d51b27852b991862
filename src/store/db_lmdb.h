#ifndef STORE_DB_LMDB_H
#define STORE_DB_LMDB_H
/*
 * The database from inside: what its files share, and nobody else sees.  db.c
 * has the environment, db_txn.c the transactions, db_commit.c the commit that
 * nobody waits for, db_value.c the values.
 */
#include "crypt/seal.h"
#include "store/db.h"
#include "store/pages.h"

#include <lmdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

struct db_table_kind {
	const char *name;
	uint32_t pad; /* of the seal; small where all values are of a size */
};
extern const struct db_table_kind db_tables[DB_TABLES];

struct txn {
	struct db *db;
	MDB_txn *t;
	uint64_t seen; /* the committed transaction that it sees */
};

/* A write transaction on a thread of its own (db_commit.c). */
struct commit {
	bool started; /* and not ended: one at a time */
	bool running; /* the thread is to be joined */
	pthread_t thread;
	sem_t told; /* fn is through */
	int fd;     /* readable when the commit is back */
	sigset_t mask; /* of signals, as it was before */
	struct db *db;
	struct txn txn;
	db_write_fn fn;
	void *ctx;
	struct error *e;   /* the caller's, while fn runs */
	enum err ran;      /* what fn said */
	int code;          /* what LMDB said of the commit */
	enum err failed;   /* the same as ours, until db_write_end */
	struct error error;
};

struct db {
	char *path;
	struct db_options options;
	uint8_t key[SEAL_KEY_SIZE];
	MDB_env *env;
	MDB_dbi table[DB_TABLES];
	size_t map_size;
	MDB_txn *reader; /* reset between uses: holds no snapshot */
	struct txn read;
	bool reading;
	struct buf sealed; /* scratch */
	struct pages pages;
	bool whole; /* all pages were verified, so none need be on the way */
	uint64_t touched;  /* values read or written */
	struct commit commit;
};

/* One code of LMDB as one of ours. */
enum err db_failed(const struct db *db, int code, struct error *e) MUSTUSE;
/* db_txn.c: begins a write transaction and runs fn, after which it can be
 * committed; if that fails it is gone. */
enum err db_txn_run(struct db *db, db_write_fn fn, void *ctx, struct txn *t,
    struct error *e) MUSTUSE;
/* What the end of the commit means for the environment. */
enum err db_txn_committed(struct db *db, int code, struct error *e) MUSTUSE;
/* Whether so much may be written now. */
enum err db_may_write(struct db *db, size_t expect, struct error *e) MUSTUSE;
/* No stop within a transaction (SAFETY D5). */
void db_block_stop(sigset_t *was);
/* db_commit.c */
enum err db_commit_init(struct db *db, struct error *e) MUSTUSE;
void db_commit_release(struct db *db); /* waits, too */
/* Waits for the commit that is on its way; its error, if it failed and
 * db_write_end has not said so yet. */
enum err db_commit_wait(struct db *db, struct error *e) MUSTUSE;
/* `all`: the pages are verified here, not when they are first met. */
enum err db_env_open(struct db *db, bool all, struct error *e) MUSTUSE;
void db_env_close(struct db *db);
/* No transaction may be open; a resetted reader would keep the old map. */
enum err db_grow_map(struct db *db, struct error *e) MUSTUSE;

#endif

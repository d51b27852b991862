#ifndef STORE_DB_IMPL_H
#define STORE_DB_IMPL_H
/*
 * The database from inside: what its files share, and nobody else sees.  db.c
 * has the environment, db_txn.c the transactions, db_value.c the values,
 * db_commit.c the commits that nobody waits for, db_ahead.c what they write.
 */
#include "base/arena.h"
#include "crypt/seal.h"
#include "store/db.h"
#include "store/pages.h"

#include <lmdb.h>
#include <pthread.h>
#include <signal.h>

struct db_table_kind {
	const char *name;
	uint32_t pad; /* of the seal; small where all values are of a size */
	bool rises;   /* a key that is put is nearly always above the others */
};
extern const struct db_table_kind db_tables[DB_TABLES];

#define DB_KEY_MAX 511

/* What is put, or taken out, under one key. */
struct put {
	enum db_table table;
	struct str key, value;
	bool gone;
};
/* All that one write transaction puts, each key once. */
struct writes {
	struct arena *a; /* it lies in itself */
	struct writes *next;
	size_t n, cap;
	struct put **put;
	struct map *at;
	bool cleared[DB_TABLES]; /* before anything is put there */
};

struct txn {
	struct db *db;
	MDB_txn *t;
	uint64_t seen; /* the committed transaction that it sees */
	bool ahead;    /* and above it what is on its way */
	struct writes *own; /* takes what is put, instead of the database */
};

/*
 * Writes whose commits are on their way, one after the other, on a thread that
 * is begun with the first.  `lock` is held by whoever is in LMDB but for
 * mdb_txn_commit, while the thread may be: by the thread while it puts, by us
 * while we read.
 */
struct commit {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool has_thread, stopped;
	struct writes *first; /* in order; the first is in the thread's hands */
	unsigned started;     /* and not ended */
	unsigned back;        /* of these, that came back well */
	enum err failed;      /* the one after those; nothing is done any more */
	struct error error;
	int fd;        /* one for each that is back */
	sigset_t mask; /* of signals, as it was before */
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
/* db_txn.c */
/* Begins a write transaction and runs fn, after which it can be committed; if
 * that fails it is gone. */
enum err db_txn_run(struct db *db, db_write_fn fn, void *ctx, struct txn *t,
    struct error *e) MUSTUSE;
/* Whether the disk has room for so much. */
enum err db_may_write(struct db *db, size_t expect, struct error *e) MUSTUSE;
/* No stop within a transaction (SAFETY D5). */
void db_block_stop(sigset_t *was);
/* Reading, by who has the lock, or knows that the thread is at rest. */
enum err db_read_locked(struct db *db, struct txn **out, struct error *e)
    MUSTUSE;
void db_read_unlocked(struct txn *t);

/* db_ahead.c */
struct writes *writes_new(void);
void writes_free(struct writes *w); /* NULL is fine */
void writes_put(struct writes *w, enum db_table table, struct str key,
    struct str value);
void writes_del(struct writes *w, enum db_table table, struct str key);
void writes_clear(struct writes *w, enum db_table table);
enum err writes_replay(const struct writes *w, struct txn *t, struct error *e)
    MUSTUSE;
/* What is on its way to a key; NULL: the database has it as it is. */
const struct put *ahead_find(
    const struct txn *t, enum db_table table, struct str key);
/* The first key at or after `key` of which something is on its way. */
const struct put *ahead_next(
    const struct txn *t, enum db_table table, struct str key);

/* db_commit.c */
enum err db_commit_init(struct db *db, struct error *e) MUSTUSE;
void db_commit_release(struct db *db); /* waits, too */
/* Waits for all commits that are on their way; the error of the one that
 * failed, until db_write_end has said so. */
enum err db_commit_wait(struct db *db, struct error *e) MUSTUSE;
/* The same without waiting: only whether one has failed. */
enum err db_commit_failed(struct db *db, struct error *e) MUSTUSE;
/* `all`: the pages are verified here, not when they are first met. */
enum err db_env_open(struct db *db, bool all, struct error *e) MUSTUSE;
void db_env_close(struct db *db);
/* After a failed commit, of which *e says why; ERR_CORRUPT, and another *e, if
 * it cannot be opened again. */
enum err db_env_anew(struct db *db, struct error *e) MUSTUSE;
/* db_verify by who has the lock, or knows that the thread is at rest. */
enum err db_verify_locked(struct db *db, struct error *e) MUSTUSE;
/* No transaction may be open; a resetted reader would keep the old map. */
enum err db_grow_map(struct db *db, struct error *e) MUSTUSE;

#endif

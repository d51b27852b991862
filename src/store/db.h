#ifndef STORE_DB_H
#define STORE_DB_H
/*
 * LMDB behind few calls; what is behind them is in db_impl.h.  Tables of sealed
 * values; one environment a process; default, durable mode and no other
 * (SAFETY D1-D8).  Private to store/.
 */
#include "base/buf.h"
#include "base/error.h"

enum db_table {
	DB_META,       /* name -> setting */
	DB_EVENTS,     /* place (u64) -> canonical bytes */
	DB_CHAIN,      /* feed no (u32), page (u32) -> ids and places */
	DB_FEEDS,      /* feed no (u32) -> what is known of it */
	DB_RECORDS,    /* page (u32) -> ids and places of 40 records */
	DB_RECORD_IDS, /* record_ids.c: what ids have in common -> numbers */
	DB_DIRECTORY,  /* page (u32) -> rows of 40 records */
	DB_PEERS,      /* UNIT or UNIT/DEVICE -> what it has, what it was sent */
	DB_BUNDLES,    /* number (u32) -> log entry */
	DB_PACKS,      /* hash (32) -> kind and bytes */
	DB_REFUSALS,   /* number (u32) -> what was set aside, and why */
	DB_JOINS,      /* record id (16) -> which others it is one with */
	DB_TABLES,
};

struct db;
struct txn;

struct db_options {
	const uint8_t *key; /* 32 bytes */
	uint32_t epoch;
	size_t map_size;
	bool verify;        /* all pages, now; else each when it is first met */
	bool single_file;   /* path is the file itself: a backup, read only */
};

/* ERR_CORRUPT for what is no sound database, ERR_IO. */
enum err db_open(const char *path, const struct db_options *o, struct db **out,
    struct error *e) MUSTUSE;
void db_close(struct db *db); /* NULL is fine */
/* How many transactions were committed. */
uint64_t db_commits(const struct db *db);
/* Verifies all pages (store/pages.h); ERR_CORRUPT. */
enum err db_verify(struct db *db, struct error *e) MUSTUSE;
enum err db_sync(struct db *db, struct error *e) MUSTUSE;
/* A compact copy to an open file. */
enum err db_copy(struct db *db, int fd, struct error *e) MUSTUSE;

/*
 * Runs fn in one write transaction and commits.  A full map is doubled and fn
 * run again, so fn must change nothing but the transaction and what it can
 * set anew.  After a failed commit the environment is closed and opened
 * again, never synced a second time; the caller reads its state anew.
 * `expect` is about how many bytes fn writes.
 */
typedef enum err (*db_write_fn)(struct txn *t, void *ctx, struct error *e);
enum err db_write(struct db *db, size_t expect, db_write_fn fn, void *ctx,
    struct error *e) MUSTUSE;
/*
 * The same, but when db_write_start comes back with OK, fn has run once, what it
 * put is seen by db_look_begin, and the commit is on its way in a thread, after
 * those that were started before.  db_write_fd can be read (poll) when one is
 * back.  db_write_end waits for the first and says what became of it; if it
 * failed, that is the end of all that were on their way.  Until then whatever
 * waits fails with its error, and so does looking.
 */
enum err db_write_start(struct db *db, size_t expect, db_write_fn fn,
    void *ctx, struct error *e) MUSTUSE;
int db_write_fd(const struct db *db); /* -1: nothing was started */
bool db_write_is_back(const struct db *db);
enum err db_write_end(struct db *db, struct error *e) MUSTUSE;
/* Reading; short, never while waiting for a key.  What is on the disk: waits
 * for what is on its way there. */
enum err db_read_begin(struct db *db, struct txn **out, struct error *e)
    MUSTUSE;
/* With all that is on its way; waits for nothing.  txn_count is that of the
 * disk. */
enum err db_look_begin(struct db *db, struct txn **out, struct error *e)
    MUSTUSE;
void db_read_end(struct txn *t); /* NULL is fine */
/* Transactions of this thread that are open: one at most. */
int db_open_txns(void);

/* After going through a whole table: what of the file is mapped goes back. */
void txn_give_back(struct txn *t);
/* Appends the value to out.  ERR_NOTFOUND, with no message; ERR_CORRUPT. */
enum err txn_get(struct txn *t, enum db_table table, struct str key,
    struct buf *out, struct error *e) MUSTUSE;
enum err txn_has(struct txn *t, enum db_table table, struct str key,
    bool *has, struct error *e) MUSTUSE;
enum err txn_put(struct txn *t, enum db_table table, struct str key,
    struct str value, struct error *e) MUSTUSE;
enum err txn_del(struct txn *t, enum db_table table, struct str key,
    struct error *e) MUSTUSE; /* absent is fine */
enum err txn_clear(struct txn *t, enum db_table table, struct error *e)
    MUSTUSE;
uint64_t txn_count(struct txn *t, enum db_table table);
/* First key at or after `key`, copied to `next` (511 bytes); ERR_NOTFOUND at
 * the end, with no message. */
enum err txn_next(struct txn *t, enum db_table table, struct str key,
    char *next, size_t *next_n, struct error *e) MUSTUSE;
const char *db_table_name(enum db_table table);

/* Keys: big-endian numbers, so that the order of bytes is theirs. */
struct key_u32 {
	char b[4];
};
struct key_u64 {
	char b[8];
};
struct key_u32 key_u32(uint32_t v);
struct key_u64 key_u64(uint64_t v);
#define KEY_STR(k) ((struct str){ (k).b, sizeof(k).b })

#endif

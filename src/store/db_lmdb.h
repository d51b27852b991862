#ifndef STORE_DB_LMDB_H
#define STORE_DB_LMDB_H
/*
 * The database from inside: what its three files share, and nobody else sees.
 * db.c has the environment, db_txn.c the transactions, db_value.c the values.
 */
#include "crypt/seal.h"
#include "store/db.h"
#include "store/pages.h"

#include <lmdb.h>

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
};

/* One code of LMDB as one of ours. */
enum err db_failed(const struct db *db, int code, struct error *e) MUSTUSE;
/* `all`: the pages are verified here, not when they are first met. */
enum err db_env_open(struct db *db, bool all, struct error *e) MUSTUSE;
void db_env_close(struct db *db);
/* No transaction may be open; a resetted reader would keep the old map. */
enum err db_grow_map(struct db *db, struct error *e) MUSTUSE;

#endif

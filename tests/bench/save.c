/*
 * save HOME PASSPHRASE-FILE SIZE FOLDER: what one durable save costs, and a
 * load, against bare LMDB and SQLite that are given the same bytes.
 *
 * Every mdb_put of the store is written down on its way (the linker noted ours
 * in front of LMDB's).  The peers start from a copy of the store's database,
 * page for page in LMDB and row for row in SQLite (WAL, synchronous=FULL), and
 * take turns with us: after each save they put the same keys and values in
 * one transaction of their own.  The time is on the wall, because waiting for
 * the disk is what a save is; of the load it is CPU (cost_ms).
 *
 * Those bytes are sealed already.  So SQLite loads them once more, from what
 * the store sealed (noted in front of seal), and makes the ids of the events
 * and the seals itself.
 */
#include "app/app.h"
#include "base/file.h"
#include "crypt/hash.h"
#include "crypt/seal.h"
#include "crypt/secret.h"
#include "store/db.h"
#include "tests/bench/clock.h"
#include "tests/bench/people.h"

#include <lmdb.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAVES 200
#define LOAD 50000
#define LOAD_BOXED 10000 /* what is noted must fit in the box, too */
#define NOTED 4000 /* bytes that a person of a load seals and puts, at most */

int __real_mdb_put(
    MDB_txn *t, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags);
int __wrap_mdb_put(
    MDB_txn *t, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags);
int __real_mdb_txn_commit(MDB_txn *t);
int __wrap_mdb_txn_commit(MDB_txn *t);
void __real_seal(uint8_t *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str plain);
void __wrap_seal(uint8_t *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str plain);

/* What was put: table, sizes, key, value as it was sealed and before; table 0
 * is a commit. */
static struct buf noted;
static bool noting, noting_plain; /* of a load, the values before, too */
static struct str sealed; /* what the next put is of, */
static uint32_t sealed_pad;
static bool sealed_event;

struct put {
	uint32_t table, key_n, value_n, plain_n, pad;
	bool event;
};

void
__wrap_seal(uint8_t *out, const uint8_t key[SEAL_KEY_SIZE],
    const struct seal_place *at, struct str plain)
{
	sealed = plain;
	sealed_pad = at->pad;
	sealed_event = strcmp(at->table, db_table_name(DB_EVENTS)) == 0;
	__real_seal(out, key, at, plain);
}

int
__wrap_mdb_put(
    MDB_txn *t, MDB_dbi dbi, MDB_val *key, MDB_val *data, unsigned flags)
{
	struct put p = { dbi, (uint32_t)key->mv_size,
		(uint32_t)data->mv_size,
		noting_plain ? (uint32_t)sealed.n : 0, sealed_pad,
		sealed_event };
	int r = __real_mdb_put(t, dbi, key, data, flags);

	if (noting && r == 0) {
		buf_add(&noted, &p, sizeof p);
		buf_add(&noted, key->mv_data, key->mv_size);
		buf_add(&noted, data->mv_data, data->mv_size);
		buf_add(&noted, sealed.p, p.plain_n);
	}
	return r;
}

int
__wrap_mdb_txn_commit(MDB_txn *t)
{
	struct put p = { 0 };

	if (noting && noted.n > 0)
		buf_add(&noted, &p, sizeof p);
	return __real_mdb_txn_commit(t);
}

static void
must(bool good, const char *what)
{
	if (!good) {
		fprintf(stderr, "save: %s\n", what);
		exit(1);
	}
}

/* The same puts, one transaction for each of the store's. */
struct peer {
	void (*put)(struct peer *p, const struct put *put, const char *bytes);
	void (*commit)(struct peer *p);
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi[DB_TABLES];
	sqlite3 *sql;
	sqlite3_stmt *insert;
	struct buf seal; /* room */
};

static void
replay(struct peer *peer)
{
	const char *at = noted.p, *end = noted.p + noted.n;
	struct put p;

	while (at < end) {
		memcpy(&p, at, sizeof p);
		at += sizeof p;
		if (p.table == 0)
			peer->commit(peer);
		else
			peer->put(peer, &p, at);
		at += p.key_n + p.value_n + p.plain_n;
	}
}

static void
lmdb_begin(struct peer *p)
{
	must(mdb_txn_begin(p->env, NULL, 0, &p->txn) == 0, "mdb_txn_begin");
}

static void
lmdb_put(struct peer *p, const struct put *put, const char *bytes)
{
	union {
		const char *in;
		void *out;
	} u = { .in = bytes };
	MDB_val key = { put->key_n, u.out }, value;

	u.in = bytes + put->key_n;
	value = (MDB_val){ put->value_n, u.out };
	if (p->txn == NULL)
		lmdb_begin(p);
	must(__real_mdb_put(p->txn, put->table, &key, &value, 0) == 0,
	    "mdb_put");
}

static void
lmdb_commit(struct peer *p)
{
	must(__real_mdb_txn_commit(p->txn) == 0, "mdb_txn_commit");
	p->txn = NULL;
}

/* The tables in the store's order, so that they get its numbers. */
static void
lmdb_open(struct peer *p, const char *folder)
{
	p->put = lmdb_put;
	p->commit = lmdb_commit;
	must(mdb_env_create(&p->env) == 0 &&
	        mdb_env_set_maxdbs(p->env, DB_TABLES) == 0 &&
	        mdb_env_set_mapsize(p->env, 4ull << 30) == 0 &&
	        mdb_env_open(p->env, folder, MDB_NOTLS, 0600) == 0,
	    "mdb_env_open");
	lmdb_begin(p);
	for (int i = 0; i < DB_TABLES; i++)
		must(mdb_dbi_open(p->txn, db_table_name((enum db_table)i),
		         MDB_CREATE, &p->dbi[i]) == 0,
		    "mdb_dbi_open");
	lmdb_commit(p);
}

static void
run(struct peer *p, const char *sql)
{
	must(sqlite3_exec(p->sql, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static void
sqlite_insert(struct peer *p, const struct put *put, const char *key,
    const char *value)
{
	sqlite3_stmt *s = p->insert;

	if (sqlite3_get_autocommit(p->sql))
		run(p, "BEGIN IMMEDIATE");
	sqlite3_bind_int(s, 1, (int)put->table);
	sqlite3_bind_blob(s, 2, key, (int)put->key_n, SQLITE_STATIC);
	sqlite3_bind_blob(s, 3, value, (int)put->value_n, SQLITE_STATIC);
	must(sqlite3_step(s) == SQLITE_DONE, "insert");
	sqlite3_reset(s);
}

static void
sqlite_put(struct peer *p, const struct put *put, const char *bytes)
{
	sqlite_insert(p, put, bytes, bytes + put->key_n);
}

/* The same from the plain value. */
static void
sqlite_seal_and_put(struct peer *p, const struct put *put, const char *bytes)
{
	static const uint8_t secret[SEAL_KEY_SIZE];
	struct str plain = { bytes + put->key_n + put->value_n, put->plain_n };
	struct seal_place at = {
		.table = "kv", .key = { bytes, put->key_n }, .pad = put->pad
	};
	uint8_t id[HASH_SIZE];

	if (put->event)
		hash_blake2b(id, plain);
	buf_reserve(&p->seal, seal_size_at(&at, plain.n));
	__real_seal((uint8_t *)p->seal.p, secret, &at, plain);
	sqlite_insert(p, put, bytes, p->seal.p);
}

static void
sqlite_commit(struct peer *p)
{
	run(p, "COMMIT");
}

/* With all that the LMDB peer has. */
static void
sqlite_open(struct peer *p, const char *path, struct peer *from)
{
	MDB_cursor *c;
	MDB_val k, v;

	p->put = sqlite_put;
	p->commit = sqlite_commit;
	must(sqlite3_open(path, &p->sql) == SQLITE_OK, "sqlite3_open");
	run(p, "PRAGMA journal_mode=WAL");
	run(p, "PRAGMA synchronous=FULL");
	run(p, "CREATE TABLE kv (t INTEGER, k BLOB, v BLOB, "
	       "PRIMARY KEY (t, k)) WITHOUT ROWID");
	must(sqlite3_prepare_v2(p->sql,
	         "INSERT INTO kv VALUES (?, ?, ?) ON CONFLICT DO UPDATE "
	         "SET v = excluded.v",
	         -1, &p->insert, NULL) == SQLITE_OK,
	    "prepare");
	if (from == NULL)
		return;
	lmdb_begin(from);
	for (int i = 0; i < DB_TABLES; i++) {
		must(mdb_cursor_open(from->txn, from->dbi[i], &c) == 0,
		    "mdb_cursor_open");
		while (mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0) {
			struct put put = { .table = from->dbi[i],
				.key_n = (uint32_t)k.mv_size,
				.value_n = (uint32_t)v.mv_size };
			struct buf b = BUF_INIT;

			buf_add(&b, k.mv_data, k.mv_size);
			buf_add(&b, v.mv_data, v.mv_size);
			sqlite_put(p, &put, b.p);
			buf_release(&b);
		}
		mdb_cursor_close(c);
	}
	mdb_txn_abort(from->txn);
	from->txn = NULL;
	sqlite_commit(p);
	run(p, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static void
sqlite_close(struct peer *p)
{
	sqlite3_finalize(p->insert);
	sqlite3_close(p->sql);
	buf_release(&p->seal);
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The median; in a box the mean, or the waits for CPU, of some saves in a
 * hundred, would not be seen. */
static double
typical(double *v)
{
	double sum = 0;

	qsort(v, SAVES, sizeof *v, by_value);
	for (unsigned i = 0; i < SAVES; i++)
		sum += v[i];
	return is_boxed() ? sum / SAVES : v[SAVES / 2];
}

static void
saves(struct app *app, struct peer *lmdb, struct peer *sqlite,
    const char *size)
{
	static double ours[SAVES], bare[SAVES], wal[SAVES], cpu[SAVES];
	const char *which = is_boxed() ? "mean" : "median";
	struct arena *a = arena_new();
	struct error e;
	size_t bytes = 0;

	for (unsigned i = 0; i < SAVES; i++) {
		struct store_write w;
		double t, c;

		arena_reset(a);
		person(app, a, i, &w);
		buf_clear(&noted);
		t = wall_ms();
		c = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
		noting = true;
		must(store_append(app->store, &w, 1, NULL, &e) == OK, e.what);
		noting = false;
		cpu[i] = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - c;
		ours[i] = wall_ms() - t;
		bytes += noted.n;
		t = wall_ms();
		replay(lmdb);
		bare[i] = wall_ms() - t;
		t = wall_ms();
		replay(sqlite);
		wal[i] = wall_ms() - t;
	}
	printf("%s\tdurable save, %s\tms\t%.3f\tbare LMDB\t%.3f\t"
	       "ratio<=1.3\n",
	    size, which, typical(ours), typical(bare));
	printf("%s\tdurable save, %s\tms\t%.3f\tSQLite WAL, FULL\t%.3f\t"
	       "-\n",
	    size, which, typical(ours), typical(wal));
	if (!is_boxed()) {
		printf("%s\tdurable save, CPU\tms\t%.3f\t-\t-\t-\n", size,
		    typical(cpu));
		printf("%s\tdurable save, bytes put\tKB\t%.1f\t-\t-\t-\n",
		    size, (double)bytes / SAVES / 1e3);
	}
	arena_free(a);
}

static void
load_row(unsigned n, double ours, struct peer *peer, const char *name)
{
	double t = cost_ms();

	replay(peer);
	printf("%u\tload, %s\tms\t%.1f\t%s\t%.1f\tratio<=1\n", n,
	    is_boxed() ? "time" : "CPU", ours, name, cost_ms() - t);
}

/* What it takes to write down all that was, at the least. */
static double
noting_takes(void)
{
	char *copy = malloc(noted.n);
	double t;

	must(copy != NULL, "memory");
	memset(copy, 1, noted.n);
	t = cost_ms();
	memcpy(copy, noted.p, noted.n);
	t = cost_ms() - t;
	must(memcmp(copy, noted.p, noted.n) == 0, "a copy that is none");
	free(copy);
	return t;
}

/* Many new records in stages, as the first load of a commune is. */
static void
load(struct app *app, struct peer *lmdb, struct peer *sqlite,
    struct peer *sealing)
{
	unsigned n = is_boxed() ? LOAD_BOXED : LOAD;
	struct arena *a = arena_new();
	struct store_write *w = arena_array(a, n, sizeof *w);
	struct store_bulk *b;
	struct error e;
	double t, ours;

	/* neither making persons up nor writing down is what a load is; the
	 * first of them begins the feed, which the ids begin with */
	for (unsigned i = 0; i < n; i++) {
		person(app, a, i, &w[i]);
		if (i == 0)
			must(store_append(app->store, w, 1, NULL, &e) == OK,
			    e.what);
	}
	buf_reserve(&noted, (size_t)n * NOTED);
	memset(noted.p, 1, (size_t)n * NOTED);
	buf_clear(&noted);
	t = cost_ms();
	noting = noting_plain = true;
	must(store_bulk_begin(app->store, &b, &e) == OK, e.what);
	for (unsigned i = 1; i < n; i++)
		must(store_bulk_add(b, &w[i], &e) == OK, e.what);
	must(store_bulk_end(b, true, &e) == OK, e.what);
	noting = false;
	ours = cost_ms() - t - noting_takes();
	load_row(n, ours, lmdb, "bare LMDB");
	load_row(n, ours, sqlite, "SQLite WAL, FULL");
	load_row(n, ours, sealing, "SQLite, with ids and seals");
	arena_free(a);
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct peer lmdb = { 0 }, sqlite = { 0 }, sealing = { 0 };
	struct error e = { .code = OK };
	struct app *app;
	struct str pass;
	const char *copy;

	if (argc != 5 || secret_init(&e) != OK ||
	    file_read(a, argv[2], 1000, &pass, &e) != OK)
		return 2;
	while (pass.n > 0 && pass.p[pass.n - 1] == '\n')
		pass.n--;
	must(app_open(argv[1], pass, &app, &e) == OK, e.what);
	copy = arena_printf(a, "%s/lmdb", argv[4]); /* made by save.sh */
	lmdb_open(&lmdb, copy);
	sqlite_open(&sqlite, arena_printf(a, "%s/sqlite.db", argv[4]), &lmdb);
	if (strcmp(argv[3], "0") == 0) {
		sqlite_open(&sealing,
		    arena_printf(a, "%s/sealing.db", argv[4]), &lmdb);
		sealing.put = sqlite_seal_and_put;
		load(app, &lmdb, &sqlite, &sealing);
		sqlite_close(&sealing);
	} else {
		saves(app, &lmdb, &sqlite, argv[3]);
	}
	app_close(app);
	mdb_env_close(lmdb.env);
	sqlite_close(&sqlite);
	buf_release(&noted);
	arena_free(a);
	return 0;
}

/*
 * fts make DATABASE <ROWS: a full-text table of names, numbers and days from
 * lines with tabs; fts open DATABASE: opens it and asks once; fts search
 * DATABASE: opens it, and types.
 *
 * The peer at its best: rows stand in the order in which a list shows them, so
 * that the first 200 are found without sorting; the prefixes of up to three
 * letters have an index of their own.
 */
#include "typed.h"

#include <sqlite3.h>

struct fts {
	sqlite3 *db;
	sqlite3_stmt *find;
	size_t found;
};

static void
run(sqlite3 *db, const char *sql)
{
	char *message;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
		fprintf(stderr, "fts: %s\n", message);
		exit(1);
	}
}

static void
prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out)
{
	if (sqlite3_prepare_v2(db, sql, -1, out, NULL) != SQLITE_OK) {
		fprintf(stderr, "fts: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
}

static void
make(sqlite3 *db)
{
	sqlite3_stmt *put;
	char line[1000];

	run(db, "CREATE VIRTUAL TABLE p USING fts5(name, number, birth, "
	        "hamlet, prefix='1 2 3', "
	        "tokenize='unicode61 remove_diacritics 2'); BEGIN");
	prepare(db, "INSERT INTO p VALUES(?,?,?,?)", &put);
	while (fgets(line, sizeof line, stdin) != NULL) {
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (int i = 1; i <= 4; i++) {
			const char *word = strsep(&rest, "\t");

			sqlite3_bind_text(put, i, word == NULL ? "" : word, -1,
			    SQLITE_STATIC);
		}
		if (sqlite3_step(put) != SQLITE_DONE)
			exit(1);
		sqlite3_reset(put);
	}
	sqlite3_finalize(put);
	run(db, "INSERT INTO p(p) VALUES('optimize'); COMMIT");
}

/* Each word is the beginning of one. */
static void
look(void *ctx, const char *text)
{
	struct fts *x = ctx;
	char match[200] = "";
	size_t n = 0;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == ' ') {
			if (n > 0 && match[n - 1] != ' ')
				match[n++] = '*', match[n++] = ' ';
			continue;
		}
		match[n++] = *p;
	}
	if (n > 0 && match[n - 1] != ' ')
		match[n++] = '*';
	match[n] = '\0';
	sqlite3_bind_text(x->find, 1, match, -1, SQLITE_STATIC);
	while (sqlite3_step(x->find) == SQLITE_ROW)
		x->found += sqlite3_column_text(x->find, 1) != NULL;
	sqlite3_reset(x->find);
}

int
main(int argc, char **argv)
{
	struct fts x = { 0 };

	if (argc != 3 || sqlite3_open(argv[2], &x.db) != SQLITE_OK)
		return 2;
	if (strcmp(argv[1], "make") == 0) {
		make(x.db);
		sqlite3_close(x.db);
		return 0;
	}
	prepare(x.db,
	    "SELECT rowid, name, birth, hamlet FROM p WHERE p MATCH ? "
	    "ORDER BY rowid LIMIT 200",
	    &x.find);
	if (strcmp(argv[1], "open") == 0) {
		look(&x, "n");
	} else {
		typed_measure(look, &x);
		typed_print("search");
	}
	sqlite3_finalize(x.find);
	sqlite3_close(x.db);
	return x.found == 0;
}

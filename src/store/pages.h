#ifndef STORE_PAGES_H
#define STORE_PAGES_H
/*
 * The pages of an LMDB file, verified before LMDB follows them.  liblmdb takes
 * its own file on trust: a page whose head, offsets or numbers are not what
 * it left there makes it read, loop or write anywhere.  This reads the same
 * map by rules that end: every offset inside its page, every page inside the
 * file and used once, keys in order, counts as told, no free page in use.
 * What lies in the values is the seals' matter.  Private to store/db*.c.
 */
#include "base/error.h"

struct pages {
	const uint8_t *map; /* from the file's first byte */
	size_t size;        /* of what may be read: of map and file the less */
	int statm;          /* says how much of files is mapped, */
	uint64_t others;    /* and how much of others was, in pages */
	uint8_t *sound;     /* a bit for each page that was verified */
	size_t sound_n;
	/* the leaf in which the last way ended; no table: none did */
	uint64_t near, near_txn;
	const char *near_table;
	bool behind; /* and it ended behind all keys */
};
#define PAGES_INIT { .statm = -1 }
/* The map, or the one that took its place. */
void pages_begin(struct pages *p, const uint8_t *map, size_t size);
void pages_release(struct pages *p);
/* Gives what is mapped back to the system's cache: what is read again comes
 * from there. */
void pages_give_back(struct pages *p);
void pages_trim(struct pages *p); /* if it is more than 6 MiB */

/* The two heads of a file that is not open yet; OK if there is none. */
enum err pages_check_heads(const char *path, struct error *e) MUSTUSE;
/* All that transaction `txn` sees.  ERR_CORRUPT names the first bad page. */
enum err pages_check(
    struct pages *p, uint64_t txn, struct error *e) MUSTUSE;
/* Of it, the tables and the free pages alone: what any change goes by.  All,
 * where the file is shorter than it says. */
enum err pages_check_frame(
    struct pages *p, uint64_t txn, struct error *e) MUSTUSE;
/* Does the key belong into the very page in which the last way ended, in the
 * same transaction?  Then that way is its own, and no page more is mapped. */
bool pages_is_near(struct pages *p, uint64_t txn, const char *table,
    struct str key);
/* The pages on the way to a key, to the one after it, and to its value; each
 * is looked through once. */
enum err pages_check_way(struct pages *p, uint64_t txn, const char *table,
    struct str key, struct error *e) MUSTUSE;

#endif

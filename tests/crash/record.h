#ifndef TESTS_CRASH_RECORD_H
#define TESTS_CRASH_RECORD_H
/*
 * A recorder of what this process does to a folder: every write, sync, change
 * of size and change of a name, in order, with its bytes.  It stands between
 * the program's code (liblmdb too) and the C library: what links record.c
 * calls its write, fsync, rename and so on.
 *
 * replay.h makes of a record the folders that a power cut could have left.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum op_kind {
	OP_WRITE, /* bytes of node, at an offset */
	OP_SIZE,  /* node is n bytes long */
	OP_SYNC,  /* of node; of all there is if node is RECORD_ALL */
	OP_LINK,  /* node gets a name in dir */
	OP_MOVE,  /* node: from_dir, from -> dir, name */
	OP_UNLINK,
	OP_MARK, /* said by the test: `value` */
};
#define RECORD_ALL ((size_t)-1)

struct op {
	enum op_kind kind;
	size_t node, dir, from_dir;
	char *name, *from;
	off_t at;
	size_t n;
	char *bytes;
	bool durable; /* written through: O_DSYNC */
	int value;
};
struct writes {
	struct op *op;
	size_t n, cap;
	size_t nodes; /* files and folders by number; 0 is the folder itself */
	bool *is_dir;
};

/* From here on, of what lies in the folder, which must be empty. */
void record_begin(const char *dir);
/* Until here.  The caller frees it. */
struct writes *record_end(void);
void record_free(struct writes *r);
void record_mark(int value);
/* The disk takes its time: no sync of another thread comes back until it is
 * let go. */
void record_hold(bool hold);

#endif

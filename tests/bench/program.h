#ifndef BENCH_PROGRAM_H
#define BENCH_PROGRAM_H
/* A program in a terminal of 80x24, and when its screen is still. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

struct program {
	int fd;
	pid_t pid;
	clockid_t cpu;	  /* of all its threads */
	char seen[16384]; /* the beginning of what came last */
};

/* In argv[0] may stand what becomes the program (box). */
void program_start(struct program *p, char **argv);
/*
 * Reads until nothing has come for so many ms, and no thread of the program
 * runs or waits for the disk, or for CPU that it was not given.  Returns when
 * the last byte came (wall_ms); *bytes: how many there were.  If the program
 * ends, so does this one.
 */
double program_settle(struct program *p, int silence, size_t *bytes);
void program_send(struct program *p, const char *key, size_t n);
/* The next key of a script, taken off it; an escape sequence is one key, "\\r"
 * Enter and "\\e" Esc.  Returns its length. */
size_t program_next_key(const char **script, char key[8]);
/* Ends it by this signal and reads what it says until it has gone. */
void program_end(struct program *p, int signal);

#endif

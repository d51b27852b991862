#ifndef HANDOFF_STICK_H
#define HANDOFF_STICK_H
/*
 * Files on a stick (SAFETY W1-W7).  Writing: ANSINH/NAME.TMP, fsync, rename,
 * fsync of the file again (without it vfat keeps empty files after a power
 * cut), fsync of the folder, syncfs, drop the cache, read back and compare
 * the sum.  Reading: regular file, no link, at most 64 MiB, copied to the
 * local disk first; the sender's files are never written to.
 */
#include "base/arena.h"
#include "base/error.h"

struct stick_writer;
enum err stick_writer_open(const char *dir, const char *name,
    struct stick_writer **out, struct error *e) MUSTUSE;
enum err stick_writer_add(struct stick_writer *w, const void *p, size_t n,
    struct error *e) MUSTUSE;
/* Rewrites bytes near the start, for heads whose sizes come last. */
enum err stick_writer_patch(struct stick_writer *w, uint64_t at,
    const void *p, size_t n, struct error *e) MUSTUSE;
enum err stick_writer_finish(struct stick_writer *w, struct error *e) MUSTUSE;
void stick_writer_close(struct stick_writer *w); /* removes what is unfinished */

/* Mounted removable media, by their mount points. */
struct stick {
	char path[256], label[64];
};
enum err stick_find(struct arena *a, struct stick **out, size_t *n,
    struct error *e) MUSTUSE;
/* Files *.ansinh of DIR/ANSINH and of DIR, at most 256, newest number last. */
enum err stick_list(struct arena *a, const char *dir, char ***paths, size_t *n,
    struct error *e) MUSTUSE;

#endif

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

#define STICK_FILES_MAX 256
/* Behind the name of a file that is being written.  What the power has left of
 * one stays: on FAT it may hold clusters that another file has got since, and
 * removing it would take them from that, or have the kernel make the stick
 * read-only. */
#define STICK_PART ".TMP"

struct stick_writer;
/* NAME is a file name of our own; ERR_EXISTS if it, or a part of it, is there
 * already. */
enum err stick_writer_open(const char *dir, const char *name,
    struct stick_writer **out, struct error *e) MUSTUSE;
/* The same in the folder itself, for its owner alone to read: a backup. */
enum err stick_writer_open_in(const char *folder, const char *name,
    struct stick_writer **out, struct error *e) MUSTUSE;
enum err stick_writer_add(struct stick_writer *w, const void *p, size_t n,
    struct error *e) MUSTUSE;
enum err stick_writer_finish(struct stick_writer *w, struct error *e) MUSTUSE;
void stick_writer_close(struct stick_writer *w); /* removes what is unfinished */
/*
 * ANSINH in the stick's top folder, if it is not there.  On FAT and exFAT a
 * folder is a chain of clusters, and one to which a cluster was being added
 * when the power went cannot be opened any more, with all bundles in it.  So it
 * gets the room of its life while it is empty and has another name.
 */
enum err stick_make_folder(int top, struct error *e) MUSTUSE;

/* Removes these of DIR/ANSINH, and has the stick know it.  ERR_STICK; what
 * could be removed is. */
enum err stick_remove(const char *dir, const char *const *names, size_t n,
    struct error *e) MUSTUSE;

/* An unnamed file in a folder of the local disk (which is made if it is not
 * there), gone when closed. */
enum err stick_local_file(const char *dir, int *fd, struct error *e) MUSTUSE;
/* The same, holding a copy of a file of at most max bytes. */
enum err stick_copy_in(const char *path, const char *dir, uint64_t max,
    int *fd, struct error *e) MUSTUSE;
/* Opens for reading as W6 says: no link, regular, at most max bytes. */
enum err stick_open(const char *path, uint64_t max, int *fd, struct error *e)
    MUSTUSE;

/* Mounted removable media, by their mount points.  ANSINH_TEST_STICK names a
 * folder that tests have in their place. */
struct stick {
	char path[256], label[64];
};
enum err stick_find(struct arena *a, struct stick **out, size_t *n,
    struct error *e) MUSTUSE;
/* The same from another mountinfo and another /sys/dev/block. */
enum err stick_find_in(struct arena *a, const char *mountinfo,
    const char *sys, struct stick **out, size_t *n, struct error *e) MUSTUSE;
/* Files *.ansinh of DIR/ANSINH and of DIR, at most 256, by name: so the
 * newest number of a device comes last. */
enum err stick_list(struct arena *a, const char *dir, char ***paths, size_t *n,
    struct error *e) MUSTUSE;

#endif

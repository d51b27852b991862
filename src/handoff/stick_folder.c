#include "handoff/stick.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/coding.h"
#include "crypt/secret.h"

#define FOLDER "ANSINH"
/* 64 names of 255 letters take 42 KB of a folder; 256 bundles take 25 KB. */
#define PLACEHOLDERS 64
#define TRIES 100
#define FAT 0x4d44u
#define EXFAT 0x2011bab0u

/* File systems on which a folder is a chain of clusters. */
static bool
is_chain(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0
	    && ((unsigned long)fs.f_type == FAT
	        || (unsigned long)fs.f_type == EXFAT);
}

static void
placeholder(char name[256], int i)
{
	memset(name, 'X', 255);
	name[255] = '\0';
	name[0] = (char)('A' + i / 26);
	name[1] = (char)('A' + i % 26);
}

/* Gives the folder its room: what was removed leaves its place.  Answers
 * whether it could, errno says why not. */
static bool
make_room(int folder)
{
	char name[256];
	bool good = true;
	int fd;

	for (int i = 0; i < PLACEHOLDERS; i++) {
		placeholder(name, i);
		fd = openat(folder, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0644);
		good = good && fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	for (int i = 0; i < PLACEHOLDERS; i++) {
		placeholder(name, i);
		if (unlinkat(folder, name, 0) != 0 && errno != ENOENT)
			good = false;
	}
	return good && fsync(folder) == 0 && syncfs(folder) == 0;
}

/* A new folder under a name that nobody uses yet, nor has: a folder that was
 * being made when the power went is damaged on FAT, and who only looks for it
 * has the kernel make the stick read-only. */
static int
new_folder(int top, char part[32])
{
	uint8_t by_chance[2];
	char hex[2 * sizeof by_chance + 1];
	int made = -1;

	for (int i = 0; i < TRIES && made != 0; i++) {
		random_bytes(by_chance, sizeof by_chance);
		hex_encode(hex, by_chance, sizeof by_chance);
		snprintf(part, 32, FOLDER ".%.3s", hex);
		made = mkdirat(top, part, 0755);
		if (made != 0 && errno != EEXIST)
			return -1;
	}
	return made != 0 ? -1
	    : openat(top, part,
	        O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

enum err
stick_make_folder(int top, struct error *e)
{
	char part[32];
	struct stat st;
	bool good;
	int fd;

	if (fstatat(top, FOLDER, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return OK;
	if (errno != ENOENT || (fd = new_folder(top, part)) < 0)
		return error_errno(e, ERR_STICK,
		    N_("cannot make a folder on the stick"));
	/* The second sync is the one that a file needs, too (W2): under its new
	 * name it has no clusters on vfat before that, and is damaged. */
	good = (!is_chain(fd) || make_room(fd))
	    && renameat(top, part, top, FOLDER) == 0 && fsync(fd) == 0
	    && fsync(top) == 0;
	close(fd);
	if (!good)
		return error_errno(e, ERR_STICK,
		    N_("cannot make a folder on the stick"));
	return OK;
}

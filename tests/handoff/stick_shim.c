/*
 * LD_PRELOAD for stick_power.py: says on descriptor 3 "sync" before anything is
 * synced and "removing NAME" before a bundle is removed, and spoils the
 * handling of the stick as STICK_FAULT says:
 *	tidy	with a bundle its sender's newest one is removed, too
 *	take	who takes a bundle in takes it off the stick
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool
is_fault(const char *name)
{
	const char *fault = getenv("STICK_FAULT");

	return fault != NULL && strcmp(fault, name) == 0;
}

static bool
is_bundle(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot != NULL && strcmp(dot, ".ansinh") == 0;
}

int
fsync(int fd)
{
	dprintf(3, "sync\n");
	return (int)syscall(SYS_fsync, fd);
}

int
syncfs(int fd)
{
	dprintf(3, "sync\n");
	return (int)syscall(SYS_syncfs, fd);
}

static void
remove_newest(int folder, const char *like)
{
	DIR *d = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY));
	size_t sender = strlen(like) - strlen("000001.ansinh");
	const struct dirent *entry;
	char newest[256] = "";

	while (d != NULL && (entry = readdir(d)) != NULL)
		if (strncmp(entry->d_name, like, sender) == 0 &&
		    is_bundle(entry->d_name) &&
		    strcmp(entry->d_name, newest) > 0)
			snprintf(newest, sizeof newest, "%s", entry->d_name);
	syscall(SYS_unlinkat, folder, newest, 0);
	if (d != NULL)
		closedir(d);
}

int
unlinkat(int folder, const char *name, int flags)
{
	if (is_bundle(name)) {
		dprintf(3, "removing %s\n", name);
		if (is_fault("tidy"))
			remove_newest(folder, name);
	}
	return (int)syscall(SYS_unlinkat, folder, name, flags);
}

int
open(const char *path, int flags, ...)
{
	mode_t mode;
	va_list ap;
	int fd;

	va_start(ap, flags);
	mode = va_arg(ap, mode_t);
	va_end(ap);
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
	if (fd >= 0 && is_bundle(path) && is_fault("take"))
		unlink(path);
	return fd;
}

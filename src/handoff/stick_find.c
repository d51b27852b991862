#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "handoff/stick.h"

/* "\040" and its like, as the kernel writes spaces in mount points. */
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0'
		    && s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8
			    + (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static bool
file_says_one(const char *path)
{
	FILE *f = fopen(path, "re");
	bool one = f != NULL && fgetc(f) == '1';

	if (f != NULL)
		fclose(f);
	return one;
}

/* The kernel says removable of the disk, not of its partitions; disks in USB
 * boxes say 0, but hang on the bus. */
static bool
is_removable(const char *sys, const char *device)
{
	char path[512], real[4096];

	snprintf(path, sizeof path, "%s/%s/removable", sys, device);
	if (file_says_one(path))
		return true;
	snprintf(path, sizeof path, "%s/%s/../removable", sys, device);
	if (file_says_one(path))
		return true;
	snprintf(path, sizeof path, "%s/%s", sys, device);
	return realpath(path, real) != NULL && strstr(real, "/usb") != NULL;
}

static bool
take_line(const char *sys, char *line, struct stick *out)
{
	char device[32], mount[4096];
	const char *last;

	if (sscanf(line, "%*d %*d %31s %*s %4095s", device, mount) != 2
	    || strspn(device, "0123456789:") != strlen(device))
		return false;
	unescape(mount);
	if (strcmp(mount, "/") == 0 || strncmp(mount, "/boot", 5) == 0
	    || strlen(mount) >= sizeof out->path
	    || !is_removable(sys, device))
		return false;
	last = strrchr(mount, '/');
	snprintf(out->path, sizeof out->path, "%s", mount);
	snprintf(out->label, sizeof out->label, "%.63s",
	    last == NULL ? mount : last + 1);
	return true;
}

enum err
stick_find_in(struct arena *a, const char *mountinfo, const char *sys,
    struct stick **out, size_t *n, struct error *e)
{
	FILE *f = fopen(mountinfo, "re");
	size_t cap = 0, room = 0;
	char *line = NULL;

	*out = NULL;
	*n = 0;
	if (f == NULL)
		return error_errno(
		    e, ERR_IO, N_("cannot read %s"), mountinfo);
	while (getline(&line, &room, f) > 0) {
		struct stick found;

		if (!take_line(sys, line, &found))
			continue;
		*out = arena_grow(a, *out, *n, &cap, sizeof **out);
		(*out)[(*n)++] = found;
	}
	free(line);
	fclose(f);
	return OK;
}

enum err
stick_find(struct arena *a, struct stick **out, size_t *n, struct error *e)
{
	const char *test = getenv("ANSINH_TEST_STICK");

	if (test != NULL) {
		*n = test[0] != '\0';
		*out = arena_array(a, 1, sizeof **out);
		snprintf((*out)->path, sizeof (*out)->path, "%s", test);
		snprintf((*out)->label, sizeof (*out)->label, "USB");
		return OK;
	}
	return stick_find_in(
	    a, "/proc/self/mountinfo", "/sys/dev/block", out, n, e);
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	const char *p = strrchr(*x, '/'), *q = strrchr(*y, '/');

	return strcmp(p, q);
}

static bool
is_bundle(const char *path, const char *name)
{
	size_t n = strlen(name);
	struct stat st;

	return name[0] != '.' && n > 7 && strcmp(name + n - 7, ".ansinh") == 0
	    && lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum err
stick_list(struct arena *a, const char *dir, char ***paths, size_t *n,
    struct error *e)
{
	static const char *const within[] = { "/ANSINH", "" };
	const struct dirent *entry;
	size_t cap = 0;
	char *path;
	bool any = false;
	DIR *d;

	*paths = NULL;
	*n = 0;
	for (size_t i = 0; i < ARRAY_LEN(within); i++) {
		path = arena_printf(a, "%s%s", dir, within[i]);
		if ((d = opendir(path)) == NULL)
			continue;
		any = true;
		while (*n < STICK_FILES_MAX && (entry = readdir(d)) != NULL) {
			path = arena_printf(a, "%s%s/%s", dir, within[i],
			    entry->d_name);
			if (!is_bundle(path, entry->d_name))
				continue;
			*paths = arena_grow(
			    a, *paths, *n, &cap, sizeof **paths);
			(*paths)[(*n)++] = path;
		}
		closedir(d);
	}
	if (!any)
		return error_errno(e, errno == ENOENT ? ERR_NOTFOUND : ERR_STICK,
		    N_("cannot open %s"), dir);
	if (*n > 0)
		qsort(*paths, *n, sizeof **paths, by_name);
	return OK;
}

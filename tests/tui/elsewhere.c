/* LD_PRELOAD: the file system is of the kind FS_MAGIC says (hex), and LMDB is
 * 0.9.LMDB_PATCH. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/vfs.h>

int
statfs(const char *path, struct statfs *out)
{
	const char *magic = getenv("FS_MAGIC");
	int (*real)(const char *, struct statfs *);
	int r;

	*(void **)&real = dlsym(RTLD_NEXT, "statfs");
	r = real(path, out);
	if (r == 0 && magic != NULL)
		out->f_type = (int)strtoul(magic, NULL, 16);
	return r;
}

char *
mdb_version(int *major, int *minor, int *patch)
{
	const char *said = getenv("LMDB_PATCH");

	*major = 0;
	*minor = 9;
	*patch = said == NULL ? 24 : atoi(said);
	return NULL;
}

#include "at_rest.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

/* The state of a thread is the letter behind its name. */
static bool
thread_sleeps(pid_t pid, const char *thread)
{
	char path[300], line[512];
	const char *state;
	FILE *f;
	bool sleeps = true;

	snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)pid, thread);
	if ((f = fopen(path, "r")) == NULL)
		return true; /* it has ended */
	if (fgets(line, sizeof line, f) != NULL &&
	    (state = strrchr(line, ')')) != NULL)
		sleeps = state[1] == ' ' && state[2] == 'S';
	fclose(f);
	return sleeps;
}

bool
first_at_rest(pid_t pid)
{
	char thread[16];

	snprintf(thread, sizeof thread, "%d", (int)pid);
	return thread_sleeps(pid, thread);
}

bool
at_rest(pid_t pid)
{
	char path[64];
	const struct dirent *d;
	bool rest = true;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	if ((tasks = opendir(path)) == NULL)
		return true;
	while (rest && (d = readdir(tasks)) != NULL)
		rest = d->d_name[0] == '.' || thread_sleeps(pid, d->d_name);
	closedir(tasks);
	return rest;
}

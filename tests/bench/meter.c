/*
 * meter FILE COMMAND...: runs it and writes "CPU WALL PEAK" to FILE: seconds
 * of CPU of it and its children, seconds on the wall, and the most that one of
 * them had resident, in MB, mapped pages included.
 *
 * Small on purpose: what a child inherits before it becomes the command counts
 * as its memory, too.
 */
#include "clock.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	double from = wall_ms();
	struct rusage u;
	int status;
	FILE *out;
	pid_t p;

	if (argc < 3)
		return 2;
	p = fork();
	if (p == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (p < 0 || waitpid(p, &status, 0) != p)
		return 1;
	getrusage(RUSAGE_CHILDREN, &u);
	if ((out = fopen(argv[1], "w")) == NULL)
		return 1;
	fprintf(out, "%.6f %.6f %.2f\n",
	    seconds(u.ru_utime) + seconds(u.ru_stime), (wall_ms() - from) / 1e3,
	    (double)u.ru_maxrss * 1024 / 1e6);
	if (fclose(out) != 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

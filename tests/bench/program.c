#include "program.h"

#include "clock.h"
#include "../tools/at_rest.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_MAX 300000 /* ms until there is anything on the screen */
#define IDLE_MS 0.5      /* of CPU, while nothing comes */

static void
end(const char *why)
{
	fprintf(stderr, "program: %s\n", why);
	exit(1);
}

void
program_start(struct program *p, char **argv)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct pollfd first = { .events = POLLIN };

	p->pid = forkpty(&p->fd, NULL, NULL, &size);
	if (p->pid == 0) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	if (p->pid < 0 || clock_getcpuclockid(p->pid, &p->cpu) != 0)
		end("it cannot be started");
	first.fd = p->fd;
	if (poll(&first, 1, START_MAX) <= 0)
		end("nothing came");
}

static bool
is_still(const struct program *p, int silence)
{
	struct pollfd out = { .fd = p->fd, .events = POLLIN };
	double used;

	do {
		used = clock_ms(p->cpu);
		if (poll(&out, 1, silence) > 0)
			return false;
	} while (clock_ms(p->cpu) - used > IDLE_MS || !at_rest(p->pid));
	return true;
}

double
program_settle(struct program *p, int silence, size_t *bytes)
{
	double last = wall_ms();
	char text[4096];
	size_t kept = 0;

	*bytes = 0;
	while (!is_still(p, silence)) {
		ssize_t n = read(p->fd, text, sizeof text);

		if (n <= 0)
			end("it ended");
		last = wall_ms();
		*bytes += (size_t)n;
		for (ssize_t i = 0; i < n && kept < sizeof p->seen - 1; i++)
			p->seen[kept++] = text[i];
	}
	p->seen[kept] = '\0';
	return last;
}

size_t
program_next_key(const char **script, char key[8])
{
	const char *p = *script;
	size_t n = 0;

	if (*p == '\0')
		return 0;
	if (*p == '\\' && p[1] == 'r') {
		key[n++] = '\r';
		p += 2;
	} else if (*p == '\\' && p[1] == 'e') {
		key[n++] = '\033';
		p += 2;
		if (*p == '[' || *p == 'O')
			do
				key[n++] = *p;
			while (n < 7 && (*p++ < 'A' || n < 3));
	} else {
		do
			key[n++] = *p++;
		while (n < 7 && ((unsigned char)*p & 0xc0) == 0x80);
	}
	*script = p;
	return n;
}

void
program_send(struct program *p, const char *key, size_t n)
{
	if (write(p->fd, key, n) != (ssize_t)n)
		end("no key goes to it");
}

void
program_end(struct program *p, int signal)
{
	char text[4096];

	kill(p->pid, signal);
	while (read(p->fd, text, sizeof text) > 0)
		continue;
	waitpid(p->pid, NULL, 0);
	close(p->fd);
}

/*
 * start ends|killed HOME PASSPHRASE-FILE COMMAND...: the program in a terminal, from exec to
 * its first screen with the register behind it.  The passphrase is typed as
 * soon as it is asked for.  Prints lines of a name and a figure:
 *
 *     cpu       ms of it and all its threads, until the screen is still
 *     wall      ms until the last byte that came, without the time in which
 *               the screen that asks for the passphrase was left to settle
 *     kdf       ms of CPU that the derivation of the key takes, alone; it is
 *               part of the two above
 *     resident  MB, when the first screen is there, mapped pages included
 *     peak      MB, the most until then
 *
 * Then it is ended, so that the register is closed well, or killed, as by a
 * power cut.
 */
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "clock.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"
#include "program.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#define SILENCE 300 /* ms */
#define FIRST_SCREEN "F3 Search"

/* In MB of a million, as the bounds are. */
static double
memory(const struct program *p, const char *what)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)p->pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, what, strlen(what)) == 0)
			kb = strtol(line + strlen(what), NULL, 10);
	if (f != NULL)
		fclose(f);
	return (double)kb * 1024 / 1e6;
}

static double
derive(const char *keys, struct str pass)
{
	double from = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
	struct master *m;
	struct error e;

	if (keyfile_open(keys, pass, &m, &e) != OK) {
		fprintf(stderr, "start: %s\n", e.what);
		exit(1);
	}
	master_free(m);
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID) - from;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct program p;
	struct error e;
	struct str pass;
	size_t bytes;
	double began, shown, typed, last;

	if (argc < 5 || secret_init(&e) != OK ||
	    file_read(a, argv[3], 1000, &pass, &e) != OK)
		return 2;
	while (pass.n > 0 && pass.p[pass.n - 1] == '\n')
		pass.n--;
	setenv("ANSINH_HOME", argv[2], 1);
	began = wall_ms();
	program_start(&p, argv + 4);
	shown = program_settle(&p, SILENCE, &bytes);
	typed = wall_ms();
	program_send(&p, pass.p, pass.n);
	program_send(&p, "\r", 1);
	last = program_settle(&p, SILENCE, &bytes);
	if (strstr(p.seen, FIRST_SCREEN) == NULL) {
		fprintf(stderr, "start: another screen came\n");
		return 1;
	}
	printf("cpu\t%.2f\nwall\t%.2f\n", clock_ms(p.cpu),
	    shown - began + last - typed);
	printf("resident\t%.2f\npeak\t%.2f\n", memory(&p, "VmRSS:"),
	    memory(&p, "VmHWM:"));
	program_end(&p, strcmp(argv[1], "killed") == 0 ? SIGKILL : SIGTERM);
	printf("kdf\t%.2f\n",
	    derive(arena_printf(a, "%s/keys.json", argv[2]), pass));
	arena_free(a);
	return 0;
}

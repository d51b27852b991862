/*
 * Opening the key file.  A wrong passphrase makes the next try wait: 1, 2, 4
 * to 60 seconds, also after a new start (SAFETY E4).  That slows the keyboard
 * and nothing else: who has the file guesses without this program.
 */
#include "app/app.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "crypt/keyfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MAX 60
#define TRIES_FILE_MAX 64

struct tries {
	unsigned n;
	int64_t at; /* of the last, milliseconds since the machine's start */
};

static void
load(struct arena *a, const char *home, struct tries *t)
{
	struct str text;

	memset(t, 0, sizeof *t);
	if (file_read(a, arena_printf(a, "%s/tries", home), TRIES_FILE_MAX,
	        &text, NULL) != OK ||
	    sscanf(arena_str(a, text), "%u %" SCNd64, &t->n, &t->at) != 2)
		t->n = 0;
}

/* Tests wait as long, in hundredths. */
static int64_t
second(void)
{
	const char *test = getenv("ANSINH_TEST_KDF");

	return test != NULL && strcmp(test, "1") == 0 ? 10 : 1000;
}

int
app_wait_ms(const char *home)
{
	struct arena *a = arena_new();
	int64_t wait, now = clock_monotonic_ms();
	struct tries t;

	load(a, home, &t);
	arena_free(a);
	if (t.n == 0)
		return 0;
	wait = (t.n > 6 ? WAIT_MAX : 1 << (t.n - 1)) * second();
	if (wait > WAIT_MAX * second())
		wait = WAIT_MAX * second();
	if (now >= t.at) /* or else the machine has been started since */
		wait -= now - t.at;
	return wait > 0 ? (int)wait : 0;
}

/* That it cannot be written must not keep anybody out. */
static void
count(struct arena *a, const char *home, bool wrong)
{
	char *path = arena_printf(a, "%s/tries", home);
	struct error ignored;
	struct tries t;

	load(a, home, &t);
	if (wrong)
		(void)!file_write(path,
		    str_of(arena_printf(a, "%u %" PRId64 "\n",
		        t.n < 1000 ? t.n + 1 : t.n, clock_monotonic_ms())),
		    0600, false, &ignored);
	else if (t.n > 0)
		unlink(path);
}

struct str
app_passphrase(struct arena *a, struct str typed)
{
	return text_is_utf8(typed) ? text_nfc(a, typed) : typed;
}

enum err
app_unlock(const char *home, struct str passphrase, struct master **out,
    struct error *e)
{
	struct arena *a = arena_new();
	enum err err = keyfile_open(arena_printf(a, "%s/keys.json", home),
	    app_passphrase(a, passphrase), out, e);

	if (err == OK || err == ERR_KEY)
		count(a, home, err == ERR_KEY);
	arena_free(a);
	return err;
}

#include "app/care.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypt/keyfile.h"
#include "crypt/secret.h"

#include <string.h>

/* "20260115-080000" of the wall clock. */
static char *
stamp(struct arena *a)
{
	char now[CLOCK_BUF];
	char *out = arena_alloc(a, CLOCK_BUF);
	size_t n = 0;

	clock_now_text(now);
	for (size_t i = 0; i < 19 && now[i] != '\0'; i++)
		if (now[i] >= '0' && now[i] <= '9')
			out[n++] = now[i];
		else if (now[i] == 'T')
			out[n++] = '-';
	return out;
}

enum err
care_backup(struct app *app, const char *dir, store_progress_fn progress,
    void *ctx, struct arena *a, char **path, struct error *e)
{
	char *folder = arena_printf(a, "%s/%s-%s-%s", dir, app->card.unit,
	    app->card.device, stamp(a));
	struct str keys = { NULL, 0 };
	enum err err;

	if ((err = file_make_dirs(folder, 0700, e)) != OK)
		return err;
	err = store_backup(app->store, arena_printf(a, "%s/store.mdb", folder),
	    progress, ctx, e);
	if (err == OK)
		err = file_read(a, arena_printf(a, "%s/keys.json", app->home),
		    16384, &keys, e);
	/* The key file last: a folder without it is no backup. */
	if (err == OK)
		err = file_write(arena_printf(a, "%s/keys.json", folder), keys,
		    0600, false, e);
	*path = folder;
	return err;
}

enum err
care_restore(const char *home, const char *backup, struct str passphrase,
    struct error *e)
{
	struct arena *a = arena_new();
	uint8_t *key = secret_alloc(32);
	struct store_options o = { .key = key, .epoch = 1 };
	struct master *m = NULL;
	struct str keys = { NULL, 0 };
	enum err err;

	if (app_is_there(home)) {
		err = error_set(e, ERR_EXISTS,
		    N_("there is a commune's data here already: %s"), home);
		goto out;
	}
	err = keyfile_open(
	    arena_printf(a, "%s/keys.json", backup), passphrase, &m, e);
	if (err != OK)
		goto out;
	master_derive(m, "DEK_____", 1, key);
	if ((err = file_make_dirs(home, 0700, e)) != OK ||
	    (err = store_restore(home,
		 arena_printf(a, "%s/store.mdb", backup), &o, e)) != OK)
		goto out;
	err = file_read(
	    a, arena_printf(a, "%s/keys.json", backup), 16384, &keys, e);
	if (err == OK)
		err = file_write(arena_printf(a, "%s/keys.json", home), keys,
		    0600, false, e);
out:
	master_free(m);
	secret_free(key);
	arena_free(a);
	return err;
}

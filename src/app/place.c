#include "app/place.h"

#include "handoff/stick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SETTING "place" /* "stick DIR" or "folder DIR" */
#define STICK "stick "
#define FOLDER "folder "

static bool
is_stick(struct arena *a, const char *dir)
{
	struct stick *sticks;
	struct error ignored;
	size_t n;

	if (stick_find(a, &sticks, &n, &ignored) != OK)
		return false;
	for (size_t i = 0; i < n; i++)
		if (strcmp(sticks[i].path, dir) == 0)
			return true;
	return false;
}

static bool
is_folder(const char *dir)
{
	struct stat st;

	return stat(dir, &st) == 0 && S_ISDIR(st.st_mode);
}

bool
place_recall(struct app *app, char *dir, size_t size)
{
	struct arena *a = arena_new();
	const char *kept = "", *found = NULL;
	struct str text;

	if (store_meta_get(app->store, a, SETTING, &text, NULL) == OK)
		kept = arena_str(a, text);
	if (strncmp(kept, STICK, strlen(STICK)) == 0 &&
	    is_stick(a, kept + strlen(STICK)))
		found = kept + strlen(STICK);
	else if (strncmp(kept, FOLDER, strlen(FOLDER)) == 0 &&
	    is_folder(kept + strlen(FOLDER)))
		found = kept + strlen(FOLDER);
	if (found != NULL)
		snprintf(dir, size, "%s", found);
	arena_free(a);
	return found != NULL;
}

enum err
place_keep(struct app *app, const char *dir, struct error *e)
{
	struct arena *a = arena_new();
	char *whole = realpath(dir, NULL); /* it may be typed as "usb" */
	const char *text = arena_printf(a, "%s%s",
	    is_stick(a, dir) ? STICK : FOLDER, whole == NULL ? dir : whole);
	struct str kept;
	enum err err = OK;

	free(whole);
	if (store_meta_get(app->store, a, SETTING, &kept, NULL) != OK ||
	    !str_is(kept, text))
		err = store_meta_put(app->store, SETTING, str_of(text), e);
	arena_free(a);
	return err;
}

#include "handoff/tidy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "handoff/outer.h"
#include "handoff/peer.h"

/* Every device of the unit must have acknowledged, not just one. */
static size_t
devices_of(struct arena *a, const struct bundle_self *self, const char *unit,
    const char ***out)
{
	const struct trust *t = self->trust;
	size_t n = 0;

	*out = arena_array(a, t->n, sizeof **out);
	for (size_t i = 0; i < t->n; i++) {
		const struct card *c = &t->device[i].card;

		if (t->device[i].revoked || strcmp(c->unit, unit) != 0
		    || memcmp(&c->sign, &self->card->sign, sizeof c->sign)
		        == 0)
			continue;
		(*out)[n++] =
		    arena_printf(a, "%s/%s", c->unit, c->device);
	}
	return n;
}

static const struct store_bundle_entry *
find_entry(const struct store_bundle_entry *entry, size_t n, const char *path)
{
	const char *slash = strrchr(path, '/');
	char file[BUNDLE_NAME + 8];

	for (size_t i = 0; i < n; i++) {
		snprintf(file, sizeof file, "%s.ansinh", entry[i].name);
		if (strcmp(slash + 1, file) == 0)
			return &entry[i];
	}
	return NULL;
}

struct found { /* an acknowledged bundle of ours on the stick */
	const struct store_bundle_entry *entry;
	const char *path;
};

static int
by_number(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->entry->number < y->entry->number
	    ? -1
	    : x->entry->number > y->entry->number;
}

/* The file is what the log says of it. */
static bool
is_that(const struct found *f)
{
	struct bundle_outer o;
	struct error ignored;

	return bundle_inspect(f->path, NULL, NULL, &o, &ignored) == OK
	    && memcmp(o.header.hash, f->entry->header_hash,
	           sizeof o.header.hash)
	    == 0;
}

static enum err
remove_oldest(struct arena *a, struct found *found, size_t n, const char *dir,
    unsigned *removed, struct error *e)
{
	const char **names = arena_array(a, n, sizeof *names);
	size_t count = 0;
	enum err err;

	qsort(found, n, sizeof *found, by_number);
	for (size_t i = 0; i + TIDY_KEEP < n; i++)
		if (is_that(&found[i]))
			names[count++] = strrchr(found[i].path, '/') + 1;
	if (count == 0)
		return OK;
	err = stick_remove(dir, names, count, e);
	*removed = err == OK ? (unsigned)count : 0;
	return err;
}

enum err
tidy_stick(struct store *s, const struct bundle_self *self, const char *unit,
    const char *dir, unsigned *removed, struct error *e)
{
	struct arena *a = arena_new();
	const char *folder = arena_printf(a, "%s/ANSINH/", dir);
	struct store_bundle_entry *entry;
	struct found *found;
	const char **devices;
	size_t n_entries, n_devices, n_paths, n = 0;
	char **paths;
	enum err err;

	*removed = 0;
	n_devices = devices_of(a, self, unit, &devices);
	err = store_bundles_acked(
	    s, a, unit, devices, n_devices, &entry, &n_entries, e);
	if (err != OK || n_entries <= TIDY_KEEP
	    || (err = stick_list(a, dir, &paths, &n_paths, e)) != OK)
		goto out;
	found = arena_array(a, n_paths, sizeof *found);
	for (size_t i = 0; i < n_paths; i++) {
		found[n].path = paths[i];
		found[n].entry = find_entry(entry, n_entries, paths[i]);
		n += found[n].entry != NULL
		    && str_starts(str_of(paths[i]), folder);
	}
	if (n > TIDY_KEEP)
		err = remove_oldest(a, found, n, dir, removed, e);
out:
	arena_free(a);
	return err;
}

/* Which of the desk's own backups are made, and which stay. */
#include "app/care.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/number.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DAYS 7
#define WEEKS 4
#define STAMP 15                /* YYYYMMDD-HHMMSS */
#define WRITTEN "backup_events" /* how many events the last one holds */

struct str
care_moment(struct arena *a, const char *name)
{
	const char *suffix = strstr(name, CARE_SUFFIX), *p;

	if (suffix == NULL || suffix - name < STAMP)
		return STR("");
	p = suffix - STAMP;
	if (strspn(p, "0123456789") != 8 || p[8] != '-' ||
	    strspn(p + 9, "0123456789") != 6)
		return STR("");
	return str_of(arena_printf(a, "%.4s-%.2s-%.2sT%.2s:%.2s", p, p + 4,
	    p + 6, p + 9, p + 11));
}

static int64_t
day_of(struct arena *a, const char *name)
{
	struct str moment = care_moment(a, name);
	struct date d;

	moment.n = moment.n > 10 ? 10 : moment.n;
	return date_parse_iso(moment, &d) ? date_to_days(d) : INT64_MIN;
}

static char *
folder(const struct app *app, struct arena *a)
{
	return arena_printf(a, "%s/backup", app->home);
}

/* Ours, oldest first; a unit and device have one beginning. */
static size_t
list(const struct app *app, struct arena *a, char ***names)
{
	char *begin = arena_printf(
	    a, "%s-%s-", app->card.unit, app->card.device);
	struct error ignored;
	size_t n = 0, kept = 0;

	if (!file_exists(folder(app, a)) ||
	    file_list(a, folder(app, a), CARE_SUFFIX, names, &n, &ignored) !=
		OK)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (strncmp((*names)[i], begin, strlen(begin)) == 0 &&
		    day_of(a, (*names)[i]) != INT64_MIN)
			(*names)[kept++] = (*names)[i];
	return kept;
}

const char *
care_kept(const struct app *app, struct arena *a)
{
	char **names;
	size_t n = list(app, a, &names);

	return n == 0 ? "" : names[n - 1];
}

/* The newest of each day, then the newest of each week; a Monday begins it. */
static void
thin_out(const struct app *app, struct arena *a)
{
	char **names;
	int64_t day = INT64_MAX, week = INT64_MAX;
	size_t days = 0, weeks = 0;

	for (size_t i = list(app, a, &names); i-- > 0;) {
		int64_t d = day_of(a, names[i]), w = (d + 3) / 7;

		if (d != day && days < DAYS) {
			days++;
			week = w;
		} else if (d != day && w != week && weeks < WEEKS) {
			weeks++;
			week = w;
		} else {
			unlink(arena_printf(
			    a, "%s/%s", folder(app, a), names[i]));
		}
		day = d;
	}
}

/* How many events there are, and whether the last backup holds as many. */
static enum err
has_written(struct app *app, struct arena *a, char text[NUMBER_BUF],
    bool *yes, struct error *e)
{
	struct store_counts c;
	struct str last;
	enum err err = store_counts(app->store, &c, e);

	if (err != OK)
		return err;
	number_format_int((int64_t)c.events, text);
	*yes = store_meta_get(app->store, a, WRITTEN, &last, NULL) != OK ||
	    !str_is(last, text);
	return OK;
}

enum err
care_keep(struct app *app, store_progress_fn progress, void *ctx,
    struct error *e)
{
	struct arena *a = arena_new();
	int64_t today = date_to_days(clock_today());
	char text[NUMBER_BUF], *path;
	bool written;
	enum err err;

	if ((err = has_written(app, a, text, &written, e)) != OK || !written ||
	    day_of(a, care_kept(app, a)) == today)
		goto out;
	if ((err = care_backup(app, folder(app, a), progress, ctx, a, &path,
	         e)) != OK)
		goto out;
	thin_out(app, a);
	err = store_meta_put(app->store, WRITTEN, str_of(text), e);
out:
	arena_free(a);
	return err;
}

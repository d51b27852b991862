#include "app/gaps.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static int
by_days(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	return x->days != y->days ? (x->days < y->days ? 1 : -1)
				  : strcmp(x->who, y->who);
}

static const char *
who_of(struct arena *a, const struct store_feed *f)
{
	char id[RECORD_ID_TEXT];

	if (f->unit[0] != '\0')
		return arena_printf(a, "%s-%s", f->unit, f->device);
	feed_id_format(&f->id, id);
	return arena_strdup(a, id);
}

enum err
gaps_find(struct app *app, struct arena *a, struct gap **out, size_t *n,
    struct error *e)
{
	int64_t today = date_to_days(clock_today());
	struct store_feed *feed;
	size_t feeds, count = 0;
	enum err err;

	*n = 0;
	if ((err = store_feeds(app->store, a, NULL, &feed, &feeds, e)) != OK)
		return err;
	*out = arena_array(a, feeds, sizeof **out);
	for (size_t i = 0; i < feeds; i++) {
		const struct store_feed *f = &feed[i];
		int64_t days = today - date_to_days(f->waits_since);

		if (f->waits_since.precision != DATE_NONE)
			(*out)[count++] = (struct gap){ who_of(a, f),
				f->linked + 1, f->waits_since,
				days > 0 ? days : 0 };
	}
	if (count > 1)
		qsort(*out, count, sizeof **out, by_days);
	*n = count;
	return OK;
}

bool
gap_is_late(const struct gap *g)
{
	return g->days >= GAPS_LATE_DAYS;
}

void
gaps_text(const struct gap *g, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		char since[DATE_BUF];

		date_format_vi(g[i].since, since);
		buf_printf(out,
		    _("%s: change %llu has not come, those after it have; "
		      "waiting since %s (%lld days)\n"),
		    g[i].who, (unsigned long long)g[i].missing, since,
		    g[i].days);
	}
	if (n == 0)
		return;
	buf_adds(out,
	    _("What came counts already.  Hand over to that laptop: when it "
	      "has taken that in, its next bundle brings the missing part "
	      "again.\n"));
	if (gap_is_late(&g[0]))
		buf_printf(out,
		    _("WARNING: %d days or more.  Ask its officer now: the "
		      "stick, or the laptop, may be lost.\n"),
		    GAPS_LATE_DAYS);
}

/* The newest known day, and what it says of the clock (SAFETY R13). */
#include "store/store_impl.h"

#include "base/clock.h"

struct date
store_newest_day(const struct store *s)
{
	int64_t build = date_to_days(clock_release_day());

	return date_from_days(s->num.day > build ? s->num.day : build);
}

bool
store_clock_fits(const struct store *s)
{
	int64_t newest = date_to_days(store_newest_day(s));
	int64_t today = date_to_days(clock_today());

	return today >= newest && today <= newest + STORE_CLOCK_AHEAD;
}

struct date
day_today(const struct store *s)
{
	return store_clock_fits(s) ? clock_today() : store_newest_day(s);
}

const char *
day_word(const struct store *s)
{
	return store_clock_fits(s) && !clock_day_was_typed() ? "ok"
	                                                     : "doubtful";
}

void
day_learn(struct store *s)
{
	if (store_clock_fits(s))
		day_heard(s, clock_today());
}

void
day_heard(struct store *s, struct date day)
{
	if (day.precision == DATE_DAY && date_to_days(day) > s->num.day)
		s->num.day = date_to_days(day);
}

struct day_job {
	struct store *s;
	struct date day;
};

static enum err
day_write(struct txn *t, void *ctx, struct error *e)
{
	struct day_job *job = ctx;
	enum err r;

	if ((r = store_begin(job->s, t, e)) != OK)
		return r;
	job->s->num.day = date_to_days(job->day);
	return state_put_numbers(job->s, t, e);
}

enum err
store_set_day(struct store *s, struct date day, struct error *e)
{
	struct day_job job = { s, day };

	return store_commit(s, 0, day_write, &job, e);
}

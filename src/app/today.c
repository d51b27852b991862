#include "app/today.h"

#include "base/clock.h"

bool
today_is_known(const struct app *app)
{
	return store_clock_fits(app->store);
}

enum err
today_parse(struct str text, struct date *out, struct error *e)
{
	char first[DATE_BUF];

	if (!date_parse_keyed(text, out) || out->precision != DATE_DAY)
		return error_set(e, ERR_USAGE,
		    N_("a day was expected, such as 15/01/2026: %.*s"),
		    (int)text.n, text.p);
	if (date_cmp(*out, clock_release_day()) >= 0)
		return OK;
	date_format_vi(clock_release_day(), first);
	return error_set(e, ERR_USAGE,
	    N_("today cannot be before %s, when this program was made"),
	    first);
}

enum err
today_set(struct app *app, struct date day, struct error *e)
{
	enum err err;

	if (date_cmp(day, clock_machine_day()) != 0)
		clock_set_day(day);
	else if (today_is_known(app))
		return OK;
	err = store_set_day(app->store, day, e);
	/* on a full disk one may still look; it is asked again next time */
	return err == ERR_NOSPACE ? OK : err;
}

bool
today_is_odd(const struct app *app, struct date day)
{
	int64_t newest = date_to_days(store_newest_day(app->store));
	int64_t days = date_to_days(day);

	return date_cmp(day, clock_machine_day()) != 0 &&
	    (days < newest || days > newest + STORE_CLOCK_AHEAD);
}

char *
today_doubt(const struct app *app, struct arena *a)
{
	char clock[DATE_BUF], newest[DATE_BUF];

	date_format_vi(clock_machine_day(), clock);
	date_format_vi(store_newest_day(app->store), newest);
	return arena_printf(a, _("the clock says %s; the newest day that is "
				 "known here is %s"), clock, newest);
}

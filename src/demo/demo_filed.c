/* Applications for the monthly allowance: forms 1d and 1đ. */
#include "demo/demo_impl.h"

#include <string.h>

#define NEW_DAYS 40 /* so old an application has gone to the level above */

static struct date
day_of(int year, int month, int day)
{
	return (struct date){ .year = (int16_t)year, .month = (int8_t)month,
		.day = (int8_t)day, .precision = DATE_DAY };
}

void
demo_put_head(struct demo_draft *r, const struct demo_home *h,
    const struct demo_person *p, struct date filed)
{
	demo_put_date(r, "filed_on", filed);
	demo_put(r, "person", p->id.text);
	demo_put(r, "full_name", p->name);
	demo_put_date(r, "birth", p->birth);
	demo_put_int(r, "age", date_age(p->birth, filed));
	demo_put(r, "sex", p->female ? "female" : "male");
	demo_put(r, "citizen_id", p->citizen_id);
	demo_put(r, "hamlet", h->hamlet);
}

const struct demo_person *
demo_carer(const struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct demo_person *q = &h->person[i];

		if (q != p && q->level == NULL &&
		    date_age(q->birth, d->c->on) >= 22)
			return q;
	}
	return NULL;
}

static void
put_card(struct demo_draft *r, const struct demo_person *p)
{
	demo_put(r, "ethnicity", p->ethnicity);
	demo_put_date(r, "citizen_id_date", p->card_date);
	if (p->card_date.precision != DATE_NONE)
		demo_put(r, "citizen_id_place", DEMO_ISSUER);
}

static bool
put_regime(struct demo_draft *r, const char *amount_path,
    const char *since_path, int amount, struct date since, struct date filed)
{
	if (amount == 0 || date_cmp(since, filed) > 0)
		return false;
	demo_put_int(r, amount_path, amount);
	demo_put_date(r, since_path, since);
	return true;
}

static void
put_regimes(struct demo_draft *r, const struct demo_person *p,
    struct date filed)
{
	bool any = put_regime(r, "pension_amount", "pension_since",
	    p->pension, p->pension_since, filed);

	if (put_regime(r, "merit_amount", "merit_since", p->merit,
	    p->merit_since, filed))
		any = true;
	demo_put_flag(r, "has_regimes", any);
}

static void
put_disability(struct demo_draft *r, const struct demo_person *p)
{
	demo_put_words(r, "disability_kinds", p->kind, p->n_kinds);
	demo_put(r, "disability_level", p->level);
	demo_put(r, "disability_cert_no", p->cert_no);
	demo_put_date(r, "disability_cert_date", p->cert_date);
	demo_put(r, "disability_cert_place", "UBND xã");
}

/* The end that both forms have; returns the state. */
static const char *
put_tail(struct demo *d, struct demo_draft *r, const struct demo_person *by,
    struct date filed)
{
	const char *id_card = "id_card";
	struct date posted = demo_days_later(filed, 2);
	bool is_new = date_to_days(d->c->on) - date_to_days(filed) < NEW_DAYS;

	demo_put_flag(r, "has_insurance", prng_below(&d->r, 10) != 0);
	demo_put_flag(r, "has_proxy", by != NULL);
	if (by != NULL) {
		demo_put(r, "proxy_name", by->name);
		demo_put(r, "proxy_id", by->citizen_id);
		demo_put(r, "proxy_relation", "Người trong hộ");
	}
	demo_put_words(r, "papers", &id_card, 1);
	demo_put(r, "receiver", "Cán bộ mẫu");
	if (is_new)
		return "filed";
	demo_put_date(r, "posted_on", posted);
	return "proposed";
}

static const char *
spouse_word(const char *marital)
{
	if (strcmp(marital, "widowed") == 0)
		return "dead";
	return strcmp(marital, "married") == 0 ? "spouse" : "none";
}

static void
put_bearers(struct demo *d, struct demo_draft *r,
    const struct demo_person *p, int age)
{
	int n = p->social > 0 ? 0 : prng_between(&d->r, 1, 3);

	for (int i = 1; i <= n; i++) {
		const struct demo_conf *c = d->c;
		const char *row = demo_put_row(d, r, "duty_bearers", i);

		demo_put(r, demo_path(r, row, "bearer_name"),
		    arena_printf(r->a, "%s %s %s",
		        demo_pick(&d->r, &c->table.family),
		        demo_pick(&d->r, &c->table.middle_male),
		        demo_pick(&d->r, &c->table.given_male)));
		demo_put_int(r, demo_path(r, row, "bearer_age"),
		    age - prng_between(&d->r, 22, 38));
		demo_put(r, demo_path(r, row, "bearer_relation"), "Con");
		demo_put(r, demo_path(r, row, "bearer_job"),
		    demo_pick(&d->r, &c->table.occupation));
		demo_put_flag(r, demo_path(r, row, "bearer_assisted"), false);
	}
	demo_put_int(r, "bearer_count", n);
}

/* When the older person filed; no date if there is no such application. */
static struct date
elderly_filed(struct demo *d, const struct demo_person *p)
{
	struct date start = day_of(2021, 7, 1), last = day_of(2025, 6, 30);
	struct date eighty, none = { 0 };

	if (p->clause != NULL && strcmp(p->clause, "K5A") == 0)
		return demo_days_later(p->social_since, -20);
	if (p->social_pension == 0)
		return none;
	/* 5.5.c, until the social pension took its place. */
	eighty = day_of(p->birth.year + 81, 1, 1);
	if (date_cmp(eighty, last) >= 0)
		return none;
	return demo_day_between(
	    d, date_cmp(eighty, start) > 0 ? eighty : start, last);
}

enum err
demo_emit_elderly(struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	struct date filed = elderly_filed(d, p);
	bool disabled;
	struct demo_draft r;
	struct demo_id id;
	const char *state;

	if (filed.precision == DATE_NONE)
		return OK;
	disabled = p->level != NULL && date_cmp(p->cert_date, filed) <= 0;
	demo_draft_begin(d, &r);
	demo_id_make(d, &id);
	demo_put_head(&r, h, p, filed);
	put_card(&r, p);
	put_regimes(&r, p, filed);
	demo_put(&r, "poverty", h->poverty);
	demo_put_flag(&r, "disabled", disabled);
	if (disabled)
		put_disability(&r, p);
	demo_put(&r, "marital", spouse_word(p->marital));
	put_bearers(d, &r, p, date_age(p->birth, filed));
	state = put_tail(d, &r, NULL, filed);
	return demo_emit(d, &r, "elderly_application", &id, state);
}

static void
put_work(struct demo *d, struct demo_draft *r, const struct demo_person *p,
    int age)
{
	bool working = age >= 16 && age < 60 &&
	    strcmp(p->level, "nang") == 0 &&
	    prng_chance(&d->r, d->c->share.working_disabled);

	if (age < 13)
		return;
	demo_put_flag(r, "working", working);
	if (working) {
		demo_put(r, "work",
		    demo_pick(&d->r, &d->c->table.occupation));
		demo_put_int(r, "work_income",
		    100000 * prng_between(&d->r, 8, 35));
	} else {
		demo_put(r, "no_work_reason", "Sức khỏe yếu");
	}
}

enum err
demo_emit_disabled(struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	bool unable = strcmp(p->level, "dac_biet_nang") == 0;
	struct date filed = demo_days_later(
	    p->cert_date, prng_between(&d->r, 3, 20));
	const struct demo_person *carer = demo_carer(d, h, p);
	int age = date_age(p->birth, filed);
	struct demo_draft r;
	struct demo_id id;
	const char *state;

	demo_draft_begin(d, &r);
	demo_id_make(d, &id);
	demo_put_head(&r, h, p, filed);
	put_card(&r, p);
	if (age < 18)
		demo_put(&r, "schooling", age < 3 ? "not_yet" : "attending");
	put_regimes(&r, p, filed);
	demo_put(&r, "poverty", h->poverty);
	put_disability(&r, p);
	put_work(d, &r, p, age);
	if (age >= 16)
		demo_put(&r, "marital", p->marital);
	demo_put(&r, "self_care", unable ? "unable" : "helped");
	if (carer != NULL) {
		demo_put(&r, "carer", carer->id.text);
		demo_put(&r, "carer_name", carer->name);
	}
	state = put_tail(d, &r, unable || age < 16 ? carer : NULL, filed);
	return demo_emit(d, &r, "disability_application", &id, state);
}

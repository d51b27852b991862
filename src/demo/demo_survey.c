/* Households with their survey, and persons. */
#include "demo/demo_impl.h"

#include <string.h>

static const char *const relations[] = {
	[DEMO_HEAD] = "head",
	[DEMO_SPOUSE] = "spouse",
	[DEMO_CHILD] = "child",
	[DEMO_CHILD_IN_LAW] = "child_in_law",
	[DEMO_GRANDCHILD] = "grandchild",
	[DEMO_PARENT] = "parent",
	[DEMO_SIBLING] = "sibling",
};

static bool
is_recipient(const struct demo_person *p)
{
	return p->social > 0 || p->social_pension > 0;
}

static void
put_recipients(struct demo *d, struct demo_draft *r,
    const struct demo_home *h)
{
	int order = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct demo_person *p = &h->person[i];
		bool social = p->social > 0;
		const char *row;

		if (!is_recipient(p))
			continue;
		row = demo_put_row(d, r, "recipients", ++order);
		demo_put(r, demo_path(r, row, "recipient"), p->id.text);
		demo_put(r, demo_path(r, row, "clause"),
		    social ? p->clause : "HTXH");
		demo_put_int(r, demo_path(r, row, "amount"),
		    social ? p->social : p->social_pension);
		demo_put_date(r, demo_path(r, row, "since"),
		    social ? p->social_since : p->social_pension_since);
	}
}

static void
put_counts(struct demo *d, struct demo_draft *r, const struct demo_home *h)
{
	int children = 0, elders = 0, disabled = 0;

	for (size_t i = 0; i < h->n; i++) {
		int age = date_age(h->person[i].birth, d->c->on);

		children += age < 16;
		elders += age >= 60;
		disabled += h->person[i].level != NULL;
	}
	demo_put_int(r, "child_count", children);
	demo_put_int(r, "elder_count", elders);
	demo_put_int(r, "disabled_count", disabled);
}

static void
put_survey(struct demo *d, struct demo_draft *r, const struct demo_home *h)
{
	static const char *const care[] = { "well", "partly", "unable" };
	const struct demo_conf *c = d->c;
	const char *sources[2] = {
		demo_pick(&d->r, &c->table.income_source), "social"
	};
	const char *need = demo_pick(&d->r, &c->table.need);
	struct date first = demo_days_later(c->on, -300);
	int64_t head = h->poor ? 1000 * prng_between(&d->r, 700, 1500) :
	                         1000 * prng_between(&d->r, 1600, 6000);
	int64_t income = head * (int64_t)h->n;

	demo_put_date(r, "surveyed_on",
	    demo_day_between(d, first, demo_days_later(c->on, -1)));
	demo_put(r, "surveyor", "Cán bộ mẫu");
	put_counts(d, r, h);
	put_recipients(d, r, h);
	demo_put_words(r, "income_sources", sources, ARRAY_LEN(sources));
	demo_put_int(r, "income", income);
	demo_put_int(r, "income_per_head", head);
	demo_put_int(r, "spending",
	    income / 100 * prng_between(&d->r, 60, 110));
	demo_put(r, "housing", demo_pick(&d->r, &c->table.housing));
	demo_put(r, "house_owner",
	    prng_below(&d->r, 20) == 0 ? "relatives" : "own");
	demo_put(r, "care_ability", care[h->n == 1 ? 2 :
	    prng_below(&d->r, 3) == 0]);
	demo_put_words(r, "needs", &need, 1);
}

enum err
demo_emit_home(struct demo *d, const struct demo_home *h)
{
	const struct demo_person *head = &h->person[0];
	bool surveyed = false;
	struct demo_draft r;
	struct date list = d->c->on;

	demo_draft_begin(d, &r);
	list.year = (int16_t)(list.year - 1);
	demo_put(&r, "head_name", head->name);
	demo_put(&r, "head", head->id.text);
	demo_put(&r, "hamlet", h->hamlet);
	demo_put(&r, "phone", head->phone);
	demo_put_int(&r, "member_count", (int64_t)h->n);
	demo_put(&r, "poverty", h->poverty);
	if (h->poor) {
		demo_put_int(&r, "poverty_year", list.year);
		demo_put(&r, "poverty_decision", "01/QĐ-UBND");
		demo_put_date(&r, "poverty_decision_date",
		    demo_days_later(list, -10));
		demo_put(&r, "household_code", arena_printf(r.a, "H%06u",
		    ++d->decisions));
	}
	for (size_t i = 0; i < h->n; i++)
		surveyed = surveyed || is_recipient(&h->person[i]);
	surveyed = surveyed && prng_chance(&d->r, d->c->share.surveyed);
	if (surveyed)
		put_survey(d, &r, h);
	return demo_emit(
	    d, &r, "household", &h->id, surveyed ? "surveyed" : "listed");
}

static void
put_regime(struct demo *d, struct demo_draft *r, int *order,
    const char *regime, int amount, struct date since, const char *clause)
{
	const char *row;

	if (amount == 0)
		return;
	row = demo_put_row(d, r, "regimes", ++*order);
	demo_put(r, demo_path(r, row, "regime"), regime);
	demo_put_int(r, demo_path(r, row, "amount"), amount);
	demo_put_date(r, demo_path(r, row, "since"), since);
	demo_put(r, demo_path(r, row, "clause"), clause);
}

static void
put_schooling(struct demo *d, struct demo_draft *r, int age)
{
	const struct demo_conf *c = d->c;

	if (age < 18)
		demo_put(r, "schooling", age < 3 ? "not_yet" : "attending");
	if (age >= 60)
		demo_put(r, "education",
		    demo_pick(&d->r, &c->table.education_60));
	else if (age >= 23)
		demo_put(r, "education",
		    demo_pick(&d->r, &c->table.education_adult));
	if (age >= 23 && age < 65)
		demo_put(r, "occupation",
		    demo_pick(&d->r, &c->table.occupation));
}

static void
put_disability(struct demo_draft *r, const struct demo_person *p)
{
	if (p->level == NULL)
		return;
	demo_put_flag(r, "disabled", true);
	demo_put_words(r, "disability_kinds", p->kind, p->n_kinds);
	demo_put(r, "disability_level", p->level);
	demo_put(r, "disability_cert_no", p->cert_no);
	demo_put_date(r, "disability_cert_date", p->cert_date);
}

enum err
demo_emit_person(struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	int age = date_age(p->birth, d->c->on), order = 0;
	struct demo_draft r;

	demo_draft_begin(d, &r);
	demo_put(&r, "full_name", p->name);
	demo_put_date(&r, "birth", p->birth);
	if (p->lunar)
		demo_put_flag(&r, "birth_lunar", true);
	demo_put(&r, "sex", p->female ? "female" : "male");
	demo_put(&r, "ethnicity", p->ethnicity);
	demo_put(&r, "citizen_id", p->citizen_id);
	demo_put_date(&r, "citizen_id_date", p->card_date);
	if (p->card_date.precision != DATE_NONE)
		demo_put(&r, "citizen_id_place", DEMO_ISSUER);
	demo_put(&r, "old_id", p->old_id);
	demo_put(&r, "hamlet", h->hamlet);
	demo_put(&r, "household", h->id.text);
	demo_put(&r, "relation", relations[p->relation]);
	demo_put(&r, "phone", p->phone);
	demo_put(&r, "marital", p->marital);
	put_schooling(d, &r, age);
	if (p->citizen_id[0] != '\0' &&
	    prng_chance(&d->r, d->c->share.insured))
		demo_put(&r, "health_insurance", arena_printf(r.a, "30%08u",
		    prng_below(&d->r, 100000000)));
	put_regime(d, &r, &order, "pension", p->pension, p->pension_since,
	    NULL);
	put_regime(d, &r, &order, "merit", p->merit, p->merit_since, NULL);
	put_regime(d, &r, &order, "social", p->social, p->social_since,
	    p->clause);
	put_regime(d, &r, &order, "social_pension", p->social_pension,
	    p->social_pension_since, "HTXH");
	put_disability(&r, p);
	return demo_emit(d, &r, "person", &p->id, "living");
}

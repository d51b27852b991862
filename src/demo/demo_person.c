/* One person of the demo: names, birth, numbers, disability, regimes. */
#include "demo/demo_impl.h"

#include <string.h>

#define YEAR_DAYS 365

/* As records of one feed have them (doc/format-events.md, *Ids of records*). */
void
demo_id_make(struct demo *d, struct demo_id *id)
{
	uint32_t number = d->ids++;

	prng_bytes(&d->r, id->b, sizeof id->b);
	memcpy(id->b, d->feed, sizeof d->feed);
	for (size_t i = 0; i < 4; i++)
		id->b[4 + i] = (uint8_t)(number >> (24 - 8 * i));
	base32_encode(id->text, id->b, sizeof id->b);
}

struct date
demo_days_later(struct date day, int days)
{
	return date_from_days(date_to_days(day) + days);
}

struct date
demo_day_between(struct demo *d, struct date a, struct date b)
{
	int64_t from = date_to_days(a), to = date_to_days(b);

	return to <= from ? date_from_days(from) :
	    date_from_days(from + prng_below(&d->r, (uint32_t)(to - from) + 1));
}

static struct date
day_of(int year, int month, int day)
{
	return (struct date){ .year = (int16_t)year, .month = (int8_t)month,
		.day = (int8_t)day, .precision = DATE_DAY };
}

static struct date
month_only(struct date day)
{
	day.day = 0;
	day.precision = DATE_MONTH;
	return day;
}

static struct date
later(struct date a, struct date b)
{
	return date_cmp(a, b) < 0 ? b : a;
}

bool
demo_is_disabled_much(const struct demo_person *p)
{
	return p->level != NULL && strcmp(p->level, "nhe") != 0;
}

static int
age_now(const struct demo *d, const struct demo_person *p)
{
	return date_age(p->birth, d->c->on);
}

static void
make_birth(struct demo *d, struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	double year_only = p->age >= 80 ? c->share.year_only_80 :
	    p->age >= 60 ? c->share.year_only_60 : 0;
	double month_only_too = p->age >= 60 ? c->share.month_only_60 : 0;
	double x = prng_unit(&d->r);

	p->birth = demo_days_later(date_add_months(c->on, -12 * p->age),
	    -1 - (int)prng_below(&d->r, YEAR_DAYS - 1));
	if (x < year_only) {
		p->birth.month = p->birth.day = 0;
		p->birth.precision = DATE_YEAR;
	} else if (x < year_only + month_only_too) {
		p->birth = month_only(p->birth);
	} else if (p->age >= 60) {
		p->lunar = prng_chance(&d->r, c->share.lunar_60);
	}
}

/* v with leading zeros, exactly n digits and NUL. */
static void
put_digits(char *out, size_t n, uint32_t v)
{
	out[n] = '\0';
	for (; n > 0; v /= 10)
		out[--n] = (char)('0' + v % 10);
}

/* The last six digits walk through all of them, so that no number comes
 * twice. */
static void
make_citizen_id(struct demo *d, struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	int year = p->birth.year, century = year >= 2000, sex = p->female;
	uint32_t k = d->numbers[century][sex][year % 100]++;
	double none = p->age < 14 ? c->share.no_number_child :
	    p->age >= 80 ? c->share.no_number_80 : c->share.no_number_adult;
	struct date first = later(day_of(2021, 3, 1),
	    date_add_months(day_of(year + 1, 1, 1), 12 * 14));
	struct date last = demo_days_later(c->on, -1);

	if (p->age >= 40 && prng_chance(&d->r, c->share.old_id_40))
		put_digits(p->old_id, 9,
		    140000000 + prng_below(&d->r, 10000000));
	if (prng_chance(&d->r, none))
		return;
	memcpy(p->citizen_id, c->province, 3);
	put_digits(p->citizen_id + 3, 3,
	    (uint32_t)(200 * century + 100 * sex + year % 100));
	put_digits(p->citizen_id + 6, 6,
	    (k * UINT32_C(1001) + (uint32_t)year * 7919) % 1000000);
	if (p->age >= 15 && date_cmp(first, last) < 0 &&
	    prng_chance(&d->r, c->share.card_known))
		p->card_date = demo_day_between(d, first, last);
}

static void
make_name(struct demo *d, struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	bool old = p->age >= 60;
	const struct demo_table *middle = p->female ?
	    (old ? &c->table.middle_female_60 : &c->table.middle_female) :
	    (old ? &c->table.middle_male_60 : &c->table.middle_male);
	const struct demo_table *given = p->female ?
	    (old ? &c->table.given_female_60 : &c->table.given_female) :
	    (old ? &c->table.given_male_60 : &c->table.given_male);
	const char *second = demo_pick(&d->r, middle);
	const char *third = demo_pick(&d->r, given);
	size_t n = strlen(p->family), m = strlen(second), k = strlen(third);
	char *name = arena_alloc(d->scratch, n + m + k + 3);

	memcpy(name, p->family, n);
	name[n] = name[n + 1 + m] = ' ';
	memcpy(name + n + 1, second, m);
	memcpy(name + n + m + 2, third, k + 1);
	p->name = name;
}

static bool
has(const struct demo_home *h, enum demo_relation relation, bool female)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->person[i].relation == relation &&
		    h->person[i].female == female)
			return true;
	return false;
}

/* Children have the name of their father, whether he is here or not. */
static void
make_families(struct demo *d, struct demo_home *h)
{
	const struct demo_table *t = &d->c->table.family;
	const char *own = demo_pick(&d->r, t), *father = demo_pick(&d->r, t);

	for (size_t i = 0; i < h->n; i++) {
		struct demo_person *p = &h->person[i];

		switch (p->relation) {
		case DEMO_HEAD:
		case DEMO_SIBLING:
			p->family = own;
			break;
		case DEMO_SPOUSE:
			p->family = p->female ? demo_pick(&d->r, t) : father;
			break;
		case DEMO_CHILD:
		case DEMO_GRANDCHILD:
			p->family = h->person[0].female ? father : own;
			break;
		case DEMO_PARENT:
			p->family = p->female ? demo_pick(&d->r, t) : own;
			break;
		case DEMO_CHILD_IN_LAW:
			p->family = demo_pick(&d->r, t);
			break;
		}
	}
}

static const char *
marital_of(struct demo *d, const struct demo_home *h,
    const struct demo_person *p)
{
	if (p->age < 16)
		return NULL;
	switch (p->relation) {
	case DEMO_HEAD:
		if (has(h, DEMO_SPOUSE, true) || has(h, DEMO_SPOUSE, false))
			return "married";
		if (p->age >= 55)
			return prng_below(&d->r, 8) == 0 ? "never" :
			                                   "widowed";
		return prng_below(&d->r, 3) == 0 ? "divorced" : "never";
	case DEMO_SPOUSE:
	case DEMO_CHILD_IN_LAW:
		return "married";
	case DEMO_PARENT:
		return has(h, DEMO_PARENT, !p->female) ? "married" : "widowed";
	case DEMO_CHILD:
		return p->age >= 20 && has(h, DEMO_CHILD_IN_LAW, !p->female) ?
		    "married" : "never";
	case DEMO_GRANDCHILD:
	case DEMO_SIBLING:
		break;
	}
	return "never";
}

static void
make_disability(struct demo *d, struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	double share = p->age < 16 ? c->share.disabled_child :
	    p->age >= 60 ? c->share.disabled_60 : c->share.disabled_adult;
	struct date first = later(day_of(2019, 3, 1),
	    day_of(p->birth.year + 2, 1, 1));
	struct date last = demo_days_later(c->on, -60);
	const char *kind;

	if (!prng_chance(&d->r, share) || date_cmp(first, last) >= 0)
		return;
	p->level = demo_pick(&d->r, &c->table.disability_level);
	p->kind[p->n_kinds++] = demo_pick(&d->r, &c->table.disability_kind);
	kind = demo_pick(&d->r, &c->table.disability_kind);
	if (prng_chance(&d->r, c->share.second_kind) &&
	    strcmp(kind, p->kind[0]) != 0)
		p->kind[p->n_kinds++] = kind;
	if (p->n_kinds == 2 &&
	    demo_section(p->kind[0]) > demo_section(p->kind[1])) {
		p->kind[1] = p->kind[0]; /* in the order of the paper */
		p->kind[0] = kind;
	}
	p->filed = demo_day_between(d, first, last);
	p->met = demo_days_later(p->filed, prng_between(&d->r, 5, 25));
	p->cert_date = demo_days_later(p->met, prng_between(&d->r, 3, 7));
	put_digits(p->cert_no, 6, ++d->certificates);
}

/* Coefficients of article 6.1, doubled so that they are whole. */
static int
coefficient2(const struct demo_person *p, int age)
{
	bool adult = age >= 16 && age < 60;

	if (p->level == NULL)
		return age >= 80 ? 4 : 3; /* 5.5.a */
	if (strcmp(p->level, "dac_biet_nang") == 0)
		return adult ? 4 : 5;
	return adult ? 3 : 4;
}

static void
make_social(struct demo *d, const struct demo_home *h, struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	int age = age_now(d, p);
	struct date first = later(day_of(2022, 1, 1),
	    day_of(p->birth.year + 61, 1, 1));

	if (demo_is_disabled_much(p)) {
		if (!prng_chance(&d->r, c->share.allowance))
			return;
		p->clause = "K6";
		p->social_since = month_only(p->cert_date);
	} else if (p->level == NULL && age >= 60 && h->n == 1 &&
	    strcmp(h->poverty, "poor") == 0 && p->pension == 0 &&
	    date_cmp(first, c->on) < 0) {
		if (!prng_chance(&d->r, c->share.alone_supported))
			return;
		p->clause = "K5A";
		p->social_since = month_only(demo_day_between(
		    d, first, demo_days_later(c->on, -1)));
	} else {
		return;
	}
	p->social = c->number.base_amount * coefficient2(p, age) / 2;
}

static void
make_regimes(struct demo *d, const struct demo_home *h,
    struct demo_person *p)
{
	const struct demo_conf *c = d->c;
	int age = age_now(d, p);

	if (age >= 60 && prng_chance(&d->r, c->share.pension_60)) {
		p->pension = 1000 * prng_between(&d->r, 2500, 6500);
		p->pension_since = month_only(day_of(p->birth.year +
		    prng_between(&d->r, 53, 59),
		    prng_between(&d->r, 1, 12), 1));
	}
	if (age >= 60 && prng_chance(&d->r, c->share.merit_60)) {
		p->merit = 1000 * prng_between(&d->r, 1800, 4500);
		p->merit_since = month_only(day_of(
		    prng_between(&d->r, 1996, 2016),
		    prng_between(&d->r, 1, 12), 1));
	}
	make_social(d, h, p);
	if (age >= 75 && p->pension == 0 && p->social == 0 &&
	    prng_chance(&d->r, c->share.social_pension_75)) {
		p->social_pension = c->number.base_amount;
		p->social_pension_since = month_only(later(
		    day_of(2025, 7, 1),
		    date_add_months(demo_days_later(p->birth, 0),
		        12 * 75)));
	}
}

void
demo_home_people(struct demo *d, struct demo_home *h)
{
	const struct demo_conf *c = d->c;

	demo_id_make(d, &h->id);
	h->poverty = demo_pick(&d->r, &c->table.poverty);
	h->poor = strcmp(h->poverty, "poor") == 0 ||
	    strcmp(h->poverty, "near_poor") == 0;
	h->hamlet = arena_printf(d->scratch, "Thôn %u",
	    1 + prng_below(&d->r, d->hamlets));
	make_families(d, h);
	for (size_t i = 0; i < h->n; i++) {
		struct demo_person *p = &h->person[i];

		demo_id_make(d, &p->id);
		make_name(d, p);
		make_birth(d, p);
		make_citizen_id(d, p);
		p->ethnicity = demo_pick(&d->r, &c->table.ethnicity);
		p->marital = marital_of(d, h, p);
		if (p->age >= 16 && p->age < 75 &&
		    prng_chance(&d->r, c->share.phone))
			put_digits(p->phone, 10,
			    900000000 + prng_below(&d->r, 100000000));
		make_disability(d, p);
		make_regimes(d, h, p);
	}
}

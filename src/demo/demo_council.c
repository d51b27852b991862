/*
 * Determinations of disability: the request, the council's sheet and its
 * conclusion.  The signs are laid so that the form's own suggestion is the
 * level and the kinds that the person has.
 */
#include "demo/demo_impl.h"

#include <stdio.h>
#include <string.h>

#define ACTIVITIES 10
#define MENTAL 3 /* the section whose signs differ under 6 years */

static const struct {
	const char *kind;
	int signs;
} sections[] = {
	{ "van_dong", 6 },
	{ "nghe_noi", 6 },
	{ "nhin", 7 },
	{ "than_kinh", 5 },
	{ "tri_tue", 4 },
	{ "khac", 3 },
};

static const char *const child_signs[] = {
	"child_limp", "child_no_arms", "child_no_legs", "child_arm_and_leg",
	"child_blind", "child_arms_paralysed", "child_palsy",
	/* severe */
	"child_limb_still", "child_one_arm", "child_one_leg",
	"child_blind_one", "child_eye_missing", "child_deaf_mute",
};
#define CHILD_EXCEPTIONAL 7

static const char *const adult_signs[] = {
	"adult_limp", "adult_no_arms", "adult_blind", "adult_arms_paralysed",
	"adult_palsy",
	/* severe */
	"adult_deaf_mute",
};
#define ADULT_EXCEPTIONAL 5

static const char *const activities[ACTIVITIES] = {
	"score_walk", "score_eat", "score_toilet", "score_wash",
	"score_dress", "score_hear", "score_speak", "score_work",
	"score_join", "score_learn",
};

size_t
demo_section(const char *kind)
{
	size_t i = 0;

	while (i < ARRAY_LEN(sections) && strcmp(sections[i].kind, kind) != 0)
		i++;
	return i;
}

/* III: one sign of each kind; the other answers are no. */
static void
put_signs(struct demo *d, struct demo_draft *r, const struct demo_person *p,
    bool child, bool none)
{
	const char *declared[ARRAY_LEN(sections)];
	char kinds[80] = "";
	size_t n_declared = 0;

	for (size_t k = 0; k < ARRAY_LEN(sections); k++) {
		bool mental = child && k == MENTAL;
		int n = mental ? 2 : sections[k].signs, is_yes = -1;

		for (size_t i = 0; !none && i < p->n_kinds; i++)
			if (demo_section(p->kind[i]) == k)
				is_yes = (int)prng_below(&d->r, (uint32_t)n);
		for (int i = 0; i < n; i++)
			demo_put_flag(r, arena_printf(r->a, "%s_%zu_%d",
			    mental ? "child_sign" : "sign", k + 1, i + 1),
			    i == is_yes);
		if (is_yes < 0)
			continue;
		declared[n_declared++] = arena_printf(
		    r->a, "%zu.%d", k + 1, is_yes + 1);
		snprintf(kinds + strlen(kinds), sizeof kinds - strlen(kinds),
		    "%s%s", kinds[0] == '\0' ? "" : " ", sections[k].kind);
	}
	demo_put_words(r, "declared_signs", declared, n_declared);
	demo_put(r, "suggested_kinds", kinds);
}

/* IV by signs: number `yes` of them is marked, -1 for none. */
static void
put_level_signs(struct demo_draft *r, const char *const *names, size_t n,
    int yes)
{
	for (size_t i = 0; i < n; i++)
		demo_put_flag(r, names[i], (int)i == yes);
}

static void
put_activities(struct demo *d, struct demo_draft *r, int points)
{
	static const char *const codes[] = { "0", "1", "2" };
	size_t score[ACTIVITIES] = { 0 };

	for (int left = points; left > 0;) {
		size_t i = prng_below(&d->r, ACTIVITIES);

		if (score[i] < 2) {
			score[i]++;
			left--;
		}
	}
	for (size_t i = 0; i < ACTIVITIES; i++)
		demo_put(r, activities[i], codes[score[i]]);
	demo_put(r, "rule", "tt01_2019");
	demo_put_int(r, "given", ACTIVITIES);
	demo_put_int(r, "unsure", 0);
	demo_put_int(r, "points", points);
}

static void
put_child_level(struct demo *d, struct demo_draft *r, const char *level)
{
	int yes = -1;
	const char *by_signs = "no";

	if (strcmp(level, "dac_biet_nang") == 0)
		yes = prng_between(&d->r, 0, CHILD_EXCEPTIONAL - 1);
	else if (strcmp(level, "nang") == 0)
		yes = prng_between(&d->r, CHILD_EXCEPTIONAL,
		    (int)ARRAY_LEN(child_signs) - 1);
	if (yes >= 0)
		by_signs = level;
	put_level_signs(r, child_signs, ARRAY_LEN(child_signs), yes);
	demo_put(r, "level_by_signs", by_signs);
}

static void
put_adult_level(struct demo *d, struct demo_draft *r, const char *level)
{
	const struct demo_conf *c = d->c;
	int exceptional = c->number.exceptional_min;
	int severe = c->number.severe_min, low = 0, high = severe - 1;
	int yes = -1;

	if (strcmp(level, "dac_biet_nang") == 0) {
		low = exceptional;
		high = 2 * ACTIVITIES;
		if (prng_chance(&d->r, c->share.level_by_sign))
			yes = prng_between(&d->r, 0, ADULT_EXCEPTIONAL - 1);
	} else if (strcmp(level, "nang") == 0) {
		low = severe;
		high = exceptional - 1;
		if (prng_below(&d->r, 20) == 0)
			yes = ADULT_EXCEPTIONAL;
	}
	put_level_signs(r, adult_signs, ARRAY_LEN(adult_signs), yes);
	demo_put(r, "level_by_signs", yes >= 0 ? level : "no");
	if (yes < 0)
		put_activities(d, r, prng_between(&d->r, low, high));
}

static void
put_meeting(struct demo *d, struct demo_draft *r, struct date met,
    bool child)
{
	int present = prng_between(&d->r, 5, 7);

	demo_put_date(r, "met_on", met);
	demo_put(r, "met_at", prng_below(&d->r, 4) == 0 ? "home" : "office");
	demo_put(r, "sheet", child ? "02" : "03");
	demo_put_int(r, "members_total", 7);
	demo_put_int(r, "members_present", present);
	demo_put_int(r, "votes_for", present);
}

static void
put_request(struct demo *d, struct demo_draft *r, const struct demo_home *h,
    const struct demo_person *p, struct date filed)
{
	const struct demo_person *by =
	    date_age(p->birth, filed) < 16 ? demo_carer(d, h, p) : NULL;

	demo_put_head(r, h, p, filed);
	demo_put(r, "request", "xac_dinh");
	demo_put_flag(r, "has_representative", by != NULL);
	if (by == NULL)
		return;
	demo_put(r, "representative_name", by->name);
	demo_put(r, "representative_relation", "Người trong hộ");
	demo_put(r, "representative_id", by->citizen_id);
	demo_put(r, "representative_phone", by->phone);
}

enum err
demo_emit_determination(struct demo *d, const struct demo_home *h,
    const struct demo_person *p, bool refused)
{
	struct date last = demo_days_later(d->c->on, -60);
	struct date filed = refused ?
	    demo_day_between(d, demo_days_later(last, -300), last) : p->filed;
	struct date met = refused ? demo_days_later(filed, 12) : p->met;
	bool child = date_age(p->birth, met) < 6;
	const char *level = refused ? "nhe" : p->level;
	struct demo_draft r;
	struct demo_id id;

	demo_draft_begin(d, &r);
	demo_id_make(d, &id);
	put_request(d, &r, h, p, filed);
	put_meeting(d, &r, met, child);
	put_signs(d, &r, p, child, refused);
	if (child)
		put_child_level(d, &r, level);
	else
		put_adult_level(d, &r, level);
	demo_put(&r, "suggested_level", level);
	demo_put(&r, "outcome", refused ? "not_disabled" : "disabled");
	demo_put_date(&r, "posted_on", demo_days_later(met, 2));
	if (!refused) {
		demo_put_words(&r, "kinds", p->kind, p->n_kinds);
		demo_put(&r, "level", level);
		demo_put(&r, "certificate_no", p->cert_no);
		demo_put_date(&r, "certificate_date", p->cert_date);
	}
	return demo_emit(d, &r, "disability_determination", &id,
	    refused ? "not_disabled" : "issued");
}

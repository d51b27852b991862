#ifndef DEMO_IMPL_H
#define DEMO_IMPL_H
/* What the files of the demo share: its configuration, a household while it
 * is made, and a record while it is written. */
#include "demo/demo.h"
#include "base/coding.h"
#include "base/date.h"
#include "base/prng.h"

/* Names in conf/demo.yaml; each must be there, and no other. */
#define DEMO_NUMBERS(X) \
	X(persons_per_hamlet) X(base_amount) X(exceptional_min) X(severe_min)
#define DEMO_SHARES(X) \
	X(head_male) X(head_male_alone) X(spouse) X(year_only_60) \
	X(year_only_80) X(month_only_60) X(lunar_60) X(no_number_child) \
	X(no_number_adult) X(no_number_80) X(card_known) X(old_id_40) \
	X(phone) X(insured) X(pension_60) X(merit_60) X(social_pension_75) \
	X(alone_supported) X(disabled_child) X(disabled_adult) \
	X(disabled_60) X(second_kind) X(determination) \
	X(refused_determination) X(level_by_sign) X(allowance) \
	X(application) X(working_disabled) X(surveyed)
#define DEMO_TABLES(X) \
	X(household_size) X(age_male) X(age_female) X(ethnicity) X(poverty) \
	X(education_adult) X(education_60) X(occupation) X(housing) \
	X(income_source) X(need) X(disability_kind) X(disability_level) \
	X(family) X(middle_male_60) X(middle_male) X(middle_female_60) \
	X(middle_female) X(given_male_60) X(given_male) X(given_female_60) \
	X(given_female)

struct demo_table {
	size_t n;
	const char **word;
	int *number; /* of tables whose words are numbers, else 0 */
	uint32_t *upto; /* sum of the weights up to and with this word */
};
struct demo_conf {
	struct date on;
	const char *province;
#define X(name) int name;
	struct { DEMO_NUMBERS(X) } number;
#undef X
#define X(name) double name;
	struct { DEMO_SHARES(X) } share;
#undef X
#define X(name) struct demo_table name;
	struct { DEMO_TABLES(X) } table;
#undef X
};

#define DEMO_HOME_MAX 12   /* persons in a household */
#define DEMO_AGE_MAX 104
#define DEMO_BLOCK 1024    /* persons whose ages are dealt together */
#define DEMO_VALUES_MAX 160
#define DEMO_ISSUER "Cục Cảnh sát QLHC về TTXH"

enum demo_relation {
	DEMO_HEAD,
	DEMO_SPOUSE,
	DEMO_CHILD,
	DEMO_CHILD_IN_LAW,
	DEMO_GRANDCHILD,
	DEMO_PARENT,
	DEMO_SIBLING,
};

struct demo_id {
	uint8_t b[DEMO_ID_SIZE];
	char text[BASE32_LEN(DEMO_ID_SIZE) + 1];
};

struct demo_person {
	struct demo_id id;
	enum demo_relation relation;
	int age; /* as dealt; the birth may be known less exactly */
	bool female, lunar;
	struct date birth;
	const char *family, *name, *ethnicity, *marital;
	char citizen_id[13], old_id[10], phone[11];
	struct date card_date;

	/* disability, if level is not NULL */
	const char *kind[2], *level;
	size_t n_kinds;
	char cert_no[16];
	struct date filed, met, cert_date;

	/* regimes; 0 is none */
	int pension, merit, social, social_pension;
	const char *clause; /* of the social allowance */
	struct date pension_since, merit_since, social_since;
	struct date social_pension_since;
};

struct demo_home {
	struct demo_id id;
	size_t n;
	struct demo_person person[DEMO_HOME_MAX];
	const char *poverty, *hamlet;
	bool poor; /* poor or near-poor: a list names it */
};

/* Ages dealt to a block of persons, by sex (1 is female) and age. */
struct demo_ages {
	int count[2][DEMO_AGE_MAX + 1];
};

struct demo {
	const struct demo_conf *c;
	struct prng r;
	demo_record_fn fn;
	void *ctx;
	struct error *e;
	struct arena *scratch; /* one household */
	uint8_t feed[4]; /* how all ids begin */
	uint32_t ids, hamlets, certificates, decisions;
	uint32_t numbers[2][2][100]; /* citizen numbers given: century, sex,
	                              * year */
};

/* demo_conf.c */
const char *demo_pick(struct prng *r, const struct demo_table *t);
int demo_pick_number(struct prng *r, const struct demo_table *t);

/* demo_home.c: sizes and ages of a block, who lives with whom. */
struct demo_block {
	size_t n_homes;
	struct demo_home home[DEMO_BLOCK];
};
void demo_block_make(struct demo *d, size_t persons, struct demo_block *b);

/* demo_person.c: names, births, numbers, disability, regimes. */
void demo_id_make(struct demo *d, struct demo_id *id);
void demo_home_people(struct demo *d, struct demo_home *h);
struct date demo_day_between(struct demo *d, struct date a, struct date b);
struct date demo_days_later(struct date day, int days);
bool demo_is_disabled_much(const struct demo_person *p);

/* demo_record.c: a record being written. */
struct demo_draft {
	struct arena *a;
	size_t n;
	struct demo_value v[DEMO_VALUES_MAX];
};
void demo_draft_begin(struct demo *d, struct demo_draft *r);
/* NULL, "", an empty date leave the field blank. */
void demo_put(struct demo_draft *r, const char *path, const char *text);
void demo_put_int(struct demo_draft *r, const char *path, int64_t v);
void demo_put_date(struct demo_draft *r, const char *path, struct date day);
void demo_put_words(struct demo_draft *r, const char *path,
    const char *const *words, size_t n);
void demo_put_flag(struct demo_draft *r, const char *path, bool yes);
/* Adds a row; returns "REPEAT/ROW/" for demo_path. */
const char *demo_put_row(struct demo *d, struct demo_draft *r,
    const char *repeat, int order);
const char *demo_path(
    struct demo_draft *r, const char *row, const char *field);
enum err demo_emit(struct demo *d, struct demo_draft *r, const char *form,
    const struct demo_id *id, const char *state);

/* demo_survey.c, demo_filed.c, demo_council.c: the records. */
enum err demo_emit_home(struct demo *d, const struct demo_home *h);
enum err demo_emit_person(struct demo *d, const struct demo_home *h,
    const struct demo_person *p);
enum err demo_emit_elderly(struct demo *d, const struct demo_home *h,
    const struct demo_person *p);
enum err demo_emit_disabled(struct demo *d, const struct demo_home *h,
    const struct demo_person *p);
enum err demo_emit_determination(struct demo *d, const struct demo_home *h,
    const struct demo_person *p, bool refused);
/* Person, date of filing, and what the form takes from the person. */
void demo_put_head(struct demo_draft *r, const struct demo_home *h,
    const struct demo_person *p, struct date filed);
/* An adult of the household other than p, NULL if there is none. */
const struct demo_person *demo_carer(
    const struct demo *d, const struct demo_home *h,
    const struct demo_person *p);
size_t demo_section(const char *kind); /* of the paper, 0 to 5 */

#endif

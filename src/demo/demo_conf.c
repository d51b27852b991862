/* conf/demo.yaml: the proportions of the synthetic commune. */
#include "demo/demo_impl.h"

#include "base/number.h"
#include "base/yaml.h"

#include <string.h>

#define WEIGHT_MAX 1000000

struct load {
	struct arena *a;
	const struct yaml *root;
	struct error *e;
	size_t known; /* entries of the section that were asked for */
};

static enum err
fault(struct load *l, const struct yaml *y, const char *what,
    const char *name)
{
	error_set(l->e, ERR_FORMAT, N_("demo: \"%s\": %s"), name, what);
	return error_at(l->e, "%s:%d:%d", y->file, y->line, y->col);
}

/* The entry of a section, which must say its source. */
static enum err
entry(struct load *l, const char *section, const char *name, const char *key,
    const struct yaml **out)
{
	const struct yaml *s = yaml_get(l->root, section), *y;

	if (s == NULL || s->type != YAML_MAP)
		return fault(l, l->root, _("there is no such section"),
		    section);
	y = yaml_get(s, name);
	if (y == NULL || y->type != YAML_MAP)
		return fault(l, s, _("is missing"), name);
	if (yaml_get(y, "source") == NULL)
		return fault(l, y, _("says no source"), name);
	*out = yaml_get(y, key);
	if (*out == NULL)
		return fault(l, y, _("has no value"), name);
	l->known++;
	return OK;
}

static enum err
load_number(struct load *l, const char *name, int *out)
{
	const struct yaml *y;
	int64_t v;
	enum err r;

	if ((r = entry(l, "numbers", name, "value", &y)) != OK)
		return r;
	if (!yaml_int(y, &v) || v < 1 || v > INT32_MAX)
		return fault(l, y, _("is no number above 0"), name);
	*out = (int)v;
	return OK;
}

static enum err
load_share(struct load *l, const char *name, double *out)
{
	const struct yaml *y;
	enum err r;

	if ((r = entry(l, "shares", name, "value", &y)) != OK)
		return r;
	*out = y->type == YAML_SCALAR ? number_parse_double(y->text) : -1;
	if (!(*out >= 0 && *out <= 1))
		return fault(l, y, _("is no share from 0 to 1"), name);
	return OK;
}

static enum err
load_table(struct load *l, const char *name, struct demo_table *t)
{
	const struct yaml *y;
	uint32_t sum = 0;
	int64_t v;
	enum err r;

	if ((r = entry(l, "tables", name, "weights", &y)) != OK)
		return r;
	if (y->type != YAML_MAP || y->n == 0)
		return fault(l, y, _("is no table of weights"), name);
	t->n = y->n;
	t->word = arena_array(l->a, t->n, sizeof *t->word);
	t->number = arena_array(l->a, t->n, sizeof *t->number);
	t->upto = arena_array(l->a, t->n, sizeof *t->upto);
	for (size_t i = 0; i < y->n; i++) {
		t->word[i] = y->keys[i]->text.p;
		/* Words go into JSON as they are. */
		if (strpbrk(t->word[i], "\"\\\n") != NULL)
			return fault(l, y->keys[i], _("has a bad word"), name);
		if (number_parse_int(y->keys[i]->text, &v) && v >= 0 &&
		    v <= DEMO_AGE_MAX)
			t->number[i] = (int)v;
		if (!yaml_int(y->items[i], &v) || v < 0 || v > WEIGHT_MAX)
			return fault(l, y->items[i], _("has a bad weight"),
			    name);
		t->upto[i] = sum += (uint32_t)v;
	}
	return sum > 0 ? OK : fault(l, y, _("has no weight"), name);
}

/* What a section holds beyond what was asked for is a slip of the pen. */
static enum err
check_all_known(struct load *l, const char *section)
{
	const struct yaml *s = yaml_get(l->root, section);
	size_t known = l->known;

	l->known = 0;
	return s->n == known ? OK :
	    fault(l, s, _("holds names that mean nothing"), section);
}

static enum err
load_head(struct load *l, struct demo_conf *c)
{
	const struct yaml *on = yaml_get(l->root, "on");
	const struct yaml *province = yaml_get(l->root, "province");

	if (on == NULL || on->type != YAML_SCALAR ||
	    !date_parse_iso(on->text, &c->on) || c->on.precision != DATE_DAY)
		return fault(l, l->root, _("must be a day"), "on");
	if (province == NULL || province->type != YAML_SCALAR ||
	    province->text.n != 3)
		return fault(l, l->root, _("must be 3 digits"), "province");
	c->province = province->text.p;
	return OK;
}

enum err
demo_conf_load(struct arena *a, const char *path, struct demo_conf **out,
    struct error *e)
{
	struct demo_conf *c = arena_new_of(a, struct demo_conf);
	struct load l = { .a = a, .e = e };
	struct yaml *root;
	enum err r;

	if ((r = yaml_load(a, path, &root, e)) != OK)
		return r;
	l.root = root;
	if ((r = load_head(&l, c)) != OK)
		return r;
#define X(name) \
	if ((r = load_number(&l, #name, &c->number.name)) != OK) \
		return r;
	DEMO_NUMBERS(X)
#undef X
	if ((r = check_all_known(&l, "numbers")) != OK)
		return r;
#define X(name) \
	if ((r = load_share(&l, #name, &c->share.name)) != OK) \
		return r;
	DEMO_SHARES(X)
#undef X
	if ((r = check_all_known(&l, "shares")) != OK)
		return r;
#define X(name) \
	if ((r = load_table(&l, #name, &c->table.name)) != OK) \
		return r;
	DEMO_TABLES(X)
#undef X
	if ((r = check_all_known(&l, "tables")) != OK)
		return r;
	*out = c;
	return OK;
}

static size_t
pick(struct prng *r, const struct demo_table *t)
{
	uint32_t x = prng_below(r, t->upto[t->n - 1]);
	size_t i = 0;

	while (t->upto[i] <= x)
		i++;
	return i;
}

const char *
demo_pick(struct prng *r, const struct demo_table *t)
{
	return t->word[pick(r, t)];
}

int
demo_pick_number(struct prng *r, const struct demo_table *t)
{
	return t->number[pick(r, t)];
}

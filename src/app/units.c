#include "app/units.h"
#include "base/file.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define CODE_MAX 8
#define HEIRS_MAX 64 /* longer chains would be rings */

struct units {
	struct unit *unit;
	const struct yaml **place; /* where each stands, for messages */
	size_t n, cap, place_cap;
};

static const char *const keys[] = { "code", "level", "kind", "name", "parent",
	"valid_from", "valid_to", "successor", "certainty" };

static const char *const levels[] = { [UNIT_PROVINCE] = "province",
	[UNIT_DISTRICT] = "district",
	[UNIT_COMMUNE] = "commune" };

/* The text of a key; "" if it is absent and need not be there. */
static enum err
get_text(const struct yaml *row, const char *key, bool needed, const char **out,
    struct error *e)
{
	const struct yaml *y = yaml_get(row, key);

	*out = "";
	if (y == NULL && !needed)
		return OK;
	if (y == NULL)
		return yaml_fault(row, e, N_("the key \"%s\" is missing"), key);
	if (y->type != YAML_SCALAR || y->text.n == 0)
		return yaml_fault(y, e, N_("here a text is needed"));
	*out = y->text.p;
	return OK;
}

static enum err
get_code(const struct yaml *row, const char *key, bool needed, const char **out,
    struct error *e)
{
	enum err r = get_text(row, key, needed, out, e);

	if (r != OK)
		return r;
	if (strlen(*out) > CODE_MAX ||
	    strspn(*out, "0123456789") != strlen(*out))
		return yaml_fault(yaml_get(row, key), e,
		    N_("\"%s\" is not a code of digits"), *out);
	return OK;
}

static enum err
get_day(
    const struct yaml *row, const char *key, struct date *out, struct error *e)
{
	const struct yaml *y = yaml_get(row, key);

	*out = (struct date){ 0, 0, 0, DATE_NONE };
	if (y == NULL)
		return OK;
	if (y->type != YAML_SCALAR || !date_parse_iso(y->text, out) ||
	    out->precision != DATE_DAY)
		return yaml_fault(
		    y, e, N_("here a day like 2025-07-01 is needed"));
	return OK;
}

static enum err
get_level(const struct yaml *row, enum unit_level *out, struct error *e)
{
	const char *text;
	enum err r = get_text(row, "level", true, &text, e);

	if (r != OK)
		return r;
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (strcmp(text, levels[i]) == 0) {
			*out = (enum unit_level)i;
			return OK;
		}
	return yaml_fault(yaml_get(row, "level"), e,
	    N_("the level is province, district or commune"));
}

static enum err
get_certainty(const struct yaml *row, bool *remembered, struct error *e)
{
	const char *text;
	enum err r = get_text(row, "certainty", false, &text, e);

	if (r != OK)
		return r;
	*remembered = strcmp(text, "memory") == 0;
	if (!*remembered && text[0] != '\0' && strcmp(text, "found") != 0)
		return yaml_fault(yaml_get(row, "certainty"), e,
		    N_("the certainty is found or memory"));
	return OK;
}

static enum err
load_row(
    struct arena *a, const struct yaml *row, struct unit *out, struct error *e)
{
	enum err r;

	if ((r = yaml_check_keys(row, keys, ARRAY_LEN(keys), e)) != OK ||
	    (r = get_code(row, "code", true, &out->code, e)) != OK ||
	    (r = get_level(row, &out->level, e)) != OK ||
	    (r = get_text(row, "kind", true, &out->kind, e)) != OK ||
	    (r = get_text(row, "name", true, &out->name, e)) != OK ||
	    (r = get_code(row, "parent", false, &out->parent, e)) != OK ||
	    (r = get_day(row, "valid_from", &out->from, e)) != OK ||
	    (r = get_day(row, "valid_to", &out->to, e)) != OK ||
	    (r = get_code(row, "successor", false, &out->successor, e)) != OK ||
	    (r = get_certainty(row, &out->remembered, e)) != OK)
		return r;
	if (out->to.precision != DATE_NONE && date_cmp(out->from, out->to) > 0)
		return yaml_fault(
		    row, e, N_("the last day is before the first"));
	if (out->to.precision == DATE_NONE && out->successor[0] != '\0')
		return yaml_fault(
		    row, e, N_("a unit that is still there has no successor"));
	out->title = arena_printf(a, "%s %s", out->kind, out->name);
	return OK;
}

static enum err
load_file(struct arena *a, const char *path, struct units *u, struct error *e)
{
	static const char *const top[] = { "units" };
	const struct yaml *list;
	struct yaml *root;
	enum err r;

	if ((r = yaml_load(a, path, &root, e)) != OK ||
	    (r = yaml_check_keys(root, top, ARRAY_LEN(top), e)) != OK)
		return r;
	list = yaml_get(root, "units");
	if (list == NULL || list->type != YAML_SEQ)
		return yaml_fault(root, e, N_("the list \"units\" is missing"));
	for (size_t i = 0; i < list->n; i++) {
		u->unit =
		    arena_grow(a, u->unit, u->n, &u->cap, sizeof *u->unit);
		u->place = arena_grow(
		    a, u->place, u->n, &u->place_cap, sizeof *u->place);
		u->place[u->n] = list->items[i];
		r = load_row(a, list->items[i], &u->unit[u->n], e);
		if (r != OK)
			return r;
		u->n++;
	}
	return OK;
}

/* An open end is before, or after, every day. */
static bool
not_after(struct date a, struct date b)
{
	return a.precision == DATE_NONE || b.precision == DATE_NONE ||
	       date_to_days(a) <= date_to_days(b);
}

static bool
holds_on(const struct unit *unit, struct date on)
{
	return not_after(unit->from, on) && not_after(on, unit->to);
}

static struct date
day_after(struct date d)
{
	return date_from_days(date_to_days(d) + 1);
}

/* No other row of the same code has a day in common with row i. */
static enum err
check_alone(const struct units *u, size_t i, struct error *e)
{
	const struct unit *unit = &u->unit[i], *other;

	for (size_t k = 0; k < i; k++) {
		other = &u->unit[k];
		if (strcmp(unit->code, other->code) == 0 &&
		    not_after(unit->from, other->to) &&
		    not_after(other->from, unit->to))
			return yaml_fault(u->place[i], e,
			    N_("the code %s means two units on one day"),
			    unit->code);
	}
	return OK;
}

/* What only the whole list can show. */
static enum err
check_all(const struct units *u, struct error *e)
{
	const struct unit *unit;
	struct date day;
	enum err r;

	for (size_t i = 0; i < u->n; i++) {
		unit = &u->unit[i];
		if ((r = check_alone(u, i, e)) != OK)
			return r;
		day = unit->to.precision != DATE_NONE ? unit->to : unit->from;
		if (unit->parent[0] != '\0' && day.precision != DATE_NONE &&
		    units_get(u, str_of(unit->parent), day) == NULL)
			return yaml_fault(u->place[i], e,
			    N_("there is no unit %s on these days"),
			    unit->parent);
		if (unit->successor[0] != '\0' &&
		    units_get(u, str_of(unit->successor),
		        day_after(unit->to)) == NULL)
			return yaml_fault(u->place[i], e,
			    N_("there is no unit %s on the day after"),
			    unit->successor);
	}
	return OK;
}

static int
by_code(const void *x, const void *y)
{
	const struct unit *a = x, *b = y;
	int r = strcmp(a->code, b->code);

	return r != 0 ? r : date_cmp(a->from, b->from);
}

enum err
units_load(
    struct arena *a, const char *dir, struct units **out, struct error *e)
{
	struct units *u = arena_new_of(a, struct units);
	char **names;
	size_t n;
	enum err r;

	if ((r = file_list(a, dir, ".yaml", &names, &n, e)) != OK)
		return r;
	for (size_t i = 0; i < n; i++) {
		r = load_file(a, arena_printf(a, "%s/%s", dir, names[i]), u, e);
		if (r != OK)
			return r;
	}
	if ((r = check_all(u, e)) != OK)
		return r;
	if (u->n > 1)
		qsort(u->unit, u->n, sizeof *u->unit, by_code);
	u->place = NULL; /* no longer in this order */
	*out = u;
	return OK;
}

const struct unit *
units_get(const struct units *u, struct str code, struct date on)
{
	if (on.precision == DATE_NONE)
		return NULL;
	for (size_t i = 0; i < u->n; i++)
		if (str_is(code, u->unit[i].code) && holds_on(&u->unit[i], on))
			return &u->unit[i];
	return NULL;
}

const struct unit *
units_heir(const struct units *u, const struct unit *unit, struct date on)
{
	for (int i = 0; unit != NULL && i < HEIRS_MAX; i++) {
		if (holds_on(unit, on))
			return unit;
		if (unit->successor[0] == '\0' ||
		    date_to_days(on) <= date_to_days(unit->to))
			return NULL;
		unit =
		    units_get(u, str_of(unit->successor), day_after(unit->to));
	}
	return NULL;
}

/* The same but for one digit, or two that changed places. */
static bool
is_like_code(const char *code, struct str typed)
{
	size_t n = strlen(code), off[3], n_off = 0;

	if (typed.n >= 3 && typed.n < n && memcmp(code, typed.p, typed.n) == 0)
		return true;
	if (typed.n != n)
		return false;
	for (size_t i = 0; i < n && n_off < ARRAY_LEN(off); i++)
		if (code[i] != typed.p[i])
			off[n_off++] = i;
	return n_off <= 1 ||
	    (n_off == 2 && code[off[0]] == typed.p[off[1]] &&
		code[off[1]] == typed.p[off[0]]);
}

size_t
units_near(const struct units *u, struct str typed, const struct unit **out,
    size_t max)
{
	struct arena *a = arena_new();
	struct str want = text_folded(a, text_trim(typed)), have;
	size_t n = 0;

	for (size_t i = 0; i < u->n && n < max && want.n > 0; i++) {
		have = text_folded(a, str_of(u->unit[i].title));
		if (is_like_code(u->unit[i].code, want) ||
		    memmem(have.p, have.n, want.p, want.n) != NULL)
			out[n++] = &u->unit[i];
	}
	arena_free(a);
	return n;
}

char *
unit_words(struct arena *a, const struct unit *unit)
{
	char from[DATE_BUF] = "", to[DATE_BUF] = "";

	if (unit->from.precision != DATE_NONE)
		date_format_vi(unit->from, from);
	if (unit->to.precision != DATE_NONE)
		date_format_vi(unit->to, to);
	return arena_printf(a, "%s (%s)%s%s%s%s", unit->title, unit->code,
	    from[0] == '\0' ? "" : _(", from "), from,
	    to[0] == '\0' ? "" : _(", to "), to);
}

size_t
units_count(const struct units *u)
{
	return u->n;
}

const struct unit *
units_at(const struct units *u, size_t i)
{
	return i < u->n ? &u->unit[i] : NULL;
}

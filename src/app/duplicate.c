#include "app/duplicate.h"

#include "base/cjson.h"
#include "base/date.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES_MAX 200
#define GROUP_MAX 16 /* of one name and birth: each pair of more is no help */
#define YEAR_COLS 4	/* 1938 of 1938-03-05 */

const char *
duplicate_why_name(enum duplicate_why why)
{
	static const char *const names[] = {
		[DUPLICATE_NUMBER] = "number",
		[DUPLICATE_DAY] = "name-day",
		[DUPLICATE_PART] = "name-birth",
		[DUPLICATE_OTHER_NUMBER] = "name-birth-other-number",
	};

	return names[why];
}

const char *
duplicate_why_words(enum duplicate_why why)
{
	static const char *const words[] = {
		[DUPLICATE_NUMBER] = N_("same number"),
		[DUPLICATE_DAY] = N_("name, day"),
		[DUPLICATE_PART] = N_("name, birth"),
		[DUPLICATE_OTHER_NUMBER] = N_("2 numbers"),
	};

	return _(words[why]);
}

/* Rows that have one key, side by side once sorted, and among them the births
 * that are known to the year before the months of that year, and these before
 * their days: what agrees with a birth stands right after it. */
struct entry {
	uint64_t key;
	uint32_t row;
	struct { int8_t month, day; } born; /* 0 where unknown */
};
struct finder {
	struct app *app;
	struct arena *a;
	struct duplicate *out;
	size_t n, cap;
};

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->born.month != y->born.month)
		return x->born.month - y->born.month;
	if (x->born.day != y->born.day)
		return x->born.day - y->born.day;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Only to bring rows together; what it brings together is compared. */
static uint64_t
mix(uint64_t h, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return h * 0x9e3779b97f4a7c15u;
}

static bool
is_register(const struct app *app, struct arena *a, struct str id)
{
	const struct form *f = form_set_get(app->forms, arena_str(a, id));

	return f != NULL && f->subject != NULL &&
	    strcmp(f->subject, f->id) == 0;
}

/* The later in order may be what is known better of the earlier. */
static bool
may_be_one(const struct entry *x, const struct entry *y)
{
	return x->key == y->key &&
	    (x->born.month == 0 ||
		(x->born.month == y->born.month &&
		    (x->born.day == 0 || x->born.day == y->born.day)));
}

/* 1938 agrees with 1938-03-05: what is known of both is the same. */
static bool
births_agree(struct str x, struct str y)
{
	size_t n = x.n < y.n ? x.n : y.n;

	return n >= YEAR_COLS && memcmp(x.p, y.p, n) == 0;
}

static bool
same_person(struct arena *a, const struct directory_row *x,
    const struct directory_row *y, enum duplicate_why *why)
{
	const size_t whole_day = 10; /* 1938-03-05 */

	if (!str_eq(x->form, y->form) || !str_eq(x->scope, y->scope))
		return false;
	*why = DUPLICATE_NUMBER;
	if (x->citizen_id.n > 0 && str_eq(x->citizen_id, y->citizen_id))
		return true;
	if (x->name.n == 0 || !births_agree(x->birth, y->birth) ||
	    !str_eq(text_folded(a, x->name), text_folded(a, y->name)))
		return false;
	*why = x->citizen_id.n > 0 && y->citizen_id.n > 0
	    ? DUPLICATE_OTHER_NUMBER
	    : x->birth.n >= whole_day && y->birth.n >= whole_day
	    ? DUPLICATE_DAY
	    : DUPLICATE_PART;
	/* A year in common says little against two numbers. */
	return *why != DUPLICATE_OTHER_NUMBER || str_eq(x->birth, y->birth);
}

static void
propose(struct finder *f, uint32_t x, uint32_t y, bool by_number)
{
	const struct directory *d = f->app->directory;
	struct directory_row rx, ry;
	struct duplicate *out;
	enum duplicate_why why;

	directory_get(d, x, &rx);
	directory_get(d, y, &ry);
	if (!same_person(f->a, &rx, &ry, &why) ||
	    (why == DUPLICATE_NUMBER) != by_number ||
	    store_said(f->app->store, &rx.id, &ry.id) != FOLD_NOTHING)
		return;
	f->out = arena_grow(f->a, f->out, f->n, &f->cap, sizeof *f->out);
	out = &f->out[f->n++];
	out->why = why;
	out->a = memcmp(&rx.id, &ry.id, sizeof rx.id) < 0 ? rx.id : ry.id;
	out->b = memcmp(&rx.id, &ry.id, sizeof rx.id) < 0 ? ry.id : rx.id;
}

/* A key a row, of its number, or of its name and year of birth. */
static struct entry
entry_of(struct arena *scratch, const struct directory_row *row, bool by_number)
{
	struct entry e = { .key = mix(1, STR("")) };
	struct date born;

	if (by_number) {
		e.key = mix(e.key, row->citizen_id);
		return e;
	}
	e.key = mix(mix(e.key, text_folded(scratch, row->name)),
	    (struct str){ row->birth.p,
		row->birth.n < YEAR_COLS ? row->birth.n : YEAR_COLS });
	if (date_parse_iso(row->birth, &born)) {
		e.born.month = born.month;
		e.born.day = born.day;
	}
	return e;
}

static size_t
collect(struct finder *f, struct arena *scratch, bool by_number,
    struct entry *out)
{
	const struct directory *d = f->app->directory;
	struct str last = STR("");
	bool wanted = false;
	size_t n = 0;

	for (size_t i = 0; i < directory_count(d); i++) {
		struct directory_row row;

		arena_reset(scratch);
		directory_get(d, i, &row);
		if (!str_eq(row.form, last)) {
			wanted = is_register(f->app, scratch, row.form);
			last = row.form;
		}
		if (!wanted || row.is_void)
			continue;
		if (by_number ? row.citizen_id.n == 0
			      : row.name.n == 0 || row.birth.n == 0)
			continue;
		out[n] = entry_of(scratch, &row, by_number);
		out[n++].row = (uint32_t)i;
	}
	return n;
}

static void
find_by(struct finder *f, bool by_number)
{
	struct arena *scratch = arena_new();
	size_t n, count = directory_count(f->app->directory);
	struct entry *e = calloc(count + 1, sizeof *e);

	if (e == NULL)
		base_die("%s", _("out of memory"));
	n = collect(f, scratch, by_number, e);
	qsort(e, n, sizeof *e, by_key);
	for (size_t i = 0; i < n; i++)
		for (size_t k = i + 1; k < n && k < i + GROUP_MAX &&
		     may_be_one(&e[i], &e[k]) && f->n < DUPLICATES_MAX;
		     k++)
			propose(f, e[i].row, e[k].row, by_number);
	free(e);
	arena_free(scratch);
}

static int
by_likeness(const void *a, const void *b)
{
	const struct duplicate *x = a, *y = b;

	if (x->why != y->why)
		return x->why < y->why ? -1 : 1;
	return memcmp(x, y, 2 * sizeof x->a);
}

void
duplicates_find(
    struct app *app, struct arena *a, struct duplicate **out, size_t *n)
{
	struct finder f = { .app = app, .a = a };

	find_by(&f, true);
	find_by(&f, false);
	if (f.n > 1)
		qsort(f.out, f.n, sizeof *f.out, by_likeness);
	*out = f.out;
	*n = f.n;
}

static struct str
key_text(struct editing *ed, struct arena *a, const struct form_column *c)
{
	const struct form_node *n =
	    form_node_by_path(ed->form, str_of(c->path));
	struct fill_ref r = { 0 };

	if (n == NULL || n->depth > 0)
		return STR("");
	r.node = n->number;
	return value_to_text(a, fill_value(ed->fill, &r));
}

static struct str
stored_text(struct arena *a, const struct record *r, const char *path)
{
	struct cjson_reader reader;
	struct str text;

	for (size_t i = 0; i < r->n_values; i++) {
		if (!str_is(r->values[i].path, path))
			continue;
		cjson_begin(&reader, r->values[i].json);
		if (cjson_peek(&reader) == CJSON_STRING &&
		    cjson_text(&reader, a, &text))
			return text;
		return r->values[i].json;
	}
	return STR("");
}

/* Two ids may stand for one record. */
static bool
same_text(const struct app *app, struct str x, struct str y)
{
	struct record_id a, b;

	if (record_id_parse(x, &a) && record_id_parse(y, &b)) {
		a = store_stands_for(app->store, &a);
		b = store_stands_for(app->store, &b);
		return memcmp(&a, &b, sizeof a) == 0;
	}
	return str_eq(x, y);
}

static bool
same_key(struct editing *ed, struct arena *a, const struct record_id *id)
{
	struct record r;

	if (memcmp(id, &ed->id, sizeof *id) == 0 ||
	    store_record(ed->app->store, a, id, &r, NULL) != OK ||
	    r.is_void)
		return false;
	for (size_t i = 0; i < ed->form->n_key; i++)
		if (!same_text(ed->app, key_text(ed, a, &ed->form->key[i]),
			stored_text(a, &r, ed->form->key[i].path)))
			return false;
	return true;
}

/* Records that could have the key: by its first column. */
static size_t
candidates(struct editing *ed, struct arena *a, struct record_id **out)
{
	struct str first = key_text(ed, a, &ed->form->key[0]);
	struct directory_query q = { .form = ed->form->id,
		.text = arena_str(a, first), .limit = CANDIDATES_MAX };
	struct directory_row row;
	struct record_id link;
	uint32_t *rows;
	size_t n = 0;

	*out = NULL;
	if (first.n == 0)
		return 0;
	if (record_id_parse(first, &link))
		return store_linked(ed->app->store, a, &link, ed->form->id,
			   out, &n, NULL) == OK
		    ? n
		    : 0;
	if (directory_search(ed->app->directory, a, &q, NULL, 0, &rows, &n,
		NULL) != OK)
		return 0;
	*out = arena_array(a, n, sizeof **out);
	for (size_t i = 0; i < n; i++) {
		directory_get(ed->app->directory, rows[i], &row);
		(*out)[i] = row.id;
	}
	return n;
}

/* What is typed, as a row of the directory would have it. */
static void
row_of(struct editing *ed, struct arena *a, struct directory_row *out)
{
	const struct form *f = ed->form;
	const char *paths[] = { f->name_field, f->birth_field,
		f->citizen_id_field };
	struct str *texts[] = { &out->name, &out->birth, &out->citizen_id };

	memset(out, 0, sizeof *out);
	out->form = str_of(f->id);
	out->scope = str_of(record_scope(ed->app, a, &ed->id));
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct form_column c = { .path = paths[i] };

		*texts[i] = paths[i] == NULL ? STR("") : key_text(ed, a, &c);
	}
}

static bool
find_like(struct editing *ed, struct arena *a, const struct directory_row *me,
    struct str text, enum duplicate_why *best, struct record_id *other)
{
	struct directory_query q = { .form = ed->form->id,
		.text = arena_str(a, text), .limit = CANDIDATES_MAX };
	struct record_id self = store_stands_for(ed->app->store, &ed->id);
	bool found = false;
	uint32_t *rows;
	size_t n;

	if (text.n == 0 ||
	    directory_search(ed->app->directory, a, &q, NULL, 0, &rows, &n,
		NULL) != OK)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct directory_row row;
		enum duplicate_why why;

		directory_get(ed->app->directory, rows[i], &row);
		if (memcmp(&row.id, &self, sizeof self) == 0 ||
		    !same_person(a, me, &row, &why) || why >= *best ||
		    store_said(ed->app->store, &self, &row.id) != FOLD_NOTHING)
			continue;
		*best = why;
		*other = row.id;
		found = true;
	}
	return found;
}

bool
duplicate_of(struct editing *ed, struct record_id *other)
{
	struct arena *a = arena_new();
	enum duplicate_why best = DUPLICATE_NONE;
	struct record_id *ids = NULL;
	struct directory_row me;
	bool found = false;
	size_t n;

	if (is_register(ed->app, a, str_of(ed->form->id))) {
		row_of(ed, a, &me);
		found = find_like(ed, a, &me, me.citizen_id, &best, other);
		found |= find_like(ed, a, &me, me.name, &best, other);
	}
	n = found || !ed->is_new || ed->form->n_key == 0
	    ? 0
	    : candidates(ed, a, &ids);
	for (size_t i = 0; i < n && !found; i++) {
		found = same_key(ed, a, &ids[i]);
		if (found)
			*other = ids[i];
	}
	arena_free(a);
	return found;
}

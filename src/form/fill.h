#ifndef FORM_FILL_H
#define FORM_FILL_H
/*
 * One record being filled: values, rows, what is relevant, required, wrong.
 * Each change re-evaluates only what depends on it.  No clock, no store, no
 * screen: what it needs from outside comes in struct fill_env.
 *
 * Hidden answers are kept while filling, count as blank in every expression,
 * and are left out of fill_changes (L23).  A restricted value that was loaded
 * sealed is blank in every expression and cannot be changed; what is decided
 * by such a value stays as it was loaded.  Findings are not errors: a wrong
 * text stays in the field, as typed, until it is mended.
 */
#include "base/buf.h"
#include "form/form.h"

struct fill;

struct fill_env {
	void *ctx;
	struct date today;
	const char *now;
	const char *language; /* "vi" or "en" */
	enum form_owner role; /* whose officer fills: COMMUNE, DISTRICT */
	/* Field of a linked record, as stored text; blank if not to be had. */
	struct value (*linked)(void *ctx, struct arena *scratch,
	    const char *form, struct str id, struct str field);
};

/* One instance of a node: the row of each enclosing repeat. */
struct fill_ref {
	int node;
	struct expr_at at;
};

enum fill_severity {
	FILL_INFO,
	FILL_WARNING, /* soft check: may be forced with a reason */
	FILL_FORCED,  /* a warning that was forced */
	FILL_ERROR,
};

struct fill_finding {
	struct fill_ref ref;
	enum fill_severity severity;
	const char *message; /* lent until the next change */
	const char *reason;  /* FILL_FORCED */
};

struct fill *fill_new(const struct form *f, const struct form_set *set,
    const struct fill_env *env);
void fill_free(struct fill *x);
const struct form *fill_form(const struct fill *x);

/* Puts stored values in (canonical JSON values as in events, see
 * doc/format-events.md) before filling begins; unknown paths are kept apart
 * and never lost.  What a new record starts with goes in by fill_set. */
void fill_load(struct fill *x, struct str path, struct str json);
/* Forgets what was loaded, not what is there now; other values may be loaded
 * instead, and fill_changes is what differs from these. */
void fill_unload(struct fill *x);
/* JSON of a restricted value that nobody here has opened: a string "age:" and
 * the base64 of an age file. */
#define FILL_SEALED "age:YWdlLWVuY3J5cHRpb24ub3JnL3Yx"
bool fill_is_sealed(struct str json);
/* Ends loading: defaults if it is new, calculations, checks. */
void fill_start(struct fill *x, bool is_new);

/* The text in the field as it stands: typed, or formatted from its value. */
struct str fill_text(const struct fill *x, const struct fill_ref *r);
struct value fill_value(const struct fill *x, const struct fill_ref *r);
/* The value as one reads it: labels of choices, grouped digits, 05/03/1938.
 * Lent until the next change or call with the same scratch. */
struct str fill_display(
    const struct fill *x, struct arena *scratch, const struct fill_ref *r);
/*
 * What was typed, as typed.  Parses by type: dates keyed as digits, a choice
 * by code or by the part of a label that fits only one, several choices by
 * codes with spaces or commas, links by record id.  Wrong text stays, with a
 * finding.  Returns true if the value changed.
 */
bool fill_set(struct fill *x, const struct fill_ref *r, struct str text);

bool fill_is_relevant(const struct fill *x, const struct fill_ref *r);
bool fill_is_required(const struct fill *x, const struct fill_ref *r);
bool fill_is_read_only(const struct fill *x, const struct fill_ref *r);
bool fill_is_full(const struct fill *x, const struct fill_ref *r,
    struct str text); /* typing can go on to the next field by itself */

/* A label or message at that place, with ${name} replaced by what the field
 * shows. */
struct str fill_label(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct form_label label);
/* An expression of the form over this record: a state's `when`. */
struct value fill_eval(
    const struct fill *x, struct arena *scratch, const struct expr *e);

/* Choices that the filter lets through, in file order. */
size_t fill_choices(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, const struct form_choice ***out);
/* Those whose code starts with, or label contains, the text.  Accents may be
 * left out, but those that are typed must be the label's. */
size_t fill_choices_matching(const struct fill *x, struct arena *scratch,
    const struct fill_ref *r, struct str text, const struct form_choice ***out);

/* Repeats.  `repeat` names the repeat's node and its parents' rows. */
uint32_t fill_rows(const struct fill *x, const struct fill_ref *repeat);
/* Inserts before row `before` (rows = at the end); a new random row id. */
void fill_row_insert(
    struct fill *x, const struct fill_ref *repeat, uint32_t before);
void fill_row_copy(struct fill *x, const struct fill_ref *repeat, uint32_t row);
void fill_row_delete(
    struct fill *x, const struct fill_ref *repeat, uint32_t row);

/*
 * Visible fields that can be keyed, in the order of the paper, for moving
 * about.  A repeat without rows is a stop of its own, where a row can be
 * made.
 */
bool fill_first(const struct fill *x, struct fill_ref *r);
bool fill_next(const struct fill *x, struct fill_ref *r);
bool fill_previous(const struct fill *x, struct fill_ref *r);
/* By paper line ("12", "III.4") or field name or label part; from the start,
 * first fit.  False if there is none. */
bool fill_goto(const struct fill *x, struct str where, struct fill_ref *r);
bool fill_ref_equal(const struct fill_ref *a, const struct fill_ref *b);
/* "children/<row id>/name"; and back. */
struct str fill_path(
    const struct fill *x, struct arena *a, const struct fill_ref *r);
bool fill_ref_of(const struct fill *x, struct str path, struct fill_ref *r);

/* All findings in paper order. */
size_t fill_findings(const struct fill *x, const struct fill_finding **out);
/* The findings of one field, worst first; NULL if none. */
const struct fill_finding *fill_finding_at(
    const struct fill *x, const struct fill_ref *r);
bool fill_has_errors(const struct fill *x);
/* Accepts the warnings of a field with a reason, which is stored beside the
 * value ("birth?force"). */
bool fill_force(struct fill *x, const struct fill_ref *r, struct str reason);

/* Undo and redo of typing, rows and forces; false if there is nothing. */
bool fill_undo(struct fill *x, struct fill_ref *where);
bool fill_redo(struct fill *x, struct fill_ref *where);

/*
 * What differs from what was loaded, as path and canonical JSON value, sorted
 * by path, whole registers at a time; null clears.  These become
 * the `set` of one or more events (app/saving.c).  What is hidden is left out, and null if it was there before;
 * fields of another owner are never in it.
 */
struct fill_change {
	struct str path, json;
};
size_t fill_changes(
    const struct fill *x, struct arena *a, struct fill_change **out);
/* All values there are, as one object, for `form fill --json`. */
void fill_values_json(const struct fill *x, struct buf *out);
/*
 * A draft: everything, hidden answers and wrong texts too, with what was
 * loaded beneath.  fill_restore, after fill_start, puts it in the place of
 * all there is; false, and nothing changed, if it is no snapshot of this
 * form.  Undo begins anew.
 *
 * The cipher (may be NULL) keeps what is restricted sealed in a draft: `seal`
 * gets the JSON of every restricted value, text or reason, and if it fails
 * there is no snapshot; `open` is asked for each that is sealed, and what it
 * leaves (false) stays sealed, but for half-typed texts, which nobody but a
 * reader gets back.
 */
struct fill_cipher {
	void *ctx;
	bool (*seal)(void *ctx, struct arena *a, struct str path,
	    struct str json, struct str *sealed);
	bool (*open)(void *ctx, struct arena *a, struct str path,
	    struct str sealed, struct str *json);
};
bool fill_snapshot(const struct fill *x, const struct fill_cipher *c,
    struct buf *out);
bool fill_restore(
    struct fill *x, const struct fill_cipher *c, struct str snapshot);

/* Sealed values, which are shown as ****** and cannot be keyed: whether
 * there is one here, all of them opened, one given up for another. */
bool fill_is_masked(const struct fill *x, const struct fill_ref *r);
void fill_unseal(struct fill *x, const struct fill_cipher *c);
void fill_give_up(struct fill *x, const struct fill_ref *r);

#endif

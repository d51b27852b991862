#ifndef APP_HISTORY_H
#define APP_HISTORY_H
/* A record and what happened to it, in words. */
#include "app/app.h"

/* One change of one field, for the history screen. */
struct history_line {
	const struct store_event *event;
	struct str path;     /* "" of an act alone */
	struct str label;    /* of the field, or of the act */
	struct str old, new; /* as one reads them; "" for blank */
};
/* 05/03/1938 of 1938-03-05, with 08:30 of a moment; "" stays. */
struct str history_day(struct arena *a, struct str iso);
/* Where a path stands on the paper: the state first, rows by their repeat, what
 * the form does not know last. */
int history_place(const struct form *f, struct str path);
/* What is shown of a record, in the order of the paper; the parts of a row stay
 * together, and where a row stands is no value.  Points into r. */
const struct fold_value **history_values(struct arena *a, const struct form *f,
    const struct record *r, size_t *n);
/* True if the value is a link, to *id. */
bool history_link(
    const struct form *f, const struct fold_value *v, struct record_id *id);
/* Events as they came, the fields of each in the order of the paper. */
size_t history_lines(struct app *app, struct arena *a,
    const struct store_event *h, size_t n, struct history_line **out);
/* The value of a path that event `at` was made on top of, one that it changed
 * if there are several; null if none. */
struct str history_before(
    const struct store_event *h, size_t at, struct str path);
/* A stored value as one reads it: labels, grouped digits, 05/03/1938; a
 * restricted one masked. */
struct str history_value(struct app *app, struct arena *a,
    const struct form *f, struct str path, struct str json);
struct str history_label(
    struct arena *a, const struct form *f, struct str path);
/*
 * Why a decision should be looked at again (SAFETY R8, R9): each fact that it
 * was not made on, and each correction of the district that the commune wrote
 * over.  None if nothing calls for it.
 */
struct history_doubt {
	struct record_id record; /* whose fact it is */
	struct str text;
};
size_t history_doubts(struct app *app, struct arena *a,
    const struct record *r, struct history_doubt **out);
const char *history_act(enum event_act act); /* translated */
/* Before what is said of a change whose predecessor has not come (R5). */
const char *history_waits(void); /* "(waits for an earlier part) " */

/* revealed: restricted values were opened by restricted_open_all. */
void history_record_text(struct app *app, const struct record *r,
    bool revealed, struct buf *out);
void history_text(struct app *app, const struct store_event *h, size_t n,
    struct buf *out);

#endif

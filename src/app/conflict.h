#ifndef APP_CONFLICT_H
#define APP_CONFLICT_H
/*
 * What of a record is in conflict, for a person to decide: what it was before,
 * what each side made of it, who, when and why.  The decision is an event
 * (SAFETY R4, I11).
 */
#include "app/editing.h"

enum conflict_kind {
	CONFLICT_VALUE, /* a register with several values */
	CONFLICT_VOID,  /* voided by one, written to by another */
	CONFLICT_ROW,   /* a row removed by one, written to by another */
	CONFLICT_LINK,  /* one person, or two */
};
struct conflict_side {
	struct str value; /* as one reads it; "" for blank */
	const struct store_event *event;
	bool here;        /* written by this laptop; such come first */
	bool may;         /* this desk may choose it */
	size_t head;      /* of the register */
};
struct conflict {
	enum conflict_kind kind;
	struct str reg; /* of the record; what `resolve` is told */
	struct str label, line; /* line: of the paper, or "" */
	bool has_base;  /* both sides wrote over one event */
	struct str base;
	const struct store_event *base_event;
	size_t n;
	struct conflict_side *sides; /* _VOID, _ROW: ended, then not */
	struct str kept; /* CONFLICT_ROW: its register, if the row stays */
};

/* All of a record's, in the order of the paper; lives in the arena. */
enum err conflicts_of(struct app *app, struct arena *a,
    const struct record_id *id, struct conflict **out, size_t *n,
    struct error *e) MUSTUSE;
/* Chooses a side. */
enum err conflict_decide(struct app *app, const struct record_id *id,
    struct str reg, size_t side, const char *reason, struct error *e) MUSTUSE;

#endif

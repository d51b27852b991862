#ifndef STORE_FOLD_H
#define STORE_FOLD_H
/*
 * The fold of a record's events into registers with heads (SAFETY R1-R14,
 * doc/format-events.md).  Pure: events and rules in, record out; the order
 * of the events does not matter.
 *
 * The store knows no forms.  Who owns what and what a directory row shows is
 * given by fold_rules, which app/ fills from a form's pack.
 */
#include "store/event.h"

enum fold_owner { FOLD_COMMUNE, FOLD_DISTRICT, FOLD_BOTH };

struct fold_field {
	const char *path; /* model path: "birth", "children/birth" */
	const char *reg;  /* register; the path where it has none of its own */
	enum fold_owner owner;
};
struct fold_state {
	const char *name;
	enum fold_owner by;
};
struct fold_column {  /* shown in lists, searched; plain fields only */
	const char *path;
};
struct fold_rules {
	const char *form;
	uint8_t form_hash[32];
	size_t n_fields, n_states, n_columns;
	const struct fold_field *fields; /* sorted by path */
	const struct fold_state *states;
	const struct fold_column *columns; /* first what is shown, in order */
	size_t n_search;                   /* then how many of them are folded */
	const struct fold_column *search;
	/* paths that a row keeps apart, NULL where the form has none */
	const char *name, *birth, *hamlet, *citizen_id;
	const char *const *links; /* NULL-ended: paths that hold record ids */
};

/* Rules of a pack; NULL if we do not have it (the event waits). */
typedef const struct fold_rules *(*fold_rules_fn)(
    void *ctx, struct str form, const uint8_t form_hash[32]);

struct fold_head {
	struct event_id event;
	enum fold_owner role; /* of its feed */
	enum fold_owner owner; /* of what it wrote */
	struct str json;      /* for a register of one field */
	size_t n_set;         /* what it set, sorted by path */
	const struct event_set *set;
	size_t n_basis;       /* of a decision: what it was made on */
	const struct event_id *basis;
};
struct fold_register {
	struct str name;   /* record path, or register name */
	size_t n_heads;    /* heads with equal values count each */
	struct fold_head *heads; /* sorted by event id */
	bool conflict;     /* heads with different values */
	bool unseen;       /* it ends what holds an edit that it did not see */
	bool objection;    /* a commune wrote over the district */
	size_t shown;      /* index of the head whose value is shown */
};
struct fold_refusal {
	struct event_id event;
	struct str path;
	const char *reason; /* constant English text, translate when shown */
};
struct fold_value { /* the record as shown: one value a path, no nulls */
	struct str path, json;
	bool conflict;
};

struct record {
	struct record_id id; /* the smallest of the members */
	size_t n_members;    /* the records that this one is made of, sorted; */
	struct record_id *members; /* 1 unless some were merged */
	struct str form;
	uint8_t form_hash[32]; /* newest by depth, for showing and amending */
	struct str state;      /* unquoted; "" if never set */
	bool is_void, conflict, waiting;
	size_t n_registers, n_values, n_refused, n_events;
	struct fold_register *registers; /* sorted by name */
	struct fold_value *values;       /* sorted by path */
	struct fold_refusal *refused;
	bool decided; /* a live head by a district feed on a district register */
	bool objection; /* a register has one */
};

struct fold_event { /* one event as the store hands it in */
	struct event_id id;
	const struct event *event;
	enum fold_owner role; /* of its feed */
	bool waits; /* the feed's first event is missing: no role yet */
};

/* The events of one record, or of all that were merged into one.  What out
 * holds points into the arena, the events and the rules. */
void fold_record(struct arena *a, const struct fold_event *events, size_t n,
    fold_rules_fn rules, void *ctx, struct record *out);
/* Canonical text of the fold: equal event sets give equal bytes (I1). */
void fold_digest_text(const struct record *r, struct buf *out);
/* Where a setting of an event of this act and record belongs: its register;
 * the answer is NULL if a feed of this role may write it, or why not (constant
 * English text).  near: of one event's settings, which are sorted, after each
 * other; 0 at first.  May be NULL. */
const char *fold_refuses(struct arena *a, const struct fold_rules *rules,
    enum event_act act, const struct record_id *rec,
    const struct event_set *set, enum fold_owner role, size_t *near,
    struct str *reg);
/* Does the event set anything that the district alone owns? */
bool fold_decides(struct arena *a, const struct fold_rules *rules,
    const struct event *ev);
/* "children/abc.../name" -> "children/name" */
struct str fold_model_path(struct arena *a, struct str path);
/* Of a row ("children/abc...", which ends with an id), not of a field? */
bool fold_is_row(struct str path);
/* Does the path lie in the row?  "children/abc.../name" in "children/abc..." */
bool fold_is_in_row(struct str path, struct str row);

#endif

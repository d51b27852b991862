#ifndef STORE_DRAFT_H
#define STORE_DRAFT_H
/*
 * Drafts: what has been typed and not saved, to the last key.  A draft is a
 * file of sealed entries in DIR/drafts/, appended to, and begun anew when it is
 * large or a sync of it has failed; appending is a write, never a wait: the sync
 * is done by a helper thread, or by draft_sync when the program has time.  After
 * a power cut the last whole entry is what opens.
 */
#include "store/event.h"

struct draft;

struct draft_head {
	struct record_id record; /* of the record drafted */
	bool is_new;
	char form[48];
	char title[128]; /* for the list of drafts */
	char at[32];
};
/* One entry: the snapshot, and where the cursor stands. */
struct draft_entry {
	struct str snapshot; /* fill_snapshot's bytes */
	struct str cursor;   /* path of the field */
	struct str typed;    /* the half-typed text */
	uint32_t caret;      /* characters before the cursor */
};

enum err draft_create(const char *dir, const uint8_t key[32],
    const struct draft_head *head, struct draft **out, struct error *e)
    MUSTUSE;
enum err draft_open(const char *dir, const uint8_t key[32], const char *name,
    struct arena *a, struct draft_head *head, struct draft_entry *last,
    struct draft **out, struct error *e) MUSTUSE;
enum err draft_append(
    struct draft *d, const struct draft_entry *entry, struct error *e) MUSTUSE;
/* A key typed since the last entry: small, cheap. */
enum err draft_append_typed(struct draft *d, struct str typed, uint32_t caret,
    struct error *e) MUSTUSE;
/* The key alone would be of another field, or last no longer than what is there:
 * the disk has refused the last whole entry, or a sync. */
bool draft_wants_whole(struct draft *d);
enum err draft_sync(struct draft *d, struct error *e) MUSTUSE;
const char *draft_name(const struct draft *d);
/* Keeps the file.  What is not synced yet is, without anybody waiting. */
void draft_close(struct draft *d);
/* A sync of any draft has failed since this was last asked; told once. */
bool draft_has_failed(struct error *e);
/* Can be read (poll) when one has; -1 before the first draft. */
int draft_failed_fd(void);
/* Waits for the syncs of all that were closed: before the program ends. */
void draft_settle(void);
/* Closes and removes; after the record was saved. */
enum err draft_discard(struct draft *d, struct error *e) MUSTUSE;
/* Drafts there are, newest first; names are file names. */
struct draft_listed {
	char name[64];
	struct draft_head head;
};
enum err draft_list(const char *dir, const uint8_t key[32], struct arena *a,
    struct draft_listed **out, size_t *n, struct error *e) MUSTUSE;

#endif

#ifndef TUI_SCREENS_H
#define TUI_SCREENS_H
/* How one screen opens another. */
#include "app/keying.h"
#include "tui/ui.h"

/*
 * The first start: whose laptop this is, who uses it, and the passphrase, which
 * lies in the scratch arena and is the caller's to wipe; the recovery words are
 * shown.  ERR_CANCELLED if it is left
 * before, and then nothing is there.
 */
enum err screen_setup_ask(struct ui *ui, struct str *passphrase,
    struct error *e) MUSTUSE;
/* Before home, where the clock does not fit what is known: asks what day it
 * is.  ERR_CANCELLED if nobody says. */
enum err screen_day_ask(struct ui *ui, struct error *e) MUSTUSE;
void screen_home_open(struct ui *ui);
void screen_list_open(struct ui *ui, const struct form *form);
/* Every form: search from anywhere (F3). */
void screen_search_open(struct ui *ui);
/* Decisions whose facts have changed, and what the commune objects to. */
void screen_changed_open(struct ui *ui);
/* Records in conflict. */
void screen_conflicts_open(struct ui *ui);
/* Takes ed over.  `resume` (may be NULL) says where a draft stopped. */
void screen_form_open(struct ui *ui, struct editing *ed,
    const struct draft_entry *resume);
/* A new record of the form, with what `from` (may be NULL) hands on.  Without
 * a form (NULL) it says where to begin one. */
void screen_form_new(struct ui *ui, const struct form *f,
    const struct record_id *from);
/* The form of a record that is there. */
void screen_form_amend(struct ui *ui, const struct record_id *id);
void screen_record_open(struct ui *ui, const struct record_id *id);
/* The same where the screen beneath may show it already, or name it, as its
 * member: there the focus goes. */
void screen_record_show(struct ui *ui, const struct record_id *id);
void screen_history_open(struct ui *ui, const struct record_id *id);
/* Pairs that may be one person entered twice; and two records side by side,
 * of which `show` opens what they became. */
void screen_pairs_open(struct ui *ui);
void screen_merge_open(struct ui *ui, const struct record_id *left,
    const struct record_id *right, bool show);
/* What of a record persons have to decide between (app/conflict.h). */
void screen_conflict_open(struct ui *ui, const struct record_id *id);
void screen_stick_open(struct ui *ui);
void screen_care_open(struct ui *ui);
void screen_keys_open(struct ui *ui);

/* A record of a form, picked from a list as one types; false on Esc. */
bool pick_record(struct ui *ui, const struct form *form, struct str typed,
    struct record_id *id);
/* One or several choices; the text as it would be typed; false on Esc. */
bool pick_choice(struct ui *ui, const struct keying *k, struct str typed,
    struct str *text);
/* Where files go: the one stick there is, or a choice (always if asked), or a
 * folder typed in, for which dir is offered.  False on Esc. */
bool pick_folder(struct ui *ui, bool ask, char *dir, size_t size);
/* A new passphrase, asked for twice until it is good; the screen shows *offer
 * meanwhile, five words by chance.  False on Esc.  The caller wipes it. */
bool passphrase_ask(struct ui *ui, struct arena *a, const char **offer,
    struct str *fresh);
void passphrase_draw_offer(struct ui *ui, int row, const char *offer);
void passphrase_wipe(struct str *s);
/* Unit cards in a folder: writes ours, accepts another's. */
void cards_write(struct ui *ui, const char *dir);
void cards_accept(struct ui *ui, const char *dir);

#endif

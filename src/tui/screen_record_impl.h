#ifndef TUI_SCREEN_RECORD_IMPL_H
#define TUI_SCREEN_RECORD_IMPL_H
/* The record screen's state, between its keys and its lines. */
#include "tui/ui.h"

struct record_screen {
	struct record_id id;
	struct arena *arena;
	struct record r;
	unsigned reveal; /* number of the save that says that somebody looks */
	bool doubtful; /* a decision should be looked at again */
	const struct form *form;
	const struct form *member; /* whose records are its members, or NULL */
	struct str *lines;        /* text of each line */
	struct record_id *links;  /* where Enter goes; parallel */
	bool *is_link, *is_conflict;
	int line_cols; /* of the numbers of the paper */
	size_t n, focus, first;
};

/* The record as it is now, and its lines. */
void record_screen_load(struct ui *ui, struct record_screen *s);

#endif

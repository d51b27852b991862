#ifndef APP_SEARCH_H
#define APP_SEARCH_H
/*
 * Search over the directory, with the columns that a case borrows from its
 * person: typing a name in the list of applications finds the applications
 * of the persons who have it.
 */
#include "app/app.h"

/* As directory_search; rows from the arena. */
enum err search_rows(struct app *app, struct arena *a,
    const struct directory_query *q, uint32_t **rows, size_t *n,
    struct error *e) MUSTUSE;
/* Text of column i of a row's form, links followed; lent from the arena. */
struct str search_column(struct app *app, struct arena *a,
    const struct form *f, const struct directory_row *row, size_t i);

#endif

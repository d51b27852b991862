#ifndef CMD_JSON_RECORD_H
#define CMD_JSON_RECORD_H
/* A record as one line of JSON, as list, find and show print it; restricted
 * values masked unless they were revealed. */
#include "cmd/cmd.h"

void json_record(struct buf *out, struct app *app, const struct record *r,
    bool revealed);
/* "YYYY-MM-DD.N" of the form a record was last written under, "" if unknown */
const char *json_record_version(struct app *app, const struct record *r);
void json_event_id(struct buf *out, const struct event_id *id);

#endif

#ifndef FORM_EXPR_JSON_H
#define FORM_EXPR_JSON_H
/*
 * A JSON record as a tree of names: an object of field to value.  Arrays of
 * objects are repeats, other arrays several choices, objects groups; ${a.b}
 * reaches into them as into a linked record.  Texts that are whole ISO dates
 * are dates.  A name that the record does not have is blank, since records
 * leave out what is blank.
 */
#include "base/json.h"
#include "form/expr.h"

/* NULL stands for an empty record.  The tree lends the JSON and lives in a. */
enum err expr_json_tree(struct arena *a, const struct json *record,
    struct expr_tree *out, struct error *e) MUSTUSE;

#endif

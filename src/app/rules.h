#ifndef APP_RULES_H
#define APP_RULES_H
/* What the store must know of a form: made from its pack, once. */
#include "form/form.h"
#include "store/fold.h"

struct rules;
struct rules *rules_new(struct arena *a, const struct form_set *forms);
/* A fold_rules_fn; ctx is the struct rules. */
const struct fold_rules *rules_of(
    void *ctx, struct str form, const uint8_t form_hash[32]);

#endif

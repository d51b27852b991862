#include "store/fold_link.h"

#include <string.h>

#define PREFIX (sizeof FOLD_SAME_AS - 1)
#define ID (RECORD_ID_TEXT - 1)

bool
fold_link_parse(struct str reg, struct record_id *low, struct record_id *high)
{
	struct record_id x, y;

	if (memcmp(reg.p, FOLD_SAME_AS, PREFIX) != 0 ||
	    !record_id_parse((struct str){ reg.p + PREFIX, ID }, &x) ||
	    !record_id_parse((struct str){ reg.p + PREFIX + ID + 1, ID }, &y))
		return false;
	if (low != NULL)
		*low = x;
	if (high != NULL)
		*high = y;
	return true;
}

enum fold_said
fold_said(const struct fold_register *reg)
{
	enum fold_said said = FOLD_NOTHING;

	for (size_t i = 0; i < reg->n_heads; i++) {
		if (str_is(reg->heads[i].json, "\"yes\""))
			return FOLD_SAME;
		if (str_is(reg->heads[i].json, "\"no\""))
			said = FOLD_APART;
	}
	return said;
}

const char *
fold_link_names(const struct record_id *rec, const struct event_set *set,
    struct record_id *low)
{
	if (set->path.n <= PREFIX ||
	    memcmp(set->path.p, FOLD_SAME_AS, PREFIX) != 0 ||
	    !record_id_parse((struct str){ set->path.p + PREFIX,
		set->path.n - PREFIX }, low))
		return N_("a merge says only which records are one");
	if (memcmp(low->b, rec->b, sizeof low->b) >= 0)
		return N_("a merge stands on the record with the larger id");
	if (!str_is(set->json, "\"yes\"") && !str_is(set->json, "\"no\"") &&
	    !str_is(set->json, "null"))
		return N_("a merge says yes or no");
	return NULL;
}

const char *
fold_link_place(struct arena *a, const struct record_id *rec,
    const struct event_set *set, struct str *name)
{
	char id[RECORD_ID_TEXT];
	struct record_id low;
	const char *why = fold_link_names(rec, set, &low);

	if (why != NULL)
		return why;
	record_id_format(rec, id);
	*name = str_of(arena_printf(
	    a, "%.*s/%s", (int)set->path.n, set->path.p, id));
	return NULL;
}
